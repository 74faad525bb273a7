#include "engine/turns.h"

#include <pthread.h>
#include <stdlib.h>

enum state { SLOT_FREE, SLOT_TAKEN, SLOT_COMPUTED };

struct slot {
    enum state state;
    uint64_t block;
};

struct jc_turns {
    pthread_mutex_t mutex;
    pthread_cond_t freed; /* a slot, or everybody by a failure */
    uint64_t n_blocks;
    uint64_t next_begun;
    uint64_t next_finished;
    bool finishing; /* some thread is */
    int status;
    uint64_t failed; /* the block, if status is not 0 */
    struct jc_error error;
    int n_slots;
    struct slot slot[];
};

int
jc_turns_slots(int threads)
{
    return threads == 1 ? 1 : threads + 2;
}

int
jc_turns_new(struct jc_turns **self, uint64_t n_blocks, int n_slots, struct jc_error *error)
{
    struct jc_turns *turns = calloc(1, sizeof(*turns) + (size_t) n_slots * sizeof(struct slot));

    *self = turns;
    if (turns == NULL) {
        return jc_fail_memory(error);
    }
    turns->n_blocks = n_blocks;
    turns->n_slots = n_slots;
    /* Neither can fail with default attributes. */
    (void) pthread_mutex_init(&turns->mutex, NULL);
    (void) pthread_cond_init(&turns->freed, NULL);
    return 0;
}

void
jc_turns_free(struct jc_turns *self)
{
    if (self != NULL) {
        (void) pthread_cond_destroy(&self->freed);
        (void) pthread_mutex_destroy(&self->mutex);
        free(self);
    }
}

/* The first slot in that state, with that block unless it is free; -1: none. Low slots come first, as
 * their memory is the likeliest to be in a cache. */
static int
find(const struct jc_turns *self, enum state state, uint64_t block)
{
    int j;

    for (j = 0; j < self->n_slots; j++) {
        if (self->slot[j].state == state && (state == SLOT_FREE || self->slot[j].block == block)) {
            return j;
        }
    }
    return -1;
}

static bool
is_over(const struct jc_turns *self)
{
    return self->status != 0 || self->next_begun == self->n_blocks;
}

static bool
begin(struct jc_turns *self, struct jc_turn *turn)
{
    bool begun = false;
    int slot;

    (void) pthread_mutex_lock(&self->mutex);
    slot = find(self, SLOT_FREE, 0);
    while (!is_over(self) && slot < 0) {
        (void) pthread_cond_wait(&self->freed, &self->mutex);
        slot = find(self, SLOT_FREE, 0);
    }
    if (!is_over(self)) {
        *turn = (struct jc_turn){ .block = self->next_begun++, .slot = slot };
        self->slot[slot] = (struct slot){ .state = SLOT_TAKEN, .block = turn->block };
        begun = true;
    }
    (void) pthread_mutex_unlock(&self->mutex);
    return begun;
}

static void
computed(struct jc_turns *self, const struct jc_turn *turn)
{
    (void) pthread_mutex_lock(&self->mutex);
    self->slot[turn->slot].state = SLOT_COMPUTED;
    (void) pthread_mutex_unlock(&self->mutex);
}

static bool
begin_finish(struct jc_turns *self, struct jc_turn *turn)
{
    int slot = -1;

    (void) pthread_mutex_lock(&self->mutex);
    if (self->status == 0 && !self->finishing) {
        slot = find(self, SLOT_COMPUTED, self->next_finished);
    }
    if (slot >= 0) {
        *turn = (struct jc_turn){ .block = self->next_finished, .slot = slot };
        self->finishing = true;
    }
    (void) pthread_mutex_unlock(&self->mutex);
    return slot >= 0;
}

static void
finished(struct jc_turns *self, const struct jc_turn *turn)
{
    (void) pthread_mutex_lock(&self->mutex);
    self->slot[turn->slot].state = SLOT_FREE;
    self->next_finished++;
    self->finishing = false;
    (void) pthread_cond_broadcast(&self->freed);
    (void) pthread_mutex_unlock(&self->mutex);
}

void
jc_turns_take(struct jc_turns *self, jc_turn_work *compute, jc_turn_work *finish, void *context)
{
    struct jc_turn turn;

    while (begin(self, &turn)) {
        compute(context, &turn);
        computed(self, &turn);
        while (begin_finish(self, &turn)) {
            finish(context, &turn);
            finished(self, &turn);
        }
    }
}

void
jc_turns_fail(struct jc_turns *self, const struct jc_turn *turn, int status,
    const struct jc_error *error)
{
    (void) pthread_mutex_lock(&self->mutex);
    if (self->status == 0 || turn->block < self->failed) {
        self->failed = turn->block;
        self->status = status;
        self->error = *error;
    }
    (void) pthread_cond_broadcast(&self->freed);
    (void) pthread_mutex_unlock(&self->mutex);
}

void
jc_turns_stop(struct jc_turns *self)
{
    (void) pthread_mutex_lock(&self->mutex);
    self->n_blocks = self->next_begun;
    (void) pthread_cond_broadcast(&self->freed);
    (void) pthread_mutex_unlock(&self->mutex);
}

int
jc_turns_status(const struct jc_turns *self, struct jc_error *error)
{
    if (self->status != 0) {
        *error = self->error;
    }
    return self->status;
}
