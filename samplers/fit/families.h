/*
 * What it would cost to write a formula instead of what was observed: parametric families fitted to a
 * variable, and how far each of them is from it.
 */
#ifndef JC_SAMPLERS_FIT_FAMILIES_H
#define JC_SAMPLERS_FIT_FAMILIES_H

#include <stdbool.h>

#include "base/error.h"
#include "samplers/distribution.h"
#include "samplers/empirical.h"

enum jc_family {
    JC_FAMILY_EXPONENTIAL,        /* maximum likelihood: the same mean */
    JC_FAMILY_EXPONENTIAL_MEDIAN, /* the same median, as many studies assume */
    JC_FAMILY_LOGNORMAL,          /* maximum likelihood, as all that follow */
    JC_FAMILY_GAMMA,
    JC_FAMILY_NORMAL,
    JC_FAMILIES
};

struct jc_family_fit {
    bool is_fitted; /* false: all values are the same, or the median is 0; nothing else is set */
    struct jc_distribution distribution;
    /* The share of the weight that it was fitted to and is compared with. Lognormal and gamma
     * distributions have no zeros: theirs are the values above 0. */
    double share;
    double kolmogorov_smirnov; /* the largest |F_n - F|, on both sides of each step of F_n */
    /* The integral of (F_n - F)^2 / (F (1 - F)) dF: A^2 of n observations is n times this. Infinite where F
     * leaves no probability for what was observed. */
    double anderson_darling;
    double log_likelihood; /* mean over the observations; by the density, also for whole numbers */
    int n_parameters;
};

/* "exponential", "exponential, same median", ... */
const char *jc_family_name(enum jc_family family);

/* Fits all families to a variable with n_values >= 1 and values >= 0. */
void jc_families_fit(const struct jc_marginal *marginal, struct jc_family_fit fit[JC_FAMILIES]);

/* The mean that it would give the variable, with its zeros. */
double jc_family_mean(const struct jc_family_fit *fit);

/* Akaike's criterion of n observations: 2 parameters - 2 log-likelihood. */
double jc_family_aic(const struct jc_family_fit *fit, double n);

#endif
