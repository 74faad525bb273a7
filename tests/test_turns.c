/* Turns: blocks are finished once each, in order, by one thread at a time; a failure ends it for all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "engine/turns.h"

#define BLOCKS 500
#define THREADS 4

/* What threads see and do; only the finishing thread touches what is not atomic. */
struct work {
    struct jc_turns *turns;
    uint64_t finished[BLOCKS]; /* in the order of finishing */
    size_t n_finished;
    int computing[2 * THREADS]; /* per slot: in use */
    int n_finishing;
    int overlaps; /* of slots or of finishing */
    int computed;
    uint64_t failing; /* the block that fails */
};

/* Some blocks take longer than others. */
static void
dawdle(uint64_t block)
{
    const struct timespec moment = { .tv_nsec = block % 7 == 0 ? 200000 : 1000 };

    (void) nanosleep(&moment, NULL);
}

static void
compute(void *context, const struct jc_turn *turn)
{
    struct work *work = context;
    const struct jc_error error = { "block failed" };

    if (__atomic_add_fetch(&work->computing[turn->slot], 1, __ATOMIC_SEQ_CST) != 1) {
        __atomic_add_fetch(&work->overlaps, 1, __ATOMIC_SEQ_CST);
    }
    dawdle(turn->block);
    __atomic_add_fetch(&work->computed, 1, __ATOMIC_SEQ_CST);
    if (turn->block == work->failing) {
        jc_turns_fail(work->turns, turn, JC_ERROR_IO, &error);
    }
}

static void
finish(void *context, const struct jc_turn *turn)
{
    struct work *work = context;

    if (__atomic_add_fetch(&work->n_finishing, 1, __ATOMIC_SEQ_CST) != 1) {
        __atomic_add_fetch(&work->overlaps, 1, __ATOMIC_SEQ_CST);
    }
    dawdle(turn->block + 3);
    work->finished[work->n_finished++] = turn->block;
    __atomic_sub_fetch(&work->n_finishing, 1, __ATOMIC_SEQ_CST);
    __atomic_sub_fetch(&work->computing[turn->slot], 1, __ATOMIC_SEQ_CST);
}

static int
run(struct work *work, int threads, uint64_t failing, struct jc_error *error)
{
    int ret;

    *work = (struct work){ .failing = failing };
    assert_int_equal(jc_turns_new(&work->turns, BLOCKS, jc_turns_slots(threads), error), 0);
#pragma omp parallel num_threads(threads)
    jc_turns_take(work->turns, compute, finish, work);
    ret = jc_turns_status(work->turns, error);
    jc_turns_free(work->turns);
    return ret;
}

static void
test_order(void **state)
{
    static struct work work;
    struct jc_error error = { "" };
    uint64_t block;
    int threads;

    (void) state;
    for (threads = 1; threads <= THREADS; threads++) {
        assert_int_equal(run(&work, threads, UINT64_MAX, &error), 0);
        assert_int_equal(work.n_finished, BLOCKS);
        for (block = 0; block < BLOCKS; block++) {
            assert_int_equal(work.finished[block], block);
        }
        assert_int_equal(work.overlaps, 0);
    }
}

static void
test_failure(void **state)
{
    static struct work work;
    struct jc_error error = { "" };
    int threads;

    (void) state;
    for (threads = 1; threads <= THREADS; threads++) {
        assert_int_equal(run(&work, threads, 100, &error), JC_ERROR_IO);
        assert_string_equal(error.message, "block failed");
        assert_true(work.n_finished <= 100); /* never the failed one */
        assert_true(work.computed <= 101 + jc_turns_slots(threads));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
