/*
 * Set-up arithmetic in double precision that gives the same bits on every processor: libm picks its
 * code by processor, these use only IEEE-754 operations. Scalar and unhurried; the inner loops have
 * vector_math.h.
 */
#ifndef JC_SAMPLERS_STABLE_MATH_H
#define JC_SAMPLERS_STABLE_MATH_H

/* The 95 % point of the standard normal distribution. */
#define JC_Z95 1.6448536269514722

/* x with its mantissa rounded to so many bits, for results of libraries that may be compiled otherwise
 * elsewhere. */
double jc_round_to_bits(double x, int bits);

/* Natural logarithm of x > 0, error below 1 ULP; -INFINITY at 0, NaN below. */
double jc_log(double x);

/* Exponential, error below 1 ULP; INFINITY above 709.78, 0 below -745. */
double jc_exp(double x);

/* Standard normal P(Z <= z), relative error below 1e-13 for z > -37. */
double jc_normal_cdf(double z);

/* Its inverse for 0 < p < 1, absolute error below 1e-12. */
double jc_normal_quantile(double p);

/* Logarithm of the gamma function for x > 0, absolute error below 1e-13 * max(1, |result|). */
double jc_log_gamma(double x);

/* Regularised incomplete gamma function: lower P(a, x) and upper Q(a, x), a > 0, x >= 0. */
void jc_incomplete_gamma(double a, double x, double *lower, double *upper);

/* Regularised incomplete beta function I_x(a, b) and 1 - I_x(a, b), a, b > 0, 0 <= x <= 1, given
 * with its complement 1 - x. */
void jc_incomplete_beta(double a, double b, double x, double complement, double *lower,
    double *upper);

#endif
