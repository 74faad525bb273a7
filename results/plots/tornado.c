/*
 * Tornado: the inputs of a response by falling importance; what each of them does to the response, and which share of
 * its variance comes from it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/number.h"
#include "results/plots/kinds.h"

#define ROW 36.0
#define LABEL_WIDTH 200.0
#define LABEL_SIZE 13.0
#define GAP 26.0         /* between both parts */
#define ABOVE 56.0       /* of the rows: what the parts show */
#define NUMBER_ROOM 46.0 /* beside the area of the bars, for their numbers */

/* The sensitivity that options name, or the first. */
static int
find(const struct jc_results *results, const struct jc_plot_options *options,
    const struct jc_sensitivity **found, struct jc_error *error)
{
    size_t j = 0;

    while (options->n_names > 0 && j < results->n_sensitivities
        && strcmp(results->sensitivities[j].name, options->name[0]) != 0) {
        j++;
    }
    *found = &results->sensitivities[j];
    return j < results->n_sensitivities ? 0
                                        : jc_fail(error, JC_ERROR_SCENARIO,
                                            "there is no sensitivity of %s in the file; the first "
                                            "is that of %s",
                                            options->name[0], results->sensitivities[0].name);
}

/* Whether the file tells what the response becomes. */
static bool
has_responses(const struct jc_sensitivity *self)
{
    size_t j;

    for (j = 0; j < self->n_inputs; j++) {
        if (isfinite(self->column[JC_AT_LOW][j]) && isfinite(self->column[JC_AT_HIGH][j])) {
            return isfinite(self->at_medians);
        }
    }
    return false;
}

static bool
has_totals(const struct jc_sensitivity *self)
{
    size_t j;

    for (j = 0; j < self->n_inputs; j++) {
        if (isfinite(self->column[JC_TOTAL][j])) {
            return true;
        }
    }
    return false;
}

/* One line per row: its number, then the columns; gnuplot leaves out what is NaN. */
static void
put_data(struct jc_canvas *canvas, const struct jc_sensitivity *self, const size_t *order)
{
    size_t j;
    int c;

    jc_canvas_put(canvas,
        "# row; first order, its bounds; total, its bounds; rank; response at P5, P95\n"
        "$inputs << EOD\n");
    for (j = 0; j < self->n_inputs; j++) {
        jc_canvas_put(canvas, "%zu.5", j);
        for (c = 0; c < JC_SENSITIVITY_COLUMNS; c++) {
            jc_canvas_put_value(canvas, self->column[c][order[j]]);
        }
        jc_canvas_put(canvas, "\n");
    }
    jc_canvas_put(canvas, "EOD\n");
}

static double
row_y(const struct jc_canvas *canvas, size_t row)
{
    return canvas->top + ((double) row + 0.5) * ROW;
}

/* A value beside the end of a bar. */
static void
put_end(struct jc_canvas *canvas, const struct jc_axis *axis, size_t row, double value, bool left)
{
    const struct jc_style style = { 11.5, JC_GREY, false, left ? JC_RIGHT : JC_LEFT };
    char number[JC_NUMBER_LENGTH];

    if (isfinite(value)) {
        jc_write_number(number, value, 3);
        jc_canvas_text(canvas, jc_canvas_x(canvas, axis, value) + (left ? -5 : 5),
            row_y(canvas, row), &style, number);
    }
}

/* What the response becomes: from where all inputs are in the middle to where one is low or high. */
static int
draw_responses(struct jc_canvas *canvas, const struct jc_sensitivity *self, const size_t *order)
{
    const bool draws = self->statistic != NULL;
    const struct jc_style head = { 13, JC_INK, true, JC_LEFT };
    const struct jc_style note = { 12, JC_GREY, false, JC_LEFT };
    struct jc_text title = { 0 };
    double low = self->at_medians;
    double high = low;
    struct jc_axis axis;
    size_t j;
    int ret = jc_text_append(&title, canvas->error, "%s%s%s [%s]", draws ? self->statistic : "",
        draws ? " of " : "", self->response, self->unit);

    for (j = 0; j < self->n_inputs; j++) {
        const double at[2] = { self->column[JC_AT_LOW][j], self->column[JC_AT_HIGH][j] };

        low = fmin(low, fmin(at[0], at[1]));
        high = fmax(high, fmax(at[0], at[1]));
    }
    axis = jc_axis_linear(low, high);
    jc_canvas_fit(canvas, canvas->left, canvas->top - 38, canvas->right - canvas->left, &head,
        title.bytes != NULL ? title.bytes : "");
    jc_canvas_fit(canvas, canvas->left, canvas->top - 20,
        canvas->right - canvas->left + NUMBER_ROOM, &note,
        draws ? "P5 to P95 if it alone is drawn" : "blue: input at P5; red: at P95");
    jc_canvas_axis(canvas, "x", &axis, NULL);
    for (j = 0; j < self->n_inputs; j++) {
        const double at_low = self->column[JC_AT_LOW][order[j]];
        const double at_high = self->column[JC_AT_HIGH][order[j]];

        put_end(canvas, &axis, j, fmin(at_low, at_high), true);
        put_end(canvas, &axis, j, fmax(at_low, at_high), false);
    }
    jc_canvas_put(canvas,
        "middle = %.8g\n"
        "set arrow from middle, graph 0 to middle, graph 1 nohead linewidth 1.5 linecolor rgb "
        "'" JC_INK "' front\n"
        "plot $inputs using (middle):1:(middle):9:($1-0.3):($1+0.3) with boxxyerror fillcolor rgb "
        "'%s', "
        "$inputs using (middle):1:(middle):10:($1-0.3):($1+0.3) with boxxyerror fillcolor rgb "
        "'%s'\n",
        self->at_medians, JC_BLUE, draws ? JC_BLUE : JC_VERMILION);
    jc_text_free(&title);
    return ret;
}

/* Shares of the variance, with their intervals. */
static void
draw_indices(struct jc_canvas *canvas, const struct jc_sensitivity *self, const size_t *order)
{
    const bool totals = has_totals(self);
    const struct jc_style head = { 13, JC_INK, true, JC_LEFT };
    const struct jc_style note = { 12, JC_GREY, false, JC_LEFT };
    const struct jc_style number = { 12, JC_INK, true, JC_LEFT };
    const double *shown = self->column[totals ? JC_TOTAL : JC_FIRST];
    const double *upper = self->column[totals ? JC_TOTAL_UPPER : JC_FIRST_UPPER];
    struct jc_axis axis = { 0, 1.16, false };
    char text[JC_NUMBER_LENGTH];
    size_t j;

    for (j = 0; j < self->n_inputs; j++) {
        axis.low = fmin(axis.low, 1.05 * self->column[JC_FIRST_LOWER][j]);
        axis.high = fmax(axis.high, 1.15 * upper[j]);
    }
    axis.low = fmax(axis.low, -0.5);
    axis.high = fmin(axis.high, 2);
    jc_canvas_fit(canvas, canvas->left, canvas->top - 38, canvas->right - canvas->left, &head,
        "share of the variance");
    jc_canvas_fit(canvas, canvas->left, canvas->top - 20,
        canvas->right - canvas->left + JC_CANVAS_EDGE, &note,
        totals ? "dark: alone; pale: total" : "each input alone");
    jc_canvas_axis(canvas, "x", &axis, NULL);
    for (j = 0; j < self->n_inputs; j++) {
        if (isfinite(shown[order[j]])) {
            const double end =
                fmax(shown[order[j]], isfinite(upper[order[j]]) ? upper[order[j]] : 0);

            (void) snprintf(text, sizeof(text), "%.2f", shown[order[j]]);
            jc_canvas_text(canvas, jc_canvas_x(canvas, &axis, fmax(end, 0)) + 7, row_y(canvas, j),
                &number, text);
        }
    }
    jc_canvas_put(canvas,
        "plot %s$inputs using (0):1:(0):2:($1-0.19):($1+0.19) with boxxyerror fillcolor rgb "
        "'" JC_GREEN "', ",
        totals ? "$inputs using (0):1:(0):5:($1-0.3):($1+0.3) with boxxyerror fillcolor rgb "
                 "'#a6dccb', "
               : "");
    if (totals) {
        jc_canvas_put(canvas,
            "$inputs using 6:($1-0.25):($7-$6):(0) with vectors nohead linewidth 1.6 linecolor rgb "
            "'" JC_INK "', ");
    }
    jc_canvas_put(canvas,
        "$inputs using 3:($1%s):($4-$3):(0) with vectors nohead linewidth 1.6 linecolor rgb "
        "'" JC_INK "'\n",
        totals ? "+0.25" : "");
}

static int
draw(const struct jc_sensitivity *self, const char *source, struct jc_canvas *canvas)
{
    const struct jc_style label = { LABEL_SIZE, JC_INK, false, JC_RIGHT };
    const bool both = has_responses(self);
    const double height = (double) self->n_inputs * ROW;
    const double top = JC_CANVAS_HEAD + ABOVE;
    size_t *order = malloc(self->n_inputs * sizeof(size_t));
    struct jc_text title = { 0 };
    double left = 0;
    double middle;
    size_t j;
    int ret = order == NULL ? jc_fail_memory(canvas->error) : 0;

    ret = ret != 0 ? ret
                   : jc_text_append(&title, canvas->error, "%s: which %s matters?", self->label,
                       self->statistic != NULL ? "unknown" : "input");
    if (ret != 0) {
        goto out;
    }
    jc_sensitivity_order(self, order);
    for (j = 0; j < self->n_inputs; j++) {
        left = jc_larger(left, jc_words_column(self->input[j], LABEL_SIZE, LABEL_WIDTH));
    }
    left += JC_CANVAS_EDGE + 10;
    middle = both ? left + 0.58 * (JC_CANVAS_WIDTH - JC_CANVAS_EDGE - left) : left;
    jc_canvas_begin(canvas, top + height + 34 + JC_CANVAS_FOOT, title.bytes,
        self->statistic != NULL
            ? "Unknowns, by the share of the variance between draws that comes from them"
            : "Inputs, by the share of the variance between queries that comes from them",
        source);
    put_data(canvas, self, order);
    jc_canvas_put(canvas, "set multiplot\n");
    jc_canvas_area(canvas, both ? left + NUMBER_ROOM : left,
        both ? middle - GAP / 2 - NUMBER_ROOM : left + 1, top, top + height);
    jc_canvas_bare_axis(canvas, "y", (double) self->n_inputs, 0);
    for (j = 0; j < self->n_inputs; j++) {
        jc_canvas_lines(canvas, left - 10, row_y(canvas, j), left - 10 - JC_CANVAS_EDGE, &label,
            self->input[order[j]]);
    }
    if (both) {
        ret = draw_responses(canvas, self, order);
        jc_canvas_forget(canvas);
    }
    jc_canvas_area(canvas, both ? middle + GAP / 2 : left, JC_CANVAS_WIDTH - JC_CANVAS_EDGE, top,
        top + height);
    draw_indices(canvas, self, order);
    jc_canvas_put(canvas, "unset multiplot\n");
out:
    free(order);
    jc_text_free(&title);
    return ret;
}

int
jc_draw_tornado(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_canvas *canvas)
{
    const struct jc_sensitivity *sensitivity;
    struct jc_text source = { 0 };
    char number[JC_NUMBER_LENGTH];
    char of_what[96];
    int ret = find(results, options, &sensitivity, canvas->error);

    if (ret != 0) {
        return ret;
    }
    if (sensitivity->statistic != NULL) {
        jc_write_count(number, sensitivity->queries);
        (void) snprintf(of_what, sizeof(of_what), "draws of %s queries per case", number);
    } else {
        (void) snprintf(of_what, sizeof(of_what), "rows");
    }
    ret = jc_plot_source(results, options, sensitivity->n, of_what, &source, canvas->error);
    ret = ret != 0 ? ret : draw(sensitivity, source.bytes, canvas);
    jc_text_free(&source);
    return ret;
}
