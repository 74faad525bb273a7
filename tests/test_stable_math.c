/* Set-up arithmetic against GSL and libm in long double. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>

#include "samplers/pcg.h"
#include "samplers/stable_math.h"

static double
random_between(struct jc_pcg *pcg, double low, double high)
{
    const double high_bits = jc_pcg_next(pcg);

    return low + (high - low) * (high_bits + jc_pcg_next(pcg) * 0x1p-32) * 0x1p-32;
}

/* Units in the last place of the expected value. */
static double
ulp_error(double found, long double expected)
{
    const double nearest = fabs((double) expected);

    return (double) (fabsl((long double) found - expected)
        / ((long double) nextafter(nearest, INFINITY) - (long double) nearest));
}

static void
test_log(void **state)
{
    struct jc_pcg pcg;
    double worst = 0;
    int k;

    (void) state;
    jc_pcg_init(&pcg, 1, 1);
    for (k = 0; k < 1000000; k++) {
        const double x = k % 2 == 0
            ? random_between(&pcg, 0.4, 2.5)
            : ldexp(random_between(&pcg, 1, 2), (int) (jc_pcg_next(&pcg) % 2090) - 1070);

        worst = fmax(worst, ulp_error(jc_log(x), logl((long double) x)));
    }
    assert_true(worst < 1);
    assert_true(jc_log(1) == 0);
    assert_true(jc_log(0) == -INFINITY);
    assert_true(jc_log(INFINITY) == INFINITY);
    assert_true(isnan(jc_log(-1)));
    assert_true(isnan(jc_log(NAN)));
}

static void
test_exp(void **state)
{
    struct jc_pcg pcg;
    double worst = 0;
    int k;

    (void) state;
    jc_pcg_init(&pcg, 2, 2);
    for (k = 0; k < 1000000; k++) {
        const double x =
            k % 2 == 0 ? random_between(&pcg, -1, 1) : random_between(&pcg, -745, 709.7);

        worst = fmax(worst, ulp_error(jc_exp(x), expl((long double) x)));
    }
    assert_true(worst < 1);
    assert_true(jc_exp(0) == 1);
    assert_true(jc_exp(709.79) == INFINITY);
    assert_true(isfinite(jc_exp(709.78)));
    assert_true(jc_exp(-746) == 0);
    assert_true(jc_exp(-INFINITY) == 0);
    assert_true(isnan(jc_exp(NAN)));
}

static void
test_normal_cdf(void **state)
{
    double worst = 0;
    double z;

    (void) state;
    for (z = -37; z < 9; z += 0.000613) {
        const long double p = erfcl(-(long double) z / sqrtl(2)) / 2;

        worst = fmax(worst, (double) (fabsl((long double) jc_normal_cdf(z) - p) / p));
    }
    assert_true(worst < 2e-14);
    assert_true(jc_normal_cdf(0) == 0.5);
    assert_true(jc_normal_cdf(-INFINITY) == 0);
    assert_true(jc_normal_cdf(INFINITY) == 1);
}

static void
test_normal_quantile(void **state)
{
    double worst = 0;
    double z, p;

    (void) state;
    for (z = -38; z < 5; z += 0.0137) { /* through the tail that is exact, by the CDF of libm */
        p = (double) (erfcl(-(long double) z / sqrtl(2)) / 2);
        worst = fmax(worst, z > -37 && z < 0 ? fabs(jc_normal_quantile(p) - z) : 0);
        assert_true(fabs(jc_normal_quantile(p) - gsl_cdf_ugaussian_Pinv(p)) < 1e-9);
    }
    assert_true(worst < 1e-12);
    for (p = 0.001; p < 0.9995; p += 0.001) {
        const double q = jc_normal_quantile(p);

        assert_true(fabsl(erfcl(-(long double) q / sqrtl(2)) / 2 - (long double) p) < 1e-15L);
    }
    assert_true(fabs(jc_normal_quantile(0.95) - JC_Z95) < 1e-14);
    assert_true(jc_normal_quantile(0.5) == 0);
    assert_true(jc_normal_quantile(0) == -INFINITY);
    assert_true(jc_normal_quantile(1) == INFINITY);
    assert_true(isnan(jc_normal_quantile(-0.1)));
    assert_true(fabs(jc_normal_quantile(5e-324) + 38.4674) < 1e-3);
}

static void
test_log_gamma(void **state)
{
    double worst = 0;
    double x;

    (void) state;
    for (x = 1e-8; x < 1e8; x *= 1.0007) {
        const double expected = (double) lgammal((long double) x);

        worst = fmax(worst, fabs(jc_log_gamma(x) - expected) / fmax(1, fabs(expected)));
    }
    assert_true(worst < 1e-13);
    assert_true(isnan(jc_log_gamma(0)));
}

/* Sums of the power series in 30 digits (mpmath): GSL loses digits at large parameters. */
static void
test_incomplete_gamma_large(void **state)
{
    double lower, upper;

    (void) state;
    jc_incomplete_gamma(93076.5, 92814.125, &lower, &upper);
    assert_true(fabs(lower - 0.19497047527389806463) < 1e-13);
    jc_incomplete_gamma(638412, 637724.5, &lower, &upper);
    assert_true(fabs(lower - 0.19480220514134469343) < 1e-13);
    jc_incomplete_gamma(1e6, 999000, &lower, &upper);
    assert_true(fabs(lower - 0.15865521357430365246) < 1e-13);
    assert_true(fabs(lower + upper - 1) < 1e-15);
}

static void
test_incomplete_gamma(void **state)
{
    double worst = 0;
    double worst_relative = 0;
    double a, step, lower, upper;

    (void) state;
    for (a = 0.01; a < 3000; a *= 1.9) {
        for (step = -8; step < 12; step += 0.21) {
            const double x = a < 20 ? a * exp(step) : fmax(a + step * sqrt(a), 0.01 * a);
            const double p = gsl_cdf_gamma_P(x, a, 1);
            const double q = gsl_cdf_gamma_Q(x, a, 1);

            jc_incomplete_gamma(a, x, &lower, &upper);
            worst = fmax(worst, fmax(fabs(lower - p), fabs(upper - q)));
            if (a < 100 && p > 1e-200 && q > 1e-200) {
                worst_relative =
                    fmax(worst_relative, fmax(fabs(lower / p - 1), fabs(upper / q - 1)));
            }
        }
    }
    assert_true(worst < 1e-12);
    assert_true(worst_relative < 1e-10);
    jc_incomplete_gamma(2, 0, &lower, &upper);
    assert_true(lower == 0 && upper == 1);
    jc_incomplete_gamma(2, INFINITY, &lower, &upper);
    assert_true(lower == 1 && upper == 0);
    jc_incomplete_gamma(1, 1e-20, &lower, &upper);
    assert_true(fabs(lower / 1e-20 - 1) < 1e-14);
}

static void
test_incomplete_beta(void **state)
{
    double worst = 0;
    double worst_relative = 0;
    double a, b, x, lower, upper;

    (void) state;
    for (a = 0.02; a < 2000; a *= 2.3) {
        for (b = 0.03; b < 2000; b *= 2.7) {
            for (x = 0.001; x < 1; x += 0.0173) {
                const double p = gsl_cdf_beta_P(x, a, b);
                const double q = gsl_cdf_beta_Q(x, a, b);

                jc_incomplete_beta(a, b, x, 1 - x, &lower, &upper);
                worst = fmax(worst, fmax(fabs(lower - p), fabs(upper - q)));
                if (p > 1e-200 && q > 1e-200) {
                    worst_relative =
                        fmax(worst_relative, fmax(fabs(lower / p - 1), fabs(upper / q - 1)));
                }
            }
        }
    }
    assert_true(worst < 1e-12);
    assert_true(worst_relative < 1e-10);
    jc_incomplete_beta(2, 3, 0, 1, &lower, &upper);
    assert_true(lower == 0 && upper == 1);
    jc_incomplete_beta(2, 3, 1, 0, &lower, &upper);
    assert_true(lower == 1 && upper == 0);
    jc_incomplete_beta(1e6, 1e6, 0.5, 0.5, &lower, &upper);
    assert_true(fabs(lower - 0.5) < 1e-12);
}

int
main(void)
{
    (void) gsl_set_error_handler_off(); /* where GSL fails it says NAN, which is not compared */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_exp),
        cmocka_unit_test(test_normal_cdf),
        cmocka_unit_test(test_normal_quantile),
        cmocka_unit_test(test_log_gamma),
        cmocka_unit_test(test_incomplete_gamma),
        cmocka_unit_test(test_incomplete_gamma_large),
        cmocka_unit_test(test_incomplete_beta),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
