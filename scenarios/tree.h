/*
 * A YAML document as a small tree of nodes that remember where they were written.
 *
 * Nodes never change once they are made, so trees share them: merging and setting make new mappings
 * around old nodes. A pool owns everything and is freed at once.
 */
#ifndef JC_SCENARIOS_TREE_H
#define JC_SCENARIOS_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define JC_TREE_DEPTH 64            /* mappings and lists in one another */
#define JC_TREE_NODES 1000000       /* of a document, with every alias expanded */
#define JC_TREE_KEYS 10000          /* of one mapping */
#define JC_TREE_ANCHORS 1000        /* of a document */
#define JC_TREE_FILE_BYTES 16777216 /* of a scenario file */

/* The memory of trees. Start from {0}. */
struct jc_pool {
    struct jc_pool_block *blocks;
};

/* Zeroed memory, NULL when there is none. */
void *jc_pool_alloc(struct jc_pool *pool, size_t size);
/* A copy of `length` bytes with a NUL behind them, NULL when there is no memory. */
char *jc_pool_text(struct jc_pool *pool, const char *bytes, size_t length);
void jc_pool_free(struct jc_pool *pool);

/* Where nodes were written: a file, or a setting of the command line. */
struct jc_origin {
    const char *name;      /* "studies/a.yaml", "--set seed=2" */
    const char *directory; /* that relative names start from: "studies/"; "" is the current one */
    bool setting;          /* the name alone is the position */
    int layer;             /* a higher one was written over a lower one */
};

enum jc_tree_kind {
    JC_TREE_SCALAR,
    JC_TREE_LIST,
    JC_TREE_MAP,
};

struct jc_tree_node {
    enum jc_tree_kind kind;
    bool plain;       /* scalar: without quotes */
    const char *text; /* scalar; "" otherwise */
    struct jc_tree_item *first;
    struct jc_tree_item *last;
    size_t n_items;
    size_t size; /* nodes in it, itself and every alias included */
    const struct jc_origin *origin;
    size_t line; /* from 1 */
    size_t column;
};

struct jc_tree_item {
    struct jc_tree_item *next;
    const char *key; /* NULL in a list */
    const struct jc_tree_node *value;
    const struct jc_origin *origin; /* of the key */
    size_t line;
    size_t column;
    int layer;
};

/* Parses one YAML document. Errors: JC_ERROR_SCENARIO at file:line:column (syntax, a duplicate key, an
 * unknown alias, a tag, more than one document, none, a limit above), JC_ERROR_INTERNAL. */
int jc_tree_parse(struct jc_pool *pool, const char *bytes, size_t length,
    const struct jc_origin *origin, const struct jc_tree_node **root, struct jc_error *error);

/* The item of a mapping with that key; NULL if there is none, or if the node is no mapping. */
const struct jc_tree_item *jc_tree_find(const struct jc_tree_node *map, const char *key);

/* 1 for nothing at all, `~` and `null`. */
int jc_tree_is_null(const struct jc_tree_node *node);

/* *merged becomes `over` written over `base`: mappings are merged by key down to `levels` of them, below
 * that and elsewhere `over` replaces `base`. Where mappings are merged, the layers of the items of
 * `base` fall by `older`. Errors: JC_ERROR_INTERNAL. */
int jc_tree_merge(struct jc_pool *pool, const struct jc_tree_node *base,
    const struct jc_tree_node *over, int levels, int older, const struct jc_tree_node **merged,
    struct jc_error *error);

/* *changed becomes a copy of `map` (an empty one if NULL or null) in which the key of `item` has its
 * value and position; a NULL value takes the key out. Errors: JC_ERROR_INTERNAL. */
int jc_tree_with(struct jc_pool *pool, const struct jc_tree_node *map,
    const struct jc_tree_item *item, const struct jc_tree_node **changed, struct jc_error *error);

#endif
