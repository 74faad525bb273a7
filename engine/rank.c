#include "engine/rank.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "samplers/stable_math.h"
#include "samplers/stream.h"

/* The numbers of a draw, and the words that they come from. */
struct draw {
    struct jc_eco_units units; /* names are the means' */
    struct jc_pcg *word;       /* [n * (n_inputs + n_outputs)] */
    size_t *rank;              /* [n] */
};

void
jc_ranking_free(struct jc_ranking *self)
{
    jc_eco_result_free(&self->eco);
    free(self->rank);
    free(self->count);
    *self = (struct jc_ranking){ 0 };
}

static void
free_draw(struct draw *draw)
{
    free(draw->units.input);
    free(draw->units.output);
    free(draw->word);
    free(draw->rank);
}

static int
start_stream(struct jc_pcg *word, uint64_t seed, const char *unit, const char *name,
    struct jc_error *error)
{
    struct jc_text label = { 0 };
    struct jc_stream stream;
    int ret = jc_text_append(&label, error, "rank.%s.%s", unit, name);

    if (ret == 0) {
        jc_stream_init(&stream, seed, label.bytes);
        *word = stream.start;
    }
    jc_text_free(&label);
    return ret;
}

static int
init_draw(struct draw *draw, const struct jc_eco_units *mean, uint64_t seed, struct jc_error *error)
{
    const size_t numbers = mean->n_inputs + mean->n_outputs;
    size_t j, k;
    int ret = 0;

    draw->units = *mean;
    draw->units.input = calloc(mean->n * mean->n_inputs, sizeof(double));
    draw->units.output = calloc(mean->n * mean->n_outputs, sizeof(double));
    draw->word = calloc(mean->n * numbers, sizeof(*draw->word));
    draw->rank = calloc(mean->n, sizeof(*draw->rank));
    if (draw->units.input == NULL || draw->units.output == NULL || draw->word == NULL
        || draw->rank == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < mean->n; j++) {
        for (k = 0; ret == 0 && k < numbers; k++) {
            ret = start_stream(&draw->word[j * numbers + k], seed, mean->name[j],
                k < mean->n_inputs ? mean->input_name[k] : mean->output_name[k - mean->n_inputs],
                error);
        }
    }
    return ret;
}

/* A number of a unit at a probability between 0 and 1. */
static double
number_at(const struct jc_rank_units *units, size_t number, double mean, double probability)
{
    const double sd = units->sd[number];
    double variance;

    if (units->mixture[number].n_parts > 0) {
        return jc_mixture_quantile(&units->mixture[number], probability);
    }
    if (sd > 0) {
        variance = jc_log(1 + (sd / mean) * (sd / mean));
        return mean * jc_exp(sqrt(variance) * jc_normal_quantile(probability) - variance / 2);
    }
    return mean;
}

static void
draw_numbers(struct draw *draw, const struct jc_rank_units *units)
{
    const struct jc_eco_units *mean = &units->mean;
    const size_t numbers = mean->n_inputs + mean->n_outputs;
    double probability;
    size_t j, k, at;

    for (j = 0; j < mean->n; j++) {
        for (k = 0; k < numbers; k++) {
            probability = ((double) jc_pcg_next(&draw->word[j * numbers + k]) + 0.5) * 0x1p-32;
            if (k < mean->n_inputs) {
                at = j * mean->n_inputs + k;
                draw->units.input[at] =
                    number_at(units, j * numbers + k, mean->input[at], probability);
            } else {
                at = j * mean->n_outputs + k - mean->n_inputs;
                draw->units.output[at] =
                    number_at(units, j * numbers + k, mean->output[at], probability);
            }
        }
    }
}

/* One draw. */
static int
rank_again(struct jc_ranking *self, const struct jc_rank_units *units,
    const struct jc_eco_options *options, struct draw *draw, struct jc_error *error)
{
    struct jc_eco_result eco;
    size_t j;
    int ret;

    draw_numbers(draw, units);
    ret = jc_eco_efficiency(&draw->units, options, &eco, error);
    if (ret != 0) {
        return ret;
    }
    jc_eco_ranks(self->n, eco.score, draw->rank);
    for (j = 0; j < self->n; j++) {
        self->count[j * self->n + draw->rank[j] - 1]++;
    }
    jc_eco_result_free(&eco);
    return 0;
}

static int
rank_draws(struct jc_ranking *self, const struct jc_rank_units *units,
    const struct jc_eco_options *options, uint64_t seed, struct jc_error *error)
{
    struct jc_error inner = { "" };
    struct draw draw = { 0 };
    uint64_t d = 0;
    int ret = init_draw(&draw, &units->mean, seed, &inner);

    while (ret == 0 && d < self->draws) {
        ret = rank_again(self, units, options, &draw, &inner);
        d += ret == 0;
    }
    free_draw(&draw);
    return ret == 0 ? 0 : jc_fail(error, ret, "draw %" PRIu64 ": %.900s", d, inner.message);
}

int
jc_ranking_make(struct jc_ranking *self, const struct jc_rank_units *units,
    const struct jc_eco_options *options, uint64_t draws, uint64_t seed, struct jc_error *error)
{
    const size_t n = units->mean.n;
    int ret;

    *self = (struct jc_ranking){ .n = n, .draws = units->varies ? draws : 0 };
    ret = jc_eco_efficiency(&units->mean, options, &self->eco, error);
    if (ret != 0) {
        return ret;
    }
    self->rank = calloc(n, sizeof(*self->rank));
    self->count = calloc(n * n, sizeof(*self->count));
    if (self->rank == NULL || self->count == NULL) {
        ret = jc_fail_memory(error);
    } else {
        jc_eco_ranks(n, self->eco.score, self->rank);
    }
    if (ret == 0 && self->draws > 0) {
        ret = rank_draws(self, units, options, seed, error);
    }
    if (ret != 0) {
        jc_ranking_free(self);
    }
    return ret;
}

double
jc_ranking_mean(const struct jc_ranking *self, size_t unit)
{
    double sum = 0;
    size_t j;

    for (j = 0; j < self->n; j++) {
        sum += (double) (j + 1) * (double) self->count[unit * self->n + j];
    }
    return sum / (double) self->draws;
}

double
jc_ranking_share(const struct jc_ranking *self, size_t unit, size_t rank)
{
    return (double) self->count[unit * self->n + rank - 1] / (double) self->draws;
}

size_t
jc_ranking_quantile(const struct jc_ranking *self, size_t unit, double probability)
{
    uint64_t below = 0;
    size_t rank = 0;

    while (rank < self->n && (rank == 0 || (double) below < probability * (double) self->draws)) {
        below += self->count[unit * self->n + rank];
        rank++;
    }
    return rank;
}
