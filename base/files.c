#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
jc_rename_complete(const char *partial, const char *path, bool replace, struct jc_error *error)
{
    int failed = renameat2(AT_FDCWD, partial, AT_FDCWD, path, replace ? 0 : RENAME_NOREPLACE) != 0;

    if (failed && errno == EINVAL && !replace) { /* a file system without RENAME_NOREPLACE */
        failed = link(partial, path) != 0 || unlink(partial) != 0;
    }
    if (failed) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot get its name: %s", path, strerror(errno));
    }
    return 0;
}

/* Writes and closes; what is written is on the disk afterwards. */
static int
write_bytes(FILE *file, const struct jc_text *text)
{
    int failed = fwrite(text->bytes, 1, text->length, file) != text->length;

    failed |= fflush(file) != 0 || fsync(fileno(file)) != 0;
    failed |= fclose(file) != 0;
    return failed;
}

int
jc_write_complete(const char *path, const struct jc_text *text, bool replace,
    struct jc_error *error)
{
    char *partial = NULL;
    FILE *file;
    int ret = 0;

    if (!replace && access(path, F_OK) == 0) {
        return jc_fail(error, JC_ERROR_IO, "%s: exists already; --force replaces it", path);
    }
    if (asprintf(&partial, "%s.partial", path) < 0) {
        return jc_fail_memory(error);
    }
    file = fopen(partial, "we");
    if (file == NULL || write_bytes(file, text) != 0) {
        ret = jc_fail(error, JC_ERROR_IO, "%s: cannot write: %s", partial, strerror(errno));
    }
    ret = ret != 0 ? ret : jc_rename_complete(partial, path, replace, error);
    if (ret != 0 && file != NULL) {
        (void) unlink(partial);
    }
    free(partial);
    return ret;
}
