/*
 * A study: a scenario file as it was written, from which one scenario after another is made, each with
 * settings of its own. Files are read once.
 */
#ifndef JC_SCENARIOS_STUDY_H
#define JC_SCENARIOS_STUDY_H

#include <stddef.h>

#include "scenarios/scenario.h"

struct jc_study;

/* One change, as --set makes it. */
struct jc_setting {
    const char *text; /* "key.path=YAML value" */
    const char *
        directory; /* that names of files in the value start from, with a slash; "": the current one */
};

/* Reads a file with what it extends, and makes the settings of the overrides in it. `data_directory` is that of
 * jc_scenario_load. Errors: those of jc_scenario_load; then there is nothing to free. */
int jc_study_open(struct jc_study **self, const char *path, const struct jc_overrides *overrides,
    const char *data_directory, struct jc_error *error);
void jc_study_free(struct jc_study *self);

/* The scenario of the study with further settings, one after the other; any number of threads may call it at a
 * time. With settings it has no sweep, which is the study's. Errors: those of jc_scenario_load; then there is nothing to
 * free. */
int jc_study_scenario(const struct jc_study *self, size_t n_settings,
    const struct jc_setting *setting, struct jc_scenario *scenario, struct jc_error *error);

/* Appends the study as one YAML document: its files merged, with the overrides, but nothing resolved. It runs
 * again where the files that it names are found. Errors: JC_ERROR_INTERNAL, JC_ERROR_SCENARIO (text that is not
 * UTF-8). */
int jc_study_write(const struct jc_study *self, struct jc_text *text, struct jc_error *error);

#endif
