/*
 * A fleet of stored results: a YAML file that names result files, and fleets of their cases.
 *
 * It is read in two steps, because only the result files know which cases there are.
 */
#ifndef JC_SCENARIOS_FLEET_FILE_H
#define JC_SCENARIOS_FLEET_FILE_H

#include "scenarios/scenario.h"

struct jc_fleet_file;

/* Reads a file with a key `results`: *scenario becomes its titles, seed, quantiles and sources. *self is NULL,
 * and the scenario empty, if the file has no such key. Errors: those
 * of jc_scenario_load; then there is nothing to free. */
int jc_fleet_file_begin(struct jc_fleet_file **self, const char *path,
    const struct jc_overrides *overrides, const char *data_directory, struct jc_scenario *scenario,
    struct jc_error *error);

/* The path of a source, which is beside the file that names it; it lives as long as `self`. */
const char *jc_fleet_file_path(const struct jc_fleet_file *self, size_t source);

/* Records the digest of a source as that of an input of the scenario. Errors: JC_ERROR_INTERNAL. */
int jc_fleet_file_add_digest(struct jc_fleet_file *self, size_t source, const char *sha256,
    struct jc_error *error);

/* Reads the fleets, once the scenario has its cases, of which only the names are looked at. Errors:
 * JC_ERROR_SCENARIO, JC_ERROR_INPUT, JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_fleet_file_finish(struct jc_fleet_file *self, struct jc_error *error);

/* Leaves the scenario to the caller. NULL is allowed. */
void jc_fleet_file_free(struct jc_fleet_file *self);

#endif
