#include "engine/case_model.h"

#include <stdlib.h>
#include <string.h>

int
jc_case_add_sampler(struct jc_case_model *self, enum jc_quantity quantity,
    const struct jc_distribution *distribution, uint64_t seed, struct jc_error *error)
{
    const char *label = jc_quantity_info(quantity)->key;
    struct jc_distribution each = *distribution;
    int ret = jc_sampler_new(&self->sampler[quantity], distribution, seed, label, 0, error);

    if (ret == 0) {
        self->is_constant[quantity] =
            jc_sampler_is_constant(self->sampler[quantity], &self->constant[quantity]) != 0;
    }
    if (ret == 0 && distribution->varies == JC_VARIES_FLEET && distribution->kind != JC_CONSTANT) {
        each.varies = JC_VARIES_QUERY;
        ret = jc_sampler_new(&self->unknown[quantity], &each, seed, label, 0, error);
    }
    return ret;
}

void
jc_case_set_unknown(struct jc_case_model *self, enum jc_quantity quantity, float value)
{
    const struct jc_power_spec *power = &self->spec->power;

    self->constant[quantity] = value;
    if (quantity == JC_POWER_UTILIZATION && power->form == JC_POWER_FROM_CLASS) {
        self->constant[quantity] = self->utilization_intercept + self->utilization_slope * value;
    }
}

void
jc_case_range(const struct jc_case_model *self, enum jc_quantity quantity, float *low, float *high)
{
    const struct jc_sampler *unknown = self->unknown[quantity];

    jc_sampler_range(unknown != NULL ? unknown : self->sampler[quantity], low, high);
}

/* A number of tokens is a whole number in the file, and a sensible one. */
static int
add_tokens(struct jc_case_model *self, enum jc_quantity quantity,
    const struct jc_distribution *distribution, uint64_t seed, struct jc_error *error)
{
    float low, high;
    int ret = jc_case_add_sampler(self, quantity, distribution, seed, error);

    if (ret != 0) {
        return ret;
    }
    jc_case_range(self, quantity, &low, &high);
    if ((double) high > JC_MOST_TOKENS) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "case %s: %s can reach %g tokens, at most %g are allowed: give it a max:",
            self->spec->name, jc_quantity_info(quantity)->key, (double) high, JC_MOST_TOKENS);
    }
    return ret;
}

/* The place of a quantity in the group, which it joins if it is new. */
static size_t
join(struct jc_group *group, enum jc_quantity quantity)
{
    size_t k = 0;

    while (k < group->n && group->quantity[k] != quantity) {
        k++;
    }
    if (k == group->n) {
        group->quantity[group->n++] = quantity;
    }
    return k;
}

/* What can be correlated: an input that is drawn for every query, by one word. */
static int
check_correlated(const struct jc_case_model *self, enum jc_quantity quantity,
    struct jc_error *error)
{
    const char *key = jc_quantity_info(quantity)->key;

    if (self->sampler[quantity] == NULL || self->is_constant[quantity]) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "case %s: correlations: %s is not drawn for every query", self->spec->name, key);
    }
    if (self->spec->joint.n_marginals > 0 && quantity == self->group.joint_of[1]) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "case %s: correlations: %s is drawn together with %s, as it was observed; correlate "
            "that "
            "one, or say together: false",
            self->spec->name, key, jc_quantity_info(self->group.joint_of[0])->key);
    }
    return 0;
}

/* normal[n * n]: the identity, and what the scenario says. */
static int
fill_correlations(struct jc_case_model *self, const struct jc_rank_series *series, double *normal,
    struct jc_error *error)
{
    const struct jc_correlation *correlation;
    const size_t n = self->group.n_correlated;
    struct jc_error inner;
    size_t i, j, k;

    for (k = 0; k < n; k++) {
        normal[k * n + k] = 1;
    }
    for (k = 0; k < self->spec->n_correlations; k++) {
        correlation = &self->spec->correlations[k];
        i = join(&self->group, correlation->of[0]);
        j = join(&self->group, correlation->of[1]);
        normal[i * n + j] = correlation->value;
        if (!correlation->normal
            && jc_copula_normal_correlation(&series[i], &series[j], correlation->value,
                   &normal[i * n + j], &inner)
                != 0) {
            return jc_fail(error, JC_ERROR_SCENARIO, "case %s: correlations: %s and %s: %.800s",
                self->spec->name, jc_quantity_info(correlation->of[0])->key,
                jc_quantity_info(correlation->of[1])->key, inner.message);
        }
        normal[j * n + i] = normal[i * n + j];
    }
    return 0;
}

static int
init_copula(struct jc_case_model *self, struct jc_error *error)
{
    struct jc_group *group = &self->group;
    struct jc_rank_series *series = calloc(JC_QUANTITIES, sizeof(*series));
    double normal[JC_QUANTITIES * JC_QUANTITIES] = { 0 };
    struct jc_error inner;
    size_t k;
    int ret = series == NULL ? jc_fail_memory(error) : 0;

    for (k = 0; ret == 0 && k < group->n_correlated; k++) {
        ret = jc_rank_series_init(&series[k], self->sampler[group->quantity[k]], &inner);
        if (ret != 0) {
            ret = jc_fail(error, ret, "case %s: correlations: %s: %.800s", self->spec->name,
                jc_quantity_info(group->quantity[k])->key, inner.message);
        }
    }
    ret = ret != 0 ? ret : fill_correlations(self, series, normal, error);
    if (ret == 0) {
        ret = jc_copula_init(&group->copula, group->n_correlated, normal, &inner);
        if (ret != 0) {
            ret = jc_fail(error, ret, "case %s: correlations: %.800s", self->spec->name,
                inner.message);
        }
    }
    free(series);
    return ret;
}

static int
init_group(struct jc_case_model *self, struct jc_error *error)
{
    const struct jc_empirical *joint = &self->spec->joint;
    struct jc_group *group = &self->group;
    size_t k;
    int ret = 0;

    for (k = 0; k < 2 && joint->n_marginals > 0; k++) {
        group->joint_of[k] = jc_quantity_by_name(joint->marginal[joint->joint.variable[k]].name);
    }
    for (k = 0; ret == 0 && k < 2 * self->spec->n_correlations; k++) {
        const enum jc_quantity quantity = self->spec->correlations[k / 2].of[k % 2];

        ret = check_correlated(self, quantity, error);
        (void) join(group, quantity);
    }
    group->n_correlated = group->n;
    if (ret == 0 && group->n_correlated > 0) {
        ret = init_copula(self, error);
    }
    if (ret == 0 && joint->n_marginals > 0) {
        (void) join(group, group->joint_of[0]);
        (void) join(group, group->joint_of[1]);
        ret = jc_joint_sampler_new(&group->joint, joint, error);
    }
    return ret;
}

int
jc_case_model_init(struct jc_case_model *self, const struct jc_case *spec, uint64_t seed,
    struct jc_error *error)
{
    int ret;

    *self = (struct jc_case_model){ .spec = spec };
    ret = add_tokens(self, JC_INPUT_TOKENS, &spec->input_tokens, seed, error);
    ret = ret != 0 ? ret : add_tokens(self, JC_OUTPUT_TOKENS, &spec->output_tokens, seed, error);
    ret = ret != 0 ? ret
                   : jc_case_add_sampler(self, JC_NODE_POWER, &spec->node_power_kw, seed, error);
    ret = ret != 0 ? ret : jc_case_add_sampler(self, JC_PUE, &spec->pue, seed, error);
    ret = ret != 0 ? ret : jc_case_serving_init(self, seed, error);
    return ret != 0 ? ret : init_group(self, error);
}

void
jc_case_model_free(struct jc_case_model *self)
{
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        jc_sampler_free(self->sampler[q]);
        jc_sampler_free(self->unknown[q]);
    }
    jc_copula_free(&self->group.copula);
    jc_joint_sampler_free(self->group.joint);
    jc_sampler_free(self->residuals);
    free(self->fit_law);
    free(self->factors);
    *self = (struct jc_case_model){ 0 };
}
