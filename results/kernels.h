/*
 * The inner loops of recording: moments and tallies of a column of n values (single precision).
 * Every variant gives the same bits.
 */
#ifndef JC_RESULTS_KERNELS_H
#define JC_RESULTS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/simd.h"

#define JC_MOMENT_LANES 16

/* Running sums of one block; value j of a call goes to lane j modulo JC_MOMENT_LANES. */
struct jc_moment_lanes {
    double shift; /* a value of the block: sums are of differences from it */
    double sum[JC_MOMENT_LANES];
    double square[JC_MOMENT_LANES];
    float min[JC_MOMENT_LANES];
    float max[JC_MOMENT_LANES];
};

struct jc_record_kernels {
    /* Adds x[n]. */
    void (*moments)(struct jc_moment_lanes *lanes, size_t n, const float *x);

    /* count[bucket of x[j]]++ for j < n; count[JC_SKETCH_BUCKETS]. Negative zero counts as zero. */
    void (*tally)(size_t n, const float *x, uint64_t *count);

    /* The largest bit pattern of x[n] + 0: above that of FLT_MAX, a value is negative, infinite or
     * not a number. */
    uint32_t (*largest_bits)(size_t n, const float *x);

    /* Fletcher's checksum of n 16-bit words as HDF5's filter computes it (big-endian words, sums
     * modulo 65535, zero only for zeros). */
    uint32_t (*fletcher32)(size_t n, const uint16_t *word);
};

/* The loops of a variant; NULL if this build or this processor does not have it. */
const struct jc_record_kernels *jc_record_kernels_get(enum jc_simd simd);

#endif
