/* What is refused of workloads, hardware, interventions, correlations and distribution files, each with what it says. */
#include "scenario_files.h"

#define ROOFLINE "    throughput: {form: roofline, architecture: "
#define SMALL "{parameters: 1e9, layers: 10, attention_width: 100}"
#define EMPIRICAL "    workload: {empirical: b.yaml}"

static const char distribution[] = "joulecast_distribution: 1\n"
                                   "variables:\n"
                                   "  input_tokens: {values: [100, 200], weights: [2, 3]}\n"
                                   "  output_tokens: {values: [7, 30], weights: [3, 2]}\n";

static void
expect_refused(const char *setting, int status, const char *message)
{
    struct jc_scenario scenario;
    struct jc_error error;
    int ret = load(&scenario, "s.yaml", setting, &error);

    if (strstr(error.message, message) == NULL) {
        assert_string_equal(error.message, message); /* shows both */
    }
    assert_int_equal(ret, status);
    assert_null(scenario.cases);
}

/* A line in the place of one of the smallest scenario's. */
static void
test_lines(void **state)
{
    static const struct {
        int line;
        const char *text;
        const char *message;
    } cases[] = {
        { 4, "    workload: {empirical: {together: true}}",
            "file is missing, a distribution file" },
        { 4, "    workload: {empirical: b.yaml, binning: {input_tokens: [1, 1000]}}",
            "output_tokens is missing; binning takes fernandez2025, or" },
        { 4, "    workload: {input_tokens: 5, output_tokens: 5, excluded: 1.5}",
            "excluded: 1.5 found, must be from 0 to below 1" },
        { 4, "    workload: {empirical: b.yaml, binning: fernandez2025, excluded: 0.1}",
            "excluded: is what binning gives; they exclude each other" },
        { 4,
            "    workload: {input_tokens: 5, output_tokens: 5, batch_size: {largest_fit: {most: "
            "5}}}",
            "largest_fit takes an architecture and an accelerator" },
        { 4,
            "    workload: {input_tokens: 5, output_tokens: 5, batch_size: {largest_fit: "
            "{architecture: gpt-oss-120b, accelerator: H200, reserve: 1}}}",
            "reserve: 1 found, must be from 0 to below 1" },
        { 5, ROOFLINE "{layers: 5}, accelerator: H200}", "parameters is missing" },
        { 5, ROOFLINE "{parameters: 5, active_parameters: 6}, accelerator: H200}",
            "active_parameters: 6 found, more than all parameters" },
        { 5, ROOFLINE SMALL ", accelerator: H200}", "kv_bytes_per_token is missing" },
        { 5, ROOFLINE "no-such-model, accelerator: H200}", "there is no 'no-such-model'" },
        { 8, "    correlations: [{between: [hosting.pue], rank: 0.5}]",
            "1 keys found, expected two" },
        { 8, "    correlations: [{between: [hosting.pue, hosting.pue], rank: 0.5}]",
            "the same key twice" },
        { 8,
            "    correlations: [{between: [hosting.pue, workload.output_tokens], rank: 0.5}, "
            "{between: [workload.output_tokens, hosting.pue], rank: 0.5}]",
            "these two are there already" },
        { 8, "    interventions: [{name: a, factors: [2, 3], batch_sizes: [1]}]",
            "1 batch sizes for 2 factors" },
        { 8, "    interventions: [{name: a, factors: [2, 3], batch_sizes: [2, 1]}]",
            "factors must be greater than 0, and batch sizes ascending" },
        { 8, "    interventions: [{name: a}]", "an intervention has a name, and a factor or" },
    };

    (void) state;
    write_file("b.yaml", distribution);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        write_minimal(cases[i].line, cases[i].text);
        expect_refused(NULL, JC_ERROR_SCENARIO, cases[i].message);
    }
}

/* A text in the place of one of the distribution file's; "": at its end. */
static void
test_distribution_files(void **state)
{
    static const struct {
        const char *old;
        const char *new;
        const char *message;
    } cases[] = {
        { "  output_tokens: {values: [7, 30], weights: [3, 2]}\n", "",
            "the distribution has no output_tokens" },
        { "values: [7, 30], weights", "weights", "values is missing, a list of numbers" },
        { "[3, 2]", "[3, 2, 1]", "" },
        { "", "joint: {cells: [[1, 1, 1]]}\n", "of is missing, a list of two variables" },
        { "", "joint: {of: [input_tokens], cells: [[1, 1, 1]]}\n",
            "1 variables found, expected two" },
        { "", "joint: {of: [input_tokens, input_tokens], cells: [[1, 1, 1]]}\n",
            "the same variable twice" },
        { "", "joint: {of: [input_tokens, output_tokens]}\n",
            "cells is missing, a list of [class, class, weight]" },
        { "joulecast_distribution: 1", "joulecast_distribution: 2", "joulecast_distribution" },
    };
    char text[2 * sizeof(distribution)];
    const char *at;
    struct jc_scenario scenario;
    struct jc_error error;

    (void) state;
    write_minimal(4, EMPIRICAL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        at = *cases[i].old == '\0' ? distribution + strlen(distribution)
                                   : strstr(distribution, cases[i].old);
        assert_non_null(at);
        (void) snprintf(text, sizeof(text), "%.*s%s%s", (int) (at - distribution), distribution,
            cases[i].new, at + strlen(cases[i].old));
        write_file("b.yaml", text);
        assert_true(load(&scenario, "s.yaml", NULL, &error) < 0);
        if (strstr(error.message, cases[i].message) == NULL) {
            assert_string_equal(error.message, cases[i].message);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_distribution_files),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
