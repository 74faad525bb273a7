/* Batch sizes, measured configurations, hardware, interventions, correlations and empirical workloads in
 * the scenario language: what is read, what is refused, and that the resolved scenario says the same. */
#include "scenario_files.h"

#include <math.h>

static const char distribution[] =
    "joulecast_distribution: 1\n"
    "title: five requests\n"
    "rows_read: 6\n"
    "rows_used: 5\n"
    "dropped: {negative: 1}\n"
    "variables:\n"
    "  input_tokens: {values: [100, 200, 4000], weights: [2, 2, 1]}\n"
    "  output_tokens: {values: [7, 30], weights: [3, 2]}\n"
    "joint:\n"
    "  of: [input_tokens, output_tokens]\n"
    "  first_classes: [2, 3]\n"
    "  cells: [[1, 1, 3], [1, 2, 1], [2, 2, 1]]\n";

static void
test_joint(void **state)
{
    struct jc_scenario scenario;
    const struct jc_case *a;

    (void) state;
    write_file("b.yaml", distribution);
    write_minimal(4, "    workload: {empirical: b.yaml}");
    load_well(&scenario, "s.yaml", NULL);
    a = &scenario.cases[0];
    assert_int_equal(a->joint.n_marginals, 2);
    assert_string_equal(a->joint.title, "five requests");
    assert_int_equal(a->joint.n_dropped, 1);
    assert_int_equal(a->joint.joint.n_classes[0], 2);
    assert_int_equal(a->joint.joint.n_classes[1], 2);
    assert_int_equal(a->joint.joint.n_cells, 3);
    assert_int_equal(a->input_tokens.n_items, 3);
    assert_true(a->output_tokens.value[1] == 30 && a->output_tokens.weight[1] == 2);
    assert_int_equal(scenario.n_inputs, 2);
    assert_string_equal(scenario.inputs[1].path, "b.yaml");
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

/* What is known of other variables together is of no use for the tokens. */
static void
test_joint_of_others(void **state)
{
    struct jc_scenario scenario;

    (void) state;
    write_file("b.yaml",
        "joulecast_distribution: 1\nvariables:\n"
        "  input_tokens: {values: [5], weights: [1]}\n"
        "  output_tokens: {values: [7, 30], weights: [2, 2]}\n"
        "  pue: {values: [1.5, 2.5], weights: [2, 2]}\n"
        "  foo: {values: [1, 2], weights: [2, 2]}\n"
        "joint: {of: [output_tokens, pue], cells: [[1, 1, 2], [2, 2, 2]]}\n");
    write_minimal(4, "    workload: {empirical: b.yaml, binning: fernandez2025}");
    load_well(&scenario, "s.yaml", NULL);
    assert_int_equal(scenario.cases[0].joint.n_marginals, 0);
    assert_int_equal(scenario.cases[0].output_tokens.n_items, 2);
    assert_true(scenario.cases[0].output_tokens.value[1] == 32);
    jc_scenario_free(&scenario);
}

/* Rows need no more than what is computed with. */
static void
test_bare_configurations(void **state)
{
    struct jc_scenario scenario;

    (void) state;
    write_minimal(5,
        "    throughput: {form: measured, configurations: [{batch_size: 1, tokens_per_s: "
        "10, gpu_power: 1}, {batch_size: 500, tokens_per_s: 100, gpu_power: 5}]}");
    load_well(&scenario, "s.yaml", "cases.a.workload.batch_size=20");
    assert_int_equal(scenario.cases[0].throughput.configurations.n_rows, 2);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
    write_minimal(5,
        "    throughput: {form: measured, model: x, configurations: [{batch_size: 1, "
        "tokens_per_s: 10, gpu_power: 1}]}");
    expect_error("s.yaml", NULL,
        "s.yaml:5:17: cases.a.throughput: no configuration has this model, precision, gpu, gpus, "
        "parallelism and task");
}

/* What is written over one of the two is drawn apart from the other. */
static void
test_apart(void **state)
{
    struct jc_scenario scenario;

    (void) state;
    write_file("b.yaml", distribution);
    write_minimal(4, "    workload: {empirical: {file: b.yaml, together: false}}");
    load_well(&scenario, "s.yaml", NULL);
    assert_int_equal(scenario.cases[0].joint.n_marginals, 0);
    assert_int_equal(scenario.cases[0].output_tokens.n_items, 2);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);

    write_minimal(4, "    workload: {empirical: b.yaml}");
    load_well(&scenario, "s.yaml", "cases.a.workload.output_tokens=12");
    assert_int_equal(scenario.cases[0].joint.n_marginals, 0);
    assert_int_equal(scenario.cases[0].input_tokens.n_items, 3);
    assert_int_equal(scenario.cases[0].output_tokens.kind, JC_CONSTANT);
    jc_scenario_free(&scenario);

    write_minimal(4,
        "    workload: {input_tokens: {empirical: {file: b.yaml, interpolate: true}}, "
        "output_tokens: {empirical: {file: b.yaml, column: input_tokens}}}");
    load_well(&scenario, "s.yaml", NULL);
    assert_int_equal(scenario.cases[0].input_tokens.kind, JC_INTERPOLATED);
    assert_int_equal(scenario.cases[0].output_tokens.n_items, 3);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

static void
test_binning(void **state)
{
    struct jc_scenario scenario;

    (void) state;
    write_file("b.yaml", distribution);
    write_minimal(4,
        "    workload: {empirical: b.yaml, binning: {input_tokens: [150, 300], "
        "output_tokens: [10, 100]}}");
    load_well(&scenario, "s.yaml", NULL);
    assert_true(fabs(scenario.cases[0].excluded - 0.2) < 1e-12);
    assert_int_equal(scenario.cases[0].joint.n_marginals, 2);
    assert_true(scenario.cases[0].input_tokens.value[1] == 300);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

#define MEASURED                                                                                 \
    "    throughput: {form: measured, table: configurations, model: Llama 3.1 405B, precision: " \
    "fp8, gpu: H100, task: chat"

static void
test_measured(void **state)
{
    struct jc_scenario scenario;
    const struct jc_case *a;

    (void) state;
    write_minimal(5, MEASURED ", outside: clamp}");
    load_well(&scenario, "s.yaml", "cases.a.workload.batch_size={uniform: {low: 8, high: 300}}");
    a = &scenario.cases[0];
    assert_int_equal(a->throughput.form, JC_THROUGHPUT_MEASURED);
    assert_int_equal(a->throughput.configurations.n_rows, 8);
    assert_true(a->throughput.clamp);
    assert_int_equal(a->batch.form, JC_BATCH_DRAWN);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

static void
test_power_from_batch(void **state)
{
    struct jc_scenario scenario;
    const struct jc_case *a;

    (void) state;
    write_file("s.yaml",
        "joulecast: 1\ncases:\n  a:\n"
        "    workload: {input_tokens: 500, output_tokens: 300, batch_size: 32}\n" MEASURED "}\n"
        "    node: {power: 10.2 kW, power_utilization: {from_batch: {other_power: 2300 W}}}\n"
        "    hosting: {pue: {uniform: {low: 1.1, high: 1.3}}}\n"
        "    interventions: [speculative-decoding, {name: x, factor: 0.9}]\n"
        "    correlations: [{between: [workload.output_tokens, hosting.pue], rank: -20 %}]\n");
    load_well(&scenario, "s.yaml", NULL);
    a = &scenario.cases[0];
    assert_int_equal(a->power.form, JC_POWER_FROM_BATCH);
    assert_true(a->power.other_power_kw == 2.3);
    assert_int_equal(a->n_interventions, 2);
    assert_int_equal(a->interventions[0].n_knots, 3);
    assert_true(a->interventions[1].factor[0] == 0.9 && isnan(a->interventions[1].batch_size[0]));
    assert_int_equal(a->n_correlations, 1);
    assert_int_equal(a->correlations[0].of[1], JC_PUE);
    assert_true(a->correlations[0].value == -0.2);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

static void
test_hardware(void **state)
{
    struct jc_scenario scenario;
    const struct jc_case *a;

    (void) state;
    write_minimal(5,
        "    throughput: {form: roofline, architecture: Llama 3.1 8B, accelerator: RTX "
        "A6000, accelerators: 2}");
    load_well(&scenario, "s.yaml",
        "cases.a.workload.batch_size={largest_fit: {architecture: Llama 3.1 8B, accelerator: RTX "
        "A6000, most: 64}}");
    a = &scenario.cases[0];
    assert_true(a->throughput.architecture.layers == 32);
    assert_true(a->throughput.accelerator.peak_flops == 309.7e12);
    assert_true(a->throughput.accelerators == 2);
    assert_int_equal(a->batch.form, JC_BATCH_LARGEST_FIT);
    assert_true(a->batch.reserve == 0.1 && a->batch.most == 64 && a->batch.accelerators == 1);
    assert_int_equal(scenario.n_inputs, 3);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

static void
test_errors(void **state)
{
    static const struct wrong_line wrong[] = {
        { 4, "    workload: {empirical: b.yaml, input_tokens: 5}",
            "s.yaml:4:35: cases.a.workload.input_tokens: empirical has input_tokens already" },
        { 4, "    workload: {input_tokens: 5, output_tokens: 6, binning: fernandez2025}",
            "s.yaml:4:51: cases.a.workload.binning: needs a workload that is empirical" },
        { 4,
            "    workload: {empirical: b.yaml, binning: {input_tokens: [9, 9], output_tokens: "
            "[1]}}",
            "s.yaml:4:59: cases.a.workload.binning.input_tokens: bins must be ascending and "
            "greater "
            "than 0" },
        { 4, "    workload: {empirical: b.yaml, binning: {input_tokens: [9], output_tokens: [1]}}",
            "s.yaml:4:44: cases.a.workload.binning: no request fits into the bins" },
        { 4,
            "    workload: {input_tokens: 5, output_tokens: {empirical: {file: b.yaml, column: "
            "x}}}",
            "s.yaml:4:60: cases.a.workload.output_tokens.empirical: the distribution has no x; "
            "column: "
            "names a variable" },
        { 5, MEASURED "}",
            "s.yaml:3:3: cases.a: workload.batch_size is missing, for example workload: "
            "{batch_size: "
            "32}; throughput or an intervention depends on it" },
        { 5, "    throughput: {form: measured, table: configurations, model: Llama 3.1 405B}",
            "s.yaml:5:17: cases.a.throughput: the configurations differ in precision (fp8, "
            "bfloat16): "
            "choose one" },
        { 5, "    throughput: {form: measured, model: GPT-9}",
            "s.yaml:5:17: cases.a.throughput: no configuration has this model, precision, gpu, "
            "gpus, "
            "parallelism and task" },
        { 5, "    throughput: {form: constant, tokens_per_s: 5, gpu: H100}",
            "s.yaml:5:51: cases.a.throughput.gpu: does not fit form: constant" },
        { 6, "    node: {power: 10.2 kW, power_utilization: {from_batch: {}}}",
            "s.yaml:6:47: cases.a.node.power_utilization: from_batch needs throughput.form: "
            "measured" },
        { 4, "    workload: {empirical: c.yaml}",
            "s.yaml:4:27: cases.a.workload.empirical: can be drawn as low as -7, must be 0 or "
            "greater; "
            "give it a min:" },
        { 4, "    workload: {empirical: e0.yaml}",
            "s.yaml:4:27: cases.a.workload.empirical: output_tokens: 7.5 of the distribution is no "
            "whole number" },
        { 8, "    interventions: [{name: x}]",
            "s.yaml:8:21: cases.a.interventions[1]: an intervention has a name, and a factor or "
            "batch_sizes and factors" },
        { 8, "    correlations: [{between: [hosting.pue, node.pue], rank: 1}]",
            "s.yaml:8:44: cases.a.correlations[1].between[2]: 'node.pue' is not known; expected "
            "one of: workload.input_tokens, workload.output_tokens, workload.batch_size, "
            "throughput.latency, throughput.rate, throughput.duration, node.power, "
            "node.power_utilization, hosting.pue, throughput.tokens_per_s, hosting.wue_site, "
            "hosting.wue_source, hosting.carbon_intensity, hosting.electricity_price" },
        { 8, "    correlations: [{between: [hosting.pue, node.power], rank: 1.5}]",
            "s.yaml:8:63: cases.a.correlations[1].rank: 1.5 found, must be between -1 and 1" },
    };

    (void) state;
    write_file("b.yaml", distribution);
    write_file("c.yaml",
        "joulecast_distribution: 1\nvariables: {input_tokens: {values: [-7], weights: [1]}, "
        "output_tokens: {values: [7], weights: [1]}}\n");
    write_file("e0.yaml",
        "joulecast_distribution: 1\nvariables: {input_tokens: {values: [7], weights: [1]}, "
        "output_tokens: {values: [7.5], weights: [1]}}\n");
    EXPECT_ERRORS(wrong);
}

/* A distribution file is data: its own place is named, and the exit code is that of input data. */
static void
test_broken_files(void **state)
{
    static const struct {
        const char *from, *to, *message;
    } broken[] = {
        { "joulecast_distribution: 1", "joulecast_distribution: 2",
            "b.yaml:1:25: joulecast_distribution: 2 found, this joulecast reads version 1" },
        { "[2, 2, 1]", "[2, 2]",
            "b.yaml:7:17: variables.input_tokens: 3 values and 2 weights found, expected as many" },
        { "[2, 2, 1]", "[2, -2, 1]", NULL },
        { "[2, 2, 1]", "[2, 1e308, 1]", NULL },
        { "[1, 2, 1],", "[1.5, 2, 1],", NULL },
        { "[100, 200,", "[300, 200,", NULL },
        { "[2, 2, 1]]", "[2, 3, 1]]",
            "b.yaml:12:37: joint.cells[3][2]: class 3 found, there are 1 to 2" },
        { "of: [input_tokens, output", "of: [input, output",
            "b.yaml:10:8: joint.of[1]: 'input' is not in variables" },
        { "first_classes: [2, 3]", "first_classes: [2, 4]",
            "b.yaml:11:18: joint.first_classes: class 2 ends at 4, expected 1 to 3" },
        { "[1, 2, 1],", "[1, 2, 9],", NULL },
    };
    struct jc_scenario scenario;
    struct jc_error error;
    char text[1024];
    const char *at;

    (void) state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        at = strstr(distribution, broken[i].from);
        assert_non_null(at);
        (void) snprintf(text, sizeof(text), "%.*s%s%s", (int) (at - distribution), distribution,
            broken[i].to, at + strlen(broken[i].from));
        write_file("b.yaml", text);
        write_minimal(4, "    workload: {empirical: b.yaml}");
        assert_int_equal(load(&scenario, "s.yaml", NULL, &error), JC_ERROR_INPUT);
        if (broken[i].message != NULL) {
            assert_string_equal(error.message, broken[i].message);
        } else {
            assert_non_null(strstr(error.message, "b.yaml:"));
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joint),
        cmocka_unit_test(test_joint_of_others),
        cmocka_unit_test(test_bare_configurations),
        cmocka_unit_test(test_apart),
        cmocka_unit_test(test_binning),
        cmocka_unit_test(test_measured),
        cmocka_unit_test(test_power_from_batch),
        cmocka_unit_test(test_hardware),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_broken_files),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
