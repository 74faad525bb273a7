#include "engine/pathways.h"

#include <float.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include "engine/gather.h"
#include "engine/share.h"
#include "engine/turns.h"

/* One pathway of one blend: which queries of the case it takes, and where they go. */
struct target {
    const struct jc_pathway *pathway;
    size_t pathway_index;
    bool is_cut; /* only the energies between two cuts are kept */
    struct jc_cut low;
    struct jc_cut high;
};

struct pass {
    struct jc_work *work;
    const struct jc_plan *plan;
    const struct jc_case_model *model;
    size_t n_targets;
    struct target *target;
    bool *needed;             /* [n_pathways] dividers that some target uses */
    struct scratch **scratch; /* [threads] */
    size_t replicates;
    struct jc_moments *moments; /* [slots][n_targets][replicates] of computed blocks */
    size_t case_index;
    uint64_t first_block;
    struct jc_shard *shard;
    struct jc_turns *turns;
    enum jc_wish wish;
};

/* What a thread needs beside its worker's block. */
struct scratch {
    struct jc_recorder *recorder; /* [n_targets][replicates] */
    struct jc_cursor *cursor;     /* [n_pathways] */
    float (*divider)[JC_STRIP];   /* [n_pathways] */
    float product[JC_STRIP];
    float quotient[JC_STRIP];
    float kept[JC_STRIP];
};

static void
scratch_free(struct scratch *self, size_t n_recorders)
{
    size_t j;

    if (self == NULL) {
        return;
    }
    for (j = 0; self->recorder != NULL && j < n_recorders; j++) {
        jc_recorder_free(&self->recorder[j]);
    }
    free(self->recorder);
    free(self->cursor);
    free(self->divider);
    free(self);
}

static int
scratch_new(struct scratch **self, const struct pass *pass, struct jc_error *error)
{
    const size_t n_pathways = pass->plan->scenario->n_pathways;
    const size_t n_recorders = pass->n_targets * pass->replicates;
    struct scratch *scratch = calloc(1, sizeof(*scratch));
    size_t j;
    int ret = 0;

    *self = scratch;
    if (scratch == NULL) {
        return jc_fail_memory(error);
    }
    scratch->recorder = calloc(n_recorders, sizeof(*scratch->recorder));
    scratch->cursor = calloc(n_pathways, sizeof(*scratch->cursor));
    scratch->divider = calloc(n_pathways, sizeof(*scratch->divider));
    if (scratch->recorder == NULL || scratch->cursor == NULL || scratch->divider == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; ret == 0 && j < n_recorders; j++) {
        ret = jc_recorder_init(&scratch->recorder[j], error);
    }
    return ret;
}

static void
draw_dividers(const struct pass *pass, struct scratch *scratch, size_t n)
{
    size_t j;

    for (j = 0; j < pass->plan->scenario->n_pathways; j++) {
        if (pass->needed[j]) {
            jc_sampler_draw(pass->plan->dividers[j], pass->work->kernels.samplers,
                &scratch->cursor[j], n, scratch->divider[j]);
        }
    }
}

/* The divider of a pathway: its own draws, or the product of the draws of those it combines. */
static const float *
divider_of(const struct target *target, struct scratch *scratch, size_t n)
{
    const struct jc_pathway *pathway = target->pathway;
    const float *factor;
    size_t j, k;

    if (pathway->n_combined == 0) {
        return scratch->divider[target->pathway_index];
    }
    memcpy(scratch->product, scratch->divider[pathway->combined_index[0]],
        sizeof(scratch->product));
    for (k = 1; k < pathway->n_combined; k++) {
        factor = scratch->divider[pathway->combined_index[k]];
        for (j = 0; j < n; j++) {
            scratch->product[j] *= factor[j];
        }
    }
    return scratch->product;
}

/* Numbers from 0 to 1 that fill any part of it evenly, in whatever part of the queries: multiples of
 * the golden ratio (Weyl), from one half on. They say which queries of a bucket lie below a cut through
 * it, so that of equal energies as many are kept as the ranks ask for. */
static double
place_in_bucket(uint64_t query)
{
    const uint64_t place = (UINT64_C(1) << 63) + query * UINT64_C(0x9e3779b97f4a7c15);

    return (double) (place >> 11) * 0x1p-53;
}

static bool
is_below(const struct jc_cut *cut, uint32_t bucket, double place)
{
    return bucket < cut->bucket || (bucket == cut->bucket && place < cut->below);
}

/* The quotients of the queries whose energy the blend keeps; `first` is the query of energy[0]. */
static size_t
keep(const struct target *target, struct scratch *scratch, const float *energy, uint64_t first,
    size_t n)
{
    size_t n_kept = 0;
    uint32_t bucket;
    double place;
    size_t j;

    if (!target->is_cut) {
        memcpy(scratch->kept, scratch->quotient, n * sizeof(float));
        return n;
    }
    for (j = 0; j < n; j++) {
        bucket = jc_sketch_bucket(energy[j] + 0.0f);
        place = place_in_bucket(first + j);
        scratch->kept[n_kept] = scratch->quotient[j];
        n_kept += !is_below(&target->low, bucket, place) && is_below(&target->high, bucket, place);
    }
    return n_kept;
}

/* Names the first query whose divider, or what it leaves, is no finite number. */
static int
fail_quotient(const struct pass *pass, const struct target *target, const float *energy,
    const float *divider, const float *quotient, uint64_t first, size_t n, struct jc_error *error)
{
    size_t j = 0;

    while (j + 1 < n && divider[j] <= FLT_MAX && quotient[j] <= FLT_MAX) {
        j++;
    }
    return jc_fail(error, JC_ERROR_SCENARIO,
        "pathway %s: the energy of query %" PRIu64
        " of case %s, %g Wh, divided by %g, is %g; finite numbers are needed",
        target->pathway->name, first + j, pass->model->spec->name, (double) energy[j],
        (double) divider[j], (double) quotient[j]);
}

static int
record_strip(const struct pass *pass, struct scratch *scratch, const float *energy, uint64_t first,
    size_t n, struct jc_error *error)
{
    const struct jc_kernels *kernels = &pass->work->kernels;
    const size_t replicate = jc_design_replicate(&pass->plan->design, first);
    const struct target *target;
    const float *divider;
    size_t j, n_kept;

    for (j = 0; j < pass->n_targets; j++) {
        target = &pass->target[j];
        divider = divider_of(target, scratch, n);
        kernels->models->divide(n, energy, divider, scratch->quotient);
        if (!jc_all_within(kernels->records, n, divider, FLT_MAX)) { /* would leave no energy */
            return fail_quotient(pass, target, energy, divider, scratch->quotient, first, n, error);
        }
        n_kept = keep(target, scratch, energy, first, n);
        if (jc_recorder_add(&scratch->recorder[j * pass->replicates + replicate], kernels->records,
                n_kept, scratch->kept)
            != 0) {
            return fail_quotient(pass, target, energy, divider, scratch->quotient, first, n, error);
        }
    }
    return 0;
}

static int
compute_queries(const struct pass *pass, struct jc_block *block, struct scratch *scratch,
    uint64_t first, uint64_t n, struct jc_moments *moments, struct jc_error *error)
{
    uint64_t done;
    size_t strip, j;
    int ret;

    jc_block_begin(block, &pass->work->kernels, pass->model, first);
    for (j = 0; j < pass->plan->scenario->n_pathways; j++) {
        if (pass->needed[j]) {
            jc_sampler_seek(pass->plan->dividers[j], first, &scratch->cursor[j]);
        }
    }
    for (done = 0; done < n; done += strip) {
        strip = n - done < JC_STRIP ? (size_t) (n - done) : JC_STRIP;
        jc_block_draw(block, strip);
        jc_block_throughput(block);
        jc_block_energy(block);
        draw_dividers(pass, scratch, strip);
        ret = record_strip(pass, scratch, block->column[JC_ENERGY], first + done, strip, error);
        if (ret != 0) {
            return ret;
        }
    }
    for (j = 0; j < pass->n_targets * pass->replicates; j++) {
        moments[j] = jc_recorder_end_block(&scratch->recorder[j]);
    }
    return 0;
}

static void
compute_block(void *context, const struct jc_turn *turn)
{
    const struct pass *pass = context;
    const int thread = omp_get_thread_num();
    const uint64_t block = pass->first_block + turn->block;
    struct jc_error error;
    int ret = compute_queries(pass, &pass->work->worker[thread]->block, pass->scratch[thread],
        block * JC_BLOCK, jc_plan_queries_in_block(pass->plan, block),
        pass->moments + (size_t) turn->slot * pass->n_targets * pass->replicates, &error);

    if (ret != 0) {
        jc_turns_fail(pass->turns, turn, ret, &error);
    }
}

/* In block order. */
static void
finish_block(void *context, const struct jc_turn *turn)
{
    struct pass *pass = context;
    const uint64_t block = pass->first_block + turn->block;
    struct jc_error error;
    enum jc_wish wish;
    int ret = jc_shard_add_block(pass->shard, jc_second_pass(pass->plan, pass->case_index), block,
        0, pass->n_targets,
        pass->moments + (size_t) turn->slot * pass->n_targets * pass->replicates, &error);

    if (ret != 0) {
        jc_turns_fail(pass->turns, turn, ret, &error);
        return;
    }
    wish = jc_work_report(pass->work, jc_plan_queries_in_block(pass->plan, block));
    if (wish > pass->wish) {
        pass->wish = wish;
        jc_turns_stop(pass->turns);
    }
}

static int
gather(const struct pass *pass, struct jc_error *error)
{
    struct jc_record record = { .precision = NULL };
    struct jc_sketch *sketch;
    size_t k;
    int thread;
    int ret = 0;

    for (k = 0; ret == 0 && k < pass->n_targets * pass->replicates; k++) {
        sketch = jc_shard_sketch(pass->shard, jc_second_pass(pass->plan, pass->case_index),
            k / pass->replicates, k % pass->replicates);
        record.sketch = *sketch;
        for (thread = 0; ret == 0 && thread < pass->work->threads; thread++) {
            ret = jc_recorder_flush(&pass->scratch[thread]->recorder[k], &record, error);
        }
        *sketch = record.sketch;
    }
    return ret;
}

static int
run_pass(struct pass *pass, uint64_t n_blocks, struct jc_error *error)
{
    const int threads = pass->work->threads;
    const int n_slots = jc_turns_slots(threads);
    int thread;
    int ret = jc_turns_new(&pass->turns, n_blocks, n_slots, error);

    pass->scratch = calloc((size_t) threads, sizeof(*pass->scratch));
    pass->moments =
        calloc((size_t) n_slots * pass->n_targets * pass->replicates, sizeof(*pass->moments));
    if (ret == 0 && (pass->scratch == NULL || pass->moments == NULL)) {
        ret = jc_fail_memory(error);
    }
    for (thread = 0; ret == 0 && thread < threads; thread++) {
        ret = scratch_new(&pass->scratch[thread], pass, error);
    }
    if (ret == 0) {
#pragma omp parallel num_threads(threads)
        jc_turns_take(pass->turns, compute_block, finish_block, pass);
        ret = jc_turns_status(pass->turns, error);
    }
    ret = ret != 0 ? ret : gather(pass, error);
    for (thread = 0; pass->scratch != NULL && thread < threads; thread++) {
        scratch_free(pass->scratch[thread], pass->n_targets * pass->replicates);
    }
    free(pass->scratch);
    free(pass->moments);
    jc_turns_free(pass->turns);
    return ret;
}

/* Where a blend cuts the energy of a case. */
static void
find_cuts(const struct jc_record *energy, const struct jc_ranks *ranks, struct target *target)
{
    target->is_cut = ranks->low > 0 || ranks->high < 1;
    target->low = jc_record_cut(energy, ranks->low);
    target->high = jc_record_cut(energy, ranks->high);
}

static void
mark_needed(const struct pass *pass, const struct target *target)
{
    size_t k;

    pass->needed[target->pathway_index] |= target->pathway->n_combined == 0;
    for (k = 0; k < target->pathway->n_combined; k++) {
        pass->needed[target->pathway->combined_index[k]] = true;
    }
}

static void
add_targets(struct pass *pass, const struct jc_results *results, size_t case_index,
    size_t blend_index)
{
    const struct jc_scenario *scenario = pass->plan->scenario;
    const struct jc_blend *blend = &scenario->blends[blend_index];
    const struct jc_blend_result *result = &results->blends[blend_index];
    struct target *target;
    size_t j;
    size_t k = 0;

    while (k < blend->n_cases && blend->case_index[k] != case_index) {
        k++;
    }
    for (j = 0; k < blend->n_cases && j < blend->n_pathways; j++) {
        target = &pass->target[pass->n_targets++];
        target->pathway_index = blend->pathway_index[j];
        target->pathway = &scenario->pathways[target->pathway_index];
        mark_needed(pass, target);
        find_cuts(&results->cases[case_index].record[JC_ENERGY], &result->ranks, target);
    }
}

int
jc_pathways_blocks(struct jc_work *work, size_t case_index, const struct jc_results *results,
    uint64_t first, uint64_t end, struct jc_shard *shard, enum jc_wish *wish,
    struct jc_error *error)
{
    const struct jc_plan *plan = work->plan;
    const struct jc_scenario *scenario = plan->scenario;
    struct pass pass = { .work = work,
        .plan = plan,
        .model = &plan->models[case_index],
        .replicates = plan->design.replicates,
        .case_index = case_index,
        .first_block = first,
        .shard = shard };
    size_t j;
    int ret = 0;

    pass.target = calloc(shard->study.width, sizeof(*pass.target));
    pass.needed = calloc(scenario->n_pathways + 1, sizeof(*pass.needed));
    if (pass.target == NULL || pass.needed == NULL) {
        ret = jc_fail_memory(error);
    }
    for (j = 0; ret == 0 && j < scenario->n_blends; j++) {
        add_targets(&pass, results, case_index, j);
    }
    ret = ret != 0 ? ret : run_pass(&pass, end - first, error);
    free(pass.target);
    free(pass.needed);
    *wish = pass.wish;
    return ret;
}

/* A narrow cut can miss every query. */
static int
check_kept(const struct jc_record *record, const char *pathway, const char *name,
    struct jc_error *error)
{
    if (record->moments.n == 0) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "pathway %s: the blend's trim leaves none of the queries of case %s; more queries "
            "or a wider trim are needed",
            pathway, name);
    }
    return 0;
}

int
jc_pathways_gather(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    size_t case_index, struct jc_results *results, struct jc_error *error)
{
    const char *name = plan->scenario->cases[case_index].name;
    const size_t room = shard[0]->study.width;
    struct jc_record **record = calloc(room, sizeof(struct jc_record *));
    const char **pathway = calloc(room, sizeof(*pathway));
    struct jc_blend_result *blend;
    size_t n_series = 0;
    size_t b, j, k;
    int ret = record == NULL || pathway == NULL ? jc_fail_memory(error) : 0;

    for (b = 0; ret == 0 && b < results->n_blends; b++) { /* in the order of the targets */
        blend = &results->blends[b];
        for (k = 0; k < blend->n_cases && blend->case_index[k] != case_index; k++) { }
        for (j = 0; k < blend->n_cases && j < blend->n_pathways; j++) {
            pathway[n_series] = blend->pathway[j].name;
            record[n_series++] = &blend->pathway[j].record[k];
        }
    }
    ret = ret != 0 ? ret
                   : jc_gather_series(plan, n, shard, jc_second_pass(plan, case_index), name,
                       n_series, record, error);
    for (j = 0; ret == 0 && j < n_series; j++) {
        ret = check_kept(record[j], pathway[j], name, error);
    }
    free(record);
    free(pathway);
    return ret;
}
