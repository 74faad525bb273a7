#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/cli/cli.h"
#include "results/file.h"
#include "results/h5.h"

#define DATA_LENGTH (2 * PATH_MAX + 64)

/* Where the project's own tables and distributions are: $JOULECAST_DATA, else beside the program, as in
 * a build folder, else where they are installed. Folders have colons between them. */
static void
data_directories(char list[DATA_LENGTH])
{
    const char *chosen = getenv("JOULECAST_DATA");
    char program[PATH_MAX];
    char beside[PATH_MAX + 32];
    char root[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
    char *slash;

    if (chosen != NULL && chosen[0] != '\0') {
        (void) snprintf(list, DATA_LENGTH, "%s", chosen);
        return;
    }
    program[length > 0 ? length : 0] = '\0';
    slash = strrchr(program, '/');
    if (slash != NULL) {
        *slash = '\0';
        (void) snprintf(beside, sizeof(beside), "%s/../models/data/../..", program);
        if (realpath(beside, root) != NULL) {
            (void) snprintf(list, DATA_LENGTH, "%s/models/data:%s/samplers/data", root, root);
            return;
        }
    }
    (void) snprintf(list, DATA_LENGTH, "%s", JC_DATA_DIRECTORY);
}

int
jc_cli_load(const struct jc_cli_options *options, struct jc_scenario *scenario,
    struct jc_error *error)
{
    char directories[DATA_LENGTH];

    data_directories(directories);
    return jc_scenario_load(scenario, options->file, &options->overrides, directories, error);
}

int
jc_cli_load_fleet_file(const struct jc_cli_options *options, struct jc_fleet_file **file,
    struct jc_scenario *scenario, struct jc_error *error)
{
    char directories[DATA_LENGTH];

    data_directories(directories);
    return jc_fleet_file_begin(file, options->file, &options->overrides, directories, scenario,
        error);
}

int
jc_cli_open_study(const struct jc_cli_options *options, struct jc_study **study,
    struct jc_error *error)
{
    char directories[DATA_LENGTH];

    data_directories(directories);
    return jc_study_open(study, options->file, &options->overrides, directories, error);
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
    struct jc_error inner = { "" };
    struct jc_text text = { 0 };
    struct jc_h5_quiet quiet;
    hid_t file;
    int ret;

    jc_h5_quiet(&quiet);
    ret = jc_file_open(path, &file, error);
    if (ret == 0) {
        ret = jc_file_read_scenario(file, &text, &inner);
        ret = ret != 0 ? ret : jc_scenario_parse(scenario, "its scenario", text.bytes, &inner);
        if (ret != 0) {
            (void) jc_fail(error, ret, "%s: %.900s", path, inner.message);
        }
        (void) H5Fclose(file);
    }
    ret = jc_h5_loud(&quiet, ret, path, error);
    jc_text_free(&text);
    return ret;
}
