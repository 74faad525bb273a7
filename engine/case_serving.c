#include <math.h>
#include <stdlib.h>

#include "engine/case_model.h"
#include "models/curve.h"
#include "samplers/stable_math.h"

/* Of ln TPS: its exponential, of which a scattered fit has no need, is a normal number in single precision. */
#define MOST_LOG_SCALE 80.0
#define MOST_EXPONENT 1e6 /* times the logarithm of a number of tokens, a number by far */

/* Of energy, by all interventions together. */
#define LEAST_FACTOR 1e-30
#define MOST_FACTOR 1e30

static int
init_log_linear(struct jc_case_model *self, struct jc_error *error)
{
    const struct jc_throughput_spec *spec = &self->spec->throughput;
    struct jc_error inner = { "" };
    const bool is_scattered = spec->coefficients_uncertain || spec->residuals;
    int ret = jc_throughput_fit(&self->fit, &spec->measurements, &inner);
    double cap =
        isnan(spec->cap_tokens_per_s) ? self->largest_tokens_per_s : spec->cap_tokens_per_s;

    if (ret != 0) {
        return jc_fail(error, ret, "case %s: throughput: %.900s", self->spec->name, inner.message);
    }
    if (!(fabs(self->fit.coefficient[0]) <= (is_scattered ? MOST_EXPONENT : MOST_LOG_SCALE)
            && fabs(self->fit.coefficient[1]) <= MOST_EXPONENT
            && fabs(self->fit.coefficient[2]) <= MOST_EXPONENT)) {
        return jc_fail(error, JC_ERROR_INPUT,
            "case %s: throughput: the fit, ln TPS = %g + %g ln(input) + %g ln(output), is too "
            "steep to compute with; "
            "are the measurements at nearly the same numbers of tokens?",
            self->spec->name, self->fit.coefficient[0], self->fit.coefficient[1],
            self->fit.coefficient[2]);
    }
    self->has_fit = true;
    self->log_linear = (struct jc_log_linear){
        .scale = (float) jc_exp(self->fit.coefficient[0]),
        .input_exponent = (float) self->fit.coefficient[1],
        .output_exponent = (float) self->fit.coefficient[2],
        .cap = (float) cap,
        .log_scale = (float) self->fit.coefficient[0],
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
    const double power_kw = self->spec->node_power_kw.parameter[0];
    double *batch = calloc(rows->n_rows, sizeof(*batch));
    double *value = calloc(rows->n_rows, sizeof(*value));
    struct jc_error inner;
    size_t k;
    int ret = batch == NULL || value == NULL ? jc_fail_memory(error) : 0;

    for (k = 0; ret == 0 && k < rows->n_rows; k++) {
        batch[k] = rows->row[k].batch_size;
        value[k] = throughput ? rows->row[k].tokens_per_s
                              : (rows->row[k].gpu_power_kw + power->other_power_kw) / power_kw;
    }
    for (k = 0; ret == 0 && !throughput && k < rows->n_rows; k++) {
        if (value[k] > 1) {
            ret = jc_fail(error, JC_ERROR_SCENARIO,
                "case %s: node.power is %g kW, less than the %g kW that were measured at batch "
                "size "
                "%g, the rest of the node included",
                self->spec->name, power_kw, value[k] * power_kw, batch[k]);
        }
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

/* Jegham et al., arXiv:2505.09598, equation 1, or what it gives. */
static int
init_times(struct jc_case_model *self, uint64_t seed, struct jc_error *error)
{
    const struct jc_throughput_spec *spec = &self->spec->throughput;
    int ret;

    self->has_times = true;
    if (spec->has_duration) {
        return jc_case_add_sampler(self, JC_DURATION, &spec->duration_s, seed, error);
    }
    ret = jc_case_add_sampler(self, JC_LATENCY, &spec->latency_s, seed, error);
    return ret != 0 ? ret : jc_case_add_sampler(self, JC_RATE, &spec->rate, seed, error);
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
        case JC_THROUGHPUT_API:
            ret = init_times(self, seed, error);
            break;
    }
    return ret;
}

/* The share of the node: of its GPUs from the low end to the high one, and of the rest. Jegham et al.,
 * arXiv:2505.09598, equations 2 and 3. */
static int
init_class(struct jc_case_model *self, uint64_t seed, struct jc_error *error)
{
    const struct jc_service_class *class = &self->spec->power.service_class;
    const double node_kw = self->spec->node_power_kw.parameter[0];
    const double range = class->gpu_share_high - class->gpu_share_low;
    int ret = jc_case_add_sampler(self, JC_POWER_UTILIZATION, &self->spec->power.utilization, seed,
        error);

    self->utilization_from_weight = true;
    self->utilization_intercept = (float) ((class->gpu_share_low * class->gpu_power_kw
                                               + class->other_share * class->other_power_kw)
        / node_kw);
    self->utilization_slope = (float) (range * class->gpu_power_kw / node_kw);
    if (self->is_constant[JC_POWER_UTILIZATION]) {
        self->constant[JC_POWER_UTILIZATION] = self->utilization_intercept
            + self->utilization_slope * self->constant[JC_POWER_UTILIZATION];
        self->utilization_from_weight = false;
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
    if (spec->form == JC_POWER_FROM_CLASS) {
        return init_class(self, seed, error);
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
    struct jc_error inner;
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
                one->factor, false, &inner);
            if (ret != 0) {
                ret = jc_fail(error, ret == JC_ERROR_INPUT ? JC_ERROR_SCENARIO : ret,
                    "case %s: intervention %s: %.800s", self->spec->name, one->name, inner.message);
            }
        }
    }
    if (ret == 0 && !(factor >= LEAST_FACTOR && factor <= MOST_FACTOR)) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "case %s: interventions: their product is %g, must be from %g to %g", spec->name,
            factor, LEAST_FACTOR, MOST_FACTOR);
    }
    self->factor = (float) factor;
    return ret;
}

/* The longest query that can be drawn fits at least alone. */
static int
check_fit(const struct jc_case_model *self, double free_bytes, struct jc_error *error)
{
    float low, most_input, most_output;
    double bytes;

    jc_case_range(self, JC_INPUT_TOKENS, &low, &most_input);
    jc_case_range(self, JC_OUTPUT_TOKENS, &low, &most_output);
    bytes = ((double) most_input + (double) most_output)
        * self->spec->batch.architecture.kv_bytes_per_token;
    if (bytes <= free_bytes || self->spec->throughput.clamp) {
        return 0;
    }
    return jc_fail(error, JC_ERROR_SCENARIO,
        "case %s: workload.batch_size: a query of %g input and %g output tokens takes %.3g GB, and "
        "%.3g GB are free: give them a max:, or say throughput.outside: clamp",
        self->spec->name, (double) most_input, (double) most_output, bytes / 1e9, free_bytes / 1e9);
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
            jc_case_range(self, JC_BATCH_SIZE, low, high);
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
        ret = ret != 0 ? ret : check_fit(self, free_bytes, error);
        self->free_bytes = (float) free_bytes;
        self->kv_bytes_per_token = (float) model->kv_bytes_per_token;
        self->most_requests = (float) spec->most;
        *low = fminf(1, (float) spec->most);
        *high = (float) spec->most;
    } else { /* of no consequence, but a number */
        self->is_constant[JC_BATCH_SIZE] = true;
        self->constant[JC_BATCH_SIZE] = 1;
    }
    return ret;
}

/* The limits that all curves have in common. */
static void
limit_batch(struct jc_case_model *self, const struct jc_curve *curve)
{
    const float low = curve->log_batch[0];
    const float high = curve->log_batch[curve->n_knots - 1];

    if (!self->has_batch_limits) {
        self->log_batch_low = low;
        self->log_batch_high = high;
    }
    self->has_batch_limits = true;
    self->log_batch_low = fmaxf(self->log_batch_low, low);
    self->log_batch_high = fminf(self->log_batch_high, high);
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
check_batch(struct jc_case_model *self, float low, float high, struct jc_error *error)
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
        limit_batch(self, &self->throughput);
        ret = check_curve(self, &self->throughput, "the measured configurations", ends, low, high,
            error);
    }
    for (k = 0; ret == 0 && k < self->spec->n_interventions; k++) {
        one = &self->spec->interventions[k];
        if (!isnan(one->batch_size[0])) {
            ends[0] = one->batch_size[0];
            ends[1] = one->batch_size[one->n_knots - 1];
            limit_batch(self, &self->factors[curve]);
            ret = check_curve(self, &self->factors[curve++], one->name, ends, low, high, error);
        }
    }
    return ret;
}

static int
init_footprint(struct jc_case_model *self, uint64_t seed, struct jc_error *error)
{
    static const enum jc_quantity quantity[JC_FOOTPRINT_INPUTS] = {
        [JC_FOOTPRINT_WUE_SITE] = JC_WUE_SITE,
        [JC_FOOTPRINT_WUE_SOURCE] = JC_WUE_SOURCE,
        [JC_FOOTPRINT_CARBON] = JC_CARBON_INTENSITY,
        [JC_FOOTPRINT_PRICE] = JC_ELECTRICITY_PRICE,
    };
    const struct jc_footprint_spec *spec = &self->spec->footprint;
    int ret = 0;

    for (int k = 0; ret == 0 && k < JC_FOOTPRINT_INPUTS; k++) {
        if (spec->known[k]) {
            ret = jc_case_add_sampler(self, quantity[k], &spec->value[k], seed, error);
        }
    }
    self->has[JC_WATER] =
        spec->known[JC_FOOTPRINT_WUE_SITE] && spec->known[JC_FOOTPRINT_WUE_SOURCE];
    self->has[JC_CARBON] = spec->known[JC_FOOTPRINT_CARBON];
    self->has[JC_COST] = spec->known[JC_FOOTPRINT_PRICE];
    return ret;
}

/* What is drawn, what every case has, and what some forms compute. */
static void
mark_quantities(struct jc_case_model *self)
{
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        self->has[q] |= self->sampler[q] != NULL;
    }
    self->has[JC_POWER_UTILIZATION] = true;
    self->has[JC_THROUGHPUT] = true;
    self->has[JC_NODE_TIME] = !self->has_times; /* which share of a node, nobody sees outside */
    self->has[JC_ENERGY] = true;
    self->has[JC_DURATION] |= self->has_times;
    self->has[JC_BATCH_SIZE] |= self->spec->batch.form != JC_BATCH_NONE;
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
    ret = ret != 0 ? ret : check_batch(self, low, high, error);
    ret = ret != 0 ? ret : init_footprint(self, seed, error);
    mark_quantities(self);
    return ret;
}
