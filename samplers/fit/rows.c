#include "samplers/fit/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LONGEST_NUMBER 64

static const char *const reason_names[JC_TRACE_REASONS] = {
    [JC_TRACE_EMPTY] = "empty",
    [JC_TRACE_NOT_A_NUMBER] = "not a number",
    [JC_TRACE_NEGATIVE] = "negative",
    [JC_TRACE_INFINITE] = "infinite or above 1e30",
    [JC_TRACE_BAD_WEIGHT] = "bad weight",
    [JC_TRACE_NO_WEIGHT] = "weight of 0",
    [JC_TRACE_WIDTH] = "wrong number of columns",
    [JC_TRACE_NO_OBJECT] = "not a JSON object",
    [JC_TRACE_BLANK] = "blank line",
};

const char *
jc_trace_reason_name(enum jc_trace_reason reason)
{
    return reason_names[reason];
}

void
jc_row_begin(struct jc_row *row, const struct jc_trace *trace, uint64_t line)
{
    row->line = line;
    row->reason = JC_TRACE_REASONS;
    row->number[0] = NAN;
    row->number[1] = NAN;
    row->number[JC_ROW_WEIGHT] = trace->columns.weight == NULL ? 1 : NAN;
    row->example[0] = '\0';
}

void
jc_row_reject(struct jc_row *row, enum jc_trace_reason reason, const char *text, size_t length)
{
    size_t j;

    if (row->reason != JC_TRACE_REASONS) {
        return;
    }
    row->reason = reason;
    length = length < JC_TRACE_EXAMPLE ? length : JC_TRACE_EXAMPLE - 1;
    for (j = 0; j < length; j++) {
        row->example[j] = text[j] >= ' ' && text[j] <= '~' ? text[j] : '?';
    }
    row->example[length] = '\0';
}

/* Of a field: what is wrong with a weight has one name, the text of it follows its column. */
static void
reject_field(struct jc_row *row, const struct jc_trace *trace, size_t slot,
    enum jc_trace_reason reason, const char *text, size_t length)
{
    const int is_weight = slot == JC_ROW_WEIGHT;
    char example[JC_TRACE_EXAMPLE];
    int size;

    if (row->reason == JC_TRACE_REASONS) {
        size = snprintf(example, sizeof(example), "%.30s: %.*s",
            is_weight ? trace->columns.weight : trace->columns.column[slot],
            (int) (length < 30 ? length : 30), text);
        jc_row_reject(row, is_weight && reason != JC_TRACE_NO_WEIGHT ? JC_TRACE_BAD_WEIGHT : reason,
            example, size > 0 ? (size_t) size : 0);
    }
}

/* Up to 15 digits, which most numbers of tokens are. */
static int
read_digits(const char *text, size_t length, double *number)
{
    uint64_t value = 0;
    size_t j;

    for (j = 0; j < length && text[j] >= '0' && text[j] <= '9'; j++) {
        value = 10 * value + (uint64_t) (text[j] - '0');
    }
    *number = (double) value;
    return j == length && length > 0;
}

/* INFINITY for what is written so, NAN for what is no decimal number. */
static double
read_decimal(const char *text, size_t length)
{
    char copy[LONGEST_NUMBER];
    const char *unsigned_text;
    char *end;
    double number;

    if (length >= sizeof(copy)) {
        return NAN;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    unsigned_text = copy + (copy[0] == '-' || copy[0] == '+');
    if (strcasecmp(unsigned_text, "inf") == 0 || strcasecmp(unsigned_text, "infinity") == 0) {
        return copy[0] == '-' ? -INFINITY : INFINITY;
    }
    number = strtod(copy, &end);
    return *end == '\0' && strspn(copy, "0123456789+-.eE") == length ? number : NAN;
}

static void
take(struct jc_row *row, const struct jc_trace *trace, size_t slot, double number, const char *text,
    size_t length)
{
    enum jc_trace_reason reason = JC_TRACE_REASONS;

    if (isnan(number)) {
        reason = JC_TRACE_NOT_A_NUMBER;
    } else if (number < 0) {
        reason = JC_TRACE_NEGATIVE;
    } else if (number > JC_TRACE_LARGEST) {
        reason = JC_TRACE_INFINITE;
    } else if (number == 0 && slot == JC_ROW_WEIGHT) {
        reason = JC_TRACE_NO_WEIGHT;
    }
    if (reason != JC_TRACE_REASONS) {
        reject_field(row, trace, slot, reason, text, length);
        return;
    }
    row->number[slot] = number + 0.0; /* -0 is 0 */
}

void
jc_row_text(struct jc_row *row, const struct jc_trace *trace, size_t slot, const char *text,
    size_t length)
{
    double number;

    if (length == 0) {
        reject_field(row, trace, slot, JC_TRACE_EMPTY, text, length);
        return;
    }
    if (length > 15 || !read_digits(text, length, &number)) {
        number = read_decimal(text, length);
    }
    take(row, trace, slot, number, text, length);
}

void
jc_row_number(struct jc_row *row, const struct jc_trace *trace, size_t slot, double number)
{
    char text[LONGEST_NUMBER];
    int length = 0;

    if (!(number >= 0 && number <= JC_TRACE_LARGEST)) {
        length = snprintf(text, sizeof(text), "%.17g", number);
    }
    take(row, trace, slot, number, text, length > 0 ? (size_t) length : 0);
}

static void
drop(struct jc_trace *trace, const struct jc_row *row)
{
    struct jc_trace_drop *drop = &trace->dropped[row->reason];

    if (drop->rows == 0) {
        drop->line = row->line;
        memcpy(drop->example, row->example, sizeof(drop->example));
    }
    drop->rows++;
}

int
jc_row_end(struct jc_row *row, struct jc_trace *trace, struct jc_error *error)
{
    const double weight = row->number[JC_ROW_WEIGHT];
    size_t j;
    int ret = 0;

    for (j = 0; j < trace->columns.n; j++) {
        if (isnan(row->number[j])) {
            reject_field(row, trace, j, JC_TRACE_EMPTY, "", 0);
        }
    }
    if (isnan(weight)) {
        reject_field(row, trace, JC_ROW_WEIGHT, JC_TRACE_EMPTY, "", 0);
    }
    trace->rows_read++;
    if (row->reason != JC_TRACE_REASONS) {
        drop(trace, row);
        return 0;
    }
    trace->rows_used++;
    trace->weights_are_counts &= weight == floor(weight);
    for (j = 0; ret == 0 && j < trace->columns.n; j++) {
        trace->is_whole[j] &= row->number[j] == floor(row->number[j]);
        ret = jc_tally_add(&trace->values[j], row->number[j], 0, weight, error);
    }
    if (ret == 0 && trace->columns.n == 2) {
        ret = jc_tally_add(&trace->pairs, row->number[0], row->number[1], weight, error);
    }
    return ret;
}
