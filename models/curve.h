/*
 * Curves over the batch size: straight lines between measured points over ln(batch size), constant
 * outside them. The kernels evaluate them (models/kernels.h).
 */
#ifndef JC_MODELS_CURVE_H
#define JC_MODELS_CURVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "models/kernels.h"

/* The curve through value[n] at batch_size[n], which ascends and is > 0; n from 1 to JC_CURVE_KNOTS.
 * Of a single point the batch size may be NAN. `logarithmic`: through the logarithms of the values,
 * which are > 0, for jc_model_kernels.exp_curve. A query whose batch size is that of a knot, in single
 * precision, gets the value of the knot. Errors: JC_ERROR_INPUT (a number out of range, batch sizes
 * that do not ascend in single precision, too many of them). */
int jc_curve_init(struct jc_curve *self, size_t n, const double *batch_size, const double *value,
    bool logarithmic, struct jc_error *error);

#endif
