/*
 * The inner loops of the samplers: plain loops over a strip, compiled once per SIMD variant from
 * kernels.c. All variants give the same bits.
 *
 * Every loop handles n rounded up to a multiple of JC_LANES, and all arrays have room for that.
 * Inputs and outputs do not overlap.
 */
#ifndef JC_SAMPLERS_KERNELS_H
#define JC_SAMPLERS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "samplers/quantile_table.h"
#include "samplers/stream.h"

/* n rounded up to whole lanes. */
static inline size_t
jc_round_to_lanes(size_t n)
{
    return (n + JC_LANES - 1) / JC_LANES * JC_LANES;
}

/* A part of the unit interval of probabilities. */
struct jc_interval {
    double low;   /* P below the part */
    double high;  /* P above the part, with its own relative precision */
    double width; /* P of the part */
};

/* The inverse CDF of a triangular distribution, from its nearer end. */
struct jc_triangle {
    float low;
    float high;
    float below_mode;   /* P(X <= mode) */
    float square_left;  /* (high - low) (mode - low) */
    float square_right; /* (high - low) (high - mode) */
};

/* Items in the order of their words: item k belongs to the words after last[k - 1] up to last[k].
 * `last` is filled up to 2^n_steps entries with 2^32 - 1. */
struct jc_items {
    unsigned n_steps;
    uint32_t *last;
    float *value; /* as long as last; what is drawn */
};

struct jc_sampler_kernels {
    /* The next words of a stream. */
    void (*words)(struct jc_lanes *lanes, size_t n, uint32_t *word);
    /* Words to tails (sampler.h) of the whole unit interval, or of a part of it. */
    void (*tails)(size_t n, const uint32_t *word, float *tail);
    void (*tails_between)(const struct jc_interval *part, size_t n, const uint32_t *word,
        float *tail);

    /* Tails to values. */
    void (*uniform)(float low, float high, size_t n, const float *tail, float *x);
    void (*triangular)(const struct jc_triangle *triangle, size_t n, const float *tail, float *x);
    void (*normal)(float mean, float sd, size_t n, const float *tail, float *x);
    void (*lognormal)(float median, float sigma, size_t n, const float *tail, float *x);
    void (*exponential)(float mean, size_t n, const float *tail, float *x);
    void (*gamma)(const struct jc_quantile_table *table, float median, size_t n, const float *tail,
        float *x);
    void (*beta)(const struct jc_quantile_table *table, size_t n, const float *tail, float *x);

    /* Words to values. */
    void (*discrete)(const struct jc_items *items, size_t n, const uint32_t *word, float *x);
    void (*constant)(float value, size_t n, float *x);

    /* Changes of values: x = y where choice is `which`; to within [low, high]; to the nearest
     * integer, ties to even. */
    void (*select)(float which, size_t n, const float *choice, const float *y, float *x);
    void (*limit)(float low, float high, size_t n, float *x);
    void (*round)(size_t n, float *x);

    /* The functions of vector_math.h, for tests and benchmarks. */
    void (*log)(size_t n, const float *x, float *y);
    void (*exp)(size_t n, const float *x, float *y);
};

extern const struct jc_sampler_kernels jc_sampler_kernels_scalar;
extern const struct jc_sampler_kernels jc_sampler_kernels_baseline;
#if defined(__x86_64__)
extern const struct jc_sampler_kernels jc_sampler_kernels_avx2;
extern const struct jc_sampler_kernels jc_sampler_kernels_avx512;
#endif

#endif
