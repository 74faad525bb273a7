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
    float cap;       /* INFINITY: none */
    float log_scale; /* b0, for those whose scale may be beyond single precision */
};

/* What a throughput that is scattered stays within, tokens/s: coefficients drawn far out in the tails
 * would make a query take forever, or no time. No given or measured one is above the latter. */
#define JC_LEAST_TOKENS_PER_S 1e-6
#define JC_MOST_TOKENS_PER_S 1e12

/* A piecewise linear function of ln(batch size), constant outside its knots; made by jc_curve_init. */
#define JC_CURVE_KNOTS 32

struct jc_curve {
    size_t n_knots;                  /* 1 or more */
    float log_batch[JC_CURVE_KNOTS]; /* ascending */
    float value[JC_CURVE_KNOTS];
    float slope[JC_CURVE_KNOTS]; /* from knot k to k + 1; 0 at the last */
};

/* A node that computes as fast as its arithmetic and its memory allow. With B requests in a batch, the
 * prompt is bound by arithmetic and every step of the answer by the slower of the two:
 *
 *   T_prompt = (f L_in + a L_in^2 / 2) / peak
 *   t_step   = max((w + B k (L_in + L_out / 2)) / bandwidth, B (f + a (L_in + L_out / 2)) / peak)
 *   TPS      = L_out / (T_prompt + L_out t_step / B)
 *
 * Without memory traffic (w = k = 0) it is the bound by arithmetic alone, E = power / peak * FLOPs. */
struct jc_roofline {
    float flops_per_token;           /* f: 2 per active parameter */
    float attention_flops_per_token; /* a: 4 layers attention width, per token of context */
    float peak_flops;                /* of all accelerators, FLOP/s, > 0 */
    float weight_bytes;              /* w: read in every step, bytes */
    float kv_bytes_per_token;        /* k, bytes */
    float bandwidth_bytes_per_s;     /* of all accelerators, > 0 */
};

struct jc_model_kernels {
    /* log_batch[n] = ln(batch size) within [low, high], the knots at the ends of a curve; returns how many
     * of the first n lay outside (a batch size equal to that of an end is inside). */
    size_t (*log_batch)(float low, float high, size_t n, const float *batch_size, float *log_batch);

    /* y[n] = curve(log_batch), or exp of it, of finite numbers. */
    void (*curve)(const struct jc_curve *curve, size_t n, const float *log_batch, float *y);
    void (*exp_curve)(const struct jc_curve *curve, size_t n, const float *log_batch, float *y);

    /* batch_size[n] = whole number of requests whose keys and values fit into free_bytes, from 1 to most
     * (below 2^31); returns for how many of the first n not even one fits (they get 1). */
    size_t (*largest_batch)(float free_bytes, float kv_bytes_per_token, float most, size_t n,
        const float *input_tokens, const float *output_tokens, float *batch_size);

    /* throughput[n], tokens/s of the node, for batch sizes above 0; a query of less than one output token
     * counts as one of one. */
    void (*roofline)(const struct jc_roofline *roofline, size_t n, const float *input_tokens,
        const float *output_tokens, const float *batch_size, float *throughput);

    /* duration[n], s = latency + output tokens / rate. Jegham et al., arXiv:2505.09598, equation 1. */
    void (*duration)(size_t n, const float *latency_s, const float *rate,
        const float *output_tokens, float *duration_s);

    /* throughput[n], tokens/s = tokens / duration. */
    void (*throughput_of_duration)(size_t n, const float *tokens, const float *duration_s,
        float *throughput);

    /* water[n], mL = energy / pue * wue_site + energy * wue_source; energy in Wh, L/kWh. Jegham et al.,
     * arXiv:2505.09598. */
    void (*water)(size_t n, const float *energy_wh, const float *pue, const float *wue_site,
        const float *wue_source, float *water_ml);

    /* product[n] = scale * x * y: carbon in g of Wh and kg/kWh with scale 1, cost of Wh with 0.001. */
    void (*product)(float scale, size_t n, const float *x, const float *y, float *product);

    /* x[n] = x * by. */
    void (*multiply)(size_t n, const float *by, float *x);

    /* throughput[n], tokens/s. Oviedo et al., arXiv:2509.20241. */
    void (*log_linear)(const struct jc_log_linear *model, size_t n, const float *input_tokens,
        const float *output_tokens, float *throughput);

    /* The same of coefficients that are drawn, times exp(residual), before the cap: throughput[n] has the
     * residuals of ln TPS, of any size, and gets the throughput, between JC_LEAST_TOKENS_PER_S and
     * JC_MOST_TOKENS_PER_S. `scale` does not count. */
    void (*log_linear_scattered)(const struct jc_log_linear *model, size_t n,
        const float *input_tokens, const float *output_tokens, float *throughput);

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
