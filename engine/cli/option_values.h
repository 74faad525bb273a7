/*
 * The values of options, from their texts. Each function tells the option in its error, JC_ERROR_SCENARIO.
 */
#ifndef JC_ENGINE_CLI_OPTION_VALUES_H
#define JC_ENGINE_CLI_OPTION_VALUES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/simd.h"
#include "engine/cli/cli.h"

int jc_cli_parse_threads(const char *text, int *threads, struct jc_error *error);

/* A path that leaves room for longer names beside it, else JC_ERROR_IO, and is not one of them. */
int jc_cli_parse_output(const char *text, const char **path, struct jc_error *error);

/* Of compression, 1 to 9. */
int jc_cli_parse_level(const char *text, int *level, struct jc_error *error);

/* A whole number from 1 to `largest`, of the option --name. */
int jc_cli_parse_count(const char *name, const char *text, size_t largest, size_t *count,
    struct jc_error *error);

/* A whole number that may be written as 1e9. */
int jc_cli_parse_most_queries(const char *text, uint64_t *queries, struct jc_error *error);

int jc_cli_parse_simd(const char *text, enum jc_simd *simd, struct jc_error *error);

/* Probabilities with commas between them, into options->quantile. */
int jc_cli_parse_quantiles(const char *text, struct jc_cli_options *options,
    struct jc_error *error);

#endif
