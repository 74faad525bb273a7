#include "engine/forms.h"

#include <stdlib.h>

static int
init_case(struct jc_forms *self, const struct jc_case *spec, uint64_t seed, struct jc_error *error)
{
    struct jc_form *form;
    size_t k;
    int ret = 0;

    self->n = spec->n_alternatives > 0 ? spec->n_alternatives : 1;
    self->form = calloc(self->n, sizeof(*self->form));
    if (self->form == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; ret == 0 && k < self->n; k++) {
        form = &self->form[k];
        form->spec = *spec;
        if (spec->n_alternatives > 0) {
            form->spec.throughput = spec->alternatives[k].throughput;
        }
        ret = jc_case_model_init(&form->model, &form->spec, seed, error);
    }
    return ret;
}

/* Fits borrow from one another, whichever form holds. */
static int
init_fits(struct jc_forms *forms, const struct jc_scenario *scenario, struct jc_error *error)
{
    struct jc_case_model **models;
    size_t n = 0;
    size_t j, k;
    int ret;

    for (j = 0; j < scenario->n_cases; j++) {
        n += forms[j].n;
    }
    models = calloc(n, sizeof(*models));
    if (models == NULL) {
        return jc_fail_memory(error);
    }
    n = 0;
    for (j = 0; j < scenario->n_cases; j++) {
        for (k = 0; k < forms[j].n; k++) {
            models[n++] = &forms[j].form[k].model;
        }
    }
    ret = jc_case_fits_init(models, n, scenario->seed, error);
    free(models);
    return ret;
}

int
jc_forms_init(struct jc_forms *forms, const struct jc_scenario *scenario, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < scenario->n_cases; j++) {
        ret = init_case(&forms[j], &scenario->cases[j], scenario->seed, error);
    }
    return ret != 0 ? ret : init_fits(forms, scenario, error);
}

void
jc_forms_free(struct jc_forms *forms, size_t n_cases)
{
    size_t j, k;

    for (j = 0; j < n_cases; j++) {
        for (k = 0; forms[j].form != NULL && k < forms[j].n; k++) {
            jc_case_model_free(&forms[j].form[k].model);
        }
        free(forms[j].form);
    }
}

size_t
jc_form_choose(const struct jc_case *spec, uint32_t word)
{
    double total = 0;
    double left;
    size_t k;

    for (k = 0; k < spec->n_alternatives; k++) {
        total += spec->alternatives[k].weight;
    }
    left = ((double) word + 0.5) * 0x1p-32 * total;
    for (k = 0; k + 1 < spec->n_alternatives && left >= spec->alternatives[k].weight; k++) {
        left -= spec->alternatives[k].weight;
    }
    return k;
}
