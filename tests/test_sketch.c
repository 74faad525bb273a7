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
add(struct jc_sketch *sketch, size_t n, const uint32_t *bucket, const uint64_t *count)
{
    struct jc_error error = { "" };

    assert_int_equal(jc_sketch_add(sketch, n, bucket, count, &error), 0);
}

static void
assert_sketch(const struct jc_sketch *sketch, size_t n, const uint32_t *bucket,
    const uint64_t *count)
{
    assert_int_equal(sketch->n_buckets, n);
    assert_memory_equal(sketch->bucket, bucket, n * sizeof(*bucket));
    assert_memory_equal(sketch->count, count, n * sizeof(*count));
}

static void
test_add(void **state)
{
    static const uint32_t middle[3] = { 1000, 1001, 1004 };
    static const uint64_t middle_count[3] = { 1, 2, 3 };
    static const uint32_t around[4] = { 0, 1001, 1002, 5000 };
    static const uint64_t around_count[4] = { 10, 20, 30, 40 };
    static const uint32_t all[6] = { 0, 1000, 1001, 1002, 1004, 5000 };
    static const uint64_t all_count[6] = { 10, 1, 22, 30, 3, 40 };
    struct jc_sketch sketch = { 0 };

    (void) state;
    add(&sketch, 0, NULL, NULL);
    assert_null(sketch.count);
    add(&sketch, 3, middle, middle_count);
    assert_sketch(&sketch, 3, middle, middle_count);
    add(&sketch, 0, NULL, NULL);
    assert_sketch(&sketch, 3, middle, middle_count);
    add(&sketch, 4, around, around_count); /* below, on, between and above */
    assert_sketch(&sketch, 6, all, all_count);
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
    uint32_t bucket[20][50];
    uint64_t count[20][50];
    uint64_t total = 0;
    uint64_t sum = 0;
    struct jc_pcg pcg;
    size_t j, k;

    (void) state;
    jc_pcg_init(&pcg, 5, 6);
    for (j = 0; j < 20; j++) {
        for (k = 0; k < 50; k++) {
            bucket[j][k] =
                (k == 0 ? jc_pcg_next(&pcg) % 300 : bucket[j][k - 1]) + 1 + jc_pcg_next(&pcg) % 4;
            count[j][k] = ((uint64_t) jc_pcg_next(&pcg) << 20) + 1;
            total += count[j][k];
        }
    }
    for (j = 0; j < 20; j++) {
        add(&forward, 50, bucket[j], count[j]);
        add(&backward, 50, bucket[19 - j], count[19 - j]);
    }
    assert_sketch(&forward, backward.n_buckets, backward.bucket, backward.count);
    for (k = 0; k < forward.n_buckets; k++) {
        assert_true(k == 0 || forward.bucket[k] > forward.bucket[k - 1]);
        sum += forward.count[k];
    }
    assert_true(sum == total);
    jc_sketch_free(&forward);
    jc_sketch_free(&backward);
}

/* What was added comes back out; what is not there is told. */
static void
test_subtract(void **state)
{
    static const uint32_t bucket[2][3] = { { 3, 7, 9 }, { 3, 8, 9 } };
    static const uint64_t count[2][3] = { { 5, 1, 2 }, { 4, 6, 1 } };
    static const uint32_t absent[3] = { 2, 8, 10 };
    static const uint64_t many[1] = { 10 };
    struct jc_sketch sum = { 0 };
    struct jc_sketch part = { 0 };
    size_t j;

    (void) state;
    add(&part, 3, bucket[1], count[1]);
    add(&sum, 3, bucket[0], count[0]);
    add(&sum, 3, bucket[1], count[1]);
    assert_int_equal(jc_sketch_subtract(&sum, &part), 0);
    assert_sketch(&sum, 3, bucket[0], count[0]);
    jc_sketch_free(&part);
    assert_int_equal(jc_sketch_subtract(&sum, &part), 0);
    assert_sketch(&sum, 3, bucket[0], count[0]);
    for (j = 0; j < 3; j++) {
        add(&part, 1, &absent[j], count[0]);
        assert_int_equal(jc_sketch_subtract(&sum, &part), 1);
        jc_sketch_free(&part);
    }
    add(&part, 1, bucket[0], many);
    assert_int_equal(jc_sketch_subtract(&sum, &part), 1);
    jc_sketch_free(&part);
    add(&part, 3, bucket[0], count[0]);
    assert_int_equal(jc_sketch_subtract(&sum, &part), 0);
    assert_int_equal(sum.n_buckets, 0);
    jc_sketch_free(&sum);
    jc_sketch_free(&part);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_invalid),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_merge_order),
        cmocka_unit_test(test_subtract),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
