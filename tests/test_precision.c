/* Precision: records of replicates, their errors, and the intervals that come of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "results/number.h"
#include "results/precision.h"
#include "results/results.h"
#include "results/statistics.h"

#define REPLICATES 16
#define TRIALS 1000

/* In double precision. */
static void
assert_near(double a, double b, double difference)
{
    assert_true(fabs(a - b) <= difference);
}

static void
fill(struct jc_record *record, size_t n, const float *x)
{
    struct jc_recorder recorder;
    struct jc_error error;

    *record = (struct jc_record){ 0 };
    assert_int_equal(jc_recorder_init(&recorder, &error), 0);
    assert_int_equal(jc_recorder_add(&recorder, jc_record_kernels_get(JC_SIMD_BASELINE), n, x), 0);
    record->moments = jc_recorder_end_block(&recorder);
    assert_int_equal(jc_recorder_flush(&recorder, record, &error), 0);
    jc_recorder_free(&recorder);
}

static uint64_t state_of_words;

static double
next_unit(void)
{
    state_of_words = state_of_words * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double) (state_of_words >> 33) + 0.5) * 0x1p-31;
}

/* Three replicates of different size, one without values: everything by hand. */
static void
test_by_hand(void **state)
{
    static const float x[3][4] = { { 1, 2, 3, 4 }, { 3, 5 }, { 6, 6, 6, 6 } };
    static const size_t n[4] = { 4, 2, 4, 0 };
    struct jc_record part[4] = { { .moments = { 0 } } };
    struct jc_record whole = { 0 };
    struct jc_error error;
    double squares;
    size_t k;

    (void) state;
    for (k = 0; k < 3; k++) {
        fill(&part[k], n[k], x[k]);
    }
    assert_int_equal(jc_precision_join(&whole, 4, part, false, &error), 0);
    assert_int_equal(whole.moments.n, 10);
    assert_near(whole.moments.mean, 4.2, 1e-12);
    assert_int_equal(whole.precision->replicates, 3);
    squares = pow(0.4 * (2.5 - 4.2), 2) + pow(0.2 * (4 - 4.2), 2) + pow(0.4 * (6 - 4.2), 2);
    assert_near(whole.precision->mean, sqrt(1.5 * squares), 1e-12);
    assert_near(jc_record_mean_error(&whole, 2), 2 * sqrt(1.5 * squares), 1e-12);
    /* The median is 4 (up to the width of its bucket): at or below are 4, 1 and 0 of them. */
    squares = pow(0.4 * (1 - 0.5), 2) + pow(0.2 * (0.5 - 0.5), 2) + pow(0.4 * (0 - 0.5), 2);
    assert_near(whole.precision->cdf[14], sqrt(1.5 * squares), 1e-12);
    for (k = 0; k < 4; k++) {
        jc_record_free(&part[k]);
    }
    jc_record_free(&whole);
}

/* Without two replicates that have values nothing is known beyond the values themselves. */
static void
test_too_few(void **state)
{
    static const float x[2] = { 1, 3 };
    struct jc_record part[2] = { { .moments = { 0 } } };
    struct jc_record whole = { 0 };
    struct jc_error error;

    (void) state;
    fill(&part[1], 2, x);
    assert_int_equal(jc_precision_join(&whole, 2, part, false, &error), 0);
    assert_int_equal(whole.moments.n, 2);
    assert_null(whole.precision);
    assert_near(jc_record_mean_error(&whole, 1), 1, 1e-12);
    assert_near(jc_record_cdf_error(&whole, 0.5), sqrt(0.125), 1e-12);
    assert_true(jc_record_widening(&whole) == 1);
    jc_record_free(&part[1]);
    jc_record_free(&whole);
}

static void
test_student(void **state)
{
    struct jc_precision precision = { 0 };
    struct jc_record record = { .precision = &precision };

    (void) state;
    for (precision.replicates = 2; precision.replicates <= JC_PRECISION_REPLICATES;
         precision.replicates++) {
        const double t = jc_record_widening(&record) * JC_Z975;

        assert_near(gsl_cdf_tdist_P(t, (double) (precision.replicates - 1)), 0.975, 1e-12);
    }
}

/* At the ranks the errors themselves; between them a multiple of the binomial one; beyond them not below it; nowhere below one
 * value. */
static void
test_interpolation(void **state)
{
    struct jc_precision precision = { .replicates = 16 };
    struct jc_record record = { .moments = { .n = 100000000 }, .precision = &precision };
    size_t j;

    (void) state;
    for (j = 0; j < JC_PRECISION_RANKS; j++) {
        const double rank = jc_precision_rank[j];

        assert_true(j == 0 || rank > jc_precision_rank[j - 1]);
        precision.cdf[j] = (0.1 + 0.01 * (double) j) * sqrt(rank * (1 - rank)) / 1e4;
    }
    for (j = 0; j < JC_PRECISION_RANKS; j++) {
        assert_near(jc_record_cdf_error(&record, jc_precision_rank[j]), precision.cdf[j], 1e-17);
    }
    assert_near(jc_record_cdf_error(&record, 0.525), 0.245 * sqrt(0.525 * 0.475) / 1e4, 1e-17);
    assert_near(jc_record_cdf_error(&record, 1e-4), sqrt(1e-4 * (1 - 1e-4)) / 1e4, 1e-17);
    assert_near(jc_record_cdf_error(&record, 0.9999), sqrt(1e-4 * (1 - 1e-4)) / 1e4, 1e-17);
    precision.cdf[14] = 0;
    assert_near(jc_record_cdf_error(&record, 0.5), 1e-8, 1e-20);
    precision.cdf[0] *= 30;
    assert_near(jc_record_cdf_error(&record, 1e-4), 3 * sqrt(1e-4 * (1 - 1e-4)) / 1e4, 1e-16);
    assert_true(jc_record_cdf_error(&record, 0) == 0);
    assert_true(jc_record_cdf_error(&record, 1) == 0);
}

/* Of stratified values 95 % intervals cover the true mean and the true quantiles as often, and are much
 * narrower than independent values would make them. 1000 trials: 0.95 +- 5 binomial errors is 0.916 to 0.984. */
static void
test_coverage(void **state)
{
    static const double probability[3] = { 0.1, 0.45, 0.9 };
    struct jc_mixture_part part = { .weight = 1, .ranks = { 0, 1 } };
    int covered[4] = { 0 };
    double widths[2] = { 0, 0 };
    struct jc_error error;
    int trial;

    (void) state;
    state_of_words = 42;
    for (trial = 0; trial < TRIALS; trial++) {
        struct jc_record replicate[REPLICATES];
        struct jc_record whole = { 0 };
        struct jc_statistics statistics;
        struct jc_mixture mixture;
        float x[256];
        double t;
        size_t j, k;

        for (k = 0; k < REPLICATES; k++) {
            for (j = 0; j < 256; j++) { /* two values in each of 128 strata of an exponential */
                x[j] = (float) -log1p(-((double) (j / 2) + next_unit()) / 128);
            }
            fill(&replicate[k], 256, x);
        }
        assert_int_equal(jc_precision_join(&whole, REPLICATES, replicate, false, &error), 0);
        part.record = &whole;
        assert_int_equal(jc_mixture_init(&mixture, 1, &part, (struct jc_ranks){ 0, 1 }, false,
                             &error),
            0);
        assert_int_equal(jc_mixture_statistics(&mixture, 3, probability, true, &statistics, &error),
            0);
        t = jc_record_widening(&whole) * 1.959964;
        covered[0] += fabs(statistics.mean - 1) <= t * statistics.mean_error;
        for (j = 0; j < 3; j++) {
            const double truth = -log1p(-probability[j]);

            covered[1 + j] += statistics.lower[j] <= truth && truth <= statistics.upper[j];
        }
        widths[0] += statistics.upper[1] - statistics.lower[1];
        jc_statistics_free(&statistics);
        free(whole.precision);
        whole.precision = NULL;
        assert_int_equal(jc_mixture_statistics(&mixture, 3, probability, true, &statistics, &error),
            0);
        widths[1] += statistics.upper[1] - statistics.lower[1];
        jc_statistics_free(&statistics);
        jc_mixture_free(&mixture);
        for (k = 0; k < REPLICATES; k++) {
            jc_record_free(&replicate[k]);
        }
        jc_record_free(&whole);
    }
    print_message("covered of %d: mean %d, P10 %d, P45 %d, P90 %d; the P45's interval %.2f as "
                  "wide\n",
        TRIALS, covered[0], covered[1], covered[2], covered[3], widths[0] / widths[1]);
    for (trial = 0; trial < 4; trial++) {
        assert_in_range(covered[trial], 916, 984);
    }
    assert_true(widths[0] < 0.5 * widths[1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_too_few),
        cmocka_unit_test(test_student),
        cmocka_unit_test(test_interpolation),
        cmocka_unit_test(test_coverage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
