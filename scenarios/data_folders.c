#include "scenarios/data_folders.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "installed_facts.h"

/* A path that starts from the folder of a file, if something is there. */
static char *
beside(const char *file, const char *relative)
{
    const char *slash = strrchr(file, '/');
    char path[2 * PATH_MAX];

    if (slash == NULL) {
        return NULL;
    }
    (void) snprintf(path, sizeof(path), "%.*s/%s", (int) (slash - file), file, relative);
    return realpath(path, NULL);
}

/* What was installed with the shared library, if this code is in one, or else with the program. */
static char *
installed_beside(const char *program)
{
    static const char here;
    Dl_info library;
    char *path = NULL;

    if (dladdr(&here, &library) != 0 && strstr(library.dli_fname, "libjoulecast.so") != NULL) {
        path = beside(library.dli_fname, JC_DATA_FROM_LIBRARY);
    }
    return path != NULL ? path : beside(program, JC_DATA_FROM_PROGRAM);
}

int
jc_data_folders(struct jc_text *folders, struct jc_error *error)
{
    const char *chosen = getenv("JOULECAST_DATA");
    char program[PATH_MAX] = "";
    char *models, *samplers, *installed;
    int ret;

    if (chosen != NULL && chosen[0] != '\0') {
        return jc_text_append(folders, error, "%s", chosen);
    }
    if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0) {
        program[0] = '\0';
    }
    models = beside(program, "../models/data");
    samplers = beside(program, "../samplers/data");
    installed = installed_beside(program);
    if (models != NULL && samplers != NULL) {
        ret = jc_text_append(folders, error, "%s:%s", models, samplers);
    } else {
        ret = jc_text_append(folders, error, "%s", installed != NULL ? installed : JC_DATA_FOLDER);
    }
    free(models);
    free(samplers);
    free(installed);
    return ret;
}
