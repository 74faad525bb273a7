#include "engine/sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/crew_gather.h"
#include "engine/crew_sweep.h"
#include "engine/journals.h"
#include "engine/parts.h"
#include "engine/provenance.h"
#include "engine/resume.h"
#include "engine/share.h"
#include "results/file.h"

/* A whole sweep from the study to the file. */
struct job {
    const struct jc_run_options *run;
    struct jc_sweep_plan plan;
    struct jc_results *results;
    struct jc_sweep_outcome *outcome;
    struct jc_results before; /* of the file that is resumed */
    struct jc_text study_text;
    struct jc_shard_study study; /* of a task, or of ranks */
    uint64_t first, end;         /* points to compute: first to end - 1 */
    struct jc_known_points known;
    double *known_numbers; /* that the first rank gave */
    struct jc_journal *journal;
};

static bool
is_task(const struct job *job)
{
    return job->run->n_tasks > 0;
}

/* The first rank reads and writes files; all have a journal. */
static bool
is_first(const struct job *job)
{
    return job->run->crew == NULL || job->run->crew->rank == 0;
}

/* What all ranks together have come to. */
static int
agree(const struct job *job, int ret, struct jc_error *error)
{
    const struct jc_crew *crew = job->run->crew;

    return crew == NULL ? ret : crew->agree(crew->context, ret, error);
}

/* The shard at the path, if it is that of this task. */
static int
read_shard(struct job *job, struct jc_error *error)
{
    struct jc_parts parts = { .n = 0 };
    int ret = jc_parts_read(&parts, job->run->output, NULL, error);

    ret = ret != 0 ? ret : jc_part_check(&parts.part[0], &job->study, job->run->task, error);
    if (ret == 0) {
        job->before.sweep = parts.part[0].shard.sweep;
        parts.part[0].shard.sweep = (struct jc_sweep_result){ 0 };
    }
    jc_parts_free(&parts);
    return ret;
}

static int
read_file(struct job *job, struct jc_error *error)
{
    const char *path = job->run->output;
    int ret;

    if (is_task(job)) {
        return read_shard(job, error);
    }
    ret = jc_resume_check(path, &job->plan.base, false, error);
    return ret != 0 ? ret : jc_file_read_results(path, &job->before, error);
}

/* What the file at the path has, if it is that of this study. */
static int
take_file(struct job *job, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = &job->before.sweep;
    const char *path = job->run->output;
    int ret;

    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return 0;
    }
    ret = read_file(job, error);
    if (job->run->store.force && (ret == JC_ERROR_SCENARIO || ret == JC_ERROR_FORMAT)) {
        return 0; /* it is to be replaced; there may be a journal of what is to replace it */
    }
    if (ret == 0 && sweep->n_numbers != job->results->sweep.n_numbers) {
        ret =
            jc_fail(error, JC_ERROR_FORMAT, "%s: has no sweep, or not that of its scenario", path);
    }
    for (size_t p = 0; ret == 0 && p < sweep->n_points; p++) {
        if (sweep->point[p].status == JC_POINT_COMPUTED) {
            ret = jc_known_points_add(&job->known, sweep->point[p].digest, sweep->point[p].number,
                error);
        }
    }
    return ret;
}

static int
open_first(struct job *job, enum jc_journal_mode mode, struct jc_error *error)
{
    const struct jc_run_options *run = job->run;
    int ret = mode == JC_JOURNAL_RESUME
        ? take_file(job, error)
        : jc_store_check_target(run->output, run->store.force, error);

    ret = ret != 0 ? ret
                   : jc_journals_open_first(&job->journal, run->output, mode, job->plan.digest,
                       job->results->sweep.n_numbers, error);
    return ret != 0 ? ret : jc_journal_known(job->journal, &job->known, error);
}

/* Journals, and all that is known of points, of every rank. */
static int
open_journals(struct job *job, bool resume, struct jc_error *error)
{
    const struct jc_run_options *run = job->run;
    const struct jc_crew *crew = run->crew;
    const size_t n_numbers = job->results->sweep.n_numbers;
    const enum jc_journal_mode mode = resume ? JC_JOURNAL_RESUME
        : run->store.force                   ? JC_JOURNAL_FORCE
                                             : JC_JOURNAL_NEW;
    int ret = agree(job, is_first(job) ? open_first(job, mode, error) : 0, error);

    if (ret == 0 && crew != NULL) {
        ret = agree(job,
            jc_crew_share_known(crew, n_numbers, &job->known, &job->known_numbers, error), error);
        if (ret == 0 && crew->rank > 0) {
            ret = jc_journals_open_own(&job->journal, run->output, crew->rank, mode,
                job->plan.digest, n_numbers, error);
        }
        ret = agree(job, ret, error);
    }
    jc_known_points_sort(&job->known);
    return ret;
}

static int
compute_all(struct job *job, struct jc_error *error)
{
    struct jc_sweep_result *sweep = &job->results->sweep;
    const struct jc_sweep_options options = { .threads = job->run->threads,
        .simd = job->run->simd,
        .known = &job->known,
        .journal = job->journal,
        .progress = job->run->progress,
        .progress_context = job->run->progress_context,
        .ask = job->run->ask,
        .ask_context = job->run->ask_context };
    const size_t n = job->end - job->first;
    size_t *point = NULL;
    int ret;

    if (job->run->crew != NULL) {
        ret = jc_crew_sweep(job->run, &job->plan, &options, job->first, job->end, sweep, error);
    } else {
        point = calloc(n + 1, sizeof(*point));
        if (point == NULL) {
            return jc_fail_memory(error);
        }
        for (size_t j = 0; j < n; j++) {
            point[j] = job->first + j;
        }
        ret = jc_sweep_compute(&job->plan, &options, n, point, sweep, error);
        free(point);
    }
    if (ret == JC_ERROR_STOPPED && job->journal != NULL) {
        ret = jc_journals_stopped(job->journal, job->run->output, error);
    }
    return ret;
}

static int
count_points(struct job *job, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = &job->results->sweep;
    struct jc_known_points all = { 0 };
    struct jc_sweep_outcome *outcome = job->outcome;
    int ret = 0;

    outcome->n_points = job->end - job->first;
    outcome->n_failed = jc_sweep_count(sweep, JC_POINT_FAILED);
    for (size_t p = 0; ret == 0 && p < sweep->n_points; p++) {
        if (sweep->point[p].status == JC_POINT_COMPUTED) {
            outcome->n_known += jc_known_points_find(&job->known, sweep->point[p].digest) != NULL;
            ret = jc_known_points_add(&all, sweep->point[p].digest, NULL, error);
        }
    }
    jc_known_points_sort(&all);
    for (size_t j = 0; j < all.n; j++) {
        outcome->n_different +=
            j == 0 || memcmp(all.point[j].digest, all.point[j - 1].digest, JC_SHA256_BYTES) != 0;
    }
    jc_known_points_free(&all);
    if (ret == 0 && !is_task(job) && outcome->n_failed == sweep->n_points) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "all %zu points failed; the first one: %.900s",
            sweep->n_points, sweep->point[0].message);
    }
    return ret;
}

static bool
is_same_axis(const struct jc_sweep_axis *before, const struct jc_sweep_axis *now)
{
    bool same = before->n == now->n && strcmp(before->name, now->name) == 0
        && strcmp(before->key, now->key) == 0 && strcmp(before->label, now->label) == 0
        && (before->number == NULL) == (now->number == NULL);

    for (size_t i = 0; same && i < now->n; i++) {
        same = now->number != NULL ? before->number[i] == now->number[i]
                                   : strcmp(before->text[i], now->text[i]) == 0;
    }
    return same;
}

/* Whether the file that was resumed has the very points of the sweep, under the same names. */
static bool
is_same(const struct jc_sweep_result *before, const struct jc_sweep_result *now)
{
    bool same = before->n_points == now->n_points && before->n_axes == now->n_axes
        && strcmp(before->design, now->design) == 0;

    for (size_t j = 0; same && j < now->n_axes; j++) {
        same = is_same_axis(&before->axis[j], &now->axis[j]);
    }
    for (size_t p = 0; same && p < now->n_points; p++) {
        same = before->point[p].status == now->point[p].status
            && memcmp(before->point[p].digest, now->point[p].digest, JC_SHA256_BYTES) == 0;
    }
    return same;
}

static int
finish_shard(struct job *job, struct jc_store *store, const struct jc_run_options *run,
    double seconds, struct jc_error *error)
{
    struct jc_shard shard;
    int ret = jc_shard_init(&shard, &job->study, run->task, error);

    shard.sweep = job->results->sweep;
    if (ret != 0) {
        jc_store_discard(store);
    } else {
        ret = jc_finish_shard_with_provenance(store, &job->plan.plan, run, &shard, NULL, seconds,
            error);
    }
    shard.sweep = (struct jc_sweep_result){ 0 };
    jc_shard_free(&shard);
    return ret;
}

static int
write_file(struct job *job, double seconds, struct jc_error *error)
{
    struct jc_run_options run = *job->run;
    struct jc_store *store = NULL;
    int ret;

    run.study_text = job->study_text.bytes;
    run.store.force |= job->before.sweep.n_axes > 0;
    ret = jc_store_create(&store, run.output, &run.store, error);
    if (ret != 0) {
        return ret;
    }
    return is_task(job)
        ? finish_shard(job, store, &run, seconds, error)
        : jc_finish_with_provenance(store, &job->plan.plan, &run, job->results, seconds, error);
}

static int
begin(struct job *job, const struct jc_study *study, struct jc_error *error)
{
    const struct jc_scenario *base = &job->plan.base;
    struct jc_results *results = job->results;
    int ret = jc_sweep_plan_init(&job->plan, study, error);

    *results = (struct jc_results){ .seed = base->seed, .queries = base->queries };
    ret = ret != 0 ? ret : jc_string_set(&results->scenario, base->name, error);
    ret = ret != 0 ? ret : jc_string_set(&results->title, base->title, error);
    ret = ret != 0 ? ret : jc_sweep_plan_result(&job->plan, &results->sweep, error);
    ret = ret != 0 ? ret : jc_study_write(study, &job->study_text, error);
    job->end = results->sweep.n_points;
    if (ret == 0 && (is_task(job) || job->run->crew != NULL)) {
        ret = jc_sweep_study_init(&job->study, &job->plan.plan, job->study_text.bytes,
            is_task(job) ? job->run->n_tasks : 1, error);
    }
    if (ret == 0 && is_task(job)) {
        jc_share_units(results->sweep.n_points, job->run->task, job->run->n_tasks, &job->first,
            &job->end);
    }
    return ret;
}

/* All is computed: the first rank counts and writes. Journals are no longer needed when all is in the file, or nothing
 * can be. */
static int
finish(struct job *job, double began, struct jc_error *error)
{
    const struct jc_run_options *run = job->run;
    struct jc_sweep_outcome *outcome = job->outcome;
    int removed = 0;
    int ret = count_points(job, error);

    outcome->nothing_to_do =
        job->before.sweep.n_axes > 0 && is_same(&job->before.sweep, &job->results->sweep);
    if (ret == 0 && run->output != NULL && !outcome->nothing_to_do) {
        ret = write_file(job, jc_clock_seconds() - began, error);
    }
    if (ret == 0 || (!is_task(job) && outcome->n_failed == job->results->sweep.n_points)) {
        jc_journal_remove(job->journal);
        job->journal = NULL;
        if (run->crew != NULL) {
            removed = jc_journals_remove_others(run->output, ret != 0 ? NULL : error);
        }
    }
    return ret != 0 ? ret : removed;
}

int
jc_sweep_run(const struct jc_study *study, const struct jc_run_options *run, bool resume,
    struct jc_results *results, struct jc_sweep_outcome *outcome, struct jc_error *error)
{
    struct job job = { .run = run, .results = results, .outcome = outcome };
    const struct jc_crew *crew = run->crew;
    const double began = jc_clock_seconds();
    int ret;

    *outcome = (struct jc_sweep_outcome){ 0 };
    ret = agree(&job, begin(&job, study, error), error);
    if (ret == 0 && crew != NULL) {
        ret = agree(&job, jc_crew_check_same(crew, &job.study, error), error);
    }
    if (ret == 0 && run->output != NULL) {
        ret = open_journals(&job, resume, error);
    }
    ret = ret != 0 ? ret : compute_all(&job, error);
    if (!is_first(&job)) {
        jc_journal_close(job.journal);
        job.journal = NULL;
    }
    ret = agree(&job, ret, error); /* all others' journals are closed */
    ret = agree(&job, ret == 0 && is_first(&job) ? finish(&job, began, error) : ret, error);
    jc_journal_close(job.journal);
    jc_known_points_free(&job.known);
    free(job.known_numbers);
    jc_results_free(&job.before);
    jc_shard_study_free(&job.study);
    jc_text_free(&job.study_text);
    jc_sweep_plan_free(&job.plan);
    if (ret != 0) {
        jc_results_free(results);
    }
    return ret;
}
