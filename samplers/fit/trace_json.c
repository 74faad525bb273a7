#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "samplers/fit/rows.h"

#define FIRST_CAPACITY 65536

struct reader {
    struct jc_trace *trace;
    const struct jc_trace_columns *wanted;
    const char *path;
    char *line; /* a line, with a NUL behind it */
    size_t length;
    size_t capacity;
    uint64_t number; /* of the line, from 1 */
    uint64_t n_blank;
    uint64_t first_blank;
    int has_columns;
    int seen[JC_ROW_SLOTS]; /* the key stood in a row */
    char **name;            /* [n_names] the keys of the first row */
    size_t n_names;
    struct jc_error *error;
};

static int
append(struct reader *reader, const char *bytes, size_t length)
{
    size_t capacity = reader->capacity == 0 ? FIRST_CAPACITY : reader->capacity;
    char *line;

    if (reader->length + length > JC_ROW_LONGEST) {
        return jc_fail(reader->error, JC_ERROR_INPUT, "%s:%llu: a line of more than %zu bytes",
            reader->path, (unsigned long long) reader->number, JC_ROW_LONGEST);
    }
    while (capacity <= reader->length + length) {
        capacity *= 2;
    }
    if (capacity != reader->capacity) {
        line = realloc(reader->line, capacity);
        if (line == NULL) {
            return jc_fail_memory(reader->error);
        }
        reader->line = line;
        reader->capacity = capacity;
    }
    memcpy(reader->line + reader->length, bytes, length);
    reader->length += length;
    reader->line[reader->length] = '\0';
    return 0;
}

/* Keeps the keys of the first row, which choose the columns. */
static int
choose_columns(struct reader *reader, const cJSON *object)
{
    const cJSON *item;
    int ret;

    reader->name = calloc((size_t) cJSON_GetArraySize(object) + 1, sizeof(*reader->name));
    if (reader->name == NULL) {
        return jc_fail_memory(reader->error);
    }
    cJSON_ArrayForEach(item, object)
    {
        reader->name[reader->n_names] = strdup(item->string);
        if (reader->name[reader->n_names] == NULL) {
            return jc_fail_memory(reader->error);
        }
        reader->n_names++;
    }
    ret = jc_trace_columns_choose(&reader->trace->columns, reader->wanted, reader->n_names,
        reader->name, reader->path, reader->error);
    reader->has_columns = ret == 0;
    return ret;
}

static const char *
column_of(const struct jc_trace *trace, size_t slot)
{
    return slot == JC_ROW_WEIGHT ? trace->columns.weight : trace->columns.column[slot];
}

static void
take_item(struct reader *reader, struct jc_row *row, size_t slot, const cJSON *item)
{
    if (item == NULL) {
        jc_row_text(row, reader->trace, slot, "", 0);
        return;
    }
    reader->seen[slot] = 1;
    if (cJSON_IsNumber(item)) {
        jc_row_number(row, reader->trace, slot, item->valuedouble);
    } else if (cJSON_IsString(item)) {
        jc_row_text(row, reader->trace, slot, item->valuestring, strlen(item->valuestring));
    } else if (cJSON_IsNull(item)) {
        jc_row_text(row, reader->trace, slot, "", 0);
    } else if (cJSON_IsBool(item)) {
        jc_row_text(row, reader->trace, slot, "true or false", strlen("true or false"));
    } else {
        jc_row_text(row, reader->trace, slot, "a list or an object", strlen("a list or an object"));
    }
}

static int
take_object(struct reader *reader, struct jc_row *row, const cJSON *object)
{
    const char *column;
    size_t slot;
    int ret = reader->has_columns ? 0 : choose_columns(reader, object);

    if (ret != 0) {
        return ret;
    }
    jc_row_begin(row, reader->trace, reader->number);
    for (slot = 0; slot < JC_ROW_SLOTS; slot++) {
        column = column_of(reader->trace, slot);
        if (column != NULL) {
            take_item(reader, row, slot, cJSON_GetObjectItemCaseSensitive(object, column));
        }
    }
    return 0;
}

/* Blank lines count once a row follows them. */
static int
drop_blank_lines(struct reader *reader)
{
    struct jc_row blank;
    int ret = 0;

    jc_row_begin(&blank, reader->trace, reader->first_blank);
    jc_row_reject(&blank, JC_TRACE_BLANK, "", 0);
    for (; ret == 0 && reader->n_blank > 0; reader->n_blank--) {
        ret = jc_row_end(&blank, reader->trace, reader->error);
    }
    return ret;
}

static int
take_line(struct reader *reader)
{
    struct jc_row row;
    cJSON *object;
    int ret;

    if (strspn(reader->line, " \t\r") == reader->length) {
        reader->first_blank = reader->n_blank == 0 ? reader->number : reader->first_blank;
        reader->n_blank++;
        return 0;
    }
    ret = drop_blank_lines(reader);
    object = cJSON_ParseWithLengthOpts(reader->line, reader->length + 1, NULL, 1);
    if (ret == 0 && cJSON_IsObject(object)) {
        ret = take_object(reader, &row, object);
    } else {
        jc_row_begin(&row, reader->trace, reader->number);
        jc_row_reject(&row, JC_TRACE_NO_OBJECT, reader->line, strcspn(reader->line, "\r"));
    }
    cJSON_Delete(object);
    return ret != 0 ? ret : jc_row_end(&row, reader->trace, reader->error);
}

static int
end_line(struct reader *reader)
{
    const int ret = take_line(reader);

    reader->length = 0;
    reader->number++;
    return ret;
}

static int
take_piece(struct reader *reader, const char *bytes, size_t length)
{
    const char *const end = bytes + length;
    const char *newline;
    int ret = 0;

    while (ret == 0 && (newline = memchr(bytes, '\n', (size_t) (end - bytes))) != NULL) {
        ret = append(reader, bytes, (size_t) (newline - bytes));
        ret = ret != 0 ? ret : end_line(reader);
        bytes = newline + 1;
    }
    return ret != 0 ? ret : append(reader, bytes, (size_t) (end - bytes));
}

static int
check_seen(const struct reader *reader)
{
    size_t slot;

    for (slot = 0; slot < JC_ROW_SLOTS && reader->has_columns; slot++) {
        if (column_of(reader->trace, slot) != NULL && !reader->seen[slot]) {
            return jc_trace_columns_missing(column_of(reader->trace, slot), reader->n_names,
                reader->name, reader->path, reader->error);
        }
    }
    return 0;
}

int
jc_trace_read_json(struct jc_trace *self, struct jc_trace_file *file,
    const struct jc_trace_columns *wanted, struct jc_error *error)
{
    struct reader reader = {
        .trace = self,
        .wanted = wanted,
        .path = file->path,
        .number = 1,
        .error = error,
    };
    size_t j;
    int ret = 0;

    while (ret == 0 && file->length > 0) {
        ret = take_piece(&reader, file->bytes, file->length);
        ret = ret != 0 ? ret : jc_trace_file_next(file, error);
    }
    ret = ret != 0 ? ret : end_line(&reader);
    ret = ret != 0 ? ret : check_seen(&reader);
    for (j = 0; j < reader.n_names; j++) {
        free(reader.name[j]);
    }
    free(reader.name);
    free(reader.line);
    return ret;
}
