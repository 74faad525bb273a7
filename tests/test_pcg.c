/* pcg32 against the published known answers, and advance against stepping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "samplers/pcg.h"

/* The first numbers that pcg32-demo of the reference implementation prints for (42, 54). */
static void
test_known_answers(void **state)
{
    static const uint32_t expected[] = { 0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b,
        0xcbed606e };
    struct jc_pcg pcg;
    size_t j;

    (void) state;
    jc_pcg_init(&pcg, 42, 54);
    for (j = 0; j < sizeof(expected) / sizeof(expected[0]); j++) {
        assert_int_equal(jc_pcg_next(&pcg), expected[j]);
    }
}

static void
test_advance_equals_stepping(void **state)
{
    struct jc_pcg stepped, jumped;
    uint64_t k;

    (void) state;
    jc_pcg_init(&stepped, 7, 11);
    for (k = 0; k < 2000; k++) {
        jc_pcg_init(&jumped, 7, 11);
        jc_pcg_advance(&jumped, k);
        assert_true(jumped.state == stepped.state);
        (void) jc_pcg_next(&stepped);
    }
}

static void
test_advance_back(void **state)
{
    struct jc_pcg pcg;
    uint64_t start;

    (void) state;
    jc_pcg_init(&pcg, 1, 2);
    start = pcg.state;
    (void) jc_pcg_next(&pcg);
    (void) jc_pcg_next(&pcg);
    jc_pcg_advance(&pcg, (uint64_t) -2);
    assert_true(pcg.state == start);
    jc_pcg_advance(&pcg, UINT64_C(123456789012345678));
    assert_true(pcg.state != start);
    jc_pcg_advance(&pcg, -UINT64_C(123456789012345678));
    assert_true(pcg.state == start);
}

static void
test_long_jumps_add_up(void **state)
{
    struct jc_pcg once, twice;

    (void) state;
    jc_pcg_init(&once, 3, 4);
    twice = once;
    jc_pcg_advance(&once, UINT64_C(10000000000));
    jc_pcg_advance(&twice, UINT64_C(9999999999));
    (void) jc_pcg_next(&twice);
    assert_true(once.state == twice.state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_advance_equals_stepping),
        cmocka_unit_test(test_advance_back),
        cmocka_unit_test(test_long_jumps_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
