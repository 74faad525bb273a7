/*
 * Merging: the shards of a study, one of each task, become the one file that an unsharded run or sweep would have
 * written.
 */
#ifndef JC_ENGINE_MERGE_H
#define JC_ENGINE_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/run.h"
#include "results/results.h"

/* Merges n >= 1 files to options->output; of the options, task, resume, before and summary_only are not looked at.
 * With `samples_stay` the file refers to the samples in the shards, which must stay where they are, relative to it.
 * Pathways are computed here, as they need all queries. Those of a sweep give results without cases, and one sweep. Errors: JC_ERROR_SCENARIO (a task is missing, there twice, or
 * of another study; all points of a sweep failed), JC_ERROR_FORMAT (damaged, short, or made by another program), JC_ERROR_IO, JC_ERROR_INTERNAL,
 * JC_ERROR_STOPPED; then nothing is written, and there is nothing to free. */
int jc_merge(size_t n, const char *const *path, bool samples_stay,
    const struct jc_run_options *options, struct jc_results *results, struct jc_error *error);

/* The shards that belong to a result file by their names, "energy.task-1-of-3.h5", in the order of their tasks; the
 * texts and the list are from malloc, also on an error. Errors: JC_ERROR_SCENARIO (there are none, or of different
 * numbers of tasks), JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_merge_find(const char *output, char ***path, size_t *n, struct jc_error *error);

#endif
