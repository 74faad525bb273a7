/* Numbers with units, in every dimension, and the shortest decimals of what they read to. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/harness.h"
#include "scenarios/units.h"

static void
check_number(const struct jc_field *field, enum jc_dimension dimension)
{
    struct jc_error error = { "" };
    double value = NAN;
    int ret = jc_field_number(field, dimension, &value, &error);

    harness_check_error(ret, &error);
    if (ret == 0) {
        HARNESS_CHECK(isfinite(value));
        HARNESS_CHECK(strtod(jc_decimal(value).text, NULL) == value);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct jc_origin origin = { .name = "input", .directory = "" };
    struct jc_pool pool = { 0 };
    char *text = size == 0 ? NULL : jc_pool_text(&pool, (const char *) data, size);
    const struct jc_tree_node node = { .plain = true,
        .text = text,
        .size = 1,
        .origin = &origin,
        .line = 1,
        .column = 1 };
    const struct jc_field field = jc_field_root(&node);
    enum jc_dimension dimension;
    double value;

    if (text != NULL) {
        for (dimension = 0; dimension < JC_DIMENSIONS; dimension++) {
            check_number(&field, dimension);
        }
        (void) jc_field_any_number(&field, &dimension, &value);
    }
    jc_pool_free(&pool);
    return 0;
}
