#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/cli/cli.h"

#define MOST_AT_ONCE ((size_t) 1 << 30) /* bytes of a message: MPI counts them in an int */
#define TAG_SIZE 1
#define TAG_BYTES 2
#define TRIES 64               /* before a rank that waits sleeps */
#define LONGEST_SLEEP 1000000L /* ns */

/* The ranks of this program. Errors of MPI itself end all of them: that is what MPI does unless told otherwise. */
struct world {
    struct jc_crew crew;
    MPI_Win window;    /* the counter, of rank 0 */
    bool is_main_only; /* only the thread that began may talk */
    bool has_failed;
    int failure;
    struct jc_error error;
};

static struct world world;

/* MPI waits by asking on and on, which takes the core from those that still compute; this sleeps in between. */
static void
wait_for(MPI_Request *request)
{
    struct timespec pause = { .tv_nsec = 10000 };
    int tries = 0;
    int is_done;

    while (MPI_Test(request, &is_done, MPI_STATUS_IGNORE) == MPI_SUCCESS && !is_done) {
        if (++tries > TRIES) {
            (void) nanosleep(&pause, NULL);
            pause.tv_nsec = 2 * pause.tv_nsec < LONGEST_SLEEP ? 2 * pause.tv_nsec : LONGEST_SLEEP;
        }
    }
}

static void
meet(void)
{
    MPI_Request request;

    (void) MPI_Ibarrier(MPI_COMM_WORLD, &request);
    wait_for(&request);
}

/* One number of every rank becomes one for all. */
static uint64_t
reduce(uint64_t value, MPI_Op operation)
{
    MPI_Request request;
    uint64_t reduced = 0;

    (void) MPI_Iallreduce(&value, &reduced, 1, MPI_UINT64_T, operation, MPI_COMM_WORLD, &request);
    wait_for(&request);
    return reduced;
}

static uint64_t
take(void *context, uint64_t step)
{
    const struct world *self = context;
    uint64_t value = 0;

    (void) MPI_Fetch_and_op(&step, &value, MPI_UINT64_T, 0, 0, MPI_SUM, self->window);
    (void) MPI_Win_flush(0, self->window);
    return value;
}

static void
set(void *context, uint64_t value)
{
    const struct world *self = context;
    uint64_t before;

    meet();
    if (self->crew.rank == 0) {
        (void) MPI_Fetch_and_op(&value, &before, MPI_UINT64_T, 0, 0, MPI_REPLACE, self->window);
        (void) MPI_Win_flush(0, self->window);
    }
    meet();
}

/* Whatever arrives is looked after when MPI is asked for anything at all. */
static void
poke(void *context)
{
    const struct world *self = context;
    int is_main = 1;
    int is_there;

    if (self->is_main_only) {
        (void) MPI_Is_thread_main(&is_main);
    }
    if (is_main) {
        (void) MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &is_there,
            MPI_STATUS_IGNORE);
    }
}

static uint64_t
most(void *context, uint64_t value)
{
    (void) context;
    return reduce(value, MPI_MAX);
}

static uint64_t
sum_before(void *context, uint64_t value)
{
    const struct world *self = context;
    MPI_Request request;
    uint64_t sum = 0;

    (void) MPI_Iexscan(&value, &sum, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD, &request);
    wait_for(&request);
    return self->crew.rank == 0 ? 0 : sum;
}

static int
agree(void *context, int status, struct jc_error *error)
{
    struct world *self = context;
    const uint64_t n = self->crew.n;
    uint64_t mine = 2 * n;
    uint64_t first;

    if (!self->has_failed) {
        if (status != 0) {
            mine = self->crew.rank + (status == JC_ERROR_STOPPED ? n : 0);
            self->error = *error;
        }
        first = reduce(mine, MPI_MIN);
        if (first == 2 * n) {
            return 0;
        }
        self->has_failed = true;
        self->failure = status;
        (void) MPI_Bcast(&self->failure, 1, MPI_INT, (int) (first % n), MPI_COMM_WORLD);
        (void) MPI_Bcast(&self->error, sizeof(self->error), MPI_BYTE, (int) (first % n),
            MPI_COMM_WORLD);
    }
    *error = self->error;
    return self->failure;
}

static void
send_bytes(void *context, uint64_t to, const unsigned char *bytes, size_t n)
{
    const uint64_t size = n;
    size_t at, part;

    (void) context;
    (void) MPI_Send(&size, 1, MPI_UINT64_T, (int) to, TAG_SIZE, MPI_COMM_WORLD);
    for (at = 0; at < n; at += part) {
        part = n - at < MOST_AT_ONCE ? n - at : MOST_AT_ONCE;
        (void) MPI_Send(bytes + at, (int) part, MPI_BYTE, (int) to, TAG_BYTES, MPI_COMM_WORLD);
    }
}

static unsigned char *
receive_bytes(void *context, uint64_t from, size_t *n)
{
    unsigned char *bytes;
    uint64_t size = 0;
    size_t at, part;

    (void) context;
    (void) MPI_Recv(&size, 1, MPI_UINT64_T, (int) from, TAG_SIZE, MPI_COMM_WORLD,
        MPI_STATUS_IGNORE);
    bytes = malloc(size + 1);
    if (bytes == NULL) { /* nobody could go on */
        (void) fprintf(stderr, "joulecast: out of memory\n");
        (void) MPI_Abort(MPI_COMM_WORLD, -JC_ERROR_INTERNAL);
        abort();
    }
    for (at = 0; at < size; at += part) {
        part = size - at < MOST_AT_ONCE ? size - at : MOST_AT_ONCE;
        (void) MPI_Recv(bytes + at, (int) part, MPI_BYTE, (int) from, TAG_BYTES, MPI_COMM_WORLD,
            MPI_STATUS_IGNORE);
    }
    *n = size;
    return bytes;
}

/* The counter is memory of rank 0 that all may add to at any time. */
static void
begin_counter(struct world *self)
{
    const MPI_Aint size = self->crew.rank == 0 ? sizeof(uint64_t) : 0;
    uint64_t *counter;

    (void) MPI_Win_allocate(size, sizeof(uint64_t), MPI_INFO_NULL, MPI_COMM_WORLD, &counter,
        &self->window);
    (void) MPI_Win_lock_all(0, self->window);
}

const struct jc_crew *
jc_cli_crew_begin(int *argc, char ***argv)
{
    int provided, rank, n;

    (void) MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &provided);
    (void) MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    (void) MPI_Comm_size(MPI_COMM_WORLD, &n);
    world.is_main_only = provided < MPI_THREAD_SERIALIZED;
    world.crew = (struct jc_crew){ .rank = (uint64_t) rank,
        .n = (uint64_t) n,
        .context = &world,
        .take = take,
        .set = set,
        .poke = poke,
        .agree = agree,
        .most = most,
        .sum_before = sum_before,
        .send = send_bytes,
        .receive = receive_bytes };
    if (n == 1) {
        return NULL;
    }
    begin_counter(&world);
    /* The first rank speaks for all. */
    if (rank > 0
        && (freopen("/dev/null", "w", stdout) == NULL
            || freopen("/dev/null", "w", stderr) == NULL)) {
        (void) MPI_Abort(MPI_COMM_WORLD, -JC_ERROR_IO);
    }
    return &world.crew;
}

void
jc_cli_crew_end(void)
{
    if (world.crew.n > 1) {
        (void) MPI_Win_unlock_all(world.window);
        (void) MPI_Win_free(&world.window);
    }
    (void) MPI_Finalize();
}

const char *
jc_cli_crew_library(void)
{
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;

    (void) MPI_Get_library_version(text, &length);
    text[strcspn(text, "\n")] = '\0';
    return text;
}
