/*
 * Opening a file: whether it is of the kind that is wanted, of a version this program reads, and complete.
 */
#include "results/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "results/h5.h"
#include "results/seal.h"
#include "results/shard.h"
#include "results/store.h"
#include "results/virtual.h"

#define SIGNATURE "\x89HDF\r\n\x1a\n"

/* A kind of file that this program writes and reads. */
struct format {
    const char *name;
    const char *words;
    unsigned long long major;
};

static const struct format result_format = { JC_FORMAT_NAME, "a result file of joulecast",
    JC_FORMAT_MAJOR };
static const struct format shard_format = { JC_SHARD_FORMAT_NAME, "a shard of joulecast",
    JC_SHARD_FORMAT_MAJOR };

/* One file taken for another is told so. */
static const char *
other_kind(const char *found, const struct format *format)
{
    if (format == &result_format && strcmp(found, JC_SHARD_FORMAT_NAME) == 0) {
        return ": a part of one; 'joulecast merge' joins parts";
    }
    return format == &shard_format && strcmp(found, JC_FORMAT_NAME) == 0 ? ": a whole result" : "";
}

static int
check_format(hid_t file, const struct format *format, struct jc_error *error)
{
    char *found = NULL;
    uint64_t major = 0;
    int ret = H5Aexists(file, "format") > 0 ? jc_h5_get_text(file, "format", &found, error) : 0;

    if (ret == JC_ERROR_INTERNAL) {
        return ret;
    }
    if (found == NULL || strcmp(found, format->name) != 0) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "not %s, or one that is incomplete%s", format->words,
            found != NULL ? other_kind(found, format) : "");
    } else {
        ret = jc_h5_get_uint64(file, "format_major", &major, error);
    }
    if (ret == 0 && major != format->major) {
        ret = jc_fail(error, JC_ERROR_FORMAT,
            "format %llu is %s this program, which reads format %llu", (unsigned long long) major,
            major > format->major ? "newer than" : "too old for", format->major);
    }
    free(found);
    return ret;
}

const char *
jc_file_ending(const char *path)
{
    const size_t length = strlen(path);

    return length > 3 && strcmp(path + length - 3, ".h5") == 0 ? ".h5" : "";
}

bool
jc_file_is_result(const char *path)
{
    char bytes[sizeof(SIGNATURE) - 1];
    size_t n_read = 0;
    FILE *file;

    if (jc_file_ending(path)[0] != '\0') {
        return true;
    }
    file = jc_check_regular(path, NULL) == 0 ? fopen(path, "rb") : NULL;
    if (file != NULL) {
        n_read = fread(bytes, 1, sizeof(bytes), file);
        (void) fclose(file);
    }
    return n_read == sizeof(bytes) && memcmp(bytes, SIGNATURE, sizeof(bytes)) == 0;
}

/* Whether HDF5 has opened the file that a descriptor is of, and not one that has replaced it. */
static bool
is_same(hid_t file, int descriptor)
{
    struct stat checked, opened;
    int *used = NULL;

    return H5Fget_vfd_handle(file, H5P_DEFAULT, (void **) &used) >= 0
        && fstat(descriptor, &checked) == 0 && fstat(*used, &opened) == 0
        && opened.st_dev == checked.st_dev && opened.st_ino == checked.st_ino;
}

/* Lets HDF5 open a file that nobody writes to and whose seal is right; *file is to be closed, also on failure if it is not negative. */
static int
open_checked(const char *path, int descriptor, hid_t *file, struct jc_error *error)
{
    int ret;

    if (flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return jc_fail(error, JC_ERROR_IO, "another program has it open to write to it");
    }
    ret = jc_seal_check(descriptor, error);
    if (ret != 0) {
        return ret;
    }
    errno = 0;
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (*file < 0 && errno == ENOMEM) { /* HDF5 itself cannot tell, if that was when it began */
        return jc_fail_memory(error);
    }
    if (*file < 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "has a seal, but is no file of HDF5");
    }
    return is_same(*file, descriptor)
        ? 0
        : jc_fail(error, JC_ERROR_IO, "was replaced by another file while it was opened");
}

static int
open_sealed(const char *path, hid_t *file, struct jc_error *error)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int ret;

    if (descriptor < 0) {
        return jc_fail(error, JC_ERROR_IO, "cannot open: %s", strerror(errno));
    }
    ret = open_checked(path, descriptor, file, error);
    (void) close(descriptor);
    return ret;
}

static int
open_file(const char *path, const struct format *format, hid_t *file, struct jc_error *error)
{
    int ret;

    *file = -1;
    if (jc_check_regular(path, error) != 0) {
        return JC_ERROR_IO;
    }
    ret = open_sealed(path, file, error);
    ret = ret != 0 ? ret : check_format(*file, format, error);
    if (ret == 0 && jc_virtual_has(*file)) {
        ret = jc_virtual_check(*file, path, error);
    }
    if (ret != 0 && *file >= 0) {
        (void) H5Fclose(*file);
        *file = -1;
    }
    return jc_fail_in(error, ret, path);
}

int
jc_file_open(const char *path, hid_t *file, struct jc_error *error)
{
    return open_file(path, &result_format, file, error);
}

static int
with(const char *path, const struct format *format, jc_file_reader *read, void *context,
    struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    hid_t file;
    int ret;

    jc_h5_quiet(&quiet);
    ret = open_file(path, format, &file, error);
    if (ret == 0) {
        ret = read(file, context, error);
        ret = jc_fail_in(error, ret, path);
        (void) H5Fclose(file);
    }
    return jc_h5_loud(&quiet, ret, path, error);
}

int
jc_file_with(const char *path, jc_file_reader *read, void *context, struct jc_error *error)
{
    return with(path, &result_format, read, context, error);
}

int
jc_file_with_shard(const char *path, jc_file_reader *read, void *context, struct jc_error *error)
{
    return with(path, &shard_format, read, context, error);
}

int
jc_file_open_shard(const char *path, hid_t *file, struct jc_error *error)
{
    return open_file(path, &shard_format, file, error);
}
