/*
 * A fleet made ready: what its own shares and factors are in every draw, and how its cases go together into
 * parts of the total.
 */
#ifndef JC_ENGINE_FLEET_MODEL_H
#define JC_ENGINE_FLEET_MODEL_H

#include <stddef.h>

#include "base/error.h"
#include "engine/multiplier.h"
#include "results/results.h"
#include "scenarios/scenario.h"

/* A part of the total. */
struct jc_fleet_part {
    const char *kind; /* "regime", "step" or the key of a tag */
    const char *name;
    const char *label;
};

/* One case of one regime. */
struct jc_fleet_member {
    size_t regime;
    size_t case_index;
    double *share;  /* [n_rows] of the queries of the fleet */
    size_t n_parts; /* that it is in by its tags */
    size_t *part;
};

struct jc_fleet_model {
    const struct jc_fleet *fleet;
    const struct jc_results *results;
    size_t n_rows; /* draws, 1 or more; the first is that of a plain run */
    size_t n_members;
    struct jc_fleet_member *member; /* regime by regime */
    double **factor; /* [n_factors][n_rows] mean of the multiplier, where it applies */
    double **second; /* [n_factors][n_rows] mean of its square */
    struct jc_multiplier *multiplier; /* [n_factors] in the first row */
    size_t n_parts;
    struct jc_fleet_part
        *part; /* regimes; steps, if there are factors; tags. Texts are those of others */
};

/* 1 if the fleet has unknowns of its own; else 0. */
int jc_fleet_has_unknowns(const struct jc_fleet *fleet);

/* `fleet` and `results` must outlive the model. Errors: JC_ERROR_INTERNAL; free also then. */
int jc_fleet_model_init(struct jc_fleet_model *self, const struct jc_fleet *fleet, uint64_t seed,
    const struct jc_results *results, size_t n_rows, struct jc_error *error);
void jc_fleet_model_free(struct jc_fleet_model *self);

/* The total per query of the fleet in a row, and its parts[n_parts], from the mean of each case,
 * mean[n_cases of the results]; with `node_time` only of those factors that are factors of it, too. */
double jc_fleet_model_total(const struct jc_fleet_model *self, size_t row, const double *mean,
    bool node_time, double *parts);

#endif
