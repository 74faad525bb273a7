/* Traces: what is read, what is dropped and counted, what is refused; groups when there is too much. */
#include "scratch.h"

#include <math.h>
#include <zlib.h>

#include "samplers/fit/join.h"
#include "samplers/fit/trace.h"

static struct jc_trace trace;
static struct jc_empirical empirical;
static struct jc_error error;

/* Reads a file of this text with these columns, NULL for guesses. */
static int
read_text(const char *text, const char *columns)
{
    struct jc_trace_columns wanted = { 0 };
    int ret;

    if (columns != NULL) {
        assert_int_equal(jc_trace_columns_parse(&wanted, columns, &error), 0);
    }
    if (text != NULL) {
        scratch_write_text("trace", text);
    }
    ret = jc_trace_read(&trace, "trace", &wanted, &error);
    jc_trace_columns_free(&wanted);
    return ret;
}

/* The same, which must be well, and the distribution of it. */
static void
read_well(const char *text, const char *columns)
{
    if (read_text(text, columns) != 0) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(jc_trace_empirical(&trace, "folder/trace", &empirical, &error), 0);
    if (jc_empirical_check(&empirical, &error) != 0) {
        fail_msg("%s", error.message);
    }
}

static void
free_all(void)
{
    jc_trace_free(&trace);
    jc_empirical_free(&empirical);
}

static void
expect_marginal(size_t j, const char *name, size_t n, const double *value, const double *weight)
{
    const struct jc_marginal *marginal = &empirical.marginal[j];
    size_t k;

    assert_string_equal(marginal->name, name);
    assert_int_equal(marginal->n_values, n);
    for (k = 0; k < n; k++) {
        assert_true(marginal->value[k] == value[k]);
        assert_true(marginal->weight[k] == weight[k]);
    }
}

/* The rows of the little trace that all formats below hold. */
static void
expect_little_trace(void)
{
    static const double inputs[] = { 3, 10, 500 };
    static const double input_weights[] = { 1, 3, 1 };
    static const double outputs[] = { 0, 7 };
    static const double output_weights[] = { 2, 3 };
    static const struct jc_cell cells[] = { { { 0, 1 }, 1 }, { { 1, 0 }, 1 }, { { 1, 1 }, 2 },
        { { 2, 0 }, 1 } };
    size_t k;

    assert_int_equal(trace.rows_read, 5);
    assert_int_equal(trace.rows_used, 5);
    assert_int_equal(empirical.n_dropped, 0);
    assert_string_equal(empirical.trace, "trace");
    expect_marginal(0, "input_tokens", 3, inputs, input_weights);
    expect_marginal(1, "output_tokens", 2, outputs, output_weights);
    assert_int_equal(empirical.joint.n_cells, 4);
    for (k = 0; k < 4; k++) {
        assert_int_equal(empirical.joint.cell[k].class[0], cells[k].class[0]);
        assert_int_equal(empirical.joint.cell[k].class[1], cells[k].class[1]);
        assert_true(empirical.joint.cell[k].weight == cells[k].weight);
    }
    free_all();
}

static void
test_formats(void **state)
{
    static const char *const texts[] = {
        "a,ContextTokens,GeneratedTokens\nx,10,7\ny,3,7\n\"z\n,\",10,0\n,500,0\n,10,7\n",
        "input_length,output_length\r\n10,7\r\n3,7\r\n10,0\r\n500,0\r\n10,7\r\n",
        "\xef\xbb\xbf\"Request tokens\", Response tokens\n10,7\n3 , 7\n1e1,-0\n500.0,0\n10,7",
        "num_prefill_tokens,num_decode_tokens\r10,7\r3,7\r10,0\r500,0\r10,7\r",
        "PROMPT-TOKENS,Completion.Tokens\n\"10\",\"7\"\n3,7\n10,0\n+500,0\n10,7\n\n\n",
        "{\"input_tokens\": 10, \"output_tokens\": 7, \"x\": [1, {}]}\n{\"output_tokens\":7,"
        "\"input_tokens\":3}\n{\"input_tokens\": 1.0e1, \"output_tokens\": 0}\r\n"
        "{\"input_tokens\": \"500\", \"output_tokens\": 0}\n"
        "{\"input_tokens\": 10, \"output_tokens\": 7}",
        "\xef\xbb\xbf\n  {\"promptLength\": 10, \"outputLength\": 7}\n{\"promptLength\": 3, "
        "\"outputLength\": 7}\n{\"promptLength\": 10, \"outputLength\": 0}\n{\"promptLength\": "
        "500, "
        "\"outputLength\": 0}\n{\"promptLength\": 10, \"outputLength\": 7}\n\n",
    };
    size_t k;

    (void) state;
    for (k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
        read_well(texts[k], NULL);
        assert_int_equal(trace.is_json, k >= 5);
        if (k == 6) { /* the blank line in front */
            assert_int_equal(trace.dropped[JC_TRACE_BLANK].rows, 1);
            assert_int_equal(trace.rows_used, 5);
            free_all();
        } else {
            expect_little_trace();
        }
    }
}

static void
write_gzip(const char *path, const char *mode, const char *text, size_t length)
{
    gzFile file = gzopen(path, mode);

    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, (unsigned) length), length);
    assert_int_equal(gzclose(file), Z_OK);
}

/* Also in two members, one after the other. Cut or changed anywhere behind the first two bytes, it is
 * refused. */
static void
test_gzip(void **state)
{
    static const char text[] = "input_tokens,output_tokens\n10,7\n3,7\n10,0\n500,0\n10,7\n";
    unsigned char *bytes;
    size_t size, cut, k;

    (void) state;
    write_gzip("trace", "wb", text, 40);
    write_gzip("trace", "ab", text + 40, sizeof(text) - 1 - 40);
    read_well(NULL, NULL);
    expect_little_trace();

    write_gzip("trace", "wb9", text, sizeof(text) - 1);
    bytes = scratch_read("trace", &size);
    for (cut = 2; cut < size; cut++) {
        scratch_write("trace", bytes, cut);
        assert_int_equal(read_text(NULL, NULL), JC_ERROR_INPUT);
        assert_non_null(strstr(error.message, "trace: the gzip data ends too early"));
    }
    for (k = 10; k < size; k++) {
        bytes[k] ^= 0x10;
        scratch_write("trace", bytes, size);
        assert_int_equal(read_text(NULL, NULL), JC_ERROR_INPUT);
        bytes[k] ^= 0x10;
    }
    free(bytes);
}

static void
expect_drop(enum jc_trace_reason reason, uint64_t rows, uint64_t line, const char *example)
{
    assert_int_equal(trace.dropped[reason].rows, rows);
    assert_int_equal(trace.dropped[reason].line, line);
    assert_string_equal(trace.dropped[reason].example, example);
}

static void
test_dropped_csv(void **state)
{
    (void) state;
    read_well("in,out,w\n1,2,3\n"
              "abc,2,1\n0x10,2,1\nnan,2,1\n1 2,2,1\n"
              "-5,2,1\n1,-0.1,1\n"
              ",2,1\n"
              "1,inf,1\n1,-Infinity,1\n1,1e31,1\n"
              "1,2,-1\n1,2,x\n1,2,\n1,2,inf\n"
              "1,2,0\n"
              "1,2\n1,2,3,4\nabc,1\n"
              "\n"
              "1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n"
              "1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n",
        "input_tokens=in,output_tokens=out,weight=w");
    expect_drop(JC_TRACE_NOT_A_NUMBER, 4, 3, "in: abc");
    expect_drop(JC_TRACE_NEGATIVE, 3, 7, "in: -5");
    expect_drop(JC_TRACE_EMPTY, 1, 9, "in: ");
    expect_drop(JC_TRACE_INFINITE, 2, 10, "out: inf");
    expect_drop(JC_TRACE_BAD_WEIGHT, 4, 13, "w: -1");
    expect_drop(JC_TRACE_NO_WEIGHT, 1, 17, "w: 0");
    expect_drop(JC_TRACE_WIDTH, 3, 18, "2, expected 3");
    expect_drop(JC_TRACE_BLANK, 1, 21, "");
    assert_int_equal(trace.rows_read, 39);
    assert_int_equal(trace.rows_used, 20);
    assert_int_equal(empirical.n_dropped, 8);
    assert_string_equal(empirical.dropped[1].reason, "not a number");
    assert_int_equal(empirical.dropped[1].rows, 4);
    assert_true(empirical.marginal[0].weight[0] == 60);
    free_all();
}

static void
test_dropped_json(void **state)
{
    (void) state;
    read_well("{\"in\": 1, \"out\": 2}\n{\"in\": 1}\n{\"in\": null, \"out\": 1}\n{\"in\": true, "
              "\"out\": 1}\n{\"in\": \"many\", \"out\": 1}\n{\"in\": -1, \"out\": 1}\n"
              "{\"in\": 1e999, \"out\": 1}\n{\"in\": 1, \"out\": 2\n[1, 2]\n\n{\"in\": 1, \"out\": "
              "2} x\n"
              "{\"in\": [1], \"out\": 2}\n{\"in\": 1, \"out\": 2}\n{\"in\": 1, \"out\": "
              "2}\n{\"in\": 1, \"out\": 2}\n{\"in\": 1, "
              "\"out\": 2}\n{\"in\": 1, \"out\": 2}\n{\"in\": 1, \"out\": 2}\n{\"in\": 1, \"out\": "
              "2}\n"
              "{\"in\": 1, \"out\": 2}\n{\"in\": 1, \"out\": 2}\n{\"in\": 1, \"out\": 2}\n",
        "input_tokens=in,output_tokens=out");
    expect_drop(JC_TRACE_EMPTY, 2, 2, "out: ");
    expect_drop(JC_TRACE_NOT_A_NUMBER, 3, 4, "in: true or false");
    expect_drop(JC_TRACE_NEGATIVE, 1, 6, "in: -1");
    expect_drop(JC_TRACE_INFINITE, 1, 7, "in: inf");
    expect_drop(JC_TRACE_NO_OBJECT, 3, 8, "{\"in\": 1, \"out\": 2");
    expect_drop(JC_TRACE_BLANK, 1, 10, "");
    assert_int_equal(trace.rows_used, 11);
    assert_int_equal(trace.rows_read, 22);
    free_all();
}

/* What was dropped of two traces that are joined adds up by its reasons. */
static void
test_joined_drops(void **state)
{
    static struct jc_empirical outputs;
    size_t rows = 0;
    size_t k;

    (void) state;
    read_well("output_tokens\n1\n2\n-1\n3\nx\n4\n", NULL);
    jc_trace_free(&trace);
    outputs = empirical;
    read_well("input_tokens\n5\n6\n-1\n7\n", NULL);
    assert_int_equal(empirical.n_dropped, 1);
    assert_int_equal(jc_empirical_join(&empirical, &outputs, &error), 0);
    assert_int_equal(empirical.n_marginals, 2);
    assert_int_equal(empirical.n_dropped, 2);
    for (k = 0; k < empirical.n_dropped; k++) {
        assert_int_equal(empirical.dropped[k].rows,
            strcmp(empirical.dropped[k].reason, "negative") == 0 ? 2 : 1);
        rows += empirical.dropped[k].rows;
    }
    assert_int_equal(empirical.rows_used + rows, empirical.rows_read);
    free_all();
}

/* Weights as they are; the column of probabilities beside a single column of values is found. */
static void
test_weights(void **state)
{
    static const double values[] = { 4, 5 };
    static const double weights[] = { 0.25, 0.5 };
    static const double counts[] = { 3, 4 };

    (void) state;
    read_well("tokens,prob\n5,0.5\n4,0.125\n4,0.125\n", "output_tokens=tokens");
    expect_marginal(0, "output_tokens", 2, values, weights);
    assert_false(trace.weights_are_counts);
    assert_int_equal(empirical.n_marginals, 1);
    assert_int_equal(empirical.joint.n_classes[0], 0);
    free_all();
    read_well("n,x\n4,5\n1,4\n2,4\n", "batch_size=x,weight=n");
    expect_marginal(0, "batch_size", 2, values, counts);
    assert_true(trace.weights_are_counts);
    free_all();
}

/* Text, columns, and what the message says. */
static void
test_refused(void **state)
{
    static const char *const cases[][3] = {
        { "", NULL, "trace: the file is empty" },
        { " \n\n", NULL, "trace: the file is empty" },
        { "input_tokens\n", NULL, "trace: a header without rows" },
        { "a,b c,d\n1,2,3\n", NULL,
            "trace: no column has a known name of input or output tokens; choose with --columns "
            "input_tokens=NAME,output_tokens=NAME of: a, b c, d" },
        { "a,b\n1,2\n", "input_tokens=A", "trace: column 'A' is missing; there are: a, b" },
        { "{\"a\": 1, \"b\": 2}\n", "input_tokens=c",
            "trace: column 'c' is missing; there are: a, b" },
        { "a,b,a\n1,2,3\n", "input_tokens=a", "trace: column 'a' stands there twice" },
        { "prompt_tokens,input_tokens\n1,2\n", NULL,
            "trace: 'prompt_tokens' and 'input_tokens' both look like input_tokens; choose with "
            "--columns input_tokens=NAME" },
        { "tokens,prob\n1,2\n", NULL,
            "trace: 'tokens' and 'prob' look like a table of probabilities; say of what, such as "
            "--columns output_tokens=tokens,weight=prob" },
        { "[{\"input_tokens\": 1}]\n", NULL,
            "trace: begins with '['; expected are CSV or JSON Lines, one object per line" },
        { "input_tokens\n1\n2\nx\ny\nz\n", NULL,
            "trace:4: only 2 of 5 rows can be used; 3 are dropped because of 'not a number', this "
            "line first (input_tokens: x)" },
        { "input_tokens\n-1\n-2\n", NULL,
            "trace:2: only 0 of 2 rows can be used; 2 are dropped because of 'negative', this line "
            "first (input_tokens: -1)" },
        { "{\"a\": 1\n}\n", NULL,
            "trace:1: only 0 of 2 rows can be used; 2 are dropped because of 'not a JSON object', "
            "this line first ({\"a\": 1)" },
        { "input_tokens\n1\n\"2\n3\n", NULL,
            "trace:3: a quote is not closed, or stands inside a field, or a field is longer than "
            "64 MiB" },
        { "input_tokens,x\n1,a\"b\n", NULL,
            "trace:2: a quote is not closed, or stands inside a field, or a field is longer than "
            "64 MiB" },
    };
    size_t k;

    (void) state;
    for (k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        assert_int_equal(read_text(cases[k][0], cases[k][1]), JC_ERROR_INPUT);
        assert_string_equal(error.message, cases[k][2]);
    }
    scratch_write("trace", "input_tokens\n1\n\0\n", 17);
    assert_int_equal(read_text(NULL, NULL), JC_ERROR_INPUT);
    assert_string_equal(error.message, "trace: a NUL byte; text is expected, plain or gzip");
    assert_int_equal(remove("trace"), 0);
    assert_int_equal(read_text(NULL, NULL), JC_ERROR_IO);
    assert_int_equal(jc_trace_read(&trace, ".", &(struct jc_trace_columns){ 0 }, &error),
        JC_ERROR_IO);
    assert_string_equal(error.message, ".: is not a regular file");
}

static void
test_columns(void **state)
{
    static const char *const bad[][2] = {
        { "input_tokens",
            "--columns: 'input_tokens' is not VARIABLE=COLUMN, such as "
            "input_tokens=ContextTokens" },
        { "=a", "--columns: '=a' is not VARIABLE=COLUMN, such as input_tokens=ContextTokens" },
        { "a=b,a=c", "--columns: a stands there twice" },
        { "weight=b,weight=c", "--columns: weight stands there twice" },
        { "a=1,b=2,c=3",
            "--columns: a, b and c are too many, at most two variables are read at a time" },
        { "Input Tokens=1",
            "--columns: 'Input Tokens' is not a name of a variable such as input_tokens" },
        { "weight=w",
            "--columns: a weight needs a variable beside it, such as output_tokens=NAME" },
    };
    struct jc_trace_columns columns;
    size_t k;

    (void) state;
    for (k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
        assert_int_equal(jc_trace_columns_parse(&columns, bad[k][0], &error), JC_ERROR_SCENARIO);
        assert_string_equal(error.message, bad[k][1]);
    }
    assert_int_equal(jc_trace_columns_parse(&columns, "b=x=y,weight=w w,a=z", &error), 0);
    assert_int_equal(columns.n, 2);
    assert_string_equal(columns.column[0], "x=y");
    assert_string_equal(columns.weight, "w w");
    assert_string_equal(columns.variable[1], "a");
    jc_trace_columns_free(&columns);
}

/* Groups nest, and hold what is put into them; no weight is lost. */
static void
test_tally(void **state)
{
    struct jc_tally tally = jc_tally_empty(1000);
    double weight = 0;
    size_t k;

    (void) state;
    for (k = 0; k < 100000; k++) {
        const double value = (double) (k * 7919 % 100003) / 8;
        const double group = jc_tally_group(value, 7);

        assert_true(jc_tally_group(jc_tally_group(value, 9), 7) == group);
        assert_true(group <= value && value < jc_tally_next_group(group, 7));
        assert_true(value - group <= ldexp(value, -7));
        assert_int_equal(jc_tally_add(&tally, value, (double) (k % 3), 1, &error), 0);
        assert_true(tally.n <= 1000);
    }
    assert_true(tally.bits < JC_TALLY_COARSE && tally.bits > 0);
    jc_tally_sort(&tally);
    for (k = 0; k < tally.n; k++) {
        assert_true(k == 0 || tally.entry[k].key[0] > tally.entry[k - 1].key[0]
            || (tally.entry[k].key[0] == tally.entry[k - 1].key[0]
                && tally.entry[k].key[1] > tally.entry[k - 1].key[1]));
        weight += tally.entry[k].weight;
    }
    assert_true(weight == 100000);
    jc_tally_free(&tally);
}

/* Too many pairs: classes are groups, variables stay exact. Too many values: groups, whole numbers. */
static void
test_limits(void **state)
{
    FILE *file = fopen("trace", "wb");
    const struct jc_joint *joint = &empirical.joint;
    double weight = 0;
    size_t k;

    (void) state;
    assert_non_null(file);
    (void) fprintf(file, "input_tokens,output_tokens\n");
    for (k = 0; k < 1200000; k++) {
        (void) fprintf(file, "%zu,%zu\n", k % 600011 + 1, k % 1999);
    }
    assert_int_equal(fclose(file), 0);
    read_well(NULL, NULL);
    assert_int_equal(trace.values[0].bits, JC_TALLY_COARSE);
    assert_int_equal(trace.values[1].bits, JC_TALLY_EXACT);
    assert_true(trace.pairs.bits <= JC_TALLY_COARSE);
    assert_int_equal(empirical.marginal[1].n_values, 1999);
    for (k = 0; k < empirical.marginal[0].n_values; k++) {
        weight += empirical.marginal[0].weight[k];
        assert_true(empirical.marginal[0].value[k] == floor(empirical.marginal[0].value[k]));
        assert_true(k >= 2047 || empirical.marginal[0].value[k] == (double) k + 1);
    }
    assert_true(weight == 1200000);
    assert_true(joint->n_cells <= JC_TRACE_PAIRS_LIMIT && joint->n_classes[0] <= 600011);
    free_all();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_dropped_csv),
        cmocka_unit_test(test_dropped_json),
        cmocka_unit_test(test_joined_drops),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_tally),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
