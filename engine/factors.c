#include "engine/factors.h"

#include <stdio.h>
#include <string.h>

enum group { WORKLOAD, SERVING, FACILITY, GROUPS };
static const char *const group_names[GROUPS] = { "workload", "serving", "facility" };

static enum group
group_of(enum jc_quantity quantity)
{
    switch (quantity) {
        case JC_INPUT_TOKENS:
        case JC_OUTPUT_TOKENS:
        case JC_BATCH_SIZE:
            return WORKLOAD;
        case JC_THROUGHPUT:
        case JC_LATENCY:
        case JC_RATE:
        case JC_DURATION:
            return SERVING;
        default:
            return FACILITY;
    }
}

const char *
jc_factor_group(enum jc_quantity input)
{
    return group_names[group_of(input)];
}

struct jc_distribution *
jc_case_input(struct jc_case *spec, enum jc_quantity quantity)
{
    switch (quantity) {
        case JC_INPUT_TOKENS:
            return &spec->input_tokens;
        case JC_OUTPUT_TOKENS:
            return &spec->output_tokens;
        case JC_BATCH_SIZE:
            return &spec->batch.size;
        case JC_LATENCY:
            return &spec->throughput.latency_s;
        case JC_RATE:
            return &spec->throughput.rate;
        case JC_DURATION:
            return &spec->throughput.duration_s;
        case JC_NODE_POWER:
            return &spec->node_power_kw;
        case JC_POWER_UTILIZATION:
            return &spec->power.utilization;
        case JC_PUE:
            return &spec->pue;
        case JC_THROUGHPUT:
            return &spec->throughput.tokens_per_s;
        case JC_WUE_SITE:
            return &spec->footprint.value[JC_FOOTPRINT_WUE_SITE];
        case JC_WUE_SOURCE:
            return &spec->footprint.value[JC_FOOTPRINT_WUE_SOURCE];
        case JC_CARBON_INTENSITY:
            return &spec->footprint.value[JC_FOOTPRINT_CARBON];
        case JC_ELECTRICITY_PRICE:
            return &spec->footprint.value[JC_FOOTPRINT_PRICE];
        default:
            return NULL;
    }
}

bool
jc_factor_is_random(const struct jc_case_model *model, size_t quantity)
{
    if (quantity == JC_THROUGHPUT && model->residuals != NULL) {
        return true;
    }
    return model->sampler[quantity] != NULL && !model->is_constant[quantity];
}

/* Gives all that belong together with a or with b the lower of their numbers. */
static void
join(size_t *factor, size_t a, size_t b)
{
    const size_t low = factor[a] < factor[b] ? factor[a] : factor[b];
    const size_t high = factor[a] < factor[b] ? factor[b] : factor[a];
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        if (factor[q] == high) {
            factor[q] = low;
        }
    }
}

/* factor[q]: equal for inputs that are exchanged together. */
static void
connect(const struct jc_case_model *model, bool grouped, size_t *factor)
{
    const struct jc_case *spec = model->spec;
    size_t q, r;

    for (q = 0; q < JC_QUANTITIES; q++) {
        factor[q] = q;
    }
    for (q = 0; q < spec->n_correlations; q++) {
        join(factor, spec->correlations[q].of[0], spec->correlations[q].of[1]);
    }
    if (model->group.joint != NULL) {
        join(factor, model->group.joint_of[0], model->group.joint_of[1]);
    }
    for (q = 0; grouped && q < JC_QUANTITIES; q++) {
        for (r = 0; r < q; r++) {
            if (jc_factor_is_random(model, q) && jc_factor_is_random(model, r)
                && group_of((enum jc_quantity) q) == group_of((enum jc_quantity) r)) {
                join(factor, q, r);
            }
        }
    }
}

/* Behind the other names; the room is enough for all of them. */
static void
append_name(struct jc_factor *factor, const char *name)
{
    const size_t length = strlen(factor->name);

    (void) snprintf(factor->name + length, sizeof(factor->name) - length, "%s%s",
        length > 0 ? "+" : "", name);
}

static const char *
name_of(const struct jc_case_model *model, enum jc_quantity input)
{
    return input == JC_THROUGHPUT && model->residuals != NULL ? JC_RESIDUALS_LABEL
                                                              : jc_quantity_info(input)->key;
}

static void
name_factor(const struct jc_case_model *model, struct jc_factor *factor, bool grouped)
{
    bool has[GROUPS] = { false };
    size_t k;

    for (k = 0; k < factor->n; k++) {
        const enum group group = group_of(factor->input[k]);

        if (!grouped) {
            append_name(factor, name_of(model, factor->input[k]));
        } else if (!has[group]) {
            append_name(factor, group_names[group]);
        }
        has[group] = true;
    }
}

void
jc_factors_of(const struct jc_case_model *model, bool grouped, struct jc_factors *factors)
{
    size_t number[JC_QUANTITIES];
    struct jc_factor *factor;
    size_t k, q;

    connect(model, grouped, number);
    factors->n = 0;
    for (q = 0; q < JC_QUANTITIES; q++) {
        factor = &factors->factor[factors->n];
        *factor = (struct jc_factor){ .n = 0 };
        for (k = q; k < JC_QUANTITIES; k++) {
            if (number[k] == q && jc_factor_is_random(model, k)) {
                factor->input[factor->n++] = (enum jc_quantity) k;
            }
        }
        if (factor->n > 0) {
            name_factor(model, factor, grouped);
            factors->n++;
        }
    }
}
