/* Empirical distributions: what is wrong with them, copies, quantiles. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samplers/empirical.h"
#include "tests/empirical_cases.h"

/* Ends the life of `wrong`. */
static void
assert_message(struct jc_empirical *wrong, const char *part)
{
    struct jc_error error = { "" };

    assert_int_equal(jc_empirical_check(wrong, &error), JC_ERROR_INPUT);
    if (strstr(error.message, part) == NULL) {
        fail_msg("expected '%s' in '%s'", part, error.message);
    }
    jc_empirical_free(wrong);
}

static void
test_marginal_messages(void **state)
{
    struct jc_empirical e = make_classes();

    (void) state;
    assert_int_equal(jc_empirical_check(&e, NULL), 0);
    e.marginal[0].value[2] = 2;
    assert_message(&e, "input_tokens: value 3 (2) must be greater than the one before it (2)");
    e = make_classes();
    e.marginal[1].value[0] = NAN;
    assert_message(&e, "output_tokens: value 1 (nan) must be a number");
    e = make_classes();
    e.marginal[1].weight[1] = 0;
    assert_message(&e, "output_tokens: weight 2 (0) must be a number greater than 0");
    e = make_classes();
    e.marginal[1].n_values = 0;
    assert_message(&e, "output_tokens: a name and at least one value are needed");
    e = make_classes();
    assert_int_equal(jc_string_set(&e.marginal[1].name, NULL, NULL), 0);
    assert_message(&e, "a variable without a name");
    e = make_classes();
    assert_int_equal(jc_string_set(&e.marginal[1].name, "input_tokens", NULL), 0);
    assert_message(&e, "input_tokens: there are two variables of this name");
}

static void
test_class_messages(void **state)
{
    struct jc_empirical e = make_classes();

    (void) state;
    e.joint.variable[1] = 0;
    assert_message(&e, "two different variables, not 1 and 1 of 2");
    e = make_classes();
    e.joint.variable[1] = 2;
    assert_message(&e, "two different variables, not 1 and 3 of 2");
    e = make_classes();
    e.joint.class_end[0][1] = 3;
    assert_message(&e, "input_tokens: class 2 has no values");
    e = make_classes();
    e.joint.class_end[1][1] = 2;
    assert_message(&e, "output_tokens: the classes end after 2 values, but there are 3");
    e = make_classes();
    e.joint.n_classes[1] = 0;
    assert_message(&e, "output_tokens: at least one class is needed");
}

static void
test_cell_messages(void **state)
{
    struct jc_empirical e = make_classes();

    (void) state;
    memcpy(e.joint.cell[2].class, (const size_t[]){ 2, 0 }, 2 * sizeof(size_t));
    assert_message(&e, "cell 3 (3, 1) is beyond the last classes (2, 2)");
    e = make_classes();
    memcpy(e.joint.cell[1].class, (const size_t[]){ 0, 0 }, 2 * sizeof(size_t));
    assert_message(&e, "cell 2 (1, 1) must come after (1, 1), each pair once");
    e = make_classes();
    memcpy(e.joint.cell[0].class, (const size_t[]){ 1, 0 }, 2 * sizeof(size_t));
    assert_message(&e, "cell 2 (1, 2) must come after (2, 1), each pair once");
    e = make_classes();
    e.joint.cell[0].weight = -1;
    assert_message(&e, "cell 1: weight (-1) must be a number greater than 0");
    e = make_classes();
    e.joint.cell[2].weight = 4.0001;
    assert_message(&e,
        "input_tokens: the cells of class 2 weigh 4.0001 together, but its values 4");
    e = make_classes();
    e.joint.cell[0].weight = 3;
    e.joint.cell[1].weight = 3;
    assert_message(&e, "output_tokens: the cells of class 1 weigh 3 together, but its values 2");
    e = make_classes();
    e.joint.n_cells = 2;
    assert_message(&e, "input_tokens: the cells of class 2 weigh 0 together, but its values 4");
    e = make_classes();
    e.joint.cell[2].weight = 4 + 1e-7;
    assert_int_equal(jc_empirical_check(&e, NULL), 0);
    jc_empirical_free(&e);
}

static void
test_copy_and_free(void **state)
{
    struct jc_empirical e = make_classes();
    struct jc_empirical copy;
    struct jc_empirical nothing = { 0 };

    (void) state;
    assert_int_equal(jc_empirical_copy(&e, &copy, NULL), 0);
    e.marginal[0].value[0] = -5;
    e.joint.cell[0].weight = 77;
    e.joint.class_end[0][0] = 1;
    e.dropped->reason[0] = 'N';
    e.title[0] = 'a';
    jc_empirical_free(&e);
    assert_true(e.n_marginals == 0 && e.marginal == NULL && e.joint.cell == NULL);
    jc_empirical_free(&e);
    assert_int_equal(jc_empirical_check(&copy, NULL), 0);
    assert_true(copy.marginal[0].value[0] == 1 && copy.joint.cell[0].weight == 2);
    assert_string_equal(copy.title, "A trace");
    assert_null(copy.source);
    assert_string_equal(copy.dropped->reason, "negative");
    assert_true(copy.dropped->rows == 2 && copy.rows_read == 12 && copy.rows_used == 10);
    jc_empirical_free(&copy);
    assert_int_equal(jc_empirical_copy(&nothing, &copy, NULL), 0);
    assert_int_equal(jc_empirical_check(&copy, NULL), 0);
    jc_empirical_free(&copy);
}

static void
test_numbers(void **state)
{
    struct jc_empirical e = make_classes();

    (void) state;
    assert_int_equal(jc_empirical_find(&e, "output_tokens"), 1);
    assert_int_equal(jc_empirical_find(&e, "power"), 2);
    assert_true(jc_marginal_quantile(&e.marginal[0], 0) == 1);
    assert_true(jc_marginal_quantile(&e.marginal[0], 0.1) == 1);
    assert_true(jc_marginal_quantile(&e.marginal[0], 0.11) == 2);
    assert_true(jc_marginal_quantile(&e.marginal[0], 0.5) == 4);
    assert_true(jc_marginal_quantile(&e.marginal[0], 0.9) == 8);
    assert_true(jc_marginal_quantile(&e.marginal[0], 1) == 100);
    assert_true(fabs(jc_marginal_mean(&e.marginal[0]) - 14.1) < 1e-14);
    assert_true(fabs(jc_marginal_mean(&e.marginal[1]) - 14) < 1e-14);
    jc_empirical_free(&e);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marginal_messages),
        cmocka_unit_test(test_class_messages),
        cmocka_unit_test(test_cell_messages),
        cmocka_unit_test(test_copy_and_free),
        cmocka_unit_test(test_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
