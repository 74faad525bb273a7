/*
 * One source of the inner loops; meson compiles it once per variant, with JC_SIMD_VARIANT naming
 * the variant and the flags of its instruction set. `omp simd` (-fopenmp-simd, without OpenMP)
 * makes compilers vectorise where they would not dare or would unroll first; there are no sums here
 * whose order could change.
 */
#include "samplers/kernels.h"
#include "samplers/points_loops.h"
#include "samplers/vector_math.h"

#define FEW_ITEMS 16 /* that are compared as fast as one is looked up */

/* Leapfrog: lane j makes the words j, j + JC_LANES, ...; each step of a lane is JC_LANES steps of
 * the generator. */
static void
words(struct jc_lanes *lanes, size_t n, uint32_t *restrict word)
{
    const uint64_t multiplier = lanes->multiplier;
    const uint64_t increment = lanes->increment;
    uint64_t state[JC_LANES];
    size_t i, j;

    for (j = 0; j < JC_LANES; j++) {
        state[j] = lanes->state[j];
    }
    for (i = 0; i < n; i += JC_LANES) {
#pragma omp simd
        for (j = 0; j < JC_LANES; j++) {
            const uint64_t s = state[j];
            const uint32_t shifted = (uint32_t) (((s >> 18) ^ s) >> 27);
            const uint32_t rotation = (uint32_t) (s >> 59);

            state[j] = s * multiplier + increment;
            word[i + j] = (shifted >> rotation) | (shifted << (-rotation & 31));
        }
    }
    for (j = 0; j < JC_LANES; j++) {
        lanes->state[j] = state[j];
    }
}

/* The 31 bits below the top one, complemented in the upper half, count from the nearer end. */
static void
tails(size_t n, const uint32_t *restrict word, float *restrict tail)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        const uint32_t w = word[i];
        const uint32_t m = w ^ (uint32_t) ((int32_t) w >> 31);
        const float t = ((float) (int32_t) m + 0.5f) * 0x1p-32f;

        tail[i] = jc_float_from_bits(jc_float_bits(t) | (~w & 0x80000000u));
    }
}

static void
tails_between(const struct jc_interval *part, size_t n, const uint32_t *restrict word,
    float *restrict tail)
{
    const struct jc_interval p = *part;
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        const int32_t centred = (int32_t) (word[i] ^ 0x80000000u);
        const double rank = ((double) centred + 0x1p31 + 0.5) * 0x1p-32;
        const double below = p.low + rank * p.width;
        const double above = p.high + (1.0 - rank) * p.width;

        tail[i] = (float) (below <= 0.5 ? -below : above);
    }
}

/* The way back: m from t * 2^32 = m + 0.5, then the bits as `tails` found them. */
static void
normal_words(size_t n, const float *restrict z, uint32_t *restrict word)
{
    const float below_half = 0x1.fffffep30f; /* the largest float below 2^31 */
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        const float rank = jc_vnormal_tail(z[i]) * 0x1p32f;
        const int32_t m = (int32_t) (rank < below_half ? rank : below_half);

        word[i] = (uint32_t) m ^ ~(uint32_t) ((int32_t) jc_float_bits(z[i]) >> 31);
    }
}

static void
uniform(float low, float high, size_t n, const float *restrict tail, float *restrict x)
{
    const float width = high - low;
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        x[i] = jc_fmaf(-width, tail[i], tail[i] < 0.0f ? low : high);
    }
}

static void
triangular(const struct jc_triangle *triangle, size_t n, const float *restrict tail,
    float *restrict x)
{
    const struct jc_triangle p = *triangle;
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        const float t = __builtin_fabsf(tail[i]);
        const float below = tail[i] < 0.0f ? t : 1.0f - t;
        const float above = tail[i] < 0.0f ? 1.0f - t : t;
        const float left = p.low + jc_vsqrt(below * p.square_left);
        const float right = p.high - jc_vsqrt(above * p.square_right);

        x[i] = below < p.below_mode ? left : right;
    }
}

static void
normal(float mean, float sd, size_t n, const float *restrict tail, float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        x[i] = jc_fmaf(sd, jc_vnormal(tail[i]), mean);
    }
}

/* Two loops: one would need more constants than there are registers. */
static void
lognormal(float median, float sigma, size_t n, const float *restrict tail, float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        x[i] = sigma * jc_vnormal(tail[i]);
    }
#pragma omp simd
    for (i = 0; i < end; i++) {
        x[i] = median * jc_vexp(x[i]);
    }
}

static void
exponential(float mean, size_t n, const float *restrict tail, float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        x[i] = mean * jc_vexponential(tail[i]);
    }
}

/* The curve of a table at the normal variate of a tail. */
JC_INLINE float
curve(const struct jc_quantile_table *table, float tail)
{
    const float per_unit = (float) JC_TABLE_CELLS_PER_UNIT;
    const float place = jc_fmaf(jc_vnormal(tail), per_unit, (float) JC_TABLE_LIMIT * per_unit);
    const int32_t floor = (int32_t) place;
    const int32_t inside = floor < 0 ? 0 : floor;
    const int32_t k = inside > JC_TABLE_CELLS - 1 ? JC_TABLE_CELLS - 1 : inside;
    const float s = place - (float) k;
    float y = jc_fmaf(table->d[k], s, table->c[k]);

    y = jc_fmaf(y, s, table->b[k]);
    return jc_fmaf(y, s, table->a[k]);
}

static void
gamma_values(const struct jc_quantile_table *table, float median, size_t n,
    const float *restrict tail, float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        x[i] = median * jc_vexp(curve(table, tail[i]));
    }
}

/* 1 / (1 + exp(-y)), from the nearer end. */
static void
beta_values(const struct jc_quantile_table *table, size_t n, const float *restrict tail,
    float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        const float y = curve(table, tail[i]);
        const float odds = jc_vexp(-__builtin_fabsf(y));

        x[i] = (y < 0.0f ? odds : 1.0f) / (1.0f + odds);
    }
}

/* The first item whose last word is not before this one. A guide of several entries for each item
 * (items.h) leaves one step at most to most words, which needs no branch. */
JC_INLINE const struct jc_item *
find_item(const struct jc_item *item, const uint32_t *guide, unsigned shift, uint32_t word)
{
    uint32_t k = guide[word >> shift];

    k += word > item[k].last;
    while (__builtin_expect(word > item[k].last, 0)) {
        k++;
    }
    return &item[k];
}

/* A few items are compared one by one, all lanes at once. */
static void
discrete_few(const struct jc_items *items, size_t n, const uint32_t *restrict word,
    float *restrict x)
{
    const struct jc_item *item = items->item;
    const size_t end = jc_round_to_lanes(n);
    float y[JC_LANES];
    size_t i, j, k;

    for (i = 0; i < end; i += JC_LANES) {
        for (j = 0; j < JC_LANES; j++) {
            y[j] = item->value;
        }
        for (k = 1; k < items->n; k++) {
            const uint32_t last = item[k - 1].last;
            const float value = item[k].value;

#pragma omp simd
            for (j = 0; j < JC_LANES; j++) {
                y[j] = word[i + j] > last ? value : y[j];
            }
        }
        for (j = 0; j < JC_LANES; j++) {
            x[i + j] = y[j];
        }
    }
}

static void
discrete(const struct jc_items *items, size_t n, const uint32_t *restrict word, float *restrict x)
{
    const struct jc_items table = *items;
    const size_t end = jc_round_to_lanes(n);
    size_t i;

    if (table.n <= FEW_ITEMS) {
        discrete_few(items, n, word, x);
        return;
    }
    for (i = 0; i < end; i++) {
        x[i] = find_item(table.item, table.guide, table.shift, word[i])->value;
    }
}

static void
interpolated(const struct jc_lines *lines, size_t n, const uint32_t *restrict word,
    float *restrict x)
{
    const struct jc_items table = lines->items;
    const float *slope = lines->slope;
    const size_t end = jc_round_to_lanes(n);
    size_t i;

    for (i = 0; i < end; i++) {
        const struct jc_item *item = find_item(table.item, table.guide, table.shift, word[i]);

        x[i] = item->value - slope[item - table.item] * (float) (item->last - word[i]);
    }
}

static void
joint(const struct jc_joint_tables *tables, size_t n, const uint32_t *restrict first_word,
    const uint32_t *restrict second_word, float *restrict first, float *restrict second)
{
    const struct jc_joint_tables t = *tables;
    const size_t end = jc_round_to_lanes(n);
    size_t i;

    for (i = 0; i < end; i++) {
        const struct jc_item *item =
            find_item(t.first.item, t.first.guide, t.first.shift, first_word[i]);
        const struct jc_table table = t.table[item - t.first.item];

        first[i] = item->value;
        second[i] = find_item(t.item, t.guide + table.guide, table.shift, second_word[i])->value;
    }
}

static void
constant(float value, size_t n, float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        x[i] = value;
    }
}

static void
add(float factor, size_t n, const float *restrict y, float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        x[i] = jc_fmaf(factor, y[i], x[i]);
    }
}

static void
select_values(float which, size_t n, const float *restrict choice, const float *restrict y,
    float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        x[i] = choice[i] == which ? y[i] : x[i];
    }
}

static void
limit(float low, float high, size_t n, float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        const float above_low = x[i] < low ? low : x[i];

        x[i] = above_low > high ? high : above_low;
    }
}

/* From 2^23 on every float is an integer; below, adding and taking away 2^23 rounds. */
static void
round_values(size_t n, float *restrict x)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        const uint32_t sign = jc_float_bits(x[i]) & 0x80000000u;
        const float magnitude = __builtin_fabsf(x[i]);
        const float rounded = (magnitude + 0x1p23f) - 0x1p23f;
        const float kept = magnitude < 0x1p23f ? rounded : magnitude;

        x[i] = jc_float_from_bits(jc_float_bits(kept) | sign);
    }
}

static void
log_values(size_t n, const float *restrict x, float *restrict y)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        y[i] = jc_vlog(x[i]);
    }
}

static void
exp_values(size_t n, const float *restrict x, float *restrict y)
{
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        y[i] = jc_vexp(x[i]);
    }
}

#define JOIN_NAMES(prefix, variant) prefix##variant
#define VARIANT_NAME(variant) JOIN_NAMES(jc_sampler_kernels_, variant)

const struct jc_sampler_kernels VARIANT_NAME(JC_SIMD_VARIANT) = {
    .words = words,
    .sobol = sobol,
    .scramble = scramble,
    .strata = strata,
    .tails = tails,
    .tails_between = tails_between,
    .normal_words = normal_words,
    .uniform = uniform,
    .triangular = triangular,
    .normal = normal,
    .lognormal = lognormal,
    .exponential = exponential,
    .gamma = gamma_values,
    .beta = beta_values,
    .discrete = discrete,
    .interpolated = interpolated,
    .joint = joint,
    .constant = constant,
    .add = add,
    .select = select_values,
    .limit = limit,
    .round = round_values,
    .log = log_values,
    .exp = exp_values,
};
