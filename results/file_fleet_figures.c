/*
 * /fleet, what follows from the totals: figures, what fleets are against each other, references and waterfalls.
 */
#include "results/file_fleet.h"

#include <stdio.h>
#include <stdlib.h>

#include "results/h5.h"

int
jc_fleet_write_texts(hid_t group, const char *name, const char *dimension, size_t n,
    const char *const *texts, const char *long_name, struct jc_error *error)
{
    const hsize_t length = n;
    hid_t type = jc_h5_text_type();
    int ret = jc_h5_write_variable(group, name, type, type, 1, &dimension, &length, texts, NULL,
        long_name, error);

    (void) H5Tclose(type);
    return ret;
}

struct jc_array
jc_along_scenario(const struct jc_fleet_writer *self)
{
    struct jc_array array = { 0 };

    jc_array_along(&array, "scenario", self->fleets->n);
    return array;
}

/* Writes an array that has been filled, and frees it. */
int
jc_fleet_finish(struct jc_array *array, const struct jc_fleet_writer *self, const char *name,
    const char *units, const char *long_name, int ret, struct jc_error *error)
{
    ret = ret != 0 ? ret : jc_array_write(array, self->group, name, units, long_name, error);
    free(array->value);
    return ret;
}

/* NAME_band and NAME_band_bounds of the bands of all fleets, as they are or, of a figure, made. */
int
jc_fleet_write_bands(const struct jc_fleet_writer *self, const char *name, const char *units,
    enum jc_fleet_quantity total, const enum jc_fleet_figure *figure, struct jc_error *error)
{
    struct jc_array values = jc_along_scenario(self);
    struct jc_array bounds;
    struct jc_band band;
    char full[JC_FLEET_NAME_LENGTH];
    size_t j;
    int ret;

    jc_array_along(&values, "band", JC_BAND_RANKS);
    bounds = values;
    jc_array_along(&bounds, "bound", 2);
    ret = jc_array_alloc(&values, error);
    ret = ret != 0 ? ret : jc_array_alloc(&bounds, error);
    for (j = 0; ret == 0 && j < self->fleets->n; j++) {
        const struct jc_fleet_total *of = &self->fleets->fleet[j].total[total];

        if (!of->known) {
            continue;
        }
        ret = figure != NULL ? jc_fleet_figure_band(self->fleets, j, *figure, &band, error)
                             : jc_band_of(self->fleets->n_draws, of->draw, &band, error);
        if (ret == 0) {
            jc_put_band(&band, j, values.value, bounds.value);
        }
    }
    (void) snprintf(full, sizeof(full), "%s_band", name);
    ret = jc_fleet_finish(&values, self, full, units, "quantiles over the draws of what is unknown",
        ret, error);
    (void) snprintf(full, sizeof(full), "%s_band_bounds", name);
    return jc_fleet_finish(&bounds, self, full, units, "95 % confidence interval", ret, error);
}

/* A difference or a ratio of each fleet (`scenario`) to each (`baseline`). */
static int
write_comparison(const struct jc_fleet_writer *self, enum jc_fleet_figure figure, bool ratio,
    struct jc_error *error)
{
    const struct jc_fleet_figure_info *info = &jc_fleet_figures[figure];
    const char *units = ratio ? "1" : info->udunits;
    struct jc_array values = jc_along_scenario(self);
    struct jc_array bands, bounds;
    struct jc_fleet_comparison one;
    char name[JC_FLEET_NAME_LENGTH];
    size_t a, b, place;
    int ret;

    jc_array_along(&values, "baseline", self->fleets->n);
    bands = values;
    jc_array_along(&bands, "band", JC_BAND_RANKS);
    bounds = bands;
    jc_array_along(&bounds, "bound", 2);
    ret = jc_array_alloc(&values, error);
    ret = ret != 0 ? ret : jc_array_alloc(&bands, error);
    ret = ret != 0 ? ret : jc_array_alloc(&bounds, error);
    for (a = 0; ret >= 0 && a < self->fleets->n; a++) {
        for (b = 0; ret >= 0 && b < self->fleets->n; b++) {
            ret = jc_fleet_compare(self->fleets, a, b, figure, &one, error);
            place = a * self->fleets->n + b;
            if (ret > 0) {
                values.value[place] = ratio ? one.ratio : one.difference;
            }
            if (ret > 0 && self->fleets->n_draws > 0) {
                jc_put_band(ratio ? &one.ratio_band : &one.difference_band, place, bands.value,
                    bounds.value);
            }
        }
    }
    ret = ret < 0 ? ret : 0;
    (void) snprintf(name, sizeof(name), "%s_%s", info->name, ratio ? "ratio" : "difference");
    ret = jc_fleet_finish(&values, self, name, units,
        ratio ? "scenario / baseline" : "scenario - baseline", ret, error);
    if (self->fleets->n_draws == 0) {
        free(bands.value);
        free(bounds.value);
        return ret;
    }
    (void) snprintf(name, sizeof(name), "%s_%s_band", info->name, ratio ? "ratio" : "difference");
    ret = jc_fleet_finish(&bands, self, name, units, "quantiles over common draws", ret, error);
    (void) snprintf(name, sizeof(name), "%s_%s_band_bounds", info->name,
        ratio ? "ratio" : "difference");
    return jc_fleet_finish(&bounds, self, name, units, "95 % confidence interval", ret, error);
}

static int
write_figure(const struct jc_fleet_writer *self, size_t figure, struct jc_error *error)
{
    const struct jc_fleet_figure_info *info = &jc_fleet_figures[figure];
    const enum jc_fleet_figure which = (enum jc_fleet_figure) figure;
    struct jc_array array = jc_along_scenario(self);
    size_t j;
    int ret = jc_array_alloc(&array, error);

    for (j = 0; ret == 0 && j < self->fleets->n; j++) {
        array.value[j] = self->fleets->fleet[j].total[info->of].value
            * jc_fleet_figure_factor(&self->fleets->fleet[j], which);
    }
    ret = jc_fleet_finish(&array, self, info->name, info->udunits, info->long_name, ret, error);
    if (ret == 0 && self->fleets->n_draws > 0) {
        ret = jc_fleet_write_bands(self, info->name, info->udunits, info->of, &which, error);
    }
    if (ret == 0 && info->compared) {
        ret = write_comparison(self, which, false, error);
        ret = ret != 0 ? ret : write_comparison(self, which, true, error);
    }
    return ret;
}

/* Rows of all fleets, one after another. */
static int
write_equivalences(const struct jc_fleet_writer *self, struct jc_error *error)
{
    const struct jc_fleet_result *fleet;
    struct jc_array array = { 0 };
    const char **text;
    size_t n = 0;
    size_t row = 0;
    size_t j, k;
    int ret;

    for (j = 0; j < self->fleets->n; j++) {
        n += self->fleets->fleet[j].n_equivalences;
    }
    if (n == 0) {
        return 0;
    }
    text = calloc(2 * n, sizeof(*text));
    jc_array_along(&array, "equivalence", n);
    ret = text == NULL ? jc_fail_memory(error) : jc_array_alloc(&array, error);
    for (j = 0; ret == 0 && j < self->fleets->n; j++) {
        fleet = &self->fleets->fleet[j];
        for (k = 0; k < fleet->n_equivalences; k++, row++) {
            text[row] = fleet->name;
            text[n + row] = fleet->equivalence[k].name;
            array.value[row] = fleet->equivalence[k].number;
        }
    }
    ret = ret != 0 ? ret : jc_h5_create_dimension(self->group, "equivalence", n, error);
    ret = ret != 0 ? ret
                   : jc_fleet_write_texts(self->group, "equivalence_fleet", "equivalence", n, text,
                       "fleet", error);
    ret = ret != 0 ? ret
                   : jc_fleet_write_texts(self->group, "equivalence_name", "equivalence", n,
                       text + n, "what the total is as much as", error);
    free(text);
    return jc_fleet_finish(&array, self, "equivalence_number", "1", "so many of them", ret, error);
}

static int
write_references(const struct jc_fleet_writer *self, struct jc_error *error)
{
    const size_t n = self->fleets->n_references;
    const char **text = calloc(3 * n + 1, sizeof(*text));
    struct jc_fleet_writer inner = *self;
    struct jc_array array = { 0 };
    size_t k;
    int ret = text == NULL ? jc_fail_memory(error) : 0;

    inner.group = jc_h5_create_group(self->group, "references");
    if (ret == 0 && inner.group < 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot write", "references");
    }
    jc_array_along(&array, "reference", n);
    ret = ret != 0 ? ret : jc_array_alloc(&array, error);
    for (k = 0; ret == 0 && k < n; k++) {
        text[k] = self->fleets->reference[k].name;
        text[n + k] = self->fleets->reference[k].label;
        text[2 * n + k] = self->fleets->reference[k].source;
        array.value[k] = self->fleets->reference[k].energy_per_day;
    }
    ret = ret != 0
        ? ret
        : jc_h5_write_text_coordinate(inner.group, "reference", n, text, "reference", error);
    ret = ret != 0 ? ret
                   : jc_fleet_write_texts(inner.group, "label", "reference", n, text + n,
                       "name for people", error);
    ret = ret != 0 ? ret
                   : jc_fleet_write_texts(inner.group, "source", "reference", n, text + 2 * n,
                       "where its numbers come from", error);
    ret = jc_fleet_finish(&array, &inner, "energy_per_day", "GW h", "energy of a day", ret, error);
    free(text);
    (void) H5Gclose(inner.group);
    return ret;
}

/* The steps of a waterfall along `scenario`, in their order, each with what it adds to the one before it. */
static int
write_waterfall(hid_t parent, const struct jc_fleets *fleets,
    const struct jc_waterfall_result *waterfall, struct jc_error *error)
{
    const size_t n = waterfall->n_steps;
    hid_t group = jc_h5_create_group(parent, waterfall->name);
    const char **name = calloc(n + 1, sizeof(*name));
    struct jc_array energy = { 0 };
    struct jc_array increment, bands, bounds;
    struct jc_fleet_comparison one = { 0 };
    size_t k;
    int ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", waterfall->name) : 0;

    jc_array_along(&energy, "scenario", n);
    increment = bands = energy;
    jc_array_along(&bands, "band", JC_BAND_RANKS);
    bounds = bands;
    jc_array_along(&bounds, "bound", 2);
    ret = ret == 0 && name == NULL ? jc_fail_memory(error) : ret;
    ret = ret != 0 ? ret : jc_array_alloc(&energy, error);
    ret = ret != 0 ? ret : jc_array_alloc(&increment, error);
    ret = ret != 0 ? ret : jc_array_alloc(&bands, error);
    ret = ret != 0 ? ret : jc_array_alloc(&bounds, error);
    for (k = 0; ret >= 0 && k < n; k++) {
        const struct jc_fleet_result *fleet = &fleets->fleet[waterfall->fleet_index[k]];

        name[k] = fleet->name;
        energy.value[k] = fleet->total[JC_FLEET_ENERGY].value
            * jc_fleet_figure_factor(fleet, JC_FLEET_ENERGY_PER_DAY);
        if (k > 0) {
            ret = jc_fleet_compare(fleets, waterfall->fleet_index[k], waterfall->fleet_index[k - 1],
                JC_FLEET_ENERGY_PER_DAY, &one, error);
        }
        increment.value[k] = k > 0 ? one.difference : energy.value[k];
        if (ret >= 0 && k == 0 && fleets->n_draws > 0) {
            ret = jc_fleet_figure_band(fleets, waterfall->fleet_index[k], JC_FLEET_ENERGY_PER_DAY,
                &one.difference_band, error);
        }
        if (ret >= 0 && fleets->n_draws > 0) {
            jc_put_band(&one.difference_band, k, bands.value, bounds.value);
        }
    }
    ret = ret < 0 ? ret : 0;
    ret = ret != 0 ? ret : jc_h5_set_text(group, "long_name", waterfall->label, error);
    ret = ret != 0 ? ret : jc_h5_write_text_coordinate(group, "scenario", n, name, "fleet", error);
    ret = ret != 0
        ? ret
        : jc_array_write(&energy, group, "energy_per_day", "GW h", "energy of a day", error);
    ret = ret != 0 ? ret
                   : jc_array_write(&increment, group, "increment", "GW h",
                       "what the step adds to the one before it", error);
    if (ret == 0 && fleets->n_draws > 0) {
        ret = jc_write_band_axes(group, error);
        ret = ret != 0 ? ret
                       : jc_array_write(&bands, group, "increment_band", "GW h",
                           "quantiles over common draws", error);
        ret = ret != 0 ? ret
                       : jc_array_write(&bounds, group, "increment_band_bounds", "GW h",
                           "95 % confidence interval", error);
    }
    free(name);
    free(energy.value);
    free(increment.value);
    free(bands.value);
    free(bounds.value);
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}

static int
write_waterfalls(const struct jc_fleet_writer *self, struct jc_error *error)
{
    hid_t group = jc_h5_create_group(self->group, "waterfalls");
    size_t k;
    int ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", "waterfalls") : 0;

    for (k = 0; ret == 0 && k < self->fleets->n_waterfalls; k++) {
        ret = write_waterfall(group, self->fleets, &self->fleets->waterfall[k], error);
    }
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}

int
jc_fleet_write_figures(const struct jc_fleet_writer *self, struct jc_error *error)
{
    size_t k;
    int ret = 0;

    for (k = 0; ret == 0 && k < JC_FLEET_FIGURES; k++) {
        ret = write_figure(self, k, error);
    }
    ret = ret != 0 ? ret : write_equivalences(self, error);
    if (ret == 0 && self->fleets->n_references > 0) {
        ret = write_references(self, error);
    }
    if (ret == 0 && self->fleets->n_waterfalls > 0) {
        ret = write_waterfalls(self, error);
    }
    return ret;
}
