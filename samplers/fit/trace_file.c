#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "samplers/fit/rows.h"

#define PIECE ((size_t) 1 << 18)

/* Why zlib gives no more bytes: an error, or the end, which may come too early. */
static int
check_end(struct jc_trace_file *self, struct jc_error *error)
{
    int code;
    const char *message = gzerror(self->gz, &code);

    switch (code) {
        case Z_OK:
        case Z_STREAM_END:
            return 0;
        case Z_BUF_ERROR:
            return jc_fail(error, JC_ERROR_INPUT,
                "%s: the gzip data ends too early; the file is truncated", self->path);
        case Z_MEM_ERROR:
            return jc_fail_memory(error);
        case Z_ERRNO:
            return jc_fail(error, JC_ERROR_IO, "%s: cannot read: %s", self->path, strerror(errno));
        default:
            return jc_fail(error, JC_ERROR_INPUT, "%s: the gzip data is damaged: %s", self->path,
                message);
    }
}

int
jc_trace_file_next(struct jc_trace_file *self, struct jc_error *error)
{
    const int got = gzread(self->gz, self->buffer, (unsigned) PIECE);

    self->bytes = self->buffer;
    self->length = got > 0 ? (size_t) got : 0;
    if (got <= 0) {
        return check_end(self, error);
    }
    if (memchr(self->bytes, '\0', self->length) != NULL) {
        return jc_fail(error, JC_ERROR_INPUT, "%s: a NUL byte; text is expected, plain or gzip",
            self->path);
    }
    return 0;
}

int
jc_trace_file_open(struct jc_trace_file *self, const char *path, struct jc_error *error)
{
    int ret = jc_check_regular(path, error);

    *self = (struct jc_trace_file){ .path = path };
    if (ret != 0) {
        return ret;
    }
    self->gz = gzopen(path, "rb");
    if (self->gz == NULL) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot open: %s", path, strerror(errno));
    }
    self->buffer = malloc(PIECE);
    if (self->buffer == NULL || gzbuffer(self->gz, (unsigned) PIECE) != 0) {
        return jc_fail_memory(error);
    }
    ret = jc_trace_file_next(self, error);
    if (ret == 0 && self->length >= 3 && memcmp(self->bytes, "\xef\xbb\xbf", 3) == 0) {
        self->bytes += 3;
        self->length -= 3;
    }
    return ret;
}

void
jc_trace_file_close(struct jc_trace_file *self)
{
    if (self->gz != NULL) {
        (void) gzclose(self->gz);
    }
    free(self->buffer);
    *self = (struct jc_trace_file){ 0 };
}
