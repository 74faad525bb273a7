/* Texts in pages of HTML, and the digits of numbers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/report/html.h"

/* What a function writes is as expected. */
static void
expect(struct jc_text *text, struct jc_html *html, const char *expected)
{
    assert_int_equal(html->status, 0);
    assert_string_equal(text->bytes, expected);
    text->length = 0;
    text->bytes[0] = '\0';
}

static void
test_texts(void **state)
{
    struct jc_text text = { 0 };
    struct jc_html html = { .text = &text };

    (void) state;
    jc_html_text(&html, "a<b>&\"'\xc3\xa9\n\xf0\x9f\x98\x80");
    expect(&text, &html, "a&lt;b&gt;&amp;&quot;'\xc3\xa9\n\xf0\x9f\x98\x80");
    /* A lone continuation, a cut character, an overlong one, a surrogate, one beyond the last. */
    jc_html_text(&html, "\x80|\xe2\x82|\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xe2\x82");
    expect(&text, &html,
        "\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd|"
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"
        "\xef\xbf\xbd\xef\xbf\xbd");
    /* Control characters, one that turns the direction, one that is none. */
    jc_html_text(&html, "\x01\x7f\xc2\x85\xe2\x80\xae\xef\xbf\xbe");
    expect(&text, &html, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    jc_text_free(&text);
}

static void
test_sources(void **state)
{
    struct jc_text text = { 0 };
    struct jc_html html = { .text = &text };

    (void) state;
    jc_html_source(&html, "see https://a.b/c?d=1&e=(2). And arXiv:2509.20241v2, p. 3");
    expect(&text, &html,
        "see <a href=\"https://a.b/c?d=1&amp;e=(2\" "
        "rel=\"noreferrer\">https://a.b/c?d=1&amp;e=(2</a>). And "
        "<a href=\"https://arxiv.org/abs/2509.20241v2\" rel=\"noreferrer\">arXiv:2509.20241v2</a>, "
        "p. 3");
    jc_html_source(&html, "javascript:x data:y arXiv:1 arXiv:12345.6789 ftp://z");
    expect(&text, &html, "javascript:x data:y arXiv:1 arXiv:12345.6789 ftp://z");
    jc_html_source(&html, "http://a\"onclick=b");
    expect(&text, &html, "<a href=\"http://a\" rel=\"noreferrer\">http://a</a>&quot;onclick=b");
    jc_text_free(&text);
}

static void
test_numbers(void **state)
{
    struct jc_text text = { 0 };
    struct jc_html html = { .text = &text };

    (void) state;
    jc_html_number(&html, 0.30865, 3);
    expect(&text, &html, "<data value=\"0.30864999999999998\">0.309</data>");
    jc_html_number(&html, -1234567, 2);
    expect(&text, &html,
        "<data value=\"-1234567\">\xe2\x88\x92"
        "1234567</data>");
    jc_html_number(&html, 9.996e-5, 3);
    expect(&text, &html, "<data value=\"9.9959999999999998e-05\">0.000100</data>");
    jc_html_number(&html, 1.25e-7, 3);
    expect(&text, &html,
        "<data value=\"1.2499999999999999e-07\">1.25&thinsp;&times;&thinsp;10<sup>\xe2\x88\x92"
        "7</sup></data>");
    jc_html_number(&html, NAN, 3);
    expect(&text, &html, "\xe2\x80\x93");
    jc_html_given(&html, 12.8, 4);
    expect(&text, &html, "<data value=\"12.800000000000001\">12.8</data>");
    jc_html_given(&html, 1e9, 4);
    expect(&text, &html,
        "<data value=\"1000000000\">1&thinsp;&times;&thinsp;10<sup>9</sup></data>");
    jc_html_given(&html, 0, 4);
    expect(&text, &html, "<data value=\"0\">0</data>");
    jc_html_share(&html, -0.7489);
    expect(&text, &html,
        "<data value=\"-0.74890000000000001\">\xe2\x88\x92"
        "74.9\xe2\x80\xaf%</data>");
    jc_html_count(&html, 1234567);
    expect(&text, &html,
        "1\xe2\x80\xaf"
        "234\xe2\x80\xaf"
        "567");
    jc_html_count(&html, 1234);
    expect(&text, &html, "1234");
    jc_text_free(&text);
}

/* The last digit is worth a twentieth to half of half the width, from 2 to 5 digits. */
static void
test_digits(void **state)
{
    (void) state;
    assert_int_equal(jc_html_digits(0.3087, 0.0009), 4);
    assert_int_equal(jc_html_digits(0.3087, 0.0019), 4);
    assert_int_equal(jc_html_digits(0.3087, 0.0021), 3);
    assert_int_equal(jc_html_digits(500, 400), 2);
    assert_int_equal(jc_html_digits(0.3087, 1e-9), 5);
    assert_int_equal(jc_html_digits(0.3087, 0), 5);
    assert_int_equal(jc_html_digits(0.3087, INFINITY), 4);
    assert_int_equal(jc_html_digits(0, 0.1), 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
