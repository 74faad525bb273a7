#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

/* Items that a case has from what it is like, or from the defaults, are older than any of its own. */
#define OLDER_LIKE 16
#define OLDER_DEFAULTS 1024
#define LIKE_DEPTH 8

static const struct jc_range power = { JC_POWER, true, 1e9 };

static const char *const node_names[] = { "power", "power_utilization", "gpus", NULL };

/* What a case must have, its own or from the defaults; `otherwise` stands for it. */
static const struct {
    const char *section;
    const char *key;
    const char *otherwise;
    const char *example;
} required[] = {
    { "workload", "input_tokens", "empirical", "workload: {input_tokens: 500}" },
    { "workload", "output_tokens", "empirical",
        "workload: {output_tokens: {exponential: {median: 300}}}" },
    { "throughput", "form", "alternatives", JC_THROUGHPUT_EXAMPLE },
    { "node", "power", "power", "node: {power: 10.2 kW}" },
    { "node", "power_utilization", "power_utilization", "node: {power_utilization: 0.6}" },
    { "hosting", "pue", "host", "hosting: {pue: 1.2}" },
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

static int
check_section(const struct jc_field *field, const char *section, const char *const *names,
    struct jc_error *error)
{
    struct jc_field part = jc_field_get(field, section);

    return part.node == NULL ? 0 : jc_field_section(&part, names, error);
}

/* The accelerators that a form of throughput is about; NAN: it does not say. */
static double
gpus_of_form(const struct jc_throughput_spec *spec)
{
    switch (spec->form) {
        case JC_THROUGHPUT_MEASURED:
            return spec->configurations.n_rows > 0 ? spec->configurations.row[0].gpus : NAN;
        case JC_THROUGHPUT_ROOFLINE:
        case JC_THROUGHPUT_IDEAL:
            return spec->accelerators;
        default:
            return NAN;
    }
}

/* The accelerators of a node: what is said, or what the forms that are about some agree on. */
static int
read_gpus(const struct jc_field *field, struct jc_case *self, struct jc_error *error)
{
    struct jc_field node = jc_field_get(field, "node");
    struct jc_field gpus = jc_field_get(&node, "gpus");
    double of_form;

    if (gpus.node != NULL) {
        return jc_read_number_of(&node, "gpus", &self->gpus, error);
    }
    self->gpus = gpus_of_form(&self->throughput);
    for (size_t i = 0; i < self->n_alternatives; i++) {
        of_form = gpus_of_form(&self->alternatives[i].throughput);
        if (!isnan(of_form) && !isnan(self->gpus) && of_form != self->gpus) {
            self->gpus = NAN;
            return 0;
        }
        self->gpus = isnan(of_form) ? self->gpus : of_form;
    }
    return 0;
}

/* All of a case or of the defaults but the names. */
static int
read_sections(struct jc_reader *reader, const struct jc_field *field, bool complete,
    struct jc_case *self, struct jc_error *error)
{
    struct jc_field throughput = jc_field_get(field, "throughput");
    struct jc_field alternatives = jc_field_get(&throughput, "alternatives");
    struct jc_field form = jc_field_get(&throughput, "form");
    int ret;

    if ((ret = check_section(field, "node", node_names, error)) != 0
        || (ret = jc_read_workload(reader, field, self, error)) != 0) {
        return ret;
    }
    if (complete && alternatives.node != NULL && !jc_field_is_over(&form, &alternatives)) {
        ret = jc_read_alternatives(reader, &throughput, self, error);
    } else if (throughput.node != NULL) {
        ret = jc_read_throughput(reader, &throughput, complete, &self->throughput, error);
    }
    ret = ret != 0
        ? ret
        : read_value(reader, field, "node", "power", &power, &self->node_power_kw, error);
    ret = ret != 0 ? ret : jc_read_power(reader, field, &self->power, error);
    ret = ret != 0 ? ret : read_gpus(field, self, error);
    ret = ret != 0 ? ret : jc_read_hosting(reader, field, self, error);
    ret = ret != 0 ? ret : jc_read_interventions(reader, field, self, error);
    ret = ret != 0 ? ret : jc_read_correlations(field, self, error);
    return ret != 0 ? ret : jc_read_tags(field, self, error);
}

static void
init_case(struct jc_case *self)
{
    *self = (struct jc_case){ .input_tokens = jc_distribution_constant(0),
        .output_tokens = jc_distribution_constant(0),
        .batch = { .size = jc_distribution_constant(0) },
        .throughput = jc_throughput_spec_new(),
        .node_power_kw = jc_distribution_constant(0),
        .power = { .utilization = jc_distribution_constant(0) },
        .gpus = NAN,
        .pue = jc_distribution_constant(0) };
    for (int i = 0; i < JC_FOOTPRINT_INPUTS; i++) {
        self->footprint.value[i] = jc_distribution_constant(0);
    }
}

void
jc_case_free(struct jc_case *self)
{
    free(self->name);
    free(self->label);
    jc_tags_free(self->tags, self->n_tags);
    jc_distribution_free(&self->input_tokens);
    jc_distribution_free(&self->output_tokens);
    jc_empirical_free(&self->joint);
    jc_distribution_free(&self->batch.size);
    jc_architecture_free(&self->batch.architecture);
    jc_accelerator_free(&self->batch.accelerator);
    jc_throughput_spec_free(&self->throughput);
    for (size_t i = 0; i < self->n_alternatives; i++) {
        jc_throughput_spec_free(&self->alternatives[i].throughput);
    }
    free(self->alternatives);
    jc_service_class_free(&self->power.service_class);
    jc_distribution_free(&self->node_power_kw);
    jc_distribution_free(&self->power.utilization);
    jc_distribution_free(&self->pue);
    for (int i = 0; i < JC_FOOTPRINT_INPUTS; i++) {
        jc_distribution_free(&self->footprint.value[i]);
    }
    for (size_t i = 0; i < self->n_interventions; i++) {
        jc_intervention_free(&self->interventions[i]);
    }
    free(self->interventions);
    free(self->correlations);
}

static int
check_required(const struct jc_field *field, struct jc_error *error)
{
    struct jc_field section;

    for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
        section = jc_field_get(field, required[i].section);
        if (jc_field_get(&section, required[i].key).node == NULL
            && jc_field_get(&section, required[i].otherwise).node == NULL) {
            return jc_field_fail_key(field, error, "%s.%s is missing, for example %s",
                required[i].section, required[i].key, required[i].example);
        }
    }
    return 0;
}

/* A model that depends on the batch size needs one. */
static int
check_batch(const struct jc_field *field, const struct jc_case *self, struct jc_error *error)
{
    const enum jc_throughput_form form = self->throughput.form;
    bool needed = form == JC_THROUGHPUT_MEASURED || form == JC_THROUGHPUT_ROOFLINE;

    for (size_t i = 0; i < self->n_interventions; i++) {
        needed |= !isnan(self->interventions[i].batch_size[0]);
    }
    if (needed && self->batch.form == JC_BATCH_NONE) {
        return jc_field_fail_key(field, error,
            "workload.batch_size is missing, for example workload: {batch_size: 32}; throughput or "
            "an intervention depends on it");
    }
    return 0;
}

/* What serving needs, with every form that the throughput may have. */
static int
check_forms(const struct jc_field *field, const struct jc_case *self, struct jc_error *error)
{
    struct jc_case form = *self;
    size_t k = 0;
    int ret;

    do {
        if (self->n_alternatives > 0) {
            form.throughput = self->alternatives[k].throughput;
        }
        ret = jc_check_power(field, &form, error);
        ret = ret != 0 ? ret : check_batch(field, &form, error);
    } while (ret == 0 && ++k < self->n_alternatives);
    return ret;
}

/* A case whose defaults are below its own keys. */
static int
read_case(struct jc_reader *reader, const struct jc_field *field, struct jc_case *self,
    struct jc_error *error)
{
    static const char *const names[] = { "label", "workload", "throughput", "node", "hosting",
        "interventions", "correlations", "tags", "like", NULL };
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
    return ret != 0 ? ret : check_forms(field, self, error);
}

/* The defaults are read into a case that is thrown away: their errors are theirs. */
static int
check_defaults(struct jc_reader *reader, const struct jc_field *field, struct jc_error *error)
{
    static const char *const names[] = { "workload", "throughput", "node", "hosting",
        "interventions", "correlations", "tags", NULL };
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
