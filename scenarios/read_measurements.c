#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

#define MOST_ROWS 10000 /* of a case: all of them are in its resolved scenario */

/* The number at `key` of a row, 0 or greater; NAN when it is not there. */
static int
read_row_tokens(const struct jc_field *row, const char *key, double *value, struct jc_error *error)
{
    struct jc_field field = jc_field_get(row, key);
    int ret;

    *value = NAN;
    if (field.node == NULL) {
        return 0;
    }
    ret = jc_field_number(&field, JC_TOKENS, value, error);
    if (ret == 0 && *value < 0) {
        ret = jc_field_fail(&field, error, "%s found, must be 0 or greater",
            jc_show(field.node->text).text);
    }
    return ret;
}

/* The text at `key` of a row; what the section says when it is not there. */
static int
read_row_text(const struct jc_field *row, const char *key, const char *otherwise, char **text,
    struct jc_error *error)
{
    struct jc_field field = jc_field_get(row, key);

    return field.node == NULL ? jc_string_set(text, otherwise, error)
                              : jc_field_text(&field, text, error);
}

static int
read_row(const struct jc_field *row, struct jc_throughput_spec *self, struct jc_measurements *rows,
    struct jc_error *error)
{
    static const char *const names[] = { "model", "precision", "input_tokens", "output_tokens",
        "throughput", "source", NULL };
    struct jc_field throughput = jc_field_get(row, "throughput");
    struct jc_measurement fresh = { 0 };
    int ret = jc_field_section(row, names, error);

    if (ret == 0 && throughput.node == NULL) {
        ret = jc_field_fail(row, error,
            "throughput is missing, a row is {input_tokens: 500, output_tokens: 2000, throughput: "
            "5200 tokens/s}");
    }
    if (ret == 0) {
        ret = jc_read_positive(&throughput, JC_TOKENS_PER_S, &fresh.throughput_tokens_per_s, error);
    }
    if (ret == 0) {
        ret = read_row_tokens(row, "input_tokens", &fresh.input_tokens, error);
    }
    if (ret == 0) {
        ret = read_row_tokens(row, "output_tokens", &fresh.output_tokens, error);
    }
    if (ret == 0) {
        ret = read_row_text(row, "model", self->model, &fresh.model, error);
    }
    if (ret == 0) {
        ret = read_row_text(row, "precision", self->precision, &fresh.precision, error);
    }
    if (ret == 0) {
        ret = read_row_text(row, "source", NULL, &fresh.source, error);
    }
    if (ret == 0) {
        ret = jc_measurements_append(rows, &fresh, error);
    }
    free(fresh.model);
    free(fresh.precision);
    free(fresh.source);
    return ret;
}

int
jc_read_rows(const struct jc_field *field, struct jc_throughput_spec *self,
    struct jc_measurements *rows, struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field row;
    size_t index = 0;
    int ret = jc_field_list(field, error);

    if (ret == 0 && field->node->n_items == 0) {
        ret = jc_field_fail(field, error, "the list is empty");
    }
    for (item = field->node->first; item != NULL && ret == 0; item = item->next) {
        row = jc_field_item(field, item, ++index);
        ret = read_row(&row, self, rows, error);
    }
    return ret;
}

/* *rows becomes the rows of the table at `field`, and *path its path, to be freed. */
static int
read_table(struct jc_reader *reader, const struct jc_field *field, char **path,
    const struct jc_measurements **rows, struct jc_error *error)
{
    int ret = jc_find_input(reader, field, "table", field->node->text, path, error);

    return ret != 0 ? ret : jc_shelf_measurements(reader->shelf, *path, rows, error);
}

/* Writes the models, or the precisions, of the rows, each once, as many as there is room for. */
static void
list_names(const struct jc_measurements *rows, bool models, char *list, size_t size)
{
    const char *name;
    const char *other;
    size_t used = 0;
    size_t j;
    int n;

    for (size_t i = 0; i < rows->n_rows && used < size; i++) {
        name = models ? rows->row[i].model : rows->row[i].precision;
        for (j = 0; name != NULL && j < i; j++) {
            other = models ? rows->row[j].model : rows->row[j].precision;
            if (other != NULL && strcmp(name, other) == 0) {
                break;
            }
        }
        if (name != NULL && name[0] != '\0' && j == i) {
            n = snprintf(list + used, size - used, "%s%s", used == 0 ? "" : ", ", name);
            used += n < 0 ? 0 : (size_t) n;
        }
    }
}

/* Nothing was selected: says what there is to select, the precisions if none is right, otherwise the
 * models with that precision. */
static int
fail_selection(const struct jc_field *field, const struct jc_throughput_spec *self,
    const struct jc_measurements *rows, const char *where, struct jc_error *error)
{
    struct jc_measurements same = { 0 };
    struct jc_field model = jc_field_get(field, "model");
    struct jc_field precision = jc_field_get(field, "precision");
    char list[512] = "";
    int ret = jc_measurements_select(rows, NULL, self->precision, &same, error);

    if (ret != 0) {
        return ret;
    }
    if (same.n_rows == 0) {
        list_names(rows, false, list, sizeof(list));
        ret = jc_field_fail(&precision, error, "'%s' is not in %s (precisions: %s)",
            jc_show(self->precision).text, where, list);
    } else {
        list_names(&same, true, list, sizeof(list));
        ret = jc_field_fail(&model, error, "'%s' is not in %s (models%s%s: %s)",
            jc_show(self->model).text, where, self->precision == NULL ? "" : " with precision ",
            self->precision == NULL ? "" : jc_show(self->precision).text, list);
    }
    jc_measurements_free(&same);
    return ret;
}

/* A log-linear fit has three coefficients and two variables. */
static int
check_fit(const struct jc_field *field, const struct jc_throughput_spec *self,
    struct jc_error *error)
{
    struct jc_field form = jc_field_get(field, "form");
    const struct jc_measurements *rows = &self->measurements;

    if (self->form != JC_THROUGHPUT_LOG_LINEAR) {
        return 0;
    }
    if (rows->n_rows < 3) {
        return jc_field_fail(&form, error,
            "log_linear needs 3 or more measurements, %zu selected; form: maximum takes the "
            "largest",
            rows->n_rows);
    }
    for (size_t i = 0; i < rows->n_rows; i++) {
        if (isnan(rows->row[i].input_tokens) || isnan(rows->row[i].output_tokens)) {
            return jc_field_fail(&form, error,
                "log_linear needs input and output tokens in every measurement, number %zu of %zu "
                "lacks them; form: maximum does not",
                i + 1, rows->n_rows);
        }
    }
    return 0;
}

/* The measurements of a complete case: from the table or from its own list, then selected. */
int
jc_read_measurements(struct jc_reader *reader, const struct jc_field *field,
    struct jc_throughput_spec *self, struct jc_error *error)
{
    struct jc_field table = jc_field_get(field, "table");
    struct jc_field list = jc_field_get(field, "measurements");
    struct jc_measurements own = { 0 };
    const struct jc_measurements *rows = &own;
    const char *where = "measurements";
    char *path = NULL;
    int ret;

    if (table.node == NULL && list.node == NULL) {
        return jc_field_fail_key(field->parent, error,
            "throughput.table is missing, for example throughput: {table: throughput_h100, model: "
            "Llama 3.1 70B}");
    }
    if (list.node == NULL || jc_field_is_over(&table, &list)) {
        ret = read_table(reader, &table, &path, &rows, error);
        if (ret == 0) {
            ret = jc_string_set(&self->table, table.node->text, error);
            where = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
        }
    } else {
        ret = jc_read_rows(&list, self, &own, error);
    }
    if (ret == 0) {
        ret =
            jc_measurements_select(rows, self->model, self->precision, &self->measurements, error);
    }
    if (ret == 0 && self->measurements.n_rows == 0) {
        ret = fail_selection(field, self, rows, where, error);
    }
    if (ret == 0 && self->measurements.n_rows > MOST_ROWS) {
        ret = jc_field_fail(field, error, "%zu measurements are selected, at most %d are possible",
            self->measurements.n_rows, MOST_ROWS);
    }
    free(path);
    jc_measurements_free(&own);
    return ret == 0 ? check_fit(field, self, error) : ret;
}
