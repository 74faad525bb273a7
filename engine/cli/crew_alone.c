#include "engine/cli/cli.h"

/* The program without MPI. */
const struct jc_crew *
jc_cli_crew_begin(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    return NULL;
}

void
jc_cli_crew_end(void)
{
}

const char *
jc_cli_crew_library(void)
{
    return "none";
}
