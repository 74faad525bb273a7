/*
 * Errors: a code that is also the exit code, and one sentence for a person.
 *
 * Every function of joulecast that can fail returns 0 or a negative `enum jc_status`, and describes
 * the failure in a `struct jc_error` that the caller owns. The library never prints.
 */
#ifndef JC_BASE_ERROR_H
#define JC_BASE_ERROR_H

/* Minus the status is the exit code of the program (DESIGN: command line). */
enum jc_status {
    JC_OK = 0,
    JC_ERROR_INTERNAL = -1,  /* out of memory, a library failed for no reason of the user's */
    JC_ERROR_SCENARIO = -2,  /* usage or scenario */
    JC_ERROR_INPUT = -3,     /* input data: tables, traces */
    JC_ERROR_IO = -4,        /* a file cannot be opened, read, written or renamed */
    JC_ERROR_FORMAT = -5,    /* a damaged, incomplete or incompatible result file */
    JC_ERROR_STOPPED = -6,   /* stopped and resumable */
    JC_ERROR_PRECISION = -7, /* wanted precision not reached */
};

#define JC_ERROR_LENGTH 1024

/* One line, without a newline at its end: `file:line:column: key: what was found, what is expected`. */
struct jc_error {
    char message[JC_ERROR_LENGTH];
};

/* Writes the message and returns `status`, so that a function can end with `return jc_fail(...)`.
 * A message that is too long is cut, and control characters in it become blanks. `error` may be NULL. */
int jc_fail(struct jc_error *error, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts a place in front of the message of a failure, such as the path of a file; does nothing if `status` is
 * JC_OK. Returns `status`. */
int jc_fail_in(struct jc_error *error, int status, const char *place);

/* jc_fail for an allocation that failed. Whoever reads the code by machine shall see that it does not return 0. */
static inline int
jc_fail_memory(struct jc_error *error)
{
    (void) jc_fail(error, JC_ERROR_INTERNAL, "out of memory");
    return JC_ERROR_INTERNAL;
}

#endif
