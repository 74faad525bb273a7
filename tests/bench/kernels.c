/*
 * Every inner loop in every variant: compared bit for bit with the scalar one, and timed.
 *
 *     kernels              compares (a test)
 *     kernels --benchmark  compares, then prints ns per value (meson test --benchmark)
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "models/kernels.h"
#include "results/kernels.h"
#include "results/sketch.h"
#include "samplers/kernels.h"
#include "samplers/sampler.h"

#define N JC_STRIP
#define ROUNDS 4000

struct kernels {
    const struct jc_sampler_kernels *samplers;
    const struct jc_model_kernels *models;
    const struct jc_record_kernels *records;
};

/* What the loops read. */
static struct {
    uint32_t word[N];
    float tail[N];
    float positive[N]; /* random, over the whole range, with the edges */
    float exponent[N];
    float tokens[N];
    float unit[N];
} input;

/* What a loop wrote. */
struct output {
    float x[N];
    uint32_t word[N];
    struct jc_lanes lanes;
    struct jc_moment_lanes moments;
    uint64_t sum;
};

static uint64_t *counts;

static void
run_words(const struct kernels *k, struct output *out)
{
    k->samplers->words(&out->lanes, N, out->word);
}

static void
run_tails(const struct kernels *k, struct output *out)
{
    k->samplers->tails(N, input.word, out->x);
}

static void
run_log(const struct kernels *k, struct output *out)
{
    k->samplers->log(N, input.positive, out->x);
}

static void
run_exp(const struct kernels *k, struct output *out)
{
    k->samplers->exp(N, input.exponent, out->x);
}

static void
run_normal(const struct kernels *k, struct output *out)
{
    k->samplers->normal(0, 1, N, input.tail, out->x);
}

static void
run_lognormal(const struct kernels *k, struct output *out)
{
    k->samplers->lognormal(0.6f, 0.25f, N, input.tail, out->x);
}

static void
run_exponential(const struct kernels *k, struct output *out)
{
    k->samplers->exponential(432.8f, N, input.tail, out->x);
}

static void
run_uniform(const struct kernels *k, struct output *out)
{
    k->samplers->uniform(1.05f, 1.6f, N, input.tail, out->x);
}

static void
run_log_linear(const struct kernels *k, struct output *out)
{
    const struct jc_log_linear model = { 17361.0f, -0.585439f, 0.226564f, 4572.23f };

    k->models->log_linear(&model, N, input.tokens, input.tokens, out->x);
}

static void
run_energy(const struct kernels *k, struct output *out)
{
    k->models->energy(N, input.unit, input.unit, input.unit, input.tokens, input.positive, out->x);
}

static void
run_moments(const struct kernels *k, struct output *out)
{
    k->records->moments(&out->moments, N - 3, input.unit);
}

static void
run_tally(const struct kernels *k, struct output *out)
{
    (void) out;
    k->records->tally(N - 3, input.positive, counts);
}

static void
run_largest(const struct kernels *k, struct output *out)
{
    out->sum += k->records->largest_bits(N - 3, input.positive);
}

static void
run_fletcher(const struct kernels *k, struct output *out)
{
    out->sum += k->records->fletcher32(2 * N - 3, (const uint16_t *) input.word);
}

static const struct {
    const char *name;
    void (*run)(const struct kernels *, struct output *);
} loops[] = {
    { "words", run_words },
    { "tails", run_tails },
    { "log", run_log },
    { "exp", run_exp },
    { "normal", run_normal },
    { "lognormal", run_lognormal },
    { "exponential", run_exponential },
    { "uniform", run_uniform },
    { "log-linear throughput", run_log_linear },
    { "energy", run_energy },
    { "moments", run_moments },
    { "tally", run_tally },
    { "largest bits", run_largest },
    { "fletcher32", run_fletcher },
};

#define N_LOOPS (sizeof(loops) / sizeof(loops[0]))

static void
make_input(uint64_t round)
{
    static const uint32_t edge_words[] = { 0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff };
    static const float edges[] = { 0x1p-126f, 0x1p-33f, 0.5f, 1, 0x1.fffffep-1f, 3e38f };
    struct jc_pcg pcg;
    size_t j;

    jc_pcg_init(&pcg, 7, round);
    for (j = 0; j < N; j++) {
        const float u = (float) jc_pcg_next(&pcg) * 0x1p-32f;

        input.word[j] = j < 6 ? edge_words[j] : jc_pcg_next(&pcg);
        input.positive[j] = j < 6 ? edges[j] : ldexpf(1 + u, (int) (jc_pcg_next(&pcg) % 250) - 125);
        input.exponent[j] = 200 * u - 100;
        input.tokens[j] = j < 2 ? (float) j : rintf(-433 * logf(u + 1e-9f));
        input.unit[j] = 0.4f + u;
    }
    jc_sampler_kernels_get(JC_SIMD_SCALAR)->tails(N, input.word, input.tail);
}

/* The output of a loop, from the same beginnings for each variant. */
static void
run_loop(size_t loop, const struct kernels *kernels, struct output *out)
{
    struct jc_stream stream;
    size_t j;

    memset(out, 0, sizeof(*out));
    jc_stream_init(&stream, 1, "bench");
    jc_stream_seek(&stream, 12345, &out->lanes);
    memset(counts, 0, JC_SKETCH_BUCKETS * sizeof(*counts));
    loops[loop].run(kernels, out);
    for (j = 0; j < JC_SKETCH_BUCKETS; j++) {
        out->sum += counts[j] * j;
    }
}

static double
time_loop(size_t loop, const struct kernels *kernels, struct output *out)
{
    struct timespec begin, end;
    size_t j;

    (void) clock_gettime(CLOCK_MONOTONIC, &begin);
    for (j = 0; j < ROUNDS; j++) {
        loops[loop].run(kernels, out);
    }
    (void) clock_gettime(CLOCK_MONOTONIC, &end);
    return (1e9 * (double) (end.tv_sec - begin.tv_sec) + (double) (end.tv_nsec - begin.tv_nsec))
        / ((double) ROUNDS * N);
}

static int
compare(const struct kernels *variant, size_t n_variants)
{
    static struct output expected, got;
    size_t loop, v;
    uint64_t round;
    int wrong = 0;

    for (round = 0; round < 20; round++) {
        make_input(round);
        for (loop = 0; loop < N_LOOPS; loop++) {
            run_loop(loop, &variant[0], &expected);
            for (v = 1; v < n_variants; v++) {
                run_loop(loop, &variant[v], &got);
                if (memcmp(&expected, &got, sizeof(got)) != 0) {
                    (void) printf("%s: variant %zu is not the scalar one\n", loops[loop].name, v);
                    wrong = 1;
                }
            }
        }
    }
    return wrong;
}

static void
print_times(const struct kernels *variant, const char *const *name, size_t n_variants)
{
    static struct output out;
    size_t loop, v;

    (void) printf("%-24s", "ns per value");
    for (v = 0; v < n_variants; v++) {
        (void) printf("%10s", name[v]);
    }
    for (loop = 0; loop < N_LOOPS; loop++) {
        (void) printf("\n%-24s", loops[loop].name);
        for (v = 0; v < n_variants; v++) {
            run_loop(loop, &variant[v], &out);
            (void) printf("%10.3f", time_loop(loop, &variant[v], &out));
        }
    }
    (void) printf("\n");
}

int
main(int argc, char **argv)
{
    struct kernels variant[JC_SIMD_COUNT];
    const char *name[JC_SIMD_COUNT];
    size_t n_variants = 0;
    int simd, wrong;

    counts = calloc(JC_SKETCH_BUCKETS, sizeof(*counts));
    if (counts == NULL) {
        return 1;
    }
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        if (jc_simd_available((enum jc_simd) simd)) {
            variant[n_variants].samplers = jc_sampler_kernels_get((enum jc_simd) simd);
            variant[n_variants].models = jc_model_kernels_get((enum jc_simd) simd);
            variant[n_variants].records = jc_record_kernels_get((enum jc_simd) simd);
            name[n_variants] = jc_simd_name((enum jc_simd) simd);
            n_variants++;
        }
    }
    wrong = compare(variant, n_variants);
    (void) printf("%zu variants of %zu loops %s\n", n_variants, N_LOOPS,
        wrong ? "differ" : "agree");
    if (argc > 1 && strcmp(argv[1], "--benchmark") == 0) {
        print_times(variant, name, n_variants);
    }
    free(counts);
    return wrong;
}
