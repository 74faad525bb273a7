/*
 * The binning strategy for offline serving: each request moves up to the smallest bin that holds it, and
 * those beyond the last bin are left out. Fernandez et al., arXiv:2504.17674, section 2.
 */
#ifndef JC_MODELS_BINNING_H
#define JC_MODELS_BINNING_H

#include <stddef.h>

#include "base/error.h"
#include "samplers/empirical.h"

/* Bins of input_tokens and of output_tokens, tokens. */
struct jc_binning {
    size_t n[2];
    double *bin[2]; /* [n] ascending, > 0 */
};

/* The bins of the paper: inputs of 32, 128, 256, 512, 1024, 2048, 4096, 8192 tokens, outputs of 8, 16,
 * 32, 64, 128, 256, 512. Errors: JC_ERROR_INTERNAL; free in any case. */
int jc_binning_fernandez2025(struct jc_binning *self, struct jc_error *error);
void jc_binning_free(struct jc_binning *self);

/* Replaces an empirical distribution of input_tokens and output_tokens by the binned one, joint if it was
 * (other variables are dropped); *excluded is the share of its weight that was left out, 0 to 1. Errors:
 * JC_ERROR_INPUT (a variable is missing, nothing is left), JC_ERROR_INTERNAL; then it is as it was. */
int jc_binning_apply(const struct jc_binning *self, struct jc_empirical *empirical,
    double *excluded, struct jc_error *error);

#endif
