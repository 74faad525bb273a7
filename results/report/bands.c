/*
 * Bands: how far what nobody knows moves the statistics of the queries.
 */
#include <math.h>
#include <stdio.h>

#include "results/report/parts.h"

static void
put_band(struct jc_html *html, const struct jc_band *band)
{
    for (size_t k = 0; k < JC_BAND_RANKS; k++) {
        const double half = (band->upper[k] - band->lower[k]) / 2;
        const int digits = jc_html_digits(band->value[k], half);

        jc_html_put(html, "<td class=\"n\">");
        jc_html_number(html, band->value[k], digits);
        jc_html_put(html, "<small>");
        jc_html_number(html, band->lower[k], digits);
        jc_html_put(html, " to ");
        jc_html_number(html, band->upper[k], digits);
        jc_html_put(html, "</small></td>");
    }
    jc_html_put(html, "</tr>\n");
}

static void
put_name(struct jc_html *html, const char *label, const char *statistic)
{
    jc_html_put(html, "<tr><th scope=\"row\">");
    jc_html_text(html, label);
    jc_html_put(html, "</th><td>%s</td>", statistic);
}

/* The mean and each quantile of a case or blend. */
static void
put_subject(struct jc_html *html, const struct jc_bands *bands,
    const struct jc_band_subject *subject, enum jc_quantity quantity)
{
    const struct jc_draw_series *series = &subject->series[quantity];
    struct jc_band band;
    char name[32];

    if (series->mean == NULL || html->status != 0) {
        return;
    }
    html->status = jc_band_of(bands->n_draws, series->mean, &band, html->error);
    if (html->status == 0) {
        put_name(html, subject->label, "mean");
        put_band(html, &band);
    }
    for (size_t k = 0; k < bands->n_quantiles && html->status == 0; k++) {
        html->status = jc_band_of_column(bands->n_draws, series->quantile + k, bands->n_quantiles,
            &band, html->error);
        if (html->status == 0) {
            (void) snprintf(name, sizeof(name), "P%.10g", 100 * bands->quantile[k]);
            put_name(html, "", name);
            put_band(html, &band);
        }
    }
}

static void
put_quantity(struct jc_html *html, const struct jc_bands *bands, enum jc_quantity quantity)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);

    jc_report_open_table(html, "bands");
    jc_html_put(html,
        "<caption>%s [%s]</caption>\n<thead><tr><th scope=\"col\">case%s</th>"
        "<th scope=\"col\">of its queries</th>",
        info->long_name, info->unit, bands->n_blends > 0 ? " or blend" : "");
    for (size_t k = 0; k < JC_BAND_RANKS; k++) {
        jc_html_put(html, "<th scope=\"col\" class=\"n\">%s</th>", jc_report_shown_names[k]);
    }
    jc_html_put(html, "</tr></thead>\n<tbody>\n");
    for (size_t j = 0; j < bands->n_cases; j++) {
        put_subject(html, bands, &bands->cases[j], quantity);
    }
    for (size_t j = 0; j < bands->n_blends; j++) {
        put_subject(html, bands, &bands->blends[j], quantity);
    }
    jc_report_close_table(html);
}

static void
put_share(struct jc_html *html, const struct jc_bands *bands, const struct jc_band_subject *subject)
{
    struct jc_variance_shares shares;

    if (subject->series[JC_ENERGY].mean != NULL) {
        shares = jc_variance_shares(&subject->series[JC_ENERGY], bands->n_draws);
        jc_html_put(html, "<tr><th scope=\"row\">");
        jc_html_text(html, subject->label);
        jc_html_put(html, "</th><td class=\"n\">");
        jc_html_share(html, shares.query);
        jc_html_put(html, "</td><td class=\"n\">");
        jc_html_share(html, shares.fleet);
        jc_html_put(html, "</td></tr>\n");
    }
}

static void
put_shares(struct jc_html *html, const struct jc_bands *bands)
{
    jc_report_open_table(html, "shares");
    jc_html_put(html,
        "<caption>Where the variance of the energy of a query comes from</caption>\n"
        "<thead><tr><th scope=\"col\"></th><th scope=\"col\" class=\"n\">varies between "
        "queries</th><th scope=\"col\" class=\"n\">is not known</th></tr></thead>\n<tbody>\n");
    for (size_t j = 0; j < bands->n_cases; j++) {
        put_share(html, bands, &bands->cases[j]);
    }
    for (size_t j = 0; j < bands->n_blends; j++) {
        put_share(html, bands, &bands->blends[j]);
    }
    jc_report_close_table(html);
}

static bool
has(const struct jc_bands *bands, enum jc_quantity quantity)
{
    for (size_t j = 0; j < bands->n_cases; j++) {
        if (bands->cases[j].series[quantity].mean != NULL) {
            return true;
        }
    }
    return false;
}

void
jc_report_bands(struct jc_html *html, const struct jc_report *report)
{
    static const enum jc_quantity told[] = { JC_ENERGY, JC_WATER, JC_CARBON, JC_COST };
    const struct jc_bands *bands = &report->results->bands;

    if (bands->n_draws == 0) {
        return;
    }
    jc_report_open(html, "bands", "How sure that is");
    jc_html_put(html, "<p class=\"soft\">Each of ");
    jc_html_count(html, bands->n_draws);
    jc_html_put(html, " draws is one value for everything that nobody knows, with the same ");
    jc_html_count(html, bands->queries);
    jc_html_put(html,
        " queries of each case. Columns: the spread over these draws; below each number its "
        "95&nbsp;%% interval.</p>\n");
    jc_report_picture(html, report, JC_PLOT_BANDS, NULL);
    for (size_t k = 0; k < sizeof(told) / sizeof(told[0]); k++) {
        if (has(bands, told[k])) {
            put_quantity(html, bands, told[k]);
        }
    }
    put_shares(html, bands);
    jc_report_close(html);
}
