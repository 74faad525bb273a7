#include <inttypes.h>

#include "engine/cli/cli.h"

/* The smallest number of queries, no less than are asked for, that gives every replicate the same power of
 * two. */
static uint64_t
balanced_queries(const struct jc_design *design)
{
    uint64_t queries = design->replicates * JC_STRIP;

    while (queries < design->queries) {
        queries *= 2;
    }
    return queries;
}

void
jc_cli_warn_points(const struct jc_plan *plan)
{
    const struct jc_design *design = &plan->design;
    struct jc_points points;
    bool balanced = true;
    size_t k;

    for (k = 0; k < design->replicates; k++) {
        points = jc_design_points(design, k);
        balanced &= jc_points_is_balanced(&points)
            && (design->kind != JC_POINTS_SOBOL || points.n == jc_design_points(design, 0).n);
    }
    if (!balanced) {
        (void) fprintf(stderr,
            "points: %s: %" PRIu64 " queries give the %zu replicates no power of two each, which "
            "these points are made for; -n %" PRIu64 " does\n",
            jc_points_names[design->kind], design->queries, design->replicates,
            balanced_queries(design));
    }
}
