/*
 * A tool of tests/damage.py: damages a file again and again, in all places or some, and looks whether readers notice.
 *
 *   damage_trials VICTIM CHECKED KIND DAMAGE N SEED
 *
 * VICTIM is changed and put back; CHECKED is read, which is the same file or one that needs it: KIND is `result`,
 * which is verified, or `shard`. N trials at random places, or 0: all places. DAMAGE:
 *
 *   bits     one bit is flipped
 *   bytes    one byte is another
 *   sectors  512 bytes are zeros, or what is elsewhere in the file, as after a write that was lost or went astray
 *   cuts     the file ends there
 *   tails    bytes follow its end
 *
 * Prints trials and how many were noticed, and the first place that was not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/digest.h"
#include "results/file.h"
#include "results/h5.h"
#include "results/shard.h"
#include "results/verify.h"

#define SECTOR 512

struct trials {
    const char *victim;
    const char *checked;
    bool shard;
    int descriptor;
    unsigned char *bytes; /* of the victim, as it is undamaged */
    size_t size;
    uint64_t random;
};

/* Splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t
next(struct trials *self)
{
    uint64_t z = self->random += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static herr_t
read_samples(hid_t root, const char *name, const H5O_info_t *info, void *context)
{
    char hex[JC_SHA256_HEX];
    hid_t dataset;
    int ret = 0;

    (void) context;
    if (info->type == H5O_TYPE_DATASET && strncmp(name, "cases/", 6) == 0) {
        dataset = H5Dopen2(root, name, H5P_DEFAULT);
        ret = dataset < 0
            || (!jc_h5_is_bare_dimension(dataset) && jc_digest_dataset(dataset, hex, NULL) != 0);
        (void) H5Dclose(dataset);
    }
    return ret;
}

static int
check_shard(const char *path, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    struct jc_shard shard;
    hid_t file = -1;
    int ret = jc_file_read_shard(path, &shard, NULL, error);

    if (ret != 0) {
        return ret;
    }
    jc_shard_free(&shard);
    jc_h5_quiet(&quiet);
    ret = jc_file_open_shard(path, &file, error);
    if (ret == 0
        && H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, read_samples, NULL, H5O_INFO_BASIC) != 0) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "its samples are damaged");
    }
    (void) H5Fclose(file);
    return jc_h5_loud(&quiet, ret, path, error);
}

/* The status of the reader. */
static int
check(const struct trials *self, struct jc_error *error)
{
    struct jc_verification verification;
    int ret;

    if (self->shard) {
        return check_shard(self->checked, error);
    }
    ret = jc_verify(self->checked, &verification, error);
    if (ret == 0) {
        jc_verification_free(&verification);
    }
    return ret;
}

static void
must(bool done, const char *what)
{
    if (!done) {
        (void) fprintf(stderr, "%s: %s\n", what, strerror(errno));
        exit(2);
    }
}

static void
put(const struct trials *self, size_t at, const void *bytes, size_t n)
{
    must(pwrite(self->descriptor, bytes, n, (off_t) at) == (ssize_t) n, "pwrite");
}

/* Whether the damage that is done is noticed as it should be: by a message, with the exit code for damaged files. */
static bool
noticed(const struct trials *self, const char *what, size_t at)
{
    struct jc_error error = { "" };
    const int ret = check(self, &error);

    if (ret == JC_ERROR_FORMAT && error.message[0] != '\0') {
        return true;
    }
    (void) fprintf(stderr, "%s, %s at %zu of %zu: status %d '%s'\n", self->victim, what, at,
        self->size, ret, error.message);
    return false;
}

static bool
flip_bit(struct trials *self, size_t bit)
{
    const size_t at = bit / 8;
    const unsigned char byte = self->bytes[at] ^ (unsigned char) (1 << bit % 8);
    bool found;

    put(self, at, &byte, 1);
    found = noticed(self, "a flipped bit", bit);
    put(self, at, self->bytes + at, 1);
    return found;
}

static bool
change_byte(struct trials *self, size_t at)
{
    const unsigned char byte = self->bytes[at] ^ (unsigned char) (1 + next(self) % 255);
    bool found;

    put(self, at, &byte, 1);
    found = noticed(self, "another byte", at);
    put(self, at, self->bytes + at, 1);
    return found;
}

/* An odd number is a sector of another place. */
static bool
lose_sector(struct trials *self, size_t number)
{
    const size_t at = number / 2 * SECTOR;
    const size_t n = self->size - at < SECTOR ? self->size - at : SECTOR;
    unsigned char bytes[SECTOR];
    bool found;

    if (number % 2 == 0) {
        memset(bytes, 0, n);
    } else {
        memcpy(bytes, self->bytes + next(self) % (self->size - n + 1), n);
    }
    if (memcmp(bytes, self->bytes + at, n) == 0) {
        return true; /* nothing is lost */
    }
    put(self, at, bytes, n);
    found = noticed(self, "a lost sector", at);
    put(self, at, self->bytes + at, n);
    return found;
}

static bool
cut(struct trials *self, size_t length)
{
    bool found;

    must(ftruncate(self->descriptor, (off_t) length) == 0, "ftruncate");
    found = noticed(self, "an end", length);
    put(self, length, self->bytes + length, self->size - length);
    return found;
}

static bool
append(struct trials *self, size_t n)
{
    unsigned char tail[64];
    bool found;

    memset(tail, (int) next(self), sizeof(tail));
    put(self, self->size, tail, n + 1);
    found = noticed(self, "bytes behind the end", n + 1);
    must(ftruncate(self->descriptor, (off_t) self->size) == 0, "ftruncate");
    return found;
}

static void
open_victim(struct trials *self)
{
    struct stat status;

    self->descriptor = open(self->victim, O_RDWR);
    must(self->descriptor >= 0 && fstat(self->descriptor, &status) == 0, self->victim);
    self->size = (size_t) status.st_size;
    self->bytes = malloc(self->size);
    must(self->bytes != NULL, "malloc");
    must(pread(self->descriptor, self->bytes, self->size, 0) == (ssize_t) self->size, "pread");
}

static const struct damage {
    const char *name;
    bool (*trial)(struct trials *self, size_t place);
} damages[] = {
    { "bits", flip_bit },
    { "bytes", change_byte },
    { "sectors", lose_sector },
    { "cuts", cut },
    { "tails", append },
};

static size_t
count_places(const struct trials *self, const char *name)
{
    return strcmp(name, "bits") == 0   ? 8 * self->size
        : strcmp(name, "sectors") == 0 ? 2 * ((self->size + SECTOR - 1) / SECTOR)
        : strcmp(name, "tails") == 0   ? 64
                                       : self->size;
}

static int
run(struct trials *self, const struct damage *damage, size_t n)
{
    const size_t places = count_places(self, damage->name);
    const size_t trials = n > 0 ? n : places;
    struct jc_error error = { "" };
    size_t found = 0;
    size_t k;

    if (check(self, &error) != 0) {
        (void) fprintf(stderr, "%s: is not whole to begin with: %s\n", self->checked,
            error.message);
        return 2;
    }
    for (k = 0; k < trials; k++) {
        found += damage->trial(self, n > 0 ? next(self) % places : k);
    }
    if (check(self, &error) != 0) {
        (void) fprintf(stderr, "%s: was not put back: %s\n", self->victim, error.message);
        return 2;
    }
    (void) printf("{\"trials\": %zu, \"detected\": %zu}\n", trials, found);
    return found == trials ? 0 : 1;
}

int
main(int argc, char **argv)
{
    struct trials trials = { .descriptor = -1 };
    size_t k;
    int ret = 2;

    if (argc != 7) {
        (void) fprintf(stderr, "usage: damage_trials VICTIM CHECKED KIND DAMAGE N SEED\n");
        return 2;
    }
    trials.victim = argv[1];
    trials.checked = argv[2];
    trials.shard = strcmp(argv[3], "shard") == 0;
    trials.random = strtoull(argv[6], NULL, 10);
    open_victim(&trials);
    for (k = 0; k < sizeof(damages) / sizeof(damages[0]); k++) {
        if (strcmp(argv[4], damages[k].name) == 0) {
            ret = run(&trials, &damages[k], strtoull(argv[5], NULL, 10));
        }
    }
    free(trials.bytes);
    (void) close(trials.descriptor);
    return ret;
}
