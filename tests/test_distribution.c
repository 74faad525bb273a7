/* Distributions as data: messages, the cumulative probability of every kind, copies. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "samplers/distribution.h"

static struct jc_distribution
make(enum jc_distribution_kind kind, double a, double b, double c)
{
    struct jc_distribution made = jc_distribution_constant(a);

    made.kind = kind;
    made.parameter[1] = b;
    made.parameter[2] = c;
    return made;
}

static double *
numbers(size_t n, const double *values)
{
    double *copy = malloc(n * sizeof(*copy));

    assert_non_null(copy);
    memcpy(copy, values, n * sizeof(*copy));
    return copy;
}

static struct jc_distribution
make_discrete(void)
{
    struct jc_distribution made = make(JC_DISCRETE, 0, 0, 0);

    made.n_items = 3;
    made.value = numbers(3, (const double[]){ 1, 5, 3 });
    made.weight = numbers(3, (const double[]){ 1, 1, 2 });
    return made;
}

/* P = 0.2 at 2, a line to 0.55 at 4, a line to 0.85 at 8, the rest at 8. */
static struct jc_distribution
make_interpolated(void)
{
    struct jc_distribution made = make(JC_INTERPOLATED, 0, 0, 0);

    made.n_items = 5;
    made.value = numbers(5, (const double[]){ 4, 8, 2, 4, 100 });
    made.weight = numbers(5, (const double[]){ 2, 3, 4, 1, 0 });
    return made;
}

/* 1/4 normal(0, 1) + 3/4 uniform(1, 3), the uniform within [2, 3]. */
static struct jc_distribution
make_mixture(void)
{
    struct jc_distribution made = make(JC_MIXTURE, 0, 0, 0);

    made.n_items = 2;
    made.weight = numbers(2, (const double[]){ 1, 3 });
    made.component = calloc(2, sizeof(*made.component));
    assert_non_null(made.component);
    made.component[0] = make(JC_NORMAL, 0, 1, 0);
    made.component[1] = make(JC_UNIFORM, 1, 3, 0);
    made.component[1].min = 2;
    return made;
}

static void
assert_message(const struct jc_distribution *distribution, const char *part)
{
    struct jc_error error = { "" };

    assert_int_equal(jc_distribution_check(distribution, &error), JC_ERROR_SCENARIO);
    if (strstr(error.message, part) == NULL) {
        fail_msg("expected '%s' in '%s'", part, error.message);
    }
}

static void
assert_wrong(enum jc_distribution_kind kind, double a, double b, double c, const char *part)
{
    const struct jc_distribution distribution = make(kind, a, b, c);

    assert_message(&distribution, part);
}

static void
test_parameter_messages(void **state)
{
    (void) state;
    assert_wrong(JC_CONSTANT, NAN, 0, 0, "value (nan) must be a number");
    assert_wrong(JC_CONSTANT, 1e31, 0, 0, "value (1e+31) must be a number");
    assert_wrong(JC_UNIFORM, 2, 2, 0, "low (2) must be less than high (2)");
    assert_wrong(JC_UNIFORM, 2, INFINITY, 0, "high (inf) must be a number");
    assert_wrong(JC_TRIANGULAR, 1, 0, 2, "low (1) must be at most mode (0)");
    assert_wrong(JC_TRIANGULAR, 1, 3, 2, "mode (3) must be at most high (2)");
    assert_wrong(JC_TRIANGULAR, 1, 1, 1, "low (1) must be less than high (1)");
    assert_wrong(JC_NORMAL, 0, -1, 0, "sd (-1) must be greater than 0");
    assert_wrong(JC_LOGNORMAL, 0, 0, 0, "sigma (0) must be greater than 0");
    assert_wrong(JC_LOGNORMAL, 90, 1, 0, "mu (90) must be between");
    assert_wrong(JC_LOGNORMAL, 5, 20, 0, "mu + 6.4 sigma (133)");
    assert_wrong(JC_EXPONENTIAL, 0, 0, 0, "mean (0) must be greater than 0");
    assert_wrong(JC_GAMMA, 0, 1, 0, "shape (0) must be from 0.01 to 1e+06");
    assert_wrong(JC_GAMMA, 2, 0, 0, "scale (0) must be greater than 0");
    assert_wrong(JC_BETA, 0, 1, 0, "alpha (0) must be from");
    assert_wrong(JC_BETA, 1, 2e6, 0, "beta (2e+06) must be from");
    assert_wrong(JC_DISTRIBUTION_KINDS, 0, 0, 0, "unknown kind");
}

static void
test_limit_messages(void **state)
{
    struct jc_distribution d = make(JC_NORMAL, 0, 1, 0);

    (void) state;
    d.min = 7;
    assert_message(&d, "min (7) leaves less than 1e-09 of the distribution");
    d.max = 6;
    assert_message(&d, "min (7) must be at most max (6)");
    d.min = 6;
    assert_message(&d, "min (6) and max (6) leave less than 1e-09");
    d.min = -INFINITY;
    d.max = -7;
    assert_message(&d, "max (-7) leaves less than");
    d.max = NAN;
    assert_message(&d, "max (nan) must be a number");
    d = jc_distribution_constant(3);
    d.min = 4;
    assert_message(&d, "value (3) must be from min (4) to max (inf)");
    d.min = d.max = 3;
    assert_int_equal(jc_distribution_check(&d, NULL), 0);
    d = make(JC_LOGNORMAL, 5, 20, 0);
    d.max = 100;
    assert_int_equal(jc_distribution_check(&d, NULL), 0);
}

static void
test_item_messages(void **state)
{
    struct jc_distribution d = make_discrete();
    struct jc_distribution m = make_mixture();

    (void) state;
    assert_int_equal(jc_distribution_check(&d, NULL), 0);
    assert_int_equal(jc_distribution_check(&m, NULL), 0);
    d.min = 3.5;
    d.max = 4.5;
    assert_message(&d, "leave less than");
    d.weight[1] = -1;
    assert_message(&d, "weight 2 (-1) must be a number from 0");
    memset(d.weight, 0, 3 * sizeof(*d.weight));
    assert_message(&d, "one weight at least must be greater than 0");
    d.value[2] = NAN;
    assert_message(&d, "value 3 (nan) must be a number");
    d.n_items = 0;
    assert_message(&d, "at least one value with its weight is needed");
    m.component[1].parameter[1] = 0;
    assert_message(&m, "component 2: low (1) must be less than high (0)");
    m.component[1].kind = JC_MIXTURE;
    assert_message(&m, "component 2 must not be a mixture itself");
    m.component[1].kind = JC_CONSTANT;
    jc_distribution_free(&d);
    jc_distribution_free(&m);
}

static void
assert_cdf(const struct jc_distribution *distribution, double x, double expected)
{
    assert_true(fabs(jc_distribution_cdf(distribution, x) - expected) < 1e-12);
}

static void
test_cdf_continuous(void **state)
{
    const struct jc_distribution uniform = make(JC_UNIFORM, 1, 3, 0);
    const struct jc_distribution triangular = make(JC_TRIANGULAR, 1, 2, 5);
    const struct jc_distribution normal = make(JC_NORMAL, 1, 2, 0);
    const struct jc_distribution lognormal = make(JC_LOGNORMAL, 0.5, 0.7, 0);
    const struct jc_distribution exponential = make(JC_EXPONENTIAL, 2, 0, 0);
    const struct jc_distribution gamma = make(JC_GAMMA, 0.6, 1.5, 0);
    const struct jc_distribution beta = make(JC_BETA, 0.6, 1.5, 0);
    double x;

    (void) state;
    for (x = -3; x < 8; x += 0.037) {
        const double t = x < 1 ? 0
            : x < 2            ? (x - 1) * (x - 1) / 4
            : x < 5            ? 1 - (5 - x) * (5 - x) / 12
                               : 1;

        assert_cdf(&uniform, x, gsl_cdf_flat_P(x, 1, 3));
        assert_cdf(&triangular, x, t);
        assert_cdf(&normal, x, gsl_cdf_gaussian_P(x - 1, 2));
        assert_cdf(&lognormal, x, x <= 0 ? 0 : gsl_cdf_lognormal_P(x, 0.5, 0.7));
        assert_cdf(&exponential, x, gsl_cdf_exponential_P(x, 2));
        assert_cdf(&gamma, x, x <= 0 ? 0 : gsl_cdf_gamma_P(x, 0.6, 1.5));
        assert_cdf(&beta, x, gsl_cdf_beta_P(x, 0.6, 1.5));
    }
    assert_cdf(&normal, INFINITY, 1);
    assert_cdf(&lognormal, -INFINITY, 0);
    assert_cdf(&lognormal, INFINITY, 1);
    assert_cdf(&gamma, INFINITY, 1);
    assert_cdf(&beta, INFINITY, 1);
    assert_cdf(&triangular, INFINITY, 1);
}

static void
test_cdf_items(void **state)
{
    const struct jc_distribution constant = jc_distribution_constant(2);
    struct jc_distribution d = make_discrete();
    struct jc_distribution m = make_mixture();

    (void) state;
    assert_cdf(&constant, 1.99, 0);
    assert_cdf(&constant, 2, 1);
    assert_cdf(&d, 0.5, 0);
    assert_cdf(&d, 1, 0.25);
    assert_cdf(&d, 3, 0.75);
    assert_cdf(&d, 5, 1);
    assert_cdf(&m, 1.5, 0.25 * gsl_cdf_ugaussian_P(1.5));
    assert_cdf(&m, 2.5, 0.25 * gsl_cdf_ugaussian_P(2.5) + 0.75 * 0.5);
    jc_distribution_free(&d);
    jc_distribution_free(&m);
}

static void
assert_split(const struct jc_distribution *d, double low, double high, double below, double above)
{
    const struct jc_split split = jc_distribution_split(d, low, high);

    assert_true(fabs(split.below - below) < 1e-15);
    assert_true(fabs(split.above - above) < 1e-15);
    assert_true(fabs(split.within - (1 - below - above)) < 1e-15);
}

static void
test_interpolated(void **state)
{
    struct jc_distribution d = make_interpolated();

    (void) state;
    assert_int_equal(jc_distribution_check(&d, NULL), 0);
    assert_cdf(&d, -INFINITY, 0);
    assert_cdf(&d, 1.999, 0);
    assert_cdf(&d, 2, 0.2);
    assert_cdf(&d, 3, 0.375);
    assert_cdf(&d, 4, 0.55);
    assert_cdf(&d, 6, 0.7);
    assert_cdf(&d, 7.999999, 0.85 - 0.075e-6);
    assert_cdf(&d, 8, 1);
    assert_cdf(&d, INFINITY, 1);
    assert_split(&d, 2, 8, 0, 0);
    assert_split(&d, 2, 2, 0, 0.8);
    assert_split(&d, 8, 9, 0.85, 0);
    assert_split(&d, 3, 6, 0.375, 0.3);
    assert_split(&d, 6, 7, 0.7, 0.225);
    assert_split(&d, 6, 200, 0.7, 0);
    assert_split(&d, 50, 200, 1, 0);
    d.min = 8.5;
    assert_message(&d, "min (8.5) leaves less than 1e-09 of the distribution");
    d.value[1] = NAN;
    assert_message(&d, "value 2 (nan) must be a number");
    d.n_items = 1;
    d.min = -INFINITY;
    assert_split(&d, 3, 4, 0, 0);
    assert_split(&d, 4, 5, 0, 0);
    assert_split(&d, 5, 6, 1, 0);
    d.n_items = 0;
    assert_message(&d, "at least one value with its weight is needed");
    jc_distribution_free(&d);
}

/* Far out, each part keeps its relative precision. */
static void
test_split_tails(void **state)
{
    const struct jc_distribution d = make(JC_NORMAL, 0, 1, 0);
    const struct jc_split split = jc_distribution_split(&d, 8, 9);

    (void) state;
    assert_true(fabs(split.above / gsl_cdf_ugaussian_Q(9) - 1) < 1e-11);
    assert_true(fabs(split.within / (gsl_cdf_ugaussian_Q(8) - gsl_cdf_ugaussian_Q(9)) - 1) < 1e-11);
    assert_true(fabs(split.below - 1) < 1e-14);
}

static void
test_copy_and_free(void **state)
{
    struct jc_distribution m = make_mixture();
    struct jc_distribution copy;
    struct jc_distribution d = make_discrete();

    (void) state;
    jc_distribution_free(&m.component[0]);
    m.component[0] = d;
    m.max = 9;
    assert_int_equal(jc_distribution_copy(&m, &copy, NULL), 0);
    assert_true(copy.component != m.component && copy.weight != m.weight);
    assert_true(copy.component[0].value != m.component[0].value);
    m.component[0].value[0] = 100;
    m.weight[1] = 50;
    jc_distribution_free(&m);
    assert_int_equal(m.kind, JC_CONSTANT);
    assert_true(m.n_items == 0 && m.component == NULL);
    jc_distribution_free(&m);
    assert_true(copy.component[0].value[0] == 1 && copy.weight[1] == 3 && copy.max == 9);
    assert_int_equal(jc_distribution_check(&copy, NULL), 0);
    jc_distribution_free(&copy);
}

static void
test_kind_names(void **state)
{
    (void) state;
    assert_string_equal(jc_distribution_kind_name(JC_CONSTANT), "constant");
    assert_string_equal(jc_distribution_kind_name(JC_DISCRETE), "discrete");
    assert_string_equal(jc_distribution_kind_name(JC_INTERPOLATED), "interpolated");
    assert_string_equal(jc_distribution_kind_name(JC_MIXTURE), "mixture");
    assert_string_equal(jc_distribution_kind_name(JC_DISTRIBUTION_KINDS), "unknown");
}

/* Of every kind: the probability below the quantile is p, that below anything smaller is not. */
static void
test_quantiles(void **state)
{
    static const double probability[] = { 1e-4, 0.05, 0.2, 0.5, 0.55, 0.95, 0.9999 };
    struct jc_distribution made[] = { make(JC_UNIFORM, -2, 3, 0), make(JC_NORMAL, 5, 2, 0),
        make(JC_LOGNORMAL, -3, 1, 0), make(JC_EXPONENTIAL, 300, 0, 0), make(JC_GAMMA, 0.5, 2, 0),
        make(JC_BETA, 2, 3, 0), make(JC_TRIANGULAR, 0, 1, 4), make_mixture(), make_interpolated(),
        make_discrete() };
    const size_t n = sizeof(made) / sizeof(made[0]);
    size_t j, k;

    (void) state;
    made[1].min = 4;
    made[1].max = 8;
    for (j = 0; j < n; j++) {
        const double whole = jc_distribution_split(&made[j], made[j].min, made[j].max).within;

        for (k = 0; k < sizeof(probability) / sizeof(probability[0]); k++) {
            const double value = jc_distribution_quantile(&made[j], probability[k]);
            const double below = jc_distribution_split(&made[j], made[j].min, value).within;
            const double smaller = value - 1e-9 * fmax(1e-3, fabs(value));

            assert_true(below >= probability[k] * whole - 1e-12);
            assert_true(jc_distribution_split(&made[j], made[j].min, smaller).within
                < probability[k] * whole);
            assert_true(j + 2 >= n || fabs(below - probability[k] * whole) < 1e-9);
        }
    }
    assert_true(jc_distribution_quantile(&made[9], 0.25) == 1);
    assert_true(jc_distribution_quantile(&made[9], 0.26) == 3);
    made[3].integer = true;
    assert_true(jc_distribution_quantile(&made[3], 0.5) == 208); /* 300 ln 2 = 207.9 */
    for (j = 0; j < n; j++) {
        jc_distribution_free(&made[j]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameter_messages),
        cmocka_unit_test(test_limit_messages),
        cmocka_unit_test(test_item_messages),
        cmocka_unit_test(test_cdf_continuous),
        cmocka_unit_test(test_cdf_items),
        cmocka_unit_test(test_interpolated),
        cmocka_unit_test(test_split_tails),
        cmocka_unit_test(test_copy_and_free),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_kind_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
