/*
 * Heat maps of a crossed sweep of two parameters, one for each case or blend, with one scale of colours. Cells are as
 * large as each other, whatever lies between their values, so that none is too small to read.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "results/number.h"
#include "results/plots/kinds.h"
#include "results/plots/sweep_choice.h"

#define MOST_MAPS 6
#define BAR_WIDTH 16.0
#define BAR_ROOM 78.0
#define BAR_STEPS 64
#define LOG_RATIO 8.0
#define CELL_LABEL_WIDTH 38.0 /* least room for the value of a cell */
#define CELL_LABEL_HEIGHT 19.0
#define LEAST_GRID 8.0 /* of a cell that has a white border, px */

/* Viridis (van der Walt and Smith 2015): seen alike with any colour vision, and in grey. Between these, straight. */
static const double viridis[][3] = { { 0.267, 0.005, 0.329 }, { 0.283, 0.141, 0.458 },
    { 0.254, 0.265, 0.530 }, { 0.207, 0.372, 0.553 }, { 0.164, 0.471, 0.558 },
    { 0.128, 0.567, 0.551 }, { 0.135, 0.659, 0.518 }, { 0.267, 0.749, 0.441 },
    { 0.478, 0.821, 0.318 }, { 0.741, 0.873, 0.150 }, { 0.993, 0.906, 0.144 } };

enum { N_VIRIDIS = sizeof(viridis) / sizeof(viridis[0]) };

static unsigned
colour_at(double place)
{
    const double at = jc_clamp(place, 0, 1) * (N_VIRIDIS - 1);
    const size_t k = at >= N_VIRIDIS - 1 ? N_VIRIDIS - 2 : (size_t) at;
    unsigned colour = 0;
    size_t c;

    for (c = 0; c < 3; c++) {
        const double part = viridis[k][c] + (at - (double) k) * (viridis[k + 1][c] - viridis[k][c]);

        colour = colour << 8 | (unsigned) rint(255 * part);
    }
    return colour;
}

/* Where the panels are. */
struct grid {
    size_t n;
    size_t columns;
    double width; /* of a panel's cells */
    double height;
    double left; /* of the first panel's */
    double top;
    double step_x;
    double step_y;
    double total; /* height of the picture */
};

static struct grid
arrange(const struct jc_sweep_choice *choice, double row_label)
{
    struct grid grid = { .n = choice->n_subjects < MOST_MAPS ? choice->n_subjects : MOST_MAPS };
    const double free_right = JC_CANVAS_EDGE + BAR_ROOM;
    size_t rows;

    grid.columns = grid.n == 1 ? 1 : grid.n <= 4 ? 2 : 3;
    rows = (grid.n + grid.columns - 1) / grid.columns;
    grid.left = JC_CANVAS_EDGE + 26 + row_label;
    grid.top = JC_CANVAS_HEAD + 30;
    grid.step_x = (JC_CANVAS_WIDTH - grid.left - free_right) / (double) grid.columns;
    grid.width = grid.step_x - (grid.columns > 1 ? 16 : 0);
    grid.height = grid.n == 1 ? jc_clamp((double) choice->sweep->axis[1].n * 42, 120, 320)
                              : jc_clamp((double) choice->sweep->axis[1].n * 28, 90, 180);
    grid.step_y = grid.height + 34;
    grid.total = grid.top + (double) rows * grid.step_y + 22 + JC_CANVAS_FOOT;
    return grid;
}

/* A block of cells "column row value colour" for a subject; gnuplot draws those that have a value. */
static void
put_cells(struct jc_canvas *canvas, const struct jc_sweep_choice *choice, size_t subject,
    const struct jc_axis *scale)
{
    const struct jc_sweep_result *sweep = choice->sweep;
    double value;
    size_t p;

    jc_canvas_put(canvas, "$cells%zu << EOD\n", subject);
    for (p = 0; p < sweep->n_points; p++) {
        value = jc_choice_value(choice, p, subject, choice->column);
        if (isfinite(value)) {
            jc_canvas_put(canvas, "%zu %zu %.8g %u\n", jc_sweep_axis_value(sweep, p, 0),
                jc_sweep_axis_value(sweep, p, 1), value, colour_at(jc_axis_place(scale, value)));
        }
    }
    jc_canvas_put(canvas, "EOD\n");
}

static void
label_cells(struct jc_canvas *canvas, const struct jc_sweep_choice *choice, size_t subject,
    const struct jc_axis *scale)
{
    const struct jc_sweep_result *sweep = choice->sweep;
    const double width = (canvas->right - canvas->left) / (double) sweep->axis[0].n;
    const double height = (canvas->bottom - canvas->top) / (double) sweep->axis[1].n;
    struct jc_style style = { jc_smaller(12.5, width / 3.7), JC_BLACK, false, JC_CENTRE };
    char text[JC_NUMBER_LENGTH];
    double value;
    size_t p;

    for (p = 0; width >= CELL_LABEL_WIDTH && height >= CELL_LABEL_HEIGHT && p < sweep->n_points;
         p++) {
        value = jc_choice_value(choice, p, subject, choice->column);
        style.colour = jc_axis_place(scale, value) > 0.6 ? JC_BLACK : "#ffffff";
        jc_write_number(text, value, 2);
        if (!isfinite(value)) {
            style.colour = JC_GREY;
            (void) snprintf(text, sizeof(text), "failed");
        }
        jc_canvas_text(canvas,
            canvas->left + width * ((double) jc_sweep_axis_value(sweep, p, 0) + 0.5),
            canvas->bottom - height * ((double) jc_sweep_axis_value(sweep, p, 1) + 0.5), &style,
            text);
    }
}

/* The values of an axis, each in the middle of its cells, as far as there is room. */
static void
label_axis(struct jc_canvas *canvas, const struct jc_sweep_axis *axis, bool below)
{
    const double length = below ? canvas->right - canvas->left : canvas->bottom - canvas->top;
    const double step = length / (double) axis->n;
    const struct jc_style style = { 12.5, JC_INK, false, below ? JC_CENTRE : JC_RIGHT };
    char text[JC_LINE_LENGTH];
    double need = 16;
    size_t every, k;

    for (k = 0; below && k < axis->n; k++) {
        jc_sweep_axis_text(axis, k, text);
        need = jc_larger(need, jc_smaller(jc_words_width(text, 12.5) + 8, 90));
    }
    every = (size_t) ceil(need / step);
    for (k = 0; k < axis->n; k += every) {
        jc_sweep_axis_text(axis, k, text);
        if (below) {
            jc_canvas_fit(canvas, canvas->left + step * ((double) k + 0.5), canvas->bottom + 12,
                jc_larger(need, step * (double) every), &style, text);
        } else {
            jc_canvas_fit(canvas, canvas->left - 6, canvas->bottom - step * ((double) k + 0.5), 120,
                &style, text);
        }
    }
}

static void
draw_panel(struct jc_canvas *canvas, const struct jc_sweep_choice *choice, size_t subject,
    const struct grid *grid, const struct jc_axis *scale)
{
    const struct jc_sweep_result *sweep = choice->sweep;
    const char *label = sweep->subject[choice->subject[subject]].label;
    const double fit = 13 * grid->width / (1.13 * jc_words_width(label, 13) + 1);
    const struct jc_style head = { jc_clamp(fit, 10.5, 13), JC_INK, true, JC_LEFT };
    const bool small = grid->width < LEAST_GRID * (double) sweep->axis[0].n
        || grid->height < LEAST_GRID * (double) sweep->axis[1].n;
    const double half = small ? 0.53 : 0.5; /* so that no gap is seen between small cells */
    const size_t column = subject % grid->columns;
    const size_t row = subject / grid->columns;
    const double left = grid->left + (double) column * grid->step_x;
    const double top = grid->top + (double) row * grid->step_y;

    jc_canvas_area(canvas, left, left + grid->width, top, top + grid->height);
    jc_canvas_bare_axis(canvas, "x", -0.5, (double) sweep->axis[0].n - 0.5);
    jc_canvas_bare_axis(canvas, "y", -0.5, (double) sweep->axis[1].n - 0.5);
    jc_canvas_fit(canvas, left, top - 10, grid->width, &head, label);
    if (column == 0) {
        label_axis(canvas, &sweep->axis[1], false);
    }
    if (subject + grid->columns >= grid->n) {
        label_axis(canvas, &sweep->axis[0], true);
    }
    label_cells(canvas, choice, subject, scale);
    jc_canvas_put(canvas,
        "set object rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#eeeeee' fillstyle "
        "solid noborder\n"
        "half = %g\n"
        "plot $cells%zu using 1:2:($1-half):($1+half):($2-half):($2+half):4 with boxxyerror "
        "fillcolor rgb variable fillstyle solid %s\n"
        "unset object\n",
        half, subject, small ? "noborder" : "border rgb '#ffffff'");
    jc_canvas_forget(canvas);
}

/* Of the last row of panels. */
static double
bottom_of(const struct grid *grid)
{
    const size_t rows_above = (grid->n - 1) / grid->columns;

    return grid->top + (double) rows_above * grid->step_y + grid->height;
}

/* What goes up in all panels, at their left. */
static void
put_side_title(struct jc_canvas *canvas, const struct grid *grid, const char *title)
{
    const double middle = (grid->top + bottom_of(grid)) / 2;

    jc_canvas_put(canvas, "set label ");
    jc_canvas_put_string(canvas, title);
    jc_canvas_put(canvas,
        " at screen %.5f,%.5f center rotate by 90 font 'sans-serif,13.5' textcolor rgb '" JC_INK
        "'\n",
        (JC_CANVAS_EDGE + 6) / JC_CANVAS_WIDTH, 1 - middle / canvas->height);
}

/* The colours, from the lowest value to the highest. */
static void
draw_bar(struct jc_canvas *canvas, const struct grid *grid, const struct jc_axis *scale)
{
    const double right = JC_CANVAS_WIDTH - JC_CANVAS_EDGE - BAR_ROOM + 12 + BAR_WIDTH;
    const double bottom = bottom_of(grid);
    size_t k;

    jc_canvas_area(canvas, right - BAR_WIDTH, right, grid->top, bottom);
    jc_canvas_put(canvas, "$bar << EOD\n");
    for (k = 0; k < BAR_STEPS; k++) {
        jc_canvas_put(canvas, "%.8g %.8g %u\n", jc_axis_value(scale, (double) k / BAR_STEPS),
            jc_axis_value(scale, (double) (k + 1) / BAR_STEPS),
            colour_at(((double) k + 0.5) / BAR_STEPS));
    }
    jc_canvas_put(canvas, "EOD\n");
    jc_canvas_bare_axis(canvas, "x", 0, 1);
    jc_canvas_axis(canvas, "y2", scale, NULL);
    jc_canvas_put(canvas,
        "plot $bar using (0.5):1:(0):(1):1:2:3 axes x1y2 with boxxyerror fillcolor rgb variable "
        "fillstyle solid noborder\n");
}

static int
draw(const struct jc_sweep_choice *choice, const char *title, const char *source,
    struct jc_canvas *canvas)
{
    const struct jc_sweep_result *sweep = choice->sweep;
    const struct jc_style below = { 13.5, JC_INK, false, JC_CENTRE };
    char text[JC_LINE_LENGTH];
    struct jc_text name[2] = { { 0 }, { 0 } };
    struct jc_text subtitle = { 0 };
    struct jc_axis scale = { 0 };
    struct grid grid;
    double row_label = 0;
    size_t j;
    int ret = jc_sweep_axis_title(&sweep->axis[0], &name[0], canvas->error);

    ret = ret != 0 ? ret : jc_sweep_axis_title(&sweep->axis[1], &name[1], canvas->error);
    ret =
        ret != 0 ? ret : jc_text_append(&subtitle, canvas->error, "%s of the ", choice->statistic);
    ret = ret != 0 ? ret : jc_plot_quantity_title(choice->quantity, &subtitle, canvas->error);
    if (ret == 0 && choice->n_all > MOST_MAPS) {
        ret = jc_text_append(&subtitle, canvas->error, "; the first %d of %zu, --case names others",
            MOST_MAPS, choice->n_all);
    }
    for (j = 0; j < sweep->axis[1].n; j++) {
        jc_sweep_axis_text(&sweep->axis[1], j, text);
        row_label = jc_larger(row_label, jc_smaller(jc_words_width(text, 12.5), 120));
    }
    if (ret == 0) {
        grid = arrange(choice, row_label);
        jc_choice_span(choice, -1, -1, &scale.low, &scale.high);
        scale.log = scale.low > 0 && scale.high > LOG_RATIO * scale.low;
        scale.high = scale.high > scale.low ? scale.high : scale.low + 1;
        jc_canvas_begin(canvas, grid.total, title, subtitle.bytes, source);
        jc_canvas_put(canvas, "set multiplot\nset grid noxtics noytics\n");
        for (j = 0; j < grid.n; j++) {
            put_cells(canvas, choice, j, &scale);
        }
        jc_canvas_text(canvas,
            grid.left + (JC_CANVAS_WIDTH - grid.left - JC_CANVAS_EDGE - BAR_ROOM) / 2,
            canvas->height - JC_CANVAS_FOOT - 18, &below, name[0].bytes);
        put_side_title(canvas, &grid, name[1].bytes);
        for (j = 0; j < grid.n; j++) {
            draw_panel(canvas, choice, j, &grid, &scale);
        }
        draw_bar(canvas, &grid, &scale);
        jc_canvas_put(canvas, "unset multiplot\n");
    }
    jc_text_free(&name[0]);
    jc_text_free(&name[1]);
    jc_text_free(&subtitle);
    return ret;
}

int
jc_draw_map(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_canvas *canvas)
{
    struct jc_sweep_choice choice;
    struct jc_text source = { 0 };
    int ret = jc_sweep_choose(results, options, &choice, canvas->error);

    ret = ret != 0 ? ret
                   : jc_plot_source(results, options, results->sweep.queries,
                       "queries per case and point", &source, canvas->error);
    ret = ret != 0 ? ret : draw(&choice, results->title, source.bytes, canvas);
    jc_text_free(&source);
    return ret;
}
