/*
 * Which columns of a trace are read, and what they are: chosen by a person, or guessed by their names.
 */
#ifndef JC_SAMPLERS_FIT_COLUMNS_H
#define JC_SAMPLERS_FIT_COLUMNS_H

#include <stddef.h>

#include "base/error.h"

#define JC_TRACE_VARIABLES 2

struct jc_trace_columns {
    size_t n; /* 1 or 2 variables; 0: to be guessed */
    char *variable[JC_TRACE_VARIABLES];
    char *column[JC_TRACE_VARIABLES];
    char *weight; /* the column of weights; NULL: every row counts once */
};

/* Reads "input_tokens=ContextTokens,output_tokens=GeneratedTokens,weight=count". Errors:
 * JC_ERROR_SCENARIO, JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_trace_columns_parse(struct jc_trace_columns *self, const char *text, struct jc_error *error);
void jc_trace_columns_free(struct jc_trace_columns *self);

/* Makes `self` the columns to read of those that there are, name[n_names]: the `wanted` ones or, where
 * nothing is wanted, those with names known from public traces (upper and lower case, blanks and
 * underscores do not matter). A column of weights is guessed only beside a single column of tokens or
 * values: a table of probabilities. `place` begins the messages. Errors: JC_ERROR_INPUT (nothing known;
 * two columns that mean the same; a table of probabilities of nobody knows what), JC_ERROR_INTERNAL;
 * then there is nothing to free. */
int jc_trace_columns_choose(struct jc_trace_columns *self, const struct jc_trace_columns *wanted,
    size_t n_names, char *const *name, const char *place, struct jc_error *error);

/* Fails because a wanted column is not there; tells the n_names that there are. */
int jc_trace_columns_missing(const char *column, size_t n_names, char *const *name,
    const char *place, struct jc_error *error);

#endif
