/* Requests seen from outside, shares of a node by class, hosts and footprint, and known quantiles in the
 * scenario language. */
#include "scenario_files.h"

#include <math.h>

#define API                                                                                       \
    "    throughput: {form: api, latency: 400 ms, rate: {quantiles: {5 %: 107, 25 %: 149, 50 %: " \
    "194, 75 %: 222, 95 %: 326}}}"

/* The known quantiles come back, and beyond them the lines go straight on. */
static void
test_quantiles(void **state)
{
    static const double p[] = { 0.05, 0.25, 0.5, 0.75, 0.95, 0.15, 0.025 };
    static const double x[] = { 107, 149, 194, 222, 326, 128, 101.75 };
    struct jc_scenario scenario;
    const struct jc_distribution *rate;

    (void) state;
    write_minimal(5, API);
    load_well(&scenario, "s.yaml", NULL);
    rate = &scenario.cases[0].throughput.rate;
    assert_int_equal(rate->kind, JC_INTERPOLATED);
    for (size_t i = 0; i < sizeof(p) / sizeof(p[0]); i++) {
        assert_true(fabs(jc_distribution_cdf(rate, x[i]) - p[i]) < 1e-9);
    }
    assert_true(jc_distribution_cdf(rate, 96.4) < 1e-9);
    assert_true(jc_distribution_cdf(rate, 352.1) > 1 - 1e-9);
    assert_true(scenario.cases[0].throughput.latency_s.parameter[0] == 0.4);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

/* A step: as much of the distribution has the one value as its knots say. */
static void
test_flat_quantiles(void **state)
{
    struct jc_scenario scenario;
    const struct jc_distribution *rate;

    (void) state;
    write_minimal(5,
        "    throughput: {form: api, latency: 1, rate: {quantiles: {1 %: 3, 50 %: 3, 99 %: "
        "10}}}");
    load_well(&scenario, "s.yaml", NULL);
    rate = &scenario.cases[0].throughput.rate;
    assert_true(fabs(jc_distribution_cdf(rate, 3.0000001) - 0.5) < 1e-6);
    assert_true(jc_distribution_cdf(rate, 2.9999999) < 1e-6);
    assert_true(fabs(jc_distribution_cdf(rate, 6.5) - 0.745) < 1e-6);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

static void
test_class(void **state)
{
    struct jc_scenario scenario;
    const struct jc_power_spec *power;

    (void) state;
    write_minimal(6,
        "    node: {power: 10.2 kW, power_utilization: {from_class: {class: large-h100, "
        "weight: {uniform: {low: 0, high: 1}}}}}");
    load_well(&scenario, "s.yaml", NULL);
    power = &scenario.cases[0].power;
    assert_int_equal(power->form, JC_POWER_FROM_CLASS);
    assert_true(power->service_class.gpu_share_low == 0.055);
    assert_true(power->service_class.gpu_share_high == 0.075);
    assert_true(power->service_class.gpu_power_kw == 5.6);
    assert_int_equal(power->utilization.kind, JC_UNIFORM);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

/* A host gives four numbers, each of which can be written over, also in a case over its defaults. */
static void
test_host(void **state)
{
    struct jc_scenario scenario;
    const struct jc_case *a;

    (void) state;
    write_minimal(7,
        "    hosting: {host: azure-v6, wue_site: 500 mL/kWh, electricity_price: 0.1 /kWh}");
    load_well(&scenario, "s.yaml", NULL);
    a = &scenario.cases[0];
    assert_true(a->pue.parameter[0] == 1.12);
    assert_true(a->footprint.value[JC_FOOTPRINT_WUE_SITE].parameter[0] == 0.5);
    assert_true(a->footprint.value[JC_FOOTPRINT_WUE_SOURCE].parameter[0] == 4.35);
    assert_true(a->footprint.value[JC_FOOTPRINT_CARBON].parameter[0] == 0.35);
    assert_true(a->footprint.value[JC_FOOTPRINT_PRICE].parameter[0] == 0.1);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);

    load_well(&scenario, "s.yaml", "cases.a.hosting.host=aws-v6");
    assert_true(scenario.cases[0].pue.parameter[0] == 1.14);
    assert_true(scenario.cases[0].footprint.value[JC_FOOTPRINT_WUE_SITE].parameter[0] == 0.18);
    jc_scenario_free(&scenario);

    write_minimal(7, "    hosting: {pue: 1.2, carbon_intensity: 350 g/kWh}");
    load_well(&scenario, "s.yaml", NULL);
    a = &scenario.cases[0];
    assert_false(a->footprint.known[JC_FOOTPRINT_WUE_SITE]);
    assert_true(a->footprint.known[JC_FOOTPRINT_CARBON]);
    assert_true(a->footprint.value[JC_FOOTPRINT_CARBON].parameter[0] == 0.35);
    jc_scenario_free(&scenario);
}

static void
test_errors(void **state)
{
    static const struct wrong_line wrong[] = {
        { 5, "    throughput: {form: api, latency: 1}",
            "s.yaml:3:3: cases.a: throughput.rate is missing, for example throughput: {form: "
            "constant, tokens_per_s: 5200}" },
        { 5, "    throughput: {form: api, latency: 1, rate: 5, duration: 3}",
            "s.yaml:5:50: cases.a.throughput.duration: excludes latency and rate" },
        { 5, "    throughput: {form: api, latency: -1 s, rate: 5}",
            "s.yaml:5:38: cases.a.throughput.latency: -1 found, must be 0 or greater" },
        { 5, "    throughput: {form: api, latency: 1 h, rate: 5}",
            "s.yaml:5:38: cases.a.throughput.latency: the unit 'h' does not fit, expected s, ms or "
            "a "
            "plain number of s" },
        { 5, "    throughput: {form: api, latency: 1, rate: {quantiles: {50 %: 5}}}",
            "s.yaml:5:59: cases.a.throughput.rate.quantiles: 1 quantiles found, 2 or more are "
            "needed, "
            "for example {5 %: 107, 50 %: 194, 95 %: 326}" },
        { 5, "    throughput: {form: api, latency: 1, rate: {quantiles: {50 %: 5, 75 %: 4}}}",
            "s.yaml:5:69: cases.a.throughput.rate.quantiles.75 %: probabilities must ascend, and "
            "values must not descend" },
        { 5, "    throughput: {form: api, latency: 1, rate: {quantiles: {50 %: 5, 40 %: 6}}}",
            "s.yaml:5:69: cases.a.throughput.rate.quantiles.40 %: probabilities must ascend, and "
            "values must not descend" },
        { 5, "    throughput: {form: api, latency: 1, rate: {quantiles: {0: 5, 75 %: 6}}}",
            "s.yaml:5:60: cases.a.throughput.rate.quantiles.0: a probability between 0 and 1 is "
            "needed" },
        { 6, "    node: {power: 10.2, power_utilization: {from_class: {weight: 1}}}",
            "s.yaml:6:57: cases.a.node.power_utilization.from_class: class is missing, for example "
            "{class: large-h100}" },
        { 6,
            "    node: {power: 10.2, power_utilization: {from_class: {class: large-h100, weight: "
            "2}}}",
            "s.yaml:6:85: cases.a.node.power_utilization.from_class.weight: 2 found, must be at "
            "most "
            "1" },
        { 6,
            "    node: {power: {uniform: {low: 1, high: 2}}, power_utilization: {from_class: "
            "{class: "
            "large-h100}}}",
            "s.yaml:6:19: cases.a.node.power: from_class needs a number, not a distribution" },
        { 6,
            "    node: {power: 10.2, power_utilization: {from_class: {class: large-h100}, "
            "from_batch: "
            "{}}}",
            "s.yaml:6:44: cases.a.node.power_utilization: from_throughput, from_batch and "
            "from_class "
            "exclude one another" },
        { 7, "    hosting: {wue_site: 1}",
            "s.yaml:3:3: cases.a: hosting.pue is missing, for example hosting: {pue: 1.2}" },
        { 7, "    hosting: {pue: 1.2, carbon_intensity: -1}",
            "s.yaml:7:43: cases.a.hosting.carbon_intensity: -1 found, must be 0 or greater" },
        { 8, "    correlations: [{between: [hosting.pue, node.power], rank: 1, normal: 1}]",
            "s.yaml:8:20: cases.a.correlations[1]: a correlation is {between: "
            "[workload.output_tokens, node.power_utilization], rank: 0.4}" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_flat_quantiles),
        cmocka_unit_test(test_class),
        cmocka_unit_test(test_host),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
