/*
 * Empirical distributions: how often each value was observed, alone and together, with where it comes
 * from. `joulecast fit` makes them from traces, distribution files carry them, samplers draw from them.
 */
#ifndef JC_SAMPLERS_EMPIRICAL_H
#define JC_SAMPLERS_EMPIRICAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* One variable by itself. */
struct jc_marginal {
    char *name; /* "input_tokens", "output_tokens", or another quantity */
    size_t n_values;
    double *value;  /* [n_values] ascending, each once */
    double *weight; /* [n_values] > 0; a count, or a probability */
};

/* So much weight was observed with both variables in these classes. */
struct jc_cell {
    size_t class[2]; /* of the first and of the second variable, from 0 */
    double weight;   /* > 0 */
};

/* Two variables together. A class is a run of neighbouring values of a marginal; where every value is a
 * class of its own, nothing of what was observed is lost. */
struct jc_joint {
    size_t variable[2];   /* index of the marginals; the second depends on the first */
    size_t n_classes[2];  /* 0: nothing is known of both together */
    size_t *class_end[2]; /* [n_classes] class c has the values from class_end[c - 1] (0 for the
                             first) up to, without, class_end[c]; the last is n_values */
    size_t n_cells;
    struct jc_cell *cell; /* [n_cells] by first class, then by second, each pair once */
};

/* Rows that were left out, and why. */
struct jc_dropped {
    char *reason; /* "negative", "not a number", "empty", ... */
    uint64_t rows;
};

struct jc_empirical {
    char *title;
    char *source;
    char *licence;
    char *trace;  /* the name of the file that it was made from */
    char *sha256; /* of its bytes, hexadecimal */
    uint64_t rows_read;
    uint64_t rows_used;
    size_t n_dropped;
    struct jc_dropped *dropped;
    size_t n_marginals;
    struct jc_marginal *marginal;
    struct jc_joint joint;
};

/* Frees everything in it. Start from {0}. */
void jc_empirical_free(struct jc_empirical *self);

/* Makes `copy` an independent copy. Errors: JC_ERROR_INTERNAL (memory). */
int jc_empirical_copy(const struct jc_empirical *self, struct jc_empirical *copy,
    struct jc_error *error);

/* Says in one sentence what is wrong with it: values that do not ascend, weights that are not above 0,
 * classes that do not fill their marginal, cells that are out of order, or whose sums are not the weights
 * of the classes (relative difference above 1e-6). Returns 0 or JC_ERROR_INPUT. */
int jc_empirical_check(const struct jc_empirical *self, struct jc_error *error);

/* The index of the marginal of that name; n_marginals if there is none. */
size_t jc_empirical_find(const struct jc_empirical *self, const char *name);

/* 1 if something is known of these two variables together. */
int jc_empirical_has_joint(const struct jc_empirical *self, const char *a, const char *b);

/* The smallest value at or below which at least so much of the weight lies; probability 0 to 1. */
double jc_marginal_quantile(const struct jc_marginal *self, double probability);

double jc_marginal_mean(const struct jc_marginal *self);

#endif
