/*
 * The second pass: what efficiency pathways make of the energy of a case.
 *
 * It needs the first pass, which says where a trimmed blend cuts its cases. The queries are drawn
 * anew, the same ones, and each is divided by the draws of the pathways' own streams.
 */
#ifndef JC_ENGINE_PATHWAYS_H
#define JC_ENGINE_PATHWAYS_H

#include <stdint.h>

#include "base/error.h"
#include "engine/plan.h"
#include "engine/run.h"
#include "engine/worker.h"

struct jc_pathway_options {
    const struct jc_kernels *kernels;
    int threads;
    struct jc_worker *const *worker; /* [threads] their blocks are used */
    jc_progress *progress;
    void *progress_context;
    uint64_t queries_in_all;
};

/* Fills the records of all pathways for one case, in every blend that has it. *done counts queries
 * for the progress. Errors: JC_ERROR_SCENARIO (a quotient that is no finite number),
 * JC_ERROR_INTERNAL. */
int jc_pathways_run(const struct jc_plan *plan, const struct jc_pathway_options *options,
    size_t case_index, uint64_t *done, struct jc_results *results, struct jc_error *error);

#endif
