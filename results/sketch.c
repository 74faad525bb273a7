#include "results/sketch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void
jc_sketch_free(struct jc_sketch *self)
{
    free(self->bucket);
    free(self->count);
    *self = (struct jc_sketch){ 0 };
}

uint32_t
jc_sketch_bucket(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits >> JC_SKETCH_SHIFT;
}

double
jc_sketch_edge(uint32_t bucket)
{
    uint32_t bits = bucket << JC_SKETCH_SHIFT;
    float x;

    memcpy(&x, &bits, sizeof(x));
    return (double) x;
}

int
jc_sketch_add(struct jc_sketch *self, size_t n, const uint32_t *bucket, const uint64_t *count,
    struct jc_error *error)
{
    struct jc_sketch merged = { .n_buckets = 0 };
    size_t j = 0;
    size_t k = 0;

    if (n == 0) {
        return 0;
    }
    merged.bucket = malloc((self->n_buckets + n) * sizeof(*merged.bucket));
    merged.count = malloc((self->n_buckets + n) * sizeof(*merged.count));
    if (merged.bucket == NULL || merged.count == NULL) {
        jc_sketch_free(&merged);
        return jc_fail_memory(error);
    }
    while (j < self->n_buckets || k < n) {
        const bool own = k == n || (j < self->n_buckets && self->bucket[j] <= bucket[k]);
        const bool added = j == self->n_buckets || (k < n && bucket[k] <= self->bucket[j]);

        merged.bucket[merged.n_buckets] = own ? self->bucket[j] : bucket[k];
        merged.count[merged.n_buckets] = (own ? self->count[j] : 0) + (added ? count[k] : 0);
        merged.n_buckets++;
        j += own;
        k += added;
    }
    jc_sketch_free(self);
    *self = merged;
    return 0;
}

int
jc_sketch_subtract(struct jc_sketch *self, const struct jc_sketch *other)
{
    size_t n_left = 0;
    size_t k = 0;
    size_t j;

    for (j = 0; j < self->n_buckets; j++) {
        uint64_t count = self->count[j];

        if (k < other->n_buckets && other->bucket[k] == self->bucket[j]) {
            if (other->count[k] > count) {
                return 1;
            }
            count -= other->count[k];
            k++;
        }
        if (count > 0) {
            self->bucket[n_left] = self->bucket[j];
            self->count[n_left] = count;
            n_left++;
        }
    }
    self->n_buckets = n_left;
    return k < other->n_buckets;
}
