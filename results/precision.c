#include "results/precision.h"

#include <math.h>
#include <stdlib.h>

#include "results/mixture.h"
#include "results/number.h"

const double jc_precision_rank[JC_PRECISION_RANKS] = { 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
    0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
    0.98, 0.99, 0.995, 0.998, 0.999 };

/* The 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom. */
static const double student[JC_PRECISION_REPLICATES - 1] = { 12.706204736432095, 4.302652729911275,
    3.182446305284263, 2.7764451051977987, 2.5705818366147395, 2.4469118487916806,
    2.3646242510102993, 2.3060041350333704, 2.2621571627409915, 2.2281388519649385,
    2.200985160082949, 2.1788128296634177, 2.1603686564610127, 2.1447866879169273,
    2.131449545559323, 2.1199052992210112, 2.1098155778331806, 2.10092204024096, 2.093024054408263,
    2.0859634472658364, 2.079613844727662, 2.0738730679040147, 2.0686576104190406,
    2.0638985616280205, 2.059538552753294, 2.055529438642871, 2.0518305164802833, 2.048407141795244,
    2.045229642132703, 2.0422724563012373, 2.0395134463964077, 2.036933343460101,
    2.0345152974493383, 2.032244509317718, 2.0301079282503425, 2.0280940009804502,
    2.0261924630291093, 2.024394164575136, 2.022690911734728, 2.0210753829953374,
    2.0195409639828936, 2.018081697095881, 2.0166921941428133, 2.015367569912941,
    2.0141033848332923, 2.0128955952945886, 2.0117405104757546, 2.0106347546964454,
    2.009575234489209, 2.008559109715206, 2.007583768155882, 2.0066468031022113, 2.0057459935369497,
    2.004879286566523, 2.004044781810181, 2.0032407174966975, 2.0024654580545986,
    2.0017174830120923, 2.00099537704821, 2.0002978210582616, 1.9996235841149779,
    1.9989715162223112, 1.9983405417721956 };

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
