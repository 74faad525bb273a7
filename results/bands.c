#include "results/bands.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "results/number.h"

#define Z975 1.9599639845400545

const double jc_band_ranks[JC_BAND_RANKS] = { 0.05, 0.25, 0.5, 0.75, 0.95 };

/* Between the neighbours of the place among ascending numbers (Hyndman and Fan 1996, definition 7). */
static double
at_place(size_t n, const double *sorted, double place)
{
    const size_t below = (size_t) place;

    if (below + 1 >= n) {
        return sorted[n - 1];
    }
    return sorted[below] + (place - (double) below) * (sorted[below + 1] - sorted[below]);
}

int
jc_band_of_column(size_t n, const double *x, size_t stride, struct jc_band *band,
    struct jc_error *error)
{
    double *sorted = malloc(n * sizeof(*sorted));
    double centre, half;
    size_t k;

    if (sorted == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < n; k++) {
        sorted[k] = x[k * stride];
    }
    qsort(sorted, n, sizeof(*sorted), jc_compare_doubles);
    for (k = 0; k < JC_BAND_RANKS; k++) {
        centre = jc_band_ranks[k] * (double) n;
        half = Z975 * sqrt(centre * (1 - jc_band_ranks[k]));
        band->value[k] = at_place(n, sorted, jc_band_ranks[k] * (double) (n - 1));
        band->lower[k] = sorted[(size_t) jc_larger(floor(centre - half) - 1, 0)];
        band->upper[k] = sorted[(size_t) jc_smaller(ceil(centre + half), (double) (n - 1))];
    }
    free(sorted);
    return 0;
}

int
jc_band_of(size_t n, const double *x, struct jc_band *band, struct jc_error *error)
{
    return jc_band_of_column(n, x, 1, band, error);
}

struct jc_variance_shares
jc_variance_shares(const struct jc_draw_series *series, size_t n_draws)
{
    const double n = (double) n_draws;
    double mean = 0;
    double within = 0;
    double between = 0;
    double total;
    size_t k;

    for (k = 0; k < n_draws; k++) {
        mean += series->mean[k] / n;
        within += series->variance[k] / n;
    }
    for (k = 0; k < n_draws; k++) {
        between += (series->mean[k] - mean) * (series->mean[k] - mean) / (n - 1);
    }
    total = within + between;
    return (struct jc_variance_shares){ total, within / total, between / total };
}

int
jc_draw_series_alloc(struct jc_draw_series *self, size_t n_draws, size_t n_quantiles,
    struct jc_error *error)
{
    self->mean = calloc(n_draws, sizeof(double));
    self->variance = calloc(n_draws, sizeof(double));
    self->quantile = calloc(n_draws * n_quantiles + 1, sizeof(double));
    return self->mean == NULL || self->variance == NULL || self->quantile == NULL
        ? jc_fail_memory(error)
        : 0;
}

int
jc_bands_alloc(struct jc_bands *self, size_t n_draws, size_t n_quantiles, size_t n_cases,
    size_t n_blends, size_t n_words, struct jc_error *error)
{
    *self = (struct jc_bands){
        .n_draws = n_draws,
        .n_quantiles = n_quantiles,
        .quantile = calloc(n_quantiles + 1, sizeof(double)),
        .n_cases = n_cases,
        .cases = calloc(n_cases + 1, sizeof(struct jc_band_subject)),
        .n_blends = n_blends,
        .blends = calloc(n_blends + 1, sizeof(struct jc_band_subject)),
        .n_words = n_words,
        .label = calloc(n_words + 1, sizeof(char *)),
        .uniform = calloc(n_words * n_draws + 1, sizeof(double)),
    };
    if (self->cases == NULL || self->blends == NULL || self->label == NULL) {
        self->n_cases = self->n_blends = self->n_words = 0;
        return jc_fail_memory(error);
    }
    return self->quantile == NULL || self->uniform == NULL ? jc_fail_memory(error) : 0;
}

static void
free_subjects(struct jc_band_subject *subjects, size_t n)
{
    size_t j, q;

    for (j = 0; j < n; j++) {
        free(subjects[j].name);
        free(subjects[j].label);
        for (q = 0; q < JC_QUANTITIES; q++) {
            free(subjects[j].series[q].mean);
            free(subjects[j].series[q].variance);
            free(subjects[j].series[q].quantile);
        }
    }
    free(subjects);
}

void
jc_bands_free(struct jc_bands *self)
{
    size_t j;

    free_subjects(self->cases, self->n_cases);
    free_subjects(self->blends, self->n_blends);
    for (j = 0; j < self->n_words; j++) {
        free(self->label[j]);
    }
    free(self->label);
    free(self->uniform);
    free(self->quantile);
    *self = (struct jc_bands){ 0 };
}
