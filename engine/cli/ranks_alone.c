#include "engine/cli/cli.h"

/* The program without MPI. */
const struct jc_ranks *
jc_cli_ranks_begin(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    return NULL;
}

void
jc_cli_ranks_end(void)
{
}
