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
    /* The record may hold only what lies between two ranks of a larger sample, and which values those are
     * is uncertain, too. {0, 0}: it holds all. */
    struct jc_ranks taken;
    double beyond[2]; /* what the rest would be, on average, at the two cuts */
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

/* Copies the parts, normalises their weights and prepares them. Errors: JC_ERROR_INTERNAL. */
int jc_mixture_init(struct jc_mixture *self, size_t n_parts, const struct jc_mixture_part *parts,
    struct jc_ranks ranks, bool integer, struct jc_error *error);
void jc_mixture_free(struct jc_mixture *self);

/* The value with P(X <= value) = probability, 0 <= probability <= 1. Relative error below
 * JC_SKETCH_RELATIVE_ERROR. */
double jc_mixture_quantile(const struct jc_mixture *self, double probability);

/* The value with P(X <= value) = probability where whole numbers are spread evenly: v is all values
 * above v up to v + 1. jc_mixture_whole_number gives v back. */
double jc_mixture_spread_quantile(const struct jc_mixture *self, double probability);
double jc_mixture_whole_number(const struct jc_mixture *self, double value);

/* The mixed P(X <= x), before the whole is trimmed. */
double jc_mixture_cdf(const struct jc_mixture *self, double x);

/* P(X <= x) of a part before it is trimmed. */
double jc_mixture_part_rank(const struct jc_mixture_part *part, double x);

/* Between which values those of bucket k of a part lie: its edges, or the extremes; zeros at 0. */
void jc_mixture_bucket_span(const struct jc_mixture_part *part, size_t k, double *low,
    double *high);

#endif
