/*
 * Sensitivity from the samples that a result file has.
 */
#include "engine/sensitivity.h"

#include <stdlib.h>

#include "base/text.h"
#include "engine/given_data.h"
#include "results/file.h"
#include "results/columns.h"

/* Columns of a case, inputs and response. */
struct rows {
    size_t n;
    size_t n_inputs;
    enum jc_quantity input[JC_QUANTITIES];
    double *x[JC_QUANTITIES]; /* [n_inputs][n] */
    double *y;
};

static void
rows_free(struct rows *rows)
{
    size_t k;

    for (k = 0; k < rows->n_inputs; k++) {
        free(rows->x[k]);
    }
    free(rows->y);
}

static int
read_column(hid_t file, const char *name, enum jc_quantity quantity, uint64_t stride, size_t n,
    double **column, struct jc_error *error)
{
    *column = malloc((n + 1) * sizeof(double));
    return *column == NULL ? jc_fail_memory(error)
                           : jc_column_read(file, name, quantity, stride, n, *column, error);
}

/* What the case draws for every query and has stored. */
static int
rows_read(struct rows *rows, hid_t file, const struct jc_case_model *model, uint64_t queries,
    enum jc_quantity response, struct jc_error *error)
{
    const char *name = model->spec->name;
    /* Odd: every so many words of a stream, a power of two, would not be as random. */
    const uint64_t stride = queries <= JC_GIVEN_ROWS ? 1 : ((queries - 1) / JC_GIVEN_ROWS + 1) | 1;
    size_t q;
    int ret = 0;

    *rows = (struct rows){ .n = (size_t) ((queries - 1) / stride) + 1 };
    if (!jc_column_is_stored(file, name, response)) {
        return jc_fail(error, JC_ERROR_INPUT,
            "case %s: there are no samples of %s; run it without --summary-only and with store: "
            "[%s, "
            "...]",
            name, jc_quantity_info(response)->name, jc_quantity_info(response)->name);
    }
    ret = read_column(file, name, response, stride, rows->n, &rows->y, error);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (model->sampler[q] != NULL && !model->is_constant[q] && q != (size_t) response
            && jc_column_is_stored(file, name, (enum jc_quantity) q)) {
            rows->input[rows->n_inputs] = (enum jc_quantity) q;
            ret = read_column(file, name, (enum jc_quantity) q, stride, rows->n,
                &rows->x[rows->n_inputs++], error);
        }
    }
    if (ret == 0 && rows->n_inputs == 0) {
        ret = jc_fail(error, JC_ERROR_INPUT,
            "case %s: there are no samples of any input that is drawn for every query; run it "
            "with more of them in store:",
            name);
    }
    return ret;
}

static int
describe(const struct rows *rows, const struct jc_case *spec, enum jc_quantity response,
    struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(response);
    size_t k;
    int ret = jc_sensitivity_init(sensitivity, rows->n_inputs, error);

    ret = ret != 0 ? ret : jc_string_set(&sensitivity->name, spec->name, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->label, spec->label, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->response, info->name, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->unit, info->unit, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->udunits, info->udunits, error);
    for (k = 0; ret == 0 && k < rows->n_inputs; k++) {
        ret = jc_string_set(&sensitivity->input[k], jc_quantity_info(rows->input[k])->key, error);
    }
    return ret;
}

static int
read_case(hid_t file, const struct jc_case_model *model, uint64_t queries,
    enum jc_quantity response, struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    struct rows rows;
    int ret = rows_read(&rows, file, model, queries, response, error);

    ret = ret != 0 ? ret : describe(&rows, model->spec, response, sensitivity, error);
    ret = ret != 0
        ? ret
        : jc_given_report(rows.n, (const double *const *) rows.x, rows.y, sensitivity, error);
    rows_free(&rows);
    return ret;
}

/* What is wanted of a file, and where it goes. */
struct wanted {
    const struct jc_plan *plan;
    const struct jc_sensitivity_options *options;
    struct jc_results *results;
};

static int
read_cases(hid_t file, void *context, struct jc_error *error)
{
    const struct wanted *wanted = context;
    const struct jc_plan *plan = wanted->plan;
    const struct jc_sensitivity_options *options = wanted->options;
    const struct jc_scenario *scenario = plan->scenario;
    struct jc_results *results = wanted->results;
    size_t n = 0;
    size_t j;
    int ret;

    *results = (struct jc_results){ .seed = scenario->seed, .queries = scenario->queries };
    ret = jc_string_set(&results->scenario, scenario->name, error);
    ret = ret != 0 ? ret : jc_string_set(&results->title, scenario->title, error);
    ret = ret != 0 ? ret : jc_results_alloc_sensitivities(results, scenario->n_cases, error);
    results->n_sensitivities = 0;
    for (j = 0; ret == 0 && j < scenario->n_cases; j++) {
        if (options->wanted == NULL || options->wanted[j]) {
            results->n_sensitivities = n + 1;
            ret = read_case(file, &plan->models[j], scenario->queries, options->response,
                &results->sensitivities[n++], error);
        }
    }
    return ret;
}

int
jc_sensitivity_of_file(const char *path, const struct jc_plan *plan,
    const struct jc_sensitivity_options *options, struct jc_results *results,
    struct jc_error *error)
{
    struct wanted wanted = { plan, options, results };
    int ret;

    *results = (struct jc_results){ 0 };
    ret = jc_file_with(path, read_cases, &wanted, error);
    if (ret != 0) {
        jc_results_free(results);
    }
    return ret;
}
