/*
 * Mixtures of records: the distribution of a case, a blend or a pathway, and its statistics.
 *
 * A mixture is made of parts with weights; each part may be trimmed to the ranks between two
 * probabilities of its own, and the whole may be trimmed once more. A quantile of a mixture is the
 * value at which the mixed cumulative distribution reaches the probability, not an average of
 * quantiles. Within a bucket of a sketch the values are taken as evenly spread; whole numbers, each
 * over the values up to the next.
 */
#ifndef JC_RESULTS_MIXTURE_H
#define JC_RESULTS_MIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "results/record.h"

/* Ranks kept, as probabilities: 0 <= low < high <= 1; {0, 1} keeps all. */
struct jc_ranks {
    double low;
    double high;
};

struct jc_mixture_part {
    const struct jc_record *record; /* with n > 0 */
    double weight;                  /* > 0, of the trimmed part */
    struct jc_ranks ranks;
    /* Made by jc_mixture_init: */
    uint64_t *below; /* [n_buckets + 1] counts below each bucket */
    double end;      /* of the values: the largest, or where that whole number is spread to */
};

struct jc_mixture {
    size_t n_parts;
    struct jc_mixture_part *part;
    struct jc_ranks ranks; /* of the whole, after the parts' */
    bool integer;          /* quantiles are whole numbers; such a mixture is not trimmed */
};

/* Statistics of a mixture. Bounds are the 95 % confidence interval of a quantile (order statistics,
 * normal approximation of the rank); parts that share random numbers make it wider than it would
 * be for independent ones, and it is computed for that case. */
struct jc_statistics {
    uint64_t n; /* values, after trimming; 0: nothing was recorded, nothing else is set */
    double mean;
    double mean_error; /* standard error of the mean */
    double sd;
    double min;
    double max;
    double *quantile; /* [n_quantiles] */
    double *lower;
    double *upper;
};

/* Copies the parts, normalises their weights and prepares them. Errors: JC_ERROR_INTERNAL. */
int jc_mixture_init(struct jc_mixture *self, size_t n_parts, const struct jc_mixture_part *parts,
    struct jc_ranks ranks, bool integer, struct jc_error *error);
void jc_mixture_free(struct jc_mixture *self);

/* The value with P(X <= value) = probability, 0 <= probability <= 1. Relative error below
 * JC_SKETCH_RELATIVE_ERROR. */
double jc_mixture_quantile(const struct jc_mixture *self, double probability);

/* All statistics, for n_quantiles probabilities. Errors: JC_ERROR_INTERNAL. */
int jc_mixture_statistics(const struct jc_mixture *self, size_t n_quantiles,
    const double *probability, struct jc_statistics *statistics, struct jc_error *error);
void jc_statistics_free(struct jc_statistics *self);

#endif
