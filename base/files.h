/*
 * Files that appear when they are complete.
 */
#ifndef JC_BASE_FILES_H
#define JC_BASE_FILES_H

#include <stdbool.h>

#include "base/error.h"

/* Renames a complete file to its name. Unless `replace`, a file of that name that has appeared meanwhile
 * is not replaced. Errors: JC_ERROR_IO. */
int jc_rename_complete(const char *partial, const char *path, bool replace, struct jc_error *error);

#endif
