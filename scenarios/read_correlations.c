#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

/* The quantity whose key is at the field. */
static int
read_key(const struct jc_field *field, enum jc_quantity *quantity, struct jc_error *error)
{
    const char *names[JC_QUANTITIES + 1] = { NULL };
    enum jc_quantity of[JC_QUANTITIES];
    const char *key;
    size_t n = 0;
    size_t choice;
    int ret;

    for (int q = 0; q < JC_QUANTITIES; q++) {
        key = jc_quantity_info((enum jc_quantity) q)->key;
        if (key != NULL) {
            names[n] = key;
            of[n++] = (enum jc_quantity) q;
        }
    }
    ret = jc_field_choice(field, names, &choice, error);
    *quantity = ret == 0 ? of[choice] : JC_QUANTITIES;
    return ret;
}

static int
read_between(const struct jc_field *field, struct jc_correlation *self, struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field key;
    size_t k = 0;
    int ret = jc_field_list(field, error);

    if (ret == 0 && field->node->n_items != 2) {
        ret = jc_field_fail(field, error, "%zu keys found, expected two", field->node->n_items);
    }
    for (item = field->node->first; ret == 0 && item != NULL; item = item->next, k++) {
        key = jc_field_item(field, item, k + 1);
        ret = read_key(&key, &self->of[k], error);
    }
    if (ret == 0 && self->of[0] == self->of[1]) {
        ret = jc_field_fail(field, error, "the same key twice");
    }
    return ret;
}

static int
read_correlation(const struct jc_field *field, struct jc_correlation *self, struct jc_error *error)
{
    static const char *const names[] = { "between", "rank", "normal", NULL };
    struct jc_field between = jc_field_get(field, "between");
    struct jc_field rank = jc_field_get(field, "rank");
    struct jc_field normal = jc_field_get(field, "normal");
    const struct jc_field *value = rank.node != NULL ? &rank : &normal;
    int ret = jc_field_section(field, names, error);

    if (ret == 0 && (between.node == NULL || (rank.node == NULL) == (normal.node == NULL))) {
        ret = jc_field_fail(field, error,
            "a correlation is {between: [workload.output_tokens, node.power_utilization], rank: "
            "0.4}");
    }
    self->normal = normal.node != NULL;
    ret = ret != 0 ? ret : read_between(&between, self, error);
    ret = ret != 0 ? ret : jc_field_number(value, JC_FRACTION, &self->value, error);
    if (ret == 0 && !(self->value > -1 && self->value < 1)) {
        ret = jc_field_fail(value, error, "%s found, must be between -1 and 1",
            jc_show(value->node->text).text);
    }
    return ret;
}

static int
check_new(const struct jc_field *field, const struct jc_case *self, struct jc_error *error)
{
    const struct jc_correlation *last = &self->correlations[self->n_correlations - 1];
    const struct jc_correlation *other;

    for (other = self->correlations; other != last; other++) {
        if ((other->of[0] == last->of[0] && other->of[1] == last->of[1])
            || (other->of[0] == last->of[1] && other->of[1] == last->of[0])) {
            return jc_field_fail(field, error, "these two are there already");
        }
    }
    return 0;
}

int
jc_read_correlations(const struct jc_field *field, struct jc_case *self, struct jc_error *error)
{
    struct jc_field list = jc_field_get(field, "correlations");
    const struct jc_tree_item *item;
    struct jc_field part;
    int ret;

    if (list.node == NULL) {
        return 0;
    }
    ret = jc_field_list(&list, error);
    if (ret != 0) {
        return ret;
    }
    self->correlations = calloc(list.node->n_items + 1, sizeof(*self->correlations));
    if (self->correlations == NULL) {
        return jc_fail_memory(error);
    }
    for (item = list.node->first; ret == 0 && item != NULL; item = item->next) {
        part = jc_field_item(&list, item, self->n_correlations + 1);
        ret = read_correlation(&part, &self->correlations[self->n_correlations++], error);
        ret = ret != 0 ? ret : check_new(&part, self, error);
    }
    return ret;
}
