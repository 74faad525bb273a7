/*
 * The parts of a report, in the order of the page. Each writes its section, or nothing if the results have nothing of
 * it.
 */
#ifndef JC_RESULTS_REPORT_PARTS_H
#define JC_RESULTS_REPORT_PARTS_H

#include "results/plots/plot.h"
#include "results/report/html.h"
#include "results/report/report.h"
#include "results/statistics.h"

/* The probabilities that tables show: P5, P25, median, P75, P95. */
#define JC_REPORT_SHOWN 5
extern const double jc_report_shown[JC_REPORT_SHOWN];
extern const char *const jc_report_shown_names[JC_REPORT_SHOWN];

/* The style sheet. */
extern const char jc_report_style[];

void jc_report_answer(struct jc_html *html, const struct jc_report *report);
void jc_report_queries(struct jc_html *html, const struct jc_report *report);
void jc_report_bands(struct jc_html *html, const struct jc_report *report);
void jc_report_fleets(struct jc_html *html, const struct jc_report *report);
void jc_report_sensitivities(struct jc_html *html, const struct jc_report *report);
void jc_report_sweep(struct jc_html *html, const struct jc_report *report);
void jc_report_assumptions(struct jc_html *html, const struct jc_report *report);
void jc_report_provenance(struct jc_html *html, const struct jc_report *report);

/* A section begins and ends. `name` is its anchor. */
void jc_report_open(struct jc_html *html, const char *name, const char *title);
void jc_report_close(struct jc_html *html);

/* A table begins, in a box that scrolls by itself, and ends. */
void jc_report_open_table(struct jc_html *html, const char *class);
void jc_report_close_table(struct jc_html *html);

/* "Wh", or nothing for the unit 1. */
const char *jc_report_unit(const char *unit);

/* A number and its unit, as part of a sentence. */
void jc_report_amount(struct jc_html *html, double value, double half_width, const char *unit);

/* A cell of a table with a number of so many digits. */
void jc_report_cell(struct jc_html *html, double value, int digits);

/* "batch 8, pue 1.6": the values of a point of a sweep. */
void jc_report_point(struct jc_html *html, const struct jc_sweep_result *sweep, size_t p);

/* A number of a band, with as many digits as its confidence interval leaves. */
void jc_report_band_number(struct jc_html *html, const struct jc_band *band, size_t rank);

/* Statistics of a case; of a blend, or of one of its pathways (NULL: none), which has energy alone. For n
 * probabilities, with bounds. Free the statistics if this returns true; else the status says why not. */
bool jc_report_case(struct jc_html *html, const struct jc_results *results, size_t case_index,
    enum jc_quantity quantity, size_t n, const double *probability,
    struct jc_statistics *statistics);
bool jc_report_blend(struct jc_html *html, const struct jc_results *results,
    const struct jc_blend_result *blend, const struct jc_pathway_result *pathway,
    enum jc_quantity quantity, size_t n, const double *probability,
    struct jc_statistics *statistics);

/* The picture of a kind, with what it shows below it, if pictures are wanted and the results have something for it.
 * `name` is that of a case, a blend, a waterfall or a sensitivity; NULL: the most telling one. */
void jc_report_picture(struct jc_html *html, const struct jc_report *report, enum jc_plot_kind kind,
    const char *name);

#endif
