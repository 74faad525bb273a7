/*
 * Where the project's own tables and distributions are.
 */
#ifndef JC_SCENARIOS_DATA_FOLDERS_H
#define JC_SCENARIOS_DATA_FOLDERS_H

#include "base/error.h"
#include "base/text.h"

/* Appends the folders, colons between them, as jc_scenario_load takes them: those of the environment variable
 * JOULECAST_DATA; without one those of the source tree that the running program was built in, else what was
 * installed together with the shared library or the program, also where these were moved to. Errors: JC_ERROR_INTERNAL. */
int jc_data_folders(struct jc_text *folders, struct jc_error *error);

#endif
