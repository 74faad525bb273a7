/*
 * The draws of the unknowns that a study asks for, of which any can be computed anywhere: what others have left in
 * shards is taken, what is missing is computed and kept in a shard.
 */
#ifndef JC_ENGINE_DRAWS_H
#define JC_ENGINE_DRAWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/layers.h"
#include "engine/unknowns.h"
#include "engine/work.h"
#include "results/bands.h"
#include "results/shard.h"

struct jc_draws {
    struct jc_scenario scenario; /* of the layers; owns nothing */
    struct jc_plan plan;
    struct jc_unknowns unknowns;
    uint64_t n_draws;
    uint32_t *word; /* [n_draws * n_words] */
    bool *is_done;  /* [n_draws] */
    struct jc_bands bands;
};

/* `study` must outlive them, and *self stay where it is. Errors: those of jc_plan_init, jc_bands_check and
 * jc_unknowns_points; free also then. */
int jc_draws_init(struct jc_draws *self, const struct jc_scenario *study, struct jc_error *error);
void jc_draws_free(struct jc_draws *self);

/* Takes what a shard has. Errors: JC_ERROR_FORMAT if it is not of this study. */
int jc_draws_take(struct jc_draws *self, const struct jc_shard *shard, struct jc_error *error);

/* Computes what is missing of the draws first to end - 1 into the shard (NULL: only into the bands), until something
 * else than to go on is wished for. Errors: those of jc_layers_compute. */
int jc_draws_compute(struct jc_draws *self, struct jc_work *work, uint64_t first, uint64_t end,
    struct jc_shard *shard, enum jc_wish *wish, struct jc_error *error);

/* How many of the draws first to end - 1 are missing. */
uint64_t jc_draws_missing(const struct jc_draws *self, uint64_t first, uint64_t end);

#endif
