#include "results/bands.h"

#include <string.h>

/* The row that numbers come from, or go to; neither: they are counted. */
struct row {
    double *to;
    const double *from;
};

/* n numbers of the bands and as many of the row, from *at on. */
static void
pass_numbers(const struct row *row, double *bands, size_t n, size_t *at)
{
    if (row->to != NULL) {
        memcpy(row->to + *at, bands, n * sizeof(*bands));
    } else if (row->from != NULL) {
        memcpy(bands, row->from + *at, n * sizeof(*bands));
    }
    *at += n;
}

static void
pass_subject(const struct row *row, const struct jc_bands *bands,
    const struct jc_band_subject *subject, size_t draw, size_t *at)
{
    const struct jc_draw_series *series;
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        series = &subject->series[q];
        if (series->mean != NULL) {
            pass_numbers(row, series->mean + draw, 1, at);
            pass_numbers(row, series->variance + draw, 1, at);
            pass_numbers(row, series->quantile + draw * bands->n_quantiles, bands->n_quantiles, at);
        }
    }
}

static size_t
pass_row(const struct row *row, const struct jc_bands *bands, size_t draw)
{
    size_t at = 0;
    size_t j;

    for (j = 0; j < bands->n_cases; j++) {
        pass_subject(row, bands, &bands->cases[j], draw, &at);
    }
    for (j = 0; j < bands->n_blends; j++) {
        pass_subject(row, bands, &bands->blends[j], draw, &at);
    }
    return at;
}

size_t
jc_bands_columns(const struct jc_bands *self)
{
    const struct row none = { NULL, NULL };

    return pass_row(&none, self, 0);
}

void
jc_bands_get_row(const struct jc_bands *self, size_t draw, double *row)
{
    const struct row to = { .to = row };

    (void) pass_row(&to, self, draw);
}

void
jc_bands_put_row(struct jc_bands *self, size_t draw, const double *row)
{
    const struct row from = { .from = row };

    (void) pass_row(&from, self, draw);
}
