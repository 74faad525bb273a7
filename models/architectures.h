/*
 * The architecture of a language model, as far as it sets the work of a token: a row of a CSV table
 * with its source.
 *
 * Columns (a header names them, in any order, others are ignored): model, parameters,
 * active_parameters, layers, attention_width, kv_bytes_per_token, bytes_per_parameter, source.
 */
#ifndef JC_MODELS_ARCHITECTURES_H
#define JC_MODELS_ARCHITECTURES_H

#include "base/error.h"

struct jc_architecture {
    char *model;
    double parameters;          /* all weights, > 0 */
    double active_parameters;   /* used for a token, > 0; fewer with a mixture of experts */
    double layers;              /* > 0 */
    double attention_width;     /* heads times their dimension, > 0 */
    double kv_bytes_per_token;  /* keys and values of all layers, bytes, >= 0 */
    double bytes_per_parameter; /* 2 for 16-bit weights, > 0 */
    char *source;
};

/* The row of that model in a CSV file. Errors: JC_ERROR_INPUT (the file; no such row, naming those
 * that there are; two such rows; `file:line: column: ...`, a field of it that is empty or out of
 * range), JC_ERROR_IO, JC_ERROR_INTERNAL. On error, nothing is to be freed. */
int jc_architecture_read(struct jc_architecture *self, const char *path, const char *name,
    struct jc_error *error);
void jc_architecture_free(struct jc_architecture *self);

#endif
