#include "results/plots/svg.h"

#include <string.h>

#include "results/plots/words.h"

static int
append(struct jc_text *svg, const char *bytes, size_t n, struct jc_error *error)
{
    return jc_text_append(svg, error, "%.*s", (int) n, bytes);
}

/* A text as XML has it. */
static int
append_escaped(struct jc_text *svg, const char *text, struct jc_error *error)
{
    struct jc_text clean = { 0 };
    const char *rest;
    size_t n;
    int ret = jc_words_clean(&clean, text, error);

    for (rest = clean.bytes; ret == 0 && rest != NULL && *rest != '\0'; rest += n) {
        n = strcspn(rest, "<>&");
        ret = append(svg, rest, n, error);
        if (ret == 0 && rest[n] != '\0') {
            ret = jc_text_append(svg, error, "%s",
                rest[n] == '<'       ? "&lt;"
                    : rest[n] == '>' ? "&gt;"
                                     : "&amp;");
            n++;
        }
    }
    jc_text_free(&clean);
    return ret;
}

static bool
starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* A tag, with a name before the ids that it gives or refers to. */
static int
append_tag(struct jc_text *svg, const char *tag, const char *end, const char *name,
    struct jc_error *error)
{
    static const char *const before[] = { " id='", " id=\"", "href='#" };
    const char *found, *next;
    size_t j;
    int ret = 0;

    while (ret == 0 && tag < end) {
        next = end;
        for (j = 0; j < sizeof(before) / sizeof(before[0]); j++) {
            found = memmem(tag, (size_t) (next - tag), before[j], strlen(before[j]));
            next = found != NULL ? found + strlen(before[j]) : next;
        }
        ret = append(svg, tag, (size_t) (next - tag), error);
        if (ret == 0 && next < end && !starts_with(next, name)) {
            ret = jc_text_append(svg, error, "%s-", name);
        }
        tag = next;
    }
    return ret;
}

int
jc_svg_finish(const struct jc_text *drawn, const char *title, const char *name, bool inline_only,
    struct jc_text *svg, struct jc_error *error)
{
    const char *rest = drawn->bytes;
    const char *start = inline_only ? strstr(rest, "<svg") : rest;
    bool titled = false;
    const char *end;
    int ret = 0;

    rest = start != NULL ? start : rest;
    while (ret == 0 && *rest != '\0') {
        end = strchr(rest + 1, rest[0] == '<' ? '>' : '<');
        end = end == NULL ? rest + strlen(rest) : rest[0] == '<' ? end + 1 : end;
        if (starts_with(rest, "<title>")) {
            end = strstr(rest, "</title>");
            end = end == NULL ? rest + strlen(rest) : end + strlen("</title>");
            if (!titled) {
                ret = jc_text_append(svg, error, "<title>");
                ret = ret != 0 ? ret : append_escaped(svg, title, error);
                ret = ret != 0 ? ret : jc_text_append(svg, error, "</title>");
                titled = true;
            }
        } else if (rest[0] == '<') {
            ret = append_tag(svg, rest, end, name, error);
        } else {
            ret = append(svg, rest, (size_t) (end - rest), error);
        }
        rest = end;
    }
    return ret;
}
