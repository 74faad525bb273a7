#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/read_sweep.h"

/* What the values of a parameter are. */
struct kinds {
    bool texts;                /* some are no numbers */
    bool found[JC_DIMENSIONS]; /* units of the numbers */
};

/* What a point of a sweep computes depends on these alone. */
static const char *const swept[] = { "defaults", "cases", "blends", "seed", "queries", "points",
    NULL };

/* Names of a result file's own dimensions and variables. */
static const char *const taken[] = { "case", "case_label", "blend", "blend_label", "quantile",
    "bound", "point", "status", "message", "digest", NULL };

static bool
is_one_of(const char *const *names, const char *text, size_t length)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strlen(names[i]) == length && strncmp(names[i], text, length) == 0) {
            return true;
        }
    }
    return false;
}

/* The name of a coordinate can be written in Python as it is, and is not one of a variable. */
static int
check_name(const struct jc_field *field, const struct jc_scenario *scenario, struct jc_error *error)
{
    static const char *const letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const char *name = field->key;
    const char *variable = strncmp(name, "blend_", 6) == 0 ? name + 6 : name;
    const char *quantity;
    size_t length;
    bool stored;
    int ret = jc_field_name(field, error);

    if (ret == 0 && (strspn(name, letters) != strlen(name) || strspn(name, letters + 53) > 0)) {
        ret = jc_field_fail_key(field, error,
            "the name of a parameter has letters, digits and _, and does not begin with a digit");
    }
    if (ret == 0 && is_one_of(taken, name, strlen(name))) {
        ret = jc_field_fail_key(field, error, "the result file has a '%s' of its own", name);
    }
    for (size_t q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        quantity = jc_quantity_info((enum jc_quantity) q)->name;
        length = strlen(quantity);
        stored = scenario->store[q] || q == JC_ENERGY;
        if (strncmp(variable, quantity, length) == 0
            && (stored ? variable[length] == '\0' || variable[length] == '_'
                       : strcmp(variable + length, "_mean") == 0)) {
            ret = jc_field_fail_key(field, error,
                "the result file has variables of that name, of the quantity '%s'; choose another "
                "one",
                quantity);
        }
    }
    return ret;
}

static int
read_key(const struct jc_field *field, struct jc_sweep_parameter *self, struct jc_error *error)
{
    struct jc_field key = jc_field_get(field, "key");
    int ret;

    if (key.node == NULL) {
        return jc_field_fail(field, error,
            "key is missing, what the parameter sets, such as defaults.hosting.pue");
    }
    ret = jc_field_text(&key, &self->key, error);
    if (ret == 0 && !is_one_of(swept, self->key, strcspn(self->key, "."))) {
        ret = jc_field_fail(&key, error,
            "'%s' cannot be swept; keys are seed, queries, points, or begin with defaults., "
            "cases. or blends.",
            jc_show(self->key).text);
    }
    if (ret == 0 && strchr(self->key, '=') != NULL) {
        ret = jc_field_fail(&key, error, "a path of keys has no '='");
    }
    return ret != 0 ? ret : jc_string_set(&self->directory, key.node->origin->directory, error);
}

/* The unit of the quantity that the key is an input of. */
static const char *
units_of_key(const char *key)
{
    const struct jc_quantity_info *info;
    size_t length;
    size_t most = strlen(key);

    for (size_t q = 0; q < JC_QUANTITIES; q++) {
        info = jc_quantity_info((enum jc_quantity) q);
        length = info->key == NULL ? most : strlen(info->key);
        if (length < most && strcmp(key + most - length, info->key) == 0
            && key[most - length - 1] == '.') {
            return info->udunits;
        }
    }
    return NULL;
}

/* Room for n values. */
static int
alloc_values(struct jc_sweep_parameter *self, size_t n, struct jc_error *error)
{
    self->number = calloc(n, sizeof(*self->number));
    self->text = calloc(n, sizeof(*self->text));
    self->value = calloc(n, sizeof(*self->value));
    if (self->number == NULL || self->text == NULL || self->value == NULL) {
        return jc_fail_memory(error);
    }
    self->n = n;
    return 0;
}

/* A value as --set takes it: YAML on one line. */
static int
write_value(const struct jc_tree_node *node, char **value, struct jc_error *error)
{
    struct jc_yaml_writer writer;
    struct jc_text text = { 0 };
    int ret;

    if (node->kind == JC_TREE_SCALAR && node->plain) {
        return jc_string_set(value, node->text, error);
    }
    (void) jc_yaml_begin(&writer, &text, error);
    jc_yaml_put_node(&writer, node, YAML_FLOW_MAPPING_STYLE);
    ret = jc_yaml_end(&writer);
    if (ret == 0) {
        text.bytes[strcspn(text.bytes, "\n")] = '\0';
        ret = jc_string_set(value, text.bytes, error);
    }
    jc_text_free(&text);
    return ret;
}

/* Numbers in one unit, or else texts, what was not needed freed. */
static int
settle(const struct jc_field *field, struct jc_sweep_parameter *self, bool numbers,
    const bool *found, struct jc_error *error)
{
    const char *units = numbers ? units_of_key(self->key) : NULL;

    for (int d = JC_NUMBER + 1; numbers && d < JC_DIMENSIONS; d++) {
        for (int other = d + 1; found[d] && other < JC_DIMENSIONS; other++) {
            if (found[other]) {
                return jc_field_fail(field, error, "its values have units of different kinds");
            }
        }
        if (found[d] && units == NULL) {
            units = jc_dimension_udunits((enum jc_dimension) d);
        }
    }
    for (size_t i = 0; numbers && i < self->n; i++) {
        free(self->text[i]);
    }
    free(numbers ? (void *) self->text : (void *) self->number);
    if (numbers) {
        self->text = NULL;
    } else {
        self->number = NULL;
    }
    return jc_string_set(&self->units, units, error);
}

/* One value, a number unless it has a label. */
static int
take_value(const struct jc_field *item, size_t index, const char *label,
    struct jc_sweep_parameter *self, struct kinds *kinds, struct jc_error *error)
{
    enum jc_dimension dimension;
    int ret = write_value(item->node, &self->value[index], error);

    if (label == NULL && item->node->kind != JC_TREE_SCALAR) {
        return jc_field_fail(item, error,
            "a %s needs a label: values: {LABEL: VALUE, ...} is a mapping of them",
            item->node->kind == JC_TREE_MAP ? "mapping" : "list");
    }
    if (label == NULL && jc_field_any_number(item, &dimension, &self->number[index])) {
        kinds->found[dimension] = true;
    } else {
        kinds->texts = true;
    }
    return ret != 0
        ? ret
        : jc_string_set(&self->text[index], label != NULL ? label : item->node->text, error);
}

/* values: [1, 2], or {LABEL: VALUE, ...} */
static int
read_values(const struct jc_field *values, struct jc_sweep_parameter *self, struct jc_error *error)
{
    const bool labelled = values->node->kind == JC_TREE_MAP;
    struct kinds kinds = { .texts = false };
    const struct jc_tree_item *item = values->node->first;
    struct jc_field field;
    int ret = labelled ? 0 : jc_field_list(values, error);

    if (ret == 0 && values->node->n_items == 0) {
        ret = jc_field_fail(values, error, "the list is empty");
    }
    ret = ret != 0 ? ret : alloc_values(self, values->node->n_items, error);
    for (size_t i = 0; ret == 0 && item != NULL; i++, item = item->next) {
        field = jc_field_item(values, item, i + 1);
        ret = take_value(&field, i, labelled ? item->key : NULL, self, &kinds, error);
    }
    return ret != 0 ? ret : settle(values, self, !kinds.texts, kinds.found, error);
}

/* from: and to: of a section. */
static int
read_ends(const struct jc_field *section, struct jc_sweep_range *range, bool *found,
    struct jc_error *error)
{
    const struct jc_field ends[2] = { jc_field_get(section, "from"), jc_field_get(section, "to") };
    double *const end[2] = { &range->from, &range->to };
    enum jc_dimension dimension;

    for (int i = 0; i < 2; i++) {
        if (ends[i].node == NULL) {
            return jc_field_fail(section, error, "%s is missing, a range has from and to",
                i == 0 ? "from" : "to");
        }
        if (!jc_field_any_number(&ends[i], &dimension, end[i])) {
            return jc_field_fail(&ends[i], error, "'%s' is not a number",
                jc_show(ends[i].node->text).text);
        }
        if (range->log && *end[i] <= 0) {
            return jc_field_fail(&ends[i], error,
                "%s found, must be greater than 0 where steps are those of the logarithm",
                jc_show(ends[i].node->text).text);
        }
        found[dimension] = true;
    }
    return range->from == range->to ? jc_field_fail(section, error, "from and to are the same") : 0;
}

/* Numbers become what the key is set to. */
static int
write_numbers(const struct jc_field *field, struct jc_sweep_parameter *self, const bool *found,
    struct jc_error *error)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < self->n; i++) {
        ret = jc_string_set(&self->value[i], jc_decimal(self->number[i]).text, error);
    }
    return ret != 0 ? ret : settle(field, self, true, found, error);
}

static int
read_integer(const struct jc_field *field, bool *integer, struct jc_error *error)
{
    struct jc_field key = jc_field_get(field, "integer");

    return key.node == NULL ? 0 : jc_field_bool(&key, integer, error);
}

/* linear: or log: {from, to, n} */
static int
read_steps(const struct jc_field *field, const struct jc_field *steps, bool log,
    struct jc_sweep_parameter *self, struct jc_error *error)
{
    static const char *const names[] = { "from", "to", "n", NULL };
    struct jc_field count = jc_field_get(steps, "n");
    struct jc_sweep_range range = { .log = log };
    bool found[JC_DIMENSIONS] = { false };
    uint64_t n = 0;
    int ret = jc_field_section(steps, names, error);

    if (ret == 0 && count.node == NULL) {
        ret = jc_field_fail(steps, error, "n is missing, the number of values");
    }
    ret = ret != 0 ? ret : jc_field_count(&count, 2, JC_SWEEP_MOST_POINTS, &n, error);
    ret = ret != 0 ? ret : read_ends(steps, &range, found, error);
    ret = ret != 0 ? ret : read_integer(field, &range.integer, error);
    ret = ret != 0 ? ret : alloc_values(self, (size_t) n, error);
    if (ret != 0) {
        return ret;
    }
    jc_sweep_range_grid(&range, self->n, self->number);
    return write_numbers(steps, self, found, error);
}

/* {key, values or linear or log} */
int
jc_sweep_read_list(const struct jc_field *field, struct jc_sweep_parameter *self,
    struct jc_error *error)
{
    static const char *const names[] = { "key", "label", "values", "linear", "log", "integer",
        NULL };
    const struct jc_field values = jc_field_get(field, "values");
    const struct jc_field linear = jc_field_get(field, "linear");
    const struct jc_field log = jc_field_get(field, "log");
    const struct jc_field integer = jc_field_get(field, "integer");
    int ret = jc_field_section(field, names, error);

    if (ret == 0 && (values.node != NULL) + (linear.node != NULL) + (log.node != NULL) != 1) {
        ret = jc_field_fail(field, error,
            "one of values, linear and log is needed, such as values: [1.1, 1.2] or linear: {from: "
            "1, to: 2, n: 5}");
    }
    if (ret == 0 && integer.node != NULL && values.node != NULL) {
        ret = jc_field_fail_key(&integer, error, "it is for linear and log");
    }
    if (ret != 0) {
        return ret;
    }
    if (values.node != NULL) {
        return read_values(&values, self, error);
    }
    return read_steps(field, linear.node != NULL ? &linear : &log, log.node != NULL, self, error);
}

/* {key, from, to, scale} */
int
jc_sweep_read_range(const struct jc_field *field, enum jc_points_kind kind, uint64_t seed,
    size_t dimension, size_t n, struct jc_sweep_parameter *self, struct jc_error *error)
{
    static const char *const names[] = { "key", "label", "from", "to", "scale", "integer", NULL };
    static const char *const scales[] = { "linear", "log", NULL };
    struct jc_field scale = jc_field_get(field, "scale");
    struct jc_sweep_range range = { .log = false };
    bool found[JC_DIMENSIONS] = { false };
    size_t choice = 0;
    int ret = jc_field_section(field, names, error);

    if (ret == 0 && scale.node != NULL) {
        ret = jc_field_choice(&scale, scales, &choice, error);
    }
    range.log = choice == 1;
    ret = ret != 0 ? ret : read_ends(field, &range, found, error);
    ret = ret != 0 ? ret : read_integer(field, &range.integer, error);
    ret = ret != 0 ? ret : alloc_values(self, n, error);
    ret = ret != 0
        ? ret
        : jc_sweep_range_points(&range, kind, seed, self->name, dimension, n, self->number, error);
    return ret != 0 ? ret : write_numbers(field, self, found, error);
}

/* {key, column}: the fields of a column as they are. */
int
jc_sweep_read_column(const struct jc_field *field, const struct jc_csv_table *table,
    struct jc_sweep_parameter *self, struct jc_error *error)
{
    static const char *const names[] = { "key", "label", "column", NULL };
    struct jc_field column = jc_field_get(field, "column");
    struct kinds kinds = { .texts = false };
    struct jc_tree_node node = { .kind = JC_TREE_SCALAR, .plain = true };
    struct jc_field cell = *field;
    const char *name = self->name;
    size_t index = 0;
    int ret = jc_field_section(field, names, error);

    if (ret == 0 && column.node != NULL) {
        ret = jc_field_scalar(&column, "the name of a column", error);
        name = column.node->text;
    }
    ret = ret != 0 ? ret : jc_csv_table_find(table, name, &index, error);
    ret = ret != 0 ? ret : alloc_values(self, table->n_rows, error);
    node.origin = field->node->origin;
    cell.node = &node;
    for (size_t row = 0; ret == 0 && row < table->n_rows; row++) {
        node.text = jc_csv_table_text(table, row, index);
        if (node.text[0] == '\0') {
            return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %s: a value is missing", table->path,
                table->line[row], name);
        }
        ret = take_value(&cell, row, NULL, self, &kinds, error);
    }
    return ret != 0 ? ret : settle(field, self, !kinds.texts, kinds.found, error);
}

int
jc_sweep_read_name(const struct jc_field *field, const struct jc_scenario *scenario,
    struct jc_sweep_parameter *self, struct jc_error *error)
{
    struct jc_field label = jc_field_get(field, "label");
    int ret = check_name(field, scenario, error);

    ret = ret != 0 ? ret : jc_field_map(field, error);
    ret = ret != 0 ? ret : jc_string_set(&self->name, field->key, error);
    ret = ret != 0 ? ret : read_key(field, self, error);
    if (ret == 0) {
        ret = label.node == NULL ? jc_string_set(&self->label, self->key, error)
                                 : jc_field_text(&label, &self->label, error);
    }
    return ret;
}
