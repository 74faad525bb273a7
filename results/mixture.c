#include "results/mixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define Z975 1.9599639845400545

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

/* The values of bucket k of a record lie between these: its edges, or the record's extremes. */
static void
bucket_span(const struct jc_record *record, size_t k, double *low, double *high)
{
    const uint32_t bucket = record->sketch.first + (uint32_t) k;

    *low = fmax(jc_sketch_edge(bucket), record->moments.min);
    *high = fmin(jc_sketch_edge(bucket + 1), record->moments.max);
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
    if (x >= record->moments.max) {
        return 1;
    }
    bucket = jc_sketch_bucket((float) x);
    if (jc_sketch_edge(bucket) > x) { /* the rounding to float has gone up into the next bucket */
        bucket--;
    }
    k = bucket - sketch->first;
    bucket_span(record, k, &low, &high);
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

/* The smallest x with the mixed P(X <= x) >= probability, by bisection: first over the bit patterns
 * of floats, then between two neighbours. */
static double
invert(const struct jc_mixture *self, double probability)
{
    double low = INFINITY;
    double high = 0;
    double middle;
    size_t j;
    int step;

    for (j = 0; j < self->n_parts; j++) {
        low = fmin(low, self->part[j].record->moments.min);
        high = fmax(high, self->part[j].record->moments.max);
    }
    if (mixture_cdf(self, low) >= probability) {
        return low;
    }
    for (step = 0; step < 200 && low < high; step++) {
        middle = low > 0 && high > 4 * low ? sqrt(low) * sqrt(high) : low + (high - low) / 2;
        if (middle <= low || middle >= high) {
            break;
        }
        if (mixture_cdf(self, middle) >= probability) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}

static double
quantile_of_whole(const struct jc_mixture *self, double probability)
{
    const struct jc_ranks *ranks = &self->ranks;
    const double rank = ranks->low + probability * (ranks->high - ranks->low);

    /* At rank 0 the smallest value that any part has left; just above it, as the cdf is 0 below. */
    return invert(self, rank > 0 ? rank : 0x1p-60);
}

double
jc_mixture_quantile(const struct jc_mixture *self, double probability)
{
    const double value = quantile_of_whole(self, clamp(probability, 0, 1));

    return self->integer ? floor(value) : value;
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

/* Adds mass, sum and sum of squares (about `centre`) of the part between two values. */
static void
integrate(const struct jc_mixture_part *part, double from, double to, double centre,
    double total[3])
{
    const struct jc_sketch *sketch = &part->record->sketch;
    const double scale =
        part->weight / ((part->ranks.high - part->ranks.low) * (double) part->record->moments.n);
    double low, high, a, b, mass;
    size_t k;

    for (k = 0; k < sketch->n_buckets; k++) {
        if (sketch->count[k] == 0) {
            continue;
        }
        bucket_span(part->record, k, &low, &high);
        a = fmax(low, from);
        b = fmin(high, to);
        if (a > b) {
            continue;
        }
        mass = scale * (double) sketch->count[k];
        if (high > low) {
            mass *= (b - a) / (high - low);
        }
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
        integrate(&self->part[j], low, high, centre, total);
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

/* Standard error of the mean: parts that share their random numbers, as in cdf_error. */
static double
mean_error(const struct jc_mixture *self, const struct jc_statistics *statistics)
{
    const struct jc_moments *moments;
    double error = 0;
    size_t j;

    if (is_trimmed(self)) {
        return statistics->n == 0
            ? 0
            : statistics->sd * sqrt((double) self->n_parts / (double) statistics->n);
    }
    for (j = 0; j < self->n_parts; j++) {
        moments = &self->part[j].record->moments;
        error += self->part[j].weight * jc_moments_sd(moments) / sqrt((double) moments->n);
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
    statistics->mean_error = mean_error(self, statistics);
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
