/*
 * The outer layer of a study: draw after draw of what is unknown, the queries of each are computed and
 * summarised, and only the summary is kept.
 *
 * All draws have the same queries (common random numbers): what differs between draws is what is unknown.
 * A draw is computed by one thread and depends on its row of words alone, so draws can be split in any
 * way, among threads or runs.
 */
#ifndef JC_ENGINE_LAYERS_H
#define JC_ENGINE_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/simd.h"
#include "engine/run.h"
#include "engine/unknowns.h"
#include "results/bands.h"

struct jc_layer_options {
    /* Of each case and draw, >= 1. Of points that are not random they are those of the plan's scenario. */
    uint64_t queries;
    int threads; /* >= 1 */
    enum jc_simd simd;
    const bool *wanted;    /* [n_cases]; NULL: all cases. What needs others is left out */
    jc_progress *progress; /* NULL: none */
    void *progress_context;
    uint64_t done; /* queries before, of so many in all */
    uint64_t queries_in_all;
};

/* The scenario whose plan a layer needs: a study with the queries of its bands, as points of one replicate, as no
 * error is taken from their spread. It owns nothing. */
struct jc_scenario jc_layers_scenario(const struct jc_scenario *study);

/* Computes n_draws >= 1 rows of words, word[n_draws * n_words]. Memory is that of some records per thread, and
 * a few numbers per draw. Errors: JC_ERROR_SCENARIO (a value that is negative or no finite number; that of
 * the first draw which has one), JC_ERROR_INTERNAL. Then there is nothing to free; else jc_bands_free. */
int jc_layers_run(const struct jc_unknowns *unknowns, const struct jc_layer_options *options,
    size_t n_draws, const uint32_t *word, struct jc_bands *bands, struct jc_error *error);

/* Something is unknown, or bands would have no width. Errors: JC_ERROR_SCENARIO. */
int jc_bands_check(const struct jc_unknowns *unknowns, struct jc_error *error);

/* The bands that a study asks for; of the options the queries are those of its bands. Errors: those of
 * jc_plan_init, jc_unknowns_points and jc_layers_run; JC_ERROR_SCENARIO if nothing is unknown. */
int jc_bands_compute(const struct jc_scenario *study, const struct jc_layer_options *options,
    struct jc_bands *bands, struct jc_error *error);

#endif
