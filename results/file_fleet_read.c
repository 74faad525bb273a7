/*
 * /fleet, read back.
 */
#include "results/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "results/file_fleet.h"
#include "results/h5.h"

#define NAME_LENGTH 96

/* One number of each fleet, to the member of its struct at `offset`; `missing` where the variable is not there. */
static int
read_member(hid_t group, struct jc_fleets *fleets, const char *name, size_t offset, double missing,
    struct jc_error *error)
{
    double *number = NULL;
    size_t j;
    int ret = jc_has(group, name) ? jc_read_doubles(group, name, fleets->n, &number, error) : 0;

    for (j = 0; ret == 0 && j < fleets->n; j++) {
        memcpy((char *) &fleets->fleet[j] + offset, number != NULL ? &number[j] : &missing,
            sizeof(double));
    }
    free(number);
    return ret;
}

static int
read_missing(hid_t group, struct jc_fleets *fleets, size_t t, struct jc_error *error)
{
    char name[NAME_LENGTH];
    char **text = NULL;
    size_t j;
    int ret;

    (void) snprintf(name, sizeof(name), "%s_missing", jc_fleet_quantities[t].name);
    if (!jc_has(group, name)) {
        return 0;
    }
    ret = jc_read_texts(group, name, fleets->n, &text, error);
    for (j = 0; ret == 0 && j < fleets->n; j++) {
        if (text[j][0] != '\0') {
            ret = jc_string_set(&fleets->fleet[j].total[t].missing, text[j], error);
        }
    }
    jc_h5_free_texts(text, text != NULL ? fleets->n : 0);
    return ret;
}

static int
read_draws(hid_t group, struct jc_fleets *fleets, size_t t, struct jc_error *error)
{
    const size_t n = fleets->n_draws;
    char name[NAME_LENGTH];
    double *all = NULL;
    size_t j;
    int ret;

    (void) snprintf(name, sizeof(name), "%s_draw", jc_fleet_quantities[t].name);
    ret = jc_read_doubles(group, name, fleets->n * n, &all, error);
    for (j = 0; ret == 0 && j < fleets->n; j++) {
        if (fleets->fleet[j].total[t].known) {
            double *draw = fleets->fleet[j].total[t].draw = malloc(n * sizeof(double));

            ret = draw == NULL ? jc_fail_memory(error) : 0;
            if (ret == 0) {
                memcpy(draw, all + j * n, n * sizeof(double));
            }
        }
    }
    free(all);
    return ret;
}

static int
read_total(hid_t group, struct jc_fleets *fleets, size_t t, struct jc_error *error)
{
    const size_t offset =
        offsetof(struct jc_fleet_result, total) + t * sizeof(struct jc_fleet_total);
    const char *quantity = jc_fleet_quantities[t].name;
    char name[NAME_LENGTH];
    size_t j;
    int ret = read_member(group, fleets, quantity, offset + offsetof(struct jc_fleet_total, value),
        NAN, error);

    (void) snprintf(name, sizeof(name), "%s_error", quantity);
    ret = ret != 0 ? ret
                   : read_member(group, fleets, name,
                       offset + offsetof(struct jc_fleet_total, error), NAN, error);
    (void) snprintf(name, sizeof(name), "%s_noise", quantity);
    ret = ret != 0 ? ret
                   : read_member(group, fleets, name,
                       offset + offsetof(struct jc_fleet_total, noise), NAN, error);
    for (j = 0; ret == 0 && j < fleets->n; j++) {
        fleets->fleet[j].total[t].known = !isnan(fleets->fleet[j].total[t].value);
        if (t == JC_FLEET_ENERGY && !fleets->fleet[j].total[t].known) {
            ret = jc_fail(error, JC_ERROR_FORMAT, "a fleet has no energy");
        }
    }
    ret = ret != 0 ? ret : read_missing(group, fleets, t, error);
    return ret == 0 && fleets->n_draws > 0 ? read_draws(group, fleets, t, error) : ret;
}

/* The columns of all components, while they are given to the fleets that have them. */
struct parts {
    size_t n;
    char **kind, **name, **label;
    double *value[JC_FLEET_TOTALS];  /* [n fleets][n] */
    double *band[JC_FLEET_TOTALS];   /* [n fleets][n][JC_BAND_RANKS]; NULL: no draws */
    double *bounds[JC_FLEET_TOTALS]; /* [...][2] */
};

static void
free_parts(struct parts *self)
{
    size_t t;

    jc_h5_free_texts(self->kind, self->kind != NULL ? self->n : 0);
    jc_h5_free_texts(self->name, self->name != NULL ? self->n : 0);
    jc_h5_free_texts(self->label, self->label != NULL ? self->n : 0);
    for (t = 0; t < JC_FLEET_TOTALS; t++) {
        free(self->value[t]);
        free(self->band[t]);
        free(self->bounds[t]);
    }
}

static int
read_columns(hid_t group, const struct jc_fleets *fleets, struct parts *parts,
    struct jc_error *error)
{
    const size_t n = fleets->n * parts->n;
    char name[NAME_LENGTH];
    size_t t;
    int ret = jc_read_texts(group, "component_kind", parts->n, &parts->kind, error);

    ret = ret != 0 ? ret : jc_read_texts(group, "component_name", parts->n, &parts->name, error);
    ret = ret != 0 ? ret : jc_read_texts(group, "component_label", parts->n, &parts->label, error);
    for (t = 0; ret == 0 && t < JC_FLEET_TOTALS; t++) {
        (void) snprintf(name, sizeof(name), "%s_component", jc_fleet_quantities[t].name);
        ret = jc_read_doubles(group, name, n, &parts->value[t], error);
        if (ret == 0 && fleets->n_draws > 0) {
            (void) snprintf(name, sizeof(name), "%s_component_band", jc_fleet_quantities[t].name);
            ret = jc_read_doubles(group, name, n * JC_BAND_RANKS, &parts->band[t], error);
            (void) snprintf(name, sizeof(name), "%s_component_band_bounds",
                jc_fleet_quantities[t].name);
            ret = ret != 0
                ? ret
                : jc_read_doubles(group, name, 2 * n * JC_BAND_RANKS, &parts->bounds[t], error);
        }
    }
    return ret;
}

/* A fleet has those components of which some total has a number: energy, if any. */
static bool
has_part(const struct parts *parts, size_t fleet, size_t part)
{
    return !isnan(parts->value[JC_FLEET_ENERGY][fleet * parts->n + part]);
}

static int
take_part(const struct parts *parts, size_t fleet, size_t part, struct jc_fleet_component *self,
    struct jc_error *error)
{
    const size_t place = fleet * parts->n + part;
    size_t t, k;
    int ret = jc_string_set(&self->kind, parts->kind[part], error);

    ret = ret != 0 ? ret : jc_string_set(&self->name, parts->name[part], error);
    ret = ret != 0 ? ret : jc_string_set(&self->label, parts->label[part], error);
    for (t = 0; ret == 0 && t < JC_FLEET_TOTALS; t++) {
        self->value[t] = parts->value[t][place];
        for (k = 0; parts->band[t] != NULL && k < JC_BAND_RANKS; k++) {
            const size_t at = place * JC_BAND_RANKS + k;

            self->band[t].value[k] = parts->band[t][at];
            self->band[t].lower[k] = parts->bounds[t][2 * at];
            self->band[t].upper[k] = parts->bounds[t][2 * at + 1];
        }
    }
    return ret;
}

static int
read_parts(hid_t group, struct jc_fleets *fleets, struct jc_error *error)
{
    struct parts parts = { 0 };
    char **name = NULL;
    size_t j, k, n;
    int ret;

    if (!jc_has(group, "component")) {
        return 0;
    }
    ret = jc_h5_read_texts(group, "component", &name, &parts.n, error);
    if (ret != 0) {
        return ret;
    }
    jc_h5_free_texts(name, parts.n);
    ret = read_columns(group, fleets, &parts, error);
    for (j = 0; ret == 0 && j < fleets->n; j++) {
        n = 0;
        for (k = 0; k < parts.n; k++) {
            n += has_part(&parts, j, k);
        }
        ret = jc_fleet_alloc_components(&fleets->fleet[j], n, fleets->n_draws > 0, error);
        n = 0;
        for (k = 0; ret == 0 && k < parts.n; k++) {
            if (has_part(&parts, j, k)) {
                ret = take_part(&parts, j, k, &fleets->fleet[j].component[n++], error);
            }
        }
    }
    free_parts(&parts);
    return ret;
}

static int
read_queries(hid_t group, const struct jc_results *results, struct jc_fleets *fleets,
    struct jc_error *error)
{
    const size_t offset = offsetof(struct jc_fleet_result, query);
    const size_t n = results->n_quantiles;
    double *all = NULL;
    size_t j;
    int ret = read_member(group, fleets, "energy_per_query_mean",
        offset + offsetof(struct jc_fleet_query, mean), NAN, error);

    ret = ret != 0 ? ret
                   : read_member(group, fleets, "energy_per_query_sd",
                       offset + offsetof(struct jc_fleet_query, sd), NAN, error);
    if (ret != 0 || !jc_has(group, "energy_per_query_quantile")) {
        return ret;
    }
    ret = jc_read_doubles(group, "energy_per_query_quantile", fleets->n * n, &all, error);
    for (j = 0; ret == 0 && j < fleets->n; j++) {
        double *quantile = fleets->fleet[j].query.quantile = malloc((n + 1) * sizeof(double));

        ret = quantile == NULL ? jc_fail_memory(error) : 0;
        if (ret == 0) {
            memcpy(quantile, all + j * n, n * sizeof(double));
        }
    }
    free(all);
    return ret;
}

static int
read_demand(hid_t group, struct jc_fleets *fleets, struct jc_error *error)
{
    size_t j;
    int ret =
        read_member(group, fleets, "days", offsetof(struct jc_fleet_result, days), NAN, error);

    ret = ret != 0 ? ret
                   : read_member(group, fleets, "queries",
                       offsetof(struct jc_fleet_result, queries), NAN, error);
    ret = ret != 0 ? ret
                   : read_member(group, fleets, "queries_of_busiest_day",
                       offsetof(struct jc_fleet_result, busiest_day), NAN, error);
    ret = ret != 0 ? ret
                   : read_member(group, fleets, "peak_to_average",
                       offsetof(struct jc_fleet_result, peak_to_average), 1, error);
    ret = ret != 0
        ? ret
        : read_member(group, fleets, "load", offsetof(struct jc_fleet_result, load), 1, error);
    for (j = 0; ret == 0 && j < fleets->n; j++) {
        if (!(fleets->fleet[j].days > 0 && fleets->fleet[j].queries > 0)) {
            ret = jc_fail(error, JC_ERROR_FORMAT, "a fleet has no days or no queries");
        }
    }
    return ret;
}

static int
read_draw_axis(hid_t group, size_t *n_draws, struct jc_error *error)
{
    uint64_t *draw = NULL;
    int ret = 0;

    *n_draws = 0;
    if (jc_has(group, "draw")) {
        ret = jc_h5_read_numbers(group, "draw", H5T_INTEGER, H5T_NATIVE_UINT64, sizeof(*draw),
            (void **) &draw, n_draws, error);
    }
    free(draw);
    return ret;
}

static int
read_fleets(hid_t group, struct jc_results *results, struct jc_error *error)
{
    struct jc_fleets *fleets = &results->fleets;
    char **name = NULL, **label = NULL, **waterfall = NULL;
    size_t n = 0;
    size_t n_draws = 0;
    size_t n_references, n_waterfalls = 0;
    size_t j;
    int ret = jc_h5_read_texts(group, "scenario", &name, &n, error);

    ret = ret != 0 ? ret : jc_read_texts(group, "label", n, &label, error);
    ret = ret != 0 ? ret : read_draw_axis(group, &n_draws, error);
    ret = ret != 0 ? ret
                   : jc_fleet_count_others(group, &n_references, &waterfall, &n_waterfalls, error);
    ret = ret != 0 ? ret : jc_fleets_alloc(fleets, n, n_references, n_waterfalls, error);
    fleets->n_draws = n_draws;
    for (j = 0; ret == 0 && j < n; j++) {
        ret = jc_string_set(&fleets->fleet[j].name, name[j], error);
        ret = ret != 0 ? ret : jc_string_set(&fleets->fleet[j].label, label[j], error);
    }
    ret = ret != 0 ? ret : read_demand(group, fleets, error);
    for (j = 0; ret == 0 && j < JC_FLEET_TOTALS; j++) {
        ret = read_total(group, fleets, j, error);
    }
    ret = ret != 0 ? ret : read_parts(group, fleets, error);
    ret = ret != 0 ? ret : read_queries(group, results, fleets, error);
    if (ret == 0 && jc_has(group, "equivalence_name")) {
        ret = jc_fleet_read_equivalences(group, fleets, error);
    }
    ret = ret != 0 ? ret : jc_fleet_read_references(group, fleets, error);
    ret = ret != 0 ? ret : jc_fleet_read_waterfalls(group, waterfall, fleets, error);
    jc_h5_free_texts(name, n);
    jc_h5_free_texts(label, label != NULL ? n : 0);
    jc_h5_free_texts(waterfall, n_waterfalls);
    return ret;
}

int
jc_file_read_fleets(hid_t file, struct jc_results *results, struct jc_error *error)
{
    hid_t group;
    int ret;

    if (!jc_has(file, "fleet")) {
        return 0;
    }
    group = H5Gopen2(file, "fleet", H5P_DEFAULT);
    if (group < 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "the group 'fleet' is damaged");
    }
    ret = read_fleets(group, results, error);
    (void) H5Gclose(group);
    return ret;
}
