/*
 * /bands, written: what every draw gave, along `draw`, and the bands over the draws, along `band`, for cases
 * and blends.
 */
#include "results/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "results/h5.h"
#include "results/h5_array.h"

/* The members of a group and the axes that they share. */
struct set {
    const struct jc_bands *bands;
    const char *dimension; /* "case" or "blend" */
    size_t n;
    const struct jc_band_subject *member; /* [n] */
};

static const char *const layer_names[2] = { "query", "fleet" };

/* Puts the band of a column at a place of two arrays. */
static int
put_band(size_t n, const double *x, size_t stride, size_t place, double *values, double *bounds,
    struct jc_error *error)
{
    struct jc_band band;
    int ret = jc_band_of_column(n, x, stride, &band, error);

    if (ret == 0) {
        jc_put_band(&band, place, values, bounds);
    }
    return ret;
}

/* The draws of one statistic: the mean, the variance, or with `quantiles` these. */
static int
write_draws(const struct set *set, hid_t group, enum jc_quantity quantity, const char *statistic,
    struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    const struct jc_bands *bands = set->bands;
    const bool quantiles = statistic[0] == 'q';
    const size_t width = bands->n_draws * (quantiles ? bands->n_quantiles : 1);
    struct jc_array array = { 0 };
    char name[96], long_name[160], units[64];
    const double *from;
    size_t j, k;
    int ret;

    jc_array_along(&array, set->dimension, set->n);
    jc_array_along(&array, "draw", bands->n_draws);
    if (quantiles) {
        jc_array_along(&array, "quantile", bands->n_quantiles);
    }
    ret = jc_array_alloc(&array, error);
    for (j = 0; ret == 0 && j < set->n; j++) {
        const struct jc_draw_series *series = &set->member[j].series[quantity];

        from =
            quantiles ? series->quantile : (statistic[0] == 'm' ? series->mean : series->variance);
        for (k = 0; series->mean != NULL && k < width; k++) {
            array.value[j * width + k] = from[k];
        }
    }
    (void) snprintf(name, sizeof(name), "%s_%s", info->name, statistic);
    (void) snprintf(long_name, sizeof(long_name), "%s: %s of the queries of each draw", info->name,
        statistic);
    (void) snprintf(units, sizeof(units), statistic[0] == 'v' ? "(%s)2" : "%s", info->udunits);
    ret = ret != 0 ? ret : jc_array_write(&array, group, name, units, long_name, error);
    free(array.value);
    return ret;
}

/* The bands of the quantiles and of the mean, with their bounds. */
static int
write_bands(const struct set *set, hid_t group, enum jc_quantity quantity, bool of_mean,
    struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    const struct jc_bands *bands = set->bands;
    const size_t width = of_mean ? 1 : bands->n_quantiles;
    const char *suffix = of_mean ? "_mean" : "";
    struct jc_array values = { 0 };
    struct jc_array bounds;
    char name[96], long_name[160];
    size_t j, k;
    int ret;

    jc_array_along(&values, set->dimension, set->n);
    if (!of_mean) {
        jc_array_along(&values, "quantile", width);
    }
    jc_array_along(&values, "band", JC_BAND_RANKS);
    bounds = values;
    jc_array_along(&bounds, "bound", 2);
    ret = jc_array_alloc(&values, error);
    ret = ret != 0 ? ret : jc_array_alloc(&bounds, error);
    for (j = 0; ret == 0 && j < set->n; j++) {
        const struct jc_draw_series *series = &set->member[j].series[quantity];

        for (k = 0; ret == 0 && series->mean != NULL && k < width; k++) {
            ret = put_band(bands->n_draws, of_mean ? series->mean : series->quantile + k, width,
                j * width + k, values.value, bounds.value, error);
        }
    }
    (void) snprintf(name, sizeof(name), "%s%s_band", info->name, suffix);
    (void) snprintf(long_name, sizeof(long_name), "%s: quantiles of %s over the draws", info->name,
        of_mean ? "the mean" : "each quantile");
    ret = ret != 0 ? ret : jc_array_write(&values, group, name, info->udunits, long_name, error);
    (void) snprintf(name, sizeof(name), "%s%s_band_bounds", info->name, suffix);
    ret = ret != 0
        ? ret
        : jc_array_write(&bounds, group, name, info->udunits, "95 % confidence interval", error);
    free(values.value);
    free(bounds.value);
    return ret;
}

static int
write_shares(const struct set *set, hid_t group, enum jc_quantity quantity, struct jc_error *error)
{
    struct jc_array array = { 0 };
    struct jc_variance_shares shares;
    char name[96];
    size_t j;
    int ret;

    jc_array_along(&array, set->dimension, set->n);
    jc_array_along(&array, "layer", 2);
    ret = jc_array_alloc(&array, error);
    for (j = 0; ret == 0 && j < set->n; j++) {
        if (set->member[j].series[quantity].mean != NULL) {
            shares = jc_variance_shares(&set->member[j].series[quantity], set->bands->n_draws);
            array.value[2 * j] = shares.query;
            array.value[2 * j + 1] = shares.fleet;
        }
    }
    (void) snprintf(name, sizeof(name), "%s_variance_share", jc_quantity_info(quantity)->name);
    ret = ret != 0 ? ret
                   : jc_array_write(&array, group, name, "1",
                       "share of the variance that is between queries, and between draws", error);
    free(array.value);
    return ret;
}

static int
write_quantity(const struct set *set, hid_t group, enum jc_quantity quantity,
    struct jc_error *error)
{
    bool any = false;
    size_t j;
    int ret;

    for (j = 0; j < set->n; j++) {
        any |= set->member[j].series[quantity].mean != NULL;
    }
    if (!any) {
        return 0;
    }
    ret = write_bands(set, group, quantity, false, error);
    ret = ret != 0 ? ret : write_bands(set, group, quantity, true, error);
    ret = ret != 0 ? ret : write_shares(set, group, quantity, error);
    ret = ret != 0 ? ret : write_draws(set, group, quantity, "mean", error);
    ret = ret != 0 ? ret : write_draws(set, group, quantity, "variance", error);
    return ret != 0 ? ret : write_draws(set, group, quantity, "quantile", error);
}

/* The axes of the draws and the bands. */
/* Texts of the members along their axis. */
static int
write_labels(hid_t group, const char *dimension, size_t n, const char *const *label,
    struct jc_error *error)
{
    const hsize_t length = n;
    hid_t type = jc_h5_text_type();
    int ret = jc_h5_write_variable(group, "label", type, type, 1, &dimension, &length, label, NULL,
        "name for people", error);

    (void) H5Tclose(type);
    return ret;
}

static int
write_members(const struct set *set, hid_t group, struct jc_error *error)
{
    const char **text = calloc(2 * set->n + 1, sizeof(*text));
    size_t j;
    int ret = text == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < set->n; j++) {
        text[j] = set->member[j].name;
        text[set->n + j] = set->member[j].label;
    }
    ret = ret != 0
        ? ret
        : jc_h5_write_text_coordinate(group, set->dimension, set->n, text, set->dimension, error);
    ret = ret != 0 ? ret
                   : jc_h5_write_coordinate(group, "quantile", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
                       set->bands->n_quantiles, set->bands->quantile, "1", "probability", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_text_coordinate(group, "layer", 2, layer_names,
                       "what varies: queries of a draw, or draws", error);
    ret = ret != 0 ? ret : write_labels(group, set->dimension, set->n, text + set->n, error);
    free(text);
    return ret;
}

static int
write_set(const struct set *set, hid_t group, struct jc_error *error)
{
    int ret = write_members(set, group, error);
    size_t q;

    ret = ret != 0 ? ret : jc_write_draw_axis(group, set->bands->n_draws, error);
    ret = ret != 0 ? ret : jc_write_band_axes(group, error);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        ret = write_quantity(set, group, (enum jc_quantity) q, error);
    }
    return ret;
}

/* The coordinates of every draw among all that could be. */
static int
write_unknowns(const struct jc_bands *bands, hid_t group, struct jc_error *error)
{
    const char *const dimension[2] = { "unknown", "draw" };
    const hsize_t length[2] = { bands->n_words, bands->n_draws };
    int ret = jc_h5_write_text_coordinate(group, "unknown", bands->n_words,
        (const char *const *) bands->label, "stream of an unknown", error);

    ret = ret != 0 ? ret : jc_write_draw_axis(group, bands->n_draws, error);
    return ret != 0
        ? ret
        : jc_h5_write_variable(group, "uniform", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2, dimension,
            length, bands->uniform, "1", "what was drawn of it, as a probability", error);
}

/* A group of /bands: of a set, or of the unknowns. */
static int
write_group(hid_t parent, const char *name, const struct set *set, const struct jc_bands *bands,
    struct jc_error *error)
{
    hid_t group = jc_h5_create_group(parent, name);
    int ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", name) : 0;

    if (ret == 0) {
        ret = set != NULL ? write_set(set, group, error) : write_unknowns(bands, group, error);
        (void) H5Gclose(group);
    }
    return ret;
}

int
jc_file_write_bands(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    const struct jc_bands *bands = &results->bands;
    const struct set cases = { bands, "case", bands->n_cases, bands->cases };
    const struct set blends = { bands, "blend", bands->n_blends, bands->blends };
    hid_t group;
    int ret;

    if (bands->n_draws == 0) {
        return 0;
    }
    group = jc_h5_create_group(file, "bands");
    ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", "bands")
                    : jc_h5_set_uint64(group, "queries", bands->queries, error);
    ret = ret != 0 ? ret : write_group(group, "cases", &cases, bands, error);
    if (ret == 0 && bands->n_blends > 0) {
        ret = write_group(group, "blends", &blends, bands, error);
    }
    ret = ret != 0 ? ret : write_group(group, "unknowns", NULL, bands, error);
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}
