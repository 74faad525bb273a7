/* Targets of precision: how they are read, what they look at, and where the next look is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engine/until.h"

#include "mixtures.h"

#define FORM                                                                                       \
    "; the form is [QUANTITY] mean|pNN rel|abs NUMBER[%| UNIT], such as 'p95 rel 0.1%' or 'water " \
    "mean "                                                                                        \
    "abs 0.01 mL'"

static void
test_parse(void **state)
{
    static const struct {
        const char *text;
        enum jc_quantity quantity;
        double probability; /* 0: the mean */
        bool relative;
        double half_width;
    } good[] = {
        { "p95 rel 0.1%", JC_ENERGY, 0.95, true, 0.001 },
        { "p95 rel 0.1 %", JC_ENERGY, 0.95, true, 0.001 },
        { "p99.9 rel 1e-3", JC_ENERGY, 99.9 / 100, true, 0.001 },
        { "mean abs 0.001 Wh", JC_ENERGY, 0, false, 0.001 },
        { "mean abs 0.001Wh", JC_ENERGY, 0, false, 0.001 },
        { "  water   p50  rel  1% ", JC_WATER, 0.5, true, 0.01 },
        { "output_tokens mean abs 2", JC_OUTPUT_TOKENS, 0, false, 2 },
    };
    struct jc_until until;
    struct jc_error error = { "" };
    size_t j;

    (void) state;
    for (j = 0; j < sizeof(good) / sizeof(good[0]); j++) {
        assert_int_equal(jc_until_parse(good[j].text, &until, &error), 0);
        assert_int_equal(until.quantity, good[j].quantity);
        assert_true(until.of_mean == (good[j].probability == 0));
        assert_true(until.of_mean || until.probability == good[j].probability);
        assert_true(until.relative == good[j].relative);
        assert_true(until.half_width == good[j].half_width);
        assert_ptr_equal(until.text, good[j].text);
    }
}

static void
test_parse_errors(void **state)
{
    static const char *const bad[][2] = {
        { "",
            "--until '': ends too early, expected mean, or p and a percentage between 0 and "
            "100" FORM },
        { "energy",
            "--until 'energy': ends too early, expected mean, or p and a percentage between 0 "
            "and 100" FORM },
        { "heat mean rel 1%",
            "--until 'heat mean rel 1%': found 'heat', expected mean, or p and a "
            "percentage between 0 and 100" FORM },
        { "p0 rel 1%",
            "--until 'p0 rel 1%': found 'p0', expected mean, or p and a percentage between 0 "
            "and 100" FORM },
        { "p100 rel 1%",
            "--until 'p100 rel 1%': found 'p100', expected mean, or p and a percentage "
            "between 0 and 100" FORM },
        { "p5x rel 1%",
            "--until 'p5x rel 1%': found 'p5x', expected mean, or p and a percentage between "
            "0 and 100" FORM },
        { "p0x5 rel 1%",
            "--until 'p0x5 rel 1%': found 'p0x5', expected mean, or p and a percentage between "
            "0 and 100" FORM },
        { "p5 1%", "--until 'p5 1%': found '1%', expected rel or abs" FORM },
        { "mean rel", "--until 'mean rel': ends too early, expected a number above 0" FORM },
        { "mean rel 0", "--until 'mean rel 0': found '0', expected a number above 0" FORM },
        { "mean rel inf", "--until 'mean rel inf': found 'inf', expected a number above 0" FORM },
        { "mean rel nan%",
            "--until 'mean rel nan%': found 'nan%', expected a number above 0" FORM },
        { "mean rel 1 Wh",
            "--until 'mean rel 1 Wh': 'Wh' is not the unit: it is %, or none for a "
            "fraction" },
        { "mean abs 1 %", "--until 'mean abs 1 %': '%' is not the unit: it is Wh" },
        { "mean abs 1 Wh Wh",
            "--until 'mean abs 1 Wh Wh': found 'Wh', expected nothing more" FORM },
        { "mean abs 1Wh Wh", "--until 'mean abs 1Wh Wh': found 'Wh', expected nothing more" FORM },
        { "energy mean abs 1 Wh Wh",
            "--until 'energy mean abs 1 Wh Wh': found 'more words than that', "
            "expected fewer" FORM },
    };
    struct jc_until until;
    struct jc_error error;
    size_t j;

    (void) state;
    for (j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
        error = (struct jc_error){ "" };
        assert_int_equal(jc_until_parse(bad[j][0], &until, &error), JC_ERROR_SCENARIO);
        assert_string_equal(error.message, bad[j][1]);
    }
}

/* Two cases of 10000 values, of which the second has twice the relative scatter, and a blend of both. */
static void
make_results(struct jc_results *results)
{
    struct jc_error error;
    struct jc_pcg pcg;
    float *x;
    size_t j;

    *results = (struct jc_results){ .queries = 10000 };
    jc_pcg_init(&pcg, 3, 4);
    assert_int_equal(jc_results_alloc_cases(results, 2, &error), 0);
    assert_int_equal(jc_results_alloc_blends(results, 1, &error), 0);
    assert_int_equal(jc_results_alloc_blend(&results->blends[0], 2, 0, &error), 0);
    assert_int_equal(jc_string_set(&results->blends[0].label, "both", &error), 0);
    for (j = 0; j < 2; j++) {
        x = lognormal(10000, 2, 0.1 * (double) (1 + j), &pcg);
        make_record(&results->cases[j].record[JC_ENERGY], 10000, x);
        results->cases[j].recorded[JC_ENERGY] = true;
        results->blends[0].case_index[j] = j;
        results->blends[0].weight[j] = 1;
        assert_int_equal(jc_string_set(&results->cases[j].label, j == 0 ? "calm" : "wild", &error),
            0);
        free(x);
    }
}

static void
test_look(void **state)
{
    struct jc_results results;
    struct jc_until_state found;
    struct jc_until until;
    struct jc_error error = { "" };

    (void) state;
    make_results(&results);
    assert_int_equal(jc_until_parse("mean rel 0.4%", &until, &error), 0);
    assert_int_equal(jc_until_look(&until, &results, &found, &error), 0);
    assert_string_equal(found.label, "wild");
    assert_true(fabs(found.half_width / (1.96 * 0.202 / 100) - 1) < 0.05);
    assert_true(found.ratio == found.half_width / 0.004 && found.is_reached);
    assert_int_equal(jc_until_parse("mean rel 0.39%", &until, &error), 0);
    assert_int_equal(jc_until_look(&until, &results, &found, &error), 0);
    assert_false(found.is_reached);

    /* The density of the median of ln x is 1 / (sigma sqrt(2 pi)): error 1.2533 sigma / sqrt(n). */
    assert_int_equal(jc_until_parse("p50 abs 0.01 Wh", &until, &error), 0);
    assert_int_equal(jc_until_look(&until, &results, &found, &error), 0);
    assert_string_equal(found.label, "wild");
    assert_true(fabs(found.half_width / (2 * 1.96 * 1.2533 * 0.2 / 100) - 1) < 0.1);

    /* 0.03 % of 10000 values are 3: the interval would begin below the first. */
    assert_int_equal(jc_until_parse("p0.03 abs 1 Wh", &until, &error), 0);
    assert_int_equal(jc_until_look(&until, &results, &found, &error), 0);
    assert_true(isinf(found.half_width) && isinf(found.ratio) && !found.is_reached);

    assert_int_equal(jc_until_parse("carbon p50 rel 1%", &until, &error), 0);
    assert_int_equal(jc_until_look(&until, &results, &found, &error), JC_ERROR_SCENARIO);
    assert_string_equal(error.message,
        "--until 'carbon p50 rel 1%': no case keeps carbon; 'store' says what is kept");
    jc_results_free(&results);
}

static void
test_next(void **state)
{
    const uint64_t block = JC_STORE_CHUNK;
    const uint64_t most = 1000 * block + 1;

    (void) state;
    assert_int_equal(jc_until_next_queries(10, 1.5, most), block);
    assert_int_equal(jc_until_next_queries(10 * block, 2, most), 44 * block); /* 1.1 times 4 */
    assert_int_equal(jc_until_next_queries(10 * block, 1.001, most), 12 * block);
    assert_int_equal(jc_until_next_queries(100 * block, 1 + 1e-9, most), 111 * block);
    assert_int_equal(jc_until_next_queries(10 * block, 100, most), 160 * block);
    assert_int_equal(jc_until_next_queries(10 * block, INFINITY, most), 160 * block);
    assert_int_equal(jc_until_next_queries(900 * block, 2, most), most);
    assert_int_equal(jc_until_next_queries(10, 2, 11), 11);
    assert_int_equal(jc_until_next_queries(block, 1.0001, most), 2 * block);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_errors),
        cmocka_unit_test(test_look),
        cmocka_unit_test(test_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
