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

#include "samplers/points.h"
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

/* An item of a table: it belongs to the words after those of the item before it, up to `last`. */
struct jc_item {
    uint32_t last;
    float value; /* what is drawn */
};

/* Items in the order of their words, and where to begin to look for the item of a word. */
struct jc_items {
    size_t n;
    struct jc_item *item; /* [n] */
    unsigned shift;       /* 1 to 31 */
    uint32_t *guide;      /* [2^(32 - shift)] of word >> shift: the first item of these words */
};

/* Straight lines: the last word of item k gives its value, each word before it slope[k] less. */
struct jc_lines {
    struct jc_items items;
    float *slope; /* [items.n] >= 0 */
    float low;    /* where the first line begins */
    float high;   /* where the last one ends */
};

/* One of several tables of items that share their arrays. */
struct jc_table {
    uint32_t guide; /* where its guide begins; entries count from the first item of all tables */
    uint32_t shift;
};

/* Two variables: the item of the first chooses the table of the second. */
struct jc_joint_tables {
    struct jc_items first;
    struct jc_table *table; /* [first.n] */
    struct jc_item *item;   /* of the second, table by table */
    uint32_t *guide;
};

struct jc_sampler_kernels {
    /* The next words of a stream. */
    void (*words)(struct jc_lanes *lanes, size_t n, uint32_t *word);
    /* Words of points.h: of the Sobol points from `first`, a multiple of JC_LANES, by the columns of
     * sobol.h; scrambled, in place; of a Latin hypercube, by the places in their strata. */
    void (*sobol)(const uint32_t *column, uint64_t first, size_t n, uint32_t *word);
    void (*scramble)(const struct jc_scramble *scramble, size_t n, uint32_t *word);
    void (*strata)(const struct jc_strata *strata, uint64_t first, size_t n, const uint32_t *place,
        uint32_t *word);
    /* Words to tails (sampler.h) of the whole unit interval, or of a part of it. */
    void (*tails)(size_t n, const uint32_t *word, float *tail);
    void (*tails_between)(const struct jc_interval *part, size_t n, const uint32_t *word,
        float *tail);
    /* Standard normal numbers to words: the way back from `normal`. */
    void (*normal_words)(size_t n, const float *z, uint32_t *word);

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
    void (*interpolated)(const struct jc_lines *lines, size_t n, const uint32_t *word, float *x);
    void (*joint)(const struct jc_joint_tables *tables, size_t n, const uint32_t *first_word,
        const uint32_t *second_word, float *first, float *second);
    void (*constant)(float value, size_t n, float *x);

    /* Changes of values: x = x + factor * y, rounded once; x = y where choice is `which`; to within
     * [low, high]; to the nearest integer, ties to even. */
    void (*add)(float factor, size_t n, const float *y, float *x);
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
