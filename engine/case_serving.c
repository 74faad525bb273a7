#include <math.h>
#include <stdlib.h>

#include "engine/case_model.h"
#include "models/curve.h"
#include "samplers/stable_math.h"

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

/* The curve of a number of the measured configurations over their batch sizes. */
static int
init_curve(const struct jc_case_model *self, bool throughput, struct jc_curve *curve,
    struct jc_error *error)
{
    const struct jc_configurations *rows = &self->spec->throughput.configurations;
    const struct jc_power_spec *power = &self->spec->power;
    double *batch = calloc(rows->n_rows, sizeof(*batch));
    double *value = calloc(rows->n_rows, sizeof(*value));
    struct jc_error inner;
    size_t k;
    int ret = batch == NULL || value == NULL ? jc_fail_memory(error) : 0;

    for (k = 0; ret == 0 && k < rows->n_rows; k++) {
        batch[k] = rows->row[k].batch_size;
        value[k] = throughput ? rows->row[k].tokens_per_s
                              : (rows->row[k].gpu_power_kw + power->other_power_kw)
                / self->spec->node_power_kw.parameter[0];
    }
    if (ret == 0) {
        ret = jc_curve_init(curve, rows->n_rows, batch, value, throughput, &inner);
        if (ret != 0) {
            ret =
                jc_fail(error, ret, "case %s: throughput: %.900s", self->spec->name, inner.message);
        }
    }
    free(batch);
    free(value);
    return ret;
}

/* Of all accelerators together. A batch reads all weights: its requests use most experts between them. */
static void
init_roofline(struct jc_case_model *self)
{
    const struct jc_throughput_spec *spec = &self->spec->throughput;
    const struct jc_architecture *model = &spec->architecture;
    const bool memory = spec->form == JC_THROUGHPUT_ROOFLINE;
    const double n = spec->accelerators;

    self->has_roofline = true;
    self->roofline = (struct jc_roofline){
        .flops_per_token = (float) (2 * model->active_parameters),
        .attention_flops_per_token = (float) (4 * model->layers * model->attention_width),
        .peak_flops = (float) (n * spec->accelerator.peak_flops),
        .weight_bytes = memory ? (float) (model->parameters * model->bytes_per_parameter) : 0,
        .kv_bytes_per_token = memory ? (float) model->kv_bytes_per_token : 0,
        .bandwidth_bytes_per_s = (float) (n * spec->accelerator.bandwidth_bytes_per_s),
    };
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
            ret = jc_case_add_sampler(self, JC_THROUGHPUT, &maximum, seed, error);
            break;
        case JC_THROUGHPUT_CONSTANT:
            ret = jc_case_add_sampler(self, JC_THROUGHPUT, &spec->tokens_per_s, seed, error);
            if (ret == 0) {
                jc_sampler_range(self->sampler[JC_THROUGHPUT], &low, &high);
                self->largest_tokens_per_s = (double) high;
            }
            break;
        case JC_THROUGHPUT_MEASURED:
            ret = init_curve(self, true, &self->throughput, error);
            break;
        case JC_THROUGHPUT_ROOFLINE:
        case JC_THROUGHPUT_IDEAL:
            init_roofline(self);
            break;
    }
    return ret;
}

static int
init_power(struct jc_case_model *self, uint64_t seed, struct jc_error *error)
{
    const struct jc_power_spec *spec = &self->spec->power;

    if (spec->form == JC_POWER_INDEPENDENT) {
        return jc_case_add_sampler(self, JC_POWER_UTILIZATION, &spec->utilization, seed, error);
    }
    if (spec->form == JC_POWER_FROM_BATCH) {
        return init_curve(self, false, &self->utilization, error);
    }
    self->utilization_from_throughput = true;
    self->utilization_intercept = (float) spec->intercept;
    self->utilization_slope = (float) (spec->slope / self->largest_tokens_per_s);
    return 0;
}

static int
init_interventions(struct jc_case_model *self, struct jc_error *error)
{
    const struct jc_case *spec = self->spec;
    const struct jc_intervention *one;
    double factor = 1;
    size_t k;
    int ret = 0;

    self->factors = calloc(spec->n_interventions + 1, sizeof(*self->factors));
    if (self->factors == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; ret == 0 && k < spec->n_interventions; k++) {
        one = &spec->interventions[k];
        if (isnan(one->batch_size[0])) {
            factor *= one->factor[0];
        } else {
            ret = jc_curve_init(&self->factors[self->n_factors++], one->n_knots, one->batch_size,
                one->factor, false, error);
        }
    }
    self->factor = (float) factor;
    return ret;
}

/* The most requests that can be drawn or computed, and the fewest. */
static int
init_batch(struct jc_case_model *self, uint64_t seed, float *low, float *high,
    struct jc_error *error)
{
    const struct jc_batch_spec *spec = &self->spec->batch;
    const struct jc_architecture *model = &spec->architecture;
    double free_bytes;
    int ret = 0;

    if (spec->form == JC_BATCH_DRAWN) {
        ret = jc_case_add_sampler(self, JC_BATCH_SIZE, &spec->size, seed, error);
        if (ret == 0) {
            jc_sampler_range(self->sampler[JC_BATCH_SIZE], low, high);
        }
    } else if (spec->form == JC_BATCH_LARGEST_FIT) {
        free_bytes = spec->accelerators * spec->accelerator.memory_bytes * (1 - spec->reserve)
            - model->parameters * model->bytes_per_parameter;
        if (!(free_bytes > 0)) {
            ret = jc_fail(error, JC_ERROR_SCENARIO,
                "case %s: workload.batch_size: the weights alone, %.3g GB, do not fit into %.3g GB "
                "of memory",
                self->spec->name, model->parameters * model->bytes_per_parameter / 1e9,
                spec->accelerators * spec->accelerator.memory_bytes * (1 - spec->reserve) / 1e9);
        }
        self->free_bytes = (float) free_bytes;
        self->kv_bytes_per_token = (float) model->kv_bytes_per_token;
        self->most_requests = (float) spec->most;
        *low = 1;
        *high = (float) spec->most;
    } else { /* of no consequence, but a number */
        self->is_constant[JC_BATCH_SIZE] = true;
        self->constant[JC_BATCH_SIZE] = 1;
    }
    return ret;
}

/* Nothing is extrapolated unless the scenario says so. */
static int
check_curve(const struct jc_case_model *self, const struct jc_curve *curve, const char *what,
    const double *ends, float low, float high, struct jc_error *error)
{
    const double log_low = curve->log_batch[0];
    const double log_high = curve->log_batch[curve->n_knots - 1];

    if (self->spec->throughput.clamp
        || (jc_log((double) low) >= log_low - 1e-6 && jc_log((double) high) <= log_high + 1e-6)) {
        return 0;
    }
    return jc_fail(error, JC_ERROR_SCENARIO,
        "case %s: workload.batch_size goes from %g to %g, %s from %g to %g: give it min: and max:, "
        "or "
        "say throughput.outside: clamp",
        self->spec->name, (double) low, (double) high, what, ends[0], ends[1]);
}

static int
check_batch(const struct jc_case_model *self, float low, float high, struct jc_error *error)
{
    const struct jc_configurations *rows = &self->spec->throughput.configurations;
    const struct jc_intervention *one;
    double ends[2];
    size_t curve = 0;
    size_t k;
    int ret = 0;

    if (self->throughput.n_knots > 0) {
        ends[0] = rows->row[0].batch_size;
        ends[1] = rows->row[rows->n_rows - 1].batch_size;
        ret = check_curve(self, &self->throughput, "the measured configurations", ends, low, high,
            error);
    }
    for (k = 0; ret == 0 && k < self->spec->n_interventions; k++) {
        one = &self->spec->interventions[k];
        if (!isnan(one->batch_size[0])) {
            ends[0] = one->batch_size[0];
            ends[1] = one->batch_size[one->n_knots - 1];
            ret = check_curve(self, &self->factors[curve++], one->name, ends, low, high, error);
        }
    }
    return ret;
}

int
jc_case_serving_init(struct jc_case_model *self, uint64_t seed, struct jc_error *error)
{
    float low = 1;
    float high = 1;
    int ret = init_throughput(self, seed, error);

    ret = ret != 0 ? ret : init_power(self, seed, error);
    ret = ret != 0 ? ret : init_interventions(self, error);
    ret = ret != 0 ? ret : init_batch(self, seed, &low, &high, error);
    return ret != 0 ? ret : check_batch(self, low, high, error);
}
