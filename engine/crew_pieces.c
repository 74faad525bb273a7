#include "engine/crew_pieces.h"

#include "engine/block.h"
#include "engine/share.h"

#define PIECES_PER_RANK 32

static uint64_t
divide_up(uint64_t n, uint64_t by)
{
    return (n + by - 1) / by;
}

uint64_t
jc_piece_size(uint64_t n, uint64_t n_ranks, uint64_t threads, uint64_t most)
{
    const uint64_t fair = divide_up(n, n_ranks);
    uint64_t size = n / (n_ranks * PIECES_PER_RANK);

    size = size < threads ? threads : size;
    size = size > most ? most : size;
    size = size > fair ? fair : size;
    return size > 0 ? size : 1;
}

/* Queries of the blocks from `first` to `end` - 1 of a case. */
static uint64_t
queries_of(const struct jc_plan *plan, uint64_t first, uint64_t end)
{
    const uint64_t queries = plan->scenario->queries;
    const uint64_t from = first * JC_BLOCK;
    const uint64_t to = end * JC_BLOCK;

    return first >= end ? 0 : (to < queries ? to : queries) - from;
}

/* The blocks of a case that are shared out; none if *first is *end. */
static void
share(const struct jc_pieces *self, size_t case_index, uint64_t *first, uint64_t *end)
{
    jc_share_blocks(self->plan, self->task, self->n_tasks, case_index, first, end);
    if (self->is_second && !self->plan->has_pathways[case_index]) {
        *end = *first;
    }
}

void
jc_pieces_init(struct jc_pieces *self, const struct jc_plan *plan,
    const struct jc_pieces_spec *spec)
{
    const struct jc_scenario *scenario = plan->scenario;
    const uint64_t of_draw = scenario->bands.queries * scenario->n_cases;
    const uint64_t most_blocks = JC_PIECE_BLOCKS * spec->threads;
    uint64_t n_blocks = 0;
    uint64_t first, end;
    size_t j;

    *self = (struct jc_pieces){ .plan = plan,
        .is_second = spec->is_second,
        .task = spec->task,
        .n_tasks = spec->n_tasks };
    for (j = 0; j < scenario->n_cases; j++) {
        share(self, j, &first, &end);
        n_blocks += end - first;
        self->queries += queries_of(plan, first, end);
    }
    self->blocks = jc_piece_size(n_blocks, spec->n_ranks, spec->threads, most_blocks);
    for (j = 0; j < scenario->n_cases; j++) {
        share(self, j, &first, &end);
        self->n += divide_up(end - first, self->blocks);
    }
    if (spec->draws) {
        jc_share_units(scenario->bands.draws, spec->task, spec->n_tasks, &first, &end);
        self->n_draws = end - first;
        self->draws = jc_piece_size(self->n_draws, spec->n_ranks, spec->threads,
            divide_up(most_blocks * JC_BLOCK, of_draw));
        self->n += divide_up(self->n_draws, self->draws);
        self->queries += self->n_draws * of_draw;
    }
}

static void
get(struct jc_piece *piece, uint64_t number, uint64_t size, uint64_t first, uint64_t end)
{
    piece->first = first + number * size;
    piece->end = end - piece->first > size ? piece->first + size : end;
}

void
jc_pieces_get(const struct jc_pieces *self, uint64_t number, struct jc_piece *piece)
{
    const struct jc_scenario *scenario = self->plan->scenario;
    uint64_t first, end, n;
    size_t j;

    *piece = (struct jc_piece){ .is_draws = false };
    for (j = 0; j < scenario->n_cases; j++) {
        share(self, j, &first, &end);
        n = divide_up(end - first, self->blocks);
        if (number < n) {
            piece->case_index = j;
            get(piece, number, self->blocks, first, end);
            piece->queries_before += queries_of(self->plan, first, piece->first);
            return;
        }
        number -= n;
        piece->queries_before += queries_of(self->plan, first, end);
    }
    jc_share_units(scenario->bands.draws, self->task, self->n_tasks, &first, &end);
    piece->is_draws = true;
    get(piece, number, self->draws, first, end);
    piece->queries_before += (piece->first - first) * scenario->bands.queries * scenario->n_cases;
}
