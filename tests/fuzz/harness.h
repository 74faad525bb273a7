/*
 * Harnesses for libFuzzer: each reads its input as a file that somebody else has made, and checks what must hold of
 * whatever is read. The same programs replay files (replay.c) where there is no libFuzzer.
 *
 * An input lies in a folder of the process's own. Names in an input lead nowhere else: harness.c answers
 * the library's questions for files outside of that folder, and of the project's data, as if there were none.
 */
#ifndef JC_TESTS_FUZZ_HARNESS_H
#define JC_TESTS_FUZZ_HARNESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define HARNESS_DATA JC_SOURCE_ROOT "/models/data:" JC_SOURCE_ROOT "/samplers/data"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The path of a file of that name in the folder, which has these bytes now. It is overwritten by the next call. */
const char *harness_file(const char *name, const void *data, size_t size);

/* The path of a file of that name in the folder. It is overwritten by the next call. */
const char *harness_path(const char *name);

/* A failure has a code, and one line of text that says what it is. */
void harness_check_error(int ret, const struct jc_error *error);

/* Ends the process with a message unless it holds: a finding. */
#define HARNESS_CHECK(condition) harness_check((condition) != 0, #condition, __FILE__, __LINE__)
void harness_check(int holds, const char *condition, const char *file, int line);

#endif
