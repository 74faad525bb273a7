/*
 * The loops that make points, a part of kernels.c: see kernels.h for what they do and points.h for what it means.
 */
#ifndef JC_SAMPLERS_POINTS_LOOPS_H
#define JC_SAMPLERS_POINTS_LOOPS_H

#include "samplers/kernels.h"
#include "samplers/sobol.h"
#include "samplers/vector_math.h"

/* A group of lanes shares all but the lowest bits of its points' numbers; from one group to the next, the
 * lowest zero of the rest and the ones below it change. */
static void
sobol(const uint32_t *column, uint64_t first, size_t n, uint32_t *restrict word)
{
    const uint64_t first_group = first / JC_LANES;
    uint32_t lane[JC_LANES] = { 0 };
    uint32_t changes[JC_SOBOL_BITS]; /* the columns of bit 4 to bit k, XORed */
    uint32_t group = 0;
    size_t i, j, k;

    for (k = 0; k < 4; k++) {
        for (j = 0; j < JC_LANES; j++) {
            lane[j] ^= (j >> k & 1) != 0 ? column[k] : 0;
        }
    }
    for (k = 4; k < JC_SOBOL_BITS; k++) {
        changes[k] = column[k] ^ (k > 4 ? changes[k - 1] : 0);
        group ^= (first >> k & 1) != 0 ? column[k] : 0;
    }
    for (i = 0; i < n; i += JC_LANES) {
#pragma omp simd
        for (j = 0; j < JC_LANES; j++) {
            word[i + j] = group ^ lane[j];
        }
        k = 4 + (size_t) __builtin_ctzll(first_group + i / JC_LANES + 1);
        group ^= changes[k < JC_SOBOL_BITS ? k : JC_SOBOL_BITS - 1];
    }
}

/* A word in which every bit depends on every bit of x and of both keys: the finaliser of MurmurHash3 (Appleby,
 * public domain), with a key before it and one in its middle. */
JC_INLINE uint32_t
hash(uint32_t x, uint32_t before, uint32_t within)
{
    uint32_t h = x ^ before;

    h ^= h >> 16;
    h *= 0x85ebca6bu;
    h ^= h >> 13;
    h += within;
    h *= 0xc2b2ae35u;
    return h ^ (h >> 16);
}

/* The flips of n_digits <= 5 digits from the place `begin` on, 0 being the highest. Each digit is flipped by a
 * random bit that belongs to all digits before it, and they are the nodes of a tree: the hash of the digits
 * before `begin` has the bits of a part of it, 1 for its root and 2 k, 2 k + 1 for what is below k. */
JC_INLINE uint32_t
flips(uint32_t x, unsigned begin, unsigned n_digits, uint32_t before, uint32_t within)
{
    const uint32_t h = hash(x >> 1 >> (31 - begin), before, within);
    const unsigned rest = 32 - begin - n_digits;
    const uint32_t node = (x >> rest & ((1u << n_digits) - 1)) | 1u << n_digits;
    uint32_t flip = 0;
    unsigned k;

    for (k = 0; k < n_digits; k++) {
        flip = flip << 1 | (h >> (node >> (n_digits - k)) & 1);
    }
    return flip << rest;
}

static void
scramble(const struct jc_scramble *scramble, size_t n, uint32_t *restrict word)
{
    const struct jc_scramble s = *scramble;
    const size_t end = jc_round_to_lanes(n);
    size_t i;

#pragma omp simd
    for (i = 0; i < end; i++) {
        const uint32_t x = word[i];
        uint32_t flip = flips(x, 0, 5, s.before[0], s.within[0]);

        flip |= flips(x, 5, 5, s.before[1], s.within[1]);
        flip |= flips(x, 10, 5, s.before[2], s.within[2]);
        flip |= flips(x, 15, 5, s.before[3], s.within[3]);
        flip |= flips(x, 20, 5, s.before[4], s.within[4]);
        flip |= flips(x, 25, 5, s.before[5], s.within[5]);
        flip |= flips(x, 30, 2, s.before[6], s.within[6]);
        word[i] = x ^ flip;
    }
}

/* A Feistel network: each round changes one half of the bits by a hash of the other. */
JC_INLINE uint32_t
permute(const struct jc_strata *s, unsigned low_bits, uint32_t low_mask, uint32_t high_mask,
    uint32_t x)
{
    uint32_t low = x & low_mask;
    uint32_t high = x >> low_bits;
    size_t k;

    for (k = 0; k < JC_POINTS_ROUNDS; k += 2) {
        high ^= hash(low, s->round[k], 0) & high_mask;
        low ^= hash(high, s->round[k + 1], 0) & low_mask;
    }
    return high << low_bits | low;
}

/* Points beyond the last one, which only fill the lanes, count as the last. Stratum j has the words from
 * floor(2^32 j / n) on. */
static void
strata(const struct jc_strata *strata, uint64_t first, size_t n, const uint32_t *restrict place,
    uint32_t *restrict word)
{
    const struct jc_strata s = *strata;
    const unsigned low_bits = s.bits - s.bits / 2;
    const uint32_t low_mask = (1u << low_bits) - 1;
    const uint32_t high_mask = (1u << s.bits / 2) - 1;
    const uint32_t last = (uint32_t) (s.n - 1);
    uint32_t x[JC_LANES];
    uint32_t outside;
    size_t i, j;

    for (i = 0; i < n; i += JC_LANES) {
        outside = 0;
#pragma omp simd reduction(| : outside)
        for (j = 0; j < JC_LANES; j++) {
            x[j] = permute(&s, low_bits, low_mask, high_mask,
                first + i + j < last ? (uint32_t) (first + i + j) : last);
            outside |= x[j] > last;
        }
        while (outside != 0) {
            outside = 0;
#pragma omp simd reduction(| : outside)
            for (j = 0; j < JC_LANES; j++) {
                const uint32_t again = permute(&s, low_bits, low_mask, high_mask, x[j]);

                x[j] = x[j] > last ? again : x[j];
                outside |= x[j] > last;
            }
        }
        for (j = 0; j < JC_LANES; j++) {
            word[i + j] = (uint32_t) (((uint64_t) x[j] << 32 | place[i + j]) / s.n);
        }
    }
}

#endif
