#include "results/report/parts.h"

#include <string.h>

const double jc_report_shown[JC_REPORT_SHOWN] = { 0.05, 0.25, 0.5, 0.75, 0.95 };
const char *const jc_report_shown_names[JC_REPORT_SHOWN] = { "P5", "P25", "median", "P75", "P95" };

void
jc_report_open(struct jc_html *html, const char *name, const char *title)
{
    jc_html_put(html, "<section id=\"%s\">\n<h2>%s</h2>\n", name, title);
}

void
jc_report_close(struct jc_html *html)
{
    jc_html_put(html, "</section>\n");
}

void
jc_report_open_table(struct jc_html *html, const char *class)
{
    jc_html_put(html,
        "<div class=\"scroll\" role=\"region\" aria-label=\"table\" tabindex=\"0\"><table "
        "class=\"%s\">\n",
        class);
}

void
jc_report_close_table(struct jc_html *html)
{
    jc_html_put(html, "</tbody></table></div>\n");
}

const char *
jc_report_unit(const char *unit)
{
    return strcmp(unit, "1") == 0 ? "" : unit;
}

void
jc_report_amount(struct jc_html *html, double value, double half_width, const char *unit)
{
    jc_html_estimate(html, value, half_width);
    if (jc_report_unit(unit)[0] != '\0') {
        jc_html_put(html, "&nbsp;");
        jc_html_text(html, unit);
    }
}

void
jc_report_band_number(struct jc_html *html, const struct jc_band *band, size_t rank)
{
    jc_html_estimate(html, band->value[rank], (band->upper[rank] - band->lower[rank]) / 2);
}

void
jc_report_cell(struct jc_html *html, double value, int digits)
{
    jc_html_put(html, "<td class=\"n\">");
    jc_html_number(html, value, digits);
    jc_html_put(html, "</td>");
}

/* Of a mixture that was made with this status, and is freed. */
static bool
statistics_of(struct jc_html *html, int status, struct jc_mixture *mixture, size_t n,
    const double *probability, struct jc_statistics *statistics)
{
    if (status == 0) {
        status = jc_mixture_statistics(mixture, n, probability, true, statistics, html->error);
        jc_mixture_free(mixture);
    }
    html->status = status;
    return status == 0;
}

bool
jc_report_case(struct jc_html *html, const struct jc_results *results, size_t case_index,
    enum jc_quantity quantity, size_t n, const double *probability,
    struct jc_statistics *statistics)
{
    struct jc_mixture mixture;

    return html->status == 0
        && statistics_of(html,
            jc_results_case_mixture(results, case_index, quantity, &mixture, html->error), &mixture,
            n, probability, statistics);
}

bool
jc_report_blend(struct jc_html *html, const struct jc_results *results,
    const struct jc_blend_result *blend, const struct jc_pathway_result *pathway,
    enum jc_quantity quantity, size_t n, const double *probability,
    struct jc_statistics *statistics)
{
    struct jc_mixture mixture;
    int status;

    if (html->status != 0) {
        return false;
    }
    status = pathway != NULL
        ? jc_results_pathway_mixture(results, blend, pathway, &mixture, html->error)
        : jc_results_blend_mixture(results, blend, quantity, &mixture, html->error);
    return statistics_of(html, status, &mixture, n, probability, statistics);
}
