#include "results/results.h"

#include <stdlib.h>

#include "results/statistics.h"

static const struct jc_ranks whole = { 0, 1 };

static void
free_blend(struct jc_blend_result *blend)
{
    size_t j, k;

    for (j = 0; j < blend->n_pathways; j++) {
        for (k = 0; k < blend->n_cases; k++) {
            jc_record_free(&blend->pathway[j].record[k]);
        }
        free(blend->pathway[j].record);
        free(blend->pathway[j].name);
        free(blend->pathway[j].label);
    }
    free(blend->pathway);
    free(blend->case_index);
    free(blend->weight);
    free(blend->name);
    free(blend->label);
}

void
jc_results_free(struct jc_results *self)
{
    size_t j, q;

    for (j = 0; j < self->n_cases; j++) {
        for (q = 0; q < JC_QUANTITIES; q++) {
            jc_record_free(&self->cases[j].record[q]);
        }
        free(self->cases[j].name);
        free(self->cases[j].label);
        jc_tags_free(self->cases[j].tags, self->cases[j].n_tags);
    }
    for (j = 0; j < self->n_blends; j++) {
        free_blend(&self->blends[j]);
    }
    jc_fleets_free(&self->fleets);
    jc_bands_free(&self->bands);
    for (j = 0; j < self->n_sensitivities; j++) {
        jc_sensitivity_free(&self->sensitivities[j]);
    }
    jc_sweep_result_free(&self->sweep);
    free(self->cases);
    free(self->blends);
    free(self->sensitivities);
    free(self->quantile);
    free(self->scenario);
    free(self->title);
    *self = (struct jc_results){ 0 };
}

int
jc_results_alloc_cases(struct jc_results *self, size_t n_cases, struct jc_error *error)
{
    self->cases = calloc(n_cases, sizeof(*self->cases));
    if (self->cases == NULL) {
        return jc_fail_memory(error);
    }
    self->n_cases = n_cases;
    return 0;
}

int
jc_results_alloc_sensitivities(struct jc_results *self, size_t n, struct jc_error *error)
{
    self->sensitivities = calloc(n + 1, sizeof(*self->sensitivities));
    if (self->sensitivities == NULL) {
        return jc_fail_memory(error);
    }
    self->n_sensitivities = n;
    return 0;
}

int
jc_results_alloc_blends(struct jc_results *self, size_t n_blends, struct jc_error *error)
{
    self->blends = calloc(n_blends + 1, sizeof(*self->blends));
    if (self->blends == NULL) {
        return jc_fail_memory(error);
    }
    self->n_blends = n_blends;
    return 0;
}

int
jc_results_alloc_blend(struct jc_blend_result *blend, size_t n_cases, size_t n_pathways,
    struct jc_error *error)
{
    blend->ranks = whole;
    blend->pathway_ranks = whole;
    blend->case_index = calloc(n_cases, sizeof(*blend->case_index));
    blend->weight = calloc(n_cases, sizeof(*blend->weight));
    blend->pathway = calloc(n_pathways + 1, sizeof(*blend->pathway));
    if (blend->case_index == NULL || blend->weight == NULL || blend->pathway == NULL) {
        return jc_fail_memory(error);
    }
    blend->n_cases = n_cases;
    while (blend->n_pathways < n_pathways) {
        blend->pathway[blend->n_pathways].record = calloc(n_cases, sizeof(struct jc_record));
        if (blend->pathway[blend->n_pathways].record == NULL) {
            return jc_fail_memory(error);
        }
        blend->n_pathways++;
    }
    return 0;
}

int
jc_results_case_mixture(const struct jc_results *self, size_t case_index, enum jc_quantity quantity,
    struct jc_mixture *mixture, struct jc_error *error)
{
    const struct jc_mixture_part part = {
        .record = &self->cases[case_index].record[quantity],
        .weight = 1,
        .ranks = whole,
    };

    return jc_mixture_init(mixture, 1, &part, whole, jc_quantity_info(quantity)->integer, error);
}

int
jc_results_blend_mixture(const struct jc_results *self, const struct jc_blend_result *blend,
    enum jc_quantity quantity, struct jc_mixture *mixture, struct jc_error *error)
{
    struct jc_mixture_part *part = calloc(blend->n_cases, sizeof(*part));
    size_t j;
    int ret;

    if (part == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < blend->n_cases; j++) {
        part[j].record = &self->cases[blend->case_index[j]].record[quantity];
        part[j].weight = blend->weight[j];
        part[j].ranks = blend->ranks;
    }
    ret = jc_mixture_init(mixture, blend->n_cases, part, whole, jc_quantity_info(quantity)->integer,
        error);
    free(part);
    return ret;
}

/* A pathway's record holds the queries whose energy the blend keeps. Its divider is independent of the
 * energy, so those at the cuts become, on average, what the mean becomes. */
static int
tell_cuts(const struct jc_results *self, const struct jc_blend_result *blend, size_t member,
    struct jc_mixture_part *part, struct jc_error *error)
{
    const struct jc_mixture_part whole_part = {
        .record = &self->cases[blend->case_index[member]].record[JC_ENERGY],
        .weight = 1,
        .ranks = blend->ranks,
    };
    struct jc_statistics statistics;
    struct jc_mixture mixture;
    int ret = jc_mixture_init(&mixture, 1, &whole_part, whole, false, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_mixture_statistics(&mixture, 0, NULL, false, &statistics, error);
    if (ret == 0 && statistics.mean > 0) {
        part->taken = blend->ranks;
        part->beyond[0] = part->record->moments.mean * (statistics.min / statistics.mean);
        part->beyond[1] = part->record->moments.mean * (statistics.max / statistics.mean);
    }
    jc_statistics_free(&statistics);
    jc_mixture_free(&mixture);
    return ret;
}

int
jc_results_pathway_mixture(const struct jc_results *self, const struct jc_blend_result *blend,
    const struct jc_pathway_result *pathway, struct jc_mixture *mixture, struct jc_error *error)
{
    struct jc_mixture_part *part = calloc(blend->n_cases, sizeof(*part));
    const bool is_trimmed = blend->ranks.low > 0 || blend->ranks.high < 1;
    size_t j;
    int ret = 0;

    if (part == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; ret == 0 && j < blend->n_cases; j++) {
        part[j].record = &pathway->record[j];
        part[j].weight = blend->weight[j];
        part[j].ranks = whole;
        ret = is_trimmed ? tell_cuts(self, blend, j, &part[j], error) : 0;
    }
    ret = ret != 0
        ? ret
        : jc_mixture_init(mixture, blend->n_cases, part, blend->pathway_ranks, false, error);
    free(part);
    return ret;
}

int
jc_results_blend_has(const struct jc_results *self, const struct jc_blend_result *blend,
    enum jc_quantity quantity)
{
    size_t j;

    if (quantity != JC_ENERGY && (blend->ranks.low > 0 || blend->ranks.high < 1)) {
        return 0;
    }
    for (j = 0; j < blend->n_cases; j++) {
        if (!self->cases[blend->case_index[j]].recorded[quantity]) {
            return 0;
        }
    }
    return 1;
}
