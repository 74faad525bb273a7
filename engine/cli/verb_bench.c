#include "engine/bench.h"
#include "engine/cli/cli.h"

static void
print_table(const struct jc_bench *bench, enum jc_simd simd)
{
    int stage;

    (void) printf("summary mode, %s, median of %d runs of 1e8 queries\n", jc_simd_name(simd),
        bench->repeats);
    (void) printf("  one core             %8.1f million queries/s\n",
        bench->queries_per_s_one / 1e6);
    (void) printf("  %d threads            %8.1f million queries/s, %.2f times as many\n",
        bench->threads, bench->queries_per_s_all / 1e6,
        bench->queries_per_s_all / bench->queries_per_s_one);
    (void) printf("stages on one core\n");
    for (stage = 0; stage < JC_BENCH_STAGES; stage++) {
        (void) printf("  %-20s %8.3f ns per query\n",
            jc_bench_stage_name((enum jc_bench_stage) stage), bench->stage_ns[stage]);
    }
    if (bench->disk_bytes_per_s > 0) {
        (void) printf("stored mode, to the fsync\n");
        (void) printf("  joulecast            %8.2f GB/s\n", bench->stored_bytes_per_s / 1e9);
        (void)
            printf("  plain writes         %8.2f GB/s, ratio %.2f (median of pairs, least %.2f)\n",
                bench->disk_bytes_per_s / 1e9, bench->stored_ratio, bench->stored_ratio_least);
    }
}

static int
print_json(const struct jc_bench *bench, enum jc_simd simd, struct jc_error *error)
{
    cJSON *document = cJSON_CreateObject();
    cJSON *stages = cJSON_AddObjectToObject(document, "stage_ns_per_query");
    int stage;
    bool failed = stages == NULL;

    for (stage = 0; !failed && stage < JC_BENCH_STAGES; stage++) {
        failed = cJSON_AddNumberToObject(stages, jc_bench_stage_name((enum jc_bench_stage) stage),
                     bench->stage_ns[stage])
            == NULL;
    }
    failed = failed || cJSON_AddStringToObject(document, "simd", jc_simd_name(simd)) == NULL
        || cJSON_AddNumberToObject(document, "threads", bench->threads) == NULL
        || cJSON_AddNumberToObject(document, "repeats", bench->repeats) == NULL
        || cJSON_AddNumberToObject(document, "queries_per_s_one", bench->queries_per_s_one) == NULL
        || cJSON_AddNumberToObject(document, "queries_per_s_all", bench->queries_per_s_all) == NULL
        || cJSON_AddNumberToObject(document, "stored_bytes_per_s", bench->stored_bytes_per_s)
            == NULL
        || cJSON_AddNumberToObject(document, "disk_bytes_per_s", bench->disk_bytes_per_s) == NULL
        || cJSON_AddNumberToObject(document, "stored_ratio", bench->stored_ratio) == NULL
        || cJSON_AddNumberToObject(document, "stored_ratio_least", bench->stored_ratio_least)
            == NULL;
    return jc_cli_print_document(document, failed, error);
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    const char *here = options->folder == NULL ? "." : options->folder;
    const char *folder = options->summary_only ? NULL : here;
    struct jc_scenario scenario;
    struct jc_bench bench;
    int ret = jc_cli_load(options, &scenario, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_bench_run(&scenario, options->threads, options->simd, folder, &bench, error);
    if (ret == 0) {
        if (options->json) {
            ret = print_json(&bench, options->simd, error);
        } else {
            print_table(&bench, options->simd);
        }
    }
    jc_scenario_free(&scenario);
    return ret;
}

const struct jc_cli_verb jc_cli_bench = {
    .name = "bench",
    .purpose = "measure this machine with the first case of a scenario",
    .operand = "SCENARIO",
    .accepts = JC_CLI_SCENARIO | JC_CLI_COMPUTE | JC_CLI_FOLDER | JC_CLI_JSON,
    .example = "joulecast bench scenarios/reference-workload.yaml --json",
    .details = "The store is measured side by side with plain writes of as many bytes, 2 GB for a\n"
               "moment; --summary-only leaves it out. The numbers of queries are its own.",
    .function = function,
};
