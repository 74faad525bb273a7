#include "results/sketch.h"

#include <stdlib.h>
#include <string.h>

void
jc_sketch_free(struct jc_sketch *self)
{
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

/* Makes room for the buckets from first to end (exclusive). */
static int
extend(struct jc_sketch *self, uint32_t first, uint32_t end, struct jc_error *error)
{
    uint32_t old_end = self->first + (uint32_t) self->n_buckets;
    uint64_t *count;

    if (self->n_buckets > 0) {
        first = first < self->first ? first : self->first;
        end = end > old_end ? end : old_end;
        if (end - first == self->n_buckets) {
            return 0;
        }
    }
    count = calloc(end - first, sizeof(*count));
    if (count == NULL) {
        return jc_fail_memory(error);
    }
    if (self->n_buckets > 0) {
        memcpy(count + (self->first - first), self->count, self->n_buckets * sizeof(*count));
    }
    free(self->count);
    self->count = count;
    self->first = first;
    self->n_buckets = end - first;
    return 0;
}

int
jc_sketch_add(struct jc_sketch *self, uint32_t first, size_t n, const uint64_t *count,
    struct jc_error *error)
{
    size_t j;
    int ret;

    if (n == 0) {
        return 0;
    }
    ret = extend(self, first, first + (uint32_t) n, error);
    if (ret != 0) {
        return ret;
    }
    for (j = 0; j < n; j++) {
        self->count[first - self->first + j] += count[j];
    }
    return 0;
}
