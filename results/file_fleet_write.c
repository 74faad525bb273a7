/*
 * /fleet, written: fleets along `scenario`, with their totals, parts, figures and what they are against each
 * other; references and waterfalls in groups of their own.
 */
#include "results/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/file_fleet.h"
#include "results/h5.h"

#define LONG_NAME_LENGTH 192

/* A part that some fleet has. */
struct part {
    char *name; /* "regime/long" */
    const struct jc_fleet_component *like;
};

struct parts {
    size_t n;
    struct part *part; /* of all fleets, each once, in the order in which they come */
};

/* One number of each fleet, the member of its struct at `offset`. */
static int
write_member(const struct jc_fleet_writer *self, const char *name, size_t offset, const char *units,
    const char *long_name, struct jc_error *error)
{
    struct jc_array array = jc_along_scenario(self);
    size_t j;
    int ret = jc_array_alloc(&array, error);

    for (j = 0; ret == 0 && j < self->fleets->n; j++) {
        memcpy(&array.value[j], (const char *) &self->fleets->fleet[j] + offset, sizeof(double));
    }
    return jc_fleet_finish(&array, self, name, units, long_name, ret, error);
}

static int
write_draws(const struct jc_fleet_writer *self, size_t t, struct jc_error *error)
{
    const struct jc_fleet_quantity_info *info = &jc_fleet_quantities[t];
    const size_t n = self->fleets->n_draws;
    struct jc_array array = jc_along_scenario(self);
    char name[JC_FLEET_NAME_LENGTH];
    size_t j;
    int ret;

    jc_array_along(&array, "draw", n);
    ret = jc_array_alloc(&array, error);
    for (j = 0; ret == 0 && j < self->fleets->n; j++) {
        const struct jc_fleet_total *total = &self->fleets->fleet[j].total[t];

        if (total->known) {
            memcpy(array.value + j * n, total->draw, n * sizeof(double));
        }
    }
    (void) snprintf(name, sizeof(name), "%s_draw", info->name);
    ret = jc_fleet_finish(&array, self, name, info->udunits,
        "total in each draw of what is unknown", ret, error);
    return ret != 0 ? ret
                    : jc_fleet_write_bands(self, info->name, info->udunits,
                        (enum jc_fleet_quantity) t, NULL, error);
}

/* Which case did not record it. */
static int
write_missing(const struct jc_fleet_writer *self, size_t t, struct jc_error *error)
{
    const char **text = calloc(self->fleets->n + 1, sizeof(*text));
    char name[JC_FLEET_NAME_LENGTH];
    bool any = false;
    size_t j;
    int ret = text == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < self->fleets->n; j++) {
        text[j] = self->fleets->fleet[j].total[t].missing;
        any |= text[j] != NULL;
        text[j] = text[j] == NULL ? "" : text[j];
    }
    (void) snprintf(name, sizeof(name), "%s_missing", jc_fleet_quantities[t].name);
    if (ret == 0 && any) {
        ret = jc_fleet_write_texts(self->group, name, "scenario", self->fleets->n, text,
            "case that does not have it, so that the total is not known", error);
    }
    free(text);
    return ret;
}

static int
write_total(const struct jc_fleet_writer *self, size_t t, struct jc_error *error)
{
    const struct jc_fleet_quantity_info *info = &jc_fleet_quantities[t];
    const size_t offset =
        offsetof(struct jc_fleet_result, total) + t * sizeof(struct jc_fleet_total);
    char name[JC_FLEET_NAME_LENGTH], long_name[LONG_NAME_LENGTH];
    int ret;

    (void) snprintf(long_name, sizeof(long_name), "%s of all queries", info->name);
    ret = write_member(self, info->name, offset + offsetof(struct jc_fleet_total, value),
        info->udunits, long_name, error);
    (void) snprintf(name, sizeof(name), "%s_error", info->name);
    ret = ret != 0 ? ret
                   : write_member(self, name, offset + offsetof(struct jc_fleet_total, error),
                       info->udunits, "Monte Carlo standard error", error);
    (void) snprintf(name, sizeof(name), "%s_noise", info->name);
    ret = ret != 0
        ? ret
        : write_member(self, name, offset + offsetof(struct jc_fleet_total, noise), info->udunits,
            "standard deviation of the total of so many queries that vary", error);
    ret = ret != 0 ? ret : write_missing(self, t, error);
    return ret == 0 && self->fleets->n_draws > 0 ? write_draws(self, t, error) : ret;
}

/* The place of a component among the parts; n_parts if it is none of them yet. */
static size_t
find_part(const struct parts *self, const struct jc_fleet_component *component)
{
    size_t k = 0;

    while (k < self->n
        && (strcmp(self->part[k].like->kind, component->kind) != 0
            || strcmp(self->part[k].like->name, component->name) != 0)) {
        k++;
    }
    return k;
}

static int
collect_parts(const struct jc_fleets *fleets, struct parts *self, struct jc_error *error)
{
    size_t room = 1;
    size_t j, k;

    for (j = 0; j < fleets->n; j++) {
        room += fleets->fleet[j].n_components;
    }
    self->part = calloc(room, sizeof(*self->part));
    if (self->part == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < fleets->n; j++) {
        for (k = 0; k < fleets->fleet[j].n_components; k++) {
            const struct jc_fleet_component *one = &fleets->fleet[j].component[k];

            if (find_part(self, one) < self->n) {
                continue;
            }
            if (asprintf(&self->part[self->n].name, "%s/%s", one->kind, one->name) < 0) {
                self->part[self->n].name = NULL;
                return jc_fail_memory(error);
            }
            self->part[self->n++].like = one;
        }
    }
    return 0;
}

static int
write_part_names(const struct jc_fleet_writer *self, const struct parts *parts,
    struct jc_error *error)
{
    const size_t n = parts->n;
    const char **text = calloc(4 * n + 1, sizeof(*text));
    size_t k;
    int ret = text == NULL ? jc_fail_memory(error) : 0;

    for (k = 0; ret == 0 && k < n; k++) {
        text[k] = parts->part[k].name;
        text[n + k] = parts->part[k].like->kind;
        text[2 * n + k] = parts->part[k].like->name;
        text[3 * n + k] = parts->part[k].like->label;
    }
    ret = ret != 0
        ? ret
        : jc_h5_write_text_coordinate(self->group, "component", n, text, "part of a total", error);
    ret = ret != 0 ? ret
                   : jc_fleet_write_texts(self->group, "component_kind", "component", n, text + n,
                       "regime, step (what it adds to the one before it), or key of a tag", error);
    ret = ret != 0 ? ret
                   : jc_fleet_write_texts(self->group, "component_name", "component", n,
                       text + 2 * n, "name among those of its kind", error);
    ret = ret != 0 ? ret
                   : jc_fleet_write_texts(self->group, "component_label", "component", n,
                       text + 3 * n, "name for people", error);
    free(text);
    return ret;
}

static int
write_parts(const struct jc_fleet_writer *self, const struct parts *parts, size_t t,
    struct jc_error *error)
{
    const struct jc_fleet_quantity_info *info = &jc_fleet_quantities[t];
    struct jc_array values = jc_along_scenario(self);
    struct jc_array bands, bounds;
    char name[JC_FLEET_NAME_LENGTH];
    size_t j, k, place;
    int ret;

    jc_array_along(&values, "component", parts->n);
    bands = values;
    jc_array_along(&bands, "band", JC_BAND_RANKS);
    bounds = bands;
    jc_array_along(&bounds, "bound", 2);
    ret = jc_array_alloc(&values, error);
    ret = ret != 0 ? ret : jc_array_alloc(&bands, error);
    ret = ret != 0 ? ret : jc_array_alloc(&bounds, error);
    for (j = 0; ret == 0 && j < self->fleets->n; j++) {
        const struct jc_fleet_result *fleet = &self->fleets->fleet[j];

        for (k = 0; fleet->total[t].known && k < fleet->n_components; k++) {
            place = j * parts->n + find_part(parts, &fleet->component[k]);
            values.value[place] = fleet->component[k].value[t];
            if (fleet->component[k].band != NULL) {
                jc_put_band(&fleet->component[k].band[t], place, bands.value, bounds.value);
            }
        }
    }
    (void) snprintf(name, sizeof(name), "%s_component", info->name);
    ret = jc_fleet_finish(&values, self, name, info->udunits, "part of the total", ret, error);
    if (self->fleets->n_draws == 0) {
        free(bands.value);
        free(bounds.value);
        return ret;
    }
    (void) snprintf(name, sizeof(name), "%s_component_band", info->name);
    ret =
        jc_fleet_finish(&bands, self, name, info->udunits, "quantiles over the draws", ret, error);
    (void) snprintf(name, sizeof(name), "%s_component_band_bounds", info->name);
    return jc_fleet_finish(&bounds, self, name, info->udunits, "95 % confidence interval", ret,
        error);
}

/* The distribution of one query of each fleet. */
static int
write_queries(const struct jc_fleet_writer *self, struct jc_error *error)
{
    const size_t offset = offsetof(struct jc_fleet_result, query);
    const size_t n = self->results->n_quantiles;
    struct jc_array array = jc_along_scenario(self);
    size_t j;
    int ret = write_member(self, "energy_per_query_mean",
        offset + offsetof(struct jc_fleet_query, mean), "W h", "mean energy of a query", error);

    ret = ret != 0
        ? ret
        : write_member(self, "energy_per_query_sd", offset + offsetof(struct jc_fleet_query, sd),
            "W h", "standard deviation of the energy of a query", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_coordinate(self->group, "quantile", H5T_IEEE_F64LE,
                       H5T_NATIVE_DOUBLE, n, self->results->quantile, "1", "probability", error);
    jc_array_along(&array, "quantile", n);
    ret = ret != 0 ? ret : jc_array_alloc(&array, error);
    for (j = 0; ret == 0 && j < self->fleets->n; j++) {
        memcpy(array.value + j * n, self->fleets->fleet[j].query.quantile, n * sizeof(double));
    }
    return jc_fleet_finish(&array, self, "energy_per_query_quantile", "W h",
        "quantiles of the energy of a query of the fleet, a mixture of its cases", ret, error);
}

static int
write_axes(const struct jc_fleet_writer *self, const struct parts *parts, struct jc_error *error)
{
    const size_t n = self->fleets->n;
    const char **text = calloc(2 * n + 1, sizeof(*text));
    size_t j;
    int ret = text == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < n; j++) {
        text[j] = self->fleets->fleet[j].name;
        text[n + j] = self->fleets->fleet[j].label;
    }
    ret = ret != 0 ? ret
                   : jc_h5_write_text_coordinate(self->group, "scenario", n, text, "fleet", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_text_coordinate(self->group, "baseline", n, text,
                       "fleet that others are compared with", error);
    ret = ret != 0 ? ret
                   : jc_fleet_write_texts(self->group, "label", "scenario", n, text + n,
                       "name of the fleet for people", error);
    free(text);
    if (ret == 0 && self->fleets->n_draws > 0) {
        ret = jc_write_draw_axis(self->group, self->fleets->n_draws, error);
        ret = ret != 0 ? ret : jc_write_band_axes(self->group, error);
    }
    return ret != 0 ? ret : write_part_names(self, parts, error);
}

static int
write_demand(const struct jc_fleet_writer *self, struct jc_error *error)
{
    int ret = write_member(self, "days", offsetof(struct jc_fleet_result, days), "d",
        "length of the demand", error);

    ret = ret != 0 ? ret
                   : write_member(self, "queries", offsetof(struct jc_fleet_result, queries), "1",
                       "queries of all days", error);
    ret = ret != 0 ? ret
                   : write_member(self, "queries_of_busiest_day",
                       offsetof(struct jc_fleet_result, busiest_day), "1",
                       "queries of a day of the busiest month", error);
    ret = ret != 0
        ? ret
        : write_member(self, "peak_to_average", offsetof(struct jc_fleet_result, peak_to_average),
            "1", "power of the busiest moment over that of its month", error);
    return ret != 0 ? ret
                    : write_member(self, "load", offsetof(struct jc_fleet_result, load), "1",
                        "share of the time that nodes are busy at the peak", error);
}

int
jc_file_write_fleets(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    struct jc_fleet_writer writer = { .results = results, .fleets = &results->fleets };
    struct parts parts = { 0 };
    size_t k;
    int ret;

    if (results->fleets.n == 0) {
        return 0;
    }
    writer.group = jc_h5_create_group(file, "fleet");
    if (writer.group < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write", "fleet");
    }
    ret = collect_parts(&results->fleets, &parts, error);
    ret = ret != 0 ? ret : write_axes(&writer, &parts, error);
    ret = ret != 0 ? ret : write_demand(&writer, error);
    for (k = 0; ret == 0 && k < JC_FLEET_TOTALS; k++) {
        ret = write_total(&writer, k, error);
        ret = ret != 0 ? ret : write_parts(&writer, &parts, k, error);
    }
    ret = ret != 0 ? ret : write_queries(&writer, error);
    ret = ret != 0 ? ret : jc_fleet_write_figures(&writer, error);
    for (k = 0; k < parts.n; k++) {
        free(parts.part[k].name);
    }
    free(parts.part);
    (void) H5Gclose(writer.group);
    return ret;
}
