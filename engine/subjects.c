#include "engine/subjects.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Probabilities that differ by less are the same one, read in different ways. */
#define SAME_PROBABILITY 1e-12

int
jc_statistic_parse(const char *name, struct jc_statistic *self, struct jc_error *error)
{
    char *end = NULL;

    self->probability = 0;
    if (name[0] == 'p' && strspn(name + 1, "0123456789.") == strlen(name + 1)) {
        self->probability = strtod(name + 1, &end) / 100;
    }
    if (strlen(name) >= sizeof(self->name)
        || (strcmp(name, "mean") != 0
            && !(end != NULL && *end == '\0' && self->probability > 0 && self->probability < 1))) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "'%s' is not a statistic, such as mean, p50 or p99.9", name);
    }
    (void) snprintf(self->name, sizeof(self->name), "%s", name);
    return 0;
}

/* Marks the words that a case takes, and that it is needed. */
static void
use_case(struct jc_subjects *self, struct jc_subject *subject, const struct jc_unknowns *unknowns,
    size_t case_index)
{
    jc_unknowns_of_case(unknowns, case_index, subject->uses);
    self->cases[case_index] = true;
}

static bool
is_called_like_a_case(const struct jc_scenario *scenario, const char *name)
{
    size_t j = 0;

    while (j < scenario->n_cases && strcmp(scenario->cases[j].name, name) != 0) {
        j++;
    }
    return j < scenario->n_cases;
}

static int
init_subject(struct jc_subjects *self, const struct jc_unknowns *unknowns, bool is_blend,
    size_t index, struct jc_error *error)
{
    const struct jc_scenario *scenario = unknowns->plan->scenario;
    struct jc_subject *subject = &self->subject[self->n++];
    char name[128];
    size_t k;

    *subject = (struct jc_subject){ .is_blend = is_blend, .index = index };
    subject->uses = calloc(unknowns->n_words + 1, sizeof(*subject->uses));
    if (subject->uses == NULL) {
        return jc_fail_memory(error);
    }
    if (is_blend) {
        const struct jc_blend *blend = &scenario->blends[index];

        for (k = 0; k < blend->n_cases; k++) {
            use_case(self, subject, unknowns, blend->case_index[k]);
        }
        (void) snprintf(name, sizeof(name), "%s%s",
            is_called_like_a_case(scenario, blend->name) ? "blend:" : "", blend->name);
        subject->label = blend->label;
    } else {
        use_case(self, subject, unknowns, index);
        (void) snprintf(name, sizeof(name), "%s", scenario->cases[index].name);
        subject->label = scenario->cases[index].label;
    }
    return jc_string_set(&subject->name, name, error);
}

/* All forms of a case agree on what it has; of a trimmed blend only the energy is known. */
static bool
has(const struct jc_plan *plan, bool is_blend, size_t index, enum jc_quantity quantity)
{
    const struct jc_blend *blend;
    size_t k = 0;

    if (!is_blend) {
        return plan->models[index].has[quantity];
    }
    blend = &plan->scenario->blends[index];
    while (k < blend->n_cases && plan->models[blend->case_index[k]].has[quantity]) {
        k++;
    }
    return k == blend->n_cases && (quantity == JC_ENERGY || blend->trim.n_stages == 0);
}

static bool
has_unknowns(const struct jc_unknowns *unknowns, bool is_blend, size_t index)
{
    const struct jc_blend *blend = is_blend ? &unknowns->plan->scenario->blends[index] : NULL;
    const size_t n = is_blend ? blend->n_cases : 1;
    bool *uses = calloc(unknowns->n_words + 1, sizeof(*uses));
    size_t k;
    bool any = false;

    for (k = 0; uses != NULL && k < n; k++) {
        jc_unknowns_of_case(unknowns, is_blend ? blend->case_index[k] : index, uses);
    }
    for (k = 0; uses != NULL && k < unknowns->n_words; k++) {
        any |= uses[k];
    }
    free(uses);
    return any;
}

/* Adds a case or a blend, if it is asked for or nothing is and it has what it takes. */
static int
consider(struct jc_subjects *self, const struct jc_unknowns *unknowns, bool is_blend, size_t index,
    const bool *wanted, enum jc_quantity quantity, struct jc_error *error)
{
    const struct jc_scenario *scenario = unknowns->plan->scenario;
    const char *kind = is_blend ? "blend" : "case";
    const char *name = is_blend ? scenario->blends[index].name : scenario->cases[index].name;

    if (wanted != NULL && !wanted[index + (is_blend ? scenario->n_cases : 0)]) {
        return 0;
    }
    if (!has(unknowns->plan, is_blend, index, quantity)) {
        return wanted == NULL ? 0
                              : jc_fail(error, JC_ERROR_SCENARIO, "%s %s: there is no %s", kind,
                                  name, jc_quantity_info(quantity)->name);
    }
    if (!has_unknowns(unknowns, is_blend, index)) {
        return wanted == NULL
            ? 0
            : jc_fail(error, JC_ERROR_SCENARIO, "%s %s: nothing of it is unknown", kind, name);
    }
    return init_subject(self, unknowns, is_blend, index, error);
}

int
jc_subjects_init(struct jc_subjects *self, const struct jc_unknowns *unknowns, const bool *wanted,
    enum jc_quantity quantity, struct jc_error *error)
{
    const struct jc_scenario *scenario = unknowns->plan->scenario;
    size_t j;
    int ret = 0;

    *self = (struct jc_subjects){ .n = 0 };
    self->subject = calloc(scenario->n_cases + scenario->n_blends, sizeof(*self->subject));
    self->cases = calloc(scenario->n_cases, sizeof(*self->cases));
    if (self->subject == NULL || self->cases == NULL) {
        return jc_fail_memory(error);
    }
    if (unknowns->n == 0) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "nothing is unknown: no input says 'varies: fleet', no fit has uncertain coefficients "
            "and no throughput has alternatives");
    }
    for (j = 0; ret == 0 && j < scenario->n_cases; j++) {
        ret = consider(self, unknowns, false, j, wanted, quantity, error);
    }
    for (j = 0; ret == 0 && j < scenario->n_blends; j++) {
        ret = consider(self, unknowns, true, j, wanted, quantity, error);
    }
    if (ret == 0 && self->n == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "no case has %s and something unknown",
            jc_quantity_info(quantity)->name);
    }
    return ret;
}

void
jc_subjects_free(struct jc_subjects *self)
{
    size_t j;

    for (j = 0; j < self->n; j++) {
        free(self->subject[j].name);
        free(self->subject[j].uses);
    }
    free(self->subject);
    free(self->cases);
    *self = (struct jc_subjects){ 0 };
}

int
jc_subject_respond(const struct jc_subject *self, const struct jc_statistic *statistic,
    const struct jc_bands *bands, size_t n, double *y, struct jc_error *error)
{
    const struct jc_band_subject *of =
        self->is_blend ? &bands->blends[self->index] : &bands->cases[self->index];
    const struct jc_draw_series *series = &of->series[statistic->quantity];
    size_t k = 0;
    size_t j;

    if (series->mean == NULL) {
        return jc_fail(error, JC_ERROR_INPUT, "%s: there are no bands of %s", self->name,
            jc_quantity_info(statistic->quantity)->name);
    }
    if (statistic->probability == 0) {
        memcpy(y, series->mean, n * sizeof(*y));
        return 0;
    }
    while (k < bands->n_quantiles
        && fabs(bands->quantile[k] - statistic->probability) > SAME_PROBABILITY) {
        k++;
    }
    if (k == bands->n_quantiles) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s: there are no bands of %s; run it with %.15g in quantiles:", self->name,
            statistic->name, statistic->probability);
    }
    for (j = 0; j < n; j++) {
        y[j] = series->quantile[j * bands->n_quantiles + k];
    }
    return 0;
}

int
jc_subject_describe(const struct jc_subject *self, const struct jc_statistic *statistic,
    size_t n_inputs, struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(statistic->quantity);
    int ret = jc_sensitivity_init(sensitivity, n_inputs, error);

    ret = ret != 0 ? ret : jc_string_set(&sensitivity->name, self->name, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->label, self->label, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->response, info->name, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->unit, info->unit, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->udunits, info->udunits, error);
    return ret != 0 ? ret : jc_string_set(&sensitivity->statistic, statistic->name, error);
}
