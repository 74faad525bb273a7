#include "engine/conclude.h"

#include "engine/fleet.h"
#include "engine/gather.h"
#include "engine/pathways.h"
#include "engine/share.h"

int
jc_conclude_cases(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    struct jc_results *results, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < plan->scenario->n_cases; j++) {
        ret = n > 0 ? jc_gather_case(plan, n, shard, j, &results->cases[j], error) : 0;
        ret = ret != 0 ? ret : jc_gather_constants(plan, j, &results->cases[j], error);
    }
    return ret;
}

int
jc_conclude_second_passes(struct jc_work *work, size_t n, const struct jc_shard *const *shards,
    struct jc_shard *shard, const struct jc_results *results, enum jc_wish *wish,
    struct jc_error *error)
{
    const struct jc_plan *plan = work->plan;
    uint64_t first, end;
    size_t j;
    int ret = 0;

    *wish = JC_GO_ON;
    for (j = 0; ret == 0 && j < plan->scenario->n_cases; j++) {
        while (ret == 0 && *wish == JC_GO_ON && plan->has_pathways[j]
            && jc_shards_gap(n, shards, jc_second_pass(plan, j), 0, plan->blocks_per_case, &first,
                &end)) {
            ret = jc_pathways_blocks(work, j, results, first, end, shard, wish, error);
        }
    }
    return ret;
}

int
jc_conclude(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    struct jc_draws *draws, struct jc_results *results, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < plan->scenario->n_cases; j++) {
        if (n > 0 && plan->has_pathways[j]) {
            ret = jc_pathways_gather(plan, n, shard, j, results, error);
        }
    }
    if (ret == 0 && draws != NULL) {
        results->bands = draws->bands;
        draws->bands = (struct jc_bands){ 0 };
    }
    return ret != 0 ? ret : jc_fleets_compute(plan->scenario, results, error);
}
