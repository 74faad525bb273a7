/* The resolved scenario: written, it reads back to the same one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "scenario_files.h"

static void
write_well(const struct jc_scenario *self, struct jc_text *text)
{
    struct jc_error error = { "" };

    assert_int_equal(jc_scenario_write(self, text, &error), 0);
    assert_string_equal(error.message, "");
}

static void
same_distribution(const struct jc_distribution *a, const struct jc_distribution *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_memory_equal(a->parameter, b->parameter, sizeof(a->parameter));
    assert_true(a->min == b->min && a->max == b->max);
    assert_int_equal(a->integer, b->integer);
    assert_int_equal(a->varies, b->varies);
    assert_int_equal(a->n_items, b->n_items);
    for (size_t i = 0; i < a->n_items; i++) {
        assert_true(a->weight[i] == b->weight[i]);
        if (a->component == NULL) {
            assert_true(a->value[i] == b->value[i]);
        } else {
            same_distribution(&a->component[i], &b->component[i]);
        }
    }
}

static void
same_throughput(const struct jc_throughput_spec *a, const struct jc_throughput_spec *b)
{
    assert_int_equal(a->form, b->form);
    assert_memory_equal(&a->cap_tokens_per_s, &b->cap_tokens_per_s, sizeof(double));
    assert_true(a->prefill_speedup == b->prefill_speedup);
    same_distribution(&a->tokens_per_s, &b->tokens_per_s);
    assert_int_equal(a->measurements.n_rows, b->measurements.n_rows);
    for (size_t i = 0; i < a->measurements.n_rows; i++) {
        assert_true(a->measurements.row[i].throughput_tokens_per_s
            == b->measurements.row[i].throughput_tokens_per_s);
        assert_memory_equal(&a->measurements.row[i].input_tokens,
            &b->measurements.row[i].input_tokens, 8);
        assert_memory_equal(&a->measurements.row[i].output_tokens,
            &b->measurements.row[i].output_tokens, 8);
    }
}

/* All that no text shows, because it is written as it was read. */
static void
same_scenario(const struct jc_scenario *a, const struct jc_scenario *b)
{
    assert_memory_equal(a->store, b->store, sizeof(a->store));
    assert_true(a->seed == b->seed && a->queries == b->queries);
    assert_true(a->points == b->points && a->replicates == b->replicates);
    assert_int_equal(a->n_quantiles, b->n_quantiles);
    assert_memory_equal(a->quantile, b->quantile, a->n_quantiles * sizeof(double));
    assert_int_equal(a->n_cases, b->n_cases);
    for (size_t i = 0; i < a->n_cases; i++) {
        same_distribution(&a->cases[i].input_tokens, &b->cases[i].input_tokens);
        same_distribution(&a->cases[i].output_tokens, &b->cases[i].output_tokens);
        same_distribution(&a->cases[i].node_power_kw, &b->cases[i].node_power_kw);
        same_distribution(&a->cases[i].power.utilization, &b->cases[i].power.utilization);
        same_distribution(&a->cases[i].pue, &b->cases[i].pue);
        same_throughput(&a->cases[i].throughput, &b->cases[i].throughput);
        assert_true(a->cases[i].power.slope == b->cases[i].power.slope);
    }
    assert_int_equal(a->n_pathways, b->n_pathways);
    for (size_t i = 0; i < a->n_pathways; i++) {
        same_distribution(&a->pathways[i].divide_by, &b->pathways[i].divide_by);
    }
    assert_int_equal(a->n_blends, b->n_blends);
    for (size_t i = 0; i < a->n_blends; i++) {
        assert_int_equal(a->blends[i].n_cases, b->blends[i].n_cases);
        assert_memory_equal(a->blends[i].weight, b->blends[i].weight, a->blends[i].n_cases * 8);
        assert_int_equal(a->blends[i].trim.n_stages, b->blends[i].trim.n_stages);
    }
}

/* Written, read and written again: the same text, the same scenario, and no file but itself. */
static void
round_trip(const char *path, const char *setting)
{
    struct jc_scenario first, second;
    struct jc_text one = { 0 }, two = { 0 };

    load_well(&first, path, setting);
    write_well(&first, &one);
    write_file("resolved.yaml", one.bytes);
    load_well(&second, "resolved.yaml", NULL);
    write_well(&second, &two);
    assert_string_equal(one.bytes, two.bytes);
    same_scenario(&first, &second);
    assert_int_equal(second.n_inputs, 1);
    jc_text_free(&one);
    jc_text_free(&two);
    jc_scenario_free(&first);
    jc_scenario_free(&second);
}

static void
test_round_trip_of_studies(void **state)
{
    static const char *const studies[] = { "oviedo2025-long", "oviedo2025-traditional",
        "oviedo2026-long", "oviedo2026-power-tied-long", "oviedo2026-power-tied-traditional",
        "oviedo2026-prefill-long", "oviedo2026-prefill-traditional", "oviedo2026-traditional",
        "fernandez2025-azure-code", "fernandez2025-azure-conversation", "fernandez2025-burstgpt",
        "fernandez2025-classic-tasks", "production-code", "production-conversation",
        "production-reasoning" };
    char path[512];

    (void) state;
    for (size_t i = 0; i < sizeof(studies) / sizeof(studies[0]); i++) {
        (void) snprintf(path, sizeof(path), STUDIES "%s.yaml", studies[i]);
        round_trip(path, NULL);
    }
}

static void
test_round_trip_of_values(void **state)
{
    static const char *const settings[] = {
        "cases.a.hosting.pue={constant: 1.1, varies: fleet}",
        "cases.a.hosting.pue={uniform: {low: 0.1, high: 0.30000000000000004}}",
        "cases.a.hosting.pue={triangular: {low: 1, mode: 1.1, high: 2}, integer: true}",
        "cases.a.hosting.pue={normal: {mean: 1.2, sd: 0.7}, min: 1e-7, max: 123456789.125}",
        "cases.a.hosting.pue={lognormal: {p05: 1.05, p95: 1.4}}",
        "cases.a.hosting.pue={exponential: {median: 3}, min: 1}",
        "cases.a.hosting.pue={gamma: {shape: 0.7, mean: 0.1}, min: 0.1}",
        "cases.a.hosting.pue={beta: {alpha: 2, beta: 3}, min: 0.1}",
        "cases.a.hosting.pue={interpolated: {values: [1, 1.5, 2], weights: [1, 2, 3]}, max: 1.9}",
        "cases.a.hosting.pue={discrete: {values: [1, 2, 3], weights: [0, 1, 0.1]}}",
        "cases.a.hosting.pue={mixture: [{weight: 2, constant: 1}, {weight: 1, discrete: {values: "
        "[1]}, max: 4}], min: 1}",
        "cases.a.throughput={form: log_linear, cap: 9e3, measurements: [{input_tokens: 0, "
        "output_tokens: 1, throughput: 2}, {input_tokens: 3, output_tokens: 1, throughput: 2}, "
        "{input_tokens: 5, output_tokens: 2, throughput: 2}]}",
        "cases.a.throughput={form: log_linear, cap: none, table: throughput_h100, precision: FP8}",
        "cases.a.throughput={form: log_linear, table: throughput_h100, precision: FP8, "
        "coefficients: uncertain, residuals: query, residual_sd: 0.1, degrees_of_freedom: 2.5}",
        "cases.a.throughput={form: log_linear, table: throughput_h100, precision: FP8, "
        "coefficients: uncertain, residual_sd: pooled}",
        "cases.a.throughput={form: maximum, measurements: [{throughput: 3, source: \"a: b\"}]}",
        "seed=18446744073709551615",
        "points=sobol",
        "points={kind: latin-hypercube, replicates: 5}",
        "store=[]",
        "quantiles=[0.123456789012345678]",
        "blends={b: {cases: {a: 0.1}, trim: [[1 %, 1]]}}",
        "pathways={null: {divide_by: 3}, '-': {combine: ['null']}, '1e5': {divide_by: 1}}",
    };

    (void) state;
    write_minimal(0, NULL);
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        round_trip("s.yaml", settings[i]);
    }
}

/* Texts that YAML would take for something else. */
static void
test_round_trip_of_texts(void **state)
{
    static const char *const texts[] = { " x", "x ", "~", "null", "NULL", "true", "1e5", "a: b",
        "a #b", "#", "- x", "-", "---", "...", "? x", "!x", "&x", "*x", "|", ">", "%x", "@x", "`x",
        "{", "[x", ",", "'", "\\\\", "a'b\\\"c", "a\\nb", "\\n", " \\n x", "x\\n\\n", "\\t",
        "\\xa0", "\\u2028", "\\uFEFF", "\\uFFFD", "\u00e9\u4e2d", "\\U0001F600" };
    struct jc_scenario first, second;
    struct jc_text text = { 0 };
    char setting[64];

    (void) state;
    write_minimal(0, NULL);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        (void) snprintf(setting, sizeof(setting), "description=\"%s\"", texts[i]);
        load_well(&first, "s.yaml", setting);
        write_well(&first, &text);
        write_file("resolved.yaml", text.bytes);
        load_well(&second, "resolved.yaml", NULL);
        assert_string_equal(first.description, second.description);
        jc_text_free(&text);
        jc_scenario_free(&first);
        jc_scenario_free(&second);
    }
}

static void
test_written_text(void **state)
{
    struct jc_scenario s;
    struct jc_text text = { 0 };

    (void) state;
    write_minimal(0, NULL);
    load_well(&s, "s.yaml", "cases.a.hosting.pue={lognormal: {mu: 0.25, sigma: 0.125}, max: 2}");
    write_well(&s, &text);
    assert_string_equal(text.bytes,
        "joulecast: 1\nname: s\ntitle: s\nseed: 1\nqueries: 1000000\npoints: random\nstore: "
        "[energy]\n"
        "quantiles: [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]\n"
        "cases:\n  a:\n    label: a\n"
        "    workload:\n      input_tokens: 500\n      output_tokens: 300\n"
        "    throughput:\n      form: constant\n      outside: error\n      tokens_per_s: 5200\n"
        "      prefill_speedup: none\n"
        "    node:\n      power: 10.2\n      power_utilization: 0.4\n"
        "    hosting:\n      pue: {lognormal: {mu: 0.25, sigma: 0.125}, max: 2}\n");
    jc_text_free(&text);
    jc_scenario_free(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_of_studies),
        cmocka_unit_test(test_round_trip_of_values),
        cmocka_unit_test(test_round_trip_of_texts),
        cmocka_unit_test(test_written_text),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
