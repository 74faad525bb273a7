/*
 * What identifies a study, and which part of its work is a task's: blocks and draws in a row, as many for each task.
 */
#ifndef JC_ENGINE_SHARE_H
#define JC_ENGINE_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/plan.h"
#include "results/shard.h"

/* The study of a plan's scenario, of which `n_tasks` <= JC_MOST_TASKS share the work: the hash is that of its resolved text and of the
 * contents of its inputs, wherever they are. Errors: JC_ERROR_INTERNAL; free also then. */
int jc_shard_study_init(struct jc_shard_study *self, const struct jc_plan *plan, bool has_samples,
    int deflate, uint64_t n_tasks, struct jc_error *error);
/* The same of a sweep, whose tasks share the points: `plan` is that of its base, and the hash is also that of the
 * text of the whole study. */
int jc_sweep_study_init(struct jc_shard_study *self, const struct jc_plan *plan,
    const char *study_text, uint64_t n_tasks, struct jc_error *error);
void jc_shard_study_free(struct jc_shard_study *self);

/* The unit of the second pass over a case; that of the first is the case's own number. */
uint64_t jc_second_pass(const struct jc_plan *plan, size_t case_index);

/* The blocks of a case that are a task's, 1 to n_tasks: *first to *end - 1. All blocks of all cases are in a row. */
void jc_share_blocks(const struct jc_plan *plan, uint64_t task, uint64_t n_tasks, size_t case_index,
    uint64_t *first, uint64_t *end);

/* Of n units in a row, those of a task. */
void jc_share_units(uint64_t n, uint64_t task, uint64_t n_tasks, uint64_t *first, uint64_t *end);

#endif
