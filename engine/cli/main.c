#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include <hdf5.h>

#include "engine/cli/help.h"

static const struct jc_cli_verb *const verbs[] = { &jc_cli_run, &jc_cli_check, &jc_cli_bands,
    &jc_cli_fleet, &jc_cli_sensitivity, &jc_cli_sweep, &jc_cli_merge, &jc_cli_summary, &jc_cli_plot,
    &jc_cli_report, &jc_cli_info, &jc_cli_verify, &jc_cli_fit, &jc_cli_rank, &jc_cli_bench };

static const struct jc_cli_verbs all_verbs = { sizeof(verbs) / sizeof(verbs[0]), verbs };

static int
run_verb(const struct jc_cli_verb *verb, int argc, char **argv, const struct jc_crew *crew)
{
    struct jc_cli_options options = { 0 };
    struct jc_error error = { "" };
    int ret = jc_cli_parse(verb, argc, argv, &options, &error);

    options.crew = crew;
    if (ret == 0 && crew != NULL && (verb->accepts & JC_CLI_STOP) == 0) {
        ret = jc_fail(&error, JC_ERROR_SCENARIO,
            "%s: ranks can share no such work; start it without mpirun or srun", verb->name);
    }
    if (ret == 0) {
        ret = verb->function(&options, &error);
    } else if (ret > 0) {
        ret = 0;
    }
    jc_cli_options_free(&options);
    if ((ret == 0 || ret == JC_ERROR_PRECISION) && (fflush(stdout) != 0 || ferror(stdout))) {
        ret = jc_fail(&error, JC_ERROR_IO, "cannot write to the standard output");
    }
    ret = crew != NULL ? crew->agree(crew->context, ret, &error) : ret;
    if (ret != 0) {
        (void) fprintf(stderr, "joulecast: %s\n", error.message);
    }
    return -ret;
}

static int
help(int n_words, char **word)
{
    struct jc_error error = { "" };
    int ret = jc_cli_help(&all_verbs, n_words, word, &error);

    if (ret != 0) {
        (void) fprintf(stderr, "joulecast: %s\n", error.message);
    }
    return -ret;
}

/* From the words of the command line to the exit code. */
static int
run_words(int argc, char **argv, const struct jc_crew *crew)
{
    const struct jc_cli_verb *verb;

    if (argc < 2) {
        jc_cli_print_usage(&all_verbs, stderr);
        return -JC_ERROR_SCENARIO;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        jc_cli_print_usage(&all_verbs, stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        jc_cli_print_version();
        return 0;
    }
    if (strcmp(argv[1], "help") == 0) {
        return help(argc - 2, argv + 2);
    }
    verb = jc_cli_find_verb(&all_verbs, argv[1]);
    if (verb != NULL) {
        return run_verb(verb, argc - 1, argv + 1, crew);
    }
    (void) fprintf(stderr,
        "joulecast: '%s' is not a verb of joulecast; 'joulecast --help' lists them\n", argv[1]);
    return -JC_ERROR_SCENARIO;
}

int
main(int argc, char **argv)
{
    int code;

    /* HDF5 1.10 crashes in its exit handler after a file could not be written. */
    (void) H5dont_atexit();
    /* Blocks of some 100 KB are used again and again: map each of them once. */
    (void) mallopt(M_MMAP_THRESHOLD, 1 << 26);
    (void) mallopt(M_TRIM_THRESHOLD, 1 << 26);
    code = run_words(argc, argv, jc_cli_crew_begin(&argc, &argv));
    jc_cli_crew_end();
    return code;
}
