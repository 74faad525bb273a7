/*
 * What gnuplot's SVG needs to stand in a page.
 */
#ifndef JC_RESULTS_PLOTS_SVG_H
#define JC_RESULTS_PLOTS_SVG_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Appends the SVG with the title of the study in place of gnuplot's own titles, which browsers show over the picture,
 * and `name` before every id, so that a page can have several. `inline_only`: from the element <svg> on. Errors:
 * JC_ERROR_INTERNAL. */
int jc_svg_finish(const struct jc_text *drawn, const char *title, const char *name,
    bool inline_only, struct jc_text *svg, struct jc_error *error);

#endif
