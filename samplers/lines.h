/*
 * A quantile function of straight lines between observed values, for quantities that are continuous.
 */
#ifndef JC_SAMPLERS_LINES_H
#define JC_SAMPLERS_LINES_H

#include <stddef.h>

#include "base/error.h"
#include "samplers/kernels.h"

/* Deals the words out to the lines between those of n >= 1 values that have a weight (JC_INTERPOLATED),
 * as far as they lie within [min, max]. Errors: JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_lines_init(struct jc_lines *self, size_t n, const double *weight, const double *value,
    double min, double max, struct jc_error *error);
void jc_lines_free(struct jc_lines *self);

#endif
