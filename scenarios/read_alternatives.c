#include <math.h>
#include <stdlib.h>

#include "scenarios/read.h"

/* Keys of the section are older than any of an alternative. */
#define OLDER_SECTION 16

/* The keys of an alternative over those of the section. */
static int
merge(struct jc_reader *reader, const struct jc_tree_node *section, struct jc_field *field,
    struct jc_error *error)
{
    const struct jc_tree_item weight = { .key = "weight" };
    const struct jc_tree_node *own;
    int ret = jc_tree_with(&reader->pool, field->node, &weight, &own, error);

    return ret != 0
        ? ret
        : jc_tree_merge(&reader->pool, section, own, 1, OLDER_SECTION, &field->node, error);
}

static int
read_alternative(struct jc_reader *reader, const struct jc_tree_node *section,
    struct jc_field *field, struct jc_alternative *self, struct jc_error *error)
{
    struct jc_field weight = jc_field_get(field, "weight");
    struct jc_field inner = jc_field_get(field, "alternatives");
    int ret = jc_field_map(field, error);

    self->weight = 1;
    self->throughput = jc_throughput_spec_new();
    if (ret == 0 && inner.node != NULL) {
        ret = jc_field_fail_key(&inner, error, "an alternative has no alternatives of its own");
    }
    if (ret == 0 && weight.node != NULL) {
        ret = jc_read_positive(&weight, JC_NUMBER, &self->weight, error);
    }
    ret = ret != 0 ? ret : merge(reader, section, field, error);
    return ret != 0 ? ret : jc_read_throughput(reader, field, true, &self->throughput, error);
}

int
jc_read_alternatives(struct jc_reader *reader, const struct jc_field *throughput,
    struct jc_case *self, struct jc_error *error)
{
    const struct jc_tree_item itself = { .key = "alternatives" };
    struct jc_field list = jc_field_get(throughput, "alternatives");
    const struct jc_tree_node *section;
    const struct jc_tree_item *item;
    struct jc_field field;
    int ret = jc_field_list(&list, error);

    if (ret == 0 && list.node->n_items < 2) {
        ret = jc_field_fail(&list, error, "one form has no alternative, two or more are needed");
    }
    ret = ret != 0 ? ret : jc_tree_with(&reader->pool, throughput->node, &itself, &section, error);
    if (ret != 0) {
        return ret;
    }
    self->alternatives = calloc(list.node->n_items, sizeof(*self->alternatives));
    if (self->alternatives == NULL) {
        return jc_fail_memory(error);
    }
    for (item = list.node->first; item != NULL && ret == 0; item = item->next) {
        field = jc_field_item(&list, item, self->n_alternatives + 1);
        ret = read_alternative(reader, section, &field, &self->alternatives[self->n_alternatives++],
            error);
    }
    return ret;
}
