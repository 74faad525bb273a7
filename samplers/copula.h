/*
 * Rank correlation between variables: a Gaussian copula that changes words before values are made of them.
 *
 * Each word stands for a standard normal number; these are correlated and made words again. Every
 * variable keeps its distribution, exactly one word per query, and the first keeps its draws.
 */
#ifndef JC_SAMPLERS_COPULA_H
#define JC_SAMPLERS_COPULA_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "samplers/kernels.h"
#include "samplers/sampler.h"

#define JC_COPULA_TERMS 48
#define JC_COPULA_VARIABLES 64

/* How a variable's rank depends on its normal number: coefficients of Hermite polynomials. Values that
 * are drawn more than once share their rank (ties). */
struct jc_rank_series {
    double coefficient[JC_COPULA_TERMS]; /* of He_1, He_2, ..., each divided by sqrt(k!) */
    double variance;                     /* of the rank, in units of n; 1/12 without ties */
};

/* Errors: JC_ERROR_SCENARIO (a constant; a mixture, whose component is another word), JC_ERROR_INTERNAL. */
int jc_rank_series_init(struct jc_rank_series *self, const struct jc_sampler *sampler,
    struct jc_error *error);

/* *normal becomes the correlation of the normal numbers that gives two variables this rank correlation
 * (Spearman, ties with mid-ranks), by Mehler's formula: the sum of a_k b_k normal^k. Without ties it is
 * 2 sin(pi rank / 6), within 1e-6. Where both variables have few values the sum falls short near its ends:
 * by 1e-3 at normal = 0.95, by 7e-3 at 0.98 for two values each, and what is left of the way to 1 (0.93
 * of 1) counts as out of reach. Errors: JC_ERROR_SCENARIO
 * ("a rank correlation of 0.99 is out of reach, ties allow -0.93 to 0.95"). */
int jc_copula_normal_correlation(const struct jc_rank_series *a, const struct jc_rank_series *b,
    double rank, double *normal, struct jc_error *error);

struct jc_copula {
    size_t n;      /* variables */
    float *factor; /* [n * n] row by row: the lower triangle of Cholesky's factor */
};

/* `normal` is the matrix [n * n] of correlations of normal numbers, of n <= JC_COPULA_VARIABLES. Errors:
 * JC_ERROR_SCENARIO (it is not positive definite: "these correlations contradict one another"; too many
 * variables), JC_ERROR_INTERNAL. Then there is nothing to free. */
int jc_copula_init(struct jc_copula *self, size_t n, const double *normal, struct jc_error *error);
void jc_copula_free(struct jc_copula *self);

/* Changes word[k][j] for the n_words <= JC_STRIP words of each variable k, in place; arrays have room for
 * n_words rounded up to JC_LANES. A variable that depends on none before it keeps its words exactly. */
void jc_copula_apply(const struct jc_copula *self, const struct jc_sampler_kernels *kernels,
    size_t n_words, uint32_t *const *word);

#endif
