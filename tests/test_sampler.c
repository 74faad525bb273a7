/* Samplers: the right distributions, from every variant, however the sequence is cut. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "base/sha256.h"
#include "samplers/kernels.h"
#include "samplers/sampler.h"
#include "tests/sampler_cases.h"

/* Fails by chance with probability 2 exp(-2 * 2.67^2) = 1.3e-6 for each of 23: 3e-5 together, once and
 * for all, as the seed is fixed. */
static void
test_continuous_distributions(void **state)
{
    size_t k;

    (void) state;
    for (k = 0; k < N_CONTINUOUS; k++) {
        double distance;

        draw(&cases[k], jc_simd_best(), 0, N, JC_STRIP, x);
        distance = kolmogorov_smirnov(&cases[k], x, N);
        if (!(distance < 2.7)) {
            fail_msg("case %zu: %g", k, distance);
        }
    }
}

/* Fails by chance with probability 1e-6. */
static void
assert_chi_square(const double *expected, const size_t *count, size_t n)
{
    double sum = 0;
    size_t used = 0;
    size_t k;

    for (k = 0; k < n; k++) {
        if (expected[k] > 0) {
            sum +=
                ((double) count[k] - expected[k]) * ((double) count[k] - expected[k]) / expected[k];
            used++;
        } else {
            assert_int_equal(count[k], 0);
        }
    }
    assert_true(gsl_cdf_chisq_Q(sum, (double) (used - 1)) > 1e-6);
}

static void
assert_integers(const struct jc_distribution *d, size_t last)
{
    double expected[100];
    size_t count[100] = { 0 };
    size_t i, k;

    draw(d, jc_simd_best(), 0, N, JC_STRIP, x);
    for (i = 0; i < N; i++) {
        const size_t value = (size_t) x[i];

        assert_true((float) value == x[i]);
        count[value < last ? value : last]++;
    }
    for (k = 0; k <= last; k++) {
        const double high = k == last ? INFINITY : (double) k + 0.5;

        expected[k] = N * (oracle_cdf(d, high) - oracle_cdf(d, (double) k - 0.5));
    }
    assert_chi_square(expected, count, last + 1);
}

static void
test_integer_distributions(void **state)
{
    (void) state;
    assert_integers(&cases[25], 22);
    assert_integers(&cases[26], 40);
}

static void
assert_discrete(const struct jc_distribution *d)
{
    double *expected = calloc(d->n_items, sizeof(*expected));
    size_t *count = calloc(d->n_items, sizeof(*count));
    double sum = 0;
    size_t i;

    assert_true(expected != NULL && count != NULL);
    draw(d, jc_simd_best(), 0, N, JC_STRIP, x);
    for (i = 0; i < N; i++) {
        count[(size_t) x[i]]++;
    }
    for (i = 0; i < d->n_items; i++) {
        const size_t value = (size_t) d->value[i];

        expected[value] = d->value[i] >= d->min && d->value[i] <= d->max ? d->weight[i] : 0;
        sum += expected[value];
    }
    for (i = 0; i < d->n_items; i++) {
        expected[i] *= N / sum;
    }
    assert_chi_square(expected, count, d->n_items);
    free(expected);
    free(count);
}

static void
test_discrete_distributions(void **state)
{
    (void) state;
    assert_discrete(&cases[23]);
    assert_discrete(&cases[24]);
    assert_discrete(&cases[27]);
}

static void
assert_range(size_t k, double low, double high)
{
    struct jc_sampler *sampler = new_sampler(&cases[k], 0);
    float found_low, found_high;

    jc_sampler_range(sampler, &found_low, &found_high);
    if (!(fabs((double) found_low - low) <= 2e-6 * fabs(low) + 1e-9)
        || !(fabs((double) found_high - high) <= 2e-6 * fabs(high))) {
        fail_msg("case %zu: %.9g, %.9g", k, (double) found_low - low, (double) found_high - high);
    }
    jc_sampler_free(sampler);
}

/* Fails by chance with probability 1.3e-6 for each of three. */
static void
test_interpolated_distributions(void **state)
{
    size_t k;

    (void) state;
    for (k = 28; k <= 30; k++) {
        double distance;

        draw(&cases[k], jc_simd_best(), 0, N, JC_STRIP, x);
        distance = kolmogorov_smirnov(&cases[k], x, N);
        if (!(distance < 2.7)) {
            fail_msg("case %zu: %g", k, distance);
        }
    }
    assert_range(28, -4, 40);
    assert_range(29, 0, 26);
    assert_range(31, 0, 40);
}

/* Two values: level up to a quarter, a line up to three quarters. One value: a constant. */
static void
test_interpolated_words(void **state)
{
    double value[] = { 5, 1 };
    double weight[] = { 7, 7 };
    struct jc_distribution d = make(JC_INTERPOLATED, 0, 0, 0, -INFINITY, INFINITY);
    struct jc_sampler *two, *one;
    struct jc_cursor cursor;
    uint32_t word[JC_STRIP];
    size_t i;

    (void) state;
    d.value = value;
    d.weight = weight;
    d.n_items = 2;
    two = new_sampler(&d, 0);
    d.n_items = 1;
    one = new_sampler(&d, 0);
    for (i = 0; i < JC_STRIP; i++) {
        word[i] = (uint32_t) i << 22 | 1u << 21;
    }
    jc_sampler_seek(two, 0, &cursor);
    jc_sampler_values(two, &jc_sampler_kernels_scalar, &cursor, JC_STRIP, word, x);
    jc_sampler_values(one, &jc_sampler_kernels_scalar, &cursor, JC_STRIP, word, y);
    for (i = 0; i < JC_STRIP; i++) {
        const double rank = ((double) i + 0.5) / JC_STRIP;
        const double line = fmin(fmax(2 * rank - 0.5, 0), 1);

        assert_true(fabs((double) x[i] - (1 + 4 * line)) < 1e-6);
        assert_true(y[i] == 5);
    }
    jc_sampler_free(two);
    jc_sampler_free(one);
}

static void
test_variants_agree(void **state)
{
    const size_t n = 40000;
    size_t k;
    int simd;

    (void) state;
    for (k = 0; k < N_CASES; k++) {
        draw(&cases[k], JC_SIMD_SCALAR, 77, n, JC_STRIP, x);
        for (simd = JC_SIMD_BASELINE; simd < JC_SIMD_COUNT; simd++) {
            if (jc_sampler_kernels_get((enum jc_simd) simd) != NULL) {
                draw(&cases[k], (enum jc_simd) simd, 77, n, JC_STRIP, y);
                assert_memory_equal(x, y, n * sizeof(*x));
            }
        }
    }
}

static void
assert_digest(size_t first, size_t end, const char *expected)
{
    uint8_t digests[N_CASES][JC_SHA256_BYTES];
    uint8_t digest[JC_SHA256_BYTES];
    char hex[JC_SHA256_HEX];
    size_t k;

    for (k = first; k < end; k++) {
        draw(&cases[k], jc_simd_best(), 0, 65536, JC_STRIP, x);
        jc_sha256(x, 65536 * sizeof(*x), digests[k]);
    }
    jc_sha256(digests[first], (end - first) * JC_SHA256_BYTES, digest);
    jc_sha256_hex(digest, hex);
    assert_string_equal(hex, expected);
}

/* The bytes of the draws of all cases. Whatever changes them, compilers and processors included,
 * changes the results of everyone. */
static void
test_golden_bytes(void **state)
{
    (void) state;
    assert_digest(0, 28, "8d7756127e101d0a717345f13110d710cee415b6f146a690a1116d46790de74a");
    assert_digest(28, N_CASES, "45510a0289d4e22624bbbd6622715a59d61f90497792d37641580893cc137efa");
}

/* Query q has the same value however it is reached. */
static void
test_cuts_do_not_matter(void **state)
{
    const size_t n = 4000;
    size_t k;
    uint64_t first;

    (void) state;
    for (k = 0; k < N_CASES; k++) {
        draw(&cases[k], jc_simd_best(), 0, n, JC_STRIP, x);
        draw(&cases[k], jc_simd_best(), 0, n - 5, 48, y);
        assert_memory_equal(x, y, (n - 5) * sizeof(*x));
        for (first = 1; first < 3000; first += 991) {
            draw(&cases[k], jc_simd_best(), first, 101, 112, y);
            assert_memory_equal(x + first, y, 101 * sizeof(*x));
        }
    }
}

static void
test_range(void **state)
{
    size_t k, i;

    (void) state;
    for (k = 0; k < N_CASES; k++) {
        struct jc_sampler *sampler = new_sampler(&cases[k], 0);
        float low, high;

        jc_sampler_range(sampler, &low, &high);
        draw(&cases[k], jc_simd_best(), 0, 100000, JC_STRIP, x);
        for (i = 0; i < 100000; i++) {
            assert_true(x[i] >= low && x[i] <= high);
        }
        assert_true(low >= (float) cases[k].min && high <= (float) cases[k].max);
        jc_sampler_free(sampler);
    }
}

/* The values of the first and the last word, whose tails are 2^-33. */
static void
test_extreme_values(void **state)
{
    const double t = 0x1p-33;
    const double z = gsl_cdf_ugaussian_Qinv(t);

    (void) state;
    assert_range(0, -1, 3);
    assert_range(5, 3 - 2 * z, 3 + 2 * z);
    assert_range(6, 5, gsl_cdf_ugaussian_Qinv(t * gsl_cdf_ugaussian_Q(5)));
    assert_range(9, exp(6 - 0.9 * z), exp(6 + 0.9 * z));
    assert_range(11, 40 * t, -40 * log(t));
    assert_range(14, gsl_cdf_gamma_Pinv(t, 2.5, 100), gsl_cdf_gamma_Qinv(t, 2.5, 100));
    assert_range(17, gsl_cdf_beta_Pinv(t, 2, 5), gsl_cdf_beta_Qinv(t, 2, 5));
    assert_range(23, 0, 6);
}

/* Draws from quantile tables, put back into the CDF, give their tails: the relative error of P is
 * that of x times at most 700 here. */
static void
assert_table(enum jc_distribution_kind kind, double a, double b)
{
    const struct jc_distribution d = make(kind, a, b, 0, -INFINITY, INFINITY);
    const struct jc_sampler_kernels *kernels = &jc_sampler_kernels_scalar;
    struct jc_quantile_table *table = malloc(sizeof(*table));
    double median = 0;
    uint32_t word[JC_LANES];
    float tail[JC_LANES], value[JC_LANES];
    uint64_t i;
    size_t j;

    assert_non_null(table);
    if (kind == JC_GAMMA) {
        jc_quantile_table_gamma(table, a, &median);
    } else {
        jc_quantile_table_beta(table, a, b);
    }
    for (i = 0; i < 3000; i++) {
        for (j = 0; j < JC_LANES; j++) { /* a third each from either end and from everywhere */
            const uint32_t k = (uint32_t) (i * JC_LANES + j);

            word[j] = k % 3 == 0 ? k : k % 3 == 1 ? UINT32_MAX - k : k * 89478u;
        }
        kernels->tails(JC_LANES, word, tail);
        if (kind == JC_GAMMA) {
            kernels->gamma(table, (float) (b * median), JC_LANES, tail, value);
        } else {
            kernels->beta(table, JC_LANES, tail, value);
        }
        for (j = 0; j < JC_LANES; j++) {
            double p, q;

            oracle_tails(&d, (double) value[j], &p, &q);
            assert_true(fabs((tail[j] < 0 ? -p : q) / (double) tail[j] - 1) < 3e-4);
        }
    }
    free(table);
}

static void
test_tables(void **state)
{
    (void) state;
    assert_table(JC_GAMMA, 0.5, 1);
    assert_table(JC_GAMMA, 3, 10);
    assert_table(JC_GAMMA, 100, 0.5);
    assert_table(JC_GAMMA, 2000, 1);
    assert_table(JC_BETA, 2, 5);
    assert_table(JC_BETA, 0.7, 9);
    assert_table(JC_BETA, 500, 700);
}

/* Extreme shapes make tables of numbers. */
static void
test_extreme_shapes(void **state)
{
    const double shape[] = { 0.01, 0.1, 1, 1e3, 1e6 };
    size_t i, j;
    struct jc_distribution d;

    (void) state;
    for (i = 0; i < 5; i++) {
        for (j = 0; j < 5; j++) {
            size_t k;

            d = make(j == 0 ? JC_GAMMA : JC_BETA, shape[i], shape[j], 0, -INFINITY, INFINITY);
            draw(&d, jc_simd_best(), 0, 4096, JC_STRIP, x);
            for (k = 0; k < 4096; k++) {
                assert_true(x[k] >= 0 && isfinite(x[k]));
            }
        }
    }
    d = make(JC_GAMMA, 1e6, 1, 0, -INFINITY, INFINITY); /* nearly normal(1e6, 1e3) */
    draw(&d, jc_simd_best(), 0, 65536, JC_STRIP, x);
    d = make(JC_NORMAL, 1e6, 1e3, 0, -INFINITY, INFINITY);
    assert_true(kolmogorov_smirnov(&d, x, 65536) < 2.7);
}

static void
test_fleet_value(void **state)
{
    struct jc_distribution d = make(JC_NORMAL, 100, 15, 0, 90, INFINITY);
    float value = 0;
    uint64_t k;

    (void) state;
    draw(&d, jc_simd_best(), 0, 64, JC_STRIP, x);
    d.varies = JC_VARIES_FLEET;
    for (k = 0; k < 64; k++) {
        struct jc_sampler *sampler = new_sampler(&d, k);
        struct jc_cursor cursor;

        assert_true(jc_sampler_is_constant(sampler, &value));
        assert_true(value == x[k]);
        jc_sampler_seek(sampler, 12345, &cursor);
        jc_sampler_draw(sampler, jc_sampler_kernels_get(jc_simd_best()), &cursor, 17, y);
        assert_true(y[0] == x[k] && y[16] == x[k]);
        jc_sampler_free(sampler);
    }
    assert_true(x[0] != x[1]);
}

static float
constant_value(double value, bool integer)
{
    struct jc_distribution d = jc_distribution_constant(value);
    struct jc_sampler *sampler;
    float found = NAN;

    d.integer = integer;
    sampler = new_sampler(&d, 0);
    assert_true(jc_sampler_is_constant(sampler, &found));
    jc_sampler_free(sampler);
    return found;
}

static void
test_constants_and_rounding(void **state)
{
    struct jc_sampler *sampler = new_sampler(&cases[5], 0);
    float value;

    (void) state;
    assert_false(jc_sampler_is_constant(sampler, &value));
    jc_sampler_free(sampler);
    assert_true(constant_value(1.12, false) == 1.12f);
    assert_true(constant_value(2.5, true) == 2);
    assert_true(constant_value(3.5, true) == 4);
    assert_true(constant_value(-2.5, true) == -2);
    assert_true(constant_value(0.4999, true) == 0);
    assert_true(constant_value(8388607.5, true) == 8388608);
    assert_true(constant_value(9999999, true) == 9999999);
    assert_true(constant_value(1e20, true) == 1e20f);
}

/* Another label, another seed: other draws; the component of a mixture does not follow its
 * value. */
static void
test_labels(void **state)
{
    struct jc_sampler *other;
    struct jc_cursor cursor;
    size_t k, high = 0, high_first = 0;

    (void) state;
    draw(&cases[5], jc_simd_best(), 0, 64, JC_STRIP, x);
    assert_int_equal(jc_sampler_new(&other, &cases[5], 2025, "other", 0, NULL), 0);
    jc_sampler_seek(other, 0, &cursor);
    jc_sampler_draw(other, jc_sampler_kernels_get(jc_simd_best()), &cursor, 64, y);
    assert_memory_not_equal(x, y, 64 * sizeof(*x));
    jc_sampler_free(other);
    /* cases[21]: a normal(10, 1) value below 10 or a large lognormal value share the same words. */
    draw(&cases[21], jc_simd_best(), 0, 65536, JC_STRIP, x);
    draw(&cases[5], jc_simd_best(), 0, 65536, JC_STRIP, y);
    for (k = 0; k < 65536; k++) {
        high += y[k] > 3;
        high_first += y[k] > 3 && x[k] > 10 && x[k] < 14;
    }
    /* P = 0.3 + 0.2 (gamma 10 to 14) + 0.5 * 0 at most: 5 standard deviations are 0.014. */
    assert_true((double) high_first / (double) high > 0.29);
    assert_true((double) high_first / (double) high < 0.40);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_continuous_distributions),
        cmocka_unit_test(test_integer_distributions),
        cmocka_unit_test(test_discrete_distributions),
        cmocka_unit_test(test_interpolated_distributions),
        cmocka_unit_test(test_interpolated_words),
        cmocka_unit_test(test_variants_agree),
        cmocka_unit_test(test_golden_bytes),
        cmocka_unit_test(test_cuts_do_not_matter),
        cmocka_unit_test(test_range),
        cmocka_unit_test(test_extreme_values),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_extreme_shapes),
        cmocka_unit_test(test_fleet_value),
        cmocka_unit_test(test_constants_and_rounding),
        cmocka_unit_test(test_labels),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
