/* Journals of sweeps: bytes as they are, and the same with every checksum made right. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sha256.h"
#include "fuzz/harness.h"
#include "results/journal.h"

#define N_NUMBERS 3
#define CHECKSUM 8
#define HEADER (sizeof(JC_JOURNAL_MAGIC) - 1 + JC_SHA256_BYTES + 8 + CHECKSUM)
#define RECORD (JC_SHA256_BYTES + N_NUMBERS * sizeof(double) + CHECKSUM)

static const uint8_t study[JC_SHA256_BYTES] = "the study of the journal";

static void
seal(uint8_t *bytes, size_t size)
{
    uint8_t digest[JC_SHA256_BYTES];

    jc_sha256(bytes, size - CHECKSUM, digest);
    memcpy(bytes + size - CHECKSUM, digest, CHECKSUM);
}

static void
seal_all(uint8_t *bytes, size_t size)
{
    if (size >= HEADER) {
        seal(bytes, HEADER);
    }
    for (size_t at = HEADER; size >= RECORD && at <= size - RECORD; at += RECORD) {
        seal(bytes + at, RECORD);
    }
}

/* Goes on with it, adds a point, and finds that point and no fewer others the next time. */
static void
go_on(const uint8_t *bytes, size_t size)
{
    static const double number[N_NUMBERS] = { 1, 2, 3 };
    const uint8_t digest[JC_SHA256_BYTES] = { 0xff };
    struct jc_known_points known = { 0 };
    struct jc_journal *journal;
    struct jc_error error = { "" };
    char *path = strdup(harness_path("sweep.h5"));
    size_t n[2] = { 0, 0 };
    int ret = 0;

    HARNESS_CHECK(path != NULL);
    (void) harness_file("sweep.h5.journal", bytes, size);
    for (int j = 0; j < 2 && ret == 0; j++) {
        ret = jc_journal_open(&journal, path, JC_JOURNAL_RESUME, study, N_NUMBERS, &error);
        harness_check_error(ret, &error);
        HARNESS_CHECK(ret == 0 || j == 0);
        if (ret == 0) {
            HARNESS_CHECK(jc_journal_known(journal, &known, &error) == 0);
            jc_known_points_sort(&known);
            n[j] = known.n;
            HARNESS_CHECK(j == 0 || jc_known_points_find(&known, digest) != NULL);
            jc_known_points_free(&known);
            known = (struct jc_known_points){ 0 };
            HARNESS_CHECK(jc_journal_add(journal, digest, number, &error) == 0);
            jc_journal_close(journal);
        }
    }
    HARNESS_CHECK(ret != 0 || n[1] >= n[0]);
    free(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *bytes = malloc(size + 1);

    HARNESS_CHECK(bytes != NULL);
    if (size > 0) {
        memcpy(bytes, data, size);
    }
    go_on(bytes, size);
    seal_all(bytes, size);
    go_on(bytes, size);
    free(bytes);
    return 0;
}
