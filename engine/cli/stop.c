#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/cli/cli.h"
#include "results/shard.h"

static const int stopping[] = { SIGINT, SIGTERM, SIGUSR1 };

#define N_STOPPING (sizeof(stopping) / sizeof(stopping[0]))

/* The only thing that a signal handler may touch: any of the threads may be the one that it interrupts. */
static atomic_int signals;

/* The second signal does what it does to other programs. */
static void
take_signal(int number)
{
    if (atomic_fetch_add(&signals, 1) > 0) {
        (void) signal(number, SIG_DFL);
        (void) raise(number);
    }
}

void
jc_cli_watch_begin(struct jc_cli_watch *self, const struct jc_cli_stop_options *stop)
{
    struct sigaction action = { .sa_handler = take_signal, .sa_flags = SA_RESTART };
    struct sigaction old;
    size_t j;

    *self = (struct jc_cli_watch){ .stop = *stop, .began = jc_clock_seconds() };
    self->saved = self->began;
    (void) sigemptyset(&action.sa_mask);
    for (j = 0; j < N_STOPPING; j++) {
        /* A shell has the jobs in its background ignore SIGINT. */
        if (sigaction(stopping[j], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            (void) sigaction(stopping[j], &action, NULL);
        }
    }
}

enum jc_wish
jc_cli_watch_ask(void *context)
{
    struct jc_cli_watch *self = context;
    double now;

    if (atomic_load(&signals) > 0) {
        return JC_STOP;
    }
    now = jc_clock_seconds();
    if (now - self->began >= self->stop.most_seconds) {
        return JC_STOP;
    }
    if (now - self->saved >= self->stop.checkpoint_every) {
        self->saved = now;
        return JC_CHECKPOINT;
    }
    return JC_GO_ON;
}

void
jc_cli_watch_end(void)
{
    size_t j;

    for (j = 0; j < N_STOPPING; j++) {
        (void) signal(stopping[j], SIG_DFL);
    }
}

int
jc_cli_parse_duration(const char *name, const char *text, double *seconds, struct jc_error *error)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "min", 60 }, { "h", 3600 },
        { "d", 86400 } };
    char *end;
    double value = strtod(text, &end);
    size_t j = 0;

    while (j < sizeof(units) / sizeof(units[0]) && strcmp(end, units[j].unit) != 0) {
        j++;
    }
    if (end == text || !(value > 0 && isfinite(value)) || j == sizeof(units) / sizeof(units[0])) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--%s: '%s' is not a time above 0, such as 90s, 30m or 1.5h", name, text);
    }
    *seconds = value * units[j].seconds;
    return 0;
}

static bool
parse_number(const char *text, char **end, uint64_t *value)
{
    errno = 0;
    *value = strtoull(text, end, 10);
    return errno == 0 && text[0] >= '0' && text[0] <= '9';
}

/* A number that Slurm has set; false if it has not. */
static bool
slurm_number(const char *name, uint64_t *value)
{
    const char *text = getenv(name);
    char *end;

    return text != NULL && parse_number(text, &end, value) && *end == '\0';
}

/* Tasks of an array are numbered from any number on, in steps. A list with holes does not say which tasks of the
 * whole it is: it may be those that are run again. */
static int
task_of_slurm(struct jc_cli_stop_options *stop, struct jc_error *error)
{
    uint64_t id, count, first, last;
    uint64_t step = 1;

    if (!slurm_number("SLURM_ARRAY_TASK_ID", &id) || !slurm_number("SLURM_ARRAY_TASK_COUNT", &count)
        || !slurm_number("SLURM_ARRAY_TASK_MIN", &first)
        || !slurm_number("SLURM_ARRAY_TASK_MAX", &last)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--task auto: this is no task of a Slurm array: SLURM_ARRAY_TASK_ID, _COUNT, _MIN and "
            "_MAX "
            "are not set");
    }
    (void) slurm_number("SLURM_ARRAY_TASK_STEP", &step);
    if (step == 0 || id < first || id > last || (id - first) % step != 0
        || (last - first) / step + 1 != count) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--task auto: the array has holes, so it is not known which tasks of which it is: "
            "--task "
            "I/N says so");
    }
    stop->task = (id - first) / step + 1;
    stop->n_tasks = count;
    return 0;
}

int
jc_cli_parse_task(const char *text, struct jc_cli_stop_options *stop, struct jc_error *error)
{
    char *end;

    if (strcmp(text, "auto") == 0) {
        return task_of_slurm(stop, error);
    }
    if (!parse_number(text, &end, &stop->task) || *end != '/'
        || !parse_number(end + 1, &end, &stop->n_tasks) || *end != '\0' || stop->task < 1
        || stop->task > stop->n_tasks || stop->n_tasks > JC_MOST_TASKS) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--task: '%s' is not I/N with I from 1 to N, and N at most %d, nor auto", text,
            JC_MOST_TASKS);
    }
    return 0;
}

int
jc_cli_task_output(const struct jc_cli_stop_options *stop, char **output, struct jc_error *error)
{
    char part[64];
    char *path = NULL;
    int ret;

    if (stop->n_tasks == 0) {
        return 0;
    }
    (void) snprintf(part, sizeof(part), "task-%" PRIu64 "-of-%" PRIu64, stop->task, stop->n_tasks);
    ret = jc_shard_path(*output, part, &path, error);
    if (ret == 0) {
        free(*output);
        *output = path;
    }
    return ret;
}
