#include "results/plots/gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_LIMIT ((size_t) 1 << 28)
#define MESSAGE_LIMIT ((size_t) 1 << 20)
#define N_STREAMS 3

extern char **environ;

static int
write_all(int descriptor, const struct jc_text *text, struct jc_error *error)
{
    size_t done = 0;
    ssize_t n;

    while (done < text->length) {
        n = write(descriptor, text->bytes + done, text->length - done);
        if (n < 0 && errno != EINTR) {
            return jc_fail(error, JC_ERROR_IO, "cannot write commands for gnuplot: %s",
                strerror(errno));
        }
        done += n > 0 ? (size_t) n : 0;
    }
    return lseek(descriptor, 0, SEEK_SET) == 0
        ? 0
        : jc_fail(error, JC_ERROR_IO, "cannot go back in a file in memory: %s", strerror(errno));
}

/* The whole of a file in memory. */
static int
read_back(int descriptor, size_t limit, struct jc_text *text, struct jc_error *error)
{
    char path[64];

    (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    return jc_text_read_file(text, path, limit, error);
}

/* Starts it and waits; *status becomes what waitpid tells. */
static int
run_process(const int stream[N_STREAMS], int *status, struct jc_error *error)
{
    char *const words[] = { (char[]){ "gnuplot" }, (char[]){ "-d" }, NULL };
    posix_spawn_file_actions_t actions;
    pid_t process;
    int code, j;

    if (posix_spawn_file_actions_init(&actions) != 0) {
        return jc_fail_memory(error);
    }
    code = 0;
    for (j = 0; code == 0 && j < N_STREAMS; j++) {
        code = posix_spawn_file_actions_adddup2(&actions, stream[j], j);
    }
    code = code != 0 ? code : posix_spawnp(&process, words[0], &actions, NULL, words, environ);
    (void) posix_spawn_file_actions_destroy(&actions);
    if (code == ENOENT) {
        return jc_fail(error, JC_ERROR_IO,
            "gnuplot, which draws pictures, is not installed; on Debian: apt-get install "
            "gnuplot-nox");
    }
    if (code != 0) {
        return jc_fail(error, JC_ERROR_IO, "cannot start gnuplot: %s", strerror(code));
    }
    while (waitpid(process, status, 0) < 0) {
        if (errno != EINTR) {
            return jc_fail(error, JC_ERROR_IO, "cannot wait for gnuplot: %s", strerror(errno));
        }
    }
    return 0;
}

/* What gnuplot said: its last line that has words, which names the line of the script. */
static int
fail_with_message(int status, int descriptor, struct jc_error *error)
{
    struct jc_text said = { 0 };
    char *line = NULL;
    char *next;
    char *rest;
    int ret;

    if (read_back(descriptor, MESSAGE_LIMIT, &said, NULL) == 0) {
        for (next = strtok_r(said.bytes, "\n", &rest); next != NULL;
             next = strtok_r(NULL, "\n", &rest)) {
            next += strspn(next, " \t");
            line = next[0] != '\0' && next[0] != '^' ? next : line;
        }
    }
    if (WIFSIGNALED(status)) {
        ret = jc_fail(error, JC_ERROR_IO, "gnuplot was ended by signal %d", WTERMSIG(status));
    } else {
        ret = jc_fail(error, JC_ERROR_IO, "gnuplot failed: %.800s",
            line != NULL ? line : "it did not say why");
    }
    jc_text_free(&said);
    return ret;
}

int
jc_gnuplot_run(const struct jc_text *script, struct jc_text *output, struct jc_error *error)
{
    int stream[N_STREAMS] = { -1, -1, -1 };
    int status = 0;
    int ret = 0;
    int j;

    for (j = 0; ret == 0 && j < N_STREAMS; j++) {
        stream[j] = memfd_create("joulecast-plot", MFD_CLOEXEC);
        if (stream[j] < 0) {
            ret = jc_fail(error, JC_ERROR_IO, "cannot make a file in memory: %s", strerror(errno));
        }
    }
    ret = ret != 0 ? ret : write_all(stream[0], script, error);
    ret = ret != 0 ? ret : run_process(stream, &status, error);
    if (ret == 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) {
        ret = fail_with_message(status, stream[2], error);
    }
    ret = ret != 0 ? ret : read_back(stream[1], OUTPUT_LIMIT, output, error);
    if (ret == 0 && output->length == 0) {
        jc_text_free(output);
        ret = fail_with_message(status, stream[2], error);
    }
    for (j = 0; j < N_STREAMS; j++) {
        if (stream[j] >= 0) {
            (void) close(stream[j]);
        }
    }
    return ret;
}
