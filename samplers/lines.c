#include "samplers/lines.h"

#include <stdlib.h>
#include <string.h>

#include "samplers/items.h"

struct line {
    double weight;
    double from;
    double to;
};

/* The values that have a weight, ascending, equal ones as one. Returns how many. */
static size_t
make_points(size_t n, const double *weight, const double *value, struct jc_weighted *point)
{
    size_t n_kept = 0;
    size_t n_points = 0;
    size_t k;

    for (k = 0; k < n; k++) {
        if (weight[k] > 0) {
            point[n_kept++] = (struct jc_weighted){ weight[k], value[k], k };
        }
    }
    jc_weighted_sort(n_kept, point);
    for (k = 0; k < n_kept; k++) {
        if (n_points > 0 && point[n_points - 1].value == point[k].value) {
            point[n_points - 1].weight += point[k].weight;
        } else {
            point[n_points++] = point[k];
        }
    }
    return n_points;
}

/* The part of a line within [min, max]; its weight is 0 where there is none. */
static struct line
clip(struct line line, double min, double max)
{
    const double rise = line.to - line.from;
    double kept = 1;

    if (line.to < min || line.from > max) {
        kept = 0;
    } else if (rise > 0) {
        line.from = line.from < min ? min : line.from;
        line.to = line.to > max ? max : line.to;
        kept = (line.to - line.from) / rise;
    }
    line.weight *= kept;
    return line;
}

/* Half of each weight lies on either side of its point; what has no neighbour stays at the point. */
static size_t
make_lines(size_t n_points, const struct jc_weighted *point, double min, double max,
    struct line *line)
{
    size_t n = 0;
    size_t k;

    for (k = 0; k <= n_points; k++) {
        const struct jc_weighted *from = &point[k > 0 ? k - 1 : 0];
        const struct jc_weighted *to = &point[k < n_points ? k : n_points - 1];
        const double weight = ((k > 0 ? from->weight : 0) + (k < n_points ? to->weight : 0)) / 2;

        line[n] = clip((struct line){ weight, from->value, to->value }, min, max);
        n += line[n].weight > 0;
    }
    return n;
}

/* The words of a line rise evenly, each in the middle of its share. */
static void
set_slopes(struct jc_lines *self, const struct line *line, const struct jc_weighted *dealt)
{
    double begin = 0;
    size_t k;

    for (k = 0; k < self->items.n; k++) {
        const struct line *of_item = &line[dealt[k].index];
        const double end = (double) self->items.item[k].last + 1;
        const double slope = (of_item->to - of_item->from) / (end - begin);

        self->slope[k] = (float) slope;
        self->items.item[k].value = (float) (of_item->to - slope / 2);
        begin = end;
    }
}

int
jc_lines_init(struct jc_lines *self, size_t n, const double *weight, const double *value,
    double min, double max, struct jc_error *error)
{
    int ret = 0;
    size_t n_lines, k;
    struct jc_weighted *weighted = malloc((n + 1) * sizeof(*weighted));
    struct line *line = malloc((n + 1) * sizeof(*line));

    memset(self, 0, sizeof(*self));
    if (weighted == NULL || line == NULL) {
        ret = jc_fail_memory(error);
        goto out;
    }
    n_lines = make_points(n, weight, value, weighted);
    n_lines = make_lines(n_lines, weighted, min, max, line);
    for (k = 0; k < n_lines; k++) {
        weighted[k] = (struct jc_weighted){ line[k].weight, line[k].to, k };
    }
    ret = jc_items_deal(&self->items, n_lines, weighted, error);
    if (ret != 0) {
        goto out;
    }
    self->slope = malloc(self->items.n * sizeof(*self->slope));
    if (self->slope == NULL) {
        jc_items_free(&self->items);
        ret = jc_fail_memory(error);
        goto out;
    }
    set_slopes(self, line, weighted);
    self->low = (float) line[0].from;
    self->high = (float) line[n_lines - 1].to;
out:
    free(weighted);
    free(line);
    return ret;
}

void
jc_lines_free(struct jc_lines *self)
{
    jc_items_free(&self->items);
    free(self->slope);
    self->slope = NULL;
}
