#include "engine/cli/cli.h"
#include "results/file.h"
#include "scenarios/data_folders.h"

int
jc_cli_load(const struct jc_cli_options *options, struct jc_scenario *scenario,
    struct jc_error *error)
{
    struct jc_text folders = { 0 };
    int ret = jc_data_folders(&folders, error);

    ret = ret != 0
        ? ret
        : jc_scenario_load(scenario, options->file, &options->overrides, folders.bytes, error);
    jc_text_free(&folders);
    return ret;
}

int
jc_cli_load_fleet_file(const struct jc_cli_options *options, struct jc_fleet_file **file,
    struct jc_scenario *scenario, struct jc_error *error)
{
    struct jc_text folders = { 0 };
    int ret = jc_data_folders(&folders, error);

    ret = ret != 0 ? ret
                   : jc_fleet_file_begin(file, options->file, &options->overrides, folders.bytes,
                       scenario, error);
    jc_text_free(&folders);
    return ret;
}

int
jc_cli_open_study(const struct jc_cli_options *options, struct jc_study **study,
    struct jc_error *error)
{
    struct jc_text folders = { 0 };
    int ret = jc_data_folders(&folders, error);

    ret = ret != 0 ? ret
                   : jc_study_open(study, options->file, &options->overrides, folders.bytes, error);
    jc_text_free(&folders);
    return ret;
}

int
jc_cli_refuse_of_file(const struct jc_cli_options *options, const char *verb, const char *own,
    struct jc_error *error)
{
    const char *option = options->overrides.n_settings > 0 ? "-n, --seed and --set"
        : options->output != NULL                          ? "-o"
                                                           : own;

    return option == NULL
        ? 0
        : jc_fail(error, JC_ERROR_SCENARIO, "%s: %s needs a scenario; %s is a result file", verb,
            option, options->file);
}

int
jc_cli_load_stored(const char *path, struct jc_scenario *scenario, struct jc_error *error)
{
    struct jc_text text = { 0 };
    int ret = jc_file_scenario_of(path, &text, error);

    if (ret == 0) {
        ret = jc_scenario_parse(scenario, "its scenario", text.bytes, error);
        ret = jc_fail_in(error, ret, path);
    }
    jc_text_free(&text);
    return ret;
}
