#include <stdlib.h>

#include "engine/cli/cli.h"
#include "engine/merge.h"

static int
print_results(const struct jc_results *results, const char *output, struct jc_error *error)
{
    const bool is_sweep = results->sweep.n_axes > 0;
    int ret =
        is_sweep ? jc_cli_print_sweep(results, error) : jc_cli_print_table(results, stdout, error);

    if (ret == 0) {
        (void) printf("\nresult file: %s\n", output);
    }
    return ret;
}

static int
print_json(const struct jc_results *results, struct jc_error *error)
{
    return results->sweep.n_axes > 0 ? jc_cli_print_sweep_json(results, error)
                                     : jc_cli_print_json(results, error);
}

static int
merge(const struct jc_cli_options *options, size_t n, const char *const *path,
    struct jc_error *error)
{
    struct jc_cli_progress progress;
    struct jc_cli_watch watch;
    struct jc_results results;
    const struct jc_run_options run = { .threads = options->threads,
        .simd = options->simd,
        .bands = true,
        .output = options->output,
        .store = { .force = options->force },
        .progress = options->quiet ? NULL : jc_cli_progress_report,
        .progress_context = &progress,
        .ask = jc_cli_watch_ask,
        .ask_context = &watch };
    int ret;

    jc_cli_progress_begin(&progress);
    jc_cli_watch_begin(&watch, &options->stop);
    ret = jc_merge(n, path, options->stop.virtual, &run, &results, error);
    jc_cli_watch_end();
    jc_cli_progress_end(&progress);
    if (ret == 0) {
        ret = options->json ? print_json(&results, error)
                            : print_results(&results, options->output, error);
        jc_results_free(&results);
    }
    return ret;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    char **path = NULL;
    size_t n = 0;
    size_t j;
    int ret = 0;

    if (options->output == NULL) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "merge: -o is missing: what shall the result file be called?");
    }
    if (options->n_files > 0) {
        return merge(options, options->n_files, (const char *const *) options->files, error);
    }
    ret = jc_merge_find(options->output, &path, &n, error);
    ret = ret != 0 ? ret : merge(options, n, (const char *const *) path, error);
    for (j = 0; j < n; j++) {
        free(path[j]);
    }
    free(path);
    return ret;
}

const struct jc_cli_verb jc_cli_merge = {
    .name = "merge",
    .purpose = "join the shards of all tasks to the result file of one run or sweep",
    .operand = "[SHARD...]",
    .accepts = JC_CLI_MERGE | JC_CLI_JSON,
    .example = "joulecast run scenarios/oviedo2026-long.yaml -n 1e9 -o energy.h5 --task 1/2\n"
               "  joulecast run scenarios/oviedo2026-long.yaml -n 1e9 -o energy.h5 --task 2/2\n"
               "  joulecast merge -o energy.h5",
    .details =
        "Without operands the shards are those that belong to the result file by their names:\n"
        "energy.task-1-of-2.h5 and so on. All tasks must be there, once, undamaged, of one study\n"
        "and made by this very program; the result has the bytes of a run that was not shared.\n"
        "Pathways depend on all queries and are computed here. Points of a sweep that failed stay\n"
        "failed, with their messages. Exit code 2: a task is missing, there twice or of another\n"
        "study; 5: a shard is damaged, short or of another program.",
    .function = function,
};
