/* Pictures of results made by hand: texts, axes, what gnuplot's SVG becomes, and the interface that other programs use. */
#include <math.h>

#include "results/plots/canvas.h"
#include "results/plots/gnuplot.h"
#include "results/plots/plot.h"
#include "results/plots/subject.h"
#include "results/plots/svg.h"
#include "results/plots/words.h"

#include "result_files.h"

static void
assert_clean(const char *text, bool any_font, const char *wanted)
{
    struct jc_text clean = { 0 };
    struct jc_error error;

    assert_int_equal(jc_words_clean(&clean, text, any_font, &error), 0);
    assert_string_equal(clean.bytes == NULL ? "" : clean.bytes, wanted);
    jc_text_free(&clean);
}

/* Bytes that are no UTF-8, or no character of XML, are replaced one by one. */
static void
test_clean(void **state)
{
    (void) state;
    assert_clean("", true, "");
    assert_clean("a'b\\`\"$<&", true, "a'b\\`\"$<&");
    assert_clean("a\n\t\x01\x7f"
                 "b",
        true, "a    b");
    assert_clean("\xc2\x85z", true, " z");
    assert_clean("\xff", true, "\xef\xbf\xbd");
    assert_clean("\xe6\x97", true, "\xef\xbf\xbd\xef\xbf\xbd");
    assert_clean("\xc0\xaf", true, "\xef\xbf\xbd\xef\xbf\xbd"); /* '/' in two bytes */
    assert_clean("\xed\xa0\x80", true, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* a surrogate */
    assert_clean("\xef\xbf\xbe", true, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    assert_clean("\xf0\x9f\x98\x80", true, "\xf0\x9f\x98\x80");
    assert_clean("\xf0\x9f\x98\x80 \xd0\x96", false, "\xe2\x96\xa1 \xd0\x96");
    assert_clean("]]> ]> ]]]>", true, "]] > ]> ]]] >");
}

static void
test_wrap(void **state)
{
    char line[JC_LINES][JC_LINE_LENGTH];
    char fit[JC_LINE_LENGTH];
    char longest[2000];

    (void) state;
    assert_int_equal(jc_words_wrap("", 10, 100, line), 0);
    assert_int_equal(jc_words_wrap("  one", 10, 100, line), 1);
    assert_string_equal(line[0], "one");
    assert_int_equal(jc_words_wrap("one two three", 10, 50, line), 2);
    assert_string_equal(line[0], "one two");
    assert_string_equal(line[1], "three");
    assert_int_equal(jc_words_wrap("one two three four five", 10, 50, line), 2);
    assert_string_equal(line[1], "three fo\xe2\x80\xa6");
    assert_int_equal(jc_words_wrap("onetwothreefourfive", 10, 50, line), 2);
    assert_true(jc_words_width(line[0], 10) <= 50 && jc_words_width(line[1], 10) <= 52);
    (void) memset(longest, 'm', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(jc_words_wrap(longest, 1, 1e6, line), 2);
    assert_true(strlen(line[1]) < JC_LINE_LENGTH);
    jc_words_fit("one two", 10, 20, fit);
    assert_true(jc_words_width(fit, 10) <= 22 && strstr(fit, "\xe2\x80\xa6") != NULL);
    jc_words_fit("\xff\xff", 10, 1, fit); /* ends */
    /* A short text has its own width; a longer one that of the wider line, so that it is wrapped without loss. */
    assert_true(fabs(jc_words_column("short", 10, 300) - jc_words_width("short", 10)) < 0.01);
    (void) memcpy(longest, "a text of many words that is much too long for a single line", 61);
    assert_true(jc_words_column(longest, 20, 400) < 0.6 * jc_words_width(longest, 20));
    assert_int_equal(jc_words_wrap(longest, 20, jc_words_column(longest, 20, 400), line), 2);
    assert_int_equal(strlen(line[0]) + 1 + strlen(line[1]), strlen(longest));
    assert_true(jc_words_column(longest, 10, 100) <= 100);
    assert_true(
        fabs(jc_words_wrapped_width("one two three", 10, 50) - jc_words_width("one two", 10))
        < 1e-9);
}

static void
assert_number(double value, int digits, const char *wanted)
{
    char text[JC_NUMBER_LENGTH];

    jc_write_number(text, value, digits);
    assert_string_equal(text, wanted);
}

static void
test_numbers(void **state)
{
    char text[JC_NUMBER_LENGTH];

    (void) state;
    assert_number(0.0642, 3, "0.0642");
    assert_number(0.09973, 2, "0.10");
    assert_number(9.999, 3, "10.0");
    assert_number(0, 3, "0");
    assert_number(-12345.6, 3, "-12,346");
    assert_number(999.6, 3, "1,000");
    assert_number(1e-7, 3, "1e-07");
    assert_number(2.5e13, 3, "2.5e+13");
    assert_number(NAN, 3, "nan");
    assert_number(1e11, 1, "100,000,000,000");
    jc_write_count(text, 1234567);
    assert_string_equal(text, "1,234,567");
    jc_write_count(text, 12);
    assert_string_equal(text, "12");
}

static void
test_axes(void **state)
{
    struct jc_axis axis = jc_axis_of(0.01, 10);
    double place[4] = { 10, 10, 11, 60 };

    (void) state;
    assert_true(axis.log && axis.low < 0.01 && axis.high > 10);
    assert_true(fabs(jc_axis_value(&axis, jc_axis_place(&axis, 0.3)) - 0.3) < 1e-12);
    axis = jc_axis_of(0, 10);
    assert_true(!axis.log && axis.low == 0 && axis.high > 10);
    axis = jc_axis_of(5, 6);
    assert_true(!axis.log && axis.low > 4.9 && axis.high < 6.1);
    axis = jc_axis_of(0, 0);
    assert_true(axis.low < 0 && axis.high > 0);
    axis = jc_axis_of(7, 7);
    assert_true(axis.low < 7 && axis.high > 7);
    assert_true(fabs(jc_axis_place(&axis, jc_axis_value(&axis, 0.25)) - 0.25) < 1e-12);
    jc_spread(4, place, 12, 0, 62);
    for (size_t j = 1; j < 4; j++) {
        assert_true(place[j] - place[j - 1] >= 12 - 1e-9);
    }
    assert_true(place[0] >= 0 && place[3] <= 62);
}

/* Ids get a name, gnuplot's titles go, bold is a weight, and texts stay as they are. */
static void
test_svg(void **state)
{
    const char *drawn =
        "<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 9 9\">\n<title>p</title>\n"
        "<g id=\"gnuplot_canvas\"><defs><path id='gpPt0'/></defs>"
        "<g id=\"p_plot_1\" ><title>p_plot_1</title>\n"
        "<g fill=\"none\">\n</g>\n<use xlink:href='#gpPt0'/>"
        "<g font-family=\"sans-serif:Bold\" >\n\t<text>id='x' &lt;title></text>\n</g>\n"
        "<g stroke=\"none\">\n<text></text>\n</g>\n</g></g></svg>";
    const struct jc_text text = { .bytes = (char[4096]){ 0 }, .length = strlen(drawn) };
    struct jc_text svg = { 0 };
    struct jc_error error;

    (void) state;
    (void) strcpy(text.bytes, drawn);
    assert_int_equal(jc_svg_finish(&text, "A & B", "p", true, &svg, &error), 0);
    assert_string_equal(svg.bytes,
        "<svg viewBox=\"0 0 9 9\">\n<title>A &amp; B</title>\n"
        "<g id=\"p-gnuplot_canvas\"><defs><path id='p-gpPt0'/></defs>"
        "<g id=\"p_plot_1\" >\n<use xlink:href='#p-gpPt0'/>"
        "<g font-family=\"sans-serif\" font-weight=\"bold\" >\n\t<text>id='x' "
        "&lt;title></text>\n</g>\n"
        "</g></g></svg>");
    jc_text_free(&svg);
    assert_int_equal(jc_svg_finish(&text, "", "g", false, &svg, &error), 0);
    assert_true(strncmp(svg.bytes, "<?xml", 5) == 0);
    assert_non_null(strstr(svg.bytes, "id=\"g-gnuplot_canvas\""));
    jc_text_free(&svg);
}

static void
test_kinds(void **state)
{
    enum jc_plot_format format = JC_PLOT_FORMATS;
    struct jc_error error;
    int kind;

    (void) state;
    for (kind = 0; kind < JC_PLOT_KINDS; kind++) {
        assert_int_equal(jc_plot_by_name(jc_plot_name((enum jc_plot_kind) kind)), kind);
        assert_true(strlen(jc_plot_purpose((enum jc_plot_kind) kind)) > 10);
    }
    assert_int_equal(jc_plot_by_name("pie"), JC_PLOT_KINDS);
    assert_int_equal(jc_plot_format_of("a.b/c.svg", &format, &error), 0);
    assert_int_equal(format, JC_PLOT_SVG);
    assert_int_equal(jc_plot_format_of("c.pdf", &format, &error), 0);
    assert_int_equal(format, JC_PLOT_PDF);
    assert_int_equal(jc_plot_format_of("c.SVG", &format, &error), JC_ERROR_SCENARIO);
    assert_int_equal(jc_plot_format_of("a.svg/c", &format, &error), JC_ERROR_SCENARIO);
    assert_int_equal(jc_plot_format_of("svg", &format, &error), JC_ERROR_SCENARIO);
}

/* Two cases, a blend and nothing else. */
static void
make_plotted(struct jc_results *results)
{
    struct jc_error error;

    *results = (struct jc_results){ .seed = 7, .queries = QUERIES };
    set_text(&results->scenario, "by-hand");
    set_text(&results->title, "Made by hand");
    assert_int_equal(jc_results_alloc_cases(results, 2, &error), 0);
    set_case(&results->cases[0], "a", "'a'\n<A>", 0.5f);
    set_case(&results->cases[1], "b", "B", 2);
    assert_int_equal(jc_results_alloc_blends(results, 1, &error), 0);
    set_blend(&results->blends[0], "mix", 2, 0);
}

static void
test_applies(void **state)
{
    struct jc_results results;

    (void) state;
    make_plotted(&results);
    assert_int_equal(jc_plot_default(&results), JC_PLOT_DISTRIBUTIONS);
    assert_true(jc_plot_applies(JC_PLOT_EXCEEDANCE, &results));
    assert_false(jc_plot_applies(JC_PLOT_PATHWAYS, &results));
    assert_false(jc_plot_applies(JC_PLOT_FLEET, &results));
    assert_false(jc_plot_applies(JC_PLOT_LENGTHS, &results));
    jc_results_free(&results);
    results = (struct jc_results){ 0 };
    assert_int_equal(jc_plot_default(&results), JC_PLOT_KINDS);
}

/* The same commands every time; a text is a string of one line; what is not there is refused. */
static void
test_script(void **state)
{
    const char *const names[] = { "b" };
    struct jc_plot_options options = { 0 };
    struct jc_results results;
    struct jc_text script = { 0 };
    struct jc_text again = { 0 };
    struct jc_error error;
    int kind;

    (void) state;
    make_plotted(&results);
    assert_int_equal(jc_plot_script(JC_PLOT_DISTRIBUTIONS, &results, &options, JC_PLOT_SVG, &script,
                         &error),
        0);
    assert_int_equal(jc_plot_script(JC_PLOT_DISTRIBUTIONS, &results, &options, JC_PLOT_SVG, &again,
                         &error),
        0);
    assert_string_equal(script.bytes, again.bytes);
    assert_non_null(strstr(script.bytes, "set label ''.\"\\047\".'a'.\"\\047\".' <A>' at"));
    assert_non_null(strstr(script.bytes, "by-hand, seed 7, 40 queries per case"));
    jc_text_free(&again);
    options = (struct jc_plot_options){ .n_names = 1, .name = names, .version = "9.9" };
    assert_int_equal(jc_plot_script(JC_PLOT_DISTRIBUTIONS, &results, &options, JC_PLOT_SVG, &again,
                         &error),
        0);
    assert_null(strstr(again.bytes, "<A>"));
    assert_non_null(strstr(again.bytes, "joulecast 9.9"));
    for (kind = 0; kind < JC_PLOT_KINDS; kind++) {
        if (!jc_plot_applies((enum jc_plot_kind) kind, &results)) {
            assert_int_equal(jc_plot_script((enum jc_plot_kind) kind, &results,
                                 &(struct jc_plot_options){ 0 }, JC_PLOT_SVG, &again, &error),
                JC_ERROR_SCENARIO);
        }
    }
    jc_text_free(&script);
    jc_text_free(&again);
    jc_results_free(&results);
}

/* Values spread evenly from 2 to 4: the density is flat between, half of that at both ends, and 0 beyond. */
static void
test_density(void **state)
{
    struct jc_plot_subjects subjects;
    struct jc_results results;
    struct jc_recorder recorder;
    struct jc_record *record;
    struct jc_error error;
    double density[101];
    float x[1000];

    (void) state;
    make_plotted(&results);
    record = &results.cases[1].record[JC_ENERGY];
    jc_record_free(record);
    *record = (struct jc_record){ 0 };
    for (size_t j = 0; j < 1000; j++) {
        x[j] = 2 + 0.002f * ((float) j + 0.5f);
    }
    assert_int_equal(jc_recorder_init(&recorder, &error), 0);
    assert_int_equal(jc_recorder_add(&recorder, jc_record_kernels_get(JC_SIMD_BASELINE), 1000, x),
        0);
    record->moments = jc_recorder_end_block(&recorder);
    assert_int_equal(jc_recorder_flush(&recorder, record, &error), 0);
    jc_recorder_free(&recorder);
    assert_int_equal(jc_plot_subjects(&results, &(struct jc_plot_options){ 0 }, JC_ENERGY,
                         &subjects, &error),
        0);
    assert_int_equal(subjects.n, 3);
    assert_int_equal(subjects.subject[2].role, JC_SUBJECT_BLEND);
    assert_int_equal(jc_plot_density(&subjects.subject[1], false, 1, 5, 101, density, &error), 0);
    for (size_t j = 40; j <= 60; j++) {
        assert_true(density[j] > 0.98 && density[j] <= 1);
    }
    assert_true(fabs(density[25] - 0.5) < 0.02 && fabs(density[75] - 0.5) < 0.02);
    assert_true(density[5] < 1e-6 && density[95] < 1e-6);
    assert_true(fabs(jc_plot_cdf(&subjects.subject[1].mixture, 3) - 0.5) < 0.001);
    jc_plot_subjects_free(&subjects);
    jc_results_free(&results);
}

/* An element for a page, a file that does not replace another one, and gnuplot's own words. */
static void
test_drawing(void **state)
{
    const struct jc_plot_options options = { 0 };
    const struct jc_text bad = { .bytes = (char[]){ "set terminal svg\nplot nonsense(\n" },
        .length = 32 };
    struct jc_text svg = { 0 };
    struct jc_results results;
    struct jc_error error;

    (void) state;
    make_plotted(&results);
    if (jc_plot_svg(JC_PLOT_EXCEEDANCE, &results, &options, "one", &svg, &error) != 0) {
        assert_non_null(strstr(error.message, "is not installed"));
        print_message("%s\n", error.message);
        jc_text_free(&svg);
        jc_results_free(&results);
        skip();
    }
    assert_true(strncmp(svg.bytes, "<svg", 4) == 0);
    assert_true(
        strstr(svg.bytes, "viewBox") < strstr(svg.bytes, "width=")); /* no size of its own */
    assert_non_null(strstr(svg.bytes, "<title>Made by hand</title>"));
    assert_null(strstr(svg.bytes, "id=\"gnuplot_canvas\""));
    jc_text_free(&svg);
    assert_int_equal(jc_plot_svg(JC_PLOT_EXCEEDANCE, &results, &options, "a'b", &svg, &error),
        JC_ERROR_SCENARIO);
    assert_int_equal(jc_plot_write(JC_PLOT_DISTRIBUTIONS, &results, &options, "p.svg", false,
                         &error),
        0);
    assert_true(scratch_exists("p.svg") && !scratch_exists("p.svg.partial"));
    assert_int_equal(jc_plot_write(JC_PLOT_DISTRIBUTIONS, &results, &options, "p.svg", false,
                         &error),
        JC_ERROR_IO);
    assert_int_equal(jc_plot_write(JC_PLOT_DISTRIBUTIONS, &results, &options, "p.svg", true,
                         &error),
        0);
    assert_int_equal(jc_gnuplot_run(&bad, &svg, &error), JC_ERROR_IO);
    assert_non_null(strstr(error.message, "gnuplot failed: "));
    jc_results_free(&results);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_axes),
        cmocka_unit_test(test_svg),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_applies),
        cmocka_unit_test(test_script),
        cmocka_unit_test(test_density),
        cmocka_unit_test(test_drawing),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
