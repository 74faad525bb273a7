#include "samplers/fit/families.h"

#include <math.h>

#include <gsl/gsl_sf_psi.h>

#include "samplers/stable_math.h"

#define SMALLEST_SHAPE 0.01 /* of gamma distributions, see distribution.h */
#define LARGEST_SHAPE 1e6
#define NEWTON_STEPS 50
#define LN_SQRT_2PI 0.91893853320467274

/* Weighted sums over the values, or over those above 0. */
struct moments {
    double weight;
    double mean;
    double sd;
    double log_mean; /* of the logarithms; only over values above 0 */
    double log_sd;
};

static struct moments
moments_of(const struct jc_marginal *marginal, size_t first)
{
    struct moments m = { 0 };
    size_t j;

    for (j = first; j < marginal->n_values; j++) {
        m.weight += marginal->weight[j];
        m.mean += marginal->weight[j] * marginal->value[j];
        m.log_mean += marginal->value[j] > 0 ? marginal->weight[j] * jc_log(marginal->value[j]) : 0;
    }
    m.mean /= m.weight;
    m.log_mean /= m.weight;
    for (j = first; j < marginal->n_values; j++) {
        const double d = marginal->value[j] - m.mean;
        const double e = marginal->value[j] > 0 ? jc_log(marginal->value[j]) - m.log_mean : 0;

        m.sd += marginal->weight[j] * d * d;
        m.log_sd += marginal->weight[j] * e * e;
    }
    m.sd = sqrt(m.sd / m.weight);
    m.log_sd = sqrt(m.log_sd / m.weight);
    return m;
}

/* The shape k with ln k - digamma(k) = ln(mean) - mean(ln x) > 0, by Newton's method for 1/k from Minka's
 * start (T. Minka, Estimating a Gamma distribution, 2002). */
static double
gamma_shape(const struct moments *m)
{
    const double s = jc_log(m->mean) - m->log_mean;
    double shape = (3 - s + sqrt((s - 3) * (s - 3) + 24 * s)) / (12 * s);
    double step;
    int j;

    for (j = 0; j < NEWTON_STEPS && shape > SMALLEST_SHAPE / 2 && shape < 2 * LARGEST_SHAPE; j++) {
        step = (jc_log(shape) - gsl_sf_psi(shape) - s)
            / (shape * shape * (1 / shape - gsl_sf_psi_1(shape)));
        step = 1 / (1 / shape + step) - shape;
        shape += step;
        if (fabs(step) < 1e-14 * shape) {
            break;
        }
    }
    return fmin(fmax(shape, SMALLEST_SHAPE), LARGEST_SHAPE);
}

static struct jc_distribution
make(enum jc_distribution_kind kind, double first, double second)
{
    struct jc_distribution distribution = jc_distribution_constant(0);

    distribution.kind = kind;
    distribution.parameter[0] = first;
    distribution.parameter[1] = second;
    return distribution;
}

/* Of continuous distributions with the kinds that are fitted here, at x in their range. */
static double
log_density(const struct jc_distribution *d, double x)
{
    const double *p = d->parameter;
    double z;

    switch (d->kind) {
        case JC_EXPONENTIAL:
            return -jc_log(p[0]) - x / p[0];
        case JC_LOGNORMAL:
            z = (jc_log(x) - p[0]) / p[1];
            return -LN_SQRT_2PI - jc_log(p[1]) - jc_log(x) - z * z / 2;
        case JC_GAMMA:
            return (p[0] - 1) * jc_log(x) - x / p[1] - p[0] * jc_log(p[1]) - jc_log_gamma(p[0]);
        default:
            z = (x - p[0]) / p[1];
            return -LN_SQRT_2PI - jc_log(p[1]) - z * z / 2;
    }
}

/* The integral of (c - u)^2 / (u (1 - u)) over the probabilities u of a distribution between two points:
 * `within` is u there, `above` is 1 - u with its own precision. */
static double
anderson_darling_part(double c, const struct jc_split *from, const struct jc_split *to)
{
    double sum = from->within - to->within;

    if ((c > 0 && from->within == 0) || (c < 1 && to->above == 0)) {
        return INFINITY;
    }
    if (c > 0) {
        sum += c * c * jc_log(to->within / from->within);
    }
    if (c < 1) {
        sum += (1 - c) * (1 - c) * jc_log(from->above / to->above);
    }
    return sum;
}

/* Compares the values from `first` on with a distribution. */
static void
measure(const struct jc_marginal *marginal, size_t first, double weight, struct jc_family_fit *fit)
{
    const struct jc_split end = { .within = 1, .above = 0 };
    struct jc_split before = { .within = 0, .above = 1 };
    struct jc_split at;
    double observed = 0; /* the share of the values so far */
    double sum = 0;
    size_t j;

    fit->kolmogorov_smirnov = 0;
    fit->anderson_darling = 0;
    fit->log_likelihood = 0;
    for (j = first; j < marginal->n_values; j++) {
        at = jc_distribution_split(&fit->distribution, -INFINITY, marginal->value[j]);
        fit->anderson_darling += anderson_darling_part(observed, &before, &at);
        fit->kolmogorov_smirnov = fmax(fit->kolmogorov_smirnov, fabs(observed - at.within));
        sum += marginal->weight[j];
        observed = j + 1 < marginal->n_values ? sum / weight : 1;
        fit->kolmogorov_smirnov = fmax(fit->kolmogorov_smirnov, fabs(observed - at.within));
        fit->log_likelihood +=
            marginal->weight[j] / weight * log_density(&fit->distribution, marginal->value[j]);
        before = at;
    }
    fit->anderson_darling += anderson_darling_part(observed, &before, &end);
}

const char *
jc_family_name(enum jc_family family)
{
    static const char *const names[JC_FAMILIES] = { "exponential", "exponential, same median",
        "lognormal", "gamma", "normal" };

    return names[family];
}

void
jc_families_fit(const struct jc_marginal *marginal, struct jc_family_fit fit[JC_FAMILIES])
{
    const size_t n_zeros = marginal->value[0] == 0;
    const struct moments all = moments_of(marginal, 0);
    const struct moments above = moments_of(marginal, n_zeros);
    const double median = jc_marginal_quantile(marginal, 0.5);
    const bool varies_above = marginal->n_values - n_zeros > 1;
    const double shape = varies_above ? gamma_shape(&above) : 1;
    const struct jc_family_fit fitted[JC_FAMILIES] = {
        { all.mean > 0, make(JC_EXPONENTIAL, all.mean, 0), .n_parameters = 1 },
        { median > 0, make(JC_EXPONENTIAL, median / M_LN2, 0), .n_parameters = 1 },
        { above.log_sd > 0, make(JC_LOGNORMAL, above.log_mean, above.log_sd), .n_parameters = 2 },
        { above.log_sd > 0 && shape < LARGEST_SHAPE, make(JC_GAMMA, shape, above.mean / shape),
            .n_parameters = 2 },
        { all.sd > 0, make(JC_NORMAL, all.mean, all.sd), .n_parameters = 2 },
    };
    size_t k;

    for (k = 0; k < JC_FAMILIES; k++) {
        const bool is_positive = k == JC_FAMILY_LOGNORMAL || k == JC_FAMILY_GAMMA;

        fit[k] = fitted[k];
        if (fit[k].is_fitted) {
            fit[k].share = is_positive ? above.weight / all.weight : 1;
            measure(marginal, is_positive ? n_zeros : 0, is_positive ? above.weight : all.weight,
                &fit[k]);
        }
    }
}

double
jc_family_mean(const struct jc_family_fit *fit)
{
    const double *p = fit->distribution.parameter;

    switch (fit->distribution.kind) {
        case JC_LOGNORMAL:
            return fit->share * jc_exp(p[0] + p[1] * p[1] / 2);
        case JC_GAMMA:
            return fit->share * p[0] * p[1];
        default:
            return p[0];
    }
}

double
jc_family_aic(const struct jc_family_fit *fit, double n)
{
    return 2 * fit->n_parameters - 2 * n * fit->log_likelihood;
}
