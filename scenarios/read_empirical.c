#include <stdlib.h>
#include <string.h>

#include "models/csv_table.h"
#include "scenarios/empirical_file.h"
#include "scenarios/read.h"

/* One value that was observed, and how often or how likely. */
struct item {
    double value;
    double weight;
};

/* By value, then by weight, so that the sum of the weights of a value does not depend on how qsort
 * leaves equals. */
static int
ascending(const void *a, const void *b)
{
    const struct item *x = a;
    const struct item *y = b;

    if (x->value != y->value) {
        return x->value > y->value ? 1 : -1;
    }
    return (x->weight > y->weight) - (x->weight < y->weight);
}

/* A cell that must hold a number. */
static int
read_cell(const struct jc_csv_table *table, size_t row, size_t column, double *value,
    struct jc_error *error)
{
    if (jc_csv_table_text(table, row, column)[0] == '\0') {
        return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %s: a number is missing", table->path,
            table->line[row], table->column[column]);
    }
    return jc_csv_table_number(table, row, column, value, error);
}

/* The rows as items, ascending, equal values as one. Without a column `weight`, each row counts 1. */
static int
collect(const struct jc_csv_table *table, size_t column, struct item *item, size_t *n,
    struct jc_error *error)
{
    struct jc_error no_weight;
    size_t weight;
    const bool weighted = jc_csv_table_find(table, "weight", &weight, &no_weight) == 0;
    size_t row;
    int ret = 0;

    for (row = 0; ret == 0 && row < table->n_rows; row++) {
        item[row].weight = 1;
        ret = read_cell(table, row, column, &item[row].value, error);
        if (ret == 0 && weighted) {
            ret = read_cell(table, row, weight, &item[row].weight, error);
        }
        if (ret == 0 && item[row].weight < 0) {
            ret = jc_fail(error, JC_ERROR_INPUT, "%s:%zu: weight: %g is negative", table->path,
                table->line[row], item[row].weight);
        }
    }
    if (ret != 0) {
        return ret;
    }
    qsort(item, table->n_rows, sizeof(*item), ascending);
    *n = 1;
    for (row = 1; row < table->n_rows; row++) {
        if (item[row].value == item[*n - 1].value) {
            item[*n - 1].weight += item[row].weight;
        } else {
            item[(*n)++] = item[row];
        }
    }
    return 0;
}

static int
fill(const struct jc_csv_table *table, size_t column, struct jc_distribution *self,
    struct jc_error *error)
{
    struct item *item = calloc(table->n_rows, sizeof(*item));
    size_t n = 0;
    size_t i;
    int ret = item == NULL ? jc_fail_memory(error) : collect(table, column, item, &n, error);

    if (ret == 0) {
        self->value = calloc(n, sizeof(*self->value));
        self->weight = calloc(n, sizeof(*self->weight));
        ret = self->value == NULL || self->weight == NULL ? jc_fail_memory(error) : 0;
    }
    for (i = 0; ret == 0 && i < n; i++) {
        self->value[i] = item[i].value;
        self->weight[i] = item[i].weight;
    }
    self->n_items = ret == 0 ? n : 0;
    free(item);
    return ret;
}

int
jc_discrete_of_marginal(const struct jc_marginal *marginal, struct jc_distribution *self,
    struct jc_error *error)
{
    const size_t bytes = marginal->n_values * sizeof(double);

    jc_distribution_free(self);
    self->kind = JC_DISCRETE;
    self->value = malloc(bytes);
    self->weight = malloc(bytes);
    if (self->value == NULL || self->weight == NULL) {
        return jc_fail_memory(error);
    }
    memcpy(self->value, marginal->value, bytes);
    memcpy(self->weight, marginal->weight, bytes);
    self->n_items = marginal->n_values;
    return 0;
}

int
jc_read_distribution_file(struct jc_reader *reader, const struct jc_field *file,
    struct jc_empirical *self, struct jc_error *error)
{
    const struct jc_empirical *shelved;
    char *path = NULL;
    int ret = jc_field_scalar(file, "a distribution file", error);

    ret = ret != 0 ? ret
                   : jc_find_input(reader, file, "distribution", file->node->text, &path, error);
    ret = ret != 0 ? ret : jc_shelf_empirical(reader->shelf, path, &shelved, error);
    ret = ret != 0 ? ret : jc_empirical_copy(shelved, self, error);
    free(path);
    return ret;
}

/* The parts of `FILE`, or of `{file: FILE, column: NAME, interpolate: true}`. */
struct parts {
    struct jc_field file;
    const char *column; /* of a CSV file, or variable of a distribution file */
    bool interpolate;
};

static int
find_parts(const struct jc_field *field, struct parts *parts, struct jc_error *error)
{
    static const char *const names[] = { "file", "column", "interpolate", NULL };
    struct jc_field column = jc_field_get(field, "column");
    struct jc_field interpolate = jc_field_get(field, "interpolate");
    int ret = 0;

    *parts = (struct parts){ .file = *field };
    if (field->node->kind == JC_TREE_MAP) {
        ret = jc_field_section(field, names, error);
        parts->file = jc_field_get(field, "file");
        if (ret == 0 && parts->file.node == NULL) {
            ret = jc_field_fail(field, error, "empirical takes a file, and the name of its column");
        }
        if (ret == 0 && column.node != NULL) {
            ret = jc_field_scalar(&column, "the name of a column", error);
            parts->column = column.node->text;
        }
        if (ret == 0 && interpolate.node != NULL) {
            ret = jc_field_bool(&interpolate, &parts->interpolate, error);
        }
    }
    return ret != 0 ? ret : jc_field_scalar(&parts->file, "a file", error);
}

static int
read_csv(const char *path, const char *column, struct jc_distribution *self, struct jc_error *error)
{
    struct jc_csv_table table = { 0 };
    size_t index;
    int ret = jc_csv_table_read(&table, path, error);

    if (ret == 0) {
        ret = jc_csv_table_find(&table, column == NULL ? "value" : column, &index, error);
        ret = ret != 0 ? ret : fill(&table, index, self, error);
        jc_csv_table_free(&table);
    }
    return ret;
}

/* The variable of that name; without one, the key that the distribution is of. */
static int
read_variable(const struct jc_reader *reader, const struct jc_field *field,
    const struct parts *parts, const char *path, struct jc_distribution *self,
    struct jc_error *error)
{
    const char *name = parts->column != NULL ? parts->column : field->parent->key;
    const struct jc_empirical *empirical;
    size_t index;
    int ret = jc_shelf_empirical(reader->shelf, path, &empirical, error);

    if (ret != 0) {
        return ret;
    }
    index = name == NULL ? empirical->n_marginals : jc_empirical_find(empirical, name);
    if (index == empirical->n_marginals) {
        return jc_field_fail(field, error, "the distribution has no %s; column: names a variable",
            name == NULL ? "variable that is named here" : jc_show(name).text);
    }
    return jc_discrete_of_marginal(&empirical->marginal[index], self, error);
}

static bool
is_distribution_file(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

int
jc_read_empirical(struct jc_reader *reader, const struct jc_field *field,
    struct jc_distribution *self, struct jc_error *error)
{
    struct parts parts;
    char *path = NULL;
    int ret = find_parts(field, &parts, error);

    ret = ret != 0
        ? ret
        : jc_find_input(reader, &parts.file, "distribution", parts.file.node->text, &path, error);
    if (ret == 0) {
        ret = is_distribution_file(path) ? read_variable(reader, field, &parts, path, self, error)
                                         : read_csv(path, parts.column, self, error);
    }
    self->kind = parts.interpolate ? JC_INTERPOLATED : JC_DISCRETE;
    free(path);
    return ret;
}
