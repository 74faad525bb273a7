/* CSV tables and the throughput measurements in them: what is accepted, and every refusal. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/csv_table.h"
#include "models/measurements.h"

#include "scratch.h"

#define HEADER "model,precision,input_tokens,output_tokens,throughput_tokens_per_s,source\n"

static void
read_table(struct jc_csv_table *table, const char *text)
{
    struct jc_error error = { "" };

    scratch_write_text("t.csv", text);
    assert_int_equal(jc_csv_table_read(table, "t.csv", &error), 0);
    assert_string_equal(error.message, "");
}

static void
refuse_bytes(const void *bytes, size_t size, const char *message)
{
    struct jc_csv_table table;
    struct jc_error error = { "" };

    scratch_write("t.csv", bytes, size);
    assert_int_equal(jc_csv_table_read(&table, "t.csv", &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, message);
    assert_null(table.column);
    assert_null(table.path);
}

static void
refuse_table(const char *text, const char *message)
{
    refuse_bytes(text, strlen(text), message);
}

static void
refuse_measurements(const char *text, const char *message)
{
    struct jc_measurements measurements;
    struct jc_error error = { "" };

    scratch_write_text("m.csv", text);
    assert_int_equal(jc_measurements_read(&measurements, "m.csv", &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, message);
    assert_null(measurements.row);
    assert_int_equal(measurements.n_rows, 0);
}

static void
test_table(void **state)
{
    struct jc_csv_table table;
    struct jc_error error = { "" };
    double value;
    size_t index;

    (void) state;
    read_table(&table, "name,value\na,1.5\nb,\nc,-2e3\n");
    assert_string_equal(table.path, "t.csv");
    assert_int_equal(table.n_columns, 2);
    assert_int_equal(table.n_rows, 3);
    assert_string_equal(table.column[0], "name");
    assert_string_equal(table.column[1], "value");
    assert_string_equal(jc_csv_table_text(&table, 2, 0), "c");
    assert_string_equal(jc_csv_table_text(&table, 1, 1), "");
    assert_int_equal(table.line[0], 2);
    assert_int_equal(table.line[2], 4);
    assert_int_equal(jc_csv_table_find(&table, "value", &index, &error), 0);
    assert_int_equal(index, 1);
    assert_int_equal(jc_csv_table_number(&table, 0, 1, &value, &error), 0);
    assert_true(value == 1.5);
    assert_int_equal(jc_csv_table_number(&table, 1, 1, &value, &error), 0);
    assert_true(isnan(value));
    assert_int_equal(jc_csv_table_number(&table, 2, 1, &value, &error), 0);
    assert_true(value == -2000);
    assert_int_equal(jc_csv_table_find(&table, "Value", &index, &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, "t.csv:1: column 'Value' is missing");
    jc_csv_table_free(&table);
    assert_null(table.cell);
}

/* Two rows whose fields and lines are the same in every spelling of the file. */
static void
expect_two_rows(const char *text)
{
    struct jc_csv_table table;

    read_table(&table, text);
    assert_int_equal(table.n_columns, 2);
    assert_int_equal(table.n_rows, 2);
    assert_string_equal(table.column[0], "a");
    assert_string_equal(table.column[1], "b");
    assert_string_equal(jc_csv_table_text(&table, 0, 0), "1");
    assert_string_equal(jc_csv_table_text(&table, 0, 1), "2");
    assert_string_equal(jc_csv_table_text(&table, 1, 0), "3");
    assert_string_equal(jc_csv_table_text(&table, 1, 1), "4");
    assert_int_equal(table.line[0], 2);
    assert_int_equal(table.line[1], 3);
    jc_csv_table_free(&table);
}

static void
test_spellings(void **state)
{
    (void) state;
    expect_two_rows("a,b\n1,2\n3,4\n");
    expect_two_rows("a,b\n1,2\n3,4");         /* no newline at the end */
    expect_two_rows("a,b\r\n1,2\r\n3,4\r\n"); /* CRLF */
    expect_two_rows("\xef\xbb\xbf"
                    "a,b\n1,2\n3,4\n"); /* byte order mark */
    expect_two_rows("\"a\",\"b\"\n\"1\",\"2\"\n\"3\",\"4\"\n");
    expect_two_rows("a , b\n 1 ,\t2\n3,4\n"); /* blanks around a field are not part of it */
    expect_two_rows("a,b\n1,2\n3,4\n\n\n");   /* blank lines at the end */
}

static void
test_quotes(void **state)
{
    struct jc_csv_table table;

    (void) state;
    read_table(&table, "a,b\n\"x, y\",\"say \"\"no\"\"\"\n\" z \",\"\"\n");
    assert_string_equal(jc_csv_table_text(&table, 0, 0), "x, y");
    assert_string_equal(jc_csv_table_text(&table, 0, 1), "say \"no\"");
    assert_string_equal(jc_csv_table_text(&table, 1, 0), " z ");
    assert_string_equal(jc_csv_table_text(&table, 1, 1), "");
    jc_csv_table_free(&table);
}

/* The line is that on which a row begins. */
static void
expect_lines(const char *text, size_t first, size_t second)
{
    struct jc_csv_table table;

    read_table(&table, text);
    assert_int_equal(table.n_rows, 2);
    assert_int_equal(table.line[0], first);
    assert_int_equal(table.line[1], second);
    jc_csv_table_free(&table);
}

static void
test_lines(void **state)
{
    (void) state;
    expect_lines("a,b\n\n\n1,2\n\n3,4\n", 4, 6);
    expect_lines("a,b\r\n\r\n1,2\r\n\r\n\r\n3,4\r\n", 3, 6);
    expect_lines("\n\na,b\n1,2\n3,4\n", 4, 5);
    expect_lines("a,b\n\"1\n\n\",\"2\n\"\n3,4\n", 2, 6);
    expect_lines("a,b\r\n\"1\r\n\",2\r\n\r\n3,4", 2, 5);
    expect_lines("\"a\n\",b\n1,2\n3,4\n", 3, 4);
}

static void
test_refused_tables(void **state)
{
    static const char nul[] = "a,b\n1,\0\n";

    (void) state;
    refuse_table("", "t.csv: the table is empty");
    refuse_table("\n\r\n\n", "t.csv: the table is empty");
    refuse_table("\xef\xbb\xbf", "t.csv: the table is empty");
    refuse_table("a,b\n", "t.csv: a header without rows");
    refuse_table("a,b\n\n\n", "t.csv: a header without rows");
    refuse_table("a,b,a\n1,2,3\n", "t.csv:1: column 'a' stands there twice");
    refuse_table("\na,a", "t.csv:2: column 'a' stands there twice");
    refuse_table("a,b\n1,2\n\n3\n", "t.csv:4: 1 fields, expected 2 as in the header");
    refuse_table("a,b\n1,2,3\n4,5\n", "t.csv:2: 3 fields, expected 2 as in the header");
    refuse_table("a,b\n\"1\n\",2\n3,4,\n", "t.csv:4: 3 fields, expected 2 as in the header");
    refuse_table("a,b\n1,\"2\n", "t.csv:2: a quote is not closed, or stands inside a field");
    refuse_table("a,b\n1,2\nx\"y\",2\n",
        "t.csv:3: a quote is not closed, or stands inside a field");
    refuse_table("a,b\n\"x\"y,2\n", "t.csv:2: a quote is not closed, or stands inside a field");
    refuse_bytes(nul, sizeof(nul) - 1, "t.csv: a NUL byte in a text file");
}

static void
test_files(void **state)
{
    struct jc_csv_table table;
    struct jc_measurements measurements;
    struct jc_error error = { "" };

    (void) state;
    assert_int_equal(jc_csv_table_read(&table, "none.csv", &error), JC_ERROR_IO);
    assert_string_equal(error.message, "none.csv: cannot open: No such file or directory");
    assert_int_equal(jc_measurements_read(&measurements, "none.csv", &error), JC_ERROR_IO);
    assert_string_equal(error.message, "none.csv: cannot open: No such file or directory");
    assert_int_equal(jc_csv_table_read(&table, ".", &error), JC_ERROR_IO);
    assert_string_equal(error.message, ".: cannot read: Is a directory");
}

static void
test_measurements(void **state)
{
    struct jc_measurements measurements;
    struct jc_error error = { "" };

    (void) state;
    scratch_write_text("m.csv",
        "source,note,throughput_tokens_per_s,output_tokens,input_tokens,precision,model\n"
        "paper,x,1.5e3,,0,FP8,A\n"
        "\"report, p. 3\",,0.25,300,500,FP16,B\n");
    assert_int_equal(jc_measurements_read(&measurements, "m.csv", &error), 0);
    assert_int_equal(measurements.n_rows, 2);
    assert_string_equal(measurements.row[0].model, "A");
    assert_string_equal(measurements.row[0].precision, "FP8");
    assert_string_equal(measurements.row[0].source, "paper");
    assert_true(measurements.row[0].input_tokens == 0);
    assert_true(isnan(measurements.row[0].output_tokens));
    assert_true(measurements.row[0].throughput_tokens_per_s == 1500);
    assert_string_equal(measurements.row[1].source, "report, p. 3");
    assert_true(measurements.row[1].output_tokens == 300);
    assert_true(measurements.row[1].throughput_tokens_per_s == 0.25);
    jc_measurements_free(&measurements);
    assert_null(measurements.row);
}

static void
test_refused_measurements(void **state)
{
    (void) state;
    refuse_measurements("model,precision,input_tokens,output_tokens,source\nA,FP8,1,2,s\n",
        "m.csv:1: column 'throughput_tokens_per_s' is missing");
    refuse_measurements(HEADER "A,FP8,many,2,3,s\n",
        "m.csv:2: input_tokens: 'many' is not a finite number");
    refuse_measurements(HEADER "A,FP8,1,2 000,3,s\n",
        "m.csv:2: output_tokens: '2 000' is not a finite number");
    refuse_measurements(HEADER "A,FP8,1,2,nan,s\n",
        "m.csv:2: throughput_tokens_per_s: 'nan' is not a finite number");
    refuse_measurements(HEADER "A,FP8,1,2,3,s\n\nA,FP8,inf,2,3,s\n",
        "m.csv:4: input_tokens: 'inf' is not a finite number");
    refuse_measurements(HEADER "A,FP8,1,1e999,3,s\n",
        "m.csv:2: output_tokens: '1e999' is not a finite number");
    refuse_measurements(HEADER "A,FP8,-1,2,3,s\n", "m.csv:2: input_tokens: -1 is negative");
    refuse_measurements(HEADER "A,FP8,1,-2.5,3,s\n", "m.csv:2: output_tokens: -2.5 is negative");
    refuse_measurements(HEADER "A,FP8,1,2,-3,s\n",
        "m.csv:2: throughput_tokens_per_s: -3 is negative");
    refuse_measurements(HEADER "A,FP8,1,2,0,s\n",
        "m.csv:2: throughput_tokens_per_s: a number greater than 0 is needed");
    refuse_measurements(HEADER "A,FP8,1,2,,s\n",
        "m.csv:2: throughput_tokens_per_s: a number greater than 0 is needed");
    refuse_measurements(HEADER "A,FP8,1,2,3,s\nA,FP8,1,2,3\n",
        "m.csv:3: 5 fields, expected 6 as in the header");
    refuse_measurements(HEADER, "m.csv: a header without rows");
    refuse_measurements("", "m.csv: the table is empty");
}

static void
expect_selected(const struct jc_measurements *all, const char *model, const char *precision,
    const char *sources)
{
    struct jc_measurements selected;
    struct jc_error error = { "" };
    char found[32] = "";
    size_t j;

    assert_int_equal(jc_measurements_select(all, model, precision, &selected, &error), 0);
    for (j = 0; j < selected.n_rows; j++) {
        strcat(found, selected.row[j].source);
    }
    assert_string_equal(found, sources);
    jc_measurements_free(&selected);
}

static void
test_select(void **state)
{
    struct jc_measurements all;
    struct jc_error error = { "" };

    (void) state;
    scratch_write_text("m.csv",
        HEADER "A,FP8,1,2,3,p\nB,FP8,1,2,3,q\nA,FP16,1,2,3,r\nA,FP8,1,2,3,s\n");
    assert_int_equal(jc_measurements_read(&all, "m.csv", &error), 0);
    expect_selected(&all, "A", "FP8", "ps");
    expect_selected(&all, "A", NULL, "prs");
    expect_selected(&all, NULL, "FP8", "pqs");
    expect_selected(&all, NULL, NULL, "pqrs");
    expect_selected(&all, "a", NULL, "");
    expect_selected(&all, "B", "FP16", "");
    jc_measurements_free(&all);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_refused_tables),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_measurements),
        cmocka_unit_test(test_refused_measurements),
        cmocka_unit_test(test_select),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
