/*
 * Bands: the quantiles of the queries of one case or blend, and how far draws of what is unknown move each of them.
 * Probabilities are spaced as the normal distribution has them, which makes a lognormal one a straight line.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "results/number.h"
#include "results/plots/kinds.h"

#define MOST_TICS 16
#define AREA_HEIGHT 300.0
#define MEAN_WIDTH 110.0 /* of the part for the mean */
#define LABEL_GAP 15.0   /* between labels one above the other, px */

/* The subject that options name; by default the first blend, or the first case, that has the quantity. */
static int
find_subject(const struct jc_bands *bands, const struct jc_plot_options *options,
    enum jc_quantity *quantity, const struct jc_band_subject **subject, struct jc_error *error)
{
    const char *const prefix = "blend:";
    const char *name = options->n_names > 0 ? options->name[0] : NULL;
    const struct jc_band_subject *candidate;
    size_t j;

    *subject = NULL;
    *quantity = options->has_quantity ? options->quantity : JC_ENERGY;
    if (name != NULL && strncmp(name, prefix, strlen(prefix)) == 0) {
        name += strlen(prefix);
    }
    for (j = 0; *subject == NULL && j < bands->n_blends + bands->n_cases; j++) {
        candidate = j < bands->n_blends ? &bands->blends[j] : &bands->cases[j - bands->n_blends];
        if ((name == NULL || strcmp(candidate->name, name) == 0)
            && candidate->series[*quantity].quantile != NULL) {
            *subject = candidate;
        }
    }
    return *subject != NULL ? 0
                            : jc_fail(error, JC_ERROR_SCENARIO, "there are no bands of %s%s%s",
                                jc_quantity_info(*quantity)->name, name != NULL ? " of " : "",
                                name != NULL ? name : "");
}

static double
place_of(double probability)
{
    return gsl_cdf_ugaussian_Pinv(jc_clamp(probability, 1e-6, 1 - 1e-6));
}

/* "probability place P5 P25 P50 P75 P95" for each quantile, and "mean ..." in a block of its own. */
static int
compute(const struct jc_bands *bands, const struct jc_draw_series *series, struct jc_band *band,
    struct jc_band *mean, struct jc_error *error)
{
    size_t k;
    int ret = jc_band_of(bands->n_draws, series->mean, mean, error);

    for (k = 0; ret == 0 && k < bands->n_quantiles; k++) {
        ret = jc_band_of_column(bands->n_draws, series->quantile + k, bands->n_quantiles, &band[k],
            error);
    }
    return ret;
}

static void
put_values(struct jc_canvas *canvas, const struct jc_band *band)
{
    size_t r;

    for (r = 0; r < JC_BAND_RANKS; r++) {
        jc_canvas_put(canvas, " %.8g", band->value[r]);
    }
    jc_canvas_put(canvas, "\n");
}

static void
put_data(struct jc_canvas *canvas, const struct jc_bands *bands, const struct jc_band *band,
    const struct jc_band *mean)
{
    size_t k;

    jc_canvas_put(canvas,
        "# probability, its place; over the draws P5, P25, P50, P75, P95\n"
        "$quantiles << EOD\n");
    for (k = 0; k < bands->n_quantiles; k++) {
        jc_canvas_put(canvas, "%.8g %.6g", bands->quantile[k], place_of(bands->quantile[k]));
        put_values(canvas, &band[k]);
    }
    jc_canvas_put(canvas, "EOD\n$mean << EOD\n0.5");
    put_values(canvas, mean);
    jc_canvas_put(canvas, "EOD\n");
}

/* Tics at the quantiles, as far as there is room. */
static void
put_probabilities(struct jc_canvas *canvas, const struct jc_bands *bands, double low, double high)
{
    const struct jc_axis axis = { low, high, false };
    struct jc_tic tic[MOST_TICS];
    double last = -INFINITY;
    size_t n = 0;
    size_t k;

    for (k = 0; k < bands->n_quantiles; k++) {
        const double place = place_of(bands->quantile[k]);

        if (n < MOST_TICS && place - last >= (high - low) / MOST_TICS) {
            tic[n].at = last = place;
            (void) snprintf(tic[n++].text, JC_NUMBER_LENGTH, "%g", 100 * bands->quantile[k]);
        }
    }
    jc_canvas_tics(canvas, "x", &axis, n, tic);
    jc_canvas_axis_title(canvas, "x", "percentile of the queries");
}

/* What the lines are, at the right of the last quantile; moved apart where they would cover each other. */
static void
put_line_labels(struct jc_canvas *canvas, const struct jc_axis *axis, const struct jc_band *last)
{
    static const char *const text[JC_BAND_RANKS] = { "P5 of draws", "P25", "median", "P75",
        "P95 of draws" };
    const struct jc_style style = { 12, JC_INK, false, JC_LEFT };
    double y[JC_BAND_RANKS];
    size_t r;

    y[2] = jc_canvas_y(canvas, axis, last->value[2]);
    for (r = 3; r < JC_BAND_RANKS; r++) {
        y[r] = jc_smaller(jc_canvas_y(canvas, axis, last->value[r]), y[r - 1] - LABEL_GAP);
    }
    for (r = 2; r-- > 0;) {
        y[r] = jc_larger(jc_canvas_y(canvas, axis, last->value[r]), y[r + 1] + LABEL_GAP);
    }
    for (r = 0; r < JC_BAND_RANKS; r++) {
        jc_canvas_text(canvas, canvas->right + 6, y[r], &style, text[r]);
    }
}

/* The mean has a part of its own beside the quantiles. */
static void
put_mean(struct jc_canvas *canvas, const struct jc_axis *axis, const struct jc_band *mean,
    double left, double right)
{
    const struct jc_style below = { 13.5, JC_INK, false, JC_CENTRE };
    const struct jc_style number = { 12, JC_INK, false, JC_LEFT };
    const struct jc_style strong = { 12, JC_INK, true, JC_LEFT };
    char text[JC_NUMBER_LENGTH];
    size_t r;

    jc_canvas_forget(canvas);
    jc_canvas_area(canvas, left, right, canvas->top, canvas->bottom);
    jc_canvas_bare_axis(canvas, "x", 0, 1);
    jc_canvas_put(canvas, "unset ytics\nset grid noxtics noytics\n");
    jc_canvas_text(canvas, (left + right) / 2, canvas->bottom + 16, &below, "mean");
    for (r = 0; r < JC_BAND_RANKS; r += 2) {
        jc_write_number(text, mean->value[r], 3);
        jc_canvas_text(canvas, (left + right) / 2 + 13, jc_canvas_y(canvas, axis, mean->value[r]),
            r == 2 ? &strong : &number, text);
    }
    jc_canvas_put(canvas,
        "plot $mean using 1:2:(0):($6-$2) with vectors nohead linewidth 10 linecolor rgb "
        "'#bcd7e8', "
        "$mean using 1:3:(0):($5-$3) with vectors nohead linewidth 10 linecolor rgb '#66aad1', "
        "$mean using 1:4 with points pointtype 7 pointsize 0.6 linecolor rgb '" JC_INK "'\n");
}

static int
draw(const struct jc_bands *bands, const struct jc_band_subject *subject, enum jc_quantity quantity,
    const char *title, const char *source, struct jc_canvas *canvas)
{
    const size_t n = bands->n_quantiles;
    const double from = place_of(bands->quantile[0]);
    const double to = place_of(bands->quantile[n - 1]);
    const double margin = to > from ? 0.03 * (to - from) : 1;
    struct jc_band *band = calloc(n, sizeof(*band));
    struct jc_text name = { 0 };
    struct jc_text subtitle = { 0 };
    struct jc_axis axis;
    struct jc_band mean;
    int ret = band == NULL ? jc_fail_memory(canvas->error)
                           : compute(bands, &subject->series[quantity], band, &mean, canvas->error);

    ret = ret != 0 ? ret : jc_plot_quantity_title(quantity, &name, canvas->error);
    ret = ret != 0 ? ret
                   : jc_text_append(&subtitle, canvas->error,
                       "%s: quantiles of its queries, and what is unknown of each", subject->label);
    if (ret != 0) {
        goto out;
    }
    axis = jc_axis_of(jc_smaller(band[0].value[0], mean.value[0]),
        jc_larger(band[n - 1].value[JC_BAND_RANKS - 1], mean.value[JC_BAND_RANKS - 1]));
    jc_canvas_begin(canvas, JC_CANVAS_HEAD + 30 + AREA_HEIGHT + 56 + JC_CANVAS_FOOT, title,
        subtitle.bytes, source);
    put_data(canvas, bands, band, &mean);
    jc_canvas_put(canvas, "set multiplot\nset grid ytics\n");
    jc_canvas_area(canvas, JC_CANVAS_EDGE + 66, JC_CANVAS_WIDTH - JC_CANVAS_EDGE - MEAN_WIDTH - 92,
        JC_CANVAS_HEAD + 30, JC_CANVAS_HEAD + 30 + AREA_HEIGHT);
    jc_canvas_axis(canvas, "y", &axis, name.bytes);
    put_probabilities(canvas, bands, from - margin, to + margin);
    put_line_labels(canvas, &axis, &band[n - 1]);
    jc_canvas_put(canvas,
        "plot $quantiles using 2:3:7 with filledcurves fillcolor rgb '#bcd7e8', "
        "$quantiles using 2:4:6 with filledcurves fillcolor rgb '#66aad1', "
        "$quantiles using 2:5 with linespoints pointtype 7 pointsize 0.45 linewidth 2 "
        "linecolor rgb '" JC_INK "'\n");
    put_mean(canvas, &axis, &mean, canvas->right + 92, JC_CANVAS_WIDTH - JC_CANVAS_EDGE);
    jc_canvas_put(canvas, "unset multiplot\n");
out:
    free(band);
    jc_text_free(&name);
    jc_text_free(&subtitle);
    return ret;
}

int
jc_draw_bands(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_canvas *canvas)
{
    const struct jc_bands *bands = &results->bands;
    const struct jc_band_subject *subject;
    struct jc_text source = { 0 };
    enum jc_quantity quantity;
    char of_what[64];
    int ret = find_subject(bands, options, &quantity, &subject, canvas->error);

    (void) snprintf(of_what, sizeof(of_what), "queries in each of %zu draws", bands->n_draws);
    ret = ret != 0
        ? ret
        : jc_plot_source(results, options, bands->queries, of_what, &source, canvas->error);
    ret = ret != 0 ? ret : draw(bands, subject, quantity, results->title, source.bytes, canvas);
    jc_text_free(&source);
    return ret;
}
