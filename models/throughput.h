/*
 * Throughput of a node from measurements: ln TPS = b0 + b1 ln L_in + b2 ln L_out, capped.
 *
 * Source: Oviedo et al., arXiv:2509.20241, methods ("piecewise": log-linear, then flat). The
 * logarithms' arguments are floored at 1e-6 tokens.
 */
#ifndef JC_MODELS_THROUGHPUT_H
#define JC_MODELS_THROUGHPUT_H

#include <stddef.h>

#include "base/error.h"
#include "models/measurements.h"

#define JC_COEFFICIENTS 3
#define JC_TOKENS_FLOOR 1e-6

struct jc_throughput_fit {
    size_t n_rows;
    double coefficient[JC_COEFFICIENTS]; /* b0, b1, b2; tokens and tokens/s */
    /* (X'X)^-1, row by row. Times residual_sd^2 it is the covariance of the coefficients. */
    double unscaled_covariance[JC_COEFFICIENTS * JC_COEFFICIENTS];
    size_t degrees_of_freedom; /* n_rows - 3 */
    double residual_sd;        /* of ln TPS; NAN without degrees of freedom */
};

/* Ordinary least squares (by GSL) over all rows, which must state input and output tokens.
 * Coefficients are rounded to 40 bits, so that they do not depend on how GSL was compiled.
 * Errors: JC_ERROR_INPUT (fewer than 3 rows, a row without tokens, or rows that do not determine
 * the coefficients), JC_ERROR_INTERNAL. */
int jc_throughput_fit(struct jc_throughput_fit *self, const struct jc_measurements *measurements,
    struct jc_error *error);

/* The largest observed throughput, tokens/s; 0 without rows. */
double jc_throughput_largest(const struct jc_measurements *measurements);

#endif
