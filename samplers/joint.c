#include "samplers/joint.h"

#include <stdlib.h>

#include "samplers/items.h"

struct jc_joint_sampler {
    struct jc_joint_tables tables;
};

/* The cells of one class of the first variable. */
struct row {
    const struct jc_cell *cell;
    size_t n_cells;
    size_t n_values; /* of the second variable, in all these cells */
};

/* Where a class of the second variable begins in its marginal. */
static size_t
class_begin(const struct jc_joint *joint, size_t index)
{
    return index > 0 ? joint->class_end[1][index - 1] : 0;
}

/* The row that begins with a cell. */
static struct row
get_row(const struct jc_joint *joint, size_t begin)
{
    struct row row = { &joint->cell[begin], 0, 0 };
    size_t k;

    for (k = begin; k < joint->n_cells && joint->cell[k].class[0] == row.cell->class[0]; k++) {
        const size_t index = joint->cell[k].class[1];

        row.n_cells++;
        row.n_values += joint->class_end[1][index] - class_begin(joint, index);
    }
    return row;
}

/* The values of a row; those of a class share the weight of their cell as they do in the marginal. */
static void
share_cells(const struct row *row, const struct jc_joint *joint, const struct jc_marginal *second,
    struct jc_weighted *weighted)
{
    size_t n = 0;
    size_t k, v;

    for (k = 0; k < row->n_cells; k++) {
        const size_t begin = class_begin(joint, row->cell[k].class[1]);
        const size_t end = joint->class_end[1][row->cell[k].class[1]];
        double sum = 0;

        for (v = begin; v < end; v++) {
            sum += second->weight[v];
        }
        for (v = begin; v < end; v++) {
            const double weight = row->cell[k].weight * (second->weight[v] / sum);

            weighted[n++] = (struct jc_weighted){ weight, second->value[v], v };
        }
    }
}

/* Room for the items and guides of all rows; *n_longest becomes the number of values of the longest. */
static int
allocate(struct jc_joint_tables *self, const struct jc_joint *joint, size_t *n_longest,
    struct jc_error *error)
{
    size_t n_items = 0;
    size_t n_entries = 0;
    size_t k = 0;

    *n_longest = 0;
    while (k < joint->n_cells) {
        const struct row row = get_row(joint, k);

        k += row.n_cells;
        n_items += row.n_values;
        n_entries += (size_t) 1 << (32 - jc_guide_shift(row.n_values));
        *n_longest = row.n_values > *n_longest ? row.n_values : *n_longest;
    }
    if (n_entries > UINT32_MAX) {
        return jc_fail(error, JC_ERROR_INPUT,
            "the joint distribution has too many pairs; joulecast fit --classes makes fewer");
    }
    self->item = malloc(n_items * sizeof(*self->item));
    self->guide = malloc(n_entries * sizeof(*self->guide));
    return self->item != NULL && self->guide != NULL ? 0 : jc_fail_memory(error);
}

/* One table after the other; table[c] becomes where that of class c is. */
static int
make_tables(struct jc_joint_tables *self, const struct jc_joint *joint,
    const struct jc_marginal *second, struct jc_table *table, struct jc_error *error)
{
    size_t n_longest;
    size_t n_items = 0;
    size_t n_entries = 0;
    size_t c;
    int ret = allocate(self, joint, &n_longest, error);
    struct jc_weighted *weighted = calloc(n_longest, sizeof(*weighted));
    struct row row = { joint->cell, 0, 0 };

    if (ret == 0 && weighted == NULL) {
        ret = jc_fail_memory(error);
    }
    for (c = 0; ret == 0 && c < joint->n_classes[0]; c++) {
        row = get_row(joint, (size_t) (row.cell - joint->cell) + row.n_cells);
        table[c].shift = jc_guide_shift(row.n_values);
        table[c].guide = (uint32_t) n_entries;
        share_cells(&row, joint, second, weighted);
        const size_t n_used = jc_deal_words(row.n_values, weighted, self->item + n_items);

        jc_guide_fill(self->item, (uint32_t) n_items, table[c].shift, self->guide + n_entries);
        n_items += n_used;
        n_entries += (size_t) 1 << (32 - table[c].shift);
    }
    free(weighted);
    return ret;
}

/* The items of the first variable, and the table of the class of each. */
static int
make_first(struct jc_joint_tables *self, const struct jc_joint *joint,
    const struct jc_marginal *first, const struct jc_table *table, struct jc_error *error)
{
    int ret = 0;
    size_t c = 0;
    size_t k;
    struct jc_weighted *weighted = malloc(first->n_values * sizeof(*weighted));

    if (weighted == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < first->n_values; k++) {
        c += k == joint->class_end[0][c];
        weighted[k] = (struct jc_weighted){ first->weight[k], first->value[k], c };
    }
    ret = jc_items_deal(&self->first, first->n_values, weighted, error);
    if (ret != 0) {
        goto out;
    }
    self->table = malloc(self->first.n * sizeof(*self->table));
    if (self->table == NULL) {
        ret = jc_fail_memory(error);
        goto out;
    }
    for (k = 0; k < self->first.n; k++) {
        self->table[k] = table[weighted[k].index];
    }
out:
    free(weighted);
    return ret;
}

int
jc_joint_sampler_new(struct jc_joint_sampler **self, const struct jc_empirical *empirical,
    struct jc_error *error)
{
    const struct jc_joint *joint = &empirical->joint;
    const struct jc_marginal *first = &empirical->marginal[joint->variable[0]];
    const struct jc_marginal *second = &empirical->marginal[joint->variable[1]];
    int ret = 0;
    struct jc_joint_sampler *made = calloc(1, sizeof(*made));
    struct jc_table *table = calloc(joint->n_classes[0], sizeof(*table));

    *self = NULL;
    if (made == NULL || table == NULL) {
        ret = jc_fail_memory(error);
        goto out;
    }
    ret = make_tables(&made->tables, joint, second, table, error);
    if (ret != 0) {
        goto out;
    }
    ret = make_first(&made->tables, joint, first, table, error);
    if (ret != 0) {
        goto out;
    }
    *self = made;
    made = NULL;
out:
    free(table);
    jc_joint_sampler_free(made);
    return ret;
}

void
jc_joint_sampler_free(struct jc_joint_sampler *self)
{
    if (self != NULL) {
        jc_items_free(&self->tables.first);
        free(self->tables.table);
        free(self->tables.item);
        free(self->tables.guide);
        free(self);
    }
}

void
jc_joint_sampler_draw(const struct jc_joint_sampler *self, const struct jc_sampler_kernels *kernels,
    size_t n, const uint32_t *first_word, const uint32_t *second_word, float *first, float *second)
{
    kernels->joint(&self->tables, n, first_word, second_word, first, second);
}
