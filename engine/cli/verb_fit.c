#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "engine/cli/cli.h"
#include "models/quantities.h"
#include "samplers/fit/compact.h"
#include "samplers/fit/describe.h"
#include "samplers/fit/families.h"
#include "samplers/fit/join.h"
#include "samplers/fit/trace.h"
#include "scenarios/empirical_file.h"
#include "scenarios/tree.h"

#define CLASSES_WITH_POINTS 16

static const double shown[] = { 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99 };

#define N_SHOWN (sizeof(shown) / sizeof(shown[0]))

/* A trace, what was observed in it, and what was made of that. */
struct fit {
    struct jc_trace trace;
    struct jc_empirical observed;
    struct jc_pair_correlation correlation;
    double n_observations;    /* 0: unknown, weights are probabilities */
    struct jc_empirical made; /* for the file */
};

static int
check_variables(const struct jc_trace_columns *columns, struct jc_error *error)
{
    enum jc_quantity quantity;
    size_t j;

    for (j = 0; j < columns->n; j++) {
        quantity = jc_quantity_by_name(columns->variable[j]);
        if (quantity == JC_QUANTITIES || jc_quantity_info(quantity)->key == NULL) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "--columns: '%s' is not an input of a scenario, such as input_tokens, "
                "output_tokens or batch_size",
                columns->variable[j]);
        }
    }
    return 0;
}

static int
observe(struct fit *fit, const struct jc_cli_options *options, struct jc_error *error)
{
    const struct jc_marginal *marginal;
    struct jc_trace_columns wanted = { 0 };
    size_t j;
    int ret = 0;

    if (options->columns != NULL) {
        ret = jc_trace_columns_parse(&wanted, options->columns, error);
    }
    ret = ret != 0 ? ret : check_variables(&wanted, error);
    ret = ret != 0 ? ret : jc_trace_read(&fit->trace, options->file, &wanted, error);
    jc_trace_columns_free(&wanted);
    ret = ret != 0 ? ret : jc_trace_empirical(&fit->trace, options->file, &fit->observed, error);
    if (ret == 0 && fit->observed.joint.n_classes[0] > 0) {
        ret = jc_joint_correlation(&fit->observed, &fit->correlation, error);
    }
    if (ret == 0 && fit->trace.weights_are_counts) {
        marginal = &fit->observed.marginal[0];
        for (j = 0; j < marginal->n_values; j++) {
            fit->n_observations += marginal->weight[j];
        }
    }
    return ret;
}

/* Takes over the variables of another file. */
static int
take_over(struct jc_empirical *made, const char *path, struct jc_error *error)
{
    struct jc_empirical other = { 0 };
    struct jc_error inner = { "" };
    int ret = jc_empirical_read_file(&other, path, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_empirical_join(made, &other, &inner);
    return ret == 0 ? 0 : jc_fail(error, ret, "--with %s: %.900s", path, inner.message);
}

/* A file that nobody could read is not written. */
static int
check_size(const struct jc_empirical *made, const char *path, struct jc_error *error)
{
    size_t n_nodes = 4 * made->joint.n_cells + 1000;
    size_t j;

    for (j = 0; j < made->n_marginals; j++) {
        n_nodes += 3 * made->marginal[j].n_values;
    }
    return n_nodes <= JC_TREE_NODES
        ? 0
        : jc_fail(error, JC_ERROR_INPUT,
            "%s: the distribution is too large for a file; --points 500 makes it smaller", path);
}

static int
make_file(struct fit *fit, const struct jc_cli_options *options, struct jc_error *error)
{
    const size_t classes =
        options->classes == 0 && options->points > 0 ? CLASSES_WITH_POINTS : options->classes;
    struct jc_empirical *made = &fit->made;
    int ret = jc_empirical_copy(&fit->observed, made, error);

    ret = ret != 0 ? ret : jc_empirical_compact(made, options->points, classes, error);
    ret = ret != 0 ? ret : jc_string_set(&made->title, made->trace, error);
    ret = ret != 0 ? ret : jc_string_set(&made->source, options->source, error);
    ret = ret != 0 ? ret : jc_string_set(&made->licence, options->licence, error);
    if (ret == 0 && options->with != NULL) {
        ret = take_over(made, options->with, error);
    }
    if (ret == 0 && options->title != NULL) {
        ret = jc_string_set(&made->title, options->title, error);
    }
    ret = ret != 0 ? ret : check_size(made, options->output, error);
    return ret != 0 ? ret : jc_empirical_write_file(made, options->output, options->force, error);
}

/* What a person should know beside the data. */
static void
print_warnings(const struct fit *fit, const struct jc_cli_options *options)
{
    const struct jc_trace *trace = &fit->trace;
    size_t j;

    for (j = 0; j < trace->columns.n; j++) {
        if (trace->values[j].bits < JC_TALLY_EXACT) {
            (void) fprintf(stderr,
                "%s: more than %zu different values, counted in groups of 1/%u of their size\n",
                trace->columns.variable[j], JC_TRACE_VALUES_LIMIT, 1U << trace->values[j].bits);
        }
    }
    if (trace->pairs.bits < JC_TALLY_EXACT) {
        (void) fprintf(stderr,
            "pairs are counted in groups of 1/%u of their size; each variable by itself as said "
            "above, or exactly\n",
            1U << trace->pairs.bits);
    }
    if (options->output != NULL && options->source == NULL) {
        (void) fprintf(stderr, "no source: with --source, others know where %s comes from\n",
            options->output);
    }
}

static void
print_rows(const struct fit *fit)
{
    const struct jc_trace *trace = &fit->trace;
    const struct jc_trace_drop *drop;
    size_t j;

    (void) printf("%s: %s, %" PRIu64 " rows read, %" PRIu64 " used\n", fit->observed.trace,
        trace->is_json ? "JSON Lines" : "CSV", trace->rows_read, trace->rows_used);
    for (j = 0; j < JC_TRACE_REASONS; j++) {
        drop = &trace->dropped[j];
        if (drop->rows > 0) {
            (void) printf("  dropped %" PRIu64 ": %s, first in line %" PRIu64 "%s%s%s\n",
                drop->rows, jc_trace_reason_name((enum jc_trace_reason) j), drop->line,
                drop->example[0] != '\0' ? " (" : "", drop->example,
                drop->example[0] != '\0' ? ")" : "");
        }
    }
    for (j = 0; j < trace->columns.n; j++) {
        (void) printf("  %s is column '%s'\n", trace->columns.variable[j],
            trace->columns.column[j]);
    }
    if (trace->columns.weight != NULL) {
        (void) printf("  the weight is column '%s'\n", trace->columns.weight);
    }
}

/* Without a minus in front of what rounds to 0. */
static double
round_correlation(double value)
{
    return rint(100 * value) / 100 + 0.0;
}

/* Whole numbers as they are, others with four significant digits. */
static void
print_value(double value)
{
    int decimals = 0;

    if (value != 0 && value != floor(value)) {
        decimals = 3 - (int) floor(log10(fabs(value)));
    }
    if (!isfinite(value) || fabs(value) >= 1e9 || decimals > 7) {
        (void) printf(" %9.4g", value);
    } else {
        (void) printf(" %9.*f", decimals > 0 ? decimals : 0, value);
    }
}

static void
print_quantiles(const struct jc_empirical *observed)
{
    size_t j, k;

    (void) printf("\n%-20s %9s %9s %9s %9s %9s %9s %9s %9s %9s\n", "", "P1", "P5", "P25", "median",
        "P75", "P95", "P99", "mean", "sd");
    for (j = 0; j < observed->n_marginals; j++) {
        (void) printf("%-20s", observed->marginal[j].name);
        for (k = 0; k < N_SHOWN; k++) {
            print_value(jc_marginal_quantile(&observed->marginal[j], shown[k]));
        }
        print_value(jc_marginal_mean(&observed->marginal[j]));
        print_value(jc_marginal_sd(&observed->marginal[j]));
        (void) printf("\n");
    }
}

/* A distribution as scenarios have it. */
static void
write_distribution(enum jc_family family, const struct jc_distribution *d, size_t size, char *text)
{
    static const char *const names[JC_FAMILIES][2] = { { "mean" }, { "median" }, { "mu", "sigma" },
        { "shape", "scale" }, { "mean", "sd" } };
    const double first =
        family == JC_FAMILY_EXPONENTIAL_MEDIAN ? d->parameter[0] * M_LN2 : d->parameter[0];
    char second[64] = "";

    if (names[family][1] != NULL) {
        (void) snprintf(second, sizeof(second), ", %s: %.5g", names[family][1], d->parameter[1]);
    }
    (void) snprintf(text, size, "{%s: {%s: %.5g%s}}", jc_distribution_kind_name(d->kind),
        names[family][0], first, second);
}

static void
print_family(enum jc_family family, const struct jc_family_fit *fit, double n_observations)
{
    const double n = n_observations > 0 ? n_observations : 1;
    char text[128];

    if (!fit->is_fitted) {
        (void) printf("  %-25s cannot be fitted\n", jc_family_name(family));
        return;
    }
    write_distribution(family, &fit->distribution, sizeof(text), text);
    (void) printf("  %-25s %-46s %7.4f %11.5g", jc_family_name(family), text,
        fit->kolmogorov_smirnov, n * fit->share * fit->anderson_darling);
    if (fit->share < 1) { /* of other data than the others' */
        (void) printf(" %13s", "-");
    } else {
        (void) printf(" %13.8g",
            n_observations > 0 ? jc_family_aic(fit, n) : -2 * fit->log_likelihood);
    }
    print_value(jc_family_mean(fit));
    if (fit->share < 1) {
        (void) printf("  without %.2g %% of zeros", 100 * (1 - fit->share));
    }
    (void) printf("\n");
}

static void
print_families(const struct fit *fit)
{
    const bool is_counted = fit->n_observations > 0;
    struct jc_family_fit families[JC_FAMILIES];
    size_t j, k;

    for (j = 0; j < fit->observed.n_marginals; j++) {
        jc_families_fit(&fit->observed.marginal[j], families);
        (void) printf("\n%-20s %-53s %7s %11s %13s %9s\n", fit->observed.marginal[j].name, "", "KS",
            is_counted ? "A2" : "A2/n", is_counted ? "AIC" : "AIC/n", "mean");
        for (k = 0; k < JC_FAMILIES; k++) {
            print_family((enum jc_family) k, &families[k], fit->n_observations);
        }
    }
}

static void
print_table(const struct fit *fit, const struct jc_cli_options *options)
{
    const struct jc_empirical *observed = &fit->observed;
    size_t j;

    print_rows(fit);
    print_quantiles(observed);
    if (observed->joint.n_classes[0] > 0 && !isfinite(fit->correlation.pearson)) {
        (void) printf("\n%s and %s: no correlation, as one of them does not vary\n",
            observed->marginal[0].name, observed->marginal[1].name);
    } else if (observed->joint.n_classes[0] > 0) {
        (void) printf("\n%s and %s: Pearson %.2f, Spearman %.2f\n", observed->marginal[0].name,
            observed->marginal[1].name, round_correlation(fit->correlation.pearson),
            round_correlation(fit->correlation.spearman));
    }
    print_families(fit);
    if (options->output != NULL) {
        (void) printf("\ndistribution file: %s", options->output);
        for (j = 0; j < fit->made.n_marginals; j++) {
            (void) printf(", %zu values of %s", fit->made.marginal[j].n_values,
                fit->made.marginal[j].name);
        }
        (void) printf(", %zu pairs\n", fit->made.joint.n_cells);
    }
}

static int
add_rows(cJSON *document, const struct jc_trace *trace)
{
    cJSON *columns = cJSON_AddObjectToObject(document, "columns");
    cJSON *dropped, *entry;
    const struct jc_trace_drop *drop;
    size_t j;
    bool failed = columns == NULL;

    for (j = 0; !failed && j < trace->columns.n; j++) {
        failed =
            cJSON_AddStringToObject(columns, trace->columns.variable[j], trace->columns.column[j])
            == NULL;
    }
    failed = failed
        || (trace->columns.weight != NULL
            && cJSON_AddStringToObject(columns, "weight", trace->columns.weight) == NULL)
        || cJSON_AddNumberToObject(document, "rows_read", (double) trace->rows_read) == NULL
        || cJSON_AddNumberToObject(document, "rows_used", (double) trace->rows_used) == NULL;
    dropped = cJSON_AddObjectToObject(document, "dropped");
    for (j = 0; !failed && j < JC_TRACE_REASONS; j++) {
        drop = &trace->dropped[j];
        if (drop->rows > 0) {
            entry =
                cJSON_AddObjectToObject(dropped, jc_trace_reason_name((enum jc_trace_reason) j));
            failed = entry == NULL
                || cJSON_AddNumberToObject(entry, "rows", (double) drop->rows) == NULL
                || cJSON_AddNumberToObject(entry, "first_line", (double) drop->line) == NULL
                || cJSON_AddStringToObject(entry, "first", drop->example) == NULL;
        }
    }
    return failed || dropped == NULL;
}

static int
add_families(cJSON *variable, const struct jc_marginal *marginal, double n_observations)
{
    cJSON *families = cJSON_AddObjectToObject(variable, "families");
    struct jc_family_fit fit[JC_FAMILIES];
    char text[128];
    cJSON *family;
    size_t k;
    bool failed = families == NULL;

    jc_families_fit(marginal, fit);
    for (k = 0; !failed && k < JC_FAMILIES; k++) {
        if (!fit[k].is_fitted) {
            continue;
        }
        write_distribution((enum jc_family) k, &fit[k].distribution, sizeof(text), text);
        family = cJSON_AddObjectToObject(families, jc_family_name((enum jc_family) k));
        failed = family == NULL || cJSON_AddStringToObject(family, "distribution", text) == NULL
            || cJSON_AddNumberToObject(family, "share", fit[k].share) == NULL
            || cJSON_AddNumberToObject(family, "mean", jc_family_mean(&fit[k])) == NULL
            || cJSON_AddNumberToObject(family, "ks", fit[k].kolmogorov_smirnov) == NULL
            || cJSON_AddNumberToObject(family, "anderson_darling_per_row", fit[k].anderson_darling)
                == NULL
            || cJSON_AddNumberToObject(family, "log_likelihood_per_row", fit[k].log_likelihood)
                == NULL
            || (n_observations > 0 && !(fit[k].share < 1)
                && cJSON_AddNumberToObject(family, "aic", jc_family_aic(&fit[k], n_observations))
                    == NULL);
    }
    return failed;
}

static int
add_variable(cJSON *variables, const struct jc_marginal *marginal, double n_observations)
{
    cJSON *variable = cJSON_AddObjectToObject(variables, marginal->name);
    cJSON *quantiles = cJSON_AddObjectToObject(variable, "quantiles");
    char key[16];
    size_t k;
    bool failed = quantiles == NULL
        || cJSON_AddNumberToObject(variable, "values", (double) marginal->n_values) == NULL
        || cJSON_AddNumberToObject(variable, "mean", jc_marginal_mean(marginal)) == NULL
        || cJSON_AddNumberToObject(variable, "sd", jc_marginal_sd(marginal)) == NULL;

    for (k = 0; !failed && k < N_SHOWN; k++) {
        (void) snprintf(key, sizeof(key), "%g", shown[k]);
        failed = cJSON_AddNumberToObject(quantiles, key, jc_marginal_quantile(marginal, shown[k]))
            == NULL;
    }
    return failed || add_families(variable, marginal, n_observations);
}

static int
print_json(const struct fit *fit, struct jc_error *error)
{
    const struct jc_empirical *observed = &fit->observed;
    cJSON *document = cJSON_CreateObject();
    cJSON *variables, *correlation;
    size_t j;
    bool failed = document == NULL
        || cJSON_AddStringToObject(document, "format", "joulecast-fit") == NULL
        || cJSON_AddNumberToObject(document, "version", 1) == NULL
        || cJSON_AddStringToObject(document, "trace", observed->trace) == NULL
        || cJSON_AddStringToObject(document, "sha256", observed->sha256) == NULL
        || add_rows(document, &fit->trace);

    variables = cJSON_AddObjectToObject(document, "variables");
    for (j = 0; !failed && j < observed->n_marginals; j++) {
        failed = add_variable(variables, &observed->marginal[j], fit->n_observations);
    }
    if (!failed && observed->joint.n_classes[0] > 0) {
        correlation = cJSON_AddObjectToObject(document, "correlation");
        failed = correlation == NULL
            || cJSON_AddNumberToObject(correlation, "pearson", fit->correlation.pearson) == NULL
            || cJSON_AddNumberToObject(correlation, "spearman", fit->correlation.spearman) == NULL;
    }
    return jc_cli_print_document(document, failed, error);
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct fit fit = { 0 };
    int ret = 0;

    if (options->with != NULL && options->output == NULL) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "fit: --with needs a file to write, -o FILE");
    }
    ret = ret != 0 ? ret : observe(&fit, options, error);
    if (ret == 0 && options->output != NULL) {
        ret = make_file(&fit, options, error);
    }
    if (ret == 0) {
        print_warnings(&fit, options);
        if (options->json) {
            ret = print_json(&fit, error);
        } else {
            print_table(&fit, options);
        }
    }
    jc_empirical_free(&fit.made);
    jc_empirical_free(&fit.observed);
    jc_trace_free(&fit.trace);
    return ret;
}

const struct jc_cli_verb jc_cli_fit = {
    .name = "fit",
    .purpose = "make a distribution file of a trace; compare it with parametric families",
    .operand = "TRACE",
    .accepts = JC_CLI_FIT | JC_CLI_JSON,
    .example = "joulecast fit trace.csv.gz --columns input_tokens=prompt,output_tokens=answer \\\n"
               "      --source https://example.org/trace --licence CC-BY-4.0 --points 200 -o "
               "trace.yaml",
    .details =
        "A trace is CSV with a header, or JSON Lines, plain or gzip. Rows that cannot be used are\n"
        "dropped and counted. KS is the Kolmogorov-Smirnov distance, A2 that of Anderson and "
        "Darling,\n"
        "AIC Akaike's criterion; for weights that are no counts, the last two are per observation.",
    .function = function,
};
