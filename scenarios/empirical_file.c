#include "scenarios/empirical_file.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "scenarios/units.h"

#define MOST_ROWS 9.0e18

static int
read_text(const struct jc_field *field, const char *key, char **text, struct jc_error *error)
{
    struct jc_field value = jc_field_get(field, key);

    return value.node == NULL ? 0 : jc_field_text(&value, text, error);
}

static int
read_count(const struct jc_field *field, const char *key, uint64_t *count, struct jc_error *error)
{
    struct jc_field value = jc_field_get(field, key);

    return value.node == NULL ? 0 : jc_field_count(&value, 0, (uint64_t) MOST_ROWS, count, error);
}

/* The numbers at a key, which must be there. */
static int
read_numbers(const struct jc_field *field, const char *key, size_t *n, double **numbers,
    struct jc_error *error)
{
    struct jc_field list = jc_field_get(field, key);

    *n = 0;
    if (list.node == NULL) {
        return jc_field_fail(field, error, "%s is missing, a list of numbers", key);
    }
    return jc_field_numbers(&list, JC_NUMBER, n, numbers, error);
}

static int
read_marginal(const struct jc_field *field, struct jc_marginal *self, struct jc_error *error)
{
    static const char *const names[] = { "values", "weights", NULL };
    size_t n_weights = 0;
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : jc_field_name(field, error);
    ret = ret != 0 ? ret : jc_string_set(&self->name, field->key, error);
    ret = ret != 0 ? ret : read_numbers(field, "values", &self->n_values, &self->value, error);
    ret = ret != 0 ? ret : read_numbers(field, "weights", &n_weights, &self->weight, error);
    if (ret == 0 && n_weights != self->n_values) {
        ret = jc_field_fail(field, error, "%zu values and %zu weights found, expected as many",
            self->n_values, n_weights);
    }
    return ret;
}

static int
read_marginals(const struct jc_field *field, struct jc_empirical *self, struct jc_error *error)
{
    struct jc_field variables = jc_field_get(field, "variables");
    const struct jc_tree_item *item;
    struct jc_field variable;
    int ret;

    if (variables.node == NULL) {
        return jc_field_fail(field, error,
            "variables is missing, for example variables: {output_tokens: {values: [1, 2], "
            "weights: [10, 5]}}");
    }
    ret = jc_field_map(&variables, error);
    if (ret != 0) {
        return ret;
    }
    self->marginal = calloc(variables.node->n_items + 1, sizeof(*self->marginal));
    if (self->marginal == NULL) {
        return jc_fail_memory(error);
    }
    for (item = variables.node->first; ret == 0 && item != NULL; item = item->next) {
        variable = jc_field_item(&variables, item, 0);
        ret = read_marginal(&variable, &self->marginal[self->n_marginals++], error);
    }
    return ret;
}

/* The indices of the two variables that `of` names. */
static int
read_pair(const struct jc_field *field, struct jc_empirical *self, struct jc_error *error)
{
    struct jc_field of = jc_field_get(field, "of");
    const struct jc_tree_item *item;
    struct jc_field name;
    size_t k = 0;
    int ret;

    if (of.node == NULL) {
        return jc_field_fail(field, error, "of is missing, a list of two variables");
    }
    ret = jc_field_list(&of, error);
    if (ret == 0 && of.node->n_items != 2) {
        ret = jc_field_fail(&of, error, "%zu variables found, expected two", of.node->n_items);
    }
    for (item = ret == 0 ? of.node->first : NULL; ret == 0 && item != NULL; item = item->next) {
        name = jc_field_item(&of, item, k + 1);
        ret = jc_field_scalar(&name, "the name of a variable", error);
        self->joint.variable[k] = ret == 0 ? jc_empirical_find(self, name.node->text) : 0;
        if (ret == 0 && self->joint.variable[k] == self->n_marginals) {
            ret = jc_field_fail(&name, error, "'%s' is not in variables",
                jc_show(name.node->text).text);
        }
        k++;
    }
    if (ret == 0 && self->joint.variable[0] == self->joint.variable[1]) {
        ret = jc_field_fail(&of, error, "the same variable twice");
    }
    return ret;
}

/* Where the classes of the k-th variable end: without a list, every value is a class. */
static int
read_classes(const struct jc_field *field, size_t k, struct jc_empirical *self,
    struct jc_error *error)
{
    static const char *const keys[] = { "first_classes", "second_classes" };
    struct jc_joint *joint = &self->joint;
    const size_t n_values = self->marginal[joint->variable[k]].n_values;
    struct jc_field list = jc_field_get(field, keys[k]);
    double *end = NULL;
    size_t n = n_values;
    size_t j;
    int ret = list.node == NULL ? 0 : read_numbers(field, keys[k], &n, &end, error);

    if (ret == 0) {
        joint->class_end[k] = calloc(n + 1, sizeof(*joint->class_end[k]));
        ret = joint->class_end[k] == NULL ? jc_fail_memory(error) : 0;
    }
    for (j = 0; ret == 0 && j < n; j++) {
        if (end != NULL
            && !(end[j] >= 1 && end[j] <= (double) n_values && end[j] == rint(end[j]))) {
            ret = jc_field_fail(&list, error, "class %zu ends at %g, expected 1 to %zu", j + 1,
                end[j], n_values);
        } else {
            joint->class_end[k][j] = end == NULL ? j + 1 : (size_t) end[j];
        }
    }
    joint->n_classes[k] = ret == 0 ? n : 0;
    free(end);
    return ret;
}

/* [first class, second class, weight], both from 1. */
static int
read_cell(const struct jc_field *field, const struct jc_joint *joint, struct jc_cell *cell,
    struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field number;
    double value[3];
    size_t k = 0;
    int ret = jc_field_list(field, error);

    if (ret == 0 && field->node->n_items != 3) {
        ret = jc_field_fail(field, error,
            "%zu numbers found, expected three: two classes and a weight", field->node->n_items);
    }
    for (item = ret == 0 ? field->node->first : NULL; ret == 0 && item != NULL; item = item->next) {
        number = jc_field_item(field, item, k + 1);
        ret = jc_field_number(&number, JC_NUMBER, &value[k], error);
        if (ret == 0 && k < 2
            && !(value[k] >= 1 && value[k] <= (double) joint->n_classes[k]
                && value[k] == rint(value[k]))) {
            ret = jc_field_fail(&number, error, "class %g found, there are 1 to %zu", value[k],
                joint->n_classes[k]);
        }
        k++;
    }
    if (ret == 0) {
        *cell = (struct jc_cell){ .class = { (size_t) value[0] - 1, (size_t) value[1] - 1 },
            .weight = value[2] };
    }
    return ret;
}

static int
read_joint(const struct jc_field *field, struct jc_empirical *self, struct jc_error *error)
{
    static const char *const names[] = { "of", "first_classes", "second_classes", "cells", NULL };
    struct jc_field cells = jc_field_get(field, "cells");
    const struct jc_tree_item *item;
    struct jc_field cell;
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : read_pair(field, self, error);
    ret = ret != 0 ? ret : read_classes(field, 0, self, error);
    ret = ret != 0 ? ret : read_classes(field, 1, self, error);
    if (ret == 0 && cells.node == NULL) {
        ret = jc_field_fail(field, error, "cells is missing, a list of [class, class, weight]");
    }
    ret = ret != 0 ? ret : jc_field_list(&cells, error);
    if (ret != 0) {
        return ret;
    }
    self->joint.cell = calloc(cells.node->n_items + 1, sizeof(*self->joint.cell));
    if (self->joint.cell == NULL) {
        return jc_fail_memory(error);
    }
    for (item = cells.node->first; ret == 0 && item != NULL; item = item->next) {
        cell = jc_field_item(&cells, item, self->joint.n_cells + 1);
        ret = read_cell(&cell, &self->joint, &self->joint.cell[self->joint.n_cells++], error);
    }
    return ret;
}

static int
read_dropped(const struct jc_field *field, struct jc_empirical *self, struct jc_error *error)
{
    struct jc_field dropped = jc_field_get(field, "dropped");
    const struct jc_tree_item *item;
    struct jc_field rows;
    struct jc_dropped *reason;
    int ret = dropped.node == NULL ? 0 : jc_field_map(&dropped, error);

    if (ret != 0 || dropped.node == NULL) {
        return ret;
    }
    self->dropped = calloc(dropped.node->n_items + 1, sizeof(*self->dropped));
    if (self->dropped == NULL) {
        return jc_fail_memory(error);
    }
    for (item = dropped.node->first; ret == 0 && item != NULL; item = item->next) {
        reason = &self->dropped[self->n_dropped++];
        rows = jc_field_item(&dropped, item, 0);
        ret = jc_field_count(&rows, 0, (uint64_t) MOST_ROWS, &reason->rows, error);
        ret = ret != 0 ? ret : jc_string_set(&reason->reason, rows.key, error);
    }
    return ret;
}

static int
read_all(const struct jc_field *field, struct jc_empirical *self, struct jc_error *error)
{
    static const char *const names[] = { "joulecast_distribution", "title", "source", "licence",
        "trace", "sha256", "rows_read", "rows_used", "dropped", "variables", "joint", NULL };
    struct jc_field joint = jc_field_get(field, "joint");
    struct jc_error inner;
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : read_text(field, "title", &self->title, error);
    ret = ret != 0 ? ret : read_text(field, "source", &self->source, error);
    ret = ret != 0 ? ret : read_text(field, "licence", &self->licence, error);
    ret = ret != 0 ? ret : read_text(field, "trace", &self->trace, error);
    ret = ret != 0 ? ret : read_text(field, "sha256", &self->sha256, error);
    ret = ret != 0 ? ret : read_count(field, "rows_read", &self->rows_read, error);
    ret = ret != 0 ? ret : read_count(field, "rows_used", &self->rows_used, error);
    ret = ret != 0 ? ret : read_dropped(field, self, error);
    ret = ret != 0 ? ret : read_marginals(field, self, error);
    if (ret == 0 && joint.node != NULL) {
        ret = read_joint(&joint, self, error);
    }
    if (ret == 0 && jc_empirical_check(self, &inner) != 0) {
        ret = jc_field_fail(field, error, "%s", inner.message);
    }
    return ret;
}

int
jc_empirical_read_field(const struct jc_field *field, struct jc_empirical *self,
    struct jc_error *error)
{
    int ret;

    *self = (struct jc_empirical){ 0 };
    ret = read_all(field, self, error);
    if (ret != 0) {
        jc_empirical_free(self);
    }
    return ret;
}

static int
check_version(const struct jc_field *root, struct jc_error *error)
{
    struct jc_field version = jc_field_get(root, "joulecast_distribution");
    uint64_t found;
    int ret = jc_field_map(root, error);

    if (ret == 0 && version.node == NULL) {
        ret = jc_field_fail(root, error,
            "joulecast_distribution is missing, a distribution file has joulecast_distribution: %d",
            JC_EMPIRICAL_FILE_VERSION);
    }
    ret = ret != 0 ? ret : jc_field_count(&version, 0, UINT64_MAX, &found, error);
    if (ret == 0 && found != JC_EMPIRICAL_FILE_VERSION) {
        ret = jc_field_fail(&version, error, "%llu found, this joulecast reads version %d",
            (unsigned long long) found, JC_EMPIRICAL_FILE_VERSION);
    }
    return ret;
}

int
jc_empirical_read_file(struct jc_empirical *self, const char *path, struct jc_error *error)
{
    const struct jc_origin origin = { .name = path, .directory = "" };
    const struct jc_tree_node *node;
    struct jc_text text = { 0 };
    struct jc_pool pool = { 0 };
    struct jc_field root;
    int ret = jc_text_read_file(&text, path, JC_TREE_FILE_BYTES, error);

    *self = (struct jc_empirical){ 0 };
    if (ret != 0) {
        return ret;
    }
    ret = jc_tree_parse(&pool, text.bytes, text.length, &origin, &node, error);
    if (ret == 0) {
        root = jc_field_root(node);
        ret = check_version(&root, error);
        ret = ret != 0 ? ret : jc_empirical_read_field(&root, self, error);
    }
    jc_pool_free(&pool);
    jc_text_free(&text);
    return ret == JC_ERROR_SCENARIO ? JC_ERROR_INPUT : ret; /* the file is data */
}
