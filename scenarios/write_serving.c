#include <math.h>

#include "scenarios/write.h"

static void
put_measurements(struct jc_yaml_writer *self, const struct jc_measurements *measurements)
{
    const struct jc_measurement *row;

    jc_yaml_put(self, "measurements");
    jc_yaml_open_list(self, YAML_BLOCK_SEQUENCE_STYLE);
    for (size_t i = 0; i < measurements->n_rows; i++) {
        row = &measurements->row[i];
        jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
        jc_yaml_put_text(self, "model", row->model);
        jc_yaml_put_text(self, "precision", row->precision);
        if (!isnan(row->input_tokens)) {
            jc_yaml_put_pair(self, "input_tokens", row->input_tokens);
        }
        if (!isnan(row->output_tokens)) {
            jc_yaml_put_pair(self, "output_tokens", row->output_tokens);
        }
        jc_yaml_put_pair(self, "throughput", row->throughput_tokens_per_s);
        jc_yaml_put_text(self, "source", row->source);
        jc_yaml_close_map(self);
    }
    jc_yaml_close_list(self);
}

static void
put_configurations(struct jc_yaml_writer *self, const struct jc_throughput_spec *spec)
{
    const struct jc_configuration *row;

    jc_yaml_put(self, "configurations");
    jc_yaml_open_list(self, YAML_BLOCK_SEQUENCE_STYLE);
    for (size_t i = 0; i < spec->configurations.n_rows; i++) {
        row = &spec->configurations.row[i];
        jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
        jc_yaml_put_text(self, "model", row->model);
        jc_yaml_put_text(self, "precision", row->precision);
        jc_yaml_put_text(self, "gpu", row->gpu);
        jc_yaml_put_pair(self, "gpus", row->gpus);
        jc_yaml_put_text(self, "parallelism", row->parallelism);
        jc_yaml_put_text(self, "task", row->task);
        jc_yaml_put_pair(self, "batch_size", row->batch_size);
        if (!isnan(row->output_tokens)) {
            jc_yaml_put_pair(self, "output_tokens", row->output_tokens);
        }
        jc_yaml_put_pair(self, "tokens_per_s", row->tokens_per_s);
        jc_yaml_put_pair(self, "gpu_power", row->gpu_power_kw);
        jc_yaml_put_text(self, "source", row->source);
        jc_yaml_close_map(self);
    }
    jc_yaml_close_list(self);
}

static void
put_uncertainty(struct jc_yaml_writer *self, const struct jc_throughput_spec *spec)
{
    jc_yaml_put_text(self, "coefficients", spec->coefficients_uncertain ? "uncertain" : "fixed");
    jc_yaml_put_text(self, "residuals", spec->residuals ? "query" : "none");
    if (spec->scatter == JC_SCATTER_GIVEN) {
        jc_yaml_put_pair(self, "residual_sd", spec->residual_sd);
        jc_yaml_put_pair(self, "degrees_of_freedom", spec->degrees_of_freedom);
    } else {
        jc_yaml_put_text(self, "residual_sd", spec->scatter == JC_SCATTER_OWN ? "own" : "pooled");
    }
}

/* Of a form that is fitted to, or taken from, rows of measurements. */
static void
put_observed(struct jc_yaml_writer *self, const struct jc_throughput_spec *spec)
{
    jc_yaml_put_text(self, "model", spec->model);
    jc_yaml_put_text(self, "precision", spec->precision);
    if (spec->form == JC_THROUGHPUT_LOG_LINEAR) {
        if (isfinite(spec->cap_tokens_per_s)) {
            jc_yaml_put_pair(self, "cap", spec->cap_tokens_per_s);
        } else {
            jc_yaml_put_text(self, "cap", isnan(spec->cap_tokens_per_s) ? "observed" : "none");
        }
        put_uncertainty(self, spec);
    }
}

static void
put_prefill(struct jc_yaml_writer *self, const struct jc_throughput_spec *spec)
{
    if (isfinite(spec->prefill_speedup)) {
        jc_yaml_put_pair(self, "prefill_speedup", spec->prefill_speedup);
    } else {
        jc_yaml_put_text(self, "prefill_speedup", "none");
    }
}

static void
put_times(struct jc_yaml_writer *self, const struct jc_throughput_spec *spec)
{
    if (spec->has_duration) {
        jc_write_value(self, "duration", &spec->duration_s);
    } else {
        jc_write_value(self, "latency", &spec->latency_s);
        jc_write_value(self, "rate", &spec->rate);
    }
}

/* All keys of the section. */
static void
put_throughput(struct jc_yaml_writer *self, const struct jc_throughput_spec *spec)
{
    static const char *const forms[] = { "log_linear", "maximum", "constant", "measured",
        "roofline", "ideal", "api" };

    jc_yaml_put_text(self, "form", forms[spec->form]);
    jc_yaml_put_text(self, "outside", spec->clamp ? "clamp" : "error");
    switch (spec->form) {
        case JC_THROUGHPUT_CONSTANT:
            jc_write_value(self, "tokens_per_s", &spec->tokens_per_s);
            put_prefill(self, spec);
            break;
        case JC_THROUGHPUT_MEASURED:
            put_configurations(self, spec);
            break;
        case JC_THROUGHPUT_API:
            put_times(self, spec);
            break;
        case JC_THROUGHPUT_ROOFLINE:
        case JC_THROUGHPUT_IDEAL:
            jc_write_architecture(self, &spec->architecture);
            jc_write_accelerator(self, &spec->accelerator);
            jc_yaml_put_pair(self, "accelerators", spec->accelerators);
            break;
        default:
            put_observed(self, spec);
            put_prefill(self, spec);
            put_measurements(self, &spec->measurements);
            break;
    }
}

void
jc_write_throughput(struct jc_yaml_writer *self, const struct jc_case *item)
{
    jc_yaml_put(self, "throughput");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    if (item->n_alternatives == 0) {
        put_throughput(self, &item->throughput);
    } else {
        jc_yaml_put(self, "alternatives");
        jc_yaml_open_list(self, YAML_BLOCK_SEQUENCE_STYLE);
        for (size_t i = 0; i < item->n_alternatives; i++) {
            jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
            jc_yaml_put_pair(self, "weight", item->alternatives[i].weight);
            put_throughput(self, &item->alternatives[i].throughput);
            jc_yaml_close_map(self);
        }
        jc_yaml_close_list(self);
    }
    jc_yaml_close_map(self);
}

void
jc_write_architecture(struct jc_yaml_writer *self, const struct jc_architecture *row)
{
    jc_yaml_put(self, "architecture");
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
    jc_yaml_put_text(self, "model", row->model);
    jc_yaml_put_pair(self, "parameters", row->parameters);
    jc_yaml_put_pair(self, "active_parameters", row->active_parameters);
    jc_yaml_put_pair(self, "layers", row->layers);
    jc_yaml_put_pair(self, "attention_width", row->attention_width);
    jc_yaml_put_pair(self, "kv_bytes_per_token", row->kv_bytes_per_token);
    jc_yaml_put_pair(self, "bytes_per_parameter", row->bytes_per_parameter);
    jc_yaml_put_text(self, "source", row->source);
    jc_yaml_close_map(self);
}

void
jc_write_accelerator(struct jc_yaml_writer *self, const struct jc_accelerator *row)
{
    jc_yaml_put(self, "accelerator");
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
    jc_yaml_put_text(self, "name", row->name);
    jc_yaml_put_pair(self, "power", row->power_kw);
    jc_yaml_put_pair(self, "peak_flops", row->peak_flops);
    jc_yaml_put_pair(self, "memory_bytes", row->memory_bytes);
    jc_yaml_put_pair(self, "bandwidth_bytes_per_s", row->bandwidth_bytes_per_s);
    jc_yaml_put_text(self, "source", row->source);
    jc_yaml_close_map(self);
}

void
jc_write_interventions(struct jc_yaml_writer *self, const struct jc_case *item)
{
    const struct jc_intervention *one;

    if (item->n_interventions == 0) {
        return;
    }
    jc_yaml_put(self, "interventions");
    jc_yaml_open_list(self, YAML_BLOCK_SEQUENCE_STYLE);
    for (size_t i = 0; i < item->n_interventions; i++) {
        one = &item->interventions[i];
        jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
        jc_yaml_put_text(self, "name", one->name);
        if (isnan(one->batch_size[0])) {
            jc_yaml_put_pair(self, "factor", one->factor[0]);
        } else {
            jc_yaml_put_numbers(self, "batch_sizes", one->n_knots, one->batch_size);
            jc_yaml_put_numbers(self, "factors", one->n_knots, one->factor);
        }
        jc_yaml_put_text(self, "source", one->source);
        jc_yaml_close_map(self);
    }
    jc_yaml_close_list(self);
}
