#include "engine/labels.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/case_model.h"
#include "engine/forms.h"
#include "engine/sensitivity.h"
#include "samplers/sampler.h"
#include "scenarios/sweep_design.h"

/* The labels of a scenario while they are collected. */
struct collection {
    struct jc_labels labels;
    uint64_t seed;
    struct jc_text text;
    struct jc_text meaning;
    struct jc_error *error;
    int ret; /* the first failure; afterwards nothing is done */
};

int
jc_labels_add(struct jc_labels *self, uint64_t seed, const char *text, const char *meaning,
    struct jc_error *error)
{
    struct jc_label fresh = { .text = NULL };
    const size_t capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
    struct jc_label *grown;
    int ret = 0;

    if (self->n == self->capacity) {
        grown = realloc(self->label, capacity * sizeof(*grown));
        if (grown == NULL) {
            return jc_fail_memory(error);
        }
        self->label = grown;
        self->capacity = capacity;
    }
    ret = jc_string_set(&fresh.text, text, error);
    ret = ret != 0 ? ret : jc_string_set(&fresh.meaning, meaning, error);
    if (ret != 0) {
        free(fresh.text);
        return ret;
    }
    jc_stream_init(&fresh.stream, seed, text);
    self->label[self->n++] = fresh;
    return 0;
}

void
jc_labels_free(struct jc_labels *self)
{
    for (size_t j = 0; j < self->n; j++) {
        free(self->label[j].text);
        free(self->label[j].meaning);
    }
    free(self->label);
    *self = (struct jc_labels){ 0 };
}

static int
compare_texts(const void *a, const void *b)
{
    const struct jc_label *x = a;
    const struct jc_label *y = b;
    const int order = strcmp(x->text, y->text);

    return order != 0 ? order : strcmp(x->meaning, y->meaning);
}

static int
compare_sequences(const void *a, const void *b)
{
    const uint64_t x = ((const struct jc_label *) a)->stream.start.increment;
    const uint64_t y = ((const struct jc_label *) b)->stream.start.increment;

    return x != y ? (x > y) - (x < y) : compare_texts(a, b);
}

int
jc_labels_check(struct jc_labels *self, uint64_t seed, struct jc_error *error)
{
    const struct jc_label *label = self->label;

    if (self->n < 2) {
        return 0;
    }
    qsort(self->label, self->n, sizeof(*self->label), compare_texts);
    for (size_t j = 1; j < self->n; j++) {
        if (strcmp(label[j].text, label[j - 1].text) == 0
            && strcmp(label[j].meaning, label[j - 1].meaning) != 0) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "%.300s and %.300s would be drawn from the same random stream, '%.200s'; give one "
                "of them another name",
                label[j - 1].meaning, label[j].meaning, label[j].text);
        }
    }
    qsort(self->label, self->n, sizeof(*self->label), compare_sequences);
    for (size_t j = 1; j < self->n; j++) {
        if (label[j].stream.start.increment == label[j - 1].stream.start.increment
            && strcmp(label[j].text, label[j - 1].text) != 0) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "with the seed %" PRIu64
                ", %.300s and %.300s would share random numbers; choose another seed",
                seed, label[j - 1].meaning, label[j].meaning);
        }
    }
    return 0;
}

/* Starts the next label; its text and its meaning are what is appended then. */
static void
begin(struct collection *self)
{
    self->text.length = 0;
    self->meaning.length = 0;
}

static void
add(struct collection *self)
{
    if (self->ret == 0) {
        self->ret = jc_labels_add(&self->labels, self->seed, self->text.bytes, self->meaning.bytes,
            self->error);
    }
}

/* What a label begins with, and a name within it. */
static void
append(struct collection *self, const char *text, const char *meaning, const char *name)
{
    if (self->ret == 0) {
        self->ret = jc_text_append(&self->text, self->error, "%s%s", text, name);
    }
    if (self->ret == 0) {
        self->ret = jc_text_append(&self->meaning, self->error, "%s%s", meaning, name);
    }
}

/* The stream of values, and that which chooses components. */
static void
add_value(struct collection *self, const struct jc_distribution *value)
{
    if (value->kind == JC_CONSTANT) {
        return;
    }
    add(self);
    if (value->kind == JC_MIXTURE) {
        append(self, JC_SAMPLER_CHOICE, ", its component", "");
        add(self);
    }
}

/* Inputs, whose streams all cases share, and what there is one of. */
static void
add_inputs(struct collection *self)
{
    static const char *const single[] = { JC_FORM_LABEL, JC_RESIDUALS_LABEL,
        JC_SENSITIVITY_STREAM };
    const char *key;

    for (size_t q = 0; q < JC_QUANTITIES; q++) {
        key = jc_quantity_info((enum jc_quantity) q)->key;
        if (key != NULL) {
            begin(self);
            append(self, "", "", key);
            add(self);
            append(self, JC_SAMPLER_CHOICE, ", its component", "");
            add(self);
        }
    }
    for (size_t k = 0; k < sizeof(single) / sizeof(single[0]); k++) {
        begin(self);
        append(self, "", "", single[k]);
        add(self);
    }
}

/* The words of a fit whose coefficients are uncertain, which cases of a model share. */
static void
add_fit(struct collection *self, const struct jc_case *spec,
    const struct jc_throughput_spec *throughput)
{
    struct jc_case of_form = *spec;
    const char *model = throughput->model;
    char label[JC_FIT_LABEL];
    char word[8];

    if (throughput->form != JC_THROUGHPUT_LOG_LINEAR || !throughput->coefficients_uncertain) {
        return;
    }
    of_form.throughput = *throughput;
    jc_case_fit_label(&of_form, label, sizeof(label));
    for (int k = 0; k < JC_FIT_WORDS; k++) {
        (void) snprintf(word, sizeof(word), "/%d", k);
        begin(self);
        append(self, label, model != NULL ? "the fit of model " : "the fit of case ", "");
        if (self->ret == 0) {
            self->ret = jc_text_append(&self->text, self->error, "%s", word);
        }
        if (self->ret == 0) {
            self->ret = jc_text_append(&self->meaning, self->error, "%s",
                model != NULL ? model : spec->name);
        }
        add(self);
    }
}

static void
add_fleet(struct collection *self, const struct jc_scenario *scenario, const struct jc_fleet *fleet)
{
    const struct jc_fleet_regime *regime;
    const struct jc_fleet_factor *factor;
    size_t j, k;

    for (j = 0; j < fleet->n_regimes; j++) {
        regime = &fleet->regimes[j];
        begin(self);
        append(self, "fleet.mix.", "the share of regime ", regime->name);
        if (!regime->share.rest) {
            add_value(self, &regime->share.value);
        }
        for (k = 0; k < regime->n_cases; k++) {
            begin(self);
            append(self, "fleet.mix.", "the share within regime ", regime->name);
            append(self, ".", " of case ", scenario->cases[regime->case_index[k]].name);
            if (!regime->case_share[k].rest) {
                add_value(self, &regime->case_share[k].value);
            }
        }
    }
    for (k = 0; k < fleet->n_factors; k++) {
        factor = &fleet->factors[k];
        begin(self);
        append(self, k < fleet->n_overheads ? "fleet.overheads." : "fleet.interventions.",
            k < fleet->n_overheads ? "the overhead " : "the intervention ", factor->name);
        if (factor->value.varies == JC_VARIES_FLEET) {
            add_value(self, &factor->value);
        }
        begin(self);
        append(self, k < fleet->n_overheads ? "fleet.overheads." : "fleet.interventions.",
            "the adoption of the intervention ", factor->name);
        append(self, ".adoption", "", "");
        add_value(self, &factor->adoption);
    }
}

int
jc_labels_check_scenario(const struct jc_scenario *scenario, struct jc_error *error)
{
    struct collection self = { .seed = scenario->seed, .error = error };
    const struct jc_case *spec;
    size_t j, k;

    add_inputs(&self);
    for (j = 0; j < scenario->n_cases; j++) {
        spec = &scenario->cases[j];
        add_fit(&self, spec, &spec->throughput);
        for (k = 0; k < spec->n_alternatives; k++) {
            add_fit(&self, spec, &spec->alternatives[k].throughput);
        }
    }
    for (j = 0; j < scenario->n_pathways; j++) {
        begin(&self);
        append(&self, "pathways.", "the pathway ", scenario->pathways[j].name);
        if (scenario->pathways[j].n_combined == 0) {
            add_value(&self, &scenario->pathways[j].divide_by);
        }
    }
    for (j = 0; j < scenario->sweep.n_parameters; j++) {
        begin(&self);
        append(&self, JC_SWEEP_STREAM, "the sweep's parameter ", scenario->sweep.parameter[j].name);
        add(&self);
    }
    for (j = 0; j < scenario->n_fleets; j++) {
        add_fleet(&self, scenario, &scenario->fleets[j]);
    }
    if (self.ret == 0) {
        self.ret = jc_labels_check(&self.labels, scenario->seed, error);
    }
    jc_labels_free(&self.labels);
    jc_text_free(&self.text);
    jc_text_free(&self.meaning);
    return self.ret;
}
