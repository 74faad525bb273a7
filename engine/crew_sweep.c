#include "engine/crew_sweep.h"

#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "base/text.h"
#include "engine/block.h"
#include "engine/crew_gather.h"
#include "engine/crew_pieces.h"
#include "engine/crew_point.h"
#include "engine/journals.h"
#include "engine/sweep_point.h"

#define DRAINED ((uint64_t) 1 << 48) /* no point has such a number, and 65535 ranks may add it */
#define ROUND_BLOCKS 2 /* that a thread computes while shards go from rank to rank once */

struct sweep {
    const struct jc_crew *crew;
    const char *output; /* that the journals are named after */
    const struct jc_sweep_plan *plan;
    const struct jc_sweep_options *options; /* of the whole */
    struct jc_sweep_options own;            /* of what this rank computes */
    struct jc_sweep_result *result;
    size_t first, end;
    uint64_t threads; /* of the rank with the most */
    uint64_t before;  /* queries of the points that were handed out before */
    uint64_t total;   /* queries */
};

static enum jc_wish
ask(void *context)
{
    const struct sweep *sweep = context;
    const struct jc_sweep_options *options = sweep->options;

    sweep->crew->poke(sweep->crew->context);
    return options->ask != NULL ? options->ask(options->ask_context) : JC_GO_ON;
}

/* The progress of the first rank tells of what is handed out to all. */
static void
report(void *context, uint64_t done, uint64_t total)
{
    const struct sweep *sweep = context;

    (void) total;
    sweep->options->progress(sweep->options->progress_context, sweep->before + done, sweep->total);
}

/* What all have come to: of a stop, where the points are. */
static int
agree(const struct sweep *sweep, int ret, struct jc_error *error)
{
    if (ret == JC_ERROR_STOPPED && sweep->options->journal != NULL) {
        ret = jc_journals_stopped(sweep->options->journal, sweep->output, error);
    }
    return sweep->crew->agree(sweep->crew->context, ret, error);
}

static uint64_t
queries_of_point(const struct sweep *sweep)
{
    return sweep->plan->base.queries * sweep->plan->base.n_cases;
}

/* Some points of one rank. */
static int
compute_piece(struct sweep *sweep, size_t first, size_t end, struct jc_error *error)
{
    size_t *point = calloc(end - first, sizeof(*point));
    int ret;

    if (point == NULL) {
        return jc_fail_memory(error);
    }
    for (size_t j = first; j < end; j++) {
        point[j - first] = j;
    }
    sweep->before = (first - sweep->first) * queries_of_point(sweep);
    ret = jc_sweep_compute(sweep->plan, &sweep->own, end - first, point, sweep->result, error);
    free(point);
    return ret;
}

/* Whole points, from the first one to end - 1, until there are none or a rank cannot go on. */
static int
compute_whole(struct sweep *sweep, size_t end, struct jc_error *error)
{
    const struct jc_crew *crew = sweep->crew;
    const uint64_t n = end - sweep->first;
    const uint64_t of_point = queries_of_point(sweep);
    const uint64_t most = JC_PIECE_BLOCKS * sweep->threads * JC_BLOCK / of_point + 1;
    const uint64_t size = jc_piece_size(n, crew->n, sweep->threads, most);
    uint64_t at;
    int ret = 0;

    crew->set(crew->context, 0);
    do {
        at = crew->take(crew->context, size);
        if (at < n) {
            ret = compute_piece(sweep, sweep->first + at,
                sweep->first + (n - at > size ? at + size : n), error);
        }
    } while (ret == 0 && at < n);
    if (ret != 0) {
        (void) crew->take(crew->context, DRAINED);
    }
    return ret;
}

static int
keep_shared(struct sweep *sweep, size_t index, const struct jc_point_work *work, int status,
    const struct jc_error *failure, const struct jc_results *run, struct jc_error *error)
{
    const struct jc_sweep_point *point = &sweep->result->point[index];
    int ret = jc_point_work_keep(work, status, failure, run, index, sweep->result, error);

    if (ret == 0 && point->status == JC_POINT_COMPUTED && work->known == NULL
        && sweep->options->journal != NULL) {
        ret = jc_journal_add(sweep->options->journal, point->digest, point->number, error);
    }
    return ret;
}

/* One point of all ranks, which the first one keeps. */
static int
compute_shared(struct sweep *sweep, size_t index, struct jc_error *error)
{
    const struct jc_crew *crew = sweep->crew;
    const struct jc_run_options run = { .threads = sweep->options->threads,
        .simd = sweep->options->simd,
        .summary_only = true,
        .cases_only = true,
        .progress = sweep->own.progress,
        .progress_context = sweep,
        .ask = ask,
        .ask_context = sweep,
        .crew = crew };
    struct jc_results results = { 0 };
    struct jc_error failure = { "" };
    struct jc_point_work work;
    int ret = jc_point_work_init(&work, sweep->plan, sweep->options->known, index, sweep->result,
        &failure);
    const uint64_t worst = crew->most(crew->context, (uint64_t) -ret);

    sweep->before = (index - sweep->first) * queries_of_point(sweep);
    if (worst != (uint64_t) -ret) { /* they have the same point: memory is all that can differ */
        ret = jc_fail(&failure, JC_ERROR_INTERNAL, "another rank could not make point %zu ready",
            index);
    } else if (ret == 0 && work.known == NULL) {
        ret = jc_crew_point(&work.plan, &run, sweep->threads, &results, &failure);
    }
    if (crew->rank == 0) {
        ret = keep_shared(sweep, index, &work, ret, &failure, &results, error);
    } else if (ret == JC_ERROR_INTERNAL || ret == JC_ERROR_STOPPED) {
        *error = failure;
    } else {
        ret = 0; /* what is wrong with a point is its message, which the first rank has */
    }
    jc_results_free(&results);
    jc_point_work_free(&work);
    return agree(sweep, ret, error);
}

/* A point as bytes: this, then its numbers or its message. */
struct packed {
    uint64_t index;
    uint64_t status;
    uint64_t n_bytes;
    uint8_t digest[JC_SHA256_BYTES];
};

static struct packed
head_of(const struct sweep *sweep, size_t index)
{
    const struct jc_sweep_point *point = &sweep->result->point[index];
    struct packed head = { .index = index, .status = (uint64_t) point->status };

    memcpy(head.digest, point->digest, sizeof(head.digest));
    head.n_bytes = point->status == JC_POINT_COMPUTED
        ? sweep->result->n_numbers * sizeof(*point->number)
        : strlen(point->message);
    return head;
}

/* All points that this rank has; nothing if there is no memory. */
static unsigned char *
pack(const struct sweep *sweep, size_t *n)
{
    const struct jc_sweep_point *point = sweep->result->point;
    unsigned char *bytes, *at;
    struct packed head;

    *n = 0;
    for (size_t p = sweep->first; p < sweep->end; p++) {
        *n += point[p].status != JC_POINT_MISSING ? sizeof(head) + head_of(sweep, p).n_bytes : 0;
    }
    bytes = at = malloc(*n + 1);
    for (size_t p = sweep->first; bytes != NULL && p < sweep->end; p++) {
        if (point[p].status != JC_POINT_MISSING) {
            head = head_of(sweep, p);
            memcpy(at, &head, sizeof(head));
            at += sizeof(head);
            memcpy(at,
                point[p].status == JC_POINT_COMPUTED ? (const void *) point[p].number
                                                     : point[p].message,
                head.n_bytes);
            at += head.n_bytes;
        }
    }
    return bytes;
}

/* A point that is missing here; `bytes` are those behind its head. */
static int
unpack_point(struct sweep *sweep, const struct packed *head, const unsigned char *bytes,
    struct jc_error *error)
{
    struct jc_sweep_point *point = &sweep->result->point[head->index];
    char *room = malloc(head->n_bytes + 1);

    if (room == NULL) {
        return jc_fail_memory(error);
    }
    memcpy(room, bytes, head->n_bytes);
    room[head->n_bytes] = '\0';
    point->status = (enum jc_point_status) head->status;
    memcpy(point->digest, head->digest, sizeof(head->digest));
    if (point->status == JC_POINT_COMPUTED) {
        point->number = (void *) room;
    } else {
        point->message = room;
    }
    return 0;
}

static int
unpack(struct sweep *sweep, const unsigned char *bytes, size_t n, struct jc_error *error)
{
    struct packed head;
    int ret = 0;

    for (size_t at = 0; ret == 0 && at < n; at += sizeof(head) + head.n_bytes) {
        memcpy(&head, bytes + at, sizeof(head));
        ret = unpack_point(sweep, &head, bytes + at + sizeof(head), error);
    }
    return ret;
}

/* The points of all ranks, to the first one. */
static int
gather(struct sweep *sweep, struct jc_error *error)
{
    const struct jc_crew *crew = sweep->crew;
    unsigned char *bytes;
    size_t n;
    int ret = 0;

    if (crew->rank > 0) {
        bytes = pack(sweep, &n);
        crew->send(crew->context, 0, bytes, bytes != NULL ? n : 0);
        ret = bytes == NULL ? jc_fail_memory(error) : 0;
        free(bytes);
    }
    for (uint64_t from = 1; crew->rank == 0 && from < crew->n; from++) {
        bytes = crew->receive(crew->context, from, &n);
        ret = ret != 0 ? ret : unpack(sweep, bytes, n, error);
        free(bytes);
    }
    return agree(sweep, ret, error);
}

/* Whether n points, fewer than ranks, are sooner done by all together than by a rank each: in blocks, what a rank computes
 * of all of them and what sharing costs, or one point. */
static bool
is_worth_sharing(const struct sweep *sweep, size_t n)
{
    const struct jc_plan *plan = &sweep->plan->plan;
    const double blocks = (double) plan->blocks_per_case * (double) plan->scenario->n_cases;
    const double ranks = (double) sweep->crew->n;
    uint64_t rounds = 1;

    for (uint64_t step = 1; step < sweep->crew->n; step *= 2) {
        rounds++;
    }
    return (double) n * (blocks / ranks + (double) (ROUND_BLOCKS * rounds * sweep->threads))
        < blocks;
}

static int
compute(struct sweep *sweep, struct jc_error *error)
{
    const size_t n_last = (sweep->end - sweep->first) % sweep->crew->n;
    const size_t whole_end = is_worth_sharing(sweep, n_last) ? sweep->end - n_last : sweep->end;
    int ret = agree(sweep, compute_whole(sweep, whole_end, error), error);

    for (size_t p = whole_end; ret == 0 && p < sweep->end; p++) {
        ret = compute_shared(sweep, p, error);
    }
    return ret != 0 ? ret : gather(sweep, error);
}

int
jc_crew_sweep(const struct jc_run_options *run, const struct jc_sweep_plan *plan,
    const struct jc_sweep_options *options, size_t first, size_t end,
    struct jc_sweep_result *result, struct jc_error *error)
{
    const struct jc_crew *crew = run->crew;
    struct sweep sweep = { .crew = crew,
        .output = run->output,
        .plan = plan,
        .options = options,
        .own = *options,
        .result = result,
        .first = first,
        .end = end };
    /* As in jc_sweep_compute, for the points that all ranks compute. */
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    int ret;

    sweep.own.progress = options->progress != NULL && crew->rank == 0 ? report : NULL;
    sweep.own.progress_context = &sweep;
    sweep.own.ask = ask;
    sweep.own.ask_context = &sweep;
    sweep.own.crew = crew;
    sweep.threads = crew->most(crew->context, (uint64_t) options->threads);
    if (__builtin_mul_overflow(queries_of_point(&sweep), (uint64_t) (end - first), &sweep.total)) {
        sweep.total = UINT64_MAX;
    }
    ret = compute(&sweep, error);
    (void) gsl_set_error_handler(handler);
    return ret;
}

int
jc_crew_share_known(const struct jc_crew *crew, size_t n_numbers, struct jc_known_points *known,
    double **numbers, struct jc_error *error)
{
    const size_t size = JC_SHA256_BYTES + n_numbers * sizeof(double);
    size_t n = known->n * size;
    unsigned char *bytes = crew->rank == 0 ? malloc(n + 1) : NULL;
    int ret = 0;

    *numbers = NULL;
    for (size_t j = 0; bytes != NULL && j < known->n; j++) {
        memcpy(bytes + j * size, known->point[j].digest, JC_SHA256_BYTES);
        memcpy(bytes + j * size + JC_SHA256_BYTES, known->point[j].number,
            n_numbers * sizeof(double));
    }
    if (crew->rank == 0 && bytes == NULL) {
        n = 0;
        ret = jc_fail_memory(error);
    }
    jc_crew_broadcast(crew, &bytes, &n);
    if (crew->rank > 0) {
        *numbers = malloc(n / size * n_numbers * sizeof(double) + 1);
        ret = *numbers == NULL ? jc_fail_memory(error) : 0;
    }
    for (size_t j = 0; ret == 0 && crew->rank > 0 && j < n / size; j++) {
        memcpy(*numbers + j * n_numbers, bytes + j * size + JC_SHA256_BYTES,
            n_numbers * sizeof(double));
        ret = jc_known_points_add(known, bytes + j * size, *numbers + j * n_numbers, error);
    }
    free(bytes);
    return ret;
}
