/*
 * Sobol sequences in words of 32 bits, any point at any time.
 *
 * Word of point i in a dimension: the XOR of the columns of that dimension's generator matrix that belong to the
 * bits of i (binary order, not Gray code). Any 2^m points from a multiple of 2^m on, m <= 32, have one word in
 * each of the 2^m equal parts of the range. Sobol, USSR Comput. Math. Math. Phys. 7 (1967), 86-112; columns as
 * in Joe and Kuo, SIAM J. Sci. Comput. 30 (2008), 2635-2654, with their numbers.
 */
#ifndef JC_SAMPLERS_SOBOL_H
#define JC_SAMPLERS_SOBOL_H

#include <stddef.h>
#include <stdint.h>

#define JC_SOBOL_DIMENSIONS 256
#define JC_SOBOL_BITS 32
#define JC_SOBOL_DEGREE 11 /* the largest of a polynomial */

/* What makes a dimension. */
struct jc_sobol_direction {
    uint16_t polynomial;         /* primitive over GF(2): bit k is the coefficient of x^k */
    uint16_t m[JC_SOBOL_DEGREE]; /* as many as its degree: m[k] is odd and below 2^(k + 1) */
};

extern const struct jc_sobol_direction jc_sobol_directions[JC_SOBOL_DIMENSIONS];

/* column[k] belongs to bit k of a point's number; dimension is below JC_SOBOL_DIMENSIONS. */
void jc_sobol_columns(size_t dimension, uint32_t column[JC_SOBOL_BITS]);

/* The word of a point, modulo 2^32: the reference of the loop in kernels.h. */
uint32_t jc_sobol_word(const uint32_t column[JC_SOBOL_BITS], uint64_t point);

#endif
