/* Trimmed mixtures: what is left, against what is left of a sorted sample. */
#include "mixtures.h"

/* Mean and standard deviation of x[n]. */
static void
sample_moments(size_t n, const float *x, double *mean, double *sd)
{
    long double sum = 0, square = 0;
    size_t j;

    for (j = 0; j < n; j++) {
        sum += (long double) x[j];
    }
    *mean = (double) (sum / (long double) n);
    for (j = 0; j < n; j++) {
        square += ((long double) x[j] - (long double) *mean) * ((long double) x[j] - *mean);
    }
    *sd = (double) sqrtl(square / (long double) (n - 1));
}

/* Compares quantiles, moments and extremes with those of what is left of a sorted sample. */
static void
expect_left(const struct jc_mixture *mixture, size_t n, const float *left, uint64_t n_values)
{
    struct jc_statistics statistics;
    struct jc_error error = { "" };
    double mean, sd;
    size_t j;

    assert_int_equal(jc_mixture_statistics(mixture, P, probabilities, true, &statistics, &error),
        0);
    for (j = 0; j < P; j++) {
        const double expected = sample_quantile(n, left, probabilities[j]);

        assert_true(fabs(statistics.quantile[j] - expected) <= JC_SKETCH_RELATIVE_ERROR * expected);
        assert_true(statistics.lower[j] <= statistics.quantile[j]);
        assert_true(statistics.upper[j] >= statistics.quantile[j]);
        assert_true(statistics.lower[j] >= statistics.min && statistics.upper[j] <= statistics.max);
    }
    sample_moments(n, left, &mean, &sd);
    assert_int_equal(statistics.n, n_values);
    assert_true(fabs(statistics.mean - mean) <= 1e-4 * mean);
    assert_true(fabs(statistics.sd - sd) <= 1e-4 * sd);
    assert_true(
        fabs(statistics.min - (double) left[0]) <= JC_SKETCH_RELATIVE_ERROR * statistics.min);
    assert_true(
        fabs(statistics.max - (double) left[n - 1]) <= JC_SKETCH_RELATIVE_ERROR * statistics.max);
    jc_statistics_free(&statistics);
}

/* One record: 5 % off both ends, then 10 % of the rest off both ends leaves ranks 0.14 to 0.86. */
static void
test_trimmed_twice(void **state)
{
    const size_t n = 100000;
    struct jc_record record;
    struct jc_mixture_part part;
    struct jc_mixture mixture;
    struct jc_pcg pcg;
    float *x;

    (void) state;
    jc_pcg_init(&pcg, 13, 14);
    x = lognormal(n, 0.3, 1, &pcg);
    make_record(&record, n, x);
    sort(n, x);
    part = part_of(&record, 1, 0.05, 0.95);
    mix(&mixture, 1, &part, whole);
    expect_left(&mixture, n - n / 10, x + n / 20, 90000);
    jc_mixture_free(&mixture);
    mix(&mixture, 1, &part, (struct jc_ranks){ 0.1, 0.9 });
    expect_left(&mixture, 72000, x + 14000, 72000);
    jc_mixture_free(&mixture);
    part = part_of(&record, 1, 0, 1); /* outer ranks only, of one side */
    mix(&mixture, 1, &part, (struct jc_ranks){ 0, 0.8 });
    expect_left(&mixture, 80000, x, 80000);
    jc_mixture_free(&mixture);
    jc_record_free(&record);
    free(x);
}

/* Two records of 1 and 3 parts by weight and by number: trimmed each, mixed, trimmed as a whole. */
static void
test_trimmed_mixture(void **state)
{
    const size_t n[2] = { 40000, 120000 };
    struct jc_record records[2];
    struct jc_mixture_part parts[2];
    struct jc_mixture mixture;
    struct jc_pcg pcg;
    float *left = malloc((n[0] + n[1]) * sizeof(*left));
    size_t j, n_left = 0;
    float *x;

    (void) state;
    assert_non_null(left);
    jc_pcg_init(&pcg, 15, 16);
    for (j = 0; j < 2; j++) {
        x = lognormal(n[j], j == 0 ? 0.3 : 0.9, 0.9, &pcg);
        make_record(&records[j], n[j], x);
        parts[j] = part_of(&records[j], j == 0 ? 1 : 3, 0.05, 0.95);
        sort(n[j], x);
        memcpy(left + n_left, x + n[j] / 20, (n[j] - n[j] / 10) * sizeof(*x));
        n_left += n[j] - n[j] / 10;
        free(x);
    }
    sort(n_left, left);
    mix(&mixture, 2, parts, whole);
    expect_left(&mixture, n_left, left, n_left);
    jc_mixture_free(&mixture);
    mix(&mixture, 2, parts, (struct jc_ranks){ 0.1, 0.9 });
    expect_left(&mixture, n_left - n_left / 5, left + n_left / 10, n_left - n_left / 5);
    jc_mixture_free(&mixture);
    jc_record_free(&records[0]);
    jc_record_free(&records[1]);
    free(left);
}

/* Weights whose sum rounds to less than 1: the highest rank is still that of the trimmed parts. */
static void
test_rounded_weights(void **state)
{
    float x[1000];
    struct jc_record record;
    struct jc_mixture_part parts[10];
    struct jc_mixture mixture;
    size_t j, n;

    (void) state;
    for (j = 0; j < 1000; j++) {
        x[j] = 1 + (float) j;
    }
    make_record(&record, 1000, x);
    for (n = 1; n <= 10; n++) {
        for (j = 0; j < n; j++) {
            parts[j] = part_of(&record, 1, 0.05, 0.95);
        }
        mix(&mixture, n, parts, whole);
        assert_true(fabs(jc_mixture_quantile(&mixture, 0) - 50) <= 1.1);
        assert_true(fabs(jc_mixture_quantile(&mixture, 1) - 950) <= 1.1);
        jc_mixture_free(&mixture);
    }
    jc_record_free(&record);
}

/* A constant among trimmed parts has its weight, no more. */
static void
test_trimmed_constant(void **state)
{
    float x[1000];
    struct jc_record records[2];
    struct jc_mixture_part parts[2];
    struct jc_mixture mixture;
    struct jc_statistics statistics;
    struct jc_error error = { "" };
    size_t j;

    (void) state;
    for (j = 0; j < 1000; j++) {
        x[j] = 100 + (float) j / 100;
    }
    make_record(&records[0], 1000, x);
    assert_int_equal(jc_record_constant(&records[1], 205, 1000, &error), 0);
    parts[0] = part_of(&records[0], 1, 0.05, 0.95);
    parts[1] = part_of(&records[1], 1, 0.05, 0.95);
    mix(&mixture, 2, parts, whole);
    assert_int_equal(jc_mixture_statistics(&mixture, 0, NULL, true, &statistics, &error), 0);
    assert_true(fabs(statistics.mean - 155) < 0.05);
    assert_true(statistics.max == 205);
    jc_statistics_free(&statistics);
    jc_mixture_free(&mixture);
    jc_record_free(&records[0]);
    jc_record_free(&records[1]);
}

/* Zeros are zeros, also where they are cut: 60 of 100 values, of which ten are trimmed. */
static void
test_zeros(void **state)
{
    struct jc_record record;
    struct jc_mixture_part part;
    struct jc_mixture mixture;
    struct jc_statistics statistics;
    struct jc_error error = { "" };
    float x[100] = { 0 };
    size_t j;

    (void) state;
    for (j = 60; j < 100; j++) {
        x[j] = 0.5f;
    }
    make_record(&record, 100, x);
    part = part_of(&record, 1, 0, 1);
    mix(&mixture, 1, &part, whole);
    assert_true(jc_mixture_quantile(&mixture, 0.05) == 0);
    assert_true(jc_mixture_quantile(&mixture, 0.599) == 0);
    assert_true(fabs(jc_mixture_quantile(&mixture, 0.61) - 0.5) <= 0.5 * JC_SKETCH_RELATIVE_ERROR);
    jc_mixture_free(&mixture);
    part = part_of(&record, 1, 0.1, 1);
    mix(&mixture, 1, &part, whole);
    assert_true(jc_mixture_quantile(&mixture, 0.55) == 0);
    assert_true(jc_mixture_quantile(&mixture, 0.56) > 0.49);
    jc_mixture_free(&mixture);

    /* The whole is cut through the zeros and through the others: 40 of 60, 30 of 40. */
    part = part_of(&record, 1, 0, 1);
    mix(&mixture, 1, &part, (struct jc_ranks){ 0.2, 0.9 });
    assert_int_equal(jc_mixture_statistics(&mixture, 0, NULL, false, &statistics, &error), 0);
    assert_int_equal(statistics.n, 70);
    assert_true(fabs(statistics.mean - 0.5 * 30 / 70) < 1e-12);
    assert_true(fabs(statistics.sd - 0.5 * sqrt(30 * 40) / 70) < 1e-12);
    jc_statistics_free(&statistics);
    jc_mixture_free(&mixture);
    jc_record_free(&record);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trimmed_twice),
        cmocka_unit_test(test_zeros),
        cmocka_unit_test(test_trimmed_mixture),
        cmocka_unit_test(test_rounded_weights),
        cmocka_unit_test(test_trimmed_constant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
