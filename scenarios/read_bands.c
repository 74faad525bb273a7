#include "scenarios/read.h"

#define MOST_DRAWS 10000000

/* Queries of each case and draw, where a study does not say how many. */
#define DEFAULT_QUERIES 10000

int
jc_read_bands(const struct jc_field *root, struct jc_scenario *self, struct jc_error *error)
{
    static const char *const names[] = { "draws", "queries", NULL };
    struct jc_field bands = jc_field_get(root, "bands");
    struct jc_field draws = jc_field_get(&bands, "draws");
    struct jc_field queries = jc_field_get(&bands, "queries");
    int ret;

    if (bands.node == NULL || jc_tree_is_null(bands.node)) {
        return 0;
    }
    ret = jc_field_section(&bands, names, error);
    if (ret == 0 && draws.node == NULL) {
        ret =
            jc_field_fail_key(&bands, error, "draws is missing, for example bands: {draws: 1000}");
    }
    self->bands.queries = DEFAULT_QUERIES;
    ret = ret != 0 ? ret : jc_field_count(&draws, 2, MOST_DRAWS, &self->bands.draws, error);
    if (ret == 0 && queries.node != NULL) {
        ret = jc_field_count(&queries, 2, INT64_MAX, &self->bands.queries, error);
    }
    return ret;
}
