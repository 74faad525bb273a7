/* Tags of cases and accelerators of nodes in the scenario language: what is read, what is refused, and that the
 * resolved scenario says the same. */
#include "scenario_files.h"

#include <math.h>

static void
expect_tag(const struct jc_case *self, size_t index, const char *key, const char *value)
{
    assert_true(index < self->n_tags);
    assert_string_equal(self->tags[index].key, key);
    assert_string_equal(self->tags[index].value, value);
}

/* Those of the defaults come first, and each can be written over by a case, by what is like it, and by a
 * setting. */
static void
test_tags(void **state)
{
    struct jc_scenario scenario;
    const struct jc_case *cases;

    (void) state;
    write_minimal(7,
        "    hosting: {pue: 1.2}\n"
        "    tags: {host: Azure, model: \"Llama: 3.1 \\u00b5 405B\", 2026-01.v_+: 405}\n"
        "  b: {like: a, tags: {host: AWS, other: 'null'}}\n"
        "  c: {like: a, label: C}\n"
        "defaults: {tags: {regime: traditional, host: none}}");
    load_well(&scenario, "s.yaml", "cases.c.tags.model=GPT");
    cases = scenario.cases;
    assert_int_equal(cases[0].n_tags, 4);
    expect_tag(&cases[0], 0, "regime", "traditional");
    expect_tag(&cases[0], 1, "host", "Azure");
    expect_tag(&cases[0], 2, "model", "Llama: 3.1 \u00b5 405B");
    expect_tag(&cases[0], 3, "2026-01.v_+", "405");
    assert_int_equal(cases[1].n_tags, 5);
    expect_tag(&cases[1], 1, "host", "AWS");
    expect_tag(&cases[1], 4, "other", "null");
    assert_int_equal(cases[2].n_tags, 4);
    assert_string_equal(jc_tags_find(cases[2].tags, cases[2].n_tags, "host"), "Azure");
    assert_string_equal(jc_tags_find(cases[2].tags, cases[2].n_tags, "model"), "GPT");
    assert_null(jc_tags_find(cases[2].tags, cases[2].n_tags, "other"));
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

/* A scenario that extends another one adds to the tags of its cases. */
static void
test_tags_of_extended(void **state)
{
    struct jc_scenario scenario;

    (void) state;
    write_minimal(8, "    tags: {host: Azure, regime: long}");
    write_file("b.yaml", "joulecast: 1\nextends: s.yaml\ncases: {a: {tags: {regime: short}}}\n");
    load_well(&scenario, "b.yaml", NULL);
    assert_int_equal(scenario.cases[0].n_tags, 2);
    expect_tag(&scenario.cases[0], 0, "host", "Azure");
    expect_tag(&scenario.cases[0], 1, "regime", "short");
    jc_scenario_free(&scenario);

    write_minimal(8, "    tags:");
    load_well(&scenario, "s.yaml", NULL);
    assert_int_equal(scenario.cases[0].n_tags, 0);
    expect_round_trip(&scenario);
    jc_scenario_free(&scenario);
}

/* The accelerators of a node as read, and as the resolved scenario has them. */
static void
expect_gpus(const char *setting, double gpus)
{
    struct jc_scenario scenario;
    struct jc_scenario again;
    struct jc_text text = { 0 };
    struct jc_error error;

    load_well(&scenario, "s.yaml", setting);
    assert_int_equal(jc_scenario_write(&scenario, &text, &error), 0);
    write_file("resolved.yaml", text.bytes);
    load_well(&again, "resolved.yaml", NULL);
    assert_true(isnan(gpus) ? isnan(scenario.cases[0].gpus) : scenario.cases[0].gpus == gpus);
    assert_memory_equal(&again.cases[0].gpus, &scenario.cases[0].gpus, sizeof(double));
    assert_int_equal(strstr(text.bytes, "      gpus: ") != NULL, !isnan(gpus));
    jc_text_free(&text);
    jc_scenario_free(&scenario);
    jc_scenario_free(&again);
}

#define MEASURED(gpus)                                                                          \
    "{form: measured, configurations: [{batch_size: 1, gpus: " #gpus                            \
    ", tokens_per_s: 10, gpu_power: 1}, {batch_size: 500, gpus: " #gpus ", tokens_per_s: 100, " \
    "gpu_power: 5}]}"
#define COMPUTED(form) \
    "{form: " #form ", architecture: Llama 3.1 8B, accelerator: RTX A6000, accelerators: 2}"

/* What is said counts; otherwise what the throughput is about, if it is about any. */
static void
test_gpus(void **state)
{
    (void) state;
    write_minimal(4, "    workload: {input_tokens: 500, output_tokens: 300, batch_size: 20}");
    expect_gpus(NULL, NAN);
    expect_gpus("cases.a.node.gpus=8", 8);
    expect_gpus("defaults.node.gpus=1e3", 1000);
    expect_gpus("cases.a.throughput=" MEASURED(4), 4);
    expect_gpus("cases.a.throughput=" COMPUTED(roofline), 2);
    expect_gpus("cases.a.throughput=" COMPUTED(ideal), 2);
    expect_gpus("cases.a.throughput={form: ideal, architecture: Llama 3.1 8B, accelerator: H200}",
        1);
    write_minimal(5, "    throughput: " COMPUTED(ideal));
    expect_gpus("cases.a.node.gpus=3", 3);
}

/* Forms that do not know are not asked; those that do must agree. */
static void
test_gpus_of_alternatives(void **state)
{
    (void) state;
    write_minimal(4, "    workload: {input_tokens: 500, output_tokens: 300, batch_size: 20}");
#define CONSTANT "{form: constant, tokens_per_s: 9}"
    expect_gpus("cases.a.throughput={alternatives: [" CONSTANT
                ", " MEASURED(2) ", " CONSTANT ", " COMPUTED(ideal) "]}",
        2);
    expect_gpus("cases.a.throughput={alternatives: [" COMPUTED(ideal) ", " CONSTANT "]}", 2);
    expect_gpus("cases.a.throughput={alternatives: [" MEASURED(4) ", " COMPUTED(
                    ideal) ", " MEASURED(2) "]}",
        NAN);
    expect_gpus("cases.a.throughput={alternatives: [" CONSTANT ", " CONSTANT "]}", NAN);
}

static void
test_errors(void **state)
{
    static const struct wrong_line wrong[] = {
        { 1, "joulecast: 1\ntags: {a: b}",
            "s.yaml:2:1: tags: unknown key; it belongs in defaults.tags or cases.NAME.tags" },
        { 8, "    tags: [a]",
            "s.yaml:8:11: cases.a.tags: expected a mapping {key: value}, found a list" },
        { 8, "    tags: {a: [b]}", "s.yaml:8:15: cases.a.tags.a: expected a text, found a list" },
        { 8, "    tags: {a: }", "s.yaml:8:15: cases.a.tags.a: expected a text, found nothing" },
        { 8, "    tags: {a: ''}", "s.yaml:8:15: cases.a.tags.a: expected a text, found nothing" },
        { 8, "    tags: {a b: c}",
            "s.yaml:8:12: cases.a.tags.a b: a name is 1 to 64 letters, digits and . _ + -, and not "
            ". or .." },
        { 8, "defaults: {tags: {a/b: c}}",
            "s.yaml:8:19: defaults.tags.a/b: a name is 1 to 64 letters, digits and . _ + -, and "
            "not . or .." },
        { 8, "    tag: {a: b}", "s.yaml:8:5: cases.a.tag: unknown key; did you mean tags?" },
        { 6, "    node: {power: 10.2 kW, power_utilization: 40 %, gpus: 0}",
            "s.yaml:6:59: cases.a.node.gpus: 0 found, expected a whole number from 1 to 1000000" },
        { 6, "    node: {power: 10.2 kW, power_utilization: 40 %, gpus: 7.5}",
            "s.yaml:6:59: cases.a.node.gpus: 7.5 found, expected a whole number from 1 to "
            "1000000" },
        { 6,
            "    node: {power: 10.2 kW, power_utilization: 40 %, gpus: {uniform: {low: 1, high: "
            "2}}}",
            "s.yaml:6:59: cases.a.node.gpus: expected a whole number, found a mapping" },
        { 6, "    node: {power: 10.2 kW, power_utilization: 40 %, gpu: 8}",
            "s.yaml:6:53: cases.a.node.gpu: unknown key; did you mean gpus?" },
        { 8, "defaults: {node: {gpus: -1}}",
            "s.yaml:8:25: defaults.node.gpus: -1 found, expected a whole number from 1 to "
            "1000000" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_tags_of_extended),
        cmocka_unit_test(test_gpus),
        cmocka_unit_test(test_gpus_of_alternatives),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
