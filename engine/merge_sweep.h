/*
 * Merging shards of a sweep: each has the points that are its task's.
 */
#ifndef JC_ENGINE_MERGE_SWEEP_H
#define JC_ENGINE_MERGE_SWEEP_H

#include "base/error.h"
#include "engine/parts.h"
#include "engine/plan.h"
#include "engine/run.h"
#include "results/results.h"

/* Checks that a part has the points of its task and no others, and moves them to the first one, which may be the part
 * itself. Both are of the same study. Errors: JC_ERROR_FORMAT. */
int jc_merge_take_points(struct jc_part *first, struct jc_part *part, struct jc_error *error);

/* Writes the result file from the first of the parts, whose points are all there; `plan` is that of its scenario.
 * Errors: JC_ERROR_SCENARIO (all points failed), JC_ERROR_IO, JC_ERROR_INTERNAL; then results are to be freed, too. */
int jc_merge_sweep(struct jc_part *first, const struct jc_plan *plan, const char *study_text,
    const struct jc_run_options *options, struct jc_results *results, struct jc_error *error);

#endif
