/*
 * The summary as JSON, in the shape that other programs rely on (format joulecast-summary,
 * version 1).
 */
#ifndef JC_RESULTS_JSON_H
#define JC_RESULTS_JSON_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "results/results.h"

/* Appends the document, indented, with a newline at its end. The quantiles are those of `results`.
 * Errors: JC_ERROR_INTERNAL. */
int jc_json_summary(const struct jc_results *results, struct jc_text *text, struct jc_error *error);

#endif
