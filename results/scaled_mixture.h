/*
 * Scaled mixtures: the distribution of a query that is one of several kinds, and of which a factor is taken
 * that itself varies from query to query.
 *
 * A part is a record, its weight, and the points of its factor. The cumulative distribution is mixed over parts
 * and points, P(X <= x) = sum of weight times the record's P(X <= x / point), and a quantile is where that reaches
 * a probability; no quantiles are averaged.
 */
#ifndef JC_RESULTS_SCALED_MIXTURE_H
#define JC_RESULTS_SCALED_MIXTURE_H

#include <stddef.h>

#include "base/error.h"
#include "results/mixture.h"

struct jc_scaled_part {
    const struct jc_record *record; /* with n > 0 */
    double weight;                  /* >= 0 */
    size_t n_points;                /* >= 1 */
    const double *point;            /* [n_points] > 0 */
    const double *probability;      /* [n_points] of each, of sum 1; NULL: all alike */
};

struct jc_scaled_mixture {
    size_t n_parts;
    struct jc_scaled_part *part; /* weights of sum 1 */
    struct jc_mixture records;   /* the same parts without factors */
};

/* Copies the parts, not their points, and makes their weights sum to 1, of which some is above 0. Errors:
 * JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_scaled_mixture_init(struct jc_scaled_mixture *self, size_t n_parts,
    const struct jc_scaled_part *parts, struct jc_error *error);
void jc_scaled_mixture_free(struct jc_scaled_mixture *self);

/* P(X <= x). */
double jc_scaled_mixture_cdf(const struct jc_scaled_mixture *self, double x);

/* The smallest x with P(X <= x) >= probability, 0 < probability < 1, to a relative 1e-9 beyond what the sketches
 * give (JC_SKETCH_RELATIVE_ERROR). */
double jc_scaled_mixture_quantile(const struct jc_scaled_mixture *self, double probability);

#endif
