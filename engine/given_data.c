#include "engine/given_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>

#include "models/least_squares.h"
#include "samplers/stable_math.h"

#define FEWEST_ROWS 8
#define MOST_BINS 256
#define COEFFICIENT_BITS 30 /* that do not depend on how GSL was compiled */
#define COLLINEAR 1e-8      /* relative to the largest singular value */

struct pair {
    double x;
    double y;
    size_t row;
};

/* Rows that follow one another, sorted by x. */
struct bin {
    size_t begin;
    size_t end;
    double mean_x;
    double mean_y;
    double slope; /* 0: a level */
};

struct bins {
    size_t n;
    size_t n_parameters;
    struct bin bin[MOST_BINS];
};

static int
compare(const void *left, const void *right)
{
    const struct pair *a = left;
    const struct pair *b = right;

    if (a->x != b->x) {
        return a->x < b->x ? -1 : 1;
    }
    return (a->row > b->row) - (a->row < b->row);
}

static struct pair *
sort_pairs(size_t n, const double *x, const double *y)
{
    struct pair *pair = malloc((n + 1) * sizeof(*pair));
    size_t j;

    for (j = 0; pair != NULL && j < n; j++) {
        pair[j] = (struct pair){ .x = x[j], .y = y[j], .row = j };
    }
    if (pair != NULL) {
        qsort(pair, n, sizeof(*pair), compare);
    }
    return pair;
}

/* The largest whole number whose cube is at most n. */
static size_t
cube_root(size_t n)
{
    size_t root = 1;

    while (root < MOST_BINS && (root + 1) * (root + 1) * (root + 1) <= n) {
        root++;
    }
    return root;
}

/* A line where there are rows enough and x varies, else a level. */
static void
fit_bin(struct bin *bin, const struct pair *pair)
{
    const size_t n = bin->end - bin->begin;
    double xx = 0;
    double xy = 0;
    size_t j;

    bin->mean_x = bin->mean_y = bin->slope = 0;
    for (j = bin->begin; j < bin->end; j++) {
        bin->mean_x += pair[j].x / (double) n;
        bin->mean_y += pair[j].y / (double) n;
    }
    for (j = bin->begin; j < bin->end; j++) {
        xx += (pair[j].x - bin->mean_x) * (pair[j].x - bin->mean_x);
        xy += (pair[j].x - bin->mean_x) * (pair[j].y - bin->mean_y);
    }
    if (n > 2 && pair[bin->begin].x != pair[bin->end - 1].x && xx > 0) {
        bin->slope = xy / xx;
    }
}

/* Every value is a bin of its own if they are few; else bins end where they are full and x changes. */
static void
make_bins(struct bins *bins, size_t n, const struct pair *pair)
{
    const size_t most = cube_root(n);
    size_t values = 1;
    size_t begin = 0;
    size_t j;

    for (j = 1; j < n; j++) {
        values += pair[j].x != pair[j - 1].x;
    }
    *bins = (struct bins){ 0 };
    for (j = 1; j <= n; j++) {
        const bool full = values <= most || j * most >= (bins->n + 1) * n;

        if (j == n || (full && pair[j].x != pair[j - 1].x)) {
            struct bin *bin = &bins->bin[bins->n++];

            *bin = (struct bin){ .begin = begin, .end = j };
            fit_bin(bin, pair);
            bins->n_parameters += bin->slope != 0 ? 2 : 1;
            begin = j;
        }
    }
}

static double
residual(const struct bin *bin, const struct pair *pair)
{
    return pair->y - bin->mean_y - bin->slope * (pair->x - bin->mean_x);
}

/* The index, and its interval from psi = (share left) (y - mean)^2 - (adjusted residual)^2. */
static void
estimate(struct jc_estimate_bounds *index, size_t n, const struct pair *pair,
    const struct bins *bins, double mean)
{
    const double degrees = (double) (n - bins->n_parameters);
    const double adjust = (double) (n - 1) / degrees;
    const struct bin *bin;
    double around = 0;
    double left = 0;
    double psi, e, d, half;
    double squares = 0;
    size_t c, j;

    for (c = 0; c < bins->n; c++) {
        bin = &bins->bin[c];
        for (j = bin->begin; j < bin->end; j++) {
            e = residual(bin, &pair[j]);
            left += e * e;
            around += (pair[j].y - mean) * (pair[j].y - mean);
        }
    }
    if (!(around > 0)) {
        return;
    }
    left *= adjust / around;
    for (c = 0; c < bins->n; c++) {
        bin = &bins->bin[c];
        for (j = bin->begin; j < bin->end; j++) {
            e = residual(bin, &pair[j]);
            d = pair[j].y - mean;
            psi = (left * d * d - adjust * e * e) / around;
            squares += psi * psi;
        }
    }
    half = jc_normal_quantile(0.975) * sqrt(squares * adjust);
    *index = (struct jc_estimate_bounds){ 1 - left, 1 - left - half, 1 - left + half };
}

static double
mean_of(size_t n, const double *y)
{
    double sum = 0;
    size_t j;

    for (j = 0; j < n; j++) {
        sum += y[j] - y[0];
    }
    return y[0] + sum / (double) n;
}

int
jc_given_first(size_t n, const double *x, const double *y, struct jc_estimate_bounds *index,
    struct jc_error *error)
{
    struct bins bins;
    struct pair *pair;

    *index = (struct jc_estimate_bounds){ NAN, NAN, NAN };
    if (n < FEWEST_ROWS) {
        return 0;
    }
    pair = sort_pairs(n, x, y);
    if (pair == NULL) {
        return jc_fail_memory(error);
    }
    make_bins(&bins, n, pair);
    estimate(index, n, pair, &bins, mean_of(n, y));
    if (!isnan(index->value) && pair[0].x == pair[n - 1].x) {
        *index = (struct jc_estimate_bounds){ 0, 0, 0 };
    }
    free(pair);
    return 0;
}

/* Mid-ranks, standardised to mean 0 and variance 1, into every `stride`-th place. Returns whether x varies. */
static int
standardise_ranks(size_t n, const double *x, double *rank, size_t stride, bool *varies,
    struct jc_error *error)
{
    struct pair *pair = sort_pairs(n, x, x);
    double squares = 0;
    double middle;
    size_t begin, end, j;

    if (pair == NULL) {
        return jc_fail_memory(error);
    }
    for (begin = 0; begin < n; begin = end) {
        for (end = begin + 1; end < n && pair[end].x == pair[begin].x; end++) { }
        middle = 0.5 * (double) (begin + end) - 0.5 * (double) n;
        squares += (double) (end - begin) * middle * middle;
        for (j = begin; j < end; j++) {
            rank[pair[j].row * stride] = middle;
        }
    }
    *varies = squares > 0;
    for (j = 0; *varies && j < n; j++) {
        rank[j * stride] *= sqrt((double) (n - 1) / squares);
    }
    free(pair);
    return 0;
}

/* The columns of x that vary, as standardised ranks; column[j] is where column j of the matrix comes from. */
static int
rank_columns(size_t n, size_t k, const double *const *x, gsl_matrix *ranks, size_t *column,
    size_t *n_columns, struct jc_error *error)
{
    bool varies = false;
    size_t j;
    int ret = 0;

    *n_columns = 0;
    for (j = 0; ret == 0 && j < k; j++) {
        ret = standardise_ranks(n, x[j], ranks->data + *n_columns, ranks->tda, &varies, error);
        if (ret == 0 && varies) {
            column[(*n_columns)++] = j;
        }
    }
    return ret;
}

static int
regress(size_t n, size_t k, const double *const *x, const double *y, gsl_matrix *ranks,
    gsl_vector *response, gsl_vector *solution, size_t *column, double *coefficient,
    struct jc_rank_regression *regression, struct jc_error *error)
{
    gsl_matrix_view used;
    gsl_vector_view solved;
    struct jc_least_squares squares;
    bool varies = false;
    size_t n_columns = 0;
    size_t j;
    int ret = standardise_ranks(n, y, response->data, 1, &varies, error);

    ret = ret != 0 ? ret : rank_columns(n, k, x, ranks, column, &n_columns, error);
    if (ret != 0 || !varies || n <= n_columns + 1) {
        return ret;
    }
    if (n_columns == 0) {
        *regression = (struct jc_rank_regression){ .determined = true, .r_squared = 0 };
        return 0;
    }
    used = gsl_matrix_submatrix(ranks, 0, 0, n, n_columns);
    solved = gsl_vector_subvector(solution, 0, n_columns);
    ret =
        jc_least_squares(&squares, &used.matrix, response, COLLINEAR, &solved.vector, NULL, error);
    if (ret != 0) {
        return ret;
    }
    regression->r_squared =
        jc_round_to_bits(1 - squares.chi_squared / (double) (n - 1), COEFFICIENT_BITS);
    regression->determined = squares.rank == n_columns;
    for (j = 0; regression->determined && j < n_columns; j++) {
        coefficient[column[j]] =
            jc_round_to_bits(gsl_vector_get(&solved.vector, j), COEFFICIENT_BITS);
    }
    return 0;
}

int
jc_rank_regression(size_t n, size_t k, const double *const *x, const double *y, double *coefficient,
    struct jc_rank_regression *regression, struct jc_error *error)
{
    gsl_error_handler_t *handler;
    gsl_matrix *ranks = NULL;
    gsl_vector *response = NULL;
    gsl_vector *solution = NULL;
    size_t *column;
    size_t j;
    int ret = 0;

    *regression = (struct jc_rank_regression){ .determined = false, .r_squared = NAN };
    for (j = 0; j < k; j++) {
        coefficient[j] = NAN;
    }
    if (n == 0 || k == 0) {
        return 0;
    }
    handler = gsl_set_error_handler_off();
    column = calloc(k, sizeof(*column));
    ranks = gsl_matrix_alloc(n, k);
    response = gsl_vector_alloc(n);
    solution = gsl_vector_alloc(k);
    if (column == NULL || ranks == NULL || response == NULL || solution == NULL) {
        ret = jc_fail_memory(error);
    } else {
        ret =
            regress(n, k, x, y, ranks, response, solution, column, coefficient, regression, error);
    }
    gsl_matrix_free(ranks);
    gsl_vector_free(response);
    gsl_vector_free(solution);
    free(column);
    (void) gsl_set_error_handler(handler);
    return ret;
}

static double
sd_of(size_t n, const double *y, double mean)
{
    double squares = 0;
    size_t j;

    for (j = 0; j < n; j++) {
        squares += (y[j] - mean) * (y[j] - mean);
    }
    return n > 1 ? sqrt(squares / (double) (n - 1)) : NAN;
}

int
jc_given_report(size_t n, const double *const *x, const double *y,
    struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    struct jc_rank_regression regression = { .determined = false, .r_squared = NAN };
    struct jc_estimate_bounds first;
    size_t k;
    int ret = 0;

    sensitivity->method = JC_SENSITIVITY_GIVEN_DATA;
    sensitivity->n = n;
    sensitivity->mean = n > 0 ? mean_of(n, y) : NAN;
    sensitivity->sd = sd_of(n, y, sensitivity->mean);
    for (k = 0; ret == 0 && k < sensitivity->n_inputs; k++) {
        ret = jc_given_first(n, x[k], y, &first, error);
        if (ret == 0) {
            sensitivity->column[JC_FIRST][k] = first.value;
            sensitivity->column[JC_FIRST_LOWER][k] = first.lower;
            sensitivity->column[JC_FIRST_UPPER][k] = first.upper;
        }
    }
    ret = ret != 0 ? ret
                   : jc_rank_regression(n, sensitivity->n_inputs, x, y,
                       sensitivity->column[JC_RANK_COEFFICIENT], &regression, error);
    sensitivity->r_squared = regression.r_squared;
    sensitivity->determined = regression.determined;
    return ret;
}
