#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "engine/cli/cli.h"
#include "results/json.h"
#include "results/statistics.h"

static const double shown[] = { 0.05, 0.25, 0.5, 0.75, 0.95 };

#define N_SHOWN (sizeof(shown) / sizeof(shown[0]))
#define LABEL_WIDTH 30

/* Columns of terminal that a UTF-8 text takes: its characters. */
static int
width_of(const char *text)
{
    int width = 0;

    for (; *text != '\0'; text++) {
        width += ((unsigned char) *text & 0xc0) != 0x80;
    }
    return width;
}

void
jc_cli_print_padded(FILE *stream, int width, const char *indent, const char *label)
{
    int pad = width - width_of(indent) - width_of(label);

    (void) fprintf(stream, "%s%s%*s", indent, label, pad > 0 ? pad : 0, "");
}

void
jc_cli_print_label(FILE *stream, const char *indent, const char *label)
{
    jc_cli_print_padded(stream, LABEL_WIDTH, indent, label);
}

/* So many significant digits, never in scientific notation where a person would not write it. */
static void
print_digits(FILE *stream, int width, int digits, double value)
{
    int decimals;

    if (value == 0 || !isfinite(value) || fabs(value) >= 1e7 || fabs(value) < 1e-4) {
        (void) fprintf(stream, " %*.*g", width, digits, value);
        return;
    }
    decimals = digits - 1 - (int) floor(log10(fabs(value)));
    (void) fprintf(stream, " %*.*f", width, decimals > 0 ? decimals : 0, value);
}

void
jc_cli_print_value(FILE *stream, double value)
{
    print_digits(stream, 9, 4, value);
}

/* Half a confidence interval, as a part of its value where there is one. */
static void
print_error(FILE *stream, double half_width, double value)
{
    if (!isfinite(half_width)) {
        (void) fprintf(stream, " %9s", "-");
    } else if (value == 0) {
        print_digits(stream, 9, 2, half_width);
    } else {
        print_digits(stream, 7, 2, 100 * half_width / fabs(value));
        (void) fprintf(stream, " %%");
    }
}

static void
print_head(FILE *stream, const char *title)
{
    jc_cli_print_label(stream, "", title);
    (void) fprintf(stream, " %9s %9s %9s %9s %9s %9s\n", "P5", "P25", "median", "P75", "P95",
        "mean");
}

/* A row of a table and below it how sure it is, from a mixture, which is freed. If *median is above 0 the
 * row is compared with it; else it is set. */
static int
print_row(FILE *stream, const char *indent, const char *label, struct jc_mixture *mixture,
    double *median, struct jc_error *error)
{
    struct jc_statistics statistics;
    size_t j;
    int ret = jc_mixture_statistics(mixture, N_SHOWN, shown, true, &statistics, error);

    jc_mixture_free(mixture);
    if (ret != 0) {
        return ret;
    }
    jc_cli_print_label(stream, indent, label);
    for (j = 0; j < N_SHOWN; j++) {
        jc_cli_print_value(stream, statistics.quantile[j]);
    }
    jc_cli_print_value(stream, statistics.mean);
    if (*median > 0) {
        (void) fprintf(stream, "  median %+.1f %%", 100 * (statistics.quantile[2] / *median - 1));
    } else {
        *median = statistics.quantile[2];
    }
    (void) fprintf(stream, "\n");
    jc_cli_print_label(stream, indent, "  +-");
    for (j = 0; j < N_SHOWN; j++) {
        print_error(stream, jc_statistics_quantile_error(&statistics, j, shown[j]),
            statistics.quantile[j]);
    }
    print_error(stream, jc_statistics_mean_error(&statistics), statistics.mean);
    (void) fprintf(stream, "\n");
    jc_statistics_free(&statistics);
    return 0;
}

/* The cases that have recorded a quantity. */
static int
print_cases(const struct jc_results *results, enum jc_quantity quantity, FILE *stream,
    struct jc_error *error)
{
    struct jc_mixture mixture;
    double median;
    size_t j;
    int ret = 0;

    print_head(stream, "case");
    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        if (!results->cases[j].recorded[quantity]) {
            continue;
        }
        median = 0;
        ret = jc_results_case_mixture(results, j, quantity, &mixture, error);
        ret = ret != 0 ? ret
                       : print_row(stream, "", results->cases[j].label, &mixture, &median, error);
    }
    return ret;
}

/* A blend, and what becomes of its median. */
static int
print_blend(const struct jc_results *results, const struct jc_blend_result *blend, FILE *stream,
    struct jc_error *error)
{
    struct jc_mixture mixture;
    double whole = 0;
    size_t j;
    int ret = jc_results_blend_mixture(results, blend, JC_ENERGY, &mixture, error);

    ret = ret != 0 ? ret : print_row(stream, "", blend->label, &mixture, &whole, error);
    for (j = 0; ret == 0 && j < blend->n_pathways; j++) {
        double median = whole;

        ret = jc_results_pathway_mixture(results, blend, &blend->pathway[j], &mixture, error);
        ret = ret != 0 ? ret
                       : print_row(stream, "  ", blend->pathway[j].label, &mixture, &median, error);
    }
    return ret;
}

/* What the energy takes and emits, as far as it was kept. */
static int
print_footprint(const struct jc_results *results, FILE *stream, struct jc_error *error)
{
    static const enum jc_quantity footprint[] = { JC_WATER, JC_CARBON, JC_COST };
    const struct jc_quantity_info *info;
    size_t k;
    int ret = 0;

    for (k = 0; ret == 0 && k < sizeof(footprint) / sizeof(footprint[0]); k++) {
        if (results->cases[0].recorded[footprint[k]]) {
            info = jc_quantity_info(footprint[k]);
            (void) fprintf(stream, "\n%s [%s]\n", info->long_name, info->unit);
            ret = print_cases(results, footprint[k], stream, error);
        }
    }
    return ret;
}

/* What fleets take in all, and what that is as much as. */
static void
print_fleets(const struct jc_results *results, FILE *stream)
{
    const struct jc_fleet_result *fleet;
    size_t j, k, t;

    for (j = 0; j < results->fleets.n; j++) {
        fleet = &results->fleets.fleet[j];
        (void) fprintf(stream, "\n%s: %.4g queries in %g %s\n", fleet->label, fleet->queries,
            fleet->days, fleet->days == 1 ? "day" : "days");
        for (t = 0; t < JC_FLEET_NODE_TIME; t++) {
            if (fleet->total[t].known) {
                (void) fprintf(stream, "  %-10s %12.6g %s", jc_fleet_quantities[t].name,
                    fleet->total[t].value, t == JC_FLEET_COST ? "" : jc_fleet_quantities[t].unit);
                if (isfinite(fleet->total[t].error)) {
                    (void) fprintf(stream, " (+- %.2g)", fleet->total[t].error);
                }
                (void) fprintf(stream, "\n");
            }
        }
        for (k = 0; k < fleet->n_equivalences; k++) {
            if (isfinite(fleet->equivalence[k].number)) {
                (void) fprintf(stream, "  as much as %.3g %s\n", fleet->equivalence[k].number,
                    fleet->equivalence[k].name);
            }
        }
    }
}

/* What was left out of a workload, or moved. */
static void
print_notes(const struct jc_results *results, FILE *stream)
{
    const struct jc_case_result *result;
    size_t j;

    for (j = 0; j < results->n_cases; j++) {
        result = &results->cases[j];
        if (result->excluded > 0) {
            (void) fprintf(stream, "\n%s: binning left out %.2f %% of the requests", result->label,
                100 * result->excluded);
        }
        if (result->n_outside > 0) {
            (void) fprintf(stream, "\n%s: %" PRIu64 " batch sizes moved to the nearest possible",
                result->label, result->n_outside);
        }
    }
}

int
jc_cli_print_table(const struct jc_results *results, FILE *stream, struct jc_error *error)
{
    size_t j;
    int ret;

    (void) fprintf(stream,
        "%s\nEnergy per query [Wh], %" PRIu64 " queries per case, seed %" PRIu64
        "\n+-: half the 95 %% confidence interval of the simulation\n\n",
        results->title, results->queries, results->seed);
    ret = print_cases(results, JC_ENERGY, stream, error);
    print_notes(results, stream);
    if (ret == 0 && results->n_blends > 0) {
        (void) fprintf(stream, "\n");
        print_head(stream, "blend, and its pathways");
    }
    for (j = 0; ret == 0 && j < results->n_blends; j++) {
        ret = print_blend(results, &results->blends[j], stream, error);
    }
    ret = ret != 0 ? ret : print_footprint(results, stream, error);
    if (ret == 0) {
        print_fleets(results, stream);
    }
    return ret;
}

int
jc_cli_print_json(const struct jc_results *results, struct jc_error *error)
{
    struct jc_text text = { 0 };
    int ret = jc_json_summary(results, &text, error);

    if (ret == 0) {
        (void) fputs(text.bytes, stdout);
    }
    jc_text_free(&text);
    return ret;
}

int
jc_cli_print_document(cJSON *document, bool failed, struct jc_error *error)
{
    char *text = failed ? NULL : cJSON_Print(document);

    if (text != NULL) {
        (void) printf("%s\n", text);
    }
    failed = text == NULL;
    cJSON_free(text);
    cJSON_Delete(document);
    return failed ? jc_fail_memory(error) : 0;
}
