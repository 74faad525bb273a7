/*
 * A report: all that a result file holds, and what it rests on, as one HTML page that stands alone. It has
 * no script and loads nothing; links lead to sources only.
 *
 * The bytes are a pure function of the file's content: nothing of the time or the machine goes into them.
 */
#ifndef JC_RESULTS_REPORT_REPORT_H
#define JC_RESULTS_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "results/provenance.h"
#include "results/results.h"

/* What an assumption is about. */
enum jc_report_nature {
    JC_REPORT_FIXED, /* the same value in every query, taken as known */
    JC_REPORT_QUERY, /* every query draws its own: aleatory */
    JC_REPORT_FLEET, /* one value for all queries, which nobody knows: epistemic */
    JC_REPORT_MODEL, /* no number, but how something is computed */
};

/* Something that a study takes as given. */
struct jc_report_assumption {
    const char *subject; /* "power usage effectiveness" */
    const char *of;      /* labels of the cases that have it; NULL: all of them */
    const char *value;   /* what it is, in words: "lognormal" */
    const char *unit;    /* "kW"; NULL: none */
    enum jc_report_nature nature;
    double low; /* its P5, median and P95; NAN: there are none */
    double middle;
    double high;
};

/* Where something is from. */
struct jc_report_source {
    const char *what; /* "throughput of Llama 3.1 405B" */
    const char *text; /* as in the table that has it */
};

/* A study as its report tells it. */
struct jc_report_study {
    const char *description; /* NULL: none; not owned */
    const char *source;      /* NULL: none; not owned */
    size_t n_assumptions;
    struct jc_report_assumption *assumption;
    size_t n_sources;
    struct jc_report_source *source_of;
    size_t n_texts;
    char **text; /* [n_texts] of assumptions and sources */
};

/* Both copy their texts; the same source is added once. Errors: JC_ERROR_INTERNAL. */
int jc_report_assume(struct jc_report_study *self, const struct jc_report_assumption *assumption,
    struct jc_error *error);
int jc_report_cite(struct jc_report_study *self, const char *what, const char *text,
    struct jc_error *error);
void jc_report_study_free(struct jc_report_study *self);

struct jc_report {
    const struct jc_results *results;
    const struct jc_report_study *study;
    const struct jc_provenance_facts *facts;
    const char *scenario_text; /* the resolved scenario, as YAML */
    bool pictures;             /* of gnuplot */
};

/* Appends the page. Errors: JC_ERROR_INTERNAL, those of jc_plot_svg. */
int jc_report_html(const struct jc_report *self, struct jc_text *page, struct jc_error *error);

#endif
