/*
 * Sensitivities in the results: how much of a response comes from which of its inputs.
 *
 * A response is a quantity of the queries of a case, or any other number that depends on named inputs, such as the
 * mean of a fleet; what a row is, the method says.
 */
#ifndef JC_RESULTS_SENSITIVITY_H
#define JC_RESULTS_SENSITIVITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* How the indices were estimated. */
enum jc_sensitivity_method {
    JC_SENSITIVITY_PICK_FREEZE, /* new rows, with inputs exchanged one by one */
    JC_SENSITIVITY_GIVEN_DATA,  /* rows that were there already */
    JC_SENSITIVITY_METHODS
};

/* "pick-freeze", "given-data" */
extern const char *const jc_sensitivity_method_names[JC_SENSITIVITY_METHODS];

/* Numbers of an input; NAN where the method has none. */
enum jc_sensitivity_column {
    JC_FIRST, /* share of the variance that the input explains by itself */
    JC_FIRST_LOWER,
    JC_FIRST_UPPER,
    JC_TOTAL, /* the same with all interactions that it takes part in */
    JC_TOTAL_LOWER,
    JC_TOTAL_UPPER,
    JC_RANK_COEFFICIENT, /* standardised rank regression coefficient */
    JC_AT_LOW, /* of queries: the response at the input's P5, all others at their medians; of draws:
                   the P5 of the response if this input alone is drawn */
    JC_AT_HIGH, /* the same of P95 */
    JC_SENSITIVITY_COLUMNS
};

struct jc_sensitivity {
    char *name;       /* of the group in the file: the case, or the blend */
    char *label;      /* for people */
    char *response;   /* "energy" */
    char *unit;       /* of the response, for people: "Wh" */
    char *udunits;    /* for files */
    char *statistic;  /* "mean", "p95" of the queries of a draw; NULL: rows are queries */
    uint64_t queries; /* of each case and draw, if rows are draws */
    enum jc_sensitivity_method method;
    uint64_t n;  /* rows */
    double mean; /* of the response */
    double sd;
    double low; /* P5 and P95 of the response, if rows are draws; else NAN */
    double high;
    double at_medians; /* the response where all inputs are at their medians; NAN: not known */
    double r_squared;  /* of the rank regression; NAN: there is none */
    bool determined;   /* its coefficients are: no input follows from others */
    size_t n_inputs;
    char **input; /* [n_inputs] key of a scenario, or several with + between them */
    double *column[JC_SENSITIVITY_COLUMNS]; /* [n_inputs] each */
};

/* Room for inputs, all numbers NAN. Errors: JC_ERROR_INTERNAL; free also then. */
int jc_sensitivity_init(struct jc_sensitivity *self, size_t n_inputs, struct jc_error *error);
void jc_sensitivity_free(struct jc_sensitivity *self);

/* The inputs by falling total index, or first-order index where there is none: order[n_inputs]. */
void jc_sensitivity_order(const struct jc_sensitivity *self, size_t *order);

#endif
