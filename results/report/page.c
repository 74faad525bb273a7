#include <string.h>

#include "results/report/parts.h"

void
jc_report_picture(struct jc_html *html, const struct jc_report *report, enum jc_plot_kind kind,
    const char *name)
{
    const struct jc_plot_options options = { .n_names = name != NULL ? 1 : 0,
        .name = &name,
        .version = report->facts->version };
    char prefix[32];

    if (html->status != 0 || !report->pictures || !jc_plot_applies(kind, report->results)) {
        return;
    }
    /* Where the page is now is a name that no other picture has. */
    (void) snprintf(prefix, sizeof(prefix), "p%zu", html->text->length);
    jc_html_put(html, "<figure>\n");
    if (html->status == 0) {
        html->status =
            jc_plot_svg(kind, report->results, &options, prefix, html->text, html->error);
    }
    jc_html_put(html, "\n<figcaption>%s</figcaption></figure>\n", jc_plot_purpose(kind));
}

static void
put_head(struct jc_html *html, const struct jc_report *report)
{
    jc_html_put(html,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" "
        "content=\"joulecast ");
    jc_html_text(html, report->facts->version);
    jc_html_put(html, "\">\n<title>");
    jc_html_text(html, report->results->title);
    jc_html_put(html, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", jc_report_style);
}

static void
put_question(struct jc_html *html, const struct jc_report *report)
{
    jc_html_put(html, "<header>\n<h1>");
    jc_html_text(html, report->results->title);
    jc_html_put(html, "</h1>\n");
    if (report->study->description != NULL) {
        jc_html_put(html, "<p class=\"description\">");
        jc_html_text(html, report->study->description);
        jc_html_put(html, "</p>\n");
    }
    if (report->study->source != NULL) {
        jc_html_put(html, "<p class=\"soft\">");
        jc_html_source(html, report->study->source);
        jc_html_put(html, "</p>\n");
    }
    jc_report_answer(html, report);
}

/* Links to the sections that there will be. */
static void
put_contents(struct jc_html *html, const struct jc_report *report)
{
    const struct jc_results *results = report->results;
    const struct {
        bool is_there;
        const char *name;
        const char *title;
    } sections[] = {
        { results->fleets.n > 0, "fleets", "Fleets" },
        { results->n_cases > 0, "queries", "Queries" },
        { results->bands.n_draws > 0, "bands", "How sure" },
        { results->n_sensitivities > 0, "sensitivity", "What it depends on" },
        { results->sweep.n_axes > 0, "sweep", "Other values" },
        { report->study->n_assumptions + report->study->n_sources > 0, "assumptions",
            "Assumptions" },
        { true, "provenance", "Provenance" },
    };

    jc_html_put(html, "<nav aria-label=\"sections\">");
    for (size_t j = 0; j < sizeof(sections) / sizeof(sections[0]); j++) {
        if (sections[j].is_there) {
            jc_html_put(html, "<a href=\"#%s\">%s</a> ", sections[j].name, sections[j].title);
        }
    }
    jc_html_put(html, "</nav>\n</header>\n<main>\n");
}

int
jc_report_html(const struct jc_report *self, struct jc_text *page, struct jc_error *error)
{
    struct jc_html html = { .text = page, .error = error };

    put_head(&html, self);
    put_question(&html, self);
    put_contents(&html, self);
    jc_report_fleets(&html, self);
    jc_report_queries(&html, self);
    jc_report_bands(&html, self);
    jc_report_sensitivities(&html, self);
    jc_report_sweep(&html, self);
    jc_report_assumptions(&html, self);
    jc_report_provenance(&html, self);
    jc_html_put(&html, "</main>\n</body>\n</html>\n");
    return html.status;
}
