/*
 * What a scenario takes as given, told for people: inputs with their distributions, how throughput and power are
 * computed, correlations, pathways, fleets; and the sources of all rows of tables that it uses.
 */
#ifndef JC_ENGINE_ASSUMPTIONS_H
#define JC_ENGINE_ASSUMPTIONS_H

#include "base/error.h"
#include "results/report/report.h"
#include "scenarios/scenario.h"

/* Fills an empty study; cases that share an assumption are told together. The scenario is not changed. Errors:
 * JC_ERROR_INTERNAL; free the study in any case. */
int jc_assumptions_of(struct jc_scenario *scenario, struct jc_report_study *study,
    struct jc_error *error);

/* Its parts that have files of their own. */
int jc_assumptions_of_fleets(const struct jc_scenario *scenario, struct jc_report_study *study,
    struct jc_error *error);
int jc_sources_of(const struct jc_scenario *scenario, struct jc_report_study *study,
    struct jc_error *error);

/* The kind of a distribution in words, its nature and its P5, median and P95 (of a constant the median alone).
 * `text` is to be freed, also after an error. Errors: JC_ERROR_INTERNAL. */
int jc_assumption_describe(const struct jc_distribution *distribution,
    struct jc_report_assumption *assumption, struct jc_text *text, struct jc_error *error);

/* Whether two distributions are the same. */
bool jc_assumption_same(const struct jc_distribution *a, const struct jc_distribution *b);

#endif
