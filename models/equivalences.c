#include "models/equivalences.h"

#include <stdlib.h>

#include "base/text.h"
#include "models/csv_table.h"

void
jc_equivalence_free(struct jc_equivalence *self)
{
    free(self->name);
    free(self->source);
    *self = (struct jc_equivalence){ 0 };
}

static int
read_row(struct jc_equivalence *self, const struct jc_csv_table *table, const char *name,
    struct jc_error *error)
{
    const char *quantity = NULL;
    const char *source = NULL;
    size_t row;
    int ret = jc_csv_table_find_only_row(table, "equivalence", name, &row, error);

    ret = ret != 0 ? ret : jc_csv_table_get_text(table, row, "quantity", &quantity, error);
    ret = ret != 0 ? ret : jc_csv_table_get_positive(table, row, "amount", &self->amount, error);
    ret = ret != 0 ? ret : jc_csv_table_get_text(table, row, "source", &source, error);
    if (ret == 0) {
        self->quantity = jc_quantity_by_name(quantity);
        if (self->quantity != JC_ENERGY && self->quantity != JC_WATER
            && self->quantity != JC_CARBON) {
            ret = jc_fail(error, JC_ERROR_INPUT,
                "%s:%zu: quantity: '%s' found, expected energy, water or carbon", table->path,
                table->line[row], quantity);
        }
    }
    ret = ret != 0 ? ret : jc_string_set(&self->name, name, error);
    return ret != 0 ? ret : jc_string_set(&self->source, source, error);
}

int
jc_equivalence_read(struct jc_equivalence *self, const char *path, const char *name,
    struct jc_error *error)
{
    struct jc_csv_table table;
    int ret;

    *self = (struct jc_equivalence){ 0 };
    ret = jc_csv_table_read(&table, path, error);
    if (ret == 0) {
        ret = read_row(self, &table, name, error);
        jc_csv_table_free(&table);
    }
    if (ret != 0) {
        jc_equivalence_free(self);
    }
    return ret;
}
