#include "engine/rank_units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "models/csv_table.h"
#include "results/file.h"

void
jc_rank_units_free(struct jc_rank_units *self)
{
    const size_t n = self->mean.n * (self->mean.n_inputs + self->mean.n_outputs);
    size_t j;

    for (j = 0; self->mixture != NULL && j < n; j++) {
        jc_mixture_free(&self->mixture[j]);
    }
    free(self->mixture);
    free(self->sd);
    free(self->label);
    jc_eco_units_free(&self->mean);
    jc_results_free(&self->results);
    *self = (struct jc_rank_units){ 0 };
}

static int
alloc_units(struct jc_rank_units *self, const struct jc_rank_source *source, size_t n,
    struct jc_error *error)
{
    const size_t numbers = n * (source->n_inputs + source->n_outputs);
    size_t j;
    int ret = jc_eco_units_init(&self->mean, n, source->n_inputs, source->n_outputs, error);

    self->label = calloc(n, sizeof(*self->label));
    self->sd = calloc(numbers, sizeof(double));
    self->mixture = calloc(numbers, sizeof(*self->mixture));
    if (self->label == NULL || self->sd == NULL || self->mixture == NULL) {
        ret = jc_fail_memory(error);
    }
    for (j = 0; ret == 0 && j < source->n_inputs; j++) {
        ret = jc_string_set(&self->mean.input_name[j], source->input[j], error);
    }
    for (j = 0; ret == 0 && j < source->n_outputs; j++) {
        ret = jc_string_set(&self->mean.output_name[j], source->output[j], error);
    }
    return ret;
}

static int
name_unit(struct jc_rank_units *self, size_t unit, const char *name, const char *label,
    struct jc_error *error)
{
    int ret = jc_string_set(&self->mean.name[unit], name, error);

    self->label[unit] = label != NULL ? label : self->mean.name[unit];
    return ret;
}

/* The standard deviation beside a number of a table; 0 where there is none. */
static int
read_sd(const struct jc_csv_table *table, size_t row, const char *column, double *sd,
    struct jc_error *error)
{
    char *name = NULL;
    size_t at;
    int ret = 0;

    *sd = 0;
    if (asprintf(&name, "%s_sd", column) < 0) {
        return jc_fail_memory(error);
    }
    if (jc_csv_table_find(table, name, &at, NULL) == 0) {
        ret = jc_csv_table_number(table, row, at, sd, error);
        *sd = isnan(*sd) ? 0 : *sd;
        if (ret == 0 && *sd < 0) {
            ret = jc_fail(error, JC_ERROR_INPUT,
                "%s:%zu: %s is %g; a standard deviation is not negative", table->path,
                table->line[row], name, *sd);
        }
    }
    free(name);
    return ret;
}

static int
read_number(const struct jc_csv_table *table, size_t row, const char *column, double *mean,
    double *sd, struct jc_error *error)
{
    size_t at;
    int ret = jc_csv_table_find(table, column, &at, error);

    ret = ret != 0 ? ret : jc_csv_table_number(table, row, at, mean, error);
    if (ret != 0) {
        return ret;
    }
    if (isnan(*mean)) {
        return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %s: the field is empty", table->path,
            table->line[row], column);
    }
    if (!(*mean > 0)) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s:%zu: %s is %g; data envelopment analysis needs numbers greater than 0", table->path,
            table->line[row], column, *mean);
    }
    return read_sd(table, row, column, sd, error);
}

/* The inputs, or the outputs, of a unit from a row of a table. */
static int
read_inputs(struct jc_rank_units *self, size_t unit, const struct jc_csv_table *table, size_t row,
    struct jc_error *error)
{
    struct jc_eco_units *mean = &self->mean;
    double *sd = &self->sd[unit * (mean->n_inputs + mean->n_outputs)];
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < mean->n_inputs; j++) {
        ret = read_number(table, row, mean->input_name[j], &mean->input[unit * mean->n_inputs + j],
            &sd[j], error);
        self->varies = self->varies || sd[j] > 0;
    }
    return ret;
}

static int
read_outputs(struct jc_rank_units *self, size_t unit, const struct jc_csv_table *table, size_t row,
    struct jc_error *error)
{
    struct jc_eco_units *mean = &self->mean;
    double *sd = &self->sd[unit * (mean->n_inputs + mean->n_outputs) + mean->n_inputs];
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < mean->n_outputs; j++) {
        ret = read_number(table, row, mean->output_name[j],
            &mean->output[unit * mean->n_outputs + j], &sd[j], error);
        self->varies = self->varies || sd[j] > 0;
    }
    return ret;
}

/* The outputs of all units from a table of their own. */
static int
look_up_outputs(struct jc_rank_units *self, const char *path, struct jc_error *error)
{
    struct jc_csv_table table;
    const char *key;
    size_t j, row;
    int ret = jc_csv_table_read(&table, path, error);

    if (ret != 0) {
        return ret;
    }
    for (j = 0; ret == 0 && j < self->mean.n; j++) {
        key = self->mean.name[j];
        if (jc_csv_table_find_row(&table, table.column[0], key, &row, NULL) != 0
            && jc_csv_table_find_row(&table, table.column[0], self->label[j], &row, NULL) == 0) {
            key = self->label[j];
        }
        ret = jc_csv_table_find_only_row(&table, table.column[0], key, &row, error);
        ret = ret != 0 ? ret : read_outputs(self, j, &table, row, error);
    }
    jc_csv_table_free(&table);
    return ret;
}

static int
read_row(struct jc_rank_units *self, const struct jc_rank_source *source,
    const struct jc_csv_table *table, size_t row, struct jc_error *error)
{
    const char *name;
    size_t first;
    int ret = jc_csv_table_get_text(table, row, table->column[0], &name, error);

    ret = ret != 0 ? ret : jc_csv_table_find_only_row(table, table->column[0], name, &first, error);
    ret = ret != 0 ? ret : name_unit(self, row, name, NULL, error);
    ret = ret != 0 ? ret : read_inputs(self, row, table, row, error);
    if (ret == 0 && source->outputs_table == NULL) {
        ret = read_outputs(self, row, table, row, error);
    }
    return ret;
}

static int
read_table(struct jc_rank_units *self, const struct jc_rank_source *source, struct jc_error *error)
{
    struct jc_csv_table table;
    size_t j;
    int ret = jc_csv_table_read(&table, source->file, error);

    if (ret != 0) {
        return ret;
    }
    self->seed = 1;
    ret = alloc_units(self, source, table.n_rows, error);
    for (j = 0; ret == 0 && j < table.n_rows; j++) {
        ret = read_row(self, source, &table, j, error);
    }
    jc_csv_table_free(&table);
    return ret;
}

static int
take_quantity(struct jc_rank_units *self, const struct jc_rank_source *source, size_t unit,
    size_t column, struct jc_error *error)
{
    const struct jc_case_result *result = &self->results.cases[unit];
    const char *name = source->input[column];
    const enum jc_quantity quantity = jc_quantity_by_name(name);
    const struct jc_moments *moments;

    if (quantity == JC_QUANTITIES) {
        return jc_fail(error, JC_ERROR_SCENARIO, "input '%s' is not a quantity, such as %s", name,
            jc_quantity_info(JC_ENERGY)->name);
    }
    moments = &result->record[quantity].moments;
    if (!result->recorded[quantity] || moments->n == 0) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s: case '%s' has no %s on record; 'store' of a scenario chooses quantities",
            source->file, result->name, name);
    }
    self->mean.input[unit * source->n_inputs + column] = moments->mean;
    if (!(moments->mean > 0)) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s: case '%s': %s is %g; data envelopment analysis needs numbers greater than 0",
            source->file, result->name, name, moments->mean);
    }
    if (!source->draws || moments->min == moments->max) {
        return 0;
    }
    if (!(moments->min > 0)) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s: case '%s': %s is %g in some query; data envelopment analysis needs numbers "
            "greater than 0, and only means are used with --draws 0",
            source->file, result->name, name, moments->min);
    }
    self->varies = true;
    return jc_results_case_mixture(&self->results, unit, quantity,
        &self->mixture[unit * (source->n_inputs + source->n_outputs) + column], error);
}

static int
read_results(struct jc_rank_units *self, const struct jc_rank_source *source,
    struct jc_error *error)
{
    size_t j, k;
    int ret;

    if (source->outputs_table == NULL) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "%s: a result file has no outputs of models; --outputs-table FILE has them",
            source->file);
    }
    ret = jc_file_read_cases(source->file, &self->results, error);
    ret = ret != 0 ? ret : alloc_units(self, source, self->results.n_cases, error);
    self->seed = self->results.seed;
    for (j = 0; ret == 0 && j < self->results.n_cases; j++) {
        ret = name_unit(self, j, self->results.cases[j].name, self->results.cases[j].label, error);
        for (k = 0; ret == 0 && k < source->n_inputs; k++) {
            ret = take_quantity(self, source, j, k, error);
        }
    }
    return ret;
}

int
jc_rank_units_read(struct jc_rank_units *self, const struct jc_rank_source *source,
    struct jc_error *error)
{
    int ret;

    *self = (struct jc_rank_units){ 0 };
    ret = jc_file_is_result(source->file) ? read_results(self, source, error)
                                          : read_table(self, source, error);
    if (ret == 0 && source->outputs_table != NULL) {
        ret = look_up_outputs(self, source->outputs_table, error);
    }
    if (ret != 0) {
        jc_rank_units_free(self);
    }
    return ret;
}
