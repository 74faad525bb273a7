/* `empirical:` takes the values of a column of a CSV file, exactly, and says what is wrong with one. */
#include "scenario_files.h"

/* The distribution of output tokens of a scenario that states it so. */
static const struct jc_distribution *
read_tokens(struct jc_scenario *scenario, const char *value)
{
    char line[256];

    (void) snprintf(line, sizeof(line), "    workload: {input_tokens: 500, output_tokens: %s}",
        value);
    write_minimal(4, line);
    load_well(scenario, "s.yaml", NULL);
    return &scenario->cases[0].output_tokens;
}

static void
expect_items(const struct jc_distribution *self, size_t n, const double *value,
    const double *weight)
{
    assert_int_equal(self->kind, JC_DISCRETE);
    assert_int_equal(self->n_items, n);
    for (size_t i = 0; i < n; i++) {
        assert_true(self->value[i] == value[i]);
        assert_true(self->weight[i] == weight[i]);
    }
}

static void
test_columns(void **state)
{
    static const double value[] = { 3, 7, 20 };
    static const double counts[] = { 1, 3, 1 };
    static const double weights[] = { 0.5, 1.75, 0 };
    struct jc_scenario scenario;

    (void) state;
    write_file("t.csv", "value,other\n7,1\n20,1\n7,2\n3,5\n7,9\n");
    expect_items(read_tokens(&scenario, "{empirical: t.csv}"), 3, value, counts);
    jc_scenario_free(&scenario);
    write_file("t.csv", "tokens,weight\n3,0.5\n20,0\n7,1.5\n7,0.25\n");
    expect_items(read_tokens(&scenario,
                     "{empirical: {file: t.csv, column: tokens}, integer: true}"),
        3, value, weights);
    assert_true(scenario.cases[0].output_tokens.integer);
    assert_int_equal(scenario.n_inputs, 2);
    assert_string_equal(scenario.inputs[1].path, "t.csv");
    jc_scenario_free(&scenario);
}

/* What is stored with a result needs no file. */
static void
test_resolved(void **state)
{
    static const double value[] = { 3, 7 };
    static const double weight[] = { 1, 2 };
    struct jc_scenario scenario;
    struct jc_text text = { 0 };
    struct jc_error error;

    (void) state;
    write_file("t.csv", "value\n7\n3\n7\n");
    (void) read_tokens(&scenario, "{empirical: t.csv}");
    assert_int_equal(jc_scenario_write(&scenario, &text, &error), 0);
    jc_scenario_free(&scenario);
    assert_int_equal(remove("t.csv"), 0);
    write_file("s.yaml", text.bytes);
    load_well(&scenario, "s.yaml", NULL);
    expect_items(&scenario.cases[0].output_tokens, 2, value, weight);
    jc_scenario_free(&scenario);
    jc_text_free(&text);
}

static void
expect_input_error(const char *csv, const char *message)
{
    struct jc_scenario scenario;
    struct jc_error error;

    write_file("t.csv", csv);
    write_minimal(4, "    workload: {input_tokens: 500, output_tokens: {empirical: t.csv}}");
    assert_int_equal(load(&scenario, "s.yaml", NULL, &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, message);
}

static void
test_bad_files(void **state)
{
    (void) state;
    expect_input_error("tokens\n1\n", "t.csv:1: column 'value' is missing");
    expect_input_error("value,weight\n1,1\n,1\n", "t.csv:3: value: a number is missing");
    expect_input_error("value,weight\n1,1\n2,\n", "t.csv:3: weight: a number is missing");
    expect_input_error("value,weight\n1,-1\n", "t.csv:2: weight: -1 is negative");
    expect_input_error("value\nmany\n", "t.csv:2: value: 'many' is not a finite number");
    expect_input_error("value\n", "t.csv: a header without rows");
}

static void
test_bad_scenarios(void **state)
{
    static const struct wrong_line wrong[] = {
        { 4, "    workload: {input_tokens: 500, output_tokens: {empirical: absent.csv}}",
            "s.yaml:4:62: cases.a.workload.output_tokens.empirical: distribution 'absent.csv' not "
            "found, looked for absent.csv and in " DATA ", with and without .csv or .yaml" },
        { 4, "    workload: {input_tokens: 500, output_tokens: {empirical: {column: x}}}",
            "s.yaml:4:62: cases.a.workload.output_tokens.empirical: empirical takes a file, and "
            "the "
            "name of its column" },
        { 4, "    workload: {input_tokens: 500, output_tokens: {empirical: [a]}}",
            "s.yaml:4:62: cases.a.workload.output_tokens.empirical: expected a file, found a "
            "list" },
        { 4, "    workload: {input_tokens: 500, output_tokens: {empirical: t.csv}}",
            "s.yaml:4:50: cases.a.workload.output_tokens: can be drawn as low as -2, must be 0 or "
            "greater; give it a min:" },
    };

    static const struct wrong_line weightless = { 4,
        "    workload: {input_tokens: 500, output_tokens: {empirical: t.csv}}",
        "s.yaml:4:50: cases.a.workload.output_tokens: one weight at least must be greater than 0" };

    (void) state;
    write_file("t.csv", "value\n-2\n5\n");
    expect_errors(wrong, sizeof(wrong) / sizeof(wrong[0]));
    write_file("t.csv", "value,weight\n2,0\n");
    expect_errors(&weightless, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_resolved),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_bad_scenarios),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
