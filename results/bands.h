/*
 * Bands: what the statistics of a study become when what it does not know is drawn again and again.
 *
 * A draw is one value for each unknown of the fleet; its queries give one mean and one set of quantiles. The
 * spread of these over the draws is what we do not know (epistemic), the spread of the queries within a draw
 * is what varies (aleatory).
 */
#ifndef JC_RESULTS_BANDS_H
#define JC_RESULTS_BANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "models/quantities.h"

/* The ranks of a band among the draws: 0.05, 0.25, 0.5, 0.75, 0.95. */
#define JC_BAND_RANKS 5
extern const double jc_band_ranks[JC_BAND_RANKS];

/* What every draw gave for one quantity; NULL where it was not recorded. */
struct jc_draw_series {
    double *mean;     /* [n_draws] */
    double *variance; /* [n_draws] of the queries; 0 for one query */
    double *quantile; /* [n_draws * n_quantiles] draw by draw */
};

/* A case or a blend. */
struct jc_band_subject {
    char *name;
    char *label;
    struct jc_draw_series series[JC_QUANTITIES];
};

struct jc_bands {
    size_t n_draws;   /* 0: there are none */
    uint64_t queries; /* of each case and draw */
    size_t n_quantiles;
    double *quantile; /* [n_quantiles] probabilities */
    size_t n_cases;
    struct jc_band_subject *cases;
    size_t n_blends;
    struct jc_band_subject *blends;
    size_t n_words;
    char **label; /* [n_words] of what was drawn: "pue" */
    double
        *uniform; /* [n_words * n_draws] word by word: the number between 0 and 1 that was drawn */
};

/* The quantiles of a statistic over the draws, each with its 95 % confidence interval by order statistics
 * (Hahn and Meeker 1991): of so few draws that none exists, the bounds are the extremes. */
struct jc_band {
    double value[JC_BAND_RANKS];
    double lower[JC_BAND_RANKS];
    double upper[JC_BAND_RANKS];
};

/* Where the variance of a query of the whole study comes from. */
struct jc_variance_shares {
    double total;
    double query; /* share of what varies between queries of one draw */
    double fleet; /* share of what differs between draws; the two sum to 1; NAN if nothing varies */
};

/* The band of x[n], n >= 2. Errors: JC_ERROR_INTERNAL. */
int jc_band_of(size_t n, const double *x, struct jc_band *band, struct jc_error *error);

/* The same of every `stride`th number: x[0], x[stride], ... */
int jc_band_of_column(size_t n, const double *x, size_t stride, struct jc_band *band,
    struct jc_error *error);

/* By the law of total variance. The variance of the draws' means has n_draws - 1 degrees of freedom; that
 * of the queries' own noise in them is not taken off, as draws share their queries. */
struct jc_variance_shares jc_variance_shares(const struct jc_draw_series *series, size_t n_draws);

/* Room for everything but names, labels, series and totals; jc_draw_series_alloc makes that of a series. Errors:
 * JC_ERROR_INTERNAL; jc_bands_free frees what is there, also then. */
int jc_bands_alloc(struct jc_bands *self, size_t n_draws, size_t n_quantiles, size_t n_cases,
    size_t n_blends, size_t n_words, struct jc_error *error);
int jc_draw_series_alloc(struct jc_draw_series *self, size_t n_draws, size_t n_quantiles,
    struct jc_error *error);
void jc_bands_free(struct jc_bands *self);

/* A draw's statistics as one row of numbers: of each case, then blend, of each quantity that has a series the mean,
 * the variance and the quantiles; then the totals of fleets. The words of a draw are not among them. */
size_t jc_bands_columns(const struct jc_bands *self);
void jc_bands_get_row(const struct jc_bands *self, size_t draw, double *row);
void jc_bands_put_row(struct jc_bands *self, size_t draw, const double *row);

#endif
