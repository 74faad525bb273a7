#include "results/mixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/number.h"

#define ROUNDING 0x1p-52 /* of a cdf */
#define MOST_STEPS 4096  /* more than any bracket of doubles needs */

/* Where the values of a record end: at the largest, or where that whole number is spread to. */
static double
values_end(const struct jc_record *record, bool integer)
{
    const double max = record->moments.max;

    return integer ? jc_smaller(max + 1, jc_sketch_edge(jc_sketch_bucket((float) max) + 1)) : max;
}

int
jc_mixture_init(struct jc_mixture *self, size_t n_parts, const struct jc_mixture_part *parts,
    struct jc_ranks ranks, bool integer, struct jc_error *error)
{
    const struct jc_sketch *sketch;
    double weight = 0;
    size_t j, k;

    *self = (struct jc_mixture){ .ranks = ranks, .integer = integer };
    self->part = calloc(n_parts, sizeof(*self->part));
    if (self->part == NULL) {
        return jc_fail_memory(error);
    }
    self->n_parts = n_parts;
    for (j = 0; j < n_parts; j++) {
        weight += parts[j].weight;
    }
    for (j = 0; j < n_parts; j++) {
        self->part[j] = parts[j];
        self->part[j].weight = parts[j].weight / weight;
        self->part[j].end = values_end(parts[j].record, integer);
        if (!(parts[j].taken.high > parts[j].taken.low)) {
            self->part[j].taken = (struct jc_ranks){ 0, 1 };
        }
        sketch = &parts[j].record->sketch;
        self->part[j].below = malloc((sketch->n_buckets + 1) * sizeof(uint64_t));
        if (self->part[j].below == NULL) {
            jc_mixture_free(self);
            return jc_fail_memory(error);
        }
        self->part[j].below[0] = 0;
        for (k = 0; k < sketch->n_buckets; k++) {
            self->part[j].below[k + 1] = self->part[j].below[k] + sketch->count[k];
        }
    }
    return 0;
}

void
jc_mixture_free(struct jc_mixture *self)
{
    size_t j;

    for (j = 0; j < self->n_parts; j++) {
        free(self->part[j].below);
    }
    free(self->part);
    *self = (struct jc_mixture){ 0 };
}

/* The values of bucket k of a part lie between these: its edges, or the extremes. */
void
jc_mixture_bucket_span(const struct jc_mixture_part *part, size_t k, double *low, double *high)
{
    const uint32_t bucket = part->record->sketch.bucket[k];

    *low = jc_larger(jc_sketch_edge(bucket), part->record->moments.min);
    *high = bucket == 0 ? *low : jc_smaller(jc_sketch_edge(bucket + 1), part->end);
}

/* The last bucket of a sketch that is not above `bucket`; there is one. */
static size_t
find_bucket(const struct jc_sketch *sketch, uint32_t bucket)
{
    size_t low = 0;
    size_t high = sketch->n_buckets;
    size_t middle;

    while (high - low > 1) {
        middle = low + (high - low) / 2;
        if (sketch->bucket[middle] <= bucket) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* P(X <= x) of an untrimmed part. */
double
jc_mixture_part_rank(const struct jc_mixture_part *part, double x)
{
    const struct jc_record *record = part->record;
    const struct jc_sketch *sketch = &record->sketch;
    const double n = (double) record->moments.n;
    double low, high, inside;
    uint32_t bucket;
    size_t k;

    if (x < record->moments.min) {
        return 0;
    }
    if (x >= part->end) {
        return 1;
    }
    bucket = jc_sketch_bucket((float) x);
    if (jc_sketch_edge(bucket) > x) { /* the rounding to float has gone up into the next bucket */
        bucket--;
    }
    k = find_bucket(sketch, bucket);
    if (sketch->bucket[k] < bucket) { /* between two buckets that hold something */
        return (double) part->below[k + 1] / n;
    }
    jc_mixture_bucket_span(part, k, &low, &high);
    inside = high > low ? (x - low) / (high - low) : 1;
    return ((double) part->below[k] + inside * (double) sketch->count[k]) / n;
}

/* P(X <= x) of the trimmed part. */
static double
part_cdf(const struct jc_mixture_part *part, double x)
{
    const double width = part->ranks.high - part->ranks.low;

    return jc_clamp((jc_mixture_part_rank(part, x) - part->ranks.low) / width, 0, 1);
}

/* The mixed P(X <= x), before the whole is trimmed. */
double
jc_mixture_cdf(const struct jc_mixture *self, double x)
{
    double cdf = 0;
    size_t j;

    for (j = 0; j < self->n_parts; j++) {
        cdf += self->part[j].weight * part_cdf(&self->part[j], x);
    }
    return cdf;
}

/* The ends of all parts, before anything is trimmed. */
static void
whole_span(const struct jc_mixture *self, double *low, double *high)
{
    size_t j;

    *low = INFINITY;
    *high = 0;
    for (j = 0; j < self->n_parts; j++) {
        *low = jc_smaller(*low, self->part[j].record->moments.min);
        *high = jc_larger(*high, self->part[j].end);
    }
}

/* Narrows low < x <= high to what lies in one bucket, by bisection over the buckets. */
static void
narrow_to_bucket(const struct jc_mixture *self, double target, double *low, double *high)
{
    uint32_t below = jc_sketch_bucket((float) *low);
    uint32_t above = jc_sketch_bucket((float) *high) + 1;
    uint32_t middle;
    double edge;

    while (above - below > 1) {
        middle = below + (above - below) / 2;
        edge = jc_sketch_edge(middle);
        if (edge >= *high || jc_mixture_cdf(self, edge) >= target) {
            above = middle;
            *high = edge < *high ? edge : *high;
        } else {
            below = middle;
            *low = edge > *low ? edge : *low;
        }
    }
}

/* The smallest x with the mixed P(X <= x) >= probability. Within a bucket the cdf is a few straight
 * lines: false position finds the place at once, and a look just below it tells whether the cdf rises
 * to it or has been flat; bisection, in turn with both, guards against their slow cases. */
static double
invert(const struct jc_mixture *self, double probability)
{
    double low, high, at_low, at_high, middle, at_middle, target;
    bool found = false;
    int step;

    whole_span(self, &low, &high);
    target = probability * jc_mixture_cdf(self, high); /* the weights' sum, 1 but for rounding */
    if (jc_mixture_cdf(self, low) >= target) {
        return low;
    }
    narrow_to_bucket(self, target, &low, &high);
    at_low = jc_mixture_cdf(self, low);
    at_high = jc_mixture_cdf(self, high);
    for (step = 0; !found && step < MOST_STEPS; step++) {
        const bool arrived = at_high - target <= ROUNDING;
        const double part = arrived ? 1 - 0x1p-10 : (target - at_low) / (at_high - at_low);

        middle = low + (high - low) * (step % 2 == 0 ? part : 0.5);
        if (middle <= low || middle >= high) {
            middle = low + (high - low) / 2;
        }
        if (middle <= low || middle >= high) {
            break;
        }
        at_middle = jc_mixture_cdf(self, middle);
        if (at_middle >= target) {
            high = middle;
            at_high = at_middle;
        } else {
            found = arrived && step % 2 == 0 && target - at_middle > ROUNDING;
            low = middle;
            at_low = at_middle;
        }
    }
    return high;
}

/* At ranks 0 and 1 the ends, or where trimmed parts begin and end: the cdf is not 0 just above. */
double
jc_mixture_spread_quantile(const struct jc_mixture *self, double probability)
{
    const double rank = self->ranks.low + probability * (self->ranks.high - self->ranks.low);
    bool low_cut = false;
    bool high_cut = false;
    double low, high;
    size_t j;

    for (j = 0; j < self->n_parts; j++) {
        low_cut |= self->part[j].ranks.low > 0;
        high_cut |= self->part[j].ranks.high < 1;
    }
    whole_span(self, &low, &high);
    if (rank <= 0 && !low_cut) {
        return low;
    }
    if (rank >= 1 && !high_cut) {
        return high;
    }
    return invert(self, jc_larger(rank, 0x1p-60));
}

/* A whole number v is spread over the values above v up to v + 1; this undoes it. */
double
jc_mixture_whole_number(const struct jc_mixture *self, double value)
{
    double low, high;

    whole_span(self, &low, &high);
    return self->integer && value > low ? ceil(value) - 1 : value;
}

double
jc_mixture_quantile(const struct jc_mixture *self, double probability)
{
    return jc_mixture_whole_number(self,
        jc_mixture_spread_quantile(self, jc_clamp(probability, 0, 1)));
}
