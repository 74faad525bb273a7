/*
 * Sweeps that ranks share. Ranks take whole points, some at a time, from the counter. Of n points the last ones, n modulo
 * the number of ranks, and so all points of a sweep that has fewer than there are ranks, are computed one after another by
 * all ranks together, which take their blocks, where that is quicker than one point for some ranks and none for the others.
 */
#ifndef JC_ENGINE_CREW_SWEEP_H
#define JC_ENGINE_CREW_SWEEP_H

#include "base/error.h"
#include "engine/crew.h"
#include "engine/sweep.h"

/* Gives the known points of rank 0, sorted or not, to all others, whose list is empty; *numbers, from malloc, is what their
 * numbers lie in, NULL of rank 0. Not all ranks return the same. Errors: JC_ERROR_INTERNAL. */
int jc_crew_share_known(const struct jc_crew *crew, size_t n_numbers, struct jc_known_points *known,
    double **numbers, struct jc_error *error);

/* jc_sweep_compute by all ranks of run->crew, of the points first to end - 1. Rank 0 has all of them afterwards; every rank's journal
 * has those that it computed. All ranks return the same; a stop says where
 * the points of run->output are. */
int jc_crew_sweep(const struct jc_run_options *run, const struct jc_sweep_plan *plan,
    const struct jc_sweep_options *options, size_t first, size_t end,
    struct jc_sweep_result *result, struct jc_error *error);

#endif
