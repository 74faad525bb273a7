/*
 * SHA-256 as text (by nettle): names the inputs of a run and the content of a file.
 */
#ifndef JC_BASE_SHA256_H
#define JC_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define JC_SHA256_BYTES 32
#define JC_SHA256_HEX 65 /* 64 digits and a NUL */

/* The digest of `size` bytes. */
void jc_sha256(const void *data, size_t size, uint8_t digest[JC_SHA256_BYTES]);

/* The digest as lower-case hexadecimal digits. */
void jc_sha256_hex(const uint8_t digest[JC_SHA256_BYTES], char hex[JC_SHA256_HEX]);

/* The digest of a file's bytes. Errors: JC_ERROR_IO. */
int jc_sha256_file(const char *path, char hex[JC_SHA256_HEX], struct jc_error *error);

#endif
