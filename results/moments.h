/*
 * Count, mean, variance and extremes of a quantity: taken per block, folded in block order.
 */
#ifndef JC_RESULTS_MOMENTS_H
#define JC_RESULTS_MOMENTS_H

#include <stdint.h>

struct jc_moments {
    uint64_t n;
    double mean;
    double m2; /* sum of squared deviations from the mean */
    double min;
    double max;
};

/* self := self and then next (Chan, Golub and LeVeque 1983). The order matters to the last bit. */
void jc_moments_fold(struct jc_moments *self, const struct jc_moments *next);

/* The moments of n times the same value. */
struct jc_moments jc_moments_constant(double value, uint64_t n);

/* Sample standard deviation; 0 for fewer than two values. */
double jc_moments_sd(const struct jc_moments *self);

#endif
