/* Sobol sequences: the table, known points, and nets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_qrng.h>

#include "samplers/kernels.h"
#include "samplers/sampler.h"
#include "samplers/sobol.h"

#define STRATA_BITS 14
#define NET_BITS 10

static unsigned
degree_of(unsigned polynomial)
{
    unsigned degree = 0;

    while (polynomial >> (degree + 1) != 0) {
        degree++;
    }
    return degree;
}

/* The smallest k > 0 with x^k = 1 modulo the polynomial: 2^degree - 1 if and only if it is primitive. */
static unsigned
order_of_x(unsigned polynomial)
{
    const unsigned degree = degree_of(polynomial);
    unsigned power = 1;
    unsigned k = 0;

    do {
        power <<= 1;
        power ^= power >> degree != 0 ? polynomial : 0;
        k++;
    } while (power != 1 && k < 1u << degree);
    return k;
}

/* All primitive, each once, by degree; initial numbers odd and small enough, none left over. */
static void
test_table(void **state)
{
    const struct jc_sobol_direction *direction;
    unsigned degree;
    size_t d, k;

    (void) state;
    assert_int_equal(jc_sobol_directions[0].polynomial, 1);
    for (d = 1; d < JC_SOBOL_DIMENSIONS; d++) {
        direction = &jc_sobol_directions[d];
        degree = degree_of(direction->polynomial);
        assert_in_range(degree, degree_of(direction[-1].polynomial), JC_SOBOL_DEGREE);
        assert_int_equal(order_of_x(direction->polynomial), (1u << degree) - 1);
        assert_true(direction->polynomial > direction[-1].polynomial);
        for (k = 0; k < JC_SOBOL_DEGREE; k++) {
            assert_int_equal(direction->m[k] & 1, k < degree);
            assert_true(direction->m[k] < 1u << (k + 1));
        }
    }
    assert_int_equal(order_of_x(0x1f), 5); /* irreducible, not primitive: the check can fail */
}

static uint64_t
gray(uint64_t k)
{
    return k ^ (k >> 1);
}

/* Point number k in the order of the Gray code; made by SciPy 1.10's stats.qmc.Sobol. */
static void
test_known_points(void **state)
{
    static const size_t dimension[6] = { 0, 1, 2, 9, 99, 255 };
    static const uint32_t point_1000[6] = { 0x38400000, 0x18c00000, 0x84c00000, 0x11c00000,
        0x2fc00000, 0x3fc00000 };
    static const uint32_t point_123456789[6] = { 0xf9d46f20, 0xcadcd1a0, 0x01a3d160, 0x6767c1a0,
        0xa04ccea0, 0x2198abe0 };
    static const uint32_t third[8] = { 0, 0x80000000, 0x40000000, 0xc0000000, 0xa0000000,
        0x20000000, 0xe0000000, 0x60000000 };
    uint32_t column[JC_SOBOL_BITS];
    size_t d;
    uint64_t k;

    (void) state;
    for (d = 0; d < 6; d++) {
        jc_sobol_columns(dimension[d], column);
        assert_int_equal(jc_sobol_word(column, gray(1000)), point_1000[d]);
        assert_int_equal(jc_sobol_word(column, gray(123456789)), point_123456789[d]);
    }
    jc_sobol_columns(2, column);
    for (k = 0; k < 8; k++) {
        assert_int_equal(jc_sobol_word(column, gray(k)), third[k]);
    }
}

/* The first two dimensions are the same in every table; GSL has 30 bits, and begins with point 1. */
static void
test_like_gsl(void **state)
{
    gsl_qrng *qrng = gsl_qrng_alloc(gsl_qrng_sobol, 2);
    uint32_t column[2][JC_SOBOL_BITS];
    double x[2];
    uint64_t k;

    (void) state;
    jc_sobol_columns(0, column[0]);
    jc_sobol_columns(1, column[1]);
    for (k = 1; k < 5000; k++) {
        assert_int_equal(gsl_qrng_get(qrng, x), 0);
        assert_true(jc_sobol_word(column[0], gray(k)) == (uint32_t) (x[0] * 0x1p32));
        assert_true(jc_sobol_word(column[1], gray(k)) == (uint32_t) (x[1] * 0x1p32));
    }
    gsl_qrng_free(qrng);
}

/* The loops give the words of the reference, from anywhere, also around the end of all points. */
static void
test_loops(void **state)
{
    static const uint64_t first[] = { 0, 16, 1008, 1024, 123456 * 16, (UINT64_C(1) << 32) - 512,
        (UINT64_C(1) << 40) + 48 };
    uint32_t column[JC_SOBOL_BITS];
    uint32_t word[JC_STRIP];
    size_t d, j, k;
    int simd;

    (void) state;
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get((enum jc_simd) simd);

        for (j = 0; kernels != NULL && j < sizeof(first) / sizeof(first[0]); j++) {
            for (d = 0; d < JC_SOBOL_DIMENSIONS; d += 17) {
                jc_sobol_columns(d, column);
                kernels->sobol(column, first[j], JC_STRIP, word);
                for (k = 0; k < JC_STRIP; k++) {
                    assert_int_equal(word[k], jc_sobol_word(column, first[j] + k));
                }
            }
        }
    }
}

/* Every aligned run of 2^m points has one in each of 2^m equal parts, in every dimension. */
static void
test_strata(void **state)
{
    static uint8_t seen[1 << STRATA_BITS];
    uint32_t column[JC_SOBOL_BITS];
    uint64_t run, i;
    unsigned m;
    size_t d;

    (void) state;
    for (d = 0; d < JC_SOBOL_DIMENSIONS; d++) {
        jc_sobol_columns(d, column);
        for (m = 0; m <= STRATA_BITS; m += 7) {
            for (run = 0; run < 3; run++) {
                memset(seen, 0, sizeof(seen));
                for (i = run << m; i < (run + 1) << m; i++) {
                    const uint32_t part = m == 0 ? 0 : jc_sobol_word(column, i) >> (32 - m);

                    assert_int_equal(seen[part]++, 0);
                }
            }
        }
    }
}

/* The words of the first 2^NET_BITS points have the same number in every box of 2^-a times 2^-b with
 * a + b = NET_BITS - t. */
static void
assert_net(const uint32_t *x, const uint32_t *y, unsigned t)
{
    const unsigned bits = NET_BITS - t;
    uint16_t count[1 << NET_BITS];
    unsigned a, i;

    for (a = 0; a <= bits; a++) {
        memset(count, 0, sizeof(count));
        for (i = 0; i < 1u << NET_BITS; i++) {
            count[(uint64_t) x[i] >> (32 - a) << (bits - a) | (uint64_t) y[i] >> (32 - bits + a)]++;
        }
        for (i = 0; i < 1u << bits; i++) {
            assert_int_equal(count[i], 1u << t);
        }
    }
}

/* Pairs of the first dimensions: t is at most the sum of the degrees, less one for each with a polynomial
 * (Niederreiter 1992, theorem 4.49). Scrambling keeps that. */
static void
test_nets(void **state)
{
    static uint32_t word[12][1 << NET_BITS];
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(jc_simd_best());
    struct jc_scramble scramble;
    struct jc_pcg pcg;
    uint32_t column[JC_SOBOL_BITS];
    unsigned degree[12];
    size_t d, e, k;
    int scrambled;

    (void) state;
    jc_pcg_init(&pcg, 3, 4);
    for (scrambled = 0; scrambled < 2; scrambled++) {
        for (d = 0; d < 12; d++) {
            jc_sobol_columns(d, column);
            kernels->sobol(column, 0, 1 << NET_BITS, word[d]);
            for (k = 0; k < JC_SCRAMBLE_STAGES; k++) {
                scramble.before[k] = jc_pcg_next(&pcg);
                scramble.within[k] = jc_pcg_next(&pcg);
            }
            if (scrambled) {
                kernels->scramble(&scramble, 1 << NET_BITS, word[d]);
            }
            degree[d] = degree_of(jc_sobol_directions[d].polynomial);
        }
        for (d = 0; d < 12; d++) {
            for (e = 0; e < d; e++) {
                assert_net(word[d], word[e], degree[d] - 1 + (degree[e] > 0 ? degree[e] - 1 : 0));
            }
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_known_points),
        cmocka_unit_test(test_like_gsl),
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_strata),
        cmocka_unit_test(test_nets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
