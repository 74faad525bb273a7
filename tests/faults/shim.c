/*
 * A library to preload: it counts the calls that a program makes to the system after its main() has begun, and has
 * the K-th one fail. What it does is in the environment:
 *
 *   JOULECAST_FAULT_STATE   a file of at least sizeof(struct state) bytes, which tells what has happened, also after a
 *                           crash. Without it the library does nothing.
 *   JOULECAST_FAULT_CALLS   classes of calls that are counted, with commas between them: see `classes` below
 *   JOULECAST_FAULT_AT      K, from 1 on; 0: none fails
 *   JOULECAST_FAULT_ERRNO   the error that it fails with, a number; 0: a write that takes only half of the bytes, a
 *                           read that gives only half of them
 *   JOULECAST_FAULT_LASTS   1: the calls after the K-th fail as well
 *   JOULECAST_FAULT_SPARE   a library whose allocations do not fail, by the beginning of its name; found out for each
 *                           allocation from the K-th on
 *   JOULECAST_FAULT_PATH    only calls that concern a path with these letters in it; not for `malloc`
 *
 * What the C library does for itself cannot be seen from outside, so streams (fopen, stdout) are replaced by streams
 * that read and write through the calls below. stderr, where errors are told, stays as it is.
 */
#undef _FILE_OFFSET_BITS /* both the calls for small and those for large files are defined here */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_DESCRIPTORS 1024

/* Calls are declared here as the program knows them: attributes of the C library's headers would differ. */
#define EXPORT __attribute__((visibility("default")))

enum class { WRITE, READ, SYNC, TRUNCATE, RENAME, OPEN, CLOSE, UNLINK, LOCK, MALLOC, N_CLASSES };

static const char *const classes[N_CLASSES] = { "write", "read", "sync", "truncate", "rename",
    "open", "close", "unlink", "lock", "malloc" };

/* Read by tests/faults.py. */
struct state {
    uint64_t calls;  /* counted */
    uint64_t failed; /* made to fail */
    char call[32];   /* the first of them */
    char path[152];
    char object[64]; /* the library, or the program, that made it: for `malloc` only */
};

static struct state *state;
static char (
    *callers)[8]; /* [n_callers] behind the state, if the file has room: who asked for memory */
static size_t n_callers;
static bool is_counted[N_CLASSES];
static uint64_t fail_at;
static int fail_errno;
static bool lasts;
static const char *wanted_path;
static const char *spared;
static bool is_armed;
static char path_of[MOST_DESCRIPTORS][128];

/* The next definition of a function. Looking it up may allocate, for which there is nothing yet. */
static _Thread_local bool is_looking_up;

static void
find_next(void **function, const char *name)
{
    if (*function == NULL) {
        is_looking_up = true;
        *function = dlsym(RTLD_NEXT, name);
        is_looking_up = false;
        if (*function == NULL) {
            abort();
        }
    }
}

/* next_NAME is a pointer to the function that NAME is here in place of. */
#define NEXT(name)                   \
    static void *found_##name;       \
    __typeof__(&name) next_##name;   \
    find_next(&found_##name, #name); \
    memcpy(&next_##name, &found_##name, sizeof(found_##name))

static const char *
path_at(int descriptor)
{
    return descriptor >= 0 && descriptor < MOST_DESCRIPTORS ? path_of[descriptor] : "";
}

/* A place for a debugger to stop at. */
EXPORT void joulecast_fault(void);
__attribute__((noinline)) void
joulecast_fault(void)
{
    __asm__ volatile("" ::: "memory");
}

/* Who has asked for memory: the innermost frame that is neither here nor in the C library. */
static void
name_caller(char *caller, size_t size)
{
    void *frame[32];
    Dl_info here, info;
    const char *name;
    int n, j;

    is_armed = false; /* the search may allocate */
    n = backtrace(frame, 32);
    is_armed = true;
    if (dladdr((void *) (uintptr_t) joulecast_fault, &here) == 0) {
        return;
    }
    for (j = 0; j < n; j++) {
        name = dladdr(frame[j], &info) != 0 && info.dli_fname != NULL ? info.dli_fname : "";
        name = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;
        if (info.dli_fbase != here.dli_fbase && strncmp(name, "libc.", 5) != 0) {
            strncpy(caller, name, size);
            return;
        }
    }
}

static bool
is_spared(void)
{
    char caller[64] = "";

    if (spared == NULL) {
        return false;
    }
    name_caller(caller, sizeof(caller) - 1);
    return strncmp(caller, spared, strlen(spared)) == 0;
}

/* Whether this call is one that fails. Descriptors that were not opened by a name, such as memory that threads
 * share, are not the program's; nor is what libraries look up about the machine. */
static bool
fails(enum class class, const char *call, const char *path)
{
    uint64_t number;

    if (!is_armed || !is_counted[class]
        || (class != MALLOC
            && (path[0] == '\0' || strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/sys/", 5) == 0
                || (wanted_path != NULL && strstr(path, wanted_path) == NULL)))) {
        return false;
    }
    number = __atomic_add_fetch(&state->calls, 1, __ATOMIC_RELAXED);
    if (class == MALLOC && number <= n_callers) {
        name_caller(callers[number - 1], sizeof(callers[0]));
    }
    if (fail_at == 0 || number < fail_at || (number > fail_at && !lasts)) {
        return false;
    }
    if (class == MALLOC && is_spared()) {
        return false;
    }
    if (number == fail_at) {
        strncpy(state->call, call, sizeof(state->call) - 1);
        strncpy(state->path, path, sizeof(state->path) - 1);
        if (class == MALLOC) {
            name_caller(state->object, sizeof(state->object) - 1);
        }
    }
    (void) __atomic_add_fetch(&state->failed, 1, __ATOMIC_RELAXED);
    joulecast_fault();
    errno = fail_errno;
    return true;
}

/* A transfer of `size` bytes that becomes `*size`; true: it fails. */
static bool
fails_transfer(enum class class, const char *call, int descriptor, size_t *size)
{
    if (!fails(class, call, path_at(descriptor))) {
        return false;
    }
    if (fail_errno != 0) {
        return true;
    }
    *size -= *size / 2;
    return false;
}

/* Those with an offset, and a variant for large files. */
#define DEFINE_TRANSFER(name, class, bytes_type, offset_type)                              \
    EXPORT ssize_t name(int descriptor, bytes_type bytes, size_t size, offset_type offset) \
    {                                                                                      \
        NEXT(name);                                                                        \
        return fails_transfer(class, #name, descriptor, &size)                             \
            ? -1                                                                           \
            : next_##name(descriptor, bytes, size, offset);                                \
    }

/* Those that tell only whether they have failed; `path` is what they concern. */
#define DEFINE_CALL(name, class, path, parameters, arguments)          \
    EXPORT int name parameters                                         \
    {                                                                  \
        NEXT(name);                                                    \
        return fails(class, #name, path) ? -1 : next_##name arguments; \
    }

EXPORT ssize_t
write(int descriptor, const void *bytes, size_t size)
{
    NEXT(write);
    return fails_transfer(WRITE, "write", descriptor, &size) ? -1
                                                             : next_write(descriptor, bytes, size);
}

EXPORT ssize_t
read(int descriptor, void *bytes, size_t size)
{
    NEXT(read);
    return fails_transfer(READ, "read", descriptor, &size) ? -1
                                                           : next_read(descriptor, bytes, size);
}

DEFINE_TRANSFER(pwrite, WRITE, const void *, off_t)
DEFINE_TRANSFER(pwrite64, WRITE, const void *, off64_t)
DEFINE_TRANSFER(pread, READ, void *, off_t)
DEFINE_TRANSFER(pread64, READ, void *, off64_t)
DEFINE_CALL(fsync, SYNC, path_at(descriptor), (int descriptor), (descriptor))
DEFINE_CALL(fdatasync, SYNC, path_at(descriptor), (int descriptor), (descriptor))
DEFINE_CALL(ftruncate, TRUNCATE, path_at(descriptor), (int descriptor, off_t size),
    (descriptor, size))
DEFINE_CALL(ftruncate64, TRUNCATE, path_at(descriptor), (int descriptor, off64_t size),
    (descriptor, size))
DEFINE_CALL(rename, RENAME, old, (const char *old, const char *new), (old, new))
DEFINE_CALL(renameat2, RENAME, old,
    (int old_folder, const char *old, int new_folder, const char *new, unsigned flags),
    (old_folder, old, new_folder, new, flags))
DEFINE_CALL(link, RENAME, old, (const char *old, const char *new), (old, new))
DEFINE_CALL(unlink, UNLINK, path, (const char *path), (path))
DEFINE_CALL(mkdir, OPEN, path, (const char *path, mode_t mode), (path, mode))
DEFINE_CALL(flock, LOCK, path_at(descriptor), (int descriptor, int operation),
    (descriptor, operation))

static int
remember(int descriptor, const char *path)
{
    if (descriptor >= 0 && descriptor < MOST_DESCRIPTORS) {
        (void) snprintf(path_of[descriptor], sizeof(path_of[descriptor]), "%s", path);
    }
    return descriptor;
}

static mode_t
mode_of(int flags, va_list arguments)
{
    return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

#define DEFINE_OPEN(name)                                                                       \
    EXPORT int name(const char *path, int flags, ...)                                           \
    {                                                                                           \
        va_list arguments;                                                                      \
        mode_t mode;                                                                            \
        NEXT(name);                                                                             \
        va_start(arguments, flags);                                                             \
        mode = mode_of(flags, arguments);                                                       \
        va_end(arguments);                                                                      \
        return fails(OPEN, "open", path) ? -1 : remember(next_##name(path, flags, mode), path); \
    }

DEFINE_OPEN(open)
DEFINE_OPEN(open64)

/* The descriptor is gone, as it is after a close that fails on Linux. */
EXPORT int
close(int descriptor)
{
    bool failed = fails(CLOSE, "close", path_at(descriptor));
    int reason = errno;
    int ret;
    NEXT(close);

    (void) remember(descriptor, "");
    ret = next_close(descriptor);
    errno = failed ? reason : errno;
    return failed ? -1 : ret;
}

static ssize_t
stream_read(void *cookie, char *bytes, size_t size)
{
    return read((int) (intptr_t) cookie, bytes, size);
}

/* 0 is the failure of such a function. */
static ssize_t
stream_write(void *cookie, const char *bytes, size_t size)
{
    ssize_t written = write((int) (intptr_t) cookie, bytes, size);

    return written < 0 ? 0 : written;
}

static int
stream_seek(void *cookie, off64_t *position, int whence)
{
    off64_t reached = lseek64((int) (intptr_t) cookie, *position, whence);

    *position = reached;
    return reached < 0 ? -1 : 0;
}

static int
stream_close(void *cookie)
{
    return close((int) (intptr_t) cookie);
}

static FILE *
make_stream(int descriptor, const char *mode)
{
    const cookie_io_functions_t functions = { .read = stream_read,
        .write = stream_write,
        .seek = stream_seek,
        .close = stream_close };
    FILE *stream =
        descriptor < 0 ? NULL : fopencookie((void *) (intptr_t) descriptor, mode, functions);

    if (stream != NULL) {
        stream->_fileno = descriptor; /* for fileno() */
    } else if (descriptor >= 0) {
        NEXT(close);
        (void) next_close(descriptor);
    }
    return stream;
}

EXPORT FILE *
fopen(const char *path, const char *mode)
{
    const int flags = strchr(mode, '+') != NULL ? O_RDWR : mode[0] == 'r' ? O_RDONLY : O_WRONLY;
    const int more = mode[0] == 'w' ? O_CREAT | O_TRUNC : mode[0] == 'a' ? O_CREAT | O_APPEND : 0;

    return make_stream(open(path, flags | more | O_CLOEXEC, 0666), mode);
}

EXPORT FILE *
fopen64(const char *path, const char *mode)
{
    return fopen(path, mode);
}

/* Allocations. posix_memalign returns its error. */
EXPORT void *
malloc(size_t size)
{
    NEXT(malloc);
    return fails(MALLOC, "malloc", "") ? NULL : next_malloc(size);
}

EXPORT void *
calloc(size_t n, size_t size)
{
    if (is_looking_up) {
        return NULL;
    }
    NEXT(calloc);
    return fails(MALLOC, "calloc", "") ? NULL : next_calloc(n, size);
}

EXPORT void *
realloc(void *bytes, size_t size)
{
    NEXT(realloc);
    return fails(MALLOC, "realloc", "") ? NULL : next_realloc(bytes, size);
}

EXPORT void *
aligned_alloc(size_t alignment, size_t size)
{
    NEXT(aligned_alloc);
    return fails(MALLOC, "aligned_alloc", "") ? NULL : next_aligned_alloc(alignment, size);
}

EXPORT int
posix_memalign(void **bytes, size_t alignment, size_t size)
{
    NEXT(posix_memalign);
    return fails(MALLOC, "posix_memalign", "") ? ENOMEM
                                               : next_posix_memalign(bytes, alignment, size);
}

static uint64_t
number_of(const char *name)
{
    const char *text = getenv(name);

    return text != NULL ? strtoull(text, NULL, 10) : 0;
}

/* A list of words with commas between them has this one. */
static bool
has_word(const char *list, const char *word)
{
    const size_t length = strlen(word);

    while (list != NULL && *list != '\0') {
        if (strncmp(list, word, length) == 0 && (list[length] == ',' || list[length] == '\0')) {
            return true;
        }
        list = strchr(list, ',');
        list = list != NULL ? list + 1 : NULL;
    }
    return false;
}

static void
prepare(const char *path)
{
    struct stat status;
    int descriptor;
    size_t j;
    NEXT(open);
    NEXT(close);

    descriptor = next_open(path, O_RDWR);
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        abort();
    }
    state = mmap(NULL, (size_t) status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (state == MAP_FAILED) {
        abort();
    }
    (void) next_close(descriptor);
    memset(state, 0, (size_t) status.st_size); /* a launcher may have been here before */
    callers = (void *) (state + 1);
    n_callers = ((size_t) status.st_size - sizeof(*state)) / sizeof(callers[0]);
    for (j = 0; j < N_CLASSES; j++) {
        is_counted[j] = has_word(getenv("JOULECAST_FAULT_CALLS"), classes[j]);
    }
    fail_at = number_of("JOULECAST_FAULT_AT");
    fail_errno = (int) number_of("JOULECAST_FAULT_ERRNO");
    lasts = number_of("JOULECAST_FAULT_LASTS") != 0;
    spared = getenv("JOULECAST_FAULT_SPARE");
    wanted_path = getenv("JOULECAST_FAULT_PATH");
    (void) remember(STDIN_FILENO, "(stdin)");
    (void) remember(STDOUT_FILENO, "(stdout)");
    (void) remember(STDERR_FILENO, "(stderr)");
    if (is_counted[MALLOC]) {
        void *frame[1];

        (void) backtrace(frame, 1); /* which loads a library for the first time */
    } else {
        stdout = make_stream(STDOUT_FILENO, "w");
    }
    is_armed = true;
}

static int (*real_main)(int, char **, char **);

static int
begin_main(int argc, char **argv, char **environment)
{
    const char *path = getenv("JOULECAST_FAULT_STATE");

    if (path != NULL) {
        prepare(path);
    }
    return real_main(argc, argv, environment);
}

/* The C library has it in no header. */
EXPORT int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
    void (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *stack_end);
int
__libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
    void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    NEXT(__libc_start_main);

    real_main = main;
    return next___libc_start_main(begin_main, argc, argv, init, fini, rtld_fini, stack_end);
}
