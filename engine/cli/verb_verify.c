#include "engine/cli/cli.h"

#include "results/verify.h"

static int
print_json(const struct jc_verification *verification, struct jc_error *error)
{
    cJSON *document = cJSON_CreateObject();
    cJSON *datasets = cJSON_AddObjectToObject(document, "sha256");
    size_t j;
    bool failed = datasets == NULL;

    for (j = 0; !failed && j < verification->n_datasets; j++) {
        failed = cJSON_AddStringToObject(datasets, verification->dataset[j].path,
                     verification->dataset[j].sha256)
            == NULL;
    }
    return jc_cli_print_document(document, failed, error);
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_verification verification;
    size_t j;
    int ret = jc_verify(options->file, &verification, error);

    if (ret != 0) {
        return ret;
    }
    if (options->json) {
        ret = print_json(&verification, error);
    } else {
        for (j = 0; j < verification.n_datasets; j++) {
            (void) printf("%s  %s\n", verification.dataset[j].sha256, verification.dataset[j].path);
        }
        (void) fprintf(stderr, "%s: complete and undamaged\n", options->file);
    }
    jc_verification_free(&verification);
    return ret;
}

const struct jc_cli_verb jc_cli_verify = {
    .name = "verify",
    .purpose = "read a result file from end to end; print the SHA-256 of each dataset",
    .operand = "FILE",
    .accepts = JC_CLI_JSON,
    .example = "joulecast verify energy.h5",
    .details =
        "Two runs of the same scenario and seed print the same lines, on any machine and with any\n"
        "number of threads. A damaged or incomplete file is an error with exit code 5.",
    .function = function,
};
