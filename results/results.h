/*
 * All that a run knows in the end, samples aside: records per case and pathway, what they are made
 * of and how they mix. The result file holds exactly this; every table and every JSON is made from
 * it, whether it was just computed or read back.
 */
#ifndef JC_RESULTS_RESULTS_H
#define JC_RESULTS_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/tags.h"
#include "models/quantities.h"
#include "results/bands.h"
#include "results/fleet.h"
#include "results/mixture.h"
#include "results/record.h"
#include "results/sensitivity.h"
#include "results/sweep.h"

/* The throughput fit of a case, for those who propagate it. */
struct jc_fit_result {
    uint64_t n_rows;               /* 0: the case has no fit */
    double coefficient[3];         /* intercept, ln input tokens, ln output tokens */
    double unscaled_covariance[9]; /* (X'X)^-1 */
    uint64_t degrees_of_freedom;
    double residual_sd;      /* NAN without degrees of freedom */
    double cap_tokens_per_s; /* INFINITY: none */
    double scatter_sd;       /* that the run drew from, of ln TPS; NAN: none */
    double scatter_degrees_of_freedom;
    bool scatter_borrowed; /* from all fits of the study together */
};

struct jc_case_result {
    char *name;
    char *label;
    size_t n_tags;
    struct jc_tag *tags; /* what the case stands for */
    bool recorded[JC_QUANTITIES];
    struct jc_record record[JC_QUANTITIES];
    double gpus;                            /* accelerators of a node; NAN: not known */
    struct jc_moments whole[JC_QUANTITIES]; /* of the queries in whole blocks */
    double excluded; /* share of the requests of the workload that binning left out */
    uint64_t
        n_outside; /* queries whose batch size was moved to the nearest that was measured or fits */
    struct jc_fit_result fit;
};

/* What a pathway made of the energy of each case of its blend. */
struct jc_pathway_result {
    char *name;
    char *label;
    struct jc_record *record; /* [n_cases of the blend] */
};

struct jc_blend_result {
    char *name;
    char *label;
    size_t n_cases;
    size_t *case_index;
    double *weight;
    struct jc_ranks ranks; /* of each case, by its energy */
    size_t n_pathways;
    struct jc_pathway_result *pathway;
    struct jc_ranks pathway_ranks; /* of what a pathway has made of the blend */
};

struct jc_results {
    char *scenario;
    char *title;
    uint64_t seed;
    uint64_t queries; /* of each case, asked and done */
    bool has_samples;
    bool has_whole; /* the cases' moments of whole blocks are known: they can be continued */
    size_t n_quantiles;
    double *quantile;
    size_t n_cases; /* 0: sensitivities or a sweep alone */
    struct jc_case_result *cases;
    size_t n_blends;
    struct jc_blend_result *blends;
    struct jc_fleets fleets; /* n 0: there are none */
    struct jc_bands bands;   /* of two layers; n_draws 0: none */
    size_t n_sensitivities;
    struct jc_sensitivity *sensitivities;
    struct jc_sweep_result sweep; /* n_axes 0: none */
};

void jc_results_free(struct jc_results *self);

/* Room for cases, blends and pathways. Errors: JC_ERROR_INTERNAL; jc_results_free frees what is
 * there. */
int jc_results_alloc_cases(struct jc_results *self, size_t n_cases, struct jc_error *error);
int jc_results_alloc_blends(struct jc_results *self, size_t n_blends, struct jc_error *error);
int jc_results_alloc_sensitivities(struct jc_results *self, size_t n, struct jc_error *error);
int jc_results_alloc_blend(struct jc_blend_result *blend, size_t n_cases, size_t n_pathways,
    struct jc_error *error);

/* The mixture that stands for a quantity of a case. Free with jc_mixture_free. */
int jc_results_case_mixture(const struct jc_results *self, size_t case_index,
    enum jc_quantity quantity, struct jc_mixture *mixture, struct jc_error *error);

/* The mixture that stands for a quantity of a blend; only energy can be trimmed. */
int jc_results_blend_mixture(const struct jc_results *self, const struct jc_blend_result *blend,
    enum jc_quantity quantity, struct jc_mixture *mixture, struct jc_error *error);

/* The mixture of the energy that a pathway leaves of a blend. */
int jc_results_pathway_mixture(const struct jc_results *self, const struct jc_blend_result *blend,
    const struct jc_pathway_result *pathway, struct jc_mixture *mixture, struct jc_error *error);

/* 1 if the blend has the quantity: all its cases recorded it, and it is energy if it is trimmed. */
int jc_results_blend_has(const struct jc_results *self, const struct jc_blend_result *blend,
    enum jc_quantity quantity);

#endif
