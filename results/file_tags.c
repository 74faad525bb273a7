#include "results/file.h"

#include <stdlib.h>
#include <string.h>

#include "results/h5.h"

/* A tag is a variable of /models, of this and its key. */
#define PREFIX "tag_"

/* One variable: the text of every case, empty where a case does not have the tag. */
static int
write_tag(hid_t models, const struct jc_results *results, const char *key, struct jc_error *error)
{
    static const char *const dimensions[1] = { "case" };
    const hsize_t length = results->n_cases;
    const char **value = calloc(results->n_cases, sizeof(*value));
    struct jc_text name = { 0 };
    hid_t text = jc_h5_text_type();
    size_t j;
    int ret = value == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        value[j] = jc_tags_find(results->cases[j].tags, results->cases[j].n_tags, key);
        value[j] = value[j] == NULL ? "" : value[j];
    }
    ret = ret != 0 ? ret : jc_text_append(&name, error, PREFIX "%s", key);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(models, name.bytes, text, text, 1, dimensions, &length,
                       value, NULL, key, error);
    (void) H5Tclose(text);
    jc_text_free(&name);
    free(value);
    return ret;
}

static bool
is_in_earlier_case(const struct jc_results *results, size_t index, const char *key)
{
    size_t j = 0;

    while (
        j < index && jc_tags_find(results->cases[j].tags, results->cases[j].n_tags, key) == NULL) {
        j++;
    }
    return j < index;
}

int
jc_file_write_tags(hid_t models, const struct jc_results *results, struct jc_error *error)
{
    const struct jc_case_result *one;
    size_t j, k;
    int ret = 0;

    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        one = &results->cases[j];
        for (k = 0; ret == 0 && k < one->n_tags; k++) {
            if (!is_in_earlier_case(results, j, one->tags[k].key)) {
                ret = write_tag(models, results, one->tags[k].key, error);
            }
        }
    }
    return ret;
}

static int
read_tag(hid_t models, const char *name, struct jc_results *results, struct jc_error *error)
{
    char **value = NULL;
    size_t n = 0;
    size_t j;
    int ret = jc_h5_read_texts(models, name, &value, &n, error);

    if (ret == 0 && n != results->n_cases) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "the tags are not those of the cases");
    }
    for (j = 0; ret == 0 && j < n; j++) {
        if (value[j][0] != '\0') {
            ret = jc_tags_add(&results->cases[j].tags, &results->cases[j].n_tags,
                name + strlen(PREFIX), value[j], error);
        }
    }
    jc_h5_free_texts(value, n);
    return ret;
}

int
jc_file_read_tags(hid_t models, struct jc_results *results, struct jc_error *error)
{
    char **name = NULL;
    size_t n = 0;
    size_t j;
    int ret = jc_h5_members(models, &name, &n, error);

    for (j = 0; ret == 0 && j < n; j++) {
        if (strncmp(name[j], PREFIX, strlen(PREFIX)) == 0) {
            ret = read_tag(models, name[j], results, error);
        }
    }
    jc_h5_free_texts(name, n);
    return ret;
}
