/*
 * The plan of a run: the cases of a scenario, compiled, and how their queries are cut into blocks.
 */
#ifndef JC_ENGINE_PLAN_H
#define JC_ENGINE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/case_model.h"
#include "engine/forms.h"
#include "results/results.h"
#include "scenarios/scenario.h"

struct jc_plan {
    const struct jc_scenario *scenario;
    uint64_t blocks_per_case;
    struct jc_forms *forms;       /* [n_cases of the scenario] */
    size_t *chosen;               /* [n_cases] the form that holds in a plain run */
    struct jc_case_model *models; /* [n_cases] of those forms; own nothing */
    struct jc_sampler **dividers; /* [n_pathways]; NULL where a pathway combines others */
    bool recorded[JC_QUANTITIES]; /* what is summarised: what is stored, and energy */
    bool *has_pathways;           /* [n_cases]: some blend with pathways has the case */
    struct jc_design design;
    size_t n_sources; /* random variables that are drawn; 0: each from its own stream */
    struct jc_points_source *source; /* [n_sources] the number is the dimension */
};

/* What a run will cost. */
struct jc_estimate {
    double queries; /* of all cases */
    double bytes;   /* of the result file, about */
    double memory;  /* peak, about, bytes */
};

/* `scenario` must outlive the plan. Errors: those of jc_case_model_init and jc_case_fits_init;
 * JC_ERROR_SCENARIO if a blend is trimmed to nothing. Free also after an error. */
int jc_plan_init(struct jc_plan *self, const struct jc_scenario *scenario, struct jc_error *error);
void jc_plan_free(struct jc_plan *self);

/* The part of it that is about points: sources for all that is drawn, from which the samplers draw then.
 * Dimensions are the quantities in the order of their table, then dividers of pathways and the residuals of
 * fits, then the choices of components of all in the same order. Errors: JC_ERROR_SCENARIO (too few queries for the replicates, too many,
 * too many variables), JC_ERROR_INTERNAL. */
int jc_plan_points_init(struct jc_plan *self, struct jc_error *error);
void jc_plan_points_free(struct jc_plan *self);

/* The ranks that are left when every stage keeps its own of what the stage before has left. */
struct jc_ranks jc_trims_ranks(const struct jc_trims *trims);

/* Threads that have something to do: no more than there are blocks. */
int jc_plan_threads(const struct jc_plan *self, int threads);

/* JC_BLOCK, fewer in the last one. */
uint64_t jc_plan_queries_in_block(const struct jc_plan *self, uint64_t block);

struct jc_estimate jc_plan_estimate(const struct jc_plan *self, int threads, bool summary_only);

/* Names, labels, fits, weights and room for all records. Errors: JC_ERROR_INTERNAL;
 * jc_results_free frees what is there. */
int jc_plan_results(const struct jc_plan *self, struct jc_results *results, struct jc_error *error);

#endif
