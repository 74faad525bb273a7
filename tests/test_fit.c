/* Distributions of traces: families, correlations, smaller versions, and several as one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_statistics.h>

#include "base/text.h"
#include "samplers/fit/compact.h"
#include "samplers/fit/describe.h"
#include "samplers/fit/families.h"
#include "samplers/fit/join.h"

#define N 2000

static struct jc_error error;

/* A marginal of n values, which are copied. */
static struct jc_marginal
make_marginal(const char *name, size_t n, const double *value, const double *weight)
{
    struct jc_marginal marginal = { .n_values = n };

    assert_int_equal(jc_string_set(&marginal.name, name, &error), 0);
    marginal.value = malloc(n * sizeof(double));
    marginal.weight = malloc(n * sizeof(double));
    assert_true(marginal.value != NULL && marginal.weight != NULL);
    memcpy(marginal.value, value, n * sizeof(double));
    memcpy(marginal.weight, weight, n * sizeof(double));
    return marginal;
}

static void
free_marginal(struct jc_marginal *marginal)
{
    free(marginal->name);
    free(marginal->value);
    free(marginal->weight);
}

/* Three values, by hand: 1 twice, 2 and 6 once. */
static void
test_families_by_hand(void **state)
{
    struct jc_marginal marginal =
        make_marginal("x", 3, (const double[]){ 1, 2, 6 }, (const double[]){ 2, 1, 1 });
    const double mu = (log(2) + log(6)) / 4;
    const double variance =
        ((log(2) - mu) * (log(2) - mu) + (log(6) - mu) * (log(6) - mu) + 2 * mu * mu) / 4;
    struct jc_family_fit fit[JC_FAMILIES];

    (void) state;
    jc_families_fit(&marginal, fit);
    assert_true(fabs(fit[JC_FAMILY_EXPONENTIAL].distribution.parameter[0] - 2.5) < 1e-15);
    assert_true(fabs(fit[JC_FAMILY_EXPONENTIAL].log_likelihood - (-log(2.5) - 1)) < 1e-14);
    /* The steps of F_n are 0.5, 0.75 and 1; the largest distance is under the first one. */
    assert_true(fabs(fit[JC_FAMILY_EXPONENTIAL].kolmogorov_smirnov + expm1(-1 / 2.5)) < 1e-14);
    assert_true(
        fabs(fit[JC_FAMILY_EXPONENTIAL_MEDIAN].distribution.parameter[0] - 1 / M_LN2) < 1e-15);
    assert_true(fabs(fit[JC_FAMILY_LOGNORMAL].distribution.parameter[0] - mu) < 1e-15);
    assert_true(fabs(fit[JC_FAMILY_LOGNORMAL].distribution.parameter[1] - sqrt(variance)) < 1e-15);
    assert_true(fabs(fit[JC_FAMILY_NORMAL].distribution.parameter[1] - sqrt(17.0 / 4)) < 1e-15);
    assert_true(
        fabs(jc_family_aic(&fit[JC_FAMILY_EXPONENTIAL], 4) - (2 + 8 * (log(2.5) + 1))) < 1e-12);
    assert_true(fabs(jc_family_mean(&fit[JC_FAMILY_LOGNORMAL]) - exp(mu + variance / 2)) < 1e-13);
    free_marginal(&marginal);
}

/* Quantiles of a known gamma distribution give its parameters back, nearly, and exactly the solution of
 * the equations of maximum likelihood; distances as by GSL. */
static void
test_gamma(void **state)
{
    static double value[N], weight[N];
    static const double shapes[] = { 0.2, 0.7, 1, 3, 400 };
    struct jc_family_fit fit[JC_FAMILIES];
    size_t j, k;

    (void) state;
    for (k = 0; k < sizeof(shapes) / sizeof(shapes[0]); k++) {
        struct jc_marginal marginal;
        const double *p = fit[JC_FAMILY_GAMMA].distribution.parameter;
        double mean = 0;
        double log_mean = 0;
        double log_likelihood = 0;
        double squares = 0;
        double distance = 0;

        for (j = 0; j < N; j++) {
            value[j] = gsl_cdf_gamma_Pinv(((double) j + 0.5) / N, shapes[k], 20);
            weight[j] = 0.25; /* need not be counts */
            mean += value[j] / N;
            log_mean += log(value[j]) / N;
        }
        marginal = make_marginal("x", N, value, weight);
        jc_families_fit(&marginal, fit);
        assert_true(fabs(p[0] / shapes[k] - 1) < 0.03);
        assert_true(fabs(p[0] * p[1] / mean - 1) < 1e-12);
        assert_true(fabs(log(p[0]) - gsl_sf_psi(p[0]) - (log(mean) - log_mean))
            < 1e-12 * (1 + fabs(log_mean)));
        for (j = 0; j < N; j++) {
            const double at = gsl_cdf_gamma_P(value[j], p[0], p[1]);
            const double other = gsl_cdf_gamma_Q(value[N - 1 - j], p[0], p[1]);

            distance = fmax(distance, fmax(at - (double) j / N, (double) (j + 1) / N - at));
            squares -= (2 * (double) j + 1) / N * (log(at) + log(other)) / N;
            log_likelihood += log(gsl_ran_gamma_pdf(value[j], p[0], p[1])) / N;
        }
        assert_true(fabs(fit[JC_FAMILY_GAMMA].kolmogorov_smirnov - distance) < 1e-10);
        assert_true(fabs(fit[JC_FAMILY_GAMMA].log_likelihood / log_likelihood - 1) < 1e-8);
        /* The textbook's sum, A^2 = -n - sum (2i - 1)/n (ln F(x_i) + ln (1 - F(x_(n+1-i)))). */
        assert_true(fabs(fit[JC_FAMILY_GAMMA].anderson_darling - (squares - 1)) < 1e-10);
        free_marginal(&marginal);
    }
}

/* Equal values are steps of F_n: the same as if they were written one by one. Zeros are left to the families
 * that have them; without a spread there is nothing to fit. */
static void
test_zeros_and_constants(void **state)
{
    struct jc_marginal marginal =
        make_marginal("x", 3, (const double[]){ 0, 2, 8 }, (const double[]){ 1, 2, 1 });
    struct jc_family_fit fit[JC_FAMILIES];

    (void) state;
    jc_families_fit(&marginal, fit);
    assert_true(fit[JC_FAMILY_EXPONENTIAL].share == 1);
    assert_true(fit[JC_FAMILY_EXPONENTIAL].distribution.parameter[0] == 3);
    assert_true(isinf(fit[JC_FAMILY_EXPONENTIAL].anderson_darling));
    assert_true(fit[JC_FAMILY_LOGNORMAL].share == 0.75);
    assert_true(fabs(fit[JC_FAMILY_LOGNORMAL].distribution.parameter[0] - 5 * M_LN2 / 3) < 1e-15);
    assert_true(isfinite(fit[JC_FAMILY_GAMMA].anderson_darling));
    assert_true(fabs(jc_family_mean(&fit[JC_FAMILY_GAMMA]) - 3) < 1e-14);
    free_marginal(&marginal);

    marginal = make_marginal("x", 1, (const double[]){ 5 }, (const double[]){ 3 });
    jc_families_fit(&marginal, fit);
    assert_true(
        fit[JC_FAMILY_EXPONENTIAL].is_fitted && fit[JC_FAMILY_EXPONENTIAL_MEDIAN].is_fitted);
    assert_false(fit[JC_FAMILY_LOGNORMAL].is_fitted || fit[JC_FAMILY_GAMMA].is_fitted
        || fit[JC_FAMILY_NORMAL].is_fitted);
    marginal.value[0] = 0;
    jc_families_fit(&marginal, fit);
    assert_false(
        fit[JC_FAMILY_EXPONENTIAL].is_fitted || fit[JC_FAMILY_EXPONENTIAL_MEDIAN].is_fitted);
    free_marginal(&marginal);
}

/* Two variables of N rows, with ties, atoms and a long tail, as a trace has them. */
static double rows[2][N];

static size_t
find_value(const struct jc_marginal *marginal, double value)
{
    size_t k = 0;

    while (k < marginal->n_values && marginal->value[k] != value) {
        k++;
    }
    return k;
}

static int
compare(const void *a, const void *b)
{
    const double u = *(const double *) a;
    const double v = *(const double *) b;

    return (u > v) - (u < v);
}

static struct jc_marginal
count(const char *name, const double *row)
{
    double value[N];
    double weight[N] = { 0 };
    size_t n = 0;
    size_t j;

    memcpy(value, row, sizeof(value));
    qsort(value, N, sizeof(double), compare);
    for (j = 0; j < N; j++) {
        if (n == 0 || value[n - 1] != value[j]) {
            value[n++] = value[j];
        }
        weight[n - 1]++;
    }
    return make_marginal(name, n, value, weight);
}

static void
make_empirical(struct jc_empirical *self)
{
    struct jc_joint *joint = &self->joint;
    double *table;
    size_t j, k;

    *self = (struct jc_empirical){ .rows_read = N, .rows_used = N, .n_marginals = 2 };
    for (j = 0; j < N; j++) {
        rows[0][j] = floor(exp(10 * fmod((double) j * 0.6180339887498949, 1)));
        rows[1][j] = j % 4 == 0 ? 100 : floor((double) (j * 7919 % 1009) + rows[0][j] / 50);
    }
    self->marginal = calloc(2, sizeof(*self->marginal));
    assert_non_null(self->marginal);
    self->marginal[0] = count("input_tokens", rows[0]);
    self->marginal[1] = count("output_tokens", rows[1]);
    joint->variable[1] = 1;
    for (k = 0; k < 2; k++) {
        joint->n_classes[k] = self->marginal[k].n_values;
        joint->class_end[k] = calloc(joint->n_classes[k], sizeof(size_t));
        for (j = 0; j < joint->n_classes[k]; j++) {
            joint->class_end[k][j] = j + 1;
        }
    }
    table = calloc(joint->n_classes[0] * joint->n_classes[1], sizeof(double));
    joint->cell = calloc(N, sizeof(*joint->cell));
    assert_true(table != NULL && joint->cell != NULL);
    for (j = 0; j < N; j++) {
        table[find_value(&self->marginal[0], rows[0][j]) * joint->n_classes[1]
            + find_value(&self->marginal[1], rows[1][j])]++;
    }
    for (j = 0; j < joint->n_classes[0] * joint->n_classes[1]; j++) {
        if (table[j] > 0) {
            joint->cell[joint->n_cells++] =
                (struct jc_cell){ { j / joint->n_classes[1], j % joint->n_classes[1] }, table[j] };
        }
    }
    free(table);
    assert_int_equal(jc_empirical_check(self, &error), 0);
}

static void
test_description(void **state)
{
    struct jc_empirical self;
    struct jc_pair_correlation correlation;
    double work[2 * N];

    (void) state;
    make_empirical(&self);
    assert_int_equal(jc_joint_correlation(&self, &correlation, &error), 0);
    assert_true(
        fabs(correlation.pearson - gsl_stats_correlation(rows[0], 1, rows[1], 1, N)) < 1e-12);
    assert_true(
        fabs(correlation.spearman - gsl_stats_spearman(rows[0], 1, rows[1], 1, N, work)) < 1e-10);
    assert_true(fabs(jc_marginal_sd(&self.marginal[1])
                        / sqrt((N - 1.0) / N * gsl_stats_variance(rows[1], 1, N))
                    - 1)
        < 1e-12);
    jc_empirical_free(&self);
}

static double
cell_weight(const struct jc_empirical *self)
{
    double sum = 0;
    size_t k;

    for (k = 0; k < self->joint.n_cells; k++) {
        sum += self->joint.cell[k].weight;
    }
    return sum;
}

/* What compact.h promises of a smaller marginal. */
static void
expect_compact(const struct jc_marginal *small, const struct jc_marginal *whole, size_t points,
    size_t classes)
{
    double weight = 0;
    double step, p;
    size_t k;
    const double decades = log10(fmax(whole->value[whole->n_values - 1], 1));

    assert_true(
        (double) small->n_values <= 2 * (double) points + (double) classes + 25 * (decades + 1));
    for (k = 0; k < small->n_values; k++) {
        assert_true(small->value[k] == floor(small->value[k]));
        weight += small->weight[k];
    }
    assert_true(weight == N);
    assert_true(fabs(jc_marginal_mean(small) - jc_marginal_mean(whole)) <= 0.5);
    for (step = 0.5; step < N; step++) {
        p = step / N;
        assert_true(jc_marginal_quantile(small, p)
            <= JC_COMPACT_SPAN * jc_marginal_quantile(whole, p) * (1 + 1e-15));
        assert_true(jc_marginal_quantile(whole, p)
            <= JC_COMPACT_SPAN * jc_marginal_quantile(small, p) * (1 + 1e-15));
    }
    for (k = 0; k < whole->n_values; k++) { /* atoms stay */
        if (whole->weight[k] * (double) points >= N) {
            assert_true(small->weight[find_value(small, whole->value[k])] == whole->weight[k]);
        }
    }
}

static void
test_compact(void **state)
{
    static const size_t cases[][2] = { { 1, 1 }, { 10, 4 }, { 100, 16 }, { 1000000, 16 },
        { 100, 1000 }, { 50, 0 } };
    struct jc_empirical whole, small;
    size_t j, k;

    (void) state;
    make_empirical(&whole);
    for (k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        assert_int_equal(jc_empirical_copy(&whole, &small, &error), 0);
        assert_int_equal(jc_empirical_compact(&small, cases[k][0], cases[k][1], &error), 0);
        assert_int_equal(jc_empirical_check(&small, &error), 0);
        assert_true(cell_weight(&small) == N);
        for (j = 0; j < 2; j++) {
            expect_compact(&small.marginal[j], &whole.marginal[j], cases[k][0],
                cases[k][1] == 0 ? N : cases[k][1]);
            assert_true(cases[k][1] == 0 || small.joint.n_classes[j] <= cases[k][1]);
        }
        jc_empirical_free(&small);
    }
    jc_empirical_free(&whole);
}

/* Classes of nearly equal weight: a cut is at most half of the value beside it away from its place. */
static void
test_classes(void **state)
{
    struct jc_empirical self;
    const struct jc_joint *joint = &self.joint;
    const struct jc_marginal *marginal;
    double sum, beside;
    size_t c, j, k;

    (void) state;
    make_empirical(&self);
    assert_int_equal(jc_empirical_compact(&self, 0, 8, &error), 0);
    assert_int_equal(jc_empirical_check(&self, &error), 0);
    assert_int_equal(joint->n_classes[0], 8);
    assert_true(joint->n_classes[1] >= 6); /* one of its values has a quarter of the weight */
    for (k = 0; k < 2; k++) {
        marginal = &self.marginal[k];
        sum = 0;
        for (c = 0, j = 0; c + 1 < joint->n_classes[k]; c++) {
            for (; j < joint->class_end[k][c]; j++) {
                sum += marginal->weight[j];
            }
            beside = fmax(marginal->weight[j - 1], marginal->weight[j]);
            assert_true(fabs(sum - rint(sum / N * 8) / 8 * N) <= beside / 2);
        }
    }
    jc_empirical_free(&self);
}

static void
test_join(void **state)
{
    struct jc_empirical self, other = { .n_marginals = 1, .rows_read = 5, .rows_used = 3 };

    (void) state;
    make_empirical(&self);
    assert_int_equal(jc_string_set(&self.source, "here", &error), 0);
    assert_int_equal(jc_string_set(&self.licence, "free", &error), 0);
    assert_int_equal(jc_string_set(&other.source, "there", &error), 0);
    assert_int_equal(jc_string_set(&other.licence, "free", &error), 0);
    assert_int_equal(jc_string_set(&other.title, "other", &error), 0);
    other.marginal = calloc(1, sizeof(*other.marginal));
    other.dropped = calloc(1, sizeof(*other.dropped));
    assert_true(other.marginal != NULL && other.dropped != NULL);
    other.marginal[0] =
        make_marginal("batch_size", 1, (const double[]){ 8 }, (const double[]){ 3 });
    other.n_dropped = 1;
    other.dropped[0].rows = 2;
    assert_int_equal(jc_string_set(&other.dropped[0].reason, "negative", &error), 0);

    /* The joint distribution of the one that has it stays, wherever its variables stand then. */
    assert_int_equal(jc_empirical_join(&other, &self, &error), 0);
    assert_int_equal(jc_empirical_check(&other, &error), 0);
    assert_int_equal(other.n_marginals, 3);
    assert_int_equal(other.joint.variable[0], 1);
    assert_int_equal(other.joint.variable[1], 2);
    assert_string_equal(other.source, "there; here");
    assert_string_equal(other.licence, "free");
    assert_string_equal(other.title, "other");
    assert_int_equal(other.rows_read, N + 5);
    assert_int_equal(other.n_dropped, 1);
    assert_int_equal(self.n_marginals, 0);

    make_empirical(&self);
    assert_int_equal(jc_empirical_join(&self, &other, &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, "input_tokens is in both distributions");
    jc_empirical_free(&self);
    jc_empirical_free(&other);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_families_by_hand),
        cmocka_unit_test(test_gamma),
        cmocka_unit_test(test_zeros_and_constants),
        cmocka_unit_test(test_description),
        cmocka_unit_test(test_compact),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_join),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
