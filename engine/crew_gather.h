/*
 * What ranks give each other: the shards of all become one, and what one knows all know.
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

/* Gives bytes[*n] of rank 0, from malloc, to all others, in as many rounds; called by all. */
void jc_crew_broadcast(const struct jc_crew *crew, unsigned char **bytes, size_t *n);

/* Whether all ranks have the same study, by a part of its hash; called by all. Not all return the same. Errors:
 * JC_ERROR_SCENARIO. */
int jc_crew_check_same(const struct jc_crew *crew, const struct jc_shard_study *study,
    struct jc_error *error);

#endif
