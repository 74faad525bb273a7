/* The journal of a sweep: what was added is there again, and what is damaged or cut off is not. */
#include "scratch.h"

#include "results/journal.h"

#define N_NUMBERS 5
#define N_POINTS 7
#define RECORD (JC_SHA256_BYTES + 8 * N_NUMBERS + 8)
#define HEADER (sizeof(JC_JOURNAL_MAGIC) - 1 + JC_SHA256_BYTES + 16)

static const uint8_t study[JC_SHA256_BYTES] = { 1, 2, 3 };

/* Point k and its numbers. */
static void
make_point(size_t k, uint8_t digest[JC_SHA256_BYTES], double number[N_NUMBERS])
{
    memset(digest, (int) (200 - 3 * k), JC_SHA256_BYTES);
    for (size_t j = 0; j < N_NUMBERS; j++) {
        number[j] = (double) (10 * k + j) / 3;
    }
}

static int
open_journal(const char *path, enum jc_journal_mode mode, struct jc_journal **journal,
    struct jc_error *error)
{
    return jc_journal_open(journal, path, mode, study, N_NUMBERS, error);
}

/* Opens to go on and adds the points from `first` up to `end`; *found becomes the number of those that were there,
 * which must be the first ones. */
static void
resume(const char *path, size_t end, size_t *found)
{
    uint8_t digest[JC_SHA256_BYTES];
    double number[N_NUMBERS];
    const double *known_number;
    struct jc_known_points known = { 0 };
    struct jc_journal *journal;
    struct jc_error error = { "" };

    assert_int_equal(open_journal(path, JC_JOURNAL_RESUME, &journal, &error), 0);
    assert_int_equal(jc_journal_known(journal, &known, &error), 0);
    jc_known_points_sort(&known);
    *found = known.n;
    for (size_t k = 0; k < N_POINTS; k++) {
        make_point(k, digest, number);
        known_number = jc_known_points_find(&known, digest);
        assert_true((known_number != NULL) == (k < known.n));
        if (known_number != NULL) {
            assert_memory_equal(known_number, number, sizeof(number));
        }
    }
    for (size_t k = known.n; k < end; k++) {
        make_point(k, digest, number);
        assert_int_equal(jc_journal_add(journal, digest, number, &error), 0);
    }
    jc_known_points_free(&known);
    jc_journal_close(journal);
    assert_string_equal(error.message, "");
}

static void
test_goes_on(void **state)
{
    size_t found;

    (void) state;
    resume("a", 3, &found);
    assert_int_equal(found, 0);
    resume("a", 5, &found);
    assert_int_equal(found, 3);
    resume("a", N_POINTS, &found);
    assert_int_equal(found, 5);
    resume("a", 0, &found);
    assert_int_equal(found, N_POINTS);
}

/* Cut at any byte: the whole records before it are there, and the journal can be gone on with. */
static void
test_cut(void **state)
{
    unsigned char *bytes;
    size_t size, found;

    (void) state;
    resume("whole", N_POINTS, &found);
    bytes = scratch_read("whole.journal", &size);
    assert_int_equal(size, HEADER + N_POINTS * RECORD);
    for (size_t length = 0; length < size; length++) {
        scratch_write("cut.journal", bytes, length);
        resume("cut", N_POINTS, &found);
        assert_int_equal(found, length < HEADER ? 0 : (length - HEADER) / RECORD);
        resume("cut", 0, &found);
        assert_int_equal(found, N_POINTS);
    }
    free(bytes);
}

/* A changed bit takes its record and what follows; in the header it is an error. */
static void
test_flips(void **state)
{
    unsigned char *bytes;
    struct jc_journal *journal;
    struct jc_error error;
    size_t size, found;

    (void) state;
    resume("flip", N_POINTS, &found);
    bytes = scratch_read("flip.journal", &size);
    for (size_t j = 0; j < size; j++) {
        bytes[j] ^= (unsigned char) (1u << j % 8);
        scratch_write("flip.journal", bytes, size);
        if (j < HEADER) {
            assert_int_equal(open_journal("flip", JC_JOURNAL_RESUME, &journal, &error),
                JC_ERROR_FORMAT);
            assert_null(journal);
        } else {
            resume("flip", 0, &found);
            assert_int_equal(found, (j - HEADER) / RECORD);
        }
        bytes[j] ^= (unsigned char) (1u << j % 8);
    }
    free(bytes);
}

static void
test_refuses(void **state)
{
    static const uint8_t other[JC_SHA256_BYTES] = { 9 };
    struct jc_journal *journal;
    struct jc_journal *second;
    struct jc_error error = { "" };
    size_t found;

    (void) state;
    resume("r", 2, &found);
    assert_int_equal(open_journal("r", JC_JOURNAL_NEW, &journal, &error), JC_ERROR_IO);
    assert_string_equal(error.message,
        "r.journal: an unfinished sweep has left it; --resume goes on from there, --force begins "
        "anew");
    assert_int_equal(jc_journal_open(&journal, "r", JC_JOURNAL_RESUME, other, N_NUMBERS, &error),
        JC_ERROR_SCENARIO);
    assert_int_equal(jc_journal_open(&journal, "r", JC_JOURNAL_RESUME, study, N_NUMBERS + 1,
                         &error),
        JC_ERROR_SCENARIO);
    assert_int_equal(open_journal("r", JC_JOURNAL_RESUME, &journal, &error), 0);
    assert_int_equal(open_journal("r", JC_JOURNAL_FORCE, &second, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "r.journal: another sweep is writing it");
    jc_journal_close(journal);
    assert_int_equal(open_journal("r", JC_JOURNAL_FORCE, &journal, &error), 0);
    jc_journal_close(journal);
    resume("r", 0, &found);
    assert_int_equal(found, 0);
    /* A journal without points is no reason to ask. */
    assert_int_equal(open_journal("r", JC_JOURNAL_NEW, &journal, &error), 0);
    jc_journal_remove(journal);
    assert_false(scratch_exists("r.journal"));
    assert_int_equal(open_journal("none/r", JC_JOURNAL_NEW, &journal, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "none/r.journal: cannot create: No such file or directory");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goes_on),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_refuses),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
