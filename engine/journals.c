#include "engine/journals.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/shard.h"

/* The path that a rank's journal is named after. */
static int
own_path(const char *output, uint64_t rank, char **path, struct jc_error *error)
{
    char part[48];

    (void) snprintf(part, sizeof(part), "rank-%" PRIu64, rank + 1);
    return jc_shard_path(output, part, path, error);
}

static int
journal_path(const char *output, uint64_t rank, char **path, struct jc_error *error)
{
    char *own = NULL;
    int ret = own_path(output, rank, &own, error);

    *path = NULL;
    if (ret == 0 && asprintf(path, "%s.journal", own) < 0) {
        *path = NULL;
        ret = jc_fail_memory(error);
    }
    free(own);
    return ret;
}

/* The rank after the last one whose journal is there, 1 if there are none. They have no gaps: no rank begins before all
 * have theirs. */
static int
count(const char *output, uint64_t *end, struct jc_error *error)
{
    bool is_there = true;
    char *path;
    int ret = 0;

    for (*end = 1; ret == 0 && is_there; *end += is_there) {
        ret = journal_path(output, *end, &path, error);
        is_there = ret == 0 && access(path, F_OK) == 0;
        free(path);
    }
    return ret;
}

static int
remove_from(const char *output, uint64_t end, struct jc_error *error)
{
    char *path;
    int ret = 0;

    for (uint64_t rank = end; ret == 0 && rank > 1; rank--) {
        ret = journal_path(output, rank - 1, &path, error);
        if (ret == 0 && unlink(path) != 0 && errno != ENOENT) {
            ret = jc_fail(error, JC_ERROR_IO, "%s: cannot be removed: %s", path, strerror(errno));
        }
        free(path);
    }
    return ret;
}

int
jc_journals_remove_others(const char *output, struct jc_error *error)
{
    uint64_t end;
    int ret = count(output, &end, error);

    return ret != 0 ? ret : remove_from(output, end, error);
}

int
jc_journals_open_own(struct jc_journal **self, const char *output, uint64_t rank,
    enum jc_journal_mode mode, const uint8_t study[JC_SHA256_BYTES], size_t n_numbers,
    struct jc_error *error)
{
    char *path = NULL;
    int ret = own_path(output, rank, &path, error);

    *self = NULL;
    ret = ret != 0 ? ret : jc_journal_open(self, path, mode, study, n_numbers, error);
    free(path);
    return ret;
}

/* Adds the points of another rank's journal. */
static int
take(struct jc_journal *self, const char *output, uint64_t rank,
    const uint8_t study[JC_SHA256_BYTES], size_t n_numbers, struct jc_error *error)
{
    struct jc_known_points known = { 0 };
    struct jc_journal *other;
    int ret =
        jc_journals_open_own(&other, output, rank, JC_JOURNAL_RESUME, study, n_numbers, error);

    ret = ret != 0 ? ret : jc_journal_known(other, &known, error);
    for (size_t j = 0; ret == 0 && j < known.n; j++) {
        ret = jc_journal_add(self, known.point[j].digest, known.point[j].number, error);
    }
    jc_known_points_free(&known);
    jc_journal_close(other);
    return ret;
}

/* They are removed when their points are on the disk elsewhere. */
static int
take_all(struct jc_journal **self, const char *output, uint64_t end,
    const uint8_t study[JC_SHA256_BYTES], size_t n_numbers, struct jc_error *error)
{
    int ret = 0;

    for (uint64_t rank = 1; ret == 0 && rank < end; rank++) {
        ret = take(*self, output, rank, study, n_numbers, error);
    }
    ret = ret != 0 ? ret : jc_journal_sync(*self, error);
    jc_journal_close(*self);
    *self = NULL;
    ret = ret != 0 ? ret : remove_from(output, end, error);
    return ret != 0 ? ret
                    : jc_journal_open(self, output, JC_JOURNAL_RESUME, study, n_numbers, error);
}

/* That no rank has left points, only journals that it never came to write to. */
static int
check_empty(const char *output, uint64_t end, const uint8_t study[JC_SHA256_BYTES],
    size_t n_numbers, struct jc_error *error)
{
    struct jc_journal *other;
    int ret = 0;

    for (uint64_t rank = 1; ret == 0 && rank < end; rank++) {
        ret = jc_journals_open_own(&other, output, rank, JC_JOURNAL_NEW, study, n_numbers, error);
        jc_journal_close(other);
    }
    return ret;
}

int
jc_journals_open_first(struct jc_journal **self, const char *output, enum jc_journal_mode mode,
    const uint8_t study[JC_SHA256_BYTES], size_t n_numbers, struct jc_error *error)
{
    uint64_t end;
    int ret = jc_journal_open(self, output, mode, study, n_numbers, error);

    ret = ret != 0 ? ret : count(output, &end, error);
    if (ret != 0 || end == 1) {
        return ret;
    }
    if (mode == JC_JOURNAL_NEW) {
        ret = check_empty(output, end, study, n_numbers, error);
    }
    return ret != 0                 ? ret
        : mode == JC_JOURNAL_RESUME ? take_all(self, output, end, study, n_numbers, error)
                                    : remove_from(output, end, error);
}

int
jc_journals_stopped(struct jc_journal *self, const char *output, struct jc_error *error)
{
    const int ret = jc_journal_sync(self, error);

    return ret != 0
        ? ret
        : jc_fail(error, JC_ERROR_STOPPED,
            "stopped; %s.journal has the points that were computed: --resume goes on from there",
            output);
}
