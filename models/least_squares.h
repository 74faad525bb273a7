/*
 * Ordinary least squares by a singular value decomposition, for which running out of memory is an error like others
 * (GSL's own functions for the purpose do not survive it).
 */
#ifndef JC_MODELS_LEAST_SQUARES_H
#define JC_MODELS_LEAST_SQUARES_H

#include <stddef.h>

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>

#include "base/error.h"

struct jc_least_squares {
    size_t rank;        /* of x */
    double chi_squared; /* sum of the squared residuals */
};

/* The c that makes |y - x c| least, of those the one of least length after each column of x has been scaled to length 1.
 * x: n by k, n >= k, of finite numbers; it is overwritten. y: n. c: k. `covariance`: k by k, becomes (x' x)^-1; or NULL.
 * Directions in which the scaled x has a singular value of at most `tolerance` times its largest are left out.
 * GSL's error handler must be off. Errors: JC_ERROR_INTERNAL (no memory, no convergence).
 * Source: GSL's one-sided Jacobi method, gsl_linalg_SV_decomp_jacobi. */
int jc_least_squares(struct jc_least_squares *self, gsl_matrix *x, const gsl_vector *y,
    double tolerance, gsl_vector *c, gsl_matrix *covariance, struct jc_error *error);

#endif
