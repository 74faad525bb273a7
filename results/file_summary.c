/*
 * /summary: the statistics of each set (cases, blends, the pathways of each blend) as arrays over its
 * members: QUANTITY(member, quantile), QUANTITY_bounds(member, quantile, bound),
 * QUANTITY_moments(member, moment).
 */
#include "results/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/h5.h"
#include "results/statistics.h"

enum moment { N, MEAN, MEAN_ERROR, SD, MIN, MAX, MOMENTS };
static const char *const moment_names[MOMENTS] = { "n", "mean", "mean_error", "sd", "min", "max" };
static const char *const bound_names[2] = { "lower", "upper" };

/* What is tabled together: all cases, all blends, or the pathways of one blend. */
struct set {
    const struct jc_results *results;
    enum { CASES, BLENDS, PATHWAYS } kind;
    size_t n_members;
    const struct jc_blend_result *blend; /* of pathways */
};

static const char *const dimensions[] = { "case", "blend", "pathway" };

/* The statistics of one quantity; NAN where a member does not have it. */
struct table {
    double *quantile; /* [n_members][n_quantiles] */
    double *bound;    /* [n_members][n_quantiles][2] */
    double *moment;   /* [n_members][MOMENTS] */
};

static const char *
member_name(const struct set *set, size_t member)
{
    if (set->kind == PATHWAYS) {
        return set->blend->pathway[member].name;
    }
    return set->kind == CASES ? set->results->cases[member].name
                              : set->results->blends[member].name;
}

static bool
member_has(const struct set *set, size_t member, enum jc_quantity quantity)
{
    if (set->kind == PATHWAYS) {
        return quantity == JC_ENERGY;
    }
    return set->kind == CASES
        ? set->results->cases[member].recorded[quantity]
        : jc_results_blend_has(set->results, &set->results->blends[member], quantity) != 0;
}

static int
member_mixture(const struct set *set, size_t member, enum jc_quantity quantity,
    struct jc_mixture *mixture, struct jc_error *error)
{
    if (set->kind == PATHWAYS) {
        return jc_results_pathway_mixture(set->results, set->blend, &set->blend->pathway[member],
            mixture, error);
    }
    if (set->kind == CASES) {
        return jc_results_case_mixture(set->results, member, quantity, mixture, error);
    }
    return jc_results_blend_mixture(set->results, &set->results->blends[member], quantity, mixture,
        error);
}

static int
table_init(struct table *self, size_t n_members, size_t n_quantiles, struct jc_error *error)
{
    const size_t size = n_members * (3 * n_quantiles + MOMENTS);
    size_t j;

    self->quantile = malloc(size * sizeof(double));
    if (self->quantile == NULL) {
        return jc_fail_memory(error);
    }
    self->bound = self->quantile + n_members * n_quantiles;
    self->moment = self->bound + 2 * n_members * n_quantiles;
    for (j = 0; j < size; j++) {
        self->quantile[j] = NAN;
    }
    return 0;
}

static int
table_fill(struct table *self, const struct set *set, size_t member, enum jc_quantity quantity,
    struct jc_error *error)
{
    const size_t n = set->results->n_quantiles;
    double *moment = self->moment + member * MOMENTS;
    struct jc_mixture mixture;
    struct jc_statistics statistics;
    size_t j;
    int ret = member_mixture(set, member, quantity, &mixture, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_mixture_statistics(&mixture, n, set->results->quantile, true, &statistics, error);
    jc_mixture_free(&mixture);
    if (ret != 0) {
        return ret;
    }
    moment[N] = (double) statistics.n;
    moment[MEAN] = statistics.mean;
    moment[MEAN_ERROR] = statistics.mean_error;
    moment[SD] = statistics.sd;
    moment[MIN] = statistics.min;
    moment[MAX] = statistics.max;
    for (j = 0; j < n; j++) {
        self->quantile[member * n + j] = statistics.quantile[j];
        self->bound[2 * (member * n + j)] = statistics.lower[j];
        self->bound[2 * (member * n + j) + 1] = statistics.upper[j];
    }
    jc_statistics_free(&statistics);
    return 0;
}

static int
table_write(const struct table *self, const struct set *set, hid_t group, enum jc_quantity quantity,
    struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    const char *const over_quantiles[3] = { dimensions[set->kind], "quantile", "bound" };
    const char *const over_moments[2] = { dimensions[set->kind], "moment" };
    const hsize_t quantile_lengths[3] = { set->n_members, set->results->n_quantiles, 2 };
    const hsize_t moment_lengths[2] = { set->n_members, MOMENTS };
    const hid_t type = H5T_IEEE_F64LE;
    const hid_t memory = H5T_NATIVE_DOUBLE;
    char name[64];
    char text[160];
    int ret;

    (void) snprintf(text, sizeof(text), "quantiles of %s", info->long_name);
    ret = jc_h5_write_variable(group, info->name, type, memory, 2, over_quantiles, quantile_lengths,
        self->quantile, info->udunits, text, error);
    (void) snprintf(name, sizeof(name), "%s_bounds", info->name);
    (void) snprintf(text, sizeof(text), "95 %% confidence bounds of the quantiles of %s",
        info->long_name);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, name, type, memory, 3, over_quantiles,
                       quantile_lengths, self->bound, info->udunits, text, error);
    (void) snprintf(name, sizeof(name), "%s_moments", info->name);
    (void) snprintf(text, sizeof(text),
        "number of values (without unit), moments and extremes of %s", info->long_name);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, name, type, memory, 2, over_moments,
                       moment_lengths, self->moment, info->udunits, text, error);
    return ret;
}

static int
write_quantity(const struct set *set, hid_t group, enum jc_quantity quantity,
    struct jc_error *error)
{
    struct table table;
    bool any = false;
    size_t j;
    int ret = 0;

    for (j = 0; j < set->n_members; j++) {
        any |= member_has(set, j, quantity);
    }
    if (!any) {
        return 0;
    }
    ret = table_init(&table, set->n_members, set->results->n_quantiles, error);
    if (ret != 0) {
        return ret;
    }
    for (j = 0; ret == 0 && j < set->n_members; j++) {
        if (member_has(set, j, quantity)) {
            ret = table_fill(&table, set, j, quantity, error);
        }
    }
    ret = ret != 0 ? ret : table_write(&table, set, group, quantity, error);
    free(table.quantile);
    return ret;
}

static int
write_coordinates(const struct set *set, hid_t group, struct jc_error *error)
{
    const struct jc_results *results = set->results;
    const char **name = calloc(set->n_members, sizeof(*name));
    size_t j;
    int ret = name == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < set->n_members; j++) {
        name[j] = member_name(set, j);
    }
    ret = ret != 0 ? ret
                   : jc_h5_write_text_coordinate(group, dimensions[set->kind], set->n_members, name,
                       dimensions[set->kind], error);
    free(name);
    ret = ret != 0 ? ret
                   : jc_h5_write_coordinate(group, "quantile", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
                       results->n_quantiles, results->quantile, "1", "probability", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_text_coordinate(group, "bound", 2, bound_names, "confidence bound", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_text_coordinate(group, "moment", MOMENTS, moment_names, "statistic", error);
    return ret;
}

static int
write_set(const struct set *set, hid_t parent, const char *name, struct jc_error *error)
{
    hid_t group = jc_h5_create_group(parent, name);
    size_t q;
    int ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", name)
                        : write_coordinates(set, group, error);

    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        ret = write_quantity(set, group, (enum jc_quantity) q, error);
    }
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}

static int
write_pathways(const struct jc_results *results, hid_t summary, struct jc_error *error)
{
    struct set set = { .results = results, .kind = PATHWAYS };
    hid_t group = jc_h5_create_group(summary, "pathways");
    size_t j;
    int ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", "pathways") : 0;

    for (j = 0; ret == 0 && j < results->n_blends; j++) {
        set.blend = &results->blends[j];
        set.n_members = set.blend->n_pathways;
        if (set.n_members > 0) {
            ret = write_set(&set, group, set.blend->name, error);
        }
    }
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}

int
jc_file_write_summary(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    const struct set cases = { .results = results, .kind = CASES, .n_members = results->n_cases };
    const struct set blends = { .results = results,
        .kind = BLENDS,
        .n_members = results->n_blends };
    hid_t summary = jc_h5_create_group(file, "summary");
    int ret = summary < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", "summary") : 0;

    ret = ret != 0 ? ret : write_set(&cases, summary, "cases", error);
    if (results->n_blends > 0) {
        ret = ret != 0 ? ret : write_set(&blends, summary, "blends", error);
        ret = ret != 0 ? ret : write_pathways(results, summary, error);
    }
    if (summary >= 0) {
        (void) H5Gclose(summary);
    }
    return ret;
}

int
jc_file_check_units(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    const struct jc_quantity_info *info;
    char name[96];
    char *units = NULL;
    hid_t dataset;
    size_t q;
    int ret = 0;

    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        info = jc_quantity_info((enum jc_quantity) q);
        (void) snprintf(name, sizeof(name), "summary/cases/%s", info->name);
        dataset = results->cases[0].recorded[q] ? H5Dopen2(file, name, H5P_DEFAULT) : -1;
        if (dataset < 0) {
            continue;
        }
        ret = jc_h5_get_text(dataset, "units", &units, error);
        if (ret == 0 && strcmp(units, info->udunits) != 0) {
            ret = jc_fail(error, JC_ERROR_FORMAT, "%s is in '%s', this program reads '%s'",
                info->name, units, info->udunits);
        }
        free(units);
        units = NULL;
        (void) H5Dclose(dataset);
    }
    return ret;
}
