#include "models/least_squares.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>

/* To length 1; what they were is in `length`, 1 of columns of zeros. */
static void
scale_columns(gsl_matrix *x, gsl_vector *length)
{
    size_t j;

    for (j = 0; j < x->size2; j++) {
        gsl_vector_view column = gsl_matrix_column(x, j);
        const double norm = gsl_blas_dnrm2(&column.vector);

        gsl_vector_set(length, j, norm > 0 ? norm : 1);
        gsl_blas_dscal(1 / gsl_vector_get(length, j), &column.vector);
    }
}

/* Of x = u diag(s) v', the part of `residual` along each column of u. */
static void
solve(struct jc_least_squares *self, gsl_matrix *u, const gsl_vector *s, gsl_matrix *v,
    double tolerance, gsl_vector *residual, gsl_vector *c, gsl_matrix *covariance)
{
    size_t j;

    gsl_vector_set_zero(c);
    if (covariance != NULL) {
        gsl_matrix_set_zero(covariance);
    }
    for (j = 0; j < s->size && gsl_vector_get(s, j) > tolerance * gsl_vector_get(s, 0); j++) {
        const double singular = gsl_vector_get(s, j);
        gsl_vector_view along = gsl_matrix_column(u, j);
        gsl_vector_view direction = gsl_matrix_column(v, j);
        double length = 0;

        (void) gsl_blas_ddot(&along.vector, residual, &length);
        (void) gsl_blas_daxpy(-length, &along.vector, residual);
        (void) gsl_blas_daxpy(length / singular, &direction.vector, c);
        if (covariance != NULL) {
            (void) gsl_blas_dger(1 / (singular * singular), &direction.vector, &direction.vector,
                covariance);
        }
    }
    self->rank = j;
    (void) gsl_blas_ddot(residual, residual, &self->chi_squared);
}

static void
unscale(const gsl_vector *length, gsl_vector *c, gsl_matrix *covariance)
{
    size_t j;

    (void) gsl_vector_div(c, length);
    for (j = 0; covariance != NULL && j < c->size; j++) {
        gsl_vector_view row = gsl_matrix_row(covariance, j);
        gsl_vector_view column = gsl_matrix_column(covariance, j);

        gsl_blas_dscal(1 / gsl_vector_get(length, j), &row.vector);
        gsl_blas_dscal(1 / gsl_vector_get(length, j), &column.vector);
    }
}

int
jc_least_squares(struct jc_least_squares *self, gsl_matrix *x, const gsl_vector *y,
    double tolerance, gsl_vector *c, gsl_matrix *covariance, struct jc_error *error)
{
    gsl_matrix *v = gsl_matrix_alloc(x->size2, x->size2);
    gsl_vector *s = gsl_vector_alloc(x->size2);
    gsl_vector *length = gsl_vector_alloc(x->size2);
    gsl_vector *residual = gsl_vector_alloc(y->size);
    int ret = 0;

    *self = (struct jc_least_squares){ 0 };
    if (v == NULL || s == NULL || length == NULL || residual == NULL) {
        ret = jc_fail_memory(error);
    } else {
        scale_columns(x, length);
        (void) gsl_vector_memcpy(residual, y);
        ret = gsl_linalg_SV_decomp_jacobi(x, v, s) == 0
            ? 0
            : jc_fail(error, JC_ERROR_INTERNAL, "a least-squares fit of %zu rows does not converge",
                x->size1);
    }
    if (ret == 0) {
        solve(self, x, s, v, tolerance, residual, c, covariance);
        unscale(length, c, covariance);
    }
    gsl_matrix_free(v);
    gsl_vector_free(s);
    gsl_vector_free(length);
    gsl_vector_free(residual);
    return ret;
}
