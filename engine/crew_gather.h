/*
 * The shards of all ranks become one.
 */
#ifndef JC_ENGINE_CREW_GATHER_H
#define JC_ENGINE_CREW_GATHER_H

#include "base/error.h"
#include "engine/crew.h"
#include "results/shard.h"

/* Adds the shards of all ranks to that of rank 0, and leaves those of the others empty; called by all. In each of
 * log2(n) rounds half of the ranks left give theirs to the other half. Not all ranks need to return the same. Errors:
 * JC_ERROR_INTERNAL. */
int jc_crew_gather(const struct jc_crew *crew, const struct jc_shard_study *study, uint64_t task,
    struct jc_shard *shard, struct jc_error *error);

#endif
