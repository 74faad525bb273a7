#include "results/file.h"

#include <math.h>
#include <stdlib.h>

#include "results/h5.h"
#include "results/store.h"

static int
create_group(hid_t parent, const char *name, hid_t *group, struct jc_error *error)
{
    *group = jc_h5_create_group(parent, name);
    return *group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", name) : 0;
}

static int
write_root(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    int ret = jc_h5_set_text(file, "Conventions", "CF-1.8", error);

    ret = ret != 0 ? ret : jc_h5_set_text(file, "title", results->title, error);
    ret = ret != 0 ? ret : jc_h5_set_text(file, "format", JC_FORMAT_NAME, error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(file, "format_major", JC_FORMAT_MAJOR, error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(file, "format_minor", JC_FORMAT_MINOR, error);
    ret = ret != 0 ? ret : jc_h5_set_text(file, "scenario", results->scenario, error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(file, "seed", results->seed, error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(file, "queries", results->queries, error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(file, "has_samples", results->has_samples, error);
    return ret;
}

/* A blend is a group without variables: what it mixes, and how. */
static int
write_blend(hid_t parent, const struct jc_results *results, const struct jc_blend_result *blend,
    struct jc_error *error)
{
    const double ranks[2] = { blend->ranks.low, blend->ranks.high };
    const double pathway_ranks[2] = { blend->pathway_ranks.low, blend->pathway_ranks.high };
    const size_t room = blend->n_cases + 2 * blend->n_pathways;
    const char **text = calloc(room, sizeof(*text));
    const char **pathway = text + blend->n_cases;
    hid_t group = -1;
    size_t k;
    int ret = text == NULL ? jc_fail_memory(error) : 0;

    for (k = 0; ret == 0 && k < blend->n_cases; k++) {
        text[k] = results->cases[blend->case_index[k]].name;
    }
    for (k = 0; ret == 0 && k < blend->n_pathways; k++) {
        pathway[k] = blend->pathway[k].name;
        pathway[blend->n_pathways + k] = blend->pathway[k].label;
    }
    ret = ret != 0 ? ret : create_group(parent, blend->name, &group, error);
    ret = ret != 0 ? ret : jc_h5_set_text(group, "long_name", blend->label, error);
    ret = ret != 0 ? ret : jc_h5_set_texts(group, "cases", blend->n_cases, text, error);
    ret =
        ret != 0 ? ret : jc_h5_set_doubles(group, "weights", blend->n_cases, blend->weight, error);
    ret = ret != 0 ? ret : jc_h5_set_doubles(group, "ranks_kept", 2, ranks, error);
    ret = ret != 0 ? ret : jc_h5_set_doubles(group, "pathway_ranks_kept", 2, pathway_ranks, error);
    if (ret == 0 && blend->n_pathways > 0) {
        ret = jc_h5_set_texts(group, "pathways", blend->n_pathways, pathway, error);
        ret = ret != 0 ? ret
                       : jc_h5_set_texts(group, "pathway_labels", blend->n_pathways,
                           pathway + blend->n_pathways, error);
    }
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    free(text);
    return ret;
}

static int
write_blends(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    hid_t blends;
    size_t j;
    int ret = create_group(file, "blends", &blends, error);

    for (j = 0; ret == 0 && j < results->n_blends; j++) {
        ret = write_blend(blends, results, &results->blends[j], error);
    }
    if (blends >= 0) {
        (void) H5Gclose(blends);
    }
    return ret;
}

/* The fits of all cases as columns; NAN and 0 where a case has none. */
struct fits {
    double *estimate;   /* [n_cases][3] */
    double *covariance; /* [n_cases][3][3] */
    double *residual_sd;
    double *cap;
    uint64_t *rows;
    uint64_t *degrees_of_freedom;
    const char **name;
    const char **label;
};

static void
fits_free(struct fits *fits)
{
    free(fits->estimate);
    free(fits->covariance);
    free(fits->residual_sd);
    free(fits->cap);
    free(fits->rows);
    free(fits->degrees_of_freedom);
    free(fits->name);
    free(fits->label);
}

static int
fits_init(struct fits *fits, const struct jc_results *results, struct jc_error *error)
{
    const size_t n = results->n_cases;
    const struct jc_fit_result *fit;
    size_t j, k;

    *fits = (struct fits){
        .estimate = calloc(3 * n, sizeof(double)),
        .covariance = calloc(9 * n, sizeof(double)),
        .residual_sd = calloc(n, sizeof(double)),
        .cap = calloc(n, sizeof(double)),
        .rows = calloc(n, sizeof(uint64_t)),
        .degrees_of_freedom = calloc(n, sizeof(uint64_t)),
        .name = calloc(n, sizeof(char *)),
        .label = calloc(n, sizeof(char *)),
    };
    if (fits->estimate == NULL || fits->covariance == NULL || fits->residual_sd == NULL
        || fits->cap == NULL || fits->rows == NULL || fits->degrees_of_freedom == NULL
        || fits->name == NULL || fits->label == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < n; j++) {
        fit = &results->cases[j].fit;
        for (k = 0; k < 3; k++) {
            fits->estimate[3 * j + k] = fit->n_rows > 0 ? fit->coefficient[k] : NAN;
        }
        for (k = 0; k < 9; k++) {
            fits->covariance[9 * j + k] = fit->n_rows > 0 ? fit->unscaled_covariance[k] : NAN;
        }
        fits->residual_sd[j] = fit->n_rows > 0 ? fit->residual_sd : NAN;
        fits->cap[j] = fit->n_rows > 0 ? fit->cap_tokens_per_s : NAN;
        fits->rows[j] = fit->n_rows;
        fits->degrees_of_freedom[j] = fit->degrees_of_freedom;
        fits->name[j] = results->cases[j].name;
        fits->label[j] = results->cases[j].label;
    }
    return 0;
}

static int
write_fit_columns(hid_t group, const struct fits *fits, size_t n_cases, struct jc_error *error)
{
    static const char *const dimensions[3] = { "case", "coefficient", "with_coefficient" };
    static const char *const terms[3] = { "intercept", "ln_input_tokens", "ln_output_tokens" };
    const hsize_t lengths[3] = { n_cases, 3, 3 };
    const hid_t file_double = H5T_IEEE_F64LE;
    const hid_t file_count = H5T_STD_U64LE;
    hid_t text = jc_h5_text_type();
    int ret = jc_h5_write_text_coordinate(group, "case", n_cases, fits->name, "case", error);

    ret = ret != 0 ? ret
                   : jc_h5_write_text_coordinate(group, "coefficient", 3, terms,
                       "term of ln(throughput / (tokens/s))", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_text_coordinate(group, "with_coefficient", 3, terms, "the other term", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "label", text, text, 1, dimensions, lengths,
                       fits->label, NULL, "name of the case for people", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_variable(group, "estimate", file_double, H5T_NATIVE_DOUBLE, 2, dimensions,
            lengths, fits->estimate, "1", "least-squares coefficients of ln throughput", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "unscaled_covariance", file_double,
                       H5T_NATIVE_DOUBLE, 3, dimensions, lengths, fits->covariance, "1",
                       "(X'X)^-1; times residual_sd squared it is the covariance", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_variable(group, "residual_sd", file_double, H5T_NATIVE_DOUBLE, 1, dimensions,
            lengths, fits->residual_sd, "1", "residual standard deviation of ln throughput", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "cap", file_double, H5T_NATIVE_DOUBLE, 1,
                       dimensions, lengths, fits->cap, "s-1", "largest throughput allowed", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "rows", file_count, H5T_NATIVE_UINT64, 1,
                       dimensions, lengths, fits->rows, "1", "measurements fitted", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "degrees_of_freedom", file_count,
                       H5T_NATIVE_UINT64, 1, dimensions, lengths, fits->degrees_of_freedom, "1",
                       "measurements less coefficients", error);
    (void) H5Tclose(text);
    return ret;
}

/* What happened to the workload of each case, and its node. */
static int
write_counts(hid_t group, const struct jc_results *results, struct jc_error *error)
{
    static const char *const dimensions[1] = { "case" };
    const hsize_t length = results->n_cases;
    double *gpus = calloc(results->n_cases, sizeof(*gpus));
    double *excluded = calloc(results->n_cases, sizeof(*excluded));
    uint64_t *outside = calloc(results->n_cases, sizeof(*outside));
    size_t j;
    int ret = gpus == NULL || excluded == NULL || outside == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        gpus[j] = results->cases[j].gpus;
        excluded[j] = results->cases[j].excluded;
        outside[j] = results->cases[j].n_outside;
    }
    ret = ret != 0
        ? ret
        : jc_h5_write_variable(group, "excluded", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, dimensions,
            &length, excluded, "1", "share of the requests that binning left out", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_variable(group, "outside", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, dimensions,
            &length, outside, "1",
            "queries whose batch size was moved to the nearest that was measured or fits", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "gpus", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1,
                       dimensions, &length, gpus, "1", "accelerators of a node", error);
    free(gpus);
    free(excluded);
    free(outside);
    return ret;
}

/* What was drawn of each fit; NAN where nothing was. */
static int
write_scatter(hid_t group, const struct jc_results *results, struct jc_error *error)
{
    static const char *const dimensions[1] = { "case" };
    const hsize_t length = results->n_cases;
    const hid_t file_double = H5T_IEEE_F64LE;
    double *sd = calloc(results->n_cases, sizeof(*sd));
    double *degrees_of_freedom = calloc(results->n_cases, sizeof(*degrees_of_freedom));
    uint64_t *borrowed = calloc(results->n_cases, sizeof(*borrowed));
    size_t j;
    int ret =
        sd == NULL || degrees_of_freedom == NULL || borrowed == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        sd[j] = results->cases[j].fit.scatter_sd;
        degrees_of_freedom[j] = results->cases[j].fit.scatter_degrees_of_freedom;
        borrowed[j] = results->cases[j].fit.scatter_borrowed;
    }
    ret = ret != 0
        ? ret
        : jc_h5_write_variable(group, "scatter_sd", file_double, H5T_NATIVE_DOUBLE, 1, dimensions,
            &length, sd, "1", "residual standard deviation of ln throughput that the run drew from",
            error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "scatter_degrees_of_freedom", file_double,
                       H5T_NATIVE_DOUBLE, 1, dimensions, &length, degrees_of_freedom, "1",
                       "degrees of freedom of scatter_sd", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "scatter_borrowed", H5T_STD_U8LE,
                       H5T_NATIVE_UINT64, 1, dimensions, &length, borrowed, "1",
                       "1: scatter_sd is that of all fits together", error);
    free(sd);
    free(degrees_of_freedom);
    free(borrowed);
    return ret;
}

static int
write_models(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    struct fits fits;
    hid_t group;
    int ret = create_group(file, "models", &group, error);

    if (ret != 0) {
        return ret;
    }
    ret = fits_init(&fits, results, error);
    ret = ret != 0 ? ret : write_fit_columns(group, &fits, results->n_cases, error);
    ret = ret != 0 ? ret : write_counts(group, results, error);
    ret = ret != 0 ? ret : write_scatter(group, results, error);
    ret = ret != 0 ? ret : jc_file_write_tags(group, results, error);
    fits_free(&fits);
    (void) H5Gclose(group);
    return ret;
}

/* What a file without cases has none of. */
static int
write_cases(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    int ret = write_models(file, results, error);

    ret = ret != 0 ? ret : write_blends(file, results, error);
    ret = ret != 0 ? ret : jc_file_write_records(file, results, error);
    ret = ret != 0 ? ret : jc_file_write_summary(file, results, error);
    ret = ret != 0 ? ret : jc_file_write_fleets(file, results, error);
    ret = ret != 0 ? ret : jc_file_write_bands(file, results, error);
    return ret != 0 ? ret : jc_file_write_whole_blocks(file, results, error);
}

int
jc_file_write_results(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    int ret = write_root(file, results, error);

    if (ret == 0 && results->n_cases > 0) {
        ret = write_cases(file, results, error);
    }
    ret = ret != 0 ? ret : jc_file_write_sensitivities(file, results, error);
    return ret != 0 ? ret : jc_file_write_sweep(file, results, error);
}
