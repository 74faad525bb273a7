/* Runs a harness on files, and on all files of folders, where there is no libFuzzer to do it. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/harness.h"

static int
replay_file(const char *path)
{
    const int descriptor = openat(AT_FDCWD, path, O_RDONLY); /* open is that of harness.c */
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "rb");
    struct stat status;
    uint8_t *bytes;
    size_t size;
    int failed = 1;

    if (file == NULL || fstat(fileno(file), &status) != 0) {
        perror(path);
        return 1;
    }
    size = (size_t) status.st_size;
    bytes = malloc(size); /* no byte more, so that reading on is an error */
    if ((bytes != NULL || size == 0) && fread(bytes, 1, size, file) == size) {
        failed = LLVMFuzzerTestOneInput(bytes, size);
    }
    free(bytes);
    (void) fclose(file);
    return failed;
}

/* A file, or all files of a folder. */
static int
replay(const char *path, size_t *n)
{
    struct dirent **entry;
    const int found = scandir(path, &entry, NULL, alphasort);
    char *name;
    int failed = 0;

    if (found < 0) {
        (*n)++;
        return replay_file(path);
    }
    for (int i = 0; i < found; i++) {
        if (entry[i]->d_name[0] != '.' && asprintf(&name, "%s/%s", path, entry[i]->d_name) > 0) {
            failed |= replay_file(name);
            (*n)++;
            free(name);
        }
        free(entry[i]);
    }
    free(entry);
    return failed;
}

int
main(int argc, char **argv)
{
    size_t n = 0;
    int failed = 0;

    for (int i = 1; i < argc && !failed; i++) {
        failed = replay(argv[i], &n);
    }
    (void) printf("%zu inputs\n", n);
    return failed || n == 0;
}
