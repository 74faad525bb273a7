#include "engine/case_model.h"

#include <math.h>

#include "samplers/stable_math.h"

static const char *const labels[JC_QUANTITIES] = {
    [JC_INPUT_TOKENS] = "workload.input_tokens",
    [JC_OUTPUT_TOKENS] = "workload.output_tokens",
    [JC_NODE_POWER] = "node.power",
    [JC_POWER_UTILIZATION] = "node.power_utilization",
    [JC_PUE] = "hosting.pue",
    [JC_THROUGHPUT] = "throughput.tokens_per_s",
};

const char *
jc_stream_label(enum jc_quantity quantity)
{
    return labels[quantity];
}

static int
add_sampler(struct jc_case_model *self, enum jc_quantity quantity,
    const struct jc_distribution *distribution, uint64_t seed, struct jc_error *error)
{
    int ret =
        jc_sampler_new(&self->sampler[quantity], distribution, seed, labels[quantity], 0, error);

    if (ret == 0) {
        self->is_constant[quantity] =
            jc_sampler_is_constant(self->sampler[quantity], &self->constant[quantity]) != 0;
        self->is_fleet_value[quantity] =
            distribution->varies == JC_VARIES_FLEET && distribution->kind != JC_CONSTANT;
    }
    return ret;
}

/* A number of tokens is a whole number in the file, and a sensible one. */
static int
add_tokens(struct jc_case_model *self, enum jc_quantity quantity,
    const struct jc_distribution *distribution, uint64_t seed, struct jc_error *error)
{
    float low, high;
    int ret = add_sampler(self, quantity, distribution, seed, error);

    if (ret != 0) {
        return ret;
    }
    jc_sampler_range(self->sampler[quantity], &low, &high);
    if ((double) high > JC_MOST_TOKENS) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "case %s: %s can reach %g tokens, at most %g are allowed: give it a max:",
            self->spec->name, labels[quantity], (double) high, JC_MOST_TOKENS);
    }
    return ret;
}

static int
init_log_linear(struct jc_case_model *self, struct jc_error *error)
{
    const struct jc_throughput_spec *spec = &self->spec->throughput;
    struct jc_error inner = { "" };
    int ret = jc_throughput_fit(&self->fit, &spec->measurements, &inner);
    double cap =
        isnan(spec->cap_tokens_per_s) ? self->largest_tokens_per_s : spec->cap_tokens_per_s;

    if (ret != 0) {
        return jc_fail(error, ret, "case %s: throughput: %.900s", self->spec->name, inner.message);
    }
    self->has_fit = true;
    self->log_linear = (struct jc_log_linear){
        .scale = (float) jc_exp(self->fit.coefficient[0]),
        .input_exponent = (float) self->fit.coefficient[1],
        .output_exponent = (float) self->fit.coefficient[2],
        .cap = (float) cap,
    };
    return 0;
}

static int
init_throughput(struct jc_case_model *self, uint64_t seed, struct jc_error *error)
{
    const struct jc_throughput_spec *spec = &self->spec->throughput;
    struct jc_distribution maximum;
    float low, high;
    int ret = 0;

    self->largest_tokens_per_s = jc_throughput_largest(&spec->measurements);
    self->prefill_weight = isinf(spec->prefill_speedup) ? 0 : (float) (1 / spec->prefill_speedup);
    switch (spec->form) {
        case JC_THROUGHPUT_LOG_LINEAR:
            ret = init_log_linear(self, error);
            break;
        case JC_THROUGHPUT_MAXIMUM:
            maximum = jc_distribution_constant(self->largest_tokens_per_s);
            ret = add_sampler(self, JC_THROUGHPUT, &maximum, seed, error);
            break;
        case JC_THROUGHPUT_CONSTANT:
            ret = add_sampler(self, JC_THROUGHPUT, &spec->tokens_per_s, seed, error);
            if (ret == 0) {
                jc_sampler_range(self->sampler[JC_THROUGHPUT], &low, &high);
                self->largest_tokens_per_s = (double) high;
            }
            break;
    }
    return ret;
}

static int
init_power(struct jc_case_model *self, uint64_t seed, struct jc_error *error)
{
    const struct jc_power_spec *spec = &self->spec->power;

    if (spec->form == JC_POWER_INDEPENDENT) {
        return add_sampler(self, JC_POWER_UTILIZATION, &spec->utilization, seed, error);
    }
    self->utilization_from_throughput = true;
    self->utilization_intercept = (float) spec->intercept;
    self->utilization_slope = (float) (spec->slope / self->largest_tokens_per_s);
    return 0;
}

int
jc_case_model_init(struct jc_case_model *self, const struct jc_case *spec, uint64_t seed,
    struct jc_error *error)
{
    int ret;

    *self = (struct jc_case_model){ .spec = spec };
    ret = add_tokens(self, JC_INPUT_TOKENS, &spec->input_tokens, seed, error);
    ret = ret != 0 ? ret : add_tokens(self, JC_OUTPUT_TOKENS, &spec->output_tokens, seed, error);
    ret = ret != 0 ? ret : add_sampler(self, JC_NODE_POWER, &spec->node_power_kw, seed, error);
    ret = ret != 0 ? ret : add_sampler(self, JC_PUE, &spec->pue, seed, error);
    ret = ret != 0 ? ret : init_throughput(self, seed, error);
    ret = ret != 0 ? ret : init_power(self, seed, error);
    return ret;
}

void
jc_case_model_free(struct jc_case_model *self)
{
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        jc_sampler_free(self->sampler[q]);
    }
    *self = (struct jc_case_model){ 0 };
}
