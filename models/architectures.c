#include "models/architectures.h"

#include <stdlib.h>

#include "base/text.h"
#include "models/csv_table.h"

void
jc_architecture_free(struct jc_architecture *self)
{
    free(self->model);
    free(self->source);
    *self = (struct jc_architecture){ 0 };
}

/* Keys and values may take no room at all: a recurrent model has none. */
static int
read_kv_bytes(double *value, const struct jc_csv_table *table, size_t row, struct jc_error *error)
{
    size_t column;
    int ret = jc_csv_table_find(table, "kv_bytes_per_token", &column, error);

    ret = ret != 0 ? ret : jc_csv_table_number(table, row, column, value, error);
    if (ret == 0 && !(*value >= 0)) {
        ret = jc_fail(error, JC_ERROR_INPUT,
            "%s:%zu: kv_bytes_per_token: a number not less than 0 is needed", table->path,
            table->line[row]);
    }
    return ret;
}

static int
read_numbers(struct jc_architecture *self, const struct jc_csv_table *table, size_t row,
    struct jc_error *error)
{
    int ret = read_kv_bytes(&self->kv_bytes_per_token, table, row, error);
    size_t j;
    const struct {
        const char *column;
        double *value;
    } number[] = {
        { "parameters", &self->parameters },
        { "active_parameters", &self->active_parameters },
        { "layers", &self->layers },
        { "attention_width", &self->attention_width },
        { "bytes_per_parameter", &self->bytes_per_parameter },
    };

    for (j = 0; ret == 0 && j < sizeof(number) / sizeof(number[0]); j++) {
        ret = jc_csv_table_get_positive(table, row, number[j].column, number[j].value, error);
    }
    if (ret == 0 && self->active_parameters > self->parameters) {
        ret = jc_fail(error, JC_ERROR_INPUT,
            "%s:%zu: active_parameters: %g is more than all parameters, %g", table->path,
            table->line[row], self->active_parameters, self->parameters);
    }
    return ret;
}

int
jc_architecture_read(struct jc_architecture *self, const char *path, const char *model,
    struct jc_error *error)
{
    struct jc_csv_table table;
    const char *source = NULL;
    size_t row;
    int ret;

    *self = (struct jc_architecture){ 0 };
    ret = jc_csv_table_read(&table, path, error);
    if (ret != 0) {
        return ret;
    }
    ret = jc_csv_table_find_only_row(&table, "model", model, &row, error);
    ret = ret != 0 ? ret : read_numbers(self, &table, row, error);
    ret = ret != 0 ? ret : jc_csv_table_get_text(&table, row, "source", &source, error);
    ret = ret != 0 ? ret : jc_string_set(&self->model, model, error);
    ret = ret != 0 ? ret : jc_string_set(&self->source, source, error);
    jc_csv_table_free(&table);
    if (ret != 0) {
        jc_architecture_free(self);
    }
    return ret;
}
