#include "samplers/sampler.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/items.h"
#include "samplers/kernels.h"
#include "samplers/part.h"

struct jc_sampler {
    struct jc_stream value;
    struct jc_stream choice;
    const struct jc_design *design; /* NULL: words are those of the streams */
    const struct jc_points_source *value_source;
    const struct jc_points_source *choice_source;
    size_t n_parts; /* more than 1: a mixture */
    struct jc_part *part;
    struct jc_items choices; /* of a part: its index */
    bool integer;
};

/* The variants that this build has. */
static const struct jc_sampler_kernels *const variants[JC_SIMD_COUNT] = {
    [JC_SIMD_SCALAR] = &jc_sampler_kernels_scalar,
    [JC_SIMD_BASELINE] = &jc_sampler_kernels_baseline,
#if defined(__x86_64__)
    [JC_SIMD_AVX2] = &jc_sampler_kernels_avx2,
    [JC_SIMD_AVX512] = &jc_sampler_kernels_avx512,
#endif
};

const struct jc_sampler_kernels *
jc_sampler_kernels_get(enum jc_simd simd)
{
    return jc_simd_available(simd) ? variants[simd] : NULL;
}

/* Components that [min, max] leaves nothing of are left out. */
static int
init_mixture(struct jc_sampler *self, const struct jc_distribution *mixture, struct jc_error *error)
{
    int ret = 0;
    size_t k;
    double *weight = malloc(mixture->n_items * sizeof(*weight));
    double *index = malloc(mixture->n_items * sizeof(*index));

    self->part = calloc(mixture->n_items, sizeof(*self->part));
    if (weight == NULL || index == NULL || self->part == NULL) {
        ret = jc_fail_memory(error);
        goto out;
    }
    for (k = 0; ret == 0 && k < mixture->n_items; k++) {
        const struct jc_distribution *component = &mixture->component[k];
        const double min = fmax(mixture->min, component->min);
        const double max = fmin(mixture->max, component->max);
        double part_weight = 0;

        if (mixture->weight[k] > 0 && min <= max) {
            part_weight = mixture->weight[k] * jc_distribution_split(component, min, max).within
                / jc_distribution_split(component, component->min, component->max).within;
        }
        if (part_weight > 0) {
            weight[self->n_parts] = part_weight;
            index[self->n_parts] = (double) self->n_parts;
            ret = jc_part_init(&self->part[self->n_parts], component, min, max, error);
            self->n_parts++;
        }
    }
    if (ret == 0) {
        ret =
            jc_items_init(&self->choices, self->n_parts, weight, index, -INFINITY, INFINITY, error);
    }
out:
    free(weight);
    free(index);
    return ret;
}

static int
init_streams(struct jc_sampler *self, uint64_t seed, const char *label, struct jc_error *error)
{
    static const char suffix[] = JC_SAMPLER_CHOICE;
    const size_t length = strlen(label);
    char *choice = malloc(length + sizeof(suffix));

    if (choice == NULL) {
        return jc_fail_memory(error);
    }
    memcpy(choice, label, length);
    memcpy(choice + length, suffix, sizeof(suffix));
    jc_stream_init(&self->value, seed, label);
    jc_stream_init(&self->choice, seed, choice);
    free(choice);
    return 0;
}

static void
make_constant(struct jc_sampler *self, float value)
{
    size_t k;

    for (k = 0; k < self->n_parts; k++) {
        jc_part_free(&self->part[k]);
    }
    jc_items_free(&self->choices);
    self->n_parts = 1;
    self->integer = false;
    memset(self->part, 0, sizeof(*self->part));
    self->part->kind = JC_CONSTANT;
    self->part->parameter[0] = value;
}

static bool
is_constant(const struct jc_sampler *self)
{
    return self->n_parts == 1 && self->part->kind == JC_CONSTANT;
}

/* The value of one word, by the reference loops. */
static float
draw_one(const struct jc_sampler *self, uint64_t draw)
{
    float x[JC_LANES];
    struct jc_cursor cursor;

    jc_sampler_seek(self, draw, &cursor);
    jc_sampler_draw(self, &jc_sampler_kernels_scalar, &cursor, 1, x);
    return x[0];
}

int
jc_sampler_new(struct jc_sampler **self, const struct jc_distribution *distribution, uint64_t seed,
    const char *label, uint64_t draw, struct jc_error *error)
{
    int ret = 0;
    struct jc_sampler *made = calloc(1, sizeof(*made));

    *self = NULL;
    if (made == NULL) {
        ret = jc_fail_memory(error);
        goto out;
    }
    ret = init_streams(made, seed, label, error);
    if (ret != 0) {
        goto out;
    }
    made->integer = distribution->integer;
    if (distribution->kind == JC_MIXTURE) {
        ret = init_mixture(made, distribution, error);
    } else {
        made->part = calloc(1, sizeof(*made->part));
        if (made->part == NULL) {
            ret = jc_fail_memory(error);
            goto out;
        }
        made->n_parts = 1;
        ret = jc_part_init(made->part, distribution, distribution->min, distribution->max, error);
    }
    if (ret != 0) {
        goto out;
    }
    if (distribution->kind == JC_CONSTANT || distribution->varies == JC_VARIES_FLEET) {
        make_constant(made, draw_one(made, draw));
    }
    *self = made;
    made = NULL;
out:
    jc_sampler_free(made);
    return ret;
}

void
jc_sampler_free(struct jc_sampler *self)
{
    size_t k;

    if (self != NULL) {
        for (k = 0; k < self->n_parts; k++) {
            jc_part_free(&self->part[k]);
        }
        free(self->part);
        jc_items_free(&self->choices);
        free(self);
    }
}

void
jc_sampler_use_design(struct jc_sampler *self, const struct jc_design *design,
    const struct jc_points_source *value, const struct jc_points_source *choice)
{
    self->design = design;
    self->value_source = value;
    self->choice_source = choice;
}

void
jc_sampler_seek(const struct jc_sampler *self, uint64_t query, struct jc_cursor *cursor)
{
    jc_stream_seek(&self->value, query, &cursor->value);
    jc_stream_seek(&self->choice, query, &cursor->choice);
    cursor->value_query = query;
    cursor->choice_query = query;
}

static void
choice_words(const struct jc_sampler *self, const struct jc_sampler_kernels *kernels,
    struct jc_cursor *cursor, size_t n, uint32_t *word)
{
    if (self->design == NULL) {
        kernels->words(&cursor->choice, n, word);
    } else {
        jc_design_words(self->design, self->choice_source, kernels, cursor->choice_query, n, word);
        cursor->choice_query += n;
    }
}

/* All components are drawn from the same words, then one value of each query is kept: the one that the
 * words for mixtures choose. */
static void
draw_parts(const struct jc_sampler *self, const struct jc_sampler_kernels *kernels, size_t n,
    const uint32_t *word, const uint32_t *choice_word, float *x)
{
    float tail[JC_STRIP];
    float choice[JC_STRIP];
    float y[JC_STRIP];
    size_t k;

    kernels->tails(n, word, tail);
    jc_part_draw(&self->part[0], kernels, n, word, tail, x);
    if (self->n_parts > 1) {
        kernels->discrete(&self->choices, n, choice_word, choice);
    }
    for (k = 1; k < self->n_parts; k++) {
        jc_part_draw(&self->part[k], kernels, n, word, tail, y);
        kernels->select((float) k, n, choice, y, x);
    }
}

static void
values(const struct jc_sampler *self, const struct jc_sampler_kernels *kernels, size_t n,
    const uint32_t *word, const uint32_t *choice, float *x)
{
    if (is_constant(self)) {
        kernels->constant(self->part->parameter[0], n, x);
    } else {
        draw_parts(self, kernels, n, word, choice, x);
    }
    if (self->integer) {
        kernels->round(n, x);
    }
}

void
jc_sampler_words(const struct jc_sampler *self, const struct jc_sampler_kernels *kernels,
    struct jc_cursor *cursor, size_t n, uint32_t *word)
{
    if (self->design == NULL) {
        kernels->words(&cursor->value, n, word);
    } else {
        jc_design_words(self->design, self->value_source, kernels, cursor->value_query, n, word);
        cursor->value_query += n;
    }
}

void
jc_sampler_values(const struct jc_sampler *self, const struct jc_sampler_kernels *kernels,
    struct jc_cursor *cursor, size_t n, const uint32_t *word, float *x)
{
    uint32_t choice[JC_STRIP];

    if (self->n_parts > 1) {
        choice_words(self, kernels, cursor, n, choice);
    }
    values(self, kernels, n, word, choice, x);
}

float
jc_sampler_value(const struct jc_sampler *self, uint32_t word, uint32_t choice)
{
    const uint32_t words[JC_LANES] = { word };
    const uint32_t choices[JC_LANES] = { choice };
    float x[JC_LANES];

    values(self, &jc_sampler_kernels_scalar, 1, words, choices, x);
    return x[0];
}

void
jc_sampler_draw(const struct jc_sampler *self, const struct jc_sampler_kernels *kernels,
    struct jc_cursor *cursor, size_t n, float *x)
{
    uint32_t word[JC_STRIP];

    if (!is_constant(self)) {
        jc_sampler_words(self, kernels, cursor, n, word);
    }
    jc_sampler_values(self, kernels, cursor, n, word, x);
}

int
jc_sampler_is_constant(const struct jc_sampler *self, float *value)
{
    const int constant = is_constant(self);

    if (constant) {
        *value = draw_one(self, 0);
    }
    return constant;
}

int
jc_sampler_is_mixture(const struct jc_sampler *self)
{
    return self->n_parts > 1;
}

void
jc_sampler_range(const struct jc_sampler *self, float *low, float *high)
{
    const struct jc_sampler_kernels *kernels = &jc_sampler_kernels_scalar;
    uint32_t word[JC_LANES] = { 0, UINT32_MAX };
    float tail[JC_LANES];
    float x[JC_LANES];
    size_t k;

    *low = INFINITY;
    *high = -INFINITY;
    kernels->tails(JC_LANES, word, tail);
    for (k = 0; k < self->n_parts; k++) {
        jc_part_draw(&self->part[k], kernels, JC_LANES, word, tail, x);
        if (self->integer) {
            kernels->round(JC_LANES, x);
        }
        *low = fminf(*low, x[0]);
        *high = fmaxf(*high, x[1]);
    }
}
