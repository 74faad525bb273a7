/*
 * Opening a file: whether it is of the kind that is wanted, of a version this program reads, and complete.
 */
#include "results/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/digest.h"
#include "results/h5.h"
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

bool
jc_file_is_result(const char *path)
{
    const size_t length = strlen(path);
    char bytes[sizeof(SIGNATURE)] = "";
    FILE *file;

    if (length > 3 && strcmp(path + length - 3, ".h5") == 0) {
        return true;
    }
    file = fopen(path, "rb");
    if (file != NULL) {
        (void) fread(bytes, 1, sizeof(SIGNATURE) - 1, file);
        (void) fclose(file);
    }
    return memcmp(bytes, SIGNATURE, sizeof(SIGNATURE)) == 0;
}

static int
open_file(const char *path, const struct format *format, hid_t *file, struct jc_error *error)
{
    int ret;

    *file = -1;
    if (access(path, R_OK) != 0) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot open: %s", path, strerror(errno));
    }
    errno = 0;
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (*file < 0 && errno == ENOMEM) { /* HDF5 itself cannot tell, if that was when it began */
        return jc_fail_memory(error);
    }
    if (*file < 0) {
        return jc_fail(error, JC_ERROR_FORMAT,
            "%s: not an HDF5 file, or a damaged or unfinished one", path);
    }
    ret = check_format(*file, format, error);
    ret = ret != 0 ? ret : jc_digest_check(*file, error);
    if (ret == 0 && jc_virtual_has(*file)) {
        ret = jc_virtual_check(*file, path, error);
    }
    if (ret != 0) {
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

int
jc_file_open_shard(const char *path, hid_t *file, struct jc_error *error)
{
    return open_file(path, &shard_format, file, error);
}
