#include "engine/merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/files.h"
#include "engine/conclude.h"
#include "engine/gather.h"
#include "engine/merge_sweep.h"
#include "engine/parts.h"
#include "engine/provenance.h"
#include "engine/share.h"
#include "results/file.h"
#include "results/h5.h"

/* A merge from the first file to the last. */
struct merge {
    const struct jc_run_options *options;
    bool samples_stay;
    struct jc_parts parts;
    struct jc_scenario scenario; /* as the first shard has it */
    bool has_scenario;
    struct jc_text study_text; /* of a sweep */
    struct jc_plan plan;
    bool has_plan;
    struct jc_shard_study study;
    struct jc_shard second; /* second passes */
    struct jc_work work;
    struct jc_draws draws;
    bool has_draws;
    const struct jc_shard **shard; /* [parts.n + 1] the last one are the second passes */
};

/* "SHA-256  path" as an input of the scenario. */
static int
add_input(struct jc_scenario *scenario, const char *text, struct jc_error *error)
{
    struct jc_input *inputs =
        realloc(scenario->inputs, (scenario->n_inputs + 1) * sizeof(*scenario->inputs));
    struct jc_input *input;

    if (inputs == NULL) {
        return jc_fail_memory(error);
    }
    scenario->inputs = inputs;
    input = &inputs[scenario->n_inputs];
    *input = (struct jc_input){ .path = NULL };
    if (strlen(text) < JC_SHA256_HEX + 1) {
        return jc_fail(error, JC_ERROR_FORMAT, "an input has no SHA-256");
    }
    memcpy(input->sha256, text, JC_SHA256_HEX - 1);
    input->path = strdup(text + JC_SHA256_HEX + 1);
    if (input->path == NULL) {
        return jc_fail_memory(error);
    }
    scenario->n_inputs++;
    return 0;
}

static bool
is_sweep(const struct merge *merge)
{
    return merge->parts.part[0].shard.sweep.n_axes > 0;
}

/* The inputs that the scenario of a shard was resolved from, and the study of a sweep. */
static int
read_origin(struct merge *merge, const char *path, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    hid_t file, group;
    char **text = NULL;
    size_t n = 0;
    size_t j;
    int ret;

    jc_h5_quiet(&quiet);
    ret = jc_file_open_shard(path, &file, error);
    if (ret == 0) {
        group = H5Gopen2(file, "provenance", H5P_DEFAULT);
        ret = jc_h5_get_texts(group, "inputs", &text, &n, error);
        for (j = 0; ret == 0 && j < n; j++) {
            ret = add_input(&merge->scenario, text[j], error);
        }
        if (ret == 0 && is_sweep(merge)) {
            ret = jc_file_read_study(file, &merge->study_text, error);
        }
        jc_h5_free_texts(text, n);
        (void) H5Gclose(group);
        (void) H5Fclose(file);
    }
    return jc_h5_loud(&quiet, ret, path, error);
}

/* The counts or points of a shard join those of the first one, if both are of one kind: what is not is refused
 * later. */
static int
join_part(struct merge *merge, struct jc_error *error)
{
    struct jc_part *part = merge->parts.part;
    const size_t last = merge->parts.n - 1;
    char difference[256];

    if (jc_shard_study_differs(&part[last].shard.study, &part->shard.study, difference)) {
        return 0;
    }
    if (is_sweep(merge)) {
        return jc_merge_take_points(&part[0], &part[last], error);
    }
    return last > 0 ? jc_shard_take_sketches(&part->shard, &part[last].shard, error) : 0;
}

/* Reads all files; the first one says what the scenario is. */
static int
read_parts(struct merge *merge, size_t n, const char *const *path, struct jc_error *error)
{
    struct jc_error inner = { "" };
    struct jc_text text = { 0 };
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < n; j++) {
        ret = jc_parts_read(&merge->parts, path[j], j == 0 ? &text : NULL, error);
        ret = ret != 0 ? ret : join_part(merge, error);
    }
    if (ret == 0) {
        ret = jc_scenario_parse(&merge->scenario, "its scenario", text.bytes, &inner);
        merge->has_scenario = ret == 0;
        if (ret != 0) {
            ret = jc_fail(error, ret == JC_ERROR_INTERNAL ? ret : JC_ERROR_FORMAT, "%s: %.900s",
                path[0], inner.message);
        }
        ret = ret != 0 ? ret : read_origin(merge, path[0], error);
    }
    jc_text_free(&text);
    return ret;
}

static int
fail_study(const struct jc_part *part, const struct jc_shard_study *study, const char *difference,
    struct jc_error *error)
{
    const bool foreign = strcmp(part->shard.study.program, study->program) == 0;

    return jc_fail(error, foreign ? JC_ERROR_SCENARIO : JC_ERROR_FORMAT,
        "%s: does not belong to the others: %s", part->path, difference);
}

/* All are of one study, and this program would compute the same. */
static int
check_studies(struct merge *merge, struct jc_error *error)
{
    const struct jc_shard_study *first = &merge->parts.part[0].shard.study;
    char difference[256];
    size_t j;
    int ret = jc_plan_init(&merge->plan, &merge->scenario, error);

    merge->has_plan = true;
    if (ret == 0) {
        ret = is_sweep(merge)
            ? jc_sweep_study_init(&merge->study, &merge->plan, merge->study_text.bytes,
                first->n_tasks, error)
            : jc_shard_study_init(&merge->study, &merge->plan, first->has_samples != 0,
                (int) first->deflate, first->n_tasks, error);
    }
    if (ret == 0 && jc_shard_study_differs(first, &merge->study, difference)) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "%s: is not what this program computes: %s",
            merge->parts.part[0].path, difference);
    }
    for (j = 1; ret == 0 && j < merge->parts.n; j++) {
        if (jc_shard_study_differs(&merge->parts.part[j].shard.study, first, difference)) {
            ret = fail_study(&merge->parts.part[j], first, difference, error);
        }
    }
    return ret;
}

/* Every task is there once. */
static int
check_tasks(const struct merge *merge, struct jc_error *error)
{
    const uint64_t n_tasks = merge->parts.part[0].shard.study.n_tasks;
    const struct jc_part **of_task = calloc(n_tasks, sizeof(*of_task));
    const struct jc_part *part;
    uint64_t task, missing = 0, first = 0;
    size_t j;
    int ret = of_task == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < merge->parts.n; j++) {
        part = &merge->parts.part[j];
        task = part->shard.task - 1;
        /* What ranks have left are parts of one task: whether they are whole their blocks tell. */
        if (of_task[task] != NULL && (n_tasks > 1 || is_sweep(merge))) {
            ret = jc_fail(error, JC_ERROR_SCENARIO,
                "%s: is task %" PRIu64 " of %" PRIu64 ", and so is %s", part->path, task + 1,
                n_tasks, of_task[task]->path);
        }
        of_task[task] = part;
    }
    for (task = n_tasks; ret == 0 && task > 0; task--) {
        first = of_task[task - 1] == NULL ? task : first;
        missing += of_task[task - 1] == NULL;
    }
    if (missing > 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            missing == 1 ? "task %" PRIu64 " of %" PRIu64 " is missing"
                         : "task %" PRIu64 " of %" PRIu64 " is missing, and %" PRIu64 " more",
            first, n_tasks, missing - 1);
    }
    free(of_task);
    return ret;
}

/* Some block or draw is not there: whose it would have been, if blocks are shared as tasks share them. */
static int
blame(const struct merge *merge, struct jc_error *error)
{
    const struct jc_part *part;
    uint64_t first, end, gap, gap_end;
    size_t j, k;

    for (k = 0; k < merge->parts.n; k++) {
        part = &merge->parts.part[k];
        for (j = 0; j < merge->scenario.n_cases; j++) {
            jc_share_blocks(&merge->plan, part->shard.task, part->shard.study.n_tasks, j, &first,
                &end);
            if (jc_shards_gap(merge->parts.n, merge->shard, j, first, end, &gap, &gap_end)) {
                return jc_fail(error, JC_ERROR_FORMAT,
                    "%s: is short: it has not all blocks of case %s that are its task's",
                    part->path, merge->scenario.cases[j].name);
            }
        }
    }
    return JC_ERROR_FORMAT;
}

static int
prepare(struct merge *merge, struct jc_error *error)
{
    const struct jc_shard_study *study = &merge->parts.part[0].shard.study;
    const struct jc_run_options *options = merge->options;
    const struct jc_work_options work = { .threads = options->threads,
        .simd = options->simd,
        .samples = study->has_samples != 0,
        .deflate = (int) study->deflate,
        .progress = options->progress,
        .progress_context = options->progress_context,
        .ask = options->ask,
        .ask_context = options->ask_context };
    int ret = jc_shard_init(&merge->second, &merge->study, 1, error);

    merge->has_draws = options->bands && merge->scenario.bands.draws > 0;
    ret = ret != 0 ? ret : jc_work_init(&merge->work, &merge->plan, &work, error);
    ret = ret != 0 ? ret : jc_parts_list(&merge->parts, &merge->shard, error);
    if (ret == 0) {
        merge->shard[merge->parts.n] = &merge->second;
        ret = jc_gather_check(&merge->plan, merge->parts.n, merge->shard, merge->has_draws, error);
        ret = ret == JC_ERROR_FORMAT ? blame(merge, error) : ret;
    }
    if (ret == 0 && merge->has_draws) {
        ret = jc_draws_init(&merge->draws, merge->plan.scenario, error);
    }
    return ret;
}

static void
count_queries(struct merge *merge)
{
    const struct jc_plan *plan = &merge->plan;
    uint64_t first, end;
    size_t j;

    for (j = 0; j < merge->scenario.n_cases; j++) {
        if (plan->has_pathways[j]
            && jc_shards_gap(merge->parts.n, merge->shard, jc_second_pass(plan, j), 0,
                plan->blocks_per_case, &first, &end)) {
            merge->work.total += merge->scenario.queries;
        }
    }
}

/* Records, what needs all of them, and the draws. */
static int
conclude(struct merge *merge, struct jc_results *results, struct jc_error *error)
{
    const size_t n = merge->parts.n + 1;
    enum jc_wish wish = JC_CHECKPOINT;
    size_t k;
    int ret = jc_conclude_cases(&merge->plan, n, merge->shard, results, error);

    for (k = 0; ret == 0 && merge->has_draws && k < merge->parts.n; k++) {
        ret = jc_draws_take(&merge->draws, merge->shard[k], error);
    }
    count_queries(merge);
    while (ret == 0 && wish == JC_CHECKPOINT) { /* there are none of a merge */
        ret = jc_conclude_second_passes(&merge->work, n, merge->shard, &merge->second, results,
            &wish, error);
    }
    if (ret == 0 && wish == JC_STOP) {
        return JC_ERROR_STOPPED;
    }
    results->has_samples = merge->work.any_stored;
    results->has_whole = merge->plan.design.replicates == 1;
    return ret != 0 ? ret
                    : jc_conclude(&merge->plan, n, merge->shard,
                        merge->has_draws ? &merge->draws : NULL, results, error);
}

static int
write_file(struct merge *merge, struct jc_results *results, struct jc_error *error)
{
    const struct jc_run_options *options = merge->options;
    const struct jc_store_options store_options = { .force = options->store.force,
        .deflate = merge->work.options.deflate };
    struct jc_store *store;
    const double began = jc_clock_seconds();
    enum jc_wish wish = JC_GO_ON;
    int ret = jc_store_create(&store, options->output, &store_options, error);

    if (ret == 0) {
        ret = merge->samples_stay && merge->work.any_stored
            ? jc_parts_refer(&merge->parts, &merge->work, options->output, store, error)
            : jc_parts_copy_samples(&merge->parts, &merge->work, store, &wish, error);
    }
    if (ret == 0 && wish == JC_STOP) {
        ret = JC_ERROR_STOPPED;
    }
    ret = ret != 0 ? ret : conclude(merge, results, error);
    ret = jc_finish_or_discard(store, ret, &merge->plan, options, results,
        jc_clock_seconds() - began, error);
    return ret == JC_ERROR_STOPPED
        ? jc_fail(error, ret, "stopped; nothing was written, and the shards are as they were")
        : ret;
}

static void
merge_free(struct merge *merge)
{
    jc_draws_free(&merge->draws);
    jc_work_free(&merge->work);
    if (merge->has_plan) {
        jc_plan_free(&merge->plan);
    }
    if (merge->has_scenario) {
        jc_scenario_free(&merge->scenario);
    }
    free(merge->shard);
    jc_shard_free(&merge->second);
    jc_shard_study_free(&merge->study);
    jc_text_free(&merge->study_text);
    jc_parts_free(&merge->parts);
}

/* Nothing of a shard is left when the file has taken its place. */
static int
check_output(const char *output, size_t n, const char *const *path, struct jc_error *error)
{
    size_t j;

    for (j = 0; j < n; j++) {
        if (jc_is_same_file(output, path[j])) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "%s: is one of the shards, and cannot be the file that they become", output);
        }
    }
    return 0;
}

int
jc_merge(size_t n, const char *const *path, bool samples_stay, const struct jc_run_options *options,
    struct jc_results *results, struct jc_error *error)
{
    struct merge merge = { .options = options, .samples_stay = samples_stay };
    int ret;

    *results = (struct jc_results){ .n_cases = 0 };
    ret = jc_store_check_target(options->output, options->store.force, error);
    ret = ret != 0 ? ret : check_output(options->output, n, path, error);
    ret = ret != 0 ? ret : read_parts(&merge, n, path, error);
    ret = ret != 0 ? ret : check_studies(&merge, error);
    ret = ret != 0 ? ret : check_tasks(&merge, error);
    if (ret == 0 && is_sweep(&merge)) {
        ret = jc_merge_sweep(&merge.parts.part[0], &merge.plan, merge.study_text.bytes, options,
            results, error);
    } else {
        ret = ret != 0 ? ret : prepare(&merge, error);
        ret = ret != 0 ? ret : jc_plan_results(&merge.plan, results, error);
        ret = ret != 0 ? ret : write_file(&merge, results, error);
    }
    merge_free(&merge);
    if (ret != 0) {
        jc_results_free(results);
    }
    return ret;
}
