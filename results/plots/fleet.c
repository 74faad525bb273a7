/*
 * Fleets as a waterfall that falls to the right: a bar for the first, then what each step adds or takes away, then what
 * that comes to; references as lines through all of it. Without a waterfall, a bar for each fleet.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/number.h"
#include "results/plots/kinds.h"

#define ROW 38.0
#define REFERENCE_ROW 26.0
#define LABEL_WIDTH 200.0
#define LABEL_SIZE 13.0
#define NUMBER_ROOM 74.0
#define EQUIVALENCE_ROW 18.0
#define MOST_EQUIVALENCES 10

struct row {
    const char *label;
    double from; /* of the bar, GWh/day */
    double to;
    double low; /* of the band of the total, P5 and P95; NAN: none */
    double high;
    bool is_step; /* what is added; else a total */
};

struct rows {
    size_t n;
    struct row *row;
    const struct jc_fleet_result *first; /* the fleet of the first row */
    const char *title;                   /* of the waterfall; NULL: fleets side by side */
};

/* The waterfall that options name, or the first; n_waterfalls if there is none. */
static int
find(const struct jc_fleets *fleets, const struct jc_plot_options *options, size_t *found,
    struct jc_error *error)
{
    size_t j = 0;

    while (options->n_names > 0 && j < fleets->n_waterfalls
        && strcmp(fleets->waterfall[j].name, options->name[0]) != 0) {
        j++;
    }
    *found = j;
    return options->n_names == 0 || j < fleets->n_waterfalls
        ? 0
        : jc_fail(error, JC_ERROR_SCENARIO, "there is no waterfall '%s' in the file%s%s",
            options->name[0], fleets->n_waterfalls > 0 ? "; the first is " : "",
            fleets->n_waterfalls > 0 ? fleets->waterfall[0].name : "");
}

static double
per_day(const struct jc_fleet_result *fleet)
{
    return fleet->total[JC_FLEET_ENERGY].known ? fleet->total[JC_FLEET_ENERGY].value
            * jc_fleet_figure_factor(fleet, JC_FLEET_ENERGY_PER_DAY)
                                               : NAN;
}

static int
add_total(struct rows *rows, const struct jc_fleets *fleets, size_t index, const char *label,
    struct jc_error *error)
{
    struct row *row = &rows->row[rows->n++];
    struct jc_band band;
    int ret = 0;

    rows->first = rows->first != NULL ? rows->first : &fleets->fleet[index];
    *row = (struct row){ label, 0, per_day(&fleets->fleet[index]), NAN, NAN, false };
    if (fleets->n_draws > 1 && isfinite(row->to)) {
        ret = jc_fleet_figure_band(fleets, index, JC_FLEET_ENERGY_PER_DAY, &band, error);
        row->low = band.value[0];
        row->high = band.value[JC_BAND_RANKS - 1];
    }
    return ret;
}

/* The first fleet, a step for each that follows, and the last one as a whole. */
static int
fall(struct rows *rows, const struct jc_fleets *fleets, const struct jc_waterfall_result *waterfall,
    struct jc_error *error)
{
    const struct jc_fleet_result *fleet = fleets->fleet;
    const size_t *index = waterfall->fleet_index;
    size_t j;
    int ret = add_total(rows, fleets, index[0], fleet[index[0]].label, error);

    rows->title = waterfall->label;
    for (j = 1; j < waterfall->n_steps; j++) {
        rows->row[rows->n++] = (struct row){ fleet[index[j]].label, per_day(&fleet[index[j - 1]]),
            per_day(&fleet[index[j]]), NAN, NAN, true };
    }
    return ret != 0 ? ret : add_total(rows, fleets, index[waterfall->n_steps - 1], "In all", error);
}

static int
make_rows(struct rows *rows, const struct jc_fleets *fleets, const struct jc_plot_options *options,
    struct jc_error *error)
{
    size_t w, j;
    int ret = find(fleets, options, &w, error);

    if (ret != 0) {
        return ret;
    }
    rows->row = calloc((w < fleets->n_waterfalls ? fleets->waterfall[w].n_steps : fleets->n) + 1,
        sizeof(struct row));
    if (rows->row == NULL) {
        return jc_fail_memory(error);
    }
    if (w < fleets->n_waterfalls && fleets->waterfall[w].n_steps > 0) {
        return fall(rows, fleets, &fleets->waterfall[w], error);
    }
    for (j = 0; ret == 0 && j < fleets->n; j++) {
        if (fleets->fleet[j].total[JC_FLEET_ENERGY].known) {
            ret = add_total(rows, fleets, j, fleets->fleet[j].label, error);
        }
    }
    return ret;
}

static struct jc_axis
axis_of(const struct rows *rows, const struct jc_fleets *fleets, double width)
{
    double high = 0;
    size_t j;

    for (j = 0; j < rows->n; j++) {
        high = fmax(high, fmax(rows->row[j].to, rows->row[j].from));
        high = fmax(high, rows->row[j].high);
    }
    for (j = 0; j < fleets->n_references; j++) {
        high = fmax(high, fleets->reference[j].energy_per_day);
    }
    high = high > 0 ? high : 1;
    return (struct jc_axis){ 0, high * width / (width - NUMBER_ROOM), false };
}

static double
row_y(const struct jc_canvas *canvas, size_t j)
{
    return canvas->top + ((double) j + 0.5) * ROW;
}

/* A block "row from to low high kind": kind 0 a total, 1 more, 2 less. */
static void
put_data(struct jc_canvas *canvas, const struct rows *rows)
{
    const struct row *row;
    size_t j;

    jc_canvas_put(canvas,
        "# row, from, to [GWh/day], P5, P95 of a total; 0 total, 1 more, 2 less\n"
        "$rows << EOD\n");
    for (j = 0; j < rows->n; j++) {
        row = &rows->row[j];
        jc_canvas_put(canvas, "%g", ((double) j + 0.5) * ROW);
        jc_canvas_put_value(canvas, row->from);
        jc_canvas_put_value(canvas, row->to);
        jc_canvas_put_value(canvas, row->low);
        jc_canvas_put_value(canvas, row->high);
        jc_canvas_put(canvas, " %d\n", !row->is_step ? 0 : row->to > row->from ? 1 : 2);
    }
    jc_canvas_put(canvas, "EOD\n");
}

/* Each step is joined to the next, and each bar has its number beside it. */
static void
put_rows(struct jc_canvas *canvas, const struct rows *rows, const struct jc_axis *axis, double left)
{
    const struct jc_style label = { LABEL_SIZE, JC_INK, false, JC_RIGHT };
    const struct row *row;
    char number[JC_NUMBER_LENGTH], text[JC_NUMBER_LENGTH + 4];
    double end, x;
    size_t j;

    for (j = 0; j < rows->n; j++) {
        row = &rows->row[j];
        jc_canvas_lines(canvas, left - 10, row_y(canvas, j), left - 10 - JC_CANVAS_EDGE, &label,
            row->label);
        if (!isfinite(row->to) || !isfinite(row->from)) {
            continue;
        }
        end = fmax(fmax(row->from, row->to), isfinite(row->high) ? row->high : 0);
        jc_write_number(number, row->is_step ? fabs(row->to - row->from) : row->to, 3);
        (void) snprintf(text, sizeof(text), "%s%s",
            !row->is_step              ? ""
                : row->to >= row->from ? "+"
                                       : "\xe2\x88\x92",
            number);
        jc_canvas_text(canvas, jc_canvas_x(canvas, axis, end) + 7, row_y(canvas, j),
            &(struct jc_style){ 13,
                !row->is_step              ? JC_INK
                    : row->to >= row->from ? JC_VERMILION
                                           : JC_GREEN,
                true, JC_LEFT },
            text);
        if (rows->title != NULL && j + 1 < rows->n) {
            x = jc_canvas_x(canvas, axis, row->to);
            jc_canvas_line(canvas, x, row_y(canvas, j) + 0.3 * ROW, x,
                row_y(canvas, j + 1) - 0.3 * ROW, 1, JC_GREY);
        }
    }
}

/* Each reference has a row of its own below the bars, where its line begins. */
static void
put_references(struct jc_canvas *canvas, const struct rows *rows, const struct jc_fleets *fleets,
    const struct jc_axis *axis, double left)
{
    const struct jc_style label = { 12, JC_GREY, false, JC_RIGHT };
    const struct jc_style strong = { 12, JC_GREY, true, JC_LEFT };
    const double below = canvas->top + (double) rows->n * ROW + 10;
    char number[JC_NUMBER_LENGTH];
    size_t j;

    for (j = 0; j < fleets->n_references; j++) {
        const double value = fleets->reference[j].energy_per_day;
        const double y = below + ((double) j + 0.5) * REFERENCE_ROW;
        const double x = jc_canvas_x(canvas, axis, value);

        jc_canvas_put(canvas,
            "set arrow from screen %.5f,%.5f to screen %.5f,%.5f nohead linewidth 1.4 linecolor "
            "rgb '" JC_PURPLE "' dashtype (6,4) back\n",
            x / JC_CANVAS_WIDTH, 1 - y / canvas->height, x / JC_CANVAS_WIDTH,
            1 - canvas->top / canvas->height);
        jc_canvas_lines(canvas, left - 10, y, left - 10 - JC_CANVAS_EDGE, &label,
            fleets->reference[j].label);
        jc_write_number(number, value, 3);
        jc_canvas_text(canvas, x + 7, y, &strong, number);
    }
}

static size_t
count_equivalences(const struct jc_fleet_result *fleet)
{
    size_t n = 0;
    size_t k;

    for (k = 0; fleet != NULL && k < fleet->n_equivalences; k++) {
        n += isfinite(fleet->equivalence[k].number) ? 1 : 0;
    }
    return n < MOST_EQUIVALENCES ? n : MOST_EQUIVALENCES;
}

static double
height_of_equivalences(const struct jc_fleet_result *fleet)
{
    const size_t n = count_equivalences(fleet);
    const size_t rows = (n + 1) / 2;

    return n > 0 ? 20 + EQUIVALENCE_ROW * (double) (1 + rows) : 0;
}

/* What the first fleet takes in all its days is as much as, in two columns. */
static void
put_equivalences(struct jc_canvas *canvas, const struct jc_fleet_result *fleet, double top)
{
    const size_t n = count_equivalences(fleet);
    const double width = (JC_CANVAS_WIDTH - 2 * JC_CANVAS_EDGE) / 2;
    const struct jc_style head = { 12.5, JC_INK, true, JC_LEFT };
    const struct jc_style note = { 12, JC_GREY, false, JC_LEFT };
    char number[JC_NUMBER_LENGTH];
    char text[JC_LINE_LENGTH];
    size_t shown = 0;
    size_t row, k;

    if (fleet == NULL || n == 0) {
        return;
    }
    (void) snprintf(text, sizeof(text), "%.180s, in %g %s as much as", fleet->label, fleet->days,
        fleet->days == 1 ? "day" : "days");
    jc_canvas_fit(canvas, JC_CANVAS_EDGE, top, 2 * width, &head, text);
    for (k = 0; k < fleet->n_equivalences && shown < n; k++) {
        if (isfinite(fleet->equivalence[k].number)) {
            (void) snprintf(text, sizeof(text), "%.3g", fleet->equivalence[k].number);
            jc_write_number(number, strtod(text, NULL), 3);
            (void) snprintf(text, sizeof(text), "%s %.200s", number, fleet->equivalence[k].name);
            row = 1 + shown / 2;
            jc_canvas_fit(canvas, JC_CANVAS_EDGE + width * (double) (shown % 2),
                top + EQUIVALENCE_ROW * (double) row, width - 8, &note, text);
            shown++;
        }
    }
}

static int
draw(const struct rows *rows, const struct jc_results *results, const char *source,
    struct jc_canvas *canvas)
{
    const struct jc_fleets *fleets = &results->fleets;
    const double references =
        fleets->n_references > 0 ? 10 + (double) fleets->n_references * REFERENCE_ROW : 0;
    const double top = JC_CANVAS_HEAD + 8;
    const double bottom = top + (double) rows->n * ROW + references;
    const double right = JC_CANVAS_WIDTH - JC_CANVAS_EDGE;
    struct jc_text subtitle = { 0 };
    struct jc_axis axis;
    double left = 0;
    size_t j;
    int ret = jc_text_append(&subtitle, canvas->error, "Energy of a day%s%s",
        fleets->n_draws > 1       ? "; thin lines: P5 to P95 of what is unknown"
            : rows->title != NULL ? ". "
                                  : "",
        fleets->n_draws == 0 && rows->title != NULL ? results->title : "");

    for (j = 0; j < rows->n; j++) {
        left = fmax(left, jc_words_column(rows->row[j].label, LABEL_SIZE, LABEL_WIDTH));
    }
    for (j = 0; j < fleets->n_references; j++) {
        left = fmax(left, fmin(jc_words_width(fleets->reference[j].label, 12) + 1, LABEL_WIDTH));
    }
    left += JC_CANVAS_EDGE + 10;
    axis = axis_of(rows, fleets, right - left);
    jc_canvas_begin(canvas, bottom + 56 + height_of_equivalences(rows->first) + JC_CANVAS_FOOT,
        rows->title != NULL ? rows->title : results->title,
        subtitle.bytes != NULL ? subtitle.bytes : "", source);
    jc_canvas_area(canvas, left, right, top, bottom);
    jc_canvas_bare_axis(canvas, "y", bottom - top, 0);
    jc_canvas_axis(canvas, "x", &axis, "energy of the fleet [GWh/day]");
    put_data(canvas, rows);
    put_rows(canvas, rows, &axis, left);
    put_references(canvas, rows, fleets, &axis, left);
    put_equivalences(canvas, rows->first, bottom + 70);
    jc_canvas_put(canvas,
        "plot $rows using 2:($6==0?$1:NaN):2:3:($1-%g):($1+%g) with boxxyerror fillcolor rgb "
        "'" JC_BLUE "', "
        "$rows using 2:($6==1?$1:NaN):2:3:($1-%g):($1+%g) with boxxyerror fillcolor rgb "
        "'" JC_VERMILION "', "
        "$rows using 2:($6==2?$1:NaN):3:2:($1-%g):($1+%g) with boxxyerror fillcolor rgb '" JC_GREEN
        "', "
        "$rows using 4:1:($5-$4):(0) with vectors heads size screen 0.004,90 linewidth 1.6 "
        "linecolor rgb '" JC_INK "'\n",
        0.3 * ROW, 0.3 * ROW, 0.3 * ROW, 0.3 * ROW, 0.3 * ROW, 0.3 * ROW);
    jc_text_free(&subtitle);
    return ret;
}

int
jc_draw_fleet(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_canvas *canvas)
{
    struct rows rows = { 0 };
    struct jc_text source = { 0 };
    int ret = make_rows(&rows, &results->fleets, options, canvas->error);

    ret = ret != 0 ? ret
                   : jc_plot_source(results, options, results->queries, "queries per case", &source,
                       canvas->error);
    ret = ret != 0 ? ret : draw(&rows, results, source.bytes, canvas);
    free(rows.row);
    jc_text_free(&source);
    return ret;
}
