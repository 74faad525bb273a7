#include "models/accelerators.h"

#include <stdlib.h>

#include "base/text.h"
#include "models/csv_table.h"

void
jc_accelerator_free(struct jc_accelerator *self)
{
    free(self->name);
    free(self->source);
    *self = (struct jc_accelerator){ 0 };
}

static int
read_numbers(struct jc_accelerator *self, const struct jc_csv_table *table, size_t row,
    struct jc_error *error)
{
    int ret = jc_csv_table_get_positive(table, row, "power_kw", &self->power_kw, error);

    ret = ret != 0 ? ret
                   : jc_csv_table_get_positive(table, row, "peak_flops", &self->peak_flops, error);
    ret = ret != 0
        ? ret
        : jc_csv_table_get_positive(table, row, "memory_bytes", &self->memory_bytes, error);
    ret = ret != 0 ? ret
                   : jc_csv_table_get_positive(table, row, "bandwidth_bytes_per_s",
                       &self->bandwidth_bytes_per_s, error);
    return ret;
}

int
jc_accelerator_read(struct jc_accelerator *self, const char *path, const char *name,
    struct jc_error *error)
{
    struct jc_csv_table table;
    const char *source = NULL;
    size_t row;
    int ret;

    *self = (struct jc_accelerator){ 0 };
    ret = jc_csv_table_read(&table, path, error);
    if (ret != 0) {
        return ret;
    }
    ret = jc_csv_table_find_only_row(&table, "accelerator", name, &row, error);
    ret = ret != 0 ? ret : read_numbers(self, &table, row, error);
    ret = ret != 0 ? ret : jc_csv_table_get_text(&table, row, "source", &source, error);
    ret = ret != 0 ? ret : jc_string_set(&self->name, name, error);
    ret = ret != 0 ? ret : jc_string_set(&self->source, source, error);
    jc_csv_table_free(&table);
    if (ret != 0) {
        jc_accelerator_free(self);
    }
    return ret;
}
