/* Sketches: their buckets and edges, and that they merge exactly. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/sketch.h"
#include "samplers/pcg.h"

/* Of every bucket: its lower edge is in it, the number just below is not, and edges ascend. */
static void
test_edges(void **state)
{
    uint32_t bucket;

    (void) state;
    for (bucket = 0; bucket < JC_SKETCH_INVALID; bucket++) {
        const double low = jc_sketch_edge(bucket);
        const double high = jc_sketch_edge(bucket + 1);

        assert_int_equal(jc_sketch_bucket((float) low), bucket);
        assert_true(high > low);
        if (bucket + 1 < JC_SKETCH_INVALID) {
            assert_int_equal(jc_sketch_bucket(nextafterf((float) high, 0)), bucket);
        }
    }
    assert_true(jc_sketch_edge(0) == 0);
    assert_int_equal(jc_sketch_bucket(FLT_MAX), JC_SKETCH_INVALID - 1);
}

/* A bucket of normal numbers is at most 2^-10 wide, relative to its lower edge; at a power of two
 * exactly that. */
static void
test_width(void **state)
{
    const uint32_t first = jc_sketch_bucket(FLT_MIN);
    uint32_t bucket;

    (void) state;
    for (bucket = first; bucket + 1 < JC_SKETCH_INVALID; bucket++) {
        const double low = jc_sketch_edge(bucket);
        const double width = (jc_sketch_edge(bucket + 1) - low) / low;

        assert_true(width <= JC_SKETCH_RELATIVE_ERROR);
        assert_true(width > JC_SKETCH_RELATIVE_ERROR / 2);
    }
    assert_true(jc_sketch_edge(jc_sketch_bucket(1) + 1) == 1 + JC_SKETCH_RELATIVE_ERROR);
}

/* No finite number >= 0 is at JC_SKETCH_INVALID or above; everything else is, and below
 * JC_SKETCH_BUCKETS. */
static void
test_invalid(void **state)
{
    static const float invalid[] = { INFINITY, -INFINITY, NAN, -1, -FLT_MIN, -FLT_MAX, -0.0f };
    size_t j;

    (void) state;
    for (j = 0; j < sizeof(invalid) / sizeof(invalid[0]); j++) {
        assert_true(jc_sketch_bucket(invalid[j]) >= JC_SKETCH_INVALID);
        assert_true(jc_sketch_bucket(invalid[j]) < JC_SKETCH_BUCKETS);
    }
    assert_true(jc_sketch_bucket(-NAN) < JC_SKETCH_BUCKETS);
}

static void
add(struct jc_sketch *sketch, uint32_t first, size_t n, const uint64_t *count)
{
    struct jc_error error = { "" };

    assert_int_equal(jc_sketch_add(sketch, first, n, count, &error), 0);
}

static void
test_extend(void **state)
{
    static const uint64_t middle[3] = { 1, 2, 3 };
    static const uint64_t ends[6] = { 10, 0, 0, 20, 0, 30 };
    struct jc_sketch sketch = { 0 };

    (void) state;
    add(&sketch, 1000, 0, NULL);
    assert_null(sketch.count);
    add(&sketch, 1000, 3, middle);
    assert_int_equal(sketch.first, 1000);
    assert_int_equal(sketch.n_buckets, 3);
    assert_memory_equal(sketch.count, middle, sizeof(middle));

    add(&sketch, 1001, 1, middle); /* inside: no change of extent */
    assert_int_equal(sketch.first, 1000);
    assert_int_equal(sketch.n_buckets, 3);
    assert_int_equal(sketch.count[1], 3);

    add(&sketch, 999, 6, ends); /* both sides at once */
    assert_int_equal(sketch.first, 999);
    assert_int_equal(sketch.n_buckets, 6);
    assert_int_equal(sketch.count[0], 10);
    assert_int_equal(sketch.count[1], 1);
    assert_int_equal(sketch.count[2], 3);
    assert_int_equal(sketch.count[3], 23);
    assert_int_equal(sketch.count[4], 0);
    assert_int_equal(sketch.count[5], 30);

    add(&sketch, 1010, 1, middle); /* with a gap, above and below */
    add(&sketch, 0, 1, middle);
    assert_int_equal(sketch.first, 0);
    assert_int_equal(sketch.n_buckets, 1011);
    assert_int_equal(sketch.count[0], 1);
    assert_int_equal(sketch.count[1], 0);
    assert_int_equal(sketch.count[999], 10);
    assert_int_equal(sketch.count[1005], 0);
    assert_int_equal(sketch.count[1010], 1);
    jc_sketch_free(&sketch);
    assert_null(sketch.count);
    assert_int_equal(sketch.n_buckets, 0);
}

/* Twenty sketches of random places, one after another from the front and from the back. */
static void
test_merge_order(void **state)
{
    struct jc_sketch forward = { 0 };
    struct jc_sketch backward = { 0 };
    uint64_t count[20][50];
    uint32_t first[20];
    uint64_t total = 0;
    uint64_t sum = 0;
    struct jc_pcg pcg;
    size_t j, k;

    (void) state;
    jc_pcg_init(&pcg, 5, 6);
    for (j = 0; j < 20; j++) {
        first[j] = jc_pcg_next(&pcg) % 300;
        for (k = 0; k < 50; k++) {
            count[j][k] = ((uint64_t) jc_pcg_next(&pcg) << 20) + (k == 0 || k == 49);
            total += count[j][k];
        }
    }
    for (j = 0; j < 20; j++) {
        add(&forward, first[j], 50, count[j]);
        add(&backward, first[19 - j], 50, count[19 - j]);
    }
    assert_int_equal(forward.first, backward.first);
    assert_int_equal(forward.n_buckets, backward.n_buckets);
    assert_memory_equal(forward.count, backward.count, forward.n_buckets * sizeof(uint64_t));
    for (k = 0; k < forward.n_buckets; k++) {
        sum += forward.count[k];
    }
    assert_true(sum == total);
    jc_sketch_free(&forward);
    jc_sketch_free(&backward);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_invalid),
        cmocka_unit_test(test_extend),
        cmocka_unit_test(test_merge_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
