#include "results/scaled_mixture.h"

#include <math.h>
#include <stdlib.h>

#include "results/number.h"

#define PRECISION 0x1p-32 /* of a quantile, relative */

int
jc_scaled_mixture_init(struct jc_scaled_mixture *self, size_t n_parts,
    const struct jc_scaled_part *parts, struct jc_error *error)
{
    struct jc_mixture_part *plain = calloc(n_parts + 1, sizeof(*plain));
    double weight = 0;
    size_t j;
    int ret;

    *self = (struct jc_scaled_mixture){ .part = calloc(n_parts + 1, sizeof(*self->part)) };
    if (plain == NULL || self->part == NULL) {
        free(plain);
        free(self->part);
        return jc_fail_memory(error);
    }
    for (j = 0; j < n_parts; j++) {
        weight += parts[j].weight;
    }
    for (j = 0; j < n_parts; j++) {
        if (parts[j].weight > 0) {
            plain[self->n_parts] = (struct jc_mixture_part){ .record = parts[j].record,
                .weight = parts[j].weight,
                .ranks = { 0, 1 } };
            self->part[self->n_parts] = parts[j];
            self->part[self->n_parts++].weight = parts[j].weight / weight;
        }
    }
    ret = jc_mixture_init(&self->records, self->n_parts, plain, (struct jc_ranks){ 0, 1 }, false,
        error);
    free(plain);
    if (ret != 0) {
        free(self->part);
    }
    return ret;
}

void
jc_scaled_mixture_free(struct jc_scaled_mixture *self)
{
    jc_mixture_free(&self->records);
    free(self->part);
    *self = (struct jc_scaled_mixture){ 0 };
}

double
jc_scaled_mixture_cdf(const struct jc_scaled_mixture *self, double x)
{
    const struct jc_scaled_part *part;
    double cdf = 0;
    double inner;
    size_t j, k;

    for (j = 0; j < self->n_parts; j++) {
        part = &self->part[j];
        inner = 0;
        for (k = 0; k < part->n_points; k++) {
            inner += jc_mixture_part_rank(&self->records.part[j], x / part->point[k])
                * (part->probability == NULL ? 1 : part->probability[k]);
        }
        cdf += part->weight * (part->probability == NULL ? inner / (double) part->n_points : inner);
    }
    return cdf;
}

/* Below and above everything. */
static void
whole_span(const struct jc_scaled_mixture *self, double *low, double *high)
{
    const struct jc_mixture_part *record;
    size_t j, k;

    *low = INFINITY;
    *high = 0;
    for (j = 0; j < self->n_parts; j++) {
        record = &self->records.part[j];
        for (k = 0; k < self->part[j].n_points; k++) {
            *low = jc_smaller(*low, record->record->moments.min * self->part[j].point[k]);
            *high = jc_larger(*high, record->end * self->part[j].point[k]);
        }
    }
}

/* Bisection: of the logarithm as long as the ends are far apart. The cdf of sketches has corners and, where all
 * values are equal, steps, which bisection does not mind. */
double
jc_scaled_mixture_quantile(const struct jc_scaled_mixture *self, double probability)
{
    double low, high, middle;

    whole_span(self, &low, &high);
    high += high * 0x1p-50; /* dividing by a point may have rounded the end away */
    if (jc_scaled_mixture_cdf(self, low) >= probability) {
        return low;
    }
    while (high - low > PRECISION * high) {
        middle = low > 0 && high > 2 * low ? sqrt(low) * sqrt(high) : low + (high - low) / 2;
        if (middle <= low || middle >= high) {
            break;
        }
        if (jc_scaled_mixture_cdf(self, middle) >= probability) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}
