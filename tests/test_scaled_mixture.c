/* Scaled mixtures, against known laws. */
#include "mixtures.h"

#include "results/scaled_mixture.h"

#define N 400000
#define POINTS 256

static const double ranks[] = { 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999 };

struct law {
    double weight, median, sigma;
};

static double
law_cdf(const struct law *law, size_t n, double x)
{
    double cdf = 0;

    for (size_t j = 0; j < n; j++) {
        cdf += law[j].weight * jc_normal_cdf((log(x) - log(law[j].median)) / law[j].sigma);
    }
    return cdf;
}

static double
law_quantile(const struct law *law, size_t n, double p)
{
    double low = 1e-12;
    double high = 1e12;

    for (int step = 0; step < 200; step++) {
        const double middle = sqrt(low * high);

        if (law_cdf(law, n, middle) < p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

static void
init(struct jc_scaled_mixture *mixture, size_t n, const struct jc_scaled_part *parts)
{
    struct jc_error error = { "" };

    assert_int_equal(jc_scaled_mixture_init(mixture, n, parts, &error), 0);
}

/* Evenly spread over the ranks, so nothing is left to chance. Not an average of quantiles: those of the parts are a
 * factor 20 apart. */
static void
test_two_lognormals(void **state)
{
    static const struct law law[2] = { { 0.7, 0.3, 0.6 }, { 0.3, 6, 1.1 } };
    static const double one = 1;
    struct jc_record record[2];
    struct jc_scaled_part part[2];
    struct jc_scaled_mixture mixture;
    double expected;
    float *x;
    size_t j, k;

    (void) state;
    for (j = 0; j < 2; j++) {
        x = lognormal(N, law[j].median, law[j].sigma, NULL);
        make_record(&record[j], N, x);
        free(x);
        part[j] = (struct jc_scaled_part){ &record[j], 10 * law[j].weight, 1, &one, NULL };
    }
    init(&mixture, 2, part);
    for (k = 0; k < sizeof(ranks) / sizeof(ranks[0]); k++) {
        expected = law_quantile(law, 2, ranks[k]);
        assert_true(fabs(jc_scaled_mixture_quantile(&mixture, ranks[k]) / expected - 1)
            < JC_SKETCH_RELATIVE_ERROR);
        assert_true(fabs(jc_scaled_mixture_cdf(&mixture, expected) - ranks[k]) < 2e-4);
    }
    jc_scaled_mixture_free(&mixture);
    jc_record_free(&record[0]);
    jc_record_free(&record[1]);
}

/* A lognormal times a lognormal is one, whose variances add up. Of the other part each query has one of two factors. */
static void
test_points(void **state)
{
    static const struct law law[3] = { { 0.4, 0.5, 0.5 }, { 0.15, 2, 0.4 }, { 0.45, 8, 0.4 } };
    static const double two[2] = { 1, 4 };
    static const double probability[2] = { 0.25, 0.75 };
    struct jc_record record[2];
    struct jc_scaled_mixture mixture;
    double point[POINTS];
    float *x;
    size_t k;

    (void) state;
    for (k = 0; k < POINTS; k++) {
        point[k] = exp(0.3 * jc_normal_quantile(((double) k + 0.5) / POINTS)) / 2;
    }
    x = lognormal(N, 1, 0.4, NULL);
    make_record(&record[0], N, x);
    free(x);
    x = lognormal(N, 2, 0.4, NULL);
    make_record(&record[1], N, x);
    free(x);
    init(&mixture, 2,
        (struct jc_scaled_part[]){ { &record[0], 0.4, POINTS, point, NULL },
            { &record[1], 0.6, 2, two, probability } });
    for (k = 0; k < sizeof(ranks) / sizeof(ranks[0]); k++) {
        const double expected = law_quantile(law, 3, ranks[k]);
        const double error = fabs(jc_scaled_mixture_quantile(&mixture, ranks[k]) / expected - 1);

        /* 256 points have no tails of their own. */
        assert_true(error < (fabs(ranks[k] - 0.5) > 0.495 ? 1e-2 : 1.5e-3));
    }
    jc_scaled_mixture_free(&mixture);
    jc_record_free(&record[0]);
    jc_record_free(&record[1]);
}

/* Where all values of a part are equal the cdf has a step; parts of no weight are none. */
static void
test_steps(void **state)
{
    static const double factor[3] = { 3, 0.5, 1e9 };
    struct jc_record record[2] = { 0 };
    struct jc_scaled_mixture mixture;
    struct jc_error error;

    (void) state;
    assert_int_equal(jc_record_constant(&record[0], 2, 10, &error), 0);
    assert_int_equal(jc_record_constant(&record[1], 0, 10, &error), 0);
    init(&mixture, 3,
        (struct jc_scaled_part[]){ { &record[0], 0.5, 2, factor, NULL },
            { &record[1], 0.5, 1, factor, NULL }, { &record[0], 0, 1, factor + 2, NULL } });
    assert_true(jc_scaled_mixture_quantile(&mixture, 0.5) == 0);
    assert_true(fabs(jc_scaled_mixture_quantile(&mixture, 0.51) - 1) < 1e-9);
    assert_true(fabs(jc_scaled_mixture_quantile(&mixture, 0.75) - 1) < 1e-9);
    assert_true(fabs(jc_scaled_mixture_quantile(&mixture, 0.76) - 6) < 1e-8);
    assert_true(fabs(jc_scaled_mixture_quantile(&mixture, 0.999) - 6) < 1e-8);
    assert_true(jc_scaled_mixture_cdf(&mixture, 6.001) == 1);
    jc_scaled_mixture_free(&mixture);
    jc_record_free(&record[0]);
    jc_record_free(&record[1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_lognormals),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
