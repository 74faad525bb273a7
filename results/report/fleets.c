/*
 * Fleets: what many queries take in all.
 */
#include <math.h>
#include <string.h>

#include "results/report/parts.h"

static void
put_band(struct jc_html *html, const struct jc_band *band)
{
    for (size_t k = 0; k < JC_BAND_RANKS; k += 2) {
        jc_html_put(html, "<td class=\"n\">");
        jc_report_band_number(html, band, k);
        jc_html_put(html, "</td>");
    }
}

/* Columns of the ends and the middle of bands, where there are draws. */
static void
put_band_heads(struct jc_html *html, const struct jc_fleets *fleets)
{
    for (size_t k = 0; k < JC_BAND_RANKS && fleets->n_draws > 0; k += 2) {
        jc_html_put(html, "<th scope=\"col\" class=\"n\">%s</th>", jc_report_shown_names[k]);
    }
    jc_html_put(html, "</tr></thead>\n<tbody>\n");
}

static void
put_figure(struct jc_html *html, const struct jc_fleets *fleets, size_t index,
    enum jc_fleet_figure figure)
{
    const struct jc_fleet_figure_info *info = &jc_fleet_figures[figure];
    const struct jc_fleet_result *fleet = &fleets->fleet[index];
    const struct jc_fleet_total *total = &fleet->total[info->of];
    const double factor = jc_fleet_figure_factor(fleet, figure);
    struct jc_band band;

    jc_html_put(html, "<tr data-figure=\"%s\"><th scope=\"row\">%s</th>", info->name,
        info->long_name);
    jc_html_put(html, "<td class=\"n\">");
    jc_html_estimate(html, total->value * factor, 1.96 * total->error * factor);
    jc_html_put(html, "</td><td>%s</td>", jc_report_unit(info->unit));
    jc_report_cell(html, total->error * factor, 2);
    jc_report_cell(html, total->noise * factor, 2);
    if (fleets->n_draws > 0 && html->status == 0) {
        html->status = jc_fleet_figure_band(fleets, index, figure, &band, html->error);
        if (html->status == 0) {
            put_band(html, &band);
        }
    }
    jc_html_put(html, "</tr>\n");
}

static void
put_figures(struct jc_html *html, const struct jc_fleets *fleets, size_t index)
{
    const struct jc_fleet_result *fleet = &fleets->fleet[index];

    jc_report_open_table(html, "fleet");
    jc_html_put(html,
        "<thead><tr><th scope=\"col\"></th><th scope=\"col\" class=\"n\">%s</th>"
        "<th scope=\"col\"></th><th scope=\"col\" class=\"n\">standard error of the simulation</th>"
        "<th scope=\"col\" class=\"n\">noise of so many queries</th>",
        fleets->n_draws > 0 ? "mean" : "");
    put_band_heads(html, fleets);
    for (size_t k = 0; k < JC_FLEET_FIGURES; k++) {
        if (fleet->total[jc_fleet_figures[k].of].known) {
            put_figure(html, fleets, index, (enum jc_fleet_figure) k);
        }
    }
    jc_report_close_table(html);
}

/* The parts of the energy of a day. */
static void
put_components(struct jc_html *html, const struct jc_fleets *fleets,
    const struct jc_fleet_result *fleet)
{
    const double factor = jc_fleet_figure_factor(fleet, JC_FLEET_ENERGY_PER_DAY);

    if (fleet->n_components == 0 || !fleet->total[JC_FLEET_ENERGY].known) {
        return;
    }
    jc_report_open_table(html, "components");
    jc_html_put(html,
        "<caption>Parts of the energy of a day [GWh]</caption>\n<thead><tr><th scope=\"col\"></th>"
        "<th scope=\"col\">kind</th><th scope=\"col\" class=\"n\">GWh</th>"
        "<th scope=\"col\" class=\"n\">share</th>");
    put_band_heads(html, fleets);
    for (size_t k = 0; k < fleet->n_components; k++) {
        const struct jc_fleet_component *one = &fleet->component[k];
        const double energy = one->value[JC_FLEET_ENERGY];

        jc_html_put(html, "<tr><th scope=\"row\">");
        jc_html_text(html, one->label);
        jc_html_put(html, "</th><td>");
        jc_html_text(html, one->kind);
        jc_html_put(html, "</td>");
        jc_report_cell(html, energy * factor, 4);
        jc_html_put(html, "<td class=\"n\">");
        if (strcmp(one->kind, "step") != 0) {
            jc_html_share(html, energy / fleet->total[JC_FLEET_ENERGY].value);
        }
        jc_html_put(html, "</td>");
        if (fleets->n_draws > 0) {
            struct jc_band band = one->band[JC_FLEET_ENERGY];

            for (size_t r = 0; r < JC_BAND_RANKS; r++) {
                band.value[r] *= factor;
                band.lower[r] *= factor;
                band.upper[r] *= factor;
            }
            put_band(html, &band);
        }
        jc_html_put(html, "</tr>\n");
    }
    jc_report_close_table(html);
}

static void
put_equivalences(struct jc_html *html, const struct jc_fleet_result *fleet)
{
    bool is_first = true;

    for (size_t k = 0; k < fleet->n_equivalences; k++) {
        if (isfinite(fleet->equivalence[k].number)) {
            jc_html_put(html, "%s", is_first ? "<p>In all as much as " : ", or ");
            jc_html_number(html, fleet->equivalence[k].number, 3);
            jc_html_put(html, " ");
            jc_html_text(html, fleet->equivalence[k].name);
            is_first = false;
        }
    }
    jc_html_put(html, "%s", is_first ? "" : ".</p>\n");
}

static void
put_fleet(struct jc_html *html, const struct jc_fleets *fleets, size_t index)
{
    const struct jc_fleet_result *fleet = &fleets->fleet[index];

    jc_html_put(html, "<h3>");
    jc_html_text(html, fleet->label);
    jc_html_put(html, "</h3>\n<p class=\"soft\">");
    jc_html_given(html, fleet->queries, 4);
    jc_html_put(html, " queries in ");
    jc_html_given(html, fleet->days, 4);
    jc_html_put(html, " %s</p>\n", fleet->days == 1 ? "day" : "days");
    put_figures(html, fleets, index);
    put_components(html, fleets, fleet);
    put_equivalences(html, fleet);
}

/* A step: its energy, and what it adds to the one before, with the band of that; the first, which is its own step
 * before, has the band of its energy. */
static void
put_step(struct jc_html *html, const struct jc_fleets *fleets, size_t index, size_t before)
{
    const struct jc_fleet_result *fleet = &fleets->fleet[index];
    struct jc_fleet_comparison one = { .difference = NAN };
    int known = fleet->total[JC_FLEET_ENERGY].known;
    int status = 0;

    if (index != before) {
        known = jc_fleet_compare(fleets, index, before, JC_FLEET_ENERGY_PER_DAY, &one, html->error);
        status = known < 0 ? known : 0;
    } else if (known > 0 && fleets->n_draws > 0) {
        status = jc_fleet_figure_band(fleets, index, JC_FLEET_ENERGY_PER_DAY, &one.difference_band,
            html->error);
    }
    html->status = html->status != 0 ? html->status : status;
    jc_html_put(html, "<tr><th scope=\"row\">");
    jc_html_text(html, fleet->label);
    jc_html_put(html, "</th>");
    jc_report_cell(html,
        fleet->total[JC_FLEET_ENERGY].value
            * jc_fleet_figure_factor(fleet, JC_FLEET_ENERGY_PER_DAY),
        4);
    if (index != before) {
        jc_report_cell(html, one.difference, 4);
    } else {
        jc_html_put(html, "<td></td>");
    }
    if (known > 0 && fleets->n_draws > 0) {
        put_band(html, &one.difference_band);
    }
    jc_html_put(html, "</tr>\n");
}

static void
put_waterfall(struct jc_html *html, const struct jc_fleets *fleets,
    const struct jc_waterfall_result *waterfall)
{
    jc_report_open_table(html, "waterfall");
    jc_html_put(html, "<caption>");
    jc_html_text(html, waterfall->label);
    jc_html_put(html,
        " [GWh a day]</caption>\n<thead><tr><th scope=\"col\">step</th>"
        "<th scope=\"col\" class=\"n\">energy</th><th scope=\"col\" class=\"n\">added</th>");
    put_band_heads(html, fleets);
    for (size_t k = 0; k < waterfall->n_steps && html->status == 0; k++) {
        put_step(html, fleets, waterfall->fleet_index[k],
            waterfall->fleet_index[k > 0 ? k - 1 : 0]);
    }
    jc_report_close_table(html);
}

static void
put_references(struct jc_html *html, const struct jc_fleets *fleets)
{
    if (fleets->n_references == 0) {
        return;
    }
    jc_report_open_table(html, "references");
    jc_html_put(html,
        "<caption>What fleets are held against</caption>\n<thead><tr><th scope=\"col\"></th>"
        "<th scope=\"col\" class=\"n\">GWh a day</th><th scope=\"col\">source</th></tr></thead>\n"
        "<tbody>\n");
    for (size_t j = 0; j < fleets->n_references; j++) {
        jc_html_put(html, "<tr><th scope=\"row\">");
        jc_html_text(html, fleets->reference[j].label);
        jc_html_put(html, "</th>");
        jc_report_cell(html, fleets->reference[j].energy_per_day, 4);
        jc_html_put(html, "<td>");
        jc_html_source(html, fleets->reference[j].source);
        jc_html_put(html, "</td></tr>\n");
    }
    jc_report_close_table(html);
}

void
jc_report_fleets(struct jc_html *html, const struct jc_report *report)
{
    const struct jc_fleets *fleets = &report->results->fleets;

    if (fleets->n == 0) {
        return;
    }
    jc_report_open(html, "fleets", "What fleets take");
    if (fleets->n_draws > 0) {
        jc_html_put(html, "<p class=\"soft\">P5 to P95: over ");
        jc_html_count(html, fleets->n_draws);
        jc_html_put(html, " draws of what is unknown.</p>\n");
    }
    if (fleets->n_waterfalls == 0) {
        jc_report_picture(html, report, JC_PLOT_FLEET, NULL);
    }
    for (size_t j = 0; j < fleets->n_waterfalls; j++) {
        jc_report_picture(html, report, JC_PLOT_FLEET, fleets->waterfall[j].name);
        put_waterfall(html, fleets, &fleets->waterfall[j]);
    }
    for (size_t j = 0; j < fleets->n; j++) {
        put_fleet(html, fleets, j);
    }
    put_references(html, fleets);
    jc_report_close(html);
}
