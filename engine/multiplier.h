/*
 * Multipliers: what a factor of the energy of queries, which each draw their own, comes to in the mean, and the
 * points that stand for its distribution in a mixture.
 *
 * Means are those over all words that a query can draw, so they are the means of the samplers themselves.
 */
#ifndef JC_ENGINE_MULTIPLIER_H
#define JC_ENGINE_MULTIPLIER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "samplers/distribution.h"

/* The most points that stand for a distribution. */
#define JC_MULTIPLIER_POINTS 256

struct jc_multiplier {
    double mean;
    double second; /* mean of the square */
    size_t n_points;
    double point[JC_MULTIPLIER_POINTS];       /* each the mean of its part of the distribution */
    double probability[JC_MULTIPLIER_POINTS]; /* of sum 1 */
};

/* One point. */
void jc_multiplier_constant(struct jc_multiplier *self, double value);

/* Of a value > 0, or with `divides` of its inverse; the draws vary from query to query, whatever `varies` says.
 * Relative error of the means below 1e-6, of integers 1e-5. Errors: JC_ERROR_INTERNAL. */
int jc_multiplier_init(struct jc_multiplier *self, const struct jc_distribution *value,
    bool divides, struct jc_error *error);

/* Only a share of the queries, 0 to 1, has the multiplier; it is 1 for the others. */
int jc_multiplier_adopt(struct jc_multiplier *self, double share, struct jc_error *error);

/* self := self times other, independent of each other. Errors: JC_ERROR_INTERNAL. */
int jc_multiplier_multiply(struct jc_multiplier *self, const struct jc_multiplier *other,
    struct jc_error *error);

#endif
