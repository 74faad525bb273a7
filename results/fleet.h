/*
 * Fleets in the results: what many queries take in all, what it is made of, and how sure that is.
 *
 * Three kinds of doubt stay apart: the Monte Carlo error of the means that a total is made of; the noise of
 * a fleet of finitely many queries that each vary (aleatory); and the band over the draws of what nobody knows
 * (epistemic).
 */
#ifndef JC_RESULTS_FLEET_H
#define JC_RESULTS_FLEET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "models/quantities.h"
#include "results/bands.h"

/* What has a total, in order. */
enum jc_fleet_quantity {
    JC_FLEET_ENERGY,    /* MWh */
    JC_FLEET_WATER,     /* kL */
    JC_FLEET_CARBON,    /* t */
    JC_FLEET_COST,      /* 1 */
    JC_FLEET_NODE_TIME, /* of whole nodes, h */
    JC_FLEET_GPU_TIME,  /* of accelerators, h */
    JC_FLEET_TOTALS
};

struct jc_fleet_quantity_info {
    const char *name; /* "energy" */
    enum jc_quantity quantity;
    double scale;        /* of the unit of a query's */
    const char *unit;    /* for people: "MWh" */
    const char *udunits; /* for files: "MW h" */
};

extern const struct jc_fleet_quantity_info jc_fleet_quantities[JC_FLEET_TOTALS];

struct jc_fleet_total {
    bool known;
    double value;  /* NAN if it is not known */
    double error;  /* Monte Carlo standard error, at most; NAN of a single query */
    double noise;  /* standard deviation of the total of so many queries, each drawn by itself */
    double *draw;  /* [n_draws of the fleets]; NULL: no draws, or not known */
    char *missing; /* the case that did not record it; NULL if it is known */
};

/* A part of the totals: of a regime, of what has a tag, or of a step that changes them. */
struct jc_fleet_component {
    char *kind; /* "regime", "step" or the key of a tag */
    char *name;
    char *label;
    double value[JC_FLEET_TOTALS]; /* NAN where the total is not known */
    struct jc_band *band;          /* [JC_FLEET_TOTALS]; NULL: no draws */
};

/* The energy of one query of the fleet, Wh: a true mixture. Where something is unknown, that of the first draw. */
struct jc_fleet_query {
    double mean;
    double sd;
    double *quantile; /* [n_quantiles of the results] */
};

struct jc_fleet_equivalence {
    char *name;
    double number; /* so many of them; NAN if the total is not known */
};

struct jc_fleet_result {
    char *name;
    char *label;
    double days;
    double queries;         /* of all days */
    double busiest_day;     /* queries of a day of the busiest month */
    double peak_to_average; /* of the power within a day, >= 1 */
    double load;            /* share of the time that nodes are busy at the peak */
    struct jc_fleet_total total[JC_FLEET_TOTALS];
    struct jc_fleet_query query;
    size_t n_components;
    struct jc_fleet_component *component;
    size_t n_equivalences;
    struct jc_fleet_equivalence *equivalence;
};

/* What follows from a total and the demand by a factor. */
enum jc_fleet_figure {
    JC_FLEET_ENERGY_PER_DAY,  /* GWh */
    JC_FLEET_ENERGY_PER_YEAR, /* GWh, of 365 such days */
    JC_FLEET_POWER_AVERAGE,   /* MW */
    JC_FLEET_POWER_PEAK,      /* MW: of the busiest month, times peak_to_average */
    JC_FLEET_NODES,           /* that serve the peak, each as long busy as `load` says */
    JC_FLEET_GPUS,
    JC_FLEET_WATER_PER_DAY,  /* kL */
    JC_FLEET_CARBON_PER_DAY, /* t */
    JC_FLEET_COST_PER_DAY,   /* 1 */
    JC_FLEET_FIGURES
};

struct jc_fleet_figure_info {
    const char *name; /* "energy_per_day" */
    const char *unit;
    const char *udunits;
    const char *long_name;
    enum jc_fleet_quantity of;
    bool compared; /* between fleets */
};

extern const struct jc_fleet_figure_info jc_fleet_figures[JC_FLEET_FIGURES];

/* The factor that makes a figure of its total. */
double jc_fleet_figure_factor(const struct jc_fleet_result *self, enum jc_fleet_figure figure);

/* What fleets are held against. */
struct jc_reference_result {
    char *name;
    char *label;
    char *source;          /* "" : none */
    double energy_per_day; /* GWh */
};

/* Fleets, each told as a step from the one before it. */
struct jc_waterfall_result {
    char *name;
    char *label;
    size_t n_steps;
    size_t *fleet_index; /* [n_steps] */
};

/* All fleets of a study. */
struct jc_fleets {
    size_t n;
    struct jc_fleet_result *fleet;
    size_t n_draws; /* of each total; 0: nothing is unknown */
    size_t n_references;
    struct jc_reference_result *reference;
    size_t n_waterfalls;
    struct jc_waterfall_result *waterfall;
};

/* A figure of fleet a against that of b: a - b and a / b, draw by draw on common random numbers. */
struct jc_fleet_comparison {
    double difference;
    double ratio;                   /* NAN: b has none */
    struct jc_band difference_band; /* if there are draws */
    struct jc_band ratio_band;
};

/* 1 if both know the figure; then *comparison is filled. Errors: JC_ERROR_INTERNAL. */
int jc_fleet_compare(const struct jc_fleets *self, size_t a, size_t b, enum jc_fleet_figure figure,
    struct jc_fleet_comparison *comparison, struct jc_error *error);

/* The band of a figure; there are draws, and it is known. Errors: JC_ERROR_INTERNAL. */
int jc_fleet_figure_band(const struct jc_fleets *self, size_t fleet, enum jc_fleet_figure figure,
    struct jc_band *band, struct jc_error *error);

/* Room. Errors: JC_ERROR_INTERNAL; jc_fleets_free frees what is there. */
int jc_fleets_alloc(struct jc_fleets *self, size_t n, size_t n_references, size_t n_waterfalls,
    struct jc_error *error);
int jc_fleet_alloc_equivalences(struct jc_fleet_result *self, size_t n, struct jc_error *error);
int jc_fleet_alloc_components(struct jc_fleet_result *self, size_t n, bool bands,
    struct jc_error *error);
int jc_waterfall_alloc(struct jc_waterfall_result *self, size_t n_steps, struct jc_error *error);
void jc_fleets_free(struct jc_fleets *self);

#endif
