/*
 * The mix of a fleet: regimes with shares of its queries, and the cases of each with shares of theirs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/sampler.h"
#include "scenarios/read.h"

#define SHARE_TOLERANCE 1e-9
#define EXAMPLE \
    "for example mix: {short: {share: 90 %%, cases: [a]}, long: {share: rest, cases: [b]}}"

static const struct jc_range share_range = { JC_FRACTION, true, 1 };

/* What shares come to, while they are read. */
struct sum {
    double low; /* of all but the rest */
    double high;
    bool uncertain;
    bool rest;
};

int
jc_read_fleet_value(struct jc_reader *reader, const struct jc_field *field,
    const struct jc_range *range, struct jc_distribution *self, struct jc_error *error)
{
    struct jc_field varies = jc_field_get(field, "varies");
    int ret = jc_read_value(reader, field, range, self, error);

    if (ret == 0 && varies.node != NULL && self->varies == JC_VARIES_QUERY) {
        ret = jc_field_fail(&varies, error,
            "it has one value for the whole fleet, which is unknown if it is a distribution");
    }
    if (ret == 0) {
        self->varies = self->kind == JC_CONSTANT ? JC_VARIES_QUERY : JC_VARIES_FLEET;
    }
    return ret;
}

int
jc_value_ends(const struct jc_distribution *value, double *low, double *high,
    struct jc_error *error)
{
    struct jc_distribution each = *value;
    struct jc_sampler *sampler;
    float ends[2];
    int ret;

    *low = *high = value->parameter[0];
    if (value->kind == JC_CONSTANT) {
        return 0;
    }
    each.varies = JC_VARIES_QUERY;
    ret = jc_sampler_new(&sampler, &each, 0, "range", 0, error);
    if (ret == 0) {
        jc_sampler_range(sampler, &ends[0], &ends[1]);
        *low = (double) ends[0];
        *high = (double) ends[1];
        jc_sampler_free(sampler);
    }
    return ret;
}

/* A value or `rest`; `at` is where it would be if it is not there, which means the rest. */
static int
read_share(struct jc_reader *reader, const struct jc_field *field, const struct jc_field *at,
    struct jc_fleet_share *self, struct sum *sum, struct jc_error *error)
{
    double low, high;
    int ret;

    if (field->node == NULL
        || (field->node->kind == JC_TREE_SCALAR && strcmp(field->node->text, "rest") == 0)) {
        self->rest = true;
        if (sum->rest) {
            return jc_field_fail_key(at, error, "only one share can be the rest");
        }
        sum->rest = true;
        return 0;
    }
    ret = jc_read_fleet_value(reader, field, &share_range, &self->value, error);
    ret = ret != 0 ? ret : jc_value_ends(&self->value, &low, &high, error);
    if (ret == 0) {
        sum->low += low;
        sum->high += high;
        sum->uncertain |= self->value.kind != JC_CONSTANT;
    }
    return ret;
}

/* Of constants the sum is 1; with a rest, or with distributions, no draw goes beyond. */
static int
check_sum(const struct jc_field *field, const struct sum *sum, struct jc_error *error)
{
    if (sum->uncertain && !sum->rest) {
        return jc_field_fail(field, error,
            "a share is a distribution, so one of the others must be the rest");
    }
    if (sum->high > 1 + SHARE_TOLERANCE && sum->uncertain) {
        return jc_field_fail(field, error,
            "shares can be drawn as high as %.6g in all, must be at most 1; give them a max:",
            sum->high);
    }
    if (sum->rest ? sum->high > 1 + SHARE_TOLERANCE : fabs(sum->low - 1) > SHARE_TOLERANCE) {
        return jc_field_fail(field, error,
            sum->rest ? "shares sum to %.6g, which leaves no rest"
                      : "shares sum to %.6g, expected 1",
            sum->low);
    }
    return 0;
}

static int
find_case(const struct jc_scenario *scenario, const struct jc_field *field, const char *name,
    size_t *index, struct jc_error *error)
{
    for (*index = 0; *index < scenario->n_cases; ++*index) {
        if (strcmp(scenario->cases[*index].name, name) == 0) {
            return 0;
        }
    }
    if (field->key != NULL) {
        return jc_field_fail_key(field, error, "is not in cases");
    }
    return jc_field_fail(field, error, "'%s' is not in cases", jc_show(name).text);
}

static int
alloc_cases(struct jc_fleet_regime *self, size_t n, struct jc_error *error)
{
    self->case_index = calloc(n + 1, sizeof(*self->case_index));
    self->case_share = calloc(n + 1, sizeof(*self->case_share));
    return self->case_index == NULL || self->case_share == NULL ? jc_fail_memory(error) : 0;
}

/* [a, b, c], each as much, or {a: 20 %, b: rest}. */
static int
read_cases(struct jc_reader *reader, const struct jc_field *field, struct jc_fleet_regime *self,
    struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct sum sum = { 0 };
    struct jc_field part;
    const bool is_map = field->node->kind == JC_TREE_MAP;
    int ret = is_map ? 0 : jc_field_list(field, error);

    if (ret == 0 && field->node->n_items == 0) {
        ret = jc_field_fail(field, error, "there are no cases");
    }
    ret = ret != 0 ? ret : alloc_cases(self, field->node->n_items, error);
    for (item = field->node->first; ret == 0 && item != NULL; item = item->next) {
        size_t *index = &self->case_index[self->n_cases];
        struct jc_fleet_share *share = &self->case_share[self->n_cases];

        part = jc_field_item(field, item, self->n_cases + 1);
        ret = is_map ? 0 : jc_field_scalar(&part, "a case", error);
        ret = ret != 0
            ? ret
            : find_case(reader->scenario, &part, is_map ? part.key : part.node->text, index, error);
        for (size_t k = 0; ret == 0 && k < self->n_cases; k++) {
            if (self->case_index[k] == *index) {
                ret = jc_field_fail(&part, error, "'%s' is there twice",
                    jc_show(reader->scenario->cases[*index].name).text);
            }
        }
        self->n_cases++;
        if (ret == 0 && is_map) {
            ret = read_share(reader, &part, &part, share, &sum, error);
        } else {
            share->value = jc_distribution_constant(1.0 / (double) field->node->n_items);
        }
    }
    return ret == 0 && is_map ? check_sum(field, &sum, error) : ret;
}

static int
read_regime(struct jc_reader *reader, const struct jc_field *field, struct jc_fleet_regime *self,
    struct sum *sum, struct jc_error *error)
{
    static const char *const names[] = { "share", "cases", NULL };
    struct jc_field share = jc_field_get(field, "share");
    struct jc_field cases = jc_field_get(field, "cases");
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : jc_field_name(field, error);
    ret = ret != 0 ? ret : jc_string_set(&self->name, field->key, error);
    if (ret == 0 && cases.node == NULL) {
        ret = jc_field_fail_key(field, error, "cases is missing, for example cases: [a, b]");
    }
    ret = ret != 0
        ? ret
        : read_share(reader, &share, share.node == NULL ? field : &share, &self->share, sum, error);
    return ret != 0 ? ret : read_cases(reader, &cases, self, error);
}

/* {short: 80 %, medium: 20 %}: each case is a regime of its own. */
static int
read_simple(struct jc_reader *reader, const struct jc_field *field, struct jc_fleet_regime *self,
    struct sum *sum, struct jc_error *error)
{
    int ret = alloc_cases(self, 1, error);

    ret = ret != 0 ? ret
                   : find_case(reader->scenario, field, field->key, &self->case_index[0], error);
    if (ret == 0) {
        self->n_cases = 1;
        self->case_share[0].value = jc_distribution_constant(1);
        ret = jc_string_set(&self->name, field->key, error);
    }
    return ret != 0 ? ret : read_share(reader, field, field, &self->share, sum, error);
}

int
jc_read_mix(struct jc_reader *reader, const struct jc_field *fleet, struct jc_fleet *self,
    struct jc_error *error)
{
    struct jc_field cases = jc_field_get(fleet, "cases");
    struct jc_field mix = jc_field_get(fleet, "mix");
    const struct jc_tree_item *item;
    const struct jc_field *from;
    struct sum sum = { 0 };
    struct jc_field part;
    int ret;

    if (cases.node == NULL && mix.node == NULL) {
        return jc_field_fail_key(fleet, error,
            "cases is missing, for example cases: {short: 80 %%, long: 20 %%}; or mix, " EXAMPLE);
    }
    from = mix.node == NULL || jc_field_is_over(&cases, &mix) ? &cases : &mix;
    if (cases.node != NULL && mix.node != NULL && !jc_field_is_over(&cases, &mix)
        && !jc_field_is_over(&mix, &cases)) {
        return jc_field_fail_key(&mix, error, "cases and mix exclude each other");
    }
    ret = jc_field_map(from, error);
    if (ret != 0) {
        return ret;
    }
    self->regimes = calloc(from->node->n_items + 1, sizeof(*self->regimes));
    if (self->regimes == NULL) {
        return jc_fail_memory(error);
    }
    for (item = from->node->first; ret == 0 && item != NULL; item = item->next) {
        part = jc_field_item(from, item, 0);
        ret = from == &mix
            ? read_regime(reader, &part, &self->regimes[self->n_regimes++], &sum, error)
            : read_simple(reader, &part, &self->regimes[self->n_regimes++], &sum, error);
    }
    return ret != 0 ? ret : check_sum(from, &sum, error);
}
