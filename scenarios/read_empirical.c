#include <stdlib.h>
#include <string.h>

#include "models/csv_table.h"
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

/* `FILE`, or `{file: FILE, column: NAME}`. */
static int
find_parts(const struct jc_field *field, struct jc_field *file, const char **column,
    struct jc_error *error)
{
    static const char *const names[] = { "file", "column", NULL };
    struct jc_field named;
    int ret;

    *column = "value";
    *file = *field;
    if (field->node->kind != JC_TREE_MAP) {
        return jc_field_scalar(file, "a file", error);
    }
    ret = jc_field_section(field, names, error);
    if (ret != 0) {
        return ret;
    }
    *file = jc_field_get(field, "file");
    named = jc_field_get(field, "column");
    if (file->node == NULL) {
        return jc_field_fail(field, error, "empirical takes a file, and the name of its column");
    }
    if (named.node != NULL) {
        ret = jc_field_scalar(&named, "the name of a column", error);
        *column = named.node->text;
    }
    return ret == 0 ? jc_field_scalar(file, "a file", error) : ret;
}

int
jc_read_empirical(struct jc_reader *reader, const struct jc_field *field,
    struct jc_distribution *self, struct jc_error *error)
{
    struct jc_csv_table table = { 0 };
    struct jc_field file;
    char hex[JC_SHA256_HEX];
    const char *column;
    char *path = NULL;
    size_t index;
    int ret = find_parts(field, &file, &column, error);

    ret = ret != 0 ? ret : jc_find_file(reader, &file, "distribution", &path, error);
    ret = ret != 0 ? ret : jc_sha256_file(path, hex, error);
    ret = ret != 0 ? ret : jc_csv_table_read(&table, path, error);
    if (ret != 0) {
        free(path);
        return ret;
    }
    ret = jc_csv_table_find(&table, column, &index, error);
    ret = ret != 0 ? ret : fill(&table, index, self, error);
    ret = ret != 0 ? ret : jc_add_input(reader->scenario, file.node->text, hex, error);
    jc_csv_table_free(&table);
    free(path);
    return ret;
}
