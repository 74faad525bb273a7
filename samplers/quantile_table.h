/*
 * Quantile functions without a closed form (gamma, beta) as a smooth curve over the standard normal
 * variate: a piecewise cubic through exact values and slopes (Hermite).
 *
 * What is interpolated is nearly a straight line in z: log(x / median) of a gamma distribution,
 * log(x / (1 - x)) of a beta distribution.
 */
#ifndef JC_SAMPLERS_QUANTILE_TABLE_H
#define JC_SAMPLERS_QUANTILE_TABLE_H

/* Cells of width 1/16 from z = -9.5 to 9.5: all tails down to 1e-20. */
#define JC_TABLE_CELLS_PER_UNIT 16
#define JC_TABLE_LIMIT 9.5
#define JC_TABLE_CELLS 304

/* In cell k, at the distance s (in cells, 0 to 1) from its lower end, the curve is
 * a[k] + s (b[k] + s (c[k] + s d[k])). */
struct jc_quantile_table {
    float a[JC_TABLE_CELLS];
    float b[JC_TABLE_CELLS];
    float c[JC_TABLE_CELLS];
    float d[JC_TABLE_CELLS];
};

/* log(x / median) of the gamma distribution with this shape (0.01 to 1e6) and scale 1, over z.
 * *median is its
 * median. */
void jc_quantile_table_gamma(struct jc_quantile_table *self, double shape, double *median);

/* log(x / (1 - x)) of the beta distribution (alpha and beta 0.01 to 1e6), over z. */
void jc_quantile_table_beta(struct jc_quantile_table *self, double alpha, double beta);

#endif
