/*
 * Statistics of a mixture: moments, quantiles, and how sure they are.
 */
#ifndef JC_RESULTS_STATISTICS_H
#define JC_RESULTS_STATISTICS_H

#include "results/mixture.h"

/* Statistics of a mixture. Bounds are the 95 % confidence interval of a quantile (order statistics,
 * normal approximation of the rank); parts that share random numbers make it wider than it would
 * be for independent ones, and it is computed for that case. Where the ranks of the interval leave
 * those from 0 to 1 there are too few values to tell: the bound is the extreme one, and the spread
 * says so. Where a record has a precision (precision.h), the errors are those of its replicates. */
struct jc_statistics {
    uint64_t n; /* values, after trimming */
    double mean;
    double mean_error; /* standard error of the mean */
    double mean_lower; /* its 95 % confidence interval, by the normal distribution */
    double mean_upper;
    double sd;
    double min;
    double max;
    double *quantile; /* [n_quantiles] */
    double *lower;
    double *upper;
    double *spread; /* how far the bounds' probabilities lie from that of the quantile */
};

/* All statistics, for n_quantiles probabilities; those of the error of quantiles and mean only with
 * `bounds`, else they are NULL and 0. Errors: JC_ERROR_INTERNAL. */
int jc_mixture_statistics(const struct jc_mixture *self, size_t n_quantiles,
    const double *probability, bool bounds, struct jc_statistics *statistics,
    struct jc_error *error);
void jc_statistics_free(struct jc_statistics *self);

/* Half the width of a 95 % confidence interval, of the quantile at index j of probability p, or of the
 * mean; INFINITY if there are too few values to tell. Needs the bounds. */
double jc_statistics_quantile_error(const struct jc_statistics *self, size_t j, double p);
double jc_statistics_mean_error(const struct jc_statistics *self);

#endif
