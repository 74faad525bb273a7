#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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

int
jc_check_regular(const char *path, struct jc_error *error)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot open: %s", path, strerror(errno));
    }
    return S_ISREG(status.st_mode) ? 0
                                   : jc_fail(error, JC_ERROR_IO, "%s: is not a regular file", path);
}
