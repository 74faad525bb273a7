/*
 * One point of a sweep, from its scenario to its numbers, for whoever computes it: one process (engine/sweep.h), or all
 * ranks (engine/crew_sweep.h).
 */
#ifndef JC_ENGINE_SWEEP_POINT_H
#define JC_ENGINE_SWEEP_POINT_H

#include "base/error.h"
#include "engine/sweep.h"

/* A point at hand. */
struct jc_point_work {
    struct jc_scenario scenario;
    struct jc_plan plan;
    const double
        *known; /* [n_numbers] its numbers; NULL: it is to be computed, and there is a plan */
};

/* Loads a point, and finds its digest and whether it is known. Errors: what is wrong with the point; JC_ERROR_INTERNAL;
 * free also then. */
int jc_point_work_init(struct jc_point_work *self, const struct jc_sweep_plan *sweep,
    const struct jc_known_points *known, size_t point, struct jc_sweep_result *result,
    struct jc_error *error);
void jc_point_work_free(struct jc_point_work *self);

/* Keeps what became of it: if `status` is 0 the statistics of `run`, or the known numbers; else the message of `failure`.
 * Errors: JC_ERROR_INTERNAL, or JC_ERROR_STOPPED if that is the status; then the point stays missing. */
int jc_point_work_keep(const struct jc_point_work *self, int status, const struct jc_error *failure,
    const struct jc_results *run, size_t index, struct jc_sweep_result *result,
    struct jc_error *error);

#endif
