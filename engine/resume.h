/*
 * A complete result file that a run goes on from: `--resume`.
 *
 * The file stays as it is until the longer one, written beside it, takes its name.
 */
#ifndef JC_ENGINE_RESUME_H
#define JC_ENGINE_RESUME_H

#include <stdbool.h>

#include "base/error.h"
#include "engine/run.h"
#include "results/results.h"
#include "results/samples.h"
#include "scenarios/scenario.h"

struct jc_resume {
    bool exists;                /* the file is there */
    const char *afresh;         /* why all is computed anew; NULL: the file's queries are kept */
    struct jc_results results;  /* of the file, if it exists */
    struct jc_samples *samples; /* once it is gone on from; NULL: none */
};

/* Opens the file, and checks that it holds the same resolved scenario, but for the number of queries,
 * and samples if the options want them. One of another scenario that the options replace does not count. Free also after an error. Errors: JC_ERROR_SCENARIO, naming
 * the first line that differs; those of jc_file_open; JC_ERROR_INTERNAL. */
int jc_resume_open(struct jc_resume *self, const char *path, const struct jc_scenario *scenario,
    const struct jc_run_options *options, struct jc_error *error);
void jc_resume_free(struct jc_resume *self);

/* Checks that the file at `path` holds the same resolved scenario, with `any_queries` but for their number, and was made by
 * this very program from the same inputs. Errors: JC_ERROR_SCENARIO, naming the first line or the input that differs;
 * JC_ERROR_FORMAT if another program made it; those of jc_file_open; JC_ERROR_INTERNAL. */
int jc_resume_check(const char *path, const struct jc_scenario *scenario, bool any_queries,
    struct jc_error *error);

/* Lets a run of more queries go on from the file, which is the output of the options, and take its place. Errors:
 * JC_ERROR_SCENARIO if its samples are compressed otherwise; those of jc_samples_open, one of which is that they are in
 * shards. */
int jc_resume_apply(struct jc_resume *self, struct jc_run_options *options, struct jc_error *error);

/* Removes checkpoints that were left of the very run which the file at `path` is the result of. Errors:
 * JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_resume_clear(const char *path, const struct jc_plan *plan,
    const struct jc_run_options *options, struct jc_error *error);

/* Whether a task has left its shard at `path` already: *is_done. Errors: JC_ERROR_SCENARIO or JC_ERROR_FORMAT if it
 * is not that of this task; those of jc_file_read_shard. */
int jc_resume_task(const char *path, const struct jc_plan *plan,
    const struct jc_run_options *options, bool *is_done, struct jc_error *error);

#endif
