/*
 * Bands for programs: format joulecast-bands, version 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cli/cli.h"
#include "results/fleet_json.h"

/* The band of a statistic over the draws; 0 if it worked. */
static int
add_band(cJSON *parent, const char *name, size_t n, const double *x, size_t stride)
{
    struct jc_band band;
    struct jc_error error;

    return jc_band_of_column(n, x, stride, &band, &error) != 0
        || jc_json_add_band(parent, name, &band);
}

static int
add_series(cJSON *parent, const struct jc_bands *bands, const struct jc_draw_series *series,
    const struct jc_quantity_info *info)
{
    const struct jc_variance_shares shares = jc_variance_shares(series, bands->n_draws);
    cJSON *object = cJSON_AddObjectToObject(parent, info->name);
    cJSON *quantiles, *variance;
    char probability[32];
    size_t k;
    int failed = object == NULL || cJSON_AddStringToObject(object, "unit", info->unit) == NULL;

    quantiles = failed ? NULL : cJSON_AddObjectToObject(object, "quantiles");
    failed = quantiles == NULL;
    for (k = 0; !failed && k < bands->n_quantiles; k++) {
        (void) snprintf(probability, sizeof(probability), "%.15g", bands->quantile[k]);
        failed = add_band(quantiles, probability, bands->n_draws, series->quantile + k,
            bands->n_quantiles);
    }
    failed = failed || add_band(object, "mean", bands->n_draws, series->mean, 1);
    variance = failed ? NULL : cJSON_AddObjectToObject(object, "variance_share");
    return variance == NULL || cJSON_AddNumberToObject(variance, "query", shares.query) == NULL
        || cJSON_AddNumberToObject(variance, "fleet", shares.fleet) == NULL;
}

static int
add_subjects(cJSON *document, const char *name, const struct jc_bands *bands, size_t n,
    const struct jc_band_subject *subjects)
{
    cJSON *all = cJSON_AddObjectToObject(document, name);
    cJSON *object;
    size_t j, q;
    int failed = all == NULL;

    for (j = 0; !failed && j < n; j++) {
        object = cJSON_AddObjectToObject(all, subjects[j].name);
        failed = object == NULL;
        for (q = 0; !failed && q < JC_QUANTITIES; q++) {
            if (subjects[j].series[q].mean != NULL) {
                failed = add_series(object, bands, &subjects[j].series[q],
                    jc_quantity_info((enum jc_quantity) q));
            }
        }
    }
    return failed;
}

static int
add_fleets(cJSON *document, const struct jc_fleets *fleets)
{
    cJSON *all = cJSON_AddObjectToObject(document, "fleet");
    cJSON *object, *part;
    size_t j, t;
    int failed = all == NULL;

    for (j = 0; !failed && j < fleets->n; j++) {
        object = cJSON_AddObjectToObject(all, fleets->fleet[j].name);
        failed = object == NULL;
        for (t = 0; !failed && t < JC_FLEET_TOTALS; t++) {
            if (fleets->fleet[j].total[t].draw == NULL) {
                continue;
            }
            part = cJSON_AddObjectToObject(object, jc_fleet_quantities[t].name);
            failed = part == NULL
                || cJSON_AddStringToObject(part, "unit", jc_fleet_quantities[t].unit) == NULL
                || add_band(part, "total", fleets->n_draws, fleets->fleet[j].total[t].draw, 1);
        }
    }
    return failed;
}

static int
add_head(cJSON *document, const struct jc_results *results)
{
    const struct jc_bands *bands = &results->bands;
    cJSON *unknowns;
    char seed[32];
    int failed;

    (void) snprintf(seed, sizeof(seed), "%llu", (unsigned long long) results->seed);
    failed = cJSON_AddStringToObject(document, "format", "joulecast-bands") == NULL
        || cJSON_AddNumberToObject(document, "version", 1) == NULL
        || cJSON_AddStringToObject(document, "scenario", results->scenario) == NULL
        || cJSON_AddRawToObject(document, "seed", seed) == NULL
        || cJSON_AddNumberToObject(document, "draws", (double) bands->n_draws) == NULL
        || cJSON_AddNumberToObject(document, "queries", (double) bands->queries) == NULL;
    unknowns = failed
        ? NULL
        : cJSON_CreateStringArray((const char *const *) bands->label, (int) bands->n_words);
    return unknowns == NULL || !cJSON_AddItemToObject(document, "unknowns", unknowns);
}

int
jc_cli_print_bands_json(const struct jc_results *results, struct jc_error *error)
{
    const struct jc_bands *bands = &results->bands;
    cJSON *document = cJSON_CreateObject();
    bool failed = document == NULL || add_head(document, results)
        || add_subjects(document, "cases", bands, bands->n_cases, bands->cases)
        || add_subjects(document, "blends", bands, bands->n_blends, bands->blends)
        || add_fleets(document, &results->fleets);

    return jc_cli_print_document(document, failed, error);
}
