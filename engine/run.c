#include "engine/run.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <omp.h>

#include "engine/continuation.h"
#include "engine/fleet.h"
#include "engine/layers.h"
#include "engine/pathways.h"
#include "engine/provenance.h"
#include "engine/turns.h"
#include "engine/worker.h"
#include "results/precision.h"
#include "results/store.h"

_Static_assert(JC_DESIGN_REPLICATES <= JC_PRECISION_REPLICATES, "all replicates can be joined");

/* The state of a run that all threads share. */
struct run {
    const struct jc_plan *plan;
    const struct jc_run_options *options;
    struct jc_kernels kernels;
    int threads;
    struct jc_worker **worker; /* [threads] */
    int n_slots;
    struct jc_computed *computed; /* [n_slots] */
    struct jc_store *store;       /* NULL: no file */
    bool stored[JC_QUANTITIES];
    size_t replicates;
    uint64_t done;
    uint64_t total;
};

/* A case that is being computed. */
struct part {
    struct run *run;
    const struct jc_case_model *model;
    struct jc_case_result *result;
    uint64_t first_block;
    struct jc_record *record; /* [JC_QUANTITIES][replicates] those of the result, if it is one */
    struct jc_turns *turns;
};

static bool
has_bands(const struct jc_plan *plan, const struct jc_run_options *options)
{
    return options->bands && !options->cases_only && plan->scenario->bands.draws > 0;
}

/* Queries to compute, those of a second pass twice. */
static uint64_t
queries_in_all(const struct jc_plan *plan, const struct jc_run_options *options)
{
    const uint64_t queries = plan->scenario->queries;
    const uint64_t block = jc_continuation_first_block(plan, options->before);
    const uint64_t left = block == plan->blocks_per_case ? 0 : queries - block * JC_BLOCK;
    const struct jc_bands_spec *bands = &plan->scenario->bands;
    uint64_t layers = 0;
    uint64_t total = 0;
    bool overflow = false;
    size_t j;

    for (j = 0; j < plan->scenario->n_cases; j++) {
        overflow |= __builtin_add_overflow(total, left, &total);
        if (plan->has_pathways[j] && !options->cases_only) {
            overflow |= __builtin_add_overflow(total, queries, &total);
        }
    }
    if (has_bands(plan, options)) {
        overflow |=
            __builtin_mul_overflow(bands->draws * plan->scenario->n_cases, bands->queries, &layers);
        overflow |= __builtin_add_overflow(total, layers, &total);
    }
    return overflow ? UINT64_MAX : total;
}

static void
report(struct run *run, uint64_t queries)
{
    run->done += queries;
    if (run->options->progress != NULL) {
        run->options->progress(run->options->progress_context, run->done, run->total);
    }
}

static void
compute_block(const struct part *part, const struct jc_turn *turn)
{
    const struct run *run = part->run;
    const uint64_t block = part->first_block + turn->block;
    struct jc_error error;
    int ret = jc_worker_compute(run->worker[omp_get_thread_num()], &run->kernels, part->model,
        block * JC_BLOCK, jc_plan_queries_in_block(run->plan, block), run->plan->scenario->queries,
        run->plan->recorded, &run->computed[turn->slot], &error);

    if (ret != 0) {
        jc_turns_fail(part->turns, turn, ret, &error);
    }
}

static void
keep_whole(struct jc_case_result *result)
{
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        result->whole[q] = result->record[q].moments;
    }
}

/* In block order: folds the moments, and writes the samples. */
static void
finish_block(const struct part *part, const struct jc_turn *turn)
{
    struct run *run = part->run;
    const struct jc_computed *computed = &run->computed[turn->slot];
    const uint64_t block = part->first_block + turn->block;
    const uint64_t queries = jc_plan_queries_in_block(run->plan, block);
    struct jc_error error;
    size_t q, k;
    int ret = 0;

    for (k = 0; k < JC_QUANTITIES * run->replicates; k++) {
        jc_moments_fold(&part->record[k].moments, &computed->moments[k]);
    }
    if (run->replicates == 1 && queries == JC_BLOCK) {
        keep_whole(part->result);
    }
    part->result->n_outside += computed->n_outside;
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (run->stored[q]) {
            ret = jc_store_write(run->store, (enum jc_quantity) q, block * JC_BLOCK,
                &computed->chunk[q], &error);
        }
    }
    if (ret != 0) {
        jc_turns_fail(part->turns, turn, ret, &error);
    } else {
        report(run, queries);
    }
}

static void
take_turns(const struct part *part)
{
    struct jc_turn turn;

    while (jc_turns_begin(part->turns, &turn)) {
        compute_block(part, &turn);
        jc_turns_computed(part->turns, &turn);
        while (jc_turns_finish(part->turns, &turn)) {
            finish_block(part, &turn);
            jc_turns_finished(part->turns, &turn);
        }
    }
}

/* Sketches are counts: the threads' may be added in any order. Replicates become one record. */
static int
gather_quantity(const struct part *part, enum jc_quantity quantity, struct jc_error *error)
{
    const struct run *run = part->run;
    const uint64_t whole = run->plan->scenario->queries / JC_BLOCK * JC_BLOCK;
    struct jc_record *record = part->record + quantity * run->replicates;
    size_t k;
    int thread;
    int ret = 0;

    if (part->model->is_constant[quantity]) {
        part->result->whole[quantity] =
            jc_moments_constant((double) (part->model->constant[quantity] + 0.0f), whole);
        return jc_record_constant(&part->result->record[quantity], part->model->constant[quantity],
            run->plan->scenario->queries, error);
    }
    for (thread = 0; thread < run->threads; thread++) {
        for (k = 0; ret == 0 && k < run->replicates; k++) {
            ret = jc_recorder_flush(&run->worker[thread]->recorder[quantity * run->replicates + k],
                &record[k], error);
        }
    }
    if (ret == 0 && run->replicates > 1) {
        ret = jc_precision_join(&part->result->record[quantity], run->replicates, record,
            jc_quantity_info(quantity)->integer, error);
    }
    return ret;
}

static int
gather(const struct part *part, struct jc_error *error)
{
    size_t q;
    int ret = 0;

    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (part->run->plan->recorded[q]) {
            ret = gather_quantity(part, (enum jc_quantity) q, error);
        }
    }
    return ret;
}

static int
compute_case(struct part *part, struct jc_error *error)
{
    const struct run *run = part->run;
    int ret = jc_turns_new(&part->turns, run->plan->blocks_per_case - part->first_block,
        run->n_slots, error);

    if (ret == 0) {
#pragma omp parallel num_threads(run->threads)
        take_turns(part);
        ret = jc_turns_status(part->turns, error);
    }
    jc_turns_free(part->turns);
    return ret != 0 ? ret : gather(part, error);
}

static int
run_case(struct run *run, size_t index, struct jc_case_result *result, struct jc_error *error)
{
    const struct jc_run_options *options = run->options;
    struct part part = { .run = run,
        .model = &run->plan->models[index],
        .result = result,
        .first_block = jc_continuation_first_block(run->plan, options->before) };
    const size_t n_records = JC_QUANTITIES * run->replicates;
    struct jc_record *records = NULL;
    size_t k;
    int ret = 0;

    if (run->store != NULL) {
        ret = jc_store_begin_case(run->store, part.model->spec->name, part.model->spec->label,
            run->plan->scenario->queries, run->stored, error);
    }
    if (ret == 0 && options->before != NULL) {
        ret = jc_continuation_begin_case(run->plan, index, options->before, &run->kernels,
            run->worker[0], result, error);
    }
    if (ret == 0 && options->samples != NULL && part.first_block > 0) {
        ret = jc_samples_copy(options->samples, part.model->spec->name, run->stored,
            part.first_block, run->kernels.records, run->store, error);
    }
    if (ret == 0 && run->replicates > 1) {
        records = calloc(n_records, sizeof(*records));
        ret = records == NULL ? jc_fail_memory(error) : 0;
    }
    part.record = records != NULL ? records : result->record;
    ret = ret != 0 ? ret : compute_case(&part, error);
    for (k = 0; records != NULL && k < n_records; k++) {
        jc_record_free(&records[k]);
    }
    free(records);
    return ret;
}

static int
run_all(struct run *run, struct jc_results *results, struct jc_error *error)
{
    const struct jc_scenario *scenario = run->plan->scenario;
    const struct jc_pathway_options options = {
        .kernels = &run->kernels,
        .threads = run->threads,
        .worker = run->worker,
        .progress = run->options->progress,
        .progress_context = run->options->progress_context,
        .queries_in_all = run->total,
    };
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < scenario->n_cases; j++) {
        ret = run_case(run, j, &results->cases[j], error);
    }
    for (j = 0; ret == 0 && j < scenario->n_cases; j++) {
        if (run->plan->has_pathways[j] && !run->options->cases_only) {
            ret = jc_pathways_run(run->plan, &options, j, &run->done, results, error);
        }
    }
    return ret;
}

/* The second layer, where it is asked for. */
static int
compute_bands(struct run *run, struct jc_results *results, struct jc_error *error)
{
    const struct jc_layer_options options = {
        .queries = run->plan->scenario->bands.queries,
        .threads = run->options->threads,
        .simd = run->options->simd,
        .progress = run->options->progress,
        .progress_context = run->options->progress_context,
        .done = run->done,
        .queries_in_all = run->total,
    };

    return has_bands(run->plan, run->options)
        ? jc_bands_compute(run->plan->scenario, &options, &results->bands, error)
        : 0;
}

static int
start(struct run *run, struct jc_error *error)
{
    const struct jc_run_options *options = run->options;
    size_t q;
    int thread, slot;
    int ret;

    for (q = 0; q < JC_QUANTITIES; q++) {
        run->stored[q] =
            options->output != NULL && !options->summary_only && run->plan->scenario->store[q];
    }
    ret = jc_kernels_get(options->simd, &run->kernels, error);
    if (ret != 0) {
        return ret;
    }
    run->worker = calloc((size_t) run->threads, sizeof(struct jc_worker *));
    run->computed = calloc((size_t) run->n_slots, sizeof(struct jc_computed));
    if (run->worker == NULL || run->computed == NULL) {
        return jc_fail_memory(error);
    }
    for (thread = 0; ret == 0 && thread < run->threads; thread++) {
        ret = jc_worker_new(&run->worker[thread], run->plan->recorded, &run->plan->design, error);
    }
    for (slot = 0; ret == 0 && slot < run->n_slots; slot++) {
        ret = jc_computed_init(&run->computed[slot], run->stored, run->replicates,
            options->store.deflate, error);
    }
    if (ret == 0 && options->output != NULL) {
        ret = jc_store_create(&run->store, options->output, &options->store, error);
    }
    return ret;
}

static void
stop(struct run *run)
{
    int thread, slot;

    for (thread = 0; run->worker != NULL && thread < run->threads; thread++) {
        jc_worker_free(run->worker[thread]);
    }
    for (slot = 0; run->computed != NULL && slot < run->n_slots; slot++) {
        jc_computed_free(&run->computed[slot]);
    }
    free(run->worker);
    free(run->computed);
}

static bool
any(const bool *stored)
{
    return memchr(stored, true, JC_QUANTITIES) != NULL;
}

static double
seconds_between(const struct timespec *from, const struct timespec *to)
{
    return (double) (to->tv_sec - from->tv_sec) + 1e-9 * (double) (to->tv_nsec - from->tv_nsec);
}

int
jc_run(const struct jc_plan *plan, const struct jc_run_options *options, struct jc_results *results,
    struct jc_error *error)
{
    struct run run = { .plan = plan,
        .options = options,
        .threads = jc_plan_threads(plan, options->threads),
        .replicates = plan->design.replicates,
        .total = queries_in_all(plan, options) };
    struct timespec begin, end;
    int ret;

    run.n_slots = jc_turns_slots(run.threads);
    (void) clock_gettime(CLOCK_MONOTONIC, &begin);
    ret = jc_plan_results(plan, results, error);
    ret = ret != 0 ? ret : start(&run, error);
    ret = ret != 0 ? ret : run_all(&run, results, error);
    ret = ret != 0 ? ret : compute_bands(&run, results, error);
    ret = ret != 0 ? ret : jc_fleets_compute(plan->scenario, results, error);
    (void) clock_gettime(CLOCK_MONOTONIC, &end);
    results->has_samples = any(run.stored);
    results->has_whole = run.replicates == 1;
    if (ret == 0 && run.store != NULL) {
        ret = jc_finish_with_provenance(run.store, plan, options, results,
            seconds_between(&begin, &end), error);
        run.store = NULL;
    }
    jc_store_discard(run.store);
    stop(&run);
    if (ret != 0) {
        jc_results_free(results);
    }
    return ret;
}
