/* A table of points, the input, of a sweep in a study that is always the same; each point is made a scenario. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/harness.h"
#include "scenarios/study.h"

#define MOST_POINTS 8

static const char study_text[] =
    "joulecast: 1\n"
    "cases:\n"
    "  a:\n"
    "    workload: {input_tokens: 500, output_tokens: 300}\n"
    "    throughput: {form: constant, tokens_per_s: 5200}\n"
    "    node: {power: 10.2 kW, power_utilization: 40 %}\n"
    "    hosting: {pue: 1.2}\n"
    "sweep:\n"
    "  design: {csv: points.csv}\n"
    "  parameters:\n"
    "    pue: {key: cases.a.hosting.pue}\n"
    "    tokens: {key: cases.a.workload.output_tokens, column: output}\n";

static void
make_points(const struct jc_study *study, const struct jc_sweep *sweep)
{
    struct jc_setting setting[JC_SWEEP_MOST_PARAMETERS];
    char *text[JC_SWEEP_MOST_PARAMETERS];
    struct jc_scenario scenario;
    struct jc_error error;
    int ret;

    for (size_t k = 0; k < sweep->n_points && k < MOST_POINTS; k++) {
        for (size_t p = 0; p < sweep->n_parameters; p++) {
            const struct jc_sweep_parameter *parameter = &sweep->parameter[p];

            HARNESS_CHECK(asprintf(&text[p], "%s=%s", parameter->key,
                              parameter->value[jc_sweep_value(sweep, k, p)])
                > 0);
            setting[p] = (struct jc_setting){ text[p], parameter->directory };
        }
        error.message[0] = '\0';
        ret = jc_study_scenario(study, sweep->n_parameters, setting, &scenario, &error);
        harness_check_error(ret, &error);
        if (ret == 0) {
            jc_scenario_free(&scenario);
        }
        for (size_t p = 0; p < sweep->n_parameters; p++) {
            free(text[p]);
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct jc_overrides none = { 0 };
    struct jc_study *study;
    struct jc_scenario scenario;
    struct jc_error error = { "" };
    int ret;

    (void) harness_file("points.csv", data, size);
    ret = jc_study_open(&study, harness_file("study.yaml", study_text, strlen(study_text)), &none,
        HARNESS_DATA, &error);
    harness_check_error(ret, &error);
    if (ret != 0) {
        return 0;
    }
    ret = jc_study_scenario(study, 0, NULL, &scenario, &error);
    harness_check_error(ret, &error);
    if (ret == 0) {
        make_points(study, &scenario.sweep);
        jc_scenario_free(&scenario);
    }
    jc_study_free(study);
    return 0;
}
