#include "results/plots/sweep_choice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAME 1e-9

long
jc_sweep_quantile_column(const struct jc_sweep_result *sweep, double probability)
{
    size_t k;

    for (k = 0; k < sweep->n_quantiles; k++) {
        if (fabs(sweep->quantile[k] - probability) < SAME) {
            return (long) (JC_POINT_NUMBERS + k);
        }
    }
    return -1;
}

/* "mean", "median", "sd", "p95". */
static int
choose_statistic(struct jc_sweep_choice *self, const char *name, struct jc_error *error)
{
    double percent = 50;
    char *end = NULL;
    long column = -1;

    name = name != NULL ? name : "median";
    (void) snprintf(self->statistic, sizeof(self->statistic), "%s", name);
    if (strcmp(name, "mean") == 0 || strcmp(name, "sd") == 0) {
        self->column = name[0] == 'm' ? JC_POINT_MEAN : JC_POINT_SD;
        return 0;
    }
    if (name[0] == 'p' || name[0] == 'P') {
        percent = strtod(name + 1, &end);
        (void) snprintf(self->statistic, sizeof(self->statistic), "P%g", percent);
    }
    if (strcmp(name, "median") == 0 || (end != NULL && end != name + 1 && *end == '\0')) {
        column = jc_sweep_quantile_column(self->sweep, percent / 100);
    }
    self->column = column;
    return column >= 0 ? 0
                       : jc_fail(error, JC_ERROR_SCENARIO,
                           "--statistic %s: mean, median, sd or a quantile that the sweep has is "
                           "expected, such as p95",
                           name);
}

static void
take(struct jc_sweep_choice *self, size_t subject)
{
    if (self->n_subjects < JC_SWEEP_SUBJECTS) {
        self->subject[self->n_subjects++] = subject;
    }
    self->n_all++;
}

static int
choose_named(struct jc_sweep_choice *self, const char *name, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = self->sweep;
    const char *const prefix = "blend:";
    const bool blend = strncmp(name, prefix, strlen(prefix)) == 0;
    const char *wanted = name + (blend ? strlen(prefix) : 0);
    size_t s = blend ? sweep->n_cases : 0;

    while (s < sweep->n_subjects && strcmp(sweep->subject[s].name, wanted) != 0) {
        s++;
    }
    if (s == sweep->n_subjects || !sweep->subject[s].has[self->quantity]) {
        return jc_fail(error, JC_ERROR_SCENARIO, "the sweep has no %s of %s",
            jc_quantity_info(self->quantity)->name, name);
    }
    take(self, s);
    return 0;
}

int
jc_sweep_choose(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_sweep_choice *self, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = &results->sweep;
    size_t j;
    int q;
    int ret;

    *self = (struct jc_sweep_choice){ .sweep = sweep };
    self->quantity = options->has_quantity ? options->quantity : JC_ENERGY;
    for (q = 0; q < JC_QUANTITIES && !options->has_quantity
         && !jc_sweep_has(sweep, 0, sweep->n_subjects, self->quantity);
         q++) {
        self->quantity = (enum jc_quantity) q;
    }
    ret = choose_statistic(self, options->statistic, error);
    for (j = 0; ret == 0 && j < options->n_names; j++) {
        ret = choose_named(self, options->name[j], error);
    }
    for (j = 0; ret == 0 && options->n_names == 0 && j < sweep->n_subjects; j++) {
        if (sweep->subject[j].has[self->quantity]) {
            take(self, j);
        }
    }
    if (ret == 0 && self->n_subjects == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "the sweep has no %s",
            jc_quantity_info(self->quantity)->name);
    }
    return ret;
}

double
jc_choice_value(const struct jc_sweep_choice *self, size_t point, size_t subject, long column)
{
    return column >= 0 && self->sweep->point[point].status == JC_POINT_COMPUTED
        ? jc_sweep_numbers(self->sweep, point, self->subject[subject], self->quantity)[column]
        : NAN;
}

void
jc_choice_span(const struct jc_sweep_choice *self, long lower, long upper, double *low,
    double *high)
{
    const long at_low = lower < 0 ? self->column : lower;
    const long at_high = upper < 0 ? self->column : upper;
    size_t p, s;

    *low = INFINITY;
    *high = -INFINITY;
    for (p = 0; p < self->sweep->n_points; p++) {
        for (s = 0; s < self->n_subjects; s++) {
            *low = fmin(*low, jc_choice_value(self, p, s, at_low));
            *high = fmax(*high, jc_choice_value(self, p, s, at_high));
        }
    }
    if (!(*low <= *high)) { /* every point failed */
        *low = 0;
        *high = 1;
    }
}

int
jc_sweep_axis_title(const struct jc_sweep_axis *axis, struct jc_text *title, struct jc_error *error)
{
    const bool has_label =
        axis->label != NULL && axis->label[0] != '\0' && strcmp(axis->label, axis->key) != 0;
    const bool has_unit =
        axis->units != NULL && axis->units[0] != '\0' && strcmp(axis->units, "1") != 0;

    return jc_text_append(title, error, "%s%s%s%s", has_label ? axis->label : axis->name,
        has_unit ? " [" : "", has_unit ? axis->units : "", has_unit ? "]" : "");
}

void
jc_sweep_axis_text(const struct jc_sweep_axis *axis, size_t index, char text[JC_LINE_LENGTH])
{
    if (axis->number != NULL) {
        (void) snprintf(text, JC_LINE_LENGTH, "%.6g", axis->number[index]);
    } else {
        (void) snprintf(text, JC_LINE_LENGTH, "%.*s", JC_LINE_LENGTH - 1, axis->text[index]);
    }
}
