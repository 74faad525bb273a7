#include "models/measurements.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "models/csv_table.h"
#include "models/kernels.h"

static void
row_free(struct jc_measurement *row)
{
    free(row->model);
    free(row->precision);
    free(row->source);
}

void
jc_measurements_free(struct jc_measurements *self)
{
    size_t j;

    for (j = 0; j < self->n_rows; j++) {
        row_free(&self->row[j]);
    }
    free(self->row);
    *self = (struct jc_measurements){ 0 };
}

int
jc_measurements_append(struct jc_measurements *self, const struct jc_measurement *row,
    struct jc_error *error)
{
    struct jc_measurement copy = *row;
    struct jc_measurement *rows;

    copy.model = NULL;
    copy.precision = NULL;
    copy.source = NULL;
    rows = realloc(self->row, (self->n_rows + 1) * sizeof(*rows));
    if (rows == NULL) {
        return jc_fail_memory(error);
    }
    self->row = rows;
    if (jc_string_set(&copy.model, row->model, error) != 0
        || jc_string_set(&copy.precision, row->precision, error) != 0
        || jc_string_set(&copy.source, row->source, error) != 0) {
        row_free(&copy);
        return JC_ERROR_INTERNAL;
    }
    self->row[self->n_rows++] = copy;
    return 0;
}

/* Where the columns of the schema stand in a file. */
struct columns {
    size_t model;
    size_t precision;
    size_t input_tokens;
    size_t output_tokens;
    size_t throughput;
    size_t source;
};

static int
find_columns(const struct jc_csv_table *table, struct columns *at, struct jc_error *error)
{
    int ret = jc_csv_table_find(table, "model", &at->model, error);

    ret = ret != 0 ? ret : jc_csv_table_find(table, "precision", &at->precision, error);
    ret = ret != 0 ? ret : jc_csv_table_find(table, "input_tokens", &at->input_tokens, error);
    ret = ret != 0 ? ret : jc_csv_table_find(table, "output_tokens", &at->output_tokens, error);
    ret = ret != 0 ? ret
                   : jc_csv_table_find(table, "throughput_tokens_per_s", &at->throughput, error);
    ret = ret != 0 ? ret : jc_csv_table_find(table, "source", &at->source, error);
    return ret;
}

/* A number that is missing or not negative. */
static int
read_amount(const struct jc_csv_table *table, size_t row, size_t column, double *value,
    struct jc_error *error)
{
    int ret = jc_csv_table_number(table, row, column, value, error);

    if (ret == 0 && *value < 0) {
        ret = jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %s: %g is negative", table->path,
            table->line[row], table->column[column], *value);
    }
    return ret;
}

static int
append_row(struct jc_measurements *self, const struct jc_csv_table *table, const struct columns *at,
    size_t j, struct jc_error *error)
{
    /* The texts are the table's; append copies them. */
    struct jc_measurement row = {
        .model = table->cell[j * table->n_columns + at->model],
        .precision = table->cell[j * table->n_columns + at->precision],
        .source = table->cell[j * table->n_columns + at->source],
    };
    int ret = read_amount(table, j, at->input_tokens, &row.input_tokens, error);

    ret = ret != 0 ? ret : read_amount(table, j, at->output_tokens, &row.output_tokens, error);
    ret =
        ret != 0 ? ret : read_amount(table, j, at->throughput, &row.throughput_tokens_per_s, error);
    if (ret != 0) {
        return ret;
    }
    if (!(row.throughput_tokens_per_s > 0)) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s:%zu: throughput_tokens_per_s: a number greater than 0 is needed", table->path,
            table->line[j]);
    }
    if (row.throughput_tokens_per_s > JC_MOST_TOKENS_PER_S) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s:%zu: throughput_tokens_per_s: %g is too large, at most %g is possible", table->path,
            table->line[j], row.throughput_tokens_per_s, JC_MOST_TOKENS_PER_S);
    }
    return jc_measurements_append(self, &row, error);
}

int
jc_measurements_read(struct jc_measurements *self, const char *path, struct jc_error *error)
{
    struct jc_csv_table table;
    struct columns at;
    size_t j;
    int ret;

    *self = (struct jc_measurements){ 0 };
    ret = jc_csv_table_read(&table, path, error);
    if (ret != 0) {
        return ret;
    }
    ret = find_columns(&table, &at, error);
    for (j = 0; ret == 0 && j < table.n_rows; j++) {
        ret = append_row(self, &table, &at, j, error);
    }
    jc_csv_table_free(&table);
    if (ret != 0) {
        jc_measurements_free(self);
    }
    return ret;
}

int
jc_measurements_select(const struct jc_measurements *self, const char *model, const char *precision,
    struct jc_measurements *selected, struct jc_error *error)
{
    const struct jc_measurement *row;
    size_t j;
    int ret;

    *selected = (struct jc_measurements){ 0 };
    for (j = 0; j < self->n_rows; j++) {
        row = &self->row[j];
        if ((model != NULL && strcmp(row->model, model) != 0)
            || (precision != NULL && strcmp(row->precision, precision) != 0)) {
            continue;
        }
        ret = jc_measurements_append(selected, row, error);
        if (ret != 0) {
            jc_measurements_free(selected);
            return ret;
        }
    }
    return 0;
}
