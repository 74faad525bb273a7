/*
 * Sensitivity of what draws of the unknowns have in common: which of them the band of a mean, or of a
 * quantile, comes from.
 *
 * Rows are draws; the response to a draw is a statistic of its queries, the same queries for all draws. The
 * rows of set A are the draws 0, 1, ... of the bands; those of set B are the draws of the same study with the
 * seed that jc_other_seed gives. All words of an unknown, or of a group, are exchanged together.
 */
#ifndef JC_ENGINE_SENSITIVITY_UNKNOWNS_H
#define JC_ENGINE_SENSITIVITY_UNKNOWNS_H

#include "base/error.h"
#include "engine/run.h"
#include "engine/subjects.h"

struct jc_unknowns_options {
    const struct jc_run_options *run; /* threads, simd, output and store, progress */
    const bool *wanted;               /* [n_cases + n_blends of the scenario], cases first; NULL:
                                         all that have the quantity and something unknown */
    bool grouped;
    struct jc_statistic statistic;
};

/* Of each case and blend, by new draws: as many as plan->scenario->bands has, each of so many queries. Indices by
 * pick-freeze; rank regression of the response on the probabilities that were drawn (at most JC_GIVEN_ROWS draws),
 * with coefficients of factors of one word; swings, which are the P5 and the P95 of the response if a factor alone is
 * drawn and all other words are in the middle. A factor of one word takes evenly spaced values for this,
 * one of several those of set A. Memory grows with the draws by one number for each case and blend. With an
 * output, the results are also written there. Errors: those of jc_subjects_init, jc_layers_run and
 * jc_store_create; then there is nothing to free. */
int jc_sensitivity_of_unknowns(const struct jc_plan *plan,
    const struct jc_unknowns_options *options, struct jc_results *results, struct jc_error *error);

/* First-order indices and rank regression from the bands of a result file, of at most JC_GIVEN_ROWS draws. The plan
 * is that of the scenario in the file. Here every word of an unknown is an input by itself: what several words
 * of one explain together is not to be had from draws that are there. Errors: those of jc_subjects_init;
 * JC_ERROR_INPUT (no bands, or not of this statistic), JC_ERROR_FORMAT. */
int jc_sensitivity_of_bands(const struct jc_bands *bands, const struct jc_plan *plan,
    const struct jc_unknowns_options *options, struct jc_results *results, struct jc_error *error);

#endif
