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

/* Fills the records of the cases, which are empty, from shards that have every block once; n = 0: only what is the same
 * in all queries. Errors: those of jc_gather_case. */
int jc_conclude_cases(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    struct jc_results *results, struct jc_error *error);

/* Fills in the rest: pathways if there are shards with the second passes of all cases that have
 * some (n = 0: they stay empty), fleets and, where `draws` is not NULL, its bands, which move. Errors: those of
 * jc_pathways_gather. */
int jc_conclude(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    struct jc_draws *draws, struct jc_results *results, struct jc_error *error);

/* Computes what is missing of the second passes over all cases into `shard`, which is the last of the n shards, until
 * something else than to go on is wished for. Errors: those of jc_pathways_blocks. */
int jc_conclude_second_passes(struct jc_work *work, size_t n, const struct jc_shard *const *shards,
    struct jc_shard *shard, const struct jc_results *results, enum jc_wish *wish,
    struct jc_error *error);

#endif
