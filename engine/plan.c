#include "engine/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/block.h"
#include "engine/labels.h"
#include "engine/turns.h"
#include "results/sketch.h"

#define LEAST_RANKS 1e-9 /* that trimming may leave */

static int
init_dividers(struct jc_plan *self, struct jc_error *error)
{
    const struct jc_scenario *scenario = self->scenario;
    char label[128];
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < scenario->n_pathways; j++) {
        if (scenario->pathways[j].n_combined == 0) {
            (void) snprintf(label, sizeof(label), "pathways.%s", scenario->pathways[j].name);
            ret = jc_sampler_new(&self->dividers[j], &scenario->pathways[j].divide_by,
                scenario->seed, label, 0, error);
        }
    }
    return ret;
}

static void
mark_pathways(struct jc_plan *self)
{
    const struct jc_blend *blend;
    size_t j, k;

    for (j = 0; j < self->scenario->n_blends; j++) {
        blend = &self->scenario->blends[j];
        for (k = 0; k < blend->n_cases; k++) {
            self->has_pathways[blend->case_index[k]] |= blend->n_pathways > 0;
        }
    }
}

/* Trimming must leave something to mix. */
static int
check_trims(const struct jc_blend *blend, const struct jc_trims *trims, const char *key,
    struct jc_error *error)
{
    const struct jc_ranks ranks = jc_trims_ranks(trims);

    if (!(ranks.high - ranks.low >= LEAST_RANKS)) {
        return jc_fail(error, JC_ERROR_SCENARIO, "blend %s: %s leaves less than %g of the queries",
            blend->name, key, LEAST_RANKS);
    }
    return 0;
}

/* What is asked for must be there, whichever form holds. */
static int
check_stored(const struct jc_scenario *scenario, const struct jc_forms *forms,
    struct jc_error *error)
{
    const struct jc_case_model *model;

    for (size_t k = 0; k < forms->n; k++) {
        model = &forms->form[k].model;
        for (size_t q = 0; q < JC_QUANTITIES; q++) {
            if (scenario->store[q] && !model->has[q]) {
                return jc_fail(error, JC_ERROR_SCENARIO,
                    "case %s: store asks for %s, which it does not have", model->spec->name,
                    jc_quantity_info((enum jc_quantity) q)->name);
            }
        }
    }
    return 0;
}

/* How many nodes a fleet needs follows from the time of its queries, as far as all cases know it. */
static void
record_node_time(struct jc_plan *self)
{
    const struct jc_scenario *scenario = self->scenario;
    bool known = scenario->n_fleets > 0;
    size_t j, k;

    for (j = 0; j < scenario->n_cases; j++) {
        for (k = 0; k < self->forms[j].n; k++) {
            known &= self->forms[j].form[k].model.has[JC_NODE_TIME];
        }
    }
    self->recorded[JC_NODE_TIME] |= known;
}

/* No sum of queries, over all cases and over all draws or points, is beyond a signed number of 64 bits. */
static int
check_counts(const struct jc_scenario *scenario, struct jc_error *error)
{
    const uint64_t most = INT64_MAX / (scenario->n_cases > 0 ? scenario->n_cases : 1);
    const struct jc_sweep *sweep = &scenario->sweep;
    const uint64_t of_point = sweep->queries > 0 ? sweep->queries : scenario->queries;
    const char *key = NULL;

    if (scenario->queries > most) {
        key = "queries";
    } else if (scenario->bands.draws > 0
        && scenario->bands.queries > most / scenario->bands.draws) {
        key = "bands";
    } else if (sweep->n_points > 0 && of_point > most / sweep->n_points) {
        key = "sweep";
    }
    return key == NULL ? 0
                       : jc_fail(error, JC_ERROR_SCENARIO,
                           "%s: more than 9223372036854775807 queries of all %zu cases together",
                           key, scenario->n_cases);
}

int
jc_plan_init(struct jc_plan *self, const struct jc_scenario *scenario, struct jc_error *error)
{
    const uint32_t form_word = jc_stream_word(scenario->seed, JC_FORM_LABEL, 0);
    size_t j;
    int ret = 0;

    *self = (struct jc_plan){ .scenario = scenario };
    self->blocks_per_case = scenario->queries / JC_BLOCK + (scenario->queries % JC_BLOCK != 0);
    memcpy(self->recorded, scenario->store, sizeof(self->recorded));
    self->recorded[JC_ENERGY] = true;
    self->forms = calloc(scenario->n_cases, sizeof(*self->forms));
    self->chosen = calloc(scenario->n_cases, sizeof(*self->chosen));
    self->models = calloc(scenario->n_cases, sizeof(*self->models));
    self->dividers = calloc(scenario->n_pathways + 1, sizeof(*self->dividers));
    self->has_pathways = calloc(scenario->n_cases, sizeof(*self->has_pathways));
    if (self->forms == NULL || self->chosen == NULL || self->models == NULL
        || self->dividers == NULL || self->has_pathways == NULL) {
        return jc_fail_memory(error);
    }
    ret = check_counts(scenario, error);
    ret = ret != 0 ? ret : jc_labels_check_scenario(scenario, error);
    ret = ret != 0 ? ret : jc_forms_init(self->forms, scenario, error);
    for (j = 0; ret == 0 && j < scenario->n_cases; j++) {
        self->chosen[j] = jc_form_choose(&scenario->cases[j], form_word);
        self->models[j] = self->forms[j].form[self->chosen[j]].model;
        ret = check_stored(scenario, &self->forms[j], error);
    }
    ret = ret != 0 ? ret : init_dividers(self, error);
    ret = ret != 0 ? ret : jc_plan_points_init(self, error);
    for (j = 0; ret == 0 && j < scenario->n_blends; j++) {
        const struct jc_blend *blend = &scenario->blends[j];

        ret = check_trims(blend, &blend->trim, "trim", error);
        ret = ret != 0 ? ret : check_trims(blend, &blend->trim_pathways, "trim_pathways", error);
    }
    mark_pathways(self);
    if (ret == 0) {
        record_node_time(self);
    }
    return ret;
}

void
jc_plan_free(struct jc_plan *self)
{
    size_t j;

    if (self->forms != NULL) {
        jc_forms_free(self->forms, self->scenario->n_cases);
    }
    for (j = 0; self->dividers != NULL && j < self->scenario->n_pathways; j++) {
        jc_sampler_free(self->dividers[j]);
    }
    free(self->forms);
    free(self->chosen);
    jc_plan_points_free(self);
    free(self->models);
    free(self->dividers);
    free(self->has_pathways);
    *self = (struct jc_plan){ 0 };
}

int
jc_plan_threads(const struct jc_plan *self, int threads)
{
    return self->blocks_per_case < (uint64_t) threads ? (int) self->blocks_per_case : threads;
}

uint64_t
jc_plan_queries_in_block(const struct jc_plan *self, uint64_t block)
{
    const uint64_t left = self->scenario->queries - block * JC_BLOCK;

    return left < JC_BLOCK ? left : JC_BLOCK;
}

struct jc_ranks
jc_trims_ranks(const struct jc_trims *trims)
{
    struct jc_ranks ranks = { 0, 1 };
    double width;
    size_t j;

    for (j = 0; j < trims->n_stages; j++) {
        width = ranks.high - ranks.low;
        ranks.high = ranks.low + width * trims->stage[j].high;
        ranks.low = ranks.low + width * trims->stage[j].low;
    }
    return ranks;
}

struct jc_estimate
jc_plan_estimate(const struct jc_plan *self, int threads, bool summary_only)
{
    /* A record spans some ten octaves of 1024 buckets: 8 bytes each in memory, 12 in the file. */
    const double buckets = 10 * 1024;
    const struct jc_scenario *scenario = self->scenario;
    struct jc_estimate estimate = { 0 };
    double records, series, recorded = 0, stored = 0;
    size_t j;

    for (j = 0; j < JC_QUANTITIES; j++) {
        recorded += self->recorded[j];
        stored += !summary_only && scenario->store[j];
    }
    records = recorded * (double) scenario->n_cases;
    series = (double) scenario->bands.draws * recorded * (2 + (double) scenario->n_quantiles)
        * (double) (scenario->n_cases + scenario->n_blends);
    for (j = 0; j < scenario->n_blends; j++) {
        records += (double) (scenario->blends[j].n_cases * scenario->blends[j].n_pathways);
    }
    estimate.queries = (double) scenario->queries * (double) scenario->n_cases;
    estimate.bytes = stored * 4 * estimate.queries + records * buckets * 12 + 8 * series;
    estimate.memory = 0x1p24 + records * buckets * 8
        + 16 * series /* gathered once more to be written */
        + threads
            * ((double) sizeof(struct jc_block)
                + (recorded * (double) self->design.replicates + 8) * buckets * 8)
        + jc_turns_slots(threads) * stored * 4 * (double) JC_BLOCK;
    return estimate;
}

static int
fill_case(const struct jc_plan *self, size_t index, struct jc_case_result *result,
    struct jc_error *error)
{
    const struct jc_case_model *model = &self->models[index];
    int ret = jc_string_set(&result->name, model->spec->name, error);

    ret = ret != 0 ? ret : jc_string_set(&result->label, model->spec->label, error);
    memcpy(result->recorded, self->recorded, sizeof(result->recorded));
    for (size_t k = 0; ret == 0 && k < model->spec->n_tags; k++) {
        ret = jc_tags_add(&result->tags, &result->n_tags, model->spec->tags[k].key,
            model->spec->tags[k].value, error);
    }
    result->gpus = model->spec->gpus;
    result->excluded = model->spec->excluded;
    if (model->has_fit) {
        result->fit.n_rows = model->fit.n_rows;
        memcpy(result->fit.coefficient, model->fit.coefficient, sizeof(result->fit.coefficient));
        memcpy(result->fit.unscaled_covariance, model->fit.unscaled_covariance,
            sizeof(result->fit.unscaled_covariance));
        result->fit.degrees_of_freedom = model->fit.degrees_of_freedom;
        result->fit.residual_sd = model->fit.residual_sd;
        result->fit.cap_tokens_per_s = (double) model->log_linear.cap;
    }
    result->fit.scatter_sd = NAN;
    result->fit.scatter_degrees_of_freedom = NAN;
    if (model->is_scattered) {
        result->fit.scatter_sd = model->scatter.sd;
        result->fit.scatter_degrees_of_freedom = model->scatter.degrees_of_freedom;
        result->fit.scatter_borrowed = model->scatter.borrowed;
    }
    return ret;
}

static int
fill_blend(const struct jc_scenario *scenario, const struct jc_blend *blend,
    struct jc_blend_result *result, struct jc_error *error)
{
    const struct jc_pathway *pathway;
    size_t j;
    int ret = jc_results_alloc_blend(result, blend->n_cases, blend->n_pathways, error);

    ret = ret != 0 ? ret : jc_string_set(&result->name, blend->name, error);
    ret = ret != 0 ? ret : jc_string_set(&result->label, blend->label, error);
    if (ret != 0) {
        return ret;
    }
    memcpy(result->case_index, blend->case_index, blend->n_cases * sizeof(*blend->case_index));
    memcpy(result->weight, blend->weight, blend->n_cases * sizeof(*blend->weight));
    result->ranks = jc_trims_ranks(&blend->trim);
    result->pathway_ranks = jc_trims_ranks(&blend->trim_pathways);
    for (j = 0; ret == 0 && j < blend->n_pathways; j++) {
        pathway = &scenario->pathways[blend->pathway_index[j]];
        ret = jc_string_set(&result->pathway[j].name, pathway->name, error);
        ret = ret != 0 ? ret : jc_string_set(&result->pathway[j].label, pathway->label, error);
    }
    return ret;
}

int
jc_plan_results(const struct jc_plan *self, struct jc_results *results, struct jc_error *error)
{
    const struct jc_scenario *scenario = self->scenario;
    size_t j;
    int ret;

    *results = (struct jc_results){ .seed = scenario->seed, .queries = scenario->queries };
    ret = jc_string_set(&results->scenario, scenario->name, error);
    ret = ret != 0 ? ret : jc_string_set(&results->title, scenario->title, error);
    ret = ret != 0 ? ret : jc_results_alloc_cases(results, scenario->n_cases, error);
    ret = ret != 0 ? ret : jc_results_alloc_blends(results, scenario->n_blends, error);
    if (ret != 0) {
        return ret;
    }
    results->quantile = malloc((scenario->n_quantiles + 1) * sizeof(double));
    if (results->quantile == NULL) {
        return jc_fail_memory(error);
    }
    memcpy(results->quantile, scenario->quantile, scenario->n_quantiles * sizeof(double));
    results->n_quantiles = scenario->n_quantiles;
    for (j = 0; ret == 0 && j < scenario->n_cases; j++) {
        ret = fill_case(self, j, &results->cases[j], error);
    }
    for (j = 0; ret == 0 && j < scenario->n_blends; j++) {
        ret = fill_blend(scenario, &scenario->blends[j], &results->blends[j], error);
    }
    return ret;
}
