#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

/* Names of files, keys and fields come from strangers: a newline would look like a message of its own, and an escape
 * sequence does what it likes with a terminal. */
static void
keep_to_one_line(char *message)
{
    for (; *message != '\0'; message++) {
        if ((unsigned char) *message < ' ' || *message == 0x7f) {
            *message = ' ';
        }
    }
}

int
jc_fail(struct jc_error *error, int status, const char *format, ...)
{
    va_list arguments;

    if (error != NULL) {
        va_start(arguments, format);
        (void) vsnprintf(error->message, sizeof(error->message), format, arguments);
        va_end(arguments);
        keep_to_one_line(error->message);
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
