/* Compiled once per variant, with JC_SIMD_VARIANT as its name; see results/meson.build. */
#include "results/kernels.h"

#include <string.h>

#include "results/sketch.h"

#define PASTE(a, b) a##b
#define VARIANT(name, variant) PASTE(name, variant)
#define KERNELS VARIANT(jc_record_kernels_, JC_SIMD_VARIANT)

#define LANES JC_MOMENT_LANES
#define TALLY_RUN 256

static inline uint32_t
bits_of(float x)
{
    const float positive_zero = x + 0.0f;
    uint32_t bits;

    memcpy(&bits, &positive_zero, sizeof(bits));
    return bits;
}

/* One group of values, at most one per lane, into the lanes. */
static inline void
add_group(double shift, size_t n, const float *restrict x, double *restrict sum,
    double *restrict square, float *restrict min, float *restrict max)
{
    double difference;
    size_t k;

#pragma omp simd private(difference)
    for (k = 0; k < n; k++) {
        difference = (double) x[k] - shift;
        sum[k] += difference;
        square[k] += difference * difference;
    }
#pragma omp simd
    for (k = 0; k < n; k++) {
        min[k] = x[k] < min[k] ? x[k] : min[k];
        max[k] = x[k] > max[k] ? x[k] : max[k];
    }
}

static void
moments(struct jc_moment_lanes *restrict lanes, size_t n, const float *restrict x)
{
    const double shift = lanes->shift;
    double sum[LANES], square[LANES];
    float min[LANES], max[LANES];
    size_t j;

    memcpy(sum, lanes->sum, sizeof(sum));
    memcpy(square, lanes->square, sizeof(square));
    memcpy(min, lanes->min, sizeof(min));
    memcpy(max, lanes->max, sizeof(max));
    for (j = 0; j + LANES <= n; j += LANES) {
        add_group(shift, LANES, x + j, sum, square, min, max);
    }
    add_group(shift, n - j, x + j, sum, square, min, max);
    memcpy(lanes->sum, sum, sizeof(sum));
    memcpy(lanes->square, square, sizeof(square));
    memcpy(lanes->min, min, sizeof(min));
    memcpy(lanes->max, max, sizeof(max));
}

/* First all buckets, then all counts: with both in one loop, clang takes the buckets out of vector
 * registers one by one, four times as slow. Two buckets come with one load of 8 bytes, as loads and not
 * additions are what the loop waits for. */
static void
tally(size_t n, const float *restrict x, uint64_t *restrict count)
{
    uint32_t bucket[TALLY_RUN];
    uint64_t pair;
    size_t first, run, j;

    for (first = 0; first < n; first += run) {
        run = n - first < TALLY_RUN ? n - first : TALLY_RUN;
        for (j = 0; j < run; j++) {
            bucket[j] = bits_of(x[first + j]) >> JC_SKETCH_SHIFT;
        }
        for (j = 0; j + 1 < run; j += 2) {
            memcpy(&pair, &bucket[j], sizeof(pair));
            count[pair & UINT32_MAX]++;
            count[pair >> 32]++;
        }
        if (j < run) {
            count[bucket[j]]++;
        }
    }
}

static uint32_t
largest_bits(size_t n, const float *restrict x)
{
    uint32_t largest = 0;
    uint32_t bits;
    size_t j;

    for (j = 0; j < n; j++) {
        bits = bits_of(x[j]);
        largest = bits > largest ? bits : largest;
    }
    return largest;
}

/* The sums of a run of whole rows, each of FLETCHER_LANES words: per lane, of the words and of the
 * running sums. FLETCHER_ROWS rows fit in 32 bits. */
#define FLETCHER_LANES 32
#define FLETCHER_ROWS 256

static void
fletcher_rows(size_t n_rows, const uint16_t *restrict word, uint64_t *sum1, uint64_t *sum2)
{
    uint32_t plain[FLETCHER_LANES] = { 0 };
    uint32_t running[FLETCHER_LANES] = { 0 };
    uint64_t plain_total = 0;
    uint64_t running_total = 0;
    size_t j, k;

    for (j = 0; j < n_rows; j++) {
        for (k = 0; k < FLETCHER_LANES; k++) {
            const uint16_t w = word[j * FLETCHER_LANES + k];

            plain[k] += (uint16_t) (w >> 8 | w << 8);
            running[k] += plain[k];
        }
    }
    /* A word that is r rows and k lanes into the run is counted (rows - r) * lanes - k times. */
    for (k = 0; k < FLETCHER_LANES; k++) {
        plain_total += plain[k];
        running_total += (uint64_t) FLETCHER_LANES * running[k] - k * (uint64_t) plain[k];
    }
    *sum2 += *sum1 * n_rows * FLETCHER_LANES + running_total;
    *sum1 += plain_total;
}

/* Modulo 65535, in 1 to 65535 unless it is 0. */
static uint32_t
fold(uint64_t sum)
{
    return sum == 0 ? 0 : (uint32_t) ((sum - 1) % 65535 + 1);
}

static uint32_t
fletcher32(size_t n, const uint16_t *restrict word)
{
    const size_t rows = n / FLETCHER_LANES;
    uint64_t sum1 = 0;
    uint64_t sum2 = 0;
    size_t row, run, j;

    for (row = 0; row < rows; row += run) {
        run = rows - row < FLETCHER_ROWS ? rows - row : FLETCHER_ROWS;
        fletcher_rows(run, word + row * FLETCHER_LANES, &sum1, &sum2);
        sum1 = fold(sum1);
        sum2 = fold(sum2);
    }
    for (j = rows * FLETCHER_LANES; j < n; j++) {
        sum1 += (uint16_t) (word[j] >> 8 | word[j] << 8);
        sum2 += sum1;
    }
    return fold(sum2) << 16 | fold(sum1);
}

extern const struct jc_record_kernels KERNELS;

const struct jc_record_kernels KERNELS = {
    .moments = moments,
    .tally = tally,
    .largest_bits = largest_bits,
    .fletcher32 = fletcher32,
};
