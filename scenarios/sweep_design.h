/*
 * The numbers of a sweep that are not written out: ranges, and the points of a design in them.
 */
#ifndef JC_SCENARIOS_SWEEP_DESIGN_H
#define JC_SCENARIOS_SWEEP_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "samplers/points.h"

/* Labels of the streams that place points: this and the name of the parameter. */
#define JC_SWEEP_STREAM "sweep."

struct jc_sweep_range {
    double from;
    double to;
    bool log;     /* equal steps of the logarithm; from and to are > 0 */
    bool integer; /* numbers are rounded to whole ones */
};

/* The number at a share of the range, 0 to 1, rounded to 12 digits, so that a step of a tenth is one; 0 and 1 are
 * the ends themselves. */
double jc_sweep_range_at(const struct jc_sweep_range *self, double share);

/* number[n] becomes n >= 2 numbers in equal steps from end to end. */
void jc_sweep_range_grid(const struct jc_sweep_range *self, size_t n, double *number);

/* number[n] becomes the coordinates of n points in dimension number `dimension` (below JC_SOBOL_DIMENSIONS): a
 * replicate of samplers/points.h, whose words are those of the stream "sweep.NAME". Errors: JC_ERROR_INTERNAL. */
int jc_sweep_range_points(const struct jc_sweep_range *self, enum jc_points_kind kind,
    uint64_t seed, const char *name, size_t dimension, size_t n, double *number,
    struct jc_error *error);

#endif
