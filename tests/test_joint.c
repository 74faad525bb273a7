/* Pairs drawn together: as often as they were observed, from every variant. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "base/sha256.h"
#include "samplers/joint.h"
#include "samplers/sampler.h"
#include "tests/empirical_cases.h"

#define N (1 << 20)
#define N_WIDE 3000 /* values of the wide case */

static uint32_t word[2][N];
static float x[2][N], y[2][N];

static int
make_words(void **state)
{
    const char *const label[2] = { "first", "second" };
    int v;

    (void) state;
    for (v = 0; v < 2; v++) {
        struct jc_stream stream;
        struct jc_lanes lanes;

        jc_stream_init(&stream, 2025, label[v]);
        jc_stream_seek(&stream, 0, &lanes);
        jc_sampler_kernels_scalar.words(&lanes, N, word[v]);
        word[v][v] = 0;
        word[v][v + 2] = UINT32_MAX;
    }
    return 0;
}

static void
draw(const struct jc_empirical *empirical, enum jc_simd simd, float *first, float *second)
{
    struct jc_joint_sampler *sampler;
    size_t i;

    assert_int_equal(jc_empirical_check(empirical, NULL), 0);
    assert_int_equal(jc_joint_sampler_new(&sampler, empirical, NULL), 0);
    for (i = 0; i < N; i += JC_STRIP) {
        jc_joint_sampler_draw(sampler, jc_sampler_kernels_get(simd), JC_STRIP, word[0] + i,
            word[1] + i, first + i, second + i);
    }
    jc_joint_sampler_free(sampler);
}

static size_t
index_of(const struct jc_marginal *marginal, float value)
{
    size_t k = 0;

    while (k < marginal->n_values && (float) marginal->value[k] != value) {
        k++;
    }
    assert_true(k < marginal->n_values);
    return k;
}

/* The probability of a pair: its cell's, shared in both classes as in the marginals. */
static double
pair_probability(const struct jc_empirical *e, const size_t *index)
{
    const struct jc_joint *joint = &e->joint;
    double probability = 0;
    double whole = 0;
    double share = 1;
    size_t class[2];
    size_t k;
    int v;

    for (v = 0; v < 2; v++) {
        const struct jc_marginal *marginal = &e->marginal[joint->variable[v]];
        size_t begin = 0;
        double sum = 0;

        for (class[v] = 0; joint->class_end[v][class[v]] <= index[v]; class[v]++) {
            begin = joint->class_end[v][class[v]];
        }
        for (k = begin; k < joint->class_end[v][class[v]]; k++) {
            sum += marginal->weight[k];
        }
        share *= marginal->weight[index[v]] / sum;
    }
    for (k = 0; k < joint->n_cells; k++) {
        const size_t *at = joint->cell[k].class;

        whole += joint->cell[k].weight;
        probability += at[0] == class[0] && at[1] == class[1] ? joint->cell[k].weight : 0;
    }
    return probability / whole * share;
}

/* Chi-squared of all pairs; pairs that were not observed never come. Fails by chance with probability
 * 1e-6, once and for all, as the seed is fixed. */
static void
assert_counts(const struct jc_empirical *e)
{
    const struct jc_marginal *first = &e->marginal[e->joint.variable[0]];
    const struct jc_marginal *second = &e->marginal[e->joint.variable[1]];
    size_t *count = calloc(first->n_values * second->n_values, sizeof(*count));
    double sum = 0;
    double n_pairs = 0;
    size_t index[2];
    size_t i;

    assert_non_null(count);
    draw(e, jc_simd_best(), x[0], x[1]);
    for (i = 0; i < N; i++) {
        count[index_of(first, x[0][i]) * second->n_values + index_of(second, x[1][i])]++;
    }
    for (i = 0; i < first->n_values * second->n_values; i++) {
        index[0] = i / second->n_values;
        index[1] = i % second->n_values;
        const double expected = N * pair_probability(e, index);

        if (expected > 0) {
            sum += ((double) count[i] - expected) * ((double) count[i] - expected) / expected;
            n_pairs++;
        } else {
            assert_int_equal(count[i], 0);
        }
    }
    assert_true(gsl_cdf_chisq_Q(sum, n_pairs - 1) > 1e-6);
    free(count);
}

static void
test_classes(void **state)
{
    struct jc_empirical e = make_classes();

    (void) state;
    assert_counts(&e);
    jc_empirical_free(&e);
}

/* The second of the marginals comes first. */
static void
test_turned(void **state)
{
    const struct jc_cell turned[] = { { { 0, 0 }, 2 }, { { 1, 0 }, 4 }, { { 1, 1 }, 4 } };
    struct jc_empirical e = make_classes();
    size_t *end = e.joint.class_end[0];

    (void) state;
    e.joint.variable[0] = 1;
    e.joint.variable[1] = 0;
    e.joint.class_end[0] = e.joint.class_end[1];
    e.joint.class_end[1] = end;
    memcpy(e.joint.cell, turned, sizeof(turned));
    assert_counts(&e);
    jc_empirical_free(&e);
}

/* N_WIDE values of the first, each a class; value k was seen with k % 3 + 1 values of the second, all of
 * which are congruent to it modulo 7. */
static struct jc_empirical
make_wide(void)
{
    const size_t n_second = 21;
    struct jc_empirical made = { .n_marginals = 2 };
    size_t k, j;

    made.marginal = calloc(2, sizeof(*made.marginal));
    made.joint.cell = calloc((size_t) 3 * N_WIDE, sizeof(*made.joint.cell));
    assert_true(made.marginal != NULL && made.joint.cell != NULL);
    made.joint.variable[1] = 1;
    for (j = 0; j < 2; j++) {
        struct jc_marginal *marginal = &made.marginal[j];
        const size_t n = j == 0 ? N_WIDE : n_second;

        assert_int_equal(jc_string_set(&marginal->name, j == 0 ? "a" : "b", NULL), 0);
        marginal->n_values = made.joint.n_classes[j] = n;
        marginal->value = calloc(n, sizeof(*marginal->value));
        marginal->weight = calloc(n, sizeof(*marginal->weight));
        made.joint.class_end[j] = calloc(n, sizeof(*made.joint.class_end[j]));
        assert_true(marginal->value != NULL && marginal->weight != NULL);
        assert_non_null(made.joint.class_end[j]);
        for (k = 0; k < n; k++) {
            marginal->value[k] = (double) k;
            made.joint.class_end[j][k] = k + 1;
        }
    }
    for (k = 0; k < N_WIDE; k++) {
        for (j = 0; j <= k % 3; j++) {
            struct jc_cell *cell = &made.joint.cell[made.joint.n_cells++];

            *cell = (struct jc_cell){ { k, k % 7 + 7 * j }, (double) (1 + (k + j) % 11) };
            made.marginal[0].weight[k] += cell->weight;
            made.marginal[1].weight[k % 7 + 7 * j] += cell->weight;
        }
    }
    return made;
}

/* What was never seen together never comes together. */
static void
test_dependence(void **state)
{
    struct jc_empirical e = make_wide();
    size_t i;

    (void) state;
    assert_counts(&e);
    for (i = 0; i < N; i++) {
        const size_t a = (size_t) x[0][i];
        const size_t b = (size_t) x[1][i];

        assert_true(a % 7 == b % 7 && b / 7 <= a % 3);
    }
    jc_empirical_free(&e);
}

/* The first is what a discrete sampler makes of the same words, whatever comes with it. */
static void
test_first_is_discrete(void **state)
{
    struct jc_empirical e = make_wide();
    struct jc_distribution d = jc_distribution_constant(0);
    struct jc_sampler *sampler;
    struct jc_cursor cursor;
    size_t i;

    (void) state;
    d.kind = JC_DISCRETE;
    d.n_items = e.marginal[0].n_values;
    d.value = e.marginal[0].value;
    d.weight = e.marginal[0].weight;
    assert_int_equal(jc_sampler_new(&sampler, &d, 1, "any", 0, NULL), 0);
    jc_sampler_seek(sampler, 0, &cursor);
    draw(&e, jc_simd_best(), x[0], x[1]);
    for (i = 0; i < N; i += JC_STRIP) {
        jc_sampler_values(sampler, jc_sampler_kernels_get(jc_simd_best()), &cursor, JC_STRIP,
            word[0] + i, y[0] + i);
    }
    assert_memory_equal(x[0], y[0], sizeof(x[0]));
    jc_sampler_free(sampler);
    jc_empirical_free(&e);
}

static void
assert_variants_agree(const struct jc_empirical *e)
{
    int simd;

    draw(e, JC_SIMD_SCALAR, x[0], x[1]);
    for (simd = JC_SIMD_BASELINE; simd < JC_SIMD_COUNT; simd++) {
        if (jc_sampler_kernels_get((enum jc_simd) simd) != NULL) {
            draw(e, (enum jc_simd) simd, y[0], y[1]);
            assert_memory_equal(x, y, sizeof(x));
        }
    }
}

/* Whatever the compiler. */
static void
test_variants_agree(void **state)
{
    struct jc_empirical classes = make_classes();
    struct jc_empirical wide = make_wide();
    uint8_t digest[JC_SHA256_BYTES];
    char hex[JC_SHA256_HEX];

    (void) state;
    assert_variants_agree(&classes);
    assert_variants_agree(&wide);
    jc_sha256(x, sizeof(x), digest);
    jc_sha256_hex(digest, hex);
    assert_string_equal(hex, "f2df9f6b8fd8249311964c53abc66eef1a818e69b8fd77efe70576f31e918fd0");
    jc_empirical_free(&classes);
    jc_empirical_free(&wide);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_turned),
        cmocka_unit_test(test_dependence),
        cmocka_unit_test(test_first_is_discrete),
        cmocka_unit_test(test_variants_agree),
    };

    return cmocka_run_group_tests(tests, make_words, NULL);
}
