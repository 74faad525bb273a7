#include <stdlib.h>
#include <string.h>

#include "engine/cli/cli.h"
#include "engine/lengths.h"
#include "results/file.h"
#include "results/plots/plot.h"
#include "results/provenance.h"

static int
take_options(const struct jc_cli_options *options, struct jc_plot_options *plot,
    struct jc_error *error)
{
    const char *quantity = options->sensitivity.quantity;

    plot->n_names = options->sensitivity.n_cases;
    plot->name = options->sensitivity.cases;
    plot->statistic = options->plot.statistic;
    if (quantity != NULL) {
        plot->has_quantity = true;
        plot->quantity = jc_quantity_by_name(quantity);
        if (plot->quantity == JC_QUANTITIES) {
            return jc_fail(error, JC_ERROR_SCENARIO, "--quantity %s: there is no such quantity",
                quantity);
        }
    }
    return 0;
}

/* The kinds that a file has something for. */
static int
fail_kind(const char *file, const char *kind, const struct jc_results *results,
    struct jc_error *error)
{
    struct jc_text there = { 0 };
    int k;
    int ret = 0;

    for (k = 0; ret == 0 && k < JC_PLOT_KINDS; k++) {
        if (results == NULL || jc_plot_applies((enum jc_plot_kind) k, results)) {
            ret = jc_text_append(&there, error, "%s%s", there.length > 0 ? ", " : "",
                jc_plot_name((enum jc_plot_kind) k));
        }
    }
    if (ret == 0 && results == NULL) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "--kind %s: expected one of %s", kind, there.bytes);
    } else if (ret == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "%s: it has nothing for a picture%s%s; there %s %s",
            file, kind != NULL ? " of kind " : "", kind != NULL ? kind : "",
            there.length > 0 ? "can be" : "is", there.length > 0 ? there.bytes : "no other");
    }
    jc_text_free(&there);
    return ret;
}

/* *path becomes that of the picture: the name of the file without its ending, the kind, .svg; in this folder. */
static int
default_path(const char *file, enum jc_plot_kind kind, char **path, struct jc_error *error)
{
    static const char *const ends[] = { ".gz", ".h5", ".csv", ".jsonl", ".yaml" };
    const char *slash = strrchr(file, '/');
    const char *name = slash != NULL ? slash + 1 : file;
    size_t length = strlen(name);
    size_t j, n;

    for (j = 0; j < sizeof(ends) / sizeof(ends[0]); j++) {
        n = strlen(ends[j]);
        if (length > n && strncmp(name + length - n, ends[j], n) == 0) {
            length -= n;
        }
    }
    if (asprintf(path, "%.*s-%s.svg", (int) length, name, jc_plot_name(kind)) < 0) {
        *path = NULL;
        return jc_fail_memory(error);
    }
    return 0;
}

static int
print_script(const struct jc_cli_options *options, enum jc_plot_kind kind,
    const struct jc_results *results, const struct jc_plot_options *plot, struct jc_error *error)
{
    enum jc_plot_format format = JC_PLOT_SVG;
    struct jc_text script = { 0 };
    int ret = options->output != NULL ? jc_plot_format_of(options->output, &format, error) : 0;

    ret = ret != 0 ? ret : jc_plot_script(kind, results, plot, format, &script, error);
    if (ret == 0) {
        (void) fputs(script.bytes, stdout);
    }
    jc_text_free(&script);
    return ret;
}

static int
draw(const struct jc_cli_options *options, enum jc_plot_kind kind, const struct jc_results *results,
    const struct jc_plot_options *plot, struct jc_error *error)
{
    struct jc_error inner = { "" };
    char *path = NULL;
    int ret;

    if (options->plot.script) {
        return print_script(options, kind, results, plot, error);
    }
    ret = options->output != NULL ? jc_string_set(&path, options->output, error)
                                  : default_path(options->file, kind, &path, error);
    if (ret == 0) {
        ret = jc_plot_write(kind, results, plot, path, options->force, &inner);
        if (ret == 0) {
            (void) printf("picture: %s\n", path);
        } else {
            (void) jc_fail(error, ret, "%s", inner.message);
        }
    }
    free(path);
    return ret;
}

static int
from_result(const struct jc_cli_options *options, enum jc_plot_kind kind,
    struct jc_plot_options *plot, struct jc_error *error)
{
    struct jc_results results;
    struct jc_provenance_facts facts = { .threads = 0 };
    int ret = jc_file_read_results(options->file, &results, error);

    if (ret != 0) {
        return ret;
    }
    kind = kind == JC_PLOT_KINDS ? jc_plot_default(&results) : kind;
    if (kind == JC_PLOT_KINDS || !jc_plot_applies(kind, &results)) {
        ret = fail_kind(options->file, options->plot.kind, &results, error);
    }
    ret = ret != 0 ? ret : jc_provenance_of(options->file, &facts, NULL, error);
    plot->version = facts.version;
    ret = ret != 0 ? ret : draw(options, kind, &results, plot, error);
    jc_provenance_facts_free(&facts);
    jc_results_free(&results);
    return ret;
}

static int
from_trace(const struct jc_cli_options *options, enum jc_plot_kind kind,
    const struct jc_plot_options *asked, struct jc_error *error)
{
    struct jc_plot_options plot = *asked;
    struct jc_empirical empirical = { 0 };
    struct jc_lengths lengths = { 0 };
    struct jc_error inner = { "" };
    int ret;

    if (kind != JC_PLOT_KINDS && kind != JC_PLOT_LENGTHS) {
        return jc_fail(error, JC_ERROR_SCENARIO, "%s: a picture of kind %s needs a result file",
            options->file, jc_plot_name(kind));
    }
    ret = jc_lengths_read(&empirical, options->file, error);
    if (ret == 0) {
        ret = jc_lengths_init(&lengths, &empirical, NULL, &inner);
        plot.lengths = &lengths.plot;
        if (ret != 0) {
            ret = jc_fail(error, ret, "%s: %.900s", options->file, inner.message);
        }
    }
    ret = ret != 0 ? ret : draw(options, JC_PLOT_LENGTHS, NULL, &plot, error);
    jc_lengths_free(&lengths);
    jc_empirical_free(&empirical);
    return ret;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_plot_options plot = { 0 };
    enum jc_plot_kind kind = JC_PLOT_KINDS;
    int ret = take_options(options, &plot, error);

    if (ret == 0 && options->plot.kind != NULL) {
        kind = jc_plot_by_name(options->plot.kind);
        ret = kind != JC_PLOT_KINDS ? 0 : fail_kind(options->file, options->plot.kind, NULL, error);
    }
    if (ret != 0) {
        return ret;
    }
    return jc_file_is_result(options->file) ? from_result(options, kind, &plot, error)
                                            : from_trace(options, kind, &plot, error);
}

const struct jc_cli_verb jc_cli_plot = {
    .name = "plot",
    .purpose = "draw a picture of a result file, or of a trace: SVG, PNG or PDF",
    .operand = "FILE",
    .accepts = JC_CLI_PLOT,
    .example = "joulecast plot energy.h5 --kind exceedance -o exceedance.png",
    .details = "gnuplot draws (Debian: gnuplot-nox) and needs no display. Kinds, of which the "
               "first that the\n"
               "file has something for is the default:\n"
               "  fleet          fleets as steps, each from the one before, and references\n"
               "  map            a sweep of two parameters as heat maps\n"
               "  sweep          curves over the first parameter of a sweep\n"
               "  tornado        what each input does to the response, and Sobol indices\n"
               "  bands          the quantile curve, and how unsure each quantile is\n"
               "  distributions  the queries of cases and blends, with quartiles\n"
               "  pathways       a blend, and what its pathways leave of it\n"
               "  exceedance     the share of queries above a value, log-log\n"
               "  lengths        a trace or distribution file, and the families fitted to it\n"
               "An error of gnuplot, or its absence, has exit code 4.",
    .function = function,
};
