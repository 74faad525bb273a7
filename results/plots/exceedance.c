/*
 * Exceedance: which share of the queries lies above a value, both axes logarithmic; what is rare is as far from the
 * next as what is common.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "results/number.h"
#include "results/plots/kinds.h"

#define MOST_CURVES 12
#define MOST_DECADES 12
#define PLACES 121
#define WANTED 30.0    /* values that a curve has beyond its end */
#define RAREST 1e-6    /* where curves end at the latest */
#define COMMONEST 0.95 /* where the picture begins */
#define AREA_HEIGHT 300.0
#define LIST_WIDTH 246.0

struct curve {
    const struct jc_plot_subject *subject;
    double rare; /* what the rarest share takes that all curves have */
    const char *colour;
    int dash;
};

/* The rarest share of a subject's queries that enough of them lie beyond. */
static double
end_of(const struct jc_plot_subject *subject)
{
    return jc_clamp(WANTED / (double) subject->n, RAREST, 0.5);
}

static double
value_above(const struct jc_plot_subject *subject, double share)
{
    return jc_mixture_quantile(&subject->mixture, 1 - share);
}

static int
compare_rare(const void *a, const void *b)
{
    const struct curve *const x = a;
    const struct curve *const y = b;

    return x->rare != y->rare ? (x->rare < y->rare) - (x->rare > y->rare) : (x > y) - (x < y);
}

/* By falling value at the share that all have; colours and dashes by the order of the file. */
static double
arrange(const struct jc_plot_subjects *subjects, size_t n, struct curve *curve)
{
    double common = RAREST;
    size_t n_colours = 0;
    size_t j;

    for (j = 0; j < n; j++) {
        common = jc_larger(common, end_of(&subjects->subject[j]));
    }
    common = pow(10, ceil(log10(common) - 1e-9));
    for (j = 0; j < n; j++) {
        curve[j] = (struct curve){ .subject = &subjects->subject[j],
            .rare = value_above(&subjects->subject[j], common),
            .colour = jc_curve_colours[n_colours % JC_CURVE_COLOURS],
            .dash = n_colours < JC_CURVE_COLOURS ? 1 : 2 };
        n_colours++;
    }
    qsort(curve, n, sizeof(*curve), compare_rare);
    return common;
}

static void
put_data(struct jc_canvas *canvas, size_t n, const struct curve *curve, const struct jc_axis *axis)
{
    double end, share, x;
    size_t j, k;

    for (j = 0; j < n; j++) {
        end = end_of(curve[j].subject);
        jc_canvas_put(canvas, "$curve%zu << EOD\n", j);
        for (k = 0; k < PLACES; k++) {
            share = pow(end, (double) k / (PLACES - 1));
            x = value_above(curve[j].subject, share);
            if (!axis->log || x > 0) {
                jc_canvas_put(canvas, "%.6g %.6g\n", x, share);
            }
        }
        jc_canvas_put(canvas, "EOD\n");
    }
}

static void
put_plot(struct jc_canvas *canvas, size_t n, const struct curve *curve)
{
    size_t j;

    jc_canvas_put(canvas, "plot ");
    for (j = 0; j < n; j++) {
        jc_canvas_put(canvas,
            "%s$curve%zu using 1:2 with lines linewidth %s linecolor rgb '%s' dashtype %s",
            j > 0 ? ", " : "", j, curve[j].subject->role == JC_SUBJECT_BLEND ? "3.4" : "2.2",
            curve[j].colour, curve[j].dash == 1 ? "solid" : "(8,4)");
    }
    jc_canvas_put(canvas, "\n");
}

/* Beside the curves: which is which, and what its rarest queries take, in the order of the curves' ends. */
static void
put_list(struct jc_canvas *canvas, size_t n, const struct curve *curve, double common,
    const char *unit)
{
    const double left = canvas->right + 22;
    const double right = JC_CANVAS_WIDTH - JC_CANVAS_EDGE;
    const double row = jc_smaller(34, (canvas->bottom - canvas->top - 46) / (double) n);
    const struct jc_style head = { 12.5, JC_GREY, false, JC_RIGHT };
    const struct jc_style label = { row < 28 ? 11.5 : 12.5, JC_INK, false, JC_LEFT };
    const struct jc_style strong = { row < 28 ? 12 : 13, JC_INK, true, JC_RIGHT };
    char number[JC_NUMBER_LENGTH];
    char text[128];
    double y;
    size_t j;

    jc_write_count(number, (uint64_t) rint(1 / common));
    (void) snprintf(text, sizeof(text), "1 query in %s takes", number);
    jc_canvas_text(canvas, right, canvas->top + 4, &head, text);
    (void) snprintf(text, sizeof(text), "more than [%s]", unit);
    jc_canvas_text(canvas, right, canvas->top + 20, &head, text);
    for (j = 0; j < n; j++) {
        y = canvas->top + 46 + ((double) j + 0.5) * row;
        jc_canvas_put(canvas,
            "set arrow from screen %.5f,%.5f to screen %.5f,%.5f nohead linewidth %s linecolor rgb "
            "'%s' dashtype %s front\n",
            left / JC_CANVAS_WIDTH, 1 - y / canvas->height, (left + 22) / JC_CANVAS_WIDTH,
            1 - y / canvas->height, curve[j].subject->role == JC_SUBJECT_BLEND ? "3.4" : "2.2",
            curve[j].colour, curve[j].dash == 1 ? "solid" : "(8,4)");
        jc_canvas_lines(canvas, left + 28, y, right - left - 28 - 50, &label,
            curve[j].subject->label);
        jc_write_number(number, curve[j].rare, 3);
        jc_canvas_text(canvas, right, y, &strong, number);
    }
}

/* "1 in 1,000" at every power of ten. */
static void
put_share_axis(struct jc_canvas *canvas, const struct jc_axis *axis)
{
    struct jc_tic tic[MOST_DECADES] = { { 1, "all" } };
    char number[JC_NUMBER_LENGTH];
    double inverse = 10;
    size_t n;

    for (n = 1; n < MOST_DECADES && inverse <= 1 / axis->low; n++) {
        jc_write_count(number, (uint64_t) rint(inverse));
        tic[n].at = 1 / inverse;
        (void) snprintf(tic[n].text, JC_NUMBER_LENGTH, "1 in %.20s", number);
        inverse *= 10;
    }
    jc_canvas_tics(canvas, "y", axis, n, tic);
    jc_canvas_axis_title(canvas, "y", "queries above");
}

static int
draw(const struct jc_plot_subjects *subjects, const char *title, enum jc_quantity quantity,
    const char *source, struct jc_canvas *canvas)
{
    const size_t n = subjects->n < MOST_CURVES ? subjects->n : MOST_CURVES;
    struct curve curve[MOST_CURVES];
    const double common = arrange(subjects, n, curve);
    struct jc_text name = { 0 };
    struct jc_axis x_axis, y_axis;
    double low = INFINITY;
    double high = 0;
    double rarest = 1;
    char subtitle[128] = "Share of the queries above a value";
    size_t j;
    int ret = jc_plot_quantity_title(quantity, &name, canvas->error);

    for (j = 0; j < n; j++) {
        rarest = jc_smaller(rarest, end_of(curve[j].subject));
        low = jc_smaller(low, value_above(curve[j].subject, COMMONEST));
        high = jc_larger(high, value_above(curve[j].subject, end_of(curve[j].subject)));
    }
    if (n < subjects->n) {
        (void) snprintf(subtitle, sizeof(subtitle),
            "Share of the queries above a value; the first %zu of %zu, --case names others", n,
            subjects->n);
    }
    x_axis = jc_axis_of(low, high);
    y_axis = (struct jc_axis){ rarest * 0.9, 1.1, true };
    jc_canvas_begin(canvas, JC_CANVAS_HEAD + 30 + AREA_HEIGHT + 56 + JC_CANVAS_FOOT, title,
        subtitle, source);
    jc_canvas_area(canvas, JC_CANVAS_EDGE + 98, JC_CANVAS_WIDTH - JC_CANVAS_EDGE - LIST_WIDTH,
        JC_CANVAS_HEAD + 30, JC_CANVAS_HEAD + 30 + AREA_HEIGHT);
    jc_canvas_put(canvas, "set grid ytics\n");
    jc_canvas_axis(canvas, "x", &x_axis, name.bytes != NULL ? name.bytes : "");
    put_share_axis(canvas, &y_axis);
    put_data(canvas, n, curve, &x_axis);
    put_list(canvas, n, curve, common, jc_quantity_info(quantity)->unit);
    put_plot(canvas, n, curve);
    jc_text_free(&name);
    return ret;
}

int
jc_draw_exceedance(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_canvas *canvas)
{
    struct jc_plot_subjects subjects = { 0 };
    struct jc_text source = { 0 };
    enum jc_quantity quantity;
    int ret = jc_plot_choose(results, options, &quantity, &subjects, &source, canvas->error);

    ret = ret != 0 ? ret : draw(&subjects, results->title, quantity, source.bytes, canvas);
    jc_text_free(&source);
    jc_plot_subjects_free(&subjects);
    return ret;
}
