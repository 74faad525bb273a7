/*
 * Throughput of a node from measurements: ln TPS = b0 + b1 ln L_in + b2 ln L_out, capped.
 *
 * Source: Oviedo et al., arXiv:2509.20241, methods ("piecewise": log-linear, then flat). The
 * logarithms' arguments are floored at 1e-6 tokens.
 */
#ifndef JC_MODELS_THROUGHPUT_H
#define JC_MODELS_THROUGHPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "models/measurements.h"
#include "samplers/quantile_table.h"

#define JC_COEFFICIENTS 3
#define JC_TOKENS_FLOOR 1e-6

#define JC_FIT_WORDS (JC_COEFFICIENTS + 1) /* that one draw of the coefficients takes */

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

/* How far measurements lie from a fit. */
struct jc_fit_scatter {
    double sd;                 /* of ln TPS, >= 0 */
    double degrees_of_freedom; /* that it is known by, >= 1 */
    bool borrowed;             /* from the residuals of all fits together */
};

/* The scatter that n fits have in common: sqrt(sum of squared residuals / sum of degrees of freedom), with
 * that sum; `borrowed` is set. Without degrees of freedom: NAN and 0. */
struct jc_fit_scatter jc_fit_pool(size_t n, const struct jc_throughput_fit *const *fits);

/* What least squares leave unknown of the coefficients: a multivariate t distribution around the estimate,
 * with the covariance sd^2 (X'X)^-1 of the normal one and the degrees of freedom of the scatter. */
struct jc_fit_law {
    double coefficient[JC_COEFFICIENTS];              /* the estimate */
    double spread[JC_COEFFICIENTS * JC_COEFFICIENTS]; /* sd L, with L L' = (X'X)^-1; row by row */
    struct jc_quantile_table table;                   /* of chi squared */
    float median;                                     /* of chi squared / degrees of freedom */
};

/* Errors: JC_ERROR_INPUT (rows so close to a line that the covariance is no longer positive). */
int jc_fit_law_init(struct jc_fit_law *self, const struct jc_throughput_fit *fit,
    const struct jc_fit_scatter *scatter, struct jc_error *error);

/* coefficient[3] = estimate + sd L z / sqrt(chi squared / degrees of freedom). The first three words
 * give the normal numbers z, the last one chi squared: by inverse CDF in single precision, as samplers
 * draw, so that every compiler and processor has the same bits. */
void jc_fit_law_draw(const struct jc_fit_law *self, const uint32_t word[JC_FIT_WORDS],
    double coefficient[JC_COEFFICIENTS]);

/* The largest observed throughput, tokens/s; 0 without rows. */
double jc_throughput_largest(const struct jc_measurements *measurements);

#endif
