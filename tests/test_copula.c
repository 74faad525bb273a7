/* Rank correlation: what was asked for is what comes out, and every variable keeps its distribution. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>

#include "base/sha256.h"
#include "samplers/copula.h"

#define N (1 << 20)
#define N_VARIABLES 3

enum { NORMAL, LOGNORMAL, TIED, BINARY, NARROW, CONSTANT, MIXTURE, N_CASES };

static struct jc_sampler *samplers[N_CASES];
static uint32_t word[N_VARIABLES][N], other_word[N_VARIABLES][N];
static float x[N_VARIABLES][N];
static double rank[2][N];

static struct jc_sampler *
new_sampler(enum jc_distribution_kind kind, double a, double b)
{
    double value[] = { 1, 2, 3, 4 };
    double weight[] = { 6, 3, 1, 0 };
    struct jc_distribution component[] = { jc_distribution_constant(a),
        jc_distribution_constant(b) };
    struct jc_distribution d = jc_distribution_constant(a);
    struct jc_sampler *sampler;

    d.kind = kind;
    d.parameter[1] = b;
    if (kind == JC_DISCRETE || kind == JC_MIXTURE) {
        d.n_items = (size_t) a;
        d.value = kind == JC_DISCRETE ? value : NULL;
        d.component = kind == JC_MIXTURE ? component : NULL;
        d.weight = weight;
    }
    assert_int_equal(jc_distribution_check(&d, NULL), 0);
    assert_int_equal(jc_sampler_new(&sampler, &d, 2025, "test", 0, NULL), 0);
    return sampler;
}

static int
set_up(void **state)
{
    (void) state;
    samplers[NORMAL] = new_sampler(JC_NORMAL, 0, 1);
    samplers[LOGNORMAL] = new_sampler(JC_LOGNORMAL, 6, 0.9);
    samplers[TIED] = new_sampler(JC_DISCRETE, 4, 0);
    samplers[BINARY] = new_sampler(JC_DISCRETE, 2, 0);
    samplers[NARROW] = new_sampler(JC_NORMAL, 1e6, 1e-4); /* one number in single precision */
    samplers[CONSTANT] = new_sampler(JC_CONSTANT, 7, 0);
    samplers[MIXTURE] = new_sampler(JC_MIXTURE, 2, 3);
    return 0;
}

static int
tear_down(void **state)
{
    size_t k;

    (void) state;
    for (k = 0; k < N_CASES; k++) {
        jc_sampler_free(samplers[k]);
    }
    return 0;
}

static struct jc_rank_series
get_series(int which)
{
    struct jc_rank_series series;

    assert_int_equal(jc_rank_series_init(&series, samplers[which], NULL), 0);
    return series;
}

/* Independent words of N_VARIABLES streams. */
static void
make_words(void)
{
    const char *const label[N_VARIABLES] = { "a", "b", "c" };
    int v;

    for (v = 0; v < N_VARIABLES; v++) {
        struct jc_stream stream;
        struct jc_lanes lanes;

        jc_stream_init(&stream, 2025, label[v]);
        jc_stream_seek(&stream, 0, &lanes);
        jc_sampler_kernels_get(jc_simd_best())->words(&lanes, N, word[v]);
    }
}

static void
apply(const struct jc_copula *copula, enum jc_simd simd, uint32_t (*words)[N])
{
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(simd);
    size_t i, v;

    for (i = 0; i < N; i += JC_STRIP) {
        uint32_t *strip[N_VARIABLES];

        for (v = 0; v < N_VARIABLES; v++) {
            strip[v] = words[v] + i;
        }
        jc_copula_apply(copula, kernels, JC_STRIP, strip);
    }
}

static void
make_values(int which, const uint32_t *words, float *values)
{
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(jc_simd_best());
    struct jc_cursor cursor;
    size_t i;

    jc_sampler_seek(samplers[which], 0, &cursor);
    for (i = 0; i < N; i += JC_STRIP) {
        jc_sampler_values(samplers[which], kernels, &cursor, JC_STRIP, words + i, values + i);
    }
}

/* Words of two variables with this correlation of their normal numbers; the third stays free. */
static void
correlate(double normal)
{
    const double matrix[] = { 1, normal, 0, normal, 1, 0, 0, 0, 1 };
    struct jc_copula copula;

    make_words();
    assert_int_equal(jc_copula_init(&copula, N_VARIABLES, matrix, NULL), 0);
    apply(&copula, jc_simd_best(), word);
    jc_copula_free(&copula);
}

static double
pearson(const double *a, const double *b)
{
    double sum[5] = { 0 };
    size_t i;

    for (i = 0; i < N; i++) {
        sum[0] += a[i];
        sum[1] += b[i];
        sum[2] += a[i] * a[i];
        sum[3] += b[i] * b[i];
        sum[4] += a[i] * b[i];
    }
    return (N * sum[4] - sum[0] * sum[1])
        / sqrt((N * sum[2] - sum[0] * sum[0]) * (N * sum[3] - sum[1] * sum[1]));
}

static const float *values_to_sort;

static int
compare_places(const void *a, const void *b)
{
    const float u = values_to_sort[*(const uint32_t *) a];
    const float v = values_to_sort[*(const uint32_t *) b];

    return (u > v) - (u < v);
}

/* Ranks from 0 to 1, equal values in the middle of theirs. */
static void
make_ranks(const float *values, double *ranks)
{
    uint32_t *place = malloc(N * sizeof(*place));
    size_t begin, end, i;

    assert_non_null(place);
    for (i = 0; i < N; i++) {
        place[i] = (uint32_t) i;
    }
    values_to_sort = values;
    qsort(place, N, sizeof(*place), compare_places);
    for (begin = 0; begin < N; begin = end) {
        for (end = begin; end < N && values[place[end]] == values[place[begin]]; end++) { }
        for (i = begin; i < end; i++) {
            ranks[place[i]] = (double) (begin + end) / 2 / N;
        }
    }
    free(place);
}

/* Five standard errors of a rank correlation of N pairs, at most 1 / sqrt(N), and what the series leaves:
 * each fails by chance with probability 6e-7, 8e-6 together, once and for all, as the seed is fixed. */
static void
assert_rank_correlation(int a, int b, double wanted)
{
    const struct jc_rank_series series[2] = { get_series(a), get_series(b) };
    double normal, found;

    assert_int_equal(jc_copula_normal_correlation(&series[0], &series[1], wanted, &normal, NULL),
        0);
    correlate(normal);
    make_values(a, word[0], x[0]);
    make_values(b, word[1], x[1]);
    make_ranks(x[0], rank[0]);
    make_ranks(x[1], rank[1]);
    found = pearson(rank[0], rank[1]);
    if (!(fabs(found - wanted) < 5.0 / 1024 + 1e-3)) {
        fail_msg("%d and %d: %g found, %g wanted", a, b, found, wanted);
    }
}

static void
test_rank_correlations(void **state)
{
    (void) state;
    assert_rank_correlation(LOGNORMAL, LOGNORMAL, 0.5);
    assert_rank_correlation(LOGNORMAL, NORMAL, 0.93);
    assert_rank_correlation(LOGNORMAL, NORMAL, -0.7);
    assert_rank_correlation(LOGNORMAL, NORMAL, 0);
    assert_rank_correlation(LOGNORMAL, TIED, 0.6);
    assert_rank_correlation(LOGNORMAL, TIED, 0.8);
    assert_rank_correlation(LOGNORMAL, BINARY, 0.3);
    assert_rank_correlation(LOGNORMAL, BINARY, -0.75);
    assert_rank_correlation(TIED, TIED, 0.4);
    assert_rank_correlation(TIED, TIED, 0.8);
    assert_rank_correlation(TIED, BINARY, -0.5);
    assert_rank_correlation(BINARY, BINARY, 0.7);
}

/* Without ties: 2 sin(pi rank / 6). */
static void
test_calibration(void **state)
{
    const struct jc_rank_series normal = get_series(NORMAL);
    const struct jc_rank_series lognormal = get_series(LOGNORMAL);
    double wanted, found;

    (void) state;
    assert_true(fabs(normal.variance - 1.0 / 12) < 1e-8);
    for (wanted = -1; wanted <= 1; wanted += 0.03125) {
        assert_int_equal(jc_copula_normal_correlation(&normal, &lognormal, wanted, &found, NULL),
            0);
        if (!(fabs(found - 2 * sin(M_PI * wanted / 6)) < 1e-6)) {
            fail_msg("%g: %g", wanted, found - 2 * sin(M_PI * wanted / 6));
        }
    }
}

/* A normal variable and one with two values: what is in reach is sqrt(3 p (1 - p)) at most. */
static void
test_out_of_reach(void **state)
{
    const struct jc_rank_series normal = get_series(NORMAL);
    const struct jc_rank_series binary = get_series(BINARY);
    struct jc_error error;
    double found;

    (void) state;
    assert_int_equal(jc_copula_normal_correlation(&normal, &binary, 0.81, &found, NULL), 0);
    assert_int_equal(jc_copula_normal_correlation(&normal, &binary, 0.83, &found, &error),
        JC_ERROR_SCENARIO);
    assert_string_equal(error.message,
        "a rank correlation of 0.83 is out of reach, ties allow -0.81 to 0.81");
    assert_int_equal(jc_copula_normal_correlation(&normal, &normal, -1.01, &found, &error),
        JC_ERROR_SCENARIO);
    assert_string_equal(error.message,
        "a rank correlation of -1.01 is out of reach, ties allow -1 to 1");
}

static void
assert_no_series(int which, const char *part)
{
    struct jc_rank_series series;
    struct jc_error error = { "" };

    assert_int_equal(jc_rank_series_init(&series, samplers[which], &error), JC_ERROR_SCENARIO);
    if (strstr(error.message, part) == NULL) {
        fail_msg("expected '%s' in '%s'", part, error.message);
    }
}

static void
test_not_correlated(void **state)
{
    (void) state;
    assert_no_series(CONSTANT, "a constant has no correlation");
    assert_no_series(MIXTURE, "a mixture cannot be correlated");
    assert_no_series(NARROW, "nearly all values are equal");
}

static void
test_contradictions(void **state)
{
    const double matrix[] = { 1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1 };
    const double equal[] = { 1, 1, 1, 1 };
    double *many = calloc((JC_COPULA_VARIABLES + 1) * (JC_COPULA_VARIABLES + 1), sizeof(*many));
    struct jc_copula copula;
    struct jc_error error;
    size_t k;

    (void) state;
    assert_non_null(many);
    assert_int_equal(jc_copula_init(&copula, 3, matrix, &error), JC_ERROR_SCENARIO);
    assert_non_null(strstr(error.message, "these correlations contradict one another"));
    assert_null(copula.factor);
    assert_int_equal(jc_copula_init(&copula, 2, equal, &error), JC_ERROR_SCENARIO);
    assert_int_equal(jc_copula_init(&copula, JC_COPULA_VARIABLES + 1, many, &error),
        JC_ERROR_SCENARIO);
    assert_string_equal(error.message, "65 variables are correlated, at most 64 can be");
    for (k = 0; k < JC_COPULA_VARIABLES; k++) {
        many[k * (JC_COPULA_VARIABLES + 1)] = 1;
    }
    assert_int_equal(jc_copula_init(&copula, JC_COPULA_VARIABLES, many, NULL), 0);
    jc_copula_free(&copula);
    jc_copula_free(&copula);
    free(many);
}

/* Three variables; every pair has its correlation, within five standard errors (6e-7 each). */
static void
test_three(void **state)
{
    const double matrix[] = { 1, 0.5, -0.3, 0.5, 1, 0.4, -0.3, 0.4, 1 };
    struct jc_copula copula;
    size_t a, b, i;

    (void) state;
    make_words();
    assert_int_equal(jc_copula_init(&copula, 3, matrix, NULL), 0);
    apply(&copula, jc_simd_best(), word);
    jc_copula_free(&copula);
    for (a = 0; a < 3; a++) {
        for (b = 0; b < a; b++) {
            make_values(NORMAL, word[a], x[0]);
            make_values(NORMAL, word[b], x[1]);
            for (i = 0; i < N; i++) {
                rank[0][i] = (double) x[0][i];
                rank[1][i] = (double) x[1][i];
            }
            assert_true(fabs(pearson(rank[0], rank[1]) - matrix[3 * a + b]) < 5.0 / 1024);
        }
    }
}

static int
compare_floats(const void *a, const void *b)
{
    const float u = *(const float *) a;
    const float v = *(const float *) b;

    return (u > v) - (u < v);
}

/* Words that were changed are words still: Kolmogorov-Smirnov fails by chance with probability 9e-7,
 * chi-squared with 1e-6. Variables that depend on none before them keep every word. */
static void
test_marginals(void **state)
{
    const double probability[] = { 0.6, 0.3, 0.1 };
    double worst = 0;
    double sum = 0;
    size_t count[3] = { 0 };
    size_t i;

    (void) state;
    make_words();
    memcpy(other_word, word, sizeof(word));
    correlate(-0.85);
    assert_memory_equal(word[0], other_word[0], sizeof(word[0]));
    assert_memory_equal(word[2], other_word[2], sizeof(word[2]));
    assert_memory_not_equal(word[1], other_word[1], sizeof(word[1]));
    make_values(TIED, word[1], x[1]);
    for (i = 0; i < N; i++) {
        count[(size_t) x[1][i] - 1]++;
    }
    for (i = 0; i < 3; i++) {
        sum += gsl_pow_2((double) count[i] - N * probability[i]) / (N * probability[i]);
    }
    assert_true(gsl_cdf_chisq_Q(sum, 2) > 1e-6);
    make_values(NORMAL, word[1], x[1]);
    qsort(x[1], N, sizeof(x[1][0]), compare_floats);
    for (i = 0; i < N; i++) {
        const double p = gsl_cdf_ugaussian_P((double) x[1][i]);

        worst = fmax(worst, fabs((double) i / N - p));
        worst = fmax(worst, fabs((double) (i + 1) / N - p));
    }
    assert_true(worst * 1024 < 2.7);
}

static void
test_variants_agree(void **state)
{
    const double matrix[] = { 1, 0.5, -0.3, 0.5, 1, 0.4, -0.3, 0.4, 1 };
    struct jc_copula copula;
    int simd;

    (void) state;
    assert_int_equal(jc_copula_init(&copula, 3, matrix, NULL), 0);
    make_words();
    apply(&copula, jc_simd_best(), word);
    memcpy(other_word, word, sizeof(word));
    for (simd = JC_SIMD_SCALAR; simd < JC_SIMD_COUNT; simd++) {
        if (jc_sampler_kernels_get((enum jc_simd) simd) != NULL) {
            make_words();
            apply(&copula, (enum jc_simd) simd, word);
            assert_memory_equal(word, other_word, sizeof(word));
        }
    }
    jc_copula_free(&copula);
}

/* The calibration and the words that come of it, whatever the compiler. */
static void
test_golden_bytes(void **state)
{
    const struct jc_rank_series lognormal = get_series(LOGNORMAL);
    const struct jc_rank_series tied = get_series(TIED);
    double normal;
    uint8_t digest[JC_SHA256_BYTES];
    char hex[JC_SHA256_HEX];

    (void) state;
    assert_int_equal(jc_copula_normal_correlation(&lognormal, &tied, 0.6, &normal, NULL), 0);
    correlate(normal);
    memcpy(word[0], &normal, sizeof(normal));
    jc_sha256(word, sizeof(word), digest);
    jc_sha256_hex(digest, hex);
    assert_string_equal(hex, "16f8fd9e3b801e52955bb7fff03bff3da0c8fa20f1f96c63d8c96bd35fd04e19");
}

/* However many words are changed at once. */
static void
test_cuts_do_not_matter(void **state)
{
    const double matrix[] = { 1, 0.5, -0.3, 0.5, 1, 0.4, -0.3, 0.4, 1 };
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(jc_simd_best());
    struct jc_copula copula;
    size_t i, n, v;

    (void) state;
    assert_int_equal(jc_copula_init(&copula, 3, matrix, NULL), 0);
    make_words();
    memcpy(other_word, word, sizeof(word));
    apply(&copula, jc_simd_best(), word);
    for (i = 0; i < 4096; i += n) {
        uint32_t *strip[] = { other_word[0] + i, other_word[1] + i, other_word[2] + i };

        n = (i / 16 * 7) % 20 * 16 + 16;
        jc_copula_apply(&copula, kernels, n - 3, strip);
    }
    for (v = 0; v < 3; v++) {
        assert_memory_equal(word[v], other_word[v], 4096 * sizeof(word[v][0]));
    }
    jc_copula_free(&copula);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rank_correlations),
        cmocka_unit_test(test_calibration),
        cmocka_unit_test(test_out_of_reach),
        cmocka_unit_test(test_not_correlated),
        cmocka_unit_test(test_contradictions),
        cmocka_unit_test(test_three),
        cmocka_unit_test(test_marginals),
        cmocka_unit_test(test_variants_agree),
        cmocka_unit_test(test_golden_bytes),
        cmocka_unit_test(test_cuts_do_not_matter),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
