/* Labels of streams: two meanings of one label, and two labels of one sequence. What scenarios do is in hostile.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "engine/labels.h"

#define SEED 7

static void
add(struct jc_labels *labels, const char *text, const char *meaning)
{
    struct jc_error error;

    assert_int_equal(jc_labels_add(labels, SEED, text, meaning, &error), 0);
}

static void
test_apart(void **state)
{
    struct jc_labels labels = { 0 };
    struct jc_error error = { "" };
    char text[32];

    (void) state;
    assert_int_equal(jc_labels_check(&labels, SEED, &error), 0);
    for (int k = 0; k < 1000; k++) {
        (void) snprintf(text, sizeof(text), "fleet.mix.%d", k);
        add(&labels, text, text);
    }
    assert_int_equal(jc_labels_check(&labels, SEED, &error), 0);
    assert_string_equal(error.message, "");
    jc_labels_free(&labels);
}

/* What has the same name in two places is one thing, and shares its stream on purpose. */
static void
test_shared(void **state)
{
    struct jc_labels labels = { 0 };
    struct jc_error error = { "" };

    (void) state;
    add(&labels, "hosting.pue", "hosting.pue");
    add(&labels, "other", "other");
    add(&labels, "hosting.pue", "hosting.pue");
    assert_int_equal(jc_labels_check(&labels, SEED, &error), 0);
    jc_labels_free(&labels);
}

static void
test_two_meanings(void **state)
{
    struct jc_labels labels = { 0 };
    struct jc_error error = { "" };

    (void) state;
    add(&labels, "r.a.b", "the share of b in r.a");
    add(&labels, "x", "x");
    add(&labels, "r.a.b", "the share of a.b in r");
    assert_int_equal(jc_labels_check(&labels, SEED, &error), JC_ERROR_SCENARIO);
    assert_string_equal(error.message,
        "the share of a.b in r and the share of b in r.a would be drawn from the same random "
        "stream, 'r.a.b'; give "
        "one of them another name");
    jc_labels_free(&labels);
}

/* No two labels are known to have generators with equal increments, so one is given that of another. */
static void
test_one_sequence(void **state)
{
    struct jc_labels labels = { 0 };
    struct jc_error error = { "" };

    (void) state;
    add(&labels, "a", "the first");
    add(&labels, "b", "the second");
    add(&labels, "c", "the third");
    labels.label[2].stream.start.increment = labels.label[0].stream.start.increment;
    assert_int_equal(jc_labels_check(&labels, SEED, &error), JC_ERROR_SCENARIO);
    assert_string_equal(error.message,
        "with the seed 7, the first and the third would share random numbers; choose another seed");
    jc_labels_free(&labels);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apart),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_two_meanings),
        cmocka_unit_test(test_one_sequence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
