#include "models/interventions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "models/csv_table.h"

void
jc_intervention_free(struct jc_intervention *self)
{
    free(self->name);
    free(self->source);
    *self = (struct jc_intervention){ 0 };
}

/* A batch size follows those before it; only a single row may leave it open. */
static int
check_batch_size(const struct jc_intervention *self, const struct jc_csv_table *table, size_t row,
    double batch_size, struct jc_error *error)
{
    const double last = self->n_knots == 0 ? 0 : self->batch_size[self->n_knots - 1];

    if (isnan(last) || (isnan(batch_size) && self->n_knots > 0)) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s:%zu: batch_size: '%s' has several rows, each needs a batch size", table->path,
            table->line[row], self->name);
    }
    if (batch_size <= last) {
        return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: batch_size: %g must be greater than %g",
            table->path, table->line[row], batch_size, last);
    }
    return 0;
}

static int
append_knot(struct jc_intervention *self, const struct jc_csv_table *table, size_t row,
    struct jc_error *error)
{
    double batch_size = NAN;
    double factor = NAN;
    size_t column;
    int ret;

    if (self->n_knots == JC_INTERVENTION_KNOTS) {
        return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: name: '%s' has more than %d rows",
            table->path, table->line[row], self->name, JC_INTERVENTION_KNOTS);
    }
    ret = jc_csv_table_get_positive(table, row, "factor", &factor, error);
    ret = ret != 0 ? ret : jc_csv_table_find(table, "batch_size", &column, error);
    ret = ret != 0 ? ret : jc_csv_table_number(table, row, column, &batch_size, error);
    ret = ret != 0 ? ret : check_batch_size(self, table, row, batch_size, error);
    if (ret == 0) {
        self->factor[self->n_knots] = factor;
        self->batch_size[self->n_knots] = batch_size;
        self->n_knots++;
    }
    return ret;
}

static int
read_rows(struct jc_intervention *self, const struct jc_csv_table *table, const char *name,
    struct jc_error *error)
{
    const char *source = NULL;
    size_t row, column;
    int ret = jc_csv_table_find_row(table, "name", name, &row, error);

    ret = ret != 0 ? ret : jc_csv_table_find(table, "name", &column, error);
    ret = ret != 0 ? ret : jc_csv_table_get_text(table, row, "source", &source, error);
    ret = ret != 0 ? ret : jc_string_set(&self->name, name, error);
    ret = ret != 0 ? ret : jc_string_set(&self->source, source, error);
    for (; ret == 0 && row < table->n_rows; row++) {
        if (strcmp(jc_csv_table_text(table, row, column), name) == 0) {
            ret = append_knot(self, table, row, error);
        }
    }
    return ret;
}

int
jc_intervention_read(struct jc_intervention *self, const char *path, const char *name,
    struct jc_error *error)
{
    struct jc_csv_table table;
    int ret;

    *self = (struct jc_intervention){ 0 };
    ret = jc_csv_table_read(&table, path, error);
    if (ret != 0) {
        return ret;
    }
    ret = read_rows(self, &table, name, error);
    jc_csv_table_free(&table);
    if (ret != 0) {
        jc_intervention_free(self);
    }
    return ret;
}
