/*
 * Sweeps: a study at many points. Each point is a scenario of its own (scenarios/sweep.h), run on common random numbers:
 * the same seed and the same streams. Its numbers depend on the point alone, not on who computes it, when, or
 * with how many threads, so points can be split in any way.
 */
#ifndef JC_ENGINE_SWEEP_H
#define JC_ENGINE_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/crew.h"
#include "engine/plan.h"
#include "engine/run.h"
#include "results/journal.h"
#include "results/known_points.h"
#include "results/sweep.h"
#include "scenarios/study.h"

/* A sweep made ready to compute. */
struct jc_sweep_plan {
    const struct jc_study *study;
    struct jc_scenario whole;        /* the scenario of the study as it is, with its sweep */
    struct jc_scenario base;         /* the same with the queries of a point, without sweep */
    struct jc_plan plan;             /* of the base */
    uint8_t digest[JC_SHA256_BYTES]; /* of the base, as points have one */
};

/* `study` must outlive the plan. Errors: JC_ERROR_SCENARIO (the study has no sweep), those of
 * jc_study_scenario and jc_plan_init of the study without any of its points' settings; free also then. */
int jc_sweep_plan_init(struct jc_sweep_plan *self, const struct jc_study *study,
    struct jc_error *error);
void jc_sweep_plan_free(struct jc_sweep_plan *self);

/* Axes, cases and blends of the sweep, and its points, all of them missing. Errors: JC_ERROR_INTERNAL;
 * jc_sweep_result_free frees what is there. */
int jc_sweep_plan_result(const struct jc_sweep_plan *self, struct jc_sweep_result *result,
    struct jc_error *error);

struct jc_sweep_options {
    int threads; /* >= 1 */
    enum jc_simd simd;
    const struct jc_known_points *known; /* sorted; these are taken over; NULL: none */
    struct jc_journal *journal;          /* that points go to when they are computed; NULL: none */
    jc_progress *progress;               /* NULL: none */
    void *progress_context;
    jc_ask *ask; /* only a stop is looked at; NULL: to the end */
    void *ask_context;
    const struct jc_crew
        *crew; /* whose counter is looked after while points are computed; NULL: none */
};

/* Computes the points point[n] of a result that jc_sweep_plan_result made. Threads take points, or blocks of a point
 * where those are many or points are few; each point leaves statistics alone. What is wrong with a point, in its
 * settings, its data or what it computes, is its message and no error. Errors: JC_ERROR_INTERNAL, JC_ERROR_IO (the
 * journal), JC_ERROR_STOPPED; points that were computed till then are there. */
int jc_sweep_compute(const struct jc_sweep_plan *self, const struct jc_sweep_options *options,
    size_t n, const size_t *point, struct jc_sweep_result *result, struct jc_error *error);

/* One point of them. Errors: JC_ERROR_INTERNAL, JC_ERROR_STOPPED. */
int jc_sweep_compute_point(const struct jc_sweep_plan *self, const struct jc_run_options *options,
    const struct jc_known_points *known, size_t index, struct jc_sweep_result *result,
    bool *was_known, struct jc_error *error);

/* How a whole sweep went. */
struct jc_sweep_outcome {
    size_t n_points; /* all of them, or those of the task */
    size_t n_known;  /* points that were there already */
    size_t n_failed;
    size_t n_different; /* points that differ in what was computed */
    bool nothing_to_do; /* the file stays as it is */
};

/* Computes a whole sweep and writes its result file, that of run->output, unless it is NULL; by all ranks of run->crew, if
 * that is not NULL, of which the first one has the results and the outcome. With `resume`, points
 * that the file or its journal has are taken over. Where all points fail there is no file and the error is that of the first.
 * A task (run->n_tasks > 0, and there is an output) computes the points that are its share, whether they fail or not,
 * and writes a shard.
 * Errors: those of jc_sweep_plan_init, jc_sweep_compute and jc_journal_open; of a file that is resumed those of
 * jc_resume_check, of a shard those of jc_part_check; JC_ERROR_STOPPED, and the message says how to go on;
 * JC_ERROR_IO. Then there is nothing to free; otherwise the results have no cases and one sweep. */
int jc_sweep_run(const struct jc_study *study, const struct jc_run_options *run, bool resume,
    struct jc_results *results, struct jc_sweep_outcome *outcome, struct jc_error *error);

#endif
