/*
 * The pieces that ranks take of a study, numbered: some blocks of a case, or some draws. The second passes over cases
 * with pathways come later, when the first ones are over.
 */
#ifndef JC_ENGINE_CREW_PIECES_H
#define JC_ENGINE_CREW_PIECES_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/plan.h"

struct jc_pieces {
    const struct jc_plan *plan;
    bool is_second; /* second passes, and nothing else */
    uint64_t task;
    uint64_t n_tasks;
    uint64_t blocks; /* in a piece, but for the last one of a case */
    uint64_t draws;  /* in a piece, but for the last one */
    uint64_t n_draws;
    uint64_t n;       /* pieces */
    uint64_t queries; /* in all of them */
};

struct jc_piece {
    bool is_draws;
    size_t case_index;
    uint64_t first; /* block or draw */
    uint64_t end;
    uint64_t queries_before; /* in the pieces before it */
};

/* What is to be shared out. */
struct jc_pieces_spec {
    bool is_second;
    bool draws;
    uint64_t task; /* of n_tasks */
    uint64_t n_tasks;
    uint64_t n_ranks;
    uint64_t threads; /* of a rank */
};

#define JC_PIECE_BLOCKS 64 /* of a thread, the most: a second or less */

/* How many of n units of work a rank takes at a time: from as many as a rank has threads, if there are enough for all ranks,
 * up to `most`. */
uint64_t jc_piece_size(uint64_t n, uint64_t n_ranks, uint64_t threads, uint64_t most);

/* There are some for every rank, each for a second or less, and long enough to
 * keep the threads of a rank busy. */
void jc_pieces_init(struct jc_pieces *self, const struct jc_plan *plan,
    const struct jc_pieces_spec *spec);

/* number < n. */
void jc_pieces_get(const struct jc_pieces *self, uint64_t number, struct jc_piece *piece);

#endif
