#include "results/seal.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nettle/sha2.h>

#define MAGIC "\x89joulecast seal\n"
#define MAGIC_BYTES 16
#define VERSION 1
#define LISTED 256 /* extents that are read at a time */
#define BUFFER_BYTES ((size_t) 1 << 16)

/* The superblock of HDF5, of version 2 and 3. */
#define SIGNATURE "\x89HDF\r\n\x1a\n"
#define SUPERBLOCK_BYTES 48
#define SUPERBLOCK_VERSION 8
#define SUPERBLOCK_OPEN 11 /* not 0 as long as somebody writes */
#define SUPERBLOCK_END 28  /* the length of the file */

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the seal is stored little-endian");
_Static_assert(sizeof(struct jc_extent) == 16, "extents are stored as they are");

/* What a file ends with. */
struct tail {
    uint64_t n_extents;
    uint64_t file_bytes; /* all of the file, with the seal */
    uint64_t version;
    unsigned char magic[MAGIC_BYTES];
    unsigned char sha256[SHA256_DIGEST_SIZE];
};

_Static_assert(sizeof(struct tail) == JC_SEAL_BYTES, "the tail is stored as it is");

int
jc_extents_add(struct jc_extents *self, uint64_t first, uint64_t length, struct jc_error *error)
{
    struct jc_extent *last = self->n > 0 ? &self->extent[self->n - 1] : NULL;
    struct jc_extent *more;
    size_t room;

    if (last != NULL && last->first + last->length == first) {
        last->length += length;
        return 0;
    }
    if (self->n == self->room) {
        room = 2 * self->room + 16;
        more = realloc(self->extent, room * sizeof(*more));
        if (more == NULL) {
            return jc_fail_memory(error);
        }
        self->extent = more;
        self->room = room;
    }
    self->extent[self->n++] = (struct jc_extent){ first, length };
    return 0;
}

uint64_t
jc_extents_bytes(const struct jc_extents *self)
{
    uint64_t bytes = 0;
    size_t j;

    for (j = 0; j < self->n; j++) {
        bytes += self->extent[j].length;
    }
    return bytes;
}

void
jc_extents_free(struct jc_extents *self)
{
    free(self->extent);
    *self = (struct jc_extents){ 0 };
}

static int
compare(const void *one, const void *other)
{
    const uint64_t a = ((const struct jc_extent *) one)->first;
    const uint64_t b = ((const struct jc_extent *) other)->first;

    return (a > b) - (a < b);
}

/* Sorts extents and joins those that touch; false if they overlap or do not lie in the file. */
static bool
tidy(struct jc_extents *self, uint64_t bytes)
{
    struct jc_extent *extent = self->extent;
    uint64_t end = 0;
    size_t n = 0;
    size_t j;

    if (self->n > 0) {
        qsort(extent, self->n, sizeof(*extent), compare);
    }
    for (j = 0; j < self->n; j++) {
        if (extent[j].first < end || extent[j].first > bytes || extent[j].length == 0
            || extent[j].length > bytes - extent[j].first) {
            return false;
        }
        if (n > 0 && extent[j].first == end) {
            extent[n - 1].length += extent[j].length;
        } else {
            extent[n++] = extent[j];
        }
        end = extent[n - 1].first + extent[n - 1].length;
    }
    self->n = n;
    return true;
}

static int
write_all(int descriptor, const void *data, size_t size)
{
    const char *at = data;
    ssize_t n;

    while (size > 0) {
        n = write(descriptor, at, size);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return 1;
        }
        at += n > 0 ? n : 0;
        size -= n > 0 ? (size_t) n : 0;
    }
    return 0;
}

/* JC_ERROR_IO if the system fails, JC_ERROR_FORMAT if the file ends before. */
static int
read_all(int descriptor, void *data, size_t size, uint64_t at)
{
    char *to = data;
    ssize_t n;

    while (size > 0) {
        n = pread(descriptor, to, size, (off_t) at);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return n == 0 ? JC_ERROR_FORMAT : JC_ERROR_IO;
        }
        to += n > 0 ? n : 0;
        at += n > 0 ? (uint64_t) n : 0;
        size -= n > 0 ? (size_t) n : 0;
    }
    return 0;
}

/* Adds the bytes from `first` to `end` - 1 of a file. */
static int
hash_bytes(struct sha256_ctx *sha, int descriptor, uint64_t first, uint64_t end)
{
    unsigned char buffer[BUFFER_BYTES];
    size_t n;
    int ret = 0;

    for (; ret == 0 && first < end; first += n) {
        n = end - first < sizeof(buffer) ? (size_t) (end - first) : sizeof(buffer);
        ret = read_all(descriptor, buffer, n, first);
        if (ret == 0) {
            sha256_update(sha, n, buffer);
        }
    }
    return ret;
}

/* Hashes all bytes of a file before those of the digest, but not what its list of extents says; they ascend, have
 * bytes and lie before the list, or it is JC_ERROR_FORMAT. */
static int
hash_file(int descriptor, uint64_t n_extents, uint64_t file_bytes,
    unsigned char sha256[SHA256_DIGEST_SIZE])
{
    const uint64_t list = file_bytes - JC_SEAL_BYTES - n_extents * sizeof(struct jc_extent);
    struct jc_extent extent[LISTED];
    struct sha256_ctx sha;
    uint64_t at = 0;
    uint64_t first, n, k;
    int ret = 0;

    sha256_init(&sha);
    for (first = 0; ret == 0 && first < n_extents; first += n) {
        n = n_extents - first < LISTED ? n_extents - first : LISTED;
        ret = read_all(descriptor, extent, n * sizeof(*extent), list + first * sizeof(*extent));
        for (k = 0; ret == 0 && k < n; k++) {
            if (extent[k].first < at || extent[k].first > list || extent[k].length == 0
                || extent[k].length > list - extent[k].first) {
                ret = JC_ERROR_FORMAT;
            } else {
                ret = hash_bytes(&sha, descriptor, at, extent[k].first);
                at = extent[k].first + extent[k].length;
            }
        }
    }
    ret = ret != 0 ? ret : hash_bytes(&sha, descriptor, at, file_bytes - SHA256_DIGEST_SIZE);
    sha256_digest(&sha, SHA256_DIGEST_SIZE, sha256);
    return ret;
}

/* Writes the seal behind the bytes of the file, and the digest last. */
static int
append(int descriptor, uint64_t bytes, const struct jc_extents *left_out)
{
    const size_t list = left_out->n * sizeof(struct jc_extent);
    struct tail tail = { .n_extents = left_out->n,
        .file_bytes = bytes + list + sizeof(tail),
        .version = VERSION };

    memcpy(tail.magic, MAGIC, MAGIC_BYTES);
    if (lseek(descriptor, (off_t) bytes, SEEK_SET) < 0
        || write_all(descriptor, left_out->extent, list) != 0
        || write_all(descriptor, &tail, offsetof(struct tail, sha256)) != 0
        || hash_file(descriptor, tail.n_extents, tail.file_bytes, tail.sha256) != 0) {
        return 1;
    }
    return write_all(descriptor, tail.sha256, sizeof(tail.sha256));
}

int
jc_seal_write(int descriptor, const char *path, struct jc_extents *left_out, struct jc_error *error)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot write: %s", path, strerror(errno));
    }
    if (!tidy(left_out, (uint64_t) status.st_size)) {
        return jc_fail(error, JC_ERROR_INTERNAL, "%s: chunks of samples that overlap", path);
    }
    if (append(descriptor, (uint64_t) status.st_size, left_out) != 0) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot write: %s", path, strerror(errno));
    }
    return 0;
}

/* What has become of a file without a seal; its beginning tells how long HDF5 left it. */
static int
explain(int descriptor, uint64_t bytes, struct jc_error *error)
{
    unsigned char block[SUPERBLOCK_BYTES];
    uint64_t end;

    if (bytes < sizeof(block) || read_all(descriptor, block, sizeof(block), 0) != 0
        || memcmp(block, SIGNATURE, sizeof(SIGNATURE) - 1) != 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "not an HDF5 file, or a damaged or unfinished one");
    }
    memcpy(&end, block + SUPERBLOCK_END, sizeof(end));
    if (block[SUPERBLOCK_VERSION] != 3) { /* not of joulecast */
        end = bytes;
    } else if (end > bytes) {
        return jc_fail(error, JC_ERROR_FORMAT, "cut short: it has %llu bytes of more than %llu",
            (unsigned long long) bytes, (unsigned long long) end);
    } else if (block[SUPERBLOCK_OPEN] != 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "unfinished: what wrote it did not come to an end");
    }
    return end == bytes
        ? jc_fail(error, JC_ERROR_FORMAT,
            "has no seal: another program has written it anew (such as h5repack), or joulecast "
            "before format 1.3")
        : jc_fail(error, JC_ERROR_FORMAT, "does not end with a seal: cut short or damaged");
}

static int
check(int descriptor, uint64_t bytes, struct jc_error *error)
{
    unsigned char sha256[SHA256_DIGEST_SIZE];
    struct tail tail = { 0 };
    int ret =
        bytes < sizeof(tail) ? 0 : read_all(descriptor, &tail, sizeof(tail), bytes - sizeof(tail));

    if (ret != 0) {
        return ret;
    }
    if (memcmp(tail.magic, MAGIC, MAGIC_BYTES) != 0) {
        return explain(descriptor, bytes, error);
    }
    if (tail.version != VERSION) {
        return jc_fail(error, JC_ERROR_FORMAT,
            "its seal is of version %llu, this program knows %d: newer, or damaged",
            (unsigned long long) tail.version, VERSION);
    }
    if (tail.file_bytes != bytes
        || tail.n_extents > (bytes - sizeof(tail)) / sizeof(struct jc_extent)) {
        return JC_ERROR_FORMAT;
    }
    ret = hash_file(descriptor, tail.n_extents, bytes, sha256);
    return ret == 0 && memcmp(sha256, tail.sha256, sizeof(sha256)) != 0 ? JC_ERROR_FORMAT : ret;
}

int
jc_seal_check(int descriptor, struct jc_error *error)
{
    struct jc_error inner = { "" };
    struct stat status;
    int ret = fstat(descriptor, &status) != 0 ? JC_ERROR_IO : 0;

    if (ret == 0 && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        ret = JC_ERROR_IO;
    }
    if (ret == 0) {
        ret = S_ISREG(status.st_mode) ? check(descriptor, (uint64_t) status.st_size, &inner)
                                      : explain(descriptor, 0, &inner);
    }
    if (ret == JC_ERROR_IO) {
        return jc_fail(error, ret, "cannot read: %s", strerror(errno));
    }
    return ret == 0 ? 0
                    : jc_fail(error, ret, "%s",
                        inner.message[0] != '\0' ? inner.message
                                                 : "damaged: its content is not what was written");
}
