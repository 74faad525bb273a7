/*
 * The end of a run: what is known of its origin goes into the file, and the file gets its name.
 */
#ifndef JC_ENGINE_PROVENANCE_H
#define JC_ENGINE_PROVENANCE_H

#include "engine/run.h"
#include "results/store.h"

/* Finishes the store (see jc_store_finish; it is gone afterwards, whatever happens). Errors:
 * JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_finish_with_provenance(struct jc_store *store, const struct jc_plan *plan,
    const struct jc_run_options *options, const struct jc_results *results, double draw_seconds,
    struct jc_error *error);

/* The same if `ret` is 0; else the store is discarded, and `ret` returned. NULL: there is no file. */
int jc_finish_or_discard(struct jc_store *store, int ret, const struct jc_plan *plan,
    const struct jc_run_options *options, const struct jc_results *results, double draw_seconds,
    struct jc_error *error);

/* The same of fleets of stored results, which nothing was drawn for. */
int jc_finish_fleets(struct jc_store *store, const struct jc_scenario *scenario,
    const struct jc_results *results, struct jc_error *error);

/* The same of a shard (see jc_store_finish_shard). */
int jc_finish_shard_with_provenance(struct jc_store *store, const struct jc_plan *plan,
    const struct jc_run_options *options, const struct jc_shard *shard, const char *path,
    double draw_seconds, struct jc_error *error);

#endif
