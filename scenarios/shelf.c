#include "scenarios/shelf.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/empirical_file.h"

/* A file, and what somebody has asked for of it. */
struct book {
    struct book *next;
    char *path;
    char sha256[JC_SHA256_HEX]; /* "": not known */
    bool has_measurements;
    bool has_configurations;
    bool has_empirical;
    struct jc_measurements measurements;
    struct jc_configurations configurations;
    struct jc_empirical empirical;
};

struct jc_shelf {
    pthread_mutex_t mutex;
    struct book *books;
};

int
jc_shelf_new(struct jc_shelf **self, struct jc_error *error)
{
    *self = calloc(1, sizeof(**self));
    if (*self == NULL) {
        return jc_fail_memory(error);
    }
    (void) pthread_mutex_init(&(*self)->mutex, NULL);
    return 0;
}

void
jc_shelf_free(struct jc_shelf *self)
{
    struct book *next;

    if (self == NULL) {
        return;
    }
    for (struct book *book = self->books; book != NULL; book = next) {
        next = book->next;
        jc_measurements_free(&book->measurements);
        jc_configurations_free(&book->configurations);
        jc_empirical_free(&book->empirical);
        free(book->path);
        free(book);
    }
    (void) pthread_mutex_destroy(&self->mutex);
    free(self);
}

/* The book of a file, an empty one at first, with the shelf locked; NULL when there is no memory. */
static struct book *
take(struct jc_shelf *self, const char *path)
{
    struct book *book;

    (void) pthread_mutex_lock(&self->mutex);
    for (book = self->books; book != NULL && strcmp(book->path, path) != 0; book = book->next) { }
    if (book == NULL) {
        book = calloc(1, sizeof(*book));
        if (book != NULL && (book->path = strdup(path)) == NULL) {
            free(book);
            book = NULL;
        }
        if (book != NULL) {
            book->next = self->books;
            self->books = book;
        }
    }
    return book;
}

static void
give_back(struct jc_shelf *self)
{
    (void) pthread_mutex_unlock(&self->mutex);
}

int
jc_shelf_digest(struct jc_shelf *self, const char *path, char hex[JC_SHA256_HEX],
    struct jc_error *error)
{
    struct book *book = take(self, path);
    int ret = book == NULL ? jc_fail_memory(error) : 0;

    if (ret == 0 && book->sha256[0] == '\0') {
        ret = jc_sha256_file(path, hex, error);
        if (ret == 0) {
            memcpy(book->sha256, hex, JC_SHA256_HEX);
        }
    } else if (ret == 0) {
        memcpy(hex, book->sha256, JC_SHA256_HEX);
    }
    give_back(self);
    return ret;
}

int
jc_shelf_measurements(struct jc_shelf *self, const char *path, const struct jc_measurements **rows,
    struct jc_error *error)
{
    struct book *book = take(self, path);
    int ret = book == NULL ? jc_fail_memory(error) : 0;

    if (ret == 0 && !book->has_measurements) {
        ret = jc_measurements_read(&book->measurements, path, error);
        book->has_measurements = ret == 0;
    }
    *rows = ret == 0 ? &book->measurements : NULL;
    give_back(self);
    return ret;
}

int
jc_shelf_configurations(struct jc_shelf *self, const char *path,
    const struct jc_configurations **rows, struct jc_error *error)
{
    struct book *book = take(self, path);
    int ret = book == NULL ? jc_fail_memory(error) : 0;

    if (ret == 0 && !book->has_configurations) {
        ret = jc_configurations_read(&book->configurations, path, error);
        book->has_configurations = ret == 0;
    }
    *rows = ret == 0 ? &book->configurations : NULL;
    give_back(self);
    return ret;
}

int
jc_shelf_empirical(struct jc_shelf *self, const char *path, const struct jc_empirical **empirical,
    struct jc_error *error)
{
    struct book *book = take(self, path);
    int ret = book == NULL ? jc_fail_memory(error) : 0;

    if (ret == 0 && !book->has_empirical) {
        ret = jc_empirical_read_file(&book->empirical, path, error);
        book->has_empirical = ret == 0;
    }
    *empirical = ret == 0 ? &book->empirical : NULL;
    give_back(self);
    return ret;
}
