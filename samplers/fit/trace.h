/*
 * Traces: the requests that a service has seen, row by row, as weights of what was observed.
 *
 * A file is CSV with a header, or JSON Lines (one object per line) if it begins with '{'; plain or
 * gzip. Memory grows with the distinct values, not with the rows. A row that cannot be used is counted
 * under a reason.
 */
#ifndef JC_SAMPLERS_FIT_TRACE_H
#define JC_SAMPLERS_FIT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"
#include "samplers/empirical.h"
#include "samplers/fit/columns.h"
#include "samplers/fit/tally.h"

/* More distinct values than this of one variable, or pairs, are counted in groups (tally.h). */
#define JC_TRACE_VALUES_LIMIT ((size_t) 1 << 18)
#define JC_TRACE_PAIRS_LIMIT ((size_t) 1 << 20)

#define JC_TRACE_LARGEST 1e30 /* of values and weights: they fit single precision */
#define JC_TRACE_EXAMPLE 64

/* Why a row is left out. */
enum jc_trace_reason {
    JC_TRACE_EMPTY,        /* no text, null, or no such key */
    JC_TRACE_NOT_A_NUMBER, /* NaN and hexadecimal numbers are none */
    JC_TRACE_NEGATIVE,
    JC_TRACE_INFINITE,   /* or above JC_TRACE_LARGEST */
    JC_TRACE_BAD_WEIGHT, /* any of the above */
    JC_TRACE_NO_WEIGHT,  /* a weight of 0 */
    JC_TRACE_WIDTH,      /* more or fewer fields than the header */
    JC_TRACE_NO_OBJECT,  /* a line that is not a JSON object */
    JC_TRACE_BLANK,      /* a line without anything, before the last row */
    JC_TRACE_REASONS
};

/* "not a number", ... */
const char *jc_trace_reason_name(enum jc_trace_reason reason);

struct jc_trace_drop {
    uint64_t rows;
    uint64_t line;                  /* of the first */
    char example[JC_TRACE_EXAMPLE]; /* what stood there, printable; "" if nothing did */
};

struct jc_trace {
    struct jc_trace_columns columns; /* as they were read */
    bool is_json;
    char sha256[JC_SHA256_HEX]; /* of the bytes of the file */
    uint64_t rows_read;         /* used and dropped, without the header */
    uint64_t rows_used;
    struct jc_trace_drop dropped[JC_TRACE_REASONS];
    bool is_whole[JC_TRACE_VARIABLES]; /* all values are whole numbers */
    bool weights_are_counts;           /* no weights, or all of them are whole numbers */
    struct jc_tally values[JC_TRACE_VARIABLES];
    struct jc_tally pairs; /* empty with one variable */
};

/* Reads a file. Errors: JC_ERROR_IO; JC_ERROR_INPUT (a wanted column is missing, nothing can be guessed, no
 * rows, more than half of the rows dropped, damaged or truncated gzip, a quote that is not closed, a NUL
 * byte); JC_ERROR_INTERNAL. Then there is nothing to free. */
int jc_trace_read(struct jc_trace *self, const char *path, const struct jc_trace_columns *wanted,
    struct jc_error *error);
void jc_trace_free(struct jc_trace *self);

/* Makes of it, once, the distribution of each variable and, of two, their joint distribution: every
 * value is a class of its own unless there were too many pairs. Of a group of values, its middle
 * stands for it. Title, source and licence stay NULL. Errors: JC_ERROR_INTERNAL; then there is nothing
 * to free. */
int jc_trace_empirical(struct jc_trace *self, const char *path, struct jc_empirical *empirical,
    struct jc_error *error);

#endif
