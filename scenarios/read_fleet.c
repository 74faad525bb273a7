#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

#define MOST_PEAK 1000

static const struct jc_range load_range = { JC_FRACTION, true, 1 };
static const struct jc_range peak_range = { JC_NUMBER, true, MOST_PEAK };

/* A plain number of a range, when it is there. */
static int
read_number(const struct jc_field *field, const char *key, const struct jc_range *range,
    double *value, struct jc_error *error)
{
    struct jc_field number = jc_field_get(field, key);
    struct jc_distribution constant;
    int ret = number.node == NULL ? 0 : jc_field_number(&number, range->dimension, value, error);

    constant = jc_distribution_constant(*value);
    return ret == 0 && number.node != NULL ? jc_check_range(&number, range, &constant, error) : ret;
}

static int
read_load(const struct jc_field *field, struct jc_fleet *self, struct jc_error *error)
{
    struct jc_field peak = jc_field_get(field, "peak_to_average");
    int ret;

    self->load = 1;
    self->peak_to_average = 1;
    ret = read_number(field, "load", &load_range, &self->load, error);
    ret = ret != 0
        ? ret
        : read_number(field, "peak_to_average", &peak_range, &self->peak_to_average, error);
    if (ret == 0 && self->peak_to_average < 1) {
        ret = jc_field_fail(&peak, error, "a peak is no less than the average, expected 1 or more");
    }
    return ret;
}

/* The name of an item, and its label, which is the name if it has none. */
static int
read_names(const struct jc_field *field, char **name, char **label, struct jc_error *error)
{
    int ret = jc_field_name(field, error);

    ret = ret != 0 ? ret : jc_string_set(name, field->key, error);
    ret = ret != 0 ? ret : jc_read_text(field, "label", label, error);
    return ret == 0 && *label == NULL ? jc_string_set(label, field->key, error) : ret;
}

static int
read_fleet(struct jc_reader *reader, const struct jc_field *field, struct jc_fleet *self,
    struct jc_error *error)
{
    static const char *const names[] = { "label", "cases", "mix", "demand", "overheads",
        "interventions", "load", "peak_to_average", "equivalences", "like", NULL };
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : read_names(field, &self->name, &self->label, error);
    ret = ret != 0 ? ret : jc_read_mix(reader, field, self, error);
    ret = ret != 0 ? ret : jc_read_demand(field, self, error);
    ret = ret != 0 ? ret : jc_read_factors(reader, field, self, error);
    ret = ret != 0 ? ret : read_load(field, self, error);
    return ret != 0 ? ret : jc_read_equivalences(reader, field, self, error);
}

static int
read_reference(const struct jc_field *field, struct jc_reference *self, struct jc_error *error)
{
    static const char *const names[] = { "label", "energy_per_query", "queries_per_day", "power",
        "load", "source", NULL };
    struct jc_field energy = jc_field_get(field, "energy_per_query");
    struct jc_field queries = jc_field_get(field, "queries_per_day");
    struct jc_field power = jc_field_get(field, "power");
    struct jc_field load = jc_field_get(field, "load");
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : read_names(field, &self->name, &self->label, error);
    ret = ret != 0 ? ret : jc_read_text(field, "source", &self->source, error);
    self->is_power = power.node != NULL;
    self->load = 1;
    if (ret == 0
        && (self->is_power ? energy.node != NULL || queries.node != NULL
                           : energy.node == NULL || queries.node == NULL || load.node != NULL)) {
        ret = jc_field_fail_key(field, error,
            "a reference is {energy_per_query: 0.3 Wh, queries_per_day: 1e9} or {power: 30 MW, "
            "load: 80 %%}");
    }
    if (ret == 0 && self->is_power) {
        ret = jc_read_positive(&power, JC_POWER, &self->power_kw, error);
        return ret != 0 ? ret : read_number(field, "load", &load_range, &self->load, error);
    }
    ret = ret != 0 ? ret : jc_read_positive(&energy, JC_ENERGY_OF_QUERY, &self->energy_wh, error);
    return ret != 0 ? ret : jc_read_positive(&queries, JC_NUMBER, &self->queries, error);
}

static int
read_waterfall(const struct jc_scenario *scenario, const struct jc_field *field,
    struct jc_waterfall *self, struct jc_error *error)
{
    static const char *const names[] = { "label", "steps", NULL };
    struct jc_field steps = jc_field_get(field, "steps");
    const struct jc_tree_item *item;
    struct jc_field part;
    size_t k;
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : read_names(field, &self->name, &self->label, error);
    if (ret == 0 && steps.node == NULL) {
        ret = jc_field_fail_key(field, error,
            "steps is missing, for example steps: [a, b], which are fleets");
    }
    ret = ret != 0 ? ret : jc_field_list(&steps, error);
    if (ret == 0 && steps.node->n_items < 2) {
        ret = jc_field_fail(&steps, error, "a waterfall has two fleets or more");
    }
    if (ret != 0) {
        return ret;
    }
    self->fleet_index = calloc(steps.node->n_items, sizeof(*self->fleet_index));
    if (self->fleet_index == NULL) {
        return jc_fail_memory(error);
    }
    for (item = steps.node->first; ret == 0 && item != NULL; item = item->next) {
        part = jc_field_item(&steps, item, self->n_steps + 1);
        ret = jc_field_scalar(&part, "a fleet", error);
        for (k = 0; ret == 0 && k < scenario->n_fleets
             && strcmp(scenario->fleets[k].name, part.node->text) != 0;
             k++) { }
        if (ret == 0 && k == scenario->n_fleets) {
            ret =
                jc_field_fail(&part, error, "'%s' is not in fleet", jc_show(part.node->text).text);
        }
        self->fleet_index[self->n_steps++] = k;
    }
    return ret;
}

/* *items becomes room for what a section has, none if it is not there. */
static int
begin_section(const struct jc_field *section, size_t size, void **items, struct jc_error *error)
{
    int ret;

    *items = NULL;
    if (section->node == NULL) {
        return 0;
    }
    ret = jc_field_map(section, error);
    if (ret == 0) {
        *items = calloc(section->node->n_items + 1, size);
        ret = *items == NULL ? jc_fail_memory(error) : 0;
    }
    return ret;
}

int
jc_read_fleets(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error)
{
    struct jc_scenario *scenario = reader->scenario;
    struct jc_field fleets = jc_field_get(root, "fleet");
    struct jc_field references = jc_field_get(root, "references");
    struct jc_field waterfalls = jc_field_get(root, "waterfall");
    const struct jc_tree_item *item;
    struct jc_field field;
    void *items;
    int ret = begin_section(&fleets, sizeof(*scenario->fleets), &items, error);

    scenario->fleets = items;
    for (item = items == NULL ? NULL : fleets.node->first; ret == 0 && item != NULL;
         item = item->next) {
        field = jc_field_item(&fleets, item, 0);
        ret = jc_resolve_like(reader, &field, 1, error);
        ret = ret != 0 ? ret
                       : read_fleet(reader, &field, &scenario->fleets[scenario->n_fleets++], error);
    }
    ret = ret != 0 ? ret : begin_section(&references, sizeof(*scenario->references), &items, error);
    scenario->references = ret == 0 ? items : NULL;
    for (item = ret != 0 || items == NULL ? NULL : references.node->first; ret == 0 && item != NULL;
         item = item->next) {
        field = jc_field_item(&references, item, 0);
        ret = read_reference(&field, &scenario->references[scenario->n_references++], error);
    }
    ret = ret != 0 ? ret : begin_section(&waterfalls, sizeof(*scenario->waterfalls), &items, error);
    scenario->waterfalls = ret == 0 ? items : NULL;
    for (item = ret != 0 || items == NULL ? NULL : waterfalls.node->first; ret == 0 && item != NULL;
         item = item->next) {
        field = jc_field_item(&waterfalls, item, 0);
        ret = read_waterfall(scenario, &field, &scenario->waterfalls[scenario->n_waterfalls++],
            error);
    }
    return ret;
}

void
jc_fleet_free(struct jc_fleet *self)
{
    size_t j, k;

    for (j = 0; j < self->n_regimes; j++) {
        jc_distribution_free(&self->regimes[j].share.value);
        for (k = 0; k < self->regimes[j].n_cases; k++) {
            jc_distribution_free(&self->regimes[j].case_share[k].value);
        }
        free(self->regimes[j].name);
        free(self->regimes[j].case_index);
        free(self->regimes[j].case_share);
    }
    for (j = 0; j < self->n_factors; j++) {
        jc_distribution_free(&self->factors[j].value);
        jc_distribution_free(&self->factors[j].adoption);
        free(self->factors[j].name);
        free(self->factors[j].label);
        free(self->factors[j].source);
        free(self->factors[j].applies);
    }
    for (j = 0; j < self->n_equivalences; j++) {
        jc_equivalence_free(&self->equivalences[j]);
    }
    free(self->name);
    free(self->label);
    free(self->regimes);
    free(self->factors);
    free(self->growth);
    free(self->equivalences);
}

void
jc_reference_free(struct jc_reference *self)
{
    free(self->name);
    free(self->label);
    free(self->source);
}

void
jc_waterfall_free(struct jc_waterfall *self)
{
    free(self->name);
    free(self->label);
    free(self->fleet_index);
}
