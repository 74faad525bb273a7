#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/plan.h"

/* A variable is a quantity, after those a pathway's divider, and in the end the residual of a fit. */
static size_t
count_variables(const struct jc_plan *plan)
{
    return JC_QUANTITIES + plan->scenario->n_pathways + 1;
}

/* Its sampler in a form of a case, if it is drawn for every query there. */
static struct jc_sampler *
sampler_of(const struct jc_plan *plan, size_t variable, const struct jc_form *form)
{
    struct jc_sampler *sampler = variable < JC_QUANTITIES ? form->model.sampler[variable]
        : variable + 1 < count_variables(plan)            ? plan->dividers[variable - JC_QUANTITIES]
                                                          : form->model.residuals;
    float value;

    return sampler == NULL || jc_sampler_is_constant(sampler, &value) ? NULL : sampler;
}

/* Some case draws the variable; if `choice`, from a mixture. */
static bool
is_drawn(const struct jc_plan *plan, size_t variable, bool choice)
{
    const struct jc_sampler *sampler;
    bool drawn = false;
    size_t j, f;

    for (j = 0; j < plan->scenario->n_cases; j++) {
        for (f = 0; f < plan->forms[j].n; f++) {
            sampler = sampler_of(plan, variable, &plan->forms[j].form[f]);
            drawn |= sampler != NULL && (!choice || jc_sampler_is_mixture(sampler));
        }
    }
    return drawn;
}

/* The next dimension becomes that of the variable, or of the choice of its component. */
static int
add_source(struct jc_plan *plan, size_t variable, bool choice, struct jc_error *error)
{
    const struct jc_scenario *scenario = plan->scenario;
    const bool is_quantity = variable < JC_QUANTITIES;
    const bool is_residual = variable + 1 == count_variables(plan);
    struct jc_stream stream;
    char label[160];

    if (scenario->points == JC_POINTS_SOBOL && plan->n_sources == JC_SOBOL_DIMENSIONS) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "points: sobol: more than %d variables are drawn; latin-hypercube has no such limit",
            JC_SOBOL_DIMENSIONS);
    }
    (void) snprintf(label, sizeof(label), "%s%s%s", is_quantity || is_residual ? "" : "pathways.",
        is_quantity       ? jc_quantity_info((enum jc_quantity) variable)->key
            : is_residual ? JC_RESIDUALS_LABEL
                          : scenario->pathways[variable - JC_QUANTITIES].name,
        choice ? JC_SAMPLER_CHOICE : "");
    jc_stream_init(&stream, scenario->seed, label);
    plan->n_sources++;
    return jc_points_source_init(&plan->source[plan->n_sources - 1], &stream,
        (plan->n_sources - 1) % JC_SOBOL_DIMENSIONS, plan->design.replicates, error);
}

/* Every one of several replicates has points, and not more than there are words. */
static int
check_queries(const struct jc_plan *plan, struct jc_error *error)
{
    const struct jc_design *design = &plan->design;
    const uint64_t least = design->replicates * JC_STRIP;
    const char *name = jc_points_names[design->kind];

    if (design->replicates > 1 && design->queries < least) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "points: %s in %zu replicates needs at least %" PRIu64 " queries, %d for each; %" PRIu64
            " are asked for",
            name, design->replicates, least, JC_STRIP, design->queries);
    }
    if (jc_design_points(design, 0).n > JC_POINTS_MOST) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "points: %s has at most %" PRIu64 " points in each of the %zu replicates; %" PRIu64
            " queries are too many",
            name, JC_POINTS_MOST, design->replicates, design->queries);
    }
    return 0;
}

static void
use_sources(struct jc_plan *plan, const size_t *value, const size_t *choice)
{
    struct jc_sampler *sampler;
    size_t j, f, k;

    for (k = 0; k < count_variables(plan); k++) {
        for (j = 0; j < plan->scenario->n_cases; j++) {
            for (f = 0; f < plan->forms[j].n; f++) {
                sampler = sampler_of(plan, k, &plan->forms[j].form[f]);
                if (sampler != NULL) {
                    jc_sampler_use_design(sampler, &plan->design, &plan->source[value[k]],
                        &plan->source[choice[k]]);
                }
            }
        }
    }
}

/* Low dimensions are the better ones: values before choices. */
int
jc_plan_points_init(struct jc_plan *self, struct jc_error *error)
{
    const size_t n = count_variables(self);
    size_t *value;
    size_t k;
    int ret;

    self->design = (struct jc_design){ .kind = self->scenario->points,
        .queries = self->scenario->queries,
        .replicates = self->scenario->replicates };
    if (self->design.kind == JC_POINTS_RANDOM) {
        return 0;
    }
    ret = check_queries(self, error);
    value = calloc(2 * n, sizeof(*value)); /* places of values, then of choices */
    self->source = calloc(2 * n, sizeof(*self->source));
    if (ret == 0 && (value == NULL || self->source == NULL)) {
        ret = jc_fail_memory(error);
    }
    for (k = 0; ret == 0 && k < 2 * n; k++) {
        if (is_drawn(self, k % n, k >= n)) {
            value[k] = self->n_sources;
            ret = add_source(self, k % n, k >= n, error);
        }
    }
    if (ret == 0) {
        use_sources(self, value, value + n);
    }
    free(value);
    return ret;
}

void
jc_plan_points_free(struct jc_plan *self)
{
    size_t k;

    for (k = 0; k < self->n_sources; k++) {
        jc_points_source_free(&self->source[k]);
    }
    free(self->source);
}
