/*
 * Distributions as data: what a scenario says about one uncertain input. How they are drawn is in
 * sampler.h.
 */
#ifndef JC_SAMPLERS_DISTRIBUTION_H
#define JC_SAMPLERS_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* The kinds, with their parameters in order. Units are those of the variable. The quantile function of
 * interpolated values is linear between the points (P, value), where P is the weight of the values below
 * and half of its own, and level before the first and after the last. */
enum jc_distribution_kind {
    JC_CONSTANT,     /* value */
    JC_UNIFORM,      /* low < high */
    JC_TRIANGULAR,   /* low <= mode <= high, low < high */
    JC_NORMAL,       /* mean, sd > 0 */
    JC_LOGNORMAL,    /* mu, sigma > 0: mean and sd of the logarithm */
    JC_EXPONENTIAL,  /* mean > 0 */
    JC_GAMMA,        /* shape from 0.01 to 1e6, scale > 0 */
    JC_BETA,         /* alpha, beta from 0.01 to 1e6; on [0, 1] */
    JC_DISCRETE,     /* n_items values with weights */
    JC_INTERPOLATED, /* n_items values with weights, and what lies between them */
    JC_MIXTURE,      /* n_items components with weights; no mixture inside a mixture */
    JC_DISTRIBUTION_KINDS
};

enum jc_variation {
    JC_VARIES_QUERY, /* aleatory: every query draws its own value */
    JC_VARIES_FLEET, /* epistemic: one unknown value, shared by all queries */
};

struct jc_distribution {
    enum jc_distribution_kind kind;
    double parameter[3];
    double min; /* the distribution is conditioned on [min, max]; -INFINITY and INFINITY: not */
    double max;
    bool integer; /* rounded to the nearest integer, ties to even, after min and max */
    enum jc_variation varies;
    size_t n_items;                    /* discrete, interpolated, mixture: 1 or more; else 0 */
    double *weight;                    /* [n_items] >= 0 with a positive sum, which need not be 1 */
    double *value;                     /* discrete, interpolated: [n_items], in any order */
    struct jc_distribution *component; /* mixture: [n_items]; integer, varies: ignored */
};

/* A constant. Never fails; the result needs no free, but allows one. */
struct jc_distribution jc_distribution_constant(double value);

/* Frees what the distribution owns and makes it the constant 0. */
void jc_distribution_free(struct jc_distribution *self);

/* Makes `copy` an independent copy. Errors: JC_ERROR_INTERNAL (memory). */
int jc_distribution_copy(const struct jc_distribution *self, struct jc_distribution *copy,
    struct jc_error *error);

/* Says in one sentence what is wrong: "sd (-1) must be greater than 0", "min (5) and max (9) leave
 * less than 1e-09 of the distribution". Values must fit single precision: all numbers are at most
 * 1e30 in size, and mu + 6.4 sigma of a lognormal distribution without max at most 88.
 * Returns 0 or JC_ERROR_SCENARIO. */
int jc_distribution_check(const struct jc_distribution *self, struct jc_error *error);

/* "constant", "uniform", ... as in the scenario language. */
const char *jc_distribution_kind_name(enum jc_distribution_kind kind);

/* The exact cumulative probability P(X <= x), without min, max and integer. Own, bit-stable
 * arithmetic; absolute error below 1e-12. */
double jc_distribution_cdf(const struct jc_distribution *self, double x);

/* The smallest value with P(X <= value) >= p, 0 < p < 1, with min, max and integer, of a distribution that passes
 * jc_distribution_check; `varies` is ignored. Where the probability is continuous it is reached to within 1e-9. */
double jc_distribution_quantile(const struct jc_distribution *self, double p);

/* The parts of the probability below, within and above an interval. */
struct jc_split {
    double below;  /* P(X < low) */
    double within; /* P(low <= X <= high) */
    double above;  /* P(X > high) */
};

/* Splits the distribution, without its min, max and integer (those of components of a mixture
 * count), at low <= high. Each part has its own precision: small tails keep theirs. */
struct jc_split jc_distribution_split(const struct jc_distribution *self, double low, double high);

#endif
