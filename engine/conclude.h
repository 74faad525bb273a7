/*
 * The end of a study: what shards have between them becomes its results, with what needs all of it: pathways, which
 * draw all queries once more, and fleets.
 */
#ifndef JC_ENGINE_CONCLUDE_H
#define JC_ENGINE_CONCLUDE_H

#include <stdbool.h>

#include "base/error.h"
#include "engine/draws.h"
#include "engine/work.h"
#include "results/results.h"
#include "results/shard.h"

/* Fills the records of the cases, which are empty, from shards that have every block once. Errors: those of
 * jc_gather_case. */
int jc_conclude_cases(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    struct jc_results *results, struct jc_error *error);

/* Fills in the rest: what is constant, pathways if they are wanted, fleets and, where `draws` is not NULL, its bands, which move. Errors:
 * JC_ERROR_SCENARIO, JC_ERROR_INTERNAL; JC_ERROR_STOPPED if that was wished for. */
int jc_conclude(struct jc_work *work, bool pathways, struct jc_draws *draws,
    struct jc_results *results, struct jc_error *error);

#endif
