#include "engine/crew_gather.h"

#include <stdlib.h>
#include <string.h>

#include "results/shard_bytes.h"

/* Sends a shard, or nothing if it could not be packed: the other side waits for something. */
static int
send_shard(const struct jc_crew *crew, uint64_t to, const struct jc_shard *shard, int status,
    struct jc_error *error)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    int ret = status != 0 ? status : jc_shard_pack(shard, &bytes, &n, error);

    crew->send(crew->context, to, bytes, ret == 0 ? n : 0);
    free(bytes);
    return ret;
}

static int
receive_shard(const struct jc_crew *crew, uint64_t from, struct jc_shard *shard, int status,
    struct jc_error *error)
{
    size_t n;
    unsigned char *bytes = crew->receive(crew->context, from, &n);
    int ret = status;

    if (ret == 0 && n > 0) { /* else it is the sender that failed */
        ret = jc_shard_add_packed(shard, bytes, n, error);
    }
    free(bytes);
    return ret;
}

int
jc_crew_gather(const struct jc_crew *crew, const struct jc_shard_study *study, uint64_t task,
    struct jc_shard *shard, struct jc_error *error)
{
    uint64_t step;
    int ret = 0;

    for (step = 1; step < crew->n; step *= 2) {
        if ((crew->rank & step) != 0) {
            ret = send_shard(crew, crew->rank - step, shard, ret, error);
            jc_shard_free(shard);
            return ret != 0 ? ret : jc_shard_init(shard, study, task, error);
        }
        if (crew->rank + step < crew->n) {
            ret = receive_shard(crew, crew->rank + step, shard, ret, error);
        }
    }
    return ret;
}

void
jc_crew_broadcast(const struct jc_crew *crew, unsigned char **bytes, size_t *n)
{
    uint64_t step = 1;

    while (step < crew->n && (crew->rank & step) == 0) {
        step *= 2;
    }
    if (crew->rank > 0) {
        *bytes = crew->receive(crew->context, crew->rank - step, n);
    }
    for (step /= 2; step > 0; step /= 2) {
        if (crew->rank + step < crew->n) {
            crew->send(crew->context, crew->rank + step, *bytes, *n);
        }
    }
}

int
jc_crew_check_same(const struct jc_crew *crew, const struct jc_shard_study *study,
    struct jc_error *error)
{
    char digits[16] = "";
    uint64_t value;
    bool same;

    memcpy(digits, study->sha256, sizeof(digits) - 1);
    value = strtoull(digits, NULL, 16);
    same = crew->most(crew->context, value) == value;
    same &= crew->most(crew->context, ~value) == ~value;
    return same ? 0
                : jc_fail(error, JC_ERROR_SCENARIO,
                    "rank %llu: its scenario, or an input of it, is not that of other ranks",
                    (unsigned long long) crew->rank);
}
