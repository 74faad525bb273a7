#include "engine/work.h"

#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include "engine/turns.h"

/* Blocks that are being computed. */
struct pass {
    struct jc_work *work;
    const struct jc_case_model *model;
    size_t case_index;
    uint64_t first_block;
    struct jc_store *store;
    struct jc_shard *shard;
    struct jc_turns *turns;
    enum jc_wish wish;
};

int
jc_work_init(struct jc_work *self, const struct jc_plan *plan,
    const struct jc_work_options *options, struct jc_error *error)
{
    int thread, slot;
    size_t q;
    int ret;

    *self = (struct jc_work){ .plan = plan,
        .options = *options,
        .threads = jc_plan_threads(plan, options->threads) };
    self->n_slots = jc_turns_slots(self->threads);
    for (q = 0; q < JC_QUANTITIES; q++) {
        self->stored[q] = options->samples && plan->scenario->store[q];
        self->any_stored |= self->stored[q];
    }
    ret = jc_kernels_get(options->simd, &self->kernels, error);
    if (ret != 0) {
        return ret;
    }
    self->worker = calloc((size_t) self->threads, sizeof(struct jc_worker *));
    self->computed = calloc((size_t) self->n_slots, sizeof(struct jc_computed));
    if (self->worker == NULL || self->computed == NULL) {
        return jc_fail_memory(error);
    }
    for (thread = 0; ret == 0 && thread < self->threads; thread++) {
        ret = jc_worker_new(&self->worker[thread], plan->recorded, &plan->design, error);
    }
    for (slot = 0; ret == 0 && slot < self->n_slots; slot++) {
        ret = jc_computed_init(&self->computed[slot], self->stored, plan->design.replicates,
            options->deflate, error);
    }
    return ret;
}

void
jc_work_free(struct jc_work *self)
{
    int thread, slot;

    for (thread = 0; self->worker != NULL && thread < self->threads; thread++) {
        jc_worker_free(self->worker[thread]);
    }
    for (slot = 0; self->computed != NULL && slot < self->n_slots; slot++) {
        jc_computed_free(&self->computed[slot]);
    }
    free(self->worker);
    free(self->computed);
    *self = (struct jc_work){ .threads = 0 };
}

enum jc_wish
jc_work_report(struct jc_work *self, uint64_t queries)
{
    const struct jc_work_options *options = &self->options;

    self->done += queries;
    if (options->progress != NULL) {
        options->progress(options->progress_context, self->done, self->total);
    }
    return options->ask != NULL ? options->ask(options->ask_context) : JC_GO_ON;
}

static void
compute_block(void *context, const struct jc_turn *turn)
{
    const struct pass *pass = context;
    const struct jc_work *work = pass->work;
    const uint64_t block = pass->first_block + turn->block;
    struct jc_error error;
    int ret = jc_worker_compute(work->worker[omp_get_thread_num()], &work->kernels, pass->model,
        block * JC_BLOCK, jc_plan_queries_in_block(work->plan, block),
        work->plan->scenario->queries, work->plan->recorded, &work->computed[turn->slot], &error);

    if (ret != 0) {
        jc_turns_fail(pass->turns, turn, ret, &error);
    }
}

/* In block order: keeps the moments, and writes the samples. */
static void
finish_block(void *context, const struct jc_turn *turn)
{
    struct pass *pass = context;
    struct jc_work *work = pass->work;
    const struct jc_computed *computed = &work->computed[turn->slot];
    const uint64_t block = pass->first_block + turn->block;
    struct jc_error error;
    enum jc_wish wish;
    size_t q;
    int ret = 0;

    for (q = 0; ret == 0 && pass->store != NULL && q < JC_QUANTITIES; q++) {
        if (work->stored[q]) {
            ret = jc_store_write(pass->store, (enum jc_quantity) q, block * JC_BLOCK,
                &computed->chunk[q], &error);
        }
    }
    ret = ret != 0 ? ret
                   : jc_shard_add_block(pass->shard, pass->case_index, block, computed->n_outside,
                       JC_QUANTITIES, computed->moments, &error);
    if (ret != 0) {
        jc_turns_fail(pass->turns, turn, ret, &error);
        return;
    }
    wish = jc_work_report(work, jc_plan_queries_in_block(work->plan, block));
    if (wish > pass->wish) {
        pass->wish = wish;
        jc_turns_stop(pass->turns);
    }
}

/* Sketches are counts: the threads' may be added in any order. */
static int
gather(const struct pass *pass, struct jc_error *error)
{
    const struct jc_work *work = pass->work;
    const size_t replicates = work->plan->design.replicates;
    struct jc_record record = { .precision = NULL };
    struct jc_sketch *sketch;
    size_t q, k;
    int thread;
    int ret = 0;

    for (q = 0; q < JC_QUANTITIES; q++) {
        if (!work->plan->recorded[q] || pass->model->is_constant[q]) {
            continue;
        }
        for (k = 0; ret == 0 && k < replicates; k++) {
            sketch = jc_shard_sketch(pass->shard, pass->case_index, q, k);
            record.sketch = *sketch;
            for (thread = 0; ret == 0 && thread < work->threads; thread++) {
                ret = jc_recorder_flush(&work->worker[thread]->recorder[q * replicates + k],
                    &record, error);
            }
            *sketch = record.sketch;
        }
    }
    return ret;
}

int
jc_work_blocks(struct jc_work *self, size_t case_index, uint64_t first, uint64_t end,
    struct jc_store *store, struct jc_shard *shard, enum jc_wish *wish, struct jc_error *error)
{
    struct pass pass = { .work = self,
        .model = &self->plan->models[case_index],
        .case_index = case_index,
        .first_block = first,
        .store = store,
        .shard = shard };
    int ret = jc_turns_new(&pass.turns, end - first, self->n_slots, error);

    if (ret == 0) {
#pragma omp parallel num_threads(self->threads)
        jc_turns_take(pass.turns, compute_block, finish_block, &pass);
        ret = jc_turns_status(pass.turns, error);
    }
    jc_turns_free(pass.turns);
    *wish = pass.wish;
    return ret != 0 ? ret : gather(&pass, error);
}
