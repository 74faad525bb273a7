/*
 * Overheads and interventions of a fleet: named factors of the energy of its queries.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

static const struct jc_range factor_range = { JC_NUMBER, true, 1e9 };
static const struct jc_range adoption_range = { JC_FRACTION, false, 1 };

static int
read_names(const struct jc_field *field, struct jc_fleet_factor *self, struct jc_error *error)
{
    struct jc_field node_time = jc_field_get(field, "node_time");
    int ret = jc_field_name(field, error);

    ret = ret != 0 ? ret : jc_string_set(&self->name, field->key, error);
    ret = ret != 0 ? ret : jc_read_text(field, "label", &self->label, error);
    if (ret == 0 && self->label == NULL) {
        ret = jc_string_set(&self->label, field->key, error);
    }
    ret = ret != 0 ? ret : jc_read_text(field, "source", &self->source, error);
    return ret == 0 && node_time.node != NULL ? jc_field_bool(&node_time, &self->node_time, error)
                                              : ret;
}

/* All regimes, or those of a list. */
static int
read_of(const struct jc_field *field, const struct jc_fleet *fleet, struct jc_fleet_factor *self,
    struct jc_error *error)
{
    struct jc_field of = jc_field_get(field, "of");
    const struct jc_tree_item *item;
    struct jc_field part;
    size_t index = 0;
    int ret = 0;

    self->applies = calloc(fleet->n_regimes + 1, sizeof(*self->applies));
    if (self->applies == NULL) {
        return jc_fail_memory(error);
    }
    for (size_t k = 0; of.node == NULL && k < fleet->n_regimes; k++) {
        self->applies[k] = true;
    }
    if (of.node == NULL) {
        return 0;
    }
    ret = jc_field_list(&of, error);
    for (item = of.node->first; ret == 0 && item != NULL; item = item->next) {
        size_t k = 0;

        part = jc_field_item(&of, item, ++index);
        ret = jc_field_scalar(&part, "a regime", error);
        while (ret == 0 && k < fleet->n_regimes
            && strcmp(fleet->regimes[k].name, part.node->text) != 0) {
            k++;
        }
        if (ret == 0 && k == fleet->n_regimes) {
            ret = jc_field_fail(&part, error, "'%s' is no regime of the fleet",
                jc_show(part.node->text).text);
        } else if (ret == 0) {
            self->applies[k] = true;
        }
    }
    return ret;
}

static int
read_overhead(struct jc_reader *reader, const struct jc_field *field, const struct jc_fleet *fleet,
    struct jc_fleet_factor *self, struct jc_error *error)
{
    static const char *const names[] = { "label", "factor", "source", "node_time", NULL };
    struct jc_field factor = jc_field_get(field, "factor");
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : read_names(field, self, error);
    if (ret == 0 && factor.node == NULL) {
        ret = jc_field_fail_key(field, error,
            "factor is missing, for example {factor: 1.1, source: where it was measured}");
    }
    ret = ret != 0 ? ret : jc_read_fleet_value(reader, &factor, &factor_range, &self->value, error);
    self->adoption = jc_distribution_constant(1);
    return ret != 0 ? ret : read_of(field, fleet, self, error);
}

static int
read_intervention(struct jc_reader *reader, const struct jc_field *field,
    const struct jc_fleet *fleet, struct jc_fleet_factor *self, struct jc_error *error)
{
    static const char *const names[] = { "label", "divide_by", "multiply_by", "adoption", "of",
        "source", "node_time", NULL };
    struct jc_field divide_by = jc_field_get(field, "divide_by");
    struct jc_field multiply_by = jc_field_get(field, "multiply_by");
    struct jc_field adoption = jc_field_get(field, "adoption");
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : read_names(field, self, error);
    if (ret == 0 && (divide_by.node == NULL) == (multiply_by.node == NULL)) {
        ret = jc_field_fail_key(field, error,
            "it has divide_by or multiply_by, for example {divide_by: {lognormal: {p05: 1.5, p95: "
            "3}}, adoption: 50 %%}");
    }
    self->divides = divide_by.node != NULL;
    ret = ret != 0 ? ret
                   : jc_read_value(reader, self->divides ? &divide_by : &multiply_by, &factor_range,
                       &self->value, error);
    self->adoption = jc_distribution_constant(1);
    if (ret == 0 && adoption.node != NULL) {
        ret = jc_read_fleet_value(reader, &adoption, &adoption_range, &self->adoption, error);
    }
    return ret != 0 ? ret : read_of(field, fleet, self, error);
}

/* Steps of a fleet are told apart by their names; the first of them is that of the queries alone. */
static int
check_name(const struct jc_field *field, const struct jc_fleet *fleet, struct jc_error *error)
{
    if (strcmp(field->key, "queries") == 0) {
        return jc_field_fail_key(field, error, "is the name of the step before all others");
    }
    for (size_t k = 0; k < fleet->n_factors; k++) {
        if (strcmp(fleet->factors[k].name, field->key) == 0) {
            return jc_field_fail_key(field, error, "is the name of an overhead, too");
        }
    }
    return 0;
}

/* No more of the queries can adopt something than there are. */
static int
check_adoption(const struct jc_field *field, const struct jc_fleet_factor *self,
    struct jc_error *error)
{
    struct jc_field adoption = jc_field_get(field, "adoption");
    double low, high;
    int ret = jc_value_ends(&self->adoption, &low, &high, error);

    if (ret == 0 && high > 1) {
        ret = jc_field_fail(&adoption, error,
            "can be drawn as high as %.4g, must be at most 1; give it a max:", high);
    }
    return ret;
}

int
jc_read_factors(struct jc_reader *reader, const struct jc_field *fleet, struct jc_fleet *self,
    struct jc_error *error)
{
    struct jc_field sections[2] = { jc_field_get(fleet, "overheads"),
        jc_field_get(fleet, "interventions") };
    const struct jc_tree_item *item;
    struct jc_field part;
    size_t room = 1;
    int ret = 0;

    for (size_t s = 0; s < 2; s++) {
        if (sections[s].node != NULL && jc_tree_is_null(sections[s].node)) {
            sections[s].node = NULL;
        }
        if (ret == 0 && sections[s].node != NULL) {
            ret = jc_field_map(&sections[s], error);
            room += sections[s].node->n_items;
        }
    }
    self->factors = ret == 0 ? calloc(room, sizeof(*self->factors)) : NULL;
    if (ret == 0 && self->factors == NULL) {
        ret = jc_fail_memory(error);
    }
    for (size_t s = 0; ret == 0 && s < 2; s++) {
        item = sections[s].node == NULL ? NULL : sections[s].node->first;
        for (; ret == 0 && item != NULL; item = item->next) {
            struct jc_fleet_factor *factor = &self->factors[self->n_factors];

            part = jc_field_item(&sections[s], item, 0);
            ret = check_name(&part, self, error);
            self->n_factors++;
            if (ret != 0) {
                return ret;
            }
            ret = s == 0 ? read_overhead(reader, &part, self, factor, error)
                         : read_intervention(reader, &part, self, factor, error);
            ret = ret != 0 ? ret : check_adoption(&part, factor, error);
            self->n_overheads += s == 0;
        }
    }
    return ret;
}
