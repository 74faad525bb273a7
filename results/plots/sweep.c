/*
 * Curves of a sweep: a statistic of each case and blend over the first parameter, or of one of them, a curve for each
 * value of the second. Points of a design that fills the space are dots.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/number.h"
#include "results/plots/kinds.h"
#include "results/plots/sweep_choice.h"

#define AREA_HEIGHT 300.0
#define LABEL_WIDTH 200.0
#define BOLD_SIZE 14.2 /* of a regular font that is as wide as the labels, which are bold */
#define LABEL_GAP 30.0
#define DODGE 0.1 /* between dots of one text, which is 1 from the next */
#define DODGE_IN_ALL 0.6
#define MOST_BANDS 3 /* curves with their quartiles; more would hide each other */

/* A curve: the points of a subject that have one value of the second parameter. */
struct curve {
    size_t subject;
    long second;   /* NONE: whatever it is */
    double end[2]; /* its last point: x, y */
    char label[JC_LINE_LENGTH];
};

#define NONE (-1L)

struct curves {
    const struct jc_sweep_choice *choice;
    bool dots;  /* points in a space, not along a line */
    bool bands; /* with quartiles */
    size_t n;
    struct curve curve[JC_SWEEP_SUBJECTS];
};

/* Which curves there are: one parameter is along x, the others are held in the middle, unless one subject is alone. */
static void
arrange(struct curves *self, const struct jc_sweep_choice *choice)
{
    const struct jc_sweep_result *sweep = choice->sweep;
    const bool family = sweep->crossed && sweep->n_axes > 1 && choice->n_subjects == 1;
    size_t j;

    self->choice = choice;
    self->dots = !sweep->crossed && sweep->n_axes > 1 && strcmp(sweep->design, "zipped") != 0;
    self->n = family ? sweep->axis[1].n : choice->n_subjects;
    self->n = self->n < JC_SWEEP_SUBJECTS ? self->n : JC_SWEEP_SUBJECTS;
    self->bands = self->n <= MOST_BANDS && !self->dots;
    for (j = 0; j < self->n; j++) {
        struct curve *curve = &self->curve[j];

        curve->subject = family ? 0 : j;
        curve->second = family ? (long) j : NONE;
        if (family) {
            char value[JC_LINE_LENGTH];

            jc_sweep_axis_text(&sweep->axis[1], j, value);
            (void) snprintf(curve->label, sizeof(curve->label), "%.60s %.180s", sweep->axis[1].name,
                value);
        } else {
            (void) snprintf(curve->label, sizeof(curve->label), "%.250s",
                sweep->subject[choice->subject[j]].label);
        }
    }
}

/* Which value of a parameter is taken that is not drawn. */
static size_t
held(const struct jc_sweep_axis *axis)
{
    return axis->n / 2;
}

/* Whether a point is on a curve. */
static bool
is_on(const struct curves *self, const struct curve *curve, size_t point)
{
    const struct jc_sweep_result *sweep = self->choice->sweep;
    size_t j;

    for (j = 1; sweep->crossed && j < sweep->n_axes; j++) {
        const size_t wanted =
            j == 1 && curve->second != NONE ? (size_t) curve->second : held(&sweep->axis[j]);

        if (jc_sweep_axis_value(sweep, point, j) != wanted) {
            return false;
        }
    }
    return true;
}

static double
x_of(const struct jc_sweep_result *sweep, size_t point)
{
    const size_t index = jc_sweep_axis_value(sweep, point, 0);

    return sweep->axis[0].number != NULL ? sweep->axis[0].number[index] : (double) index;
}

struct point {
    double x;
    double y;
    double low;
    double high;
};

static int
compare_x(const void *a, const void *b)
{
    const struct point *const p = a;
    const struct point *const q = b;

    return (p->x > q->x) - (p->x < q->x);
}

/* A block "x statistic P25 P75" of a curve, by rising x. */
static int
put_curve(struct jc_canvas *canvas, struct curves *self, size_t j)
{
    const struct jc_sweep_choice *choice = self->choice;
    const long low = jc_sweep_quantile_column(choice->sweep, 0.25);
    const long high = jc_sweep_quantile_column(choice->sweep, 0.75);
    struct curve *curve = &self->curve[j];
    struct point *point = malloc(choice->sweep->n_points * sizeof(*point));
    size_t n = 0;
    size_t p;

    if (point == NULL) {
        return jc_fail_memory(canvas->error);
    }
    for (p = 0; p < choice->sweep->n_points; p++) {
        const double y = jc_choice_value(choice, p, curve->subject, choice->column);

        if (is_on(self, curve, p) && isfinite(y)) {
            point[n++] = (struct point){ x_of(choice->sweep, p), y,
                jc_choice_value(choice, p, curve->subject, low),
                jc_choice_value(choice, p, curve->subject, high) };
        }
    }
    qsort(point, n, sizeof(*point), compare_x);
    jc_canvas_put(canvas, "$curve%zu << EOD\n", j);
    for (p = 0; p < n; p++) {
        jc_canvas_put(canvas, "%.8g %.8g", point[p].x, point[p].y);
        jc_canvas_put_value(canvas, point[p].low);
        jc_canvas_put_value(canvas, point[p].high);
        jc_canvas_put(canvas, "\n");
        curve->end[0] = point[p].x;
        curve->end[1] = point[p].y;
    }
    if (n == 0) {
        jc_canvas_put(canvas, "NaN NaN NaN NaN\n");
        curve->end[1] = NAN;
    }
    jc_canvas_put(canvas, "EOD\n");
    free(point);
    return 0;
}

/* The axis of the first parameter: numbers as they are, texts in their order. */
static struct jc_axis
put_x_axis(struct jc_canvas *canvas, const struct jc_sweep_axis *axis, const char *title)
{
    const struct jc_style style = { 12.5, JC_INK, false, JC_CENTRE };
    const double room = (canvas->right - canvas->left) / (double) axis->n;
    struct jc_axis range = { -0.5, (double) axis->n - 0.5, false };
    double low = INFINITY;
    double high = -INFINITY;
    size_t k;

    for (k = 0; axis->number != NULL && k < axis->n; k++) {
        low = jc_smaller(low, axis->number[k]);
        high = jc_larger(high, axis->number[k]);
    }
    if (axis->number != NULL) {
        range = jc_axis_of(low, high);
        if (!range.log && high > low) { /* values, not bars: 0 is no better than others */
            range.low = low - 0.03 * (high - low);
            range.high = high + 0.03 * (high - low);
        }
        jc_canvas_axis(canvas, "x", &range, title);
        return range;
    }
    jc_canvas_bare_axis(canvas, "x", range.low, range.high);
    for (k = 0; k < axis->n; k++) {
        jc_canvas_fit(canvas, jc_canvas_x(canvas, &range, (double) k), canvas->bottom + 16,
            room - 4, &style, axis->text[k]);
    }
    jc_canvas_axis_title(canvas, "x", title);
    return range;
}

/* What the labels take, bold. */
static double
label_width(const struct curves *self)
{
    double width = 0;
    size_t j;

    for (j = 0; j < self->n; j++) {
        width =
            jc_larger(width, jc_words_wrapped_width(self->curve[j].label, BOLD_SIZE, LABEL_WIDTH));
    }
    return width + 4;
}

/* Labels at the right, in the order of the curves' ends, each as near to its own as there is room. */
static void
put_labels(struct jc_canvas *canvas, const struct curves *self, const struct jc_axis *axis)
{
    const double left = canvas->right + 26;
    const double width = JC_CANVAS_WIDTH - JC_CANVAS_EDGE - left;
    const double gap = jc_smaller(LABEL_GAP, (canvas->bottom - canvas->top) / (double) self->n);
    struct jc_style style = { gap < 28 ? 11.5 : 12.5, NULL, true, JC_LEFT };
    size_t order[JC_SWEEP_SUBJECTS];
    double y[JC_SWEEP_SUBJECTS];
    size_t j, k, n = 0;

    for (j = 0; j < self->n; j++) {
        if (!isfinite(self->curve[j].end[1])) {
            continue;
        }
        for (k = n++; k > 0 && self->curve[order[k - 1]].end[1] < self->curve[j].end[1]; k--) {
            order[k] = order[k - 1];
        }
        order[k] = j;
    }
    for (j = 0; j < n; j++) {
        y[j] = jc_canvas_y(canvas, axis, self->curve[order[j]].end[1]);
    }
    jc_spread(n, y, gap, canvas->top, canvas->bottom);
    for (j = 0; j < n; j++) {
        style.colour = jc_curve_colours[order[j] % JC_CURVE_COLOURS];
        if (!self->dots) {
            jc_canvas_line(canvas, canvas->right + 3,
                jc_canvas_y(canvas, axis, self->curve[order[j]].end[1]), left - 4, y[j], 0.8,
                style.colour);
        }
        jc_canvas_lines(canvas, left, y[j], width, &style, self->curve[order[j]].label);
    }
}

/* Over texts, which have nothing between them: a dot for each curve beside the others', on a bar from P25 to P75. */
static void
put_dots(struct jc_canvas *canvas, const struct curves *self)
{
    const double step = jc_smaller(DODGE, DODGE_IN_ALL / (double) self->n);
    const char *colour;
    double offset;
    size_t j;

    jc_canvas_put(canvas, "plot ");
    for (j = 0; j < self->n; j++) {
        offset = ((double) j - ((double) self->n - 1) / 2) * step;
        colour = jc_curve_colours[j % JC_CURVE_COLOURS];
        if (self->bands) {
            jc_canvas_put(canvas,
                "$curve%zu using ($1%+g):3:(0):($4-$3) with vectors nohead linewidth 9 linecolor "
                "rgb "
                "'#a0%s', ",
                j, offset, colour + 1);
        }
        jc_canvas_put(canvas,
            "$curve%zu using ($1%+g):2 with points pointtype 7 pointsize 0.7 linecolor rgb '%s'%s",
            j, offset, colour, j + 1 < self->n ? ", " : "\n");
    }
}

static void
put_plot(struct jc_canvas *canvas, const struct curves *self)
{
    size_t j;

    jc_canvas_put(canvas, "plot ");
    for (j = 0; self->bands && j < self->n; j++) {
        jc_canvas_put(canvas,
            "$curve%zu using 1:3:4 with filledcurves fillcolor rgb '%s' fillstyle transparent "
            "solid "
            "0.16, ",
            j, jc_curve_colours[j % JC_CURVE_COLOURS]);
    }
    for (j = 0; j < self->n; j++) {
        jc_canvas_put(canvas,
            "%s$curve%zu using 1:2 with %s pointtype 7 pointsize 0.5 linewidth 2.2 linecolor rgb "
            "'%s'",
            j > 0 ? ", " : "", j, self->dots ? "points" : "linespoints",
            jc_curve_colours[j % JC_CURVE_COLOURS]);
    }
    jc_canvas_put(canvas, "\n");
}

/* "median of the energy per query [Wh]; line: ..., with pue 1.2". */
static int
write_subtitle(const struct curves *self, struct jc_text *text, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = self->choice->sweep;
    char value[JC_LINE_LENGTH];
    bool first = true;
    size_t j;
    int ret = jc_text_append(text, error, "%s%s", self->choice->statistic,
        self->bands ? ", shaded P25 to P75" : "");

    if (ret == 0 && self->choice->n_subjects == 1) {
        ret = jc_text_append(text, error, " of %s", sweep->subject[self->choice->subject[0]].label);
    }
    for (j = self->curve[0].second == NONE ? 1 : 2; ret == 0 && sweep->crossed && j < sweep->n_axes;
         j++) {
        jc_sweep_axis_text(&sweep->axis[j], held(&sweep->axis[j]), value);
        ret = jc_text_append(text, error, "%s %s %s", first ? ", with" : ",", sweep->axis[j].name,
            value);
        first = false;
    }
    if (ret == 0 && self->choice->n_all > self->choice->n_subjects) {
        ret = jc_text_append(text, error, "; the first %zu of %zu, --case names others",
            self->choice->n_subjects, self->choice->n_all);
    }
    return ret;
}

static int
draw(struct curves *curves, const char *title, const char *source, struct jc_canvas *canvas)
{
    const struct jc_sweep_choice *choice = curves->choice;
    const long low_column = curves->bands ? jc_sweep_quantile_column(choice->sweep, 0.25) : -1;
    const long high_column = curves->bands ? jc_sweep_quantile_column(choice->sweep, 0.75) : -1;
    struct jc_text name = { 0 };
    struct jc_text along = { 0 };
    struct jc_text subtitle = { 0 };
    struct jc_axis axis;
    double low, high;
    size_t j;
    int ret = write_subtitle(curves, &subtitle, canvas->error);

    ret = ret != 0 ? ret : jc_plot_quantity_title(choice->quantity, &name, canvas->error);
    ret = ret != 0 ? ret : jc_sweep_axis_title(&choice->sweep->axis[0], &along, canvas->error);
    if (ret == 0) {
        jc_choice_span(choice, low_column, high_column, &low, &high);
        axis = jc_axis_of(low, high);
        jc_canvas_begin(canvas, JC_CANVAS_HEAD + 30 + AREA_HEIGHT + 56 + JC_CANVAS_FOOT, title,
            subtitle.bytes, source);
        jc_canvas_area(canvas, JC_CANVAS_EDGE + 66,
            JC_CANVAS_WIDTH - JC_CANVAS_EDGE - label_width(curves) - 26, JC_CANVAS_HEAD + 30,
            JC_CANVAS_HEAD + 30 + AREA_HEIGHT);
        jc_canvas_put(canvas, "set grid ytics\n");
        jc_canvas_axis(canvas, "y", &axis, name.bytes);
        (void) put_x_axis(canvas, &choice->sweep->axis[0], along.bytes);
    }
    for (j = 0; ret == 0 && j < curves->n; j++) {
        ret = put_curve(canvas, curves, j);
    }
    if (ret == 0) {
        put_labels(canvas, curves, &axis);
        if (choice->sweep->axis[0].number == NULL) {
            put_dots(canvas, curves);
        } else {
            put_plot(canvas, curves);
        }
    }
    jc_text_free(&name);
    jc_text_free(&along);
    jc_text_free(&subtitle);
    return ret;
}

int
jc_draw_sweep(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_canvas *canvas)
{
    struct jc_sweep_choice choice;
    struct curves curves = { 0 };
    struct jc_text source = { 0 };
    int ret = jc_sweep_choose(results, options, &choice, canvas->error);

    ret = ret != 0 ? ret
                   : jc_plot_source(results, options, results->sweep.queries,
                       "queries per case and point", &source, canvas->error);
    if (ret == 0) {
        arrange(&curves, &choice);
        ret = draw(&curves, results->title, source.bytes, canvas);
    }
    jc_text_free(&source);
    return ret;
}
