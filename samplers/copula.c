#include "samplers/copula.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/stable_math.h"

#define GRID 16384 /* words at which a variable's values are looked at, evenly spaced */
#define GRID_SHIFT 18
#define SLICE 128 /* words whose normal numbers are kept at a time */
#define SQRT_2PI 2.50662827463100050242
#define SMALLEST_PIVOT 1e-9 /* of Cholesky's factor, squared */
#define BISECTIONS 60
#define TOLERANCE 1e-6 /* of the ends of what is in reach */

/* Values of a variable, and the normal numbers below which they stay below them. */
struct grid {
    float value[GRID];
    float z[GRID]; /* of the lower end of a value's step; z[0] is not used */
};

static void
grid_init(struct grid *self, const struct jc_sampler *sampler)
{
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(jc_simd_best());
    const uint32_t half_step = 1u << (GRID_SHIFT - 1);
    uint32_t word[JC_STRIP];
    float tail[JC_STRIP];
    struct jc_cursor cursor;
    uint32_t i, j;

    jc_sampler_seek(sampler, 0, &cursor);
    for (i = 0; i < GRID; i += JC_STRIP) {
        for (j = 0; j < JC_STRIP; j++) {
            word[j] = (i + j) << GRID_SHIFT;
        }
        kernels->tails(JC_STRIP, word, tail);
        kernels->normal(0, 1, JC_STRIP, tail, self->z + i);
        for (j = 0; j < JC_STRIP; j++) {
            word[j] += half_step;
        }
        jc_sampler_values(sampler, kernels, &cursor, JC_STRIP, word, self->value + i);
    }
}

/* The square roots of 0, 1, ... and their inverses. */
struct roots {
    double root[JC_COPULA_TERMS + 1];
    double inverse[JC_COPULA_TERMS + 1];
};

/* Adds what a step of the rank at z gives to each coefficient: the integral of He_k phi above z is
 * He_{k-1}(z) phi(z), and h_k = He_k / sqrt(k!) follows z h_{k-1} = sqrt(k) h_k + sqrt(k-1) h_{k-2}. */
static void
add_step(struct jc_rank_series *self, const struct roots *roots, double z, double step)
{
    double h = step * jc_exp(-0.5 * z * z) / SQRT_2PI; /* h_{k-1}, times the step and phi(z) */
    double before = 0;
    int k;

    for (k = 1; k <= JC_COPULA_TERMS; k++) {
        const double next = (z * h - roots->root[k - 1] * before) * roots->inverse[k];

        self->coefficient[k - 1] += h * roots->inverse[k];
        before = h;
        h = next;
    }
}

/* Runs of equal values share their rank, the middle of the run. */
static void
series_fill(struct jc_rank_series *self, const struct grid *grid)
{
    struct roots roots = { { 0 }, { 0 } };
    double last_rank = 0;
    size_t begin, end;
    int k;

    for (k = 1; k <= JC_COPULA_TERMS; k++) {
        roots.root[k] = sqrt(k);
        roots.inverse[k] = 1 / roots.root[k];
    }
    memset(self, 0, sizeof(*self));
    for (begin = 0; begin < GRID; begin = end) {
        end = begin + 1;
        while (end < GRID && grid->value[end] == grid->value[begin]) {
            end++;
        }
        const double rank = (double) (begin + end) / (2.0 * GRID) - 0.5;

        if (begin > 0) {
            add_step(self, &roots, (double) grid->z[begin], rank - last_rank);
        }
        self->variance += (double) (end - begin) / GRID * (rank * rank);
        last_rank = rank;
    }
}

int
jc_rank_series_init(struct jc_rank_series *self, const struct jc_sampler *sampler,
    struct jc_error *error)
{
    float value;
    struct grid *grid;

    if (jc_sampler_is_constant(sampler, &value)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "a constant has no correlation, nor has one value for the whole fleet");
    }
    if (jc_sampler_is_mixture(sampler)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "a mixture cannot be correlated, as another word chooses its component");
    }
    grid = malloc(sizeof(*grid));
    if (grid == NULL) {
        return jc_fail_memory(error);
    }
    grid_init(grid, sampler);
    series_fill(self, grid);
    free(grid);
    return self->variance > 0
        ? 0
        : jc_fail(error, JC_ERROR_SCENARIO, "nearly all values are equal, nothing to correlate");
}

/* The rank correlation that normal numbers with this correlation give (Mehler's formula). */
static double
rank_correlation(const struct jc_rank_series *a, const struct jc_rank_series *b, double normal)
{
    double sum = 0;
    int k;

    for (k = JC_COPULA_TERMS - 1; k >= 0; k--) {
        sum = normal * (a->coefficient[k] * b->coefficient[k] + sum);
    }
    return sum / sqrt(a->variance * b->variance);
}

int
jc_copula_normal_correlation(const struct jc_rank_series *a, const struct jc_rank_series *b,
    double rank, double *normal, struct jc_error *error)
{
    const double least = rank_correlation(a, b, -1);
    const double most = rank_correlation(a, b, 1);
    double low = -1;
    double high = 1;
    int k;

    if (!(rank >= least - TOLERANCE && rank <= most + TOLERANCE)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "a rank correlation of %g is out of reach, ties allow %g to %g", rank,
            trunc(100 * (least - TOLERANCE)) / 100, trunc(100 * (most + TOLERANCE)) / 100);
    }
    for (k = 0; rank != 0 && k < BISECTIONS; k++) {
        const double middle = 0.5 * (low + high);

        if (rank_correlation(a, b, middle) < rank) {
            low = middle;
        } else {
            high = middle;
        }
    }
    *normal = 0.5 * (low + high);
    return 0;
}

/* Row k of Cholesky's factor, in double precision. Returns 0 where the matrix is not positive definite. */
static int
factor_row(double *factor, size_t n, size_t k, const double *normal)
{
    double *row = factor + k * n;
    size_t i, j;

    for (j = 0; j <= k; j++) {
        double sum = normal[k * n + j];

        for (i = 0; i < j; i++) {
            sum -= row[i] * factor[j * n + i];
        }
        if (j == k && !(sum >= SMALLEST_PIVOT)) {
            return 0;
        }
        row[j] = j < k ? sum / factor[j * n + j] : sqrt(sum);
    }
    return 1;
}

int
jc_copula_init(struct jc_copula *self, size_t n, const double *normal, struct jc_error *error)
{
    int ret = 0;
    size_t k;
    double *factor = calloc(n * n, sizeof(*factor));

    self->n = n;
    self->factor = calloc(n * n, sizeof(*self->factor));
    if (factor == NULL || self->factor == NULL) {
        ret = jc_fail_memory(error);
        goto out;
    }
    if (n > JC_COPULA_VARIABLES) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "%zu variables are correlated, at most %d can be",
            n, JC_COPULA_VARIABLES);
        goto out;
    }
    for (k = 0; k < n; k++) {
        if (!factor_row(factor, n, k, normal)) {
            ret = jc_fail(error, JC_ERROR_SCENARIO,
                "these correlations contradict one another: no variables have all of them");
            goto out;
        }
    }
    for (k = 0; k < n * n; k++) {
        self->factor[k] = (float) factor[k];
    }
out:
    free(factor);
    if (ret != 0) {
        jc_copula_free(self);
    }
    return ret;
}

void
jc_copula_free(struct jc_copula *self)
{
    free(self->factor);
    self->factor = NULL;
    self->n = 0;
}

/* 1 if a row leaves its variable as it is. */
static int
row_is_free(const float *row, size_t k)
{
    size_t j = 0;

    while (j < k && row[j] == 0.0f) {
        j++;
    }
    return j == k;
}

/* Changes words `begin` up to `begin` + n. */
static void
apply_slice(const struct jc_copula *self, const struct jc_sampler_kernels *kernels, size_t begin,
    size_t n, uint32_t *const *word)
{
    float z[JC_COPULA_VARIABLES][SLICE];
    float tail[SLICE];
    float sum[SLICE];
    size_t j, k;

    for (k = 0; k < self->n; k++) {
        kernels->tails(n, word[k] + begin, tail);
        kernels->normal(0, 1, n, tail, z[k]);
    }
    for (k = 0; k < self->n; k++) {
        const float *row = self->factor + k * self->n;

        if (row_is_free(row, k)) {
            continue;
        }
        kernels->constant(0, n, sum);
        for (j = 0; j <= k; j++) {
            kernels->add(row[j], n, z[j], sum);
        }
        kernels->normal_words(n, sum, word[k] + begin);
    }
}

void
jc_copula_apply(const struct jc_copula *self, const struct jc_sampler_kernels *kernels,
    size_t n_words, uint32_t *const *word)
{
    size_t i;

    for (i = 0; i < n_words; i += SLICE) {
        apply_slice(self, kernels, i, n_words - i < SLICE ? n_words - i : SLICE, word);
    }
}
