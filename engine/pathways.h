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
#include "results/shard.h"

/* Computes blocks of the second pass over a case into a shard, as jc_work_blocks does those of the first. `results` have
 * the energy of all cases. Errors: JC_ERROR_SCENARIO (a quotient that is no finite number), JC_ERROR_INTERNAL. */
int jc_pathways_blocks(struct jc_work *work, size_t case_index, const struct jc_results *results,
    uint64_t first, uint64_t end, struct jc_shard *shard, enum jc_wish *wish,
    struct jc_error *error);

/* Fills the records of all pathways for one case, in every blend that has it, from shards with all its blocks.
 * Errors: JC_ERROR_SCENARIO (a trim leaves none of its queries), those of jc_gather_series. */
int jc_pathways_gather(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    size_t case_index, struct jc_results *results, struct jc_error *error);

#endif
