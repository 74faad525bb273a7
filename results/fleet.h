/*
 * Fleets in the results: what many queries take in all, and what that is as much as.
 */
#ifndef JC_RESULTS_FLEET_H
#define JC_RESULTS_FLEET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "models/quantities.h"

#define JC_FLEET_TOTALS 4

/* The quantities that have totals, in order: energy in MWh, water in kL, carbon in t, cost. */
struct jc_fleet_quantity {
    enum jc_quantity quantity;
    double scale;        /* of the unit of a query's */
    const char *unit;    /* for people: "MWh" */
    const char *udunits; /* for files: "MW h" */
};

extern const struct jc_fleet_quantity jc_fleet_quantities[JC_FLEET_TOTALS];

struct jc_fleet_total {
    bool known;
    double value; /* NAN if it is not known */
    double error; /* Monte Carlo standard error, at most; NAN of a single query */
};

struct jc_fleet_equivalence {
    char *name;
    double number; /* so many of them; NAN if the total is not known */
};

struct jc_fleet_result {
    char *name;
    char *label;
    double days;
    double queries; /* of all days */
    struct jc_fleet_total total[JC_FLEET_TOTALS];
    size_t n_equivalences;
    struct jc_fleet_equivalence *equivalence;
};

void jc_fleet_result_free(struct jc_fleet_result *self);

/* Room for equivalences. Errors: JC_ERROR_INTERNAL. */
int jc_results_alloc_equivalences(struct jc_fleet_result *self, size_t n, struct jc_error *error);

#endif
