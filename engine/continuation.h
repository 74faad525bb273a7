/*
 * Where a run goes on that continues a shorter one: behind the whole blocks that the two share.
 *
 * A partial block at the end of the shorter run is computed once more, and its counts are taken back out
 * of the sketches; moments of whole blocks have been kept apart. What follows is, to the bit, what a
 * run from the start would have come to.
 */
#ifndef JC_ENGINE_CONTINUATION_H
#define JC_ENGINE_CONTINUATION_H

#include <stdint.h>

#include "base/error.h"
#include "engine/plan.h"
#include "engine/worker.h"
#include "results/results.h"

/* The first block that is to be computed: 0 if `before` is NULL, as many as there are if it is not
 * shorter. */
uint64_t jc_continuation_first_block(const struct jc_plan *plan, const struct jc_results *before);

/* Fills the records of a case with those of the shared blocks. `before` are results of the same scenario
 * with `has_whole` and no more queries than the plan; the worker's recorders must be empty, and are left
 * so. Errors: JC_ERROR_FORMAT if they were not computed from this scenario by this program,
 * JC_ERROR_INTERNAL. */
int jc_continuation_begin_case(const struct jc_plan *plan, size_t case_index,
    const struct jc_results *before, const struct jc_kernels *kernels, struct jc_worker *worker,
    struct jc_case_result *result, struct jc_error *error);

#endif
