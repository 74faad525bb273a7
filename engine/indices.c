#include "engine/indices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/student.h"

#define BATCHES JC_INDEX_BATCHES

int
jc_indices_init(struct jc_indices *self, size_t n_inputs, double shift, struct jc_error *error)
{
    *self = (struct jc_indices){ .n_inputs = n_inputs, .shift = shift };
    self->input = calloc(n_inputs + 1, sizeof(*self->input));
    return self->input == NULL ? jc_fail_memory(error) : 0;
}

void
jc_indices_free(struct jc_indices *self)
{
    free(self->input);
    *self = (struct jc_indices){ 0 };
}

void
jc_indices_clear(struct jc_indices *self)
{
    struct jc_index_sums *input = self->input;

    memset(input, 0, self->n_inputs * sizeof(*input));
    *self = (struct jc_indices){ .n_inputs = self->n_inputs, .shift = self->shift, .input = input };
}

static size_t
rows_of_turn(size_t n, size_t done)
{
    return n - done < BATCHES ? n - done : BATCHES;
}

void
jc_indices_add_rows(struct jc_indices *self, size_t n, const double *a, const double *b)
{
    size_t j, k, m;

    for (j = 0; j < n; j += BATCHES) {
        m = rows_of_turn(n, j);
        for (k = 0; k < m; k++) {
            const double difference = a[j + k] - b[j + k];

            self->sum[k] += (a[j + k] - self->shift) + (b[j + k] - self->shift);
            self->square[k] += difference * difference;
        }
    }
    self->n_rows += n;
}

void
jc_indices_add_input(struct jc_indices *self, size_t input, size_t n, const double *a,
    const double *b, const double *ab, const double *ba)
{
    struct jc_index_sums *sums = &self->input[input];
    size_t j, k, m;

    for (j = 0; j < n; j += BATCHES) {
        m = rows_of_turn(n, j);
        for (k = 0; k < m; k++) {
            const double of_a = a[j + k] - ab[j + k];
            const double of_b = b[j + k] - ba[j + k];
            const double frozen = a[j + k] - b[j + k];
            const double mixed = ba[j + k] - ab[j + k];

            sums->product[k] -= of_b * of_a;
            sums->change[k] += of_b * of_b + of_a * of_a;
            sums->spread[k] += frozen * frozen + mixed * mixed;
        }
    }
}

void
jc_indices_fold(struct jc_indices *self, const struct jc_indices *other)
{
    size_t i, k;

    self->n_rows += other->n_rows;
    for (k = 0; k < BATCHES; k++) {
        self->sum[k] += other->sum[k];
        self->square[k] += other->square[k];
    }
    for (i = 0; i < self->n_inputs; i++) {
        for (k = 0; k < BATCHES; k++) {
            self->input[i].product[k] += other->input[i].product[k];
            self->input[i].change[k] += other->input[i].change[k];
            self->input[i].spread[k] += other->input[i].spread[k];
        }
    }
}

static double
total_of(const double *batch)
{
    double sum = 0;
    size_t k;

    for (k = 0; k < BATCHES; k++) {
        sum += batch[k];
    }
    return sum;
}

double
jc_indices_mean(const struct jc_indices *self)
{
    return self->shift + total_of(self->sum) / (2 * (double) self->n_rows);
}

double
jc_indices_variance(const struct jc_indices *self)
{
    return total_of(self->square) / (2 * (double) self->n_rows);
}

/* factor * sum of numerators / sum of denominators, and what leaving out batches makes of it. */
static struct jc_estimate_bounds
ratio(const struct jc_indices *self, double factor, const double *numerator,
    const double *denominator)
{
    const size_t n = self->n_rows < BATCHES ? (size_t) self->n_rows : BATCHES;
    const double above = total_of(numerator);
    const double below = total_of(denominator);
    struct jc_estimate_bounds estimate = { factor * (above / below), NAN, NAN };
    double without[BATCHES];
    double mean = 0;
    double squares = 0;
    double half;
    size_t k;

    if (!(below > 0)) {
        return (struct jc_estimate_bounds){ NAN, NAN, NAN };
    }
    if (n < 2) {
        return estimate;
    }
    for (k = 0; k < n; k++) {
        without[k] = factor * ((above - numerator[k]) / (below - denominator[k]));
        mean += without[k];
    }
    mean /= (double) n;
    for (k = 0; k < n; k++) {
        squares += (without[k] - mean) * (without[k] - mean);
    }
    half = jc_student_quantile(0.975, (double) (n - 1))
        * sqrt(squares * (double) (n - 1) / (double) n);
    estimate.lower = estimate.value - half;
    estimate.upper = estimate.value + half;
    return estimate;
}

struct jc_estimate_bounds
jc_indices_first(const struct jc_indices *self, size_t input)
{
    return ratio(self, 2, self->input[input].product, self->input[input].spread);
}

struct jc_estimate_bounds
jc_indices_total(const struct jc_indices *self, size_t input)
{
    return ratio(self, 1, self->input[input].change, self->input[input].spread);
}

static void
put(struct jc_sensitivity *sensitivity, enum jc_sensitivity_column column, size_t input,
    struct jc_estimate_bounds estimate)
{
    sensitivity->column[column][input] = estimate.value;
    sensitivity->column[(size_t) column + 1][input] = estimate.lower;
    sensitivity->column[(size_t) column + 2][input] = estimate.upper;
}

void
jc_indices_report(const struct jc_indices *self, struct jc_sensitivity *sensitivity)
{
    size_t k;

    sensitivity->method = JC_SENSITIVITY_PICK_FREEZE;
    sensitivity->n = self->n_rows;
    sensitivity->mean = jc_indices_mean(self);
    sensitivity->sd = sqrt(jc_indices_variance(self));
    for (k = 0; k < self->n_inputs; k++) {
        put(sensitivity, JC_FIRST, k, jc_indices_first(self, k));
        put(sensitivity, JC_TOTAL, k, jc_indices_total(self, k));
    }
}
