#include "engine/run.h"

#include <stdlib.h>

#include "base/clock.h"
#include "engine/conclude.h"
#include "engine/continuation.h"
#include "engine/draws.h"
#include "engine/parts.h"
#include "engine/provenance.h"
#include "engine/share.h"
#include "results/store.h"

struct run {
    const struct jc_plan *plan;
    const struct jc_run_options *options;
    struct jc_work work;
    struct jc_shard_study study;
    uint64_t task;
    struct jc_parts parts;  /* checkpoints on the disk that have what the shard has not */
    struct jc_shard shard;  /* what was done since */
    bool is_saved;          /* a checkpoint has what the shard has */
    size_t n_files;         /* checkpoints on the disk */
    struct jc_store *store; /* NULL: no file */
    size_t n_begun;         /* cases with samples in the store */
    bool has_draws;
    struct jc_draws draws;
    bool is_kept;  /* the parts have names beside the output, which it refers to */
    bool is_given; /* `before` has all queries already */
    struct jc_results *results;
    double began; /* by jc_clock_seconds */
};

static bool
is_task(const struct run *run)
{
    return run->options->n_tasks > 0;
}

/* The parts' shards and the one at hand, from malloc; one more than there are parts. */
static int
list_shards(const struct run *run, const struct jc_shard ***shard, struct jc_error *error)
{
    int ret = jc_parts_list(&run->parts, shard, error);

    if (ret == 0) {
        (*shard)[run->parts.n] = &run->shard;
    }
    return ret;
}

/* Blocks of a unit that are the task's and not done: *first to *end - 1; none if these are equal. */
static int
find_gap(const struct run *run, uint64_t unit, uint64_t *first, uint64_t *end,
    struct jc_error *error)
{
    const struct jc_shard **shard;
    uint64_t from = 0;
    uint64_t to = run->plan->blocks_per_case;
    int ret = list_shards(run, &shard, error);

    if (ret == 0) {
        if (is_task(run)) {
            jc_share_blocks(run->plan, run->task, run->study.n_tasks, unit, &from, &to);
        }
        if (!jc_shards_gap(run->parts.n + 1, shard, unit, from, to, first, end)) {
            *first = *end = to;
        }
    }
    free(shard);
    return ret;
}

/* The queries of so many blocks of a case from `first` on. */
static double
count_in(const struct run *run, uint64_t first, uint64_t end)
{
    const uint64_t queries = run->plan->scenario->queries;

    return first >= end ? 0
                        : (double) (end == run->plan->blocks_per_case ? queries : end * JC_BLOCK)
            - (double) (first * JC_BLOCK);
}

/* Queries to compute, those of a second pass twice. What has been done is at the beginning of a share. */
static int
count_queries(struct run *run, struct jc_error *error)
{
    const struct jc_scenario *scenario = run->plan->scenario;
    const uint64_t shared = jc_continuation_first_block(run->plan, run->options->before);
    uint64_t first = 0, end = 0;
    double total = 0;
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < scenario->n_cases; j++) {
        ret = find_gap(run, j, &first, &end, error);
        total += count_in(run, first == 0 ? shared : first, end);
        if (ret == 0 && run->plan->has_pathways[j] && !run->options->cases_only && !is_task(run)) {
            ret = find_gap(run, jc_second_pass(run->plan, j), &first, &end, error);
            total += count_in(run, first, end);
        }
    }
    if (run->has_draws) {
        jc_share_units(run->draws.n_draws, run->task, run->study.n_tasks, &first, &end);
        total += (double) jc_draws_missing(&run->draws, first, end)
            * (double) (scenario->n_cases * scenario->bands.queries);
    }
    run->work.total = total < 0x1p63 ? (uint64_t) total : UINT64_MAX;
    return ret;
}

/* The shard so far becomes a checkpoint: the open file, if it has samples, or in place of the one before it. */
static int
save(struct run *run, struct jc_error *error)
{
    const struct jc_run_options *options = run->options;
    const struct jc_store_options replace = { .force = true };
    const size_t number = run->parts.n + 1;
    const bool is_empty = run->shard.n_pieces == 0 && run->shard.n_draws == 0;
    struct jc_store *store = NULL;
    char *path = NULL;
    int ret;

    if (options->output == NULL || run->is_saved || is_empty) {
        return 0;
    }
    ret = jc_checkpoint_path(options->output, number, &path, error);
    if (ret == 0 && run->work.any_stored) {
        store = run->store;
        run->store = NULL;
    } else if (ret == 0) {
        ret = jc_store_create(&store, path, &replace, error);
    }
    if (ret == 0) {
        ret = jc_finish_shard_with_provenance(store, run->plan, options, &run->shard, path,
            jc_clock_seconds() - run->began, error);
    }
    run->is_saved = ret == 0;
    run->n_files = ret == 0 && number > run->n_files ? number : run->n_files;
    if (ret == 0 && run->work.any_stored) {
        ret = jc_parts_take(&run->parts, path, &run->shard, error);
        ret = ret != 0 ? ret : jc_shard_init(&run->shard, &run->study, run->task, error);
        run->n_begun = 0;
    }
    free(path);
    return ret;
}

static int
begin_store(struct run *run, struct jc_error *error)
{
    const struct jc_run_options *options = run->options;

    return run->store == NULL && options->output != NULL
        ? jc_store_create(&run->store, options->output, &options->store, error)
        : 0;
}

/* Keeps what there is, and says where. */
static int
stop(struct run *run, struct jc_error *error)
{
    char *path = NULL;
    int ret = save(run, error);

    if (ret != 0) {
        return ret;
    }
    if (run->n_files == 0) {
        return jc_fail(error, JC_ERROR_STOPPED, "stopped; there was nothing to keep");
    }
    ret = jc_checkpoint_path(run->options->output, run->n_files, &path, error);
    ret = ret != 0 ? ret
                   : jc_fail(error, JC_ERROR_STOPPED,
                       "stopped; %s has what was done: --resume goes on from there", path);
    free(path);
    return ret;
}

/* Does what was wished for. */
static int
obey(struct run *run, enum jc_wish wish, struct jc_error *error)
{
    run->is_saved = false;
    if (wish == JC_STOP) {
        return stop(run, error);
    }
    return wish == JC_CHECKPOINT ? save(run, error) : 0;
}

/* Takes over the blocks that are shared with what the run goes on from. */
static int
take_before(struct run *run, size_t index, struct jc_error *error)
{
    const struct jc_run_options *options = run->options;
    const uint64_t n_blocks = jc_continuation_first_block(run->plan, options->before);
    struct jc_case_result *result = &run->results->cases[index];
    struct jc_moments moments[JC_QUANTITIES];
    size_t q;
    int ret = jc_continuation_begin_case(run->plan, index, options->before, &run->work.kernels,
        run->work.worker[0], result, error);

    if (ret == 0 && options->samples != NULL && n_blocks > 0) {
        ret = jc_samples_copy(options->samples, result->name, run->work.stored, 0, n_blocks,
            run->work.kernels.records, run->store, error);
    }
    if (ret != 0 || run->is_given) {
        return ret;
    }
    for (q = 0; q < JC_QUANTITIES; q++) {
        moments[q] = result->record[q].moments;
        *jc_shard_sketch(&run->shard, index, q, 0) = result->record[q].sketch;
        result->record[q] = (struct jc_record){ .precision = NULL };
        result->whole[q] = (struct jc_moments){ .n = 0 };
    }
    if (n_blocks > 0) {
        ret = jc_shard_add_first_blocks(&run->shard, index, n_blocks, result->n_outside,
            JC_QUANTITIES, moments, error);
    }
    result->n_outside = 0;
    return ret;
}

/* A case has its place in the file before it is computed, if it has samples. */
static int
begin_case(struct run *run, size_t index, struct jc_error *error)
{
    const struct jc_scenario *scenario = run->plan->scenario;
    int ret = begin_store(run, error);

    if (ret != 0 || !run->work.any_stored || run->store == NULL || run->n_begun == index + 1) {
        return ret;
    }
    run->n_begun = index + 1;
    return jc_store_begin_case(run->store, scenario->cases[index].name,
        scenario->cases[index].label, scenario->queries, run->work.stored, error);
}

/* All blocks of a case that are the task's. */
static int
run_case(struct run *run, size_t index, struct jc_error *error)
{
    bool has_before = run->options->before != NULL;
    enum jc_wish wish = JC_GO_ON;
    uint64_t first, end;
    int ret = find_gap(run, index, &first, &end, error);

    while (ret == 0 && first < end) {
        ret = begin_case(run, index, error);
        if (ret == 0 && has_before && first == 0) {
            has_before = false;
            ret = take_before(run, index, error);
        } else if (ret == 0) {
            ret = jc_work_blocks(&run->work, index, first, end,
                run->work.any_stored ? run->store : NULL, &run->shard, &wish, error);
            ret = ret != 0 ? ret : obey(run, wish, error);
        }
        if (run->is_given) {
            return ret;
        }
        ret = ret != 0 ? ret : find_gap(run, index, &first, &end, error);
    }
    return ret;
}

/* All draws that are the task's. */
static int
run_draws(struct run *run, struct jc_error *error)
{
    enum jc_wish wish = JC_GO_ON;
    uint64_t first, end;
    int ret = 0;

    jc_share_units(run->draws.n_draws, run->task, run->study.n_tasks, &first, &end);
    while (ret == 0 && jc_draws_missing(&run->draws, first, end) > 0) {
        ret = begin_store(run, error);
        ret = ret != 0
            ? ret
            : jc_draws_compute(&run->draws, &run->work, first, end, &run->shard, &wish, error);
        ret = ret != 0 ? ret : obey(run, wish, error);
    }
    return ret;
}

/* What checkpoints have. Those without samples are not needed any more: the shard goes on from them. */
static int
take_checkpoints(struct run *run, struct jc_error *error)
{
    size_t k;
    int ret = 0;

    for (k = 0; ret == 0 && run->has_draws && k < run->parts.n; k++) {
        ret = jc_draws_take(&run->draws, &run->parts.part[k].shard, error);
    }
    run->is_saved = run->parts.n > 0;
    run->n_files = run->parts.n;
    if (!run->work.any_stored) {
        for (k = 0; ret == 0 && k < run->parts.n; k++) {
            ret = jc_shard_add(&run->shard, &run->parts.part[k].shard, error);
        }
        jc_parts_free(&run->parts);
    }
    return ret;
}

/* Checkpoints are there to be gone on from, or in the way. */
static int
find_checkpoints(struct run *run, struct jc_error *error)
{
    const struct jc_run_options *options = run->options;
    int ret;

    if (options->output == NULL || (!options->resume && options->ask == NULL)) {
        return 0;
    }
    if (!options->resume) {
        return jc_checkpoints_clear(options->output, options->store.force, error);
    }
    ret = jc_parts_find_checkpoints(&run->parts, options->output, &run->study, run->task, error);
    return ret != 0 ? ret : take_checkpoints(run, error);
}

static int
start(struct run *run, struct jc_error *error)
{
    const struct jc_run_options *options = run->options;
    const struct jc_work_options work = { .threads = options->threads,
        .simd = options->simd,
        .samples = options->output != NULL && !options->summary_only,
        .deflate = options->store.deflate,
        .progress = options->progress,
        .progress_context = options->progress_context,
        .ask = options->ask,
        .ask_context = options->ask_context };
    int ret = jc_plan_results(run->plan, run->results, error);

    ret = ret != 0 ? ret : jc_work_init(&run->work, run->plan, &work, error);
    ret = ret != 0
        ? ret
        : jc_shard_study_init(&run->study, run->plan, work.samples,
            work.samples ? options->store.deflate : 0, is_task(run) ? options->n_tasks : 1, error);
    ret = ret != 0 ? ret : jc_shard_init(&run->shard, &run->study, run->task, error);
    if (ret == 0 && run->has_draws) {
        ret = jc_draws_init(&run->draws, run->plan->scenario, error);
    }
    ret = ret != 0 ? ret : jc_parts_check_kept(options, error);
    ret = ret != 0 ? ret : begin_store(run, error);
    ret = ret != 0 ? ret : find_checkpoints(run, error);
    return ret != 0 ? ret : count_queries(run, error);
}

/* Several files become one: their samples move to a new one, their shards into the one at hand. */
static int
join_parts(struct run *run, struct jc_error *error)
{
    const bool stay = run->options->samples_stay && run->work.any_stored;
    enum jc_wish wish = JC_GO_ON;
    size_t k;
    int ret = save(run, error);

    ret = ret != 0 ? ret : begin_store(run, error);
    ret = ret != 0 || stay
        ? ret
        : jc_parts_copy_samples(&run->parts, &run->work, run->store, &wish, error);
    if (ret == 0 && wish == JC_STOP) {
        return stop(run, error);
    }
    for (k = 0; ret == 0 && k < run->parts.n; k++) {
        ret = jc_shard_add(&run->shard, &run->parts.part[k].shard, error);
    }
    run->is_saved = true;
    if (ret == 0 && stay) {
        ret = jc_parts_stay(&run->parts, &run->work, run->options->output, run->store, error);
        run->is_kept = ret == 0;
    }
    return ret;
}

/* Cases without samples in the file have their places there all the same. */
static int
begin_cases(struct run *run, struct jc_error *error)
{
    enum jc_wish wish;

    return run->store != NULL
        ? jc_parts_copy_samples(&run->parts, &run->work, run->store, &wish, error)
        : 0;
}

/* The second passes, which need the results of the first. */
static int
run_second_passes(struct run *run, struct jc_error *error)
{
    const struct jc_shard **shard = NULL;
    enum jc_wish wish = JC_CHECKPOINT;
    int ret = list_shards(run, &shard, error);

    ret = ret != 0 ? ret
                   : jc_conclude_cases(run->plan, run->is_given ? 0 : run->parts.n + 1, shard,
                       run->results, error);
    free(shard);
    while (ret == 0 && !run->options->cases_only && wish != JC_GO_ON) {
        ret = begin_store(run, error);
        shard = NULL;
        ret = ret != 0 ? ret : list_shards(run, &shard, error);
        ret = ret != 0 ? ret
                       : jc_conclude_second_passes(&run->work, run->parts.n + 1, shard, &run->shard,
                           run->results, &wish, error);
        free(shard);
        ret = ret != 0 ? ret : obey(run, wish, error);
    }
    return ret;
}

/* From all that was computed to the results. */
static int
conclude(struct run *run, struct jc_error *error)
{
    const struct jc_shard *shard = &run->shard;

    run->results->has_samples = run->work.any_stored;
    run->results->has_whole = run->plan->design.replicates == 1;
    return jc_conclude(run->plan, run->options->cases_only ? 0 : 1, &shard,
        run->has_draws ? &run->draws : NULL, run->results, error);
}

/* The file gets its name, and checkpoints are no longer needed. */
static int
finish(struct run *run, struct jc_error *error)
{
    struct jc_store *store = run->store;
    const double seconds = jc_clock_seconds() - run->began;
    int ret = 0;

    run->store = NULL;
    if (store != NULL && is_task(run)) {
        ret = jc_finish_shard_with_provenance(store, run->plan, run->options, &run->shard, NULL,
            seconds, error);
    } else if (store != NULL) {
        ret =
            jc_finish_with_provenance(store, run->plan, run->options, run->results, seconds, error);
    }
    return ret == 0 && run->n_files > 0 ? jc_checkpoints_clear(run->options->output, true, error)
                                        : ret;
}

static int
run_all(struct run *run, struct jc_error *error)
{
    size_t j;
    int ret = start(run, error);

    for (j = 0; ret == 0 && j < run->plan->scenario->n_cases; j++) {
        ret = run_case(run, j, error);
    }
    if (ret == 0 && run->has_draws) {
        ret = run_draws(run, error);
    }
    if (ret == 0 && !is_task(run)) {
        ret = run_second_passes(run, error);
    }
    if (ret == 0 && run->parts.n > 0) {
        ret = join_parts(run, error);
    } else if (ret == 0 && !run->work.any_stored && !is_task(run)) {
        ret = begin_cases(run, error);
    }
    if (ret == 0 && !is_task(run)) {
        ret = conclude(run, error);
    }
    return ret != 0 ? ret : finish(run, error);
}

int
jc_run(const struct jc_plan *plan, const struct jc_run_options *options, struct jc_results *results,
    struct jc_error *error)
{
    struct run run = { .plan = plan,
        .options = options,
        .task = options->n_tasks > 0 ? options->task : 1,
        .has_draws = options->bands && !options->cases_only && plan->scenario->bands.draws > 0,
        .is_given = options->before != NULL && options->before->queries == plan->scenario->queries,
        .results = results,
        .began = jc_clock_seconds() };
    int ret = run_all(&run, error);

    jc_store_discard(run.store);
    if (ret != 0 && run.is_kept) {
        jc_parts_remove(&run.parts, options->output);
    }
    jc_draws_free(&run.draws);
    jc_shard_free(&run.shard);
    jc_parts_free(&run.parts);
    jc_shard_study_free(&run.study);
    jc_work_free(&run.work);
    if (ret != 0 || is_task(&run)) {
        jc_results_free(results);
    }
    return ret;
}
