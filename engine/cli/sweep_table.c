/*
 * Sweeps for people: every point where they are few, else where the smallest and the largest values are.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cli/cli.h"

#define MOST_ROWS 60 /* of a table of all points */
#define LONGEST 40   /* bytes of a coordinate that are shown */

static const enum jc_quantity printed[] = { JC_ENERGY, JC_WATER, JC_CARBON, JC_COST };
static const double shown[] = { 0.05, 0.5, 0.95 };

#define N_PRINTED (sizeof(printed) / sizeof(printed[0]))
#define N_SHOWN (sizeof(shown) / sizeof(shown[0]))

/* A coordinate as text. */
static void
coordinate(const struct jc_sweep_axis *axis, size_t index, char *text, size_t size)
{
    if (axis->number != NULL) {
        (void) snprintf(text, size, "%.6g", axis->number[index]);
    } else {
        (void) snprintf(text, size, "%.*s", LONGEST, axis->text[index]);
    }
}

/* Of the column of an axis. */
static int
width_of(const struct jc_sweep_axis *axis)
{
    char text[LONGEST + 1];
    size_t width = strlen(axis->name);

    for (size_t i = 0; i < axis->n; i++) {
        coordinate(axis, i, text, sizeof(text));
        width = strlen(text) > width ? strlen(text) : width;
    }
    return (int) width;
}

static size_t
find_quantile(const struct jc_sweep_result *sweep, double p)
{
    size_t k = 0;

    while (k < sweep->n_quantiles && sweep->quantile[k] != p) {
        k++;
    }
    return k;
}

/* The coordinates of a point, those that are the same as in the row before left out. */
static void
print_coordinates(const struct jc_sweep_result *sweep, size_t p, const int *width, bool first)
{
    char text[LONGEST + 1];

    for (size_t j = 0; j < sweep->n_axes; j++) {
        coordinate(&sweep->axis[j], jc_sweep_axis_value(sweep, p, j), text, sizeof(text));
        (void) printf("%-*s  ", width[j], first ? text : "");
    }
}

static void
print_point(const struct jc_sweep_result *sweep, size_t p, const int *width)
{
    const double *number;
    size_t quantile;

    if (sweep->point[p].status != JC_POINT_COMPUTED) {
        print_coordinates(sweep, p, width, true);
        (void) printf("failed\n");
        return;
    }
    for (size_t s = 0; s < sweep->n_subjects; s++) {
        print_coordinates(sweep, p, width, s == 0);
        jc_cli_print_label(stdout, "", sweep->subject[s].label);
        number = jc_sweep_numbers(sweep, p, s, JC_ENERGY);
        for (size_t k = 0; k < N_SHOWN; k++) {
            quantile = find_quantile(sweep, shown[k]);
            jc_cli_print_value(stdout,
                quantile < sweep->n_quantiles ? number[JC_POINT_NUMBERS + quantile] : NAN);
        }
        jc_cli_print_value(stdout, number[JC_POINT_MEAN]);
        (void) printf("\n");
    }
}

static int
print_points(const struct jc_sweep_result *sweep, struct jc_error *error)
{
    int *width = calloc(sweep->n_axes, sizeof(*width));

    if (width == NULL) {
        return jc_fail_memory(error);
    }
    (void) printf("\n");
    for (size_t j = 0; j < sweep->n_axes; j++) {
        width[j] = width_of(&sweep->axis[j]);
        (void) printf("%-*s  ", width[j], sweep->axis[j].name);
    }
    jc_cli_print_label(stdout, "", sweep->n_subjects > sweep->n_cases ? "case or blend" : "case");
    (void) printf(" %9s %9s %9s %9s\n", "P5", "median", "P95", "mean");
    for (size_t p = 0; p < sweep->n_points; p++) {
        print_point(sweep, p, width);
    }
    free(width);
    return 0;
}

static void
print_axes(const struct jc_sweep_result *sweep)
{
    char first[LONGEST + 1], last[LONGEST + 1];
    double low, high;

    (void) printf("\n");
    for (size_t j = 0; j < sweep->n_axes; j++) {
        const struct jc_sweep_axis *axis = &sweep->axis[j];

        coordinate(axis, 0, first, sizeof(first));
        coordinate(axis, axis->n - 1, last, sizeof(last));
        if (axis->number != NULL) {
            low = high = axis->number[0];
            for (size_t i = 1; i < axis->n; i++) {
                low = fmin(low, axis->number[i]);
                high = fmax(high, axis->number[i]);
            }
            (void) snprintf(first, sizeof(first), "%.6g", low);
            (void) snprintf(last, sizeof(last), "%.6g", high);
        }
        (void) printf("%s (%s): %zu values, %s to %s\n", axis->name, axis->key, axis->n, first,
            last);
    }
}

/* The mean in one of the points, and where that is. */
static void
print_extreme(const struct jc_sweep_result *sweep, size_t p, size_t subject,
    enum jc_quantity quantity)
{
    char text[LONGEST + 1];

    jc_cli_print_value(stdout, jc_sweep_numbers(sweep, p, subject, quantity)[JC_POINT_MEAN]);
    for (size_t j = 0; j < sweep->n_axes; j++) {
        coordinate(&sweep->axis[j], jc_sweep_axis_value(sweep, p, j), text, sizeof(text));
        (void) printf("%s%s %s", j == 0 ? "  at " : ", ", sweep->axis[j].name, text);
    }
    (void) printf("\n");
}

static void
print_range(const struct jc_sweep_result *sweep, size_t subject, enum jc_quantity quantity)
{
    size_t lowest = sweep->n_points;
    size_t highest = sweep->n_points;
    double mean, low = INFINITY, high = -INFINITY;

    for (size_t p = 0; p < sweep->n_points; p++) {
        mean = sweep->point[p].status == JC_POINT_COMPUTED
            ? jc_sweep_numbers(sweep, p, subject, quantity)[JC_POINT_MEAN]
            : NAN;
        if (mean < low) {
            low = mean;
            lowest = p;
        }
        if (mean > high) {
            high = mean;
            highest = p;
        }
    }
    if (lowest < sweep->n_points) {
        jc_cli_print_label(stdout, "", sweep->subject[subject].label);
        (void) printf(" lowest ");
        print_extreme(sweep, lowest, subject, quantity);
        jc_cli_print_label(stdout, "", "");
        (void) printf(" highest");
        print_extreme(sweep, highest, subject, quantity);
    }
}

static void
print_ranges(const struct jc_sweep_result *sweep)
{
    print_axes(sweep);
    for (size_t k = 0; k < N_PRINTED; k++) {
        if (jc_sweep_has(sweep, 0, sweep->n_subjects, printed[k])) {
            (void) printf("\nmean %s [%s]\n", jc_quantity_info(printed[k])->long_name,
                jc_quantity_info(printed[k])->unit);
            for (size_t s = 0; s < sweep->n_subjects; s++) {
                if (sweep->subject[s].has[printed[k]]) {
                    print_range(sweep, s, printed[k]);
                }
            }
        }
    }
}

int
jc_cli_print_sweep(const struct jc_results *results, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = &results->sweep;

    (void) printf("%s\nEnergy per query [Wh] at %zu points (%s), %" PRIu64
                  " queries per case and point, seed %" PRIu64 "\n",
        results->title, sweep->n_points, sweep->design, sweep->queries, results->seed);
    if (sweep->n_points * sweep->n_subjects <= MOST_ROWS) {
        return print_points(sweep, error);
    }
    print_ranges(sweep);
    return 0;
}
