/*
 * Files that appear when they are complete, and files that are safe to read.
 *
 * A file is written as `PATH.partial` and gets its name when all of it is on the disk, so that a file called PATH is always
 * whole. While it is written it is locked: another process that would write the same file is refused and changes nothing.
 * What a process that was killed has left as PATH.partial is written over by the next one.
 */
#ifndef JC_BASE_FILES_H
#define JC_BASE_FILES_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

struct jc_partial {
    char *path;     /* PATH.partial; NULL: there is none */
    int descriptor; /* holds the lock; to read and write, at the beginning of the file */
};

/* Creates PATH.partial, empty and locked. Errors: JC_ERROR_IO, another process writes it, or it cannot be created;
 * JC_ERROR_INTERNAL. On an error there is nothing to complete or discard. */
int jc_partial_begin(struct jc_partial *self, const char *path, struct jc_error *error);

/* All has been written: makes it durable and renames it to `path`, in the same folder. Unless `replace`, a file of that name
 * that has appeared meanwhile stays as it is, which is an error. In any case self is gone afterwards; on an error so is the
 * partial file, but where only the folder could not be made durable: then the file has its name, and is whole. Errors:
 * JC_ERROR_IO. */
int jc_partial_complete(struct jc_partial *self, const char *path, bool replace,
    struct jc_error *error);

/* Gives up: removes the partial file, unless it is not the one that was begun. Does nothing if there is none. */
void jc_partial_discard(struct jc_partial *self);

/* Locks an open file, which must still be the one of that name when this has come true; `*moved` says that it is not, and
 * that opening it anew would help. Errors: JC_ERROR_IO, "PATH: WHO is writing it". */
int jc_lock_file(int descriptor, const char *path, const char *who, bool *moved,
    struct jc_error *error);

/* Writes a text as PATH.partial, and renames it when it is on the disk. Errors: JC_ERROR_IO (it exists already, unless
 * `replace`; it cannot be written), JC_ERROR_INTERNAL. */
int jc_write_complete(const char *path, const struct jc_text *text, bool replace,
    struct jc_error *error);

/* Whether a path is that of a file whose bytes have an end: not a folder, and neither a pipe nor a device, which may go
 * on for ever. Errors: JC_ERROR_IO, also if there is nothing. */
int jc_check_regular(const char *path, struct jc_error *error);

/* Whether both paths lead to one file, which is there. */
bool jc_is_same_file(const char *path, const char *other);

#endif
