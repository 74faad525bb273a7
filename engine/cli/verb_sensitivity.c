#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cli/cli.h"
#include "engine/sensitivity.h"
#include "results/file.h"

#define LEAST_WIDTH 24

/* wanted[n_cases of the scenario]; NULL: all of them. */
static int
choose_cases(const struct jc_cli_options *options, const struct jc_scenario *scenario,
    bool **wanted, struct jc_error *error)
{
    size_t j, k;

    *wanted = NULL;
    if (options->sensitivity.n_cases == 0) {
        return 0;
    }
    *wanted = calloc(scenario->n_cases, sizeof(**wanted));
    if (*wanted == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < options->sensitivity.n_cases; k++) {
        for (j = 0; j < scenario->n_cases
             && strcmp(scenario->cases[j].name, options->sensitivity.cases[k]) != 0;
             j++) { }
        if (j == scenario->n_cases) {
            return jc_fail(error, JC_ERROR_SCENARIO, "--case: %s has no case '%s'", scenario->name,
                options->sensitivity.cases[k]);
        }
        (*wanted)[j] = true;
    }
    return 0;
}

static int
choose_quantity(const struct jc_cli_options *options, enum jc_quantity *quantity,
    struct jc_error *error)
{
    const char *name = options->sensitivity.quantity;

    *quantity = name == NULL ? JC_ENERGY : jc_quantity_by_name(name);
    return *quantity < JC_QUANTITIES
        ? 0
        : jc_fail(error, JC_ERROR_SCENARIO,
            "--quantity: '%s' is not a quantity, such as energy, water or carbon", name);
}

/* Four digits after the point; nothing where there is no number. */
static void
print_index(double value, double lower, double upper)
{
    if (isnan(value)) {
        (void) printf(" %24s", "-");
    } else if (isnan(lower)) {
        (void) printf(" %7.4f %16s", value, "");
    } else {
        (void) printf(" %7.4f (%6.4f-%6.4f)", value, lower, upper);
    }
}

static void
print_number(const char *format, double value)
{
    if (isnan(value)) {
        (void) printf(" %9s", "-");
    } else {
        (void) printf(format, value);
    }
}

/* Of the column of inputs. */
static int
width_of(const struct jc_sensitivity *sensitivity)
{
    size_t width = LEAST_WIDTH;
    size_t j;

    for (j = 0; j < sensitivity->n_inputs; j++) {
        if (strlen(sensitivity->input[j]) > width) {
            width = strlen(sensitivity->input[j]);
        }
    }
    return (int) width;
}

static void
print_input(const struct jc_sensitivity *sensitivity, size_t input)
{
    double *const *column = sensitivity->column;

    (void) printf("%-*s", width_of(sensitivity), sensitivity->input[input]);
    if (sensitivity->method == JC_SENSITIVITY_PICK_FREEZE) {
        print_index(column[JC_TOTAL][input], column[JC_TOTAL_LOWER][input],
            column[JC_TOTAL_UPPER][input]);
    }
    print_index(column[JC_FIRST][input], column[JC_FIRST_LOWER][input],
        column[JC_FIRST_UPPER][input]);
    print_number(" %+9.4f", column[JC_RANK_COEFFICIENT][input]);
    if (sensitivity->method == JC_SENSITIVITY_PICK_FREEZE) {
        print_number(" %9.4g", column[JC_AT_LOW][input]);
        print_number(" %9.4g", column[JC_AT_HIGH][input]);
    }
    (void) printf("\n");
}

static void
print_head(const struct jc_sensitivity *sensitivity)
{
    const bool swings = sensitivity->method == JC_SENSITIVITY_PICK_FREEZE;

    (void) printf("\n%s: %s [%s], mean %.4g, sd %.4g", sensitivity->label, sensitivity->response,
        sensitivity->unit, sensitivity->mean, sensitivity->sd);
    if (swings) {
        (void) printf(", %.4g at the medians", sensitivity->at_medians);
    }
    (void) printf("; %" PRIu64 " rows\n%-*s", sensitivity->n, width_of(sensitivity), "input");
    if (swings) {
        (void) printf(" %24s", "total (95 % bounds)");
    }
    (void) printf(" %24s %9s", "first order", "rank");
    if (swings) {
        (void) printf(" %9s %9s", "at P5", "at P95");
    }
    (void) printf("\n");
}

static int
print_response(const struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    size_t *order = calloc(sensitivity->n_inputs + 1, sizeof(*order));
    double sum = 0;
    size_t j;

    if (order == NULL) {
        return jc_fail_memory(error);
    }
    jc_sensitivity_order(sensitivity, order);
    print_head(sensitivity);
    for (j = 0; j < sensitivity->n_inputs; j++) {
        print_input(sensitivity, order[j]);
        sum += sensitivity->column[JC_FIRST][j];
    }
    (void) printf("%-*s", width_of(sensitivity), "together");
    if (sensitivity->method == JC_SENSITIVITY_PICK_FREEZE) {
        (void) printf(" %24s", "");
    }
    print_index(sum, NAN, NAN);
    if (!isnan(sensitivity->r_squared)) {
        (void) printf(" R2 %.4f%s", sensitivity->r_squared,
            sensitivity->determined ? "" : "; no coefficients: inputs follow from one another");
    }
    (void) printf("\n");
    free(order);
    return 0;
}

static int
print_table(const struct jc_results *results, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    (void) printf("%s\nWhat the variance between queries comes from, seed %" PRIu64 "\n",
        results->title, results->seed);
    for (j = 0; ret == 0 && j < results->n_sensitivities; j++) {
        ret = print_response(&results->sensitivities[j], error);
    }
    return ret;
}

static bool
add_estimate(cJSON *input, const char *name, const struct jc_sensitivity *sensitivity,
    enum jc_sensitivity_column column, size_t index)
{
    cJSON *object = cJSON_AddObjectToObject(input, name);
    double *const *number = &sensitivity->column[column];

    return object == NULL || cJSON_AddNumberToObject(object, "value", number[0][index]) == NULL
        || cJSON_AddNumberToObject(object, "lower", number[1][index]) == NULL
        || cJSON_AddNumberToObject(object, "upper", number[2][index]) == NULL;
}

static bool
add_input(cJSON *inputs, const struct jc_sensitivity *sensitivity, size_t index)
{
    cJSON *input = cJSON_AddObjectToObject(inputs, sensitivity->input[index]);

    return input == NULL || add_estimate(input, "total", sensitivity, JC_TOTAL, index)
        || add_estimate(input, "first_order", sensitivity, JC_FIRST, index)
        || cJSON_AddNumberToObject(input, "rank_coefficient",
               sensitivity->column[JC_RANK_COEFFICIENT][index])
        == NULL
        || cJSON_AddNumberToObject(input, "at_p05", sensitivity->column[JC_AT_LOW][index]) == NULL
        || cJSON_AddNumberToObject(input, "at_p95", sensitivity->column[JC_AT_HIGH][index]) == NULL;
}

static bool
add_response(cJSON *responses, const struct jc_sensitivity *sensitivity)
{
    cJSON *object = cJSON_AddObjectToObject(responses, sensitivity->name);
    cJSON *inputs;
    size_t j;
    bool failed = object == NULL
        || cJSON_AddStringToObject(object, "response", sensitivity->response) == NULL
        || cJSON_AddStringToObject(object, "unit", sensitivity->unit) == NULL
        || cJSON_AddStringToObject(object, "method",
               jc_sensitivity_method_names[sensitivity->method])
            == NULL
        || cJSON_AddNumberToObject(object, "rows", (double) sensitivity->n) == NULL
        || cJSON_AddNumberToObject(object, "mean", sensitivity->mean) == NULL
        || cJSON_AddNumberToObject(object, "sd", sensitivity->sd) == NULL
        || cJSON_AddNumberToObject(object, "at_medians", sensitivity->at_medians) == NULL
        || cJSON_AddNumberToObject(object, "r_squared", sensitivity->r_squared) == NULL;

    inputs = failed ? NULL : cJSON_AddObjectToObject(object, "inputs");
    failed = inputs == NULL;
    for (j = 0; !failed && j < sensitivity->n_inputs; j++) {
        failed = add_input(inputs, sensitivity, j);
    }
    return failed;
}

static int
print_json(const struct jc_results *results, struct jc_error *error)
{
    cJSON *document = cJSON_CreateObject();
    cJSON *responses;
    char seed[32];
    size_t j;
    bool failed;

    (void) snprintf(seed, sizeof(seed), "%" PRIu64, results->seed);
    failed = document == NULL
        || cJSON_AddStringToObject(document, "format", "joulecast-sensitivity") == NULL
        || cJSON_AddNumberToObject(document, "version", 1) == NULL
        || cJSON_AddStringToObject(document, "scenario", results->scenario) == NULL
        || cJSON_AddRawToObject(document, "seed", seed) == NULL;
    responses = failed ? NULL : cJSON_AddObjectToObject(document, "responses");
    failed = responses == NULL;
    for (j = 0; !failed && j < results->n_sensitivities; j++) {
        failed = add_response(responses, &results->sensitivities[j]);
    }
    return jc_cli_print_document(document, failed, error);
}

/* New queries of a scenario, or with `path` the samples of that result file. */
static int
compute(const struct jc_cli_options *options, const struct jc_scenario *scenario, const char *path,
    struct jc_results *results, struct jc_error *error)
{
    struct jc_cli_progress progress;
    const struct jc_run_options run = {
        .threads = options->threads,
        .simd = options->simd,
        .output = options->output,
        .store = { .force = options->force },
        .progress = options->quiet ? NULL : jc_cli_progress_report,
        .progress_context = &progress,
    };
    struct jc_sensitivity_options sensitivity = { .run = &run,
        .grouped = options->sensitivity.groups };
    struct jc_plan plan = { 0 };
    bool *wanted = NULL;
    int ret = choose_quantity(options, &sensitivity.response, error);

    ret = ret != 0 ? ret : choose_cases(options, scenario, &wanted, error);
    ret = ret != 0 ? ret : jc_plan_init(&plan, scenario, error);
    sensitivity.wanted = wanted;
    if (ret == 0 && path != NULL) {
        ret = jc_sensitivity_of_file(path, &plan, &sensitivity, results, error);
    } else if (ret == 0) {
        jc_cli_progress_begin(&progress);
        ret = jc_sensitivity_run(&plan, &sensitivity, results, error);
        jc_cli_progress_end(&progress);
    }
    jc_plan_free(&plan);
    free(wanted);
    return ret;
}

/* What only new queries can do. */
static int
check_file_options(const struct jc_cli_options *options, struct jc_error *error)
{
    const char *option = options->overrides.n_settings > 0 ? "-n, --seed and --set"
        : options->output != NULL                          ? "-o"
        : options->sensitivity.groups                      ? "--groups"
                                                           : NULL;

    return option == NULL
        ? 0
        : jc_fail(error, JC_ERROR_SCENARIO, "sensitivity: %s needs a scenario; %s is a result file",
            option, options->file);
}

/* What is finished is printed whole. */
static int
check_finished(const struct jc_cli_options *options, struct jc_results *results,
    struct jc_error *error)
{
    if (options->sensitivity.n_cases == 0 && options->sensitivity.quantity == NULL) {
        return 0;
    }
    jc_results_free(results);
    return jc_fail(error, JC_ERROR_SCENARIO,
        "sensitivity: --case and --quantity need a scenario or samples; %s has neither",
        options->file);
}

/* A file of `sensitivity` tells what it holds; one of `run` is analysed. */
static int
read_file(const struct jc_cli_options *options, struct jc_results *results, struct jc_error *error)
{
    struct jc_scenario scenario;
    int ret = check_file_options(options, error);

    ret = ret != 0 ? ret : jc_file_read_results(options->file, results, error);
    if (ret == 0 && results->n_cases == 0) {
        return check_finished(options, results, error);
    }
    if (ret != 0) {
        return ret;
    }
    jc_results_free(results);
    ret = jc_cli_load_stored(options->file, &scenario, error);
    if (ret == 0) {
        ret = compute(options, &scenario, options->file, results, error);
        jc_scenario_free(&scenario);
    }
    return ret;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_scenario scenario;
    struct jc_results results;
    int ret;

    if (jc_file_is_result(options->file)) {
        ret = read_file(options, &results, error);
    } else {
        ret = jc_cli_load(options, &scenario, error);
        if (ret == 0) {
            ret = compute(options, &scenario, NULL, &results, error);
            jc_scenario_free(&scenario);
        }
    }
    if (ret != 0) {
        return ret;
    }
    ret = options->json ? print_json(&results, error) : print_table(&results, error);
    if (ret == 0 && !options->json && options->output != NULL) {
        (void) printf("\nresult file: %s\nin Python:   xarray.open_dataset(\"%s\", "
                      "group=\"sensitivity/%s\")\n",
            options->output, options->output, results.sensitivities[0].name);
    }
    jc_results_free(&results);
    return ret;
}

const struct jc_cli_verb jc_cli_sensitivity = {
    .name = "sensitivity",
    .purpose = "tell which inputs the variance of energy, or of another quantity, comes from",
    .operand = "SCENARIO or FILE",
    .accepts = JC_CLI_SCENARIO | JC_CLI_QUERIES | JC_CLI_JSON | JC_CLI_SENSITIVITY,
    .example = "joulecast sensitivity scenarios/oviedo2026-traditional.yaml --case llama-3.1-70b",
    .details =
        "Of a scenario: Sobol indices by pick-freeze, as shares of the variance between queries. "
        "'first\n"
        "order' is what an input explains by itself, 'total' what it explains with all "
        "interactions;\n"
        "'rank' is its standardised rank regression coefficient, and 'at P5' and 'at P95' the "
        "response\n"
        "with the input there and all others at their medians. All inputs vary from query to "
        "query here,\n"
        "also those that are one value for the whole fleet. Inputs that go together are one.\n"
        "Of a result file with samples: first order and rank from what is there, without new "
        "runs.",
    .function = function,
};
