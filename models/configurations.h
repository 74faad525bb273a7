/*
 * Measured serving configurations: batch size, throughput and GPU power that belong together. Rows of
 * a CSV table, each with its source.
 *
 * Columns (a header names them, in any order, others are ignored): model, precision, gpu, gpus,
 * parallelism, task, batch_size, output_tokens, tokens_per_s, gpu_power_kw, source.
 */
#ifndef JC_MODELS_CONFIGURATIONS_H
#define JC_MODELS_CONFIGURATIONS_H

#include <stddef.h>

#include "base/error.h"

struct jc_configuration {
    char *model;
    char *precision;      /* of the weights: "fp8", "bfloat16", "mxfp4" */
    char *gpu;            /* "H100", "B200" */
    double gpus;          /* how many, a whole number > 0 */
    char *parallelism;    /* "tp8", "ep8", ... */
    char *task;           /* "chat", "reasoning", "completion" */
    double batch_size;    /* requests served at once, mean over time, > 0 */
    double output_tokens; /* per request, mean, > 0 */
    double tokens_per_s;  /* output tokens of all requests, > 0 */
    double gpu_power_kw;  /* of all GPUs, mean, kW, > 0 */
    char *source;
};

struct jc_configurations {
    size_t n_rows;
    struct jc_configuration *row;
};

/* Which rows; NULL (gpus: 0) takes any. */
struct jc_configuration_choice {
    const char *model;
    const char *precision;
    const char *gpu;
    double gpus;
    const char *parallelism;
    const char *task;
};

/* Reads a CSV file. Errors: JC_ERROR_INPUT (`file:line: column: ...`; a missing column, a field that
 * is empty, no number or out of range), JC_ERROR_IO, JC_ERROR_INTERNAL. On error, nothing is to be
 * freed. */
int jc_configurations_read(struct jc_configurations *self, const char *path,
    struct jc_error *error);
void jc_configurations_free(struct jc_configurations *self);

/* Appends a copy of a row, in which a text that is NULL becomes empty. Errors: JC_ERROR_INTERNAL. */
int jc_configurations_append(struct jc_configurations *self, const struct jc_configuration *row,
    struct jc_error *error);

/* Copies the chosen rows into `selected`, by ascending batch size. Finding none is no error here:
 * n_rows is 0. Errors: JC_ERROR_INTERNAL; then `selected` is not to be freed. */
int jc_configurations_select(const struct jc_configurations *self,
    const struct jc_configuration_choice *choice, struct jc_configurations *selected,
    struct jc_error *error);

/* Whether the rows, by ascending batch size, are one series: 2 or more that differ in batch size and
 * in nothing that a choice names. Errors: JC_ERROR_INPUT (`the configurations differ in gpus (4, 8):
 * choose one`; two rows of one batch size; fewer than 2 rows), JC_ERROR_INTERNAL. */
int jc_configurations_check_series(const struct jc_configurations *self, struct jc_error *error);

#endif
