/*
 * The first pass: blocks of cases are drawn, modelled and recorded in parallel, into a shard.
 *
 * Any blocks can be asked for, by one process or by many: what shards have between them is all that counts
 * (results/shard.h), and engine/conclude.h makes a result of it.
 */
#ifndef JC_ENGINE_WORK_H
#define JC_ENGINE_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/plan.h"
#include "engine/worker.h"
#include "results/shard.h"
#include "results/store.h"

/* Called after a block, by one thread at a time. */
typedef void jc_progress(void *context, uint64_t queries_done, uint64_t queries_in_all);

/* What is wanted of long work: asked after every block and draw, by one thread at a time. */
enum jc_wish {
    JC_GO_ON = 0,
    JC_CHECKPOINT, /* keep what there is, and go on */
    JC_STOP        /* keep what there is, and come back: JC_ERROR_STOPPED */
};
typedef enum jc_wish jc_ask(void *context);

struct jc_work_options {
    int threads; /* >= 1 */
    enum jc_simd simd;
    bool samples; /* what the scenario stores is kept, too */
    int deflate;
    jc_progress *progress; /* NULL: none */
    void *progress_context;
    jc_ask *ask; /* NULL: go on */
    void *ask_context;
};

struct jc_work {
    const struct jc_plan *plan;
    struct jc_work_options options;
    struct jc_kernels kernels;
    int threads;
    struct jc_worker **worker; /* [threads] */
    int n_slots;
    struct jc_computed *computed; /* [n_slots] */
    bool stored[JC_QUANTITIES];
    bool any_stored;
    uint64_t done;  /* queries, for the progress */
    uint64_t total; /* of so many, which the caller sets */
};

/* Errors: JC_ERROR_INTERNAL; free also then. */
int jc_work_init(struct jc_work *self, const struct jc_plan *plan,
    const struct jc_work_options *options, struct jc_error *error);
void jc_work_free(struct jc_work *self);

/* Computes the blocks first to end - 1 of a case into the shard, and their samples into the store (NULL: no samples).
 * When something else than to go on is wished for, the blocks at hand are finished; *wish says so, and the shard
 * which blocks it has. Errors: JC_ERROR_SCENARIO (a value that is negative or no finite number), JC_ERROR_IO,
 * JC_ERROR_INTERNAL. */
int jc_work_blocks(struct jc_work *self, size_t case_index, uint64_t first, uint64_t end,
    struct jc_store *store, struct jc_shard *shard, enum jc_wish *wish, struct jc_error *error);

/* Counts queries as done, and asks what is wanted. */
enum jc_wish jc_work_report(struct jc_work *self, uint64_t queries);

#endif
