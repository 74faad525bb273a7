/* A scenario that is read is run, with few queries: what comes out is finite, or an error says where it is not. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/run.h"
#include "fuzz/harness.h"

#define MOST_CASES 8

static void
check_moments(const struct jc_record *record)
{
    HARNESS_CHECK(record->moments.n == 0 || isfinite(record->moments.mean));
}

static void
check_results(const struct jc_results *results)
{
    for (size_t j = 0; j < results->n_cases; j++) {
        for (size_t q = 0; q < JC_QUANTITIES; q++) {
            if (results->cases[j].recorded[q]) {
                check_moments(&results->cases[j].record[q]);
            }
        }
    }
    for (size_t j = 0; j < results->n_blends; j++) {
        for (size_t k = 0; k < results->blends[j].n_pathways; k++) {
            for (size_t c = 0; c < results->blends[j].n_cases; c++) {
                check_moments(&results->blends[j].pathway[k].record[c]);
            }
        }
    }
}

static void
run(const struct jc_scenario *scenario)
{
    const struct jc_run_options options = { .threads = 1,
        .simd = JC_SIMD_BASELINE,
        .summary_only = true };
    struct jc_plan plan;
    struct jc_results results;
    struct jc_error error = { "" };
    int ret = jc_plan_init(&plan, scenario, &error);

    harness_check_error(ret, &error);
    if (ret == 0) {
        ret = jc_run(&plan, &options, &results, &error);
        harness_check_error(ret, &error);
        if (ret == 0) {
            check_results(&results);
            jc_results_free(&results);
        }
    }
    jc_plan_free(&plan);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const setting[] = { "queries=100" };
    const struct jc_overrides overrides = { 1, setting };
    struct jc_scenario scenario;
    struct jc_error error = { "" };
    int ret = jc_scenario_load(&scenario, harness_file("input.yaml", data, size), &overrides,
        HARNESS_DATA, &error);

    harness_check_error(ret, &error);
    if (ret == 0) {
        if (scenario.n_cases <= MOST_CASES) {
            run(&scenario);
        }
        jc_scenario_free(&scenario);
    }
    return 0;
}
