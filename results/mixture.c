#include "results/mixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define Z975 1.9599639845400545

/* Where the values of a record end: at the largest, or where that whole number is spread to. */
static double
values_end(const struct jc_record *record, bool integer)
{
    const double max = record->moments.max;

    return integer ? fmin(max + 1, jc_sketch_edge(jc_sketch_bucket((float) max) + 1)) : max;
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
static void
bucket_span(const struct jc_mixture_part *part, size_t k, double *low, double *high)
{
    const uint32_t bucket = part->record->sketch.first + (uint32_t) k;

    *low = fmax(jc_sketch_edge(bucket), part->record->moments.min);
    *high = fmin(jc_sketch_edge(bucket + 1), part->end);
}

/* P(X <= x) of an untrimmed part. */
static double
part_rank(const struct jc_mixture_part *part, double x)
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
    k = bucket - sketch->first;
    bucket_span(part, k, &low, &high);
    inside = high > low ? (x - low) / (high - low) : 1;
    return ((double) part->below[k] + inside * (double) sketch->count[k]) / n;
}

static double
clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* P(X <= x) of the trimmed part. */
static double
part_cdf(const struct jc_mixture_part *part, double x)
{
    const double width = part->ranks.high - part->ranks.low;

    return clamp((part_rank(part, x) - part->ranks.low) / width, 0, 1);
}

/* The mixed P(X <= x), before the whole is trimmed. */
static double
mixture_cdf(const struct jc_mixture *self, double x)
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
        *low = fmin(*low, self->part[j].record->moments.min);
        *high = fmax(*high, self->part[j].end);
    }
}

/* The smallest x with the mixed P(X <= x) >= probability, by bisection: of the exponent while the
 * ends are far apart, then of the number, down to two neighbours. */
static double
invert(const struct jc_mixture *self, double probability)
{
    double low, high, middle, target;

    whole_span(self, &low, &high);
    target = probability * mixture_cdf(self, high); /* the weights' sum, 1 but for rounding */
    if (mixture_cdf(self, low) >= target) {
        return low;
    }
    while (low < high) {
        middle = low > 0 && high > 4 * low ? sqrt(low) * sqrt(high) : low + (high - low) / 2;
        if (middle <= low || middle >= high) {
            break;
        }
        if (mixture_cdf(self, middle) >= target) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}

/* At ranks 0 and 1 the ends, or where trimmed parts begin and end: the cdf is not 0 just above. */
static double
quantile_of_whole(const struct jc_mixture *self, double probability)
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
    return invert(self, fmax(rank, 0x1p-60));
}

double
jc_mixture_quantile(const struct jc_mixture *self, double probability)
{
    const double value = quantile_of_whole(self, clamp(probability, 0, 1));
    double low, high;

    whole_span(self, &low, &high);
    /* A whole number v is spread over the values above v up to v + 1. */
    return self->integer && value > low ? ceil(value) - 1 : value;
}

/* Bound of the standard deviation of the empirical cdf of the whole at x: that of parts which move
 * together, as they do when they share their random numbers. */
static double
cdf_error(const struct jc_mixture *self, double x)
{
    const struct jc_mixture_part *part;
    double error = 0;
    double rank;
    size_t j;

    for (j = 0; j < self->n_parts; j++) {
        part = &self->part[j];
        rank = clamp(part_rank(part, x), part->ranks.low, part->ranks.high);
        error += part->weight * sqrt(rank * (1 - rank) / (double) part->record->moments.n)
            / (part->ranks.high - part->ranks.low);
    }
    return error / (self->ranks.high - self->ranks.low);
}

/* The fraction of a part that bucket k holds between two of its values. A single value has no inside:
 * of its fraction, the part's ranks keep what they can. */
static double
bucket_mass(const struct jc_mixture_part *part, size_t k, double low, double high, double from,
    double to)
{
    const double n = (double) part->record->moments.n;

    if (high > low) {
        return (double) part->record->sketch.count[k] / n * ((to - from) / (high - low));
    }
    return fmin((double) part->below[k + 1] / n, part->ranks.high)
        - fmax((double) part->below[k] / n, part->ranks.low);
}

/* Adds mass, sum and sum of squares (about `centre`) of `scale` times the part between two values. */
static void
integrate(const struct jc_mixture_part *part, double scale, double from, double to, double centre,
    double total[3])
{
    const struct jc_sketch *sketch = &part->record->sketch;
    double low, high, a, b, mass;
    size_t k;

    for (k = 0; k < sketch->n_buckets; k++) {
        if (sketch->count[k] == 0) {
            continue;
        }
        bucket_span(part, k, &low, &high);
        a = fmax(low, from);
        b = fmin(high, to);
        if (a > b) {
            continue;
        }
        mass = scale * bucket_mass(part, k, low, high, a, b);
        a -= centre;
        b -= centre;
        total[0] += mass;
        total[1] += mass * (a + b) / 2;
        total[2] += mass * (a * a + a * b + b * b) / 3;
    }
}

/* The values between which a part lies after its own trimming and that of the whole. */
static void
part_span(const struct jc_mixture *self, size_t j, double *low, double *high)
{
    struct jc_mixture alone = { .n_parts = 1, .ranks = { 0, 1 } };
    struct jc_mixture_part part = self->part[j];

    part.weight = 1;
    alone.part = &part;
    *low = part.ranks.low > 0 ? quantile_of_whole(&alone, 0) : part.record->moments.min;
    *high = part.ranks.high < 1 ? quantile_of_whole(&alone, 1) : part.record->moments.max;
    if (self->ranks.low > 0) {
        *low = fmax(*low, quantile_of_whole(self, 0));
    }
    if (self->ranks.high < 1) {
        *high = fmin(*high, quantile_of_whole(self, 1));
    }
}

static bool
is_trimmed(const struct jc_mixture *self)
{
    size_t j;

    for (j = 0; j < self->n_parts; j++) {
        if (self->part[j].ranks.low > 0 || self->part[j].ranks.high < 1) {
            return true;
        }
    }
    return self->ranks.low > 0 || self->ranks.high < 1;
}

/* Of what trimming has left: from the sketches. */
static void
trimmed_moments(const struct jc_mixture *self, struct jc_statistics *statistics)
{
    const double centre = quantile_of_whole(self, 0.5);
    double total[3] = { 0, 0, 0 };
    double n = 0;
    double low, high, mean;
    size_t j;

    statistics->min = INFINITY;
    statistics->max = 0;
    for (j = 0; j < self->n_parts; j++) {
        part_span(self, j, &low, &high);
        if (low > high) {
            continue;
        }
        statistics->min = fmin(statistics->min, low);
        statistics->max = fmax(statistics->max, high);
        integrate(&self->part[j],
            self->part[j].weight / (self->part[j].ranks.high - self->part[j].ranks.low), low, high,
            centre, total);
        n += (double) self->part[j].record->moments.n
            * (self->part[j].ranks.high - self->part[j].ranks.low);
    }
    mean = total[1] / total[0];
    statistics->n = (uint64_t) rint(n * (self->ranks.high - self->ranks.low));
    statistics->mean = centre + mean;
    statistics->sd = sqrt(fmax(total[2] / total[0] - mean * mean, 0));
}

/* Of whole records: exactly. */
static void
untrimmed_moments(const struct jc_mixture *self, struct jc_statistics *statistics)
{
    const struct jc_moments *moments;
    double variance = 0;
    double sd, deviation;
    size_t j;

    statistics->min = INFINITY;
    statistics->max = 0;
    for (j = 0; j < self->n_parts; j++) {
        moments = &self->part[j].record->moments;
        statistics->n += moments->n;
        statistics->min = fmin(statistics->min, moments->min);
        statistics->max = fmax(statistics->max, moments->max);
        statistics->mean += self->part[j].weight * moments->mean;
    }
    for (j = 0; j < self->n_parts; j++) {
        moments = &self->part[j].record->moments;
        sd = jc_moments_sd(moments);
        deviation = moments->mean - statistics->mean;
        variance += self->part[j].weight * (sd * sd + deviation * deviation);
    }
    statistics->sd = sqrt(variance);
}

/* Standard deviation of a whole part whose values beyond two of them are moved there. */
static double
winsorised_sd(const struct jc_mixture_part *part, double low, double high)
{
    const double centre = low + (high - low) / 2;
    const double half = (high - low) / 2;
    const double below = part_rank(part, low);
    const double above = 1 - part_rank(part, high);
    double total[3] = { below + above, (above - below) * half, (below + above) * half * half };
    double mean;

    integrate(part, 1, low, high, centre, total);
    mean = total[1] / total[0];
    return sqrt(fmax(total[2] / total[0] - mean * mean, 0));
}

/* Standard error of the mean: parts that share their random numbers, as in cdf_error. A value beyond
 * the ranks that are kept moves them as if it stood at their end, so the error of a trimmed mean is
 * that of the winsorised one, divided by what is kept (Tukey and McLaughlin 1963). */
static double
mean_error(const struct jc_mixture *self)
{
    const struct jc_mixture_part *part;
    double error = 0;
    double low, high, sd, kept;
    size_t j;

    for (j = 0; j < self->n_parts; j++) {
        part = &self->part[j];
        sd = jc_moments_sd(&part->record->moments);
        kept = 1;
        if (is_trimmed(self)) {
            part_span(self, j, &low, &high);
            sd = low < high ? winsorised_sd(part, low, high) : 0;
            kept = (self->ranks.high - self->ranks.low) * (part->ranks.high - part->ranks.low);
        }
        error += part->weight * sd / (kept * sqrt((double) part->record->moments.n));
    }
    return error;
}

int
jc_mixture_statistics(const struct jc_mixture *self, size_t n_quantiles, const double *probability,
    struct jc_statistics *statistics, struct jc_error *error)
{
    double spread;
    size_t j;

    *statistics = (struct jc_statistics){ 0 };
    statistics->quantile = calloc(3 * n_quantiles + 1, sizeof(double));
    if (statistics->quantile == NULL) {
        return jc_fail_memory(error);
    }
    statistics->lower = statistics->quantile + n_quantiles;
    statistics->upper = statistics->lower + n_quantiles;
    if (is_trimmed(self)) {
        trimmed_moments(self, statistics);
    } else {
        untrimmed_moments(self, statistics);
    }
    statistics->mean_error = mean_error(self);
    for (j = 0; j < n_quantiles; j++) {
        spread = Z975 * cdf_error(self, quantile_of_whole(self, probability[j]));
        statistics->quantile[j] = jc_mixture_quantile(self, probability[j]);
        statistics->lower[j] = jc_mixture_quantile(self, probability[j] - spread);
        statistics->upper[j] = jc_mixture_quantile(self, probability[j] + spread);
    }
    return 0;
}

void
jc_statistics_free(struct jc_statistics *self)
{
    free(self->quantile);
    *self = (struct jc_statistics){ 0 };
}
