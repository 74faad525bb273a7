#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>

#include "models/least_squares.h"

#define TOLERANCE 1e-9
#define ROWS 60
#define COLUMNS 4

/* Columns of different sizes; the same numbers each time. */
static void
fill(gsl_matrix *x, gsl_vector *y)
{
    uint32_t word = 1;
    size_t j, k;

    for (j = 0; j < x->size1; j++) {
        double sum = 0;

        for (k = 0; k <= x->size2; k++) {
            word = word * 1664525 + 1013904223;
            if (k < x->size2) {
                gsl_matrix_set(x, j, k, (word / 4294967296.0 - 0.3) * pow(10, (double) k - 1));
                sum += gsl_matrix_get(x, j, k) * ((double) k + 1);
            } else {
                gsl_vector_set(y, j, sum + word / 4294967296.0);
            }
        }
    }
}

static void
assert_close(double a, double b)
{
    if (!(fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)))) {
        fail_msg("%.17g, %.17g", a, b);
    }
}

/* GSL's own least squares, another algorithm, as oracle. */
static void
test_as_gsl(void **state)
{
    gsl_matrix *x = gsl_matrix_alloc(ROWS, COLUMNS),
               *covariance = gsl_matrix_alloc(COLUMNS, COLUMNS),
               *theirs = gsl_matrix_alloc(COLUMNS, COLUMNS);
    gsl_vector *y = gsl_vector_alloc(ROWS), *c = gsl_vector_alloc(COLUMNS),
               *d = gsl_vector_alloc(COLUMNS), *ones = gsl_vector_alloc(ROWS);
    gsl_multifit_linear_workspace *workspace = gsl_multifit_linear_alloc(ROWS, COLUMNS);
    struct jc_least_squares found;
    struct jc_error error;
    double chi_squared;
    size_t rank, j, k;

    (void) state;
    fill(x, y);
    gsl_vector_set_all(ones, 1);
    assert_int_equal(gsl_multifit_wlinear_tsvd(x, ones, y, TOLERANCE, d, theirs, &chi_squared,
                         &rank, workspace),
        0);
    assert_int_equal(jc_least_squares(&found, x, y, TOLERANCE, c, covariance, &error), 0);
    assert_int_equal(found.rank, COLUMNS);
    assert_int_equal(rank, COLUMNS);
    assert_close(found.chi_squared, chi_squared);
    for (j = 0; j < COLUMNS; j++) {
        assert_close(gsl_vector_get(c, j), gsl_vector_get(d, j));
        for (k = 0; k < COLUMNS; k++) {
            assert_close(gsl_matrix_get(covariance, j, k), gsl_matrix_get(theirs, j, k));
        }
    }
    gsl_multifit_linear_free(workspace);
    gsl_matrix_free(x);
    gsl_matrix_free(covariance);
    gsl_matrix_free(theirs);
    gsl_vector_free(y);
    gsl_vector_free(c);
    gsl_vector_free(d);
    gsl_vector_free(ones);
}

/* A column twice: each has half of what both have. Of zeros: none. */
static void
test_rank(void **state)
{
    gsl_matrix *x = gsl_matrix_calloc(5, 3);
    gsl_vector *y = gsl_vector_alloc(5), *c = gsl_vector_alloc(3);
    struct jc_least_squares found;
    struct jc_error error;
    size_t j;

    (void) state;
    for (j = 0; j < 5; j++) {
        gsl_matrix_set(x, j, 0, (double) j + 1);
        gsl_matrix_set(x, j, 2, (double) j + 1);
        gsl_vector_set(y, j,
            7 * ((double) j + 1)
                + (j == 0        ? 5
                        : j == 4 ? -1
                                 : 0)); /* off, at right angles */
    }
    assert_int_equal(jc_least_squares(&found, x, y, TOLERANCE, c, NULL, &error), 0);
    assert_int_equal(found.rank, 1);
    assert_close(gsl_vector_get(c, 0), 3.5);
    assert_close(gsl_vector_get(c, 2), 3.5);
    assert_true(gsl_vector_get(c, 1) == 0);
    assert_close(found.chi_squared, 26);
    gsl_matrix_free(x);
    gsl_vector_free(y);
    gsl_vector_free(c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_gsl),
        cmocka_unit_test(test_rank),
    };

    (void) gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
