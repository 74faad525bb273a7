/*
 * The precision of a record whose values are not independent: what the spread of replicates says about it.
 *
 * Replicates are independent and of the same distribution each, so the spread of their means, and of their
 * empirical distributions at a few ranks, gives the standard errors of the whole without any assumption about the
 * values within one.
 */
#ifndef JC_RESULTS_PRECISION_H
#define JC_RESULTS_PRECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "results/record.h"

#define JC_PRECISION_RANKS 29
#define JC_PRECISION_REPLICATES 64 /* the most */

/* Where errors of the distribution are kept, ascending, from 0.001 to 0.999. */
extern const double jc_precision_rank[JC_PRECISION_RANKS];

struct jc_precision {
    uint64_t replicates;            /* with values, 2 to JC_PRECISION_REPLICATES */
    double mean;                    /* standard error of the mean */
    double cdf[JC_PRECISION_RANKS]; /* and of P(X <= x), x being the quantile at each rank */
};

/* Makes `whole`, which starts as {0}, of n <= JC_PRECISION_REPLICATES replicates in their order, and its
 * precision. A replicate with more values counts for more, those without any do not count; with less than two
 * that do, there is no precision. `integer`: the values are whole numbers. Errors:
 * JC_ERROR_INTERNAL. */
int jc_precision_join(struct jc_record *whole, size_t n, const struct jc_record *replicate,
    bool integer, struct jc_error *error);

/* Standard error of `factor` times the mean: from the replicates, or of independent values. */
double jc_record_mean_error(const struct jc_record *record, double factor);

/* Standard error of the record's P(X <= x) where that is `rank`: from the replicates, interpolated as a multiple of
 * that of independent values, which is the least that it is beyond the outer ranks, where few values lie. Nowhere is it less than one value of n,
 * the step of the record's own distribution, unless that of independent values is. */
double jc_record_cdf_error(const struct jc_record *record, double rank);

/* The factor by which a 95 % interval is wider for errors that are known from replicates: the quantile of
 * Student's t with one degree of freedom less than there are, divided by that of the normal distribution; 1 without
 * replicates. */
double jc_record_widening(const struct jc_record *record);

#endif
