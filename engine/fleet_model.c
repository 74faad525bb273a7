#include "engine/fleet_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/sampler.h"

#define LABEL_LENGTH 256
#define OTHER "other"

static int
is_unknown(const struct jc_distribution *value)
{
    return value->kind != JC_CONSTANT && value->varies == JC_VARIES_FLEET;
}

int
jc_fleet_has_unknowns(const struct jc_fleet *fleet)
{
    size_t j, k;
    int found = 0;

    for (j = 0; j < fleet->n_regimes; j++) {
        found |= is_unknown(&fleet->regimes[j].share.value);
        for (k = 0; k < fleet->regimes[j].n_cases; k++) {
            found |= is_unknown(&fleet->regimes[j].case_share[k].value);
        }
    }
    for (k = 0; k < fleet->n_factors; k++) {
        found |= is_unknown(&fleet->factors[k].value) || is_unknown(&fleet->factors[k].adoption);
    }
    return found;
}

/* x[n] becomes the draws of a value that the fleet has one of: row k has word k of its stream. */
static int
draw_values(const struct jc_distribution *value, uint64_t seed, const char *label, size_t n,
    double *x, struct jc_error *error)
{
    struct jc_distribution each = *value;
    struct jc_stream words, choices;
    struct jc_sampler *sampler;
    char choice[LABEL_LENGTH + 16];
    uint32_t word;
    size_t k;
    int ret;

    for (k = 0; value->kind == JC_CONSTANT && k < n; k++) {
        x[k] = value->parameter[0];
    }
    if (value->kind == JC_CONSTANT) {
        return 0;
    }
    each.varies = JC_VARIES_QUERY;
    ret = jc_sampler_new(&sampler, &each, seed, label, 0, error);
    if (ret != 0) {
        return ret;
    }
    (void) snprintf(choice, sizeof(choice), "%s/component", label);
    jc_stream_init(&words, seed, label);
    jc_stream_init(&choices, seed, choice);
    for (k = 0; k < n; k++) {
        word = jc_pcg_next(&words.start);
        x[k] = (double) jc_sampler_value(sampler, word, jc_pcg_next(&choices.start));
    }
    jc_sampler_free(sampler);
    return 0;
}

/* share[k] are the rows of share k; one that is the rest gets what the others leave. */
static int
draw_shares(const struct jc_fleet_share *const *shares, size_t n, const char *const *names,
    const char *within, uint64_t seed, size_t n_rows, double *const *share, struct jc_error *error)
{
    char label[LABEL_LENGTH];
    size_t rest = n;
    size_t j, k;
    int ret = 0;

    for (k = 0; ret == 0 && k < n; k++) {
        (void) snprintf(label, sizeof(label), "%s.%s", within, names[k]);
        if (shares[k]->rest) {
            rest = k;
        } else {
            ret = draw_values(&shares[k]->value, seed, label, n_rows, share[k], error);
        }
    }
    for (j = 0; ret == 0 && rest < n && j < n_rows; j++) {
        share[rest][j] = 1;
        for (k = 0; k < n; k++) {
            share[rest][j] -= k == rest ? 0 : share[k][j];
        }
        share[rest][j] = share[rest][j] > 0 ? share[rest][j] : 0;
    }
    return ret;
}

/* Shares of the cases of a regime within it. Names, not places, find the streams: what is unknown is the same
 * in all fleets that have a share of that name. */
static int
draw_cases(struct jc_fleet_model *self, size_t regime, uint64_t seed,
    struct jc_fleet_member *member, struct jc_error *error)
{
    const struct jc_fleet_regime *of = &self->fleet->regimes[regime];
    const struct jc_fleet_share **shares = calloc(of->n_cases, sizeof(*shares));
    const char **names = calloc(of->n_cases, sizeof(*names));
    double **share = calloc(of->n_cases, sizeof(*share));
    char within[LABEL_LENGTH / 2];
    size_t k;
    int ret = shares == NULL || names == NULL || share == NULL ? jc_fail_memory(error) : 0;

    for (k = 0; ret == 0 && k < of->n_cases; k++) {
        member[k].regime = regime;
        member[k].case_index = of->case_index[k];
        member[k].share = calloc(self->n_rows, sizeof(double));
        shares[k] = &of->case_share[k];
        names[k] = self->results->cases[of->case_index[k]].name;
        share[k] = member[k].share;
        ret = share[k] == NULL ? jc_fail_memory(error) : 0;
        self->n_members++;
    }
    (void) snprintf(within, sizeof(within), "fleet.mix.%s", of->name);
    ret = ret != 0
        ? ret
        : draw_shares(shares, of->n_cases, names, within, seed, self->n_rows, share, error);
    free(shares);
    free(names);
    free(share);
    return ret;
}

static int
draw_mix(struct jc_fleet_model *self, uint64_t seed, struct jc_error *error)
{
    const size_t n = self->fleet->n_regimes;
    const struct jc_fleet_share **shares = calloc(n, sizeof(*shares));
    const char **names = calloc(n, sizeof(*names));
    double **share = calloc(n, sizeof(*share));
    double *rows = calloc(n * self->n_rows, sizeof(*rows));
    size_t j, k;
    int ret = shares == NULL || names == NULL || share == NULL || rows == NULL
        ? jc_fail_memory(error)
        : 0;

    for (k = 0; ret == 0 && k < n; k++) {
        shares[k] = &self->fleet->regimes[k].share;
        names[k] = self->fleet->regimes[k].name;
        share[k] = rows + k * self->n_rows;
    }
    ret = ret != 0 ? ret
                   : draw_shares(shares, n, names, "fleet.mix", seed, self->n_rows, share, error);
    for (k = 0; ret == 0 && k < n; k++) {
        ret = draw_cases(self, k, seed, self->member + self->n_members, error);
    }
    for (j = 0; ret == 0 && j < self->n_members; j++) {
        for (k = 0; k < self->n_rows; k++) {
            self->member[j].share[k] *= share[self->member[j].regime][k];
        }
    }
    free(shares);
    free(names);
    free(share);
    free(rows);
    return ret;
}

/* The mean of a factor in every row, and its distribution over the queries in the first. */
static int
draw_factor(struct jc_fleet_model *self, size_t index, uint64_t seed, struct jc_error *error)
{
    const struct jc_fleet_factor *factor = &self->fleet->factors[index];
    const char *section = index < self->fleet->n_overheads ? "overheads" : "interventions";
    struct jc_multiplier *multiplier = &self->multiplier[index];
    double *mean = self->factor[index] = calloc(self->n_rows, sizeof(double));
    double *second = self->second[index] = calloc(self->n_rows, sizeof(double));
    double *adoption = calloc(self->n_rows, sizeof(double));
    char label[LABEL_LENGTH];
    size_t k;
    int ret = mean == NULL || second == NULL || adoption == NULL ? jc_fail_memory(error) : 0;

    (void) snprintf(label, sizeof(label), "fleet.%s.%s", section, factor->name);
    if (ret == 0 && is_unknown(&factor->value)) {
        ret = draw_values(&factor->value, seed, label, self->n_rows, mean, error);
        for (k = 0; ret == 0 && k < self->n_rows; k++) {
            mean[k] = factor->divides ? 1 / mean[k] : mean[k];
            second[k] = mean[k] * mean[k];
        }
        jc_multiplier_constant(multiplier, ret == 0 ? mean[0] : 1);
    } else if (ret == 0) {
        ret = jc_multiplier_init(multiplier, &factor->value, factor->divides, error);
        for (k = 0; ret == 0 && k < self->n_rows; k++) {
            mean[k] = multiplier->mean;
            second[k] = multiplier->second;
        }
    }
    (void) snprintf(label, sizeof(label), "fleet.%s.%s.adoption", section, factor->name);
    ret =
        ret != 0 ? ret : draw_values(&factor->adoption, seed, label, self->n_rows, adoption, error);
    for (k = 0; ret == 0 && k < self->n_rows; k++) {
        mean[k] = adoption[k] * mean[k] + (1 - adoption[k]);
        second[k] = adoption[k] * second[k] + (1 - adoption[k]);
    }
    if (ret == 0 && adoption[0] < 1) {
        ret = jc_multiplier_adopt(multiplier, adoption[0], error);
    }
    free(adoption);
    return ret;
}

/* *index becomes that of a part, which is new if there is none of that kind and name. */
static int
find_part(struct jc_fleet_model *self, const char *kind, const char *name, const char *label,
    size_t *index, struct jc_error *error)
{
    struct jc_fleet_part *grown;

    for (*index = 0; *index < self->n_parts; ++*index) {
        if (strcmp(self->part[*index].kind, kind) == 0
            && strcmp(self->part[*index].name, name) == 0) {
            return 0;
        }
    }
    grown = realloc(self->part, (self->n_parts + 1) * sizeof(*grown));
    if (grown == NULL) {
        return jc_fail_memory(error);
    }
    self->part = grown;
    grown[self->n_parts++] = (struct jc_fleet_part){ kind, name, label };
    return 0;
}

static int
add_steps(struct jc_fleet_model *self, struct jc_error *error)
{
    const struct jc_fleet *fleet = self->fleet;
    size_t index, k;
    int ret = 0;

    for (k = 0; ret == 0 && k < fleet->n_regimes; k++) {
        ret = find_part(self, "regime", fleet->regimes[k].name, fleet->regimes[k].name, &index,
            error);
    }
    if (ret == 0 && fleet->n_factors > 0) {
        ret = find_part(self, "step", "queries", "queries alone", &index, error);
    }
    for (k = 0; ret == 0 && k < fleet->n_factors; k++) {
        ret =
            find_part(self, "step", fleet->factors[k].name, fleet->factors[k].label, &index, error);
    }
    return ret;
}

/* What the case of a member says under a key. */
static const char *
tag_of(const struct jc_fleet_model *self, const struct jc_fleet_member *member, const char *key)
{
    const struct jc_case_result *of = &self->results->cases[member->case_index];
    const char *value = jc_tags_find(of->tags, of->n_tags, key);

    return value != NULL ? value : OTHER;
}

/* Each key that some case has makes parts of all cases. There is no second set of regimes or steps. */
static int
add_tag(struct jc_fleet_model *self, const char *key, struct jc_error *error)
{
    struct jc_fleet_member *member;
    size_t *grown;
    size_t j, index;
    int ret = 0;

    for (j = 0; j < self->n_parts; j++) {
        if (strcmp(self->part[j].kind, key) == 0) {
            return 0;
        }
    }
    for (j = 0; ret == 0 && j < self->n_members; j++) {
        member = &self->member[j];
        ret = find_part(self, key, tag_of(self, member, key), tag_of(self, member, key), &index,
            error);
        grown = ret == 0 ? realloc(member->part, (member->n_parts + 1) * sizeof(*grown)) : NULL;
        if (ret == 0 && grown == NULL) {
            ret = jc_fail_memory(error);
        } else if (ret == 0) {
            member->part = grown;
            grown[member->n_parts++] = index;
        }
    }
    return ret;
}

static int
add_tags(struct jc_fleet_model *self, struct jc_error *error)
{
    const struct jc_case_result *of;
    size_t j, k;
    int ret = 0;

    for (j = 0; ret == 0 && j < self->n_members; j++) {
        of = &self->results->cases[self->member[j].case_index];
        for (k = 0; ret == 0 && k < of->n_tags; k++) {
            ret = add_tag(self, of->tags[k].key, error);
        }
    }
    return ret;
}

int
jc_fleet_model_init(struct jc_fleet_model *self, const struct jc_fleet *fleet, uint64_t seed,
    const struct jc_results *results, size_t n_rows, struct jc_error *error)
{
    size_t room = 1;
    size_t k;
    int ret;

    *self = (struct jc_fleet_model){ .fleet = fleet, .results = results, .n_rows = n_rows };
    for (k = 0; k < fleet->n_regimes; k++) {
        room += fleet->regimes[k].n_cases;
    }
    self->member = calloc(room, sizeof(*self->member));
    self->factor = calloc(fleet->n_factors + 1, sizeof(*self->factor));
    self->second = calloc(fleet->n_factors + 1, sizeof(*self->second));
    self->multiplier = calloc(fleet->n_factors + 1, sizeof(*self->multiplier));
    if (self->member == NULL || self->factor == NULL || self->second == NULL
        || self->multiplier == NULL) {
        return jc_fail_memory(error);
    }
    ret = draw_mix(self, seed, error);
    for (k = 0; ret == 0 && k < fleet->n_factors; k++) {
        ret = draw_factor(self, k, seed, error);
    }
    ret = ret != 0 ? ret : add_steps(self, error);
    return ret != 0 ? ret : add_tags(self, error);
}

void
jc_fleet_model_free(struct jc_fleet_model *self)
{
    size_t k;

    for (k = 0; k < self->n_members; k++) {
        free(self->member[k].share);
        free(self->member[k].part);
    }
    for (k = 0; self->factor != NULL && self->second != NULL && k < self->fleet->n_factors; k++) {
        free(self->factor[k]);
        free(self->second[k]);
    }
    free(self->member);
    free(self->factor);
    free(self->second);
    free(self->multiplier);
    free(self->part);
    *self = (struct jc_fleet_model){ 0 };
}

/* Adds what a regime is after each step, and returns what it is after all. */
static double
take_steps(const struct jc_fleet_model *self, size_t regime, size_t row, bool node_time,
    double amount, double *steps)
{
    const struct jc_fleet *fleet = self->fleet;
    double before;
    size_t k;

    if (fleet->n_factors > 0) {
        steps[0] += amount;
    }
    for (k = 0; k < fleet->n_factors; k++) {
        before = amount;
        if (fleet->factors[k].applies[regime] && (!node_time || fleet->factors[k].node_time)) {
            amount *= self->factor[k][row];
        }
        steps[1 + k] += amount - before;
    }
    return amount;
}

double
jc_fleet_model_total(const struct jc_fleet_model *self, size_t row, const double *mean,
    bool node_time, double *parts)
{
    const struct jc_fleet_member *member;
    double total = 0;
    double amount;
    size_t j, k;

    for (k = 0; k < self->n_parts; k++) {
        parts[k] = 0;
    }
    for (j = 0; j < self->n_members; j++) {
        member = &self->member[j];
        amount = take_steps(self, member->regime, row, node_time,
            member->share[row] * mean[member->case_index], parts + self->fleet->n_regimes);
        parts[member->regime] += amount;
        for (k = 0; k < member->n_parts; k++) {
            parts[member->part[k]] += amount;
        }
        total += amount;
    }
    return total;
}
