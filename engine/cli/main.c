#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "engine/cli/cli.h"
#include "results/provenance.h"

static const struct jc_cli_verb *const verbs[] = { &jc_cli_run, &jc_cli_check, &jc_cli_bands,
    &jc_cli_fleet, &jc_cli_sensitivity, &jc_cli_sweep, &jc_cli_merge, &jc_cli_summary, &jc_cli_plot,
    &jc_cli_info, &jc_cli_verify, &jc_cli_fit, &jc_cli_rank, &jc_cli_bench };

#define N_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static void
print_usage_to(FILE *stream)
{
    size_t j;

    (void) fprintf(stream,
        "joulecast: how much energy does serving these LLM queries take?\n\n"
        "usage: joulecast VERB [OPTION]... OPERAND\n\n");
    for (j = 0; j < N_VERBS; j++) {
        (void) fprintf(stream, "  %-11s %s\n", verbs[j]->name, verbs[j]->purpose);
    }
    (void) fprintf(stream, "\n'joulecast VERB --help' explains a verb and shows an example.\n");
}

static void
print_usage(void)
{
    print_usage_to(stdout);
}

static void
print_version(void)
{
    (void) printf("joulecast %s (%s)\n%s, %s\ninner loops: %s\n", jc_build_version(),
        jc_build_commit(), jc_build_compiler(), jc_build_flags(), jc_simd_name(jc_simd_best()));
}

/* What was printed arrives, or that is an error. */
static int
end_output(struct jc_error *error)
{
    const int failed = ferror(stdout);

    return fflush(stdout) != 0 || failed
        ? jc_fail(error, JC_ERROR_IO, "cannot write to the standard output")
        : 0;
}

/* Words that need no verb. */
static int
print_words(void (*print)(void))
{
    struct jc_error error = { "" };
    int ret;

    print();
    ret = end_output(&error);
    if (ret != 0) {
        (void) fprintf(stderr, "joulecast: %s\n", error.message);
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
    if (ret == 0 || ret == JC_ERROR_PRECISION) {
        const int written = end_output(&error);

        ret = written != 0 ? written : ret;
    }
    ret = crew != NULL ? crew->agree(crew->context, ret, &error) : ret;
    if (ret != 0) {
        (void) fprintf(stderr, "joulecast: %s\n", error.message);
    }
    return -ret;
}

/* From the words of the command line to the exit code. */
static int
run_words(int argc, char **argv, const struct jc_crew *crew)
{
    size_t j;

    if (argc < 2) {
        print_usage_to(stderr);
        return -JC_ERROR_SCENARIO;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0
        || strcmp(argv[1], "help") == 0) {
        return print_words(print_usage);
    }
    if (strcmp(argv[1], "--version") == 0) {
        return print_words(print_version);
    }
    for (j = 0; j < N_VERBS; j++) {
        if (strcmp(argv[1], verbs[j]->name) == 0) {
            return run_verb(verbs[j], argc - 1, argv + 1, crew);
        }
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
