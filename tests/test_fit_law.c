/* What is unknown of the coefficients of a fit: draws against GSL's distributions, scatter by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "models/throughput.h"
#include "samplers/pcg.h"

#define DRAWS 40000

static const double observations[][3] = { { 128, 128, 3732.40 }, { 2048, 128, 448.89 },
    { 5000, 500, 579.14 }, { 500, 2000, 3661.85 }, { 128, 2048, 4572.23 } };

#define ROWS (sizeof(observations) / sizeof(observations[0]))

static struct jc_throughput_fit fit;
static double draws[DRAWS][3];

static int
set_up(void **state)
{
    struct jc_measurements rows = { 0 };
    struct jc_error error = { "" };
    char text[] = "x";
    size_t j;

    (void) state;
    for (j = 0; j < ROWS; j++) {
        const struct jc_measurement row = { .model = text,
            .precision = text,
            .source = text,
            .input_tokens = observations[j][0],
            .output_tokens = observations[j][1],
            .throughput_tokens_per_s = observations[j][2] };

        assert_int_equal(jc_measurements_append(&rows, &row, &error), 0);
    }
    assert_int_equal(jc_throughput_fit(&fit, &rows, &error), 0);
    jc_measurements_free(&rows);
    return 0;
}

static void
init_law(struct jc_fit_law *law, double sd, double degrees_of_freedom)
{
    const struct jc_fit_scatter scatter = { sd, degrees_of_freedom, false };
    struct jc_error error = { "" };

    assert_int_equal(jc_fit_law_init(law, &fit, &scatter, &error), 0);
}

static void
draw_many(const struct jc_fit_law *law, uint64_t seed)
{
    uint32_t word[JC_FIT_WORDS];
    struct jc_pcg pcg;
    size_t j, k;

    jc_pcg_init(&pcg, seed, 54);
    for (j = 0; j < DRAWS; j++) {
        for (k = 0; k < JC_FIT_WORDS; k++) {
            word[k] = jc_pcg_next(&pcg);
        }
        jc_fit_law_draw(law, word, draws[j]);
    }
}

static double
rank_of(uint32_t word)
{
    return ((double) word + 0.5) * 0x1p-32;
}

/* Quantile functions that keep the precision of the upper tail. */
static double
normal_of(uint32_t word)
{
    return word < 0x80000000u ? gsl_cdf_ugaussian_Pinv(rank_of(word))
                              : gsl_cdf_ugaussian_Qinv(rank_of(~word));
}

static double
chi_squared_of(uint32_t word, double nu)
{
    return word < 0x80000000u ? gsl_cdf_chisq_Pinv(rank_of(word), nu)
                              : gsl_cdf_chisq_Qinv(rank_of(~word), nu);
}

/* One draw by GSL, with a Cholesky factor written out. Normal numbers in single precision have errors of
 * 2e-6 at most, chi squared of 1e-5 of itself. */
static void
assert_draw(const struct jc_fit_law *law, double sd, double nu, const uint32_t *word)
{
    const double *v = fit.unscaled_covariance;
    const double l00 = sqrt(v[0]);
    const double l10 = v[3] / l00;
    const double l20 = v[6] / l00;
    const double l11 = sqrt(v[4] - l10 * l10);
    const double l21 = (v[7] - l20 * l10) / l11;
    const double l22 = sqrt(v[8] - l20 * l20 - l21 * l21);
    const double z[3] = { normal_of(word[0]), normal_of(word[1]), normal_of(word[2]) };
    const double scale = sd / sqrt(chi_squared_of(word[3], nu) / nu);
    const double expected[3] = { l00 * z[0], l10 * z[0] + l11 * z[1],
        l20 * z[0] + l21 * z[1] + l22 * z[2] };
    const double most[3] = { fabs(z[0]) + 0.2, fabs(z[1]) + 0.2, fabs(z[2]) + 0.2 };
    const double size[3] = { fabs(l00) * most[0], fabs(l10) * most[0] + fabs(l11) * most[1],
        fabs(l20) * most[0] + fabs(l21) * most[1] + fabs(l22) * most[2] };
    double found[3];
    size_t i;

    jc_fit_law_draw(law, word, found);
    for (i = 0; i < 3; i++) {
        assert_true(fabs(found[i] - fit.coefficient[i] - scale * expected[i])
            <= 1e-5 * scale * size[i] + 1e-13 * fabs(fit.coefficient[i]));
    }
}

/* Draw by draw, also from the first and the last words there are. */
static void
test_single_draws(void **state)
{
    static const double degrees[] = { 1, 1.5, 2, 4, 30, 1000 };
    static const uint32_t edges[] = { 0, 1, 0x7fffffffu, 0x80000000u, UINT32_MAX - 1, UINT32_MAX };
    struct jc_fit_law law;
    struct jc_pcg pcg;
    size_t d, j;

    (void) state;
    jc_pcg_init(&pcg, 1, 2);
    for (d = 0; d < sizeof(degrees) / sizeof(degrees[0]); d++) {
        init_law(&law, 0.3, degrees[d]);
        for (j = 0; j < 6 * 6; j++) {
            const uint32_t at_edges[4] = { edges[j % 6], edges[(j + 2) % 6], edges[(5 * j) % 6],
                edges[j / 6] };
            const uint32_t word[4] = { jc_pcg_next(&pcg), jc_pcg_next(&pcg), jc_pcg_next(&pcg),
                jc_pcg_next(&pcg) };

            assert_draw(&law, 0.3, degrees[d], at_edges);
            assert_draw(&law, 0.3, degrees[d], word);
        }
    }
}

static int
compare(const void *a, const void *b)
{
    const double x = *(const double *) a;
    const double y = *(const double *) b;

    return (x > y) - (x < y);
}

/* The largest distance between the distribution function of a'(draw - estimate), in units of its scale, and
 * that of Student's t. */
static double
distance_from_t(const double *a, double sd, double nu)
{
    static double x[DRAWS];
    double variance = 0;
    double distance = 0;
    size_t i, j;

    for (i = 0; i < 9; i++) {
        variance += a[i / 3] * a[i % 3] * fit.unscaled_covariance[i];
    }
    for (j = 0; j < DRAWS; j++) {
        x[j] = 0;
        for (i = 0; i < 3; i++) {
            x[j] += a[i] * (draws[j][i] - fit.coefficient[i]);
        }
        x[j] /= sd * sqrt(variance);
    }
    qsort(x, DRAWS, sizeof(x[0]), compare);
    for (j = 0; j < DRAWS; j++) {
        const double p = gsl_cdf_tdist_P(x[j], nu);

        distance = fmax(distance, fmax(p - (double) j / DRAWS, (double) (j + 1) / DRAWS - p));
    }
    return distance;
}

/* Every combination of coefficients, as a prediction is one, has Student's t distribution.
 * Kolmogorov-Smirnov, 2 exp(-2 n D^2) = 1e-7 for each of 15: a false alarm has a probability below 2e-6. */
static void
test_combinations_are_t(void **state)
{
    static const double degrees[] = { 1, 2, 3.5, 8, 5e6 };
    static const double combination[][3] = { { 1, 0, 0 }, { 0, 0, 1 }, { 1, 6.2, 5.7 } };
    const double critical = sqrt(log(2 / 1e-7) / (2.0 * DRAWS));
    struct jc_fit_law law;
    size_t d, k;

    (void) state;
    for (d = 0; d < sizeof(degrees) / sizeof(degrees[0]); d++) {
        init_law(&law, 0.4, degrees[d]);
        draw_many(&law, d);
        for (k = 0; k < 3; k++) {
            assert_true(distance_from_t(combination[k], 0.4, degrees[d]) < critical);
        }
        assert_true(distance_from_t(combination[0], 0.46, degrees[d]) > critical);
    }
}

/* The mean of n numbers is `expected`, by 5 of its standard errors: a false alarm in 1.7 million. */
static void
assert_mean(const double *x, double expected)
{
    double sum = 0;
    double squares = 0;
    size_t j;

    for (j = 0; j < DRAWS; j++) {
        sum += x[j];
    }
    for (j = 0; j < DRAWS; j++) {
        squares += (x[j] - sum / DRAWS) * (x[j] - sum / DRAWS);
    }
    assert_true(fabs(sum / DRAWS - expected) <= 5 * sqrt(squares) / DRAWS);
}

/* Mean and covariance, nu / (nu - 2) s^2 (X'X)^-1: 27 means, a false alarm has a probability of 2e-5. */
static void
test_moments(void **state)
{
    static const double degrees[] = { 10, 12.5, 60 };
    static double x[DRAWS];
    const double sd = 0.7;
    struct jc_fit_law law;
    size_t d, i, k, j;

    (void) state;
    for (d = 0; d < 3; d++) {
        init_law(&law, sd, degrees[d]);
        draw_many(&law, 100 + d);
        for (i = 0; i < 3; i++) {
            for (j = 0; j < DRAWS; j++) {
                x[j] = draws[j][i];
            }
            assert_mean(x, fit.coefficient[i]);
            for (k = 0; k <= i; k++) {
                for (j = 0; j < DRAWS; j++) {
                    x[j] = (draws[j][i] - fit.coefficient[i]) * (draws[j][k] - fit.coefficient[k]);
                }
                assert_mean(x,
                    degrees[d] / (degrees[d] - 2) * sd * sd * fit.unscaled_covariance[3 * i + k]);
            }
        }
    }
}

static void
test_without_scatter(void **state)
{
    const uint32_t word[4] = { 0, UINT32_MAX, 5, 7 };
    struct jc_fit_law law;
    double coefficient[3];
    size_t i;

    (void) state;
    init_law(&law, 0, 2);
    jc_fit_law_draw(&law, word, coefficient);
    for (i = 0; i < 3; i++) {
        assert_true(coefficient[i] == fit.coefficient[i]);
    }
}

static void
test_no_covariance(void **state)
{
    const struct jc_fit_scatter scatter = { 1, 1, false };
    struct jc_throughput_fit flat = fit;
    struct jc_error error = { "" };
    struct jc_fit_law law;

    (void) state;
    flat.unscaled_covariance[8] = 0;
    assert_int_equal(jc_fit_law_init(&law, &flat, &scatter, &error), JC_ERROR_INPUT);
    assert_string_equal(error.message,
        "the 5 throughput measurements lie almost on a line: the uncertainty of the coefficients "
        "cannot be computed");
}

/* Sums of squares 4 * 0.09, 0 and 1 * 0.64 over 4 + 0 + 1 degrees of freedom: sqrt(1 / 5). */
static void
test_pool(void **state)
{
    const struct jc_throughput_fit four = { .degrees_of_freedom = 4, .residual_sd = 0.3 };
    const struct jc_throughput_fit none = { .degrees_of_freedom = 0, .residual_sd = NAN };
    const struct jc_throughput_fit one = { .degrees_of_freedom = 1, .residual_sd = 0.8 };
    const struct jc_throughput_fit *const all[] = { &four, &none, &one };
    struct jc_fit_scatter pooled = jc_fit_pool(3, all);

    (void) state;
    assert_true(fabs(pooled.sd - sqrt(0.2)) < 1e-15);
    assert_true(pooled.degrees_of_freedom == 5);
    assert_true(pooled.borrowed);
    pooled = jc_fit_pool(1, all + 1);
    assert_true(isnan(pooled.sd) && pooled.degrees_of_freedom == 0);
    pooled = jc_fit_pool(0, all);
    assert_true(isnan(pooled.sd) && pooled.degrees_of_freedom == 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single_draws),
        cmocka_unit_test(test_combinations_are_t),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_without_scatter),
        cmocka_unit_test(test_no_covariance),
        cmocka_unit_test(test_pool),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
