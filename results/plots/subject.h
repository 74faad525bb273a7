/*
 * What a picture has a row or a curve for: a case, a blend or a pathway, as the mixture of its queries.
 */
#ifndef JC_RESULTS_PLOTS_SUBJECT_H
#define JC_RESULTS_PLOTS_SUBJECT_H

#include "results/mixture.h"
#include "results/plots/plot.h"
#include "results/statistics.h"

/* Statistics of these, in this order. */
enum jc_plot_rank { JC_P5, JC_P25, JC_P50, JC_P75, JC_P95, JC_PLOT_RANKS };
extern const double jc_plot_rank[JC_PLOT_RANKS];

enum jc_subject_role { JC_SUBJECT_CASE, JC_SUBJECT_BLEND, JC_SUBJECT_PATHWAY };

struct jc_plot_subject {
    const char *label;
    enum jc_subject_role role;
    struct jc_mixture mixture;
    uint64_t n; /* values, after trimming */
    double mean;
    double quantile[JC_PLOT_RANKS];
};

struct jc_plot_subjects {
    size_t n;
    struct jc_plot_subject *subject;
};

/* The quantity that options ask for, or by default energy, or the first that there is. Errors: JC_ERROR_SCENARIO. */
int jc_plot_quantity(const struct jc_results *results, const struct jc_plot_options *options,
    enum jc_quantity *quantity, struct jc_error *error);

/* The cases and blends that options name, or all that have the quantity: cases, then blends. A blend that is called
 * like a case is `blend:NAME`. Errors: JC_ERROR_SCENARIO (there is none of that name), JC_ERROR_INTERNAL; free also
 * then. */
int jc_plot_subjects(const struct jc_results *results, const struct jc_plot_options *options,
    enum jc_quantity quantity, struct jc_plot_subjects *self, struct jc_error *error);

/* A blend, and what each pathway leaves of it; the one that options name, or the first that has pathways. Errors: as
 * above. */
int jc_plot_pathway_subjects(const struct jc_results *results,
    const struct jc_plot_options *options, struct jc_plot_subjects *self, struct jc_error *error);
void jc_plot_subjects_free(struct jc_plot_subjects *self);

/* P(X <= x) after all trimming, as a part of the values. */
double jc_plot_cdf(const struct jc_mixture *mixture, double x);

/* The density of a subject's values (of their logarithms if `log`) at n places from low to high, evenly spaced: shares of
 * narrow bins, smoothed by a Gaussian kernel of Silverman's width. The highest is 1. */
int jc_plot_density(const struct jc_plot_subject *subject, bool log, double low, double high,
    size_t n, double *density, struct jc_error *error);

#endif
