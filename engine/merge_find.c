#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/merge.h"
#include "engine/share.h"
#include "results/file.h"
#include "results/shard.h"

/* A shard by its name. */
struct found {
    uint64_t task;
    uint64_t n_tasks;
    char *path;
};

/* Takes `before` and a number of tasks from *text. */
static bool
take_number(const char **text, const char *before, uint64_t *number)
{
    const size_t length = strlen(before);
    char *end;

    if (strncmp(*text, before, length) != 0 || (*text)[length] < '0' || (*text)[length] > '9') {
        return false;
    }
    *number = strtoull(*text + length, &end, 10); /* the largest there is if it is larger */
    *text = end;
    return *number <= JC_MOST_TASKS;
}

/* "NAME.task-I-of-N.h5" gives I and N; false if it is another name. Those of an output that does not end in ".h5" do not
 * either. */
static bool
parse_name(const char *name, const char *base, const char *ending, struct found *found)
{
    const size_t length = strlen(base);
    const char *rest = strncmp(name, base, length) == 0 ? name + length : "";

    return take_number(&rest, ".task-", &found->task) && take_number(&rest, "-of-", &found->n_tasks)
        && strcmp(rest, ending) == 0 && found->task <= found->n_tasks;
}

static int
by_task(const void *one, const void *other)
{
    const struct found *a = one;
    const struct found *b = other;

    return (a->task > b->task) - (a->task < b->task);
}

static int
add(struct found **list, size_t *n, const struct found *found, const char *folder, const char *name,
    struct jc_error *error)
{
    struct found *longer = realloc(*list, (*n + 1) * sizeof(*longer));

    if (longer == NULL) {
        return jc_fail_memory(error);
    }
    *list = longer;
    longer[*n] = *found;
    if (asprintf(&longer[*n].path, "%s%s", folder, name) < 0) {
        return jc_fail_memory(error);
    }
    (*n)++;
    if (longer[*n - 1].n_tasks != longer[0].n_tasks) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "%s and %s are of different numbers of tasks; name the files to be merged",
            longer[0].path, longer[*n - 1].path);
    }
    return 0;
}

static int
look(const char *folder, const char *base, const char *ending, struct found **list, size_t *n,
    struct jc_error *error)
{
    DIR *directory = opendir(folder[0] != '\0' ? folder : ".");
    const struct dirent *entry;
    struct found found;
    int ret = 0;

    if (directory == NULL) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot be looked at: %s", folder, strerror(errno));
    }
    while (ret == 0 && (entry = readdir(directory)) != NULL) {
        if (parse_name(entry->d_name, base, ending, &found)) {
            ret = add(list, n, &found, folder, entry->d_name, error);
        }
    }
    (void) closedir(directory);
    return ret;
}

/* "folder/energy.h5" gives "folder/", "energy" and ".h5". */
static int
split(const char *output, char **folder, char **base, const char **ending, struct jc_error *error)
{
    const char *slash = strrchr(output, '/');
    const char *name = slash != NULL ? slash + 1 : output;

    *ending = jc_file_ending(name);
    *folder = strndup(output, (size_t) (name - output));
    *base = strndup(name, strlen(name) - strlen(*ending));
    return *folder == NULL || *base == NULL ? jc_fail_memory(error) : 0;
}

int
jc_merge_find(const char *output, char ***path, size_t *n, struct jc_error *error)
{
    struct found *list = NULL;
    char *folder = NULL;
    char *base = NULL;
    const char *ending = "";
    size_t n_found = 0;
    size_t j;
    int ret = split(output, &folder, &base, &ending, error);

    *n = 0;
    *path = NULL;
    ret = ret != 0 ? ret : look(folder, base, ending, &list, &n_found, error);
    if (ret == 0 && n_found == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "there are no shards %s%s.task-I-of-N%s; 'run --task I/N -o %s' writes them, or "
            "'sweep'",
            folder, base, ending, output);
    }
    if (ret == 0) {
        qsort(list, n_found, sizeof(*list), by_task);
        *path = calloc(n_found, sizeof(**path));
        ret = *path == NULL ? jc_fail_memory(error) : 0;
    }
    for (j = 0; j < n_found; j++) {
        if (ret == 0) {
            (*path)[(*n)++] = list[j].path;
        } else {
            free(list[j].path);
        }
    }
    free(list);
    free(folder);
    free(base);
    return ret;
}
