/*
 * Logarithm, exponential, normal distribution and its inverse in single precision, for inner loops.
 *
 * Branch-free JC_INLINE functions of one value, which compilers vectorise. They use only
 * IEEE-754 operations in a fixed order, so every compiler and every instruction set gives the same
 * bits. The coefficients come from derive_polynomials.py. The stated errors, in units in the last
 * place (ULP), are the largest of all floats of the domain, found by comparison with double
 * precision.
 */
#ifndef JC_SAMPLERS_VECTOR_MATH_H
#define JC_SAMPLERS_VECTOR_MATH_H

#include <stdint.h>
#include <string.h>

/* A loop with a call left in it is not vectorised. */
#define JC_INLINE static inline __attribute__((always_inline))

#define JC_VLOG_SPLIT 0x3f3504f3u /* the bits of sqrt(1/2) */
#define JC_VEXP_LOW (-87.33654f)  /* exp of it is nearly the smallest normal number */
#define JC_VEXP_HIGH 88.72283f    /* exp of anything above is infinite */

JC_INLINE uint32_t
jc_float_bits(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

JC_INLINE float
jc_float_from_bits(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA) || defined(__FP_FAST_FMAF)
/* a * b + c, rounded once. */
JC_INLINE float
jc_fmaf(float a, float b, float c)
{
    return __builtin_fmaf(a, b, c);
}
#else
/* The same, of finite numbers, without the instruction. The product is exact in double. The sum is
 * rounded to odd: cut towards zero, and the last bit set if anything was cut off (the error of the
 * sum is Knuth's TwoSum). Then the rounding to float is the only one that matters (Boldo and
 * Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to
 * odd", IEEE Transactions on Computers 57, 2008). */
JC_INLINE float
jc_fmaf(float a, float b, float c)
{
    const double product = (double) a * (double) b;
    const double addend = (double) c;
    double sum = product + addend;
    const double part = sum - product;
    const double error = (product - (sum - part)) + (addend - part);
    uint64_t sum_bits;
    uint64_t error_bits;
    uint64_t inexact;

    memcpy(&sum_bits, &sum, sizeof(sum_bits));
    memcpy(&error_bits, &error, sizeof(error_bits));
    inexact = (0 - (error_bits & INT64_MAX)) >> 63; /* 1 if the error is not 0; SSE2 can do this */
    sum_bits -= ((sum_bits ^ error_bits) >> 63) & inexact;
    sum_bits |= inexact;
    memcpy(&sum, &sum_bits, sizeof(sum));
    return (float) sum;
}
#endif

JC_INLINE float
jc_vsqrt(float x)
{
    return __builtin_sqrtf(x);
}

/* x = 2^e (1 + f) with 1 + f from sqrt(1/2) to sqrt(2), for a normal x > 0. */
JC_INLINE float
jc_vlog_split(float x, float *f)
{
    const uint32_t bits = jc_float_bits(x);
    const int32_t e = (int32_t) (bits - JC_VLOG_SPLIT) >> 23;

    *f = jc_float_from_bits(bits - ((uint32_t) e << 23)) - 1.0f;
    return (float) e;
}

/* log(2^e (1 + f)) */
JC_INLINE float
jc_vlog_join(float e, float f)
{
    float p = 0.087348446f;

    p = jc_fmaf(p, f, -0.14307523f);
    p = jc_fmaf(p, f, 0.14917973f);
    p = jc_fmaf(p, f, -0.16570508f);
    p = jc_fmaf(p, f, 0.19962072f);
    p = jc_fmaf(p, f, -0.25001755f);
    p = jc_fmaf(p, f, 0.3333395f);
    p = jc_fmaf(p, f, -0.4999999f);
    p = jc_fmaf(p, f * f, f);
    p = jc_fmaf(e, -1.9046543e-9f, p); /* log(2) less the float nearest to it */
    return jc_fmaf(e, 0.6931472f, p);
}

/* Natural logarithm of a positive normal number, error at most 1.15 ULP. For anything else: a
 * number without meaning. */
JC_INLINE float
jc_vlog(float x)
{
    float f;
    const float e = jc_vlog_split(x, &f);

    return jc_vlog_join(e, f);
}

/* Exponential of any number but NaN, error at most 1.02 ULP. Above 88.72283 it is INFINITY. It
 * never underflows: below -87.33654 it stays at 1.1754996e-38, just above the smallest normal
 * number. */
JC_INLINE float
jc_vexp(float x)
{
    const float magic = 0x1.8p23f; /* adding it rounds to an integer, in the low bits */
    const float above_low = x < JC_VEXP_LOW ? JC_VEXP_LOW : x;
    const float inside = above_low > JC_VEXP_HIGH ? JC_VEXP_HIGH : above_low;
    const float shifted = jc_fmaf(inside, 1.442695f, magic);
    const float n = shifted - magic;
    const float r = jc_fmaf(n, 1.9046543e-9f, jc_fmaf(n, -0.6931472f, inside));
    float p = 0.0013814612f;
    float y;

    p = jc_fmaf(p, r, 0.00836871f);
    p = jc_fmaf(p, r, 0.04166839f);
    p = jc_fmaf(p, r, 0.16666521f);
    p = jc_fmaf(p, r, 0.49999994f);
    p = jc_fmaf(p, r * r, r) + 1.0f;
    y = jc_float_from_bits(jc_float_bits(p) + (jc_float_bits(shifted) << 23));
    return x > JC_VEXP_HIGH ? __builtin_inff() : y;
}

/* The z with P(Z <= z) = t for tail = -t, and P(Z > z) = t for tail = t, where Z is standard normal
 * and 1e-19 <= t <= 0.5. Error at most 5.6 ULP for the tails of words, t >= 2^-33 (1.9e-6 in z),
 * and 23 ULP for those that only truncated distributions have.
 *
 * z = (1 - 2t) S(u) with u = -log2(4t (1 - t)). S is smooth from the centre to the far tail, and a
 * quotient of polynomials with positive coefficients fits it. u needs no more than absolute
 * accuracy, so one short logarithm does and no square root is needed. */
JC_INLINE float
jc_vnormal(float tail)
{
    const uint32_t sign = jc_float_bits(tail) & 0x80000000u;
    const float t = jc_float_from_bits(jc_float_bits(tail) ^ sign);
    float f;
    const float e = jc_vlog_split(jc_fmaf(-4.0f * t, t, 4.0f * t), &f);
    float u = 0.14574455f;
    float p = 1.746624e-08f;
    float q = 5.1443254e-07f;

    u = jc_fmaf(u, f, -0.23689047f);
    u = jc_fmaf(u, f, 0.25006905f);
    u = jc_fmaf(u, f, -0.28670743f);
    u = jc_fmaf(u, f, 0.36008722f);
    u = jc_fmaf(u, f, -0.48093945f);
    u = jc_fmaf(u, f, 0.72135717f);
    u = jc_fmaf(u, f, -1.4426948f);
    u = jc_fmaf(u, f, -e);
    p = jc_fmaf(p, u, 8.545699e-06f);
    p = jc_fmaf(p, u, 0.00026707712f);
    p = jc_fmaf(p, u, 0.0042518126f);
    p = jc_fmaf(p, u, 0.044587474f);
    p = jc_fmaf(p, u, 0.31506684f);
    p = jc_fmaf(p, u, 1.2533143f);
    q = jc_fmaf(q, u, 5.437031e-05f);
    q = jc_fmaf(q, u, 0.0008179106f);
    q = jc_fmaf(q, u, 0.01662317f);
    q = jc_fmaf(q, u, 0.069922574f);
    q = jc_fmaf(q, u, 1.0f);
    p = p * (1.0f - 2.0f * t) / q;
    return jc_float_from_bits(jc_float_bits(p) ^ sign);
}

/* The inverse of jc_vnormal, without its sign: P(Z > |z|) of a standard normal number, for |z| up to 6.6
 * (2e-11; beyond it stays there). Error at most 5.9 ULP.
 *
 * exp(-z^2 / 2) P(|z|) / Q(|z|). The part of z^2 that rounding cuts off is put back. */
JC_INLINE float
jc_vnormal_tail(float z)
{
    const float magnitude = __builtin_fabsf(z);
    const float a = magnitude < 6.6f ? magnitude : 6.6f;
    const float square = a * a;
    const float half_cut = 0.5f * jc_fmaf(a, a, -square);
    const float density = jc_vexp(-0.5f * square);
    float p = 0.003179582f;
    float q = 0.007969414f;

    p = jc_fmaf(p, a, 0.034051258f);
    p = jc_fmaf(p, a, 0.16319612f);
    p = jc_fmaf(p, a, 0.41028097f);
    p = jc_fmaf(p, a, 0.5f);
    q = jc_fmaf(q, a, 0.08537646f);
    q = jc_fmaf(q, a, 0.41666034f);
    q = jc_fmaf(q, a, 1.117725f);
    q = jc_fmaf(q, a, 1.6184466f);
    q = jc_fmaf(q, a, 1.0f);
    return jc_fmaf(-half_cut, density, density) * (p / q);
}

/* -log P(X > x): the standard exponential variate of a tail, 1e-37 <= t <= 0.5. Small values come
 * from log(1 - t) with t as it is, so that they keep their relative precision: error at most 2.7
 * ULP. */
JC_INLINE float
jc_vexponential(float tail)
{
    const float t = __builtin_fabsf(tail);
    float f;
    const float e = jc_vlog_split(tail > 0.0f ? t : 1.0f - t, &f);
    const float exact = tail < 0.0f && e == 0.0f ? -t : f;

    return -jc_vlog_join(e, exact);
}

#endif
