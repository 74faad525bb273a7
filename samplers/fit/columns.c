#include "samplers/fit/columns.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LONGEST_NAME 64
#define NAMES_SHOWN 20

/* Names of public traces and common programs, as `simplify` writes them. */
static const char *const input_names[] = { "inputtokens", "inputlength", "inputlen",
    "contexttokens", "prompttokens", "promptlength", "promptlen", "promptsize", "requesttokens",
    "prefilltokens", "numprefilltokens", "numinputtokens", "numprompttokens", NULL };
static const char *const output_names[] = { "outputtokens", "outputlength", "outputlen",
    "generatedtokens", "completiontokens", "completionlength", "responsetokens", "responselength",
    "decodetokens", "numdecodetokens", "numoutputtokens", "numgeneratedtokens",
    "numcompletiontokens", NULL };
static const char *const value_names[] = { "tokens", "value", NULL };
static const char *const weight_names[] = { "prob", "probability", "weight", "count", NULL };

/* Lower case, letters and digits only. */
static void
simplify(const char *name, char simple[LONGEST_NAME])
{
    size_t length = 0;

    for (; *name != '\0' && length < LONGEST_NAME - 1; name++) {
        if (isalnum((unsigned char) *name)) {
            simple[length++] = (char) tolower((unsigned char) *name);
        }
    }
    simple[length] = '\0';
}

static bool
is_among(const char *name, const char *const *known)
{
    char simple[LONGEST_NAME];

    simplify(name, simple);
    while (*known != NULL && strcmp(simple, *known) != 0) {
        known++;
    }
    return *known != NULL;
}

/* The first name among the known ones from `from` on; n_names if there is none. */
static size_t
find_known(size_t n_names, char *const *name, const char *const *known, size_t from)
{
    while (from < n_names && !is_among(name[from], known)) {
        from++;
    }
    return from;
}

/* As many names as fit into a message. */
static int
append_names(struct jc_text *text, size_t n_names, char *const *name, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < n_names && j < NAMES_SHOWN; j++) {
        ret = jc_text_append(text, error, "%s%.60s", j > 0 ? ", " : "", name[j]);
    }
    if (ret == 0 && n_names > NAMES_SHOWN) {
        ret = jc_text_append(text, error, " and %zu more", n_names - NAMES_SHOWN);
    }
    return ret;
}

int
jc_trace_columns_missing(const char *column, size_t n_names, char *const *name, const char *place,
    struct jc_error *error)
{
    struct jc_text names = { 0 };
    int ret = append_names(&names, n_names, name, error);

    if (ret == 0 && column != NULL) {
        ret = jc_fail(error, JC_ERROR_INPUT, "%s: column '%s' is missing; there are: %s", place,
            column, names.bytes == NULL ? "none" : names.bytes);
    } else if (ret == 0) {
        ret = jc_fail(error, JC_ERROR_INPUT,
            "%s: no column has a known name of input or output tokens; choose with --columns "
            "input_tokens=NAME,output_tokens=NAME of: %s",
            place, names.bytes == NULL ? "none" : names.bytes);
    }
    jc_text_free(&names);
    return ret;
}

static bool
is_variable_name(const char *name)
{
    const size_t length = strlen(name);

    return length > 0 && length < LONGEST_NAME && islower((unsigned char) name[0])
        && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static int
add_column(struct jc_trace_columns *self, const char *variable, const char *column,
    struct jc_error *error)
{
    int ret;

    if (strcmp(variable, "weight") == 0 && self->weight == NULL) {
        return jc_string_set(&self->weight, column, error);
    }
    if (strcmp(variable, "weight") == 0
        || (self->n > 0 && strcmp(variable, self->variable[0]) == 0)) {
        return jc_fail(error, JC_ERROR_SCENARIO, "--columns: %s stands there twice", variable);
    }
    if (self->n == JC_TRACE_VARIABLES) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--columns: %s, %s and %s are too many, at most two variables are read at a time",
            self->variable[0], self->variable[1], variable);
    }
    if (!is_variable_name(variable)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--columns: '%s' is not a name of a variable such as input_tokens", variable);
    }
    ret = jc_string_set(&self->variable[self->n], variable, error);
    ret = ret != 0 ? ret : jc_string_set(&self->column[self->n], column, error);
    self->n++;
    return ret;
}

int
jc_trace_columns_parse(struct jc_trace_columns *self, const char *text, struct jc_error *error)
{
    char *words = NULL;
    char *rest, *word, *equals;
    int ret = jc_string_set(&words, text, error);

    *self = (struct jc_trace_columns){ 0 };
    rest = words;
    while (ret == 0 && (word = strsep(&rest, ",")) != NULL) {
        equals = strchr(word, '=');
        if (equals == NULL || equals == word || equals[1] == '\0') {
            ret = jc_fail(error, JC_ERROR_SCENARIO,
                "--columns: '%s' is not VARIABLE=COLUMN, such as input_tokens=ContextTokens", word);
        } else {
            *equals = '\0';
            ret = add_column(self, word, equals + 1, error);
        }
    }
    if (ret == 0 && self->n == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "--columns: a weight needs a variable beside it, such as output_tokens=NAME");
    }
    if (ret != 0) {
        jc_trace_columns_free(self);
    }
    free(words);
    return ret;
}

void
jc_trace_columns_free(struct jc_trace_columns *self)
{
    size_t j;

    for (j = 0; j < JC_TRACE_VARIABLES; j++) {
        free(self->variable[j]);
        free(self->column[j]);
    }
    free(self->weight);
    *self = (struct jc_trace_columns){ 0 };
}

static int
guess_variable(struct jc_trace_columns *self, const char *variable, const char *const *known,
    size_t n_names, char *const *name, const char *place, struct jc_error *error)
{
    const size_t found = find_known(n_names, name, known, 0);
    const size_t other = find_known(n_names, name, known, found + 1);

    if (other < n_names) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s: '%s' and '%s' both look like %s; choose with --columns %s=NAME", place,
            name[found], name[other], variable, variable);
    }
    return found < n_names ? add_column(self, variable, name[found], error) : 0;
}

static int
guess(struct jc_trace_columns *self, size_t n_names, char *const *name, const char *place,
    struct jc_error *error)
{
    const size_t value = find_known(n_names, name, value_names, 0);
    const size_t weight = find_known(n_names, name, weight_names, 0);
    int ret = guess_variable(self, "input_tokens", input_names, n_names, name, place, error);

    if (ret == 0) {
        ret = guess_variable(self, "output_tokens", output_names, n_names, name, place, error);
    }
    if (ret != 0 || self->n > 0) {
        return ret;
    }
    if (value < n_names && weight < n_names) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s: '%s' and '%s' look like a table of probabilities; say of what, such as --columns "
            "output_tokens=%s,weight=%s",
            place, name[value], name[weight], name[value], name[weight]);
    }
    return jc_trace_columns_missing(NULL, n_names, name, place, error);
}

/* The only column of weights beside the only variable, if that one is called tokens or value. */
static int
guess_weight(struct jc_trace_columns *self, size_t n_names, char *const *name,
    struct jc_error *error)
{
    const size_t found = find_known(n_names, name, weight_names, 0);

    if (self->weight != NULL || self->n != 1 || !is_among(self->column[0], value_names)
        || found == n_names || find_known(n_names, name, weight_names, found + 1) < n_names) {
        return 0;
    }
    return jc_string_set(&self->weight, name[found], error);
}

int
jc_trace_columns_choose(struct jc_trace_columns *self, const struct jc_trace_columns *wanted,
    size_t n_names, char *const *name, const char *place, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    *self = (struct jc_trace_columns){ 0 };
    for (j = 0; ret == 0 && j < wanted->n; j++) {
        ret = add_column(self, wanted->variable[j], wanted->column[j], error);
    }
    ret = ret != 0 ? ret : jc_string_set(&self->weight, wanted->weight, error);
    if (ret == 0 && self->n == 0) {
        ret = guess(self, n_names, name, place, error);
    }
    ret = ret != 0 ? ret : guess_weight(self, n_names, name, error);
    if (ret != 0) {
        jc_trace_columns_free(self);
    }
    return ret;
}
