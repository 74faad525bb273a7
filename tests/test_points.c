/* Points: scrambling, Latin hypercubes, replicates, designs, and what they are worth. Chi-squared tests have a
 * false-alarm rate of 1e-6 each, with fixed seeds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "samplers/design.h"
#include "samplers/kernels.h"
#include "samplers/sampler.h"

#define MANY 8192 /* replicates */
#define REPLICATES 64
#define SIZES 10 /* of designs whose error is fitted: 16, 32, ... */

static const struct jc_sampler_kernels *kernels;

static void
make_source(struct jc_points_source *source, const char *label, size_t dimension, size_t replicates)
{
    struct jc_stream stream;
    struct jc_error error;

    jc_stream_init(&stream, 2026, label);
    assert_int_equal(jc_points_source_init(source, &stream, dimension, replicates, &error), 0);
}

/* All n words of a replicate, strip by strip. */
static void
all_words(const struct jc_points *points, const struct jc_points_source *source, size_t replicate,
    uint32_t *word)
{
    uint32_t strip[JC_STRIP];
    uint64_t first;
    size_t n;

    for (first = 0; first < points->n; first += n) {
        n = points->n - first < JC_STRIP ? (size_t) (points->n - first) : JC_STRIP;
        jc_points_words(points, source, kernels, replicate, first, n, strip);
        memcpy(word + first, strip, n * sizeof(*word));
    }
}

static void
assert_even(const uint32_t *count, size_t n_cells)
{
    double total = 0;
    double sum = 0;
    size_t k;

    for (k = 0; k < n_cells; k++) {
        total += count[k];
    }
    for (k = 0; k < n_cells; k++) {
        const double deviation = count[k] - total / (double) n_cells;

        sum += deviation * deviation / (total / (double) n_cells);
    }
    assert_true(gsl_cdf_chisq_Q(sum, (double) (n_cells - 1)) > 1e-6);
    assert_true(
        gsl_cdf_chisq_P(sum, (double) (n_cells - 1)) > 1e-6); /* not more even than chance */
}

/* Two words before and after share as many first digits; the next one differs; all others are as if
 * thrown, independently, for either: what defines nested uniform scrambling. */
static void
test_nested_scrambling(void **state)
{
    static const uint32_t pair[][2] = { { 0, 1 }, { 0x80000000, 0 }, { 0x12345678, 0x12345679 },
        { 0x12345678, 0x12f45678 }, { 0xffffffff, 0xfffff7ff }, { 0x0f0f0f0f, 0x0f0f0f3f } };
    struct jc_points_source source;
    size_t j, k;

    (void) state;
    make_source(&source, "nested", 0, MANY);
    for (j = 0; j < sizeof(pair) / sizeof(pair[0]); j++) {
        const int common = __builtin_clz(pair[j][0] ^ pair[j][1]);
        uint32_t bits[2][32] = { { 0 } };
        uint32_t after[16] = { 0 };

        for (k = 0; k < MANY; k++) {
            uint32_t word[JC_LANES] = { pair[j][0], pair[j][1] };

            kernels->scramble(&source.key[k].scramble, 2, word);
            assert_int_equal(__builtin_clz(word[0] ^ word[1]), common);
            for (int bit = 0; bit < 32; bit++) {
                bits[0][bit] += word[0] >> bit & 1;
                bits[1][bit] += word[1] >> bit & 1;
            }
            if (common < 30) { /* the two digits behind the one that differs */
                after[(word[0] >> (29 - common) & 3) << 2 | (word[1] >> (29 - common) & 3)]++;
            }
        }
        for (k = 0; k < 64; k++) { /* 6 standard deviations of MANY throws: 2e-9 */
            assert_in_range(bits[k / 32][k % 32], MANY / 2 - 272, MANY / 2 + 272);
        }
        if (common < 30) {
            assert_even(after, 16);
        }
    }
    jc_points_source_free(&source);
}

/* The words of one point over many replicates, and of pairs of replicates and of variables, are even. */
static void
test_replicates(void **state)
{
    static const enum jc_points_kind kinds[3] = { JC_POINTS_RANDOM, JC_POINTS_LATIN_HYPERCUBE,
        JC_POINTS_SOBOL };
    struct jc_points_source source[2];
    size_t j, k;

    (void) state;
    make_source(&source[0], "a", 0, MANY);
    make_source(&source[1], "b", 1, MANY);
    for (j = 0; j < 3; j++) {
        const struct jc_points points = { kinds[j], 50 };
        uint32_t one[64] = { 0 };
        uint32_t two_replicates[64] = { 0 };
        uint32_t two_variables[64] = { 0 };
        uint32_t before = 0;

        for (k = 0; k < MANY; k++) {
            uint32_t a[JC_LANES], b[JC_LANES];

            jc_points_words(&points, &source[0], kernels, k, 16, 16, a);
            jc_points_words(&points, &source[1], kernels, k, 16, 16, b);
            one[a[5] >> 26]++;
            two_variables[(a[5] >> 29) << 3 | b[5] >> 29]++;
            two_replicates[(a[5] >> 29) << 3 | before >> 29]++;
            before = a[5];
        }
        assert_even(one, 64);
        assert_even(two_replicates, 64);
        assert_even(two_variables, 64);
    }
    jc_points_source_free(&source[0]);
    jc_points_source_free(&source[1]);
}

static int
ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *) a;
    const uint32_t y = *(const uint32_t *) b;

    return (x > y) - (x < y);
}

/* One point in each of n strata, whatever n is. */
static void
test_latin_hypercube(void **state)
{
    static const uint64_t sizes[] = { 1, 2, 3, 5, 16, 100, 255, 256, 257, 1000, 1024, 5000, 65536,
        100003 };
    static uint32_t word[100003 + JC_STRIP];
    struct jc_points_source source;
    uint64_t j;
    size_t s, replicate;

    (void) state;
    make_source(&source, "hypercube", 0, 3);
    for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        const struct jc_points points = { JC_POINTS_LATIN_HYPERCUBE, sizes[s] };

        for (replicate = 0; replicate < 3; replicate++) {
            all_words(&points, &source, replicate, word);
            qsort(word, sizes[s], sizeof(*word), ascending);
            for (j = 0; j < sizes[s]; j++) {
                assert_true(word[j] >= (j << 32) / sizes[s]);
                assert_true(word[j] <= (((j + 1) << 32) - 1) / sizes[s]);
            }
        }
    }
    jc_points_source_free(&source);
}

/* With all 2^32 strata a word is its stratum: the last points, too, are different ones. */
static void
test_largest_hypercube(void **state)
{
    const struct jc_points points = { JC_POINTS_LATIN_HYPERCUBE, JC_POINTS_MOST };
    struct jc_points_source source;
    uint32_t word[2 * JC_STRIP];
    size_t k;

    (void) state;
    make_source(&source, "large", 0, 1);
    jc_points_words(&points, &source, kernels, 0, 0, JC_STRIP, word);
    jc_points_words(&points, &source, kernels, 0, JC_POINTS_MOST - JC_STRIP, JC_STRIP,
        word + JC_STRIP);
    qsort(word, 2 * JC_STRIP, sizeof(*word), ascending);
    for (k = 1; k < 2 * JC_STRIP; k++) {
        assert_true(word[k] > word[k - 1]);
    }
    jc_points_source_free(&source);
}

/* Each of the 120 orders of 5 strata is as frequent. */
static void
test_permutations(void **state)
{
    const struct jc_points points = { JC_POINTS_LATIN_HYPERCUBE, 5 };
    struct jc_points_source source;
    uint32_t count[120] = { 0 };
    uint32_t word[JC_LANES];
    size_t i, j, k;

    (void) state;
    make_source(&source, "orders", 0, MANY);
    for (k = 0; k < MANY; k++) {
        size_t order = 0;

        jc_points_words(&points, &source, kernels, k, 0, 5, word);
        for (i = 0; i < 5; i++) {
            size_t smaller = 0;

            for (j = i + 1; j < 5; j++) {
                smaller += word[j] < word[i];
            }
            order = order * (5 - i) + smaller;
        }
        count[order]++;
    }
    assert_even(count, 120);
    jc_points_source_free(&source);
}

/* Any strip by itself, of any length, in any variant, has the words that a whole pass has. */
static void
test_direct_access(void **state)
{
    const uint64_t n = 10007;
    static uint32_t whole[10007 + JC_STRIP];
    struct jc_points_source source;
    struct jc_pcg pcg;
    int kind, simd, trial;

    (void) state;
    make_source(&source, "direct", 7, 2);
    jc_pcg_init(&pcg, 1, 2);
    for (kind = JC_POINTS_RANDOM; kind <= JC_POINTS_SOBOL; kind++) {
        const struct jc_points points = { (enum jc_points_kind) kind, n };

        all_words(&points, &source, 1, whole);
        for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
            const struct jc_sampler_kernels *variant = jc_sampler_kernels_get((enum jc_simd) simd);

            for (trial = 0; variant != NULL && trial < 40; trial++) {
                const uint64_t first = jc_pcg_next(&pcg) % (n / JC_LANES) * JC_LANES;
                const uint64_t left = n - first < JC_STRIP ? n - first : JC_STRIP;
                const size_t count = 1 + (size_t) (jc_pcg_next(&pcg) % left);
                uint32_t word[JC_STRIP];

                jc_points_words(&points, &source, variant, 1, first, count, word);
                assert_memory_equal(word, whole + first, count * sizeof(*word));
            }
        }
    }
    jc_points_source_free(&source);
}

/* Random points are the stream's own words. */
static void
test_random(void **state)
{
    const struct jc_points points = { JC_POINTS_RANDOM, 100 };
    struct jc_points_source source;
    struct jc_stream stream;
    uint32_t word[JC_LANES];
    size_t k;

    (void) state;
    make_source(&source, "random", 0, 3);
    jc_stream_init(&stream, 2026, "random");
    jc_pcg_advance(&stream.start, 2 * 100 + 32);
    jc_points_words(&points, &source, kernels, 2, 32, 16, word);
    for (k = 0; k < 16; k++) {
        assert_int_equal(word[k], jc_pcg_next(&stream.start));
    }
    jc_points_source_free(&source);
}

/* Replicates together have all queries, each in its place, and none twice. */
static void
test_design(void **state)
{
    static const uint64_t queries[] = { 16384, 16385, 20000, 1000000, 1048576, 1047552 };
    struct jc_points_source source;
    uint32_t word[JC_STRIP], expected[JC_STRIP];
    size_t j, k;

    (void) state;
    make_source(&source, "design", 2, 16);
    for (j = 0; j < sizeof(queries) / sizeof(queries[0]); j++) {
        const struct jc_design design = { JC_POINTS_LATIN_HYPERCUBE, queries[j], 16 };
        uint64_t done[16] = { 0 };
        uint64_t query;
        size_t n;

        for (query = 0; query < queries[j]; query += n) {
            const size_t replicate = query / JC_STRIP % 16;
            const struct jc_points points = jc_design_points(&design, replicate);

            n = queries[j] - query < JC_STRIP ? (size_t) (queries[j] - query) : JC_STRIP;
            assert_int_equal(jc_design_replicate(&design, query), replicate);
            jc_design_words(&design, &source, kernels, query, n, word);
            jc_points_words(&points, &source, kernels, replicate, done[replicate], n, expected);
            assert_memory_equal(word, expected, n * sizeof(*word));
            done[replicate] += n;
        }
        for (k = 0; k < 16; k++) {
            assert_int_equal(jc_design_points(&design, k).n, done[k]);
        }
    }
    jc_points_source_free(&source);
}

/* With a random design a sampler draws what it draws without; with another, what the words give. */
static void
test_sampler(void **state)
{
    struct jc_distribution component[2] = { { .kind = JC_UNIFORM, .parameter = { 0, 1 } },
        { .kind = JC_UNIFORM, .parameter = { 2, 3 } } };
    double weight[2] = { 1, 3 };
    struct jc_distribution mixture = { .kind = JC_MIXTURE, .n_items = 2 };
    struct jc_points_source value, choice;
    struct jc_sampler *sampler;
    struct jc_cursor cursor;
    struct jc_error error;
    float plain[JC_STRIP], x[JC_STRIP];
    int kind;

    (void) state;
    mixture.component = component;
    mixture.weight = weight;
    mixture.min = component[0].min = component[1].min = -INFINITY;
    mixture.max = component[0].max = component[1].max = INFINITY;
    assert_int_equal(jc_sampler_new(&sampler, &mixture, 2026, "m", 0, &error), 0);
    make_source(&value, "m", 0, 4);
    make_source(&choice, "m/component", 1, 4);
    jc_sampler_seek(sampler, 0, &cursor);
    jc_sampler_draw(sampler, kernels, &cursor, JC_STRIP, plain);
    for (kind = JC_POINTS_RANDOM; kind <= JC_POINTS_SOBOL; kind++) {
        const struct jc_design design = { (enum jc_points_kind) kind, 65536, 4 };
        int low = 0;
        size_t k;

        jc_sampler_use_design(sampler, &design, &value, &choice);
        jc_sampler_seek(sampler, 0, &cursor);
        jc_sampler_draw(sampler, kernels, &cursor, JC_STRIP, x);
        assert_int_equal(memcmp(x, plain, sizeof(x)) == 0, kind == JC_POINTS_RANDOM);
        for (k = 0; k < JC_STRIP; k++) {
            low += x[k] < 1.5f;
        }
        if (kind == JC_POINTS_SOBOL) {
            assert_int_equal(low, JC_STRIP / 4); /* the choice has its strata, too */
        }
        jc_sampler_draw(sampler, kernels, &cursor, JC_STRIP, plain);
        jc_sampler_seek(sampler, JC_STRIP, &cursor);
        jc_sampler_draw(sampler, kernels, &cursor, JC_STRIP, x);
        assert_memory_equal(x, plain, sizeof(x));
        jc_sampler_seek(sampler, 0, &cursor);
        jc_sampler_draw(sampler, kernels, &cursor, JC_STRIP, plain);
    }
    jc_sampler_free(sampler);
    jc_points_source_free(&value);
    jc_points_source_free(&choice);
}

static double
unit(uint32_t word)
{
    return ((double) word + 0.5) * 0x1p-32;
}

/* Integrals 1 of the unit cube: a smooth product, and a sum of the same factors. */
static double
product(const double u[3])
{
    return exp(u[0] + u[1] + u[2]) / pow(M_E - 1, 3);
}

static double
sum(const double u[3])
{
    return (exp(u[0]) + exp(u[1]) + exp(u[2])) / (3 * (M_E - 1));
}

/* Root of the mean squared error of the integral, over the replicates. */
static double
integration_error(const struct jc_points *points, const struct jc_points_source source[3],
    double (*integrand)(const double *))
{
    static uint32_t word[3][16 << SIZES];
    double squares = 0;
    size_t r, d;
    uint64_t i;

    for (r = 0; r < REPLICATES; r++) {
        double total = 0;

        for (d = 0; d < 3; d++) {
            all_words(points, &source[d], r, word[d]);
        }
        for (i = 0; i < points->n; i++) {
            const double u[3] = { unit(word[0][i]), unit(word[1][i]), unit(word[2][i]) };

            total += integrand(u);
        }
        squares += pow(total / (double) points->n - 1, 2);
    }
    return sqrt(squares / REPLICATES);
}

/* The exponent of n in the error: the slope of a straight line through the logarithms. With REPLICATES the
 * logarithm of an error has a standard error of 1 / sqrt(2 REPLICATES) = 0.09, and the slope 0.014. */
static double
rate(enum jc_points_kind kind, const struct jc_points_source source[3],
    double (*integrand)(const double *))
{
    double xx = 0;
    double xy = 0;
    int k;

    for (k = 0; k < SIZES; k++) {
        const struct jc_points points = { kind, UINT64_C(16) << k };
        const double x = (k - (SIZES - 1) / 2.0) * log(2);

        xx += x * x;
        xy += x * log(integration_error(&points, source, integrand));
    }
    return xy / xx;
}

/* Scrambled Sobol points reach n^-1.5 (log n)^((d - 1) / 2) for a smooth integrand (Owen 1997), which from 16 to
 * 8192 points in three dimensions is about n^-1.4; Latin hypercubes n^-1.5 for a sum of functions of one
 * variable each, and n^-0.5 for what is left (Stein 1987); random points n^-0.5. The bounds are five standard errors of a slope and more. */
static void
test_rates(void **state)
{
    static const char *const labels[3] = { "x", "y", "z" };
    struct jc_points_source source[3];
    double random, sobol, sobol_sum, hypercube, hypercube_sum;
    size_t d;

    (void) state;
    for (d = 0; d < 3; d++) {
        make_source(&source[d], labels[d], d, REPLICATES);
    }
    random = rate(JC_POINTS_RANDOM, source, product);
    sobol = rate(JC_POINTS_SOBOL, source, product);
    sobol_sum = rate(JC_POINTS_SOBOL, source, sum);
    hypercube = rate(JC_POINTS_LATIN_HYPERCUBE, source, product);
    hypercube_sum = rate(JC_POINTS_LATIN_HYPERCUBE, source, sum);
    print_message("error of a product: random n^%.3f, Latin hypercube n^%.3f, Sobol n^%.3f; of a "
                  "sum: "
                  "Latin hypercube n^%.3f, Sobol n^%.3f\n",
        random, hypercube, sobol, hypercube_sum, sobol_sum);
    assert_true(fabs(random + 0.5) < 0.075);
    assert_true(fabs(hypercube + 0.5) < 0.075);
    assert_true(sobol < -1.3 && sobol > -1.55);
    assert_true(fabs(sobol_sum + 1.5) < 0.075);
    assert_true(fabs(hypercube_sum + 1.5) < 0.075);
    for (d = 0; d < 3; d++) {
        jc_points_source_free(&source[d]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nested_scrambling),
        cmocka_unit_test(test_replicates),
        cmocka_unit_test(test_latin_hypercube),
        cmocka_unit_test(test_largest_hypercube),
        cmocka_unit_test(test_permutations),
        cmocka_unit_test(test_direct_access),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_design),
        cmocka_unit_test(test_sampler),
        cmocka_unit_test(test_rates),
    };

    kernels = jc_sampler_kernels_get(jc_simd_best());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
