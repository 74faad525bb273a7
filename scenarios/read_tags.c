#include "scenarios/read.h"

int
jc_read_tags(const struct jc_field *field, struct jc_case *self, struct jc_error *error)
{
    struct jc_field tags = jc_field_get(field, "tags");
    const struct jc_tree_item *item;
    struct jc_field tag;
    int ret;

    if (tags.node == NULL) {
        return 0;
    }
    ret = jc_field_map(&tags, error);
    for (item = tags.node->first; ret == 0 && item != NULL; item = item->next) {
        tag = jc_field_item(&tags, item, 0);
        ret = jc_field_name(&tag, error);
        ret = ret != 0 ? ret : jc_field_scalar(&tag, "a text", error);
        ret = ret != 0 ? ret
                       : jc_tags_add(&self->tags, &self->n_tags, tag.key, tag.node->text, error);
    }
    return ret;
}
