/* Compiled once per variant, with JC_SIMD_VARIANT as its name; see results/meson.build. */
#include "results/kernels.h"

#include <string.h>

#include "results/sketch.h"

#define PASTE(a, b) a##b
#define VARIANT(name, variant) PASTE(name, variant)
#define KERNELS VARIANT(jc_record_kernels_, JC_SIMD_VARIANT)

#define LANES JC_MOMENT_LANES

static inline uint32_t
bits_of(float x)
{
    const float positive_zero = x + 0.0f;
    uint32_t bits;

    memcpy(&bits, &positive_zero, sizeof(bits));
    return bits;
}

static void
moments(struct jc_moment_lanes *restrict lanes, size_t n, const float *restrict x)
{
    struct jc_moment_lanes l = *lanes;
    const size_t whole = n / LANES * LANES;
    double difference;
    size_t j, k;

    for (j = 0; j < whole; j += LANES) {
        for (k = 0; k < LANES; k++) {
            difference = (double) x[j + k] - l.shift;
            l.sum[k] += difference;
            l.square[k] += difference * difference;
            l.min[k] = x[j + k] < l.min[k] ? x[j + k] : l.min[k];
            l.max[k] = x[j + k] > l.max[k] ? x[j + k] : l.max[k];
        }
    }
    for (k = 0; k < n - whole; k++) {
        difference = (double) x[whole + k] - l.shift;
        l.sum[k] += difference;
        l.square[k] += difference * difference;
        l.min[k] = x[whole + k] < l.min[k] ? x[whole + k] : l.min[k];
        l.max[k] = x[whole + k] > l.max[k] ? x[whole + k] : l.max[k];
    }
    *lanes = l;
}

static void
tally(size_t n, const float *restrict x, uint64_t *restrict count)
{
    uint32_t bucket[LANES];
    const size_t whole = n / LANES * LANES;
    size_t j, k;

    for (j = 0; j < whole; j += LANES) {
        for (k = 0; k < LANES; k++) {
            bucket[k] = bits_of(x[j + k]) >> JC_SKETCH_SHIFT;
        }
        for (k = 0; k < LANES; k++) {
            count[bucket[k]]++;
        }
    }
    for (j = whole; j < n; j++) {
        count[bits_of(x[j]) >> JC_SKETCH_SHIFT]++;
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

extern const struct jc_record_kernels KERNELS;

const struct jc_record_kernels KERNELS = {
    .moments = moments,
    .tally = tally,
    .largest_bits = largest_bits,
};
