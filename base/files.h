/*
 * Files that appear when they are complete.
 */
#ifndef JC_BASE_FILES_H
#define JC_BASE_FILES_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Renames a complete file to its name. Unless `replace`, a file of that name that has appeared meanwhile
 * is not replaced. Errors: JC_ERROR_IO. */
int jc_rename_complete(const char *partial, const char *path, bool replace, struct jc_error *error);

/* Writes a text as PATH.partial, and renames it when it is on the disk. Errors: JC_ERROR_IO (it exists already, unless
 * `replace`; it cannot be written), JC_ERROR_INTERNAL. */
int jc_write_complete(const char *path, const struct jc_text *text, bool replace,
    struct jc_error *error);

#endif
