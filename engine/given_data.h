/*
 * What a response depends on, from rows that are there already: no new runs.
 *
 * The first-order index of an input is the share of the variance of y that the mean of y given x has. Rows
 * are sorted by x into bins of equal size (Plischke, Borgonovo and Smith, European Journal of Operational
 * Research 226, 536, 2013; equal values stay together); in each bin a line is fitted, which leaves less of a
 * steep mean unseen than a level does. With p parameters in all, the index is 1 - (n - 1) / (n - p) * (sum
 * of squares around the lines) / (sum of squares around the mean): Pearson's correlation ratio, less what noise
 * alone would explain (Ezekiel's adjustment). Its 95 % interval is asymptotic, from the variance
 * of the influence function of that ratio; around an index of 0 it is too wide (98 % of 2000 rows).
 *
 * Rank regression coefficients are those of the least-squares fit of the mid-rank of y to the mid-ranks of
 * all x, all of them standardised (Iman and Conover, Technometrics 21, 499, 1979): how strongly, and in which
 * direction, y follows x where all of it is monotone; r_squared tells how much of it is.
 */
#ifndef JC_ENGINE_GIVEN_DATA_H
#define JC_ENGINE_GIVEN_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/indices.h"

/* The most rows that are of use: more cost memory and time, and are no news. */
#define JC_GIVEN_ROWS 65536

/* The first-order index of x[n] for y[n], finite numbers. An x that does not vary has exactly 0; all is NAN
 * where y does not vary, or where there are fewer than 8 rows. Errors: JC_ERROR_INTERNAL. */
int jc_given_first(size_t n, const double *x, const double *y, struct jc_estimate_bounds *index,
    struct jc_error *error);

struct jc_rank_regression {
    bool
        determined; /* the coefficients are: no input follows from others, and rows are more than inputs */
    double
        r_squared; /* share of the variance of the ranks; NAN where y does not vary, or rows are too few */
};

/* coefficient[k] for the k columns x[k][n] and y[n], finite numbers; those of x that do not vary, and all that
 * are not determined, are NAN. Errors: JC_ERROR_INTERNAL. */
int jc_rank_regression(size_t n, size_t k, const double *const *x, const double *y,
    double *coefficient, struct jc_rank_regression *regression, struct jc_error *error);

/* Puts all of it into a sensitivity with as many inputs as there are columns x[k][n]: method, n, mean and sd of y[n],
 * first-order indices with their bounds, rank regression. Errors: JC_ERROR_INTERNAL. */
int jc_given_report(size_t n, const double *const *x, const double *y,
    struct jc_sensitivity *sensitivity, struct jc_error *error);

#endif
