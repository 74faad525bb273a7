/*
 * Sketches: exact counts of a non-negative quantity in logarithmic buckets.
 *
 * A bucket is all single-precision numbers that agree in sign, exponent and the first 10 bits of the
 * mantissa, so it is at most 2^-10 = 0.098 % wide, and any quantile read from it has a relative error
 * below that. Counts are integers: sketches merge exactly, in any order. Zeros and subnormal numbers
 * are in the buckets from 0 on.
 */
#ifndef JC_RESULTS_SKETCH_H
#define JC_RESULTS_SKETCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define JC_SKETCH_SHIFT 13 /* bits of a float that a bucket does not tell apart */
#define JC_SKETCH_RELATIVE_ERROR 0x1p-10

/* Every bit pattern of a float has a bucket; those from here on hold no finite number >= 0. */
#define JC_SKETCH_INVALID (0x7f800000u >> JC_SKETCH_SHIFT)

/* A dense tally has this many counts. */
#define JC_SKETCH_BUCKETS ((size_t) 1 << (32 - JC_SKETCH_SHIFT))

struct jc_sketch {
    size_t n_buckets;
    uint32_t *bucket; /* [n_buckets] ascending */
    uint64_t *count;  /* [n_buckets] > 0 */
};

void jc_sketch_free(struct jc_sketch *self);

/* The bucket of a value >= 0. */
uint32_t jc_sketch_bucket(float x);

/* The smallest number of a bucket; bucket + 1 gives the end. */
double jc_sketch_edge(uint32_t bucket);

/* Adds the counts of n buckets, given as in a sketch: ascending, counts above 0. Errors:
 * JC_ERROR_INTERNAL; then the sketch is as it was. */
int jc_sketch_add(struct jc_sketch *self, size_t n, const uint32_t *bucket, const uint64_t *count,
    struct jc_error *error);

/* Takes back the counts of another sketch. Returns 0, or 1 if it holds some that are not in this one;
 * then this one is spoilt. */
int jc_sketch_subtract(struct jc_sketch *self, const struct jc_sketch *other);

#endif
