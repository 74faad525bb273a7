/*
 * Files that appear when they are complete, and files that are safe to read.
 */
#ifndef JC_BASE_FILES_H
#define JC_BASE_FILES_H

#include <stdbool.h>

#include "base/error.h"

/* Renames a complete file to its name. Unless `replace`, a file of that name that has appeared meanwhile
 * is not replaced. Errors: JC_ERROR_IO. */
int jc_rename_complete(const char *partial, const char *path, bool replace, struct jc_error *error);

/* Whether a path is that of a file whose bytes have an end: not a folder, and neither a pipe nor a device, which may go
 * on for ever. Errors: JC_ERROR_IO, also if there is nothing. */
int jc_check_regular(const char *path, struct jc_error *error);

#endif
