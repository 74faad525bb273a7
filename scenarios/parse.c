#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "scenarios/tree.h"

/* The events of libyaml make the tree directly, so that every limit holds while reading: a document
 * that is too deep or too large ends where it becomes so. An alias shares the node of its anchor. */

struct anchor {
    struct anchor *next;
    const char *name;
    const struct jc_tree_node *node;
};

struct parser {
    yaml_parser_t yaml;
    struct jc_pool *pool;
    const struct jc_origin *origin;
    struct anchor *anchors;
    size_t n_anchors;
    size_t n_nodes; /* aliases expanded */
    size_t depth;
    struct jc_error *error;
};

static int
fail_at(struct parser *self, yaml_mark_t mark, const char *message, const char *detail)
{
    if (self->origin->setting) {
        return jc_fail(self->error, JC_ERROR_SCENARIO, "%s: %s%s", self->origin->name, message,
            detail);
    }
    return jc_fail(self->error, JC_ERROR_SCENARIO, "%s:%zu:%zu: %s%s", self->origin->name,
        mark.line + 1, mark.column + 1, message, detail);
}

/* What libyaml found. A byte that is no text has an offset only: its line is counted here. */
static int
fail_syntax(struct parser *self, const char *bytes)
{
    const yaml_parser_t *yaml = &self->yaml;
    yaml_mark_t mark = yaml->problem_mark;
    size_t i;

    if (yaml->error == YAML_MEMORY_ERROR) {
        return jc_fail_memory(self->error);
    }
    if (yaml->error == YAML_READER_ERROR) {
        mark = (yaml_mark_t){ 0 };
        for (i = 0; i < yaml->problem_offset; i++) {
            mark.column = bytes[i] == '\n' ? 0 : mark.column + 1;
            mark.line += bytes[i] == '\n';
        }
    }
    return fail_at(self, mark, "YAML: ", yaml->problem == NULL ? "not readable" : yaml->problem);
}

static int
next_event(struct parser *self, yaml_event_t *event)
{
    if (!yaml_parser_parse(&self->yaml, event)) {
        return fail_syntax(self, (const char *) self->yaml.input.string.start);
    }
    return 0;
}

static int
count_nodes(struct parser *self, yaml_mark_t mark, size_t more)
{
    self->n_nodes += more;
    if (self->n_nodes > JC_TREE_NODES) {
        return fail_at(self, mark, "the document is too large: more than 1000000 values", "");
    }
    return 0;
}

static int
add_anchor(struct parser *self, const yaml_event_t *event, const struct jc_tree_node *node)
{
    const yaml_char_t *name = NULL;
    struct anchor *anchor;

    if (event->type == YAML_SCALAR_EVENT) {
        name = event->data.scalar.anchor;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        name = event->data.sequence_start.anchor;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        name = event->data.mapping_start.anchor;
    }
    if (name == NULL) {
        return 0;
    }
    if (++self->n_anchors > JC_TREE_ANCHORS) {
        return fail_at(self, event->start_mark, "more than 1000 anchors", "");
    }
    anchor = jc_pool_alloc(self->pool, sizeof(*anchor));
    if (anchor == NULL) {
        return jc_fail_memory(self->error);
    }
    anchor->name = jc_pool_text(self->pool, (const char *) name, strlen((const char *) name));
    if (anchor->name == NULL) {
        return jc_fail_memory(self->error);
    }
    anchor->node = node;
    anchor->next = self->anchors;
    self->anchors = anchor;
    return 0;
}

static int
find_anchor(struct parser *self, const yaml_event_t *event, const struct jc_tree_node **node)
{
    const char *name = (const char *) event->data.alias.anchor;
    const struct anchor *anchor = self->anchors;

    while (anchor != NULL && strcmp(anchor->name, name) != 0) {
        anchor = anchor->next;
    }
    if (anchor == NULL) {
        return fail_at(self, event->start_mark, "no value was given this name before: *", name);
    }
    *node = anchor->node;
    return count_nodes(self, event->start_mark, anchor->node->size);
}

static int
read_text(struct parser *self, const yaml_event_t *event, const char **text)
{
    const char *bytes = (const char *) event->data.scalar.value;
    size_t length = event->data.scalar.length;

    if (memchr(bytes, '\0', length) != NULL) {
        return fail_at(self, event->start_mark, "a NUL character in a text", "");
    }
    *text = jc_pool_text(self->pool, bytes, length);
    return *text == NULL ? jc_fail_memory(self->error) : 0;
}

static int
append_item(struct parser *self, struct jc_tree_node *node, struct jc_tree_item *item)
{
    if (node->kind == JC_TREE_MAP && node->n_items == JC_TREE_KEYS) {
        return fail_at(self, (yaml_mark_t){ 0, item->line - 1, item->column - 1 },
            "more than 10000 keys in one mapping", "");
    }
    if (node->last == NULL) {
        node->first = item;
    } else {
        node->last->next = item;
    }
    node->last = item;
    node->n_items++;
    node->size += item->value->size;
    return 0;
}

static int
read_key(struct parser *self, const yaml_event_t *event, struct jc_tree_item *item)
{
    int ret;

    if (event->type != YAML_SCALAR_EVENT) {
        return fail_at(self, event->start_mark, "a key must be a text", "");
    }
    ret = read_text(self, event, &item->key);
    if (ret == 0) {
        ret = count_nodes(self, event->start_mark, 1);
    }
    return ret;
}

/* By key, equal ones by place. */
static int
compare_items(const void *a, const void *b)
{
    const struct jc_tree_item *x = *(const struct jc_tree_item *const *) a;
    const struct jc_tree_item *y = *(const struct jc_tree_item *const *) b;
    int order = strcmp(x->key, y->key);

    if (order != 0) {
        return order;
    }
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line)
                              : (x->column > y->column) - (x->column < y->column);
}

/* Sorts the keys, because comparing each with each takes seconds where there are many. */
static int
check_duplicates(struct parser *self, const struct jc_tree_node *map)
{
    const struct jc_tree_item **items = malloc((map->n_items + 1) * sizeof(const void *));
    const struct jc_tree_item *item = map->first;
    size_t i;
    int ret = 0;

    if (items == NULL) {
        return jc_fail_memory(self->error);
    }
    for (i = 0; item != NULL; item = item->next) {
        items[i++] = item;
    }
    qsort(items, map->n_items, sizeof(*items), compare_items);
    for (i = 1; i < map->n_items && ret == 0; i++) {
        if (strcmp(items[i - 1]->key, items[i]->key) == 0) {
            ret = fail_at(self, (yaml_mark_t){ 0, items[i]->line - 1, items[i]->column - 1 },
                "duplicate key: ", items[i]->key);
        }
    }
    free(items);
    return ret;
}

static int read_node(struct parser *self, const yaml_event_t *event,
    const struct jc_tree_node **node);

static int
read_items(struct parser *self, struct jc_tree_node *node)
{
    yaml_event_t event = { 0 };
    struct jc_tree_item *item;
    int ret = 0;

    while (ret == 0) {
        ret = next_event(self, &event);
        if (ret != 0 || event.type == YAML_SEQUENCE_END_EVENT
            || event.type == YAML_MAPPING_END_EVENT) {
            break;
        }
        item = jc_pool_alloc(self->pool, sizeof(*item));
        if (item == NULL) {
            ret = jc_fail_memory(self->error);
            break;
        }
        item->origin = self->origin;
        item->layer = self->origin->layer;
        item->line = event.start_mark.line + 1;
        item->column = event.start_mark.column + 1;
        if (node->kind == JC_TREE_MAP) {
            ret = read_key(self, &event, item);
            yaml_event_delete(&event);
            if (ret == 0) {
                ret = next_event(self, &event);
            }
        }
        if (ret == 0) {
            ret = read_node(self, &event, &item->value);
        }
        if (ret == 0) {
            ret = append_item(self, node, item);
        }
        yaml_event_delete(&event);
    }
    yaml_event_delete(&event);
    return ret;
}

static int
check_tag(struct parser *self, const yaml_event_t *event)
{
    if ((event->type == YAML_SCALAR_EVENT && event->data.scalar.tag != NULL)
        || (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.tag != NULL)
        || (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.tag != NULL)) {
        return fail_at(self, event->start_mark, "tags (!) are not part of the language", "");
    }
    return 0;
}

/* The node that starts with `event`, down to its end. */
static int
read_node(struct parser *self, const yaml_event_t *event, const struct jc_tree_node **node)
{
    struct jc_tree_node *fresh;
    int ret;

    if (event->type == YAML_ALIAS_EVENT) {
        return find_anchor(self, event, node);
    }
    fresh = jc_pool_alloc(self->pool, sizeof(*fresh));
    if (fresh == NULL) {
        return jc_fail_memory(self->error);
    }
    *fresh = (struct jc_tree_node){ .text = "",
        .size = 1,
        .origin = self->origin,
        .line = event->start_mark.line + 1,
        .column = event->start_mark.column + 1 };
    *node = fresh;
    ret = check_tag(self, event);
    if (ret == 0) {
        ret = count_nodes(self, event->start_mark, 1);
    }
    if (ret != 0) {
        return ret;
    }
    if (event->type == YAML_SCALAR_EVENT) {
        fresh->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        ret = read_text(self, event, &fresh->text);
    } else if (++self->depth > JC_TREE_DEPTH) {
        ret = fail_at(self, event->start_mark, "nested deeper than 64 levels", "");
    } else {
        fresh->kind = event->type == YAML_MAPPING_START_EVENT ? JC_TREE_MAP : JC_TREE_LIST;
        ret = read_items(self, fresh);
        if (ret == 0 && fresh->kind == JC_TREE_MAP) {
            ret = check_duplicates(self, fresh);
        }
        self->depth--;
    }
    return ret == 0 ? add_anchor(self, event, fresh) : ret;
}

/* Reads on until an event of that type; anything else is one document too many. */
static int
expect(struct parser *self, yaml_event_type_t type, yaml_event_t *event)
{
    int ret = next_event(self, event);

    if (ret == 0 && event->type == YAML_STREAM_END_EVENT && type == YAML_DOCUMENT_START_EVENT) {
        ret = jc_fail(self->error, JC_ERROR_SCENARIO, "%s: %s", self->origin->name,
            self->origin->setting ? "the value is missing" : "the file is empty");
    } else if (ret == 0 && event->type != type) {
        ret = fail_at(self, event->start_mark, "a second document (---) begins here", "");
    }
    return ret;
}

int
jc_tree_parse(struct jc_pool *pool, const char *bytes, size_t length,
    const struct jc_origin *origin, const struct jc_tree_node **root, struct jc_error *error)
{
    static const yaml_event_type_t frame[] = { YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT,
        YAML_NO_EVENT, YAML_DOCUMENT_END_EVENT, YAML_STREAM_END_EVENT };
    struct parser self = { .pool = pool, .origin = origin, .error = error };
    yaml_event_t event = { 0 };
    int ret = 0;

    if (!yaml_parser_initialize(&self.yaml)) {
        return jc_fail_memory(error);
    }
    yaml_parser_set_input_string(&self.yaml, (const unsigned char *) bytes, length);
    for (size_t i = 0; i < sizeof(frame) / sizeof(frame[0]) && ret == 0; i++) {
        if (frame[i] == YAML_NO_EVENT) {
            ret = next_event(&self, &event);
            if (ret == 0) {
                ret = read_node(&self, &event, root);
            }
        } else {
            ret = expect(&self, frame[i], &event);
        }
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&self.yaml);
    return ret;
}
