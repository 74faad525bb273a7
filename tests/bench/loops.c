#include "loops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/sketch.h"
#include "samplers/items.h"
#include "samplers/joint.h"
#include "samplers/lines.h"

#define N_ITEMS 30000
#define N_PAIRS 8000

/* What the loops read. */
static struct {
    uint32_t word[N];
    uint32_t other_word[N];
    float tail[N];
    float normal[N];
    float positive[N]; /* random, over the whole range, with the edges */
    float exponent[N];
    float tokens[N];
    float unit[N];
} input;

/* What draws look up. */
static struct {
    struct jc_items few, some, many;
    struct jc_lines lines;
    struct jc_joint_sampler *joint;
} tables;

static uint64_t *counts;

static void
run_words(const struct kernels *k, struct output *out)
{
    k->samplers->words(&out->lanes, N, out->word);
}

static void
run_sobol(const struct kernels *k, struct output *out)
{
    static const struct jc_scramble keys = { { 1, 2, 3, 4, 5, 6, 7 }, { 1, 2, 3, 4, 5, 6, 7 } };

    k->samplers->sobol(input.word, (UINT64_C(1) << 32) - 16 * 7, N, out->word);
    k->samplers->scramble(&keys, N, out->word);
}

static void
run_strata(const struct kernels *k, struct output *out)
{
    const struct jc_strata strata = { 1000003, 20, { 1, 2, 3, 4, 5, 6 } };

    k->samplers->strata(&strata, 999488, N - 3, input.word, out->word);
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
run_normal_words(const struct kernels *k, struct output *out)
{
    k->samplers->normal_words(N, input.normal, out->word);
}

static void
run_add(const struct kernels *k, struct output *out)
{
    memcpy(out->x, input.unit, sizeof(out->x));
    k->samplers->add(0.3f, N, input.normal, out->x);
}

static void
run_few_items(const struct kernels *k, struct output *out)
{
    k->samplers->discrete(&tables.few, N, input.word, out->x);
}

static void
run_some_items(const struct kernels *k, struct output *out)
{
    k->samplers->discrete(&tables.some, N, input.word, out->x);
}

static void
run_many_items(const struct kernels *k, struct output *out)
{
    k->samplers->discrete(&tables.many, N, input.word, out->x);
}

static void
run_interpolated(const struct kernels *k, struct output *out)
{
    k->samplers->interpolated(&tables.lines, N, input.word, out->x);
}

static void
run_joint(const struct kernels *k, struct output *out)
{
    jc_joint_sampler_draw(tables.joint, k->samplers, N, input.word, input.other_word, out->x,
        out->y);
}

static const struct jc_log_linear fitted = { .scale = 17361.0f,
    .input_exponent = -0.585439f,
    .output_exponent = 0.226564f,
    .cap = 4572.23f,
    .log_scale = 9.7619f };

static void
run_log_linear(const struct kernels *k, struct output *out)
{
    k->models->log_linear(&fitted, N, input.tokens, input.tokens, out->x);
}

static void
run_log_linear_scattered(const struct kernels *k, struct output *out)
{
    memcpy(out->x, input.normal, sizeof(out->x));
    k->models->log_linear_scattered(&fitted, N, input.tokens, input.tokens, out->x);
}

static void
run_energy(const struct kernels *k, struct output *out)
{
    k->models->energy(N, input.unit, input.unit, input.unit, input.tokens, input.positive, out->x);
}

static void
run_log_batch(const struct kernels *k, struct output *out)
{
    out->sum += k->models->log_batch(2.0f, 6.0f, N - 3, input.positive, out->x);
}

static struct jc_curve
curve_of(size_t n_knots)
{
    struct jc_curve curve = { .n_knots = n_knots };
    size_t k;

    for (k = 0; k < n_knots; k++) {
        curve.log_batch[k] = (float) k - 5;
        curve.value[k] = 6 - 0.1f * (float) (k * k);
        curve.slope[k] = k + 1 < n_knots ? -0.1f * (float) (2 * k + 1) : 0;
    }
    return curve;
}

static void
run_curve(const struct kernels *k, struct output *out)
{
    const struct jc_curve curve = curve_of(8);

    k->models->curve(&curve, N, input.exponent, out->x);
}

static void
run_exp_curve(const struct kernels *k, struct output *out)
{
    const struct jc_curve curve = curve_of(12);

    k->models->exp_curve(&curve, N, input.exponent, out->x);
}

static void
run_largest_batch(const struct kernels *k, struct output *out)
{
    out->sum += k->models->largest_batch(1e8f, 131072.0f, 512.0f, N - 3, input.tokens, input.tokens,
        out->x);
}

static void
run_roofline(const struct kernels *k, struct output *out)
{
    const struct jc_roofline roofline = { 1.6e10f, 524288.0f, 989e12f, 1.6e10f, 131072.0f,
        3.35e12f };

    k->models->roofline(&roofline, N, input.tokens, input.tokens, input.unit, out->x);
}

static void
run_multiply(const struct kernels *k, struct output *out)
{
    memcpy(out->x, input.positive, sizeof(out->x));
    k->models->multiply(N, input.unit, out->x);
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

const struct loop loops[] = {
    { "words", run_words },
    { "scrambled Sobol points", run_sobol },
    { "strata", run_strata },
    { "tails", run_tails },
    { "log", run_log },
    { "exp", run_exp },
    { "normal", run_normal },
    { "lognormal", run_lognormal },
    { "exponential", run_exponential },
    { "uniform", run_uniform },
    { "normal words", run_normal_words },
    { "add", run_add },
    { "discrete, 5 items", run_few_items },
    { "discrete, 300 items", run_some_items },
    { "discrete, 30000 items", run_many_items },
    { "interpolated, 300", run_interpolated },
    { "joint, 8000 pairs", run_joint },
    { "log-linear throughput", run_log_linear },
    { "log-linear, scattered", run_log_linear_scattered },
    { "energy", run_energy },
    { "log batch", run_log_batch },
    { "curve, 8 knots", run_curve },
    { "exp curve, 12 knots", run_exp_curve },
    { "largest batch", run_largest_batch },
    { "roofline", run_roofline },
    { "multiply", run_multiply },
    { "moments", run_moments },
    { "tally", run_tally },
    { "largest bits", run_largest },
    { "fletcher32", run_fletcher },
};

const size_t n_loops = sizeof(loops) / sizeof(loops[0]);

/* N_PAIRS pairs of a value of the first variable, a quarter as many, and one of the second; all values are
 * classes of their own. Returns 0 when out of memory. */
static int
make_joint(double *value, double *weight, size_t *end, struct jc_cell *cell)
{
    const size_t n = N_PAIRS / 4;
    struct jc_marginal marginal[2] = { { NULL, n, value, weight }, { NULL, n, value, weight } };
    const struct jc_empirical empirical = { .n_marginals = 2,
        .marginal = marginal,
        .joint = { { 0, 1 }, { n, n }, { end, end }, N_PAIRS, cell } };
    size_t k;

    for (k = 0; k < N_PAIRS; k++) {
        end[k] = k + 1;
        cell[k] = (struct jc_cell){ { k / 4, (k / 4 * 7 + k % 4 * (n / 4)) % n }, weight[k] };
    }
    return jc_joint_sampler_new(&tables.joint, &empirical, NULL) == 0;
}

int
make_tables(void)
{
    double *value = calloc(N_ITEMS, sizeof(*value));
    double *weight = calloc(N_ITEMS, sizeof(*weight));
    size_t *end = calloc(N_PAIRS, sizeof(*end));
    struct jc_cell *cell = calloc(N_PAIRS, sizeof(*cell));
    int done = value != NULL && weight != NULL && end != NULL && cell != NULL;
    struct jc_pcg pcg;
    size_t k;

    jc_pcg_init(&pcg, 8, 9);
    for (k = 0; done && k < N_ITEMS; k++) {
        value[k] = (double) k;
        weight[k] = -log(((double) jc_pcg_next(&pcg) + 0.5) * 0x1p-32);
    }
    counts = calloc(JC_SKETCH_BUCKETS, sizeof(*counts));
    done = done && counts != NULL
        && jc_items_init(&tables.few, 5, weight, value, -INFINITY, INFINITY, NULL) == 0
        && jc_items_init(&tables.some, 300, weight, value, -INFINITY, INFINITY, NULL) == 0
        && jc_items_init(&tables.many, N_ITEMS, weight, value, -INFINITY, INFINITY, NULL) == 0
        && jc_lines_init(&tables.lines, 300, weight, value, -INFINITY, INFINITY, NULL) == 0
        && make_joint(value, weight, end, cell);
    free(value);
    free(weight);
    free(end);
    free(cell);
    return done;
}

void
free_tables(void)
{
    jc_items_free(&tables.few);
    jc_items_free(&tables.some);
    jc_items_free(&tables.many);
    jc_lines_free(&tables.lines);
    jc_joint_sampler_free(tables.joint);
    free(counts);
}

void
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
    for (j = 0; j < N; j++) {
        input.other_word[j] = jc_pcg_next(&pcg);
    }
    jc_sampler_kernels_get(JC_SIMD_SCALAR)->tails(N, input.word, input.tail);
    jc_sampler_kernels_get(JC_SIMD_SCALAR)->normal(0, 1, N, input.tail, input.normal);
}

void
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
