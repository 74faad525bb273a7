/*
 * Parts of samplers: a distribution that is no mixture, ready for the inner loops.
 */
#ifndef JC_SAMPLERS_PART_H
#define JC_SAMPLERS_PART_H

#include <stdbool.h>

#include "samplers/distribution.h"
#include "samplers/kernels.h"

struct jc_part {
    enum jc_distribution_kind kind;
    float parameter[2]; /* those of the kind's loop in kernels.h */
    bool truncated;     /* tails come from `interval` */
    struct jc_interval interval;
    bool limited; /* to [low, high] */
    float low;
    float high;
    struct jc_triangle triangle;     /* triangular */
    struct jc_items items;           /* discrete */
    struct jc_lines lines;           /* interpolated */
    struct jc_quantile_table *table; /* gamma, beta; else NULL */
};

/* Prepares `distribution` conditioned on [min, max], which must leave something of it. Its own min
 * and max do not count. Errors: JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_part_init(struct jc_part *self, const struct jc_distribution *distribution, double min,
    double max, struct jc_error *error);
void jc_part_free(struct jc_part *self);

/* The values of n <= JC_STRIP words and of their tails. */
void jc_part_draw(const struct jc_part *self, const struct jc_sampler_kernels *kernels, size_t n,
    const uint32_t *word, const float *whole_tail, float *x);

#endif
