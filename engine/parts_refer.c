#include <stdlib.h>

#include "engine/parts.h"
#include "results/virtual.h"

/* The pieces of a case, in whatever files. */
static size_t
list_sources(const struct jc_parts *parts, char *const *name, size_t case_index,
    struct jc_virtual_source *source)
{
    const struct jc_shard *shard;
    size_t n = 0;
    size_t j, k;

    for (j = 0; j < parts->n; j++) {
        shard = &parts->part[j].shard;
        for (k = 0; k < shard->n_pieces; k++) {
            if (shard->piece[k].unit == case_index) {
                source[n++] = (struct jc_virtual_source){ name[j], shard->piece[k].first,
                    shard->piece[k].n_blocks };
            }
        }
    }
    return n;
}

static int
refer(const struct jc_parts *parts, const struct jc_work *work, char *const *name,
    struct jc_store *store, struct jc_error *error)
{
    const struct jc_scenario *scenario = work->plan->scenario;
    struct jc_virtual_source *source;
    size_t room = 1;
    size_t j, n;
    int ret = 0;

    for (j = 0; j < parts->n; j++) {
        room += parts->part[j].shard.n_pieces;
    }
    source = malloc(room * sizeof(*source));
    if (source == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; ret == 0 && j < scenario->n_cases; j++) {
        n = list_sources(parts, name, j, source);
        ret = jc_store_begin_virtual_case(store, scenario->cases[j].name, scenario->cases[j].label,
            scenario->queries, work->stored, n, source, error);
    }
    free(source);
    return ret;
}

int
jc_parts_refer(const struct jc_parts *self, const struct jc_work *work, const char *output,
    struct jc_store *store, struct jc_error *error)
{
    char **name = calloc(self->n + 1, sizeof(*name));
    const char **completion = calloc(self->n + 1, sizeof(*completion));
    size_t j;
    int ret = name == NULL || completion == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < self->n; j++) {
        completion[j] = self->part[j].shard.completion;
        ret = jc_virtual_relative(self->part[j].path, output, &name[j], error);
    }
    ret = ret != 0 ? ret : refer(self, work, name, store, error);
    ret = ret != 0
        ? ret
        : jc_store_keep_shards(store, self->n, (const char *const *) name, completion, error);
    for (j = 0; name != NULL && j < self->n; j++) {
        free(name[j]);
    }
    free(name);
    free(completion);
    return ret;
}
