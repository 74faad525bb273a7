#include "engine/pathways.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include "engine/failure.h"

/* One pathway of one blend: which queries of the case it takes, and where they go. */
struct target {
    const struct jc_pathway *pathway;
    size_t pathway_index;
    bool is_cut; /* only the energies between two cuts are kept */
    struct jc_cut low;
    struct jc_cut high;
    struct jc_record *record;
};

struct pass {
    const struct jc_plan *plan;
    const struct jc_pathway_options *options;
    const struct jc_case_model *model;
    size_t n_targets;
    struct target *target;
    bool *needed; /* [n_pathways] dividers that some target uses */
    struct jc_failure failure;
};

/* What a thread needs beside its worker's block. */
struct scratch {
    struct jc_recorder *recorder; /* [n_targets] */
    struct jc_moments *moments;   /* [n_targets] of the block */
    struct jc_cursor *cursor;     /* [n_pathways] */
    float (*divider)[JC_STRIP];   /* [n_pathways] */
    float product[JC_STRIP];
    float quotient[JC_STRIP];
    float kept[JC_STRIP];
};

static void
scratch_free(struct scratch *self, size_t n_targets)
{
    size_t j;

    if (self == NULL) {
        return;
    }
    for (j = 0; self->recorder != NULL && j < n_targets; j++) {
        jc_recorder_free(&self->recorder[j]);
    }
    free(self->recorder);
    free(self->moments);
    free(self->cursor);
    free(self->divider);
    free(self);
}

static struct scratch *
scratch_new(const struct pass *pass, struct jc_error *error)
{
    const size_t n_pathways = pass->plan->scenario->n_pathways;
    struct scratch *self = calloc(1, sizeof(*self));
    size_t j;

    if (self == NULL) {
        goto out_of_memory;
    }
    self->recorder = calloc(pass->n_targets, sizeof(*self->recorder));
    self->moments = calloc(pass->n_targets, sizeof(*self->moments));
    self->cursor = calloc(n_pathways, sizeof(*self->cursor));
    self->divider = calloc(n_pathways, sizeof(*self->divider));
    if (self->recorder == NULL || self->moments == NULL || self->cursor == NULL
        || self->divider == NULL) {
        goto out_of_memory;
    }
    for (j = 0; j < pass->n_targets; j++) {
        if (jc_recorder_init(&self->recorder[j], error) != 0) {
            goto out_of_memory;
        }
    }
    return self;
out_of_memory:
    scratch_free(self, pass->n_targets);
    (void) jc_fail_memory(error);
    return NULL;
}

static void
draw_dividers(const struct pass *pass, struct scratch *scratch, size_t n)
{
    size_t j;

    for (j = 0; j < pass->plan->scenario->n_pathways; j++) {
        if (pass->needed[j]) {
            jc_sampler_draw(pass->plan->dividers[j], pass->options->kernels->samplers,
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

static int
record_strip(const struct pass *pass, struct scratch *scratch, const float *energy, uint64_t first,
    size_t n, struct jc_error *error)
{
    const struct jc_kernels *kernels = pass->options->kernels;
    const struct target *target;
    size_t j, n_kept;

    for (j = 0; j < pass->n_targets; j++) {
        target = &pass->target[j];
        kernels->models->divide(n, energy, divider_of(target, scratch, n), scratch->quotient);
        n_kept = keep(target, scratch, energy, first, n);
        if (jc_recorder_add(&scratch->recorder[j], kernels->records, n_kept, scratch->kept) != 0) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "pathway %s: dividing the energy of case %s gives a value that is no finite number",
                target->pathway->name, pass->model->spec->name);
        }
    }
    return 0;
}

static int
compute_block(const struct pass *pass, struct jc_block *block, struct scratch *scratch,
    uint64_t first, uint64_t n, struct jc_error *error)
{
    uint64_t done;
    size_t strip, j;
    int ret;

    jc_block_begin(block, pass->options->kernels, pass->model, first);
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
    for (j = 0; j < pass->n_targets; j++) {
        scratch->moments[j] = jc_recorder_end_block(&scratch->recorder[j]);
    }
    return 0;
}

static void
run_block(struct pass *pass, struct scratch *scratch, uint64_t block)
{
    const uint64_t queries = pass->plan->scenario->queries;
    const uint64_t first = block * JC_BLOCK;
    const uint64_t n = queries - first < JC_BLOCK ? queries - first : JC_BLOCK;
    struct jc_error error;
    int ret;

    if (scratch != NULL && jc_failure_get(&pass->failure) == 0) {
        ret = compute_block(pass, &pass->options->worker[omp_get_thread_num()]->block, scratch,
            first, n, &error);
        if (ret != 0) {
            jc_failure_set(&pass->failure, ret, &error);
        }
    }
}

/* In block order. */
static void
fold_block(struct pass *pass, const struct scratch *scratch, uint64_t block, uint64_t *done)
{
    const uint64_t queries = pass->plan->scenario->queries;
    const uint64_t first = block * JC_BLOCK;
    size_t j;

    if (scratch == NULL || jc_failure_get(&pass->failure) != 0) {
        return;
    }
    for (j = 0; j < pass->n_targets; j++) {
        jc_moments_fold(&pass->target[j].record->moments, &scratch->moments[j]);
    }
    *done += queries - first < JC_BLOCK ? queries - first : JC_BLOCK;
    if (pass->options->progress != NULL) {
        pass->options->progress(pass->options->progress_context, *done,
            pass->options->queries_in_all);
    }
}

static void
gather(struct pass *pass, struct scratch *scratch)
{
    struct jc_error error;
    size_t j;
    int ret = 0;

    for (j = 0; scratch != NULL && ret == 0 && j < pass->n_targets; j++) {
#pragma omp critical(jc_pathways_gather)
        ret = jc_recorder_flush(&scratch->recorder[j], pass->target[j].record, &error);
    }
    if (ret != 0) {
        jc_failure_set(&pass->failure, ret, &error);
    }
}

/* The same answer for all threads: nobody sets it between the two barriers. */
static bool
all_see_failure(const struct pass *pass)
{
    bool failed;

#pragma omp barrier
    failed = jc_failure_get(&pass->failure) != 0;
#pragma omp barrier
    return failed;
}

static void
run_pass(struct pass *pass, uint64_t *done)
{
    const uint64_t n_blocks = pass->plan->blocks_per_case;

#pragma omp parallel num_threads(pass->options->threads)
    {
        struct jc_error error;
        struct scratch *scratch = scratch_new(pass, &error);
        uint64_t begin, end, block;

        if (scratch == NULL) {
            jc_failure_set(&pass->failure, JC_ERROR_INTERNAL, &error);
        }
        for (begin = 0; begin < n_blocks && !all_see_failure(pass); begin = end) {
            end = n_blocks - begin < JC_BLOCK_BATCH ? n_blocks : begin + JC_BLOCK_BATCH;
#pragma omp for ordered schedule(dynamic, 1)
            for (block = begin; block < end; block++) {
                run_block(pass, scratch, block);
#pragma omp ordered
                fold_block(pass, scratch, block, done);
            }
        }
        gather(pass, scratch);
        scratch_free(scratch, pass->n_targets);
    }
}

/* A narrow cut can miss every query. */
static int
check_kept(const struct pass *pass, struct jc_error *error)
{
    size_t j;

    for (j = 0; j < pass->n_targets; j++) {
        if (pass->target[j].record->moments.n == 0) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "pathway %s: the blend's trim leaves none of the queries of case %s; more queries "
                "or a wider trim are needed",
                pass->target[j].pathway->name, pass->model->spec->name);
        }
    }
    return 0;
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
add_targets(struct pass *pass, struct jc_results *results, size_t case_index, size_t blend_index)
{
    const struct jc_scenario *scenario = pass->plan->scenario;
    const struct jc_blend *blend = &scenario->blends[blend_index];
    struct jc_blend_result *result = &results->blends[blend_index];
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
        target->record = &result->pathway[j].record[k];
        mark_needed(pass, target);
        find_cuts(&results->cases[case_index].record[JC_ENERGY], &result->ranks, target);
    }
}

int
jc_pathways_run(const struct jc_plan *plan, const struct jc_pathway_options *options,
    size_t case_index, uint64_t *done, struct jc_results *results, struct jc_error *error)
{
    const struct jc_scenario *scenario = plan->scenario;
    struct pass pass = { .plan = plan, .options = options, .model = &plan->models[case_index] };
    size_t room = 0;
    size_t j;
    int ret = 0;

    for (j = 0; j < scenario->n_blends; j++) {
        room += scenario->blends[j].n_pathways;
    }
    pass.target = calloc(room + 1, sizeof(*pass.target));
    pass.needed = calloc(scenario->n_pathways + 1, sizeof(*pass.needed));
    if (pass.target == NULL || pass.needed == NULL) {
        ret = jc_fail_memory(error);
    }
    for (j = 0; ret == 0 && j < scenario->n_blends; j++) {
        add_targets(&pass, results, case_index, j);
    }
    if (ret == 0) {
        run_pass(&pass, done);
        ret = pass.failure.status;
        if (ret != 0) {
            *error = pass.failure.error;
        } else {
            ret = check_kept(&pass, error);
        }
    }
    free(pass.target);
    free(pass.needed);
    return ret;
}
