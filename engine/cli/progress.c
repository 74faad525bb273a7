#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/cli/cli.h"

#define BAR_WIDTH 30
#define TERMINAL_PERIOD 0.1 /* s */
#define LOG_PERIOD 10.0     /* s */

void
jc_cli_progress_begin(struct jc_cli_progress *self)
{
    self->terminal = isatty(STDERR_FILENO) != 0;
    self->shown = false;
    self->began = jc_clock_seconds();
    self->last = self->began;
    self->done = 0;
}

static void
print_left(double seconds)
{
    if (seconds < 100) {
        (void) fprintf(stderr, "%.0f s left", seconds);
    } else if (seconds < 6000) {
        (void) fprintf(stderr, "%.0f min left", seconds / 60);
    } else {
        (void) fprintf(stderr, "%.1f h left", seconds / 3600);
    }
}

void
jc_cli_progress_report(void *context, uint64_t done, uint64_t total)
{
    struct jc_cli_progress *self = context;
    const double now = jc_clock_seconds();
    const double fraction = (double) done / (double) total;
    const int filled = (int) (fraction * BAR_WIDTH);
    double rate;
    int j;

    if (done < self->done) { /* one run after another */
        self->began = now;
    }
    self->done = done;
    rate = (double) done / (now - self->began);
    if (now - self->last < (self->terminal ? TERMINAL_PERIOD : LOG_PERIOD)) {
        return;
    }
    self->last = now;
    self->shown = true;
    if (self->terminal) {
        (void) fprintf(stderr, "\r[");
        for (j = 0; j < BAR_WIDTH; j++) {
            (void) fputc(j < filled ? '#' : ' ', stderr);
        }
        (void) fprintf(stderr, "] ");
    }
    (void) fprintf(stderr, "%3.0f %%  %.3g million queries/s  ", 100 * fraction, rate / 1e6);
    print_left((double) (total - done) / rate);
    (void) fprintf(stderr, self->terminal ? "   " : "\n");
    (void) fflush(stderr);
}

void
jc_cli_progress_end(struct jc_cli_progress *self)
{
    if (self->shown && self->terminal) {
        (void) fprintf(stderr, "\r\033[K");
    }
}
