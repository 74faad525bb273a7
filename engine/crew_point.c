#include "engine/crew_point.h"

#include <stdlib.h>

#include "engine/conclude.h"
#include "engine/crew_gather.h"
#include "engine/crew_pieces.h"
#include "engine/share.h"

#define DRAINED ((uint64_t) 1 << 48) /* no piece has such a number, and 65535 ranks may add it */

/* How it went, for all ranks: the greatest counts. */
enum { IS_DONE, IS_STOPPED, HAS_FAILED };

struct share {
    const struct jc_plan *plan;
    const struct jc_run_options *options;
    struct jc_work work;
    struct jc_shard_study study;
    struct jc_shard shard;
    struct jc_pieces pieces;
};

static int
init(struct share *share, uint64_t threads, struct jc_error *error)
{
    const struct jc_run_options *options = share->options;
    const struct jc_work_options work = { .threads = options->threads,
        .simd = options->simd,
        .progress = options->progress,
        .progress_context = options->progress_context,
        .ask = options->ask,
        .ask_context = options->ask_context };
    const struct jc_pieces_spec spec = { .task = 1,
        .n_tasks = 1,
        .n_ranks = options->crew->n,
        .threads = threads };
    int ret = jc_work_init(&share->work, share->plan, &work, error);

    ret = ret != 0 ? ret : jc_shard_study_init(&share->study, share->plan, false, 0, 1, error);
    ret = ret != 0 ? ret : jc_shard_init(&share->shard, &share->study, 1, error);
    jc_pieces_init(&share->pieces, share->plan, &spec);
    share->work.total = share->pieces.queries;
    return ret;
}

/* Pieces until there are none, or a rank cannot go on, or need not. */
static uint64_t
compute(struct share *share, struct jc_error *error)
{
    const struct jc_crew *crew = share->options->crew;
    enum jc_wish wish = JC_GO_ON;
    struct jc_piece piece;
    uint64_t number;
    int ret = 0;

    do {
        number = crew->take(crew->context, 1);
        if (number < share->pieces.n) {
            jc_pieces_get(&share->pieces, number, &piece);
            share->work.done = piece.queries_before;
            ret = jc_work_blocks(&share->work, piece.case_index, piece.first, piece.end, NULL,
                &share->shard, &wish, error);
        }
    } while (ret == 0 && wish != JC_STOP && number < share->pieces.n);
    if (ret != 0 || wish == JC_STOP) {
        (void) crew->take(crew->context, DRAINED);
    }
    return ret != 0 ? HAS_FAILED : wish == JC_STOP ? IS_STOPPED : IS_DONE;
}

static int
conclude(struct share *share, struct jc_results *results, struct jc_error *error)
{
    const struct jc_shard *shard = &share->shard;
    int ret = jc_plan_results(share->plan, results, error);

    results->has_whole = share->plan->design.replicates == 1;
    ret = ret != 0 ? ret : jc_conclude_cases(share->plan, 1, &shard, results, error);
    return ret != 0 ? ret : jc_conclude(share->plan, 0, &shard, NULL, results, error);
}

/* The first rank makes the results, or finds out what is wrong as a process alone would. */
static int
finish(struct share *share, uint64_t outcome, struct jc_results *results, struct jc_error *error)
{
    const struct jc_crew *crew = share->options->crew;
    int ret;

    if (outcome == IS_STOPPED) {
        return jc_fail(error, JC_ERROR_STOPPED, "stopped");
    }
    if (outcome == HAS_FAILED) {
        return crew->rank == 0 ? jc_run(share->plan, share->options, results, error) : 0;
    }
    ret = jc_crew_gather(crew, &share->study, 1, &share->shard, error);
    return ret == 0 && crew->rank == 0 ? conclude(share, results, error) : ret;
}

int
jc_crew_point(const struct jc_plan *plan, const struct jc_run_options *options, uint64_t threads,
    struct jc_results *results, struct jc_error *error)
{
    const struct jc_crew *crew = options->crew;
    struct share share = { .plan = plan, .options = options };
    int ret = init(&share, threads, error);

    if (crew->most(crew->context, ret != 0) != 0) {
        ret = ret != 0 ? ret : jc_fail(error, JC_ERROR_INTERNAL, "another rank has no memory");
    } else {
        crew->set(crew->context, 0);
        ret = finish(&share, crew->most(crew->context, compute(&share, error)), results, error);
    }
    if (ret != 0) {
        jc_results_free(results);
    }
    jc_shard_free(&share.shard);
    jc_shard_study_free(&share.study);
    jc_work_free(&share.work);
    return ret;
}
