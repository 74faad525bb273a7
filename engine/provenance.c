#include "engine/provenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/sensitivity.h"
#include "scenarios/sweep_design.h"

struct texts {
    size_t n;
    char **text;
};

static int
texts_add(struct texts *self, const char *first, const char *second, struct jc_error *error)
{
    char **text = realloc(self->text, (self->n + 1) * sizeof(*text));

    if (text == NULL) {
        return jc_fail_memory(error);
    }
    self->text = text;
    if (asprintf(&self->text[self->n], "%s%s", first, second) < 0) {
        return jc_fail_memory(error);
    }
    self->n++;
    return 0;
}

static void
texts_free(struct texts *self)
{
    size_t j;

    for (j = 0; j < self->n; j++) {
        free(self->text[j]);
    }
    free(self->text);
}

/* "SHA-256  path", as sha256sum prints it. */
static int
collect_inputs(const struct jc_scenario *scenario, struct texts *inputs, struct jc_error *error)
{
    char digest[JC_SHA256_HEX + 2];
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < scenario->n_inputs; j++) {
        (void) snprintf(digest, sizeof(digest), "%s  ", scenario->inputs[j].sha256);
        ret = texts_add(inputs, digest, scenario->inputs[j].path, error);
    }
    return ret;
}

static bool
texts_have(const struct texts *self, const char *text)
{
    size_t j = 0;

    while (j < self->n && strcmp(self->text[j], text) != 0) {
        j++;
    }
    return j < self->n;
}

/* Of the coefficients, which the cases of a model share, and of the residuals, which all cases do. */
static int
collect_fit_labels(const struct jc_plan *plan, struct texts *labels, struct jc_error *error)
{
    const struct jc_case_model *model;
    char label[JC_FIT_LABEL];
    char of_word[JC_FIT_LABEL + 4];
    unsigned k;
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < plan->scenario->n_cases; j++) {
        model = &plan->models[j];
        jc_case_fit_label(model->spec, label, sizeof(label));
        for (k = 0; ret == 0 && model->coefficients_uncertain && k < JC_FIT_WORDS; k++) {
            (void) snprintf(of_word, sizeof(of_word), "%s/%u", label, k);
            ret = texts_have(labels, of_word) ? 0 : texts_add(labels, of_word, "", error);
        }
        if (ret == 0 && model->residuals != NULL && !texts_have(labels, JC_RESIDUALS_LABEL)) {
            ret = texts_add(labels, JC_RESIDUALS_LABEL, "", error);
        }
    }
    return ret;
}

/* Adds WITHIN.NAME, with an ending, unless it is there. */
static int
add_fleet_label(const struct jc_distribution *value, const char *within, const char *name,
    const char *ending, struct texts *labels, struct jc_error *error)
{
    char label[JC_LABEL_LENGTH];

    if (value->kind == JC_CONSTANT || value->varies != JC_VARIES_FLEET) {
        return 0;
    }
    (void) snprintf(label, sizeof(label), "%s.%s%s", within, name, ending);
    return texts_have(labels, label) ? 0 : texts_add(labels, label, "", error);
}

/* Of what is unknown of fleets themselves. */
static int
collect_fleet_labels(const struct jc_scenario *scenario, const struct jc_fleet *fleet,
    struct texts *labels, struct jc_error *error)
{
    const struct jc_fleet_regime *regime;
    const struct jc_fleet_factor *factor;
    const char *section;
    char within[128];
    size_t j, k;
    int ret = 0;

    for (j = 0; ret == 0 && j < fleet->n_regimes; j++) {
        regime = &fleet->regimes[j];
        ret = add_fleet_label(&regime->share.value, "fleet.mix", regime->name, "", labels, error);
        (void) snprintf(within, sizeof(within), "fleet.mix.%s", regime->name);
        for (k = 0; ret == 0 && k < regime->n_cases; k++) {
            ret = add_fleet_label(&regime->case_share[k].value, within,
                scenario->cases[regime->case_index[k]].name, "", labels, error);
        }
    }
    for (j = 0; ret == 0 && j < fleet->n_factors; j++) {
        factor = &fleet->factors[j];
        section = j < fleet->n_overheads ? "fleet.overheads" : "fleet.interventions";
        ret = add_fleet_label(&factor->value, section, factor->name, "", labels, error);
        ret = ret != 0
            ? ret
            : add_fleet_label(&factor->adoption, section, factor->name, ".adoption", labels, error);
    }
    return ret;
}

static int
collect_all_fleet_labels(const struct jc_scenario *scenario, struct texts *labels,
    struct jc_error *error)
{
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < scenario->n_fleets; j++) {
        ret = collect_fleet_labels(scenario, &scenario->fleets[j], labels, error);
    }
    return ret;
}

/* Of the streams that place the points of a sweep. */
static int
collect_sweep_labels(const struct jc_sweep_result *sweep, struct texts *labels,
    struct jc_error *error)
{
    bool placed;
    int ret = 0;

    for (size_t j = 0; ret == 0 && j < sweep->n_axes; j++) {
        placed = strcmp(sweep->design, jc_sweep_design_names[JC_SWEEP_LATIN_HYPERCUBE]) == 0
            || strcmp(sweep->design, jc_sweep_design_names[JC_SWEEP_SOBOL]) == 0;
        ret = placed ? texts_add(labels, JC_SWEEP_STREAM, sweep->axis[j].name, error) : 0;
    }
    return ret;
}

static int
collect_labels(const struct jc_plan *plan, const struct jc_results *results, struct texts *labels,
    struct jc_error *error)
{
    size_t j, q;
    bool drawn;
    int ret = 0;

    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        drawn = false;
        for (j = 0; j < plan->scenario->n_cases; j++) {
            drawn |= plan->models[j].sampler[q] != NULL && !plan->models[j].is_constant[q];
        }
        if (drawn) {
            ret = texts_add(labels, jc_quantity_info((enum jc_quantity) q)->key, "", error);
        }
    }
    for (j = 0; ret == 0 && j < plan->scenario->n_pathways; j++) {
        if (plan->dividers[j] != NULL) {
            ret = texts_add(labels, "pathways.", plan->scenario->pathways[j].name, error);
        }
    }
    ret = ret != 0 ? ret : collect_fit_labels(plan, labels, error);
    if (ret == 0 && results != NULL) {
        ret = collect_sweep_labels(&results->sweep, labels, error);
    }
    if (ret == 0 && results != NULL && results->n_sensitivities > 0
        && results->sensitivities[0].method == JC_SENSITIVITY_PICK_FREEZE) {
        ret = texts_add(labels, JC_SENSITIVITY_STREAM, "", error);
    }
    return ret != 0 ? ret : collect_all_fleet_labels(plan->scenario, labels, error);
}

/* What is written in the end, and where. */
struct end {
    struct jc_store *store;
    const struct jc_results *results; /* NULL: a shard */
    const struct jc_shard *shard;
    const char *path;
};

/* Fills in what does not depend on who computed it, and finishes the file. */
static int
finish(const struct end *end, const struct jc_scenario *scenario, const struct texts *labels,
    const struct jc_provenance *begun, int ret, struct jc_error *error)
{
    struct jc_provenance provenance = *begun;
    struct jc_text text = { 0 };
    struct texts inputs = { 0 };
    const time_t now = time(NULL);
    char finished[32];
    struct tm utc;

    (void) strftime(finished, sizeof(finished), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    ret = ret != 0 ? ret : jc_scenario_write(scenario, &text, error);
    ret = ret != 0 ? ret : collect_inputs(scenario, &inputs, error);
    if (ret != 0) {
        jc_store_discard(end->store);
    } else {
        provenance.scenario_text = text.bytes;
        provenance.n_inputs = inputs.n;
        provenance.input = (const char *const *) inputs.text;
        provenance.n_labels = labels->n;
        provenance.stream_label = (const char *const *) labels->text;
        provenance.finished = finished;
        ret = end->results != NULL
            ? jc_store_finish(end->store, end->results, &provenance, error)
            : jc_store_finish_shard(end->store, end->shard, &provenance, end->path, error);
    }
    jc_text_free(&text);
    texts_free(&inputs);
    return ret;
}

static int
finish_with_provenance(const struct end *end, const struct jc_plan *plan,
    const struct jc_run_options *options, double draw_seconds, struct jc_error *error)
{
    struct texts labels = { 0 };
    struct jc_provenance provenance = { .draw_seconds = draw_seconds,
        .study_text = options->study_text,
        .simd = jc_simd_name(options->simd),
        .threads = (uint64_t) jc_plan_threads(plan, options->threads) };
    int ret = collect_labels(plan, end->results, &labels, error);

    ret = finish(end, plan->scenario, &labels, &provenance, ret, error);
    texts_free(&labels);
    return ret;
}

int
jc_finish_with_provenance(struct jc_store *store, const struct jc_plan *plan,
    const struct jc_run_options *options, const struct jc_results *results, double draw_seconds,
    struct jc_error *error)
{
    const struct end end = { .store = store, .results = results };

    return finish_with_provenance(&end, plan, options, draw_seconds, error);
}

int
jc_finish_or_discard(struct jc_store *store, int ret, const struct jc_plan *plan,
    const struct jc_run_options *options, const struct jc_results *results, double draw_seconds,
    struct jc_error *error)
{
    if (ret == 0 && store != NULL) {
        return jc_finish_with_provenance(store, plan, options, results, draw_seconds, error);
    }
    jc_store_discard(store);
    return ret;
}

int
jc_finish_shard_with_provenance(struct jc_store *store, const struct jc_plan *plan,
    const struct jc_run_options *options, const struct jc_shard *shard, const char *path,
    double draw_seconds, struct jc_error *error)
{
    const struct end end = { .store = store, .shard = shard, .path = path };

    return finish_with_provenance(&end, plan, options, draw_seconds, error);
}

int
jc_finish_fleets(struct jc_store *store, const struct jc_scenario *scenario,
    const struct jc_results *results, struct jc_error *error)
{
    const struct end end = { .store = store, .results = results };
    struct texts labels = { 0 };
    struct jc_provenance provenance = { .simd = "none", .threads = 1 };
    int ret = collect_all_fleet_labels(scenario, &labels, error);

    ret = finish(&end, scenario, &labels, &provenance, ret, error);
    texts_free(&labels);
    return ret;
}
