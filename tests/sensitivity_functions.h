/*
 * Functions whose Sobol indices are known, for tests of estimators, and random numbers to put into them.
 */
#ifndef JC_TESTS_SENSITIVITY_FUNCTIONS_H
#define JC_TESTS_SENSITIVITY_FUNCTIONS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "samplers/stable_math.h"
#include "samplers/stream.h"

#define MOST_INPUTS 8
#define PI 3.14159265358979323846

struct function {
    size_t n_inputs;
    double (*value)(const double *u); /* of n_inputs uniform numbers */
    double first[MOST_INPUTS];
    double total[MOST_INPUTS];
};

/* Ishigami and Homma (1990) with a = 7, b = 0.1; indices in closed form, 0.3139, 0.4424, 0 and 0.5576, 0.4424,
 * 0.2437. */
static inline double
ishigami_value(const double *u)
{
    const double x1 = PI * (2 * u[0] - 1);
    const double x2 = PI * (2 * u[1] - 1);
    const double x3 = PI * (2 * u[2] - 1);

    return sin(x1) + 7 * sin(x2) * sin(x2) + 0.1 * x3 * x3 * x3 * x3 * sin(x1);
}

static inline struct function
ishigami(void)
{
    const double a = 7;
    const double b = 0.1;
    const double pi4 = PI * PI * PI * PI;
    const double first = 0.5 * (1 + b * pi4 / 5) * (1 + b * pi4 / 5);
    const double second = a * a / 8;
    const double mixed = b * b * pi4 * pi4 * (1.0 / 18 - 1.0 / 50);
    const double all = first + second + mixed;

    return (struct function){ .n_inputs = 3,
        .value = ishigami_value,
        .first = { first / all, second / all, 0 },
        .total = { (first + mixed) / all, second / all, mixed / all } };
}

/* Sobol's G, the product of (|4 u - 2| + a) / (1 + a); a partial variance is 1 / (3 (1 + a)^2). */
static inline double
sobol_g_value_of(size_t n, const double *a, const double *u)
{
    double product = 1;
    size_t i;

    for (i = 0; i < n; i++) {
        product *= (fabs(4 * u[i] - 2) + a[i]) / (1 + a[i]);
    }
    return product;
}

static const double spread_a[MOST_INPUTS] = { 0, 1, 4.5, 9, 99, 99, 99, 99 };
static const double equal_a[3] = { 0, 0, 0 };

static inline double
sobol_g_spread_value(const double *u)
{
    return sobol_g_value_of(8, spread_a, u);
}

static inline double
sobol_g_equal_value(const double *u)
{
    return sobol_g_value_of(3, equal_a, u);
}

/* Of a product of independent factors with the squared coefficients of variation c: with V = prod (1 + c) - 1,
 * S_i = c_i / V and T_i = c_i / (1 + c_i) (1 + V) / V. */
static inline void
product_indices(size_t n, const double *c, double *first, double *total)
{
    double all = 1;
    size_t i;

    for (i = 0; i < n; i++) {
        all *= 1 + c[i];
    }
    for (i = 0; i < n; i++) {
        first[i] = c[i] / (all - 1);
        total[i] = c[i] / (1 + c[i]) * all / (all - 1);
    }
}

static inline struct function
sobol_g(bool spread)
{
    const double *a = spread ? spread_a : equal_a;
    struct function function = { .n_inputs = spread ? 8 : 3,
        .value = spread ? sobol_g_spread_value : sobol_g_equal_value };
    double c[MOST_INPUTS];
    size_t i;

    for (i = 0; i < function.n_inputs; i++) {
        c[i] = 1 / (3 * (1 + a[i]) * (1 + a[i]));
    }
    product_indices(function.n_inputs, c, function.first, function.total);
    return function;
}

/* The product of three lognormal numbers. */
static const double lognormal_sigma[3] = { 0.2, 0.4, 0.6 };

static inline double
lognormal_value(const double *u)
{
    double sum = 0;
    size_t i;

    for (i = 0; i < 3; i++) {
        sum += lognormal_sigma[i] * jc_normal_quantile(u[i]);
    }
    return exp(sum);
}

static inline struct function
lognormals(void)
{
    struct function function = { .n_inputs = 3, .value = lognormal_value };
    double c[3];
    size_t i;

    for (i = 0; i < 3; i++) {
        c[i] = expm1(lognormal_sigma[i] * lognormal_sigma[i]);
    }
    product_indices(3, c, function.first, function.total);
    return function;
}

/* Uniform numbers between 0 and 1, row by row: u[n][n_inputs]. */
static inline void
uniform_rows(uint64_t seed, const char *set, size_t n, size_t n_inputs, double *u)
{
    struct jc_stream stream;
    char label[64];
    size_t i, j;

    for (i = 0; i < n_inputs; i++) {
        (void) snprintf(label, sizeof(label), "%s %zu", set, i);
        jc_stream_init(&stream, seed, label);
        for (j = 0; j < n; j++) {
            u[j * n_inputs + i] = ((double) jc_pcg_next(&stream.start) + 0.5) / 0x1p32;
        }
    }
}

#endif
