/*
 * What fleets of queries take in all: shares and demand times the means of their cases, in every draw of what
 * is unknown. It needs results alone, so it works on those that were just computed and on those of files.
 */
#ifndef JC_ENGINE_FLEET_H
#define JC_ENGINE_FLEET_H

#include "base/error.h"
#include "results/results.h"
#include "scenarios/scenario.h"

/* Draws of fleets whose own shares or factors are unknown, of results without bands. */
#define JC_FLEET_DRAWS 1000

/* Fills results->fleets, instead of what was there, from the records and the bands of the cases, which are those of the scenario, in its
 * order. A quantity that some case of a fleet has not recorded is not known of it. With bands, a draw of the
 * fleets is a draw of the bands. Errors: JC_ERROR_INTERNAL. */
int jc_fleets_compute(const struct jc_scenario *scenario, struct jc_results *results,
    struct jc_error *error);

#endif
