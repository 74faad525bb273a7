/*
 * Shards that are files, and the one file that they become.
 */
#ifndef JC_ENGINE_PARTS_H
#define JC_ENGINE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/run.h"
#include "results/shard.h"

struct jc_part {
    char *path;
    struct jc_shard shard;
};

struct jc_parts {
    size_t n;
    struct jc_part *part;
};

void jc_parts_free(struct jc_parts *self);

/* Reads one more file. Its resolved scenario is left in `scenario`, if that is not NULL. Errors: JC_ERROR_IO,
 * JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_parts_read(struct jc_parts *self, const char *path, struct jc_text *scenario,
    struct jc_error *error);

/* Takes a file whose shard is in memory, and leaves *shard empty. Errors: JC_ERROR_INTERNAL. */
int jc_parts_take(struct jc_parts *self, const char *path, struct jc_shard *shard,
    struct jc_error *error);

/* The shards as a list, from malloc. Errors: JC_ERROR_INTERNAL. */
int jc_parts_list(const struct jc_parts *self, const struct jc_shard ***shard,
    struct jc_error *error);

/* Checkpoints of a file are parts, too: "energy.checkpoint-1.h5" and so on, until one is not there. Errors: those of
 * jc_parts_read; JC_ERROR_SCENARIO if one is of another study, JC_ERROR_FORMAT if it was made by another program. */
int jc_parts_find_checkpoints(struct jc_parts *self, const char *output,
    const struct jc_shard_study *study, uint64_t task, struct jc_error *error);

/* Whether a part is that of a task of a study. Errors: as above. */
int jc_part_check(const struct jc_part *part, const struct jc_shard_study *study, uint64_t task,
    struct jc_error *error);

int jc_checkpoint_path(const char *output, size_t number, char **path, struct jc_error *error);

/* Removes the checkpoints of a file, the last one first, and what was left of one unfinished; if not `remove`, it is
 * an error that there is one. Errors: JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_checkpoints_clear(const char *output, bool remove, struct jc_error *error);

/* Writes the samples of all parts to a store, case after case, chunk by chunk as they are; checks every checksum.
 * *wish becomes what is wished for, and not all is written then. Errors: JC_ERROR_FORMAT, JC_ERROR_IO,
 * JC_ERROR_INTERNAL. */
int jc_parts_copy_samples(const struct jc_parts *self, struct jc_work *work, struct jc_store *store,
    enum jc_wish *wish, struct jc_error *error);

/* Lets a store refer to the samples of all parts instead; `output` is its path. Errors: JC_ERROR_IO,
 * JC_ERROR_INTERNAL. */
int jc_parts_refer(const struct jc_parts *self, const struct jc_work *work, const char *output,
    struct jc_store *store, struct jc_error *error);

/* The same of parts that get names of their own beside the output, "energy.part-1.h5" and so on, which take the place of
 * what is called so; those without samples are left out, and freed. Errors: as above; then these names are gone. */
int jc_parts_stay(struct jc_parts *self, const struct jc_work *work, const char *output,
    struct jc_store *store, struct jc_error *error);

/* An error if parts of a run with these options would replace a file, which they may if the run replaces its output or goes
 * on. Errors: JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_parts_check_kept(const struct jc_run_options *options, struct jc_error *error);

/* Removes the files of all parts, unless there is an output: that refers to them, also if something failed after it got
 * its name. */
void jc_parts_remove(const struct jc_parts *self, const char *output);

#endif
