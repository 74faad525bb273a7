/*
 * Settings: what `--set KEY.PATH=VALUE` changes in a scenario.
 */
#ifndef JC_SCENARIOS_SETTINGS_H
#define JC_SCENARIOS_SETTINGS_H

#include "scenarios/tree.h"

/* *changed becomes `root` with one setting made in it. The path is split at dots, but the longest key
 * that is there wins (names of cases have dots), and a part in quotes is taken whole. The value is
 * YAML, in which names of files start from `directory`. Mappings on the way that are missing are made.
 * Errors: JC_ERROR_SCENARIO, JC_ERROR_INTERNAL. */
int jc_tree_set(struct jc_pool *pool, const struct jc_tree_node *root, const char *setting,
    const char *directory, const struct jc_tree_node **changed, struct jc_error *error);

#endif
