#include <math.h>
#include <stdlib.h>

#include "scenarios/read.h"

static int
fill_knots(const struct jc_field *field, size_t n, const double *batch_size, const double *factor,
    struct jc_intervention *self, struct jc_error *error)
{
    if (n > JC_INTERVENTION_KNOTS) {
        return jc_field_fail(field, error, "%zu factors, at most %d are possible", n,
            JC_INTERVENTION_KNOTS);
    }
    for (size_t k = 0; k < n; k++) {
        if (!(factor[k] > 0)
            || (batch_size != NULL && !(batch_size[k] > (k > 0 ? batch_size[k - 1] : 0)))) {
            return jc_field_fail(field, error,
                "factors must be greater than 0, and batch sizes ascending");
        }
        self->batch_size[k] = batch_size == NULL ? NAN : batch_size[k];
        self->factor[k] = factor[k];
    }
    self->n_knots = n;
    return 0;
}

/* {name, factor} or {name, batch_sizes: [...], factors: [...]}. */
static int
read_intervention_map(const struct jc_field *field, struct jc_intervention *self,
    struct jc_error *error)
{
    static const char *const names[] = { "name", "factor", "batch_sizes", "factors", "source",
        NULL };
    struct jc_field factor = jc_field_get(field, "factor");
    struct jc_field factors = jc_field_get(field, "factors");
    struct jc_field batches = jc_field_get(field, "batch_sizes");
    double *batch_size = NULL;
    double *value = NULL;
    double one;
    size_t n, n_batches;
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : jc_read_text(field, "name", &self->name, error);
    ret = ret != 0 ? ret : jc_read_text(field, "source", &self->source, error);
    if (ret == 0
        && (self->name == NULL || (factor.node == NULL) == (factors.node == NULL)
            || (factors.node == NULL) != (batches.node == NULL))) {
        return jc_field_fail(field, error,
            "an intervention has a name, and a factor or batch_sizes and factors");
    }
    if (ret == 0 && factor.node != NULL) {
        ret = jc_read_positive(&factor, JC_NUMBER, &one, error);
        return ret != 0 ? ret : fill_knots(field, 1, NULL, &one, self, error);
    }
    ret = ret != 0 ? ret : jc_field_numbers(&factors, JC_NUMBER, &n, &value, error);
    ret = ret != 0 ? ret : jc_field_numbers(&batches, JC_NUMBER, &n_batches, &batch_size, error);
    if (ret == 0 && n != n_batches) {
        ret = jc_field_fail(&batches, error, "%zu batch sizes for %zu factors", n_batches, n);
    }
    ret = ret != 0 ? ret : fill_knots(field, n, batch_size, value, self, error);
    free(batch_size);
    free(value);
    return ret;
}

static int
read_intervention(struct jc_reader *reader, const struct jc_field *field,
    struct jc_intervention *self, struct jc_error *error)
{
    struct jc_error inner;
    char *path = NULL;
    int ret;

    if (field->node->kind == JC_TREE_MAP) {
        return read_intervention_map(field, self, error);
    }
    ret = jc_field_scalar(field, "the name of an intervention", error);
    ret = ret != 0 ? ret : jc_find_input(reader, field, "table", "interventions", &path, error);
    if (ret == 0) {
        ret = jc_intervention_read(self, path, field->node->text, &inner);
        ret = ret == 0 ? 0 : jc_fail_lookup(field, ret, &inner, error);
    }
    free(path);
    return ret;
}

int
jc_read_interventions(struct jc_reader *reader, const struct jc_field *field, struct jc_case *self,
    struct jc_error *error)
{
    struct jc_field list = jc_field_get(field, "interventions");
    const struct jc_tree_item *item;
    struct jc_field part;
    int ret;

    if (list.node == NULL) {
        return 0;
    }
    ret = jc_field_list(&list, error);
    if (ret != 0) {
        return ret;
    }
    self->interventions = calloc(list.node->n_items + 1, sizeof(*self->interventions));
    if (self->interventions == NULL) {
        return jc_fail_memory(error);
    }
    for (item = list.node->first; ret == 0 && item != NULL; item = item->next) {
        part = jc_field_item(&list, item, self->n_interventions + 1);
        ret =
            read_intervention(reader, &part, &self->interventions[self->n_interventions++], error);
    }
    return ret;
}
