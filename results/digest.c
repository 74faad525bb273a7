#include "results/digest.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "results/h5.h"

#define COMPLETION "completion"
#define PIECE ((hsize_t) 1 << 18) /* elements read at a time */

/* Where the objects of the file are: object references are addresses. */
struct places {
    size_t n;
    haddr_t *address;
    char **name;
};

struct digest {
    struct sha256_ctx sha;
    struct jc_error *error;
    int ret; /* of what is called back; HDF5 tells only whether it failed */
    struct places places;
    int values; /* 1: datasets' values are hashed; 0 below /cases */
};

/* Datasets hold no references: none is known. */
static const struct places nowhere = { 0 };

static void
add_text(struct sha256_ctx *sha, const char *text)
{
    sha256_update(sha, strlen(text) + 1, (const uint8_t *) text);
}

static int
unreadable(struct jc_error *error, const char *name)
{
    return jc_h5_fail(error, JC_ERROR_FORMAT, "cannot read", name);
}

/* What could not be read, or that there was no memory for it. */
static int
fail(struct jc_error *error, int ret, const char *name)
{
    return ret == 0                ? 0
        : ret == JC_ERROR_INTERNAL ? jc_fail_memory(error)
                                   : unreadable(error, name);
}

static void
finish(struct sha256_ctx *sha, char hex[JC_SHA256_HEX])
{
    uint8_t digest[JC_SHA256_BYTES];

    sha256_digest(sha, JC_SHA256_BYTES, digest);
    jc_sha256_hex(digest, hex);
}

/* Class, size, sign and character set: what tells one type from another here. */
static void
add_type(struct sha256_ctx *sha, hid_t type)
{
    char text[64];

    (void) snprintf(text, sizeof(text), "type %d size %zu order %d", (int) H5Tget_class(type),
        H5Tget_size(type), (int) H5Tget_order(type));
    add_text(sha, text);
}

static hsize_t
add_space(struct sha256_ctx *sha, hid_t space)
{
    hsize_t length[H5S_MAX_RANK] = { 0 };
    char text[32];
    int rank = H5Sget_simple_extent_dims(space, length, NULL);
    int j;

    for (j = 0; j < rank; j++) {
        (void) snprintf(text, sizeof(text), "length %llu", (unsigned long long) length[j]);
        add_text(sha, text);
    }
    return (hsize_t) H5Sget_simple_extent_npoints(space);
}

static void
add_texts(struct sha256_ctx *sha, size_t n, char *const *text)
{
    size_t j;

    for (j = 0; j < n; j++) {
        add_text(sha, text[j] == NULL ? "" : text[j]);
    }
}

/* DIMENSION_LIST: per axis, a list of references to dimension scales, by their names. */
static void
add_references(struct sha256_ctx *sha, const struct places *places, size_t n, const hvl_t *list)
{
    hobj_ref_t reference;
    size_t j, k;

    for (j = 0; j < n; j++) {
        if (list[j].len > 0) {
            memcpy(&reference, list[j].p, sizeof(reference));
            for (k = 0; k < places->n && places->address[k] != reference; k++) { }
            add_text(sha, k < places->n ? places->name[k] : "a reference to nowhere");
        }
    }
}

static bool
has_references(hid_t type)
{
    hid_t base = H5Tget_super(type);
    const bool does =
        H5Tget_class(base) == H5T_REFERENCE && H5Tget_size(base) == sizeof(hobj_ref_t);

    (void) H5Tclose(base);
    return does;
}

/* Values in memory as the file has them, with the texts and the references they point to.
 * REFERENCE_LIST, a compound, is only the way back from a scale to its variables. */
static void
add_values(struct sha256_ctx *sha, const struct places *places, hid_t type, size_t n,
    const void *data)
{
    const H5T_class_t class = H5Tget_class(type);

    if (class == H5T_STRING && H5Tis_variable_str(type) > 0) {
        add_texts(sha, n, data);
    } else if (class == H5T_VLEN) {
        add_references(sha, places, has_references(type) ? n : 0, data);
    } else if (class != H5T_COMPOUND) {
        sha256_update(sha, n * H5Tget_size(type), data);
    }
}

static herr_t
add_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context)
{
    struct digest *digest = context;
    hid_t attribute, type, space;
    void *data = NULL;
    hsize_t n;
    int ret = JC_ERROR_FORMAT;

    (void) info;
    if (strcmp(name, COMPLETION) == 0) {
        return 0;
    }
    attribute = H5Aopen(object, name, H5P_DEFAULT);
    type = attribute < 0 ? -1 : H5Aget_type(attribute);
    space = attribute < 0 ? -1 : H5Aget_space(attribute);
    if (type >= 0 && space >= 0) {
        add_text(&digest->sha, name);
        add_type(&digest->sha, type);
        n = add_space(&digest->sha, space);
        data = calloc(n + 1, H5Tget_size(type));
        if (data == NULL) {
            ret = JC_ERROR_INTERNAL;
        } else if (H5Aread(attribute, type, data) >= 0) {
            add_values(&digest->sha, &digest->places, type, n, data);
            if (H5Tget_class(type) == H5T_VLEN || H5Tis_variable_str(type) > 0) {
                (void) H5Dvlen_reclaim(type, space, H5P_DEFAULT, data);
            }
            ret = 0;
        }
    }
    digest->ret = fail(digest->error, ret, name);
    free(data);
    (void) H5Tclose(type);
    (void) H5Sclose(space);
    (void) H5Aclose(attribute);
    return ret;
}

static int
add_piece(struct sha256_ctx *sha, hid_t dataset, hid_t type, hid_t space, hsize_t first, hsize_t n,
    void *data)
{
    hid_t memory = H5Screate_simple(1, &n, NULL);
    int rank = H5Sget_simple_extent_ndims(space);
    int ret = JC_ERROR_FORMAT;

    if (rank == 1) {
        (void) H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &n, NULL);
    }
    if (H5Dread(dataset, type, memory, space, H5P_DEFAULT, data) >= 0) {
        add_values(sha, &nowhere, type, n, data);
        if (H5Tis_variable_str(type) > 0) {
            (void) H5Dvlen_reclaim(type, memory, H5P_DEFAULT, data);
        }
        ret = 0;
    }
    (void) H5Sclose(memory);
    return ret;
}

/* One-dimensional variables in pieces; others, which are small, at once. Returns 0, JC_ERROR_FORMAT or
 * JC_ERROR_INTERNAL, for want of memory. */
static int
add_dataset_values(struct sha256_ctx *sha, hid_t dataset)
{
    hid_t type = H5Dget_type(dataset);
    hid_t space = H5Dget_space(dataset);
    hsize_t total = space < 0 ? 0 : (hsize_t) H5Sget_simple_extent_npoints(space);
    hsize_t piece = H5Sget_simple_extent_ndims(space) == 1 && total > PIECE ? PIECE : total;
    void *data = NULL;
    hsize_t first;
    int ret = type < 0 || space < 0 ? JC_ERROR_FORMAT : 0;

    if (ret == 0) {
        data = calloc(piece + 1, H5Tget_size(type));
        ret = data == NULL ? JC_ERROR_INTERNAL : 0;
    }
    for (first = 0; ret == 0 && first < total; first += piece) {
        ret = add_piece(sha, dataset, type, space, first,
            total - first < piece ? total - first : piece, data);
    }
    free(data);
    (void) H5Tclose(type);
    (void) H5Sclose(space);
    return ret;
}

static int
add_dataset(struct digest *digest, hid_t dataset, const char *name)
{
    hid_t type = H5Dget_type(dataset);
    hid_t space = H5Dget_space(dataset);
    int ret = 0;

    if (type < 0 || space < 0) {
        ret = unreadable(digest->error, name);
    } else {
        add_type(&digest->sha, type);
        (void) add_space(&digest->sha, space);
        if (digest->values) {
            ret = fail(digest->error, add_dataset_values(&digest->sha, dataset), name);
        }
    }
    (void) H5Tclose(type);
    (void) H5Sclose(space);
    return ret;
}

static herr_t
add_object(hid_t root, const char *name, const H5O_info_t *info, void *context)
{
    struct digest *digest = context;
    hid_t object = H5Oopen(root, name, H5P_DEFAULT);
    int ret = 0;

    if (object < 0) {
        digest->ret = unreadable(digest->error, name);
        return -1;
    }
    add_text(&digest->sha, name);
    digest->values = strncmp(name, "cases/", 6) != 0;
    if (info->type == H5O_TYPE_DATASET) {
        ret = digest->ret = add_dataset(digest, object, name);
    }
    if (ret == 0) {
        ret = H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, add_attribute, digest);
    }
    (void) H5Oclose(object);
    return ret < 0 ? -1 : 0;
}

static int
add_place_name(struct places *places, const char *name, haddr_t address)
{
    haddr_t *more = realloc(places->address, (places->n + 1) * sizeof(*more));
    char **names;

    if (more == NULL) {
        return 1;
    }
    places->address = more;
    names = realloc(places->name, (places->n + 1) * sizeof(*names));
    if (names == NULL) {
        return 1;
    }
    places->name = names;
    more[places->n] = address;
    names[places->n] = strdup(name);
    return names[places->n++] == NULL;
}

static herr_t
add_place(hid_t root, const char *name, const H5O_info_t *info, void *context)
{
    struct digest *digest = context;

    (void) root;
    if (add_place_name(&digest->places, name, info->addr) != 0) {
        digest->ret = jc_fail_memory(digest->error);
        return -1;
    }
    return 0;
}

static void
places_free(struct places *places)
{
    size_t j;

    for (j = 0; j < places->n; j++) {
        free(places->name[j]);
    }
    free(places->address);
    free(places->name);
}

/* Hashes a file: names, attributes, types, shapes, dimensions, and the values outside /cases. */
static int
digest_file(hid_t file, char hex[JC_SHA256_HEX], struct jc_error *error)
{
    struct digest digest = { .error = error };
    int ret;

    sha256_init(&digest.sha);
    if (H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, add_place, &digest, H5O_INFO_BASIC) >= 0
        && H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, add_object, &digest, H5O_INFO_BASIC) >= 0) {
        finish(&digest.sha, hex);
        ret = 0;
    } else {
        ret = digest.ret != 0
            ? digest.ret
            : jc_fail(error, JC_ERROR_FORMAT, "the file cannot be read from end to end");
    }
    places_free(&digest.places);
    return ret;
}

int
jc_digest_dataset(hid_t dataset, char hex[JC_SHA256_HEX], struct jc_error *error)
{
    struct sha256_ctx sha;

    int ret;

    sha256_init(&sha);
    ret = fail(error, add_dataset_values(&sha, dataset), "dataset");
    if (ret == 0) {
        finish(&sha, hex);
    }
    return ret;
}

int
jc_digest_complete(hid_t file, struct jc_error *error)
{
    char hex[JC_SHA256_HEX];
    int ret = digest_file(file, hex, error);

    return ret == JC_ERROR_FORMAT ? JC_ERROR_IO
        : ret != 0                ? ret
                                  : jc_h5_set_text(file, COMPLETION, hex, error);
}

int
jc_digest_check(hid_t file, struct jc_error *error)
{
    char hex[JC_SHA256_HEX];
    char *stored = NULL;
    int ret;

    if (H5Aexists(file, COMPLETION) <= 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "incomplete: the run that wrote it did not finish");
    }
    ret = jc_h5_get_text(file, COMPLETION, &stored, error);
    ret = ret != 0 ? ret : digest_file(file, hex, error);
    if (ret == 0 && strcmp(stored, hex) != 0) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "damaged: its content is not what was written");
    }
    free(stored);
    return ret;
}
