#include "results/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <cJSON.h>

#include "results/fleet_json.h"
#include "results/statistics.h"

/* cJSON's own numbers are doubles: counts and seeds go in as text. */
static int
add_integer(cJSON *object, const char *name, uint64_t value)
{
    char text[32];

    (void) snprintf(text, sizeof(text), "%" PRIu64, value);
    return cJSON_AddRawToObject(object, name, text) == NULL;
}

/* An end that is not known is null. */
static int
add_interval(cJSON *object, const char *name, double lower, double upper)
{
    const double bounds[2] = { lower, upper };
    cJSON *interval = cJSON_CreateDoubleArray(bounds, 2);

    if (interval == NULL || !cJSON_AddItemToObject(object, name, interval)) {
        cJSON_Delete(interval);
        return 1;
    }
    return 0;
}

static int
add_quantiles(cJSON *object, const struct jc_results *results,
    const struct jc_statistics *statistics)
{
    cJSON *quantiles = cJSON_AddObjectToObject(object, "quantiles");
    cJSON *intervals = cJSON_AddObjectToObject(object, "intervals");
    char name[32];
    size_t j;
    int failed = quantiles == NULL || intervals == NULL;

    for (j = 0; !failed && j < results->n_quantiles; j++) {
        const double p = results->quantile[j];
        const double spread = statistics->spread[j];

        (void) snprintf(name, sizeof(name), "%.10g", p);
        failed = cJSON_AddNumberToObject(quantiles, name, statistics->quantile[j]) == NULL
            || add_interval(intervals, name, p - spread > 0 ? statistics->lower[j] : NAN,
                p + spread < 1 ? statistics->upper[j] : NAN);
    }
    return failed;
}

static int
add_statistics(cJSON *quantities, enum jc_quantity quantity, const struct jc_results *results,
    const struct jc_statistics *statistics)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    cJSON *object = cJSON_AddObjectToObject(quantities, info->name);
    int failed = object == NULL || cJSON_AddStringToObject(object, "unit", info->unit) == NULL
        || add_integer(object, "n", statistics->n)
        || cJSON_AddNumberToObject(object, "mean", statistics->mean) == NULL
        || cJSON_AddNumberToObject(object, "sd", statistics->sd) == NULL
        || cJSON_AddNumberToObject(object, "min", statistics->min) == NULL
        || cJSON_AddNumberToObject(object, "max", statistics->max) == NULL
        || cJSON_AddNumberToObject(object, "mean_error", statistics->mean_error) == NULL
        || add_interval(object, "mean_interval", statistics->mean_lower, statistics->mean_upper);

    return failed || add_quantiles(object, results, statistics);
}

/* Adds the statistics of a mixture, and frees the mixture. */
static int
add_mixture(cJSON *quantities, enum jc_quantity quantity, const struct jc_results *results,
    struct jc_mixture *mixture, struct jc_error *error)
{
    struct jc_statistics statistics;
    int ret = jc_mixture_statistics(mixture, results->n_quantiles, results->quantile, true,
        &statistics, error);

    jc_mixture_free(mixture);
    if (ret == 0 && add_statistics(quantities, quantity, results, &statistics)) {
        ret = jc_fail_memory(error);
    }
    jc_statistics_free(&statistics);
    return ret;
}

static int
add_object(cJSON *parent, const char *name, cJSON **object, struct jc_error *error)
{
    *object = cJSON_AddObjectToObject(parent, name);
    return *object == NULL ? jc_fail_memory(error) : 0;
}

static int
add_cases(cJSON *document, const struct jc_results *results, struct jc_error *error)
{
    struct jc_mixture mixture;
    cJSON *cases, *object;
    size_t j, q;
    int ret = add_object(document, "cases", &cases, error);

    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        ret = add_object(cases, results->cases[j].name, &object, error);
        for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
            if (results->cases[j].recorded[q]) {
                ret = jc_results_case_mixture(results, j, (enum jc_quantity) q, &mixture, error);
                ret = ret != 0
                    ? ret
                    : add_mixture(object, (enum jc_quantity) q, results, &mixture, error);
            }
        }
    }
    return ret;
}

static int
add_blends(cJSON *document, const struct jc_results *results, struct jc_error *error)
{
    const struct jc_blend_result *blend;
    struct jc_mixture mixture;
    cJSON *blends, *object;
    size_t j, q;
    int ret = add_object(document, "blends", &blends, error);

    for (j = 0; ret == 0 && j < results->n_blends; j++) {
        blend = &results->blends[j];
        ret = add_object(blends, blend->name, &object, error);
        for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
            if (jc_results_blend_has(results, blend, (enum jc_quantity) q)) {
                ret =
                    jc_results_blend_mixture(results, blend, (enum jc_quantity) q, &mixture, error);
                ret = ret != 0
                    ? ret
                    : add_mixture(object, (enum jc_quantity) q, results, &mixture, error);
            }
        }
    }
    return ret;
}

static int
add_pathways(cJSON *document, const struct jc_results *results, struct jc_error *error)
{
    const struct jc_blend_result *blend;
    struct jc_mixture mixture;
    cJSON *pathways, *of_blend, *object;
    size_t j, k;
    int ret = add_object(document, "pathways", &pathways, error);

    for (j = 0; ret == 0 && j < results->n_blends; j++) {
        blend = &results->blends[j];
        if (blend->n_pathways == 0) {
            continue;
        }
        ret = add_object(pathways, blend->name, &of_blend, error);
        for (k = 0; ret == 0 && k < blend->n_pathways; k++) {
            ret = add_object(of_blend, blend->pathway[k].name, &object, error);
            ret = ret != 0
                ? ret
                : jc_results_pathway_mixture(results, blend, &blend->pathway[k], &mixture, error);
            ret = ret != 0 ? ret : add_mixture(object, JC_ENERGY, results, &mixture, error);
        }
    }
    return ret;
}

static int
add_head(cJSON *document, const struct jc_results *results, struct jc_error *error)
{
    int failed = cJSON_AddStringToObject(document, "format", "joulecast-summary") == NULL
        || cJSON_AddNumberToObject(document, "version", 1) == NULL
        || cJSON_AddStringToObject(document, "scenario", results->scenario) == NULL
        || add_integer(document, "seed", results->seed);

    return failed ? jc_fail_memory(error) : 0;
}

int
jc_json_summary(const struct jc_results *results, struct jc_text *text, struct jc_error *error)
{
    cJSON *document = cJSON_CreateObject();
    char *printed = NULL;
    int ret = document == NULL ? jc_fail_memory(error) : add_head(document, results, error);

    ret = ret != 0 ? ret : add_cases(document, results, error);
    ret = ret != 0 ? ret : add_blends(document, results, error);
    ret = ret != 0 ? ret : add_pathways(document, results, error);
    if (ret == 0 && jc_json_add_fleets(document, "fleet", results)) {
        ret = jc_fail_memory(error);
    }
    if (ret == 0) {
        printed = cJSON_Print(document);
        ret =
            printed == NULL ? jc_fail_memory(error) : jc_text_append(text, error, "%s\n", printed);
    }
    cJSON_free(printed);
    cJSON_Delete(document);
    return ret;
}
