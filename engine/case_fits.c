#include <stdio.h>
#include <stdlib.h>

#include "engine/case_model.h"
#include "samplers/stream.h"

static bool
are_same_rows(const struct jc_measurements *a, const struct jc_measurements *b)
{
    size_t j;

    for (j = 0; a->n_rows == b->n_rows && j < a->n_rows; j++) {
        if (a->row[j].input_tokens != b->row[j].input_tokens
            || a->row[j].output_tokens != b->row[j].output_tokens
            || a->row[j].throughput_tokens_per_s != b->row[j].throughput_tokens_per_s) {
            return false;
        }
    }
    return a->n_rows == b->n_rows;
}

static bool
is_first_of_its_rows(struct jc_case_model *const *models, size_t index)
{
    size_t k = 0;

    while (k < index
        && (!models[k]->has_fit
            || !are_same_rows(&models[k]->spec->throughput.measurements,
                &models[index]->spec->throughput.measurements))) {
        k++;
    }
    return k == index;
}

static int
pool(struct jc_case_model *const *models, size_t n_models, struct jc_fit_scatter *pooled,
    struct jc_error *error)
{
    const struct jc_throughput_fit **fits = calloc(n_models + 1, sizeof(*fits));
    size_t n = 0;
    size_t j;

    if (fits == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < n_models; j++) {
        if (models[j]->has_fit && is_first_of_its_rows(models, j)) {
            fits[n++] = &models[j]->fit;
        }
    }
    *pooled = jc_fit_pool(n, fits);
    free(fits);
    return 0;
}

static int
choose_scatter(struct jc_case_model *self, const struct jc_fit_scatter *pooled,
    struct jc_error *error)
{
    const struct jc_throughput_spec *spec = &self->spec->throughput;
    const struct jc_throughput_fit *fit = &self->fit;

    self->scatter = *pooled;
    if (spec->scatter == JC_SCATTER_GIVEN) {
        self->scatter =
            (struct jc_fit_scatter){ spec->residual_sd, spec->degrees_of_freedom, false };
    } else if (spec->scatter == JC_SCATTER_OWN && fit->degrees_of_freedom > 0) {
        self->scatter =
            (struct jc_fit_scatter){ fit->residual_sd, (double) fit->degrees_of_freedom, false };
    } else if (!(pooled->degrees_of_freedom > 0)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "case %s: throughput.residual_sd: no fit of the study has degrees of freedom to "
            "estimate it by, which takes 4 measurements or more; give a number, with "
            "degrees_of_freedom",
            self->spec->name);
    }
    return 0;
}

static int
init_fit_law(struct jc_case_model *self, uint64_t seed, struct jc_error *error)
{
    uint32_t word[JC_FIT_WORDS];
    struct jc_error inner = { "" };
    int ret;

    self->fit_law = malloc(sizeof(*self->fit_law));
    if (self->fit_law == NULL) {
        return jc_fail_memory(error);
    }
    ret = jc_fit_law_init(self->fit_law, &self->fit, &self->scatter, &inner);
    if (ret != 0) {
        return jc_fail(error, ret, "case %s: throughput: %.900s", self->spec->name, inner.message);
    }
    self->coefficients_uncertain = true;
    jc_case_fit_words(self->spec, seed, 0, word);
    jc_case_model_set_coefficients(self, word);
    return 0;
}

static int
init_residuals(struct jc_case_model *self, uint64_t seed, struct jc_error *error)
{
    struct jc_distribution residuals = jc_distribution_constant(0);

    residuals.kind = JC_NORMAL;
    residuals.parameter[1] = self->scatter.sd;
    return jc_sampler_new(&self->residuals, &residuals, seed, JC_RESIDUALS_LABEL, 0, error);
}

int
jc_case_fits_init(struct jc_case_model *const *models, size_t n_models, uint64_t seed,
    struct jc_error *error)
{
    const struct jc_throughput_spec *spec;
    struct jc_fit_scatter pooled;
    size_t j;
    int ret = pool(models, n_models, &pooled, error);

    for (j = 0; ret == 0 && j < n_models; j++) {
        spec = &models[j]->spec->throughput;
        models[j]->is_scattered =
            models[j]->has_fit && (spec->coefficients_uncertain || spec->residuals);
        if (models[j]->is_scattered) {
            ret = choose_scatter(models[j], &pooled, error);
        }
        if (ret == 0 && models[j]->is_scattered && spec->residuals) {
            ret = init_residuals(models[j], seed, error);
        }
        if (ret == 0 && models[j]->is_scattered && spec->coefficients_uncertain) {
            ret = init_fit_law(models[j], seed, error);
        }
    }
    return ret;
}

void
jc_case_fit_label(const struct jc_case *spec, char *label, size_t size)
{
    const char *model = spec->throughput.model;

    (void) snprintf(label, size, "throughput/%s", model != NULL ? model : spec->name);
}

void
jc_case_fit_words(const struct jc_case *spec, uint64_t seed, uint64_t draw,
    uint32_t word[JC_FIT_WORDS])
{
    char label[JC_FIT_LABEL];
    char word_label[JC_FIT_LABEL + 4];
    struct jc_stream stream;
    unsigned k;

    jc_case_fit_label(spec, label, sizeof(label));
    for (k = 0; k < JC_FIT_WORDS; k++) {
        (void) snprintf(word_label, sizeof(word_label), "%s/%u", label, k);
        jc_stream_init(&stream, seed, word_label);
        jc_pcg_advance(&stream.start, draw);
        word[k] = jc_pcg_next(&stream.start);
    }
}

void
jc_case_model_set_coefficients(struct jc_case_model *self, const uint32_t word[JC_FIT_WORDS])
{
    double coefficient[JC_COEFFICIENTS];

    if (self->coefficients_uncertain) {
        jc_fit_law_draw(self->fit_law, word, coefficient);
        self->log_linear.log_scale = (float) coefficient[0];
        self->log_linear.input_exponent = (float) coefficient[1];
        self->log_linear.output_exponent = (float) coefficient[2];
    }
}
