/*
 * The inner loops of the models, over columns of n queries (single precision).
 *
 * Arrays have room for n rounded up to JC_LANES, and all of it is computed. Every variant gives the
 * same bits.
 */
#ifndef JC_MODELS_KERNELS_H
#define JC_MODELS_KERNELS_H

#include <stddef.h>

#include "base/simd.h"

/* TPS = min(cap, scale * L_in^input_exponent * L_out^output_exponent), tokens/s. */
struct jc_log_linear {
    float scale; /* exp(b0) */
    float input_exponent;
    float output_exponent;
    float cap; /* INFINITY: none */
};

struct jc_model_kernels {
    /* throughput[n], tokens/s. Oviedo et al., arXiv:2509.20241. */
    void (*log_linear)(const struct jc_log_linear *model, size_t n, const float *input_tokens,
        const float *output_tokens, float *throughput);

    /* utilization[n] = intercept + slope * throughput, fraction of the rated power. */
    void (*utilization)(float intercept, float slope, size_t n, const float *throughput,
        float *utilization);

    /* Tokens whose time is billed at the output rate: output + weight * input. */
    void (*effective_tokens)(float weight, size_t n, const float *input_tokens,
        const float *output_tokens, float *tokens);

    /* energy[n], Wh = pue * node power [kW] * utilization * tokens / throughput / 3.6.
     * Oviedo et al., arXiv:2509.20241. */
    void (*energy)(size_t n, const float *node_power_kw, const float *utilization, const float *pue,
        const float *tokens, const float *throughput, float *energy_wh);

    /* quotient[n] = x / by. */
    void (*divide)(size_t n, const float *x, const float *by, float *quotient);
};

/* The loops of a variant; NULL if this build or this processor does not have it. */
const struct jc_model_kernels *jc_model_kernels_get(enum jc_simd simd);

#endif
