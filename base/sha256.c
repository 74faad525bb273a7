#include "base/sha256.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <nettle/sha2.h>

void
jc_sha256(const void *data, size_t size, uint8_t digest[JC_SHA256_BYTES])
{
    struct sha256_ctx context;

    sha256_init(&context);
    sha256_update(&context, size, data);
    sha256_digest(&context, JC_SHA256_BYTES, digest);
}

void
jc_sha256_hex(const uint8_t digest[JC_SHA256_BYTES], char hex[JC_SHA256_HEX])
{
    static const char digits[] = "0123456789abcdef";
    size_t j;

    for (j = 0; j < JC_SHA256_BYTES; j++) {
        hex[2 * j] = digits[digest[j] >> 4];
        hex[2 * j + 1] = digits[digest[j] & 15];
    }
    hex[JC_SHA256_HEX - 1] = '\0';
}

int
jc_sha256_file(const char *path, char hex[JC_SHA256_HEX], struct jc_error *error)
{
    struct sha256_ctx context;
    uint8_t digest[JC_SHA256_BYTES];
    uint8_t buffer[65536];
    size_t n;
    int failed;
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot open: %s", path, strerror(errno));
    }
    sha256_init(&context);
    while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0) {
        sha256_update(&context, n, buffer);
    }
    failed = ferror(file) ? errno : 0;
    (void) fclose(file);
    if (failed) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot read: %s", path, strerror(failed));
    }
    sha256_digest(&context, JC_SHA256_BYTES, digest);
    jc_sha256_hex(digest, hex);
    return 0;
}
