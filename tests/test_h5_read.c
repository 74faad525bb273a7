/* Reading what strangers have written into HDF5 files: sizes that are not there, and texts for terminals. */
#include "results/h5.h"

#include "scratch.h"

static hid_t
create_file(void)
{
    return H5Fcreate("f.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
}

/* A dataset of so many numbers, none of which is in the file; in one piece if `chunk` is 0. */
static void
create_empty(hid_t file, const char *name, hsize_t n, hsize_t chunk)
{
    hid_t space = H5Screate_simple(1, &n, NULL);
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    hid_t dataset;

    if (chunk > 0) {
        assert_true(H5Pset_chunk(properties, 1, &chunk) >= 0);
    }
    dataset = H5Dcreate2(file, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    assert_true(dataset >= 0);
    assert_true(H5Dclose(dataset) >= 0);
    (void) H5Pclose(properties);
    (void) H5Sclose(space);
}

static void
test_sizes_that_are_not_there(void **state)
{
    struct jc_error error = { "" };
    void *data;
    size_t n;
    hid_t file = create_file();

    (void) state;
    create_empty(file, "small", 100, 0);
    create_empty(file, "large", (hsize_t) 1 << 40, 1 << 16);
    create_empty(file, "flat", (hsize_t) 1 << 40, 0);
    assert_int_equal(jc_h5_read_numbers(file, "small", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double),
                         &data, &n, &error),
        0);
    assert_int_equal(n, 100);
    free(data);
    assert_int_equal(jc_h5_read_numbers(file, "large", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double),
                         &data, &n, &error),
        JC_ERROR_FORMAT);
    assert_string_equal(error.message, "'large' is missing, damaged or of another type");
    assert_int_equal(jc_h5_read_numbers(file, "flat", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double),
                         &data, &n, &error),
        JC_ERROR_FORMAT);
    assert_true(H5Fclose(file) >= 0);
}

static void
test_control_characters(void **state)
{
    struct jc_error error = { "" };
    char *text;
    hid_t file = create_file();

    (void) state;
    assert_int_equal(jc_h5_set_text(file, "a", "x\x1b[2J\x7f\r\xc2\x9b\n\t\u00e9\u00a0", &error),
        0);
    assert_int_equal(jc_h5_get_text(file, "a", &text, &error), 0);
    assert_string_equal(text, "x [2J    \n\t\u00e9\u00a0");
    free(text);
    assert_true(H5Fclose(file) >= 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_that_are_not_there),
        cmocka_unit_test(test_control_characters),
    };

    (void) H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
