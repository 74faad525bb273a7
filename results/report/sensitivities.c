/*
 * Sensitivities: which inputs the variance comes from.
 */
#include <math.h>
#include <stdlib.h>

#include "results/report/parts.h"

/* A share with its bounds below it. */
static void
put_index(struct jc_html *html, double *const *column, size_t input)
{
    jc_html_put(html, "<td class=\"n\">");
    jc_html_share(html, column[0][input]);
    if (isfinite(column[1][input])) {
        jc_html_put(html, "<small>");
        jc_html_share(html, column[1][input]);
        jc_html_put(html, " to ");
        jc_html_share(html, column[2][input]);
        jc_html_put(html, "</small>");
    }
    jc_html_put(html, "</td>");
}

static void
put_input(struct jc_html *html, const struct jc_sensitivity *one, size_t input)
{
    jc_html_put(html, "<tr><th scope=\"row\">");
    jc_html_text(html, one->input[input]);
    jc_html_put(html, "</th>");
    if (one->method == JC_SENSITIVITY_PICK_FREEZE) {
        put_index(html, one->column + JC_TOTAL, input);
    }
    put_index(html, one->column + JC_FIRST, input);
    jc_report_cell(html, one->column[JC_RANK_COEFFICIENT][input], 3);
    if (one->method == JC_SENSITIVITY_PICK_FREEZE) {
        jc_report_cell(html, one->column[JC_AT_LOW][input], 4);
        jc_report_cell(html, one->column[JC_AT_HIGH][input], 4);
    }
    jc_html_put(html, "</tr>\n");
}

static void
put_heads(struct jc_html *html, const struct jc_sensitivity *one)
{
    const bool is_draw = one->statistic != NULL;

    jc_html_put(html, "<thead><tr><th scope=\"col\">%s</th>", is_draw ? "unknown" : "input");
    if (one->method == JC_SENSITIVITY_PICK_FREEZE) {
        jc_html_put(html, "<th scope=\"col\" class=\"n\">with all interactions</th>");
    }
    jc_html_put(html,
        "<th scope=\"col\" class=\"n\">by itself</th>"
        "<th scope=\"col\" class=\"n\">rank coefficient</th>");
    if (one->method == JC_SENSITIVITY_PICK_FREEZE) {
        jc_html_put(html,
            "<th scope=\"col\" class=\"n\">%s</th><th scope=\"col\" class=\"n\">%s</th>",
            is_draw ? "P5, drawn alone" : "at its P5", is_draw ? "P95, drawn alone" : "at its P95");
    }
    jc_html_put(html, "</tr></thead>\n<tbody>\n");
}

static void
put_response(struct jc_html *html, const struct jc_report *report, const struct jc_sensitivity *one)
{
    size_t *order = calloc(one->n_inputs + 1, sizeof(*order));

    if (order == NULL) {
        html->status = jc_fail_memory(html->error);
        return;
    }
    jc_sensitivity_order(one, order);
    jc_html_put(html, "<h3>");
    jc_html_text(html, one->label);
    jc_html_put(html, ": ");
    if (one->statistic != NULL) {
        jc_html_text(html, one->statistic);
        jc_html_put(html, " of ");
    }
    jc_html_text(html, one->response);
    jc_html_put(html, "</h3>\n<p class=\"soft\">Mean ");
    jc_report_amount(html, one->mean, NAN, one->unit);
    jc_html_put(html, ", standard deviation ");
    jc_report_amount(html, one->sd, NAN, one->unit);
    if (isfinite(one->at_medians)) {
        jc_html_put(html, ", with all inputs in the middle ");
        jc_report_amount(html, one->at_medians, NAN, one->unit);
    }
    jc_html_put(html, "; ");
    jc_html_count(html, one->n);
    jc_html_put(html, " %s, %s.</p>\n", one->statistic != NULL ? "draws" : "rows",
        jc_sensitivity_method_names[one->method]);
    jc_report_picture(html, report, JC_PLOT_TORNADO, one->name);
    jc_report_open_table(html, "sensitivity");
    put_heads(html, one);
    for (size_t j = 0; j < one->n_inputs; j++) {
        put_input(html, one, order[j]);
    }
    jc_report_close_table(html);
    free(order);
}

void
jc_report_sensitivities(struct jc_html *html, const struct jc_report *report)
{
    const struct jc_results *results = report->results;

    if (results->n_sensitivities == 0) {
        return;
    }
    jc_report_open(html, "sensitivity", "What it depends on");
    jc_html_put(html,
        "<p class=\"soft\">Shares of the variance between %s; below them their 95&nbsp;%% "
        "bounds.</p>\n",
        results->sensitivities[0].statistic != NULL ? "draws of what is unknown" : "queries");
    for (size_t j = 0; j < results->n_sensitivities; j++) {
        put_response(html, report, &results->sensitivities[j]);
    }
    jc_report_close(html);
}
