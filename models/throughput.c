#include "models/throughput.h"

#include <math.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>

#include "models/least_squares.h"
#include "samplers/kernels.h"
#include "samplers/sampler.h"
#include "samplers/stable_math.h"

#define COEFFICIENT_BITS 40
#define COLLINEAR 1e-10             /* relative to the largest singular value */
#define MOST_DEGREES_OF_FREEDOM 2e6 /* of the table; beyond, t is normal for all that matters */

static double
log_tokens(double tokens)
{
    return jc_log(tokens > JC_TOKENS_FLOOR ? tokens : JC_TOKENS_FLOOR);
}

/* ln TPS against (1, ln L_in, ln L_out). */
static int
fit(struct jc_throughput_fit *self, const struct jc_measurements *measurements, gsl_matrix *x,
    gsl_vector *y, struct jc_error *error)
{
    double covariance[JC_COEFFICIENTS * JC_COEFFICIENTS];
    double coefficient[JC_COEFFICIENTS];
    gsl_vector_view coefficients = gsl_vector_view_array(coefficient, JC_COEFFICIENTS);
    gsl_matrix_view covariances =
        gsl_matrix_view_array(covariance, JC_COEFFICIENTS, JC_COEFFICIENTS);
    const struct jc_measurement *row;
    struct jc_least_squares squares;
    size_t j;
    int ret;

    for (j = 0; j < measurements->n_rows; j++) {
        row = &measurements->row[j];
        gsl_matrix_set(x, j, 0, 1);
        gsl_matrix_set(x, j, 1, log_tokens(row->input_tokens));
        gsl_matrix_set(x, j, 2, log_tokens(row->output_tokens));
        gsl_vector_set(y, j, jc_log(row->throughput_tokens_per_s));
    }
    ret = jc_least_squares(&squares, x, y, COLLINEAR, &coefficients.vector, &covariances.matrix,
        error);
    if (ret != 0) {
        return ret;
    }
    if (squares.rank < JC_COEFFICIENTS) {
        return jc_fail(error, JC_ERROR_INPUT,
            "the %zu throughput measurements lie on a line: they do not determine the effects of "
            "input and output tokens",
            measurements->n_rows);
    }
    for (j = 0; j < JC_COEFFICIENTS; j++) {
        self->coefficient[j] = jc_round_to_bits(coefficient[j], COEFFICIENT_BITS);
    }
    for (j = 0; j < JC_COEFFICIENTS * JC_COEFFICIENTS; j++) {
        self->unscaled_covariance[j] = jc_round_to_bits(covariance[j], COEFFICIENT_BITS);
    }
    self->n_rows = measurements->n_rows;
    self->degrees_of_freedom = measurements->n_rows - JC_COEFFICIENTS;
    self->residual_sd = NAN;
    if (self->degrees_of_freedom > 0) {
        self->residual_sd =
            jc_round_to_bits(sqrt(squares.chi_squared / (double) self->degrees_of_freedom),
                COEFFICIENT_BITS);
    }
    return 0;
}

/* A row without lengths would pass for one of JC_TOKENS_FLOOR tokens. */
static int
check_lengths(const struct jc_measurements *measurements, struct jc_error *error)
{
    const struct jc_measurement *row;
    size_t j;

    for (j = 0; j < measurements->n_rows; j++) {
        row = &measurements->row[j];
        if (isnan(row->input_tokens) || isnan(row->output_tokens)) {
            return jc_fail(error, JC_ERROR_INPUT,
                "throughput measurement %zu of %zu does not state its input and output tokens",
                j + 1, measurements->n_rows);
        }
    }
    return 0;
}

int
jc_throughput_fit(struct jc_throughput_fit *self, const struct jc_measurements *measurements,
    struct jc_error *error)
{
    gsl_error_handler_t *handler;
    gsl_matrix *x = NULL;
    gsl_vector *y = NULL;
    int ret;

    if (measurements->n_rows < JC_COEFFICIENTS) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%zu throughput measurements: a log-linear fit needs at least %d", measurements->n_rows,
            JC_COEFFICIENTS);
    }
    ret = check_lengths(measurements, error);
    if (ret != 0) {
        return ret;
    }
    handler = gsl_set_error_handler_off();
    x = gsl_matrix_alloc(measurements->n_rows, JC_COEFFICIENTS);
    y = gsl_vector_alloc(measurements->n_rows);
    if (x == NULL || y == NULL) {
        ret = jc_fail_memory(error);
    } else {
        ret = fit(self, measurements, x, y, error);
    }
    gsl_matrix_free(x);
    gsl_vector_free(y);
    (void) gsl_set_error_handler(handler);
    return ret;
}

struct jc_fit_scatter
jc_fit_pool(size_t n, const struct jc_throughput_fit *const *fits)
{
    struct jc_fit_scatter pooled = { .sd = NAN, .borrowed = true };
    double degrees_of_freedom;
    double squares = 0;
    size_t j;

    for (j = 0; j < n; j++) {
        degrees_of_freedom = (double) fits[j]->degrees_of_freedom;
        if (degrees_of_freedom > 0) {
            squares += degrees_of_freedom * fits[j]->residual_sd * fits[j]->residual_sd;
            pooled.degrees_of_freedom += degrees_of_freedom;
        }
    }
    if (pooled.degrees_of_freedom > 0) {
        pooled.sd = sqrt(squares / pooled.degrees_of_freedom);
    }
    return pooled;
}

/* The lower triangle L with L L' = a, by Cholesky; 0 if `a` is not positive definite. */
static int
factorise(const double *a, double *l)
{
    const size_t n = JC_COEFFICIENTS;
    double sum;
    size_t i, j, k;

    for (i = 0; i < n; i++) {
        for (j = 0; j <= i; j++) {
            sum = a[i * n + j];
            for (k = 0; k < j; k++) {
                sum -= l[i * n + k] * l[j * n + k];
            }
            if (i == j && !(sum > 0)) {
                return 0;
            }
            l[i * n + j] = i == j ? sqrt(sum) : sum / l[j * n + j];
        }
    }
    return 1;
}

int
jc_fit_law_init(struct jc_fit_law *self, const struct jc_throughput_fit *fit,
    const struct jc_fit_scatter *scatter, struct jc_error *error)
{
    const double degrees_of_freedom = fmin(scatter->degrees_of_freedom, MOST_DEGREES_OF_FREEDOM);
    double median;
    size_t j;

    *self = (struct jc_fit_law){ .median = 0 };
    if (!factorise(fit->unscaled_covariance, self->spread)) {
        return jc_fail(error, JC_ERROR_INPUT,
            "the %zu throughput measurements lie almost on a line: the uncertainty of the "
            "coefficients cannot be computed",
            fit->n_rows);
    }
    for (j = 0; j < JC_COEFFICIENTS; j++) {
        self->coefficient[j] = fit->coefficient[j];
    }
    for (j = 0; j < JC_COEFFICIENTS * JC_COEFFICIENTS; j++) {
        self->spread[j] *= scatter->sd;
    }
    jc_quantile_table_gamma(&self->table, degrees_of_freedom / 2, &median);
    self->median = (float) (median / (degrees_of_freedom / 2));
    return 0;
}

/* A whole lane of words is drawn for the sake of four: the fastest loops make up for it, and all variants
 * give the same bits. */
void
jc_fit_law_draw(const struct jc_fit_law *self, const uint32_t word[JC_FIT_WORDS],
    double coefficient[JC_COEFFICIENTS])
{
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(jc_simd_best());
    const size_t n = JC_COEFFICIENTS;
    uint32_t words[JC_LANES] = { 0 };
    float tail[JC_LANES];
    float z[JC_LANES];
    float ratio[JC_LANES];
    double shrink, sum;
    size_t i, k;

    for (k = 0; k < JC_FIT_WORDS; k++) {
        words[k] = word[k];
    }
    kernels->tails(JC_FIT_WORDS, words, tail);
    kernels->normal(0, 1, JC_FIT_WORDS, tail, z);
    kernels->gamma(&self->table, self->median, JC_FIT_WORDS, tail, ratio);
    shrink = sqrt((double) ratio[n]);
    for (i = 0; i < n; i++) {
        sum = 0;
        for (k = 0; k <= i; k++) {
            sum += self->spread[i * n + k] * (double) z[k];
        }
        coefficient[i] = self->coefficient[i] + sum / shrink;
    }
}

double
jc_throughput_largest(const struct jc_measurements *measurements)
{
    double largest = 0;
    size_t j;

    for (j = 0; j < measurements->n_rows; j++) {
        largest = fmax(largest, measurements->row[j].throughput_tokens_per_s);
    }
    return largest;
}
