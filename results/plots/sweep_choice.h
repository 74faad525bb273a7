/*
 * What a picture takes out of a sweep: a quantity, some of its cases and blends, one statistic of them.
 */
#ifndef JC_RESULTS_PLOTS_SWEEP_CHOICE_H
#define JC_RESULTS_PLOTS_SWEEP_CHOICE_H

#include "results/plots/canvas.h"

#define JC_SWEEP_SUBJECTS 12

struct jc_sweep_choice {
    const struct jc_sweep_result *sweep;
    enum jc_quantity quantity;
    size_t n_subjects; /* 1 to JC_SWEEP_SUBJECTS */
    size_t n_all;      /* that could have been chosen */
    size_t subject[JC_SWEEP_SUBJECTS];
    long column;        /* of the statistic among the numbers of a point */
    char statistic[32]; /* "median", "mean", "P95" */
};

/* As options say: by default the energy, all subjects that have it, the median. Errors: JC_ERROR_SCENARIO. */
int jc_sweep_choose(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_sweep_choice *self, struct jc_error *error);

/* The column of a quantile; -1 if it is not there. */
long jc_sweep_quantile_column(const struct jc_sweep_result *sweep, double probability);

/* A number of a chosen subject in a point; NAN where the point failed, or of column -1. */
double jc_choice_value(const struct jc_sweep_choice *self, size_t point, size_t subject,
    long column);

/* The lowest and highest value of the statistic, or of two more columns, -1 for none. */
void jc_choice_span(const struct jc_sweep_choice *self, long lower, long upper, double *low,
    double *high);

/* What an axis is called, with its unit: "pue", "batch: requests at once". Errors: JC_ERROR_INTERNAL. */
int jc_sweep_axis_title(const struct jc_sweep_axis *axis, struct jc_text *title,
    struct jc_error *error);

/* A value of an axis as a text, short enough for a tic. */
void jc_sweep_axis_text(const struct jc_sweep_axis *axis, size_t index, char text[JC_LINE_LENGTH]);

#endif
