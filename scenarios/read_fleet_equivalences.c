#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

static int
read_equivalence(struct jc_reader *reader, const struct jc_field *field,
    struct jc_equivalence *self, struct jc_error *error)
{
    static const char *const names[] = { "name", "quantity", "amount", "source", NULL };
    static const char *const quantities[] = { "energy", "water", "carbon", NULL };
    static const enum jc_quantity of[] = { JC_ENERGY, JC_WATER, JC_CARBON };
    struct jc_field quantity = jc_field_get(field, "quantity");
    struct jc_field amount = jc_field_get(field, "amount");
    struct jc_error inner;
    char *path = NULL;
    size_t choice;
    int ret;

    if (field->node->kind != JC_TREE_MAP) {
        ret = jc_field_scalar(field, "an equivalence", error);
        ret = ret != 0 ? ret : jc_find_input(reader, field, "table", "equivalences", &path, error);
        if (ret == 0) {
            ret = jc_equivalence_read(self, path, field->node->text, &inner);
            ret = ret == 0 ? 0 : jc_fail_lookup(field, ret, &inner, error);
        }
        free(path);
        return ret;
    }
    ret = jc_field_section(field, names, error);
    if (ret == 0
        && (jc_field_get(field, "name").node == NULL || quantity.node == NULL
            || amount.node == NULL)) {
        ret = jc_field_fail(field, error, "an equivalence has name, quantity and amount");
    }
    ret = ret != 0 ? ret : jc_read_text(field, "name", &self->name, error);
    ret = ret != 0 ? ret : jc_read_text(field, "source", &self->source, error);
    ret = ret != 0 ? ret : jc_field_choice(&quantity, quantities, &choice, error);
    self->quantity = ret == 0 ? of[choice] : JC_ENERGY;
    return ret != 0 ? ret : jc_read_positive(&amount, JC_NUMBER, &self->amount, error);
}

int
jc_read_equivalences(struct jc_reader *reader, const struct jc_field *fleet, struct jc_fleet *self,
    struct jc_error *error)
{
    struct jc_field list = jc_field_get(fleet, "equivalences");
    const struct jc_tree_item *item;
    struct jc_field part;
    int ret = list.node == NULL ? 0 : jc_field_list(&list, error);

    if (ret != 0 || list.node == NULL) {
        return ret;
    }
    self->equivalences = calloc(list.node->n_items + 1, sizeof(*self->equivalences));
    if (self->equivalences == NULL) {
        return jc_fail_memory(error);
    }
    for (item = list.node->first; ret == 0 && item != NULL; item = item->next) {
        part = jc_field_item(&list, item, self->n_equivalences + 1);
        ret = read_equivalence(reader, &part, &self->equivalences[self->n_equivalences++], error);
        for (size_t k = 0; ret == 0 && k + 1 < self->n_equivalences; k++) {
            if (strcmp(self->equivalences[k].name,
                    self->equivalences[self->n_equivalences - 1].name)
                == 0) {
                ret = jc_field_fail(&part, error, "'%s' is there twice",
                    jc_show(self->equivalences[k].name).text);
            }
        }
    }
    return ret;
}
