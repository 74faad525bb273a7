/*
 * The second pass: what efficiency pathways make of the energy of a case.
 *
 * It needs the first pass, which says where a trimmed blend cuts its cases. The queries are drawn
 * anew, the same ones, and each is divided by the draws of the pathways' own streams.
 */
#ifndef JC_ENGINE_PATHWAYS_H
#define JC_ENGINE_PATHWAYS_H

#include "base/error.h"
#include "engine/work.h"
#include "results/results.h"

/* Fills the records of all pathways for one case, in every blend that has it. Errors: JC_ERROR_SCENARIO (a quotient
 * that is no finite number), JC_ERROR_INTERNAL; JC_ERROR_STOPPED if that was wished for. */
int jc_pathways_run(struct jc_work *work, size_t case_index, struct jc_results *results,
    struct jc_error *error);

#endif
