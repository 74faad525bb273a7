#include "models/configurations.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "models/csv_table.h"
#include "models/kernels.h"

static void
row_free(struct jc_configuration *row)
{
    free(row->model);
    free(row->precision);
    free(row->gpu);
    free(row->parallelism);
    free(row->task);
    free(row->source);
}

void
jc_configurations_free(struct jc_configurations *self)
{
    size_t j;

    for (j = 0; j < self->n_rows; j++) {
        row_free(&self->row[j]);
    }
    free(self->row);
    *self = (struct jc_configurations){ 0 };
}

static const char *
text_or_none(const char *text)
{
    return text == NULL ? "" : text;
}

int
jc_configurations_append(struct jc_configurations *self, const struct jc_configuration *row,
    struct jc_error *error)
{
    struct jc_configuration copy = {
        .gpus = row->gpus,
        .batch_size = row->batch_size,
        .output_tokens = row->output_tokens,
        .tokens_per_s = row->tokens_per_s,
        .gpu_power_kw = row->gpu_power_kw,
    };
    struct jc_configuration *rows = realloc(self->row, (self->n_rows + 1) * sizeof(*rows));

    if (rows == NULL) {
        return jc_fail_memory(error);
    }
    self->row = rows;
    if (jc_string_set(&copy.model, text_or_none(row->model), error) != 0
        || jc_string_set(&copy.precision, text_or_none(row->precision), error) != 0
        || jc_string_set(&copy.gpu, text_or_none(row->gpu), error) != 0
        || jc_string_set(&copy.parallelism, text_or_none(row->parallelism), error) != 0
        || jc_string_set(&copy.task, text_or_none(row->task), error) != 0
        || jc_string_set(&copy.source, text_or_none(row->source), error) != 0) {
        row_free(&copy);
        return JC_ERROR_INTERNAL;
    }
    self->row[self->n_rows++] = copy;
    return 0;
}

static int
read_texts(struct jc_configuration *row, const struct jc_csv_table *table, size_t j,
    struct jc_error *error)
{
    const struct {
        const char *column;
        char **text;
    } field[] = {
        { "model", &row->model },
        { "precision", &row->precision },
        { "gpu", &row->gpu },
        { "parallelism", &row->parallelism },
        { "task", &row->task },
        { "source", &row->source },
    };
    const char *text = NULL;
    size_t k;
    int ret = 0;

    for (k = 0; ret == 0 && k < sizeof(field) / sizeof(field[0]); k++) {
        ret = jc_csv_table_get_text(table, j, field[k].column, &text, error);
        ret = ret != 0 ? ret : jc_string_set(field[k].text, text, error);
    }
    return ret;
}

static int
read_numbers(struct jc_configuration *row, const struct jc_csv_table *table, size_t j,
    struct jc_error *error)
{
    const struct {
        const char *column;
        double *value;
    } field[] = {
        { "gpus", &row->gpus },
        { "batch_size", &row->batch_size },
        { "output_tokens", &row->output_tokens },
        { "tokens_per_s", &row->tokens_per_s },
        { "gpu_power_kw", &row->gpu_power_kw },
    };
    size_t k;
    int ret = 0;

    for (k = 0; ret == 0 && k < sizeof(field) / sizeof(field[0]); k++) {
        ret = jc_csv_table_get_positive(table, j, field[k].column, field[k].value, error);
    }
    if (ret == 0 && row->tokens_per_s > JC_MOST_TOKENS_PER_S) {
        ret = jc_fail(error, JC_ERROR_INPUT,
            "%s:%zu: tokens_per_s: %g is too large, at most %g is possible", table->path,
            table->line[j], row->tokens_per_s, JC_MOST_TOKENS_PER_S);
    }
    if (ret == 0 && row->gpus != rint(row->gpus)) {
        ret = jc_fail(error, JC_ERROR_INPUT, "%s:%zu: gpus: %g is not a whole number", table->path,
            table->line[j], row->gpus);
    }
    return ret;
}

static int
append_row(struct jc_configurations *self, const struct jc_csv_table *table, size_t j,
    struct jc_error *error)
{
    struct jc_configuration row = { 0 };
    int ret = read_texts(&row, table, j, error);

    ret = ret != 0 ? ret : read_numbers(&row, table, j, error);
    ret = ret != 0 ? ret : jc_configurations_append(self, &row, error);
    row_free(&row);
    return ret;
}

int
jc_configurations_read(struct jc_configurations *self, const char *path, struct jc_error *error)
{
    struct jc_csv_table table;
    size_t j;
    int ret;

    *self = (struct jc_configurations){ 0 };
    ret = jc_csv_table_read(&table, path, error);
    if (ret != 0) {
        return ret;
    }
    for (j = 0; ret == 0 && j < table.n_rows; j++) {
        ret = append_row(self, &table, j, error);
    }
    jc_csv_table_free(&table);
    if (ret != 0) {
        jc_configurations_free(self);
    }
    return ret;
}

static bool
is_any_or(const char *wanted, const char *text)
{
    return wanted == NULL || strcmp(wanted, text) == 0;
}

static bool
is_chosen(const struct jc_configuration *row, const struct jc_configuration_choice *choice)
{
    return is_any_or(choice->model, row->model) && is_any_or(choice->precision, row->precision)
        && is_any_or(choice->gpu, row->gpu) && (choice->gpus == 0 || choice->gpus == row->gpus)
        && is_any_or(choice->parallelism, row->parallelism) && is_any_or(choice->task, row->task);
}

/* Moves the last row to where its batch size belongs, behind its equals. */
static void
sort_in_last(struct jc_configurations *self)
{
    const struct jc_configuration last = self->row[self->n_rows - 1];
    size_t j = self->n_rows - 1;

    for (; j > 0 && self->row[j - 1].batch_size > last.batch_size; j--) {
        self->row[j] = self->row[j - 1];
    }
    self->row[j] = last;
}

int
jc_configurations_select(const struct jc_configurations *self,
    const struct jc_configuration_choice *choice, struct jc_configurations *selected,
    struct jc_error *error)
{
    size_t j;
    int ret;

    *selected = (struct jc_configurations){ 0 };
    for (j = 0; j < self->n_rows; j++) {
        if (!is_chosen(&self->row[j], choice)) {
            continue;
        }
        ret = jc_configurations_append(selected, &self->row[j], error);
        if (ret != 0) {
            jc_configurations_free(selected);
            return ret;
        }
        sort_in_last(selected);
    }
    return 0;
}

/* What a choice names, in its order, as texts. */
#define PROPERTIES 6

static const char *const property_name[PROPERTIES] = { "model", "precision", "gpu", "gpus",
    "parallelism", "task" };

struct properties {
    const char *text[PROPERTIES];
    char gpus[32];
};

static void
describe(const struct jc_configuration *row, struct properties *properties)
{
    (void) snprintf(properties->gpus, sizeof(properties->gpus), "%.17g", row->gpus);
    properties->text[0] = row->model;
    properties->text[1] = row->precision;
    properties->text[2] = row->gpu;
    properties->text[3] = properties->gpus;
    properties->text[4] = row->parallelism;
    properties->text[5] = row->task;
}

/* Whether a row before row j has the same property. */
static bool
is_repeated(const struct jc_configurations *self, size_t property, size_t j)
{
    struct properties row, other;
    size_t k;

    describe(&self->row[j], &row);
    for (k = 0; k < j; k++) {
        describe(&self->row[k], &other);
        if (strcmp(row.text[property], other.text[property]) == 0) {
            return true;
        }
    }
    return false;
}

static int
check_same(const struct jc_configurations *self, size_t property, struct jc_error *error)
{
    struct properties row;
    struct jc_text found = { 0 };
    size_t n_found = 0;
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < self->n_rows; j++) {
        if (!is_repeated(self, property, j)) {
            describe(&self->row[j], &row);
            ret = jc_text_append(&found, error, "%s%s", j == 0 ? "" : ", ", row.text[property]);
            n_found++;
        }
    }
    if (ret == 0 && n_found > 1) {
        ret = jc_fail(error, JC_ERROR_INPUT, "the configurations differ in %s (%s): choose one",
            property_name[property], found.bytes);
    }
    jc_text_free(&found);
    return ret;
}

int
jc_configurations_check_series(const struct jc_configurations *self, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    if (self->n_rows < 2) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%zu configuration%s: a curve over the batch size needs at least 2", self->n_rows,
            self->n_rows == 1 ? "" : "s");
    }
    for (j = 0; ret == 0 && j < PROPERTIES; j++) {
        ret = check_same(self, j, error);
    }
    for (j = 1; ret == 0 && j < self->n_rows; j++) {
        if (self->row[j].batch_size == self->row[j - 1].batch_size) {
            ret = jc_fail(error, JC_ERROR_INPUT, "two configurations have the batch size %g",
                self->row[j].batch_size);
        }
    }
    return ret;
}
