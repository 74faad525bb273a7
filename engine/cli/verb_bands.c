#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cli/cli.h"
#include "engine/run.h"
#include "results/file.h"

static const double shown[] = { 0.05, 0.25, 0.5, 0.75, 0.95 };
static const char *const shown_names[] = { "P5", "P25", "median", "P75", "P95" };

static const enum jc_quantity printed[] = { JC_ENERGY, JC_WATER, JC_CARBON, JC_COST };

#define N_PRINTED (sizeof(printed) / sizeof(printed[0]))
#define N_SHOWN (sizeof(shown) / sizeof(shown[0]))

static void
print_head(const char *first, const char *second)
{
    size_t k;

    (void) printf("\n");
    jc_cli_print_label(stdout, "", first);
    (void) printf(" %-8s", second);
    for (k = 0; k < N_SHOWN; k++) {
        (void) printf(" %9s", shown_names[k]);
    }
    (void) printf("  error\n");
}

/* A band, with the widest of the confidence intervals of its ends and its middle. */
static void
print_band(const struct jc_band *band)
{
    double widest = 0;
    double half;
    size_t k;

    for (k = 0; k < JC_BAND_RANKS; k++) {
        jc_cli_print_value(stdout, band->value[k]);
        half = (band->upper[k] - band->lower[k]) / 2 / band->value[k];
        widest = half > widest ? half : widest;
    }
    (void) printf("  %.1f %%\n", 100 * widest);
}

static int
print_subject(const struct jc_bands *bands, const struct jc_band_subject *subject,
    enum jc_quantity quantity, struct jc_error *error)
{
    const struct jc_draw_series *series = &subject->series[quantity];
    struct jc_band band;
    size_t j, k;
    const char *label = subject->label;
    int ret = 0;

    for (k = 0; ret == 0 && k < N_SHOWN; k++) {
        for (j = 0; j < bands->n_quantiles && bands->quantile[j] != shown[k]; j++) { }
        if (j == bands->n_quantiles) {
            continue;
        }
        ret = jc_band_of_column(bands->n_draws, series->quantile + j, bands->n_quantiles, &band,
            error);
        if (ret == 0) {
            jc_cli_print_label(stdout, "", label);
            (void) printf(" %-8s", shown_names[k]);
            print_band(&band);
            label = "";
        }
    }
    ret = ret != 0 ? ret : jc_band_of(bands->n_draws, series->mean, &band, error);
    if (ret == 0) {
        jc_cli_print_label(stdout, "", label);
        (void) printf(" %-8s", "mean");
        print_band(&band);
    }
    return ret;
}

static int
print_quantity(const struct jc_bands *bands, enum jc_quantity quantity, struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    size_t j;
    int ret = 0;

    (void) printf("\n%s [%s]\n", info->long_name, info->unit);
    print_head("case", "of it");
    for (j = 0; ret == 0 && j < bands->n_cases; j++) {
        if (bands->cases[j].series[quantity].mean != NULL) {
            ret = print_subject(bands, &bands->cases[j], quantity, error);
        }
    }
    if (ret == 0 && bands->n_blends > 0) {
        print_head("blend", "of it");
    }
    for (j = 0; ret == 0 && j < bands->n_blends; j++) {
        if (bands->blends[j].series[quantity].mean != NULL) {
            ret = print_subject(bands, &bands->blends[j], quantity, error);
        }
    }
    return ret;
}

/* Where the variance of the energy of a query comes from. */
static void
print_shares(const struct jc_bands *bands, const char *title, size_t n,
    const struct jc_band_subject *subjects)
{
    struct jc_variance_shares shares;
    size_t j;

    if (n == 0) {
        return;
    }
    (void) printf("\n");
    jc_cli_print_label(stdout, "", title);
    (void) printf(" share of the variance: queries   unknowns\n");
    for (j = 0; j < n; j++) {
        if (subjects[j].series[JC_ENERGY].mean != NULL) {
            shares = jc_variance_shares(&subjects[j].series[JC_ENERGY], bands->n_draws);
            jc_cli_print_label(stdout, "", subjects[j].label);
            (void) printf(" %28.1f %% %8.1f %%\n", 100 * shares.query, 100 * shares.fleet);
        }
    }
}

static int
print_fleets(const struct jc_fleets *fleets, struct jc_error *error)
{
    struct jc_band band;
    size_t j, t;
    int ret = 0;

    if (fleets->n > 0) {
        print_head("fleet", "in all");
    }
    for (j = 0; ret == 0 && j < fleets->n; j++) {
        for (t = 0; ret == 0 && t < JC_FLEET_NODE_TIME; t++) {
            if (fleets->fleet[j].total[t].draw != NULL) {
                ret = jc_band_of(fleets->n_draws, fleets->fleet[j].total[t].draw, &band, error);
                jc_cli_print_label(stdout, "", fleets->fleet[j].label);
                (void) printf(" %-8s", jc_fleet_quantities[t].unit);
                print_band(&band);
            }
        }
    }
    return ret;
}

/* The part of a stream's label that names the unknown, whose words follow one another. */
static size_t
name_length(const char *label)
{
    const char *slash = strrchr(label, '/');
    const bool is_word = slash != NULL
        && (strcmp(slash, "/component") == 0 || (slash[1] >= '0' && slash[1] <= '3' && !slash[2]));

    return is_word ? (size_t) (slash - label) : strlen(label);
}

static int
print_table(const struct jc_results *results, struct jc_error *error)
{
    const struct jc_bands *bands = &results->bands;
    size_t j, length;
    int ret = 0;

    (void) printf("%s\n%zu draws of", results->title, bands->n_draws);
    for (j = 0; j < bands->n_words; j++) {
        length = name_length(bands->label[j]);
        if (j == 0 || length != name_length(bands->label[j - 1])
            || strncmp(bands->label[j], bands->label[j - 1], length) != 0) {
            (void) printf("%s %.*s", j > 0 ? "," : "", (int) length, bands->label[j]);
        }
    }
    (void) printf("; %" PRIu64 " queries per case and draw, seed %" PRIu64 "\n", bands->queries,
        results->seed);
    for (j = 0; ret == 0 && j < N_PRINTED; j++) {
        if (bands->cases[0].series[printed[j]].mean != NULL) {
            ret = print_quantity(bands, printed[j], error);
        }
    }
    print_shares(bands, "case", bands->n_cases, bands->cases);
    print_shares(bands, "blend", bands->n_blends, bands->blends);
    return ret != 0 ? ret : print_fleets(&results->fleets, error);
}

/* A result file holds its bands; anything else is a study. */
static int
from_file(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_results results;
    int ret = jc_cli_refuse_of_file(options, "bands", NULL, error);

    ret = ret != 0 ? ret : jc_file_read_results(options->file, &results, error);
    if (ret != 0) {
        return ret;
    }
    if (results.bands.n_draws == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "%s: it has no bands; 'joulecast bands SCENARIO' makes them", options->file);
    } else {
        ret =
            options->json ? jc_cli_print_bands_json(&results, error) : print_table(&results, error);
    }
    jc_results_free(&results);
    return ret;
}

static int
from_study(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_cli_options without_samples = *options;
    struct jc_scenario scenario;
    struct jc_results results;
    char *output = NULL;
    int ret = jc_cli_load(options, &scenario, error);

    if (ret != 0) {
        return ret;
    }
    if (scenario.bands.draws == 0) {
        scenario.bands.draws = JC_BANDS_DRAWS;
        scenario.bands.queries = JC_BANDS_QUERIES;
    }
    without_samples.summary_only = true;
    ret = jc_cli_output(options, &scenario, "-bands", &output, error);
    ret = ret != 0 ? ret : jc_cli_task_output(&options->stop, &output, error);
    ret = ret != 0 ? ret : jc_cli_run_study(&without_samples, &scenario, output, &results, error);
    if (ret == 0 && results.n_cases > 0) {
        ret =
            options->json ? jc_cli_print_bands_json(&results, error) : print_table(&results, error);
        if (ret == 0 && !options->json) {
            (void) printf("\nresult file: %s\n", output);
        }
        jc_results_free(&results);
    }
    jc_scenario_free(&scenario);
    free(output);
    return ret;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    return jc_file_is_result(options->file) ? from_file(options, error)
                                            : from_study(options, error);
}

const struct jc_cli_verb jc_cli_bands = {
    .name = "bands",
    .purpose = "draw what a study does not know, print bands of its statistics",
    .operand = "SCENARIO or FILE",
    .accepts =
        JC_CLI_SCENARIO | JC_CLI_BANDS | JC_CLI_COMPUTE | JC_CLI_OUTPUT | JC_CLI_JSON | JC_CLI_STOP,
    .example = "joulecast bands scenarios/oviedo2026-honest.yaml --draws 1000 -n 1e4 -o bands.h5",
    .details =
        "Each draw is one value for every unknown of the fleet, with the same queries. The rows "
        "of\n"
        "the table are statistics of these queries, its columns their spread over the draws;\n"
        "'error' is the widest 95 % confidence interval of a row. Of a result file with bands\n"
        "they are printed again.",
    .function = function,
};
