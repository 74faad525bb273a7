/* Compiled once per variant, with JC_SIMD_VARIANT as its name; see models/meson.build. */
#include "models/kernels.h"

#include <float.h>
#include <stdint.h>

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
log_linear_scattered(const struct jc_log_linear *model, size_t n,
    const float *restrict input_tokens, const float *restrict output_tokens,
    float *restrict throughput)
{
    const struct jc_log_linear m = *model;
    const float least = (float) JC_LEAST_TOKENS_PER_S;
    const float most = (float) JC_MOST_TOKENS_PER_S;
    const float cap = m.cap < most ? m.cap : most;
    const size_t end = jc_round_to_lanes(n);
    float exponent, tokens_per_s;
    size_t j;

    for (j = 0; j < end; j++) {
        exponent = m.log_scale
            + (m.input_exponent * log_tokens(input_tokens[j])
                + m.output_exponent * log_tokens(output_tokens[j]));
        tokens_per_s = jc_vexp(exponent + throughput[j]);
        tokens_per_s = tokens_per_s > least ? tokens_per_s : least;
        throughput[j] = tokens_per_s < cap ? tokens_per_s : cap;
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

static size_t
log_batch(float low, float high, size_t n, const float *restrict batch_size, float *restrict log)
{
    const size_t end = jc_round_to_lanes(n);
    uint32_t outside = 0;
    float x;
    size_t j;

    for (j = 0; j < end; j++) {
        log[j] = jc_vlog(batch_size[j] > FLT_MIN ? batch_size[j] : FLT_MIN);
    }
    for (j = 0; j < n; j++) {
        outside += (uint32_t) (log[j] < low) | (uint32_t) (log[j] > high);
    }
    for (j = 0; j < end; j++) {
        x = log[j] < low ? low : log[j];
        log[j] = x > high ? high : x;
    }
    return outside;
}

/* The last knot at or below x counts: each knot takes over from the one before. At a knot there is
 * nothing to round. */
static void
curve(const struct jc_curve *self, size_t n, const float *restrict log, float *restrict y)
{
    const size_t end = jc_round_to_lanes(n);
    size_t j, k;

    for (j = 0; j < end; j++) {
        y[j] = self->value[0];
    }
    for (k = 0; k < self->n_knots; k++) {
        const float knot = self->log_batch[k];
        const float value = self->value[k];
        const float slope = self->slope[k];

#pragma omp simd
        for (j = 0; j < end; j++) {
            y[j] = log[j] >= knot ? value + slope * (log[j] - knot) : y[j];
        }
    }
}

static void
exp_curve(const struct jc_curve *self, size_t n, const float *restrict log, float *restrict y)
{
    const size_t end = jc_round_to_lanes(n);
    size_t j;

    curve(self, n, log, y);
    for (j = 0; j < end; j++) {
        y[j] = jc_vexp(y[j]);
    }
}

/* Cutting the digits behind the point is the floor of a positive number. */
static size_t
largest_batch(float free_bytes, float kv_bytes_per_token, float most, size_t n,
    const float *restrict input_tokens, const float *restrict output_tokens,
    float *restrict batch_size)
{
    const size_t end = jc_round_to_lanes(n);
    uint32_t misfits = 0;
    float room, whole;
    size_t j;

    for (j = 0; j < end; j++) {
        room = free_bytes / (kv_bytes_per_token * (input_tokens[j] + output_tokens[j]));
        room = room < most ? room : most;
        batch_size[j] = room > 0.0f ? room : 0.0f;
    }
    for (j = 0; j < n; j++) {
        misfits += (uint32_t) (batch_size[j] < 1.0f);
    }
    for (j = 0; j < end; j++) {
        whole = (float) (int32_t) batch_size[j];
        batch_size[j] = whole > 1.0f ? whole : 1.0f;
    }
    return misfits;
}

static void
roofline(const struct jc_roofline *roofline, size_t n, const float *restrict input_tokens,
    const float *restrict output_tokens, const float *restrict batch_size,
    float *restrict throughput)
{
    const struct jc_roofline r = *roofline;
    const size_t end = jc_round_to_lanes(n);
    float in, out, batch, context, prompt_flops, token_flops, traffic, step;
    size_t j;

    for (j = 0; j < end; j++) {
        in = input_tokens[j];
        out = output_tokens[j] > 1.0f ? output_tokens[j] : 1.0f;
        batch = batch_size[j];
        context = in + 0.5f * out;
        prompt_flops = in * (r.flops_per_token + 0.5f * r.attention_flops_per_token * in);
        token_flops = r.flops_per_token + r.attention_flops_per_token * context;
        traffic =
            (r.weight_bytes + batch * r.kv_bytes_per_token * context) / r.bandwidth_bytes_per_s;
        step = batch * token_flops / r.peak_flops;
        step = traffic > step ? traffic : step;
        throughput[j] = out * batch / (batch * prompt_flops / r.peak_flops + out * step);
    }
}

static void
multiply(size_t n, const float *restrict by, float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t j;

    for (j = 0; j < end; j++) {
        x[j] *= by[j];
    }
}

static void
duration(size_t n, const float *restrict latency_s, const float *restrict rate,
    const float *restrict output_tokens, float *restrict duration_s)
{
    const size_t end = jc_round_to_lanes(n);
    size_t j;

    for (j = 0; j < end; j++) {
        duration_s[j] = latency_s[j] + output_tokens[j] / rate[j];
    }
}

static void
water(size_t n, const float *restrict energy_wh, const float *restrict pue,
    const float *restrict wue_site, const float *restrict wue_source, float *restrict water_ml)
{
    const size_t end = jc_round_to_lanes(n);
    size_t j;

    for (j = 0; j < end; j++) {
        water_ml[j] = energy_wh[j] * (wue_site[j] / pue[j] + wue_source[j]);
    }
}

static void
product(float scale, size_t n, const float *restrict x, const float *restrict y,
    float *restrict result)
{
    const size_t end = jc_round_to_lanes(n);
    size_t j;

    for (j = 0; j < end; j++) {
        result[j] = scale * x[j] * y[j];
    }
}

extern const struct jc_model_kernels KERNELS;

const struct jc_model_kernels KERNELS = {
    .log_batch = log_batch,
    .curve = curve,
    .exp_curve = exp_curve,
    .largest_batch = largest_batch,
    .roofline = roofline,
    .multiply = multiply,
    .log_linear = log_linear,
    .log_linear_scattered = log_linear_scattered,
    .utilization = utilization_from_throughput,
    .effective_tokens = effective_tokens,
    .energy = energy,
    .divide = divide,
    .duration = duration,
    .throughput_of_duration = divide,
    .water = water,
    .product = product,
};
