/*
 * Fleets for people.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/cli/cli.h"

#define LABEL_WIDTH 48
#define N_FIGURES JC_FLEET_FIGURES

static const char *const figure_names[N_FIGURES] = {
    [JC_FLEET_ENERGY_PER_DAY] = "energy",
    [JC_FLEET_ENERGY_PER_YEAR] = "energy",
    [JC_FLEET_POWER_AVERAGE] = "average power",
    [JC_FLEET_POWER_PEAK] = "peak power",
    [JC_FLEET_NODES] = "nodes at the peak",
    [JC_FLEET_GPUS] = "accelerators",
    [JC_FLEET_WATER_PER_DAY] = "water",
    [JC_FLEET_CARBON_PER_DAY] = "carbon",
    [JC_FLEET_COST_PER_DAY] = "cost",
};

static void
print_wide(FILE *stream, const char *label)
{
    jc_cli_print_padded(stream, LABEL_WIDTH, "  ", label);
}

static void
print_ends(FILE *stream, const struct jc_band *band)
{
    (void) fprintf(stream, "  ");
    jc_cli_print_value(stream, band->value[0]);
    jc_cli_print_value(stream, band->value[2]);
    jc_cli_print_value(stream, band->value[4]);
}

static void
print_head(FILE *stream, const char *first, const char *rest, const struct jc_fleets *fleets)
{
    jc_cli_print_padded(stream, LABEL_WIDTH, "", first);
    (void) fprintf(stream, "%s", rest);
    if (fleets->n_draws > 0) {
        (void) fprintf(stream, "   %9s %9s %9s", "P5", "median", "P95");
    }
    (void) fprintf(stream, "\n");
}

/* A figure with its unit, the error of the simulation, the noise of the fleet and its band. */
static int
print_figure(FILE *stream, const struct jc_fleets *fleets, size_t j, enum jc_fleet_figure figure,
    struct jc_error *error)
{
    const struct jc_fleet_figure_info *info = &jc_fleet_figures[figure];
    const struct jc_fleet_result *fleet = &fleets->fleet[j];
    const struct jc_fleet_total *total = &fleet->total[info->of];
    const double factor = jc_fleet_figure_factor(fleet, figure);
    struct jc_band band;
    int ret = 0;

    print_wide(stream, figure_names[figure]);
    jc_cli_print_value(stream, total->value * factor);
    (void) fprintf(stream, " %-9s", info->unit);
    jc_cli_print_value(stream, total->error * factor);
    jc_cli_print_value(stream, total->noise * factor);
    if (fleets->n_draws > 0) {
        ret = jc_fleet_figure_band(fleets, j, figure, &band, error);
        if (ret == 0) {
            print_ends(stream, &band);
        }
    }
    (void) fprintf(stream, "\n");
    return ret;
}

/* The parts of the energy of a day. */
static void
print_components(FILE *stream, const struct jc_fleets *fleets, const struct jc_fleet_result *fleet)
{
    const double factor = jc_fleet_figure_factor(fleet, JC_FLEET_ENERGY_PER_DAY);
    const struct jc_fleet_component *one;
    struct jc_band band;
    char label[160];
    size_t k, r;

    for (k = 0; k < fleet->n_components; k++) {
        one = &fleet->component[k];
        (void) snprintf(label, sizeof(label), "%s: %s", one->kind, one->label);
        print_wide(stream, label);
        jc_cli_print_value(stream, one->value[JC_FLEET_ENERGY] * factor);
        (void) fprintf(stream, " GWh/day");
        if (strcmp(one->kind, "step") != 0) {
            (void) fprintf(stream, " %9.1f %%",
                100 * one->value[JC_FLEET_ENERGY] / fleet->total[JC_FLEET_ENERGY].value);
        }
        if (fleets->n_draws > 0) {
            (void) fprintf(stream, "%*s", strcmp(one->kind, "step") != 0 ? 10 : 22, "");
        }
        if (fleets->n_draws > 0) {
            band = one->band[JC_FLEET_ENERGY];
            for (r = 0; r < JC_BAND_RANKS; r++) {
                band.value[r] *= factor;
            }
            print_ends(stream, &band);
        }
        (void) fprintf(stream, "\n");
    }
}

/* Of one query: the rows of the summary. */
static void
print_query(FILE *stream, const struct jc_results *results, size_t draws,
    const struct jc_fleet_query *query)
{
    size_t k;

    print_wide(stream,
        draws > 0 ? "energy of a query in the first draw [Wh]" : "energy of a query [Wh]");
    (void) fprintf(stream, " mean");
    jc_cli_print_value(stream, query->mean);
    for (k = 0; query->quantile != NULL && k < results->n_quantiles; k++) {
        if (results->quantile[k] == 0.05 || results->quantile[k] == 0.5
            || results->quantile[k] == 0.95) {
            (void) fprintf(stream, ", P%g", 100 * results->quantile[k]);
            jc_cli_print_value(stream, query->quantile[k]);
        }
    }
    (void) fprintf(stream, "\n");
}

/* Why something is not told; what one case did not record comes together. */
static void
print_unknown(FILE *stream, const struct jc_fleet_result *fleet)
{
    const char *last = NULL;
    size_t t;

    for (t = 0; t < JC_FLEET_TOTALS; t++) {
        const char *missing = fleet->total[t].missing;

        if (missing == NULL) {
            continue;
        }
        if (last == NULL || strcmp(last, missing) != 0) {
            (void) fprintf(stream, "%s  case %s does not have", last == NULL ? "" : "\n", missing);
        } else {
            (void) fprintf(stream, ",");
        }
        (void) fprintf(stream, " %s",
            t == JC_FLEET_GPU_TIME ? "gpus of a node, or node_time" : jc_fleet_quantities[t].name);
        last = missing;
    }
    (void) fprintf(stream, "%s", last == NULL ? "" : "\n");
}

static int
print_fleet(FILE *stream, const struct jc_results *results, size_t j, struct jc_error *error)
{
    const struct jc_fleets *fleets = &results->fleets;
    const struct jc_fleet_result *fleet = &fleets->fleet[j];
    size_t k;
    int ret = 0;

    (void) fprintf(stream, "\n%s: %.4g queries in %g %s\n", fleet->label, fleet->queries,
        fleet->days, fleet->days == 1 ? "day" : "days");
    print_head(stream, "", "                    sampling     noise", fleets);
    for (k = 0; ret == 0 && k < N_FIGURES; k++) {
        if (fleet->total[jc_fleet_figures[k].of].known) {
            ret = print_figure(stream, fleets, j, (enum jc_fleet_figure) k, error);
        }
    }
    print_query(stream, results, fleets->n_draws, &fleet->query);
    print_components(stream, fleets, fleet);
    for (k = 0; k < fleet->n_equivalences; k++) {
        if (isfinite(fleet->equivalence[k].number)) {
            (void) fprintf(stream, "  in all as much as %.3g %s\n", fleet->equivalence[k].number,
                fleet->equivalence[k].name);
        }
    }
    print_unknown(stream, fleet);
    return ret;
}

static int
print_waterfall(FILE *stream, const struct jc_fleets *fleets,
    const struct jc_waterfall_result *waterfall, struct jc_error *error)
{
    struct jc_fleet_comparison one;
    size_t k;
    int ret = 0;

    (void) fprintf(stream, "\n%s [GWh/day]\n", waterfall->label);
    print_head(stream, "step", "    energy     added", fleets);
    for (k = 0; ret >= 0 && k < waterfall->n_steps; k++) {
        const size_t index = waterfall->fleet_index[k];
        const struct jc_fleet_result *fleet = &fleets->fleet[index];

        print_wide(stream, fleet->label);
        jc_cli_print_value(stream,
            fleet->total[JC_FLEET_ENERGY].value
                * jc_fleet_figure_factor(fleet, JC_FLEET_ENERGY_PER_DAY));
        if (k > 0) {
            ret = jc_fleet_compare(fleets, index, waterfall->fleet_index[k - 1],
                JC_FLEET_ENERGY_PER_DAY, &one, error);
            jc_cli_print_value(stream, one.difference);
        } else if (fleets->n_draws > 0) {
            (void) fprintf(stream, "%10s", "");
            ret = jc_fleet_figure_band(fleets, index, JC_FLEET_ENERGY_PER_DAY, &one.difference_band,
                error);
        }
        if (ret >= 0 && fleets->n_draws > 0) {
            print_ends(stream, &one.difference_band);
        }
        (void) fprintf(stream, "\n");
    }
    return ret < 0 ? ret : 0;
}

/* Each fleet against each one before it. */
static int
print_comparisons(FILE *stream, const struct jc_fleets *fleets, struct jc_error *error)
{
    struct jc_fleet_comparison one;
    char label[160];
    size_t a, b;
    int ret = 0;

    if (fleets->n < 2) {
        return 0;
    }
    (void) fprintf(stream, "\nEnergy of a day against other fleets\n");
    print_head(stream, "", "  GWh/day     times", fleets);
    for (a = 1; ret >= 0 && a < fleets->n; a++) {
        for (b = 0; ret >= 0 && b < a; b++) {
            ret = jc_fleet_compare(fleets, a, b, JC_FLEET_ENERGY_PER_DAY, &one, error);
            (void) snprintf(label, sizeof(label), "%s / %s", fleets->fleet[a].name,
                fleets->fleet[b].name);
            print_wide(stream, label);
            jc_cli_print_value(stream, one.difference);
            jc_cli_print_value(stream, one.ratio);
            if (ret > 0 && fleets->n_draws > 0) {
                print_ends(stream, &one.ratio_band);
            }
            (void) fprintf(stream, "\n");
        }
    }
    return ret < 0 ? ret : 0;
}

static void
print_references(FILE *stream, const struct jc_fleets *fleets)
{
    size_t j;

    for (j = 0; j < fleets->n_references; j++) {
        (void) fprintf(stream, "%s%s: %.4g GWh/day\n", j == 0 ? "\n" : "",
            fleets->reference[j].label, fleets->reference[j].energy_per_day);
    }
}

int
jc_cli_print_fleets(const struct jc_results *results, FILE *stream, struct jc_error *error)
{
    const struct jc_fleets *fleets = &results->fleets;
    size_t j;
    int ret = 0;

    (void) fprintf(stream, "%s\n", results->title);
    if (fleets->n_draws > 0) {
        (void) fprintf(stream,
            "P5 to P95: over %zu draws of what is unknown, before them the mean; ",
            fleets->n_draws);
    }
    (void) fprintf(stream,
        "sampling: standard error of the simulation; noise: standard deviation "
        "of so many queries\n");
    for (j = 0; ret == 0 && j < fleets->n; j++) {
        ret = print_fleet(stream, results, j, error);
    }
    for (j = 0; ret == 0 && j < fleets->n_waterfalls; j++) {
        ret = print_waterfall(stream, fleets, &fleets->waterfall[j], error);
    }
    ret = ret != 0 ? ret : print_comparisons(stream, fleets, error);
    if (ret == 0) {
        print_references(stream, fleets);
    }
    return ret;
}
