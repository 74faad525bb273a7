#include "engine/conclude.h"

#include "engine/fleet.h"
#include "engine/gather.h"
#include "engine/pathways.h"

int
jc_conclude_cases(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    struct jc_results *results, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < plan->scenario->n_cases; j++) {
        ret = jc_gather_case(plan, n, shard, j, &results->cases[j], error);
    }
    return ret;
}

int
jc_conclude(struct jc_work *work, bool pathways, struct jc_draws *draws, struct jc_results *results,
    struct jc_error *error)
{
    const struct jc_plan *plan = work->plan;
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < plan->scenario->n_cases; j++) {
        ret = jc_gather_constants(plan, j, &results->cases[j], error);
    }
    for (j = 0; ret == 0 && j < plan->scenario->n_cases; j++) {
        if (pathways && plan->has_pathways[j]) {
            ret = jc_pathways_run(work, j, results, error);
        }
    }
    ret = ret != 0 ? ret : jc_fleets_compute(plan->scenario, results, error);
    if (ret == 0 && draws != NULL) {
        results->bands = draws->bands;
        draws->bands = (struct jc_bands){ 0 };
    }
    return ret;
}
