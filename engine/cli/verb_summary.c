#include <stdlib.h>

#include "engine/cli/cli.h"
#include "results/file.h"

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_results results;
    int ret = jc_file_read_cases(options->file, &results, error);

    if (ret != 0) {
        return ret;
    }
    if (options->quantile != NULL) {
        free(results.quantile);
        results.n_quantiles = options->n_quantiles;
        results.quantile = malloc(options->n_quantiles * sizeof(double));
        ret = results.quantile == NULL ? jc_fail_memory(error) : 0;
        for (size_t j = 0; ret == 0 && j < options->n_quantiles; j++) {
            results.quantile[j] = options->quantile[j];
        }
    }
    if (ret == 0) {
        ret = options->json ? jc_cli_print_json(&results, error)
                            : jc_cli_print_table(&results, stdout, error);
    }
    jc_results_free(&results);
    return ret;
}

const struct jc_cli_verb jc_cli_summary = {
    .name = "summary",
    .purpose = "print the summary of a result file",
    .operand = "FILE",
    .accepts = JC_CLI_JSON | JC_CLI_QUANTILES,
    .example = "joulecast summary energy.h5 --json --quantiles 0.01,0.5,0.999",
    .details = "The table shows P5 to P95; --json has all quantiles that are stored, or those of "
               "--quantiles.",
    .function = function,
};
