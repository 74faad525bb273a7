#include "models/named_row.h"

#include "base/text.h"
#include "models/csv_table.h"

static int
read_number(const struct jc_csv_table *table, size_t row, const struct jc_named_number *number,
    struct jc_error *error)
{
    size_t column;
    int ret;

    if (number->positive) {
        return jc_csv_table_get_positive(table, row, number->column, number->value, error);
    }
    ret = jc_csv_table_find(table, number->column, &column, error);
    ret = ret != 0 ? ret : jc_csv_table_number(table, row, column, number->value, error);
    if (ret == 0 && !(*number->value >= 0)) {
        ret = jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %s: a number not less than 0 is needed",
            table->path, table->line[row], number->column);
    }
    return ret;
}

int
jc_named_row_read(const char *path, const char *key, const char *name, size_t n_numbers,
    const struct jc_named_number *number, char **copy_of_name, char **source,
    struct jc_error *error)
{
    struct jc_csv_table table;
    const char *text = NULL;
    size_t row, j;
    int ret = jc_csv_table_read(&table, path, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_csv_table_find_only_row(&table, key, name, &row, error);
    for (j = 0; ret == 0 && j < n_numbers; j++) {
        ret = read_number(&table, row, &number[j], error);
    }
    ret = ret != 0 ? ret : jc_csv_table_get_text(&table, row, "source", &text, error);
    ret = ret != 0 ? ret : jc_string_set(copy_of_name, name, error);
    ret = ret != 0 ? ret : jc_string_set(source, text, error);
    jc_csv_table_free(&table);
    return ret;
}
