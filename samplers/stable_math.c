#include "samplers/stable_math.h"

#include <math.h>

/* Only + - * / sqrt fma and exact functions (fabs, floor, frexp, ldexp): IEEE-754 fixes their
 * results. The coefficients of log and exp come from derive_polynomials.py. */

#define LN2_HIGH 0x1.62e42fefa38p-1 /* ten zero bits at its end: n * LN2_HIGH is exact */
#define LN2_LOW 0x1.ef35793c7673p-45
#define LOG2_E 0x1.71547652b82fep+0
#define HALF_LOG_2PI 0.91893853320467274178
#define SQRT_2PI 2.50662827463100050242
#define TINY 1e-300
#define EPSILON 0x1p-53

double
jc_round_to_bits(double x, int bits)
{
    int exponent;
    double mantissa = frexp(x, &exponent);

    return ldexp(rint(ldexp(mantissa, bits)), exponent - bits);
}

/* log(1 + f) with s = f / (2 + f) is 2 atanh(s); written as f - f^2 / 2 + s (f^2 / 2 + ...) the
 * leading term is exact. */
double
jc_log(double x)
{
    int e;
    double m, f, s, z, p, half_square, k;

    if (!(x > 0)) {
        return x == 0 ? -INFINITY : NAN;
    }
    if (isinf(x)) {
        return x;
    }
    m = frexp(x, &e);
    if (m < 0.70710678118654752440) {
        m *= 2;
        e--;
    }
    f = m - 1;
    k = e;
    s = f / (2 + f);
    z = s * s;
    p = 0.14795949773624684;
    p = fma(p, z, 0.15314050560061773);
    p = fma(p, z, 0.1818356432504865);
    p = fma(p, z, 0.22222198573224355);
    p = fma(p, z, 0.28571428742386984);
    p = fma(p, z, 0.3999999999941468);
    p = fma(p, z, 0.6666666666666734);
    half_square = 0.5 * f * f;
    return k * LN2_HIGH - ((half_square - (s * (half_square + z * p) + k * LN2_LOW)) - f);
}

double
jc_exp(double x)
{
    double n, high, low, r, p;

    if (isnan(x)) {
        return x;
    }
    if (x > 709.782712893384) {
        return INFINITY;
    }
    if (x < -745.1332191019412) {
        return 0;
    }
    n = floor(fma(x, LOG2_E, 0.5));
    high = fma(-n, LN2_HIGH, x);
    low = n * LN2_LOW;
    r = high - low;
    low = (high - r) - low;
    p = 2.0826636436209645e-09;
    p = fma(p, r, 2.5112024887746775e-08);
    p = fma(p, r, 2.7557581745795975e-07);
    p = fma(p, r, 2.755723489555617e-06);
    p = fma(p, r, 2.4801586926854295e-05);
    p = fma(p, r, 0.00019841269896350857);
    p = fma(p, r, 0.0013888888889115449);
    p = fma(p, r, 0.008333333333317048);
    p = fma(p, r, 0.041666666666666095);
    p = fma(p, r, 0.16666666666666682);
    p = fma(p, r, 0.5);
    p = 1 + (r + fma(p, r * r, low));
    return ldexp(p, (int) n);
}

/* exp(-z^2 / 2) / sqrt(2 pi), with the part of z^2 that rounding cuts off. */
static double
normal_density(double z)
{
    const double square = z * z;
    const double cut = fma(z, z, -square);

    return jc_exp(-0.5 * square) * (1 - 0.5 * cut) / SQRT_2PI;
}

/* P(Z > z) / density for z >= 1.5: Laplace's continued fraction, from its 200th term on. */
static double
mills_ratio(double z)
{
    double fraction = z;
    int k;

    for (k = 200; k > 0; k--) {
        fraction = z + k / fraction;
    }
    return 1 / fraction;
}

/* P(0 < Z < z) / density = z + z^3 / 3 + z^5 / 15 + ...; all terms have one sign. */
static double
central_ratio(double z)
{
    double term = z;
    double sum = z;
    int k;

    for (k = 3; fabs(term) > EPSILON * 0.25 * fabs(sum); k += 2) {
        term *= z * z / k;
        sum += term;
    }
    return sum;
}

double
jc_normal_cdf(double z)
{
    double p;

    if (isnan(z)) {
        return z;
    }
    if (z < -40) {
        p = 0;
    } else if (z < -1.5) {
        p = normal_density(z) * mills_ratio(-z);
    } else if (z <= 1.5) {
        p = 0.5 + normal_density(z) * central_ratio(z);
    } else {
        p = z > 40 ? 1 : 1 - normal_density(z) * mills_ratio(z);
    }
    return p;
}

/* The z > 0 with P(Z > z) = t, for t <= 0.5: a rational start (Abramowitz and Stegun 26.2.23), then
 * Newton on the probability near the centre and on its logarithm in the tail. */
static double
normal_upper_quantile(double t)
{
    const double log_t = jc_log(t);
    const double w = sqrt(-2 * log_t);
    double z = w
        - (2.515517 + w * (0.802853 + w * 0.010328))
            / (1 + w * (1.432788 + w * (0.189269 + w * 0.001308)));
    int k;

    for (k = 0; k < 4; k++) {
        if (z < 1.6) {
            z -= ((0.5 - t) / -normal_density(z) + central_ratio(z));
        } else {
            const double ratio = mills_ratio(z);

            z += ratio * (jc_log(ratio) - 0.5 * z * z - HALF_LOG_2PI - log_t);
        }
    }
    return z;
}

double
jc_normal_quantile(double p)
{
    double z;

    if (!(p > 0 && p < 1)) {
        z = p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
    } else if (p < 0.5) {
        z = -normal_upper_quantile(p);
    } else {
        z = p > 0.5 ? normal_upper_quantile(1 - p) : 0;
    }
    return z;
}

/* Stirling's series of log gamma(x) - (x - 1/2) log x + x - log(2 pi) / 2, for x >= 15. */
static double
stirling_series(double x)
{
    const double y = 1 / (x * x);
    double sum = -691.0 / 360360;

    sum = fma(sum, y, 1.0 / 1188);
    sum = fma(sum, y, -1.0 / 1680);
    sum = fma(sum, y, 1.0 / 1260);
    sum = fma(sum, y, -1.0 / 360);
    sum = fma(sum, y, 1.0 / 12);
    return sum / x;
}

double
jc_log_gamma(double x)
{
    double product = 1;
    double y = x;

    if (!(x > 0)) {
        return NAN;
    }
    while (y < 15) {
        product *= y;
        y += 1;
    }
    return fma(y - 0.5, jc_log(y), -y) + HALF_LOG_2PI + stirling_series(y) - jc_log(product);
}

/* What Stirling's formula leaves of log gamma(x), for any x > 0. */
static double
stirling_error(double x)
{
    return x >= 15 ? stirling_series(x)
                   : jc_log_gamma(x) - (fma(x - 0.5, jc_log(x), -x) + HALF_LOG_2PI);
}

/* x log(x / m) + m - x without cancellation (Loader, "Fast and accurate computation of binomial
 * probabilities", 2000). */
static double
deviance(double x, double m)
{
    double v, sum, term, next;
    int j;

    if (!(fabs(x - m) < 0.1 * (x + m))) {
        return x * (jc_log(x) - jc_log(m)) + m - x;
    }
    v = (x - m) / (x + m);
    sum = (x - m) * v;
    term = 2 * x * v;
    for (j = 3;; j += 2) {
        term *= v * v;
        next = sum + term / j;
        if (next == sum) {
            return next;
        }
        sum = next;
    }
}

/* sum over k of x^k / ((a + 1) ... (a + k)) */
static double
gamma_series(double a, double x)
{
    double term = 1;
    double sum = 1;
    double k;

    for (k = 1; term > EPSILON * 0.25 * sum; k++) {
        term *= x / (a + k);
        sum += term;
    }
    return sum;
}

/* Legendre's continued fraction of Q(a, x) gamma(a) / (x^a e^-x), by Lentz's method. */
static double
gamma_fraction(double a, double x)
{
    double b = x + 1 - a;
    double c = 1 / TINY;
    double d = 1 / b;
    double fraction = d;
    double factor = 0;
    double k;

    for (k = 1; fabs(factor - 1) > EPSILON * 4 && k < 1e6; k++) {
        const double numerator = -k * (k - a);

        b += 2;
        d = b + numerator * d;
        d = 1 / (fabs(d) < TINY ? TINY : d);
        c = b + numerator / c;
        c = fabs(c) < TINY ? TINY : c;
        factor = c * d;
        fraction *= factor;
    }
    return fraction;
}

/* The smaller of the two is computed; the other is its complement. */
void
jc_incomplete_gamma(double a, double x, double *lower, double *upper)
{
    double density; /* x^a e^-x / gamma(a + 1) */

    if (!(x > 0)) {
        *lower = 0;
        *upper = 1;
        return;
    }
    if (isinf(x)) {
        *lower = 1;
        *upper = 0;
        return;
    }
    density = jc_exp(-deviance(a, x) - stirling_error(a)) / (SQRT_2PI * sqrt(a));
    if (x < a + 1) {
        *lower = density * gamma_series(a, x);
        *lower = *lower < 1 ? *lower : 1;
        *upper = 1 - *lower;
    } else {
        *upper = density * a * gamma_fraction(a, x);
        *upper = *upper < 1 ? *upper : 1;
        *lower = 1 - *upper;
    }
}

/* The continued fraction of I_x(a, b) a B(a, b) / (x^a (1 - x)^b), DLMF 8.17.22, by Lentz's
 * method. */
static double
beta_fraction(double a, double b, double x)
{
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    double fraction;
    double factor = 0;
    double k;

    d = 1 / (fabs(d) < TINY ? TINY : d);
    fraction = d;
    for (k = 1; fabs(factor - 1) > EPSILON * 4 && k < 1e6; k++) {
        const double even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k));
        const double odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));

        d = 1 + even * d;
        d = 1 / (fabs(d) < TINY ? TINY : d);
        c = 1 + even / c;
        c = fabs(c) < TINY ? TINY : c;
        fraction *= c * d;
        d = 1 + odd * d;
        d = 1 / (fabs(d) < TINY ? TINY : d);
        c = 1 + odd / c;
        c = fabs(c) < TINY ? TINY : c;
        factor = c * d;
        fraction *= factor;
    }
    return fraction;
}

void
jc_incomplete_beta(double a, double b, double x, double complement, double *lower, double *upper)
{
    const double n = a + b;
    double density; /* x^a (1 - x)^b / B(a, b) */

    if (!(x > 0)) {
        *lower = 0;
        *upper = 1;
        return;
    }
    if (!(complement > 0)) {
        *lower = 1;
        *upper = 0;
        return;
    }
    density = jc_exp(-deviance(a, n * x) - deviance(b, n * complement) + stirling_error(n)
                  - stirling_error(a) - stirling_error(b))
        * sqrt(a / n * b) / SQRT_2PI;
    if (x < (a + 1) / (n + 2)) {
        *lower = density / a * beta_fraction(a, b, x);
        *lower = *lower < 1 ? *lower : 1;
        *upper = 1 - *lower;
    } else {
        *upper = density / b * beta_fraction(b, a, complement);
        *upper = *upper < 1 ? *upper : 1;
        *lower = 1 - *upper;
    }
}
