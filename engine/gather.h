/*
 * What shards have between them becomes the records of a case: moments fold in the order of the blocks.
 */
#ifndef JC_ENGINE_GATHER_H
#define JC_ENGINE_GATHER_H

#include "base/error.h"
#include "engine/plan.h"
#include "results/results.h"
#include "results/shard.h"

/* Checks that the shards have every block of all cases, in the first pass, once, and every draw once that the scenario asks for, if
 * `bands`. Errors: JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_gather_check(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    bool bands, struct jc_error *error);

/* Fills the records of what is the same in all queries of a case. Errors: JC_ERROR_INTERNAL. */
int jc_gather_constants(const struct jc_plan *plan, size_t case_index,
    struct jc_case_result *result, struct jc_error *error);

/* Fills the other records of a case, empty at first. Errors: JC_ERROR_FORMAT (a block is missing, or there twice),
 * JC_ERROR_INTERNAL. */
int jc_gather_case(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    size_t case_index, struct jc_case_result *result, struct jc_error *error);

/* Fills one record for each of n_series series of a unit, of which `name` is the case; records are empty at first; values are no whole numbers. Errors: as above. */
int jc_gather_series(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    uint64_t unit, const char *name, size_t n_series, struct jc_record *const *record,
    struct jc_error *error);

#endif
