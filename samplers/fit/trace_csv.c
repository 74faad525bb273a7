#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/fit/rows.h"

#define MOST_COLUMNS 10000
#define BUFFER_STEP ((size_t) 1 << 20) /* by which the buffer of a field grows */

/* What the callbacks of libcsv know: of the header, and of the row that is read. */
struct reader {
    struct jc_trace *trace;
    const struct jc_trace_columns *wanted;
    const char *path;
    char **name; /* [n_names] the header */
    size_t n_names;
    size_t place[JC_ROW_SLOTS]; /* of the columns that are read; SIZE_MAX: none */
    int has_header;
    uint64_t line; /* of the file, from 1 */
    uint64_t n_blank;
    uint64_t first_blank;
    int after_return; /* a line feed that follows belongs to the same end of line */
    size_t n_fields;  /* of the row so far */
    struct jc_row row;
    struct jc_error *error;
    int ret; /* once it is not 0, nothing is done any more */
};

static uint64_t
count_lines(const char *text, size_t length)
{
    const char *const end = text + length;
    uint64_t n = 0;

    for (text = memchr(text, '\n', length); text != NULL;
         text = memchr(text, '\n', (size_t) (end - text))) {
        n++;
        text++;
    }
    return n;
}

static void
add_name(struct reader *reader, const char *text, size_t length)
{
    char **names;

    if (reader->n_names == MOST_COLUMNS) {
        reader->ret = jc_fail(reader->error, JC_ERROR_INPUT, "%s: more than %d columns",
            reader->path, MOST_COLUMNS);
        return;
    }
    names = realloc(reader->name, (reader->n_names + 1) * sizeof(*names));

    if (names == NULL) {
        reader->ret = jc_fail_memory(reader->error);
        return;
    }
    reader->name = names;
    names[reader->n_names] = strndup(text, length);
    if (names[reader->n_names] == NULL) {
        reader->ret = jc_fail_memory(reader->error);
        return;
    }
    reader->n_names++;
}

static void
on_field(void *data, size_t length, void *context)
{
    struct reader *reader = context;
    const char *text = data;
    size_t slot;

    if (reader->ret != 0) {
        return;
    }
    if (!reader->has_header) {
        add_name(reader, text, length);
    } else if (reader->n_fields == 0) {
        jc_row_begin(&reader->row, reader->trace, reader->line);
    }
    reader->line += count_lines(text, length);
    for (slot = 0; slot < JC_ROW_SLOTS && reader->has_header; slot++) {
        if (reader->place[slot] == reader->n_fields) {
            jc_row_text(&reader->row, reader->trace, slot, text, length);
        }
    }
    reader->n_fields++;
}

static int
find_column(struct reader *reader, const char *column, size_t *place)
{
    size_t j;

    *place = SIZE_MAX;
    for (j = 0; column != NULL && j < reader->n_names; j++) {
        if (strcmp(reader->name[j], column) == 0 && *place != SIZE_MAX) {
            return jc_fail(reader->error, JC_ERROR_INPUT, "%s: column '%s' stands there twice",
                reader->path, column);
        }
        if (strcmp(reader->name[j], column) == 0) {
            *place = j;
        }
    }
    return column == NULL || *place != SIZE_MAX ? 0
                                                : jc_trace_columns_missing(column, reader->n_names,
                                                    reader->name, reader->path, reader->error);
}

static void
end_header(struct reader *reader)
{
    struct jc_trace_columns *columns = &reader->trace->columns;
    size_t j;

    reader->ret = jc_trace_columns_choose(columns, reader->wanted, reader->n_names, reader->name,
        reader->path, reader->error);
    for (j = 0; reader->ret == 0 && j < JC_TRACE_VARIABLES; j++) {
        reader->ret = find_column(reader, columns->column[j], &reader->place[j]);
    }
    if (reader->ret == 0) {
        reader->ret = find_column(reader, columns->weight, &reader->place[JC_ROW_WEIGHT]);
    }
    reader->has_header = 1;
}

/* Blank lines count once a row follows them. */
static void
drop_blank_lines(struct reader *reader)
{
    struct jc_row blank;

    jc_row_begin(&blank, reader->trace, reader->first_blank);
    jc_row_reject(&blank, JC_TRACE_BLANK, "", 0);
    for (; reader->ret == 0 && reader->n_blank > 0; reader->n_blank--) {
        reader->ret = jc_row_end(&blank, reader->trace, reader->error);
    }
}

static void
end_row(struct reader *reader)
{
    char example[JC_TRACE_EXAMPLE];
    int length;

    drop_blank_lines(reader);
    if (reader->n_fields != reader->n_names) {
        length = snprintf(example, sizeof(example), "%zu, expected %zu", reader->n_fields,
            reader->n_names);
        reader->row.reason = JC_TRACE_REASONS;
        jc_row_reject(&reader->row, JC_TRACE_WIDTH, example, (size_t) length);
    }
    if (reader->ret == 0) {
        reader->ret = jc_row_end(&reader->row, reader->trace, reader->error);
    }
}

static void
on_row(int terminator, void *context)
{
    struct reader *reader = context;
    const int is_second_half = terminator == '\n' && reader->after_return && reader->n_fields == 0;

    reader->after_return = terminator == '\r';
    if (reader->ret != 0 || is_second_half) {
        return;
    }
    if (reader->n_fields == 0) {
        reader->first_blank = reader->n_blank == 0 ? reader->line : reader->first_blank;
        reader->n_blank += reader->has_header != 0;
    } else if (!reader->has_header) {
        end_header(reader);
    } else {
        end_row(reader);
    }
    reader->n_fields = 0;
    reader->line++;
}

/* An unclosed quote would take the whole rest of the file for one field. */
static void *
limited_realloc(void *old, size_t size)
{
    return size > JC_ROW_LONGEST ? NULL : realloc(old, size);
}

static int
explain(struct reader *reader, struct csv_parser *parser)
{
    if (csv_error(parser) == CSV_ENOMEM && csv_get_buffer_size(parser) < JC_ROW_LONGEST / 2) {
        return jc_fail_memory(reader->error);
    }
    return jc_fail(reader->error, JC_ERROR_INPUT,
        "%s:%llu: a quote is not closed, or stands inside a field, or a field is longer than 64 "
        "MiB",
        reader->path, (unsigned long long) reader->line);
}

static int
parse(struct reader *reader, struct jc_trace_file *file)
{
    struct csv_parser parser;
    int ret = 0;

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        return jc_fail_memory(reader->error);
    }
    csv_set_realloc_func(&parser, limited_realloc);
    csv_set_blk_size(&parser, BUFFER_STEP);
    while (ret == 0 && reader->ret == 0 && file->length > 0) {
        if (csv_parse(&parser, file->bytes, file->length, on_field, on_row, reader)
            != file->length) {
            ret = explain(reader, &parser);
        } else if (reader->ret == 0) {
            ret = jc_trace_file_next(file, reader->error);
        }
    }
    if (ret == 0 && reader->ret == 0 && csv_fini(&parser, on_field, on_row, reader) != 0) {
        ret = explain(reader, &parser);
    }
    csv_free(&parser);
    return ret != 0 ? ret : reader->ret;
}

int
jc_trace_read_csv(struct jc_trace *self, struct jc_trace_file *file,
    const struct jc_trace_columns *wanted, struct jc_error *error)
{
    struct reader reader = {
        .trace = self,
        .wanted = wanted,
        .path = file->path,
        .line = 1,
        .error = error,
    };
    size_t j;
    int ret = parse(&reader, file);

    for (j = 0; j < reader.n_names; j++) {
        free(reader.name[j]);
    }
    free(reader.name);
    return ret;
}
