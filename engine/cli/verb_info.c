#include "engine/cli/cli.h"

#include <inttypes.h>

#include "results/file.h"
#include "results/provenance.h"

static void
print_facts(const struct jc_provenance_facts *facts)
{
    (void) printf("%-12s %s\n%-12s %s\n%-12s %s\n%-12s %s\n%-12s %s\n%-12s %s\n", "software",
        facts->software, "version", facts->version, "commit", facts->commit, "compiler",
        facts->compiler, "flags", facts->flags, "libraries", facts->libraries);
    (void) printf("%-12s %s\n%-12s %s\n%-12s %" PRIu64 "\n%-12s %.3g s\n", "simd", facts->simd,
        "finished", facts->finished, "threads", facts->threads, "drawn in", facts->draw_seconds);
    for (size_t j = 0; j < facts->n_inputs; j++) {
        (void) printf("%-12s %s\n", "input", facts->input[j]);
    }
}

static void
print_results(const struct jc_results *results)
{
    const struct jc_fit_result *fit;
    size_t j;

    (void) printf("%-12s %s\n%-12s %s\n", "title", results->title, "scenario", results->scenario);
    (void) printf("%-12s %" PRIu64 "\n%-12s %" PRIu64 " per case, %s\n", "seed", results->seed,
        "queries", results->queries, results->has_samples ? "samples stored" : "summary only");
    for (j = 0; j < results->n_cases; j++) {
        fit = &results->cases[j].fit;
        (void) printf("%-12s %s", "case", results->cases[j].name);
        if (fit->n_rows > 0) {
            (void) printf(": ln(tokens/s) = %.6f %+.6f ln(input) %+.6f ln(output), at most %.2f; "
                          "%" PRIu64 " rows",
                fit->coefficient[0], fit->coefficient[1], fit->coefficient[2],
                fit->cap_tokens_per_s, fit->n_rows);
        }
        (void) printf("\n");
    }
}

static void
print_sensitivities(const struct jc_results *results)
{
    const struct jc_sensitivity *sensitivity;
    size_t j;

    for (j = 0; j < results->n_sensitivities; j++) {
        sensitivity = &results->sensitivities[j];
        (void) printf("%-12s %s: ", "sensitivity", sensitivity->name);
        if (sensitivity->statistic != NULL) {
            (void) printf("%s of ", sensitivity->statistic);
        }
        (void) printf("%s on %zu %s, %s, %" PRIu64 " %s\n", sensitivity->response,
            sensitivity->n_inputs, sensitivity->statistic != NULL ? "unknowns" : "inputs",
            jc_sensitivity_method_names[sensitivity->method], sensitivity->n,
            sensitivity->statistic != NULL ? "draws" : "rows");
    }
}

static int
print_file(const char *path, struct jc_error *error)
{
    struct jc_text scenario = { 0 };
    struct jc_provenance_facts facts = { .threads = 0 };
    int ret = jc_provenance_of(path, &facts, &scenario, error);

    if (ret == 0) {
        print_facts(&facts);
        (void) printf("\n%s", scenario.bytes);
    }
    jc_text_free(&scenario);
    jc_provenance_facts_free(&facts);
    return ret;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_results results;
    int ret = jc_file_read_results(options->file, &results, error);

    if (ret != 0) {
        return ret;
    }
    print_results(&results);
    print_sensitivities(&results);
    jc_results_free(&results);
    return print_file(options->file, error);
}

const struct jc_cli_verb jc_cli_info = {
    .name = "info",
    .purpose = "tell where a result file comes from; print its resolved scenario",
    .operand = "FILE",
    .accepts = 0,
    .example = "joulecast info energy.h5",
    .function = function,
};
