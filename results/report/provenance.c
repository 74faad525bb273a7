/*
 * Where the numbers are from: the program, the inputs, and the scenario that makes them again.
 */
#include <inttypes.h>
#include <string.h>

#include "results/report/parts.h"

#define LONGEST_SCENARIO 65536 /* bytes of it that are shown */

static void
put_fact(struct jc_html *html, const char *name, const char *text)
{
    jc_html_put(html, "<tr><th scope=\"row\">%s</th><td>", name);
    jc_html_text(html, text);
    jc_html_put(html, "</td></tr>\n");
}

static void
put_program(struct jc_html *html, const struct jc_provenance_facts *facts)
{
    jc_html_put(html, "<tr><th scope=\"row\">program</th><td>");
    jc_html_text(html, facts->software);
    jc_html_put(html, " ");
    jc_html_text(html, facts->version);
    jc_html_put(html, " (");
    jc_html_text(html, facts->commit);
    jc_html_put(html, ")</td></tr>\n");
    put_fact(html, "compiler", facts->compiler);
    put_fact(html, "flags", facts->flags);
    put_fact(html, "libraries", facts->libraries);
    jc_html_put(html, "<tr><th scope=\"row\">drawn</th><td>in ");
    jc_html_number(html, facts->draw_seconds, 3);
    jc_html_put(html, " s by %" PRIu64 " %s, ", facts->threads,
        facts->threads == 1 ? "thread" : "threads");
    jc_html_text(html, facts->simd);
    jc_html_put(html, "; finished ");
    jc_html_text(html, facts->finished);
    jc_html_put(html, "</td></tr>\n");
}

static void
put_inputs(struct jc_html *html, const struct jc_provenance_facts *facts)
{
    for (size_t j = 0; j < facts->n_inputs; j++) {
        jc_html_put(html, "<tr><th scope=\"row\">input, SHA-256</th><td><code>");
        jc_html_text(html, facts->input[j]);
        jc_html_put(html, "</code></td></tr>\n");
    }
}

static void
put_scenario(struct jc_html *html, const char *scenario)
{
    const size_t length = strlen(scenario);

    if (length > LONGEST_SCENARIO) {
        jc_html_put(html,
            "<p class=\"soft\">The resolved scenario has %zu bytes; "
            "<code>joulecast info</code> prints it.</p>\n",
            length);
        return;
    }
    jc_html_put(html,
        "<details><summary>The resolved scenario, which runs again as it is</summary>\n<pre>");
    jc_html_text(html, scenario);
    jc_html_put(html, "</pre></details>\n");
}

void
jc_report_provenance(struct jc_html *html, const struct jc_report *report)
{
    const struct jc_results *results = report->results;
    const struct jc_provenance_facts *facts = report->facts;

    jc_report_open(html, "provenance", "Where the numbers are from");
    jc_report_open_table(html, "provenance");
    jc_html_put(html, "<tbody>\n");
    put_fact(html, "scenario", results->scenario);
    jc_html_put(html, "<tr><th scope=\"row\">seed</th><td>%" PRIu64 "</td></tr>\n", results->seed);
    put_program(html, facts);
    put_inputs(html, facts);
    jc_html_put(html, "<tr><th scope=\"row\">content, SHA-256</th><td><code>");
    jc_html_text(html, facts->completion);
    jc_html_put(html, "</code></td></tr>\n");
    jc_report_close_table(html);
    put_scenario(html, report->scenario_text);
    jc_report_close(html);
}
