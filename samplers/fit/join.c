#include "samplers/fit/join.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static int
check(const struct jc_empirical *self, const struct jc_empirical *other, struct jc_error *error)
{
    size_t j;

    for (j = 0; j < other->n_marginals; j++) {
        if (jc_empirical_find(self, other->marginal[j].name) < self->n_marginals) {
            return jc_fail(error, JC_ERROR_INPUT, "%s is in both distributions",
                other->marginal[j].name);
        }
    }
    if (self->joint.n_classes[0] > 0 && other->joint.n_classes[0] > 0) {
        return jc_fail(error, JC_ERROR_INPUT,
            "both distributions have a joint distribution, a file holds one");
    }
    return 0;
}

static int
join_text(char **text, const char *other, struct jc_error *error)
{
    struct jc_text joined = { 0 };
    int ret;

    if (other == NULL || (*text != NULL && strcmp(*text, other) == 0)) {
        return 0;
    }
    if (*text == NULL) {
        return jc_string_set(text, other, error);
    }
    ret = jc_text_append(&joined, error, "%s; %s", *text, other);
    ret = ret != 0 ? ret : jc_string_set(text, joined.bytes, error);
    jc_text_free(&joined);
    return ret;
}

static int
join_dropped(struct jc_empirical *self, struct jc_empirical *other, struct jc_error *error)
{
    const size_t n = self->n_dropped + other->n_dropped;
    struct jc_dropped *dropped;
    size_t j, k;

    if (other->n_dropped == 0) {
        return 0;
    }
    dropped = realloc(self->dropped, n * sizeof(*dropped));
    if (dropped == NULL) {
        return jc_fail_memory(error);
    }
    self->dropped = dropped;
    for (j = 0; j < other->n_dropped; j++) {
        for (k = 0; k < self->n_dropped && strcmp(dropped[k].reason, other->dropped[j].reason) != 0;
             k++) { }
        if (k < self->n_dropped) {
            dropped[k].rows += other->dropped[j].rows;
        } else {
            dropped[self->n_dropped++] = other->dropped[j];
            other->dropped[j].reason = NULL;
        }
    }
    return 0;
}

static int
join_marginals(struct jc_empirical *self, struct jc_empirical *other, struct jc_error *error)
{
    const size_t n = self->n_marginals + other->n_marginals;
    struct jc_marginal *marginal = realloc(self->marginal, n * sizeof(*marginal));

    if (marginal == NULL) {
        return jc_fail_memory(error);
    }
    self->marginal = marginal;
    memcpy(marginal + self->n_marginals, other->marginal, other->n_marginals * sizeof(*marginal));
    if (other->joint.n_classes[0] > 0) {
        self->joint = other->joint;
        self->joint.variable[0] += self->n_marginals;
        self->joint.variable[1] += self->n_marginals;
        other->joint = (struct jc_joint){ 0 };
    }
    self->n_marginals = n;
    other->n_marginals = 0;
    return 0;
}

int
jc_empirical_join(struct jc_empirical *self, struct jc_empirical *other, struct jc_error *error)
{
    int ret = check(self, other, error);

    ret = ret != 0 ? ret : join_text(&self->title, other->title, error);
    ret = ret != 0 ? ret : join_text(&self->source, other->source, error);
    ret = ret != 0 ? ret : join_text(&self->licence, other->licence, error);
    ret = ret != 0 ? ret : join_text(&self->trace, other->trace, error);
    ret = ret != 0 ? ret : join_text(&self->sha256, other->sha256, error);
    ret = ret != 0 ? ret : join_dropped(self, other, error);
    ret = ret != 0 ? ret : join_marginals(self, other, error);
    if (ret == 0) {
        self->rows_read += other->rows_read;
        self->rows_used += other->rows_used;
    }
    jc_empirical_free(other);
    return ret;
}
