/*
 * Writing YAML by libyaml, which quotes and indents.
 *
 * A writer that has failed does nothing more, so that a writing function can be read like the text that
 * it writes; the failure is returned at the end.
 */
#ifndef JC_SCENARIOS_YAML_WRITER_H
#define JC_SCENARIOS_YAML_WRITER_H

#include <stddef.h>

#include <yaml.h>

#include "base/error.h"
#include "base/text.h"
#include "scenarios/tree.h"

struct jc_yaml_writer {
    yaml_emitter_t yaml;
    struct jc_text *text;
    struct jc_error *error;
    int ret;
};

/* Starts and ends a document that is appended to `text`. Whatever _begin returns, _end is called; it
 * returns the first failure. Errors: JC_ERROR_INTERNAL. */
int jc_yaml_begin(struct jc_yaml_writer *self, struct jc_text *text, struct jc_error *error);
int jc_yaml_end(struct jc_yaml_writer *self);

void jc_yaml_open_map(struct jc_yaml_writer *self, yaml_mapping_style_t style);
void jc_yaml_close_map(struct jc_yaml_writer *self);
void jc_yaml_open_list(struct jc_yaml_writer *self, yaml_sequence_style_t style);
void jc_yaml_close_list(struct jc_yaml_writer *self);

/* A key or a scalar. */
void jc_yaml_put(struct jc_yaml_writer *self, const char *text);
void jc_yaml_put_number(struct jc_yaml_writer *self, double value);

/* key: value; a text that is NULL or empty is left out. */
void jc_yaml_put_text(struct jc_yaml_writer *self, const char *key, const char *text);
void jc_yaml_put_pair(struct jc_yaml_writer *self, const char *key, double value);

/* A node of a tree with all that is in it, mappings and lists in flow or in block style. */
void jc_yaml_put_node(struct jc_yaml_writer *self, const struct jc_tree_node *node,
    yaml_mapping_style_t style);

/* key: [1, 2, 3] */
void jc_yaml_put_numbers(struct jc_yaml_writer *self, const char *key, size_t n,
    const double *numbers);

#endif
