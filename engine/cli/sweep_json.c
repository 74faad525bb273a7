/*
 * Sweeps for programs: format joulecast-sweep, version 1.
 */
#include <inttypes.h>
#include <stdio.h>

#include "engine/cli/cli.h"

static bool
add_quantity(cJSON *subject, const struct jc_sweep_result *sweep, const double *number,
    enum jc_quantity quantity)
{
    static const char *const names[JC_POINT_NUMBERS] = { "n", "mean", "mean_error", "sd", "min",
        "max" };
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    cJSON *object = cJSON_AddObjectToObject(subject, info->name);
    cJSON *quantiles;
    char probability[32];
    bool failed = object == NULL || cJSON_AddStringToObject(object, "unit", info->unit) == NULL;

    for (size_t k = 0; !failed && k < JC_POINT_NUMBERS; k++) {
        failed = cJSON_AddNumberToObject(object, names[k], number[k]) == NULL;
    }
    quantiles = failed ? NULL : cJSON_AddObjectToObject(object, "quantiles");
    failed = quantiles == NULL;
    for (size_t k = 0; !failed && k < sweep->n_quantiles; k++) {
        (void) snprintf(probability, sizeof(probability), "%.15g", sweep->quantile[k]);
        failed =
            cJSON_AddNumberToObject(quantiles, probability, number[JC_POINT_NUMBERS + k]) == NULL;
    }
    return failed;
}

/* Cases or blends of a point. */
static bool
add_subjects(cJSON *object, const char *name, const struct jc_sweep_result *sweep, size_t p,
    size_t first, size_t n)
{
    cJSON *subjects = cJSON_AddObjectToObject(object, name);
    cJSON *subject;
    bool failed = subjects == NULL;

    for (size_t s = first; !failed && s < first + n; s++) {
        subject = cJSON_AddObjectToObject(subjects, sweep->subject[s].name);
        failed = subject == NULL;
        for (enum jc_quantity q = 0; !failed && q < JC_QUANTITIES; q++) {
            if (sweep->subject[s].has[q]) {
                failed = add_quantity(subject, sweep, jc_sweep_numbers(sweep, p, s, q), q);
            }
        }
    }
    return failed;
}

static bool
add_coordinates(cJSON *object, const struct jc_sweep_result *sweep, size_t p)
{
    cJSON *coordinates = cJSON_AddObjectToObject(object, "parameters");
    bool failed = coordinates == NULL;

    for (size_t j = 0; !failed && j < sweep->n_axes; j++) {
        const struct jc_sweep_axis *axis = &sweep->axis[j];
        const size_t i = jc_sweep_axis_value(sweep, p, j);

        failed = axis->number != NULL
            ? cJSON_AddNumberToObject(coordinates, axis->name, axis->number[i]) == NULL
            : cJSON_AddStringToObject(coordinates, axis->name, axis->text[i]) == NULL;
    }
    return failed;
}

static bool
add_point(cJSON *points, const struct jc_sweep_result *sweep, size_t p)
{
    const bool computed = sweep->point[p].status == JC_POINT_COMPUTED;
    cJSON *point = cJSON_CreateObject();
    bool failed = point == NULL || !cJSON_AddItemToArray(points, point)
        || add_coordinates(point, sweep, p)
        || cJSON_AddStringToObject(point, "status", computed ? "computed" : "failed") == NULL;

    if (!failed && !computed) {
        return cJSON_AddStringToObject(point, "message", sweep->point[p].message) == NULL;
    }
    return failed || add_subjects(point, "cases", sweep, p, 0, sweep->n_cases)
        || add_subjects(point, "blends", sweep, p, sweep->n_cases,
            sweep->n_subjects - sweep->n_cases);
}

static bool
add_parameters(cJSON *document, const struct jc_sweep_result *sweep)
{
    cJSON *parameters = cJSON_AddObjectToObject(document, "parameters");
    cJSON *parameter;
    bool failed = parameters == NULL;

    for (size_t j = 0; !failed && j < sweep->n_axes; j++) {
        const struct jc_sweep_axis *axis = &sweep->axis[j];

        parameter = cJSON_AddObjectToObject(parameters, axis->name);
        failed = parameter == NULL || cJSON_AddStringToObject(parameter, "key", axis->key) == NULL
            || (axis->units != NULL
                && cJSON_AddStringToObject(parameter, "units", axis->units) == NULL);
    }
    return failed;
}

int
jc_cli_print_sweep_json(const struct jc_results *results, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = &results->sweep;
    cJSON *document = cJSON_CreateObject();
    cJSON *points;
    char number[32];
    bool failed;

    (void) snprintf(number, sizeof(number), "%" PRIu64, results->seed);
    failed = document == NULL
        || cJSON_AddStringToObject(document, "format", "joulecast-sweep") == NULL
        || cJSON_AddNumberToObject(document, "version", 1) == NULL
        || cJSON_AddStringToObject(document, "scenario", results->scenario) == NULL
        || cJSON_AddRawToObject(document, "seed", number) == NULL
        || cJSON_AddNumberToObject(document, "queries", (double) sweep->queries) == NULL
        || cJSON_AddStringToObject(document, "design", sweep->design) == NULL
        || add_parameters(document, sweep);
    points = failed ? NULL : cJSON_AddArrayToObject(document, "points");
    failed = points == NULL;
    for (size_t p = 0; !failed && p < sweep->n_points; p++) {
        failed = add_point(points, sweep, p);
    }
    return jc_cli_print_document(document, failed, error);
}
