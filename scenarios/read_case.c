#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

/* Items that a case has from what it is like, or from the defaults, are older than any of its own. */
#define OLDER_LIKE 16
#define OLDER_DEFAULTS 1024
#define LIKE_DEPTH 8

static const struct jc_range tokens = { JC_TOKENS, false, 1e9 };
static const struct jc_range power = { JC_POWER, true, 1e9 };
static const struct jc_range utilization = { JC_FRACTION, false, 1e9 };
static const struct jc_range pue = { JC_FRACTION, true, 1e9 };

static const char *const workload_names[] = { "input_tokens", "output_tokens", NULL };
static const char *const node_names[] = { "power", "power_utilization", NULL };
static const char *const hosting_names[] = { "pue", NULL };

/* What a case must have, its own or from the defaults. */
static const struct {
    const char *section;
    const char *key;
    const char *example;
} required[] = {
    { "workload", "input_tokens", "workload: {input_tokens: 500}" },
    { "workload", "output_tokens", "workload: {output_tokens: {exponential: {median: 300}}}" },
    { "throughput", "form", JC_THROUGHPUT_EXAMPLE },
    { "node", "power", "node: {power: 10.2 kW}" },
    { "node", "power_utilization", "node: {power_utilization: 0.6}" },
    { "hosting", "pue", "hosting: {pue: 1.2}" },
};

static int
resolve(struct jc_reader *reader, const struct jc_field *field, int levels, int depth,
    const struct jc_tree_node **node, struct jc_error *error)
{
    const struct jc_tree_item like_itself = { .key = "like" };
    const struct jc_tree_item its_label = { .key = "label" };
    const struct jc_field *section = field->parent;
    struct jc_field like = jc_field_get(field, "like");
    const struct jc_tree_node *base;
    struct jc_field other;
    int ret;

    *node = field->node;
    if (like.node == NULL) {
        return 0;
    }
    ret = jc_field_scalar(&like, "a name", error);
    if (ret != 0) {
        return ret;
    }
    other = jc_field_get(section, like.node->text);
    if (other.node == NULL) {
        return jc_field_fail(&like, error, "'%s' is not in %s", jc_show(like.node->text).text,
            section->key);
    }
    if (depth == LIKE_DEPTH) {
        return jc_field_fail(&like, error, "like itself, or like more than %d in a row",
            LIKE_DEPTH);
    }
    ret = resolve(reader, &other, levels, depth + 1, &base, error);
    if (ret == 0) {
        ret = jc_tree_with(&reader->pool, base, &its_label, &base, error);
    }
    if (ret == 0) {
        ret = jc_tree_with(&reader->pool, field->node, &like_itself, node, error);
    }
    if (ret == 0) {
        ret = jc_tree_merge(&reader->pool, base, *node, levels, OLDER_LIKE, node, error);
    }
    return ret;
}

int
jc_resolve_like(struct jc_reader *reader, struct jc_field *field, int levels,
    struct jc_error *error)
{
    return resolve(reader, field, levels, 0, &field->node, error);
}

/* The value at section.key, when it is there. */
static int
read_value(struct jc_reader *reader, const struct jc_field *field, const char *section,
    const char *key, const struct jc_range *range, struct jc_distribution *self,
    struct jc_error *error)
{
    struct jc_field above = jc_field_get(field, section);
    struct jc_field value = jc_field_get(&above, key);

    return value.node == NULL ? 0 : jc_read_value(reader, &value, range, self, error);
}

/* A share of rated power, 0 to 1. */
static int
read_share(const struct jc_field *field, const char *key, double *value, struct jc_error *error)
{
    struct jc_field share = jc_field_get(field, key);
    int ret;

    if (share.node == NULL) {
        return jc_field_fail(field, error,
            "%s is missing, for example {intercept: 0.24, slope: 0.56}", key);
    }
    ret = jc_field_number(&share, JC_FRACTION, value, error);
    if (ret == 0 && !(*value >= 0 && *value <= 1)) {
        ret = jc_field_fail(&share, error, "%s found, must be from 0 to 1",
            jc_show(share.node->text).text);
    }
    return ret;
}

static int
read_power(struct jc_reader *reader, const struct jc_field *field, struct jc_power_spec *self,
    struct jc_error *error)
{
    static const char *const names[] = { "from_throughput", NULL };
    static const char *const line_names[] = { "intercept", "slope", NULL };
    struct jc_field node = jc_field_get(field, "node");
    struct jc_field value = jc_field_get(&node, "power_utilization");
    struct jc_field line = jc_field_get(&value, "from_throughput");
    int ret;

    if (line.node == NULL) {
        return value.node == NULL
            ? 0
            : jc_read_value(reader, &value, &utilization, &self->utilization, error);
    }
    self->form = JC_POWER_FROM_THROUGHPUT;
    ret = jc_field_section(&value, names, error);
    if (ret == 0) {
        ret = jc_field_section(&line, line_names, error);
    }
    if (ret == 0) {
        ret = read_share(&line, "intercept", &self->intercept, error);
    }
    return ret == 0 ? read_share(&line, "slope", &self->slope, error) : ret;
}

static int
check_section(const struct jc_field *field, const char *section, const char *const *names,
    struct jc_error *error)
{
    struct jc_field part = jc_field_get(field, section);

    return part.node == NULL ? 0 : jc_field_section(&part, names, error);
}

/* All of a case or of the defaults but the names. */
static int
read_sections(struct jc_reader *reader, const struct jc_field *field, bool complete,
    struct jc_case *self, struct jc_error *error)
{
    struct jc_field throughput = jc_field_get(field, "throughput");
    int ret;

    if ((ret = check_section(field, "workload", workload_names, error)) != 0
        || (ret = check_section(field, "node", node_names, error)) != 0
        || (ret = check_section(field, "hosting", hosting_names, error)) != 0) {
        return ret;
    }
    ret =
        read_value(reader, field, "workload", "input_tokens", &tokens, &self->input_tokens, error);
    if (ret == 0) {
        ret = read_value(reader, field, "workload", "output_tokens", &tokens, &self->output_tokens,
            error);
    }
    if (ret == 0 && throughput.node != NULL) {
        ret = jc_read_throughput(reader, &throughput, complete, &self->throughput, error);
    }
    if (ret == 0) {
        ret = read_value(reader, field, "node", "power", &power, &self->node_power_kw, error);
    }
    if (ret == 0) {
        ret = read_power(reader, field, &self->power, error);
    }
    return ret == 0 ? read_value(reader, field, "hosting", "pue", &pue, &self->pue, error) : ret;
}

static void
init_case(struct jc_case *self)
{
    *self = (struct jc_case){ .input_tokens = jc_distribution_constant(0),
        .output_tokens = jc_distribution_constant(0),
        .throughput = { .tokens_per_s = jc_distribution_constant(0),
            .cap_tokens_per_s = NAN,
            .prefill_speedup = INFINITY },
        .node_power_kw = jc_distribution_constant(0),
        .power = { .utilization = jc_distribution_constant(0) },
        .pue = jc_distribution_constant(0) };
}

void
jc_case_free(struct jc_case *self)
{
    free(self->name);
    free(self->label);
    jc_distribution_free(&self->input_tokens);
    jc_distribution_free(&self->output_tokens);
    free(self->throughput.table);
    free(self->throughput.model);
    free(self->throughput.precision);
    jc_measurements_free(&self->throughput.measurements);
    jc_distribution_free(&self->throughput.tokens_per_s);
    jc_distribution_free(&self->node_power_kw);
    jc_distribution_free(&self->power.utilization);
    jc_distribution_free(&self->pue);
}

static int
check_required(const struct jc_field *field, struct jc_error *error)
{
    struct jc_field section;

    for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
        section = jc_field_get(field, required[i].section);
        if (jc_field_get(&section, required[i].key).node == NULL) {
            return jc_field_fail_key(field, error, "%s.%s is missing, for example %s",
                required[i].section, required[i].key, required[i].example);
        }
    }
    return 0;
}

/* Power that follows throughput needs a largest throughput to follow. */
static int
check_power(const struct jc_field *field, const struct jc_case *self, struct jc_error *error)
{
    struct jc_field node = jc_field_get(field, "node");
    struct jc_field value = jc_field_get(&node, "power_utilization");

    if (self->power.form == JC_POWER_FROM_THROUGHPUT
        && self->throughput.form == JC_THROUGHPUT_CONSTANT
        && self->throughput.tokens_per_s.kind != JC_CONSTANT) {
        return jc_field_fail(&value, error,
            "from_throughput needs a largest throughput: measurements, or a number in "
            "tokens_per_s");
    }
    return 0;
}

/* A case whose defaults are below its own keys. */
static int
read_case(struct jc_reader *reader, const struct jc_field *field, struct jc_case *self,
    struct jc_error *error)
{
    static const char *const names[] = { "label", "workload", "throughput", "node", "hosting",
        "like", NULL };
    struct jc_field label = jc_field_get(field, "label");
    int ret = jc_field_section(field, names, error);

    if (ret == 0) {
        ret = jc_field_name(field, error);
    }
    if (ret == 0) {
        ret = jc_string_set(&self->name, field->key, error);
    }
    if (ret == 0) {
        ret = label.node == NULL ? jc_string_set(&self->label, field->key, error)
                                 : jc_field_text(&label, &self->label, error);
    }
    if (ret == 0) {
        ret = read_sections(reader, field, true, self, error);
    }
    if (ret == 0) {
        ret = check_required(field, error);
    }
    return ret == 0 ? check_power(field, self, error) : ret;
}

/* The defaults are read into a case that is thrown away: their errors are theirs. */
static int
check_defaults(struct jc_reader *reader, const struct jc_field *field, struct jc_error *error)
{
    static const char *const names[] = { "workload", "throughput", "node", "hosting", NULL };
    struct jc_case unused;
    int ret = jc_field_section(field, names, error);

    if (ret == 0) {
        init_case(&unused);
        ret = read_sections(reader, field, false, &unused, error);
        jc_case_free(&unused);
    }
    return ret;
}

/* Puts what a case is like, and then the defaults, below its own keys. */
static int
complete_case(struct jc_reader *reader, struct jc_field *field, const struct jc_field *defaults,
    size_t *n_nodes, struct jc_error *error)
{
    int ret = jc_resolve_like(reader, field, 2, error);

    if (ret == 0 && defaults->node != NULL) {
        ret = jc_tree_merge(&reader->pool, defaults->node, field->node, 2, OLDER_DEFAULTS,
            &field->node, error);
    }
    *n_nodes += field->node->size;
    if (ret == 0 && *n_nodes > JC_TREE_NODES) {
        ret = jc_field_fail_key(field, error,
            "too large: more than 1000000 values in all cases, defaults included");
    }
    return ret;
}

int
jc_read_cases(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error)
{
    struct jc_scenario *scenario = reader->scenario;
    struct jc_field defaults = jc_field_get(root, "defaults");
    struct jc_field cases = jc_field_get(root, "cases");
    const struct jc_tree_item *item;
    struct jc_field field;
    size_t n_nodes = 0;
    int ret = 0;

    if (defaults.node != NULL) {
        ret = check_defaults(reader, &defaults, error);
    }
    if (ret == 0 && cases.node != NULL) {
        ret = jc_field_map(&cases, error);
    }
    if (ret != 0) {
        return ret;
    }
    if (cases.node == NULL || cases.node->n_items == 0) {
        return jc_field_fail(root, error, "cases is missing, a scenario has at least one case");
    }
    scenario->cases = calloc(cases.node->n_items, sizeof(*scenario->cases));
    if (scenario->cases == NULL) {
        return jc_fail_memory(error);
    }
    for (item = cases.node->first; item != NULL && ret == 0; item = item->next) {
        field = jc_field_item(&cases, item, 0);
        init_case(&scenario->cases[scenario->n_cases]);
        ret = complete_case(reader, &field, &defaults, &n_nodes, error);
        if (ret == 0) {
            ret = read_case(reader, &field, &scenario->cases[scenario->n_cases++], error);
        }
    }
    return ret;
}
