/* The seal at the end of a file: what it holds and leaves out, and what is told of one that is not right. */
#include "result_files.h"

#include <fcntl.h>

#define DAMAGED "damaged: its content is not what was written"

static void
add(struct jc_extents *extents, uint64_t first, uint64_t length)
{
    assert_int_equal(jc_extents_add(extents, first, length, NULL), 0);
}

static int
check(const char *path, struct jc_error *error)
{
    const int descriptor = open(path, O_RDONLY);
    int ret;

    assert_true(descriptor >= 0);
    *error = (struct jc_error){ "" };
    ret = jc_seal_check(descriptor, error);
    assert_int_equal(close(descriptor), 0);
    return ret;
}

/* Any bytes can be sealed; those that are left out, in any order, may change, and no others. */
static void
test_bytes(void **state)
{
    struct jc_extents extents = { 0 };
    struct jc_error error = { "" };
    unsigned char *bytes;
    size_t size, at;
    bool out;

    (void) state;
    scratch_write_text("s", "the quick brown fox jumps over the lazy dog");
    add(&extents, 40, 2);
    add(&extents, 4, 3);
    add(&extents, 7, 3); /* makes the last one longer */
    add(&extents, 10, 1);
    add(&extents, 20, 5);
    assert_int_equal(extents.n, 3);
    assert_int_equal(jc_extents_bytes(&extents), 14);
    assert_int_equal(seal_path("s", &extents, &error), 0);
    jc_extents_free(&extents);
    assert_int_equal(check("s", &error), 0);
    bytes = scratch_read("s", &size);
    assert_int_equal(size, 43 + 3 * 16 + JC_SEAL_BYTES);
    assert_memory_equal(bytes, "the quick", 9);
    for (at = 0; at < size; at++) {
        out = (at >= 4 && at < 11) || (at >= 20 && at < 25) || (at >= 40 && at < 42);
        bytes[at] ^= 1;
        scratch_write("f", bytes, size);
        assert_int_equal(check("f", &error), out ? 0 : JC_ERROR_FORMAT);
        bytes[at] ^= 1;
    }
    free(bytes);
}

static void
test_empty(void **state)
{
    struct jc_extents none = { 0 };
    struct jc_error error = { "" };

    (void) state;
    scratch_write_text("e", "");
    assert_int_equal(seal_path("e", &none, &error), 0);
    assert_int_equal(check("e", &error), 0);
    assert_int_equal(seal_path("none", &none, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "none: cannot write: Bad file descriptor");
}

/* Extents that cannot be those of chunks. */
static void
test_wrong_extents(void **state)
{
    static const struct jc_extent wrong[][2] = { { { 0, 4 }, { 3, 2 } }, { { 3, 2 }, { 0, 4 } },
        { { 1, 1 }, { 5, 6 } }, { { 11, 1 }, { 0, 1 } }, { { 2, 0 }, { 5, 1 } },
        { { 1, 1 }, { 3, UINT64_MAX } } };
    struct jc_extents extents;
    struct jc_error error;
    size_t j;

    (void) state;
    for (j = 0; j < sizeof(wrong) / sizeof(wrong[0]); j++) {
        scratch_write_text("w", "ten bytes.");
        extents = (struct jc_extents){ 0 };
        add(&extents, wrong[j][0].first, wrong[j][0].length);
        add(&extents, wrong[j][1].first, wrong[j][1].length);
        assert_int_equal(seal_path("w", &extents, &error), JC_ERROR_INTERNAL);
        assert_string_equal(error.message, "w: chunks of samples that overlap");
        jc_extents_free(&extents);
    }
}

/* The numbers at the end of a file, before its digest: extents, length, version. */
static void
set_word(size_t back, uint64_t value)
{
    size_t size;
    unsigned char *bytes = scratch_read("whole.h5", &size);

    memcpy(bytes + size - JC_SEAL_BYTES + back, &value, sizeof(value));
    scratch_write("f.h5", bytes, size);
    free(bytes);
}

static void
test_numbers(void **state)
{
    static const uint64_t counts[] = { 0, 3, 4, 1000, UINT64_MAX, UINT64_MAX / 16, 1ull << 60 };
    size_t j;

    (void) state;
    for (j = 0; j < sizeof(counts) / sizeof(counts[0]); j++) {
        set_word(0, counts[j]);
        expect_refused("f.h5", DAMAGED);
        set_word(8, counts[j]);
        expect_refused("f.h5", DAMAGED);
    }
    set_word(16, 2);
    expect_refused("f.h5", "its seal is of version 2, this program knows 1: newer, or damaged");
    set_word(24, 0);
    expect_refused("f.h5", "does not end with a seal: cut short or damaged");
}

static void
test_no_files(void **state)
{
    struct jc_error error;

    (void) state;
    assert_int_equal(mkdir("folder", 0777), 0);
    assert_int_equal(check("folder", &error), JC_ERROR_IO);
    assert_string_equal(error.message, "cannot read: Is a directory");
    assert_int_equal(jc_seal_check(-1, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "cannot read: Bad file descriptor");
}

/* What is left out, by HDF5's own account. */
static void
expect_chunks(const char *path)
{
    struct jc_extents chunks = { 0 };
    size_t size, n_bytes;
    uint64_t n = 0;
    uint64_t sum = 0;
    unsigned char *bytes = scratch_read(path, &size);
    struct jc_extent extent;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    size_t j, k;

    assert_true(
        H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, reseal_chunks, &chunks, H5O_INFO_BASIC) >= 0);
    assert_true(H5Fclose(file) >= 0);
    memcpy(&n, bytes + size - JC_SEAL_BYTES, sizeof(n));
    assert_true(chunks.n > 0 && n > 0 && n <= 16);
    for (k = 0; k < n; k++) {
        memcpy(&extent, bytes + size - JC_SEAL_BYTES - 16 * (n - k), sizeof(extent));
        sum += extent.length;
        for (j = 0; j < chunks.n; j++) {
            n_bytes = chunks.extent[j].first >= extent.first
                    && chunks.extent[j].first + chunks.extent[j].length
                        <= extent.first + extent.length
                ? (size_t) chunks.extent[j].length
                : 0;
            sum -= n_bytes;
        }
    }
    assert_int_equal(sum, 0);
    free(bytes);
    jc_extents_free(&chunks);
}

/* Chunks that come in any order, and packed ones of any size. */
static void
write_chunks(const char *path, int deflate, bool varied)
{
    static const uint64_t order[] = { 0, 1, 4, 3, 2 };
    const bool stored[JC_QUANTITIES] = { [JC_ENERGY] = true, [JC_PUE] = true };
    const uint64_t queries = 5 * JC_STORE_CHUNK - 7;
    const struct jc_store_options options = { .force = true, .deflate = deflate };
    float *samples = calloc(JC_STORE_CHUNK, sizeof(*samples));
    struct jc_store *store = NULL;
    struct jc_error error = { "" };
    size_t j, k;

    assert_non_null(samples);
    for (k = 0; k < JC_STORE_CHUNK; k++) {
        samples[k] = varied ? (float) (k * k % 65521) : 1;
    }
    assert_int_equal(jc_store_create(&store, path, &options, &error), 0);
    assert_int_equal(jc_store_begin_case(store, "a", "Another", queries, stored, &error), 0);
    for (j = 0; j < sizeof(order) / sizeof(order[0]); j++) {
        for (k = 0; k < 2; k++) {
            assert_int_equal(write_samples(store, k == 0 ? JC_ENERGY : JC_PUE,
                                 order[j] * JC_STORE_CHUNK, queries, JC_STORE_CHUNK - 7, samples,
                                 deflate, &error),
                0);
        }
        samples[j] += 1;
    }
    free(samples);
    if (jc_store_finish(store, &written, &provenance, &error) != 0) {
        fail_msg("%s", error.message);
    }
}

static void
test_chunks(void **state)
{
    struct jc_error error;

    (void) state;
    write_chunks("c.h5", 0, true);
    expect_chunks("c.h5");
    write_chunks("c.h5", 1, false);
    expect_chunks("c.h5");
    write_chunks("c.h5", 1, true);
    expect_chunks("c.h5");
    assert_int_equal(check("c.h5", &error), 0);
    expect_chunks("whole.h5");
}

/* One byte of the samples, on the disk: the records do not depend on it, jc_verify finds it. */
static void
test_flipped_sample(void **state)
{
    const long before = open_identifiers();
    struct jc_results results;
    struct jc_verification verification;
    struct jc_error error = { "" };
    hid_t file = H5Fopen("whole.h5", H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, "cases/a/energy", H5P_DEFAULT);
    haddr_t address = HADDR_UNDEF;
    unsigned char *bytes;
    hsize_t chunk_bytes, at;
    hid_t space = H5Dget_space(dataset);
    unsigned filters;
    size_t size;

    (void) state;
    assert_true(H5Dget_chunk_info(dataset, space, 0, &at, &filters, &address, &chunk_bytes) >= 0);
    assert_true(H5Sclose(space) >= 0);
    assert_true(H5Dclose(dataset) >= 0);
    assert_true(H5Fclose(file) >= 0);
    bytes = scratch_read("whole.h5", &size);
    assert_memory_equal(bytes + address, energy, sizeof(energy));
    bytes[address + 5] ^= 0x10;
    scratch_write("f.h5", bytes, size);
    free(bytes);
    assert_int_equal(jc_file_read_results("f.h5", &results, &error), 0);
    jc_results_free(&results);
    assert_int_equal(jc_verify("f.h5", &verification, &error), JC_ERROR_FORMAT);
    assert_string_equal(error.message, "f.h5: dataset /cases/a/energy is damaged");
    assert_null(verification.dataset);
    assert_int_equal(open_identifiers(), before);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_wrong_extents),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_no_files),
        cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_flipped_sample),
    };

    (void) H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests(tests, enter_with_file, leave_results);
}
