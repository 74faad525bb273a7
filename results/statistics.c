#include "results/statistics.h"

#include <math.h>
#include <stdlib.h>

#include "results/number.h"
#include "results/precision.h"

/* Standard deviation of the empirical cdf of a part where it is `rank`. Errors that come from replicates count as wider by as
 * much as their t-interval is. What lies beyond the cuts of a larger sample is taken as beyond the quantile, too,
 * the worst case. */
static double
part_cdf_error(const struct jc_mixture_part *part, double rank)
{
    const double taken = part->taken.high - part->taken.low;

    if (part->record->precision != NULL) {
        return jc_record_cdf_error(part->record, rank) * jc_record_widening(part->record);
    }
    rank = part->taken.low + rank * taken;
    return sqrt(rank * (1 - rank) * taken / (double) part->record->moments.n) / taken;
}

/* Bound of the standard deviation of the empirical cdf of the whole at its quantile x: that of parts
 * which move together, as they do when they share their random numbers. Where a part has many values
 * equal to x, the rank among them is the one asked for. */
static double
cdf_error(const struct jc_mixture *self, double probability, double x)
{
    const double whole = self->ranks.low + probability * (self->ranks.high - self->ranks.low);
    const double below = nextafter(x, -1);
    const struct jc_mixture_part *part;
    double error = 0;
    double rank;
    size_t j;

    for (j = 0; j < self->n_parts; j++) {
        part = &self->part[j];
        rank = part->ranks.low + whole * (part->ranks.high - part->ranks.low);
        rank = jc_clamp(rank, jc_mixture_part_rank(part, below), jc_mixture_part_rank(part, x));
        rank = jc_clamp(rank, part->ranks.low, part->ranks.high);
        error += part->weight * part_cdf_error(part, rank) / (part->ranks.high - part->ranks.low);
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
    return jc_smaller((double) part->below[k + 1] / n, part->ranks.high)
        - jc_larger((double) part->below[k] / n, part->ranks.low);
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
        jc_mixture_bucket_span(part, k, &low, &high);
        a = jc_larger(low, from);
        b = jc_smaller(high, to);
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
    *low = part.ranks.low > 0 ? jc_mixture_spread_quantile(&alone, 0) : part.record->moments.min;
    *high = part.ranks.high < 1 ? jc_mixture_spread_quantile(&alone, 1) : part.record->moments.max;
    if (self->ranks.low > 0) {
        *low = jc_larger(*low, jc_mixture_spread_quantile(self, 0));
    }
    if (self->ranks.high < 1) {
        *high = jc_smaller(*high, jc_mixture_spread_quantile(self, 1));
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

/* Takes back what the ranks of the whole leave out of many equal values at a cut: `mass` at x. */
static void
take_back(double mass, double x, double total[3])
{
    if (mass > 0) {
        total[0] -= mass;
        total[1] -= mass * x;
        total[2] -= mass * x * x;
    }
}

static void
cut_ties(const struct jc_mixture *self, double centre, double total[3])
{
    double x;

    if (self->ranks.low > 0) {
        x = jc_mixture_spread_quantile(self, 0);
        take_back(self->ranks.low - jc_mixture_cdf(self, nextafter(x, -1)), x - centre, total);
    }
    if (self->ranks.high < 1) {
        x = jc_mixture_spread_quantile(self, 1);
        take_back(jc_mixture_cdf(self, x) - self->ranks.high, x - centre, total);
    }
}

/* Of what trimming has left: from the sketches. */
static void
trimmed_moments(const struct jc_mixture *self, struct jc_statistics *statistics)
{
    const double centre = jc_mixture_spread_quantile(self, 0.5);
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
        statistics->min = jc_smaller(statistics->min, low);
        statistics->max = jc_larger(statistics->max, high);
        integrate(&self->part[j],
            self->part[j].weight / (self->part[j].ranks.high - self->part[j].ranks.low), low, high,
            centre, total);
        n += (double) self->part[j].record->moments.n
            * (self->part[j].ranks.high - self->part[j].ranks.low);
    }
    cut_ties(self, centre, total);
    mean = total[1] / total[0];
    statistics->n = (uint64_t) rint(n * (self->ranks.high - self->ranks.low));
    statistics->mean = centre + mean;
    statistics->sd = sqrt(jc_larger(total[2] / total[0] - mean * mean, 0));
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
        statistics->min = jc_smaller(statistics->min, moments->min);
        statistics->max = jc_larger(statistics->max, moments->max);
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
    const double below = jc_mixture_part_rank(part, low);
    const double above = 1 - jc_mixture_part_rank(part, high);
    double total[3] = { below + above, (above - below) * half, (below + above) * half * half };
    double mean;

    integrate(part, 1, low, high, centre, total);
    mean = total[1] / total[0];
    return sqrt(jc_larger(total[2] / total[0] - mean * mean, 0));
}

/* Standard deviation of a larger sample of which a part holds the middle, with this standard deviation:
 * what lies beyond its cuts stands there, as in a winsorised sample. */
static double
sd_with_rest(const struct jc_mixture_part *part, double sd)
{
    const double inside = part->taken.high - part->taken.low;
    const double weight[2] = { part->taken.low, 1 - part->taken.high };
    const double own = part->record->moments.mean;
    double mean = inside * own;
    double variance;
    size_t k;

    for (k = 0; k < 2; k++) {
        mean += weight[k] * part->beyond[k];
    }
    variance = inside * (sd * sd + (own - mean) * (own - mean));
    for (k = 0; k < 2; k++) {
        variance += weight[k] * (part->beyond[k] - mean) * (part->beyond[k] - mean);
    }
    return sqrt(variance);
}

/* Standard error of the mean, INFINITY if a part has a single value: parts that share their random
 * numbers, as in cdf_error. A value beyond
 * the ranks that are kept moves them as if it stood at their end, so the error of a trimmed mean is
 * that of the winsorised one, divided by what is kept (Tukey and McLaughlin 1963); it is taken to be that of
 * independent values, also where replicates show a smaller one of the untrimmed mean. */
static double
mean_error(const struct jc_mixture *self)
{
    const bool trimmed = is_trimmed(self);
    const struct jc_mixture_part *part;
    double error = 0;
    double low, high, sd, kept, taken;
    size_t j;

    for (j = 0; j < self->n_parts; j++) {
        part = &self->part[j];
        if (part->record->moments.n < 2) {
            return INFINITY;
        }
        if (!trimmed && part->record->precision != NULL) {
            error += jc_record_mean_error(part->record, part->weight);
            continue;
        }
        sd = jc_moments_sd(&part->record->moments);
        kept = 1;
        if (trimmed) {
            part_span(self, j, &low, &high);
            sd = low < high ? winsorised_sd(part, low, high) : 0;
            kept = (self->ranks.high - self->ranks.low) * (part->ranks.high - part->ranks.low);
        }
        taken = part->taken.high - part->taken.low;
        error += part->weight * sd_with_rest(part, sd)
            / (taken * kept * sqrt((double) part->record->moments.n / taken));
    }
    return error;
}

/* Of the parts, the one whose interval is the widest for its error. */
static double
widening(const struct jc_mixture *self)
{
    double widest = 1;
    size_t j;

    for (j = 0; j < self->n_parts; j++) {
        widest = jc_larger(widest, jc_record_widening(self->part[j].record));
    }
    return widest;
}

int
jc_mixture_statistics(const struct jc_mixture *self, size_t n_quantiles, const double *probability,
    bool bounds, struct jc_statistics *statistics, struct jc_error *error)
{
    double value, spread;
    size_t j;

    *statistics = (struct jc_statistics){ 0 };
    statistics->quantile = calloc(4 * n_quantiles + 1, sizeof(double));
    if (statistics->quantile == NULL) {
        return jc_fail_memory(error);
    }
    if (bounds) {
        statistics->lower = statistics->quantile + n_quantiles;
        statistics->upper = statistics->lower + n_quantiles;
        statistics->spread = statistics->upper + n_quantiles;
    }
    if (is_trimmed(self)) {
        trimmed_moments(self, statistics);
    } else {
        untrimmed_moments(self, statistics);
    }
    if (bounds) {
        statistics->mean_error = mean_error(self);
        spread = JC_Z975 * widening(self) * statistics->mean_error;
        statistics->mean_lower = statistics->mean - spread;
        statistics->mean_upper = statistics->mean + spread;
    }
    for (j = 0; j < n_quantiles; j++) {
        value = jc_mixture_spread_quantile(self, probability[j]);
        statistics->quantile[j] = jc_mixture_whole_number(self, value);
        if (!bounds) {
            continue;
        }
        spread = JC_Z975 * cdf_error(self, probability[j], value);
        statistics->spread[j] = spread;
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

double
jc_statistics_quantile_error(const struct jc_statistics *self, size_t j, double p)
{
    const bool is_known = p - self->spread[j] > 0 && p + self->spread[j] < 1;

    return is_known ? (self->upper[j] - self->lower[j]) / 2 : INFINITY;
}

double
jc_statistics_mean_error(const struct jc_statistics *self)
{
    return (self->mean_upper - self->mean_lower) / 2;
}
