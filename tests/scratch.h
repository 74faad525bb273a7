/*
 * Files for tests: in a fresh folder, which becomes the working directory and is removed at the end.
 */
#ifndef JC_TESTS_SCRATCH_H
#define JC_TESTS_SCRATCH_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char scratch_folder[] = "/tmp/joulecast-test-XXXXXX";

/* A group setup and its teardown. */
static inline int
scratch_enter(void **state)
{
    (void) state;
    return mkdtemp(scratch_folder) == NULL ? -1 : chdir(scratch_folder);
}

static inline int
scratch_remove(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void) status;
    (void) kind;
    (void) walk;
    return remove(path);
}

static inline int
scratch_leave(void **state)
{
    (void) state;
    return chdir("/") == 0 ? nftw(scratch_folder, scratch_remove, 8, FTW_DEPTH | FTW_PHYS) : -1;
}

/* Makes a file of these bytes. */
static inline void
scratch_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline void
scratch_write_text(const char *path, const char *text)
{
    scratch_write(path, text, strlen(text));
}

/* The bytes of a file, to be freed. */
static inline unsigned char *
scratch_read(const char *path, size_t *size)
{
    struct stat status;
    unsigned char *bytes;
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);
    *size = (size_t) status.st_size;
    bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    assert_int_equal(fclose(file), 0);
    return bytes;
}

static inline int
scratch_exists(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

#endif
