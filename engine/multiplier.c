#include "engine/multiplier.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "samplers/sampler.h"

/* The words of a query, 2^32 of them, in so many strata of equal probability. */
#define STRATA 256
#define WORDS_BITS 24 /* of a stratum */

/* So many words of a piece are looked at, the middles of as many parts. */
#define LOOKS_BITS 10
#define LOOKS (1 << LOOKS_BITS) /* at most JC_STRIP */

struct point {
    double x;
    double probability;
};

/* A weighted list of points while it is made. */
struct points {
    size_t n;
    struct point *point;
};

static int
compare_points(const void *a, const void *b)
{
    const struct point *x = a;
    const struct point *y = b;

    return (x->x > y->x) - (x->x < y->x);
}

/* The list becomes the points of a multiplier: where they are too many, neighbours become one, at their mean. */
static void
take_points(struct jc_multiplier *self, struct points *points)
{
    double below = 0;
    double total = 0;
    size_t last = JC_MULTIPLIER_POINTS;
    size_t k, place;

    qsort(points->point, points->n, sizeof(*points->point), compare_points);
    for (k = 0; k < points->n; k++) {
        total += points->point[k].probability;
    }
    self->n_points = 0;
    for (k = 0; k < points->n; k++) {
        const struct point *one = &points->point[k];
        const double middle = (below + one->probability / 2) / total;

        below += one->probability;
        place = points->n <= JC_MULTIPLIER_POINTS ? k : (size_t) (middle * JC_MULTIPLIER_POINTS);
        if (one->probability <= 0) {
            continue;
        }
        if (place != last || self->n_points == 0) {
            self->point[self->n_points] = 0;
            self->probability[self->n_points++] = 0;
            last = place;
        }
        self->point[self->n_points - 1] += one->probability * one->x;
        self->probability[self->n_points - 1] += one->probability;
    }
    for (k = 0; k < self->n_points; k++) {
        self->point[k] /= self->probability[k];
        self->probability[k] /= total;
    }
}

static double
multiplier_of(double x, bool divides)
{
    return divides ? 1 / x : x;
}

/* Adds the sums of the multiplier and of its square over the words from first to first + 2^bits - 1, seen from
 * the other end with `mirror`. */
static void
add_words(const struct jc_sampler *sampler, bool divides, bool mirror, uint32_t first, int bits,
    double sum[2])
{
    const int step_bits = bits > LOOKS_BITS ? bits - LOOKS_BITS : 0;
    const uint32_t looks = UINT32_C(1) << (bits - step_bits);
    const double words = (double) (UINT32_C(1) << step_bits);
    const uint32_t middle = step_bits > 0 ? UINT32_C(1) << (step_bits - 1) : 0;
    uint32_t word[LOOKS] = { 0 };
    float x[LOOKS];
    double part[2] = { 0, 0 };
    struct jc_cursor cursor;
    uint32_t k;

    for (k = 0; k < looks; k++) {
        word[k] = first + (k << step_bits) + middle;
        word[k] = mirror ? ~word[k] : word[k];
    }
    jc_sampler_seek(sampler, 0, &cursor);
    jc_sampler_values(sampler, jc_sampler_kernels_get(JC_SIMD_BASELINE), &cursor, looks, word, x);
    for (k = 0; k < looks; k++) {
        const double m = multiplier_of((double) x[k], divides);

        part[0] += m;
        part[1] += m * m;
    }
    sum[0] += part[0] * words;
    sum[1] += part[1] * words;
}

/* Towards the ends a distribution bends ever more: the outer strata are halved again and again. */
static void
add_stratum(const struct jc_sampler *sampler, bool divides, size_t stratum, double sum[2])
{
    const bool mirror = stratum >= STRATA / 2;
    const uint32_t place = (uint32_t) (mirror ? STRATA - 1 - stratum : stratum);
    int bits;

    if (place > 0) {
        add_words(sampler, divides, mirror, place << WORDS_BITS, WORDS_BITS, sum);
        return;
    }
    add_words(sampler, divides, mirror, 0, 0, sum);
    for (bits = 0; bits < WORDS_BITS; bits++) {
        add_words(sampler, divides, mirror, UINT32_C(1) << bits, bits, sum);
    }
}

static int
init_continuous(struct jc_multiplier *self, const struct jc_distribution *value, bool divides,
    struct jc_error *error)
{
    struct jc_sampler *sampler;
    struct jc_distribution each = *value;
    struct point room[STRATA];
    struct points points = { STRATA, room };
    const double words = (double) (UINT32_C(1) << WORDS_BITS);
    size_t k;
    int ret;

    each.varies = JC_VARIES_QUERY;
    ret = jc_sampler_new(&sampler, &each, 0, "multiplier", 0, error);
    if (ret != 0) {
        return ret;
    }
    self->mean = self->second = 0;
    for (k = 0; k < STRATA; k++) {
        double sum[2] = { 0, 0 };

        add_stratum(sampler, divides, k, sum);
        room[k] = (struct point){ sum[0] / words, 1.0 / STRATA };
        self->mean += sum[0] / words / STRATA;
        self->second += sum[1] / words / STRATA;
    }
    jc_sampler_free(sampler);
    take_points(self, &points);
    return 0;
}

/* The values that min and max leave. */
static int
init_discrete(struct jc_multiplier *self, const struct jc_distribution *value, bool divides,
    struct jc_error *error)
{
    struct points points = { 0, calloc(value->n_items + 1, sizeof(struct point)) };
    double total = 0;
    double x;
    size_t k;

    if (points.point == NULL) {
        return jc_fail_memory(error);
    }
    self->mean = self->second = 0;
    for (k = 0; k < value->n_items; k++) {
        if (value->value[k] >= value->min && value->value[k] <= value->max) {
            x = multiplier_of(value->integer ? rint(value->value[k]) : value->value[k], divides);
            points.point[points.n++] = (struct point){ x, value->weight[k] };
            total += value->weight[k];
            self->mean += value->weight[k] * x;
            self->second += value->weight[k] * x * x;
        }
    }
    self->mean /= total;
    self->second /= total;
    take_points(self, &points);
    free(points.point);
    return 0;
}

/* Of a component whose ends are those that the mixture leaves it, as the sampler weighs it. */
static double
component_weight(const struct jc_distribution *mixture, size_t index,
    const struct jc_distribution *component)
{
    const struct jc_distribution *whole = &mixture->component[index];

    if (!(component->min <= component->max)) {
        return 0;
    }
    return mixture->weight[index]
        * jc_distribution_split(component, component->min, component->max).within
        / jc_distribution_split(whole, whole->min, whole->max).within;
}

static int
init_mixture(struct jc_multiplier *self, const struct jc_distribution *value, bool divides,
    struct jc_error *error)
{
    struct points points = { 0,
        calloc(value->n_items * JC_MULTIPLIER_POINTS, sizeof(struct point)) };
    struct jc_distribution component;
    struct jc_multiplier part;
    double total = 0;
    double mean = 0;
    double second = 0;
    double weight;
    size_t j, k;
    int ret = points.point == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < value->n_items; j++) {
        component = value->component[j];
        component.integer = value->integer;
        component.min = fmax(value->min, component.min);
        component.max = fmin(value->max, component.max);
        weight = component_weight(value, j, &component);
        if (weight <= 0) {
            continue;
        }
        ret = jc_multiplier_init(&part, &component, divides, error);
        for (k = 0; ret == 0 && k < part.n_points; k++) {
            points.point[points.n++] =
                (struct point){ part.point[k], weight * part.probability[k] };
        }
        if (ret == 0) {
            total += weight;
            mean += weight * part.mean;
            second += weight * part.second;
        }
    }
    if (ret == 0) {
        take_points(self, &points);
        self->mean = mean / total;
        self->second = second / total;
    }
    free(points.point);
    return ret;
}

void
jc_multiplier_constant(struct jc_multiplier *self, double value)
{
    self->mean = value;
    self->second = value * value;
    self->n_points = 1;
    self->point[0] = value;
    self->probability[0] = 1;
}

int
jc_multiplier_init(struct jc_multiplier *self, const struct jc_distribution *value, bool divides,
    struct jc_error *error)
{
    if (value->kind == JC_CONSTANT) {
        jc_multiplier_constant(self, multiplier_of(value->parameter[0], divides));
        return 0;
    }
    if (value->kind == JC_DISCRETE) {
        return init_discrete(self, value, divides, error);
    }
    return value->kind == JC_MIXTURE ? init_mixture(self, value, divides, error)
                                     : init_continuous(self, value, divides, error);
}

int
jc_multiplier_adopt(struct jc_multiplier *self, double share, struct jc_error *error)
{
    struct points points = { 0, calloc(self->n_points + 1, sizeof(struct point)) };
    size_t k;

    if (points.point == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < self->n_points; k++) {
        points.point[points.n++] = (struct point){ self->point[k], share * self->probability[k] };
    }
    points.point[points.n++] = (struct point){ 1, 1 - share };
    take_points(self, &points);
    self->mean = share * self->mean + (1 - share);
    self->second = share * self->second + (1 - share);
    free(points.point);
    return 0;
}

int
jc_multiplier_multiply(struct jc_multiplier *self, const struct jc_multiplier *other,
    struct jc_error *error)
{
    struct points points = { 0, calloc(self->n_points * other->n_points, sizeof(struct point)) };
    size_t j, k;

    if (points.point == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < self->n_points; j++) {
        for (k = 0; k < other->n_points; k++) {
            points.point[points.n++] = (struct point){ self->point[j] * other->point[k],
                self->probability[j] * other->probability[k] };
        }
    }
    take_points(self, &points);
    self->mean *= other->mean;
    self->second *= other->second;
    free(points.point);
    return 0;
}
