/*
 * A small CSV table in memory (by libcsv), with the line of each row for error messages.
 */
#ifndef JC_MODELS_CSV_TABLE_H
#define JC_MODELS_CSV_TABLE_H

#include <stddef.h>

#include "base/error.h"

struct jc_csv_table {
    char *path;
    size_t n_columns;
    char **column; /* [n_columns] names, from the first row */
    size_t n_rows;
    char **cell;  /* [n_rows * n_columns], row by row; "" is an empty field */
    size_t *line; /* [n_rows] line of the file, from 1 */
};

/* Reads a file of at most 64 MiB whose first row names the columns; CRLF and a byte order mark are
 * accepted. Errors: JC_ERROR_IO, JC_ERROR_INPUT (no rows, a row of another length, a column named
 * twice, more than 1000 columns, an unfinished quote, a NUL byte), JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_csv_table_read(struct jc_csv_table *self, const char *path, struct jc_error *error);
void jc_csv_table_free(struct jc_csv_table *self);

/* *index is where the column stands. Errors: JC_ERROR_INPUT (`path:1: column 'x' is missing`). */
int jc_csv_table_find(const struct jc_csv_table *self, const char *column, size_t *index,
    struct jc_error *error);

/* The text of a field, "" if it is empty. */
const char *jc_csv_table_text(const struct jc_csv_table *self, size_t row, size_t column);

/* *value is the number in a field, NAN if it is empty. Errors: JC_ERROR_INPUT (no decimal number,
 * infinite, above 1e30). */
int jc_csv_table_number(const struct jc_csv_table *self, size_t row, size_t column, double *value,
    struct jc_error *error);

/* Fields that must be there, by the name of their column. The text is the table's; a positive number
 * is greater than 0. Errors: JC_ERROR_INPUT (no such column, an empty field, no number, out of
 * range). */
int jc_csv_table_get_text(const struct jc_csv_table *self, size_t row, const char *column,
    const char **text, struct jc_error *error);
int jc_csv_table_get_positive(const struct jc_csv_table *self, size_t row, const char *column,
    double *value, struct jc_error *error);

/* *row is the first row whose field in a column is the text. Errors: JC_ERROR_INPUT (no such column;
 * no such row: `path: model: there is no 'x'; there are: 'a', 'b'`), JC_ERROR_INTERNAL. */
int jc_csv_table_find_row(const struct jc_csv_table *self, const char *column, const char *text,
    size_t *row, struct jc_error *error);

/* The same where two such rows are an error, JC_ERROR_INPUT. */
int jc_csv_table_find_only_row(const struct jc_csv_table *self, const char *column,
    const char *text, size_t *row, struct jc_error *error);

#endif
