/*
 * Runs a study and prints the median energy of a query in each case, with its 95 % confidence interval:
 *
 *     cc energy.c $(pkg-config --cflags --libs joulecast) -o energy
 *     ./energy "$(pkg-config --variable=scenarios joulecast)/oviedo2026-traditional.yaml"
 */
#include <joulecast.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
    const double half = 0.5;
    struct jc_error error = { "" };
    struct jc_text folders = { 0 };
    struct jc_scenario study = { 0 };
    struct jc_plan plan = { 0 };
    struct jc_results results = { 0 };
    struct jc_mixture energy;
    struct jc_statistics statistics;
    struct jc_overrides changes = { 1, (const char *const[]){ "queries=100000" } };
    struct jc_run_options options = { .threads = 1, .simd = jc_simd_best(), .summary_only = true };
    int ret = argc == 2 ? jc_data_folders(&folders, &error)
                        : jc_fail(&error, JC_ERROR_SCENARIO, "usage: energy SCENARIO");

    ret = ret ? ret : jc_scenario_load(&study, argv[1], &changes, folders.bytes, &error);
    ret = ret ? ret : jc_plan_init(&plan, &study, &error);
    ret = ret ? ret : jc_run(&plan, &options, &results, &error);
    for (size_t j = 0; ret == 0 && j < results.n_cases; j++) {
        ret = jc_results_case_mixture(&results, j, JC_ENERGY, &energy, &error);
        ret = ret ? ret : jc_mixture_statistics(&energy, 1, &half, true, &statistics, &error);
        if (ret == 0) {
            printf("%s: %.4f Wh (%.4f to %.4f)\n", results.cases[j].label, statistics.quantile[0],
                statistics.lower[0], statistics.upper[0]);
            jc_statistics_free(&statistics);
            jc_mixture_free(&energy);
        }
    }
    if (ret != 0) {
        fprintf(stderr, "energy: %s\n", error.message);
    }
    jc_results_free(&results);
    jc_plan_free(&plan);
    jc_scenario_free(&study);
    jc_text_free(&folders);
    return -ret;
}
