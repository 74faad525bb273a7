/* /summary: for each set (cases, blends, pathways) arrays over its members and the quantiles. */
#include "results/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/h5.h"

/* What is tabled for a quantity: arrays of n members, or of n members x n quantiles. */
enum column { MEAN, MEAN_ERROR, SD, MIN, MAX, COUNT, SCALARS };
enum matrix { QUANTILE, LOWER, UPPER, MATRICES };

static const char *const scalar_suffix[SCALARS] = { "_mean", "_mean_error", "_sd", "_min", "_max",
    "_n" };
static const char *const scalar_name[SCALARS] = { "mean of", "standard error of the mean of",
    "standard deviation of", "smallest", "largest", "number of values of" };
static const char *const matrix_suffix[MATRICES] = { "", "_lower", "_upper" };
static const char *const matrix_name[MATRICES] = { "quantiles of", "lower 95 % confidence bound of",
    "upper 95 % confidence bound of" };

struct table {
    size_t n_members;
    size_t n_quantiles;
    double *scalar[SCALARS];  /* [n_members] NAN where there is nothing */
    double *matrix[MATRICES]; /* [n_members * n_quantiles] */
    double *storage;
};

static int
table_init(struct table *self, size_t n_members, size_t n_quantiles, struct jc_error *error)
{
    const size_t size = n_members * (SCALARS + MATRICES * n_quantiles);
    size_t j;

    *self = (struct table){ .n_members = n_members, .n_quantiles = n_quantiles };
    self->storage = malloc((size + 1) * sizeof(double));
    if (self->storage == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < size; j++) {
        self->storage[j] = NAN;
    }
    for (j = 0; j < SCALARS; j++) {
        self->scalar[j] = self->storage + j * n_members;
    }
    for (j = 0; j < MATRICES; j++) {
        self->matrix[j] = self->storage + (SCALARS + j * n_quantiles) * n_members;
    }
    return 0;
}

/* Fills the row of a member with the statistics of a mixture, and frees the mixture. */
static int
table_set(struct table *self, size_t member, struct jc_mixture *mixture, const double *probability,
    struct jc_error *error)
{
    struct jc_statistics statistics;
    const size_t n = self->n_quantiles;
    int ret = jc_mixture_statistics(mixture, n, probability, &statistics, error);

    jc_mixture_free(mixture);
    if (ret != 0) {
        return ret;
    }
    self->scalar[MEAN][member] = statistics.mean;
    self->scalar[MEAN_ERROR][member] = statistics.mean_error;
    self->scalar[SD][member] = statistics.sd;
    self->scalar[MIN][member] = statistics.min;
    self->scalar[MAX][member] = statistics.max;
    self->scalar[COUNT][member] = (double) statistics.n;
    memcpy(self->matrix[QUANTILE] + member * n, statistics.quantile, n * sizeof(double));
    memcpy(self->matrix[LOWER] + member * n, statistics.lower, n * sizeof(double));
    memcpy(self->matrix[UPPER] + member * n, statistics.upper, n * sizeof(double));
    jc_statistics_free(&statistics);
    return 0;
}

/* Writes a table of a quantity over the leading dimensions and the quantiles. */
static int
table_write(const struct table *self, hid_t group, enum jc_quantity quantity, size_t rank,
    const char *const *dimension, const hsize_t *length, struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    char name[64];
    char long_name[128];
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < MATRICES; j++) {
        (void) snprintf(name, sizeof(name), "%s%s", info->name, matrix_suffix[j]);
        (void) snprintf(long_name, sizeof(long_name), "%s %s", matrix_name[j], info->long_name);
        ret = jc_h5_write_variable(group, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, rank, dimension,
            length, self->matrix[j], info->udunits, long_name, error);
    }
    for (j = 0; ret == 0 && j < SCALARS; j++) {
        (void) snprintf(name, sizeof(name), "%s%s", info->name, scalar_suffix[j]);
        (void) snprintf(long_name, sizeof(long_name), "%s %s", scalar_name[j], info->long_name);
        ret = jc_h5_write_variable(group, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, rank - 1,
            dimension, length, self->scalar[j], j == COUNT ? "1" : info->udunits, long_name, error);
    }
    return ret;
}

/* A group with the coordinate of its members (and of pathways) and that of the quantiles. */
static int
begin_set(hid_t summary, const char *name, const struct jc_results *results, hid_t *group,
    struct jc_error *error)
{
    *group = jc_h5_create_group(summary, name);
    if (*group < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write", name);
    }
    return jc_h5_write_coordinate(*group, "quantile", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
        results->n_quantiles, results->quantile, "1", "probability", error);
}

static int
write_cases(hid_t group, const struct jc_results *results, struct jc_error *error)
{
    static const char *const dimensions[2] = { "case", "quantile" };
    const hsize_t lengths[2] = { results->n_cases, results->n_quantiles };
    const char **name = calloc(results->n_cases, sizeof(*name));
    struct jc_mixture mixture;
    struct table table;
    size_t j, q;
    bool any;
    int ret;

    if (name == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < results->n_cases; j++) {
        name[j] = results->cases[j].name;
    }
    ret = jc_h5_write_text_coordinate(group, "case", results->n_cases, name, "case", error);
    free(name);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        ret = table_init(&table, results->n_cases, results->n_quantiles, error);
        any = false;
        for (j = 0; ret == 0 && j < results->n_cases; j++) {
            if (results->cases[j].recorded[q]) {
                any = true;
                ret = jc_results_case_mixture(results, j, (enum jc_quantity) q, &mixture, error);
                ret = ret != 0 ? ret : table_set(&table, j, &mixture, results->quantile, error);
            }
        }
        if (ret == 0 && any) {
            ret = table_write(&table, group, (enum jc_quantity) q, 2, dimensions, lengths, error);
        }
        free(table.storage);
    }
    return ret;
}

static int
write_blends(hid_t group, const struct jc_results *results, struct jc_error *error)
{
    static const char *const dimensions[2] = { "blend", "quantile" };
    const hsize_t lengths[2] = { results->n_blends, results->n_quantiles };
    const char **name = calloc(results->n_blends, sizeof(*name));
    struct jc_mixture mixture;
    struct table table;
    size_t j, q;
    bool any;
    int ret;

    if (name == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < results->n_blends; j++) {
        name[j] = results->blends[j].name;
    }
    ret = jc_h5_write_text_coordinate(group, "blend", results->n_blends, name, "blend of cases",
        error);
    free(name);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        ret = table_init(&table, results->n_blends, results->n_quantiles, error);
        any = false;
        for (j = 0; ret == 0 && j < results->n_blends; j++) {
            if (jc_results_blend_has(results, &results->blends[j], (enum jc_quantity) q)) {
                any = true;
                ret = jc_results_blend_mixture(results, &results->blends[j], (enum jc_quantity) q,
                    &mixture, error);
                ret = ret != 0 ? ret : table_set(&table, j, &mixture, results->quantile, error);
            }
        }
        if (ret == 0 && any) {
            ret = table_write(&table, group, (enum jc_quantity) q, 2, dimensions, lengths, error);
        }
        free(table.storage);
    }
    return ret;
}

/* The pathways of one blend, in a group of its own. */
static int
write_pathways(hid_t group, const struct jc_results *results, const struct jc_blend_result *blend,
    struct jc_error *error)
{
    static const char *const dimensions[2] = { "pathway", "quantile" };
    const hsize_t lengths[2] = { blend->n_pathways, results->n_quantiles };
    const char **name = calloc(blend->n_pathways, sizeof(*name));
    struct jc_mixture mixture;
    struct table table;
    size_t j;
    int ret;

    if (name == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < blend->n_pathways; j++) {
        name[j] = blend->pathway[j].name;
    }
    ret = jc_h5_write_text_coordinate(group, "pathway", blend->n_pathways, name,
        "efficiency pathway", error);
    free(name);
    if (ret != 0) {
        return ret;
    }
    ret = table_init(&table, blend->n_pathways, results->n_quantiles, error);
    for (j = 0; ret == 0 && j < blend->n_pathways; j++) {
        ret = jc_results_pathway_mixture(blend, &blend->pathway[j], &mixture, error);
        ret = ret != 0 ? ret : table_set(&table, j, &mixture, results->quantile, error);
    }
    ret = ret != 0 ? ret : table_write(&table, group, JC_ENERGY, 2, dimensions, lengths, error);
    free(table.storage);
    return ret;
}

static int
write_all_pathways(hid_t summary, const struct jc_results *results, struct jc_error *error)
{
    hid_t pathways = jc_h5_create_group(summary, "pathways");
    hid_t group;
    size_t j;
    int ret = pathways < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", "pathways") : 0;

    for (j = 0; ret == 0 && j < results->n_blends; j++) {
        if (results->blends[j].n_pathways > 0) {
            ret = begin_set(pathways, results->blends[j].name, results, &group, error);
            ret = ret != 0 ? ret : write_pathways(group, results, &results->blends[j], error);
            (void) H5Gclose(group);
        }
    }
    (void) H5Gclose(pathways);
    return ret;
}

int
jc_file_write_summary(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    hid_t summary = jc_h5_create_group(file, "summary");
    hid_t group = -1;
    int ret = summary < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", "summary") : 0;

    if (ret == 0) {
        ret = begin_set(summary, "cases", results, &group, error);
        ret = ret != 0 ? ret : write_cases(group, results, error);
        (void) H5Gclose(group);
    }
    if (ret == 0 && results->n_blends > 0) {
        ret = begin_set(summary, "blends", results, &group, error);
        ret = ret != 0 ? ret : write_blends(group, results, error);
        (void) H5Gclose(group);
        ret = ret != 0 ? ret : write_all_pathways(summary, results, error);
    }
    (void) H5Gclose(summary);
    return ret;
}
