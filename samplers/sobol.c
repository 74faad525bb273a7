#include "samplers/sobol.h"

static unsigned
degree_of(unsigned polynomial)
{
    return 31u - (unsigned) __builtin_clz(polynomial);
}

/* m_k = 2 c_1 m_{k-1} ^ 4 c_2 m_{k-2} ^ ... ^ 2^s m_{k-s} ^ m_{k-s}, where c_j is the coefficient of x^(s-j);
 * here for columns, which are m_k / 2^k as fractions of 32 bits. */
void
jc_sobol_columns(size_t dimension, uint32_t column[JC_SOBOL_BITS])
{
    const struct jc_sobol_direction *direction = &jc_sobol_directions[dimension];
    const unsigned polynomial = direction->polynomial;
    const unsigned degree = degree_of(polynomial);
    unsigned j, k;

    for (k = 0; k < JC_SOBOL_BITS; k++) {
        if (degree == 0) {
            column[k] = 1u << (31 - k);
        } else if (k < degree) {
            column[k] = (uint32_t) direction->m[k] << (31 - k);
        } else {
            column[k] = column[k - degree] ^ (column[k - degree] >> degree);
            for (j = 1; j < degree; j++) {
                column[k] ^= (polynomial >> (degree - j) & 1) != 0 ? column[k - j] : 0;
            }
        }
    }
}

uint32_t
jc_sobol_word(const uint32_t column[JC_SOBOL_BITS], uint64_t point)
{
    uint32_t word = 0;
    unsigned k;

    for (k = 0; k < JC_SOBOL_BITS; k++) {
        word ^= (point >> k & 1) != 0 ? column[k] : 0;
    }
    return word;
}
