#include "models/curve.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

#include "samplers/stable_math.h"
#include "samplers/vector_math.h"

#define LARGEST_VALUE 1e30 /* so that slopes are finite */

/* As the loops take the logarithm of a query's batch size, so that it meets the knot exactly. */
static int
set_log_batch(struct jc_curve *self, size_t k, double batch_size, struct jc_error *error)
{
    if (!(batch_size >= (double) FLT_MIN && batch_size <= (double) FLT_MAX)) {
        return jc_fail(error, JC_ERROR_INPUT, "batch size %g: a number greater than 0 is needed",
            batch_size);
    }
    self->log_batch[k] = jc_vlog((float) batch_size);
    if (k > 0 && !(self->log_batch[k] > self->log_batch[k - 1])) {
        return jc_fail(error, JC_ERROR_INPUT,
            "batch size %.9g: the batch sizes of a curve ascend, each by more than a rounding",
            batch_size);
    }
    return 0;
}

static int
set_value(struct jc_curve *self, size_t k, double value, bool logarithmic, struct jc_error *error)
{
    if (logarithmic && !(value > 0)) {
        return jc_fail(error, JC_ERROR_INPUT, "value %g: a number greater than 0 is needed", value);
    }
    if (!(fabs(value) <= LARGEST_VALUE)) {
        return jc_fail(error, JC_ERROR_INPUT, "value %g: a number up to %g is needed", value,
            LARGEST_VALUE);
    }
    self->value[k] = (float) (logarithmic ? jc_log(value) : value);
    return 0;
}

int
jc_curve_init(struct jc_curve *self, size_t n, const double *batch_size, const double *value,
    bool logarithmic, struct jc_error *error)
{
    double rise, run;
    size_t k;
    int ret = 0;

    *self = (struct jc_curve){ .n_knots = n };
    if (n == 0 || n > JC_CURVE_KNOTS) {
        return jc_fail(error, JC_ERROR_INPUT, "%zu batch sizes: a curve has 1 to %d", n,
            JC_CURVE_KNOTS);
    }
    for (k = 0; ret == 0 && k < n; k++) {
        if (n > 1 || !isnan(batch_size[k])) {
            ret = set_log_batch(self, k, batch_size[k], error);
        }
        ret = ret != 0 ? ret : set_value(self, k, value[k], logarithmic, error);
    }
    for (k = 0; ret == 0 && k + 1 < n; k++) {
        rise = (double) self->value[k + 1] - (double) self->value[k];
        run = (double) self->log_batch[k + 1] - (double) self->log_batch[k];
        self->slope[k] = (float) (rise / run);
    }
    return ret;
}
