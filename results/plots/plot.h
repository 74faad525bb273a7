/*
 * Pictures of results, drawn by gnuplot: each kind turns what a result file holds into gnuplot commands with the
 * numbers in them; gnuplot, a process of its own, makes SVG, PNG or PDF of these. No display is needed.
 *
 * The commands are a pure function of results and options. Texts of a file (titles, labels) are data to them: whatever
 * is written in one, it is drawn, and cannot become a command.
 */
#ifndef JC_RESULTS_PLOTS_PLOT_H
#define JC_RESULTS_PLOTS_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "models/quantities.h"
#include "results/results.h"

enum jc_plot_kind {
    JC_PLOT_FLEET,         /* what each fleet adds to the one before, beside the references */
    JC_PLOT_MAP,           /* a crossed sweep of two parameters, as a heat map */
    JC_PLOT_SWEEP,         /* curves over the parameter of a sweep */
    JC_PLOT_TORNADO,       /* what each input does to the response, and its indices */
    JC_PLOT_BANDS,         /* the quantile curve, and the band of each quantile */
    JC_PLOT_DISTRIBUTIONS, /* queries of each case and blend: density, quartiles, P5 to P95 */
    JC_PLOT_PATHWAYS,      /* a blend, and what its pathways make of it */
    JC_PLOT_EXCEEDANCE,    /* share of the queries above a value, both logarithmic */
    JC_PLOT_LENGTHS,       /* what was observed of a trace, and families fitted to it */
    JC_PLOT_KINDS
};

/* The families of JC_PLOT_LENGTHS: shares of the same bins. */
struct jc_plot_family {
    const char *label;   /* "lognormal" */
    double distance;     /* Kolmogorov-Smirnov distance, 0 to 1; NAN: not shown */
    const double *share; /* [n_bins] probability of each bin */
};

/* A variable of JC_PLOT_LENGTHS, in bins. */
struct jc_plot_variable {
    enum jc_quantity quantity;
    size_t n_bins;
    const double *edge;  /* [n_bins + 1] > 0, ascending */
    const double *share; /* [n_bins] what was observed in it, of all */
    size_t n_families;
    const struct jc_plot_family *family; /* [n_families] */
};

struct jc_plot_lengths {
    const char *title;
    const char *source; /* of the data, one line; NULL: not known */
    size_t n_variables; /* 1 or 2 */
    const struct jc_plot_variable *variable;
};

/* What to draw of the results; all 0 are the defaults. Not owned. What a kind has no use for is an error. */
struct jc_plot_options {
    /* Of a sweep, map, bands, distributions, exceedance; else energy, or the first that there is. Others have their own. */
    bool has_quantity;
    enum jc_quantity quantity;
    /* Cases and blends in the order of the picture; of a fleet picture its waterfall, of a tornado what the sensitivity
     * is of. None: all, or the most telling one. */
    size_t n_names;
    const char *const *name;
    const char *statistic; /* of a sweep or map: "mean", "median", "sd", "p95"; NULL: the median */
    const char *version;   /* of the program that made the file; NULL: this one */
    const struct jc_plot_lengths *lengths; /* of JC_PLOT_LENGTHS, which needs no results */
};

/* "distributions", ..., as the command line has it; JC_PLOT_KINDS if there is none of that name. */
const char *jc_plot_name(enum jc_plot_kind kind);
enum jc_plot_kind jc_plot_by_name(const char *name);

/* One line that says what a picture shows. */
const char *jc_plot_purpose(enum jc_plot_kind kind);

/* Whether the results have what a kind draws; the most telling kind is the first one of which they have it. */
bool jc_plot_applies(enum jc_plot_kind kind, const struct jc_results *results);

/* The most telling kind; JC_PLOT_KINDS if there is nothing to draw. */
enum jc_plot_kind jc_plot_default(const struct jc_results *results);

/* What gnuplot makes of its commands. */
enum jc_plot_format { JC_PLOT_SVG, JC_PLOT_PNG, JC_PLOT_PDF, JC_PLOT_FORMATS };

/* The format of a path, by its ending .svg, .png or .pdf. Errors: JC_ERROR_SCENARIO. */
int jc_plot_format_of(const char *path, enum jc_plot_format *format, struct jc_error *error);

/* Appends the gnuplot commands of a picture, which write it to the standard output of gnuplot. Errors:
 * JC_ERROR_SCENARIO (the results do not have what is asked for), JC_ERROR_INTERNAL. */
int jc_plot_script(enum jc_plot_kind kind, const struct jc_results *results,
    const struct jc_plot_options *options, enum jc_plot_format format, struct jc_text *script,
    struct jc_error *error);

/* Writes a picture, in the format that its path ends with, as PATH.partial, which then gets its name. Errors: those of
 * jc_plot_script; JC_ERROR_IO (it exists already, unless `force`; it cannot be written; gnuplot is not installed, or
 * failed). */
int jc_plot_write(enum jc_plot_kind kind, const struct jc_results *results,
    const struct jc_plot_options *options, const char *path, bool force, struct jc_error *error);

/* Appends a picture as an element <svg> that can stand in an HTML page: with a viewBox and no size of its own, no
 * background, and `name` (letters, digits and -) before all its ids, so that pages can have several. Errors: those of
 * jc_plot_write. */
int jc_plot_svg(enum jc_plot_kind kind, const struct jc_results *results,
    const struct jc_plot_options *options, const char *name, struct jc_text *svg,
    struct jc_error *error);

#endif
