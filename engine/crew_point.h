/*
 * One plan of all ranks, in memory: what a point of a sweep is.
 */
#ifndef JC_ENGINE_CREW_POINT_H
#define JC_ENGINE_CREW_POINT_H

#include <stdint.h>

#include "base/error.h"
#include "engine/crew.h"

/* Cases and blends of a plan, without pathways, file and checkpoints, by all ranks of options->crew, which have the same
 * plan; `threads` is how many the rank with the most has. Results are left with rank 0, and only that has an error that is
 * the plan's own: the others return 0 then. Errors: those of jc_run; JC_ERROR_STOPPED of all ranks if one is stopped,
 * JC_ERROR_INTERNAL. */
int jc_crew_point(const struct jc_plan *plan, const struct jc_run_options *options,
    uint64_t threads, struct jc_results *results, struct jc_error *error);

#endif
