/*
 * Fleets of stored results: the cases of several result files become those of one, and nothing is run.
 */
#ifndef JC_ENGINE_FLEET_FILES_H
#define JC_ENGINE_FLEET_FILES_H

#include "base/error.h"
#include "results/results.h"
#include "results/store.h"
#include "scenarios/fleet_file.h"

/* Reads the files of a fleet that jc_fleet_file_begin has found; case `chat` of the file `a` becomes `a/chat`. Then
 * reads its fleets and computes them. Errors: those of jc_file_read_results; JC_ERROR_FORMAT (files whose bands
 * cannot be put together: not all have some, or other draws); those of jc_fleet_file_finish and
 * jc_fleets_compute. Then there is nothing to free but the scenario, which is the caller's. */
int jc_fleet_files_compute(struct jc_fleet_file *file, struct jc_scenario *scenario,
    struct jc_results *results, struct jc_error *error);

/* Writes what jc_fleet_files_compute has made: the records of the cases and the fleets; the bands of the cases stay in
 * their files. Errors: JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_fleet_files_write(const struct jc_scenario *scenario, const char *path,
    const struct jc_store_options *options, struct jc_results *results, struct jc_error *error);

#endif
