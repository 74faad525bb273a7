/*
 * Throughput measurements: rows of a CSV table, each with its source.
 *
 * Columns (a header names them, in any order, others are ignored): model, precision, input_tokens,
 * output_tokens, throughput_tokens_per_s, source; an empty field is a missing value.
 */
#ifndef JC_MODELS_MEASUREMENTS_H
#define JC_MODELS_MEASUREMENTS_H

#include <stddef.h>

#include "base/error.h"

struct jc_measurement {
    char *model;
    char *precision;     /* "FP8", "FP16", ... */
    double input_tokens; /* >= 0; NAN: not stated */
    double output_tokens;
    double throughput_tokens_per_s; /* of the whole node, > 0 */
    char *source;
};

struct jc_measurements {
    size_t n_rows;
    struct jc_measurement *row;
};

/* Reads a CSV file. Errors: JC_ERROR_IO, JC_ERROR_INPUT (`file:line: column: ...`; a missing
 * column, a number that is none, a NaN, a negative number, a row of another length, an empty
 * table), JC_ERROR_INTERNAL. On error, nothing is to be freed. */
int jc_measurements_read(struct jc_measurements *self, const char *path, struct jc_error *error);
void jc_measurements_free(struct jc_measurements *self);

/* Appends a copy of a row. Errors: JC_ERROR_INTERNAL. */
int jc_measurements_append(struct jc_measurements *self, const struct jc_measurement *row,
    struct jc_error *error);

/* Copies the rows of a model and a precision (NULL: any) into `selected`. Finding none is no error
 * here: n_rows is 0. */
int jc_measurements_select(const struct jc_measurements *self, const char *model,
    const char *precision, struct jc_measurements *selected, struct jc_error *error);

#endif
