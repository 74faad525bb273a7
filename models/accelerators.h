/*
 * The accelerator that a model runs on: a row of a CSV table with its source.
 *
 * Columns (a header names them, in any order, others are ignored): accelerator, power_kw, peak_flops,
 * memory_bytes, bandwidth_bytes_per_s, source.
 */
#ifndef JC_MODELS_ACCELERATORS_H
#define JC_MODELS_ACCELERATORS_H

#include "base/error.h"

struct jc_accelerator {
    char *name;
    double power_kw;              /* rated (TDP), kW, > 0 */
    double peak_flops;            /* in 16 bits, as the source says, FLOP/s, > 0 */
    double memory_bytes;          /* bytes, > 0 */
    double bandwidth_bytes_per_s; /* of the memory, > 0 */
    char *source;
};

/* The row of that name in a CSV file. Errors: JC_ERROR_INPUT (the file; no such row, naming those
 * that there are; two such rows; `file:line: column: ...`, a field of it that is empty or out of
 * range), JC_ERROR_IO, JC_ERROR_INTERNAL. On error, nothing is to be freed. */
int jc_accelerator_read(struct jc_accelerator *self, const char *path, const char *name,
    struct jc_error *error);
void jc_accelerator_free(struct jc_accelerator *self);

#endif
