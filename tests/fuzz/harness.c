#include "fuzz/harness.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The linker leads the library's calls here (--wrap), and __real_X is the function of the C library. */
FILE *__real_fopen64(const char *path, const char *mode);
FILE *__wrap_fopen64(const char *path, const char *mode);
int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __real_stat64(const char *path, struct stat *status);
int __wrap_stat64(const char *path, struct stat *status);
int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);

static char folder[64];
static char path_of_file[192];

static void
remove_folder(void)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;

    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        (void) unlink(harness_path(entry->d_name));
    }
    if (directory != NULL) {
        (void) closedir(directory);
    }
    (void) rmdir(folder);
}

/* In memory where that is a file system, because every input is a file. */
static void
make_folder(void)
{
    (void) strcpy(folder, "/dev/shm/joulecast-fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        (void) strcpy(folder, "/tmp/joulecast-fuzz-XXXXXX");
        if (mkdtemp(folder) == NULL) {
            perror(folder);
            exit(1);
        }
    }
    (void) atexit(remove_folder);
}

const char *
harness_path(const char *name)
{
    if (folder[0] == '\0') {
        make_folder();
    }
    (void) snprintf(path_of_file, sizeof(path_of_file), "%s/%s", folder, name);
    return path_of_file;
}

const char *
harness_file(const char *name, const void *data, size_t size)
{
    const char *path = harness_path(name);
    FILE *file = __real_fopen64(path, "wb");

    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    return path;
}

static int
is_below(const char *path, const char *directory)
{
    const size_t length = strlen(directory);

    return strncmp(path, directory, length) == 0 && path[length] == '/';
}

/* Neither a way up nor a place elsewhere. */
static int
is_allowed(const char *path)
{
    return strstr(path, "..") == NULL
        && (is_below(path, folder) || is_below(path, JC_SOURCE_ROOT "/models/data")
            || is_below(path, JC_SOURCE_ROOT "/samplers/data"));
}

FILE *
__wrap_fopen64(const char *path, const char *mode)
{
    if (!is_allowed(path)) {
        errno = ENOENT;
        return NULL;
    }
    return __real_fopen64(path, mode);
}

int
__wrap_open64(const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode = 0;

    if (!is_allowed(path)) {
        errno = ENOENT;
        return -1;
    }
    if ((flags & O_CREAT) != 0) {
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return __real_open64(path, flags, mode);
}

int
__wrap_stat64(const char *path, struct stat *status)
{
    if (!is_allowed(path)) {
        errno = ENOENT;
        return -1;
    }
    return __real_stat64(path, status);
}

int
__wrap_access(const char *path, int mode)
{
    if (!is_allowed(path)) {
        errno = ENOENT;
        return -1;
    }
    return __real_access(path, mode);
}

void
harness_check(int holds, const char *condition, const char *file, int line)
{
    if (!holds) {
        (void) fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
        abort();
    }
}

void
harness_check_error(int ret, const struct jc_error *error)
{
    const size_t length = strnlen(error->message, sizeof(error->message));

    HARNESS_CHECK(ret <= 0 && ret >= JC_ERROR_PRECISION);
    HARNESS_CHECK(length < sizeof(error->message));
    HARNESS_CHECK(ret == 0 || length > 0);
    for (size_t i = 0; i < length; i++) {
        HARNESS_CHECK((unsigned char) error->message[i] >= ' ' && error->message[i] != 0x7f);
    }
}
