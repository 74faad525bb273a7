#include "samplers/quantile_table.h"

#include <math.h>

#include "samplers/stable_math.h"

#define NODES (JC_TABLE_CELLS + 1)
#define HALF_LOG_2PI 0.91893853320467274178
#define FAR_BELOW (-250.0) /* exp of it is negligible beside 1, and far from underflow */

/* A distribution over y = log x (gamma) or y = log(x / (1 - x)) (beta, where b is not NaN). */
struct curve {
    double a;
    double b;
    double log_norm; /* -log gamma(a), or -log B(a, b) */
};

/* The logarithms of P(Y <= y), P(Y > y) and the density of Y. */
struct place {
    double log_lower;
    double log_upper;
    double log_density;
};

/* Far below, only the leading power of the lower tail is left. */
static struct place
evaluate_far_below(double a, double log_norm, double y)
{
    struct place place;

    place.log_density = a * y + log_norm;
    place.log_lower = place.log_density - jc_log(a);
    place.log_upper = 0;
    return place;
}

static struct place
evaluate_gamma(const struct curve *curve, double y)
{
    struct place place;
    const double x = jc_exp(y);
    double lower, upper;

    if (y < FAR_BELOW) {
        return evaluate_far_below(curve->a, curve->log_norm, y);
    }
    jc_incomplete_gamma(curve->a, x, &lower, &upper);
    place.log_lower = jc_log(lower);
    place.log_upper = jc_log(upper);
    place.log_density = curve->a * y - x + curve->log_norm;
    return place;
}

static struct place
evaluate_beta(const struct curve *curve, double y)
{
    struct place place;
    struct place mirrored;
    const double odds = jc_exp(-fabs(y));
    const double small = odds / (1 + odds);
    const double large = 1 / (1 + odds);
    double lower, upper;

    if (y < FAR_BELOW) {
        place = evaluate_far_below(curve->a, curve->log_norm, y);
    } else if (y > -FAR_BELOW) {
        mirrored = evaluate_far_below(curve->b, curve->log_norm, -y);
        place.log_lower = mirrored.log_upper;
        place.log_upper = mirrored.log_lower;
        place.log_density = mirrored.log_density;
    } else {
        jc_incomplete_beta(curve->a, curve->b, y < 0 ? small : large, y < 0 ? large : small, &lower,
            &upper);
        place.log_lower = jc_log(lower);
        place.log_upper = jc_log(upper);
        place.log_density = curve->a * jc_log(y < 0 ? small : large)
            + curve->b * jc_log(y < 0 ? large : small) + curve->log_norm;
    }
    return place;
}

static struct place
evaluate(const struct curve *curve, double y)
{
    return isnan(curve->b) ? evaluate_gamma(curve, y) : evaluate_beta(curve, y);
}

/* Newton on the logarithm of the tail that z is in. The densities are log-concave, and so are the
 * tails: at most one step goes too far, then the steps shrink towards the solution. */
static double
solve(const struct curve *curve, double z, double y)
{
    const double target = jc_log(jc_normal_cdf(-fabs(z)));
    double step = INFINITY;
    int k;

    for (k = 0; k < 100 && fabs(step) > 1e-13 * (1 + fabs(y)); k++) {
        const struct place place = evaluate(curve, y);
        const double log_tail = z <= 0 ? place.log_lower : place.log_upper;

        step = (target - log_tail) * jc_exp(log_tail - place.log_density);
        y += z <= 0 ? step : -step;
    }
    return y;
}

/* Fills the table outwards from the median. */
static void
fill(struct jc_quantile_table *self, const struct curve *curve, double median, double origin)
{
    const double width = 1.0 / JC_TABLE_CELLS_PER_UNIT;
    const int middle = NODES / 2;
    double value[NODES];
    double slope[NODES];
    int k;

    for (k = 0; k < NODES; k++) {
        const int down = k <= middle;
        const int node = down ? middle - k : k;
        const double z = (node - middle) * width;
        const double start = k == 0 ? median : down ? value[node + 1] : value[node - 1];

        value[node] = solve(curve, z, start);
        slope[node] =
            width * jc_exp(-0.5 * z * z - HALF_LOG_2PI - evaluate(curve, value[node]).log_density);
    }
    for (k = 0; k < JC_TABLE_CELLS; k++) {
        const double rise = value[k + 1] - value[k];

        self->a[k] = (float) (value[k] - origin);
        self->b[k] = (float) slope[k];
        self->c[k] = (float) (3 * rise - 2 * slope[k] - slope[k + 1]);
        self->d[k] = (float) (slope[k] + slope[k + 1] - 2 * rise);
    }
}

/* The y at which the leading power of the lower tail is one half. */
static double
power_median(double a, double log_norm)
{
    return (jc_log(0.5 * a) - log_norm) / a;
}

void
jc_quantile_table_gamma(struct jc_quantile_table *self, double shape, double *median)
{
    const struct curve curve = { shape, NAN, -jc_log_gamma(shape) };
    const double start = shape < 1 ? power_median(shape, curve.log_norm) : jc_log(shape - 1.0 / 3);
    const double y = solve(&curve, 0, start);

    fill(self, &curve, y, y);
    *median = jc_exp(y);
}

void
jc_quantile_table_beta(struct jc_quantile_table *self, double alpha, double beta)
{
    const struct curve curve = { alpha, beta,
        jc_log_gamma(alpha + beta) - jc_log_gamma(alpha) - jc_log_gamma(beta) };
    double start;

    if (alpha >= 1 && beta >= 1) {
        start = jc_log(alpha / beta);
    } else if (alpha <= beta) {
        start = power_median(alpha, curve.log_norm);
    } else {
        start = -power_median(beta, curve.log_norm);
    }
    fill(self, &curve, solve(&curve, 0, start), 0);
}
