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
write_moments(hid_t group, const char *variable, const struct jc_moments *moments,
    struct jc_error *error)
{
    hid_t dataset = H5Dopen2(group, variable, H5P_DEFAULT);
    int ret = jc_h5_set_uint64(dataset, "n", moments->n, error);

    ret = ret != 0 ? ret : jc_h5_set_double(dataset, "mean", moments->mean, error);
    ret = ret != 0 ? ret : jc_h5_set_double(dataset, "m2", moments->m2, error);
    ret = ret != 0 ? ret : jc_h5_set_double(dataset, "min", moments->min, error);
    ret = ret != 0 ? ret : jc_h5_set_double(dataset, "max", moments->max, error);
    (void) H5Dclose(dataset);
    return ret;
}

/* The buckets that hold something: <quantity>_bucket, their lower edges, and <quantity>_count. */
static int
write_record(hid_t group, enum jc_quantity quantity, const struct jc_record *record,
    struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    const struct jc_sketch *sketch = &record->sketch;
    float *edge = malloc((sketch->n_buckets + 1) * sizeof(*edge));
    uint64_t *count = malloc((sketch->n_buckets + 1) * sizeof(*count));
    char dimension[64];
    char variable[64];
    const char *dimensions[1] = { dimension };
    hsize_t length = 0;
    size_t k;
    int ret = 0;

    (void) snprintf(dimension, sizeof(dimension), "%s_bucket", info->name);
    (void) snprintf(variable, sizeof(variable), "%s_count", info->name);
    if (edge == NULL || count == NULL) {
        ret = jc_fail_memory(error);
        goto out;
    }
    for (k = 0; k < sketch->n_buckets; k++) {
        if (sketch->count[k] > 0) {
            edge[length] = (float) jc_sketch_edge(sketch->first + (uint32_t) k);
            count[length] = sketch->count[k];
            length++;
        }
    }
    ret = jc_h5_write_coordinate(group, dimension, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, length, edge,
        info->udunits, "lower edge of the bucket", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, variable, H5T_STD_U64LE, H5T_NATIVE_UINT64, 1,
                       dimensions, &length, count, "1", "values in the bucket", error);
    ret = ret != 0 ? ret : write_moments(group, variable, &record->moments, error);
out:
    free(edge);
    free(count);
    return ret;
}

static int
write_case(hid_t parent, const struct jc_case_result *result, struct jc_error *error)
{
    hid_t group;
    size_t q;
    int ret = create_group(parent, result->name, &group, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_h5_set_text(group, "long_name", result->label, error);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (result->recorded[q]) {
            ret = write_record(group, (enum jc_quantity) q, &result->record[q], error);
        }
    }
    (void) H5Gclose(group);
    return ret;
}

static int
write_pathway(hid_t parent, const struct jc_results *results, const struct jc_blend_result *blend,
    const struct jc_pathway_result *pathway, struct jc_error *error)
{
    hid_t group, of_case;
    size_t k;
    int ret = create_group(parent, pathway->name, &group, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_h5_set_text(group, "long_name", pathway->label, error);
    for (k = 0; ret == 0 && k < blend->n_cases; k++) {
        ret = create_group(group, results->cases[blend->case_index[k]].name, &of_case, error);
        if (ret == 0) {
            ret = write_record(of_case, JC_ENERGY, &pathway->record[k], error);
            (void) H5Gclose(of_case);
        }
    }
    (void) H5Gclose(group);
    return ret;
}

static int
write_blend_attributes(hid_t group, const struct jc_results *results,
    const struct jc_blend_result *blend, struct jc_error *error)
{
    const double ranks[2] = { blend->ranks.low, blend->ranks.high };
    const double pathway_ranks[2] = { blend->pathway_ranks.low, blend->pathway_ranks.high };
    const char **name = calloc(blend->n_cases, sizeof(*name));
    size_t k;
    int ret;

    if (name == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < blend->n_cases; k++) {
        name[k] = results->cases[blend->case_index[k]].name;
    }
    ret = jc_h5_set_text(group, "long_name", blend->label, error);
    ret = ret != 0 ? ret : jc_h5_set_texts(group, "cases", blend->n_cases, name, error);
    ret =
        ret != 0 ? ret : jc_h5_set_doubles(group, "weights", blend->n_cases, blend->weight, error);
    ret = ret != 0 ? ret : jc_h5_set_doubles(group, "ranks_kept", 2, ranks, error);
    ret = ret != 0 ? ret : jc_h5_set_doubles(group, "pathway_ranks_kept", 2, pathway_ranks, error);
    free(name);
    return ret;
}

static int
write_blend(hid_t parent, const struct jc_results *results, const struct jc_blend_result *blend,
    struct jc_error *error)
{
    hid_t group;
    size_t j;
    int ret = create_group(parent, blend->name, &group, error);

    if (ret != 0) {
        return ret;
    }
    ret = write_blend_attributes(group, results, blend, error);
    for (j = 0; ret == 0 && j < blend->n_pathways; j++) {
        ret = write_pathway(group, results, blend, &blend->pathway[j], error);
    }
    (void) H5Gclose(group);
    return ret;
}

static int
write_records(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    hid_t records = -1, cases = -1, blends = -1;
    size_t j;
    int ret = create_group(file, "records", &records, error);

    ret = ret != 0 ? ret : create_group(records, "cases", &cases, error);
    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        ret = write_case(cases, &results->cases[j], error);
    }
    ret = ret != 0 ? ret : create_group(records, "blends", &blends, error);
    for (j = 0; ret == 0 && j < results->n_blends; j++) {
        ret = write_blend(blends, results, &results->blends[j], error);
    }
    (void) H5Gclose(blends);
    (void) H5Gclose(cases);
    (void) H5Gclose(records);
    return ret;
}

/* The fit of a case: coefficients, and what later work needs to draw them anew. */
static int
write_fit(hid_t parent, const char *name, const struct jc_fit_result *fit, struct jc_error *error)
{
    static const char *const terms[3] = { "intercept", "ln_input_tokens", "ln_output_tokens" };
    static const char *const dimensions[2] = { "coefficient", "with_coefficient" };
    static const hsize_t lengths[2] = { 3, 3 };
    hid_t group;
    int ret = create_group(parent, name, &group, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_h5_write_text_coordinate(group, "coefficient", 3, terms,
        "term of ln(throughput / (tokens/s))", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_text_coordinate(group, "with_coefficient", 3, terms, "the other term", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_variable(group, "estimate", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, dimensions,
            lengths, fit->coefficient, "1", "least-squares coefficients of ln throughput", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "unscaled_covariance", H5T_IEEE_F64LE,
                       H5T_NATIVE_DOUBLE, 2, dimensions, lengths, fit->unscaled_covariance, "1",
                       "(X'X)^-1; times residual_sd squared it is the covariance", error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(group, "rows", fit->n_rows, error);
    ret = ret != 0 ? ret
                   : jc_h5_set_uint64(group, "degrees_of_freedom", fit->degrees_of_freedom, error);
    ret = ret != 0 ? ret : jc_h5_set_double(group, "residual_sd", fit->residual_sd, error);
    ret =
        ret != 0 ? ret : jc_h5_set_double(group, "cap_tokens_per_s", fit->cap_tokens_per_s, error);
    (void) H5Gclose(group);
    return ret;
}

static int
write_models(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    hid_t models;
    size_t j;
    int ret = create_group(file, "models", &models, error);

    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        if (results->cases[j].fit.n_rows > 0) {
            ret = write_fit(models, results->cases[j].name, &results->cases[j].fit, error);
        }
    }
    (void) H5Gclose(models);
    return ret;
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
    ret = ret != 0
        ? ret
        : jc_h5_set_doubles(file, "quantiles", results->n_quantiles, results->quantile, error);
    return ret;
}

int
jc_file_write_results(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    int ret = write_root(file, results, error);

    ret = ret != 0 ? ret : write_records(file, results, error);
    ret = ret != 0 ? ret : write_models(file, results, error);
    ret = ret != 0 ? ret : jc_file_write_summary(file, results, error);
    return ret;
}
