/*
 * Statistics of a mixture: moments, quantiles, and how sure they are.
 */
#ifndef JC_RESULTS_STATISTICS_H
#define JC_RESULTS_STATISTICS_H

#include "results/mixture.h"

/* Statistics of a mixture. Bounds are the 95 % confidence interval of a quantile (order statistics,
 * normal approximation of the rank); parts that share random numbers make it wider than it would
 * be for independent ones, and it is computed for that case. Where a record has a precision (precision.h), the errors
 * are those of its replicates. */
struct jc_statistics {
    uint64_t n; /* values, after trimming */
    double mean;
    double mean_error; /* standard error of the mean */
    double sd;
    double min;
    double max;
    double *quantile; /* [n_quantiles] */
    double *lower;
    double *upper;
};

/* All statistics, for n_quantiles probabilities; `lower` and `upper` only with `bounds`, else they are
 * NULL. Errors: JC_ERROR_INTERNAL. */
int jc_mixture_statistics(const struct jc_mixture *self, size_t n_quantiles,
    const double *probability, bool bounds, struct jc_statistics *statistics,
    struct jc_error *error);
void jc_statistics_free(struct jc_statistics *self);

#endif
