/*
 * Sensitivity of the queries of a study: what a quantity of each case depends on.
 *
 * Here all inputs vary from query to query, also those that are one unknown value of the fleet, so that both
 * kinds can be compared. Rows are queries; the rows of set A are those of the study, the rows of set B those of
 * the same study with another seed, the first word of the stream "sensitivity.other" (its low half) and the second
 * (its high half). Blocks fold in their order: results do not depend on threads.
 */
#ifndef JC_ENGINE_SENSITIVITY_H
#define JC_ENGINE_SENSITIVITY_H

#include "base/error.h"
#include "engine/run.h"

/* Label of the stream that has the other seed. */
#define JC_SENSITIVITY_STREAM "sensitivity.other"

struct jc_sensitivity_options {
    const struct jc_run_options *run; /* threads, simd, output and store, progress */
    const bool *wanted;               /* [n_cases of the scenario]; NULL: all cases */
    bool grouped;                     /* factors are groups of inputs (factors.h) */
    enum jc_quantity response;
};

/* Indices by pick-freeze from the queries of each case, rank regression coefficients and swings; without
 * cases or records. The rank regression takes the first JC_GIVEN_ROWS queries and has no coefficients for
 * factors of several inputs. A swing moves all inputs of a factor together. With an output, the results
 * are also written there. Errors: JC_ERROR_SCENARIO (a case has no random input, or does not have the response; a
 * response that is no finite number), JC_ERROR_IO, JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_sensitivity_run(const struct jc_plan *plan, const struct jc_sensitivity_options *options,
    struct jc_results *results, struct jc_error *error);

/* First-order indices and rank regression from the samples of a result file, at most JC_GIVEN_ROWS evenly
 * spaced queries of each case. `scenario` is the one that the file holds, which tells inputs from what is computed;
 * inputs that were not stored are left out. Errors: JC_ERROR_INPUT (no samples; response or all inputs not
 * stored), those of jc_plan_init and jc_file_open. */
int jc_sensitivity_of_file(const char *path, const struct jc_plan *plan,
    const struct jc_sensitivity_options *options, struct jc_results *results,
    struct jc_error *error);

#endif
