#include "results/shard_bytes.h"

#include <stdlib.h>
#include <string.h>

/* How many there are of everything; all of it follows, in this order. */
struct head {
    uint64_t n_pieces;
    uint64_t n_moments;
    uint64_t n_sketches;
    uint64_t n_draws;
    uint64_t n_columns;
};

/* Where the next bytes go to, or come from. */
struct cursor {
    unsigned char *to;
    const unsigned char *from;
    size_t left;
};

static size_t
count_sketches(const struct jc_shard *shard)
{
    return shard->study.n_units * shard->study.width * shard->study.replicates;
}

static size_t
count_bytes(const struct jc_shard *shard)
{
    size_t n = sizeof(struct head) + shard->n_pieces * sizeof(*shard->piece)
        + shard->n_moments * sizeof(*shard->moments) + shard->n_draws * sizeof(*shard->draw)
        + shard->n_draws * shard->n_columns * sizeof(*shard->row);
    size_t k;

    for (k = 0; k < count_sketches(shard); k++) {
        n += sizeof(uint64_t)
            + shard->sketch[k].n_buckets
                * (sizeof(*shard->sketch[k].bucket) + sizeof(*shard->sketch[k].count));
    }
    return n;
}

static void
put(struct cursor *cursor, const void *data, size_t size)
{
    if (size > 0) {
        memcpy(cursor->to, data, size);
    }
    cursor->to += size;
}

int
jc_shard_pack(const struct jc_shard *self, unsigned char **bytes, size_t *n, struct jc_error *error)
{
    const struct head head = { self->n_pieces, self->n_moments, count_sketches(self), self->n_draws,
        self->n_columns };
    const struct jc_sketch *sketch;
    struct cursor cursor;
    uint64_t n_buckets;
    size_t k;

    *n = count_bytes(self);
    *bytes = malloc(*n);
    if (*bytes == NULL) {
        return jc_fail_memory(error);
    }
    cursor.to = *bytes;
    put(&cursor, &head, sizeof(head));
    put(&cursor, self->piece, self->n_pieces * sizeof(*self->piece));
    put(&cursor, self->moments, self->n_moments * sizeof(*self->moments));
    for (k = 0; k < head.n_sketches; k++) {
        sketch = &self->sketch[k];
        n_buckets = sketch->n_buckets;
        put(&cursor, &n_buckets, sizeof(n_buckets));
        put(&cursor, sketch->bucket, sketch->n_buckets * sizeof(*sketch->bucket));
        put(&cursor, sketch->count, sketch->n_buckets * sizeof(*sketch->count));
    }
    put(&cursor, self->draw, self->n_draws * sizeof(*self->draw));
    put(&cursor, self->row, self->n_draws * self->n_columns * sizeof(*self->row));
    return 0;
}

/* A list of n elements, copied from malloc so that it is aligned; NULL if it is not all there, or has no room. */
static void *
get(struct cursor *cursor, size_t n, size_t size)
{
    void *list = n <= cursor->left / size ? malloc(n * size + 1) : NULL;

    if (list != NULL) {
        memcpy(list, cursor->from, n * size);
        cursor->from += n * size;
        cursor->left -= n * size;
    }
    return list;
}

static int
get_sketch(struct cursor *cursor, struct jc_sketch *sketch)
{
    uint64_t *n_buckets = get(cursor, 1, sizeof(*n_buckets));

    if (n_buckets == NULL) {
        return -1;
    }
    sketch->n_buckets = *n_buckets;
    free(n_buckets);
    sketch->bucket = get(cursor, sketch->n_buckets, sizeof(*sketch->bucket));
    sketch->count =
        sketch->bucket != NULL ? get(cursor, sketch->n_buckets, sizeof(*sketch->count)) : NULL;
    return sketch->count != NULL ? 0 : -1;
}

/* Everything that the head tells of, into an empty shard with room for its sketches. */
static int
unpack(struct cursor *cursor, const struct head *head, struct jc_shard *shard)
{
    size_t k;
    int ret = 0;

    shard->piece = get(cursor, head->n_pieces, sizeof(*shard->piece));
    shard->moments = get(cursor, head->n_moments, sizeof(*shard->moments));
    for (k = 0; ret == 0 && k < head->n_sketches; k++) {
        ret = get_sketch(cursor, &shard->sketch[k]);
    }
    shard->draw = get(cursor, head->n_draws, sizeof(*shard->draw));
    shard->row = get(cursor, head->n_draws * head->n_columns, sizeof(*shard->row));
    shard->n_pieces = head->n_pieces;
    shard->n_moments = head->n_moments;
    shard->n_draws = head->n_draws;
    shard->n_columns = head->n_columns;
    return ret == 0 && shard->piece != NULL && shard->moments != NULL && shard->draw != NULL
            && shard->row != NULL && cursor->left == 0
        ? 0
        : -1;
}

int
jc_shard_add_packed(struct jc_shard *self, const unsigned char *bytes, size_t n,
    struct jc_error *error)
{
    struct cursor cursor = { .from = bytes, .left = n };
    struct head *head = get(&cursor, 1, sizeof(*head));
    struct jc_shard other = { .task = 0 };
    int ret = head == NULL ? jc_fail_memory(error)
                           : jc_shard_init(&other, &self->study, self->task, error);

    if (ret == 0
        && (head->n_sketches != count_sketches(self) || unpack(&cursor, head, &other) != 0)) {
        ret = jc_fail(error, JC_ERROR_INTERNAL, "a shard has not arrived whole, or has no room");
    }
    ret = ret != 0 ? ret : jc_shard_add(self, &other, error);
    jc_shard_free(&other);
    free(head);
    return ret;
}
