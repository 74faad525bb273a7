/*
 * Sobol indices by pick-freeze: which inputs the variance of a response comes from.
 *
 * The caller draws two independent sets of rows of all inputs, A and B, and evaluates the response f on
 * both and, for every input i (or group of inputs), on two mixed sets: AB_i is A with input i taken from B,
 * BA_i is B with input i taken from A. With sums over rows, the estimates are those of Azzini, Mara and
 * Rosati, Environmental Modelling & Software 144, 105167 (2021):
 *
 *     first order  S_i = 2 sum (f(BA_i) - f(B)) (f(A) - f(AB_i)) / D_i
 *     total        T_i = sum ((f(B) - f(BA_i))^2 + (f(A) - f(AB_i))^2) / D_i
 *     where        D_i = sum ((f(A) - f(B))^2 + (f(BA_i) - f(AB_i))^2)
 *
 * They are made of differences alone, so a constant added to the response leaves them as they are, and an
 * input that changes nothing has exactly 0. What a row is, a query or a draw of the unknowns of a fleet, is
 * the caller's affair. Row r belongs to batch r modulo JC_INDEX_BATCHES; only sums per batch are kept. The
 * interval is that of the jackknife that leaves out one batch at a time (Miller, Biometrika 61, 1, 1974) with
 * Student's t, asymptotic in the number of rows.
 */
#ifndef JC_ENGINE_INDICES_H
#define JC_ENGINE_INDICES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "results/sensitivity.h"

#define JC_INDEX_BATCHES 64

/* Sums of one input, by batch. */
struct jc_index_sums {
    double product[JC_INDEX_BATCHES]; /* of (f(BA) - f(B)) (f(A) - f(AB)) */
    double change[JC_INDEX_BATCHES];  /* of (f(B) - f(BA))^2 + (f(A) - f(AB))^2 */
    double spread[JC_INDEX_BATCHES];  /* of (f(A) - f(B))^2 + (f(BA) - f(AB))^2 */
};

struct jc_indices {
    size_t n_inputs;
    double shift; /* near the mean of the response */
    uint64_t n_rows;
    double sum[JC_INDEX_BATCHES];    /* of f(A) + f(B) - 2 shift */
    double square[JC_INDEX_BATCHES]; /* of (f(A) - f(B))^2 */
    struct jc_index_sums *input;     /* [n_inputs] */
};

/* A number with its 95 % confidence interval; the bounds are NAN where fewer than two batches have rows. */
struct jc_estimate_bounds {
    double value;
    double lower;
    double upper;
};

/* Errors: JC_ERROR_INTERNAL. Free also then. */
int jc_indices_init(struct jc_indices *self, size_t n_inputs, double shift, struct jc_error *error);
void jc_indices_free(struct jc_indices *self);

/* Back to no rows. */
void jc_indices_clear(struct jc_indices *self);

/* Adds the next n rows, which are added once by jc_indices_add_rows and once for every input. Only in the
 * last call for an input may n be no multiple of JC_INDEX_BATCHES. */
void jc_indices_add_rows(struct jc_indices *self, size_t n, const double *a, const double *b);
void jc_indices_add_input(struct jc_indices *self, size_t input, size_t n, const double *a,
    const double *b, const double *ab, const double *ba);

/* Adds the rows of `other`, which has as many inputs and the same shift, and begins with a row that is a
 * multiple of JC_INDEX_BATCHES. */
void jc_indices_fold(struct jc_indices *self, const struct jc_indices *other);

/* Mean and variance of the response; NAN without rows. */
double jc_indices_mean(const struct jc_indices *self);
double jc_indices_variance(const struct jc_indices *self);

/* First-order and total index of an input; NAN where the response does not vary. */
struct jc_estimate_bounds jc_indices_first(const struct jc_indices *self, size_t input);
struct jc_estimate_bounds jc_indices_total(const struct jc_indices *self, size_t input);

/* Puts all of it into a sensitivity with as many inputs: method, n, mean, sd, and the columns of both indices with their
 * bounds. */
void jc_indices_report(const struct jc_indices *self, struct jc_sensitivity *sensitivity);

#endif
