#include "engine/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/compare.h"
#include "engine/run.h"
#include "engine/worker.h"
#include "samplers/kernels.h"

#define REPEATS 5
#define STRIPS 20000                      /* of one timing of a stage */
#define SUMMARY_QUERIES (400 * JC_BLOCK)  /* of one timing of summary mode: 1e8 */
#define STORED_BYTES ((uint64_t) 1 << 30) /* of one timing of the store */
#define PLAIN_WRITE ((size_t) 8 << 20)

static const char *const stage_names[JC_BENCH_STAGES] = { "random bits", "inverse CDFs",
    "throughput", "energy", "sketch and moments", "checksums" };

const char *
jc_bench_stage_name(enum jc_bench_stage stage)
{
    return stage_names[stage];
}

static double
median(double *value)
{
    qsort(value, REPEATS, sizeof(*value), jc_compare_doubles);
    return value[REPEATS / 2];
}

/* Everything that a stage reads and writes. */
struct bench_room {
    struct jc_worker *worker;
    struct jc_lanes lanes;
    uint32_t word[JC_STRIP];
    size_t n_drawn; /* variables that are drawn per query */
    size_t n_stored;
    uint32_t checksum; /* kept, so that no compiler leaves it out */
};

static void
run_stage(enum jc_bench_stage stage, struct bench_room *room)
{
    struct jc_block *block = &room->worker->block;
    size_t j;

    switch (stage) {
        case JC_BENCH_WORDS:
            for (j = 0; j < room->n_drawn; j++) {
                block->kernels->samplers->words(&room->lanes, JC_STRIP, room->word);
            }
            break;
        case JC_BENCH_DRAW:
            jc_block_draw(block, JC_STRIP);
            break;
        case JC_BENCH_THROUGHPUT:
            jc_block_throughput(block);
            break;
        case JC_BENCH_ENERGY:
            jc_block_energy(block);
            break;
        case JC_BENCH_RECORD:
            (void) jc_recorder_add(&room->worker
                                        ->recorder[JC_ENERGY * room->worker->design->replicates],
                block->kernels->records, JC_STRIP, block->column[JC_ENERGY]);
            break;
        case JC_BENCH_CHECKSUM:
            for (j = 0; j < room->n_stored; j++) {
                room->checksum += block->kernels->records->fletcher32(2 * JC_STRIP,
                    (const uint16_t *) block->column[JC_ENERGY]);
            }
            break;
        case JC_BENCH_STAGES:
            break;
    }
}

static double
time_stage(enum jc_bench_stage stage, struct bench_room *room)
{
    double ns[REPEATS];
    double began;
    size_t j, k;

    for (j = 0; j < REPEATS; j++) {
        began = jc_clock_seconds();
        for (k = 0; k < STRIPS; k++) {
            run_stage(stage, room);
        }
        ns[j] = 1e9 * (jc_clock_seconds() - began) / ((double) STRIPS * JC_STRIP);
    }
    return median(ns);
}

static int
time_stages(const struct jc_plan *plan, const struct jc_kernels *kernels, struct jc_bench *bench,
    struct jc_error *error)
{
    static const bool recorded[JC_QUANTITIES] = { [JC_ENERGY] = true };
    const struct jc_case_model *model = &plan->models[0];
    struct bench_room *room = aligned_alloc(64, (sizeof(*room) + 63) / 64 * 64);
    struct jc_stream stream;
    size_t q;
    int stage;
    int ret = room == NULL ? jc_fail_memory(error) : 0;

    if (ret != 0) {
        return ret;
    }
    memset(room, 0, sizeof(*room));
    ret = jc_worker_new(&room->worker, recorded, &plan->design, error);
    if (ret == 0) {
        jc_stream_init(&stream, plan->scenario->seed, "bench");
        jc_stream_seek(&stream, 0, &room->lanes);
        for (q = 0; q < JC_QUANTITIES; q++) {
            room->n_drawn += model->sampler[q] != NULL && !model->is_constant[q];
            room->n_stored += plan->scenario->store[q];
        }
        jc_block_begin(&room->worker->block, kernels, model, 0);
        jc_block_draw(&room->worker->block, JC_STRIP);
        jc_block_throughput(&room->worker->block);
        jc_block_energy(&room->worker->block);
        for (stage = 0; stage < JC_BENCH_STAGES; stage++) {
            bench->stage_ns[stage] = time_stage((enum jc_bench_stage) stage, room);
        }
        bench->stage_ns[JC_BENCH_DRAW] -= bench->stage_ns[JC_BENCH_WORDS];
        jc_worker_free(room->worker);
    }
    free(room);
    return ret;
}

/* One run of as many queries of the scenario's first case. */
static int
time_run(const struct jc_scenario *scenario, uint64_t queries, const struct jc_run_options *options,
    double *took, struct jc_error *error)
{
    struct jc_scenario sized = *scenario;
    struct jc_plan plan = { 0 };
    struct jc_results results;
    const double began = jc_clock_seconds();
    int ret;

    sized.queries = queries;
    ret = jc_plan_init(&plan, &sized, error);
    ret = ret != 0 ? ret : jc_run(&plan, options, &results, error);
    *took = jc_clock_seconds() - began;
    if (ret == 0) {
        jc_results_free(&results);
    }
    jc_plan_free(&plan);
    return ret;
}

/* Summary mode with one thread and with all, in turn. */
static int
time_summary(const struct jc_scenario *scenario, enum jc_simd simd, struct jc_bench *bench,
    struct jc_error *error)
{
    struct jc_run_options options = { .simd = simd, .summary_only = true };
    double one[REPEATS], all[REPEATS];
    struct jc_scenario energy = *scenario; /* only energy is recorded: a view, as in jc_bench_run */
    size_t j;
    int ret = 0;

    memset(energy.store, 0, sizeof(energy.store));
    for (j = 0; ret == 0 && j < REPEATS; j++) {
        options.threads = 1;
        ret = time_run(&energy, SUMMARY_QUERIES, &options, &one[j], error);
        options.threads = bench->threads;
        ret = ret != 0 ? ret : time_run(&energy, SUMMARY_QUERIES, &options, &all[j], error);
    }
    if (ret == 0) {
        bench->queries_per_s_one = (double) SUMMARY_QUERIES / median(one);
        bench->queries_per_s_all = (double) SUMMARY_QUERIES / median(all);
    }
    return ret;
}

/* The plain loop: the same bytes, in large writes, to the fsync. */
static int
time_plain_writes(const char *path, uint64_t bytes, double *took, struct jc_error *error)
{
    unsigned char *data = malloc(PLAIN_WRITE);
    const double began = jc_clock_seconds();
    uint64_t done = 0;
    ssize_t written = 0;
    int descriptor, ret = 0;

    if (data == NULL) {
        return jc_fail_memory(error);
    }
    memset(data, 0x5a, PLAIN_WRITE);
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    while (descriptor >= 0 && done < bytes && written >= 0) {
        written = write(descriptor, data, bytes - done < PLAIN_WRITE ? bytes - done : PLAIN_WRITE);
        done += written > 0 ? (uint64_t) written : 0;
    }
    if (descriptor < 0 || written < 0 || fsync(descriptor) != 0) {
        ret = jc_fail(error, JC_ERROR_IO, "%s: cannot write: %s", path, strerror(errno));
    }
    if (descriptor >= 0) {
        (void) close(descriptor);
    }
    *took = jc_clock_seconds() - began;
    (void) unlink(path);
    free(data);
    return ret;
}

/* Stored mode and plain writes in turn. */
static int
time_store(const struct jc_scenario *scenario, enum jc_simd simd, const char *path,
    struct jc_bench *bench, struct jc_error *error)
{
    const struct jc_run_options options = { .threads = bench->threads,
        .simd = simd,
        .output = path,
        .store = { .force = true } };
    double stored[REPEATS], plain[REPEATS], ratio[REPEATS];
    uint64_t columns = 0;
    uint64_t queries, bytes;
    size_t j;
    int ret = 0;

    for (j = 0; j < JC_QUANTITIES; j++) {
        columns += scenario->store[j];
    }
    if (columns == 0) {
        return 0;
    }
    queries = STORED_BYTES / (4 * columns) / JC_BLOCK * JC_BLOCK;
    bytes = 4 * columns * queries;
    for (j = 0; ret == 0 && j < REPEATS; j++) {
        ret = time_plain_writes(path, bytes, &plain[j], error);
        ret = ret != 0 ? ret : time_run(scenario, queries, &options, &stored[j], error);
        (void) unlink(path);
        ratio[j] = ret == 0 ? plain[j] / stored[j] : 0;
    }
    if (ret == 0) {
        bench->stored_ratio = median(ratio); /* which sorts them */
        bench->stored_ratio_least = ratio[0];
        bench->stored_bytes_per_s = (double) bytes / median(stored);
        bench->disk_bytes_per_s = (double) bytes / median(plain);
    }
    return ret;
}

int
jc_bench_run(const struct jc_scenario *scenario, int threads, enum jc_simd simd, const char *folder,
    struct jc_bench *bench, struct jc_error *error)
{
    /* The first case alone: a view of the scenario, which owns everything. */
    struct jc_scenario first = *scenario;
    struct jc_plan plan = { 0 };
    struct jc_kernels kernels;
    char *path = NULL;
    int ret = jc_kernels_get(simd, &kernels, error);

    first.n_cases = 1;
    first.n_blends = 0;
    first.n_pathways = 0;
    *bench = (struct jc_bench){ .threads = threads, .repeats = REPEATS };
    ret = ret != 0 ? ret : jc_plan_init(&plan, &first, error);
    ret = ret != 0 ? ret : time_stages(&plan, &kernels, bench, error);
    ret = ret != 0 ? ret : time_summary(&first, simd, bench, error);
    if (ret == 0 && folder != NULL) {
        if (asprintf(&path, "%s/joulecast-bench-%ld.h5", folder, (long) getpid()) < 0) {
            path = NULL;
            ret = jc_fail_memory(error);
        }
        ret = ret != 0 ? ret : time_store(&first, simd, path, bench, error);
    }
    jc_plan_free(&plan);
    free(path);
    return ret;
}
