/*
 * Between the formats and the trace: the bytes of a file, and rows that are used or dropped.
 */
#ifndef JC_SAMPLERS_FIT_ROWS_H
#define JC_SAMPLERS_FIT_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include <zlib.h>

#include "base/error.h"
#include "samplers/fit/trace.h"

#define JC_ROW_WEIGHT JC_TRACE_VARIABLES /* the slot behind those of the variables */
#define JC_ROW_SLOTS (JC_TRACE_VARIABLES + 1)
#define JC_ROW_LONGEST ((size_t) 64 << 20) /* bytes of a field or of a line */

/* A row while it is read. */
struct jc_row {
    uint64_t line;
    enum jc_trace_reason reason; /* JC_TRACE_REASONS: nothing is wrong with it */
    double number[JC_ROW_SLOTS];
    char example[JC_TRACE_EXAMPLE];
};

/* The row that begins at a line, with all slots empty but a weight of 1 where there are no weights. */
void jc_row_begin(struct jc_row *row, const struct jc_trace *trace, uint64_t line);

/* Takes what stands in a column: a text, which need not end with a NUL, or a number. The first thing
 * that is wrong with a row is its reason. */
void jc_row_text(struct jc_row *row, const struct jc_trace *trace, size_t slot, const char *text,
    size_t length);
void jc_row_number(struct jc_row *row, const struct jc_trace *trace, size_t slot, double number);
void jc_row_reject(struct jc_row *row, enum jc_trace_reason reason, const char *text,
    size_t length);

/* Counts the row. Errors: JC_ERROR_INTERNAL, JC_ERROR_INPUT (jc_tally_add). */
int jc_row_end(struct jc_row *row, struct jc_trace *trace, struct jc_error *error);

/* The bytes of a file, unpacked, in pieces. */
struct jc_trace_file {
    const char *path;
    gzFile gz;
    char *buffer;
    const char *bytes; /* [length] the current piece; not NUL-terminated */
    size_t length;     /* 0: the file has ended */
};

/* Opens a file at its first piece, behind a byte order mark. Errors: JC_ERROR_IO, JC_ERROR_INPUT,
 * JC_ERROR_INTERNAL. Close it in any case. */
int jc_trace_file_open(struct jc_trace_file *self, const char *path, struct jc_error *error);
int jc_trace_file_next(struct jc_trace_file *self, struct jc_error *error);
void jc_trace_file_close(struct jc_trace_file *self);

/* Read all rows of an open file. */
int jc_trace_read_csv(struct jc_trace *self, struct jc_trace_file *file,
    const struct jc_trace_columns *wanted, struct jc_error *error);
int jc_trace_read_json(struct jc_trace *self, struct jc_trace_file *file,
    const struct jc_trace_columns *wanted, struct jc_error *error);

#endif
