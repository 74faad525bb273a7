/*
 * Samples of a result file, read back.
 */
#ifndef JC_RESULTS_COLUMNS_H
#define JC_RESULTS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/error.h"
#include "models/quantities.h"

/* Whether the samples of a quantity of a case are in an open file. */
bool jc_column_is_stored(hid_t file, const char *case_name, enum jc_quantity quantity);

/* x[n] becomes those of queries 0, stride, 2 stride and so on; (n - 1) stride is a query of the case. Reads with bounded
 * memory, and checks the checksums of all chunks in between. Errors: JC_ERROR_FORMAT. */
int jc_column_read(hid_t file, const char *case_name, enum jc_quantity quantity, uint64_t stride,
    size_t n, double *x, struct jc_error *error);

#endif
