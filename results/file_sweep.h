/*
 * The variables of /sweep, as they are written and looked for. Everybody else wants file.h.
 */
#ifndef JC_RESULTS_FILE_SWEEP_H
#define JC_RESULTS_FILE_SWEEP_H

#include <hdf5.h>

#include "results/results.h"

struct jc_sweep_variable {
    const char *suffix;    /* of the name of a quantity */
    const char *long_name; /* with %s for the quantity */
    size_t number;         /* the first of its numbers, of a quantity of a subject */
    bool over_quantiles;
    size_t width; /* 2: the lower bounds of all quantiles, then the upper ones */
};

#define JC_SWEEP_VARIABLES 8
#define JC_SWEEP_MEAN 2 /* the index of the mean */
extern const struct jc_sweep_variable jc_sweep_variables[JC_SWEEP_VARIABLES];

/* What `status` says of points. A result has no missing ones. */
enum jc_sweep_status { JC_STATUS_COMPUTED, JC_STATUS_FAILED, JC_STATUS_MISSING };

/* Writes /sweep without its statistics. Errors: JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_file_write_sweep_frame(hid_t file, const struct jc_sweep_result *sweep,
    struct jc_error *error);

/* Reads it; `points` is the group of a shard that says who has what. The numbers of computed points are NAN.
 * Errors: JC_ERROR_FORMAT, JC_ERROR_INTERNAL; jc_sweep_result_free frees what is there. */
int jc_file_read_sweep_frame(hid_t file, hid_t points, struct jc_sweep_result *sweep,
    struct jc_error *error);

/* The sweep of a shard, nothing if it has none: /sweep without statistics, and /points with what cases and blends
 * have, and the numbers of points that were computed, as they are in memory. Errors: those of a frame. */
int jc_file_write_sweep_shard(hid_t file, const struct jc_sweep_result *sweep,
    struct jc_error *error);
int jc_file_read_sweep_shard(hid_t file, struct jc_sweep_result *sweep, struct jc_error *error);
int jc_file_read_sweep_has(hid_t points, struct jc_sweep_result *sweep, struct jc_error *error);

/* name[size] becomes that of a variable, of cases or of blends. */
void jc_sweep_variable_name(const struct jc_sweep_variable *variable, bool blends,
    enum jc_quantity quantity, char *name, size_t size);

#endif
