/* Fleets in the scenario language: shares, demand over months, equivalences. */
#include "scenario_files.h"

#include <math.h>

#define FLEET(text) "fleet: {f: {" text "}}"
#define CASES "cases: {a: 100 %}, "
#define DEMAND "demand: {start: 2025-01, queries_per_day: 1e6}"

static void
test_fleet(void **state)
{
    struct jc_scenario scenario;
    const struct jc_fleet *fleet;

    (void) state;
    write_minimal(8,
        "fleet:\n"
        "  f:\n"
        "    cases: {a: 1}\n"
        "    demand: {start: 2024-11, queries_per_day: 1e6, growth: [20 %, -0.5]}\n"
        "    equivalences: [Olympic pools, {name: lamps, quantity: energy, amount: 0.1}]\n"
        "  g: {like: f, demand: {start: 2025-02, queries_per_day: 5}}");
    load_well(&scenario, "s.yaml", NULL);
    assert_int_equal(scenario.n_fleets, 2);
    fleet = &scenario.fleets[0];
    assert_int_equal(fleet->year, 2024);
    assert_int_equal(fleet->month, 11);
    assert_int_equal(fleet->n_growth, 2);
    assert_true(fleet->growth[0] == 0.2 && fleet->growth[1] == -0.5);
    assert_int_equal(fleet->n_equivalences, 2);
    assert_int_equal(fleet->equivalences[0].quantity, JC_WATER);
    assert_true(fleet->equivalences[0].amount == 2500);
    assert_string_equal(fleet->equivalences[1].name, "lamps");
    fleet = &scenario.fleets[1];
    assert_string_equal(fleet->label, "g");
    assert_int_equal(fleet->n_growth, 0);
    assert_true(fleet->queries_per_day == 5 && fleet->share[0] == 1);
    assert_int_equal(fleet->n_equivalences, 2);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

static void
test_errors(void **state)
{
    static const struct wrong_line wrong[] = {
        { 8, FLEET(DEMAND),
            "s.yaml:8:9: fleet.f: cases is missing, for example cases: {short: 80 %, long: 20 %}" },
        { 8, FLEET("cases: {a: 1}"),
            "s.yaml:8:9: fleet.f: demand is missing, for example demand: {start: 2025-01, "
            "queries_per_day: 1e9, growth: [2 %, 2 %]}" },
        { 8, FLEET("cases: {a: 0.9}, " DEMAND),
            "s.yaml:8:20: fleet.f.cases: shares sum to 0.9, expected 1" },
        { 8, FLEET("cases: {b: 1}, " DEMAND), "s.yaml:8:21: fleet.f.cases.b: is not in cases" },
        { 8, FLEET("cases: {a: -1}, " DEMAND),
            "s.yaml:8:24: fleet.f.cases.a: -1 found, must be greater than 0" },
        { 8, FLEET(CASES "demand: {start: 2025-13, queries_per_day: 1}"),
            "s.yaml:8:48: fleet.f.demand.start: '2025-13' found, expected a month such as "
            "2025-01" },
        { 8, FLEET(CASES "demand: {start: 2025, queries_per_day: 1}"),
            "s.yaml:8:48: fleet.f.demand.start: '2025' found, expected a month such as 2025-01" },
        { 8, FLEET(CASES "demand: {start: 2025-01, queries_per_day: 1, growth: [-2]}"),
            "s.yaml:8:85: fleet.f.demand.growth: growth must be greater than -1 and at most 100" },
        { 8, FLEET(CASES DEMAND ", equivalences: [{name: x}]"),
            "s.yaml:8:95: fleet.f.equivalences[1]: an equivalence has name, quantity and amount" },
        { 8, FLEET(CASES DEMAND ", equivalences: [{name: x, quantity: pue, amount: 1}]"),
            "s.yaml:8:115: fleet.f.equivalences[1].quantity: 'pue' is not known; expected one of: "
            "energy, water, carbon" },
        { 8, FLEET(CASES DEMAND ", equivalences: [{quantity: energy, amount: 1}]"),
            "s.yaml:8:95: fleet.f.equivalences[1]: an equivalence has name, quantity and amount" },
        { 8, FLEET(CASES DEMAND ", equivalences: [Olympic pools, Olympic pools]"),
            "s.yaml:8:110: fleet.f.equivalences[2]: 'Olympic pools' is there twice" },
        { 8, FLEET(CASES "demand: {start: 2025- 1, queries_per_day: 1}"),
            "s.yaml:8:48: fleet.f.demand.start: '2025- 1' found, expected a month such as "
            "2025-01" },
        { 8, FLEET(CASES "demand: {start: 2025-01, queries_per_day: 1e18, growth: [100]}"),
            "s.yaml:8:40: fleet.f.demand: 1.01e+20 queries a day are reached, at most 1e+18 are "
            "possible" },
        { 8, FLEET(CASES DEMAND ", shares: 1"),
            "s.yaml:8:80: fleet.f.shares: unknown key; expected one of: label, cases, demand, "
            "equivalences, like" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fleet),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
