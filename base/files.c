#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_ATTEMPTS 100 /* to get hold of a file that others rename */

/* Whether an open file has this name. */
static bool
is_at(int descriptor, const char *path)
{
    struct stat open_file, named;

    return fstat(descriptor, &open_file) == 0 && lstat(path, &named) == 0
        && open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

int
jc_lock_file(int descriptor, const char *path, const char *who, bool *moved, struct jc_error *error)
{
    *moved = false;
    /* A file system without locks is no reason not to write. */
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return jc_fail(error, JC_ERROR_IO, "%s: %s is writing it", path, who);
    }
    /* The one that had the lock before may have renamed or removed the file after it was opened here. */
    *moved = !is_at(descriptor, path);
    return 0;
}

static void
forget(struct jc_partial *self)
{
    if (self->descriptor >= 0) {
        (void) close(self->descriptor); /* and the lock is free */
    }
    free(self->path);
    *self = (struct jc_partial){ .descriptor = -1 };
}

/* Opens and locks the file, if it is not one that another process is done with at this moment. */
static int
open_locked(struct jc_partial *self, bool *moved, struct jc_error *error)
{
    int ret;

    *moved = false;
    self->descriptor =
        open(self->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (self->descriptor < 0) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot create: %s", self->path, strerror(errno));
    }
    ret = jc_lock_file(self->descriptor, self->path, "another run", moved, error);
    if (ret != 0 || *moved) {
        (void) close(self->descriptor);
        self->descriptor = -1;
    }
    return ret;
}

int
jc_partial_begin(struct jc_partial *self, const char *path, struct jc_error *error)
{
    struct stat status;
    bool moved = true;
    int attempt;
    int ret = 0;

    *self = (struct jc_partial){ .descriptor = -1 };
    if (asprintf(&self->path, "%s.partial", path) < 0) {
        self->path = NULL;
        return jc_fail_memory(error);
    }
    for (attempt = 0; ret == 0 && moved && attempt < MOST_ATTEMPTS; attempt++) {
        ret = open_locked(self, &moved, error);
    }
    if (ret == 0 && moved) {
        ret =
            jc_fail(error, JC_ERROR_IO, "%s: others write and rename it all the time", self->path);
    } else if (ret == 0 && (fstat(self->descriptor, &status) != 0 || !S_ISREG(status.st_mode))) {
        ret = jc_fail(error, JC_ERROR_IO, "%s: is not a regular file", self->path);
    } else if (ret == 0 && ftruncate(self->descriptor, 0) != 0) {
        ret = jc_fail(error, JC_ERROR_IO, "%s: cannot write: %s", self->path, strerror(errno));
        (void) unlink(self->path);
    }
    if (ret != 0) {
        forget(self);
    }
    return ret;
}

static int
give_name(const char *partial, const char *path, bool replace, struct jc_error *error)
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

/* Makes the name of a file durable, where the file system can: some know no fsync of folders. */
static int
sync_folder(const char *path, struct jc_error *error)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t) (slash - path) + 1);
    int descriptor;
    int reason = 0;

    if (folder == NULL) {
        return jc_fail_memory(error);
    }
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0 || fsync(descriptor) != 0) {
        reason = errno;
    }
    if (descriptor >= 0) {
        (void) close(descriptor);
    }
    free(folder);
    /* A folder may be written to without being read. */
    return reason == 0 || reason == EINVAL || reason == ENOTSUP || reason == EACCES
        ? 0
        : jc_fail(error, JC_ERROR_IO,
            "%s: is complete, but its folder cannot be written to the disk: %s", path,
            strerror(reason));
}

int
jc_partial_complete(struct jc_partial *self, const char *path, bool replace, struct jc_error *error)
{
    int ret = 0;

    if (fsync(self->descriptor) != 0) {
        ret = jc_fail(error, JC_ERROR_IO, "%s: cannot write: %s", self->path, strerror(errno));
    } else if (!is_at(self->descriptor, self->path)) {
        ret = jc_fail(error, JC_ERROR_IO,
            "%s: is gone: it was moved or removed while it was written", self->path);
    }
    ret = ret != 0 ? ret : give_name(self->path, path, replace, error);
    if (ret != 0) {
        jc_partial_discard(self);
        return ret;
    }
    forget(self);
    return sync_folder(path, error);
}

void
jc_partial_discard(struct jc_partial *self)
{
    if (self->path == NULL) {
        return;
    }
    if (is_at(self->descriptor, self->path)) {
        (void) unlink(self->path);
    }
    forget(self);
}

static int
write_all(int descriptor, const char *bytes, size_t size)
{
    ssize_t written;

    while (size > 0) {
        written = write(descriptor, bytes, size);
        if (written < 0 && errno != EINTR) {
            return 1;
        }
        bytes += written > 0 ? written : 0;
        size -= written > 0 ? (size_t) written : 0;
    }
    return 0;
}

int
jc_write_complete(const char *path, const struct jc_text *text, bool replace,
    struct jc_error *error)
{
    struct jc_partial file;
    int ret;

    if (!replace && access(path, F_OK) == 0) {
        return jc_fail(error, JC_ERROR_IO, "%s: exists already; --force replaces it", path);
    }
    ret = jc_partial_begin(&file, path, error);
    if (ret == 0 && write_all(file.descriptor, text->bytes, text->length) != 0) {
        ret = jc_fail(error, JC_ERROR_IO, "%s: cannot write: %s", file.path, strerror(errno));
        jc_partial_discard(&file);
    }
    return ret != 0 ? ret : jc_partial_complete(&file, path, replace, error);
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

bool
jc_is_same_file(const char *path, const char *other)
{
    struct stat one, two;

    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev
        && one.st_ino == two.st_ino;
}
