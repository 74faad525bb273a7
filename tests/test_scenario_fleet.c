/* Fleets in the scenario language: shares, demand over months, equivalences. */
#include "scenario_files.h"

#include <math.h>

#define FLEET(text) "fleet: {f: {" text "}}"
#define CASES "cases: {a: 100 %}, "
#define DEMAND "demand: {start: 2025-01, queries_per_day: 1e6}"

static double
constant(const struct jc_fleet_share *share)
{
    assert_false(share->rest);
    assert_int_equal(share->value.kind, JC_CONSTANT);
    return share->value.parameter[0];
}

/* The simple form: each case is a regime of its own. */
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
    assert_true(fleet->load == 1 && fleet->peak_to_average == 1);
    fleet = &scenario.fleets[1];
    assert_string_equal(fleet->label, "g");
    assert_int_equal(fleet->n_growth, 0);
    assert_true(fleet->queries_per_day == 5 && constant(&fleet->regimes[0].share) == 1);
    assert_string_equal(fleet->regimes[0].name, "a");
    assert_int_equal(fleet->n_equivalences, 2);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

/* Regimes, overheads, interventions, references and waterfalls, and what they are if little is said. */
static void
test_mix(void **state)
{
    struct jc_scenario scenario;
    const struct jc_fleet *fleet;
    const struct jc_fleet_factor *factor;

    (void) state;
    write_minimal(8,
        "  b: {like: a}\n"
        "fleet:\n"
        "  f:\n"
        "    mix:\n"
        "      short: {cases: [a, b]}\n"
        "      long: {share: {uniform: {low: 5 %, high: 15 %}}, cases: {a: 25 %, b: rest}}\n"
        "    demand: {queries_per_day: 1e6}\n"
        "    overheads:\n"
        "      network: {factor: 1.1, source: a paper}\n"
        "      spare: {label: spare nodes, factor: {uniform: {low: 1, high: 1.2}}, node_time: "
        "true}\n"
        "    interventions:\n"
        "      better: {divide_by: {lognormal: {p05: 1.5, p95: 3}}, adoption: 40 %, of: [long]}\n"
        "      worse: {multiply_by: {uniform: {low: 1, high: 2}, varies: fleet}}\n"
        "    load: 60 %\n"
        "    peak_to_average: 1.5\n"
        "  g: {like: f, cases: {a: 1}, interventions: null}\n"
        "references:\n"
        "  search: {energy_per_query: 300 mWh, queries_per_day: 1e9, source: drawn}\n"
        "  site: {label: a site, power: 30 MW, load: 80 %}\n"
        "waterfall: {steps: {label: from f to g, steps: [f, g, f]}}");
    load_well(&scenario, "s.yaml", NULL);
    fleet = &scenario.fleets[0];
    assert_int_equal(fleet->year, 0);
    assert_int_equal(fleet->n_regimes, 2);
    assert_true(fleet->regimes[0].share.rest);
    assert_true(constant(&fleet->regimes[0].case_share[1]) == 0.5);
    assert_int_equal(fleet->regimes[1].share.value.varies, JC_VARIES_FLEET);
    assert_true(constant(&fleet->regimes[1].case_share[0]) == 0.25);
    assert_true(fleet->regimes[1].case_share[1].rest);
    assert_int_equal(fleet->n_overheads, 2);
    assert_int_equal(fleet->n_factors, 4);
    factor = fleet->factors;
    assert_string_equal(factor[0].label, "network");
    assert_string_equal(factor[0].source, "a paper");
    assert_true(factor[0].applies[0] && factor[0].applies[1] && !factor[0].node_time);
    assert_int_equal(factor[1].value.varies, JC_VARIES_FLEET);
    assert_true(factor[1].node_time);
    assert_true(factor[2].divides && !factor[2].applies[0] && factor[2].applies[1]);
    assert_int_equal(factor[2].value.varies, JC_VARIES_QUERY);
    assert_true(factor[2].adoption.parameter[0] == 0.4);
    assert_false(factor[3].divides);
    assert_int_equal(factor[3].value.varies, JC_VARIES_FLEET);
    assert_true(fleet->load == 0.6 && fleet->peak_to_average == 1.5);
    assert_int_equal(scenario.fleets[1].n_factors, 2);
    assert_int_equal(scenario.fleets[1].n_regimes, 1);
    assert_true(scenario.references[0].energy_wh == 0.3);
    assert_true(scenario.references[1].power_kw == 30000 && scenario.references[1].load == 0.8);
    assert_int_equal(scenario.waterfalls[0].n_steps, 3);
    assert_int_equal(scenario.waterfalls[0].fleet_index[1], 1);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

static void
test_errors(void **state)
{
    static const struct wrong_line wrong[] = {
        { 8, FLEET(DEMAND),
            "s.yaml:8:9: fleet.f: cases is missing, for example cases: {short: 80 %, long: 20 %}; "
            "or mix, for example mix: {short: {share: 90 %, cases: [a]}, long: {share: rest, "
            "cases: [b]}}" },
        { 8, FLEET("cases: {a: 1}"),
            "s.yaml:8:9: fleet.f: demand is missing, for example demand: {queries_per_day: 1e9} "
            "or demand: {start: 2025-01, queries_per_day: 1e9, growth: [2 %, 2 %]}" },
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
        { 8, FLEET(CASES "demand: {queries_per_day: 1, growth: [1]}"),
            "s.yaml:8:61: fleet.f.demand.growth: without start the demand is that of one day" },
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
            "s.yaml:8:80: fleet.f.shares: unknown key; expected one of: label, cases, mix, demand, "
            "overheads, interventions, load, peak_to_average, equivalences, like" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
}

#define MIX(text) FLEET("mix: {" text "}, " DEMAND)
#define MORE(text) FLEET(CASES DEMAND ", " text)
#define UNIFORM(low, high) "{uniform: {low: " low ", high: " high "}}"

static void
test_mix_errors(void **state)
{
    static const struct wrong_line wrong[] = {
        { 8, FLEET(CASES "mix: {x: {cases: [a]}}, " DEMAND),
            "s.yaml:8:32: fleet.f.mix: cases and mix exclude each other" },
        { 8, MIX("x: {share: 1}"),
            "s.yaml:8:19: fleet.f.mix.x: cases is missing, for example cases: [a, b]" },
        { 8, MIX("x: {cases: []}"), "s.yaml:8:30: fleet.f.mix.x.cases: there are no cases" },
        { 8, MIX("x: {cases: [b]}"), "s.yaml:8:31: fleet.f.mix.x.cases[1]: 'b' is not in cases" },
        { 8, MIX("x: {cases: [a, a]}"), "s.yaml:8:34: fleet.f.mix.x.cases[2]: 'a' is there twice" },
        { 8, MIX("x: {cases: {a: 0.5}}"),
            "s.yaml:8:30: fleet.f.mix.x.cases: shares sum to 0.5, expected 1" },
        { 8, MIX("x: {share: 0.7, cases: [a]}, y: {share: 0.2, cases: [a]}"),
            "s.yaml:8:18: fleet.f.mix: shares sum to 0.9, expected 1" },
        { 8, MIX("x: {share: 0.7, cases: [a]}, y: {share: 0.4, cases: [a]}, z: {cases: [a]}"),
            "s.yaml:8:18: fleet.f.mix: shares sum to 1.1, which leaves no rest" },
        { 8, MIX("x: {share: rest, cases: [a]}, y: {share: rest, cases: [a]}"),
            "s.yaml:8:53: fleet.f.mix.y.share: only one share can be the rest" },
        { 8, MIX("x: {cases: [a]}, y: {cases: [a]}"),
            "s.yaml:8:36: fleet.f.mix.y: only one share can be the rest" },
        { 8, MIX("x: {share: " UNIFORM("0.1", "0.2") ", cases: [a]}, y: {share: 0.8, cases: [a]}"),
            "s.yaml:8:18: fleet.f.mix: a share is a distribution, so one of the others must be the "
            "rest" },
        { 8,
            MIX("x: {share: " UNIFORM("0.1", "0.5") ", cases: [a]}, y: {share: 0.8, cases: [a]}, "
                                                    "z: {cases: [a]}"),
            "s.yaml:8:18: fleet.f.mix: shares can be drawn as high as 1.3 in all, must be at most "
            "1; give them a max:" },
        { 8,
            MIX("x: {share: {uniform: {low: 0.1, high: 0.2}, varies: query}, cases: [a]}, y: "
                "{cases: [a]}"),
            "s.yaml:8:71: fleet.f.mix.x.share.varies: it has one value for the whole fleet, which "
            "is unknown if it is a distribution" },
        { 8, MIX("x: {share: 120 %, cases: [a]}"),
            "s.yaml:8:30: fleet.f.mix.x.share: 1.2 found, must be at most 1" },
        { 8, MIX("x: {shares: 1, cases: [a]}"),
            "s.yaml:8:23: fleet.f.mix.x.shares: unknown key; did you mean share?" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
}

static void
test_factor_errors(void **state)
{
    static const struct wrong_line wrong[] = {
        { 8, MORE("overheads: {x: {source: s}}"),
            "s.yaml:8:92: fleet.f.overheads.x: factor is missing, for example {factor: 1.1, "
            "source: where it was measured}" },
        { 8, MORE("overheads: {x: {factor: 0}}"),
            "s.yaml:8:104: fleet.f.overheads.x.factor: 0 found, must be greater than 0" },
        { 8, MORE("overheads: {x: {factor: 1, of: [a]}}"),
            "s.yaml:8:107: fleet.f.overheads.x.of: unknown key; expected one of: label, factor, "
            "source, node_time" },
        { 8, MORE("overheads: {queries: {factor: 1}}"),
            "s.yaml:8:92: fleet.f.overheads.queries: is the name of the step before all others" },
        { 8, MORE("overheads: {x: {factor: 1}}, interventions: {x: {divide_by: 2}}"),
            "s.yaml:8:125: fleet.f.interventions.x: is the name of an overhead, too" },
        { 8, MORE("interventions: {x: {of: [a]}}"),
            "s.yaml:8:96: fleet.f.interventions.x: it has divide_by or multiply_by, for example "
            "{divide_by: {lognormal: {p05: 1.5, p95: 3}}, adoption: 50 %}" },
        { 8, MORE("interventions: {x: {divide_by: 2, of: [b]}}"),
            "s.yaml:8:119: fleet.f.interventions.x.of[1]: 'b' is no regime of the fleet" },
        { 8, MORE("interventions: {x: {divide_by: 2, adoption: 101 %}}"),
            "s.yaml:8:124: fleet.f.interventions.x.adoption: 1.01 found, must be at most 1" },
        { 8, MORE("interventions: {x: {divide_by: 2, adoption: {exponential: {mean: 0.1}}}}"),
            "s.yaml:8:124: fleet.f.interventions.x.adoption: can be drawn as high as 2.287, must "
            "be at most 1; give it a max:" },
        { 8, MORE("load: 0"), "s.yaml:8:86: fleet.f.load: 0 found, must be greater than 0" },
        { 8, MORE("peak_to_average: 0.9"),
            "s.yaml:8:97: fleet.f.peak_to_average: a peak is no less than the average, expected 1 "
            "or more" },
        { 8, "references: {x: {power: 1, energy_per_query: 1}}",
            "s.yaml:8:14: references.x: a reference is {energy_per_query: 0.3 Wh, queries_per_day: "
            "1e9} or {power: 30 MW, load: 80 %}" },
        { 8, "references: {x: {energy_per_query: 1 J, queries_per_day: 1}}",
            "s.yaml:8:36: references.x.energy_per_query: the unit 'J' does not fit, expected Wh, "
            "mWh, kWh or a plain number of Wh" },
        { 8, "waterfall: {x: {label: l}}",
            "s.yaml:8:13: waterfall.x: steps is missing, for example steps: [a, b], which are "
            "fleets" },
        { 8, "waterfall: {x: {steps: [a]}}",
            "s.yaml:8:24: waterfall.x.steps: a waterfall has two fleets or more" },
        { 8, "waterfall: {x: {steps: [a, b]}}",
            "s.yaml:8:25: waterfall.x.steps[1]: 'a' is not in fleet" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fleet),
        cmocka_unit_test(test_mix),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_mix_errors),
        cmocka_unit_test(test_factor_errors),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
