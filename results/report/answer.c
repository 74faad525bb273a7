/*
 * The answer in one sentence: the most general that the file has.
 */
#include <math.h>
#include <stdlib.h>

#include "results/report/parts.h"

/* "P5 to P95 over 1000 draws of what is unknown" */
static void
put_draws(struct jc_html *html, size_t n_draws)
{
    jc_html_put(html, " (P5 to P95 over ");
    jc_html_count(html, n_draws);
    jc_html_put(html, " draws of what is unknown)");
}

static void
put_ends(struct jc_html *html, const struct jc_band *band, const char *unit)
{
    jc_report_band_number(html, band, 0);
    jc_html_put(html, " to ");
    jc_report_band_number(html, band, 4);
    jc_html_put(html, "&nbsp;");
    jc_html_text(html, jc_report_unit(unit));
}

static double
energy_per_day(const struct jc_fleet_result *fleet)
{
    return fleet->total[JC_FLEET_ENERGY].value
        * jc_fleet_figure_factor(fleet, JC_FLEET_ENERGY_PER_DAY);
}

static void
put_fleet(struct jc_html *html, const struct jc_fleets *fleets, size_t index)
{
    const struct jc_fleet_result *fleet = &fleets->fleet[index];
    const double error = fleet->total[JC_FLEET_ENERGY].error
        * jc_fleet_figure_factor(fleet, JC_FLEET_ENERGY_PER_DAY);
    struct jc_band band;

    jc_html_put(html, "<b>");
    jc_html_text(html, fleet->label);
    jc_html_put(html, "</b> takes ");
    if (fleets->n_draws > 0) {
        html->status = html->status != 0
            ? html->status
            : jc_fleet_figure_band(fleets, index, JC_FLEET_ENERGY_PER_DAY, &band, html->error);
        if (html->status == 0) {
            jc_html_put(html, "<b>");
            jc_report_band_number(html, &band, 2);
            jc_html_put(html, "&nbsp;GWh a day</b> in the median, ");
            put_ends(html, &band, "GWh");
            put_draws(html, fleets->n_draws);
        }
    } else {
        jc_html_put(html, "<b>");
        jc_report_amount(html, energy_per_day(fleet), 1.96 * error, "GWh");
        jc_html_put(html, " a day</b>, &plusmn;&nbsp;");
        jc_html_number(html, 1.96 * error, 2);
        jc_html_put(html, "&nbsp;GWh by the simulation (95&nbsp;%%)");
    }
}

/* The first fleet, and the one that takes most. */
static void
put_fleets(struct jc_html *html, const struct jc_fleets *fleets)
{
    size_t most = 0;

    for (size_t j = 1; j < fleets->n; j++) {
        most = energy_per_day(&fleets->fleet[j]) > energy_per_day(&fleets->fleet[most]) ? j : most;
    }
    put_fleet(html, fleets, 0);
    if (most > 0) {
        jc_html_put(html, "; the most of %zu fleets, ", fleets->n);
        put_fleet(html, fleets, most);
    }
    jc_html_put(html, ".");
}

/* The first blend, or the first case. */
static const struct jc_band_subject *
subject_of(const struct jc_bands *bands)
{
    return bands->n_blends > 0 ? bands->blends : bands->cases;
}

static void
put_bands(struct jc_html *html, const struct jc_bands *bands)
{
    const struct jc_band_subject *subject = subject_of(bands);
    struct jc_band band;

    html->status = html->status != 0
        ? html->status
        : jc_band_of(bands->n_draws, subject->series[JC_ENERGY].mean, &band, html->error);
    if (html->status == 0) {
        jc_html_put(html, "A query to <b>");
        jc_html_text(html, subject->label);
        jc_html_put(html, "</b> takes <b>");
        jc_report_band_number(html, &band, 2);
        jc_html_put(html, "&nbsp;Wh</b> in the mean: ");
        put_ends(html, &band, "Wh");
        put_draws(html, bands->n_draws);
        jc_html_put(html, ".");
    }
}

/* "0.309 Wh in the median (0.308 to 0.310)" */
static void
put_median(struct jc_html *html, const struct jc_statistics *statistics)
{
    const double error = jc_statistics_quantile_error(statistics, 2, 0.5);
    const int digits = jc_html_digits(statistics->quantile[2], error);

    jc_html_number(html, statistics->quantile[2], digits);
    jc_html_put(html, "&nbsp;Wh</b> in the median");
    if (isfinite(error)) {
        jc_html_put(html, " (");
        jc_html_number(html, statistics->lower[2], digits);
        jc_html_put(html, " to ");
        jc_html_number(html, statistics->upper[2], digits);
        jc_html_put(html, " with the error of the simulation, 95&nbsp;%%)");
    }
}

static void
put_subject(struct jc_html *html, const char *label, const struct jc_statistics *statistics)
{
    jc_html_put(html, "A query to <b>");
    jc_html_text(html, label);
    jc_html_put(html, "</b> takes <b>");
    put_median(html, statistics);
    jc_html_put(html, " and ");
    jc_report_amount(html, statistics->mean, jc_statistics_mean_error(statistics), "Wh");
    jc_html_put(html, " in the mean; nine queries of ten take ");
    jc_report_amount(html, statistics->quantile[0],
        jc_statistics_quantile_error(statistics, 0, jc_report_shown[0]), "Wh");
    jc_html_put(html, " to ");
    jc_report_amount(html, statistics->quantile[4],
        jc_statistics_quantile_error(statistics, 4, jc_report_shown[4]), "Wh");
    jc_html_put(html, ".");
}

/* "from 0.06423 Wh (Mixtral) to 0.6303 Wh (DeepSeek)" */
static void
put_range(struct jc_html *html, const struct jc_results *results, const struct jc_statistics *all)
{
    size_t end[2] = { 0, 0 };

    for (size_t j = 1; j < results->n_cases; j++) {
        end[0] = all[j].quantile[2] < all[end[0]].quantile[2] ? j : end[0];
        end[1] = all[j].quantile[2] > all[end[1]].quantile[2] ? j : end[1];
    }
    jc_html_put(html, "Half of the queries take less than ");
    for (size_t k = 0; k < 2; k++) {
        const struct jc_statistics *one = &all[end[k]];

        const double error = jc_statistics_quantile_error(one, 2, jc_report_shown[2]);

        jc_html_put(html, "<b>");
        jc_report_amount(html, one->quantile[2], error, "Wh");
        jc_html_put(html, "</b>");
        if (isfinite(error) && one->quantile[2] != 0) {
            jc_html_put(html, " &plusmn;&nbsp;");
            jc_html_number(html, 100 * error / fabs(one->quantile[2]), 2);
            jc_html_put(html, "&nbsp;%%");
        }
        jc_html_put(html, " with ");
        jc_html_text(html, results->cases[end[k]].label);
        if (k == 0) {
            jc_html_put(html, ", the least of %zu cases, and less than ", results->n_cases);
        }
    }
    jc_html_put(html, ", the most (&plusmn;: by the simulation, 95&nbsp;%%).");
}

static void
put_cases(struct jc_html *html, const struct jc_results *results)
{
    struct jc_statistics *all = calloc(results->n_cases, sizeof(*all));
    size_t n = 0;

    if (all == NULL) {
        html->status = jc_fail_memory(html->error);
        return;
    }
    while (n < results->n_cases && results->cases[n].recorded[JC_ENERGY]
        && jc_report_case(html, results, n, JC_ENERGY, JC_REPORT_SHOWN, jc_report_shown, &all[n])) {
        n++;
    }
    if (n == 1 && results->n_cases == 1) {
        put_subject(html, results->cases[0].label, &all[0]);
    } else if (n == results->n_cases) {
        put_range(html, results, all);
    }
    while (n > 0) {
        jc_statistics_free(&all[--n]);
    }
    free(all);
}

static void
put_blend(struct jc_html *html, const struct jc_results *results)
{
    struct jc_statistics statistics;

    if (jc_report_blend(html, results, &results->blends[0], NULL, JC_ENERGY, JC_REPORT_SHOWN,
            jc_report_shown, &statistics)) {
        put_subject(html, results->blends[0].label, &statistics);
        jc_statistics_free(&statistics);
    }
}

/* The input that most of the variance comes from, of the first response. */
static void
put_sensitivity(struct jc_html *html, const struct jc_sensitivity *one)
{
    const enum jc_sensitivity_column column =
        one->method == JC_SENSITIVITY_PICK_FREEZE ? JC_TOTAL : JC_FIRST;
    size_t *order = calloc(one->n_inputs + 1, sizeof(*order));

    if (order == NULL) {
        html->status = jc_fail_memory(html->error);
        return;
    }
    jc_sensitivity_order(one, order);
    if (one->n_inputs > 0) {
        jc_html_put(html, "<b>");
        jc_html_share(html, one->column[column][order[0]]);
        jc_html_put(html, "</b>");
        if (isfinite(one->column[column + 1][order[0]])) {
            jc_html_put(html, " (");
            jc_html_share(html, one->column[column + 1][order[0]]);
            jc_html_put(html, " to ");
            jc_html_share(html, one->column[column + 2][order[0]]);
            jc_html_put(html, " by its 95&nbsp;%% bounds)");
        }
        jc_html_put(html, " of the variance of the ");
        if (one->statistic != NULL) {
            jc_html_text(html, one->statistic);
            jc_html_put(html, " ");
        }
        jc_html_text(html, one->response);
        jc_html_put(html, " of ");
        jc_html_text(html, one->label);
        jc_html_put(html, " between %s is that of <b>",
            one->statistic != NULL ? "draws of what is unknown" : "queries");
        jc_html_text(html, one->input[order[0]]);
        jc_html_put(html, "</b>%s.", column == JC_TOTAL ? " with its interactions" : "");
    }
    free(order);
}

/* "from 0.189 Wh (Llama, batch 250) to 2.24 Wh (Llama, batch 8)": the least and the most of all cases and points. */
static void
put_sweep(struct jc_html *html, const struct jc_sweep_result *sweep)
{
    double best[2] = { INFINITY, INFINITY };
    size_t point[2] = { sweep->n_points, sweep->n_points };
    size_t subject[2] = { 0, 0 };

    for (size_t p = 0; p < sweep->n_points && jc_sweep_has(sweep, 0, sweep->n_subjects, JC_ENERGY);
         p++) {
        for (size_t s = 0; s < sweep->n_cases && sweep->point[p].status == JC_POINT_COMPUTED; s++) {
            const double mean = jc_sweep_numbers(sweep, p, s, JC_ENERGY)[JC_POINT_MEAN];

            for (size_t k = 0; k < 2; k++) {
                if ((k == 0 ? mean : -mean) < best[k]) {
                    best[k] = k == 0 ? mean : -mean;
                    point[k] = p;
                    subject[k] = s;
                }
            }
        }
    }
    if (point[0] == sweep->n_points) {
        jc_html_put(html, "No point could be computed.");
        return;
    }
    jc_html_put(html, "The mean energy of a query goes ");
    for (size_t k = 0; k < 2; k++) {
        const double *number = jc_sweep_numbers(sweep, point[k], subject[k], JC_ENERGY);

        jc_html_put(html, "%s <b>", k == 0 ? "from" : " to");
        jc_report_amount(html, number[JC_POINT_MEAN], 1.96 * number[JC_POINT_MEAN_ERROR], "Wh");
        jc_html_put(html, "</b> (");
        jc_html_text(html, sweep->subject[subject[k]].label);
        jc_html_put(html, " at ");
        jc_report_point(html, sweep, point[k]);
        jc_html_put(html, ")");
    }
    jc_html_put(html, ".");
}

void
jc_report_answer(struct jc_html *html, const struct jc_report *report)
{
    const struct jc_results *results = report->results;
    const struct jc_bands *bands = &results->bands;

    jc_html_put(html, "<p class=\"answer\">");
    if (results->fleets.n > 0 && results->fleets.fleet[0].total[JC_FLEET_ENERGY].known) {
        put_fleets(html, &results->fleets);
    } else if (bands->n_draws > 0 && subject_of(bands)->series[JC_ENERGY].mean != NULL) {
        put_bands(html, bands);
    } else if (results->n_blends > 0
        && jc_results_blend_has(results, &results->blends[0], JC_ENERGY)) {
        put_blend(html, results);
    } else if (results->n_cases > 0) {
        put_cases(html, results);
    } else if (results->n_sensitivities > 0) {
        put_sensitivity(html, &results->sensitivities[0]);
    } else {
        put_sweep(html, &results->sweep);
    }
    jc_html_put(html, "</p>\n");
}
