/*
 * Fleets as JSON: a part of the summary, and a document of their own (format joulecast-fleet, version 1).
 */
#ifndef JC_RESULTS_FLEET_JSON_H
#define JC_RESULTS_FLEET_JSON_H

#include <cJSON.h>

#include "base/error.h"
#include "base/text.h"
#include "results/results.h"

/* Adds {NAME: {...}} of all fleets under a name. Returns 0; 1 if memory ran out. */
int jc_json_add_fleets(cJSON *document, const char *name, const struct jc_results *results);

/* Adds {"0.05": [value, lower, upper], ...} of a band under a name. Returns 0; 1 if memory ran out. */
int jc_json_add_band(cJSON *parent, const char *name, const struct jc_band *band);

/* Appends the document, indented, with a newline at its end. Errors: JC_ERROR_INTERNAL. */
int jc_json_fleet(const struct jc_results *results, struct jc_text *text, struct jc_error *error);

#endif
