#include "scenarios/field.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/units.h"

struct jc_shown
jc_show(const char *text)
{
    struct jc_shown shown = { "" };
    size_t room = sizeof(shown.text) - 4;
    size_t length = strlen(text);
    size_t i;

    if (length > room) {
        length = room;
        while (length > 0 && ((unsigned char) text[length] & 0xc0) == 0x80) {
            length--; /* not within a character */
        }
    }
    for (i = 0; i < length; i++) {
        shown.text[i] = (unsigned char) text[i] < ' ' ? ' ' : text[i];
    }
    if (text[length] != '\0') {
        memcpy(shown.text + length, "...", sizeof("..."));
    }
    return shown;
}

struct jc_field
jc_field_root(const struct jc_tree_node *node)
{
    return (struct jc_field){ .node = node };
}

struct jc_field
jc_field_get(const struct jc_field *parent, const char *key)
{
    const struct jc_tree_item *item = jc_tree_find(parent->node, key);

    return (struct jc_field){ .parent = parent,
        .key = key,
        .item = item,
        .node = item == NULL ? NULL : item->value };
}

struct jc_field
jc_field_item(const struct jc_field *parent, const struct jc_tree_item *item, size_t index)
{
    return (struct jc_field){ .parent = parent,
        .key = item->key,
        .index = index,
        .item = item,
        .node = item->value };
}

struct jc_field
jc_field_at(const struct jc_field *self, const struct jc_field *part)
{
    struct jc_field field = *self;

    field.node = part->node;
    field.item = part->item;
    return field;
}

int
jc_field_is_over(const struct jc_field *a, const struct jc_field *b)
{
    return a->node != NULL && b->node != NULL && a->item->layer > b->item->layer;
}

/* "cases.a.hosting.pue: ", cut rather than too long. */
static size_t
write_path(const struct jc_field *self, char *path, size_t size)
{
    size_t used;
    int n;

    if (self->parent == NULL) {
        return 0;
    }
    used = write_path(self->parent, path, size);
    if (self->key == NULL) {
        n = snprintf(path + used, size - used, "[%zu]", self->index);
    } else {
        n = snprintf(path + used, size - used, "%s%s", used == 0 ? "" : ".",
            jc_show(self->key).text);
    }
    used += n < 0 ? 0 : (size_t) n;
    return used < size ? used : size - 1;
}

static int
fail_at(const struct jc_field *self, const struct jc_origin *origin, size_t line, size_t column,
    struct jc_error *error, const char *message)
{
    char path[256] = "";
    const char *colon = write_path(self, path, sizeof(path)) == 0 ? "" : ": ";

    if (origin->setting) {
        return jc_fail(error, JC_ERROR_SCENARIO, "%s: %s%s%s", origin->name, path, colon, message);
    }
    return jc_fail(error, JC_ERROR_SCENARIO, "%s:%zu:%zu: %s%s%s", origin->name, line, column, path,
        colon, message);
}

int
jc_field_fail(const struct jc_field *self, struct jc_error *error, const char *format, ...)
{
    char message[JC_ERROR_LENGTH];
    va_list arguments;

    va_start(arguments, format);
    (void) vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    return fail_at(self, self->node->origin, self->node->line, self->node->column, error, message);
}

int
jc_field_fail_key(const struct jc_field *self, struct jc_error *error, const char *format, ...)
{
    char message[JC_ERROR_LENGTH];
    va_list arguments;

    va_start(arguments, format);
    (void) vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (self->item == NULL) {
        return fail_at(self, self->node->origin, 1, 1, error, message);
    }
    return fail_at(self, self->item->origin, self->item->line, self->item->column, error, message);
}

/* Levenshtein's distance of two words below 32 characters; 32 for longer ones. */
static size_t
distance(const char *a, const char *b)
{
    size_t row[32];
    size_t n = strlen(b);
    size_t diagonal;
    size_t above;
    size_t best;

    if (strlen(a) >= 32 || n >= 32) {
        return 32;
    }
    for (size_t j = 0; j <= n; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            above = row[j];
            best = diagonal + (a[i - 1] != b[j - 1]);
            best = above + 1 < best ? above + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = above;
        }
    }
    return row[n];
}

void
jc_suggest(char *text, size_t size, const char *word, const char *const *names)
{
    const char *nearest = NULL;
    size_t least = 3;
    size_t used;
    int n;

    for (size_t i = 0; names[i] != NULL; i++) {
        if (distance(word, names[i]) < least && distance(word, names[i]) < strlen(names[i])) {
            least = distance(word, names[i]);
            nearest = names[i];
        }
    }
    if (nearest != NULL) {
        (void) snprintf(text, size, "; did you mean %s?", nearest);
        return;
    }
    n = snprintf(text, size, "; expected one of:");
    used = n < 0 ? 0 : (size_t) n;
    for (size_t i = 0; names[i] != NULL && used < size; i++) {
        n = snprintf(text + used, size - used, "%s %s", i == 0 ? "" : ",", names[i]);
        used += n < 0 ? 0 : (size_t) n;
    }
}

static const char *
kind_name(const struct jc_tree_node *node)
{
    return node->kind == JC_TREE_MAP ? "a mapping"
        : node->kind == JC_TREE_LIST ? "a list"
                                     : "a text";
}

int
jc_field_map(const struct jc_field *self, struct jc_error *error)
{
    if (self->node->kind != JC_TREE_MAP && !jc_tree_is_null(self->node)) {
        return jc_field_fail(self, error, "expected a mapping {key: value}, found %s",
            kind_name(self->node));
    }
    return 0;
}

int
jc_field_section(const struct jc_field *self, const char *const *names, struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field field;
    char hint[512];
    size_t i;
    int ret = jc_field_map(self, error);

    for (item = self->node->first; item != NULL && ret == 0; item = item->next) {
        for (i = 0; names[i] != NULL && strcmp(names[i], item->key) != 0; i++) { }
        if (names[i] == NULL) {
            field = jc_field_item(self, item, 0);
            jc_suggest(hint, sizeof(hint), item->key, names);
            ret = jc_field_fail_key(&field, error, "unknown key%s", hint);
        }
    }
    return ret;
}

int
jc_field_list(const struct jc_field *self, struct jc_error *error)
{
    if (self->node->kind != JC_TREE_LIST) {
        return jc_field_fail(self, error, "expected a list [a, b], found %s",
            kind_name(self->node));
    }
    return 0;
}

int
jc_field_scalar(const struct jc_field *self, const char *what, struct jc_error *error)
{
    if (self->node->kind != JC_TREE_SCALAR) {
        return jc_field_fail(self, error, "expected %s, found %s", what, kind_name(self->node));
    }
    if (jc_tree_is_null(self->node) || self->node->text[0] == '\0') {
        return jc_field_fail(self, error, "expected %s, found nothing", what);
    }
    return 0;
}

/* Texts are shown on terminals, where control characters, those of C1 (two bytes of UTF-8) too, are commands. */
static int
has_control(const char *text)
{
    const unsigned char *byte = (const unsigned char *) text;

    for (; *byte != '\0'; byte++) {
        if ((*byte < ' ' && *byte != '\n' && *byte != '\t') || *byte == 0x7f
            || (*byte == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0)) {
            return 1;
        }
    }
    return 0;
}

int
jc_field_text(const struct jc_field *self, char **text, struct jc_error *error)
{
    int ret = jc_field_scalar(self, "a text", error);

    if (ret == 0 && has_control(self->node->text)) {
        ret = jc_field_fail(self, error, "a control character in a text");
    }
    if (ret == 0) {
        free(*text);
        *text = strdup(self->node->text);
        ret = *text == NULL ? jc_fail_memory(error) : 0;
    }
    return ret;
}

int
jc_field_bool(const struct jc_field *self, bool *value, struct jc_error *error)
{
    int ret = jc_field_scalar(self, "true or false", error);

    if (ret != 0) {
        return ret;
    }
    *value = strcmp(self->node->text, "true") == 0;
    if (!*value && strcmp(self->node->text, "false") != 0) {
        return jc_field_fail(self, error, "'%s' found, expected true or false",
            jc_show(self->node->text).text);
    }
    return 0;
}

int
jc_field_count(const struct jc_field *self, uint64_t low, uint64_t high, uint64_t *value,
    struct jc_error *error)
{
    const char *text = self->node->text;
    double number;
    char *end;
    bool good;
    int ret = jc_field_scalar(self, "a whole number", error);

    if (ret != 0) {
        return ret;
    }
    if (text[strspn(text, "0123456789")] == '\0') {
        errno = 0;
        *value = strtoull(text, &end, 10);
        good = errno == 0;
    } else {
        ret = jc_field_number(self, JC_NUMBER, &number, error);
        if (ret != 0) {
            return ret;
        }
        good = number >= 0 && number < 18446744073709551616.0 && floor(number) == number;
        *value = good ? (uint64_t) number : 0;
    }
    if (!good || *value < low || *value > high) {
        return jc_field_fail(self, error, "%s found, expected a whole number from %llu to %llu",
            jc_show(text).text, (unsigned long long) low, (unsigned long long) high);
    }
    return 0;
}

int
jc_field_choice(const struct jc_field *self, const char *const *names, size_t *choice,
    struct jc_error *error)
{
    char hint[512];
    int ret = jc_field_scalar(self, "a name", error);

    if (ret != 0) {
        return ret;
    }
    for (*choice = 0; names[*choice] != NULL; ++*choice) {
        if (strcmp(names[*choice], self->node->text) == 0) {
            return 0;
        }
    }
    jc_suggest(hint, sizeof(hint), self->node->text, names);
    return jc_field_fail(self, error, "'%s' is not known%s", jc_show(self->node->text).text, hint);
}

int
jc_field_name(const struct jc_field *self, struct jc_error *error)
{
    static const char *const letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
    const char *name = self->key;

    if (name[0] == '\0' || strlen(name) > 64 || name[strspn(name, letters)] != '\0'
        || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return jc_field_fail_key(self, error,
            "a name is 1 to 64 letters, digits and . _ + -, and not . or ..");
    }
    return 0;
}
