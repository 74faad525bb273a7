/* The scenario language: what is read from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "samplers/stable_math.h"

#include "scenario_files.h"

/* A value of s.yaml, case a, set by a setting. */
static void
expect_pue(const char *value, enum jc_distribution_kind kind, double p0, double p1, double p2)
{
    struct jc_scenario scenario;
    char setting[256];
    const struct jc_distribution *pue;

    (void) snprintf(setting, sizeof(setting), "cases.a.hosting.pue=%s", value);
    load_well(&scenario, "s.yaml", setting);
    pue = &scenario.cases[0].pue;
    assert_int_equal(pue->kind, kind);
    assert_true(pue->parameter[0] == p0);
    assert_true(pue->parameter[1] == p1);
    assert_true(pue->parameter[2] == p2);
    jc_scenario_free(&scenario);
}

static void
test_minimal(void **state)
{
    struct jc_scenario s;

    (void) state;
    write_minimal(0, NULL);
    load_well(&s, "s.yaml", NULL);
    assert_string_equal(s.name, "s");
    assert_string_equal(s.title, "s");
    assert_null(s.description);
    assert_null(s.source);
    assert_int_equal(s.seed, 1);
    assert_int_equal(s.queries, 1000000);
    for (int i = 0; i < JC_QUANTITIES; i++) {
        assert_int_equal(s.store[i], i == JC_ENERGY);
    }
    assert_int_equal(s.n_quantiles, 9);
    assert_true(s.quantile[0] == 0.01 && s.quantile[4] == 0.5 && s.quantile[8] == 0.99);
    assert_int_equal(s.n_cases, 1);
    assert_string_equal(s.cases[0].name, "a");
    assert_string_equal(s.cases[0].label, "a");
    assert_true(s.cases[0].input_tokens.parameter[0] == 500);
    assert_int_equal(s.cases[0].throughput.form, JC_THROUGHPUT_CONSTANT);
    assert_true(s.cases[0].throughput.tokens_per_s.parameter[0] == 5200);
    assert_true(isinf(s.cases[0].throughput.prefill_speedup));
    assert_true(s.cases[0].node_power_kw.parameter[0] == 10.2);
    assert_true(s.cases[0].power.utilization.parameter[0] == 0.4);
    assert_true(s.cases[0].pue.min == -INFINITY && s.cases[0].pue.max == INFINITY);
    assert_int_equal(s.n_blends + s.n_pathways, 0);
    assert_int_equal(s.n_inputs, 1);
    assert_string_equal(s.inputs[0].path, "s.yaml");
    assert_int_equal(strlen(s.inputs[0].sha256), 64);
    jc_scenario_free(&s);
    write_file("my study.yml", "{joulecast: 1}");
    expect_error("my study.yml", NULL,
        "my study.yml:1:1: cases is missing, a scenario has at least one case");
}

static void
test_root_keys(void **state)
{
    struct jc_scenario s;

    (void) state;
    write_minimal(1,
        "\xef\xbb\xbf"
        "joulecast: 1\r\nname: n\ntitle: T\ndescription: |\n  two\n  lines\nsource: x\n"
        "seed: 18446744073709551615\nqueries: 2.5e3\nstore: [pue, energy]\n"
        "quantiles: [99.9 %, 0.5, 0.001]");
    load_well(&s, "s.yaml", NULL);
    assert_string_equal(s.name, "n");
    assert_string_equal(s.title, "T");
    assert_string_equal(s.description, "two\nlines\n");
    assert_string_equal(s.source, "x");
    assert_true(s.seed == UINT64_MAX);
    assert_int_equal(s.queries, 2500);
    assert_true(s.store[JC_PUE] && s.store[JC_ENERGY] && !s.store[JC_THROUGHPUT]);
    assert_int_equal(s.n_quantiles, 7);
    assert_true(s.quantile[0] == 0.001 && s.quantile[1] == 0.05 && s.quantile[6] == 0.999);
    jc_scenario_free(&s);
    load_well(&s, "s.yaml", "store=[]");
    assert_false(s.store[JC_ENERGY]);
    assert_true(s.points == JC_POINTS_RANDOM && s.replicates == 1);
    jc_scenario_free(&s);
    load_well(&s, "s.yaml", "points=latin-hypercube");
    assert_true(s.points == JC_POINTS_LATIN_HYPERCUBE && s.replicates == 16);
    jc_scenario_free(&s);
    load_well(&s, "s.yaml", "points={kind: sobol, replicates: 64}");
    assert_true(s.points == JC_POINTS_SOBOL && s.replicates == 64);
    jc_scenario_free(&s);
    load_well(&s, "s.yaml", "queries=9223372036854775807");
    assert_int_equal(s.queries, INT64_MAX);
    jc_scenario_free(&s);
}

static void
test_units(void **state)
{
    static const struct {
        const char *setting;
        double value;
    } powers[] = { { "cases.a.node.power=10.2", 10.2 }, { "cases.a.node.power=10.2 kW", 10.2 },
        { "cases.a.node.power=10200 W", 10.2 }, { "cases.a.node.power=0.0102 MW", 10.2 },
        { "cases.a.node.power=\"10.2kW\"", 10.2 }, { "cases.a.node.power=+1.02e1 kW", 10.2 },
        { "cases.a.node.power=.5", 0.5 }, { "cases.a.node.power=5.", 5 } };
    struct jc_scenario s;

    (void) state;
    write_minimal(4, "    workload: {input_tokens: 500 tokens, output_tokens: 1 token}");
    for (size_t i = 0; i < sizeof(powers) / sizeof(powers[0]); i++) {
        load_well(&s, "s.yaml", powers[i].setting);
        assert_true(s.cases[0].node_power_kw.parameter[0] == powers[i].value);
        assert_true(s.cases[0].input_tokens.parameter[0] == 500);
        jc_scenario_free(&s);
    }
    load_well(&s, "s.yaml", "cases.a.throughput.tokens_per_s=1e3 tokens/s");
    assert_true(s.cases[0].throughput.tokens_per_s.parameter[0] == 1000);
    jc_scenario_free(&s);
    expect_pue("105 %", JC_CONSTANT, 1.05, 0, 0);
}

static void
test_distributions(void **state)
{
    const double sigma = jc_log(1.60 / 1.05) / (2 * JC_Z95);

    (void) state;
    write_minimal(0, NULL);
    expect_pue("{constant: 1.1}", JC_CONSTANT, 1.1, 0, 0);
    expect_pue("{uniform: {low: 1, high: 120 %}}", JC_UNIFORM, 1, 1.2, 0);
    expect_pue("{triangular: {low: 1, mode: 1.1, high: 2}}", JC_TRIANGULAR, 1, 1.1, 2);
    expect_pue("{normal: {mean: 1.2, sd: 0.1}}", JC_NORMAL, 1.2, 0.1, 0);
    expect_pue("{lognormal: {mu: 0.1, sigma: 0.2}}", JC_LOGNORMAL, 0.1, 0.2, 0);
    expect_pue("{lognormal: {p95: 1.60, p05: 1.05}}", JC_LOGNORMAL,
        (jc_log(1.05) + jc_log(1.60)) / 2, sigma, 0);
    expect_pue("{lognormal: {median: 1.3, sigma: 0.2}}", JC_LOGNORMAL, jc_log(1.3), 0.2, 0);
    expect_pue("{exponential: {mean: 2}, min: 1}", JC_EXPONENTIAL, 2, 0, 0);
    expect_pue("{exponential: {median: 3}, min: 1}", JC_EXPONENTIAL, 3 / 0.69314718055994530942, 0,
        0);
    expect_pue("{gamma: {shape: 2, scale: 3}, min: 1}", JC_GAMMA, 2, 3, 0);
    expect_pue("{gamma: {shape: 2, mean: 3}, min: 1}", JC_GAMMA, 2, 1.5, 0);
    expect_pue("{beta: {alpha: 2, beta: 3}, min: 0.1}", JC_BETA, 2, 3, 0);
}

static void
test_items_and_options(void **state)
{
    struct jc_scenario s;
    const struct jc_distribution *pue;

    (void) state;
    write_minimal(0, NULL);
    load_well(&s, "s.yaml",
        "cases.a.hosting.pue={discrete: {values: [1, 110 %], weights: [3, 1]}, varies: fleet}");
    pue = &s.cases[0].pue;
    assert_int_equal(pue->n_items, 2);
    assert_true(pue->value[1] == 1.1 && pue->weight[0] == 3 && pue->weight[1] == 1);
    assert_int_equal(pue->varies, JC_VARIES_FLEET);
    assert_false(pue->integer);
    jc_scenario_free(&s);
    load_well(&s, "s.yaml", "cases.a.hosting.pue={discrete: {values: [1, 2]}, integer: true}");
    pue = &s.cases[0].pue;
    assert_true(pue->weight[0] == 1 && pue->weight[1] == 1 && pue->integer);
    assert_int_equal(pue->varies, JC_VARIES_QUERY);
    jc_scenario_free(&s);
    load_well(&s, "s.yaml",
        "cases.a.hosting.pue={mixture: [{weight: 90 %, constant: 1.1}, {weight: 0.1, normal: "
        "{mean: "
        "1, sd: 1}, min: 1, max: 3}], max: 2}");
    pue = &s.cases[0].pue;
    assert_int_equal(pue->kind, JC_MIXTURE);
    assert_int_equal(pue->n_items, 2);
    assert_true(pue->weight[0] == 0.9 && pue->weight[1] == 0.1 && pue->max == 2);
    assert_true(pue->component[0].parameter[0] == 1.1);
    assert_int_equal(pue->component[1].kind, JC_NORMAL);
    assert_true(pue->component[1].min == 1 && pue->component[1].max == 3);
    jc_scenario_free(&s);
}

static void
test_throughput(void **state)
{
    struct jc_scenario s;
    const struct jc_throughput_spec *spec;

    (void) state;
    write_minimal(5,
        "    throughput: {form: log_linear, table: throughput_h100, model: Llama 3.1 70B, "
        "prefill_speedup: 30}");
    load_well(&s, "s.yaml", NULL);
    spec = &s.cases[0].throughput;
    assert_int_equal(spec->form, JC_THROUGHPUT_LOG_LINEAR);
    assert_string_equal(spec->table, "throughput_h100");
    assert_string_equal(spec->model, "Llama 3.1 70B");
    assert_null(spec->precision);
    assert_int_equal(spec->measurements.n_rows, 5);
    assert_true(isnan(spec->cap_tokens_per_s));
    assert_true(spec->prefill_speedup == 30);
    assert_int_equal(s.n_inputs, 2);
    assert_string_equal(s.inputs[1].path, "throughput_h100");
    jc_scenario_free(&s);
    load_well(&s, "s.yaml", "cases.a.throughput.cap=none");
    assert_true(s.cases[0].throughput.cap_tokens_per_s == INFINITY);
    jc_scenario_free(&s);
    load_well(&s, "s.yaml", "cases.a.throughput.cap=9000 tokens/s");
    assert_true(s.cases[0].throughput.cap_tokens_per_s == 9000);
    jc_scenario_free(&s);
    load_well(&s, "s.yaml", "cases.a.throughput.form=maximum");
    assert_int_equal(s.cases[0].throughput.form, JC_THROUGHPUT_MAXIMUM);
    jc_scenario_free(&s);
    load_well(&s, "s.yaml",
        "cases.a.throughput={form: maximum, measurements: [{throughput: 5}, {throughput: 7 "
        "tokens/s, "
        "input_tokens: 1, output_tokens: 2, model: m, precision: p, source: x}]}");
    spec = &s.cases[0].throughput;
    assert_null(spec->table);
    assert_int_equal(spec->measurements.n_rows, 2);
    assert_true(isnan(spec->measurements.row[0].input_tokens));
    assert_true(spec->measurements.row[1].throughput_tokens_per_s == 7);
    assert_string_equal(spec->measurements.row[1].source, "x");
    jc_scenario_free(&s);
}

/* A table beside the file goes before one of the data folder; each file is an input once. */
static void
test_tables(void **state)
{
    struct jc_scenario s;

    (void) state;
    write_file("t.csv",
        "model,precision,input_tokens,output_tokens,throughput_tokens_per_s,source\n"
        "m,FP8,1,2,3,here\nn,FP8,1,2,4,here\n");
    write_minimal(5, "    throughput: {form: maximum, table: t.csv, model: n}");
    load_well(&s, "s.yaml", "cases.b={like: a}");
    assert_int_equal(s.n_cases, 2);
    assert_int_equal(s.n_inputs, 2);
    assert_int_equal(s.cases[1].throughput.measurements.n_rows, 1);
    assert_true(s.cases[1].throughput.measurements.row[0].throughput_tokens_per_s == 4);
    jc_scenario_free(&s);
}

static void
test_table_that_is_wrong(void **state)
{
    struct jc_scenario s;
    struct jc_error error;

    (void) state;
    write_minimal(5, "    throughput: {form: maximum, table: t.csv}");
    write_file("t.csv", "model,throughput_tokens_per_s\nm,fast\n");
    assert_int_equal(load(&s, "s.yaml", NULL, &error), JC_ERROR_INPUT);
    assert_memory_equal(error.message, "t.csv:", 6);
    assert_int_equal(load(&s, "none.yaml", NULL, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "none.yaml: cannot open: No such file or directory");
}

static void
test_power_from_throughput(void **state)
{
    struct jc_scenario s;

    (void) state;
    write_minimal(6,
        "    node: {power: 1, power_utilization: {from_throughput: {intercept: 24 %, slope: "
        "0.56}}}");
    load_well(&s, "s.yaml", NULL);
    assert_int_equal(s.cases[0].power.form, JC_POWER_FROM_THROUGHPUT);
    assert_true(s.cases[0].power.intercept == 0.24 && s.cases[0].power.slope == 0.56);
    jc_scenario_free(&s);
}

/* A form that is written over another one leaves what only the other one has use for. */
static void
test_form_over_defaults(void **state)
{
    struct jc_scenario s;

    (void) state;
    write_minimal(1,
        "joulecast: 1\ndefaults:\n  throughput: {form: log_linear, table: throughput_h100, "
        "precision: "
        "FP8, cap: none}");
    load_well(&s, "s.yaml", NULL);
    assert_int_equal(s.cases[0].throughput.form, JC_THROUGHPUT_CONSTANT);
    assert_null(s.cases[0].throughput.table);
    assert_null(s.cases[0].throughput.precision);
    assert_true(isnan(s.cases[0].throughput.cap_tokens_per_s));
    assert_int_equal(s.n_inputs, 1);
    jc_scenario_free(&s);
    load_well(&s, "s.yaml", "cases.a.throughput={form: maximum, measurements: [{throughput: 3}]}");
    assert_null(s.cases[0].throughput.table);
    assert_string_equal(s.cases[0].throughput.measurements.row[0].precision, "FP8");
    jc_scenario_free(&s);
}

static void
test_blends_and_pathways(void **state)
{
    struct jc_scenario s;

    (void) state;
    write_minimal(8,
        "  b: {like: a, hosting: {pue: 2}}\n"
        "pathways:\n  all: {combine: [y, x]}\n  x: {divide_by: 2, label: X}\n  y: {like: x}\n"
        "blends:\n  w: {cases: {b: 3, a: 25 %}, label: W}\n"
        "  e: {cases: [a, b], trim: [[5 %, 95 %], [0.1, 0.9]], pathways: [x, all], trim_pathways: "
        "[[0, "
        "1]]}");
    load_well(&s, "s.yaml", NULL);
    assert_int_equal(s.n_pathways, 3);
    assert_int_equal(s.pathways[0].n_combined, 2);
    assert_int_equal(s.pathways[0].combined_index[0], 2);
    assert_int_equal(s.pathways[0].combined_index[1], 1);
    assert_string_equal(s.pathways[1].label, "X");
    assert_string_equal(s.pathways[2].label, "y");
    assert_true(s.pathways[2].divide_by.parameter[0] == 2);
    assert_int_equal(s.n_blends, 2);
    assert_string_equal(s.blends[0].label, "W");
    assert_int_equal(s.blends[0].case_index[0], 1);
    assert_true(s.blends[0].weight[0] == 3 && s.blends[0].weight[1] == 0.25);
    assert_int_equal(s.blends[0].trim.n_stages, 0);
    assert_int_equal(s.blends[1].trim.n_stages, 2);
    assert_true(s.blends[1].weight[1] == 1);
    assert_true(s.blends[1].trim.stage[0].low == 0.05 && s.blends[1].trim.stage[1].high == 0.9);
    assert_int_equal(s.blends[1].n_pathways, 2);
    assert_int_equal(s.blends[1].pathway_index[0], 1);
    assert_true(s.blends[1].trim_pathways.stage[0].high == 1);
    assert_true(s.cases[1].pue.parameter[0] == 2);
    assert_true(s.cases[1].node_power_kw.parameter[0] == 10.2);
    jc_scenario_free(&s);
}

/* Defaults of the new file reach the cases of the old one; what a case says itself stands. */
static void
test_extends(void **state)
{
    struct jc_scenario s;

    (void) state;
    write_file("b.yaml",
        "joulecast: 1\nname: base\ntitle: Base\nseed: 7\nstore: [pue]\n"
        "defaults:\n  workload: {input_tokens: 5, output_tokens: {uniform: {low: 1, high: 9}}}\n"
        "  throughput: {form: constant, tokens_per_s: 1}\n"
        "  node: {power: 1, power_utilization: 1}\n  hosting: {pue: 1}\n"
        "cases:\n  x:\n  y: {hosting: {pue: 1.5}}\nblends:\n  all: {cases: [x, y], label: All}\n");
    write_file("s.yaml",
        "joulecast: 1\nextends: b.yaml\nseed: 8\n"
        "defaults:\n  workload: {output_tokens: 6}\n  hosting: {pue: 2}\n"
        "cases:\n  z: {label: Z}\n  x: {node: {power: 3}}\n"
        "blends:\n  all: {cases: [z]}\n  new: {cases: [x]}\n");
    load_well(&s, "s.yaml", NULL);
    assert_string_equal(s.name, "s");
    assert_string_equal(s.title, "Base");
    assert_int_equal(s.seed, 8);
    assert_true(s.store[JC_PUE]);
    assert_int_equal(s.n_cases, 3);
    assert_string_equal(s.cases[0].name, "x");
    assert_string_equal(s.cases[2].label, "Z");
    assert_true(s.cases[0].pue.parameter[0] == 2);
    assert_true(s.cases[1].pue.parameter[0] == 1.5);
    assert_int_equal(s.cases[1].output_tokens.kind, JC_CONSTANT);
    assert_true(s.cases[1].output_tokens.parameter[0] == 6);
    assert_true(s.cases[1].input_tokens.parameter[0] == 5);
    assert_true(s.cases[0].node_power_kw.parameter[0] == 3);
    assert_true(s.cases[0].power.utilization.parameter[0] == 1);
    assert_int_equal(s.n_blends, 2);
    assert_int_equal(s.blends[0].n_cases, 1);
    assert_int_equal(s.blends[0].case_index[0], 2);
    assert_string_equal(s.blends[0].label, "All");
    assert_int_equal(s.n_inputs, 2);
    assert_string_equal(s.inputs[1].path, "b.yaml");
    jc_scenario_free(&s);
}

static void
test_settings(void **state)
{
    const char *const settings[] = { "cases.a.hosting.pue.lognormal.p05=1.1", "seed=5",
        "cases.'n.1'.like=a", "cases.n.1.hosting.pue=1.3", "seed=6" };
    const struct jc_overrides overrides = { 5, settings };
    struct jc_scenario s;
    struct jc_error error;

    (void) state;
    write_minimal(7, "    hosting: {pue: {lognormal: {p05: 1, p95: 2}}}");
    assert_int_equal(jc_scenario_load(&s, "s.yaml", &overrides, NULL, &error), 0);
    assert_int_equal(s.seed, 6);
    assert_true(s.cases[0].pue.parameter[0] == (jc_log(1.1) + jc_log(2)) / 2);
    assert_string_equal(s.cases[1].name, "n.1");
    assert_true(s.cases[1].pue.parameter[0] == 1.3);
    jc_scenario_free(&s);
    assert_int_equal(jc_scenario_load(&s, "s.yaml", NULL, NULL, &error), 0);
    jc_scenario_free(&s);
}

/* The first example of the language's reference. */
static void
test_reference(void **state)
{
    struct jc_scenario s;
    struct jc_error error;
    struct jc_text text = { 0 };
    char *start;
    char *end;

    (void) state;
    assert_int_equal(jc_text_read_file(&text, STUDIES "README.md", 1 << 20, &error), 0);
    start = strstr(text.bytes, "```yaml\n");
    assert_non_null(start);
    end = strstr(start + 8, "```");
    assert_non_null(end);
    *end = '\0';
    write_file("s.yaml", start + 8);
    load_well(&s, "s.yaml", NULL);
    assert_string_equal(s.cases[0].name, "chat");
    assert_int_equal(s.cases[0].pue.varies, JC_VARIES_FLEET);
    jc_scenario_free(&s);
    jc_text_free(&text);
}

static void
test_prefill_studies(void **state)
{
    struct jc_scenario s;

    (void) state;
    load_well(&s, STUDIES "oviedo2026-prefill-long.yaml", NULL);
    assert_int_equal(s.n_cases, 11);
    assert_string_equal(s.cases[7].name, "nemotron-ultra-253b-1000-in");
    assert_int_equal(s.cases[7].throughput.form, JC_THROUGHPUT_MAXIMUM);
    assert_true(s.cases[7].throughput.prefill_speedup == 30);
    assert_true(s.cases[7].input_tokens.parameter[0] == 1000);
    assert_true(s.cases[8].node_power_kw.parameter[0] == 12.8);
    assert_true(s.cases[8].output_tokens.parameter[0] == 5000 / 0.69314718055994530942);
    assert_string_equal(s.blends[4].name, "over-200b-trimmed-5000-in");
    assert_int_equal(s.blends[4].case_index[0], 8);
    assert_int_equal(s.blends[4].trim.n_stages, 2);
    jc_scenario_free(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minimal),
        cmocka_unit_test(test_root_keys),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_distributions),
        cmocka_unit_test(test_items_and_options),
        cmocka_unit_test(test_throughput),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_table_that_is_wrong),
        cmocka_unit_test(test_power_from_throughput),
        cmocka_unit_test(test_form_over_defaults),
        cmocka_unit_test(test_blends_and_pathways),
        cmocka_unit_test(test_extends),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_prefill_studies),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
