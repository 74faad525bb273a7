/*
 * Fields: a node of the tree together with the path of keys that leads to it, which is what every
 * error of the language names.
 *
 * A field is a small value on the stack that points to its parent. A field that is not in the
 * scenario has no node.
 */
#ifndef JC_SCENARIOS_FIELD_H
#define JC_SCENARIOS_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "scenarios/tree.h"

struct jc_field {
    const struct jc_field *parent; /* NULL: the document */
    const char *key;               /* NULL: the item of a list */
    size_t index;                  /* in a list, from 1 */
    const struct jc_tree_item *item;
    const struct jc_tree_node *node; /* NULL: not there */
};

/* A piece of the scenario as an error message shows it: short, on one line. */
struct jc_shown {
    char text[72];
};

struct jc_shown jc_show(const char *text);

struct jc_field jc_field_root(const struct jc_tree_node *node);
struct jc_field jc_field_get(const struct jc_field *parent, const char *key);
/* The field of an item of a mapping or a list; `index` from 1. */
struct jc_field jc_field_item(const struct jc_field *parent, const struct jc_tree_item *item,
    size_t index);
/* The same field, with the position of one of its parts. */
struct jc_field jc_field_at(const struct jc_field *self, const struct jc_field *part);

/* 1 if both are there and `a` was written over `b`. */
int jc_field_is_over(const struct jc_field *a, const struct jc_field *b);

/* Writes `file:line:column: path.to.key: message` with the position of the value, returns
 * JC_ERROR_SCENARIO. */
int jc_field_fail(const struct jc_field *self, struct jc_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with the position of the key. */
int jc_field_fail_key(const struct jc_field *self, struct jc_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The checks and readers below return 0 or what jc_field_fail returns, or JC_ERROR_INTERNAL. `names`
 * ends with NULL. */

/* The field is a mapping (or null, an empty one) and has no other keys than these. */
int jc_field_section(const struct jc_field *self, const char *const *names, struct jc_error *error);
int jc_field_map(const struct jc_field *self, struct jc_error *error);
int jc_field_list(const struct jc_field *self, struct jc_error *error);
int jc_field_scalar(const struct jc_field *self, const char *what, struct jc_error *error);
/* *text becomes a copy of a text that is not empty, and has no control characters but tabs and line ends. */
int jc_field_text(const struct jc_field *self, char **text, struct jc_error *error);
int jc_field_bool(const struct jc_field *self, bool *value, struct jc_error *error);
/* A whole number; 1e6 is one. */
int jc_field_count(const struct jc_field *self, uint64_t low, uint64_t high, uint64_t *value,
    struct jc_error *error);
/* The index of the field's text in `names`. */
int jc_field_choice(const struct jc_field *self, const char *const *names, size_t *choice,
    struct jc_error *error);
/* The key of the field can name a group of a result file: letters, digits and . _ + -, 1 to 64. */
int jc_field_name(const struct jc_field *self, struct jc_error *error);

/* For an unknown word: "; did you mean X?" or "; expected one of: X, Y, Z". */
void jc_suggest(char *text, size_t size, const char *word, const char *const *names);

#endif
