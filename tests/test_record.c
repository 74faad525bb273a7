/* Recorders: what they make of columns of values, strip by strip and block by block. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/record.h"
#include "samplers/pcg.h"

#define N 20000

static float value[N];

static const struct jc_record_kernels *
best(void)
{
    return jc_record_kernels_get(jc_simd_best());
}

/* Heavy tails and zeros of both signs. */
static int
set_up(void **state)
{
    struct jc_pcg pcg;
    size_t j;

    (void) state;
    jc_pcg_init(&pcg, 7, 8);
    for (j = 0; j < N; j++) {
        const double u = (jc_pcg_next(&pcg) + 0.5) * 0x1p-32;

        value[j] = (float) (0.3 / u - 0.2);
    }
    value[5] = 0;
    value[6] = -0.0f;
    value[7] = FLT_MIN / 2;
    return 0;
}

static void
add(struct jc_recorder *recorder, const struct jc_record_kernels *kernels, size_t n, const float *x)
{
    assert_int_equal(jc_recorder_add(recorder, kernels, n, x), 0);
}

static void
flush(struct jc_recorder *recorder, struct jc_record *record)
{
    struct jc_error error = { "" };

    assert_int_equal(jc_recorder_flush(recorder, record, &error), 0);
}

/* x[n] in blocks of `block` values and strips of `strip`. */
static void
record_values(const struct jc_record_kernels *kernels, size_t n, const float *x, size_t block,
    size_t strip, struct jc_record *record)
{
    struct jc_recorder recorder;
    struct jc_error error = { "" };
    struct jc_moments moments;
    size_t first, done, end;

    *record = (struct jc_record){ 0 };
    assert_int_equal(jc_recorder_init(&recorder, &error), 0);
    for (first = 0; first < n; first += block) {
        end = n - first < block ? n - first : block;
        for (done = 0; done < end; done += strip) {
            add(&recorder, kernels, end - done < strip ? end - done : strip, x + first + done);
        }
        moments = jc_recorder_end_block(&recorder);
        jc_moments_fold(&record->moments, &moments);
    }
    flush(&recorder, record);
    jc_recorder_free(&recorder);
}

static void
assert_same(const struct jc_record *a, const struct jc_record *b)
{
    assert_memory_equal(&a->moments, &b->moments, sizeof(a->moments));
    assert_int_equal(a->sketch.n_buckets, b->sketch.n_buckets);
    assert_memory_equal(a->sketch.bucket, b->sketch.bucket, a->sketch.n_buckets * sizeof(uint32_t));
    assert_memory_equal(a->sketch.count, b->sketch.count, a->sketch.n_buckets * sizeof(uint64_t));
}

/* Moments within 1e-12 of long double arithmetic, extremes exactly, and every value in its bucket. */
static void
assert_records(const struct jc_record *record, size_t n, const float *x)
{
    uint64_t *count = calloc(JC_SKETCH_BUCKETS, sizeof(*count));
    long double mean = 0, m2 = 0;
    float min = INFINITY;
    float max = 0;
    size_t j, k;

    assert_non_null(count);
    for (j = 0; j < n; j++) {
        mean += (long double) x[j] / (long double) n;
        min = fminf(min, x[j]);
        max = fmaxf(max, x[j]);
        count[jc_sketch_bucket(x[j] + 0.0f)]++;
    }
    for (j = 0; j < n; j++) {
        m2 += ((long double) x[j] - mean) * ((long double) x[j] - mean);
    }
    assert_int_equal(record->moments.n, n);
    assert_true(fabs(record->moments.mean - (double) mean) <= 1e-12 * (double) mean);
    assert_true(fabs(record->moments.m2 - (double) m2) <= 1e-12 * (double) m2);
    assert_true(record->moments.min == (double) min);
    assert_true(record->moments.max == (double) max);
    assert_int_equal(record->sketch.bucket[0], jc_sketch_bucket(min + 0.0f));
    for (j = 0, k = 0; k < JC_SKETCH_BUCKETS; k++) {
        if (count[k] > 0) {
            assert_int_equal(record->sketch.bucket[j], k);
            assert_int_equal(record->sketch.count[j], count[k]);
            j++;
        }
    }
    assert_int_equal(record->sketch.n_buckets, j);
    free(count);
}

static void
test_values(void **state)
{
    static const size_t sizes[] = { 1, 2, 15, 16, 17, 31, 33, 1000, N };
    struct jc_record record;
    size_t j;

    (void) state;
    for (j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
        record_values(best(), sizes[j], value, N, N, &record);
        assert_records(&record, sizes[j], value);
        jc_record_free(&record);
    }
}

/* Every variant, n that are no multiples of the lanes, several strips and blocks. */
static void
test_variants(void **state)
{
    static const size_t cuts[][3] = { { N, N, N }, { N, 4096, 1024 }, { N - 5, 4096, 512 },
        { 1000, 1000, 48 }, { 17, 16, 16 }, { 3, 1, 1 } };
    struct jc_record expected, found;
    size_t j;
    int simd;

    (void) state;
    assert_non_null(jc_record_kernels_get(JC_SIMD_BASELINE));
    assert_null(jc_record_kernels_get(JC_SIMD_COUNT));
    for (j = 0; j < sizeof(cuts) / sizeof(cuts[0]); j++) {
        record_values(jc_record_kernels_get(JC_SIMD_SCALAR), cuts[j][0], value, cuts[j][1],
            cuts[j][2], &expected);
        assert_records(&expected, cuts[j][0], value);
        for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
            const struct jc_record_kernels *kernels = jc_record_kernels_get((enum jc_simd) simd);

            assert_int_equal(kernels != NULL, jc_simd_available((enum jc_simd) simd));
            if (kernels != NULL) {
                record_values(kernels, cuts[j][0], value, cuts[j][1], cuts[j][2], &found);
                assert_same(&found, &expected);
                jc_record_free(&found);
            }
        }
        jc_record_free(&expected);
    }
}

/* Strips that are multiples of the lanes do not show in the result. */
static void
test_strips(void **state)
{
    struct jc_record whole, cut;

    (void) state;
    record_values(best(), N, value, 5000, 5000, &whole);
    record_values(best(), N, value, 5000, 64, &cut);
    assert_same(&cut, &whole);
    jc_record_free(&whole);
    jc_record_free(&cut);
}

/* Values 1e6 apart from zero, at most 16 of the smallest steps of a float apart. */
static void
test_offset(void **state)
{
    static float x[1000];
    struct jc_record record;
    size_t j;

    (void) state;
    for (j = 0; j < 1000; j++) {
        x[j] = 1e6f + 0.0625f * (float) (j * 7919 % 17);
    }
    record_values(best(), 1000, x, 300, 128, &record);
    assert_records(&record, 1000, x);
    jc_record_free(&record);
    for (j = 0; j < 1000; j++) {
        x[j] = 0.1f;
    }
    record_values(best(), 1000, x, 300, 128, &record);
    assert_true(record.moments.mean == (double) 0.1f);
    assert_true(jc_moments_sd(&record.moments) == 0);
    assert_int_equal(record.sketch.n_buckets, 1);
    assert_int_equal(record.sketch.count[0], 1000);
    jc_record_free(&record);
}

static void
test_refused(void **state)
{
    static const float refused[] = { -1, -FLT_MIN, -FLT_MIN / 1024, -FLT_MAX, NAN, -NAN, INFINITY,
        -INFINITY };
    struct jc_recorder recorder;
    struct jc_error error = { "" };
    struct jc_record expected, record = { 0 };
    float x[33];
    size_t j, at;
    int simd;

    (void) state;
    record_values(best(), 100, value, 100, 64, &expected);
    assert_int_equal(jc_recorder_init(&recorder, &error), 0);
    add(&recorder, best(), 64, value);
    for (j = 0; j < sizeof(refused) / sizeof(refused[0]); j++) {
        for (at = 0; at < 33; at++) {
            memcpy(x, value, sizeof(x));
            x[at] = refused[j];
            for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
                const struct jc_record_kernels *kernels =
                    jc_record_kernels_get((enum jc_simd) simd);

                if (kernels != NULL) {
                    assert_int_equal(jc_recorder_add(&recorder, kernels, 33, x), 1);
                }
            }
        }
    }
    add(&recorder, best(), 36, value + 64);
    record.moments = jc_recorder_end_block(&recorder);
    flush(&recorder, &record);
    assert_same(&record, &expected);
    jc_record_free(&record);
    jc_record_free(&expected);

    /* Also as the very first values. */
    assert_int_equal(jc_recorder_add(&recorder, best(), 33, x), 1);
    record.moments = jc_recorder_end_block(&recorder);
    assert_int_equal(record.moments.n, 0);
    flush(&recorder, &record);
    assert_int_equal(record.sketch.n_buckets, 0);
    jc_recorder_free(&recorder);
}

static void
test_flush(void **state)
{
    struct jc_recorder recorder;
    struct jc_error error = { "" };
    struct jc_record whole, record = { 0 };
    struct jc_moments moments;

    (void) state;
    record_values(best(), 3000, value, 1000, 1000, &whole);
    assert_int_equal(jc_recorder_init(&recorder, &error), 0);
    add(&recorder, best(), 1000, value);
    record.moments = jc_recorder_end_block(&recorder);
    flush(&recorder, &record);
    flush(&recorder, &record); /* nothing is left to be added twice */
    add(&recorder, best(), 1000, value + 1000);
    moments = jc_recorder_end_block(&recorder);
    jc_moments_fold(&record.moments, &moments);
    add(&recorder, best(), 1000, value + 2000);
    moments = jc_recorder_end_block(&recorder);
    jc_moments_fold(&record.moments, &moments);
    flush(&recorder, &record);
    assert_same(&record, &whole);
    jc_recorder_free(&recorder);
    jc_record_free(&record);
    jc_record_free(&whole);
}

/* HDF5's own loop (H5checksum.c): big-endian words, sums folded at least every 360 of them. */
static uint32_t
reference_fletcher32(size_t n, const uint16_t *word)
{
    uint32_t sum1 = 0, sum2 = 0;
    size_t j;

    for (j = 0; j < n; j++) {
        sum1 += (uint16_t) (word[j] >> 8 | word[j] << 8);
        sum2 += sum1;
        if (j % 360 == 359 || j + 1 == n) {
            sum1 = (sum1 & 0xffff) + (sum1 >> 16);
            sum2 = (sum2 & 0xffff) + (sum2 >> 16);
        }
    }
    sum1 = (sum1 & 0xffff) + (sum1 >> 16);
    sum2 = (sum2 & 0xffff) + (sum2 >> 16);
    return sum2 << 16 | sum1;
}

static void
test_fletcher32(void **state)
{
    enum { WORDS = 70000 };
    static uint16_t word[WORDS];
    struct jc_pcg pcg;
    size_t kind, j, n;
    int simd;

    (void) state;
    jc_pcg_init(&pcg, 19, 20);
    for (kind = 0; kind < 4; kind++) { /* all zeros, all ones, random, nearly nothing */
        for (j = 0; j < WORDS; j++) {
            word[j] = kind == 1 ? UINT16_MAX
                : kind == 2     ? (uint16_t) jc_pcg_next(&pcg)
                                : (uint16_t) (kind == 3 && j % 9973 == 0);
        }
        for (n = 0; n <= WORDS; n = n < 200 ? n + 1 : n * 3 / 2) {
            for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
                const struct jc_record_kernels *kernels =
                    jc_record_kernels_get((enum jc_simd) simd);

                if (kernels != NULL) {
                    assert_int_equal(kernels->fletcher32(n, word), reference_fletcher32(n, word));
                }
            }
        }
    }
}

static void
test_empty(void **state)
{
    struct jc_recorder recorder;
    struct jc_error error = { "" };
    struct jc_record record = { 0 };
    struct jc_moments moments;

    (void) state;
    assert_int_equal(jc_recorder_init(&recorder, &error), 0);
    moments = jc_recorder_end_block(&recorder);
    assert_int_equal(moments.n, 0);
    flush(&recorder, &record);
    assert_null(record.sketch.count);
    add(&recorder, best(), 0, NULL);
    add(&recorder, best(), 3, value);
    add(&recorder, best(), 0, NULL);
    moments = jc_recorder_end_block(&recorder);
    assert_int_equal(moments.n, 3);
    assert_int_equal(jc_recorder_end_block(&recorder).n, 0);
    jc_recorder_free(&recorder);
    assert_null(recorder.tally);
}

/* Negative zero is zero: in the bucket of zero, and not to be told from it afterwards. */
static void
test_negative_zero(void **state)
{
    static const float zeros[20] = { -0.0f, 0, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f,
        -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f };
    struct jc_record record;
    struct jc_error error = { "" };
    size_t n;

    (void) state;
    for (n = 1; n <= 20; n++) {
        record_values(best(), n, zeros, n, n, &record);
        assert_int_equal(record.sketch.bucket[0], 0);
        assert_int_equal(record.sketch.n_buckets, 1);
        assert_int_equal(record.sketch.count[0], n);
        assert_true(record.moments.min == 0 && !signbit(record.moments.min));
        assert_true(record.moments.max == 0 && !signbit(record.moments.max));
        assert_true(record.moments.mean == 0 && !signbit(record.moments.mean));
        jc_record_free(&record);
    }
    assert_int_equal(jc_record_constant(&record, -0.0f, 3, &error), 0);
    assert_int_equal(record.sketch.bucket[0], 0);
    assert_false(signbit(record.moments.min));
    assert_false(signbit(record.moments.mean));
    jc_record_free(&record);
}

static void
test_constant(void **state)
{
    static float x[500];
    struct jc_record counted, constant;
    struct jc_error error = { "" };
    size_t j;

    (void) state;
    for (j = 0; j < 500; j++) {
        x[j] = 10.2f;
    }
    record_values(best(), 500, x, 200, 64, &counted);
    assert_int_equal(jc_record_constant(&constant, 10.2f, 500, &error), 0);
    assert_same(&constant, &counted);
    jc_record_free(&constant);
    jc_record_free(&counted);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_strips),
        cmocka_unit_test(test_offset),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_flush),
        cmocka_unit_test(test_fletcher32),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_negative_zero),
        cmocka_unit_test(test_constant),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
