/*
 * /fleet, read back: what fleets are held against.
 */
#include "results/file_fleet.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "results/h5.h"

/* The rows of a fleet follow one another. */
int
jc_fleet_read_equivalences(hid_t group, struct jc_fleets *fleets, struct jc_error *error)
{
    char **of_fleet = NULL;
    char **name = NULL;
    double *number = NULL;
    size_t n = 0;
    size_t row = 0;
    size_t j, k;
    int ret = jc_h5_read_texts(group, "equivalence_fleet", &of_fleet, &n, error);

    ret = ret != 0 ? ret : jc_read_texts(group, "equivalence_name", n, &name, error);
    ret = ret != 0 ? ret : jc_read_doubles(group, "equivalence_number", n, &number, error);
    for (j = 0; ret == 0 && j < fleets->n; j++) {
        struct jc_fleet_result *fleet = &fleets->fleet[j];

        k = 0;
        while (row + k < n && strcmp(of_fleet[row + k], fleet->name) == 0) {
            k++;
        }
        ret = jc_fleet_alloc_equivalences(fleet, k, error);
        for (k = 0; ret == 0 && k < fleet->n_equivalences; k++, row++) {
            fleet->equivalence[k].number = number[row];
            ret = jc_string_set(&fleet->equivalence[k].name, name[row], error);
        }
    }
    if (ret == 0 && row != n) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "an equivalence is of a fleet that is not there");
    }
    jc_h5_free_texts(of_fleet, n);
    jc_h5_free_texts(name, name != NULL ? n : 0);
    free(number);
    return ret;
}

int
jc_fleet_read_references(hid_t group, struct jc_fleets *fleets, struct jc_error *error)
{
    const size_t n = fleets->n_references;
    char **name = NULL, **label = NULL, **source = NULL;
    double *energy = NULL;
    size_t k;
    int ret = n == 0 ? 0 : jc_read_texts(group, "references/reference", n, &name, error);

    if (n == 0) {
        return 0;
    }
    ret = ret != 0 ? ret : jc_read_texts(group, "references/label", n, &label, error);
    ret = ret != 0 ? ret : jc_read_texts(group, "references/source", n, &source, error);
    ret = ret != 0 ? ret : jc_read_doubles(group, "references/energy_per_day", n, &energy, error);
    for (k = 0; ret == 0 && k < n; k++) {
        fleets->reference[k].energy_per_day = energy[k];
        ret = jc_string_set(&fleets->reference[k].name, name[k], error);
        ret = ret != 0 ? ret : jc_string_set(&fleets->reference[k].label, label[k], error);
        ret = ret != 0 ? ret : jc_string_set(&fleets->reference[k].source, source[k], error);
    }
    jc_h5_free_texts(name, name != NULL ? n : 0);
    jc_h5_free_texts(label, label != NULL ? n : 0);
    jc_h5_free_texts(source, source != NULL ? n : 0);
    free(energy);
    return ret;
}

static int
find_fleet(const struct jc_fleets *fleets, const char *name, size_t *index, struct jc_error *error)
{
    for (*index = 0; *index < fleets->n; ++*index) {
        if (strcmp(fleets->fleet[*index].name, name) == 0) {
            return 0;
        }
    }
    return jc_fail(error, JC_ERROR_FORMAT, "a waterfall names a fleet that is not there");
}

static int
read_waterfall(hid_t parent, const char *name, const struct jc_fleets *fleets,
    struct jc_waterfall_result *self, struct jc_error *error)
{
    hid_t group = H5Gopen2(parent, name, H5P_DEFAULT);
    char **step = NULL;
    size_t n = 0;
    size_t k;
    int ret = group < 0 ? jc_fail(error, JC_ERROR_FORMAT, "the waterfall '%s' is damaged", name)
                        : jc_string_set(&self->name, name, error);

    ret = ret != 0 ? ret : jc_h5_get_text(group, "long_name", &self->label, error);
    ret = ret != 0 ? ret : jc_h5_read_texts(group, "scenario", &step, &n, error);
    ret = ret != 0 ? ret : jc_waterfall_alloc(self, n, error);
    for (k = 0; ret == 0 && k < n; k++) {
        ret = find_fleet(fleets, step[k], &self->fleet_index[k], error);
    }
    jc_h5_free_texts(step, n);
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}

int
jc_fleet_read_waterfalls(hid_t group, char *const *name, struct jc_fleets *fleets,
    struct jc_error *error)
{
    hid_t waterfalls;
    size_t k;
    int ret = 0;

    if (fleets->n_waterfalls == 0) {
        return 0;
    }
    waterfalls = H5Gopen2(group, "waterfalls", H5P_DEFAULT);
    for (k = 0; ret == 0 && k < fleets->n_waterfalls; k++) {
        ret = read_waterfall(waterfalls, name[k], fleets, &fleets->waterfall[k], error);
    }
    (void) H5Gclose(waterfalls);
    return ret;
}

/* How many references and waterfalls there are, and the names of the latter. */
int
jc_fleet_count_others(hid_t group, size_t *n_references, char ***waterfall, size_t *n_waterfalls,
    struct jc_error *error)
{
    char **name = NULL;
    hid_t waterfalls;
    int ret = 0;

    *n_references = *n_waterfalls = 0;
    if (jc_has(group, "references")) {
        ret = jc_h5_read_texts(group, "references/reference", &name, n_references, error);
        jc_h5_free_texts(name, *n_references);
    }
    if (ret == 0 && jc_has(group, "waterfalls")) {
        waterfalls = H5Gopen2(group, "waterfalls", H5P_DEFAULT);
        if (waterfalls < 0) {
            return jc_fail(error, JC_ERROR_FORMAT, "the group 'waterfalls' is damaged");
        }
        ret = jc_h5_members(waterfalls, waterfall, n_waterfalls, error);
        (void) H5Gclose(waterfalls);
    }
    return ret;
}
