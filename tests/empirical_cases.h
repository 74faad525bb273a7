/*
 * Small empirical distributions for test_empirical.c and test_joint.c.
 */
#ifndef JC_TESTS_EMPIRICAL_CASES_H
#define JC_TESTS_EMPIRICAL_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "samplers/empirical.h"

static void *
duplicate(const void *array, size_t size)
{
    void *copy = malloc(size);

    assert_non_null(copy);
    memcpy(copy, array, size);
    return copy;
}

static void
set_marginal(struct jc_marginal *self, const char *name, size_t n, const double *value,
    const double *weight)
{
    assert_int_equal(jc_string_set(&self->name, name, NULL), 0);
    self->n_values = n;
    self->value = duplicate(value, n * sizeof(*value));
    self->weight = duplicate(weight, n * sizeof(*weight));
}

/* Five values in two classes {1, 2, 4}, {8, 100} beside three in two classes {0}, {10, 30}. */
static struct jc_empirical
make_classes(void)
{
    const struct jc_cell cells[] = { { { 0, 0 }, 2 }, { { 0, 1 }, 4 }, { { 1, 1 }, 4 } };
    struct jc_empirical made = { .rows_read = 12, .rows_used = 10, .n_dropped = 1 };

    made.n_marginals = 2;
    made.marginal = calloc(2, sizeof(*made.marginal));
    made.dropped = calloc(1, sizeof(*made.dropped));
    assert_true(made.marginal != NULL && made.dropped != NULL);
    assert_int_equal(jc_string_set(&made.title, "A trace", NULL), 0);
    assert_int_equal(jc_string_set(&made.dropped->reason, "negative", NULL), 0);
    made.dropped->rows = 2;
    set_marginal(&made.marginal[0], "input_tokens", 5, (const double[]){ 1, 2, 4, 8, 100 },
        (const double[]){ 1, 2, 3, 3, 1 });
    set_marginal(&made.marginal[1], "output_tokens", 3, (const double[]){ 0, 10, 30 },
        (const double[]){ 2, 5, 3 });
    made.joint = (struct jc_joint){ .variable = { 0, 1 }, .n_classes = { 2, 2 }, .n_cells = 3 };
    made.joint.class_end[0] = duplicate((const size_t[]){ 3, 5 }, 2 * sizeof(size_t));
    made.joint.class_end[1] = duplicate((const size_t[]){ 1, 3 }, 2 * sizeof(size_t));
    made.joint.cell = duplicate(cells, sizeof(cells));
    return made;
}

#endif
