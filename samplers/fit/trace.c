#include "samplers/fit/trace.h"

#include <inttypes.h>
#include <string.h>

#include "samplers/fit/rows.h"

static int
read_rows(struct jc_trace *self, const char *path, const struct jc_trace_columns *wanted,
    struct jc_error *error)
{
    struct jc_trace_file file = { 0 };
    size_t first = 0;
    int ret = jc_trace_file_open(&file, path, error);

    while (ret == 0 && first < file.length && strchr(" \t\r\n", file.bytes[first]) != NULL) {
        first++;
    }
    if (ret == 0 && first == file.length) {
        ret = jc_fail(error, JC_ERROR_INPUT, "%s: the file is empty", path);
    } else if (ret == 0 && file.bytes[first] == '[') {
        ret = jc_fail(error, JC_ERROR_INPUT,
            "%s: begins with '['; expected are CSV or JSON Lines, one object per line", path);
    } else if (ret == 0) {
        self->is_json = file.bytes[first] == '{';
        ret = self->is_json ? jc_trace_read_json(self, &file, wanted, error)
                            : jc_trace_read_csv(self, &file, wanted, error);
    }
    jc_trace_file_close(&file);
    return ret;
}

static int
check_rows(const struct jc_trace *self, const char *path, struct jc_error *error)
{
    const struct jc_trace_drop *most = &self->dropped[0];
    size_t j;

    if (self->rows_read == 0) {
        return jc_fail(error, JC_ERROR_INPUT, "%s: a header without rows", path);
    }
    for (j = 1; j < JC_TRACE_REASONS; j++) {
        most = self->dropped[j].rows > most->rows ? &self->dropped[j] : most;
    }
    if (self->rows_used == 0 || self->rows_used < self->rows_read - self->rows_used) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s:%" PRIu64 ": only %" PRIu64 " of %" PRIu64 " rows can be used; %" PRIu64
            " are dropped because of '%s', this line first%s%s%s",
            path, most->line, self->rows_used, self->rows_read, most->rows,
            jc_trace_reason_name((enum jc_trace_reason)(most - self->dropped)),
            most->example[0] != '\0' ? " (" : "", most->example,
            most->example[0] != '\0' ? ")" : "");
    }
    return 0;
}

int
jc_trace_read(struct jc_trace *self, const char *path, const struct jc_trace_columns *wanted,
    struct jc_error *error)
{
    int ret;

    *self = (struct jc_trace){
        .is_whole = { true, true },
        .weights_are_counts = true,
        .values = { jc_tally_empty(JC_TRACE_VALUES_LIMIT), jc_tally_empty(JC_TRACE_VALUES_LIMIT) },
        .pairs = jc_tally_empty(JC_TRACE_PAIRS_LIMIT),
    };
    ret = read_rows(self, path, wanted, error);
    ret = ret != 0 ? ret : check_rows(self, path, error);
    ret = ret != 0 ? ret : jc_sha256_file(path, self->sha256, error);
    if (ret != 0) {
        jc_trace_free(self);
    }
    return ret;
}

void
jc_trace_free(struct jc_trace *self)
{
    jc_trace_columns_free(&self->columns);
    jc_tally_free(&self->values[0]);
    jc_tally_free(&self->values[1]);
    jc_tally_free(&self->pairs);
}
