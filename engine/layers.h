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
#include "engine/unknowns.h"
#include "engine/work.h"
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
    bool *
        is_done; /* [n_draws] draws to be left out; those that are computed are marked. NULL: compute all */
    jc_ask *ask; /* NULL: go on */
    void *ask_context;
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

/* The two halves of jc_layers_run. Room, names and the numbers between 0 and 1 that words stand for; errors as above. */
int jc_layers_begin(const struct jc_unknowns *unknowns, const struct jc_layer_options *options,
    size_t n_draws, const uint32_t *word, struct jc_bands *bands, struct jc_error *error);

/* And the draws first to end - 1 of the rows of words. When something else than to go on is wished for, *wish says so, and `is_done` which draws there
 * are; draws that have been begun are finished first, unless the wish is to stop. Errors as above; `bands` stay. */
int jc_layers_compute(const struct jc_unknowns *unknowns, const struct jc_layer_options *options,
    size_t first, size_t end, const uint32_t *word, struct jc_bands *bands, enum jc_wish *wish,
    struct jc_error *error);

#endif
