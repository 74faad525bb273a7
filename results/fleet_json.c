#include "results/fleet_json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

int
jc_json_add_band(cJSON *parent, const char *name, const struct jc_band *band)
{
    cJSON *object = cJSON_AddObjectToObject(parent, name);
    cJSON *numbers;
    char rank[32];
    double triple[3];
    size_t k;

    for (k = 0; object != NULL && k < JC_BAND_RANKS; k++) {
        (void) snprintf(rank, sizeof(rank), "%.15g", jc_band_ranks[k]);
        triple[0] = band->value[k];
        triple[1] = band->lower[k];
        triple[2] = band->upper[k];
        numbers = cJSON_CreateDoubleArray(triple, 3);
        if (numbers == NULL || !cJSON_AddItemToObject(object, rank, numbers)) {
            return 1;
        }
    }
    return object == NULL;
}

static int
add_number(cJSON *object, const char *name, double value)
{
    return cJSON_AddNumberToObject(object, name, value) == NULL;
}

static int
add_text(cJSON *object, const char *name, const char *value)
{
    return cJSON_AddStringToObject(object, name, value) == NULL;
}

/* What is not known has a reason instead of numbers. */
static int
add_unknown(cJSON *unknown, const char *name, const char *missing)
{
    char text[160];

    (void) snprintf(text, sizeof(text), "case %s does not have it", missing);
    return add_text(unknown, name, text);
}

static int
add_total(cJSON *object, const struct jc_fleets *fleets, size_t j, size_t t)
{
    const struct jc_fleet_quantity_info *info = &jc_fleet_quantities[t];
    const struct jc_fleet_result *fleet = &fleets->fleet[j];
    const struct jc_fleet_total *total = &fleet->total[t];
    cJSON *part = cJSON_AddObjectToObject(object, info->name);
    struct jc_band band;
    struct jc_error error;

    if (part == NULL || add_text(part, "unit", info->unit)
        || add_number(part, "total", total->value)
        || add_number(part, "per_day", total->value / fleet->days)
        || add_number(part, "standard_error", total->error)
        || add_number(part, "noise", total->noise)) {
        return 1;
    }
    return fleets->n_draws > 0
        && (jc_band_of(fleets->n_draws, total->draw, &band, &error) != 0
            || jc_json_add_band(part, "band", &band));
}

static int
add_figure(cJSON *figures, const struct jc_fleets *fleets, size_t j, enum jc_fleet_figure figure)
{
    const struct jc_fleet_figure_info *info = &jc_fleet_figures[figure];
    const struct jc_fleet_result *fleet = &fleets->fleet[j];
    const double factor = jc_fleet_figure_factor(fleet, figure);
    cJSON *part = cJSON_AddObjectToObject(figures, info->name);
    struct jc_band band;
    struct jc_error error;

    if (part == NULL || add_text(part, "unit", info->unit)
        || add_number(part, "value", fleet->total[info->of].value * factor)
        || add_number(part, "standard_error", fleet->total[info->of].error * factor)) {
        return 1;
    }
    return fleets->n_draws > 0
        && (jc_fleet_figure_band(fleets, j, figure, &band, &error) != 0
            || jc_json_add_band(part, "band", &band));
}

static int
add_query(cJSON *object, const struct jc_results *results, const struct jc_fleet_query *query)
{
    cJSON *part = cJSON_AddObjectToObject(object, "energy_per_query");
    cJSON *quantiles;
    char name[32];
    size_t k;
    int failed = part == NULL || add_text(part, "unit", "Wh")
        || add_number(part, "mean", query->mean) || add_number(part, "sd", query->sd);

    quantiles = failed ? NULL : cJSON_AddObjectToObject(part, "quantiles");
    failed = quantiles == NULL;
    for (k = 0; !failed && query->quantile != NULL && k < results->n_quantiles; k++) {
        (void) snprintf(name, sizeof(name), "%.10g", results->quantile[k]);
        failed = add_number(quantiles, name, query->quantile[k]);
    }
    return failed;
}

/* {"regime": {"long": {"energy": 1.5, ...}}, ...} */
static int
add_components(cJSON *object, const struct jc_fleets *fleets, const struct jc_fleet_result *fleet)
{
    cJSON *all = cJSON_AddObjectToObject(object, "components");
    cJSON *kind, *part;
    size_t k, t;
    int failed = all == NULL;

    for (k = 0; !failed && k < fleet->n_components; k++) {
        const struct jc_fleet_component *one = &fleet->component[k];

        kind = cJSON_GetObjectItemCaseSensitive(all, one->kind);
        kind = kind != NULL ? kind : cJSON_AddObjectToObject(all, one->kind);
        part = kind != NULL ? cJSON_AddObjectToObject(kind, one->name) : NULL;
        failed = part == NULL || add_text(part, "label", one->label);
        for (t = 0; !failed && t < JC_FLEET_TOTALS; t++) {
            if (!fleet->total[t].known) {
                continue;
            }
            failed = add_number(part, jc_fleet_quantities[t].name, one->value[t]);
            if (!failed && t == JC_FLEET_ENERGY && fleets->n_draws > 0) {
                failed = jc_json_add_band(part, "energy_band", &one->band[t]);
            }
        }
    }
    return failed;
}

static int
add_fleet(cJSON *object, const struct jc_results *results, size_t j)
{
    const struct jc_fleets *fleets = &results->fleets;
    const struct jc_fleet_result *fleet = &fleets->fleet[j];
    cJSON *figures, *unknown, *equivalences;
    size_t k;
    int failed = add_text(object, "label", fleet->label) || add_number(object, "days", fleet->days)
        || add_number(object, "queries", fleet->queries)
        || add_number(object, "peak_to_average", fleet->peak_to_average)
        || add_number(object, "load", fleet->load);

    unknown = failed ? NULL : cJSON_AddObjectToObject(object, "unknown");
    failed = unknown == NULL;
    for (k = 0; !failed && k < JC_FLEET_TOTALS; k++) {
        if (fleet->total[k].known) {
            failed = add_total(object, fleets, j, k);
        } else if (fleet->total[k].missing != NULL) {
            failed = add_unknown(unknown, jc_fleet_quantities[k].name, fleet->total[k].missing);
        }
    }
    figures = failed ? NULL : cJSON_AddObjectToObject(object, "figures");
    failed = figures == NULL;
    for (k = 0; !failed && k < JC_FLEET_FIGURES; k++) {
        if (fleet->total[jc_fleet_figures[k].of].known) {
            failed = add_figure(figures, fleets, j, (enum jc_fleet_figure) k);
        }
    }
    failed = failed || add_query(object, results, &fleet->query)
        || add_components(object, fleets, fleet);
    equivalences = failed ? NULL : cJSON_AddObjectToObject(object, "equivalences");
    failed = equivalences == NULL;
    for (k = 0; !failed && k < fleet->n_equivalences; k++) {
        failed = add_number(equivalences, fleet->equivalence[k].name, fleet->equivalence[k].number);
    }
    return failed;
}

int
jc_json_add_fleets(cJSON *document, const char *name, const struct jc_results *results)
{
    cJSON *all = cJSON_AddObjectToObject(document, name);
    cJSON *object;
    size_t j;
    int failed = all == NULL;

    for (j = 0; !failed && j < results->fleets.n; j++) {
        object = cJSON_AddObjectToObject(all, results->fleets.fleet[j].name);
        failed = object == NULL || add_fleet(object, results, j);
    }
    return failed;
}

/* Each fleet against each one before it. */
static int
add_comparison(cJSON *list, const struct jc_fleets *fleets, size_t a, size_t b)
{
    struct jc_fleet_comparison one;
    struct jc_error error;
    cJSON *object = cJSON_CreateObject();
    cJSON *part;
    size_t k;
    int found;
    int failed = object == NULL || !cJSON_AddItemToArray(list, object)
        || add_text(object, "scenario", fleets->fleet[a].name)
        || add_text(object, "baseline", fleets->fleet[b].name);

    for (k = 0; !failed && k < JC_FLEET_FIGURES; k++) {
        if (!jc_fleet_figures[k].compared) {
            continue;
        }
        found = jc_fleet_compare(fleets, a, b, (enum jc_fleet_figure) k, &one, &error);
        if (found == 0) {
            continue;
        }
        part = found < 0 ? NULL : cJSON_AddObjectToObject(object, jc_fleet_figures[k].name);
        failed = part == NULL || add_text(part, "unit", jc_fleet_figures[k].unit)
            || add_number(part, "difference", one.difference)
            || add_number(part, "ratio", one.ratio)
            || (fleets->n_draws > 0
                && (jc_json_add_band(part, "difference_band", &one.difference_band)
                    || jc_json_add_band(part, "ratio_band", &one.ratio_band)));
    }
    return failed;
}

static int
add_step(cJSON *steps, const struct jc_fleets *fleets, const struct jc_waterfall_result *waterfall,
    size_t k)
{
    const size_t index = waterfall->fleet_index[k];
    const struct jc_fleet_result *fleet = &fleets->fleet[index];
    const double energy = fleet->total[JC_FLEET_ENERGY].value
        * jc_fleet_figure_factor(fleet, JC_FLEET_ENERGY_PER_DAY);
    struct jc_fleet_comparison one = { .difference = energy };
    struct jc_band band;
    struct jc_error error;
    cJSON *object = cJSON_CreateObject();

    if (object == NULL || !cJSON_AddItemToArray(steps, object)
        || (k > 0
            && jc_fleet_compare(fleets, index, waterfall->fleet_index[k - 1],
                   JC_FLEET_ENERGY_PER_DAY, &one, &error)
                < 0)
        || add_text(object, "scenario", fleet->name) || add_text(object, "unit", "GWh/day")
        || add_number(object, "energy_per_day", energy)
        || add_number(object, "increment", one.difference)) {
        return 1;
    }
    return fleets->n_draws > 0
        && (jc_fleet_figure_band(fleets, index, JC_FLEET_ENERGY_PER_DAY, &band, &error) != 0
            || jc_json_add_band(object, "energy_per_day_band", &band)
            || (k > 0 && jc_json_add_band(object, "increment_band", &one.difference_band)));
}

static int
add_waterfalls(cJSON *document, const struct jc_fleets *fleets)
{
    cJSON *all = cJSON_AddObjectToObject(document, "waterfalls");
    cJSON *object, *steps;
    size_t j, k;
    int failed = all == NULL;

    for (j = 0; !failed && j < fleets->n_waterfalls; j++) {
        object = cJSON_AddObjectToObject(all, fleets->waterfall[j].name);
        failed = object == NULL || add_text(object, "label", fleets->waterfall[j].label);
        steps = failed ? NULL : cJSON_AddArrayToObject(object, "steps");
        failed = steps == NULL;
        for (k = 0; !failed && k < fleets->waterfall[j].n_steps; k++) {
            failed = add_step(steps, fleets, &fleets->waterfall[j], k);
        }
    }
    return failed;
}

static int
add_references(cJSON *document, const struct jc_fleets *fleets)
{
    cJSON *all = cJSON_AddObjectToObject(document, "references");
    cJSON *object;
    size_t j;
    int failed = all == NULL;

    for (j = 0; !failed && j < fleets->n_references; j++) {
        const struct jc_reference_result *one = &fleets->reference[j];

        object = cJSON_AddObjectToObject(all, one->name);
        failed = object == NULL || add_text(object, "label", one->label)
            || add_text(object, "unit", "GWh/day")
            || add_number(object, "energy_per_day", one->energy_per_day)
            || add_text(object, "source", one->source);
    }
    return failed;
}

static int
add_head(cJSON *document, const struct jc_results *results)
{
    char seed[32];

    (void) snprintf(seed, sizeof(seed), "%" PRIu64, results->seed);
    return add_text(document, "format", "joulecast-fleet") || add_number(document, "version", 1)
        || add_text(document, "scenario", results->scenario)
        || add_text(document, "title", results->title)
        || cJSON_AddRawToObject(document, "seed", seed) == NULL
        || add_number(document, "draws", (double) results->fleets.n_draws);
}

int
jc_json_fleet(const struct jc_results *results, struct jc_text *text, struct jc_error *error)
{
    const struct jc_fleets *fleets = &results->fleets;
    cJSON *document = cJSON_CreateObject();
    cJSON *list;
    char *printed = NULL;
    size_t a, b;
    int failed = document == NULL || add_head(document, results)
        || jc_json_add_fleets(document, "fleets", results);
    int ret;

    list = failed ? NULL : cJSON_AddArrayToObject(document, "comparisons");
    failed = list == NULL;
    for (a = 1; !failed && a < fleets->n; a++) {
        for (b = 0; !failed && b < a; b++) {
            failed = add_comparison(list, fleets, a, b);
        }
    }
    failed = failed || add_waterfalls(document, fleets) || add_references(document, fleets);
    printed = failed ? NULL : cJSON_Print(document);
    ret = printed == NULL ? jc_fail_memory(error) : jc_text_append(text, error, "%s\n", printed);
    cJSON_free(printed);
    cJSON_Delete(document);
    return ret;
}
