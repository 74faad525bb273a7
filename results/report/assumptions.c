/*
 * What the study takes as given, and where it is from.
 */
#include <math.h>
#include <string.h>

#include "results/report/parts.h"

static void
put_nature(struct jc_html *html, enum jc_report_nature nature)
{
    static const char *const names[] = {
        [JC_REPORT_FIXED] = "taken as known",
        [JC_REPORT_QUERY] = "<span class=\"tag\">varies from query to query</span>",
        [JC_REPORT_FLEET] = "<span class=\"tag fleet\">one value, not known</span>",
        [JC_REPORT_MODEL] = "",
    };

    jc_html_put(html, "<td>%s</td>", names[nature]);
}

static void
put_assumption(struct jc_html *html, const struct jc_report_assumption *one, const char *above)
{
    const double shown[3] = { one->low, one->middle, one->high };

    jc_html_put(html, "<tr><th scope=\"row\">");
    if (strcmp(one->subject, above) != 0) {
        jc_html_text(html, one->subject);
        if (one->unit != NULL && jc_report_unit(one->unit)[0] != '\0') {
            jc_html_put(html, " [");
            jc_html_text(html, one->unit);
            jc_html_put(html, "]");
        }
    }
    jc_html_put(html, "</th><td>");
    jc_html_text(html, one->of != NULL ? one->of : "all");
    jc_html_put(html, "</td><td>");
    jc_html_text(html, one->value);
    jc_html_put(html, "</td>");
    for (size_t k = 0; k < 3; k++) {
        jc_html_put(html, "<td class=\"n\">");
        if (isfinite(shown[k])) {
            jc_html_given(html, shown[k], 4);
        }
        jc_html_put(html, "</td>");
    }
    put_nature(html, one->nature);
    jc_html_put(html, "</tr>\n");
}

static void
put_sources(struct jc_html *html, const struct jc_report_study *study)
{
    if (study->n_sources == 0) {
        return;
    }
    jc_html_put(html, "<h3>Sources</h3>\n<ul class=\"plain\">\n");
    for (size_t j = 0; j < study->n_sources; j++) {
        jc_html_put(html, "<li>");
        jc_html_text(html, study->source_of[j].what);
        jc_html_put(html, ": ");
        jc_html_source(html, study->source_of[j].text);
        jc_html_put(html, "</li>\n");
    }
    jc_html_put(html, "</ul>\n");
}

/* That a sweep has other values of some of it. */
static void
put_swept(struct jc_html *html, const struct jc_sweep_result *sweep)
{
    for (size_t j = 0; j < sweep->n_axes; j++) {
        jc_html_put(html,
            j == 0 ? "<p class=\"soft\">As the study has it; the sweep has other values of "
                   : ", ");
        jc_html_text(html, sweep->axis[j].key);
    }
    jc_html_put(html, sweep->n_axes > 0 ? ".</p>\n" : "");
}

void
jc_report_assumptions(struct jc_html *html, const struct jc_report *report)
{
    const struct jc_report_study *study = report->study;
    const char *above = "";

    if (study->n_assumptions == 0 && study->n_sources == 0) {
        return;
    }
    jc_report_open(html, "assumptions", "What it rests on");
    put_swept(html, &report->results->sweep);
    jc_report_open_table(html, "assumptions");
    jc_html_put(html,
        "<thead><tr><th scope=\"col\">input</th><th scope=\"col\">of</th><th scope=\"col\">is</th>"
        "<th scope=\"col\" class=\"n\">P5</th><th scope=\"col\" class=\"n\">median</th>"
        "<th scope=\"col\" class=\"n\">P95</th><th scope=\"col\"></th></tr></thead>\n<tbody>\n");
    for (size_t j = 0; j < study->n_assumptions; j++) {
        put_assumption(html, &study->assumption[j], above);
        above = study->assumption[j].subject;
    }
    jc_report_close_table(html);
    put_sources(html, study);
    jc_report_close(html);
}
