#include <math.h>
#include <stdlib.h>

#include "scenarios/read.h"

/* Weight that puts a value at a probability without taking any of it. */
#define POINT 1e-12

/* A known quantile. */
struct knot {
    double probability;
    double value;
};

/* {5 %: 107, 50 %: 194}: keys are probabilities. */
static int
read_knot(const struct jc_field *field, enum jc_dimension dimension, struct knot *knot,
    struct jc_error *error)
{
    const struct jc_tree_node key = { .kind = JC_TREE_SCALAR,
        .plain = true,
        .text = field->key,
        .origin = field->item->origin,
        .line = field->item->line,
        .column = field->item->column };
    struct jc_field probability = *field;
    int ret;

    probability.node = &key;
    ret = jc_field_number(&probability, JC_FRACTION, &knot->probability, error);
    if (ret == 0 && !(knot->probability > 0 && knot->probability < 1)) {
        ret = jc_field_fail_key(field, error, "a probability between 0 and 1 is needed");
    }
    return ret != 0 ? ret : jc_field_number(field, dimension, &knot->value, error);
}

static int
read_knots(const struct jc_field *field, enum jc_dimension dimension, struct knot *knot,
    struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field part;
    size_t n = 0;
    int ret = 0;

    for (item = field->node->first; ret == 0 && item != NULL; item = item->next, n++) {
        part = jc_field_item(field, item, 0);
        ret = read_knot(&part, dimension, &knot[n], error);
        if (ret == 0 && n > 0
            && !(knot[n].probability > knot[n - 1].probability
                && knot[n].value >= knot[n - 1].value)) {
            ret = jc_field_fail_key(&part, error,
                "probabilities must ascend, and values must not descend");
        }
    }
    return ret;
}

/* Knots of one value are moved apart by less than single precision shows, so that a step stays one. */
static void
separate(struct knot *knot, size_t n)
{
    for (size_t k = 1; k < n; k++) {
        const double least = knot[k - 1].value + 1e-12 * fmax(fabs(knot[k - 1].value), 1e-6);

        knot[k].value = fmax(knot[k].value, least);
    }
}

/* The value at a probability on the straight line through two knots. */
static double
extend(const struct knot *a, const struct knot *b, double probability)
{
    const double slope = (b->value - a->value) / (b->probability - a->probability);

    return a->value + slope * (probability - a->probability);
}

/* An interpolated distribution has its knots in the middles of the steps: all the weight between two
 * knots goes to the middle of their line, so that the line stays straight. */
static void
add_line(struct jc_distribution *self, double from, double to, double probability)
{
    if (self->n_items == 0) {
        self->value[self->n_items] = from;
        self->weight[self->n_items++] = POINT;
    }
    self->value[self->n_items] = from + (to - from) / 2;
    self->weight[self->n_items++] = probability;
    self->value[self->n_items] = to;
    self->weight[self->n_items++] = POINT;
}

static void
make_lines(const struct knot *knot, size_t n, struct jc_distribution *self)
{
    size_t k;

    add_line(self, extend(&knot[0], &knot[1], 0), knot[0].value, knot[0].probability);
    for (k = 1; k < n; k++) {
        add_line(self, knot[k - 1].value, knot[k].value,
            knot[k].probability - knot[k - 1].probability);
    }
    add_line(self, knot[n - 1].value, extend(&knot[n - 2], &knot[n - 1], 1),
        1 - knot[n - 1].probability);
}

int
jc_read_quantiles(const struct jc_field *field, enum jc_dimension dimension,
    struct jc_distribution *self, struct jc_error *error)
{
    struct knot *knot;
    size_t n;
    int ret = jc_field_map(field, error);

    if (ret != 0) {
        return ret;
    }
    n = field->node->n_items;
    if (n < 2) {
        return jc_field_fail(field, error,
            "%zu quantiles found, 2 or more are needed, for example {5 %%: 107, 50 %%: 194, 95 %%: "
            "326}",
            n);
    }
    knot = calloc(n, sizeof(*knot));
    self->value = calloc(2 * n + 3, sizeof(*self->value));
    self->weight = calloc(2 * n + 3, sizeof(*self->weight));
    ret = knot == NULL || self->value == NULL || self->weight == NULL ? jc_fail_memory(error) : 0;
    ret = ret != 0 ? ret : read_knots(field, dimension, knot, error);
    if (ret == 0) {
        separate(knot, n);
        make_lines(knot, n, self);
    }
    free(knot);
    return ret;
}
