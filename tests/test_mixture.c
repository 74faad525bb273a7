/* Mixtures: quantiles, moments and confidence bounds, against sorted samples and known laws. */
#include "mixtures.h"

/* The largest relative difference of the quantiles of one record from those of the sample. */
static double
largest_error(size_t n, float *x)
{
    struct jc_record record;
    struct jc_mixture_part part;
    struct jc_mixture mixture;
    double largest = 0;
    double expected;
    size_t j;

    make_record(&record, n, x);
    part = part_of(&record, 1, 0, 1);
    mix(&mixture, 1, &part, whole);
    sort(n, x);
    for (j = 0; j < P; j++) {
        expected = sample_quantile(n, x, probabilities[j]);
        largest = fmax(largest,
            fabs(jc_mixture_quantile(&mixture, probabilities[j]) - expected) / expected);
    }
    assert_true(jc_mixture_quantile(&mixture, 0) == (double) x[0]);
    assert_true(jc_mixture_quantile(&mixture, 1) == (double) x[n - 1]);
    assert_true(jc_mixture_quantile(&mixture, -1) == (double) x[0]);
    assert_true(jc_mixture_quantile(&mixture, 2) == (double) x[n - 1]);
    jc_mixture_free(&mixture);
    jc_record_free(&record);
    return largest;
}

/* Never beyond the width of a bucket; closer for half a million smooth values, of which 99 percentiles
 * are measured: typically 3e-5, at most 1.4e-4. */
static void
test_one_record(void **state)
{
    static const size_t sizes[] = { 1, 2, 3, 10, 100, 1000, 30000 };
    const size_t n = 500000;
    struct jc_record record;
    struct jc_mixture_part part;
    struct jc_mixture mixture;
    struct jc_pcg pcg;
    float *x;
    double p, expected;
    size_t j;

    (void) state;
    jc_pcg_init(&pcg, 9, 10);
    for (j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
        x = lognormal(sizes[j], 0.3, 1.0, &pcg);
        assert_true(largest_error(sizes[j], x) <= JC_SKETCH_RELATIVE_ERROR);
        free(x);
        x = lognormal(sizes[j], 1e-15, 10.0, &pcg); /* over many powers of ten */
        assert_true(largest_error(sizes[j], x) <= JC_SKETCH_RELATIVE_ERROR);
        free(x);
    }
    x = lognormal(n, 0.3, 0.8, &pcg);
    make_record(&record, n, x);
    part = part_of(&record, 1, 0, 1);
    mix(&mixture, 1, &part, whole);
    sort(n, x);
    for (p = 0.01; p < 0.995; p += 0.01) {
        expected = sample_quantile(n, x, p);
        assert_true(fabs(jc_mixture_quantile(&mixture, p) - expected) <= 2e-4 * expected);
    }
    jc_mixture_free(&mixture);
    jc_record_free(&record);
    free(x);
}

/* Zeros and very small values beside large ones. */
static void
test_zeros(void **state)
{
    float x[8] = { 0, 0, 1e-30f, 3e-30f, 1e-10f, 0.5f, 3, 1e30f };
    struct jc_record record;
    struct jc_mixture_part part;
    struct jc_mixture mixture;
    size_t j;

    (void) state;
    make_record(&record, 8, x);
    part = part_of(&record, 1, 0, 1);
    mix(&mixture, 1, &part, whole);
    for (j = 2; j < 8; j++) {
        const double found = jc_mixture_quantile(&mixture, ((double) j + 0.5) / 8);

        assert_true(fabs(found - (double) x[j]) <= JC_SKETCH_RELATIVE_ERROR * (double) x[j]);
    }
    assert_true(jc_mixture_quantile(&mixture, 0) == 0);
    assert_true(jc_mixture_quantile(&mixture, 0.125) < 1e-40);
    jc_mixture_free(&mixture);
    jc_record_free(&record);
}

static void
test_constant(void **state)
{
    struct jc_record record;
    struct jc_mixture_part part;
    struct jc_mixture mixture;
    struct jc_statistics statistics;
    struct jc_error error = { "" };
    size_t j;

    (void) state;
    assert_int_equal(jc_record_constant(&record, 0.1f, 1000, &error), 0);
    for (j = 0; j < 2; j++) {
        part = part_of(&record, 7, j == 0 ? 0 : 0.05, j == 0 ? 1 : 0.95);
        mix(&mixture, 1, &part, (struct jc_ranks){ j == 0 ? 0 : 0.1, j == 0 ? 1 : 0.9 });
        assert_int_equal(jc_mixture_statistics(&mixture, P, probabilities, true, &statistics,
                             &error),
            0);
        assert_int_equal(statistics.n, j == 0 ? 1000 : 720);
        assert_true(statistics.mean == (double) 0.1f);
        assert_true(statistics.sd == 0);
        assert_true(statistics.mean_error == 0);
        assert_true(statistics.min == (double) 0.1f && statistics.max == (double) 0.1f);
        assert_true(statistics.quantile[0] == (double) 0.1f);
        assert_true(statistics.quantile[8] == (double) 0.1f);
        assert_true(statistics.lower[8] == (double) 0.1f && statistics.upper[8] == (double) 0.1f);
        assert_true(statistics.quantile[P - 1] == (double) 0.1f);
        jc_statistics_free(&statistics);
        assert_null(statistics.quantile);
        jc_mixture_free(&mixture);
    }
    jc_record_free(&record);
}

/* Quantiles of a whole-number quantity, at every rank that a sample of n has and between them. */
static void
expect_whole_numbers(size_t n, float *x, double tolerance)
{
    struct jc_record record;
    struct jc_mixture_part part;
    struct jc_mixture mixture;
    struct jc_error error = { "" };
    size_t j;

    make_record(&record, n, x);
    sort(n, x);
    part = part_of(&record, 1, 0, 1);
    assert_int_equal(jc_mixture_init(&mixture, 1, &part, whole, true, &error), 0);
    for (j = 0; j <= 2 * n; j++) {
        const double p = (double) j / (double) (2 * n);
        const double expected = (double) x[j == 0 ? 0 : (j - 1) / 2];
        const double found = jc_mixture_quantile(&mixture, p);

        assert_true(found == floor(found));
        assert_true(fabs(found - expected) <= tolerance * expected);
    }
    jc_mixture_free(&mixture);
    jc_record_free(&record);
}

/* Up to 2047, where a bucket holds one whole number, they are those of the sample. */
static void
test_whole_numbers(void **state)
{
    static float x[4000];
    struct jc_pcg pcg;
    size_t j;

    (void) state;
    jc_pcg_init(&pcg, 11, 12);
    for (j = 0; j < 4000; j++) {
        x[j] = (float) (jc_pcg_next(&pcg) % 2048);
    }
    expect_whole_numbers(4000, x, 0);
    for (j = 0; j < 4000; j++) {
        x[j] = (float) (j % 3);
    }
    expect_whole_numbers(4000, x, 0);
    for (j = 0; j < 1000; j++) {
        x[j] = 500;
    }
    expect_whole_numbers(1000, x, 0);
    for (j = 0; j < 4000; j++) {
        x[j] = (float) (jc_pcg_next(&pcg) % 200000);
    }
    expect_whole_numbers(4000, x, JC_SKETCH_RELATIVE_ERROR);
}

/* A constant beside values around it, as whole numbers. */
static void
test_whole_mixture(void **state)
{
    const float x[4] = { 499, 500, 501, 2000 };
    struct jc_record records[2];
    struct jc_mixture_part parts[2];
    struct jc_mixture mixture;
    struct jc_error error = { "" };

    (void) state;
    make_record(&records[0], 4, x);
    assert_int_equal(jc_record_constant(&records[1], 500, 10, &error), 0);
    parts[0] = part_of(&records[0], 1, 0, 1);
    parts[1] = part_of(&records[1], 1, 0, 1);
    assert_int_equal(jc_mixture_init(&mixture, 2, parts, whole, true, &error), 0);
    assert_true(jc_mixture_quantile(&mixture, 0) == 499);
    assert_true(jc_mixture_quantile(&mixture, 0.125) == 499);
    assert_true(jc_mixture_quantile(&mixture, 0.126) == 500);
    assert_true(jc_mixture_quantile(&mixture, 0.75) == 500);
    assert_true(jc_mixture_quantile(&mixture, 0.76) == 501);
    assert_true(jc_mixture_quantile(&mixture, 0.875) == 501);
    assert_true(jc_mixture_quantile(&mixture, 0.876) == 2000);
    assert_true(jc_mixture_quantile(&mixture, 1) == 2000);
    jc_mixture_free(&mixture);
    jc_record_free(&records[0]);
    jc_record_free(&records[1]);
}

/* The quantile of a mixture of two lognormals, by bisection of its cdf. */
static double
exact_quantile(double weight, const double median[2], const double sigma[2], double p)
{
    double low = -60, high = 60, middle, cdf;
    int j;

    for (j = 0; j < 100; j++) {
        middle = (low + high) / 2;
        cdf = weight * jc_normal_cdf((middle - jc_log(median[0])) / sigma[0])
            + (1 - weight) * jc_normal_cdf((middle - jc_log(median[1])) / sigma[1]);
        if (cdf >= p) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return jc_exp(low);
}

/* Evenly spread samples have ranks that are wrong by at most 1 / 2n: between the 1st and the 99th
 * percentile that moves these quantiles by less than 1e-4, which adds to the width of a bucket. */
static void
test_two_lognormals(void **state)
{
    static const double weights[] = { 0.5, 0.9, 0.01 };
    const size_t n = 100000;
    const double median[2] = { 0.3, 4 };
    const double sigma[2] = { 0.8, 0.5 };
    struct jc_record records[2];
    struct jc_mixture_part parts[2];
    struct jc_mixture mixture;
    float *x;
    double p, expected;
    size_t j;

    (void) state;
    for (j = 0; j < 2; j++) {
        x = lognormal(n << j, median[j], sigma[j], NULL); /* of different sizes */
        make_record(&records[j], n << j, x);
        free(x);
    }
    for (j = 0; j < sizeof(weights) / sizeof(weights[0]); j++) {
        parts[0] = part_of(&records[0], 20 * weights[j], 0, 1);
        parts[1] = part_of(&records[1], 20 * (1 - weights[j]), 0, 1);
        mix(&mixture, 2, parts, whole);
        for (p = 0.01; p < 0.995; p += 0.01) {
            expected = exact_quantile(weights[j], median, sigma, p);
            assert_true(fabs(jc_mixture_quantile(&mixture, p) - expected)
                <= (JC_SKETCH_RELATIVE_ERROR + 1e-4) * expected);
        }
        jc_mixture_free(&mixture);
    }
    jc_record_free(&records[0]);
    jc_record_free(&records[1]);
}

/* Weighted and untrimmed: by the moments themselves, to rounding. */
static void
test_moments(void **state)
{
    const float a[4] = { 1, 2, 3, 4 };
    const float b[2] = { 10, 12 };
    struct jc_record records[2];
    struct jc_mixture_part parts[2];
    struct jc_mixture mixture;
    struct jc_statistics statistics;
    struct jc_error error = { "" };
    /* 0.75 of mean 2.5, variance 5 / 3, and 0.25 of mean 11, variance 2. */
    const double mean = 0.75 * 2.5 + 0.25 * 11;
    const double variance =
        0.75 * (5.0 / 3 + (2.5 - mean) * (2.5 - mean)) + 0.25 * (2 + (11 - mean) * (11 - mean));

    (void) state;
    make_record(&records[0], 4, a);
    make_record(&records[1], 2, b);
    parts[0] = part_of(&records[0], 3, 0, 1);
    parts[1] = part_of(&records[1], 1, 0, 1);
    mix(&mixture, 2, parts, whole);
    assert_int_equal(jc_mixture_statistics(&mixture, 0, NULL, true, &statistics, &error), 0);
    assert_int_equal(statistics.n, 6);
    assert_true(fabs(statistics.mean - mean) < 1e-14);
    assert_true(fabs(statistics.sd - sqrt(variance)) < 1e-14);
    assert_true(
        fabs(statistics.mean_error - 0.75 * sqrt(5.0 / 3 / 4) - 0.25 * sqrt(2.0 / 2)) < 1e-14);
    assert_true(statistics.min == 1 && statistics.max == 12);
    jc_statistics_free(&statistics);
    jc_mixture_free(&mixture);
    jc_record_free(&records[0]);
    jc_record_free(&records[1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_record),
        cmocka_unit_test(test_zeros),
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_whole_numbers),
        cmocka_unit_test(test_whole_mixture),
        cmocka_unit_test(test_two_lognormals),
        cmocka_unit_test(test_moments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
