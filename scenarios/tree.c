#include "scenarios/tree.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct jc_pool_block {
    struct jc_pool_block *next;
    size_t used;
    size_t size;
    max_align_t memory[];
};

void *
jc_pool_alloc(struct jc_pool *pool, size_t size)
{
    struct jc_pool_block *block = pool->blocks;
    size_t rounded = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    size_t block_size = rounded > 65536 ? rounded : 65536;
    void *memory;

    if (block == NULL || block->size - block->used < rounded) {
        block = calloc(1, sizeof(*block) + block_size);
        if (block == NULL) {
            return NULL;
        }
        block->size = block_size;
        block->next = pool->blocks;
        pool->blocks = block;
    }
    memory = (char *) block->memory + block->used;
    block->used += rounded;
    return memory;
}

char *
jc_pool_text(struct jc_pool *pool, const char *bytes, size_t length)
{
    char *text = jc_pool_alloc(pool, length + 1);

    if (text != NULL) {
        memcpy(text, bytes, length);
    }
    return text;
}

void
jc_pool_free(struct jc_pool *pool)
{
    struct jc_pool_block *block = pool->blocks;
    struct jc_pool_block *next;

    while (block != NULL) {
        next = block->next;
        free(block);
        block = next;
    }
    pool->blocks = NULL;
}

const struct jc_tree_item *
jc_tree_find(const struct jc_tree_node *map, const char *key)
{
    const struct jc_tree_item *item;

    if (map == NULL || map->kind != JC_TREE_MAP) {
        return NULL;
    }
    for (item = map->first; item != NULL; item = item->next) {
        if (strcmp(item->key, key) == 0) {
            return item;
        }
    }
    return NULL;
}

int
jc_tree_is_null(const struct jc_tree_node *node)
{
    return node->kind == JC_TREE_SCALAR && node->plain
        && (node->text[0] == '\0' || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0
            || strcmp(node->text, "Null") == 0 || strcmp(node->text, "NULL") == 0);
}

/* A mapping without items, at the position of `like` when there is one. */
static struct jc_tree_node *
new_map(struct jc_pool *pool, const struct jc_tree_node *like)
{
    struct jc_tree_node *map = jc_pool_alloc(pool, sizeof(*map));

    if (map != NULL) {
        if (like != NULL) {
            map->origin = like->origin;
            map->line = like->line;
            map->column = like->column;
        }
        map->kind = JC_TREE_MAP;
        map->text = "";
        map->size = 1;
    }
    return map;
}

/* Appends a copy of an item, with another value. */
static int
append(struct jc_pool *pool, struct jc_tree_node *map, const struct jc_tree_item *item,
    const struct jc_tree_node *value, int layer, struct jc_error *error)
{
    struct jc_tree_item *copy = jc_pool_alloc(pool, sizeof(*copy));

    if (copy == NULL) {
        return jc_fail_memory(error);
    }
    *copy = *item;
    copy->next = NULL;
    copy->value = value;
    copy->layer = layer;
    if (map->last == NULL) {
        map->first = copy;
    } else {
        map->last->next = copy;
    }
    map->last = copy;
    map->n_items++;
    map->size += value->size;
    return 0;
}

/* The items of `base`, each with what `over` has written over it, then those that only `over` has. */
static int
merge_items(struct jc_pool *pool, const struct jc_tree_node *base, const struct jc_tree_node *over,
    int levels, int older, struct jc_tree_node *map, struct jc_error *error)
{
    const struct jc_tree_item *item;
    const struct jc_tree_item *upper;
    const struct jc_tree_node *value;
    int ret = 0;

    for (item = base->first; item != NULL && ret == 0; item = item->next) {
        upper = jc_tree_find(over, item->key);
        if (upper == NULL) {
            ret = append(pool, map, item, item->value, item->layer - older, error);
            continue;
        }
        ret = jc_tree_merge(pool, item->value, upper->value, levels - 1, older, &value, error);
        if (ret == 0) {
            ret = append(pool, map, upper, value, upper->layer, error);
        }
    }
    for (item = over->first; item != NULL && ret == 0; item = item->next) {
        if (jc_tree_find(base, item->key) == NULL) {
            ret = append(pool, map, item, item->value, item->layer, error);
        }
    }
    return ret;
}

int
jc_tree_merge(struct jc_pool *pool, const struct jc_tree_node *base,
    const struct jc_tree_node *over, int levels, int older, const struct jc_tree_node **merged,
    struct jc_error *error)
{
    struct jc_tree_node *map;

    *merged = over;
    if (levels <= 0 || base->kind != JC_TREE_MAP) {
        return 0;
    }
    if (jc_tree_is_null(over)) {
        *merged = base;
        return 0;
    }
    if (over->kind != JC_TREE_MAP) {
        return 0;
    }
    map = new_map(pool, over);
    if (map == NULL) {
        return jc_fail_memory(error);
    }
    *merged = map;
    return merge_items(pool, base, over, levels, older, map, error);
}

int
jc_tree_with(struct jc_pool *pool, const struct jc_tree_node *map, const struct jc_tree_item *item,
    const struct jc_tree_node **changed, struct jc_error *error)
{
    const struct jc_tree_item *old;
    struct jc_tree_node *copy = new_map(pool, map);
    bool found = false;
    int ret = 0;

    if (copy == NULL) {
        return jc_fail_memory(error);
    }
    if (map == NULL) {
        copy->origin = item->origin;
        copy->line = item->line;
        copy->column = item->column;
    }
    for (old = map == NULL ? NULL : map->first; old != NULL && ret == 0; old = old->next) {
        if (strcmp(old->key, item->key) != 0) {
            ret = append(pool, copy, old, old->value, old->layer, error);
        } else {
            found = true;
            if (item->value != NULL) {
                ret = append(pool, copy, item, item->value, item->layer, error);
            }
        }
    }
    if (ret == 0 && !found && item->value != NULL) {
        ret = append(pool, copy, item, item->value, item->layer, error);
    }
    *changed = copy;
    return ret;
}
