/* What the tests of mixtures share: samples, and records and mixtures of them. */
#ifndef JC_TESTS_MIXTURES_H
#define JC_TESTS_MIXTURES_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/statistics.h"
#include "samplers/pcg.h"
#include "samplers/stable_math.h"

static const struct jc_ranks whole = { 0, 1 };

static inline void
make_record(struct jc_record *record, size_t n, const float *x)
{
    const struct jc_record_kernels *kernels = jc_record_kernels_get(jc_simd_best());
    struct jc_recorder recorder;
    struct jc_error error = { "" };

    *record = (struct jc_record){ 0 };
    assert_int_equal(jc_recorder_init(&recorder, &error), 0);
    assert_int_equal(jc_recorder_add(&recorder, kernels, n, x), 0);
    record->moments = jc_recorder_end_block(&recorder);
    assert_int_equal(jc_recorder_flush(&recorder, record, &error), 0);
    jc_recorder_free(&recorder);
}

static inline struct jc_mixture_part
part_of(const struct jc_record *record, double weight, double low, double high)
{
    return (struct jc_mixture_part){ .record = record, .weight = weight, .ranks = { low, high } };
}

static inline void
mix(struct jc_mixture *mixture, size_t n, const struct jc_mixture_part *parts,
    struct jc_ranks ranks)
{
    struct jc_error error = { "" };

    assert_int_equal(jc_mixture_init(mixture, n, parts, ranks, false, &error), 0);
}

static inline double
uniform(struct jc_pcg *pcg)
{
    return ((double) jc_pcg_next(pcg) + 0.5) * 0x1p-32;
}

/* Lognormal values, at random or (pcg NULL) evenly spread over the ranks. */
static inline float *
lognormal(size_t n, double median, double sigma, struct jc_pcg *pcg)
{
    float *x = malloc(n * sizeof(*x));
    size_t j;

    assert_non_null(x);
    for (j = 0; j < n; j++) {
        const double u = pcg == NULL ? ((double) j + 0.5) / (double) n : uniform(pcg);

        x[j] = (float) (median * jc_exp(sigma * jc_normal_quantile(u)));
    }
    return x;
}

static inline int
compare_floats(const void *a, const void *b)
{
    const float x = *(const float *) a;
    const float y = *(const float *) b;

    return (x > y) - (x < y);
}

static inline void
sort(size_t n, float *x)
{
    qsort(x, n, sizeof(*x), compare_floats);
}

/* The smallest value of a sorted sample that a fraction p of it does not exceed. */
static inline double
sample_quantile(size_t n, const float *sorted, double p)
{
    size_t j = 0;

    while (j + 1 < n && (double) (j + 1) / (double) n < p) {
        j++;
    }
    return (double) sorted[j];
}

static const double probabilities[] = { 0, 1e-6, 0.001, 0.01, 0.05, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9,
    0.95, 0.99, 0.999, 1 - 1e-6, 1 };

enum { P = sizeof(probabilities) / sizeof(probabilities[0]) };

#endif
