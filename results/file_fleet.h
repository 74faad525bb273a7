/*
 * /fleet: what the parts of its writer and of its reader share. Everybody else wants file.h.
 */
#ifndef JC_RESULTS_FILE_FLEET_H
#define JC_RESULTS_FILE_FLEET_H

#include <hdf5.h>

#include "base/error.h"
#include "results/h5_array.h"
#include "results/results.h"

#define JC_FLEET_NAME_LENGTH 96

struct jc_fleet_writer {
    hid_t group; /* "/fleet", or one below it */
    const struct jc_results *results;
    const struct jc_fleets *fleets;
};

/* An empty array whose first axis is that of the fleets. */
struct jc_array jc_along_scenario(const struct jc_fleet_writer *self);

/* Writes an array that has been filled, unless `ret` says that something has failed, and frees it. Errors: `ret`,
 * JC_ERROR_IO. */
int jc_fleet_finish(struct jc_array *array, const struct jc_fleet_writer *self, const char *name,
    const char *units, const char *long_name, int ret, struct jc_error *error);

/* A variable of texts. Errors: JC_ERROR_IO. */
int jc_fleet_write_texts(hid_t group, const char *name, const char *dimension, size_t n,
    const char *const *texts, const char *long_name, struct jc_error *error);

/* NAME_band and NAME_band_bounds of a total of all fleets, or of a figure of them unless it is NULL. Errors:
 * JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_fleet_write_bands(const struct jc_fleet_writer *self, const char *name, const char *units,
    enum jc_fleet_quantity total, const enum jc_fleet_figure *figure, struct jc_error *error);

/* What follows from totals: figures, what fleets are against each other, equivalences, references, waterfalls.
 * Errors: JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_fleet_write_figures(const struct jc_fleet_writer *self, struct jc_error *error);

/* Reading, each as far as it is there: equivalences, a group that has them; references and waterfalls, as many as
 * were counted, of which those have these names. Errors: JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_fleet_read_equivalences(hid_t group, struct jc_fleets *fleets, struct jc_error *error);
int jc_fleet_count_others(hid_t group, size_t *n_references, char ***waterfall,
    size_t *n_waterfalls, struct jc_error *error);
int jc_fleet_read_references(hid_t group, struct jc_fleets *fleets, struct jc_error *error);
int jc_fleet_read_waterfalls(hid_t group, char *const *name, struct jc_fleets *fleets,
    struct jc_error *error);

#endif
