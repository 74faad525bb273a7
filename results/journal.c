#include "results/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"

#define CHECKSUM 8
#define MAGIC (sizeof(JC_JOURNAL_MAGIC) - 1)
#define HEADER (MAGIC + JC_SHA256_BYTES + 8 + CHECKSUM)
#define SYNC_PERIOD 5     /* s */
#define MOST_ATTEMPTS 100 /* to get hold of a file that others remove */

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the journal is little-endian");

struct jc_journal {
    int descriptor;
    char *path;
    size_t n_numbers;
    size_t n_records; /* that were there */
    uint8_t *record;  /* [n_records][record_size] */
    double *number;   /* [n_records][n_numbers] */
    uint8_t *next;    /* [record_size] room for one */
    time_t synced;
};

static size_t
record_size(const struct jc_journal *self)
{
    return JC_SHA256_BYTES + self->n_numbers * sizeof(double) + CHECKSUM;
}

/* Puts a checksum behind the bytes before it; or says whether it is the right one. */
static void
seal(uint8_t *bytes, size_t size)
{
    uint8_t digest[JC_SHA256_BYTES];

    jc_sha256(bytes, size - CHECKSUM, digest);
    memcpy(bytes + size - CHECKSUM, digest, CHECKSUM);
}

static bool
is_sealed(const uint8_t *bytes, size_t size)
{
    uint8_t digest[JC_SHA256_BYTES];

    jc_sha256(bytes, size - CHECKSUM, digest);
    return memcmp(bytes + size - CHECKSUM, digest, CHECKSUM) == 0;
}

static int
fail_io(const struct jc_journal *self, const char *what, struct jc_error *error)
{
    return jc_fail(error, JC_ERROR_IO, "%s: %s: %s", self->path, what, strerror(errno));
}

static int
write_all(const struct jc_journal *self, const uint8_t *bytes, size_t size, struct jc_error *error)
{
    ssize_t written;

    while (size > 0) {
        written = write(self->descriptor, bytes, size);
        if (written < 0 && errno != EINTR) {
            return fail_io(self, "cannot write", error);
        }
        bytes += written > 0 ? written : 0;
        size -= written > 0 ? (size_t) written : 0;
    }
    return 0;
}

/* Fewer bytes than asked for are the end of the file. */
static int
read_all(const struct jc_journal *self, uint8_t *bytes, size_t size, size_t *got,
    struct jc_error *error)
{
    ssize_t n = 1;

    *got = 0;
    while (*got < size && n != 0) {
        n = read(self->descriptor, bytes + *got, size - *got);
        if (n < 0 && errno != EINTR) {
            return fail_io(self, "cannot read", error);
        }
        *got += n > 0 ? (size_t) n : 0;
    }
    return 0;
}

static void
make_header(const struct jc_journal *self, const uint8_t study[JC_SHA256_BYTES],
    uint8_t header[HEADER])
{
    const uint64_t n = self->n_numbers;

    memcpy(header, JC_JOURNAL_MAGIC, MAGIC);
    memcpy(header + MAGIC, study, JC_SHA256_BYTES);
    memcpy(header + MAGIC + JC_SHA256_BYTES, &n, sizeof(n));
    seal(header, HEADER);
}

/* The records up to the first that is not whole; the file is cut there. */
static int
read_records(struct jc_journal *self, size_t bytes, struct jc_error *error)
{
    const size_t size = record_size(self);
    size_t got = 0;
    size_t n = 0;
    int ret;

    self->record = malloc(bytes + 1);
    ret = self->record == NULL ? jc_fail_memory(error)
                               : read_all(self, self->record, bytes, &got, error);
    if (ret != 0) {
        return ret;
    }
    while ((n + 1) * size <= got && is_sealed(self->record + n * size, size)) {
        n++;
    }
    self->n_records = n;
    self->number = malloc((n * self->n_numbers + 1) * sizeof(double));
    if (self->number == NULL) {
        return jc_fail_memory(error);
    }
    for (size_t j = 0; j < n; j++) {
        memcpy(self->number + j * self->n_numbers, self->record + j * size + JC_SHA256_BYTES,
            self->n_numbers * sizeof(double));
    }
    if (ftruncate(self->descriptor, (off_t) (HEADER + n * size)) != 0
        || lseek(self->descriptor, 0, SEEK_END) < 0) {
        return fail_io(self, "cannot write", error);
    }
    return 0;
}

static int
fail_foreign(const struct jc_journal *self, struct jc_error *error)
{
    return jc_fail(error, JC_ERROR_FORMAT,
        "%s: is not the journal of a sweep, or a damaged one; remove it to begin anew", self->path);
}

/* Somebody else's file is not written over, however short. */
static int
check_magic(struct jc_journal *self, struct jc_error *error)
{
    uint8_t found[MAGIC];
    size_t got = 0;
    int ret = read_all(self, found, MAGIC, &got, error);

    if (ret == 0 && lseek(self->descriptor, 0, SEEK_SET) < 0) {
        ret = fail_io(self, "cannot read", error);
    }
    return ret != 0 || memcmp(found, JC_JOURNAL_MAGIC, got) == 0 ? ret : fail_foreign(self, error);
}

/* What is there already: nothing, or a journal of this study. A header that is cut off is nothing. */
static int
take_over(struct jc_journal *self, const uint8_t header[HEADER], struct jc_error *error)
{
    uint8_t found[HEADER];
    struct stat status;
    size_t got = 0;
    int ret = read_all(self, found, HEADER, &got, error);

    if (ret == 0 && fstat(self->descriptor, &status) != 0) {
        ret = fail_io(self, "cannot read", error);
    }
    if (ret != 0 || got < HEADER) {
        return ret;
    }
    if (!is_sealed(found, HEADER)) {
        return fail_foreign(self, error);
    }
    if (memcmp(found, header, HEADER) != 0) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "%s: is the journal of another study, or of another version of the program; --force "
            "begins anew",
            self->path);
    }
    return read_records(self, (size_t) status.st_size - HEADER, error);
}

static int
begin(struct jc_journal *self, enum jc_journal_mode mode, const uint8_t study[JC_SHA256_BYTES],
    struct jc_error *error)
{
    uint8_t header[HEADER];
    struct stat status;
    int ret;

    make_header(self, study, header);
    ret = mode == JC_JOURNAL_FORCE ? 0 : check_magic(self, error);
    if (ret == 0 && mode == JC_JOURNAL_RESUME) {
        ret = take_over(self, header, error);
    } else if (ret == 0 && mode == JC_JOURNAL_NEW && fstat(self->descriptor, &status) == 0
        && (size_t) status.st_size > HEADER) {
        return jc_fail(error, JC_ERROR_IO,
            "%s: an unfinished sweep has left it; --resume goes on from there, --force begins anew",
            self->path);
    }
    if (ret != 0 || self->n_records > 0) {
        return ret;
    }
    if (ftruncate(self->descriptor, 0) != 0 || lseek(self->descriptor, 0, SEEK_SET) < 0) {
        return fail_io(self, "cannot write", error);
    }
    return write_all(self, header, HEADER, error);
}

/* Another sweep may have ended, and removed its journal, after that was opened here. */
static int
open_locked(struct jc_journal *self, struct jc_error *error)
{
    bool moved = true;
    int attempt;
    int ret = 0;

    for (attempt = 0; ret == 0 && moved && attempt < MOST_ATTEMPTS; attempt++) {
        if (self->descriptor >= 0) {
            (void) close(self->descriptor);
        }
        self->descriptor = open(self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        ret = self->descriptor < 0
            ? fail_io(self, "cannot create", error)
            : jc_lock_file(self->descriptor, self->path, "another sweep", &moved, error);
    }
    return ret == 0 && moved
        ? jc_fail(error, JC_ERROR_IO, "%s: others write and remove it all the time", self->path)
        : ret;
}

int
jc_journal_open(struct jc_journal **self, const char *path, enum jc_journal_mode mode,
    const uint8_t study[JC_SHA256_BYTES], size_t n_numbers, struct jc_error *error)
{
    struct jc_journal *journal = calloc(1, sizeof(*journal));
    int ret = 0;

    *self = NULL;
    if (journal == NULL) {
        return jc_fail_memory(error);
    }
    journal->descriptor = -1;
    journal->n_numbers = n_numbers;
    journal->synced = time(NULL);
    journal->next = malloc(record_size(journal));
    if (asprintf(&journal->path, "%s.journal", path) < 0) {
        journal->path = NULL;
    }
    if (journal->next == NULL || journal->path == NULL) {
        ret = jc_fail_memory(error);
        goto out;
    }
    ret = open_locked(journal, error);
    ret = ret != 0 ? ret : begin(journal, mode, study, error);
out:
    if (ret != 0) {
        jc_journal_close(journal);
        journal = NULL;
    }
    *self = journal;
    return ret;
}

int
jc_journal_known(const struct jc_journal *self, struct jc_known_points *known,
    struct jc_error *error)
{
    int ret = 0;

    for (size_t j = 0; ret == 0 && j < self->n_records; j++) {
        ret = jc_known_points_add(known, self->record + j * record_size(self),
            self->number + j * self->n_numbers, error);
    }
    return ret;
}

int
jc_journal_sync(struct jc_journal *self, struct jc_error *error)
{
    self->synced = time(NULL);
    return fdatasync(self->descriptor) != 0 ? fail_io(self, "cannot write", error) : 0;
}

int
jc_journal_add(struct jc_journal *self, const uint8_t digest[JC_SHA256_BYTES], const double *number,
    struct jc_error *error)
{
    int ret;

    memcpy(self->next, digest, JC_SHA256_BYTES);
    memcpy(self->next + JC_SHA256_BYTES, number, self->n_numbers * sizeof(double));
    seal(self->next, record_size(self));
    ret = write_all(self, self->next, record_size(self), error);
    if (ret == 0 && time(NULL) - self->synced >= SYNC_PERIOD) {
        ret = jc_journal_sync(self, error);
    }
    return ret;
}

void
jc_journal_close(struct jc_journal *self)
{
    if (self == NULL) {
        return;
    }
    if (self->descriptor >= 0) {
        (void) fdatasync(self->descriptor);
        (void) close(self->descriptor);
    }
    free(self->path);
    free(self->record);
    free(self->number);
    free(self->next);
    free(self);
}

void
jc_journal_remove(struct jc_journal *self)
{
    if (self != NULL) {
        (void) unlink(self->path);
        (void) close(self->descriptor);
        self->descriptor = -1;
    }
    jc_journal_close(self);
}
