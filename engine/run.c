#include "engine/run.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <omp.h>

#include "engine/failure.h"
#include "engine/pathways.h"
#include "engine/provenance.h"
#include "engine/worker.h"
#include "results/store.h"

/* The state of a run that all threads share. */
struct run {
    const struct jc_plan *plan;
    const struct jc_run_options *options;
    struct jc_kernels kernels;
    int threads;
    struct jc_worker **worker; /* [threads] */
    struct jc_store *store;    /* NULL: no file */
    bool stored[JC_QUANTITIES];
    uint64_t done;
    uint64_t total;
    struct jc_failure failure;
};

static uint64_t
queries_in_all(const struct jc_plan *plan)
{
    uint64_t passes = 0;
    uint64_t total;
    size_t j;

    for (j = 0; j < plan->scenario->n_cases; j++) {
        passes += 1 + plan->has_pathways[j];
    }
    return __builtin_mul_overflow(passes, plan->scenario->queries, &total) ? UINT64_MAX : total;
}

static void
report(struct run *run, uint64_t queries)
{
    run->done += queries;
    if (run->options->progress != NULL) {
        run->options->progress(run->options->progress_context, run->done, run->total);
    }
}

/* In block order: folds the moments, and writes the samples. */
static int
take_block(struct run *run, const struct jc_worker *worker, struct jc_case_result *result,
    uint64_t first, const struct jc_moments *moments, struct jc_error *error)
{
    size_t q;
    int ret = 0;

    for (q = 0; q < JC_QUANTITIES; q++) {
        jc_moments_fold(&result->record[q].moments, &moments[q]);
    }
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (run->stored[q]) {
            ret =
                jc_store_write(run->store, (enum jc_quantity) q, first, worker->samples[q], error);
        }
    }
    return ret;
}

static void
run_block(struct run *run, const struct jc_case_model *model, uint64_t block,
    struct jc_moments *moments)
{
    const uint64_t queries = run->plan->scenario->queries;
    const uint64_t first = block * JC_BLOCK;
    const uint64_t n = queries - first < JC_BLOCK ? queries - first : JC_BLOCK;
    struct jc_error error;
    int ret;

    if (jc_failure_get(&run->failure) == 0) {
        ret = jc_worker_compute(run->worker[omp_get_thread_num()], &run->kernels, model, first, n,
            queries, run->plan->recorded, moments, &error);
        if (ret != 0) {
            jc_failure_set(&run->failure, ret, &error);
        }
    }
}

static void
finish_block(struct run *run, struct jc_case_result *result, uint64_t block,
    const struct jc_moments *moments)
{
    const uint64_t queries = run->plan->scenario->queries;
    const uint64_t first = block * JC_BLOCK;
    const uint64_t n = queries - first < JC_BLOCK ? queries - first : JC_BLOCK;
    struct jc_error error;
    int ret;

    if (jc_failure_get(&run->failure) == 0) {
        ret = take_block(run, run->worker[omp_get_thread_num()], result, first, moments, &error);
        if (ret != 0) {
            jc_failure_set(&run->failure, ret, &error);
        }
        report(run, n);
    }
}

/* Sketches are counts: the threads' may be added in any order. */
static int
gather(struct run *run, const struct jc_case_model *model, struct jc_case_result *result,
    struct jc_error *error)
{
    size_t q;
    int thread;
    int ret = 0;

    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (!run->plan->recorded[q]) {
            continue;
        }
        if (model->is_constant[q]) {
            ret = jc_record_constant(&result->record[q], model->constant[q],
                run->plan->scenario->queries, error);
        }
        for (thread = 0; ret == 0 && thread < run->threads; thread++) {
            ret = jc_recorder_flush(&run->worker[thread]->recorder[q], &result->record[q], error);
        }
    }
    return ret;
}

static int
run_case(struct run *run, size_t index, struct jc_case_result *result, struct jc_error *error)
{
    const struct jc_case_model *model = &run->plan->models[index];
    const uint64_t n_blocks = run->plan->blocks_per_case;
    uint64_t begin, end, block;
    int ret = 0;

    if (run->store != NULL) {
        ret = jc_store_begin_case(run->store, model->spec->name, model->spec->label,
            run->plan->scenario->queries, run->stored, error);
        if (ret != 0) {
            return ret;
        }
    }
    for (begin = 0; begin < n_blocks && jc_failure_get(&run->failure) == 0; begin = end) {
        end = n_blocks - begin < JC_BLOCK_BATCH ? n_blocks : begin + JC_BLOCK_BATCH;
#pragma omp parallel for ordered schedule(dynamic, 1) num_threads(run->threads)
        for (block = begin; block < end; block++) {
            struct jc_moments moments[JC_QUANTITIES];

            run_block(run, model, block, moments);
#pragma omp ordered
            finish_block(run, result, block, moments);
        }
    }
    if (run->failure.status != 0) {
        *error = run->failure.error;
        return run->failure.status;
    }
    return gather(run, model, result, error);
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
        if (run->plan->has_pathways[j]) {
            ret = jc_pathways_run(run->plan, &options, j, &run->done, results, error);
        }
    }
    return ret;
}

static int
start(struct run *run, struct jc_error *error)
{
    const struct jc_run_options *options = run->options;
    size_t q;
    int thread;
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
    if (run->worker == NULL) {
        return jc_fail_memory(error);
    }
    for (thread = 0; ret == 0 && thread < run->threads; thread++) {
        ret = jc_worker_new(&run->worker[thread], run->plan->recorded, run->stored, error);
    }
    if (ret == 0 && options->output != NULL) {
        ret = jc_store_create(&run->store, options->output, options->force, error);
    }
    return ret;
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
        .total = queries_in_all(plan) };
    struct timespec begin, end;
    int thread;
    int ret;

    (void) clock_gettime(CLOCK_MONOTONIC, &begin);
    ret = jc_plan_results(plan, results, error);
    ret = ret != 0 ? ret : start(&run, error);
    ret = ret != 0 ? ret : run_all(&run, results, error);
    (void) clock_gettime(CLOCK_MONOTONIC, &end);
    results->has_samples = any(run.stored);
    if (ret == 0 && run.store != NULL) {
        ret = jc_finish_with_provenance(run.store, plan, options, results,
            seconds_between(&begin, &end), error);
        run.store = NULL;
    }
    jc_store_discard(run.store);
    for (thread = 0; run.worker != NULL && thread < run.threads; thread++) {
        jc_worker_free(run.worker[thread]);
    }
    free(run.worker);
    if (ret != 0) {
        jc_results_free(results);
    }
    return ret;
}
