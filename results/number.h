/*
 * Small functions of numbers, written out so that they cost no call: neither argument is NaN.
 */
#ifndef JC_RESULTS_NUMBER_H
#define JC_RESULTS_NUMBER_H

/* The 97.5 % quantile of the normal distribution. */
#define JC_Z975 1.9599639845400545

static inline double
jc_smaller(double a, double b)
{
    return a < b ? a : b;
}

static inline double
jc_larger(double a, double b)
{
    return a > b ? a : b;
}

static inline double
jc_clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

#endif
