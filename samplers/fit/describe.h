/*
 * What an empirical distribution looks like in a few numbers.
 */
#ifndef JC_SAMPLERS_FIT_DESCRIBE_H
#define JC_SAMPLERS_FIT_DESCRIBE_H

#include "base/error.h"
#include "samplers/empirical.h"

/* The standard deviation of the values as they are (divided by the whole weight). */
double jc_marginal_sd(const struct jc_marginal *self);

/* The correlations of the joint distribution; a class has the mean of its values, for ranks the middle of
 * its ranks (as ties have), so both are exact where every value is a class. NAN where a variable has
 * one class. */
struct jc_pair_correlation {
    double pearson;
    double spearman;
};

/* `self` has a joint distribution. Errors: JC_ERROR_INTERNAL (memory). */
int jc_joint_correlation(const struct jc_empirical *self, struct jc_pair_correlation *correlation,
    struct jc_error *error);

#endif
