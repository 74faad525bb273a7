/*
 * The words behind options, read. Errors of all of them: JC_ERROR_SCENARIO, naming the option and what was found.
 */
#ifndef JC_ENGINE_CLI_OPTION_VALUES_H
#define JC_ENGINE_CLI_OPTION_VALUES_H

#include "engine/cli/cli.h"

int jc_cli_parse_threads(const char *text, int *threads, struct jc_error *error);
int jc_cli_parse_level(const char *text, int *level, struct jc_error *error);
int jc_cli_parse_count(const char *name, const char *text, size_t largest, size_t *count,
    struct jc_error *error);
int jc_cli_parse_most_queries(const char *text, uint64_t *queries, struct jc_error *error);
int jc_cli_parse_simd(const char *text, enum jc_simd *simd, struct jc_error *error);
int jc_cli_parse_quantiles(const char *text, struct jc_cli_options *options,
    struct jc_error *error);

#endif
