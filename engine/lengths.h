/*
 * Pictures of traces: what was observed of each variable, and the families fitted to it, in common bins.
 */
#ifndef JC_ENGINE_LENGTHS_H
#define JC_ENGINE_LENGTHS_H

#include "base/error.h"
#include "results/plots/plot.h"
#include "samplers/empirical.h"

#define JC_LENGTHS_VARIABLES 2

struct jc_lengths {
    struct jc_plot_lengths plot; /* refers to what follows, and to the empirical distribution */
    struct jc_plot_variable variable[JC_LENGTHS_VARIABLES];
    double *numbers[JC_LENGTHS_VARIABLES]; /* edges and shares of a variable */
    struct jc_plot_family *family[JC_LENGTHS_VARIABLES];
    char *source;
};

/* The first two variables that are quantities; bins have equal widths of the logarithm, as far as whole numbers allow, from
 * the 0.1 % quantile above 0 to the 99.9 % quantile. `self` must not outlive `empirical`. Free with
 * jc_lengths_free. Errors: JC_ERROR_INPUT (no variable has two values above 0), JC_ERROR_INTERNAL; free also then. */
int jc_lengths_init(struct jc_lengths *self, const struct jc_empirical *empirical,
    const char *version, struct jc_error *error);
void jc_lengths_free(struct jc_lengths *self);

/* Reads a distribution file (.yaml) or a trace, as `joulecast fit` takes it, its columns by their known names. Free with
 * jc_empirical_free. Errors: JC_ERROR_INPUT, JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_lengths_read(struct jc_empirical *empirical, const char *path, struct jc_error *error);

#endif
