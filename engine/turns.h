/*
 * Who computes which block, and who finishes it: threads take blocks in order, compute them side by
 * side, and finish them in order again, one thread at a time.
 *
 * A computed block waits in its slot until its turn comes, while the thread that computed it goes on
 * with another one: nobody waits for a slow disk as long as there is a slot left.
 */
#ifndef JC_ENGINE_TURNS_H
#define JC_ENGINE_TURNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct jc_turn {
    uint64_t block;
    int slot;
};

struct jc_turns;

/* Slots that keep as many threads busy. */
int jc_turns_slots(int threads);

/* Blocks 0 to n_blocks - 1, in slots 0 to n_slots - 1. Errors: JC_ERROR_INTERNAL. */
int jc_turns_new(struct jc_turns **self, uint64_t n_blocks, int n_slots, struct jc_error *error);
void jc_turns_free(struct jc_turns *self);

/* What is done with a block: computed into its slot, or finished from there. */
typedef void jc_turn_work(void *context, const struct jc_turn *turn);

/* What each thread does until no block is left, or jc_turns_fail or jc_turns_stop was called. */
void jc_turns_take(struct jc_turns *self, jc_turn_work *compute, jc_turn_work *finish,
    void *context);

/* Ends it for all threads. The failure of the lowest block is kept, which does not depend on who was
 * first: the blocks below it have all been begun. */
void jc_turns_fail(struct jc_turns *self, const struct jc_turn *turn, int status,
    const struct jc_error *error);

/* No more blocks are begun; those that are will be computed and finished. */
void jc_turns_stop(struct jc_turns *self);

/* After all threads have left: 0, or the failure that was kept. */
int jc_turns_status(const struct jc_turns *self, struct jc_error *error);

#endif
