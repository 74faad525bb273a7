/*
 * A run: every block of every case is drawn, modelled and recorded, in parallel; blocks fold in
 * their order, so the result does not depend on who computed what when.
 */
#ifndef JC_ENGINE_RUN_H
#define JC_ENGINE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/simd.h"
#include "engine/plan.h"
#include "results/results.h"
#include "results/samples.h"
#include "results/store.h"

/* Called after a block, by one thread at a time. */
typedef void jc_progress(void *context, uint64_t queries_done, uint64_t queries_in_all);

struct jc_run_options {
    int threads; /* >= 1 */
    enum jc_simd simd;
    bool summary_only;  /* no samples in the file */
    bool bands;         /* also those that the scenario asks for */
    const char *output; /* path of the result file; NULL: none is written */
    struct jc_store_options store;
    const struct jc_results *before;  /* of the same scenario with no more queries: the run goes on
                                        where they end (engine/continuation.h); NULL: from the start */
    const struct jc_samples *samples; /* those of `before`, if the file is to have samples */
    const char *study_text;           /* YAML for the file's provenance, of a sweep; NULL: none */
    bool cases_only;                  /* pathways are left out: their records stay empty */
    jc_progress *progress;            /* NULL: none */
    void *progress_context;
};

/* Runs the plan and leaves its results, also in the file. Errors: JC_ERROR_SCENARIO (a value that is
 * negative or no finite number came out; nothing is written), JC_ERROR_IO, JC_ERROR_INTERNAL;
 * JC_ERROR_FORMAT if `before` or its samples cannot be gone on from. On an error there is no file and
 * nothing to free. */
int jc_run(const struct jc_plan *plan, const struct jc_run_options *options,
    struct jc_results *results, struct jc_error *error);

#endif
