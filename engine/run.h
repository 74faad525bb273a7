/*
 * A run: every block of every case is drawn, modelled and recorded, in parallel; blocks fold in
 * their order, so the result does not depend on who computed what when, nor on how often it was stopped.
 */
#ifndef JC_ENGINE_RUN_H
#define JC_ENGINE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/simd.h"
#include "engine/plan.h"
#include "engine/work.h"
#include "results/results.h"
#include "results/samples.h"
#include "results/store.h"

struct jc_crew;

struct jc_run_options {
    int threads; /* >= 1 */
    enum jc_simd simd;
    bool summary_only; /* no samples in the file */
    bool
        samples_stay; /* in the checkpoints that the run goes on from, which the file refers to by names of their own */
    bool bands;         /* also those that the scenario asks for */
    const char *output; /* path of the result file; NULL: none is written */
    struct jc_store_options store;
    uint64_t
        task; /* of n_tasks: a shard with a task's part of the work is written in place of results */
    uint64_t n_tasks;                 /* 0: the whole study, and `task` is not looked at */
    bool resume;                      /* on from the checkpoints of `output`, if there are any */
    const struct jc_results *before;  /* of the same scenario with no more queries: the run goes on
                                        where they end (engine/continuation.h); NULL: from the start */
    const struct jc_samples *samples; /* those of `before`, if the file is to have samples */
    const char *study_text;           /* YAML for the file's provenance, of a sweep; NULL: none */
    bool cases_only;                  /* pathways are left out: their records stay empty */
    jc_progress *progress;            /* NULL: none */
    void *progress_context;
    jc_ask *ask; /* NULL: to the end, without checkpoints */
    void *ask_context;
    const struct jc_crew *
        crew; /* jc_run_crew (engine/crew.h): who shares the work; NULL: nobody. jc_run does not look
                                     at it */
};

/* Runs the plan and leaves its results, also in the file; those of a task stay empty. Checkpoints lie beside the
 * output (engine/parts.h), and are removed when the file has its name. Errors: JC_ERROR_SCENARIO (a value that is
 * negative or no finite number came out; nothing is written), JC_ERROR_IO, JC_ERROR_INTERNAL; JC_ERROR_FORMAT if
 * `before` or its samples cannot be gone on from; JC_ERROR_STOPPED, and the message says what was kept; those of
 * jc_parts_find_checkpoints. On an error there is no file and nothing to free. */
int jc_run(const struct jc_plan *plan, const struct jc_run_options *options,
    struct jc_results *results, struct jc_error *error);

#endif
