#include "results/record.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

#define TALLY_BYTES (JC_SKETCH_BUCKETS * sizeof(uint64_t))

void
jc_record_free(struct jc_record *self)
{
    jc_sketch_free(&self->sketch);
    free(self->precision);
    *self = (struct jc_record){ 0 };
}

struct jc_cut
jc_record_cut(const struct jc_record *self, double rank)
{
    const struct jc_sketch *sketch = &self->sketch;
    double left = rank * (double) self->moments.n;
    size_t k = 0;

    while (k + 1 < sketch->n_buckets && left >= (double) sketch->count[k]) {
        left -= (double) sketch->count[k];
        k++;
    }
    left /= (double) sketch->count[k];
    return (struct jc_cut){ .bucket = sketch->bucket[k], .below = left < 1 ? left : 1 };
}

int
jc_record_constant(struct jc_record *self, float value, uint64_t n, struct jc_error *error)
{
    const float positive_zero = value + 0.0f;
    uint32_t bucket;

    *self = (struct jc_record){ .moments = jc_moments_constant((double) positive_zero, n) };
    bucket = jc_sketch_bucket(positive_zero);
    return jc_sketch_add(&self->sketch, 1, &bucket, &n, error);
}

int
jc_recorder_init(struct jc_recorder *self, struct jc_error *error)
{
    /* Mapped, not allocated: only the pages that are counted in ever exist. */
    void *tally = mmap(NULL, TALLY_BYTES, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    *self = (struct jc_recorder){ .highest = 0 };
    if (tally == MAP_FAILED) {
        return jc_fail_memory(error);
    }
    self->tally = tally;
    return 0;
}

void
jc_recorder_free(struct jc_recorder *self)
{
    if (self->tally != NULL) {
        (void) munmap(self->tally, TALLY_BYTES);
    }
    *self = (struct jc_recorder){ 0 };
}

static void
start_block(struct jc_moment_lanes *lanes, float first)
{
    size_t k;

    *lanes = (struct jc_moment_lanes){ .shift = (double) first };
    for (k = 0; k < JC_MOMENT_LANES; k++) {
        lanes->min[k] = INFINITY;
        lanes->max[k] = -INFINITY;
    }
}

/* The bits of numbers >= 0 are in their order, those of infinity, NaN and negative numbers above them. */
int
jc_all_within(const struct jc_record_kernels *kernels, size_t n, const float *x, float largest)
{
    uint32_t limit;

    memcpy(&limit, &largest, sizeof(limit));
    return kernels->largest_bits(n, x) <= limit;
}

int
jc_recorder_add(struct jc_recorder *self, const struct jc_record_kernels *kernels, size_t n,
    const float *x)
{
    if (n == 0) {
        return 0;
    }
    if (!jc_all_within(kernels, n, x, FLT_MAX)) {
        return 1;
    }
    if (self->n == 0) {
        start_block(&self->lanes, x[0]);
    }
    kernels->moments(&self->lanes, n, x);
    kernels->tally(n, x, self->tally);
    self->n += n;
    return 0;
}

struct jc_moments
jc_recorder_end_block(struct jc_recorder *self)
{
    const struct jc_moment_lanes *lanes = &self->lanes;
    struct jc_moments moments = { .n = self->n };
    float min = INFINITY;
    float max = 0;
    double sum = 0;
    double square = 0;
    double n = (double) self->n;
    size_t k;

    if (self->n == 0) {
        return moments;
    }
    for (k = 0; k < JC_MOMENT_LANES; k++) {
        sum += lanes->sum[k];
        square += lanes->square[k];
        min = lanes->min[k] < min ? lanes->min[k] : min;
        max = lanes->max[k] > max ? lanes->max[k] : max;
    }
    min += 0.0f; /* a negative zero is zero */
    moments.mean = lanes->shift + sum / n;
    moments.m2 = square - sum * (sum / n);
    moments.m2 = moments.m2 > 0 ? moments.m2 : 0;
    moments.min = (double) min;
    moments.max = (double) max;
    self->highest = max > self->highest ? max : self->highest;
    self->n_tallied += self->n;
    self->n = 0;
    return moments;
}

/* The buckets from the highest value down to the lowest above 0: those that hold all but the zeros.
 * Looking no further leaves the pages in between alone. */
static size_t
count_used(const struct jc_recorder *self, uint32_t *lowest)
{
    uint64_t left = self->n_tallied - self->tally[0];
    uint32_t bucket = jc_sketch_bucket(self->highest) + 1;
    size_t n_used = self->tally[0] > 0;

    while (left > 0) {
        bucket--;
        left -= self->tally[bucket];
        n_used += self->tally[bucket] > 0;
    }
    *lowest = bucket;
    return n_used;
}

static void
take(struct jc_recorder *self, uint32_t at, struct jc_sketch *taken)
{
    if (self->tally[at] > 0) {
        taken->bucket[taken->n_buckets] = at;
        taken->count[taken->n_buckets] = self->tally[at];
        taken->n_buckets++;
        self->tally[at] = 0;
    }
}

int
jc_recorder_flush(struct jc_recorder *self, struct jc_record *record, struct jc_error *error)
{
    struct jc_sketch taken = { 0 };
    const uint32_t highest = jc_sketch_bucket(self->highest);
    uint32_t lowest, at;
    size_t n_used;
    int ret;

    if (self->n_tallied == 0) {
        return 0;
    }
    n_used = count_used(self, &lowest);
    taken.bucket = malloc(n_used * sizeof(*taken.bucket));
    taken.count = malloc(n_used * sizeof(*taken.count));
    if (taken.bucket == NULL || taken.count == NULL) {
        ret = jc_fail_memory(error);
    } else {
        take(self, 0, &taken);
        for (at = lowest; at <= highest; at++) {
            take(self, at, &taken);
        }
        self->n_tallied = 0;
        self->highest = 0;
        ret = jc_sketch_add(&record->sketch, taken.n_buckets, taken.bucket, taken.count, error);
    }
    jc_sketch_free(&taken);
    return ret;
}
