#include "results/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/digest.h"
#include "results/h5.h"
#include "results/store.h"

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

static int
check_format(hid_t file, struct jc_error *error)
{
    char *format = NULL;
    uint64_t major = 0;
    int ret = 0;

    if (H5Aexists(file, "format") <= 0 || jc_h5_get_text(file, "format", &format, NULL) != 0
        || strcmp(format, JC_FORMAT_NAME) != 0) {
        ret = malformed(error, "not a result file of joulecast, or one that is incomplete");
    } else if (jc_h5_get_uint64(file, "format_major", &major, error) != 0) {
        ret = JC_ERROR_FORMAT;
    } else if (major > JC_FORMAT_MAJOR) {
        ret = jc_fail(error, JC_ERROR_FORMAT,
            "format %llu is newer than this program, which reads format %d",
            (unsigned long long) major, JC_FORMAT_MAJOR);
    } else if (major < JC_FORMAT_MAJOR) {
        ret = jc_fail(error, JC_ERROR_FORMAT,
            "format %llu is too old for this program, which reads format %d",
            (unsigned long long) major, JC_FORMAT_MAJOR);
    }
    free(format);
    return ret;
}

/* Puts the path in front of what went wrong. */
static int
in_file(const char *path, int ret, struct jc_error *error)
{
    struct jc_error inner = *error;

    return ret == 0 ? 0 : jc_fail(error, ret, "%s: %.900s", path, inner.message);
}

int
jc_file_open(const char *path, hid_t *file, struct jc_error *error)
{
    int ret;

    *file = -1;
    if (access(path, R_OK) != 0) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot open: %s", path, strerror(errno));
    }
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (*file < 0) {
        return jc_fail(error, JC_ERROR_FORMAT,
            "%s: not an HDF5 file, or a damaged or unfinished one", path);
    }
    ret = check_format(*file, error);
    ret = ret != 0 ? ret : jc_digest_check(*file, error);
    if (ret != 0) {
        (void) H5Fclose(*file);
        *file = -1;
    }
    return in_file(path, ret, error);
}

static int
read_moments(hid_t group, const char *variable, struct jc_moments *moments, struct jc_error *error)
{
    hid_t dataset = H5Dopen2(group, variable, H5P_DEFAULT);
    int ret = dataset < 0 ? malformed(error, "a record is missing") : 0;

    ret = ret != 0 ? ret : jc_h5_get_uint64(dataset, "n", &moments->n, error);
    ret = ret != 0 ? ret : jc_h5_get_double(dataset, "mean", &moments->mean, error);
    ret = ret != 0 ? ret : jc_h5_get_double(dataset, "m2", &moments->m2, error);
    ret = ret != 0 ? ret : jc_h5_get_double(dataset, "min", &moments->min, error);
    ret = ret != 0 ? ret : jc_h5_get_double(dataset, "max", &moments->max, error);
    if (dataset >= 0) {
        (void) H5Dclose(dataset);
    }
    return ret;
}

/* The counts must be those of numbers, in order, and sum to n; then every later step is safe. */
static int
check_record(const struct jc_record *record, size_t n_edges, const float *edge,
    const uint64_t *count, struct jc_error *error)
{
    uint64_t total = 0;
    size_t k;

    for (k = 0; k < n_edges; k++) {
        if (!(edge[k] >= 0) || jc_sketch_bucket(edge[k]) >= JC_SKETCH_INVALID
            || (k > 0 && edge[k] <= edge[k - 1])
            || __builtin_add_overflow(total, count[k], &total)) {
            return malformed(error, "a record's buckets are out of order");
        }
    }
    if (n_edges == 0 || total == 0 || total != record->moments.n
        || !(record->moments.min <= record->moments.max)
        || jc_sketch_bucket((float) record->moments.min) != jc_sketch_bucket(edge[0])
        || jc_sketch_bucket((float) record->moments.max) != jc_sketch_bucket(edge[n_edges - 1])) {
        return malformed(error, "a record's counts and moments do not belong together");
    }
    return 0;
}

static int
read_record(hid_t group, enum jc_quantity quantity, struct jc_record *record,
    struct jc_error *error)
{
    char dimension[64];
    char variable[64];
    float *edge = NULL;
    uint64_t *count = NULL;
    size_t n_edges, n_counts, k;
    int ret;

    (void) snprintf(dimension, sizeof(dimension), "%s_bucket", jc_quantity_info(quantity)->name);
    (void) snprintf(variable, sizeof(variable), "%s_count", jc_quantity_info(quantity)->name);
    ret = read_moments(group, variable, &record->moments, error);
    ret = ret != 0 ? ret
                   : jc_h5_read_vector(group, dimension, H5T_FLOAT, H5T_NATIVE_FLOAT, sizeof(float),
                       (void **) &edge, &n_edges, error);
    ret = ret != 0 ? ret
                   : jc_h5_read_vector(group, variable, H5T_INTEGER, H5T_NATIVE_UINT64,
                       sizeof(uint64_t), (void **) &count, &n_counts, error);
    if (ret == 0 && n_edges != n_counts) {
        ret = malformed(error, "a record has buckets without counts");
    }
    ret = ret != 0 ? ret : check_record(record, n_edges, edge, count, error);
    /* The last bucket first: it makes the room for all. */
    for (k = 0; ret == 0 && k < n_edges; k++) {
        const size_t at = k == 0 ? n_edges - 1 : k - 1;

        ret = jc_sketch_add(&record->sketch, jc_sketch_bucket(edge[at]), 1, &count[at], error);
    }
    free(edge);
    free(count);
    return ret;
}

static int
read_fit(hid_t models, struct jc_case_result *result, struct jc_error *error)
{
    hid_t group;
    double *data = NULL;
    size_t n;
    int ret;

    if (H5Lexists(models, result->name, H5P_DEFAULT) <= 0) {
        return 0;
    }
    ret = open_group(models, result->name, &group, error);
    if (ret != 0) {
        return ret;
    }
    ret = jc_h5_read_vector(group, "estimate", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double),
        (void **) &data, &n, error);
    if (ret == 0 && n != 3) {
        ret = malformed(error, "a fit does not have three coefficients");
    }
    if (ret == 0) {
        memcpy(result->fit.coefficient, data, 3 * sizeof(double));
    }
    ret = ret != 0 ? ret : jc_h5_get_uint64(group, "rows", &result->fit.n_rows, error);
    ret = ret != 0
        ? ret
        : jc_h5_get_uint64(group, "degrees_of_freedom", &result->fit.degrees_of_freedom, error);
    ret = ret != 0 ? ret : jc_h5_get_double(group, "residual_sd", &result->fit.residual_sd, error);
    ret = ret != 0
        ? ret
        : jc_h5_get_double(group, "cap_tokens_per_s", &result->fit.cap_tokens_per_s, error);
    free(data);
    (void) H5Gclose(group);
    return ret;
}

static int
read_case(hid_t cases, hid_t models, const char *name, struct jc_case_result *result,
    struct jc_error *error)
{
    char variable[64];
    hid_t group;
    size_t q;
    int ret = jc_string_set(&result->name, name, error);

    ret = ret != 0 ? ret : open_group(cases, name, &group, error);
    if (ret != 0) {
        return ret;
    }
    ret = jc_h5_get_text(group, "long_name", &result->label, error);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        (void) snprintf(variable, sizeof(variable), "%s_count",
            jc_quantity_info((enum jc_quantity) q)->name);
        if (H5Lexists(group, variable, H5P_DEFAULT) > 0) {
            result->recorded[q] = true;
            ret = read_record(group, (enum jc_quantity) q, &result->record[q], error);
        }
    }
    if (ret == 0 && !result->recorded[JC_ENERGY]) {
        ret = malformed(error, "a case has no record of its energy");
    }
    ret = ret != 0 ? ret : read_fit(models, result, error);
    (void) H5Gclose(group);
    return ret;
}

static int
read_cases(hid_t records, hid_t file, struct jc_results *results, struct jc_error *error)
{
    hid_t cases = -1, models = -1;
    char **name = NULL;
    size_t n = 0;
    size_t j;
    int ret = open_group(records, "cases", &cases, error);

    ret = ret != 0 ? ret : open_group(file, "models", &models, error);
    ret = ret != 0 ? ret : jc_h5_members(cases, &name, &n, error);
    if (ret == 0 && n == 0) {
        ret = malformed(error, "there are no cases");
    }
    ret = ret != 0 ? ret : jc_results_alloc_cases(results, n, error);
    for (j = 0; ret == 0 && j < n; j++) {
        ret = read_case(cases, models, name[j], &results->cases[j], error);
    }
    jc_h5_free_texts(name, n);
    (void) H5Gclose(models);
    (void) H5Gclose(cases);
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
read_pathway(hid_t group, const struct jc_results *results, const struct jc_blend_result *blend,
    const char *name, struct jc_pathway_result *pathway, struct jc_error *error)
{
    hid_t own, of_case;
    size_t k;
    int ret = jc_string_set(&pathway->name, name, error);

    ret = ret != 0 ? ret : open_group(group, name, &own, error);
    if (ret != 0) {
        return ret;
    }
    ret = jc_h5_get_text(own, "long_name", &pathway->label, error);
    for (k = 0; ret == 0 && k < blend->n_cases; k++) {
        ret = open_group(own, results->cases[blend->case_index[k]].name, &of_case, error);
        if (ret == 0) {
            ret = read_record(of_case, JC_ENERGY, &pathway->record[k], error);
            (void) H5Gclose(of_case);
        }
    }
    (void) H5Gclose(own);
    return ret;
}

static int
read_blend_members(hid_t group, const struct jc_results *results, struct jc_blend_result *blend,
    struct jc_error *error)
{
    char **cases = NULL;
    char **pathways = NULL;
    double *weight = NULL;
    size_t n_cases = 0, n_pathways = 0, n_weights = 0;
    size_t k;
    int ret = jc_h5_get_texts(group, "cases", &cases, &n_cases, error);

    ret = ret != 0 ? ret : jc_h5_get_doubles(group, "weights", &weight, &n_weights, error);
    ret = ret != 0 ? ret : jc_h5_members(group, &pathways, &n_pathways, error);
    if (ret == 0 && (n_cases == 0 || n_cases != n_weights)) {
        ret = malformed(error, "a blend has cases without weights");
    }
    ret = ret != 0 ? ret : jc_results_alloc_blend(blend, n_cases, n_pathways, error);
    for (k = 0; ret == 0 && k < n_cases; k++) {
        blend->weight[k] = weight[k];
        ret = !(weight[k] > 0) ? malformed(error, "a blend has a weight that is not positive")
                               : find_case(results, cases[k], &blend->case_index[k], error);
    }
    ret = ret != 0 ? ret : read_ranks(group, "ranks_kept", &blend->ranks, error);
    ret = ret != 0 ? ret : read_ranks(group, "pathway_ranks_kept", &blend->pathway_ranks, error);
    for (k = 0; ret == 0 && k < n_pathways; k++) {
        ret = read_pathway(group, results, blend, pathways[k], &blend->pathway[k], error);
    }
    jc_h5_free_texts(cases, n_cases);
    jc_h5_free_texts(pathways, n_pathways);
    free(weight);
    return ret;
}

static int
read_blends(hid_t records, struct jc_results *results, struct jc_error *error)
{
    hid_t blends = -1, group;
    char **name = NULL;
    size_t n = 0;
    size_t j;
    int ret = open_group(records, "blends", &blends, error);

    ret = ret != 0 ? ret : jc_h5_members(blends, &name, &n, error);
    ret = ret != 0 ? ret : jc_results_alloc_blends(results, n, error);
    for (j = 0; ret == 0 && j < n; j++) {
        ret = jc_string_set(&results->blends[j].name, name[j], error);
        ret = ret != 0 ? ret : open_group(blends, name[j], &group, error);
        if (ret == 0) {
            ret = jc_h5_get_text(group, "long_name", &results->blends[j].label, error);
            ret = ret != 0 ? ret : read_blend_members(group, results, &results->blends[j], error);
            (void) H5Gclose(group);
        }
    }
    jc_h5_free_texts(name, n);
    (void) H5Gclose(blends);
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
    ret = ret != 0
        ? ret
        : jc_h5_get_doubles(file, "quantiles", &results->quantile, &results->n_quantiles, error);
    results->has_samples = has_samples != 0;
    return ret;
}

int
jc_file_read_results(const char *path, struct jc_results *results, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    hid_t records = -1;
    hid_t file;
    int ret;

    *results = (struct jc_results){ 0 };
    jc_h5_quiet(&quiet);
    ret = jc_file_open(path, &file, error);
    if (ret == 0) {
        ret = read_root(file, results, error);
        ret = ret != 0 ? ret : open_group(file, "records", &records, error);
        ret = ret != 0 ? ret : read_cases(records, file, results, error);
        ret = ret != 0 ? ret : read_blends(records, results, error);
        (void) H5Gclose(records);
        (void) H5Fclose(file);
        ret = in_file(path, ret, error);
    }
    if (ret != 0) {
        jc_results_free(results);
    }
    jc_h5_loud(&quiet);
    return ret;
}

int
jc_file_read_scenario(hid_t file, struct jc_text *text, struct jc_error *error)
{
    hid_t dataset = H5Dopen2(file, "provenance/scenario", H5P_DEFAULT);
    hid_t type = jc_h5_text_type();
    char *bytes = NULL;
    int ret = 0;

    if (dataset < 0 || H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &bytes) < 0
        || bytes == NULL) {
        ret = malformed(error, "the scenario is missing");
    } else {
        ret = jc_text_append(text, error, "%s", bytes);
        (void) H5free_memory(bytes);
    }
    (void) H5Tclose(type);
    (void) H5Dclose(dataset);
    return ret;
}
