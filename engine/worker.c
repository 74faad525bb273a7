#include "engine/worker.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int
jc_worker_new(struct jc_worker **self, const bool *recorded, const struct jc_design *design,
    struct jc_error *error)
{
    struct jc_worker *worker = aligned_alloc(64, sizeof(*worker));
    const size_t n_recorders = JC_QUANTITIES * design->replicates;
    size_t k;
    int ret = 0;

    *self = NULL;
    if (worker == NULL) {
        return jc_fail_memory(error);
    }
    memset(worker, 0, sizeof(*worker));
    worker->design = design;
    worker->recorder = calloc(n_recorders, sizeof(*worker->recorder));
    if (worker->recorder == NULL) {
        ret = jc_fail_memory(error);
    }
    for (k = 0; ret == 0 && k < n_recorders; k++) {
        if (recorded[k / design->replicates]) {
            ret = jc_recorder_init(&worker->recorder[k], error);
        }
    }
    if (ret != 0) {
        jc_worker_free(worker);
        return ret;
    }
    *self = worker;
    return 0;
}

void
jc_worker_free(struct jc_worker *self)
{
    size_t k;

    if (self == NULL) {
        return;
    }
    for (k = 0; self->recorder != NULL && k < JC_QUANTITIES * self->design->replicates; k++) {
        jc_recorder_free(&self->recorder[k]);
    }
    free(self->recorder);
    free(self);
}

int
jc_computed_init(struct jc_computed *self, const bool *stored, size_t replicates, int deflate,
    struct jc_error *error)
{
    size_t q;
    int ret = 0;

    *self = (struct jc_computed){ .moments =
                                      calloc(JC_QUANTITIES * replicates, sizeof(*self->moments)) };
    if (self->moments == NULL) {
        return jc_fail_memory(error);
    }
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (stored[q]) {
            ret = jc_chunk_init(&self->chunk[q], deflate, error);
        }
    }
    return ret;
}

void
jc_computed_free(struct jc_computed *self)
{
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        jc_chunk_free(&self->chunk[q]);
    }
    free(self->moments);
}

static bool
is_integer(size_t quantity)
{
    return jc_quantity_info((enum jc_quantity) quantity)->integer;
}

/* Columns that are stored as they are get computed in their place. */
static void
point_columns(struct jc_block *block, const struct jc_computed *computed, uint64_t done)
{
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        if (computed->chunk[q].samples != NULL && !is_integer(q) && !block->model->is_constant[q]) {
            block->column[q] = (float *) computed->chunk[q].samples + done;
        }
    }
}

/* The other columns are copied. */
static void
keep_samples(const struct jc_block *block, const struct jc_computed *computed, uint64_t done)
{
    const float *column;
    uint32_t *whole;
    size_t q, j;

    for (q = 0; q < JC_QUANTITIES; q++) {
        if (computed->chunk[q].samples == NULL || block->column[q] != block->room[q]) {
            continue;
        }
        column = block->column[q];
        if (is_integer(q)) {
            whole = (uint32_t *) computed->chunk[q].samples + done;
            for (j = 0; j < block->n; j++) {
                whole[j] = (uint32_t) (int32_t) column[j]; /* at most JC_MOST_TOKENS */
            }
        } else {
            memcpy((float *) computed->chunk[q].samples + done, column, block->n * sizeof(float));
        }
    }
}

static bool
is_usable(float x, float largest)
{
    return x >= 0 && x <= largest;
}

/* Names the first query of a strip whose value is negative, too large or not a number, and counts them. */
static int
fail_value(const struct jc_worker *self, enum jc_quantity quantity, float largest, uint64_t first,
    struct jc_error *error)
{
    const struct jc_block *block = &self->block;
    const float *column = block->column[quantity];
    size_t n_bad = 0;
    size_t j = 0;

    for (size_t k = 0; k < block->n; k++) {
        n_bad += !is_usable(column[k], largest);
    }
    while (j + 1 < block->n && is_usable(column[j], largest)) {
        j++;
    }
    return jc_fail(error, JC_ERROR_SCENARIO,
        "case %s: %s of query %" PRIu64 " is %g, one of %zu such values in queries %" PRIu64
        " to %" PRIu64
        "; a finite number >= 0, at most %g, is needed. Its inputs: %g input tokens, "
        "%g output tokens, %g tokens/s, power utilisation %g, PUE %g",
        block->model->spec->name, jc_quantity_info(quantity)->name, first + j, (double) column[j],
        n_bad, first, first + block->n - 1, (double) largest,
        (double) block->column[JC_INPUT_TOKENS][j], (double) block->column[JC_OUTPUT_TOKENS][j],
        (double) block->column[JC_THROUGHPUT][j], (double) block->column[JC_POWER_UTILIZATION][j],
        (double) block->column[JC_PUE][j]);
}

/* An infinite throughput would look like a query without energy. Constants, configurations and caps are bounded, and
 * so is what is scattered; where a duration is given, none at all is one. */
static int
check_throughput(const struct jc_worker *self, uint64_t first, struct jc_error *error)
{
    const struct jc_block *block = &self->block;
    const struct jc_case_model *model = block->model;
    const bool is_uncapped = model->has_fit && !model->is_scattered && isinf(model->log_linear.cap);
    const float largest = FLT_MAX / 4;

    if ((!is_uncapped && !model->has_roofline)
        || jc_all_within(block->kernels->records, block->n, block->column[JC_THROUGHPUT],
            largest)) {
        return 0;
    }
    return fail_value(self, JC_THROUGHPUT, largest, first, error);
}

static int
record(struct jc_worker *self, const bool *recorded, uint64_t first, struct jc_error *error)
{
    const struct jc_block *block = &self->block;
    const size_t replicates = self->design->replicates;
    const size_t replicate = jc_design_replicate(self->design, first);
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        if (recorded[q] && !block->model->is_constant[q]
            && jc_recorder_add(&self->recorder[q * replicates + replicate], block->kernels->records,
                   block->n, block->column[q])
                != 0) {
            return fail_value(self, (enum jc_quantity) q, FLT_MAX, first, error);
        }
    }
    return 0;
}

int
jc_worker_compute(struct jc_worker *self, const struct jc_kernels *kernels,
    const struct jc_case_model *model, uint64_t first, uint64_t n, uint64_t queries,
    const bool *recorded, struct jc_computed *computed, struct jc_error *error)
{
    struct jc_block *block = &self->block;
    const size_t replicates = self->design->replicates;
    uint64_t done;
    size_t strip, q, k;
    int ret;

    jc_block_begin(block, kernels, model, first);
    for (done = 0; done < n; done += strip) {
        strip = n - done < JC_STRIP ? (size_t) (n - done) : JC_STRIP;
        point_columns(block, computed, done);
        jc_block_draw(block, strip);
        jc_block_throughput(block);
        jc_block_energy(block);
        jc_block_footprint(block);
        if (recorded[JC_NODE_TIME]) {
            jc_block_node_time(block);
        }
        ret = check_throughput(self, first + done, error);
        ret = ret != 0 ? ret : record(self, recorded, first + done, error);
        if (ret != 0) {
            return ret;
        }
        keep_samples(block, computed, done);
    }
    computed->n_outside = block->n_outside;
    for (q = 0; q < JC_QUANTITIES; q++) {
        if (computed->chunk[q].samples != NULL) {
            ret = jc_chunk_seal(&computed->chunk[q], kernels->records, queries, n, error);
            if (ret != 0) {
                return ret;
            }
        }
    }
    for (k = 0; k < JC_QUANTITIES * replicates; k++) {
        computed->moments[k] = (struct jc_moments){ 0 };
        if (recorded[k / replicates] && !model->is_constant[k / replicates]) {
            computed->moments[k] = jc_recorder_end_block(&self->recorder[k]);
        }
    }
    return 0;
}
