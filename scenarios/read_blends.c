#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

static const struct jc_range divider = { JC_NUMBER, true, 1e9 };

/* The label of an item, or its name when it has none. */
static int
read_names(const struct jc_field *field, char **name, char **label, struct jc_error *error)
{
    struct jc_field own = jc_field_get(field, "label");
    int ret = jc_field_name(field, error);

    if (ret == 0) {
        ret = jc_string_set(name, field->key, error);
    }
    if (ret == 0) {
        ret = own.node == NULL ? jc_string_set(label, field->key, error)
                               : jc_field_text(&own, label, error);
    }
    return ret;
}

/* The place in `section`, which is all of the scenario's, of the name that `word` gives. */
static int
find_name(const struct jc_field *field, const char *word, const struct jc_field *section,
    size_t *index, struct jc_error *error)
{
    const char *names[33] = { NULL };
    const struct jc_tree_item *item = section->node == NULL ? NULL : section->node->first;
    char hint[512];

    for (*index = 0; item != NULL; item = item->next, ++*index) {
        if (strcmp(item->key, word) == 0) {
            return 0;
        }
        if (*index < 32) {
            names[*index] = item->key;
        }
    }
    if (names[0] == NULL) {
        return jc_field_fail_key(field, error, "there are no %s", section->key);
    }
    jc_suggest(hint, sizeof(hint), word, names);
    return jc_field_fail_key(field, error, "'%s' is not in %s%s", jc_show(word).text, section->key,
        hint);
}

static int
is_listed(const size_t *indices, size_t n, size_t index)
{
    for (size_t i = 0; i < n; i++) {
        if (indices[i] == index) {
            return 1;
        }
    }
    return 0;
}

/* The list of names (or the mapping of names to weights) at `field` becomes indices[n]. */
static int
read_indices(const struct jc_field *field, const struct jc_field *section, size_t *n,
    size_t **indices, struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field part;
    size_t index;
    int ret = field->node->kind == JC_TREE_MAP ? 0 : jc_field_list(field, error);

    if (ret != 0 || field->node->n_items == 0) {
        return ret;
    }
    *indices = calloc(field->node->n_items, sizeof(**indices));
    if (*indices == NULL) {
        return jc_fail_memory(error);
    }
    for (item = field->node->first; item != NULL && ret == 0; item = item->next) {
        part = jc_field_item(field, item, *n + 1);
        ret = item->key != NULL ? 0 : jc_field_scalar(&part, "a name", error);
        if (ret == 0) {
            ret = find_name(&part, item->key != NULL ? item->key : part.node->text, section, &index,
                error);
        }
        if (ret == 0 && is_listed(*indices, *n, index)) {
            ret = jc_field_fail_key(&part, error, "'%s' is there twice",
                jc_show(part.node->text).text);
        }
        if (ret == 0) {
            (*indices)[(*n)++] = index;
        }
    }
    return ret;
}

static int
read_pathway(struct jc_reader *reader, const struct jc_field *field, const struct jc_field *section,
    struct jc_pathway *self, struct jc_error *error)
{
    static const char *const names[] = { "label", "divide_by", "combine", "like", NULL };
    struct jc_field divide_by = jc_field_get(field, "divide_by");
    struct jc_field combine = jc_field_get(field, "combine");
    int ret = jc_field_section(field, names, error);

    if (ret == 0) {
        ret = read_names(field, &self->name, &self->label, error);
    }
    if (ret != 0) {
        return ret;
    }
    if (divide_by.node == NULL && combine.node == NULL) {
        return jc_field_fail_key(field, error,
            "divide_by is missing, for example divide_by: {lognormal: {p05: 1.5, p95: 5}}");
    }
    if (combine.node == NULL
        || (divide_by.node != NULL && divide_by.item->layer > combine.item->layer)) {
        return jc_read_value(reader, &divide_by, &divider, &self->divide_by, error);
    }
    if (divide_by.node != NULL && divide_by.item->layer == combine.item->layer) {
        return jc_field_fail_key(&combine, error, "divide_by and combine exclude each other");
    }
    ret = jc_field_list(&combine, error);
    if (ret == 0) {
        ret = read_indices(&combine, section, &self->n_combined, &self->combined_index, error);
    }
    if (ret == 0 && self->n_combined == 0) {
        ret = jc_field_fail(&combine, error, "the list is empty");
    }
    return ret;
}

/* A combination is of dividers, not of combinations. */
static int
check_combined(const struct jc_field *section, const struct jc_scenario *scenario,
    struct jc_error *error)
{
    const struct jc_tree_item *item = section->node->first;
    const struct jc_pathway *pathway;
    struct jc_field field;
    struct jc_field combine;

    for (size_t i = 0; i < scenario->n_pathways; i++, item = item->next) {
        pathway = &scenario->pathways[i];
        for (size_t j = 0; j < pathway->n_combined; j++) {
            if (scenario->pathways[pathway->combined_index[j]].n_combined > 0) {
                field = jc_field_item(section, item, 0);
                combine = jc_field_get(&field, "combine");
                combine = combine.node == NULL ? field : combine;
                return jc_field_fail(&combine, error, "'%s' is a combination itself",
                    scenario->pathways[pathway->combined_index[j]].name);
            }
        }
    }
    return 0;
}

int
jc_read_pathways(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error)
{
    struct jc_scenario *scenario = reader->scenario;
    struct jc_field section = jc_field_get(root, "pathways");
    const struct jc_tree_item *item;
    struct jc_pathway *pathway;
    struct jc_field field;
    int ret;

    if (section.node == NULL) {
        return 0;
    }
    ret = jc_field_map(&section, error);
    if (ret != 0 || section.node->n_items == 0) {
        return ret;
    }
    scenario->pathways = calloc(section.node->n_items, sizeof(*scenario->pathways));
    if (scenario->pathways == NULL) {
        return jc_fail_memory(error);
    }
    for (item = section.node->first; item != NULL && ret == 0; item = item->next) {
        field = jc_field_item(&section, item, 0);
        pathway = &scenario->pathways[scenario->n_pathways++];
        pathway->divide_by = jc_distribution_constant(1);
        ret = jc_resolve_like(reader, &field, 1, error);
        if (ret == 0) {
            ret = read_pathway(reader, &field, &section, pathway, error);
        }
    }
    return ret == 0 ? check_combined(&section, scenario, error) : ret;
}

/* One [low, high]. */
static int
read_stage(const struct jc_field *field, struct jc_trim *self, struct jc_error *error)
{
    struct jc_field low;
    struct jc_field high;
    int ret = jc_field_list(field, error);

    if (ret != 0) {
        return ret;
    }
    if (field->node->n_items != 2) {
        return jc_field_fail(field, error, "expected [low, high], for example [5 %%, 95 %%]");
    }
    low = jc_field_item(field, field->node->first, 1);
    high = jc_field_item(field, field->node->last, 2);
    ret = jc_field_number(&low, JC_FRACTION, &self->low, error);
    if (ret == 0) {
        ret = jc_field_number(&high, JC_FRACTION, &self->high, error);
    }
    if (ret == 0 && !(self->low >= 0 && self->low < self->high && self->high <= 1)) {
        ret = jc_field_fail(field, error, "[%s, %s] found, expected 0 <= low < high <= 1",
            jc_show(low.node->text).text, jc_show(high.node->text).text);
    }
    return ret;
}

static int
read_trims(const struct jc_field *field, struct jc_trims *self, struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field stage;
    int ret;

    if (field->node == NULL) {
        return 0;
    }
    ret = jc_field_list(field, error);
    if (ret != 0 || field->node->n_items == 0) {
        return ret;
    }
    self->stage = calloc(field->node->n_items, sizeof(*self->stage));
    if (self->stage == NULL) {
        return jc_fail_memory(error);
    }
    for (item = field->node->first; item != NULL && ret == 0; item = item->next) {
        stage = jc_field_item(field, item, self->n_stages + 1);
        ret = read_stage(&stage, &self->stage[self->n_stages++], error);
    }
    return ret;
}

/* The cases of a blend with their weights. */
static int
read_members(const struct jc_field *field, const struct jc_field *cases, struct jc_blend *self,
    struct jc_error *error)
{
    const struct jc_tree_item *item = field->node->first;
    struct jc_field weight;
    int ret = read_indices(field, cases, &self->n_cases, &self->case_index, error);

    if (ret == 0 && self->n_cases == 0) {
        ret = jc_field_fail(field, error, "a blend has at least one case");
    }
    if (ret != 0) {
        return ret;
    }
    self->weight = calloc(self->n_cases, sizeof(*self->weight));
    if (self->weight == NULL) {
        return jc_fail_memory(error);
    }
    for (size_t i = 0; i < self->n_cases && ret == 0; i++, item = item->next) {
        self->weight[i] = 1;
        weight = jc_field_item(field, item, i + 1);
        if (item->key != NULL) {
            ret = jc_field_number(&weight, JC_FRACTION, &self->weight[i], error);
        }
        if (ret == 0 && !(self->weight[i] > 0)) {
            ret = jc_field_fail(&weight, error, "the weight %s must be greater than 0",
                jc_show(weight.node->text).text);
        }
    }
    return ret;
}

static int
read_blend(const struct jc_field *field, const struct jc_field *root, struct jc_blend *self,
    struct jc_error *error)
{
    static const char *const names[] = { "label", "cases", "trim", "pathways", "trim_pathways",
        "like", NULL };
    struct jc_field all_cases = jc_field_get(root, "cases");
    struct jc_field all_pathways = jc_field_get(root, "pathways");
    struct jc_field cases = jc_field_get(field, "cases");
    struct jc_field trim = jc_field_get(field, "trim");
    struct jc_field pathways = jc_field_get(field, "pathways");
    struct jc_field trim_pathways = jc_field_get(field, "trim_pathways");
    int ret = jc_field_section(field, names, error);

    if (ret == 0) {
        ret = read_names(field, &self->name, &self->label, error);
    }
    if (ret == 0 && cases.node == NULL) {
        ret = jc_field_fail_key(field, error, "cases is missing, for example cases: [%s]",
            all_cases.node->first->key);
    }
    if (ret == 0) {
        ret = read_members(&cases, &all_cases, self, error);
    }
    if (ret == 0) {
        ret = read_trims(&trim, &self->trim, error);
    }
    if (ret == 0 && pathways.node != NULL) {
        ret = jc_field_list(&pathways, error);
        if (ret == 0) {
            ret = read_indices(&pathways, &all_pathways, &self->n_pathways, &self->pathway_index,
                error);
        }
    }
    return ret == 0 ? read_trims(&trim_pathways, &self->trim_pathways, error) : ret;
}

int
jc_read_blends(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error)
{
    struct jc_scenario *scenario = reader->scenario;
    struct jc_field section = jc_field_get(root, "blends");
    const struct jc_tree_item *item;
    struct jc_field field;
    int ret;

    if (section.node == NULL) {
        return 0;
    }
    ret = jc_field_map(&section, error);
    if (ret != 0 || section.node->n_items == 0) {
        return ret;
    }
    scenario->blends = calloc(section.node->n_items, sizeof(*scenario->blends));
    if (scenario->blends == NULL) {
        return jc_fail_memory(error);
    }
    for (item = section.node->first; item != NULL && ret == 0; item = item->next) {
        field = jc_field_item(&section, item, 0);
        ret = jc_resolve_like(reader, &field, 1, error);
        if (ret == 0) {
            ret = read_blend(&field, root, &scenario->blends[scenario->n_blends++], error);
        }
    }
    return ret;
}
