/* A scenario file and settings: its bytes up to the first NUL, then one setting up to each further NUL. What is read
 * is written, and that is read to the same scenario. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/harness.h"
#include "scenarios/study.h"

#define MOST_SETTINGS 8

static void
check_written(const struct jc_scenario *scenario)
{
    struct jc_text text = { 0 };
    struct jc_text again = { 0 };
    struct jc_scenario copy;
    struct jc_error error = { "" };
    int ret = jc_scenario_write(scenario, &text, &error);

    harness_check_error(ret, &error);
    HARNESS_CHECK(ret == 0);
    ret = jc_scenario_parse(&copy, "resolved", text.bytes, &error);
    if (ret != 0) {
        (void) fprintf(stderr, "%s\n%s\n", error.message, text.bytes);
    }
    HARNESS_CHECK(ret == 0);
    HARNESS_CHECK(jc_scenario_write(&copy, &again, &error) == 0);
    if (strcmp(text.bytes, again.bytes) != 0) {
        (void) fprintf(stderr, "%s\n----\n%s\n", text.bytes, again.bytes);
    }
    HARNESS_CHECK(strcmp(text.bytes, again.bytes) == 0);
    jc_scenario_free(&copy);
    jc_text_free(&text);
    jc_text_free(&again);
}

static void
read_scenario(const char *path, const struct jc_overrides *overrides)
{
    struct jc_scenario scenario;
    struct jc_error error = { "" };
    int ret = jc_scenario_load(&scenario, path, overrides, HARNESS_DATA, &error);

    harness_check_error(ret, &error);
    if (ret == 0) {
        check_written(&scenario);
        jc_scenario_free(&scenario);
    }
}

static void
read_study(const char *path, const struct jc_overrides *overrides)
{
    struct jc_study *study;
    struct jc_text text = { 0 };
    struct jc_error error = { "" };
    int ret = jc_study_open(&study, path, overrides, HARNESS_DATA, &error);

    harness_check_error(ret, &error);
    if (ret == 0) {
        ret = jc_study_write(study, &text, &error);
        harness_check_error(ret, &error);
        HARNESS_CHECK(ret == 0 || ret == JC_ERROR_SCENARIO);
        jc_study_free(study);
    }
    jc_text_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *setting[MOST_SETTINGS];
    struct jc_overrides overrides = { .setting = setting };
    char *text = malloc(size + 1);
    const char *path;
    size_t used;

    HARNESS_CHECK(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    path = harness_file("input.yaml", text, strlen(text));
    for (used = strlen(text) + 1; used < size && overrides.n_settings < MOST_SETTINGS;
         used += strlen(text + used) + 1) {
        setting[overrides.n_settings++] = text + used;
    }
    read_scenario(path, &overrides);
    read_study(path, &overrides);
    free(text);
    return 0;
}
