/* The scenario language: the errors of all but cases, with their places and words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario_files.h"

static void
test_root(void **state)
{
    static const struct wrong_line wrong[] = {
        { 1, "", "s.yaml:2:1: joulecast is missing, a scenario starts with joulecast: 1" },
        { 1, "joulecast: 2",
            "s.yaml:1:12: joulecast: 2: written for a newer joulecast, this one reads version 1 of "
            "the language" },
        { 1, "joulecast: 0", "s.yaml:1:12: joulecast: 0 found, expected 1" },
        { 1, "joulecast: one", "s.yaml:1:12: joulecast: 'one' is not a number" },
        { 1, "joulecast: 1\nquerys: 5", "s.yaml:2:1: querys: unknown key; did you mean queries?" },
        { 1, "joulecast: 1\ncase: 5", "s.yaml:2:1: case: unknown key; did you mean cases?" },
        { 1, "joulecast: 1\nfrobnicate: 5",
            "s.yaml:2:1: frobnicate: unknown key; expected one of: joulecast, name, title, "
            "description, source, seed, queries, points, bands, store, quantiles, defaults, cases, "
            "pathways, blends, fleet, references, waterfall, sweep, extends" },
        { 1, "joulecast: 1\nhosting: {pue: 1}",
            "s.yaml:2:1: hosting: unknown key; it belongs in defaults.hosting or "
            "cases.NAME.hosting" },
        { 1, "joulecast: 1\nname:", "s.yaml:2:6: name: expected a text, found nothing" },
        { 1, "joulecast: 1\ntitle: [a]", "s.yaml:2:8: title: expected a text, found a list" },
        { 1, "joulecast: 1\nseed: -1",
            "s.yaml:2:7: seed: -1 found, expected a whole number from 0 to 18446744073709551615" },
        { 1, "joulecast: 1\nseed: 18446744073709551616",
            "s.yaml:2:7: seed: 18446744073709551616 found, expected a whole number from 0 to "
            "18446744073709551615" },
        { 1, "joulecast: 1\nseed: 0x10", "s.yaml:2:7: seed: '0x10' is not a number" },
        { 1, "joulecast: 1\npoints: sobl",
            "s.yaml:2:9: points: 'sobl' is not known; did you mean sobol?" },
        { 1, "joulecast: 1\npoints: grid",
            "s.yaml:2:9: points: 'grid' is not known; expected one of: random, latin-hypercube, "
            "sobol" },
        { 1, "joulecast: 1\npoints: [sobol]", "s.yaml:2:9: points: expected a name, found a list" },
        { 1, "joulecast: 1\npoints: {replicates: 8}",
            "s.yaml:2:9: points: kind is missing, for example {kind: sobol}" },
        { 1, "joulecast: 1\npoints: {kind: sobol, n: 8}",
            "s.yaml:2:23: points.n: unknown key; expected one of: kind, replicates" },
        { 1, "joulecast: 1\npoints: {kind: sobol, replicates: 1}",
            "s.yaml:2:35: points.replicates: 1 found, expected a whole number from 2 to 64" },
        { 1, "joulecast: 1\npoints: {kind: sobol, replicates: 65}",
            "s.yaml:2:35: points.replicates: 65 found, expected a whole number from 2 to 64" },
        { 1, "joulecast: 1\npoints: {kind: random, replicates: 8}",
            "s.yaml:2:24: points.replicates: random points have none: their error is known from "
            "the values themselves" },
        { 1, "joulecast: 1\nqueries: 0",
            "s.yaml:2:10: queries: 0 found, expected a whole number from 1 to "
            "9223372036854775807" },
        { 1, "joulecast: 1\nqueries: 1.5",
            "s.yaml:2:10: queries: 1.5 found, expected a whole number from 1 to "
            "9223372036854775807" },
        { 1, "joulecast: 1\nqueries: 9223372036854775808",
            "s.yaml:2:10: queries: 9223372036854775808 found, expected a whole number from 1 to "
            "9223372036854775807" },
        { 1, "joulecast: 1\nqueries: 1e19",
            "s.yaml:2:10: queries: 1e19 found, expected a whole number from 1 to "
            "9223372036854775807" },
        { 1, "joulecast: 1\nqueries: 1_000", "s.yaml:2:10: queries: '1_000' is not a number" },
        { 1, "joulecast: 1\nstore: energy",
            "s.yaml:2:8: store: expected a list [a, b], found a text" },
        { 1, "joulecast: 1\nstore: [enrgy]",
            "s.yaml:2:9: store[1]: 'enrgy' is not known; did you mean energy?" },
        { 1, "joulecast: 1\nstore: [pue, pue]", "s.yaml:2:14: store[2]: 'pue' is there twice" },
        { 1, "joulecast: 1\nquantiles: [0]",
            "s.yaml:2:13: quantiles[1]: 0 found, must be between 0 and 1" },
        { 1, "joulecast: 1\nquantiles: [100 %]",
            "s.yaml:2:13: quantiles[1]: 100 % found, must be between 0 and 1" },
        { 1, "joulecast: 1\nquantiles: [0.5, 50 %]",
            "s.yaml:2:18: quantiles[2]: 50 % is there twice" },
        { 1, "joulecast: 1\njoulecast: 1", "s.yaml:2:1: duplicate key: joulecast" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
    write_file("s.yaml", "[joulecast]\n");
    expect_error("s.yaml", NULL, "s.yaml:1:1: expected a mapping {key: value}, found a list");
    write_file("s.yaml", "joulecast: 1\ncases: {}\n");
    expect_error("s.yaml", NULL, "s.yaml:1:1: cases is missing, a scenario has at least one case");
}

static void
test_blends_and_pathways(void **state)
{
    static const struct wrong_line wrong[] = {
        { 8, "blends: {x: {cases: [b]}}",
            "s.yaml:8:22: blends.x.cases[1]: 'b' is not in cases; expected one of: a" },
        { 8, "blends: {x: {cases: [aa, a]}}",
            "s.yaml:8:22: blends.x.cases[1]: 'aa' is not in cases; expected one of: a" },
        { 8, "blends: {x: {cases: {b: 1}}}",
            "s.yaml:8:22: blends.x.cases.b: 'b' is not in cases; expected one of: a" },
        { 8, "blends: {x: {cases: [a, a]}}", "s.yaml:8:25: blends.x.cases[2]: 'a' is there twice" },
        { 8, "blends: {x: {cases: {a: 0}}}",
            "s.yaml:8:25: blends.x.cases.a: the weight 0 must be greater than 0" },
        { 8, "blends: {x: {cases: {a: -1}}}",
            "s.yaml:8:25: blends.x.cases.a: the weight -1 must be greater than 0" },
        { 8, "blends: {x: {cases: []}}",
            "s.yaml:8:21: blends.x.cases: a blend has at least one case" },
        { 8, "blends: {x: {cases: a}}",
            "s.yaml:8:21: blends.x.cases: expected a list [a, b], found a text" },
        { 8, "blends: {x: {cases: [[a]]}}",
            "s.yaml:8:22: blends.x.cases[1]: expected a name, found a list" },
        { 8, "blends: {x: {trim: []}}",
            "s.yaml:8:10: blends.x: cases is missing, for example cases: [a]" },
        { 8, "blends: {x y: {cases: [a]}}",
            "s.yaml:8:10: blends.x y: a name is 1 to 64 letters, digits and . _ + -, and not . or "
            ".." },
        { 8, "blends: {x: {cases: [a], trim: [5 %, 95 %]}}",
            "s.yaml:8:33: blends.x.trim[1]: expected a list [a, b], found a text" },
        { 8, "blends: {x: {cases: [a], trim: [[5, 95]]}}",
            "s.yaml:8:33: blends.x.trim[1]: [5, 95] found, expected 0 <= low < high <= 1" },
        { 8, "blends: {x: {cases: [a], trim: [[0.5, 0.5]]}}",
            "s.yaml:8:33: blends.x.trim[1]: [0.5, 0.5] found, expected 0 <= low < high <= 1" },
        { 8, "blends: {x: {cases: [a], trim: [[0.5]]}}",
            "s.yaml:8:33: blends.x.trim[1]: expected [low, high], for example [5 %, 95 %]" },
        { 8, "blends: {x: {cases: [a], trim_pathways: [[-0.1, 0.5]]}}",
            "s.yaml:8:42: blends.x.trim_pathways[1]: [-0.1, 0.5] found, expected 0 <= low < high "
            "<= 1" },
        { 8, "blends: {x: {cases: [a], pathways: [p]}}",
            "s.yaml:8:37: blends.x.pathways[1]: there are no pathways" },
        { 8, "blends: {x: {cases: [a], pathways: [p]}}\npathways: {q: {divide_by: 2}}",
            "s.yaml:8:37: blends.x.pathways[1]: 'p' is not in pathways; expected one of: q" },
        { 8, "blends: {x: {cases: [a], pathways: [p, p]}}\npathways: {p: {divide_by: 2}}",
            "s.yaml:8:40: blends.x.pathways[2]: 'p' is there twice" },
        { 8, "blends: {x: {cases: [a], weight: 1}}",
            "s.yaml:8:26: blends.x.weight: unknown key; expected one of: label, cases, trim, "
            "pathways, trim_pathways, like" },
        { 8, "blends: {x: {like: y}}", "s.yaml:8:20: blends.x.like: 'y' is not in blends" },
        { 8, "blends: [x]", "s.yaml:8:9: blends: expected a mapping {key: value}, found a list" },
        { 8, "pathways: {p: {label: x}}",
            "s.yaml:8:12: pathways.p: divide_by is missing, for example divide_by: {lognormal: "
            "{p05: 1.5, p95: 5}}" },
        { 8, "pathways: {p: {divide_by: 0}}",
            "s.yaml:8:27: pathways.p.divide_by: 0 found, must be greater than 0" },
        { 8, "pathways: {p: {divide_by: 50 %}}",
            "s.yaml:8:27: pathways.p.divide_by: the unit '%' does not fit, expected a plain "
            "number" },
        { 8, "pathways: {p: {divide_by: 2, combine: [p]}}",
            "s.yaml:8:30: pathways.p.combine: divide_by and combine exclude each other" },
        { 8, "pathways: {p: {combine: []}}", "s.yaml:8:25: pathways.p.combine: the list is empty" },
        { 8, "pathways: {p: {combine: [q]}}",
            "s.yaml:8:26: pathways.p.combine[1]: 'q' is not in pathways; expected one of: p" },
        { 8, "pathways: {p: {combine: [p]}}",
            "s.yaml:8:25: pathways.p.combine: 'p' is a combination itself" },
        { 8, "pathways: {p: {divide_by: 2}, q: {combine: [p]}, r: {combine: [p, q]}}",
            "s.yaml:8:63: pathways.r.combine: 'q' is a combination itself" },
        { 8, "pathways: {p: {divide_by: 2}, q: {combine: [p, p]}}",
            "s.yaml:8:48: pathways.q.combine[2]: 'p' is there twice" },
        { 8, "pathways: {p/q: {divide_by: 2}}",
            "s.yaml:8:12: pathways.p/q: a name is 1 to 64 letters, digits and . _ + -, and not . "
            "or .." },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
}

static void
test_settings(void **state)
{
    static const struct {
        const char *setting;
        const char *message;
    } wrong[] = {
        { "cases.a.hosting.pue={lognormal: {p05: 1.60, p95: 1.05}}",
            "--set cases.a.hosting.pue={lognormal: {p05: 1.60, p95: 1.05}}: cases.a.hosting.pue: "
            "p95 (1.05) must be greater than p05 (1.60)" },
        { "hosting.pue=1.2",
            "--set hosting.pue=1.2: hosting: unknown key; it belongs in defaults.hosting or "
            "cases.NAME.hosting" },
        { "cases.a.hosting.pua=1.2",
            "--set cases.a.hosting.pua=1.2: cases.a.hosting.pua: unknown key; did you mean pue?" },
        { "cases.a.hosting.pue.x=1.2",
            "--set cases.a.hosting.pue.x=1.2: 'x' is below a value, not a mapping" },
        { "cases.b.label=x",
            "--set cases.b.label=x: cases.b: workload.input_tokens is missing, for example "
            "workload: {input_tokens: 500}" },
        { "joulecast=2",
            "--set joulecast=2: joulecast: 2: written for a newer joulecast, this one reads "
            "version 1 of the language" },
        { "extends=b.yaml", "--set extends=b.yaml: extends: can only be written in a file" },
        { "seed",
            "--set seed: expected KEY.PATH=VALUE, for example --set defaults.hosting.pue=1.2" },
        { "seed=", "--set seed=: the value is missing" },
        { "seed={", "--set seed={: YAML: did not find expected node content" },
        { "cases.a.throughput.cap=none",
            "--set cases.a.throughput.cap=none: cases.a.throughput.cap: does not fit form: "
            "constant" },
    };

    (void) state;
    write_minimal(0, NULL);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        expect_error("s.yaml", wrong[i].setting, wrong[i].message);
    }
}

/* Errors name the file that they are in. */
static void
test_extends(void **state)
{
    char path[32];
    char text[80];

    (void) state;
    write_file("s.yaml", "joulecast: 1\nextends: b.yaml\n");
    write_file("b.yaml", "joulecast: 1\nextends: nowhere.yaml\n");
    expect_error("s.yaml", NULL,
        "b.yaml:2:10: extends: cannot open nowhere.yaml: No such file or directory");
    write_file("b.yaml", "joulecast: 1\nextends: s.yaml\n");
    expect_error("s.yaml", NULL, "b.yaml:2:10: extends: s.yaml extends itself");
    write_file("b.yaml", "joulecast: 1\nextends: [x]\n");
    expect_error("s.yaml", NULL,
        "b.yaml:2:10: extends: expected the path of a scenario file, found a list");
    write_file("b.yaml", "joulecast: 2\n");
    expect_error("s.yaml", NULL,
        "b.yaml:1:12: joulecast: 2: written for a newer joulecast, this one reads version 1 of the "
        "language");
    write_file("b.yaml", "joulecast: 1\nseed: x\ncases: {a: }\n");
    expect_error("s.yaml", NULL, "b.yaml:2:7: seed: 'x' is not a number");
    for (int i = 0; i < 10; i++) {
        (void) snprintf(path, sizeof(path), "e%d.yaml", i);
        (void) snprintf(text, sizeof(text), "joulecast: 1\nextends: e%d.yaml\n", i + 1);
        write_file(path, text);
    }
    expect_error("e0.yaml", NULL, "e8.yaml:2:10: extends: more than 8 files extend one another");
}

/* Many cases that share large defaults are many values. */
static void
test_shared_defaults(void **state)
{
    struct jc_text text = { 0 };
    struct jc_error error;

    (void) state;
    assert_int_equal(jc_text_append(&text, &error,
                         "joulecast: 1\ndefaults:\n  hosting: {pue: {discrete: {values: [1"),
        0);
    for (int i = 0; i < 2000; i++) {
        assert_int_equal(jc_text_append(&text, &error, ", 1"), 0);
    }
    assert_int_equal(jc_text_append(&text, &error,
                         "]}}}\n  workload: {input_tokens: 1, output_tokens: 1}\n  throughput: "
                         "{form: constant, "
                         "tokens_per_s: 1}\n  node: {power: 1, power_utilization: 1}\ncases:\n"),
        0);
    for (int i = 0; i < 600; i++) {
        assert_int_equal(jc_text_append(&text, &error, "  c%d:\n", i), 0);
    }
    write_file("s.yaml", text.bytes);
    jc_text_free(&text);
    expect_error("s.yaml", NULL,
        "s.yaml:504:3: cases.c496: too large: more than 1000000 values in all cases, defaults "
        "included");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_root),
        cmocka_unit_test(test_blends_and_pathways),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_extends),
        cmocka_unit_test(test_shared_defaults),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
