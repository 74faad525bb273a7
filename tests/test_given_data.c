/* Indices and rank regression from rows that are there: known functions, ties, constants, columns that follow
 * from others, and how often the intervals hold what they should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "engine/given_data.h"
#include "tests/sensitivity_functions.h"

#define ROWS 65536
#define FEW_ROWS 2000
#define REPETITIONS 1000

/* Columns of uniform numbers, and the response. */
struct rows {
    size_t n;
    size_t k;
    double *x[MOST_INPUTS];
    double *y;
};

static void
rows_init(struct rows *rows, size_t n, size_t k)
{
    size_t i;

    *rows = (struct rows){ .n = n, .k = k, .y = calloc(n, sizeof(double)) };
    assert_non_null(rows->y);
    for (i = 0; i < k; i++) {
        rows->x[i] = calloc(n, sizeof(double));
        assert_non_null(rows->x[i]);
    }
}

static void
rows_free(struct rows *rows)
{
    size_t i;

    for (i = 0; i < rows->k; i++) {
        free(rows->x[i]);
    }
    free(rows->y);
}

static void
rows_draw(struct rows *rows, uint64_t seed, const struct function *function)
{
    double *u = calloc(rows->n * rows->k, sizeof(double));
    size_t i, j;

    assert_non_null(u);
    uniform_rows(seed, "given", rows->n, rows->k, u);
    for (j = 0; j < rows->n; j++) {
        for (i = 0; i < rows->k; i++) {
            rows->x[i][j] = u[j * rows->k + i];
        }
        rows->y[j] = function->value(u + j * rows->k);
    }
    free(u);
}

static struct jc_estimate_bounds
first_of(const struct rows *rows, size_t input)
{
    struct jc_estimate_bounds found;
    struct jc_error error;

    assert_int_equal(jc_given_first(rows->n, rows->x[input], rows->y, &found, &error), 0);
    return found;
}

static struct jc_rank_regression
regress(const struct rows *rows, double *coefficient)
{
    struct jc_rank_regression regression;
    struct jc_error error;

    assert_int_equal(jc_rank_regression(rows->n, rows->k, (const double *const *) rows->x, rows->y,
                         coefficient, &regression, &error),
        0);
    return regression;
}

/* Within twice the interval of 95 %: a false alarm in 10^4 per number; lines in bins leave less than 0.002. */
static void
check_function(struct function function)
{
    struct jc_estimate_bounds found;
    struct rows rows;
    size_t i;

    rows_init(&rows, ROWS, function.n_inputs);
    rows_draw(&rows, 20260101, &function);
    for (i = 0; i < function.n_inputs; i++) {
        found = first_of(&rows, i);
        assert_true(found.upper - found.lower < 0.04);
        if (!(fabs(found.value - function.first[i]) <= found.upper - found.lower + 0.002)) {
            fail_msg("%g, 95 %% from %g to %g, is not %g", found.value, found.lower, found.upper,
                function.first[i]);
        }
    }
    rows_free(&rows);
}

static void
test_functions(void **state)
{
    (void) state;
    check_function(ishigami());
    check_function(sobol_g(true));
    check_function(sobol_g(false));
    check_function(lognormals());
}

/* Without the adjustment, noise alone would explain more than 3 %, and all means would be too large. */
static void
test_bias(void **state)
{
    const struct function function = ishigami();
    double mean[3] = { 0, 0, 0 };
    struct rows rows;
    size_t i, r;

    (void) state;
    rows_init(&rows, 500, 3);
    for (r = 0; r < 400; r++) {
        rows_draw(&rows, 5000 + r, &function);
        for (i = 0; i < 3; i++) {
            mean[i] += first_of(&rows, i).value / 400;
        }
    }
    assert_true(fabs(mean[0] - function.first[0]) < 0.008); /* 4 standard errors of 0.002 */
    assert_true(fabs(mean[2]) < 0.008);
    rows_free(&rows);
}

/* Within four standard deviations of the binomial distribution, a false alarm in some 10^4; an index of 0 is
 * held more often. */
static void
test_coverage(void **state)
{
    const struct function function = ishigami();
    const double most = 4 * sqrt(0.05 * 0.95 / REPETITIONS);
    struct jc_estimate_bounds found;
    size_t hits[3] = { 0, 0, 0 };
    struct rows rows;
    size_t i, r;

    (void) state;
    rows_init(&rows, FEW_ROWS, 3);
    for (r = 0; r < REPETITIONS; r++) {
        rows_draw(&rows, 9000 + r, &function);
        for (i = 0; i < 3; i++) {
            found = first_of(&rows, i);
            hits[i] += found.lower <= function.first[i] && function.first[i] <= found.upper;
        }
    }
    for (i = 0; i < 3; i++) {
        print_message("coverage, input %zu: %zu of %d\n", i + 1, hits[i], REPETITIONS);
        assert_true((double) hits[i] / REPETITIONS - 0.95 > -most);
        assert_true((double) hits[i] / REPETITIONS - 0.95 < (function.first[i] > 0 ? most : 0.05));
    }
    rows_free(&rows);
}

/* x of three values, the middle one half of all: the variance of the means is 1 of 1 + 4 / 3. */
static void
test_ties(void **state)
{
    struct jc_estimate_bounds found;
    struct rows rows;
    size_t j;

    (void) state;
    rows_init(&rows, ROWS, 3);
    rows_draw(&rows, 3, &(struct function){ .n_inputs = 3, .value = ishigami_value });
    for (j = 0; j < ROWS; j++) {
        const double u = rows.x[0][j];

        rows.x[0][j] = u < 0.25 ? 7 : u < 0.75 ? 8 : 10;
        rows.y[j] = sqrt(2) * (u < 0.25 ? 1 : u < 0.75 ? 0 : -1) + 4 * (rows.x[1][j] - 0.5);
    }
    found = first_of(&rows, 0);
    assert_true(fabs(found.value - 3.0 / 7) <= found.upper - found.lower);
    assert_true(found.upper - found.lower < 0.02);
    rows_free(&rows);
}

static void
test_constants(void **state)
{
    struct jc_rank_regression regression;
    struct jc_estimate_bounds found;
    double coefficient[2];
    struct rows rows;
    size_t j;

    (void) state;
    rows_init(&rows, 100, 2);
    for (j = 0; j < 100; j++) {
        rows.x[0][j] = 5;
        rows.x[1][j] = (double) j;
        rows.y[j] = -(double) (j * j * j);
    }
    found = first_of(&rows, 0);
    assert_true(found.value == 0 && found.lower == 0 && found.upper == 0);
    assert_true(first_of(&rows, 1).value > 0.99);
    regression = regress(&rows, coefficient);
    assert_true(regression.determined && fabs(regression.r_squared - 1) < 1e-9);
    assert_true(isnan(coefficient[0]) && fabs(coefficient[1] + 1) < 1e-9);

    memset(rows.y, 0, 100 * sizeof(double));
    assert_true(isnan(first_of(&rows, 1).value) && isnan(first_of(&rows, 0).upper));
    regression = regress(&rows, coefficient);
    assert_true(!regression.determined && isnan(regression.r_squared) && isnan(coefficient[1]));

    rows.n = 7; /* too few to tell */
    rows.y[0] = 1;
    assert_true(isnan(first_of(&rows, 1).value));
    rows.n = 2;
    regression = regress(&rows, coefficient);
    assert_true(!regression.determined && isnan(coefficient[1]));
    rows.n = 100;
    rows.k = 1; /* nothing that varies explains nothing */
    regression = regress(&rows, coefficient);
    assert_true(regression.determined && regression.r_squared == 0);
    rows.k = 2;
    rows_free(&rows);
}

/* Independent inputs of y = 3 x1 - 4 x2 + noise: nearly the coefficients of correlation, here of ranks that are
 * nearly values; with ties, mid-ranks. */
static void
test_rank_regression(void **state)
{
    struct jc_rank_regression regression;
    double coefficient[3];
    struct rows rows;
    size_t j;

    (void) state;
    rows_init(&rows, ROWS, 3);
    rows_draw(&rows, 12, &(struct function){ .n_inputs = 3, .value = ishigami_value });
    for (j = 0; j < ROWS; j++) {
        rows.y[j] = exp(3 * rows.x[0][j] - 4 * rows.x[1][j]);
    }
    regression = regress(&rows, coefficient);
    assert_true(regression.determined && regression.r_squared > 0.97 && regression.r_squared < 1);
    assert_true(fabs(coefficient[0] - 0.6) < 0.02 && fabs(coefficient[1] + 0.8) < 0.02);
    assert_true(fabs(coefficient[2]) < 0.01);

    for (j = 0; j < ROWS; j++) { /* a coin and its value: Spearman's correlation is 1 */
        rows.x[0][j] = rows.x[0][j] < 0.3 ? 1 : 2;
        rows.y[j] = rows.x[0][j] > 1 ? 100 : -5;
    }
    regression = regress(&rows, coefficient);
    assert_true(fabs(coefficient[0] - 1) < 1e-6 && fabs(regression.r_squared - 1) < 1e-6);
    assert_true(fabs(coefficient[1]) < 1e-6);
    rows_free(&rows);
}

/* A column that is another one twice: the fit is known, its coefficients are not. */
static void
test_collinear(void **state)
{
    struct jc_rank_regression regression;
    double coefficient[3];
    struct rows rows;
    size_t j;

    (void) state;
    rows_init(&rows, FEW_ROWS, 3);
    rows_draw(&rows, 12, &(struct function){ .n_inputs = 3, .value = ishigami_value });
    for (j = 0; j < FEW_ROWS; j++) {
        rows.x[2][j] = exp(rows.x[0][j]);
        rows.y[j] = rows.x[0][j] + 0.1 * rows.x[1][j];
    }
    regression = regress(&rows, coefficient);
    assert_false(regression.determined);
    assert_true(regression.r_squared > 0.98);
    assert_true(isnan(coefficient[0]) && isnan(coefficient[1]) && isnan(coefficient[2]));
    rows_free(&rows);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions),
        cmocka_unit_test(test_bias),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_rank_regression),
        cmocka_unit_test(test_collinear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
