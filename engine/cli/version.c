#include <stdio.h>

#include <cJSON.h>
#include <glpk.h>
#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <yaml.h>
#include <zlib.h>

#include "engine/cli/help.h"
#include "results/provenance.h"
#include "scenarios/data_folders.h"

static void
print_libraries(void)
{
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;

    (void) H5get_libversion(&major, &minor, &release);
    (void) printf("libraries: HDF5 %u.%u.%u, GSL %s, libyaml %s, GLPK %s, cJSON %s, zlib %s\n",
        major, minor, release, gsl_version, yaml_get_version_string(), glp_version(),
        cJSON_Version(), zlibVersion());
}

void
jc_cli_print_version(void)
{
    struct jc_text folders = { 0 };
    int simd;

    (void) printf("joulecast %s (%s)\n", jc_build_version(), jc_build_commit());
    (void) printf("compiler: %s\nflags: %s\ninner loops:", jc_build_compiler(), jc_build_flags());
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        if (jc_simd_available((enum jc_simd) simd)) {
            (void) printf(" %s", jc_simd_name((enum jc_simd) simd));
        }
    }
    (void) printf(" (default: %s)\n", jc_simd_name(jc_simd_best()));
    print_libraries();
    (void) printf("MPI: %s\n", jc_cli_crew_library());
    if (jc_data_folders(&folders, NULL) == 0) {
        (void) printf("data: %s\n", folders.bytes);
    }
    jc_text_free(&folders);
}
