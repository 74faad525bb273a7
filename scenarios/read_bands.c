#include "scenarios/read.h"

#define MOST_DRAWS 10000000

int
jc_read_bands(const struct jc_field *root, struct jc_scenario *self, struct jc_error *error)
{
    static const char *const names[] = { "draws", "queries", "points", NULL };
    struct jc_field bands = jc_field_get(root, "bands");
    struct jc_field draws = jc_field_get(&bands, "draws");
    struct jc_field queries = jc_field_get(&bands, "queries");
    struct jc_field points = jc_field_get(&bands, "points");
    size_t kind;
    int ret;

    if (bands.node == NULL || jc_tree_is_null(bands.node)) {
        return 0;
    }
    ret = jc_field_section(&bands, names, error);
    self->bands.draws = JC_BANDS_DRAWS;
    self->bands.queries = JC_BANDS_QUERIES;
    if (ret == 0 && draws.node != NULL) {
        ret = jc_field_count(&draws, 2, MOST_DRAWS, &self->bands.draws, error);
    }
    if (ret == 0 && queries.node != NULL) {
        ret = jc_field_count(&queries, 2, INT64_MAX, &self->bands.queries, error);
    }
    if (ret == 0 && points.node != NULL) {
        ret = jc_field_choice(&points, jc_points_names, &kind, error);
        self->bands.points = ret == 0 ? (enum jc_points_kind) kind : JC_POINTS_RANDOM;
    }
    return ret;
}
