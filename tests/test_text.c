/* Texts, messages and digests of base/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/files.h"
#include "base/sha256.h"
#include "base/text.h"

#include "scratch.h"

static void
test_fail(void **state)
{
    struct jc_error error = { "" };

    (void) state;
    assert_int_equal(jc_fail(&error, JC_ERROR_INPUT, "%s:%d: %s", "a.csv", 3, "odd"),
        JC_ERROR_INPUT);
    assert_string_equal(error.message, "a.csv:3: odd");
    assert_int_equal(jc_fail_memory(&error), JC_ERROR_INTERNAL);
    assert_string_equal(error.message, "out of memory");
    assert_int_equal(jc_fail(NULL, JC_ERROR_IO, "%s", "unheard"), JC_ERROR_IO);
    assert_int_equal(jc_fail_memory(NULL), JC_ERROR_INTERNAL);
}

/* One line, whatever names are in it. */
static void
test_fail_is_one_line(void **state)
{
    struct jc_error error;

    (void) state;
    (void) jc_fail(&error, JC_ERROR_IO, "%s: cannot open", "a\nb\x1b[2J\x7f\r\t\u00e9");
    assert_string_equal(error.message, "a b [2J   \u00e9: cannot open");
    assert_int_equal(jc_fail_in(&error, JC_ERROR_IO, "x\ny"), JC_ERROR_IO);
    assert_string_equal(error.message, "x y: a b [2J   \u00e9: cannot open");
}

/* A name may lead to what never ends. */
static void
test_check_regular(void **state)
{
    struct jc_error error = { "" };

    (void) state;
    scratch_write_text("file", "x");
    assert_int_equal(symlink("file", "link"), 0);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(jc_check_regular("file", &error), 0);
    assert_int_equal(jc_check_regular("link", &error), 0);
    assert_string_equal(error.message, "");
    assert_int_equal(jc_check_regular("pipe", &error), JC_ERROR_IO);
    assert_string_equal(error.message, "pipe: is not a regular file");
    assert_int_equal(jc_check_regular(".", NULL), JC_ERROR_IO);
    assert_int_equal(jc_check_regular("/dev/null", NULL), JC_ERROR_IO);
    assert_int_equal(jc_check_regular("none", &error), JC_ERROR_IO);
    assert_string_equal(error.message, "none: cannot open: No such file or directory");
}

/* The codes of the command line. */
static void
test_exit_codes(void **state)
{
    (void) state;
    assert_int_equal(JC_OK, 0);
    assert_int_equal(JC_ERROR_INTERNAL, -1);
    assert_int_equal(JC_ERROR_SCENARIO, -2);
    assert_int_equal(JC_ERROR_INPUT, -3);
    assert_int_equal(JC_ERROR_IO, -4);
    assert_int_equal(JC_ERROR_FORMAT, -5);
    assert_int_equal(JC_ERROR_STOPPED, -6);
    assert_int_equal(JC_ERROR_PRECISION, -7);
}

static void
test_long_message(void **state)
{
    char text[4 * JC_ERROR_LENGTH];
    struct jc_error error[2];

    (void) state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    memset(error, '#', sizeof(error));
    assert_int_equal(jc_fail(&error[0], JC_ERROR_IO, "%s", text), JC_ERROR_IO);
    assert_int_equal(strlen(error[0].message), JC_ERROR_LENGTH - 1);
    assert_memory_equal(error[0].message, text, JC_ERROR_LENGTH - 1);
    assert_int_equal(error[1].message[0], '#');
}

static void
test_append(void **state)
{
    struct jc_text text = { 0 };
    struct jc_error error = { "" };
    size_t j;

    (void) state;
    assert_int_equal(jc_text_append(&text, &error, "%s", ""), 0);
    assert_int_equal(text.length, 0);
    assert_string_equal(text.bytes, "");
    for (j = 0; j < 3000; j++) { /* past many a capacity, in steps of every remainder */
        assert_int_equal(jc_text_append(&text, &error, "%zu,", j), 0);
        assert_int_equal(strlen(text.bytes), text.length);
        assert_true(text.capacity > text.length);
    }
    assert_int_equal(text.length, 10 * 2 + 90 * 3 + 900 * 4 + 2000 * 5);
    assert_memory_equal(text.bytes, "0,1,2,3,4,5,6,7,8,9,10,", 23);
    assert_string_equal(text.bytes + text.length - 10, "2998,2999,");
    jc_text_free(&text);
    assert_null(text.bytes);
    assert_int_equal(text.length + text.capacity, 0);
}

/* A text that fills its capacity to the last byte, and one byte more. */
static void
test_append_edges(void **state)
{
    char piece[600];
    struct jc_error error = { "" };
    size_t n;

    (void) state;
    memset(piece, 'y', sizeof(piece));
    for (n = 250; n < 520; n++) {
        struct jc_text text = { 0 };

        assert_int_equal(jc_text_append(&text, &error, "%.*s", (int) n, piece), 0);
        assert_int_equal(text.length, n);
        assert_int_equal(jc_text_append(&text, &error, "z"), 0);
        assert_int_equal(strlen(text.bytes), n + 1);
        jc_text_free(&text);
    }
}

/* What was there stays when an addition fails; printf cannot convert this character. */
static void
test_append_fails(void **state)
{
    static const wchar_t unknown[] = { 0x110000, 0 };
    struct jc_text text = { 0 };
    struct jc_error error = { "" };

    (void) state;
    assert_int_equal(jc_text_append(&text, &error, "kept"), 0);
    assert_int_equal(jc_text_append(&text, &error, "%ls", unknown), JC_ERROR_INTERNAL);
    assert_string_equal(error.message, "cannot format a text");
    assert_string_equal(text.bytes, "kept");
    assert_int_equal(text.length, 4);
    jc_text_free(&text);
}

static void
expect_read(size_t size, size_t limit)
{
    unsigned char *bytes = malloc(size + 1);
    struct jc_text text = { 0 };
    struct jc_error error = { "" };
    char message[64];
    size_t j;

    assert_non_null(bytes);
    for (j = 0; j < size; j++) {
        bytes[j] = (unsigned char) (j % 251);
    }
    scratch_write("f.bin", bytes, size);
    if (size <= limit) {
        assert_int_equal(jc_text_read_file(&text, "f.bin", limit, &error), 0);
        assert_int_equal(text.length, size);
        assert_int_equal(text.bytes[size], '\0');
        if (size > 0) {
            assert_memory_equal(text.bytes, bytes, size);
        }
    } else {
        (void) snprintf(message, sizeof(message), "f.bin: larger than %zu bytes", limit);
        assert_int_equal(jc_text_read_file(&text, "f.bin", limit, &error), JC_ERROR_IO);
        assert_string_equal(error.message, message);
        assert_null(text.bytes);
    }
    jc_text_free(&text);
    free(bytes);
}

static void
test_read_file(void **state)
{
    struct jc_text text;
    struct jc_error error = { "" };

    (void) state;
    expect_read(0, 0);
    expect_read(1, 0);
    expect_read(10, 10);
    expect_read(11, 10);
    expect_read(65535, 65536);
    expect_read(65536, 65536);
    expect_read(65537, 65536);
    expect_read(200000, 1 << 20);
    assert_int_equal(jc_text_read_file(&text, "none", 10, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "none: cannot open: No such file or directory");
    assert_int_equal(jc_text_read_file(&text, ".", 10, &error), JC_ERROR_IO);
    assert_string_equal(error.message, ".: cannot read: Is a directory");
    assert_null(text.bytes);
    /* It stops at the limit, however much there is. */
    assert_int_equal(jc_text_read_file(&text, "/dev/zero", 100000, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "/dev/zero: larger than 100000 bytes");
}

static void
test_string_set(void **state)
{
    struct jc_error error = { "" };
    char source[] = "first";
    char *copy = NULL;

    (void) state;
    assert_int_equal(jc_string_set(&copy, source, &error), 0);
    source[0] = 'F';
    assert_string_equal(copy, "first");
    assert_int_equal(jc_string_set(&copy, copy, &error), 0); /* of itself */
    assert_string_equal(copy, "first");
    assert_int_equal(jc_string_set(&copy, NULL, &error), 0);
    assert_null(copy);
}

static void
expect_sha256(const char *data, size_t size, const char *expected)
{
    uint8_t digest[JC_SHA256_BYTES];
    char hex[JC_SHA256_HEX];
    struct jc_error error = { "" };

    jc_sha256(data, size, digest);
    jc_sha256_hex(digest, hex);
    assert_string_equal(hex, expected);
    scratch_write("f.bin", data, size);
    assert_int_equal(jc_sha256_file("f.bin", hex, &error), 0);
    assert_string_equal(hex, expected);
}

/* FIPS 180-4 examples: "abc", two blocks, a million "a". */
static void
test_sha256(void **state)
{
    const char *two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    char *million = malloc(1000000);
    char hex[JC_SHA256_HEX];
    struct jc_error error = { "" };

    (void) state;
    expect_sha256("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_sha256("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect_sha256(two, strlen(two),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_non_null(million);
    memset(million, 'a', 1000000);
    expect_sha256(million, 1000000,
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
    assert_int_equal(jc_sha256_file("none", hex, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "none: cannot open: No such file or directory");
    assert_int_equal(jc_sha256_file(".", hex, &error), JC_ERROR_IO);
    assert_string_equal(error.message, ".: cannot read: Is a directory");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fail),
        cmocka_unit_test(test_fail_is_one_line),
        cmocka_unit_test(test_check_regular),
        cmocka_unit_test(test_exit_codes),
        cmocka_unit_test(test_long_message),
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_append_edges),
        cmocka_unit_test(test_append_fails),
        cmocka_unit_test(test_read_file),
        cmocka_unit_test(test_string_set),
        cmocka_unit_test(test_sha256),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
