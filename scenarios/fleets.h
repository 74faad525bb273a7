/*
 * What a scenario says about fleets: so many queries of so many kinds, what is put on top of them and what
 * makes them cheaper; the references they are held against, and the order in which they are told.
 */
#ifndef JC_SCENARIOS_FLEETS_H
#define JC_SCENARIOS_FLEETS_H

#include <stdbool.h>
#include <stddef.h>

#include "models/equivalences.h"
#include "samplers/distribution.h"

/* A share of the queries. A distribution is one unknown of the fleet. */
struct jc_fleet_share {
    bool rest;                    /* what the others leave */
    struct jc_distribution value; /* else; > 0, at most 1 */
};

/* A kind of queries, served by one case or several. */
struct jc_fleet_regime {
    char *name;
    struct jc_fleet_share share;
    size_t n_cases;
    size_t *case_index;                /* [n_cases] into jc_scenario.cases, each once */
    struct jc_fleet_share *case_share; /* [n_cases] of the regime's queries */
};

/* A factor of energy, and of the water, carbon and cost that follow from it. */
struct jc_fleet_factor {
    char *name;
    char *label;
    char *source;                    /* NULL: none */
    bool divides;                    /* else it multiplies */
    bool node_time;                  /* it is one of the time of nodes, too */
    struct jc_distribution value;    /* > 0; of each query, or one unknown of the fleet */
    struct jc_distribution adoption; /* share of the queries that have it, 0 to 1; of the fleet */
    bool *applies;                   /* [n_regimes of the fleet] */
};

struct jc_fleet {
    char *name;
    char *label;
    size_t n_regimes;
    struct jc_fleet_regime *regimes;
    int year;               /* of the first month; 0: the demand is that of one day */
    int month;              /* 1 to 12 */
    double queries_per_day; /* in the first month */
    size_t n_growth;
    double *growth;     /* [n_growth] of each further month over the one before it, > -1 */
    size_t n_overheads; /* those of `factors` that come first */
    size_t n_factors;   /* overheads, then interventions, in their order */
    struct jc_fleet_factor *factors;
    double peak_to_average; /* power of the busiest moment over that of its month, >= 1 */
    double load;            /* share of the time that nodes are busy at the peak, > 0, at most 1 */
    size_t n_equivalences;
    struct jc_equivalence *equivalences;
};

/* Something that fleets are held against: queries of known energy, or a power that is drawn. */
struct jc_reference {
    char *name;
    char *label;
    char *source; /* NULL: none */
    bool is_power;
    double energy_wh, queries; /* of a query, > 0; queries per day, > 0 */
    double power_kw, load;     /* > 0; share of it that is drawn, > 0, at most 1 */
};

/* Fleets of which each is told as a step from the one before it. */
struct jc_waterfall {
    char *name;
    char *label;
    size_t n_steps;      /* 2 or more */
    size_t *fleet_index; /* [n_steps] into jc_scenario.fleets */
};

/* A stored result file whose cases are those of fleets. */
struct jc_fleet_source {
    char *name;
    char *path; /* as written */
};

void jc_fleet_free(struct jc_fleet *self);
void jc_reference_free(struct jc_reference *self);
void jc_waterfall_free(struct jc_waterfall *self);

#endif
