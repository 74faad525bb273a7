#include "engine/parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
kept_path(const char *output, size_t number, char **path, struct jc_error *error)
{
    char part[48];

    (void) snprintf(part, sizeof(part), "part-%zu", number);
    return jc_shard_path(output, part, path, error);
}

static bool
has_samples(const struct jc_shard *shard, size_t n_cases)
{
    size_t k = 0;

    while (k < shard->n_pieces && shard->piece[k].unit >= n_cases) {
        k++;
    }
    return k < shard->n_pieces;
}

/* Second passes alone have no samples. */
static void
leave(struct jc_parts *self, size_t n_cases)
{
    size_t n = 0;
    size_t j;

    for (j = 0; j < self->n; j++) {
        if (has_samples(&self->part[j].shard, n_cases)) {
            self->part[n++] = self->part[j];
        } else {
            free(self->part[j].path);
            jc_shard_free(&self->part[j].shard);
        }
    }
    self->n = n;
}

/* Those of a run before that had more of them. */
static int
remove_from(const char *output, size_t number, struct jc_error *error)
{
    bool is_there = true;
    char *path;
    int ret = 0;

    for (; ret == 0 && is_there; number++) {
        ret = kept_path(output, number, &path, error);
        is_there = ret == 0 && unlink(path) == 0;
        free(path);
    }
    return ret;
}

/* A second name: a run that is killed before its file has its own still finds its checkpoints. */
static int
link_part(struct jc_part *part, char *path, struct jc_error *error)
{
    if ((unlink(path) != 0 && errno != ENOENT) || link(part->path, path) != 0) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot create: %s", path, strerror(errno));
    }
    free(part->path);
    part->path = path;
    return 0;
}

/* A part that this process has made does not know the record of its file yet. */
static int
learn_completion(struct jc_part *part, struct jc_error *error)
{
    struct jc_shard shard;
    int ret = 0;

    if (part->shard.completion[0] == '\0') {
        ret = jc_file_read_shard(part->path, &shard, NULL, error);
        if (ret == 0) {
            memcpy(part->shard.completion, shard.completion, sizeof(shard.completion));
            jc_shard_free(&shard);
        }
    }
    return ret;
}

static int
link_all(struct jc_parts *self, const char *output, struct jc_error *error)
{
    char *path = NULL;
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < self->n; j++) {
        path = NULL;
        ret = learn_completion(&self->part[j], error);
        ret = ret != 0 ? ret : kept_path(output, j + 1, &path, error);
        ret = ret != 0 ? ret : link_part(&self->part[j], path, error);
        if (ret != 0) {
            free(path);
        }
    }
    return ret;
}

int
jc_parts_stay(struct jc_parts *self, const struct jc_work *work, const char *output,
    struct jc_store *store, struct jc_error *error)
{
    int ret;

    leave(self, work->plan->scenario->n_cases);
    ret = link_all(self, output, error);
    ret = ret != 0 ? ret : jc_parts_refer(self, work, output, store, error);
    ret = ret != 0 ? ret : remove_from(output, self->n + 1, error);
    if (ret != 0) {
        (void) remove_from(output, 1, NULL);
    }
    return ret;
}

int
jc_parts_check_kept(const struct jc_run_options *options, struct jc_error *error)
{
    char *path;
    int ret;

    if (!options->samples_stay || options->resume || options->store.force) {
        return 0;
    }
    ret = kept_path(options->output, 1, &path, error);
    if (ret == 0 && access(path, F_OK) == 0) {
        ret = jc_fail(error, JC_ERROR_IO, "%s: exists already; --force replaces it", path);
    }
    free(path);
    return ret;
}

void
jc_parts_remove(const struct jc_parts *self, const char *output)
{
    const bool stay = access(output, F_OK) == 0;
    size_t j;

    for (j = 0; !stay && j < self->n; j++) {
        (void) unlink(self->part[j].path);
    }
}
