/*
 * Sensitivity from the draws that a result file has.
 */
#include "engine/sensitivity_unknowns.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/given_data.h"

/* Bands must be of the scenario beside them. */
static int
check(const struct jc_bands *bands, const struct jc_unknowns *unknowns, struct jc_error *error)
{
    const struct jc_scenario *scenario = unknowns->plan->scenario;
    bool same = bands->n_cases == scenario->n_cases && bands->n_blends == scenario->n_blends
        && bands->n_words == unknowns->n_words;
    size_t j;

    if (bands->n_draws == 0) {
        return jc_fail(error, JC_ERROR_INPUT,
            "it has no bands; 'joulecast bands SCENARIO' makes them");
    }
    for (j = 0; same && j < bands->n_words; j++) {
        same = strcmp(bands->label[j], unknowns->label[j]) == 0;
    }
    return same ? 0
                : jc_fail(error, JC_ERROR_FORMAT, "the bands are not those of the scenario in it");
}

static int
analyse(const struct jc_bands *bands, const struct jc_subject *subject,
    const struct jc_statistic *statistic, struct jc_sensitivity *sensitivity,
    struct jc_error *error)
{
    const size_t n = bands->n_draws < JC_GIVEN_ROWS ? bands->n_draws : JC_GIVEN_ROWS;
    const double **x = calloc(bands->n_words + 1, sizeof(*x));
    double *y = malloc(n * sizeof(*y));
    struct jc_band band;
    size_t n_inputs = 0;
    size_t j;
    int ret = x == NULL || y == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; j < bands->n_words; j++) {
        n_inputs += subject->uses[j];
    }
    ret = ret != 0 ? ret : jc_subject_describe(subject, statistic, n_inputs, sensitivity, error);
    sensitivity->queries = bands->queries;
    n_inputs = 0;
    for (j = 0; ret == 0 && j < bands->n_words; j++) {
        if (subject->uses[j]) {
            x[n_inputs] = bands->uniform + j * bands->n_draws;
            ret = jc_string_set(&sensitivity->input[n_inputs++], bands->label[j], error);
        }
    }
    ret = ret != 0 ? ret : jc_subject_respond(subject, statistic, bands, n, y, error);
    ret = ret != 0 ? ret : jc_given_report(n, x, y, sensitivity, error);
    ret = ret != 0 ? ret : jc_band_of(n, y, &band, error);
    if (ret == 0) {
        sensitivity->low = band.value[0];
        sensitivity->high = band.value[JC_BAND_RANKS - 1];
    }
    free(x);
    free(y);
    return ret;
}

int
jc_sensitivity_of_bands(const struct jc_bands *bands, const struct jc_plan *plan,
    const struct jc_unknowns_options *options, struct jc_results *results, struct jc_error *error)
{
    struct jc_subjects subjects = { 0 };
    struct jc_unknowns unknowns;
    size_t j;
    int ret = jc_unknowns_init(&unknowns, plan, error);

    *results =
        (struct jc_results){ .seed = plan->scenario->seed, .queries = plan->scenario->queries };
    ret = ret != 0 ? ret : check(bands, &unknowns, error);
    ret = ret != 0 ? ret
                   : jc_subjects_init(&subjects, &unknowns, options->wanted,
                       options->statistic.quantity, error);
    ret = ret != 0 ? ret : jc_string_set(&results->scenario, plan->scenario->name, error);
    ret = ret != 0 ? ret : jc_string_set(&results->title, plan->scenario->title, error);
    ret = ret != 0 ? ret : jc_results_alloc_sensitivities(results, subjects.n, error);
    for (j = 0; ret == 0 && j < subjects.n; j++) {
        ret = analyse(bands, &subjects.subject[j], &options->statistic, &results->sensitivities[j],
            error);
    }
    jc_subjects_free(&subjects);
    jc_unknowns_free(&unknowns);
    if (ret != 0) {
        jc_results_free(results);
    }
    return ret;
}
