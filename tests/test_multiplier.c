/* Multipliers: their means against closed forms, and the points that stand for them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/multiplier.h"
#include "samplers/stable_math.h"

#define EXACT 1e-6

static struct jc_distribution
distribution(enum jc_distribution_kind kind, double a, double b)
{
    struct jc_distribution self = jc_distribution_constant(a);

    self.kind = kind;
    self.parameter[1] = b;
    return self;
}

/* Checks the means, and that the points are a distribution of that mean; returns their mean square. */
static double
check(const struct jc_multiplier *self, double mean, double second)
{
    double sum[3] = { 0, 0, 0 };

    assert_true(fabs(self->mean / mean - 1) < EXACT);
    assert_true(fabs(self->second / second - 1) < EXACT);
    assert_true(self->n_points >= 1 && self->n_points <= JC_MULTIPLIER_POINTS);
    for (size_t k = 0; k < self->n_points; k++) {
        assert_true(self->probability[k] > 0);
        assert_true(k == 0 || self->point[k] > self->point[k - 1]);
        sum[0] += self->probability[k];
        sum[1] += self->probability[k] * self->point[k];
        sum[2] += self->probability[k] * self->point[k] * self->point[k];
    }
    assert_true(fabs(sum[0] - 1) < 1e-12);
    assert_true(fabs(sum[1] / self->mean - 1) < 1e-12);
    assert_true(sum[2] <= self->second * (1 + 1e-12));
    return sum[2];
}

static void
check_of(const struct jc_distribution *value, bool divides, double mean, double second)
{
    struct jc_multiplier self;
    struct jc_error error = { "" };

    assert_int_equal(jc_multiplier_init(&self, value, divides, &error), 0);
    assert_true(check(&self, mean, second) > 0.997 * second);
}

static void
test_means(void **state)
{
    struct jc_distribution d = distribution(JC_LOGNORMAL, 0.7, 0.25);
    const double low = (log(1.5) - 0.7) / 0.25;
    const double high = (log(3) - 0.7) / 0.25;
    const double kept = jc_normal_cdf(high) - jc_normal_cdf(low);

    (void) state;
    check_of(&d, false, exp(0.7 + 0.25 * 0.25 / 2), exp(1.4 + 2 * 0.25 * 0.25));
    check_of(&d, true, exp(-0.7 + 0.25 * 0.25 / 2), exp(-1.4 + 2 * 0.25 * 0.25));
    d.min = 1.5;
    d.max = 3;
    check_of(&d, true,
        exp(-0.7 + 0.25 * 0.25 / 2) * (jc_normal_cdf(high + 0.25) - jc_normal_cdf(low + 0.25))
            / kept,
        exp(-1.4 + 2 * 0.25 * 0.25) * (jc_normal_cdf(high + 0.5) - jc_normal_cdf(low + 0.5))
            / kept);
    d = distribution(JC_UNIFORM, 2, 5);
    check_of(&d, true, log(2.5) / 3, 0.1);
    check_of(&d, false, 3.5, 13);
    d = distribution(JC_EXPONENTIAL, 4, 0); /* its tail is as heavy as factors come */
    check_of(&d, false, 4, 32);
    d = distribution(JC_GAMMA, 9, 0.5);
    check_of(&d, true, 1 / (8 * 0.5), 1 / (8.0 * 7 * 0.25));
    d = jc_distribution_constant(4);
    check_of(&d, true, 0.25, 0.0625);
}

static void
test_items(void **state)
{
    double value[4] = { 1, 2, 4, 1000 };
    double weight[4] = { 5, 3, 2, 7 };
    double half[2] = { 1, 3 };
    struct jc_distribution component[2];
    struct jc_distribution d = distribution(JC_DISCRETE, 0, 0);

    (void) state;
    d.n_items = 4;
    d.value = value;
    d.weight = weight;
    d.max = 10;
    check_of(&d, true, 0.5 + 0.15 + 0.05, 0.5 + 0.075 + 0.0125);
    component[0] = distribution(JC_UNIFORM, 2, 5);
    component[1] = d;
    d = distribution(JC_MIXTURE, 0, 0);
    d.n_items = 2;
    d.weight = half;
    d.component = component;
    check_of(&d, true, 0.25 * log(2.5) / 3 + 0.75 * 0.7, 0.25 * 0.1 + 0.75 * 0.5875);
    d.min = 3.5; /* half of the first component, a fifth of the second */
    check_of(&d, false, (0.125 * 4.25 + 0.15 * 4) / 0.275,
        (0.125 * (4.25 * 4.25 + 1.5 * 1.5 / 12) + 0.15 * 16) / 0.275);
}

/* Independent factors, of which one has been adopted by a part of the queries. */
static void
test_products(void **state)
{
    struct jc_distribution d = distribution(JC_LOGNORMAL, 0.7, 0.25);
    struct jc_multiplier self, other;
    struct jc_error error = { "" };
    double mean = exp(0.7 + 0.25 * 0.25 / 2);
    double second = exp(1.4 + 2 * 0.25 * 0.25);

    (void) state;
    assert_int_equal(jc_multiplier_init(&self, &d, false, &error), 0);
    assert_int_equal(jc_multiplier_adopt(&self, 0.4, &error), 0);
    mean = 0.4 * mean + 0.6;
    second = 0.4 * second + 0.6;
    (void) check(&self, mean, second);
    d = distribution(JC_UNIFORM, 2, 5);
    assert_int_equal(jc_multiplier_init(&other, &d, true, &error), 0);
    assert_int_equal(jc_multiplier_multiply(&self, &other, &error), 0);
    assert_int_equal(self.n_points, JC_MULTIPLIER_POINTS);
    assert_true(check(&self, mean * log(2.5) / 3, second * 0.1) > 0.998 * self.second);
    assert_int_equal(jc_multiplier_adopt(&self, 0, &error), 0);
    assert_true(self.n_points == 1 && self.point[0] == 1 && self.mean == 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_means),
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_products),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
