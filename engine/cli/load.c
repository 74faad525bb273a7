#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/cli/cli.h"

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
jc_cli_is_result_file(const char *path)
{
    static const char signature[8] = "\211HDF\r\n\032\n";
    char bytes[sizeof(signature)] = "";
    FILE *file = fopen(path, "rb");
    size_t n = 0;

    if (file != NULL) {
        n = fread(bytes, 1, sizeof(bytes), file);
        (void) fclose(file);
    }
    return n == sizeof(bytes) && memcmp(bytes, signature, sizeof(bytes)) == 0;
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
