/*
 * Distributions of every kind for test_sampler.c, GSL's probabilities of them, and how far draws are from
 * these.
 */
#ifndef JC_TESTS_SAMPLER_CASES_H
#define JC_TESTS_SAMPLER_CASES_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "samplers/kernels.h"
#include "samplers/sampler.h"

#define N (1 << 20)
#define N_CASES 32
#define N_CONTINUOUS 23 /* the first ones */

static struct jc_distribution cases[N_CASES];
static float x[N], y[N];

static struct jc_distribution
make(enum jc_distribution_kind kind, double a, double b, double c, double min, double max)
{
    struct jc_distribution made = jc_distribution_constant(a);

    made.kind = kind;
    made.parameter[1] = b;
    made.parameter[2] = c;
    made.min = min;
    made.max = max;
    return made;
}

static struct jc_distribution
make_discrete(size_t n)
{
    struct jc_distribution made = make(JC_DISCRETE, 0, 0, 0, -INFINITY, INFINITY);
    size_t k;

    made.n_items = n;
    made.value = calloc(n, sizeof(*made.value));
    made.weight = calloc(n, sizeof(*made.weight));
    assert_true(made.value != NULL && made.weight != NULL);
    for (k = 0; k < n; k++) {
        made.value[k] = (double) ((k * 3) % n);
        made.weight[k] = k % 5 == 3 ? 0 : 1 + (double) (k % 3);
    }
    return made;
}

/* In no order, two of them equal, one without weight. */
static struct jc_distribution
make_interpolated(double min, double max)
{
    const double value[] = { 40, 10, 25, 12, 25, 90, 13, 33, -4 };
    const double weight[] = { 3, 1, 2, 5, 1, 0, 4, 2.5, 1.5 };
    struct jc_distribution made = make(JC_INTERPOLATED, 0, 0, 0, min, max);

    made.n_items = 9;
    made.value = malloc(sizeof(value));
    made.weight = malloc(sizeof(weight));
    assert_true(made.value != NULL && made.weight != NULL);
    memcpy(made.value, value, sizeof(value));
    memcpy(made.weight, weight, sizeof(weight));
    return made;
}

/* normal, gamma within limits of its own, lognormal */
static struct jc_distribution
make_mixture(double min, double max)
{
    struct jc_distribution made = make(JC_MIXTURE, 0, 0, 0, min, max);
    const double weight[3] = { 3, 2, 5 };

    made.n_items = 3;
    made.weight = calloc(3, sizeof(*made.weight));
    made.component = calloc(3, sizeof(*made.component));
    assert_true(made.weight != NULL && made.component != NULL);
    memcpy(made.weight, weight, sizeof(weight));
    made.component[0] = make(JC_NORMAL, 10, 1, 0, -INFINITY, INFINITY);
    made.component[1] = make(JC_GAMMA, 2, 3, 0, 1, 20);
    made.component[2] = make(JC_LOGNORMAL, 3, 0.2, 0, -INFINITY, INFINITY);
    return made;
}

static int
set_up(void **state)
{
    const double i = INFINITY;
    const struct jc_distribution simple[] = {
        make(JC_UNIFORM, -1, 3, 0, -i, i),
        make(JC_UNIFORM, 0, 10, 0, 2, 5),
        make(JC_TRIANGULAR, 1, 2, 5, -i, i),
        make(JC_TRIANGULAR, 1, 1, 5, -i, i),
        make(JC_TRIANGULAR, 1, 5, 5, 2, 4),
        make(JC_NORMAL, 3, 2, 0, -i, i),
        make(JC_NORMAL, 0, 1, 0, 5, i),
        make(JC_NORMAL, 0, 1, 0, -0.5, 1.5),
        make(JC_NORMAL, 0, 1, 0, -i, -5.5),
        make(JC_LOGNORMAL, 6, 0.9, 0, -i, i),
        make(JC_LOGNORMAL, 0, 2, 0, 0.1, 9),
        make(JC_EXPONENTIAL, 40, 0, 0, -i, i),
        make(JC_EXPONENTIAL, 1, 0, 0, 12, 14),
        make(JC_GAMMA, 0.3, 2, 0, -i, i),
        make(JC_GAMMA, 2.5, 100, 0, -i, i),
        make(JC_GAMMA, 900, 0.1, 0, -i, i),
        make(JC_GAMMA, 4, 1, 0, 3, 5),
        make(JC_BETA, 2, 5, 0, -i, i),
        make(JC_BETA, 0.4, 0.3, 0, -i, i),
        make(JC_BETA, 300, 200, 0, -i, i),
        make(JC_BETA, 8, 2, 0, 0.9, 1),
    };
    size_t k;

    (void) state;
    memcpy(cases, simple, sizeof(simple));
    cases[21] = make_mixture(-i, i);
    cases[22] = make_mixture(9, 15);
    cases[23] = make_discrete(7);
    cases[24] = make_discrete(10000);
    cases[25] = make(JC_NORMAL, 10, 3, 0, 0, i);
    cases[25].integer = true;
    cases[26] = make_mixture(5, i);
    cases[26].integer = true;
    cases[27] = make_discrete(20);
    cases[27].min = 3;
    cases[27].max = 11;
    cases[28] = make_interpolated(-i, i);
    cases[29] = make_interpolated(0, 26);
    cases[30] = make_mixture(-i, i);
    cases[30].component[1] = make_interpolated(11, i);
    cases[31] = make_interpolated(0, i);
    cases[31].integer = true;
    for (k = 0; k < N_CASES; k++) {
        assert_int_equal(jc_distribution_check(&cases[k], NULL), 0);
    }
    return 0;
}

static int
tear_down(void **state)
{
    size_t k;

    (void) state;
    for (k = 0; k < N_CASES; k++) {
        jc_distribution_free(&cases[k]);
    }
    return 0;
}

static struct jc_sampler *
new_sampler(const struct jc_distribution *distribution, uint64_t draw)
{
    struct jc_sampler *sampler;
    struct jc_error error = { "" };

    assert_int_equal(jc_sampler_new(&sampler, distribution, 2025, "test", draw, &error), 0);
    return sampler;
}

/* Queries from `first` on, in strips of `strip`. */
static void
draw(const struct jc_distribution *distribution, enum jc_simd simd, uint64_t first, size_t n,
    size_t strip, float *values)
{
    struct jc_sampler *sampler = new_sampler(distribution, 0);
    struct jc_cursor cursor;
    size_t i;

    jc_sampler_seek(sampler, first, &cursor);
    for (i = 0; i < n; i += strip) {
        jc_sampler_draw(sampler, jc_sampler_kernels_get(simd), &cursor,
            n - i < strip ? n - i : strip, values + i);
    }
    jc_sampler_free(sampler);
}

/* 0 below `from`, 1 from `to` on, a line between them. */
static double
ramp(double v, double from, double to)
{
    return v >= to ? 1 : v <= from ? 0 : (v - from) / (to - from);
}

/* P(X <= v) of interpolated values: half of each weight lies evenly between the value and the next one
 * below it, the other half between it and the next one above it. */
static double
oracle_lines(const struct jc_distribution *d, double v)
{
    double sum = 0;
    double whole = 0;
    size_t j, k;

    for (k = 0; k < d->n_items; k++) {
        const double at = d->value[k];
        double before = -INFINITY;
        double after = INFINITY;

        for (j = 0; j < d->n_items; j++) {
            if (d->weight[j] > 0) {
                before = d->value[j] < at ? fmax(before, d->value[j]) : before;
                after = d->value[j] > at ? fmin(after, d->value[j]) : after;
            }
        }
        before = isinf(before) ? at : before;
        after = isinf(after) ? at : after;
        sum += d->weight[k] / 2 * (ramp(v, before, at) + ramp(v, at, after));
        whole += d->weight[k];
    }
    return sum / whole;
}

/* The oracle: GSL's P(X <= v) and P(X > v). */
static void
oracle_tails(const struct jc_distribution *d, double v, double *p, double *q)
{
    const double a = d->parameter[0];
    const double b = d->parameter[1];
    const double c = d->parameter[2];

    switch (d->kind) {
        case JC_UNIFORM:
            *p = gsl_cdf_flat_P(v, a, b);
            *q = gsl_cdf_flat_Q(v, a, b);
            break;
        case JC_TRIANGULAR:
            *p = v <= a ? 0
                : v < b ? (v - a) * (v - a) / ((c - a) * (b - a))
                : v < c ? 1 - (c - v) * (c - v) / ((c - a) * (c - b))
                        : 1;
            *q = 1 - *p;
            break;
        case JC_NORMAL:
            *p = gsl_cdf_gaussian_P(v - a, b);
            *q = gsl_cdf_gaussian_Q(v - a, b);
            break;
        case JC_LOGNORMAL:
            *p = v <= 0 ? 0 : gsl_cdf_lognormal_P(v, a, b);
            *q = v <= 0 ? 1 : gsl_cdf_lognormal_Q(v, a, b);
            break;
        case JC_EXPONENTIAL:
            *p = gsl_cdf_exponential_P(v, a);
            *q = gsl_cdf_exponential_Q(v, a);
            break;
        case JC_GAMMA:
            *p = v <= 0 ? 0 : isinf(v) ? 1 : gsl_cdf_gamma_P(v, a, b);
            *q = v <= 0 ? 1 : isinf(v) ? 0 : gsl_cdf_gamma_Q(v, a, b);
            break;
        case JC_INTERPOLATED:
            *p = oracle_lines(d, v);
            *q = 1 - *p;
            break;
        default:
            *p = gsl_cdf_beta_P(v, a, b);
            *q = gsl_cdf_beta_Q(v, a, b);
            break;
    }
}

/* P(low < X <= high) of a distribution without its limits. */
static double
oracle_between(const struct jc_distribution *d, double low, double high)
{
    double p_low, q_low, p_high, q_high;

    if (low >= high) {
        return 0;
    }
    oracle_tails(d, low, &p_low, &q_low);
    oracle_tails(d, high, &p_high, &q_high);
    return p_low > 0.5 ? q_low - q_high : p_high - p_low;
}

static double
oracle_limited(const struct jc_distribution *d, double low, double high)
{
    return oracle_between(d, fmax(low, d->min), fmin(high, d->max))
        / oracle_between(d, d->min, d->max);
}

static double
oracle_cdf(const struct jc_distribution *d, double v)
{
    double part = 0;
    double whole = 0;
    size_t k;

    if (d->kind != JC_MIXTURE) {
        return oracle_limited(d, -INFINITY, v);
    }
    for (k = 0; k < d->n_items; k++) {
        part += d->weight[k] * oracle_limited(&d->component[k], d->min, fmin(v, d->max));
        whole += d->weight[k] * oracle_limited(&d->component[k], d->min, d->max);
    }
    return part / whole;
}

static int
compare_floats(const void *a, const void *b)
{
    const float u = *(const float *) a;
    const float v = *(const float *) b;

    return (u > v) - (u < v);
}

/* sqrt(n) times the largest distance of the empirical CDF, or up to 32 / sqrt(n) more: the CDF is computed at every 16th
 * value, and in between both only grow. Equal values count as one step; where many are equal, the CDF itself may jump. */
static double
kolmogorov_smirnov(const struct jc_distribution *d, float *values, size_t n)
{
    const size_t every = 16;
    double worst = 0, p_last = 0;
    size_t i, end, last = 0; /* of what the CDF was computed at */

    qsort(values, n, sizeof(*values), compare_floats);
    for (i = 0; i < n; i = end) {
        double p, below;

        for (end = i + 1; end < n && values[end] == values[i]; end++) { }
        if (end - last < every && end < n) {
            continue;
        }
        p = oracle_cdf(d, (double) values[i]);
        below = end - i < every ? p : oracle_cdf(d, (double) nextafterf(values[i], -INFINITY));
        worst = fmax(worst, fabs((double) end / (double) n - p));
        worst = fmax(worst, (double) i / (double) n - p_last);
        worst = fmax(worst, below - (double) last / (double) n);
        p_last = p;
        last = end;
    }
    return worst * sqrt((double) n);
}

#endif
