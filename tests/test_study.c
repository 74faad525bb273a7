/* Studies: scenarios with settings, from files that are read once. */
#include "scenario_files.h"

#include "base/text.h"
#include "scenarios/study.h"

static const struct jc_overrides none;

static struct jc_study *
open_study(const char *text)
{
    struct jc_study *study = NULL;
    struct jc_error error = { "" };

    write_file("s.yaml", text);
    if (jc_study_open(&study, "s.yaml", &none, DATA, &error) != 0) {
        fail_msg("%s", error.message);
    }
    return study;
}

#define CASE                                                              \
    "cases:\n  a:\n    workload: {input_tokens: 5, output_tokens: 300}\n" \
    "    throughput: {form: maximum, table: t.csv, model: X}\n"           \
    "    node: {power: 10.2 kW, power_utilization: 40 %}\n    hosting: {pue: 1.2}\n"
#define TABLE "model,precision,input_tokens,output_tokens,throughput_tokens_per_s,source\n"

/* A study has its tables as they were when it first needed them, whatever becomes of the files. */
static void
test_files_once(void **state)
{
    const struct jc_setting setting = { "cases.a.hosting.pue=1.5", "" };
    struct jc_study *study;
    struct jc_scenario first, second;
    struct jc_error error = { "" };

    (void) state;
    write_file("t.csv", TABLE "X,FP8,1,1,700,s\n");
    study =
        open_study("joulecast: 1\n" CASE "sweep: {parameters: {p: {key: seed, values: [3]}}}\n");
    assert_int_equal(jc_study_scenario(study, 0, NULL, &first, &error), 0);
    write_file("t.csv", TABLE "X,FP8,1,1,900,s\n");
    write_file("s.yaml", "gone");
    assert_int_equal(jc_study_scenario(study, 1, &setting, &second, &error), 0);
    assert_true(second.cases[0].throughput.measurements.row[0].throughput_tokens_per_s == 700);
    assert_true(second.cases[0].pue.parameter[0] == 1.5);
    assert_true(first.cases[0].pue.parameter[0] == 1.2);
    assert_int_equal(second.n_inputs, first.n_inputs);
    for (size_t i = 0; i < first.n_inputs; i++) {
        assert_string_equal(first.inputs[i].path, second.inputs[i].path);
        assert_string_equal(first.inputs[i].sha256, second.inputs[i].sha256);
    }
    assert_int_equal(first.sweep.n_points, 1);
    assert_int_equal(second.sweep.n_points, 0);
    jc_scenario_free(&first);
    jc_scenario_free(&second);
    jc_study_free(study);
}

/* What is written is read as the same study: texts stay texts, nothing stays nothing. */
static void
test_write(void **state)
{
    static const char text[] =
        "joulecast: 1\ntitle: \"12\"\ndescription: 'a: \"b\"\n\n  c'\n"
        "bands: null\n" CASE "sweep: {parameters: {p: {key: defaults.workload, values: {\"1\": "
        "{a: [1, {b: ''}]}, x: null}}}}\n";
    struct jc_study *study;
    struct jc_text written = { 0 };
    struct jc_text again = { 0 };
    struct jc_scenario scenario;
    struct jc_error error = { "" };

    (void) state;
    write_file("t.csv", TABLE "X,FP8,1,1,700,s\n");
    for (int i = 0; i < 2; i++) {
        study = open_study(i == 0 ? text : written.bytes);
        assert_int_equal(jc_study_scenario(study, 0, NULL, &scenario, &error), 0);
        assert_string_equal(scenario.title, "12");
        assert_string_equal(scenario.description, "a: \"b\"\nc");
        assert_int_equal(scenario.bands.draws, 0);
        assert_string_equal(scenario.sweep.parameter[0].text[0], "1");
        assert_string_equal(scenario.sweep.parameter[0].value[0], "{a: [1, {b: \"\"}]}");
        assert_string_equal(scenario.sweep.parameter[0].value[1], "null");
        assert_int_equal(jc_study_write(study, i == 0 ? &written : &again, &error), 0);
        jc_scenario_free(&scenario);
        jc_study_free(study);
    }
    assert_string_equal(written.bytes, again.bytes);
    jc_text_free(&written);
    jc_text_free(&again);
}

static void
test_errors(void **state)
{
    const struct jc_setting wrong = { "cases.a.hosting.pue=0", "" };
    struct jc_study *study;
    struct jc_scenario scenario;
    struct jc_error error = { "" };

    (void) state;
    write_file("t.csv", TABLE "X,FP8,1,1,700,s\n");
    study = open_study("joulecast: 1\n" CASE);
    assert_int_equal(jc_study_scenario(study, 1, &wrong, &scenario, &error), JC_ERROR_SCENARIO);
    assert_string_equal(error.message,
        "--set cases.a.hosting.pue=0: cases.a.hosting.pue: 0 found, must be greater than 0");
    jc_study_free(study);
    assert_int_equal(jc_study_open(&study, "none.yaml", &none, DATA, &error), JC_ERROR_IO);
    assert_null(study);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_once),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
