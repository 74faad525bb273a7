/* Binning: ceiling bins, what is left out, joint and apart, classes that straddle bins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "models/binning.h"

static double input_values[] = { 10, 32, 33, 9000 };
static double input_weights[] = { 1, 2, 3, 4 };
static double output_values[] = { 8, 9, 600 };
static double output_weights[] = { 4, 5, 1 };

/* A copy that can be binned. */
static struct jc_empirical
make(bool joint)
{
    static size_t end[2][4] = { { 1, 2, 3, 4 }, { 1, 2, 3 } };
    static struct jc_cell cells[] = { { { 0, 0 }, 1 }, { { 1, 0 }, 1 }, { { 1, 2 }, 1 },
        { { 2, 1 }, 3 }, { { 3, 0 }, 2 }, { { 3, 1 }, 2 } };
    static char input_name[] = "input_tokens";
    static char output_name[] = "output_tokens";
    static char title[] = "six kinds of requests";
    struct jc_marginal marginal[] = { { input_name, 4, input_values, input_weights },
        { output_name, 3, output_values, output_weights } };
    struct jc_empirical empirical = { .title = title, .n_marginals = 2, .marginal = marginal };
    struct jc_empirical copy;
    struct jc_error error;

    if (joint) {
        empirical.joint = (struct jc_joint){ .variable = { 0, 1 },
            .n_classes = { 4, 3 },
            .class_end = { end[0], end[1] },
            .n_cells = 6,
            .cell = cells };
    }
    assert_int_equal(jc_empirical_check(&empirical, &error), 0);
    assert_int_equal(jc_empirical_copy(&empirical, &copy, &error), 0);
    return copy;
}

static void
test_joint(void **state)
{
    struct jc_empirical empirical = make(true);
    struct jc_binning bins;
    struct jc_error error;
    double excluded;

    (void) state;
    assert_int_equal(jc_binning_fernandez2025(&bins, &error), 0);
    assert_int_equal(jc_binning_apply(&bins, &empirical, &excluded, &error), 0);
    assert_int_equal(jc_empirical_check(&empirical, &error), 0);
    assert_true(fabs(excluded - 0.5) < 1e-12); /* 9000 in, and 32 in with 600 out */
    assert_string_equal(empirical.title, "six kinds of requests");
    assert_int_equal(empirical.marginal[0].n_values, 2);
    assert_true(empirical.marginal[0].value[0] == 32 && empirical.marginal[0].weight[0] == 2);
    assert_true(empirical.marginal[0].value[1] == 128 && empirical.marginal[0].weight[1] == 3);
    assert_true(empirical.marginal[1].value[0] == 8 && empirical.marginal[1].weight[0] == 2);
    assert_true(empirical.marginal[1].value[1] == 16 && empirical.marginal[1].weight[1] == 3);
    assert_int_equal(empirical.joint.n_cells, 2);
    assert_true(empirical.joint.cell[1].weight == 3);
    jc_binning_free(&bins);
    jc_empirical_free(&empirical);
}

static void
test_apart(void **state)
{
    struct jc_empirical empirical = make(false);
    struct jc_binning bins;
    struct jc_error error;
    double excluded;

    (void) state;
    assert_int_equal(jc_binning_fernandez2025(&bins, &error), 0);
    assert_int_equal(jc_binning_apply(&bins, &empirical, &excluded, &error), 0);
    assert_true(fabs(excluded - (1 - 0.6 * 0.9)) < 1e-12);
    assert_int_equal(empirical.joint.n_cells, 0);
    assert_true(fabs(empirical.marginal[0].weight[0] - 27) < 1e-12); /* 3 of 10 with 9 of 10 */
    jc_binning_free(&bins);
    jc_empirical_free(&empirical);
}

/* A class of inputs 10 to 33 lies in two bins: half its weight is in each. */
static void
test_classes(void **state)
{
    struct jc_empirical empirical = make(true);
    struct jc_binning bins;
    struct jc_error error;
    double excluded;

    (void) state;
    empirical.joint.n_classes[0] = 2;
    empirical.joint.class_end[0][0] = 3;
    empirical.joint.class_end[0][1] = 4;
    empirical.joint.n_cells = 5;
    empirical.joint.cell[0] = (struct jc_cell){ { 0, 0 }, 2 };
    empirical.joint.cell[1] = (struct jc_cell){ { 0, 1 }, 3 };
    empirical.joint.cell[2] = (struct jc_cell){ { 0, 2 }, 1 };
    empirical.joint.cell[3] = (struct jc_cell){ { 1, 0 }, 2 };
    empirical.joint.cell[4] = (struct jc_cell){ { 1, 1 }, 2 };
    assert_int_equal(jc_empirical_check(&empirical, &error), 0);
    assert_int_equal(jc_binning_fernandez2025(&bins, &error), 0);
    assert_int_equal(jc_binning_apply(&bins, &empirical, &excluded, &error), 0);
    assert_int_equal(jc_empirical_check(&empirical, &error), 0);
    assert_true(fabs(excluded - 0.5) < 1e-12);
    assert_int_equal(empirical.joint.n_cells, 4);
    assert_true(fabs(empirical.joint.cell[0].weight - 1) < 1e-12);
    assert_true(fabs(empirical.joint.cell[3].weight - 1.5) < 1e-12);
    jc_binning_free(&bins);
    jc_empirical_free(&empirical);
}

static void
test_errors(void **state)
{
    struct jc_empirical empirical = make(true);
    double small = 1;
    struct jc_binning tiny = { .n = { 1, 1 }, .bin = { &small, &small } };
    struct jc_error error;
    double excluded;

    (void) state;
    assert_int_equal(jc_binning_apply(&tiny, &empirical, &excluded, &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, "no request fits into the bins");
    assert_int_equal(empirical.marginal[0].n_values, 4);
    empirical.marginal[1].name[0] = 'x';
    assert_int_equal(jc_binning_apply(&tiny, &empirical, &excluded, &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, "the distribution has no output_tokens");
    jc_empirical_free(&empirical);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joint),
        cmocka_unit_test(test_apart),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
