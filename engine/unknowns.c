#include "engine/unknowns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LABEL_LENGTH 128

/* The place of a text in a list, which it joins if it is new. */
static int
find_or_add(char ***list, size_t *n, const char *text, size_t *place, struct jc_error *error)
{
    char **grown;

    for (*place = 0; *place < *n; (*place)++) {
        if (strcmp((*list)[*place], text) == 0) {
            return 0;
        }
    }
    grown = realloc(*list, (*n + 1) * sizeof(*grown));
    if (grown == NULL) {
        return jc_fail_memory(error);
    }
    *list = grown;
    grown[*n] = NULL;
    return jc_string_set(&grown[(*n)++], text, error);
}

/* *word becomes that of a label of an unknown; cases that have the same share it. */
static int
join(struct jc_unknowns *self, const char *name, const char *label, size_t *word,
    struct jc_error *error)
{
    const size_t n = self->n_words;
    size_t owner;
    size_t *grown;
    int ret = find_or_add(&self->name, &self->n, name, &owner, error);

    ret = ret != 0 ? ret : find_or_add(&self->label, &self->n_words, label, word, error);
    if (ret != 0 || self->n_words == n) {
        return ret;
    }
    grown = realloc(self->owner, self->n_words * sizeof(*grown));
    if (grown == NULL) {
        return jc_fail_memory(error);
    }
    self->owner = grown;
    grown[n] = owner;
    return 0;
}

/* The unknown inputs of a case with one of its forms. */
static int
join_inputs(struct jc_unknowns *self, const struct jc_case_model *model,
    struct jc_form_words *words, struct jc_error *error)
{
    char choice[LABEL_LENGTH];
    const char *key;
    size_t q;
    int ret = 0;

    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (model->unknown[q] == NULL) {
            continue;
        }
        key = jc_quantity_info((enum jc_quantity) q)->key;
        ret = join(self, key, key, &words->value[q], error);
        words->choice[q] = words->value[q];
        if (ret == 0 && jc_sampler_is_mixture(model->unknown[q])) {
            (void) snprintf(choice, sizeof(choice), "%s/component", key);
            ret = join(self, key, choice, &words->choice[q], error);
        }
    }
    return ret;
}

static int
join_coefficients(struct jc_unknowns *self, const struct jc_case_model *model,
    struct jc_form_words *words, struct jc_error *error)
{
    char name[JC_FIT_LABEL];
    char label[JC_FIT_LABEL + 4];
    unsigned k;
    int ret = 0;

    jc_case_fit_label(model->spec, name, sizeof(name));
    for (k = 0; ret == 0 && model->coefficients_uncertain && k < JC_FIT_WORDS; k++) {
        (void) snprintf(label, sizeof(label), "%s/%u", name, k);
        ret = join(self, name, label, &words->coefficients[k], error);
    }
    return ret;
}

static int
init_case(struct jc_unknowns *self, size_t case_index, struct jc_error *error)
{
    const struct jc_forms *forms = &self->plan->forms[case_index];
    struct jc_case_words *words = &self->cases[case_index];
    size_t k;
    int ret = 0;

    words->form = calloc(forms->n, sizeof(*words->form));
    if (words->form == NULL) {
        return jc_fail_memory(error);
    }
    if (forms->n > 1) {
        ret = join(self, JC_FORM_LABEL, JC_FORM_LABEL, &words->choice, error);
    }
    for (k = 0; ret == 0 && k < forms->n; k++) {
        ret = join_inputs(self, &forms->form[k].model, &words->form[k], error);
        ret =
            ret != 0 ? ret : join_coefficients(self, &forms->form[k].model, &words->form[k], error);
    }
    return ret;
}

int
jc_unknowns_init(struct jc_unknowns *self, const struct jc_plan *plan, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    *self = (struct jc_unknowns){ .plan = plan };
    self->cases = calloc(plan->scenario->n_cases, sizeof(*self->cases));
    if (self->cases == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; ret == 0 && j < plan->scenario->n_cases; j++) {
        ret = init_case(self, j, error);
    }
    return ret;
}

void
jc_unknowns_free(struct jc_unknowns *self)
{
    size_t j;

    for (j = 0; self->cases != NULL && j < self->plan->scenario->n_cases; j++) {
        free(self->cases[j].form);
    }
    for (j = 0; j < self->n; j++) {
        free(self->name[j]);
    }
    for (j = 0; j < self->n_words; j++) {
        free(self->label[j]);
    }
    free(self->cases);
    free(self->name);
    free(self->label);
    free(self->owner);
    *self = (struct jc_unknowns){ 0 };
}

void
jc_unknowns_words(const struct jc_unknowns *self, uint64_t first, size_t n, uint32_t *word)
{
    struct jc_stream stream;
    size_t j, k;

    for (j = 0; j < self->n_words; j++) {
        jc_stream_init(&stream, self->plan->scenario->seed, self->label[j]);
        jc_pcg_advance(&stream.start, first);
        for (k = 0; k < n; k++) {
            word[k * self->n_words + j] = jc_pcg_next(&stream.start);
        }
    }
}

/* The words of one dimension, a strip at a time. */
static int
fill_words(const struct jc_unknowns *self, size_t dimension, const struct jc_points *points,
    uint32_t *word, struct jc_error *error)
{
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(JC_SIMD_SCALAR);
    struct jc_points_source source;
    struct jc_stream stream;
    uint32_t strip[JC_STRIP];
    uint64_t first;
    size_t n, k;
    int ret;

    jc_stream_init(&stream, self->plan->scenario->seed, self->label[dimension]);
    ret = jc_points_source_init(&source, &stream, dimension % JC_SOBOL_DIMENSIONS, 1, error);
    for (first = 0; ret == 0 && first < points->n; first += n) {
        n = points->n - first < JC_STRIP ? (size_t) (points->n - first) : JC_STRIP;
        jc_points_words(points, &source, kernels, 0, first, n, strip);
        for (k = 0; k < n; k++) {
            word[(first + k) * self->n_words + dimension] = strip[k];
        }
    }
    jc_points_source_free(&source);
    return ret;
}

int
jc_unknowns_points(const struct jc_unknowns *self, enum jc_points_kind points, size_t n,
    uint32_t *word, struct jc_error *error)
{
    const struct jc_points all = { .kind = points, .n = n };
    size_t j;
    int ret = 0;

    if (points == JC_POINTS_SOBOL && self->n_words > JC_SOBOL_DIMENSIONS) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "bands.points: sobol: the unknowns take more than %d numbers; latin-hypercube has no "
            "such "
            "limit",
            JC_SOBOL_DIMENSIONS);
    }
    for (j = 0; ret == 0 && j < self->n_words; j++) {
        ret = fill_words(self, j, &all, word, error);
    }
    return ret;
}

void
jc_unknowns_of_case(const struct jc_unknowns *self, size_t case_index, bool *uses)
{
    const struct jc_case_words *words = &self->cases[case_index];
    const struct jc_forms *forms = &self->plan->forms[case_index];
    const struct jc_case_model *model;
    size_t k, q;

    for (k = 0; k < forms->n; k++) {
        model = &forms->form[k].model;
        for (q = 0; q < JC_QUANTITIES; q++) {
            if (model->unknown[q] != NULL) {
                uses[words->form[k].value[q]] = true;
                uses[words->form[k].choice[q]] = true;
            }
        }
        for (q = 0; model->coefficients_uncertain && q < JC_FIT_WORDS; q++) {
            uses[words->form[k].coefficients[q]] = true;
        }
    }
    if (forms->n > 1) {
        uses[words->choice] = true;
    }
}

void
jc_unknowns_model(const struct jc_unknowns *self, size_t case_index, const uint32_t *word,
    struct jc_case_model *model)
{
    const struct jc_case_words *words = &self->cases[case_index];
    const struct jc_forms *forms = &self->plan->forms[case_index];
    const size_t form = forms->n == 1
        ? 0
        : jc_form_choose(&self->plan->scenario->cases[case_index], word[words->choice]);
    const struct jc_form_words *of = &words->form[form];
    uint32_t coefficients[JC_FIT_WORDS] = { 0 };
    size_t q, k;

    *model = forms->form[form].model;
    for (q = 0; q < JC_QUANTITIES; q++) {
        if (model->unknown[q] != NULL) {
            jc_case_set_unknown(model, (enum jc_quantity) q,
                jc_sampler_value(model->unknown[q], word[of->value[q]], word[of->choice[q]]));
        }
    }
    for (k = 0; model->coefficients_uncertain && k < JC_FIT_WORDS; k++) {
        coefficients[k] = word[of->coefficients[k]];
    }
    jc_case_model_set_coefficients(model, coefficients);
}
