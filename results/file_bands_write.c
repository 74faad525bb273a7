/*
 * /bands, written: what every draw gave, along `draw`, and the bands over the draws, along `band`, for cases,
 * blends and fleets.
 */
#include "results/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "results/h5.h"

/* The members of a group and the axes that they share. */
struct set {
    const struct jc_bands *bands;
    const char *dimension; /* "case" or "blend" */
    size_t n;
    const struct jc_band_subject *member; /* [n] */
};

/* An array and its axes. */
struct array {
    size_t rank;
    const char *dimension[4];
    hsize_t length[4];
    double *value;
};

static const char *const bound_names[2] = { "lower", "upper" };
static const char *const layer_names[2] = { "query", "fleet" };

/* Adds an axis. */
static void
along(struct array *self, const char *dimension, size_t length)
{
    self->dimension[self->rank] = dimension;
    self->length[self->rank++] = length;
}

/* Room for all values, NAN at first. */
static int
array_alloc(struct array *self, struct jc_error *error)
{
    size_t n = 1;
    size_t k;

    for (k = 0; k < self->rank; k++) {
        n *= self->length[k];
    }
    self->value = malloc((n + 1) * sizeof(double));
    if (self->value == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < n; k++) {
        self->value[k] = NAN;
    }
    return 0;
}

static int
array_write(const struct array *self, hid_t group, const char *name, const char *units,
    const char *long_name, struct jc_error *error)
{
    return jc_h5_write_variable(group, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, self->rank,
        self->dimension, self->length, self->value, units, long_name, error);
}

/* Puts a band and its bounds at a place of two arrays. */
static int
put_band(size_t n, const double *x, size_t stride, size_t place, double *values, double *bounds,
    struct jc_error *error)
{
    struct jc_band band;
    size_t k;
    int ret = jc_band_of_column(n, x, stride, &band, error);

    for (k = 0; ret == 0 && k < JC_BAND_RANKS; k++) {
        values[place * JC_BAND_RANKS + k] = band.value[k];
        bounds[2 * (place * JC_BAND_RANKS + k)] = band.lower[k];
        bounds[2 * (place * JC_BAND_RANKS + k) + 1] = band.upper[k];
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
    struct array array = { 0 };
    char name[96], long_name[160], units[64];
    const double *from;
    size_t j, k;
    int ret;

    along(&array, set->dimension, set->n);
    along(&array, "draw", bands->n_draws);
    if (quantiles) {
        along(&array, "quantile", bands->n_quantiles);
    }
    ret = array_alloc(&array, error);
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
    ret = ret != 0 ? ret : array_write(&array, group, name, units, long_name, error);
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
    struct array values = { 0 };
    struct array bounds;
    char name[96], long_name[160];
    size_t j, k;
    int ret;

    along(&values, set->dimension, set->n);
    if (!of_mean) {
        along(&values, "quantile", width);
    }
    along(&values, "band", JC_BAND_RANKS);
    bounds = values;
    along(&bounds, "bound", 2);
    ret = array_alloc(&values, error);
    ret = ret != 0 ? ret : array_alloc(&bounds, error);
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
    ret = ret != 0 ? ret : array_write(&values, group, name, info->udunits, long_name, error);
    (void) snprintf(name, sizeof(name), "%s%s_band_bounds", info->name, suffix);
    ret = ret != 0
        ? ret
        : array_write(&bounds, group, name, info->udunits, "95 % confidence interval", error);
    free(values.value);
    free(bounds.value);
    return ret;
}

static int
write_shares(const struct set *set, hid_t group, enum jc_quantity quantity, struct jc_error *error)
{
    struct array array = { 0 };
    struct jc_variance_shares shares;
    char name[96];
    size_t j;
    int ret;

    along(&array, set->dimension, set->n);
    along(&array, "layer", 2);
    ret = array_alloc(&array, error);
    for (j = 0; ret == 0 && j < set->n; j++) {
        if (set->member[j].series[quantity].mean != NULL) {
            shares = jc_variance_shares(&set->member[j].series[quantity], set->bands->n_draws);
            array.value[2 * j] = shares.query;
            array.value[2 * j + 1] = shares.fleet;
        }
    }
    (void) snprintf(name, sizeof(name), "%s_variance_share", jc_quantity_info(quantity)->name);
    ret = ret != 0 ? ret
                   : array_write(&array, group, name, "1",
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
static int
write_draw_axes(const struct jc_bands *bands, hid_t group, struct jc_error *error)
{
    uint64_t *draw = malloc(bands->n_draws * sizeof(*draw));
    size_t k;
    int ret = draw == NULL ? jc_fail_memory(error) : 0;

    for (k = 0; ret == 0 && k < bands->n_draws; k++) {
        draw[k] = k;
    }
    ret = ret != 0 ? ret
                   : jc_h5_write_coordinate(group, "draw", H5T_STD_U64LE, H5T_NATIVE_UINT64,
                       bands->n_draws, draw, "1", "draw of what is unknown", error);
    free(draw);
    return ret;
}

static int
write_band_axes(hid_t group, struct jc_error *error)
{
    int ret = jc_h5_write_coordinate(group, "band", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
        JC_BAND_RANKS, jc_band_ranks, "1", "probability over the draws", error);

    return ret != 0
        ? ret
        : jc_h5_write_text_coordinate(group, "bound", 2, bound_names, "confidence bound", error);
}

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

    ret = ret != 0 ? ret : write_draw_axes(set->bands, group, error);
    ret = ret != 0 ? ret : write_band_axes(group, error);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        ret = write_quantity(set, group, (enum jc_quantity) q, error);
    }
    return ret;
}

static int
write_total(const struct jc_bands *bands, hid_t group, size_t t, struct jc_error *error)
{
    const char *quantity = jc_quantity_info(jc_fleet_quantities[t].quantity)->name;
    const char *units = jc_fleet_quantities[t].udunits;
    struct array draws = { 0 };
    struct array values = { 0 };
    struct array bounds;
    char name[96], long_name[160];
    size_t j, k;
    int ret;

    along(&draws, "fleet", bands->n_fleets);
    along(&values, "fleet", bands->n_fleets);
    along(&values, "band", JC_BAND_RANKS);
    bounds = values;
    along(&bounds, "bound", 2);
    along(&draws, "draw", bands->n_draws);
    ret = array_alloc(&draws, error);
    ret = ret != 0 ? ret : array_alloc(&values, error);
    ret = ret != 0 ? ret : array_alloc(&bounds, error);
    for (j = 0; ret == 0 && j < bands->n_fleets; j++) {
        const double *total = bands->fleets[j].total[t];

        for (k = 0; total != NULL && k < bands->n_draws; k++) {
            draws.value[j * bands->n_draws + k] = total[k];
        }
        if (total != NULL) {
            ret = put_band(bands->n_draws, total, 1, j, values.value, bounds.value, error);
        }
    }
    (void) snprintf(long_name, sizeof(long_name), "%s of all queries of the fleet", quantity);
    ret = ret != 0 ? ret : array_write(&draws, group, quantity, units, long_name, error);
    (void) snprintf(name, sizeof(name), "%s_band", quantity);
    (void) snprintf(long_name, sizeof(long_name), "%s: quantiles over the draws", quantity);
    ret = ret != 0 ? ret : array_write(&values, group, name, units, long_name, error);
    (void) snprintf(name, sizeof(name), "%s_band_bounds", quantity);
    ret = ret != 0 ? ret
                   : array_write(&bounds, group, name, units, "95 % confidence interval", error);
    free(draws.value);
    free(values.value);
    free(bounds.value);
    return ret;
}

static int
write_fleets(const struct jc_bands *bands, hid_t group, struct jc_error *error)
{
    const size_t n = bands->n_fleets;
    const char **text = calloc(2 * n + 1, sizeof(*text));
    size_t j, t;
    int ret = text == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < n; j++) {
        text[j] = bands->fleets[j].name;
        text[n + j] = bands->fleets[j].label;
    }
    ret = ret != 0 ? ret : jc_h5_write_text_coordinate(group, "fleet", n, text, "fleet", error);
    ret = ret != 0 ? ret : write_draw_axes(bands, group, error);
    ret = ret != 0 ? ret : write_band_axes(group, error);
    ret = ret != 0 ? ret : write_labels(group, "fleet", n, text + n, error);
    for (t = 0; ret == 0 && t < JC_FLEET_TOTALS; t++) {
        ret = write_total(bands, group, t, error);
    }
    free(text);
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

    ret = ret != 0 ? ret : write_draw_axes(bands, group, error);
    return ret != 0
        ? ret
        : jc_h5_write_variable(group, "uniform", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2, dimension,
            length, bands->uniform, "1", "what was drawn of it, as a probability", error);
}

/* A group of /bands, made by one of the functions above. */
static int
write_group(hid_t parent, const char *name, const struct set *set, const struct jc_bands *bands,
    int (*write)(const struct jc_bands *, hid_t, struct jc_error *), struct jc_error *error)
{
    hid_t group = jc_h5_create_group(parent, name);
    int ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", name) : 0;

    if (ret == 0) {
        ret = set != NULL ? write_set(set, group, error) : write(bands, group, error);
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
    ret = ret != 0 ? ret : write_group(group, "cases", &cases, bands, NULL, error);
    if (ret == 0 && bands->n_blends > 0) {
        ret = write_group(group, "blends", &blends, bands, NULL, error);
    }
    if (ret == 0 && bands->n_fleets > 0) {
        ret = write_group(group, "fleets", NULL, bands, write_fleets, error);
    }
    ret = ret != 0 ? ret : write_group(group, "unknowns", NULL, bands, write_unknowns, error);
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}
