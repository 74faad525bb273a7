/*
 * The kinds of pictures, one file each: they write the whole picture, from jc_canvas_begin on.
 */
#ifndef JC_RESULTS_PLOTS_KINDS_H
#define JC_RESULTS_PLOTS_KINDS_H

#include <stdint.h>

#include "results/plots/canvas.h"
#include "results/plots/subject.h"

/* What the corner says: scenario, seed, how many queries ("per case"), program. *source is the caller's to free. Errors:
 * JC_ERROR_INTERNAL. */
int jc_plot_source(const struct jc_results *results, const struct jc_plot_options *options,
    uint64_t queries, const char *of_what, struct jc_text *source, struct jc_error *error);

/* The quantity and the subjects that options choose for a picture of queries, and its corner; subjects and source are the
 * caller's to free, also after an error. Errors: those of jc_plot_quantity, jc_plot_subjects and jc_plot_source. */
int jc_plot_choose(const struct jc_results *results, const struct jc_plot_options *options,
    enum jc_quantity *quantity, struct jc_plot_subjects *subjects, struct jc_text *source,
    struct jc_error *error);

/* "energy per query [Wh]". */
int jc_plot_quantity_title(enum jc_quantity quantity, struct jc_text *title,
    struct jc_error *error);

/* Errors of all: JC_ERROR_SCENARIO (the results do not have what is asked for), JC_ERROR_INTERNAL. */
typedef int jc_draw_function(const struct jc_results *results,
    const struct jc_plot_options *options, struct jc_canvas *canvas);

jc_draw_function jc_draw_distributions, jc_draw_pathways, jc_draw_exceedance, jc_draw_bands,
    jc_draw_tornado, jc_draw_sweep, jc_draw_map, jc_draw_fleet, jc_draw_lengths;

#endif
