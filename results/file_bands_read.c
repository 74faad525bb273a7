/*
 * /bands, read back: what every draw gave. The bands follow from it.
 */
#include "results/file.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "results/h5.h"
#include "results/h5_array.h"

/* Everything that a draw gives is finite and not negative; probabilities are at most 1. */
static int
check_numbers(size_t n, const double *numbers, double most, struct jc_error *error)
{
    size_t j = 0;

    while (j < n && numbers[j] >= 0 && numbers[j] <= most) {
        j++;
    }
    return j == n ? 0 : jc_fail(error, JC_ERROR_FORMAT, "bands: numbers that no draws give");
}

static int
read_names(hid_t group, const char *dimension, size_t *n, char ***name, char ***label,
    struct jc_error *error)
{
    size_t n_labels = 0;
    int ret = jc_h5_read_texts(group, dimension, name, n, error);

    ret = ret != 0 ? ret : jc_h5_read_texts(group, "label", label, &n_labels, error);
    if (ret == 0 && n_labels != *n) {
        jc_h5_free_texts(*label, n_labels);
        *label = NULL;
        ret = jc_fail(error, JC_ERROR_FORMAT, "bands: a %s has no label", dimension);
    }
    return ret;
}

static bool
are_nan(size_t n, const double *numbers)
{
    size_t j = 0;

    while (j < n && isnan(numbers[j])) {
        j++;
    }
    return j == n;
}

/* The series of a quantity of all members: one without it has nothing but NAN. */
static int
read_quantity(hid_t group, enum jc_quantity quantity, const struct jc_bands *bands, size_t n,
    struct jc_band_subject *subjects, struct jc_error *error)
{
    static const char *const suffix[3] = { "mean", "variance", "quantile" };
    const size_t draws = bands->n_draws;
    const size_t width[3] = { draws, draws, draws * bands->n_quantiles };
    double *all[3] = { NULL };
    struct jc_draw_series *series;
    char name[96];
    size_t j, k;
    int ret = 0;

    for (k = 0; ret == 0 && k < 3; k++) {
        (void) snprintf(name, sizeof(name), "%s_%s", jc_quantity_info(quantity)->name, suffix[k]);
        ret = jc_read_doubles(group, name, n * width[k], &all[k], error);
    }
    for (j = 0; ret == 0 && j < n; j++) {
        series = &subjects[j].series[quantity];
        if (are_nan(width[0], all[0] + j * width[0]) && are_nan(width[1], all[1] + j * width[1])
            && are_nan(width[2], all[2] + j * width[2])) {
            continue;
        }
        for (k = 0; ret == 0 && k < 3; k++) {
            ret = check_numbers(width[k], all[k] + j * width[k], DBL_MAX, error);
        }
        ret = ret != 0 ? ret : jc_draw_series_alloc(series, draws, bands->n_quantiles, error);
        if (ret == 0) {
            memcpy(series->mean, all[0] + j * width[0], width[0] * sizeof(double));
            memcpy(series->variance, all[1] + j * width[1], width[1] * sizeof(double));
            memcpy(series->quantile, all[2] + j * width[2], width[2] * sizeof(double));
        }
    }
    for (k = 0; k < 3; k++) {
        free(all[k]);
    }
    return ret;
}

static int
read_subjects(hid_t group, const char *dimension, const struct jc_bands *bands, size_t n,
    struct jc_band_subject *subjects, struct jc_error *error)
{
    char **name = NULL;
    char **label = NULL;
    char variable[96];
    size_t found = 0;
    size_t j, q;
    int ret = read_names(group, dimension, &found, &name, &label, error);

    if (ret == 0 && found != n) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "bands: %zu names of %zu members", found, n);
    }
    for (j = 0; ret == 0 && j < n; j++) {
        ret = jc_string_set(&subjects[j].name, name[j], error);
        ret = ret != 0 ? ret : jc_string_set(&subjects[j].label, label[j], error);
    }
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        (void) snprintf(variable, sizeof(variable), "%s_mean",
            jc_quantity_info((enum jc_quantity) q)->name);
        if (H5Lexists(group, variable, H5P_DEFAULT) > 0) {
            ret = read_quantity(group, (enum jc_quantity) q, bands, n, subjects, error);
        }
    }
    jc_h5_free_texts(name, found);
    jc_h5_free_texts(label, label != NULL ? found : 0);
    return ret;
}

/* How many there are along a dimension of a group, which may be missing. */
static int
count(hid_t bands, const char *group, const char *dimension, size_t *n, struct jc_error *error)
{
    char path[64];
    char **name = NULL;
    int ret = 0;

    *n = 0;
    (void) snprintf(path, sizeof(path), "%s/%s", group, dimension);
    if (H5Lexists(bands, group, H5P_DEFAULT) > 0) {
        ret = jc_h5_read_texts(bands, path, &name, n, error);
        jc_h5_free_texts(name, *n);
    }
    return ret;
}

/* Room for everything, once the axes are known. */
static int
read_axes(hid_t group, struct jc_bands *bands, struct jc_error *error)
{
    uint64_t *draw = NULL;
    double *quantile = NULL;
    char **label = NULL;
    uint64_t queries = 0;
    size_t n_draws = 0;
    size_t n_quantiles = 0;
    size_t n_words = 0;
    size_t n_cases, n_blends;
    int ret = count(group, "cases", "case", &n_cases, error);

    ret = ret != 0 ? ret : count(group, "blends", "blend", &n_blends, error);
    ret = ret != 0 ? ret : jc_h5_get_uint64(group, "queries", &queries, error);
    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(group, "cases/draw", H5T_INTEGER, H5T_NATIVE_UINT64,
                       sizeof(*draw), (void **) &draw, &n_draws, error);
    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(group, "cases/quantile", H5T_FLOAT, H5T_NATIVE_DOUBLE,
                       sizeof(*quantile), (void **) &quantile, &n_quantiles, error);
    ret = ret != 0 ? ret : jc_h5_read_texts(group, "unknowns/unknown", &label, &n_words, error);
    ret = ret != 0 ? ret : check_numbers(n_quantiles, quantile, 1, error);
    if (ret == 0 && (n_draws < 2 || n_cases == 0 || queries == 0)) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "bands without draws, cases or queries");
    }
    if (ret == 0) {
        ret = jc_bands_alloc(bands, n_draws, n_quantiles, n_cases, n_blends, n_words, error);
    }
    if (ret == 0) {
        memcpy(bands->quantile, quantile, n_quantiles * sizeof(double));
        bands->queries = queries;
    }
    for (size_t j = 0; ret == 0 && j < n_words; j++) {
        ret = jc_string_set(&bands->label[j], label[j], error);
    }
    free(draw);
    free(quantile);
    jc_h5_free_texts(label, n_words);
    return ret;
}

/* A group of n subjects, opened and read. */
static int
read_group(hid_t parent, const char *name, const char *dimension, size_t n,
    struct jc_band_subject *subjects, const struct jc_bands *bands, struct jc_error *error)
{
    hid_t group = H5Gopen2(parent, name, H5P_DEFAULT);
    int ret;

    if (group < 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "the group 'bands/%s' is damaged", name);
    }
    ret = read_subjects(group, dimension, bands, n, subjects, error);
    (void) H5Gclose(group);
    return ret;
}

static int
read_unknowns(hid_t group, struct jc_bands *bands, struct jc_error *error)
{
    double *uniform = NULL;
    int ret = jc_read_doubles(group, "unknowns/uniform", bands->n_words * bands->n_draws, &uniform,
        error);

    ret = ret != 0 ? ret : check_numbers(bands->n_words * bands->n_draws, uniform, 1, error);
    if (ret == 0) {
        memcpy(bands->uniform, uniform, bands->n_words * bands->n_draws * sizeof(double));
    }
    free(uniform);
    return ret;
}

int
jc_file_read_bands(hid_t file, struct jc_results *results, struct jc_error *error)
{
    struct jc_bands *bands = &results->bands;
    hid_t group;
    int ret;

    if (H5Lexists(file, "bands", H5P_DEFAULT) <= 0) {
        return 0;
    }
    group = H5Gopen2(file, "bands", H5P_DEFAULT);
    if (group < 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "the group 'bands' is damaged");
    }
    ret = read_axes(group, bands, error);
    ret = ret != 0 ? ret
                   : read_group(group, "cases", "case", bands->n_cases, bands->cases, bands, error);
    if (ret == 0 && bands->n_blends > 0) {
        ret = read_group(group, "blends", "blend", bands->n_blends, bands->blends, bands, error);
    }
    ret = ret != 0 ? ret : read_unknowns(group, bands, error);
    (void) H5Gclose(group);
    return ret;
}
