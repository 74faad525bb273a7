/*
 * Distributions, one row each: the density above a line, its middle half darker, the median, and below it P5 to P95.
 * Cases and blends, or a blend and what its pathways make of it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "results/number.h"
#include "results/plots/kinds.h"

#define PLACES 121  /* where the density is known, over all of the axis */
#define OUTER 0.002 /* the axis shows all but this part of the values at each end */
#define LEAST 0.002 /* of the highest density: below, it is not drawn */
#define HEIGHT 0.74 /* of the highest density, as a part of a row */
#define BASE 0.14   /* the line that it stands on, above the lower end of a row */
#define LABEL_WIDTH 215.0
#define NUMBERS_WIDTH 150.0

/* Sizes by the number of rows, so that few are large and many still fit on a page. */
struct row_size {
    double height;
    double label;
};

static struct row_size
size_of_rows(size_t n)
{
    return n <= 10 ? (struct row_size){ 38, 13.5 }
        : n <= 20  ? (struct row_size){ 32, 13 }
                   : (struct row_size){ 25, 12 };
}

static const char *
colour_of(enum jc_subject_role role)
{
    return role == JC_SUBJECT_CASE ? JC_BLUE : role == JC_SUBJECT_BLEND ? JC_VERMILION : JC_GREEN;
}

/* The axis that all subjects share. */
static struct jc_axis
common_axis(const struct jc_plot_subjects *subjects)
{
    const struct jc_mixture *mixture;
    double low = INFINITY;
    double high = -INFINITY;
    size_t j;

    for (j = 0; j < subjects->n; j++) {
        mixture = &subjects->subject[j].mixture;
        low = jc_smaller(low, jc_mixture_quantile(mixture, OUTER));
        high = jc_larger(high, jc_mixture_quantile(mixture, 1 - OUTER));
    }
    return jc_axis_of(low, high);
}

/* The line at the foot of row j, where the y axis counts rows from the top. */
static double
base_of(size_t row)
{
    return (double) row + 1 - BASE;
}

/* A block "x y" of the density between two values, which begins and ends on the line. */
static void
put_point(struct jc_canvas *canvas, const struct jc_axis *axis, const double *density, double place,
    double base)
{
    const size_t k = (size_t) jc_smaller(floor(place), PLACES - 2);
    const double part = place - (double) k;

    jc_canvas_put(canvas, "%.6g %.5g\n", jc_axis_value(axis, place / (PLACES - 1)),
        base - HEIGHT * ((1 - part) * density[k] + part * density[k + 1]));
}

static void
put_block(struct jc_canvas *canvas, const char *name, size_t row, const struct jc_axis *axis,
    const double *density, double from, double to)
{
    const double first = jc_clamp(jc_axis_place(axis, from), 0, 1) * (PLACES - 1);
    const double last = jc_clamp(jc_axis_place(axis, to), 0, 1) * (PLACES - 1);
    const double base = base_of(row);
    size_t k;

    jc_canvas_put(canvas, "$%s%zu << EOD\n%.6g %.5g\n", name, row,
        jc_axis_value(axis, first / (PLACES - 1)), base);
    put_point(canvas, axis, density, first, base);
    for (k = (size_t) first + 1; (double) k < last; k++) {
        put_point(canvas, axis, density, (double) k, base);
    }
    if (last > first) {
        put_point(canvas, axis, density, last, base);
    }
    jc_canvas_put(canvas, "%.6g %.5g\nEOD\n", jc_axis_value(axis, last / (PLACES - 1)), base);
}

/* Where the density is worth drawing. */
static void
visible_span(const struct jc_axis *axis, const double *density, double *from, double *to)
{
    size_t first = 0;
    size_t last = PLACES - 1;

    while (first < last && density[first] < LEAST) {
        first++;
    }
    while (last > first && density[last] < LEAST) {
        last--;
    }
    *from = jc_axis_value(axis, ((double) first - (first > 0)) / (PLACES - 1));
    *to = jc_axis_value(axis, ((double) last + (last < PLACES - 1)) / (PLACES - 1));
}

static int
put_data(struct jc_canvas *canvas, const struct jc_plot_subjects *subjects,
    const struct jc_axis *axis)
{
    const struct jc_plot_subject *subject;
    double density[PLACES];
    double from, to;
    size_t j, k;
    int ret = 0;

    for (j = 0; ret == 0 && j < subjects->n; j++) {
        subject = &subjects->subject[j];
        ret = jc_plot_density(subject, axis->log, axis->low, axis->high, PLACES, density,
            canvas->error);
        visible_span(axis, density, &from, &to);
        put_block(canvas, "all", j, axis, density, from, to);
        put_block(canvas, "half", j, axis, density, subject->quantile[JC_P25],
            subject->quantile[JC_P75]);
    }
    jc_canvas_put(canvas,
        "# row, where the line of its median ends, P5, P25, P50, P75, P95\n$ranks << EOD\n");
    for (j = 0; j < subjects->n; j++) {
        const double *q = subjects->subject[j].quantile;

        jc_canvas_put(canvas, "%.5g %.5g", base_of(j),
            base_of(j) - (q[JC_P75] > q[JC_P25] ? HEIGHT : 0));
        for (k = 0; k < JC_PLOT_RANKS; k++) {
            jc_canvas_put(canvas, " %.8g", q[k]);
        }
        jc_canvas_put(canvas, "\n");
    }
    jc_canvas_put(canvas, "EOD\n");
    return ret;
}

static void
put_plot(struct jc_canvas *canvas, const struct jc_plot_subjects *subjects)
{
    const char *colour;
    size_t j;

    jc_canvas_put(canvas, "plot ");
    for (j = 0; j < subjects->n; j++) {
        colour = colour_of(subjects->subject[j].role);
        jc_canvas_put(canvas,
            "$all%zu using 1:2 with filledcurves closed fillcolor rgb '%s' fillstyle solid 0.3, "
            "$half%zu using 1:2 with filledcurves closed fillcolor rgb '%s' fillstyle solid 0.6, "
            "$all%zu using 1:2 with lines linewidth 1.2 linecolor rgb '%s', ",
            j, colour, j, colour, j, colour);
    }
    jc_canvas_put(canvas,
        "$ranks using 3:1:($7-$3):(0) with vectors nohead linewidth 2 linecolor rgb '" JC_INK "', "
        "$ranks using 5:1:(0):($2-$1) with vectors nohead linewidth 2 linecolor rgb '#ffffff'\n");
}

/* The median, and beside it the quartiles, or how a pathway has changed it. */
static void
put_numbers(struct jc_canvas *canvas, const struct jc_plot_subject *subject,
    const struct jc_plot_subject *whole, double x, double y, double size)
{
    const struct jc_style strong = { size, JC_INK, true, JC_RIGHT };
    const struct jc_style weak = { size - 1, JC_GREY, false, JC_LEFT };
    char number[JC_NUMBER_LENGTH], low[JC_NUMBER_LENGTH], high[JC_NUMBER_LENGTH];
    char range[2 * JC_NUMBER_LENGTH + 8];

    jc_write_number(number, subject->quantile[JC_P50], 3);
    jc_canvas_text(canvas, x + 58, y, &strong, number);
    if (whole == NULL) {
        jc_write_number(low, subject->quantile[JC_P25], 2);
        jc_write_number(high, subject->quantile[JC_P75], 2);
        (void) snprintf(range, sizeof(range), "%s\xe2\x80\x93%s", low, high);
        jc_canvas_text(canvas, x + 66, y, &weak, range);
    } else if (subject != whole) {
        const double change = 100 * (subject->quantile[JC_P50] / whole->quantile[JC_P50] - 1);

        (void) snprintf(range, sizeof(range), "%s%.1f %%", change < 0 ? "\xe2\x88\x92" : "+",
            fabs(change));
        jc_canvas_text(canvas, x + 66, y, &weak, range);
    }
}

/* Rows with their labels at the left and their numbers at the right; of pathways these are held against the first. */
static int
draw_rows(const struct jc_plot_subjects *subjects, bool pathways, enum jc_quantity quantity,
    const char *title, const char *source, struct jc_canvas *canvas)
{
    const struct row_size size = size_of_rows(subjects->n);
    const double area = (double) subjects->n * size.height;
    const struct jc_axis axis = common_axis(subjects);
    const struct jc_style label = { size.label, JC_INK, false, JC_RIGHT };
    const struct jc_style column = { 12, JC_GREY, false, JC_RIGHT };
    const struct jc_style beside = { 12, JC_GREY, false, JC_LEFT };
    struct jc_text name = { 0 };
    double left = 0;
    double right, y;
    size_t j;
    int ret = jc_plot_quantity_title(quantity, &name, canvas->error);

    for (j = 0; j < subjects->n; j++) {
        left =
            jc_larger(left, jc_words_column(subjects->subject[j].label, size.label, LABEL_WIDTH));
    }
    left += JC_CANVAS_EDGE + 10;
    right = JC_CANVAS_WIDTH - JC_CANVAS_EDGE - NUMBERS_WIDTH;
    jc_canvas_begin(canvas, JC_CANVAS_HEAD + 14 + area + 56 + JC_CANVAS_FOOT, title,
        "Density of the queries. Dark: the middle half; white line: median; black line: P5 to P95",
        source);
    jc_canvas_area(canvas, left, right, JC_CANVAS_HEAD + 14, JC_CANVAS_HEAD + 14 + area);
    jc_canvas_axis(canvas, "x", &axis, name.bytes != NULL ? name.bytes : "");
    jc_canvas_bare_axis(canvas, "y", (double) subjects->n, 0);
    jc_canvas_text(canvas, right + 58, JC_CANVAS_HEAD + 4, &column, "median");
    jc_canvas_text(canvas, right + 66, JC_CANVAS_HEAD + 4, &beside,
        pathways ? "change" : "P25\xe2\x80\x93P75");
    for (j = 0; j < subjects->n; j++) {
        y = canvas->top + ((double) j + 0.6) * size.height;
        jc_canvas_lines(canvas, left - 10, y, left - 10 - JC_CANVAS_EDGE, &label,
            subjects->subject[j].label);
        put_numbers(canvas, &subjects->subject[j], pathways ? &subjects->subject[0] : NULL, right,
            y, size.label);
    }
    ret = ret != 0 ? ret : put_data(canvas, subjects, &axis);
    put_plot(canvas, subjects);
    jc_text_free(&name);
    return ret;
}

int
jc_draw_distributions(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_canvas *canvas)
{
    struct jc_plot_subjects subjects = { 0 };
    struct jc_text source = { 0 };
    enum jc_quantity quantity;
    int ret = jc_plot_choose(results, options, &quantity, &subjects, &source, canvas->error);

    if (ret == 0) {
        ret = draw_rows(&subjects, false, quantity, results->title, source.bytes, canvas);
    }
    jc_text_free(&source);
    jc_plot_subjects_free(&subjects);
    return ret;
}

int
jc_draw_pathways(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_canvas *canvas)
{
    struct jc_plot_subjects subjects = { 0 };
    struct jc_text source = { 0 };
    int ret = jc_plot_pathway_subjects(results, options, &subjects, canvas->error);

    ret = ret != 0 ? ret
                   : jc_plot_source(results, options, results->queries, "queries per case", &source,
                       canvas->error);
    if (ret == 0) {
        ret = draw_rows(&subjects, true, JC_ENERGY, results->title, source.bytes, canvas);
    }
    jc_text_free(&source);
    jc_plot_subjects_free(&subjects);
    return ret;
}
