#include "results/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/h5.h"

static int
malformed(struct jc_error *error, const char *what)
{
    return jc_fail(error, JC_ERROR_FORMAT, "%s", what);
}

static int
open_group(hid_t parent, const char *name, hid_t *group, struct jc_error *error)
{
    *group = H5Gopen2(parent, name, H5P_DEFAULT);
    return *group < 0 ? jc_fail(error, JC_ERROR_FORMAT, "group '%s' is missing", name) : 0;
}

/* Names and labels, in their order. */
static int
read_cases(hid_t models, struct jc_results *results, struct jc_error *error)
{
    char **name = NULL;
    char **label = NULL;
    size_t n = 0;
    size_t n_labels = 0;
    size_t j;
    int ret = jc_h5_read_texts(models, "case", &name, &n, error);

    ret = ret != 0 ? ret : jc_h5_read_texts(models, "label", &label, &n_labels, error);
    if (ret == 0 && (n == 0 || n != n_labels)) {
        ret = malformed(error, "there are no cases, or cases without labels");
    }
    ret = ret != 0 ? ret : jc_results_alloc_cases(results, n, error);
    for (j = 0; ret == 0 && j < n; j++) {
        ret = jc_string_set(&results->cases[j].name, name[j], error);
        ret = ret != 0 ? ret : jc_string_set(&results->cases[j].label, label[j], error);
    }
    jc_h5_free_texts(name, n);
    jc_h5_free_texts(label, n_labels);
    return ret;
}

static int
read_doubles(hid_t group, const char *name, size_t expected, double **data, struct jc_error *error)
{
    size_t n;
    int ret = jc_h5_read_numbers(group, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double),
        (void **) data, &n, error);

    return ret == 0 && n != expected ? malformed(error, "the fits are not those of the cases")
                                     : ret;
}

static int
read_counts(hid_t group, const char *name, size_t expected, uint64_t **data, struct jc_error *error)
{
    size_t n;
    int ret = jc_h5_read_numbers(group, name, H5T_INTEGER, H5T_NATIVE_UINT64, sizeof(uint64_t),
        (void **) data, &n, error);

    return ret == 0 && n != expected ? malformed(error, "the fits are not those of the cases")
                                     : ret;
}

static int
read_fits(hid_t models, struct jc_results *results, struct jc_error *error)
{
    const size_t n = results->n_cases;
    double *estimate = NULL, *covariance = NULL, *residual_sd = NULL, *cap = NULL;
    uint64_t *rows = NULL, *degrees = NULL;
    struct jc_fit_result *fit;
    size_t j;
    int ret = read_doubles(models, "estimate", 3 * n, &estimate, error);

    ret = ret != 0 ? ret : read_doubles(models, "unscaled_covariance", 9 * n, &covariance, error);
    ret = ret != 0 ? ret : read_doubles(models, "residual_sd", n, &residual_sd, error);
    ret = ret != 0 ? ret : read_doubles(models, "cap", n, &cap, error);
    ret = ret != 0 ? ret : read_counts(models, "rows", n, &rows, error);
    ret = ret != 0 ? ret : read_counts(models, "degrees_of_freedom", n, &degrees, error);
    for (j = 0; ret == 0 && j < n; j++) {
        fit = &results->cases[j].fit;
        fit->n_rows = rows[j];
        if (rows[j] > 0) {
            memcpy(fit->coefficient, estimate + 3 * j, sizeof(fit->coefficient));
            memcpy(fit->unscaled_covariance, covariance + 9 * j, sizeof(fit->unscaled_covariance));
            fit->residual_sd = residual_sd[j];
            fit->cap_tokens_per_s = cap[j];
            fit->degrees_of_freedom = degrees[j];
        }
    }
    free(estimate);
    free(covariance);
    free(residual_sd);
    free(cap);
    free(rows);
    free(degrees);
    return ret;
}

static int
read_workloads(hid_t models, struct jc_results *results, struct jc_error *error)
{
    double *excluded = NULL;
    uint64_t *outside = NULL;
    size_t j;
    int ret = read_doubles(models, "excluded", results->n_cases, &excluded, error);

    ret = ret != 0 ? ret : read_counts(models, "outside", results->n_cases, &outside, error);
    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        results->cases[j].excluded = excluded[j];
        results->cases[j].n_outside = outside[j];
    }
    free(excluded);
    free(outside);
    return ret;
}

static int
read_gpus(hid_t models, struct jc_results *results, struct jc_error *error)
{
    double *gpus = NULL;
    size_t j;
    int ret = read_doubles(models, "gpus", results->n_cases, &gpus, error);

    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        results->cases[j].gpus = gpus[j];
        if (!isnan(results->cases[j].gpus) && !(isfinite(gpus[j]) && gpus[j] >= 1)) {
            ret = malformed(error, "a node has less than one accelerator, or no finite number");
        }
    }
    free(gpus);
    return ret;
}

static int
read_scatter(hid_t models, struct jc_results *results, struct jc_error *error)
{
    const size_t n = results->n_cases;
    double *sd = NULL, *degrees_of_freedom = NULL;
    uint64_t *borrowed = NULL;
    struct jc_fit_result *fit;
    size_t j;
    int ret = read_doubles(models, "scatter_sd", n, &sd, error);

    ret = ret != 0
        ? ret
        : read_doubles(models, "scatter_degrees_of_freedom", n, &degrees_of_freedom, error);
    ret = ret != 0 ? ret : read_counts(models, "scatter_borrowed", n, &borrowed, error);
    for (j = 0; ret == 0 && j < n; j++) {
        fit = &results->cases[j].fit;
        fit->scatter_sd = sd[j];
        fit->scatter_degrees_of_freedom = degrees_of_freedom[j];
        fit->scatter_borrowed = borrowed[j] != 0;
    }
    free(sd);
    free(degrees_of_freedom);
    free(borrowed);
    return ret;
}

static int
find_case(const struct jc_results *results, const char *name, size_t *index, struct jc_error *error)
{
    for (*index = 0; *index < results->n_cases; (*index)++) {
        if (strcmp(results->cases[*index].name, name) == 0) {
            return 0;
        }
    }
    return malformed(error, "a blend names a case that is not there");
}

static int
read_ranks(hid_t group, const char *name, struct jc_ranks *ranks, struct jc_error *error)
{
    double *value;
    size_t n;
    int ret = jc_h5_get_doubles(group, name, &value, &n, error);

    if (ret == 0 && !(n == 2 && value[0] >= 0 && value[0] < value[1] && value[1] <= 1)) {
        ret = malformed(error, "the ranks that a blend keeps are not two ascending probabilities");
    }
    if (ret == 0) {
        *ranks = (struct jc_ranks){ value[0], value[1] };
    }
    free(value);
    return ret;
}

static int
read_members(hid_t group, const struct jc_results *results, struct jc_blend_result *blend,
    size_t n_pathways, struct jc_error *error)
{
    char **cases = NULL;
    double *weight = NULL;
    size_t n_cases = 0;
    size_t n_weights = 0;
    size_t k;
    int ret = jc_h5_get_texts(group, "cases", &cases, &n_cases, error);

    ret = ret != 0 ? ret : jc_h5_get_doubles(group, "weights", &weight, &n_weights, error);
    if (ret == 0 && (n_cases == 0 || n_cases != n_weights)) {
        ret = malformed(error, "a blend has cases without weights");
    }
    ret = ret != 0 ? ret : jc_results_alloc_blend(blend, n_cases, n_pathways, error);
    for (k = 0; ret == 0 && k < n_cases; k++) {
        blend->weight[k] = weight[k];
        ret = !(weight[k] > 0) ? malformed(error, "a blend has a weight that is not positive")
                               : find_case(results, cases[k], &blend->case_index[k], error);
    }
    jc_h5_free_texts(cases, n_cases);
    free(weight);
    return ret;
}

static int
read_blend(hid_t group, const struct jc_results *results, struct jc_blend_result *blend,
    struct jc_error *error)
{
    char **pathway = NULL;
    char **label = NULL;
    size_t n_pathways = 0;
    size_t n_labels = 0;
    size_t j;
    int ret = jc_h5_get_text(group, "long_name", &blend->label, error);

    if (ret == 0 && H5Aexists(group, "pathways") > 0) {
        ret = jc_h5_get_texts(group, "pathways", &pathway, &n_pathways, error);
        ret = ret != 0 ? ret : jc_h5_get_texts(group, "pathway_labels", &label, &n_labels, error);
    }
    if (ret == 0 && n_pathways != n_labels) {
        ret = malformed(error, "a blend has pathways without labels");
    }
    ret = ret != 0 ? ret : read_members(group, results, blend, n_pathways, error);
    ret = ret != 0 ? ret : read_ranks(group, "ranks_kept", &blend->ranks, error);
    ret = ret != 0 ? ret : read_ranks(group, "pathway_ranks_kept", &blend->pathway_ranks, error);
    for (j = 0; ret == 0 && j < n_pathways; j++) {
        ret = jc_string_set(&blend->pathway[j].name, pathway[j], error);
        ret = ret != 0 ? ret : jc_string_set(&blend->pathway[j].label, label[j], error);
    }
    jc_h5_free_texts(pathway, n_pathways);
    jc_h5_free_texts(label, n_labels);
    return ret;
}

static int
read_blends(hid_t file, struct jc_results *results, struct jc_error *error)
{
    hid_t blends = -1, group;
    char **name = NULL;
    size_t n = 0;
    size_t j;
    int ret = open_group(file, "blends", &blends, error);

    ret = ret != 0 ? ret : jc_h5_members(blends, &name, &n, error);
    ret = ret != 0 ? ret : jc_results_alloc_blends(results, n, error);
    for (j = 0; ret == 0 && j < n; j++) {
        ret = jc_string_set(&results->blends[j].name, name[j], error);
        ret = ret != 0 ? ret : open_group(blends, name[j], &group, error);
        if (ret == 0) {
            ret = read_blend(group, results, &results->blends[j], error);
            (void) H5Gclose(group);
        }
    }
    jc_h5_free_texts(name, n);
    if (blends >= 0) {
        (void) H5Gclose(blends);
    }
    return ret;
}

static int
read_root(hid_t file, struct jc_results *results, struct jc_error *error)
{
    uint64_t has_samples = 0;
    int ret = jc_h5_get_text(file, "title", &results->title, error);

    ret = ret != 0 ? ret : jc_h5_get_text(file, "scenario", &results->scenario, error);
    ret = ret != 0 ? ret : jc_h5_get_uint64(file, "seed", &results->seed, error);
    ret = ret != 0 ? ret : jc_h5_get_uint64(file, "queries", &results->queries, error);
    ret = ret != 0 ? ret : jc_h5_get_uint64(file, "has_samples", &has_samples, error);
    results->has_samples = has_samples != 0;
    return ret;
}

/* A file of sensitivities alone, or of a sweep, has no cases. */
static int
has_cases(hid_t file)
{
    return H5Lexists(file, "models", H5P_DEFAULT) > 0
        || (H5Lexists(file, "sensitivity", H5P_DEFAULT) <= 0
            && H5Lexists(file, "sweep", H5P_DEFAULT) <= 0);
}

static int
read_all_of_cases(hid_t file, struct jc_results *results, struct jc_error *error)
{
    hid_t models = -1;
    int ret = jc_h5_read_numbers(file, "summary/cases/quantile", H5T_FLOAT, H5T_NATIVE_DOUBLE,
        sizeof(double), (void **) &results->quantile, &results->n_quantiles, error);

    ret = ret != 0 ? ret : open_group(file, "models", &models, error);
    ret = ret != 0 ? ret : read_cases(models, results, error);
    ret = ret != 0 ? ret : read_fits(models, results, error);
    ret = ret != 0 ? ret : read_workloads(models, results, error);
    ret = ret != 0 ? ret : read_gpus(models, results, error);
    ret = ret != 0 ? ret : read_scatter(models, results, error);
    ret = ret != 0 ? ret : jc_file_read_tags(models, results, error);
    ret = ret != 0 ? ret : read_blends(file, results, error);
    ret = ret != 0 ? ret : jc_file_read_records(file, results, error);
    ret = ret != 0 ? ret : jc_file_check_units(file, results, error);
    ret = ret != 0 ? ret : jc_file_read_fleets(file, results, error);
    ret = ret != 0 ? ret : jc_file_read_bands(file, results, error);
    ret = ret != 0 ? ret : jc_file_read_whole_blocks(file, results, error);
    if (models >= 0) {
        (void) H5Gclose(models);
    }
    return ret;
}

static int
read_all(hid_t file, void *context, struct jc_error *error)
{
    struct jc_results *results = context;
    int ret = read_root(file, results, error);

    if (ret == 0 && has_cases(file)) {
        ret = read_all_of_cases(file, results, error);
    }
    ret = ret != 0 ? ret : jc_file_read_sensitivities(file, results, error);
    return ret != 0 ? ret : jc_file_read_sweep(file, results, error);
}

int
jc_file_read_results(const char *path, struct jc_results *results, struct jc_error *error)
{
    int ret;

    *results = (struct jc_results){ 0 };
    ret = jc_file_with(path, read_all, results, error);
    if (ret != 0) {
        jc_results_free(results);
    }
    return ret;
}

int
jc_file_read_cases(const char *path, struct jc_results *results, struct jc_error *error)
{
    int ret = jc_file_read_results(path, results, error);
    const bool has_sweep = ret == 0 && results->sweep.n_axes > 0;

    if (ret == 0 && results->n_cases == 0) {
        jc_results_free(results);
        ret =
            jc_fail(error, JC_ERROR_INPUT, "%s: has no cases; 'joulecast %s %s' prints what it has",
                path, has_sweep ? "sweep" : "sensitivity", path);
    }
    return ret;
}

/* A text of /provenance. */
static int
read_text(hid_t file, const char *name, const char *what, struct jc_text *text,
    struct jc_error *error)
{
    char **lines = NULL;
    size_t n = 0;
    int ret = jc_h5_read_texts(file, name, &lines, &n, error);

    if (ret == JC_ERROR_INTERNAL) {
        return ret;
    }
    if (ret != 0 || n != 1) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "the %s is missing", what);
    } else {
        ret = jc_text_append(text, error, "%s", lines[0]);
    }
    jc_h5_free_texts(lines, n);
    return ret;
}

int
jc_file_read_scenario(hid_t file, struct jc_text *text, struct jc_error *error)
{
    return read_text(file, "provenance/scenario", "scenario", text, error);
}

static int
take_scenario(hid_t file, void *context, struct jc_error *error)
{
    return jc_file_read_scenario(file, context, error);
}

int
jc_file_scenario_of(const char *path, struct jc_text *text, struct jc_error *error)
{
    return jc_file_with(path, take_scenario, text, error);
}

int
jc_file_read_study(hid_t file, struct jc_text *text, struct jc_error *error)
{
    return read_text(file, "provenance/study", "study", text, error);
}
