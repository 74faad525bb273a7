/* The loops of serving: the largest batch, the roofline and the product, against plain double
 * precision. Every variant gives the bits of the scalar one. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/kernels.h"
#include "samplers/pcg.h"
#include "samplers/stream.h"

#define N 4096          /* a multiple of JC_LANES */
#define EPSILON 0x1p-24 /* rounding to single precision, at most */

static float input[N], output[N], batch[N];

/* Llama 3.1 8B in 16 bits on an H100; the same without memory traffic; on many slow ones. */
static const struct jc_roofline rooflines[] = {
    { 1.606e10f, 524288, 989.5e12f, 1.606e10f, 131072, 3.35e12f },
    { 1.606e10f, 524288, 989.5e12f, 0, 0, 1 },
    { 8.118e11f, 8257536, 1e11f, 8.118e11f, 516096, 1e15f },
};

enum { ROOFLINES = sizeof(rooflines) / sizeof(rooflines[0]) };

static float
draw(struct jc_pcg *pcg, double low, double high)
{
    const double u = (jc_pcg_next(pcg) + 0.5) * 0x1p-32;

    return (float) (low * exp(u * log(high / low)));
}

static int
set_up(void **state)
{
    static const float edges[] = { 0, 0.5f, 1, 2, 1e6f, 1e7f };
    struct jc_pcg pcg;
    size_t j;

    (void) state;
    jc_pcg_init(&pcg, 11, 13);
    for (j = 0; j < N; j++) {
        input[j] = draw(&pcg, 1, 1e6);
        output[j] = draw(&pcg, 1, 1e5);
        batch[j] = draw(&pcg, 1, 4096);
    }
    for (j = 0; j < 36; j++) {
        input[j] = edges[j / 6];
        output[j] = edges[j % 6];
    }
    return 0;
}

static void
test_largest_batch(void **state)
{
    static float size[N];
    const struct jc_model_kernels *kernels = jc_model_kernels_get(jc_simd_best());
    const float most = 256;
    size_t misfits, expected_misfits = 0;
    double room;
    size_t j;

    (void) state;
    misfits = kernels->largest_batch(1e10f, 131072, most, N, input, output, size);
    for (j = 0; j < N; j++) {
        room = 1e10 / (131072 * ((double) input[j] + (double) output[j]));
        expected_misfits += room < 1;
        if (fabs(room - rint(room)) > 1e-5 * room) {
            assert_true((double) size[j] == fmax(floor(fmin(room, (double) most)), 1));
        }
    }
    assert_true(misfits > N / 10);
    assert_int_equal(misfits, expected_misfits);
}

static void
test_largest_batch_edges(void **state)
{
    const float in[JC_LANES] = { 100, 100, 60, 0, 1000, 1001, 1e30f };
    const float out[JC_LANES] = { 0, 1, 40, 0, 0, 0, 0 };
    float size[JC_LANES];
    int simd;

    (void) state;
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        const struct jc_model_kernels *kernels = jc_model_kernels_get((enum jc_simd) simd);

        if (kernels == NULL) {
            continue;
        }
        assert_int_equal(kernels->largest_batch(8000, 8, 64, 7, in, out, size), 2);
        assert_true(size[0] == 10 && size[1] == 9 && size[2] == 10);
        assert_true(size[3] == 64);
        assert_true(size[4] == 1 && size[5] == 1 && size[6] == 1);
        assert_int_equal(kernels->largest_batch(8000, 8, 64, 5, in, out, size), 0);
        assert_int_equal(kernels->largest_batch(-1, 8, 64, 7, in, out, size), 7);
        assert_true(size[0] == 1 && size[4] == 1);
        assert_int_equal(kernels->largest_batch(1, 0, 64, 7, in, out, size), 0); /* no cache */
        assert_true(size[0] == 64 && size[6] == 64);
        assert_int_equal(kernels->largest_batch(8000, 8, 1, 3, in, out, size), 0);
        assert_true(size[0] == 1 && size[2] == 1);
    }
}

static double
reference_roofline(const struct jc_roofline *r, double in, double out, double size)
{
    const double f = (double) r->flops_per_token;
    const double a = (double) r->attention_flops_per_token;
    const double context = in + out / 2;
    const double prompt = (f * in + a * in * in / 2) / (double) r->peak_flops;
    const double memory =
        ((double) r->weight_bytes + size * (double) r->kv_bytes_per_token * context)
        / (double) r->bandwidth_bytes_per_s;
    const double arithmetic = size * (f + a * context) / (double) r->peak_flops;

    return out / (prompt + out * fmax(memory, arithmetic) / size);
}

/* Sums and products of positive numbers: about 12 roundings. */
static void
test_roofline(void **state)
{
    static float found[N];
    const struct jc_model_kernels *kernels = jc_model_kernels_get(jc_simd_best());
    double expected;
    size_t j, m;

    (void) state;
    for (m = 0; m < ROOFLINES; m++) {
        kernels->roofline(&rooflines[m], N, input, output, batch, found);
        for (j = 0; j < N; j++) {
            expected = reference_roofline(&rooflines[m], (double) input[j],
                fmax((double) output[j], 1), (double) batch[j]);
            assert_true(fabs((double) found[j] - expected) <= 16 * EPSILON * expected);
        }
    }
}

/* By hand. 100 tokens in, 200 out, context 200: 2 FLOPs and 3 * 200 for a token of the answer, 100 *
 * (2 + 150) = 15200 for the prompt; at 1000 FLOP/s. A step with 4 requests: 4 * 602 / 1000 = 2.408 s of
 * arithmetic, (50 + 4 * 200) / 100 = 8.5 s of memory. 200 / (15.2 + 200 * 8.5 / 4) tokens/s. */
static void
test_roofline_by_hand(void **state)
{
    const struct jc_roofline memory = { 2, 3, 1000, 50, 1, 100 };
    const struct jc_roofline arithmetic = { 2, 3, 1000, 0, 0, 1 };
    float in[JC_LANES], out[JC_LANES], size[JC_LANES], found[JC_LANES];
    size_t j;
    int simd;

    (void) state;
    for (j = 0; j < JC_LANES; j++) {
        in[j] = 100;
        out[j] = 200;
        size[j] = 4;
    }
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        const struct jc_model_kernels *kernels = jc_model_kernels_get((enum jc_simd) simd);

        if (kernels != NULL) {
            kernels->roofline(&memory, 1, in, out, size, found);
            assert_true(fabs((double) found[0] - 200 / 440.2) < 1e-6);
            kernels->roofline(&arithmetic, 1, in, out, size, found);
            assert_true(fabs((double) found[0] - 200 / (15.2 + 200 * 0.602)) < 1e-6);
        }
    }
}

struct outcome {
    size_t misfits[2];
    float size[2][N];
    float throughput[ROOFLINES][N];
    float product[N];
};

static void
compute(const struct jc_model_kernels *kernels, size_t n, struct outcome *outcome)
{
    size_t j;

    memset(outcome, 0x3b, sizeof(*outcome));
    outcome->misfits[0] =
        kernels->largest_batch(6e10f, 131072, 256, n, input, output, outcome->size[0]);
    outcome->misfits[1] = kernels->largest_batch(1, 0, 1e9f, n, input, output, outcome->size[1]);
    for (j = 0; j < ROOFLINES; j++) {
        kernels->roofline(&rooflines[j], n, input, output, batch, outcome->throughput[j]);
    }
    memcpy(outcome->product, input, sizeof(input));
    kernels->multiply(n, batch, outcome->product);
}

static void
test_variants(void **state)
{
    static struct outcome expected, found;
    size_t n;
    int simd;

    (void) state;
    for (n = 0; n <= N; n += n < 70 ? 1 : 671) {
        compute(jc_model_kernels_get(JC_SIMD_SCALAR), n, &expected);
        for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
            if (jc_simd_available((enum jc_simd) simd)) {
                compute(jc_model_kernels_get((enum jc_simd) simd), n, &found);
                assert_memory_equal(&found, &expected, sizeof(found));
            }
        }
    }
}

/* All of the last lane is computed, nothing behind it is touched. */
static void
test_rest(void **state)
{
    static struct outcome outcome;
    unsigned char untouched[sizeof(float)];
    size_t n, end;

    (void) state;
    memset(untouched, 0x3b, sizeof(untouched));
    for (n = 1; n <= 2 * JC_LANES; n++) {
        end = n <= JC_LANES ? JC_LANES : 2 * JC_LANES;
        compute(jc_model_kernels_get(jc_simd_best()), n, &outcome);
        assert_memory_not_equal(&outcome.throughput[0][end - 1], untouched, sizeof(untouched));
        assert_memory_not_equal(&outcome.size[0][end - 1], untouched, sizeof(untouched));
        assert_memory_equal(&outcome.throughput[0][end], untouched, sizeof(untouched));
        assert_memory_equal(&outcome.size[0][end], untouched, sizeof(untouched));
        assert_true(outcome.product[end - 1] == input[end - 1] * batch[end - 1]);
        assert_true(outcome.product[end] == input[end]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_largest_batch),
        cmocka_unit_test(test_largest_batch_edges),
        cmocka_unit_test(test_roofline),
        cmocka_unit_test(test_roofline_by_hand),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_rest),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
