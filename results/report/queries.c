/*
 * What a query takes: cases, blends and pathways, quantity by quantity, and all quantiles of energy.
 */
#include <math.h>
#include <string.h>

#include "results/report/parts.h"

/* A row of a table: a case, a blend or a pathway of a blend. */
struct row {
    const struct jc_blend_result *blend; /* NULL: a case */
    const struct jc_pathway_result *pathway;
    size_t case_index;
    const char *label;
};

/* The rows of a table: between which values they lie, and whether they are all alike. A scale is logarithmic if all
 * values are above 0. */
struct scale {
    double low;
    double high;
    size_t n_rows;
    bool differ;
    double first[JC_REPORT_SHOWN];
};

typedef void put_row(struct jc_html *html, const struct jc_results *results, const struct row *row,
    enum jc_quantity quantity, void *context);

static bool
statistics_of(struct jc_html *html, const struct jc_results *results, const struct row *row,
    enum jc_quantity quantity, size_t n, const double *probability,
    struct jc_statistics *statistics)
{
    return row->blend == NULL
        ? jc_report_case(html, results, row->case_index, quantity, n, probability, statistics)
        : jc_report_blend(html, results, row->blend, row->pathway, quantity, n, probability,
            statistics);
}

/* All rows that have a quantity, in the order of the tables. */
static void
for_rows(struct jc_html *html, const struct jc_results *results, enum jc_quantity quantity,
    put_row *put, void *context)
{
    for (size_t j = 0; j < results->n_cases; j++) {
        const struct row row = { .case_index = j, .label = results->cases[j].label };

        if (results->cases[j].recorded[quantity]) {
            put(html, results, &row, quantity, context);
        }
    }
    for (size_t j = 0; j < results->n_blends; j++) {
        const struct jc_blend_result *blend = &results->blends[j];
        struct row row = { .blend = blend, .label = blend->label };

        if (!jc_results_blend_has(results, blend, quantity)) {
            continue;
        }
        put(html, results, &row, quantity, context);
        for (size_t k = 0; k < blend->n_pathways && quantity == JC_ENERGY; k++) {
            row.pathway = &blend->pathway[k];
            row.label = blend->pathway[k].label;
            put(html, results, &row, quantity, context);
        }
    }
}

static void
put_label(struct jc_html *html, const struct row *row)
{
    jc_html_put(html, "<tr><th scope=\"row\"%s>", row->pathway != NULL ? " class=\"inner\"" : "");
    jc_html_text(html, row->label);
    jc_html_put(html, "</th>");
}

/* Half of an interval below its value, as a part of it. */
static void
put_error(struct jc_html *html, double half_width, double value)
{
    jc_html_put(html, "<small>");
    if (!isfinite(half_width)) {
        jc_html_put(html, "too few");
    } else if (value == 0) {
        jc_html_put(html, "&plusmn;&#8239;");
        jc_html_number(html, half_width, 2);
    } else if (half_width > 0 && half_width < 1e-5 * fabs(value)) {
        jc_html_put(html, "&lt; 0.001&#8239;%%");
    } else {
        jc_html_put(html, "&plusmn;&#8239;");
        jc_html_number(html, 100 * half_width / fabs(value), 2);
        jc_html_put(html, "&#8239;%%");
    }
    jc_html_put(html, "</small>");
}

static void
put_cell(struct jc_html *html, double value, double half_width)
{
    jc_html_put(html, "<td class=\"n\">");
    jc_html_estimate(html, value, half_width);
    put_error(html, half_width, value);
    jc_html_put(html, "</td>");
}

/* Where a value is along a bar, from 0 to 1. */
static double
place(const struct scale *scale, double value)
{
    const bool is_log = scale->low > 0;
    const double low = is_log ? log(scale->low) : scale->low;
    const double high = is_log ? log(scale->high) : scale->high;

    return high > low ? ((is_log ? log(value) : value) - low) / (high - low) : 0.5;
}

/* P5 to P95 as a line, the middle half as a box, the median as a stroke. */
static void
put_bar(struct jc_html *html, const struct scale *scale, const double *quantile)
{
    double x[JC_REPORT_SHOWN];

    for (size_t k = 0; k < JC_REPORT_SHOWN; k++) {
        x[k] = 2 + 156 * place(scale, quantile[k]);
    }
    jc_html_put(html,
        "<td class=\"range\"><svg class=\"range\" viewBox=\"0 0 160 18\" aria-hidden=\"true\">"
        "<path class=\"whole\" d=\"M%.1f 9H%.1f\"/>"
        "<rect class=\"half\" x=\"%.1f\" y=\"4\" width=\"%.1f\" height=\"10\"/>"
        "<path class=\"middle\" d=\"M%.1f 2V16\"/></svg></td>",
        x[0], x[4], x[1], x[3] - x[1], x[2]);
}

static void
widen(struct jc_html *html, const struct jc_results *results, const struct row *row,
    enum jc_quantity quantity, void *context)
{
    struct scale *scale = context;
    struct jc_statistics statistics;

    if (statistics_of(html, results, row, quantity, JC_REPORT_SHOWN, jc_report_shown,
            &statistics)) {
        if (scale->n_rows++ == 0) {
            memcpy(scale->first, statistics.quantile, sizeof(scale->first));
        }
        scale->differ |= memcmp(scale->first, statistics.quantile, sizeof(scale->first)) != 0;
        scale->low = fmin(scale->low, statistics.quantile[0]);
        scale->high = fmax(scale->high, statistics.quantile[JC_REPORT_SHOWN - 1]);
        jc_statistics_free(&statistics);
    }
}

/* What tables of a quantity need to know of it. */
struct table {
    struct scale scale;
    bool changes;        /* a column says what a pathway does to the median of its blend */
    double blend_median; /* of the blend that the rows are of */
    size_t n_put;
};

static void
put_summary_row(struct jc_html *html, const struct jc_results *results, const struct row *row,
    enum jc_quantity quantity, void *context)
{
    struct table *table = context;
    const struct row all = { .label = "all" };
    const bool is_alike = table->scale.n_rows > 1 && !table->scale.differ;
    struct jc_statistics statistics;

    if ((is_alike && table->n_put++ > 0)
        || !statistics_of(html, results, row, quantity, JC_REPORT_SHOWN, jc_report_shown,
            &statistics)) {
        return;
    }
    put_label(html, is_alike ? &all : row);
    for (size_t k = 0; k < JC_REPORT_SHOWN; k++) {
        put_cell(html, statistics.quantile[k],
            jc_statistics_quantile_error(&statistics, k, jc_report_shown[k]));
    }
    put_cell(html, statistics.mean, jc_statistics_mean_error(&statistics));
    if (table->changes) {
        jc_html_put(html, "<td class=\"n\">");
        if (row->pathway != NULL && table->blend_median > 0) {
            jc_html_share(html, statistics.quantile[2] / table->blend_median - 1);
        }
        jc_html_put(html, "</td>");
    }
    if (row->pathway == NULL) {
        table->blend_median = row->blend != NULL ? statistics.quantile[2] : 0;
    }
    put_bar(html, &table->scale, statistics.quantile);
    jc_html_put(html, "</tr>\n");
    jc_statistics_free(&statistics);
}

/* "energy per query [Wh]" */
static void
put_caption(struct jc_html *html, const char *what, enum jc_quantity quantity)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);

    jc_html_put(html, "<caption>%s%s", what, info->long_name);
    if (jc_report_unit(info->unit)[0] != '\0') {
        jc_html_put(html, " [%s]", info->unit);
    }
    jc_html_put(html, "</caption>\n");
}

static void
put_summary(struct jc_html *html, const struct jc_results *results, enum jc_quantity quantity)
{
    struct table table = { .scale = { .low = INFINITY, .high = -INFINITY } };

    for (size_t j = 0; j < results->n_blends; j++) {
        table.changes |= quantity == JC_ENERGY && results->blends[j].n_pathways > 0;
    }
    for_rows(html, results, quantity, widen, &table.scale);
    jc_report_open_table(html, "summary");
    put_caption(html, "", quantity);
    jc_html_put(html, "<thead><tr><th scope=\"col\">case%s</th>",
        results->n_blends > 0 ? " or blend" : "");
    for (size_t k = 0; k < JC_REPORT_SHOWN; k++) {
        jc_html_put(html, "<th scope=\"col\" class=\"n\">%s</th>", jc_report_shown_names[k]);
    }
    jc_html_put(html,
        "<th scope=\"col\" class=\"n\">mean</th>%s<th scope=\"col\">P5 to "
        "P95%s</th></tr></thead>\n<tbody>\n",
        table.changes ? "<th scope=\"col\" class=\"n\">change of the median</th>" : "",
        table.scale.low > 0 ? ", log scale" : "");
    for_rows(html, results, quantity, put_summary_row, &table);
    jc_report_close_table(html);
}

/* Value, and its interval below it. */
static void
put_quantiles_row(struct jc_html *html, const struct jc_results *results, const struct row *row,
    enum jc_quantity quantity, void *context)
{
    struct jc_statistics statistics;

    (void) context;
    if (!statistics_of(html, results, row, quantity, results->n_quantiles, results->quantile,
            &statistics)) {
        return;
    }
    put_label(html, row);
    for (size_t k = 0; k < results->n_quantiles; k++) {
        const double half = jc_statistics_quantile_error(&statistics, k, results->quantile[k]);
        const int digits = jc_html_digits(statistics.quantile[k], half);

        jc_html_put(html, "<td class=\"n\">");
        jc_html_number(html, statistics.quantile[k], digits);
        jc_html_put(html, "<small>");
        if (isfinite(half)) {
            jc_html_number(html, statistics.lower[k], digits);
            jc_html_put(html, " to ");
            jc_html_number(html, statistics.upper[k], digits);
        } else {
            jc_html_put(html, "too few");
        }
        jc_html_put(html, "</small></td>");
    }
    jc_html_put(html, "</tr>\n");
    jc_statistics_free(&statistics);
}

static void
put_quantiles(struct jc_html *html, const struct jc_results *results)
{
    if (results->n_quantiles == 0) {
        return;
    }
    jc_report_open_table(html, "quantiles");
    put_caption(html,
        "All quantiles that the study asks for, with their 95&nbsp;% intervals: ", JC_ENERGY);
    jc_html_put(html, "<thead><tr><th scope=\"col\"></th>");
    for (size_t k = 0; k < results->n_quantiles; k++) {
        jc_html_put(html, "<th scope=\"col\" class=\"n\">P%.10g</th>", 100 * results->quantile[k]);
    }
    jc_html_put(html, "</tr></thead>\n<tbody>\n");
    for_rows(html, results, JC_ENERGY, put_quantiles_row, NULL);
    jc_report_close_table(html);
}

/* What binning left out, and batch sizes that were moved. */
static void
put_notes(struct jc_html *html, const struct jc_results *results)
{
    for (size_t j = 0; j < results->n_cases; j++) {
        const struct jc_case_result *one = &results->cases[j];

        if (one->excluded > 0) {
            jc_html_put(html, "<p class=\"soft\">");
            jc_html_text(html, one->label);
            jc_html_put(html, ": binning left out ");
            jc_html_share(html, one->excluded);
            jc_html_put(html, " of the requests.</p>\n");
        }
        if (one->n_outside > 0) {
            jc_html_put(html, "<p class=\"soft\">");
            jc_html_text(html, one->label);
            jc_html_put(html, ": ");
            jc_html_count(html, one->n_outside);
            jc_html_put(html,
                " batch sizes were moved to the nearest that was measured or fits.</p>\n");
        }
    }
}

/* That these queries have one value of what nobody knows. */
static void
put_unknowns(struct jc_html *html, const struct jc_report *report)
{
    const struct jc_report_study *study = report->study;
    size_t j;

    for (j = 0; j < study->n_assumptions && study->assumption[j].nature != JC_REPORT_FLEET; j++) { }
    if (j < study->n_assumptions) {
        jc_html_put(html,
            "<p class=\"soft\">What is one value, and not known, has one draw of it in these "
            "queries%s.</p>\n",
            report->results->bands.n_draws > 0
                ? "; <a href=\"#bands\">how sure that is</a> has all of them"
                : "");
    }
}

static bool
is_recorded(const struct jc_results *results, size_t quantity)
{
    for (size_t j = 0; j < results->n_cases; j++) {
        if (results->cases[j].recorded[quantity]) {
            return true;
        }
    }
    return false;
}

void
jc_report_queries(struct jc_html *html, const struct jc_report *report)
{
    static const enum jc_quantity outcomes[] = { JC_WATER, JC_CARBON, JC_COST };
    const struct jc_results *results = report->results;

    if (results->n_cases == 0) {
        return;
    }
    jc_report_open(html, "queries", "What a query takes");
    jc_html_put(html, "<p class=\"soft\">Spread between queries, ");
    jc_html_count(html, results->queries);
    jc_html_put(html,
        " of each case. &plusmn;: half the 95&nbsp;%% confidence interval of the "
        "simulation.</p>\n");
    put_unknowns(html, report);
    put_summary(html, results, JC_ENERGY);
    put_notes(html, results);
    jc_report_picture(html, report, JC_PLOT_DISTRIBUTIONS, NULL);
    jc_report_picture(html, report, JC_PLOT_PATHWAYS, NULL);
    for (size_t k = 0; k < sizeof(outcomes) / sizeof(outcomes[0]); k++) {
        if (is_recorded(results, outcomes[k])) {
            put_summary(html, results, outcomes[k]);
        }
    }
    put_quantiles(html, results);
    jc_report_picture(html, report, JC_PLOT_EXCEEDANCE, NULL);
    jc_html_put(html, "<h3>What it is made of</h3>\n");
    for (size_t q = 0; q < JC_QUANTITIES; q++) {
        if (q != JC_ENERGY && q != JC_WATER && q != JC_CARBON && q != JC_COST
            && is_recorded(results, q)) {
            put_summary(html, results, (enum jc_quantity) q);
        }
    }
    jc_report_close(html);
}
