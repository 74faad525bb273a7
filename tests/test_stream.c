/* Streams: the derivation by SHA-256, the lanes of every variant, and independence. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "samplers/kernels.h"
#include "samplers/sampler.h"

#define N 65536

static void
assert_first_words(uint64_t seed, const char *label, const uint32_t expected[4])
{
    struct jc_stream stream;
    int j;

    jc_stream_init(&stream, seed, label);
    for (j = 0; j < 4; j++) {
        assert_int_equal(jc_pcg_next(&stream.start), expected[j]);
    }
}

/* Computed apart from this code, with Python's hashlib and integers:
 *     h = hashlib.sha256(b"joulecast stream 1\0" + seed.to_bytes(8, "little") + label).digest()
 * and pcg32_srandom(int.from_bytes(h[:8], "little"), int.from_bytes(h[8:16], "little")). */
static void
test_derivation(void **state)
{
    static const uint32_t tokens[4] = { 0x3bad9343, 0x095646c7, 0x10144e47, 0xee3536d6 };
    static const uint32_t empty[4] = { 0xa805223c, 0x527f2b09, 0x5b3ccdc7, 0x242a8e6a };
    static const uint32_t lengthy[4] = { 0x8bedc773, 0x206f4227, 0x5b2db653, 0x7d580c8d };
    char label[601];

    (void) state;
    assert_first_words(42, "workload.output_tokens", tokens);
    assert_first_words(UINT64_C(0x0123456789abcdef), "", empty);
    memset(label, 'x', 600);
    label[600] = '\0';
    assert_first_words(7, label, lengthy);
}

/* From any position, also such that are no multiples of JC_LANES or lie far away. */
static void
assert_lanes(const struct jc_sampler_kernels *kernels, uint64_t position)
{
    static uint32_t word[1024];
    struct jc_stream stream;
    struct jc_lanes lanes;
    struct jc_pcg pcg;
    size_t i, strip;

    jc_stream_init(&stream, 1, "lanes");
    jc_stream_seek(&stream, position, &lanes);
    pcg = stream.start;
    jc_pcg_advance(&pcg, position);
    for (strip = 0; strip < 3; strip++) {
        const size_t n = strip == 1 ? 16 : 1024;

        kernels->words(&lanes, n, word);
        for (i = 0; i < n; i++) {
            assert_int_equal(word[i], jc_pcg_next(&pcg));
        }
    }
}

static void
test_lanes(void **state)
{
    static const uint64_t position[] = { 0, 1, 5, 15, 16, 17, 1000003, UINT64_C(10000000001),
        UINT64_MAX - 100 };
    size_t k;
    int simd;

    (void) state;
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get((enum jc_simd) simd);

        for (k = 0; kernels != NULL && k < sizeof(position) / sizeof(position[0]); k++) {
            assert_lanes(kernels, position[k]);
        }
    }
}

static void
fill(uint64_t seed, const char *label, uint64_t position, double *uniform)
{
    struct jc_stream stream;
    size_t i;

    jc_stream_init(&stream, seed, label);
    jc_pcg_advance(&stream.start, position);
    for (i = 0; i < N; i++) {
        uniform[i] = jc_pcg_next(&stream.start) * 0x1p-32 - 0.5;
    }
}

/* Pearson's correlation of two sequences, times sqrt(N): normal(0, 1) if they are independent. */
static double
correlation_z(const double *x, const double *y)
{
    double sum = 0;
    size_t i;

    for (i = 0; i < N; i++) {
        sum += x[i] * y[i];
    }
    return sum / N * 12 * sqrt((double) N);
}

/* Each of about 250 comparisons fails by chance with probability 6e-7 (|z| > 5): together 1.5e-4,
 * once and for all, as the seeds are fixed. */
#define LIMIT 5.0

static void
test_labels_are_uncorrelated(void **state)
{
    static double x[N], y[N];
    char label[32];
    int k;

    (void) state;
    fill(1, "input_tokens", 0, x);
    for (k = 0; k < 100; k++) {
        (void) snprintf(label, sizeof(label), "input_tokens.%d", k);
        fill(1, label, 0, y);
        assert_true(fabs(correlation_z(x, y)) < LIMIT);
    }
    for (k = 2; k < 52; k++) {
        fill((uint64_t) k, "input_tokens", 0, y);
        assert_true(fabs(correlation_z(x, y)) < LIMIT);
    }
}

static void
test_blocks_are_uncorrelated(void **state)
{
    static double x[N], y[N];
    uint64_t k;

    (void) state;
    fill(1, "blocks", 0, x);
    for (k = 1; k <= 100; k++) {
        fill(1, "blocks", k * N, y);
        assert_true(fabs(correlation_z(x, y)) < LIMIT);
    }
    fill(1, "blocks", 0, y);
    assert_true(correlation_z(x, y) > 200); /* the measure sees what is not independent */
}

static void
test_seek_continues(void **state)
{
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(jc_simd_best());
    uint32_t whole[512], piece[16];
    struct jc_stream stream;
    struct jc_lanes lanes;
    uint64_t k;

    (void) state;
    jc_stream_init(&stream, 9, "seek");
    jc_stream_seek(&stream, 100, &lanes);
    kernels->words(&lanes, 512, whole);
    for (k = 0; k < 496; k++) {
        jc_stream_seek(&stream, 100 + k, &lanes);
        kernels->words(&lanes, 16, piece);
        assert_memory_equal(piece, whole + k, sizeof(piece));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_derivation),
        cmocka_unit_test(test_lanes),
        cmocka_unit_test(test_labels_are_uncorrelated),
        cmocka_unit_test(test_blocks_are_uncorrelated),
        cmocka_unit_test(test_seek_continues),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
