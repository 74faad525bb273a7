/* Bands and alternatives in the scenario language. */
#include "scenario_files.h"

#include <math.h>

#define FORMS(text) "    throughput: {tokens_per_s: 10, alternatives: " text "}"

static void
test_bands(void **state)
{
    struct jc_scenario scenario;

    (void) state;
    write_minimal(8, "bands: {draws: 50, queries: 1e3, points: latin-hypercube}");
    load_well(&scenario, "s.yaml", NULL);
    assert_int_equal(scenario.bands.draws, 50);
    assert_int_equal(scenario.bands.queries, 1000);
    assert_int_equal(scenario.bands.points, JC_POINTS_LATIN_HYPERCUBE);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
    load_well(&scenario, "s.yaml", "bands={}");
    assert_int_equal(scenario.bands.draws, JC_BANDS_DRAWS);
    assert_int_equal(scenario.bands.queries, JC_BANDS_QUERIES);
    jc_scenario_free(&scenario);
    load_well(&scenario, "s.yaml", "bands=null");
    assert_int_equal(scenario.bands.draws, 0);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

static void
test_alternatives(void **state)
{
    struct jc_scenario scenario;
    const struct jc_case *item;

    (void) state;
    write_minimal(5,
        "    throughput:\n"
        "      tokens_per_s: 10\n"
        "      alternatives:\n"
        "        - {form: constant, weight: 3, prefill_speedup: 30}\n"
        "        - {form: constant, tokens_per_s: 20}\n"
        "        - {form: ideal, architecture: Llama 3.1 8B, accelerator: RTX A6000}");
    load_well(&scenario, "s.yaml", NULL);
    item = &scenario.cases[0];
    assert_int_equal(item->n_alternatives, 3);
    assert_true(item->alternatives[0].weight == 3 && item->alternatives[1].weight == 1);
    assert_true(item->alternatives[0].throughput.tokens_per_s.parameter[0] == 10);
    assert_true(item->alternatives[0].throughput.prefill_speedup == 30);
    assert_true(item->alternatives[1].throughput.tokens_per_s.parameter[0] == 20);
    assert_true(isinf(item->alternatives[1].throughput.prefill_speedup));
    assert_int_equal(item->alternatives[2].throughput.form, JC_THROUGHPUT_IDEAL);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

/* A case that says its form knows which one holds, whatever the defaults leave open; and the other way round. */
static void
test_form_over_alternatives(void **state)
{
    struct jc_scenario scenario;
    const struct jc_case *item;

    (void) state;
    write_minimal(8,
        "defaults: {throughput: {alternatives: [{form: constant, tokens_per_s: 7}, "
        "{form: constant, tokens_per_s: 9}]}}");
    load_well(&scenario, "s.yaml", NULL);
    item = &scenario.cases[0];
    assert_int_equal(item->n_alternatives, 0);
    assert_int_equal(item->throughput.form, JC_THROUGHPUT_CONSTANT);
    assert_true(item->throughput.tokens_per_s.parameter[0] == 5200);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);

    write_minimal(8, "defaults: {throughput: {form: constant}}");
    load_well(&scenario, "s.yaml",
        "cases.a.throughput={alternatives: [{tokens_per_s: 7}, {tokens_per_s: 9}]}");
    assert_int_equal(scenario.cases[0].n_alternatives, 2);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

static void
test_errors(void **state)
{
    static const struct wrong_line wrong[] = {
        { 8, "bands: {draws: 1}",
            "s.yaml:8:16: bands.draws: 1 found, expected a whole number from 2 to 10000000" },
        { 8, "bands: {queries: 1}",
            "s.yaml:8:18: bands.queries: 1 found, expected a whole number from 2 to "
            "9223372036854775807" },
        { 8, "bands: {points: grid}",
            "s.yaml:8:17: bands.points: 'grid' is not known; expected one of: random, "
            "latin-hypercube, sobol" },
        { 8, "bands: {n: 5}",
            "s.yaml:8:9: bands.n: unknown key; expected one of: draws, queries, points" },
        { 8, "bands: 5", "s.yaml:8:8: bands: expected a mapping {key: value}, found a text" },
        { 5, FORMS("5"),
            "s.yaml:5:50: cases.a.throughput.alternatives: expected a list [a, b], found a text" },
        { 5, FORMS("[{form: constant}]"),
            "s.yaml:5:50: cases.a.throughput.alternatives: one form has no alternative, two or "
            "more are needed" },
        { 5, FORMS("[{form: constant}, constant]"),
            "s.yaml:5:69: cases.a.throughput.alternatives[2]: expected a mapping {key: value}, "
            "found a text" },
        { 5, FORMS("[{form: constant, weight: 0}, {form: ideal}]"),
            "s.yaml:5:76: cases.a.throughput.alternatives[1].weight: 0 found, must be greater than "
            "0" },
        { 5, FORMS("[{form: constant}, {form: constant, alternatives: []}]"),
            "s.yaml:5:86: cases.a.throughput.alternatives[2].alternatives: an alternative has no "
            "alternatives of its own" },
        { 5, FORMS("[{form: constant}, {form: constant, cap: 5}]"),
            "s.yaml:5:86: cases.a.throughput.alternatives[2].cap: does not fit form: constant" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bands),
        cmocka_unit_test(test_alternatives),
        cmocka_unit_test(test_form_over_alternatives),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
