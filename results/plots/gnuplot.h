/*
 * gnuplot as a process of its own: commands in, a picture out.
 */
#ifndef JC_RESULTS_PLOTS_GNUPLOT_H
#define JC_RESULTS_PLOTS_GNUPLOT_H

#include "base/error.h"
#include "base/text.h"

/* Runs commands; *output becomes what gnuplot wrote to its standard output. No shell is between, files in memory are
 * its three standard streams, and no settings of the user are read. Errors: JC_ERROR_IO (it is not installed, it
 * failed: with its message), JC_ERROR_INTERNAL. */
int jc_gnuplot_run(const struct jc_text *script, struct jc_text *output, struct jc_error *error);

#endif
