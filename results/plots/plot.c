#include "results/plots/plot.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "results/plots/gnuplot.h"
#include "results/plots/kinds.h"
#include "results/plots/svg.h"
#include "results/provenance.h"

#define ID_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

static const struct {
    const char *name;
    const char *purpose;
    jc_draw_function *draw;
} kinds[JC_PLOT_KINDS] = {
    [JC_PLOT_FLEET] = { "fleet", "fleets as steps, each from the one before, and references",
        jc_draw_fleet },
    [JC_PLOT_MAP] = { "map", "a sweep of two parameters as heat maps", jc_draw_map },
    [JC_PLOT_SWEEP] = { "sweep", "curves over the first parameter of a sweep", jc_draw_sweep },
    [JC_PLOT_TORNADO] = { "tornado", "what each input does to the response, and Sobol indices",
        jc_draw_tornado },
    [JC_PLOT_BANDS] = { "bands", "the quantile curve, and how unsure each quantile is",
        jc_draw_bands },
    [JC_PLOT_DISTRIBUTIONS] = { "distributions", "the queries of cases and blends, with quartiles",
        jc_draw_distributions },
    [JC_PLOT_PATHWAYS] = { "pathways", "a blend, and what its pathways leave of it",
        jc_draw_pathways },
    [JC_PLOT_EXCEEDANCE] = { "exceedance", "the share of queries above a value, log-log",
        jc_draw_exceedance },
    [JC_PLOT_LENGTHS] = { "lengths", "a trace or distribution file, and the families fitted to it",
        jc_draw_lengths },
};

const char *
jc_plot_name(enum jc_plot_kind kind)
{
    return kinds[kind].name;
}

const char *
jc_plot_purpose(enum jc_plot_kind kind)
{
    return kinds[kind].purpose;
}

enum jc_plot_kind
jc_plot_by_name(const char *name)
{
    int kind;

    for (kind = 0; kind < JC_PLOT_KINDS && strcmp(kinds[kind].name, name) != 0; kind++) { }
    return (enum jc_plot_kind) kind;
}

static bool
has_fleet(const struct jc_results *results)
{
    size_t j;

    for (j = 0; j < results->fleets.n; j++) {
        if (results->fleets.fleet[j].total[JC_FLEET_ENERGY].known) {
            return true;
        }
    }
    return false;
}

static bool
has_pathways(const struct jc_results *results)
{
    size_t j;

    for (j = 0; j < results->n_blends; j++) {
        if (results->blends[j].n_pathways > 0) {
            return true;
        }
    }
    return false;
}

bool
jc_plot_applies(enum jc_plot_kind kind, const struct jc_results *results)
{
    const struct jc_sweep_result *sweep = &results->sweep;
    enum jc_quantity quantity;
    const struct jc_plot_options none = { 0 };

    switch (kind) {
        case JC_PLOT_FLEET:
            return has_fleet(results);
        case JC_PLOT_MAP:
            return sweep->n_axes == 2 && sweep->crossed && sweep->axis[0].n > 1
                && sweep->axis[1].n > 1;
        case JC_PLOT_SWEEP:
            return sweep->n_axes > 0;
        case JC_PLOT_TORNADO:
            return results->n_sensitivities > 0 && results->sensitivities[0].n_inputs > 0;
        case JC_PLOT_BANDS:
            return results->bands.n_draws > 0;
        case JC_PLOT_PATHWAYS:
            return has_pathways(results);
        case JC_PLOT_DISTRIBUTIONS:
        case JC_PLOT_EXCEEDANCE:
            return results->n_cases > 0 && jc_plot_quantity(results, &none, &quantity, NULL) == 0;
        case JC_PLOT_LENGTHS:
        case JC_PLOT_KINDS:
            break;
    }
    return false;
}

enum jc_plot_kind
jc_plot_default(const struct jc_results *results)
{
    int kind = 0;

    while (kind < JC_PLOT_KINDS && !jc_plot_applies((enum jc_plot_kind) kind, results)) {
        kind++;
    }
    return (enum jc_plot_kind) kind;
}

int
jc_plot_format_of(const char *path, enum jc_plot_format *format, struct jc_error *error)
{
    static const char *const ends[JC_PLOT_FORMATS] = { ".svg", ".png", ".pdf" };
    const char *end = strrchr(path, '.');
    int j;

    for (j = 0; end != NULL && j < JC_PLOT_FORMATS; j++) {
        if (strcmp(end, ends[j]) == 0 && strchr(end, '/') == NULL) {
            *format = (enum jc_plot_format) j;
            return 0;
        }
    }
    return jc_fail(error, JC_ERROR_SCENARIO, "%s: a picture ends with .svg, .png or .pdf", path);
}

int
jc_plot_source(const struct jc_results *results, const struct jc_plot_options *options,
    uint64_t queries, const char *of_what, struct jc_text *source, struct jc_error *error)
{
    char number[JC_NUMBER_LENGTH];

    jc_write_count(number, queries);
    return jc_text_append(source, error, "%s, seed %" PRIu64 ", %s %s, joulecast %s",
        results->scenario, results->seed, number, of_what,
        options->version != NULL ? options->version : jc_build_version());
}

int
jc_plot_choose(const struct jc_results *results, const struct jc_plot_options *options,
    enum jc_quantity *quantity, struct jc_plot_subjects *subjects, struct jc_text *source,
    struct jc_error *error)
{
    int ret = jc_plot_quantity(results, options, quantity, error);

    ret = ret != 0 ? ret : jc_plot_subjects(results, options, *quantity, subjects, error);
    return ret != 0
        ? ret
        : jc_plot_source(results, options, results->queries, "queries per case", source, error);
}

int
jc_plot_quantity_title(enum jc_quantity quantity, struct jc_text *title, struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    const bool has_unit = strcmp(info->unit, "1") != 0;

    return jc_text_append(title, error, "%s%s%s%s", info->long_name, has_unit ? " [" : "",
        has_unit ? info->unit : "", has_unit ? "]" : "");
}

/* An option that a kind does not have is not left out in silence. */
static int
check_options(enum jc_plot_kind kind, const struct jc_plot_options *options, struct jc_error *error)
{
    const bool sweeps = kind == JC_PLOT_SWEEP || kind == JC_PLOT_MAP;
    const bool any_quantity = sweeps || kind == JC_PLOT_BANDS || kind == JC_PLOT_DISTRIBUTIONS
        || kind == JC_PLOT_EXCEEDANCE;
    const bool many = sweeps || kind == JC_PLOT_DISTRIBUTIONS || kind == JC_PLOT_EXCEEDANCE;
    const char *wrong = NULL;

    if (options->has_quantity && !any_quantity) {
        wrong = "quantity to choose";
    } else if (options->statistic != NULL && !sweeps) {
        wrong = "statistic to choose";
    } else if (options->n_names > 0 && kind == JC_PLOT_LENGTHS) {
        wrong = "case to choose";
    } else if (options->n_names > 1 && !many) {
        wrong = "room for more than one";
    }
    return wrong == NULL ? 0
                         : jc_fail(error, JC_ERROR_SCENARIO, "a picture of kind %s has no %s",
                             kinds[kind].name, wrong);
}

/* The commands, and `name` before the ids of an SVG in a page; NULL: none. */
static int
write_script(enum jc_plot_kind kind, const struct jc_results *results,
    const struct jc_plot_options *options, enum jc_plot_format format, const char *name,
    struct jc_text *script, struct jc_error *error)
{
    struct jc_canvas canvas = { .script = script, .error = error, .format = format, .name = name };
    int ret = check_options(kind, options, error);

    if (ret != 0) {
        return ret;
    }
    if (kind == JC_PLOT_LENGTHS ? options->lengths == NULL : !jc_plot_applies(kind, results)) {
        return jc_fail(error, JC_ERROR_SCENARIO, "there is nothing for a picture of kind %s",
            kinds[kind].name);
    }
    ret = kinds[kind].draw(results, options, &canvas);
    return ret != 0 ? ret : canvas.ret;
}

int
jc_plot_script(enum jc_plot_kind kind, const struct jc_results *results,
    const struct jc_plot_options *options, enum jc_plot_format format, struct jc_text *script,
    struct jc_error *error)
{
    return write_script(kind, results, options, format, NULL, script, error);
}

static const char *
title_of(enum jc_plot_kind kind, const struct jc_results *results,
    const struct jc_plot_options *options)
{
    return kind == JC_PLOT_LENGTHS ? options->lengths->title : results->title;
}

/* The picture in memory. */
static int
draw(enum jc_plot_kind kind, const struct jc_results *results,
    const struct jc_plot_options *options, enum jc_plot_format format, const char *name,
    struct jc_text *picture, struct jc_error *error)
{
    struct jc_text script = { 0 };
    struct jc_text drawn = { 0 };
    int ret = write_script(kind, results, options, format, name, &script, error);

    if (ret == 0 && format == JC_PLOT_SVG) {
        ret = jc_gnuplot_run(&script, &drawn, error);
        ret = ret != 0 ? ret
                       : jc_svg_finish(&drawn, title_of(kind, results, options),
                           name != NULL ? name : "joulecast", name != NULL, picture, error);
    } else if (ret == 0) {
        ret = jc_gnuplot_run(&script, picture, error);
    }
    jc_text_free(&script);
    jc_text_free(&drawn);
    return ret;
}

int
jc_plot_svg(enum jc_plot_kind kind, const struct jc_results *results,
    const struct jc_plot_options *options, const char *name, struct jc_text *svg,
    struct jc_error *error)
{
    if (name[0] == '\0' || name[strspn(name, ID_CHARACTERS)] != '\0') {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "'%s': the name of a picture has letters, digits and -", name);
    }
    return draw(kind, results, options, JC_PLOT_SVG, name, svg, error);
}

int
jc_plot_write(enum jc_plot_kind kind, const struct jc_results *results,
    const struct jc_plot_options *options, const char *path, bool force, struct jc_error *error)
{
    struct jc_text picture = { 0 };
    enum jc_plot_format format = JC_PLOT_SVG;
    int ret = jc_plot_format_of(path, &format, error);

    if (ret == 0 && !force && access(path, F_OK) == 0) { /* before it is drawn */
        ret = jc_fail(error, JC_ERROR_IO, "%s: exists already; --force replaces it", path);
    }
    ret = ret != 0 ? ret : draw(kind, results, options, format, NULL, &picture, error);
    ret = ret != 0 ? ret : jc_write_complete(path, &picture, force, error);
    jc_text_free(&picture);
    return ret;
}
