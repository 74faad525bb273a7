#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

int
jc_fail(struct jc_error *error, int status, const char *format, ...)
{
    va_list arguments;

    if (error != NULL) {
        va_start(arguments, format);
        (void) vsnprintf(error->message, sizeof(error->message), format, arguments);
        va_end(arguments);
    }
    return status;
}

int
jc_fail_in(struct jc_error *error, int status, const char *place)
{
    struct jc_error inner;

    if (status == JC_OK || error == NULL) {
        return status;
    }
    inner = *error;
    return jc_fail(error, status, "%s: %.900s", place, inner.message);
}
