#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "engine/cli/help.h"

static const struct jc_cli_verb *const verbs[] = { &jc_cli_run, &jc_cli_check, &jc_cli_bands,
    &jc_cli_fleet, &jc_cli_sensitivity, &jc_cli_sweep, &jc_cli_merge, &jc_cli_summary, &jc_cli_plot,
    &jc_cli_report, &jc_cli_info, &jc_cli_verify, &jc_cli_fit, &jc_cli_rank, &jc_cli_bench };

static const struct jc_cli_verbs all_verbs = { sizeof(verbs) / sizeof(verbs[0]), verbs };

/* What was printed arrives, or that is an error. */
static int
end_output(int ret, struct jc_error *error)
{
    if (ret == 0 || ret == JC_ERROR_PRECISION) {
        const int failed = ferror(stdout);

        if (fflush(stdout) != 0 || failed) {
            ret = jc_fail(error, JC_ERROR_IO, "cannot write to the standard output");
        }
    }
    return ret;
}

static int
exit_code(int ret, const struct jc_error *error)
{
    if (ret != 0) {
        (void) fprintf(stderr, "joulecast: %s\n", error->message);
    }
    return -ret;
}

static int
run_verb(const struct jc_cli_verb *verb, int argc, char **argv, const struct jc_crew *crew)
{
    struct jc_cli_options options = { 0 };
    struct jc_error error = { "" };
    int ret = jc_cli_parse(verb, argc, argv, &options, &error);

    options.crew = crew;
    if (ret == 0 && crew != NULL && (verb->accepts & (JC_CLI_STOP | JC_CLI_SWEEP)) == 0) {
        ret = jc_fail(&error, JC_ERROR_SCENARIO,
            "%s: ranks can share no such work; start it without mpirun or srun", verb->name);
    }
    if (ret == 0) {
        ret = verb->function(&options, &error);
    } else if (ret > 0) {
        ret = 0;
    }
    jc_cli_options_free(&options);
    ret = end_output(ret, &error);
    ret = crew != NULL ? crew->agree(crew->context, ret, &error) : ret;
    return exit_code(ret, &error);
}

static int
help(int n_words, char **word)
{
    struct jc_error error = { "" };
    int ret = jc_cli_help(&all_verbs, n_words, word, &error);

    return exit_code(end_output(ret, &error), &error);
}

static int
print_version(void)
{
    struct jc_error error = { "" };

    jc_cli_print_version();
    return exit_code(end_output(0, &error), &error);
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
        return help(0, NULL);
    }
    if (strcmp(argv[1], "--version") == 0) {
        return print_version();
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

static bool is_over;

/* Some libraries end the program themselves when there is no memory, and not all of them say so. */
static void
tell_unexpected_end(void)
{
    static const char words[] =
        "joulecast: a library has ended the program, probably for want of memory\n";

    if (!is_over && write(STDERR_FILENO, words, sizeof(words) - 1) >= 0) {
        _exit(-JC_ERROR_INTERNAL);
    }
}

/* A file that is opened must not get the number of a standard stream that was closed: what is printed would go there.
 * These take nothing, and writing to the standard output is an error as before. */
static void
fill_streams(void)
{
    static const int flags[] = { O_WRONLY, O_RDONLY, O_WRONLY };
    int stream;

    for (stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) < 0) {
            (void) open("/dev/null", flags[stream]);
        }
    }
}

int
main(int argc, char **argv)
{
    int code;

    fill_streams();

    /* Files are locked by the program itself, and the locks of HDF5 would meet those. */
    (void) setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
    /* The shards that a file refers to are those that were checked, beside it. */
    (void) unsetenv("HDF5_VDS_PREFIX");
    /* HDF5 1.10 crashes in its exit handler after a file could not be written. */
    (void) H5dont_atexit();
    (void) atexit(tell_unexpected_end);
    /* A file larger than is allowed is an error of write like others. */
    (void) signal(SIGXFSZ, SIG_IGN);
    /* Blocks of some 100 KB are used again and again: map each of them once. */
    (void) mallopt(M_MMAP_THRESHOLD, 1 << 26);
    (void) mallopt(M_TRIM_THRESHOLD, 1 << 26);
    code = run_words(argc, argv, jc_cli_crew_begin(&argc, &argv));
    jc_cli_crew_end();
    is_over = true;
    return code;
}
