#include "engine/crew.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/conclude.h"
#include "engine/crew_gather.h"
#include "engine/crew_pieces.h"
#include "engine/draws.h"
#include "engine/parts.h"
#include "engine/pathways.h"
#include "engine/provenance.h"
#include "engine/share.h"
#include "results/store.h"

#define DRAINED ((uint64_t) 1 << 48) /* no piece has such a number, and 65535 ranks may add it */

struct share {
    const struct jc_plan *plan;
    const struct jc_run_options *options;
    const struct jc_crew *crew;
    struct jc_work work;
    struct jc_shard_study study;
    uint64_t task;
    uint64_t threads; /* of the rank with the most */
    struct jc_pieces pieces;
    struct jc_parts parts;  /* checkpoints that this rank knows of */
    uint64_t n_files;       /* checkpoints that there are */
    struct jc_shard shard;  /* what was done since */
    struct jc_store *store; /* samples of it; NULL: none yet */
    size_t n_begun;         /* cases with samples in the store */
    bool has_draws;
    struct jc_draws draws;
    struct jc_results results; /* of the first passes */
    enum jc_wish wish;
    double began; /* by jc_clock_seconds */
};

/* Only the first rank asks for checkpoints, for which a piece of the work is finished. */
static enum jc_wish
ask(void *context)
{
    struct share *share = context;
    const struct jc_run_options *options = share->options;
    enum jc_wish wish = options->ask != NULL ? options->ask(options->ask_context) : JC_GO_ON;

    share->crew->poke(share->crew->context);
    if (wish == JC_CHECKPOINT && share->crew->rank > 0) {
        wish = JC_GO_ON;
    }
    share->wish = wish > share->wish ? wish : share->wish;
    return wish == JC_STOP ? JC_STOP : JC_GO_ON;
}

static int
begin_store(struct share *share, struct jc_error *error)
{
    const struct jc_store_options options = { .force = true,
        .deflate = share->options->store.deflate };
    char *path = NULL;
    int ret;

    if (share->store != NULL) {
        return 0;
    }
    ret = jc_checkpoint_path(share->options->output, share->n_files + share->crew->rank + 1, &path,
        error);
    ret = ret != 0 ? ret : jc_store_create(&share->store, path, &options, error);
    share->n_begun = 0;
    free(path);
    return ret;
}

/* A case has its place in the file before it is computed, if it has samples. */
static int
begin_case(struct share *share, size_t index, struct jc_error *error)
{
    const struct jc_scenario *scenario = share->plan->scenario;
    int ret = share->work.any_stored ? begin_store(share, error) : 0;

    if (ret != 0 || !share->work.any_stored || share->n_begun == index + 1) {
        return ret;
    }
    share->n_begun = index + 1;
    return jc_store_begin_case(share->store, scenario->cases[index].name,
        scenario->cases[index].label, scenario->queries, share->work.stored, error);
}

static int
compute_gap(struct share *share, size_t case_index, uint64_t first, uint64_t end,
    enum jc_wish *wish, struct jc_error *error)
{
    int ret;

    if (share->pieces.is_second) {
        return jc_pathways_blocks(&share->work, case_index, &share->results, first, end,
            &share->shard, wish, error);
    }
    ret = begin_case(share, case_index, error);
    return ret != 0 ? ret
                    : jc_work_blocks(&share->work, case_index, first, end,
                        share->work.any_stored ? share->store : NULL, &share->shard, wish, error);
}

/* The blocks of a piece that no checkpoint has. */
static int
compute_blocks(struct share *share, const struct jc_piece *piece, struct jc_error *error)
{
    const uint64_t unit = share->pieces.is_second ? jc_second_pass(share->plan, piece->case_index)
                                                  : piece->case_index;
    const struct jc_shard **shard;
    enum jc_wish wish = JC_GO_ON;
    uint64_t first, end;
    int ret = jc_parts_list(&share->parts, &shard, error);

    if (ret != 0) {
        return ret;
    }
    shard[share->parts.n] = &share->shard;
    while (ret == 0 && wish != JC_STOP
        && jc_shards_gap(share->parts.n + 1, shard, unit, piece->first, piece->end, &first, &end)) {
        ret = compute_gap(share, piece->case_index, first, end, &wish, error);
    }
    free(shard);
    return ret;
}

static int
compute_piece(struct share *share, uint64_t number, struct jc_error *error)
{
    struct jc_piece piece;
    enum jc_wish wish;

    jc_pieces_get(&share->pieces, number, &piece);
    if (share->crew->rank == 0) { /* the progress tells of what is handed out to all */
        share->work.done = piece.queries_before;
    }
    return piece.is_draws ? jc_draws_compute(&share->draws, &share->work, piece.first, piece.end,
               &share->shard, &wish, error)
                          : compute_blocks(share, &piece, error);
}

/* Pieces until there are none, or something else is wished for by any rank. */
static int
compute(struct share *share, uint64_t *next, struct jc_error *error)
{
    const struct jc_crew *crew = share->crew;
    uint64_t number;
    int ret = 0;

    do {
        number = crew->take(crew->context, 1);
        if (number < share->pieces.n) {
            *next = number + 1;
            ret = compute_piece(share, number, error);
        }
    } while (ret == 0 && number < share->pieces.n && share->wish == JC_GO_ON);
    if (number < share->pieces.n) {
        (void) crew->take(crew->context, DRAINED);
    }
    return ret;
}

static int
finish_store(struct share *share, size_t number, struct jc_error *error)
{
    struct jc_store *store;
    char *path = NULL;
    int ret = begin_store(share, error);

    ret = ret != 0 ? ret : jc_checkpoint_path(share->options->output, number, &path, error);
    if (ret == 0) {
        store = share->store;
        share->store = NULL;
        ret = jc_finish_shard_with_provenance(store, share->plan, share->options, &share->shard,
            path, jc_clock_seconds() - share->began, error);
    }
    free(path);
    return ret;
}

static bool
is_empty(const struct jc_shard *shard)
{
    return shard->n_pieces == 0 && shard->n_draws == 0;
}

/* Every rank's shard is a file of its own, with its samples. Files are numbered without gaps. */
static int
save_own(struct share *share, struct jc_error *error)
{
    const struct jc_crew *crew = share->crew;
    const uint64_t has_file = !is_empty(&share->shard);
    const uint64_t number = share->n_files + crew->sum_before(crew->context, has_file) + has_file;
    const uint64_t most = crew->most(crew->context, number);
    char *path = NULL;
    int ret = 0;

    if (has_file != 0) {
        ret = finish_store(share, number, error);
        ret = ret != 0 ? ret : jc_checkpoint_path(share->options->output, number, &path, error);
        ret = ret != 0 ? ret : jc_parts_take(&share->parts, path, &share->shard, error);
        ret = ret != 0 ? ret : jc_shard_init(&share->shard, &share->study, share->task, error);
        free(path);
    }
    share->n_files = most;
    return ret;
}

/* One file with what all have done, which takes the place of the one before. */
static int
save_together(struct share *share, struct jc_error *error)
{
    const struct jc_crew *crew = share->crew;
    int ret = crew->agree(crew->context,
        jc_crew_gather(crew, &share->study, share->task, &share->shard, error), error);

    if (ret == 0 && crew->rank == 0 && !is_empty(&share->shard)) {
        ret = finish_store(share, 1, error);
        share->n_files = 1;
    }
    ret = crew->agree(crew->context, ret, error);
    share->n_files = ret != 0 ? share->n_files : crew->most(crew->context, share->n_files);
    return ret;
}

/* Checkpoints are gone on from, or in the way. Without samples the first rank's shard goes on from them. */
static int
find_checkpoints(struct share *share, struct jc_error *error)
{
    const struct jc_run_options *options = share->options;
    size_t k;
    int ret = 0;

    if (!options->resume) {
        return share->crew->rank == 0
            ? jc_checkpoints_clear(options->output, options->store.force, error)
            : 0;
    }
    ret = jc_parts_find_checkpoints(&share->parts, options->output, &share->study, share->task,
        error);
    share->n_files = share->parts.n;
    for (k = 0; ret == 0 && k < share->parts.n; k++) {
        if (share->has_draws) {
            ret = jc_draws_take(&share->draws, &share->parts.part[k].shard, error);
        }
        if (ret == 0 && !share->work.any_stored && share->crew->rank == 0) {
            ret = jc_shard_add(&share->shard, &share->parts.part[k].shard, error);
        }
    }
    if (!share->work.any_stored && share->crew->rank == 0) {
        jc_parts_free(&share->parts);
    }
    return ret;
}

static int
start(struct share *share, struct jc_error *error)
{
    const struct jc_run_options *options = share->options;
    const struct jc_work_options work = { .threads = options->threads,
        .simd = options->simd,
        .samples = !options->summary_only,
        .deflate = options->store.deflate,
        .progress = options->progress,
        .progress_context = options->progress_context,
        .ask = ask,
        .ask_context = share };
    int ret = 0;

    if (options->before != NULL) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "%s: has fewer queries: ranks cannot go on from it, a process without MPI can",
            options->output);
    }
    if (share->crew->rank == 0) {
        ret = jc_store_check_target(options->output, options->store.force, error);
        ret = ret != 0 ? ret : jc_parts_check_kept(options, error);
    }
    ret = ret != 0 ? ret : jc_work_init(&share->work, share->plan, &work, error);
    ret = ret != 0 ? ret
                   : jc_shard_study_init(&share->study, share->plan, work.samples,
                       work.samples ? options->store.deflate : 0,
                       options->n_tasks > 0 ? options->n_tasks : 1, error);
    ret = ret != 0 ? ret : jc_shard_init(&share->shard, &share->study, share->task, error);
    if (ret == 0 && share->has_draws) {
        ret = jc_draws_init(&share->draws, share->plan->scenario, error);
    }
    return ret != 0 ? ret : find_checkpoints(share, error);
}

static int
prepare(struct share *share, struct jc_error *error)
{
    const struct jc_crew *crew = share->crew;
    int ret = crew->agree(crew->context, start(share, error), error);

    ret = ret != 0
        ? ret
        : crew->agree(crew->context, jc_crew_check_same(crew, &share->study, error), error);
    if (ret != 0) {
        return ret;
    }
    share->threads = crew->most(crew->context, (uint64_t) share->work.threads);
    return 0;
}

static int
stopped(const struct share *share, struct jc_error *error)
{
    char *path = NULL;
    int ret;

    if (share->n_files == 0) {
        return jc_fail(error, JC_ERROR_STOPPED, "stopped; there was nothing to keep");
    }
    ret = jc_checkpoint_path(share->options->output, share->n_files, &path, error);
    if (ret == 0) {
        ret = jc_fail(error, JC_ERROR_STOPPED,
            "stopped; %s has what was done: --resume goes on from there", path);
    }
    free(path);
    return ret;
}

/* The first passes, or the second ones, round after round: a checkpoint ends one. */
static int
run_rounds(struct share *share, bool is_second, struct jc_error *error)
{
    const struct jc_crew *crew = share->crew;
    const struct jc_pieces_spec spec = { .is_second = is_second,
        .draws = share->has_draws && !is_second,
        .task = share->task,
        .n_tasks = share->study.n_tasks,
        .n_ranks = crew->n,
        .threads = share->threads };
    enum jc_wish wish = JC_CHECKPOINT;
    uint64_t next = 0;
    int ret = 0;

    jc_pieces_init(&share->pieces, share->plan, &spec);
    share->work.total = share->pieces.queries;
    while (ret == 0 && wish == JC_CHECKPOINT && next < share->pieces.n) {
        share->wish = JC_GO_ON;
        crew->set(crew->context, next);
        ret = crew->agree(crew->context, compute(share, &next, error), error);
        if (ret != 0) {
            return ret;
        }
        next = crew->most(crew->context, next);
        wish = (enum jc_wish) crew->most(crew->context, (uint64_t) share->wish);
        ret = share->work.any_stored ? save_own(share, error) : save_together(share, error);
        ret = crew->agree(crew->context, ret, error);
    }
    if (ret == 0 && wish == JC_STOP) {
        ret = crew->agree(crew->context, stopped(share, error), error);
    }
    return ret;
}

/* Every rank makes the results of the first passes of what all have left: second passes need them. */
static int
share_results(struct share *share, struct jc_error *error)
{
    const struct jc_shard **shard = NULL;
    int ret = jc_plan_results(share->plan, &share->results, error);

    if (ret == 0 && (share->work.any_stored || share->crew->rank > 0)) {
        jc_parts_free(&share->parts);
        ret = jc_parts_find_checkpoints(&share->parts, share->options->output, &share->study,
            share->task, error);
    }
    ret = ret != 0 ? ret : jc_parts_list(&share->parts, &shard, error);
    if (ret == 0) {
        shard[share->parts.n] = &share->shard;
        ret = jc_conclude_cases(share->plan, share->parts.n + 1, shard, &share->results, error);
    }
    free(shard);
    return ret;
}

static int
run_share(struct share *share, struct jc_error *error)
{
    const struct jc_crew *crew = share->crew;
    bool has_second = false;
    size_t j;
    int ret = prepare(share, error);

    ret = ret != 0 ? ret : run_rounds(share, false, error);
    for (j = 0; j < share->plan->scenario->n_cases && share->options->n_tasks == 0; j++) {
        has_second |= share->plan->has_pathways[j];
    }
    if (ret == 0 && has_second) {
        ret = crew->agree(crew->context, share_results(share, error), error);
        ret = ret != 0 ? ret : run_rounds(share, true, error);
    }
    return ret;
}

int
jc_run_crew(const struct jc_plan *plan, const struct jc_run_options *options,
    struct jc_results *results, struct jc_error *error)
{
    struct share share = { .plan = plan,
        .options = options,
        .crew = options->crew,
        .task = options->n_tasks > 0 ? options->task : 1,
        .has_draws = options->bands && plan->scenario->bands.draws > 0 };
    struct jc_run_options end = *options;
    int ret;

    if (options->crew == NULL) {
        return jc_run(plan, options, results, error);
    }
    *results = (struct jc_results){ .n_cases = 0 };
    share.began = jc_clock_seconds();
    ret = run_share(&share, error);
    jc_results_free(&share.results);
    jc_store_discard(share.store);
    jc_draws_free(&share.draws);
    jc_shard_free(&share.shard);
    jc_parts_free(&share.parts);
    jc_shard_study_free(&share.study);
    jc_work_free(&share.work);
    if (ret == 0 && options->crew->rank == 0) {
        end.crew = NULL;
        end.resume = true;
        ret = jc_run(plan, &end, results, error);
    }
    return options->crew->agree(options->crew->context, ret, error);
}
