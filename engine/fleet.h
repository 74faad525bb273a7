/*
 * What a fleet of queries takes in all: demand over months times the means of its cases.
 */
#ifndef JC_ENGINE_FLEET_H
#define JC_ENGINE_FLEET_H

#include "base/error.h"
#include "results/results.h"
#include "scenarios/scenario.h"

/* Fills results->fleets from the records of the cases. A quantity that some case of a fleet has not
 * recorded is not known of it. Errors: JC_ERROR_INTERNAL. */
int jc_fleets_compute(const struct jc_scenario *scenario, struct jc_results *results,
    struct jc_error *error);

#endif
