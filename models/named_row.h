/*
 * One row of a CSV table, found by its name: numbers, and the source that every row of the project's
 * tables has.
 */
#ifndef JC_MODELS_NAMED_ROW_H
#define JC_MODELS_NAMED_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct jc_named_number {
    const char *column;
    double *value;
    bool positive; /* greater than 0; else 0 or greater */
};

/* Reads the only row whose field in the column `key` is `name`: the numbers, and copies of the name and of
 * the column `source`. Errors: JC_ERROR_INPUT (the file; no such row, naming those that there are; two
 * such rows; `file:line: column: ...`, a field that is empty or out of range), JC_ERROR_IO,
 * JC_ERROR_INTERNAL; the copies are to be freed also then. */
int jc_named_row_read(const char *path, const char *key, const char *name, size_t n_numbers,
    const struct jc_named_number *number, char **copy_of_name, char **source,
    struct jc_error *error);

#endif
