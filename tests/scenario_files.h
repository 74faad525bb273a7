/* What the tests of scenarios share: small scenario files in a folder of their own. */
#ifndef JC_TESTS_SCENARIO_FILES_H
#define JC_TESTS_SCENARIO_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scenarios/scenario.h"

#define DATA JC_SOURCE_ROOT "/models/data:" JC_SOURCE_ROOT "/samplers/data"
#define STUDIES JC_SOURCE_ROOT "/scenarios/"

/* The smallest scenario, line by line. */
static const char *const minimal[] = { "joulecast: 1",
    "cases:", "  a:", "    workload: {input_tokens: 500, output_tokens: 300}",
    "    throughput: {form: constant, tokens_per_s: 5200}",
    "    node: {power: 10.2 kW, power_utilization: 40 %}", "    hosting: {pue: 1.2}" };

enum { LINES = sizeof(minimal) / sizeof(minimal[0]) };

static char folder[] = "/tmp/joulecast-test-XXXXXX";

/* The tests write their files into a folder of their own, and work there. */
static inline int
set_up(void **state)
{
    (void) state;
    return mkdtemp(folder) == NULL ? -1 : chdir(folder);
}

static inline int
tear_down(void **state)
{
    static const char *const files[] = { "s.yaml", "b.yaml", "c.yaml", "t.csv", "my study.yml",
        "resolved.yaml" };
    char path[32];

    (void) state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        (void) unlink(files[i]);
    }
    for (int i = 0; i < 10; i++) {
        (void) snprintf(path, sizeof(path), "e%d.yaml", i);
        (void) unlink(path);
    }
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

static inline void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Writes s.yaml: the smallest scenario with another line in the place of one; the line behind the last
 * is added. */
static inline void
write_minimal(int line, const char *replacement)
{
    char text[4096] = "";

    for (int i = 1; i <= LINES + 1; i++) {
        if (i <= LINES || i == line) {
            (void) strcat(strcat(text, i == line ? replacement : minimal[i - 1]), "\n");
        }
    }
    write_file("s.yaml", text);
}

static inline int
load(struct jc_scenario *self, const char *path, const char *setting, struct jc_error *error)
{
    const struct jc_overrides overrides = { .n_settings = setting == NULL ? 0 : 1, &setting };

    *error = (struct jc_error){ "" };
    return jc_scenario_load(self, path, &overrides, DATA, error);
}

static inline void
load_well(struct jc_scenario *self, const char *path, const char *setting)
{
    struct jc_error error;
    int ret = load(self, path, setting, &error);

    assert_string_equal(error.message, "");
    assert_int_equal(ret, 0);
}

/* The resolved scenario reads back to the same text. */
static inline void
expect_round_trip(const struct jc_scenario *scenario)
{
    struct jc_text first = { 0 };
    struct jc_text second = { 0 };
    struct jc_scenario again;
    struct jc_error error;

    assert_int_equal(jc_scenario_write(scenario, &first, &error), 0);
    write_file("resolved.yaml", first.bytes);
    load_well(&again, "resolved.yaml", NULL);
    assert_int_equal(jc_scenario_write(&again, &second, &error), 0);
    assert_string_equal(first.bytes, second.bytes);
    jc_scenario_free(&again);
    jc_text_free(&first);
    jc_text_free(&second);
}

static inline void
expect_error(const char *path, const char *setting, const char *message)
{
    struct jc_scenario scenario;
    struct jc_error error;

    assert_int_equal(load(&scenario, path, setting, &error), JC_ERROR_SCENARIO);
    assert_string_equal(error.message, message);
    assert_null(scenario.cases);
}

/* A line of the smallest scenario that is wrong, and what is said of it. */
struct wrong_line {
    int line;
    const char *text;
    const char *message;
};

static inline void
expect_errors(const struct wrong_line *wrong, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        write_minimal(wrong[i].line, wrong[i].text);
        expect_error("s.yaml", NULL, wrong[i].message);
    }
}

#define EXPECT_ERRORS(wrong) expect_errors(wrong, sizeof(wrong) / sizeof((wrong)[0]))

#endif
