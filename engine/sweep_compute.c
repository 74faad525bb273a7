/*
 * The points of a sweep, by the threads of one process.
 */
#include "engine/sweep.h"

#include <gsl/gsl_errno.h>

/* Blocks of a case from which on a point is computed by all threads together, block by block: what a kill
 * can lose stays small, and the bar moves. */
#define BIG_POINT 64

/* Points that are being computed. */
struct pass {
    const struct jc_sweep_plan *plan;
    const struct jc_sweep_options *options;
    const size_t *point;
    struct jc_sweep_result *result;
    uint64_t queries_per_point;
    uint64_t done;
    uint64_t total;
    int status;
    struct jc_error *error;
};

static void
report(const struct pass *pass, uint64_t within_point)
{
    if (pass->options->progress != NULL && pass->total > 0) {
        pass->options->progress(pass->options->progress_context, pass->done + within_point,
            pass->total);
    }
}

/* The progress of a point that all threads compute. */
static void
report_blocks(void *context, uint64_t done, uint64_t total)
{
    (void) total;
    report(context, done);
}

static void
finish_point(struct pass *pass, size_t index, bool was_known, int ret, const struct jc_error *error)
{
    const struct jc_sweep_point *point = &pass->result->point[pass->point[index]];
    struct jc_error inner = *error;

    if (ret == 0 && point->status == JC_POINT_COMPUTED && !was_known
        && pass->options->journal != NULL) {
        ret = jc_journal_add(pass->options->journal, point->digest, point->number, &inner);
    }
    if (ret != 0 && pass->status == 0) {
        pass->status = ret;
        *pass->error = inner;
    }
    if (was_known || point->status != JC_POINT_COMPUTED) {
        pass->total -= pass->queries_per_point;
    } else {
        pass->done += pass->queries_per_point;
    }
    report(pass, 0);
}

/* Within a point that one thread of several computes. */
static enum jc_wish
look_after(void *context)
{
    const struct pass *pass = context;
    const struct jc_crew *crew = pass->options->crew;

#pragma omp critical(jc_sweep)
    crew->poke(crew->context);
    return JC_GO_ON;
}

/* Before a point is begun. */
static void
ask(struct pass *pass)
{
    const struct jc_sweep_options *options = pass->options;

    if (options->ask != NULL && pass->status == 0
        && options->ask(options->ask_context) == JC_STOP) {
        pass->status = jc_fail(pass->error, JC_ERROR_STOPPED, "stopped");
    }
}

/* A point of one thread among others; or of all threads, which can be stopped within it. */
static void
compute(struct pass *pass, size_t index, bool alone)
{
    const bool watched = !alone && pass->options->crew != NULL;
    const struct jc_run_options run = {
        .threads = alone ? pass->options->threads : 1,
        .simd = pass->options->simd,
        .summary_only = true,
        .cases_only = true,
        .progress = alone ? report_blocks : NULL,
        .progress_context = pass,
        .ask = alone  ? pass->options->ask
            : watched ? look_after
                      : NULL,
        .ask_context = watched ? pass : pass->options->ask_context,
    };
    struct jc_error error = { "" };
    bool was_known;
    int status;
    int ret;

#pragma omp critical(jc_sweep)
    {
        ask(pass);
        status = pass->status;
    }
    if (status != 0) {
        return;
    }
    ret = jc_sweep_compute_point(pass->plan, &run, pass->options->known, pass->point[index],
        pass->result, &was_known, &error);
#pragma omp critical(jc_sweep)
    finish_point(pass, index, was_known, ret, &error);
}

int
jc_sweep_compute(const struct jc_sweep_plan *self, const struct jc_sweep_options *options, size_t n,
    const size_t *point, struct jc_sweep_result *result, struct jc_error *error)
{
    const int threads = options->threads;
    const bool big = self->plan.blocks_per_case >= BIG_POINT || threads == 1;
    const size_t side_by_side = big ? 0 : n / (size_t) threads * (size_t) threads;
    struct pass pass = { .plan = self,
        .options = options,
        .point = point,
        .result = result,
        .queries_per_point = self->base.queries * self->base.n_cases,
        .error = error };
    /* Fits turn it off and on again, which threads must not do to one another. */
    gsl_error_handler_t *handler = gsl_set_error_handler_off();

    if (__builtin_mul_overflow(pass.queries_per_point, (uint64_t) n, &pass.total)) {
        pass.total = UINT64_MAX;
    }
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (size_t j = 0; j < side_by_side; j++) {
        compute(&pass, j, false);
    }
    for (size_t j = side_by_side; j < n; j++) {
        compute(&pass, j, true);
    }
    (void) gsl_set_error_handler(handler);
    return pass.status;
}
