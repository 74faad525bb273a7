#include <math.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "scenarios/scenario.h"
#include "scenarios/tree.h"
#include "scenarios/units.h"

/* libyaml quotes and indents. A writer that has failed does nothing more, so that the functions below
 * can be read like the text that they write; the failure is returned at the end. */
struct writer {
    yaml_emitter_t yaml;
    struct jc_text *text;
    struct jc_error *error;
    int ret;
};

static int
take(void *data, unsigned char *bytes, size_t size)
{
    struct writer *self = data;

    self->ret = jc_text_append(self->text, self->error, "%.*s", (int) size, (const char *) bytes);
    return self->ret == 0;
}

/* Hands an event over; `made` says whether there was memory for it. */
static void
emit(struct writer *self, yaml_event_t *event, int made)
{
    if (self->ret != 0) {
        if (made) {
            yaml_event_delete(event);
        }
    } else if (!made || (!yaml_emitter_emit(&self->yaml, event) && self->ret == 0)) {
        self->ret = jc_fail(self->error, JC_ERROR_INTERNAL, "cannot write YAML: %s",
            made && self->yaml.problem != NULL ? self->yaml.problem : "out of memory");
    }
}

static void
put_styled(struct writer *self, const char *text, yaml_scalar_style_t style)
{
    yaml_event_t event;
    int made = yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *) text,
        (int) strlen(text), 1, 1, style);

    emit(self, &event, made);
}

/* A text that would read as nothing (null, ~) is quoted, and one that is more than plain letters, whose
 * breaks only double quotes keep. libyaml quotes what else needs it. */
static void
put(struct writer *self, const char *text)
{
    const struct jc_tree_node node = { .text = text, .plain = true };
    size_t i = 0;

    while (text[i] >= ' ' && text[i] <= '~') {
        i++;
    }
    put_styled(self, text,
        text[i] != '\0' || jc_tree_is_null(&node) ? YAML_DOUBLE_QUOTED_SCALAR_STYLE
                                                  : YAML_ANY_SCALAR_STYLE);
}

static void
put_number(struct writer *self, double value)
{
    put(self, jc_decimal(value).text);
}

static void
put_pair(struct writer *self, const char *key, double value)
{
    put(self, key);
    put_number(self, value);
}

static void
put_text(struct writer *self, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        put(self, key);
        put(self, text);
    }
}

static void
open_map(struct writer *self, yaml_mapping_style_t style)
{
    yaml_event_t event;
    int made = yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, style);

    emit(self, &event, made);
}

static void
close_map(struct writer *self)
{
    yaml_event_t event;
    int made = yaml_mapping_end_event_initialize(&event);

    emit(self, &event, made);
}

static void
open_list(struct writer *self, yaml_sequence_style_t style)
{
    yaml_event_t event;
    int made = yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style);

    emit(self, &event, made);
}

static void
close_list(struct writer *self)
{
    yaml_event_t event;
    int made = yaml_sequence_end_event_initialize(&event);

    emit(self, &event, made);
}

/* key: [1, 2, 3] */
static void
put_numbers(struct writer *self, const char *key, size_t n, const double *numbers)
{
    put(self, key);
    open_list(self, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t i = 0; i < n; i++) {
        put_number(self, numbers[i]);
    }
    close_list(self);
}

static void put_distribution(struct writer *self, const struct jc_distribution *distribution,
    const double *weight);

/* The key of the kind with its parameters. */
static void
put_kind(struct writer *self, const struct jc_distribution *distribution)
{
    static const char *const names[JC_DISTRIBUTION_KINDS][4] = { [JC_UNIFORM] = { "low", "high" },
        [JC_TRIANGULAR] = { "low", "mode", "high" },
        [JC_NORMAL] = { "mean", "sd" },
        [JC_LOGNORMAL] = { "mu", "sigma" },
        [JC_EXPONENTIAL] = { "mean" },
        [JC_GAMMA] = { "shape", "scale" },
        [JC_BETA] = { "alpha", "beta" } };
    const char *const *name = names[distribution->kind];

    put(self, jc_distribution_kind_name(distribution->kind));
    if (distribution->kind == JC_CONSTANT) {
        put_number(self, distribution->parameter[0]);
    } else if (distribution->kind == JC_MIXTURE) {
        open_list(self, YAML_FLOW_SEQUENCE_STYLE);
        for (size_t i = 0; i < distribution->n_items; i++) {
            put_distribution(self, &distribution->component[i], &distribution->weight[i]);
        }
        close_list(self);
    } else {
        open_map(self, YAML_FLOW_MAPPING_STYLE);
        for (size_t i = 0; name[i] != NULL; i++) {
            put_pair(self, name[i], distribution->parameter[i]);
        }
        if (distribution->kind == JC_DISCRETE) {
            put_numbers(self, "values", distribution->n_items, distribution->value);
            put_numbers(self, "weights", distribution->n_items, distribution->weight);
        }
        close_map(self);
    }
}

/* {kind: {...}, options}; a component of a mixture has a weight. */
static void
put_distribution(struct writer *self, const struct jc_distribution *distribution,
    const double *weight)
{
    open_map(self, YAML_FLOW_MAPPING_STYLE);
    if (weight != NULL) {
        put_pair(self, "weight", *weight);
    }
    put_kind(self, distribution);
    if (distribution->min > -INFINITY) {
        put_pair(self, "min", distribution->min);
    }
    if (distribution->max < INFINITY) {
        put_pair(self, "max", distribution->max);
    }
    if (distribution->integer) {
        put_text(self, "integer", "true");
    }
    if (distribution->varies == JC_VARIES_FLEET) {
        put_text(self, "varies", "fleet");
    }
    close_map(self);
}

/* A constant without options is a number. */
static void
put_value(struct writer *self, const char *key, const struct jc_distribution *value)
{
    put(self, key);
    if (value->kind == JC_CONSTANT && value->min == -INFINITY && value->max == INFINITY
        && !value->integer && value->varies == JC_VARIES_QUERY) {
        put_number(self, value->parameter[0]);
    } else {
        put_distribution(self, value, NULL);
    }
}

static void
put_measurements(struct writer *self, const struct jc_measurements *measurements)
{
    const struct jc_measurement *row;

    put(self, "measurements");
    open_list(self, YAML_BLOCK_SEQUENCE_STYLE);
    for (size_t i = 0; i < measurements->n_rows; i++) {
        row = &measurements->row[i];
        open_map(self, YAML_FLOW_MAPPING_STYLE);
        put_text(self, "model", row->model);
        put_text(self, "precision", row->precision);
        if (!isnan(row->input_tokens)) {
            put_pair(self, "input_tokens", row->input_tokens);
        }
        if (!isnan(row->output_tokens)) {
            put_pair(self, "output_tokens", row->output_tokens);
        }
        put_pair(self, "throughput", row->throughput_tokens_per_s);
        put_text(self, "source", row->source);
        close_map(self);
    }
    close_list(self);
}

static void
put_throughput(struct writer *self, const struct jc_throughput_spec *spec)
{
    static const char *const forms[] = { "log_linear", "maximum", "constant" };

    put(self, "throughput");
    open_map(self, YAML_BLOCK_MAPPING_STYLE);
    put_text(self, "form", forms[spec->form]);
    if (spec->form == JC_THROUGHPUT_CONSTANT) {
        put_value(self, "tokens_per_s", &spec->tokens_per_s);
    } else {
        put_text(self, "model", spec->model);
        put_text(self, "precision", spec->precision);
    }
    if (spec->form == JC_THROUGHPUT_LOG_LINEAR) {
        if (isfinite(spec->cap_tokens_per_s)) {
            put_pair(self, "cap", spec->cap_tokens_per_s);
        } else {
            put_text(self, "cap", isnan(spec->cap_tokens_per_s) ? "observed" : "none");
        }
    }
    if (isfinite(spec->prefill_speedup)) {
        put_pair(self, "prefill_speedup", spec->prefill_speedup);
    } else {
        put_text(self, "prefill_speedup", "none");
    }
    if (spec->form != JC_THROUGHPUT_CONSTANT) {
        put_measurements(self, &spec->measurements);
    }
    close_map(self);
}

static void
put_case(struct writer *self, const struct jc_case *item)
{
    put(self, item->name);
    open_map(self, YAML_BLOCK_MAPPING_STYLE);
    put_text(self, "label", item->label);
    put(self, "workload");
    open_map(self, YAML_BLOCK_MAPPING_STYLE);
    put_value(self, "input_tokens", &item->input_tokens);
    put_value(self, "output_tokens", &item->output_tokens);
    close_map(self);
    put_throughput(self, &item->throughput);
    put(self, "node");
    open_map(self, YAML_BLOCK_MAPPING_STYLE);
    put_value(self, "power", &item->node_power_kw);
    if (item->power.form == JC_POWER_INDEPENDENT) {
        put_value(self, "power_utilization", &item->power.utilization);
    } else {
        put(self, "power_utilization");
        open_map(self, YAML_FLOW_MAPPING_STYLE);
        put(self, "from_throughput");
        open_map(self, YAML_FLOW_MAPPING_STYLE);
        put_pair(self, "intercept", item->power.intercept);
        put_pair(self, "slope", item->power.slope);
        close_map(self);
        close_map(self);
    }
    close_map(self);
    put(self, "hosting");
    open_map(self, YAML_BLOCK_MAPPING_STYLE);
    put_value(self, "pue", &item->pue);
    close_map(self);
    close_map(self);
}

static void
put_pathways(struct writer *self, const struct jc_scenario *scenario)
{
    const struct jc_pathway *pathway;

    put(self, "pathways");
    open_map(self, YAML_BLOCK_MAPPING_STYLE);
    for (size_t i = 0; i < scenario->n_pathways; i++) {
        pathway = &scenario->pathways[i];
        put(self, pathway->name);
        open_map(self, YAML_BLOCK_MAPPING_STYLE);
        put_text(self, "label", pathway->label);
        if (pathway->n_combined == 0) {
            put_value(self, "divide_by", &pathway->divide_by);
        } else {
            put(self, "combine");
            open_list(self, YAML_FLOW_SEQUENCE_STYLE);
            for (size_t j = 0; j < pathway->n_combined; j++) {
                put(self, scenario->pathways[pathway->combined_index[j]].name);
            }
            close_list(self);
        }
        close_map(self);
    }
    close_map(self);
}

static void
put_trims(struct writer *self, const char *key, const struct jc_trims *trims)
{
    put(self, key);
    open_list(self, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t i = 0; i < trims->n_stages; i++) {
        open_list(self, YAML_FLOW_SEQUENCE_STYLE);
        put_number(self, trims->stage[i].low);
        put_number(self, trims->stage[i].high);
        close_list(self);
    }
    close_list(self);
}

static void
put_blend(struct writer *self, const struct jc_scenario *scenario, const struct jc_blend *blend)
{
    put(self, blend->name);
    open_map(self, YAML_BLOCK_MAPPING_STYLE);
    put_text(self, "label", blend->label);
    put(self, "cases");
    open_map(self, YAML_FLOW_MAPPING_STYLE);
    for (size_t i = 0; i < blend->n_cases; i++) {
        put_pair(self, scenario->cases[blend->case_index[i]].name, blend->weight[i]);
    }
    close_map(self);
    put_trims(self, "trim", &blend->trim);
    put(self, "pathways");
    open_list(self, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t i = 0; i < blend->n_pathways; i++) {
        put(self, scenario->pathways[blend->pathway_index[i]].name);
    }
    close_list(self);
    put_trims(self, "trim_pathways", &blend->trim_pathways);
    close_map(self);
}

static void
put_settings(struct writer *self, const struct jc_scenario *scenario)
{
    char number[32];

    (void) snprintf(number, sizeof(number), "%d", JC_SCENARIO_LANGUAGE);
    put_text(self, "joulecast", number);
    put_text(self, "name", scenario->name);
    put_text(self, "title", scenario->title);
    put_text(self, "description", scenario->description);
    put_text(self, "source", scenario->source);
    (void) snprintf(number, sizeof(number), "%llu", (unsigned long long) scenario->seed);
    put_text(self, "seed", number);
    (void) snprintf(number, sizeof(number), "%llu", (unsigned long long) scenario->queries);
    put_text(self, "queries", number);
    put(self, "store");
    open_list(self, YAML_FLOW_SEQUENCE_STYLE);
    for (int i = 0; i < JC_QUANTITIES; i++) {
        if (scenario->store[i]) {
            put(self, jc_quantity_info((enum jc_quantity) i)->name);
        }
    }
    close_list(self);
    put_numbers(self, "quantiles", scenario->n_quantiles, scenario->quantile);
}

static void
put_scenario(struct writer *self, const struct jc_scenario *scenario)
{
    open_map(self, YAML_BLOCK_MAPPING_STYLE);
    put_settings(self, scenario);
    put(self, "cases");
    open_map(self, YAML_BLOCK_MAPPING_STYLE);
    for (size_t i = 0; i < scenario->n_cases; i++) {
        put_case(self, &scenario->cases[i]);
    }
    close_map(self);
    if (scenario->n_pathways > 0) {
        put_pathways(self, scenario);
    }
    if (scenario->n_blends > 0) {
        put(self, "blends");
        open_map(self, YAML_BLOCK_MAPPING_STYLE);
        for (size_t i = 0; i < scenario->n_blends; i++) {
            put_blend(self, scenario, &scenario->blends[i]);
        }
        close_map(self);
    }
    close_map(self);
}

int
jc_scenario_write(const struct jc_scenario *self, struct jc_text *text, struct jc_error *error)
{
    struct writer writer = { .text = text, .error = error };
    yaml_event_t event;
    int made;

    if (!yaml_emitter_initialize(&writer.yaml)) {
        return jc_fail_memory(error);
    }
    yaml_emitter_set_output(&writer.yaml, take, &writer);
    yaml_emitter_set_width(&writer.yaml, -1);
    yaml_emitter_set_unicode(&writer.yaml, 1);
    made = yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
    emit(&writer, &event, made);
    made = yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1);
    emit(&writer, &event, made);
    put_scenario(&writer, self);
    made = yaml_document_end_event_initialize(&event, 1);
    emit(&writer, &event, made);
    made = yaml_stream_end_event_initialize(&event);
    emit(&writer, &event, made);
    yaml_emitter_delete(&writer.yaml);
    return writer.ret;
}
