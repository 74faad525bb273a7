#include "engine/parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/samples.h"

#define CHUNKS_AT_ONCE 64 /* from one look at what is wished for to the next */

void
jc_parts_free(struct jc_parts *self)
{
    size_t j;

    for (j = 0; j < self->n; j++) {
        free(self->part[j].path);
        jc_shard_free(&self->part[j].shard);
    }
    free(self->part);
    *self = (struct jc_parts){ .n = 0 };
}

int
jc_parts_take(struct jc_parts *self, const char *path, struct jc_shard *shard,
    struct jc_error *error)
{
    struct jc_part *part = realloc(self->part, (self->n + 1) * sizeof(*part));

    if (part == NULL) {
        return jc_fail_memory(error);
    }
    self->part = part;
    part += self->n;
    part->path = strdup(path);
    if (part->path == NULL) {
        return jc_fail_memory(error);
    }
    part->shard = *shard;
    *shard = (struct jc_shard){ .task = 0 };
    self->n++;
    return 0;
}

int
jc_parts_read(struct jc_parts *self, const char *path, struct jc_text *scenario,
    struct jc_error *error)
{
    struct jc_shard shard;
    int ret = jc_file_read_shard(path, &shard, scenario, error);

    if (ret == 0) {
        ret = jc_parts_take(self, path, &shard, error);
        jc_shard_free(&shard);
    }
    return ret;
}

int
jc_parts_list(const struct jc_parts *self, const struct jc_shard ***shard, struct jc_error *error)
{
    size_t j;

    *shard = malloc((self->n + 1) * sizeof(**shard));
    if (*shard == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < self->n; j++) {
        (*shard)[j] = &self->part[j].shard;
    }
    return 0;
}

int
jc_checkpoint_path(const char *output, size_t number, char **path, struct jc_error *error)
{
    char part[48];

    (void) snprintf(part, sizeof(part), "checkpoint-%zu", number);
    return jc_shard_path(output, part, path, error);
}

int
jc_part_check(const struct jc_part *part, const struct jc_shard_study *study, uint64_t task,
    struct jc_error *error)
{
    char difference[256];

    if (jc_shard_study_differs(&part->shard.study, study, difference)) {
        return jc_fail(error,
            strcmp(part->shard.study.program, study->program) != 0 ? JC_ERROR_FORMAT
                                                                   : JC_ERROR_SCENARIO,
            "%s: cannot go on from it: %s", part->path, difference);
    }
    if (part->shard.task != task) {
        return jc_fail(error, JC_ERROR_SCENARIO, "%s: cannot go on from it: it is of another task",
            part->path);
    }
    return 0;
}

int
jc_parts_find_checkpoints(struct jc_parts *self, const char *output,
    const struct jc_shard_study *study, uint64_t task, struct jc_error *error)
{
    char *path = NULL;
    bool there = true;
    int ret = 0;

    while (ret == 0 && there) {
        ret = jc_checkpoint_path(output, self->n + 1, &path, error);
        there = ret == 0 && access(path, F_OK) == 0;
        ret = there ? jc_parts_read(self, path, NULL, error) : ret;
        ret = ret == 0 && there ? jc_part_check(&self->part[self->n - 1], study, task, error) : ret;
        free(path);
    }
    return ret;
}

/* A checkpoint, or its unfinished file; it need not be there. */
static int
remove_file(const char *output, size_t number, const char *ending, struct jc_error *error)
{
    char *path = NULL;
    char *whole = NULL;
    int ret = jc_checkpoint_path(output, number, &path, error);

    if (ret == 0 && asprintf(&whole, "%s%s", path, ending) < 0) {
        whole = NULL;
        ret = jc_fail_memory(error);
    }
    if (ret == 0 && unlink(whole) != 0 && errno != ENOENT) {
        ret = jc_fail(error, JC_ERROR_IO, "%s: cannot be removed: %s", whole, strerror(errno));
    }
    free(path);
    free(whole);
    return ret;
}

int
jc_checkpoints_clear(const char *output, bool remove, struct jc_error *error)
{
    char *path = NULL;
    bool there = true;
    size_t n = 0;
    int ret = 0;

    while (ret == 0 && there) {
        ret = jc_checkpoint_path(output, n + 1, &path, error);
        there = ret == 0 && access(path, F_OK) == 0;
        if (there && !remove) {
            ret = jc_fail(error, JC_ERROR_IO,
                "%s: is left of a run that was stopped; --resume goes on from it, --force begins "
                "afresh",
                path);
        }
        free(path);
        n += there;
    }
    for (n++; ret == 0 && n > 0; n--) {
        ret = remove_file(output, n, ".partial", error);
        ret = ret != 0 ? ret : remove_file(output, n, "", error);
    }
    return ret;
}

/* The chunks of one piece. */
static int
copy_piece(const struct jc_samples *samples, const struct jc_shard_piece *piece, const char *name,
    struct jc_work *work, struct jc_store *store, enum jc_wish *wish, struct jc_error *error)
{
    uint64_t k, n;
    int ret = 0;

    for (k = 0; ret == 0 && *wish != JC_STOP && k < piece->n_blocks; k += n) {
        n = piece->n_blocks - k < CHUNKS_AT_ONCE ? piece->n_blocks - k : CHUNKS_AT_ONCE;
        ret = jc_samples_copy(samples, name, work->stored, piece->first + k, n,
            work->kernels.records, store, error);
        *wish = jc_work_report(work, 0);
    }
    return ret;
}

static int
copy_case(const struct jc_part *part, size_t case_index, struct jc_work *work,
    struct jc_store *store, enum jc_wish *wish, struct jc_error *error)
{
    const char *name = work->plan->scenario->cases[case_index].name;
    struct jc_samples *samples = NULL;
    size_t k;
    int ret = 0;

    for (k = 0; ret == 0 && k < part->shard.n_pieces; k++) {
        if (part->shard.piece[k].unit == case_index) {
            ret = samples == NULL ? jc_samples_open_shard(&samples, part->path, error) : 0;
            ret = ret != 0
                ? ret
                : copy_piece(samples, &part->shard.piece[k], name, work, store, wish, error);
        }
    }
    jc_samples_close(samples);
    return ret;
}

int
jc_parts_copy_samples(const struct jc_parts *self, struct jc_work *work, struct jc_store *store,
    enum jc_wish *wish, struct jc_error *error)
{
    const struct jc_scenario *scenario = work->plan->scenario;
    size_t j, k;
    int ret = 0;

    *wish = JC_GO_ON;
    for (j = 0; ret == 0 && j < scenario->n_cases; j++) {
        ret = jc_store_begin_case(store, scenario->cases[j].name, scenario->cases[j].label,
            scenario->queries, work->stored, error);
        for (k = 0; ret == 0 && work->any_stored && *wish != JC_STOP && k < self->n; k++) {
            ret = copy_case(&self->part[k], j, work, store, wish, error);
        }
    }
    return ret;
}
