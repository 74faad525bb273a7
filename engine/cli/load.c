#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/cli/cli.h"

/* Where the project's own tables are: $JOULECAST_DATA, else beside the program, as in a build folder,
 * else where they are installed. */
static void
data_directory(char path[PATH_MAX])
{
    const char *chosen = getenv("JOULECAST_DATA");
    char program[PATH_MAX];
    char beside[PATH_MAX + 32];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
    char *slash;

    if (chosen != NULL) {
        (void) snprintf(path, PATH_MAX, "%s", chosen);
        return;
    }
    program[length > 0 ? length : 0] = '\0';
    slash = strrchr(program, '/');
    if (slash != NULL) {
        *slash = '\0';
        (void) snprintf(beside, sizeof(beside), "%s/../models/data", program);
        if (realpath(beside, path) != NULL) {
            return;
        }
    }
    (void) snprintf(path, PATH_MAX, "%s", JC_DATA_DIRECTORY);
}

int
jc_cli_load(const struct jc_cli_options *options, struct jc_scenario *scenario,
    struct jc_error *error)
{
    char directory[PATH_MAX];

    data_directory(directory);
    return jc_scenario_load(scenario, options->file, &options->overrides, directory, error);
}
