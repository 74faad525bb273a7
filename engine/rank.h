/*
 * Rankings: who gets most out of what it uses, and how sure that is.
 *
 * The ranking is that of the means. In a draw, every number that varies is drawn anew, from the sketch of
 * its case or from the lognormal
 * distribution of its mean and sd, and all units are ranked again. Draw d of a number is word d of the
 * stream "rank.UNIT.NAME"; numbers of a unit are drawn independently, since sketches do not
 * tell what varies together.
 */
#ifndef JC_ENGINE_RANK_H
#define JC_ENGINE_RANK_H

#include <stdint.h>

#include "base/error.h"
#include "engine/rank_units.h"
#include "models/eco_efficiency.h"

struct jc_ranking {
    size_t n;
    struct jc_eco_result eco; /* of the means */
    size_t *rank;             /* [n] from 1 */
    uint64_t draws;           /* 0 if nothing varies */
    uint64_t *count;          /* [n * n] row j: draws in which unit j had rank 1, 2, ... */
};

/* Ranks the units, and again in each draw. Errors: those of jc_eco_efficiency. Free with
 * jc_ranking_free. */
int jc_ranking_make(struct jc_ranking *self, const struct jc_rank_units *units,
    const struct jc_eco_options *options, uint64_t draws, uint64_t seed, struct jc_error *error);
void jc_ranking_free(struct jc_ranking *self);

/* Of the ranks of a unit in draws > 0 draws: their mean, the share of a rank from 1, and the smallest rank
 * that at least this part of the draws does not exceed, 0 < probability <= 1. */
double jc_ranking_mean(const struct jc_ranking *self, size_t unit);
double jc_ranking_share(const struct jc_ranking *self, size_t unit, size_t rank);
size_t jc_ranking_quantile(const struct jc_ranking *self, size_t unit, double probability);

#endif
