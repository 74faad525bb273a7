#include "results/precision.h"

#include <math.h>
#include <stdlib.h>

#include "results/mixture.h"
#include "results/number.h"

const double jc_precision_rank[JC_PRECISION_RANKS] = { 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
    0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
    0.98, 0.99, 0.995, 0.998, 0.999 };

/* The 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom. */
static const double student[JC_PRECISION_REPLICATES - 1] = { 12.706204736174705, 4.302652729749464,
    3.1824463052837095, 2.7764451051977943, 2.5705818356363155, 2.44691185114497,
    2.3646242515927853, 2.3060041352041667, 2.2621571627982053, 2.228138851986275,
    2.2009851600916397, 2.178812829667229, 2.1603686564627926, 2.144786687917804,
    2.1314495455597755, 2.1199052992212546, 2.109815577833317, 2.1009220402410387,
    2.0930240544083096, 2.085963447265865, 2.0796138447276804, 2.0738730679040263,
    2.0686576104190486, 2.063898561628026, 2.0595385527532977, 2.055529438642873,
    2.0518305164802855, 2.048407141795245, 2.0452296421327043, 2.042272456301238,
    2.0395134463964086, 2.036933343460102, 2.034515297449339, 2.032244509317719, 2.0301079282503434,
    2.028094000980451, 2.0261924630291097, 2.02439416391197, 2.0226909200367613, 2.0210753903062733,
    2.0195409704413763, 2.018081702818445, 2.0166921992278244, 2.015367574443764,
    2.0141033888808466, 2.012895598919429, 2.011740513729766, 2.0106347576242323,
    2.0095752371292397, 2.008559112100761, 2.007583770315836, 2.0066468050616884, 2.005745995317869,
    2.004879288188057, 2.004044783289146, 2.0032407188478722, 2.0024654592910074, 2.001717484145236,
    2.000995378088268, 2.0002978220142604, 1.9996235849949398, 1.998971517033379,
    1.9983405425207417 };

/* Of independent values. */
static double
independent_cdf_error(double rank, double n)
{
    return sqrt(rank * (1 - rank) / n);
}

/* Standard error of a mean of replicates, each weighing as much as it has values, from their deviations. */
struct spread {
    double squares;
    size_t n;
};

static void
spread_add(struct spread *self, double weight, double deviation)
{
    self->squares += weight * deviation * (weight * deviation);
    self->n++;
}

static double
spread_error(const struct spread *self)
{
    const double n = (double) self->n;

    return self->n < 2 ? 0 : sqrt(self->squares * (n / (n - 1)));
}

static double
weight_of(const struct jc_record *whole, const struct jc_record *replicate)
{
    return (double) replicate->moments.n / (double) whole->moments.n;
}

static double
mean_spread(const struct jc_record *whole, size_t n, const struct jc_record *replicate)
{
    struct spread spread = { 0 };
    size_t k;

    for (k = 0; k < n; k++) {
        if (replicate[k].moments.n > 0) {
            spread_add(&spread, weight_of(whole, &replicate[k]),
                replicate[k].moments.mean - whole->moments.mean);
        }
    }
    return spread_error(&spread);
}

/* At the quantile of the whole, how far the replicates' own ranks are from that of the whole. */
static double
cdf_spread(const struct jc_mixture *whole, const struct jc_mixture *replicates, double rank)
{
    const double x = jc_mixture_spread_quantile(whole, rank);
    const double at_x = jc_mixture_part_rank(&whole->part[0], x);
    struct spread spread = { 0 };
    size_t k;

    for (k = 0; k < replicates->n_parts; k++) {
        spread_add(&spread, weight_of(whole->part[0].record, replicates->part[k].record),
            jc_mixture_part_rank(&replicates->part[k], x) - at_x);
    }
    return spread_error(&spread);
}

static size_t
count_filled(size_t n, const struct jc_record *replicate)
{
    size_t filled = 0;
    size_t k;

    for (k = 0; k < n; k++) {
        filled += replicate[k].moments.n > 0;
    }
    return filled;
}

static int
make_mixtures(const struct jc_record *whole, size_t n, const struct jc_record *replicate,
    bool integer, struct jc_mixture *one, struct jc_mixture *many, struct jc_error *error)
{
    const struct jc_ranks all = { 0, 1 };
    const struct jc_mixture_part part = { .record = whole, .weight = 1, .ranks = all };
    struct jc_mixture_part parts[JC_PRECISION_REPLICATES];
    size_t n_parts = 0;
    size_t k;
    int ret = jc_mixture_init(one, 1, &part, all, integer, error);

    for (k = 0; k < n; k++) {
        if (replicate[k].moments.n > 0) {
            parts[n_parts] = part;
            parts[n_parts++].record = &replicate[k];
        }
    }
    return ret != 0 ? ret : jc_mixture_init(many, n_parts, parts, all, integer, error);
}

static int
add_replicates(struct jc_record *whole, size_t n, const struct jc_record *replicate,
    struct jc_error *error)
{
    size_t k;
    int ret = 0;

    for (k = 0; ret == 0 && k < n; k++) {
        jc_moments_fold(&whole->moments, &replicate[k].moments);
        ret = jc_sketch_add(&whole->sketch, replicate[k].sketch.n_buckets,
            replicate[k].sketch.bucket, replicate[k].sketch.count, error);
    }
    return ret;
}

int
jc_precision_join(struct jc_record *whole, size_t n, const struct jc_record *replicate,
    bool integer, struct jc_error *error)
{
    struct jc_mixture one = { 0 };
    struct jc_mixture many = { 0 };
    struct jc_precision *precision;
    const size_t filled = count_filled(n, replicate);
    size_t j;
    int ret = add_replicates(whole, n, replicate, error);

    if (ret != 0 || filled < 2) {
        return ret;
    }
    precision = calloc(1, sizeof(*precision));
    if (precision == NULL) {
        return jc_fail_memory(error);
    }
    precision->replicates = filled;
    precision->mean = mean_spread(whole, n, replicate);
    ret = make_mixtures(whole, n, replicate, integer, &one, &many, error);
    for (j = 0; ret == 0 && j < JC_PRECISION_RANKS; j++) {
        precision->cdf[j] = cdf_spread(&one, &many, jc_precision_rank[j]);
    }
    jc_mixture_free(&one);
    jc_mixture_free(&many);
    whole->precision = precision;
    return ret;
}

double
jc_record_mean_error(const struct jc_record *record, double factor)
{
    return record->precision != NULL
        ? factor * record->precision->mean
        : factor * jc_moments_sd(&record->moments) / sqrt((double) record->moments.n);
}

static double
ratio_at(const struct jc_record *record, size_t j)
{
    return record->precision->cdf[j]
        / independent_cdf_error(jc_precision_rank[j], (double) record->moments.n);
}

/* The error kept for a rank as a multiple of that of independent values. */
static double
ratio_between(const struct jc_record *record, double rank)
{
    const double *at = jc_precision_rank;
    const size_t last = JC_PRECISION_RANKS - 1;
    double part;
    size_t j = 1;

    if (rank < at[0] || rank > at[last]) {
        return jc_larger(ratio_at(record, rank < at[0] ? 0 : last), 1);
    }
    while (at[j] < rank) {
        j++;
    }
    part = (rank - at[j - 1]) / (at[j] - at[j - 1]);
    return (1 - part) * ratio_at(record, j - 1) + part * ratio_at(record, j);
}

double
jc_record_cdf_error(const struct jc_record *record, double rank)
{
    const double n = (double) record->moments.n;
    const double independent = independent_cdf_error(rank, n);

    if (record->precision == NULL) {
        return independent;
    }
    return jc_larger(independent * ratio_between(record, rank), jc_smaller(independent, 1 / n));
}

double
jc_record_widening(const struct jc_record *record)
{
    return record->precision != NULL ? student[record->precision->replicates - 2] / JC_Z975 : 1;
}
