#include "engine/merge_sweep.h"

#include <stdlib.h>

#include "engine/provenance.h"
#include "engine/share.h"
#include "results/file.h"
#include "results/store.h"

static int
check_points(const struct jc_part *part, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = &part->shard.sweep;
    uint64_t first, end;
    bool present;

    jc_share_units(sweep->n_points, part->shard.task, part->shard.study.n_tasks, &first, &end);
    for (size_t p = 0; p < sweep->n_points; p++) {
        present = sweep->point[p].status != JC_POINT_MISSING;
        if (present != (p >= first && p < end)) {
            return jc_fail(error, JC_ERROR_FORMAT,
                present ? "%s: has point %zu of the sweep, which is another task's"
                        : "%s: is short: it has not point %zu of the sweep, which is its task's",
                part->path, p);
        }
    }
    return 0;
}

int
jc_merge_take_points(struct jc_part *first, struct jc_part *part, struct jc_error *error)
{
    struct jc_sweep_result *to = &first->shard.sweep;
    struct jc_sweep_result *from = &part->shard.sweep;
    int ret = check_points(part, error);

    if (ret == 0 && (to->n_points != from->n_points || to->n_numbers != from->n_numbers)) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "%s: its points are not those of %s", part->path,
            first->path);
    }
    if (ret != 0 || first == part) {
        return ret;
    }
    for (size_t p = 0; p < to->n_points; p++) {
        if (from->point[p].status != JC_POINT_MISSING) {
            free(to->point[p].message);
            free(to->point[p].number);
            to->point[p] = from->point[p];
            from->point[p] = (struct jc_sweep_point){ .status = JC_POINT_MISSING };
        }
    }
    jc_sweep_result_free(from);
    return 0;
}

static int
write_file(const struct jc_plan *plan, const struct jc_run_options *run,
    const struct jc_results *results, struct jc_error *error)
{
    struct jc_store *store;
    int ret = jc_store_create(&store, run->output, &run->store, error);

    return ret != 0 ? ret : jc_finish_with_provenance(store, plan, run, results, 0, error);
}

int
jc_merge_sweep(struct jc_part *first, const struct jc_plan *plan, const char *study_text,
    const struct jc_run_options *options, struct jc_results *results, struct jc_error *error)
{
    struct jc_shard *shard = &first->shard;
    struct jc_run_options run = *options;
    int ret;

    run.study_text = study_text;
    *results = (struct jc_results){ .seed = shard->study.seed,
        .queries = shard->study.queries,
        .sweep = shard->sweep };
    shard->sweep = (struct jc_sweep_result){ 0 };
    ret = jc_string_set(&results->scenario, shard->study.name, error);
    ret = ret != 0 ? ret : jc_string_set(&results->title, shard->study.title, error);
    if (ret == 0 && jc_sweep_count(&results->sweep, JC_POINT_COMPUTED) == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "all %zu points failed; the first one: %.900s",
            results->sweep.n_points, results->sweep.point[0].message);
    }
    return ret != 0 ? ret : write_file(plan, &run, results, error);
}
