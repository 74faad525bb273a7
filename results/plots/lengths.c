/*
 * Lengths of a trace, and what families fitted to them would have instead: probability by the logarithm of the length.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "results/number.h"
#include "results/plots/kinds.h"

#define AREA_HEIGHT 220.0
#define GAP 44.0
#define KEY_ROW 19.0
#define MOST_FAMILIES 6

/* The height of a bin: its share by the logarithm (natural) of the value. */
static double
height_of(const struct jc_plot_variable *variable, const double *share, size_t bin)
{
    return share[bin] / log(variable->edge[bin + 1] / variable->edge[bin]);
}

static void
put_data(struct jc_canvas *canvas, const struct jc_plot_variable *variable, size_t v)
{
    size_t j, k;

    jc_canvas_put(canvas,
        "# from, to, middle, share by ln of what was observed, and of each family\n"
        "$bins%zu << EOD\n",
        v);
    for (k = 0; k < variable->n_bins; k++) {
        jc_canvas_put(canvas, "%.6g %.6g %.6g %.5g", variable->edge[k], variable->edge[k + 1],
            sqrt(variable->edge[k] * variable->edge[k + 1]),
            height_of(variable, variable->share, k));
        for (j = 0; j < variable->n_families; j++) {
            jc_canvas_put(canvas, " %.5g", height_of(variable, variable->family[j].share, k));
        }
        jc_canvas_put(canvas, "\n");
    }
    jc_canvas_put(canvas, "EOD\n");
}

static size_t
count_families(const struct jc_plot_variable *variable)
{
    return variable->n_families < MOST_FAMILIES ? variable->n_families : MOST_FAMILIES;
}

/* The families by rising distance: order[count_families]. */
static void
arrange(const struct jc_plot_variable *variable, size_t *order)
{
    size_t j, k;

    for (j = 0; j < count_families(variable); j++) {
        for (k = j; k > 0 && variable->family[order[k - 1]].distance > variable->family[j].distance;
             k--) {
            order[k] = order[k - 1];
        }
        order[k] = j;
    }
}

/* Which line is which family, and how far it is from what was observed: the nearest first. */
static void
put_key(struct jc_canvas *canvas, const struct jc_plot_variable *variable, const size_t *order,
    double top)
{
    struct jc_style label = { 12, JC_INK, false, JC_LEFT };
    struct jc_style number = { 12, JC_INK, false, JC_RIGHT };
    const struct jc_style head = { 11.5, JC_GREY, false, JC_RIGHT };
    char text[32];
    double y;
    size_t j;

    jc_canvas_text(canvas, canvas->right, top, &head, "KS distance");
    for (j = 0; j < count_families(variable); j++) {
        y = top + ((double) j + 1) * KEY_ROW;
        label.bold = number.bold = j == 0;
        jc_canvas_line(canvas, canvas->left, y, canvas->left + 20, y, j == 0 ? 3 : 1.8,
            jc_curve_colours[order[j]]);
        jc_canvas_fit(canvas, canvas->left + 27, y, canvas->right - canvas->left - 90, &label,
            variable->family[order[j]].label);
        (void) snprintf(text, sizeof(text), "%.3f", variable->family[order[j]].distance);
        jc_canvas_text(canvas, canvas->right, y, &number, text);
    }
}

static int
draw_variable(struct jc_canvas *canvas, const struct jc_plot_variable *variable, size_t v)
{
    const struct jc_axis axis = { variable->edge[0], variable->edge[variable->n_bins], true };
    const size_t n = count_families(variable);
    struct jc_text name = { 0 };
    size_t order[MOST_FAMILIES];
    double observed = 0;
    double highest;
    size_t j, k;
    int ret = jc_plot_quantity_title(variable->quantity, &name, canvas->error);

    arrange(variable, order);
    for (k = 0; k < variable->n_bins; k++) {
        observed = jc_larger(observed, height_of(variable, variable->share, k));
    }
    highest = observed;
    for (j = 0; j < n; j++) { /* a family far too narrow is cut off */
        for (k = 0; k < variable->n_bins; k++) {
            highest = jc_larger(highest,
                jc_smaller(height_of(variable, variable->family[j].share, k), 1.5 * observed));
        }
    }
    jc_canvas_axis(canvas, "x", &axis, name.bytes != NULL ? name.bytes : "");
    jc_canvas_bare_axis(canvas, "y", 0, 1.04 * highest);
    put_key(canvas, variable, order, canvas->bottom + 66);
    jc_canvas_put(canvas,
        "plot $bins%zu using 3:4:1:2:(0):4 with boxxyerror fillcolor rgb '#c8c8c8'", v);
    for (j = n; j-- > 0;) {
        jc_canvas_put(canvas, ", $bins%zu using 3:%zu with lines linewidth %s linecolor rgb '%s'",
            v, 5 + order[j], j == 0 ? "3" : "1.8", jc_curve_colours[order[j]]);
    }
    jc_canvas_put(canvas, "\n");
    jc_text_free(&name);
    return ret;
}

int
jc_draw_lengths(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_canvas *canvas)
{
    const struct jc_plot_lengths *lengths = options->lengths;
    const double whole = JC_CANVAS_WIDTH - 2 * JC_CANVAS_EDGE;
    const double width = lengths->n_variables > 1 ? (whole - GAP) / 2 : whole;
    const double top = JC_CANVAS_HEAD + 8;
    double key = 0;
    double left;
    size_t v;
    int ret = 0;

    (void) results;
    for (v = 0; v < lengths->n_variables; v++) {
        key = jc_larger(key, 22 + KEY_ROW * (double) count_families(&lengths->variable[v]));
    }
    jc_canvas_begin(canvas, top + AREA_HEIGHT + 56 + key + JC_CANVAS_FOOT + 14, lengths->title,
        "Share by the logarithm of the length. Grey: observed; lines: fitted, the nearest thick",
        lengths->source != NULL ? lengths->source : "");
    jc_canvas_put(canvas, "set multiplot\n");
    for (v = 0; v < lengths->n_variables; v++) {
        put_data(canvas, &lengths->variable[v], v);
    }
    for (v = 0; ret == 0 && v < lengths->n_variables; v++) {
        left = JC_CANVAS_EDGE + (double) v * (width + GAP);
        jc_canvas_area(canvas, left, left + width, top, top + AREA_HEIGHT);
        ret = draw_variable(canvas, &lengths->variable[v], v);
        jc_canvas_forget(canvas);
    }
    jc_canvas_put(canvas, "unset multiplot\n");
    return ret;
}
