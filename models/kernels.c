/* Compiled once per variant, with JC_SIMD_VARIANT as its name; see models/meson.build. */
#include "models/kernels.h"

#include "models/throughput.h"
#include "samplers/kernels.h"
#include "samplers/vector_math.h"

#define PASTE(a, b) a##b
#define VARIANT(name, variant) PASTE(name, variant)
#define KERNELS VARIANT(jc_model_kernels_, JC_SIMD_VARIANT)

#define TOKENS_FLOOR ((float) JC_TOKENS_FLOOR)

static inline float
log_tokens(float tokens)
{
    return jc_vlog(tokens > TOKENS_FLOOR ? tokens : TOKENS_FLOOR);
}

static void
log_linear(const struct jc_log_linear *model, size_t n, const float *restrict input_tokens,
    const float *restrict output_tokens, float *restrict throughput)
{
    const struct jc_log_linear m = *model;
    const size_t end = jc_round_to_lanes(n);
    float exponent, tokens_per_s;
    size_t j;

    for (j = 0; j < end; j++) {
        exponent = m.input_exponent * log_tokens(input_tokens[j])
            + m.output_exponent * log_tokens(output_tokens[j]);
        tokens_per_s = m.scale * jc_vexp(exponent);
        throughput[j] = tokens_per_s < m.cap ? tokens_per_s : m.cap;
    }
}

static void
utilization_from_throughput(float intercept, float slope, size_t n,
    const float *restrict throughput, float *restrict utilization)
{
    const size_t end = jc_round_to_lanes(n);
    size_t j;

    for (j = 0; j < end; j++) {
        utilization[j] = intercept + slope * throughput[j];
    }
}

static void
effective_tokens(float weight, size_t n, const float *restrict input_tokens,
    const float *restrict output_tokens, float *restrict tokens)
{
    const size_t end = jc_round_to_lanes(n);
    size_t j;

    for (j = 0; j < end; j++) {
        tokens[j] = output_tokens[j] + weight * input_tokens[j];
    }
}

static void
energy(size_t n, const float *restrict node_power_kw, const float *restrict utilization,
    const float *restrict pue, const float *restrict tokens, const float *restrict throughput,
    float *restrict energy_wh)
{
    const size_t end = jc_round_to_lanes(n);
    size_t j;

    for (j = 0; j < end; j++) {
        energy_wh[j] =
            node_power_kw[j] * utilization[j] * pue[j] * tokens[j] / (3.6f * throughput[j]);
    }
}

static void
divide(size_t n, const float *restrict x, const float *restrict by, float *restrict quotient)
{
    const size_t end = jc_round_to_lanes(n);
    size_t j;

    for (j = 0; j < end; j++) {
        quotient[j] = x[j] / by[j];
    }
}

extern const struct jc_model_kernels KERNELS;

const struct jc_model_kernels KERNELS = {
    .log_linear = log_linear,
    .utilization = utilization_from_throughput,
    .effective_tokens = effective_tokens,
    .energy = energy,
    .divide = divide,
};
