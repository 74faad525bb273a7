#include "models/csv_table.h"

#include <csv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define FILE_LIMIT ((size_t) 64 << 20)
#define MOST_COLUMNS 1000
#define BUFFER_STEP ((size_t) 1 << 16) /* by which the buffer of a field grows */
#define LARGEST 1e30                   /* numbers fit single precision */

/* What the callbacks of libcsv fill: all fields one after another, and where rows begin. */
struct reader {
    char **field;
    size_t n_fields;
    size_t capacity;
    size_t *row_start; /* [n_rows] */
    size_t *row_line;
    size_t n_rows;
    size_t row_capacity;
    size_t line;
    int in_row;
    int has_nul;
    int out_of_memory;
};

static int
grow(void **array, size_t *capacity, size_t needed, size_t element)
{
    size_t larger = *capacity == 0 ? 64 : *capacity * 2;
    void *fresh;

    if (needed <= *capacity) {
        return 0;
    }
    fresh = realloc(*array, larger * element);
    if (fresh == NULL) {
        return -1;
    }
    *array = fresh;
    *capacity = larger;
    return 0;
}

static int
start_row(struct reader *reader)
{
    size_t capacity = reader->row_capacity;

    if (grow((void **) &reader->row_start, &capacity, reader->n_rows + 1, sizeof(size_t)) != 0) {
        return -1;
    }
    if (grow((void **) &reader->row_line, &reader->row_capacity, reader->n_rows + 1, sizeof(size_t))
        != 0) {
        return -1;
    }
    reader->row_start[reader->n_rows] = reader->n_fields;
    reader->row_line[reader->n_rows] = reader->line;
    reader->n_rows++;
    reader->in_row = 1;
    return 0;
}

static void
on_field(void *data, size_t length, void *context)
{
    struct reader *reader = context;
    const char *text = data;
    char *copy;
    size_t j;

    if (reader->out_of_memory || (!reader->in_row && start_row(reader) != 0)
        || grow((void **) &reader->field, &reader->capacity, reader->n_fields + 1, sizeof(char *))
            != 0
        || (copy = malloc(length + 1)) == NULL) {
        reader->out_of_memory = 1;
        return;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    for (j = 0; j < length; j++) {
        reader->line += copy[j] == '\n';
        reader->has_nul |= copy[j] == '\0';
    }
    reader->field[reader->n_fields++] = copy;
}

static void
on_row(int terminator, void *context)
{
    struct reader *reader = context;

    reader->in_row = 0;
    reader->line += terminator == '\n';
}

static void
reader_free(struct reader *reader)
{
    size_t j;

    for (j = 0; j < reader->n_fields; j++) {
        free(reader->field[j]);
    }
    free(reader->field);
    free(reader->row_start);
    free(reader->row_line);
}

static int
parse(struct reader *reader, const char *path, struct jc_error *error)
{
    struct csv_parser parser;
    struct jc_text text;
    const char *bytes;
    size_t length;
    int ret;

    ret = jc_text_read_file(&text, path, FILE_LIMIT, error);
    if (ret != 0) {
        return ret;
    }
    bytes = text.bytes;
    length = text.length;
    if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        jc_text_free(&text);
        return jc_fail_memory(error);
    }
    csv_set_blk_size(&parser, BUFFER_STEP);
    if (csv_parse(&parser, bytes, length, on_field, on_row, reader) != length
        || csv_fini(&parser, on_field, on_row, reader) != 0) {
        ret = csv_error(&parser) == CSV_ENOMEM
            ? jc_fail_memory(error)
            : jc_fail(error, JC_ERROR_INPUT,
                "%s:%zu: a quote is not closed, or stands inside a field", path, reader->line);
    }
    if (reader->out_of_memory) {
        ret = jc_fail_memory(error);
    } else if (reader->has_nul) {
        ret = jc_fail(error, JC_ERROR_INPUT, "%s: a NUL byte in a text file", path);
    }
    csv_free(&parser);
    jc_text_free(&text);
    return ret;
}

static int
check_shape(const struct reader *reader, const char *path, struct jc_error *error)
{
    size_t n_columns, row, length, j, k;

    if (reader->n_rows == 0) {
        return jc_fail(error, JC_ERROR_INPUT, "%s: the table is empty", path);
    }
    n_columns = reader->n_rows > 1 ? reader->row_start[1] : reader->n_fields;
    if (n_columns > MOST_COLUMNS) {
        return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %zu columns, at most %d are possible", path,
            reader->row_line[0], n_columns, MOST_COLUMNS);
    }
    for (j = 0; j < n_columns; j++) {
        for (k = 0; k < j; k++) {
            if (strcmp(reader->field[j], reader->field[k]) == 0) {
                return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: column '%s' stands there twice",
                    path, reader->row_line[0], reader->field[j]);
            }
        }
    }
    if (reader->n_rows == 1) {
        return jc_fail(error, JC_ERROR_INPUT, "%s: a header without rows", path);
    }
    for (row = 1; row < reader->n_rows; row++) {
        length = (row + 1 < reader->n_rows ? reader->row_start[row + 1] : reader->n_fields)
            - reader->row_start[row];
        if (length != n_columns) {
            return jc_fail(error, JC_ERROR_INPUT,
                "%s:%zu: %zu fields, expected %zu as in the header", path, reader->row_line[row],
                length, n_columns);
        }
    }
    return 0;
}

int
jc_csv_table_read(struct jc_csv_table *self, const char *path, struct jc_error *error)
{
    struct reader reader = { .line = 1 };
    int ret;

    *self = (struct jc_csv_table){ 0 };
    ret = parse(&reader, path, error);
    if (ret != 0) {
        goto out;
    }
    ret = check_shape(&reader, path, error);
    if (ret != 0) {
        goto out;
    }
    ret = jc_string_set(&self->path, path, error);
    if (ret != 0) {
        goto out;
    }
    /* The table takes over the fields; the header's are the first of them. */
    self->n_columns = reader.row_start[1];
    self->n_rows = reader.n_rows - 1;
    self->column = reader.field;
    self->cell = reader.field + self->n_columns;
    memmove(reader.row_line, reader.row_line + 1, self->n_rows * sizeof(size_t));
    self->line = reader.row_line;
    reader.field = NULL;
    reader.row_line = NULL;
    reader.n_fields = 0;
out:
    reader_free(&reader);
    return ret;
}

void
jc_csv_table_free(struct jc_csv_table *self)
{
    size_t j;

    for (j = 0; j < self->n_columns * (self->n_rows + 1); j++) {
        free(self->column[j]);
    }
    free(self->column);
    free(self->line);
    free(self->path);
    *self = (struct jc_csv_table){ 0 };
}

int
jc_csv_table_find(const struct jc_csv_table *self, const char *column, size_t *index,
    struct jc_error *error)
{
    for (*index = 0; *index < self->n_columns; (*index)++) {
        if (strcmp(self->column[*index], column) == 0) {
            return 0;
        }
    }
    return jc_fail(error, JC_ERROR_INPUT, "%s:1: column '%s' is missing", self->path, column);
}

const char *
jc_csv_table_text(const struct jc_csv_table *self, size_t row, size_t column)
{
    return self->cell[row * self->n_columns + column];
}

int
jc_csv_table_number(const struct jc_csv_table *self, size_t row, size_t column, double *value,
    struct jc_error *error)
{
    const char *text = jc_csv_table_text(self, row, column);
    char *end;

    *value = NAN;
    if (text[0] == '\0') {
        return 0;
    }
    *value = strtod(text, &end);
    if (text[strspn(text, "0123456789+-.eE")] != '\0' || *end != '\0' || !isfinite(*value)) {
        return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %s: '%.64s' is not a finite number",
            self->path, self->line[row], self->column[column], text);
    }
    if (fabs(*value) > LARGEST) {
        return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %s: %g is too large, at most %g is possible",
            self->path, self->line[row], self->column[column], *value, LARGEST);
    }
    return 0;
}

int
jc_csv_table_get_text(const struct jc_csv_table *self, size_t row, const char *column,
    const char **text, struct jc_error *error)
{
    size_t at;
    int ret = jc_csv_table_find(self, column, &at, error);

    if (ret != 0) {
        return ret;
    }
    *text = jc_csv_table_text(self, row, at);
    if ((*text)[0] == '\0') {
        return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %s: the field is empty", self->path,
            self->line[row], column);
    }
    return 0;
}

int
jc_csv_table_get_positive(const struct jc_csv_table *self, size_t row, const char *column,
    double *value, struct jc_error *error)
{
    size_t at;
    int ret = jc_csv_table_find(self, column, &at, error);

    ret = ret != 0 ? ret : jc_csv_table_number(self, row, at, value, error);
    if (ret == 0 && !(*value > 0)) {
        ret = jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %s: a number greater than 0 is needed",
            self->path, self->line[row], column);
    }
    return ret;
}

/* The first row from `start` on with the text in a column; n_rows if there is none. */
static size_t
next_row(const struct jc_csv_table *self, size_t column, const char *text, size_t start)
{
    while (start < self->n_rows && strcmp(jc_csv_table_text(self, start, column), text) != 0) {
        start++;
    }
    return start;
}

static int
fail_unknown(const struct jc_csv_table *self, size_t column, const char *text,
    struct jc_error *error)
{
    struct jc_text known = { 0 };
    const char *found;
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < self->n_rows; j++) {
        found = jc_csv_table_text(self, j, column);
        if (next_row(self, column, found, 0) == j) {
            ret = jc_text_append(&known, error, "%s'%s'", j == 0 ? "" : ", ", found);
        }
    }
    if (ret == 0) {
        ret = jc_fail(error, JC_ERROR_INPUT, "%s: %s: there is no '%s'; there are: %s", self->path,
            self->column[column], text, known.bytes);
    }
    jc_text_free(&known);
    return ret;
}

int
jc_csv_table_find_row(const struct jc_csv_table *self, const char *column, const char *text,
    size_t *row, struct jc_error *error)
{
    size_t at;
    int ret = jc_csv_table_find(self, column, &at, error);

    if (ret != 0) {
        return ret;
    }
    *row = next_row(self, at, text, 0);
    return *row < self->n_rows ? 0 : fail_unknown(self, at, text, error);
}

int
jc_csv_table_find_only_row(const struct jc_csv_table *self, const char *column, const char *text,
    size_t *row, struct jc_error *error)
{
    size_t at, again;
    int ret = jc_csv_table_find(self, column, &at, error);

    ret = ret != 0 ? ret : jc_csv_table_find_row(self, column, text, row, error);
    if (ret != 0) {
        return ret;
    }
    again = next_row(self, at, text, *row + 1);
    if (again < self->n_rows) {
        return jc_fail(error, JC_ERROR_INPUT, "%s:%zu: %s: '%s' stands there twice", self->path,
            self->line[again], column, text);
    }
    return 0;
}
