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
    int ret = jc_words_clean(&clean, text, true, error);

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

/* Where the first of some words ends in a tag; its end if there is none. */
static const char *
after_first(const char *tag, const char *end, size_t n, const char *const *word)
{
    const char *found;
    size_t j;

    for (j = 0; j < n; j++) {
        found = memmem(tag, (size_t) (end - tag), word[j], strlen(word[j]));
        end = found != NULL ? found + strlen(word[j]) : end;
    }
    return end;
}

/* A tag, with a name before the ids that it gives or refers to; and bold as SVG knows it, which gnuplot takes for a part
 * of the font's name. */
static int
append_tag(struct jc_text *svg, const char *tag, const char *end, const char *name,
    struct jc_error *error)
{
    static const char *const before[] = { " id='", " id=\"", "href='#", ":Bold\"" };
    const char *next;
    int ret = 0;

    for (; ret == 0 && tag < end; tag = next) {
        next = after_first(tag, end, sizeof(before) / sizeof(before[0]), before);
        if (next < end && next[-2] == 'd' && next[-1] == '"') {
            ret = append(svg, tag, (size_t) (next - tag) - strlen(before[3]), error);
            ret = ret != 0 ? ret : jc_text_append(svg, error, "\" font-weight=\"bold\"");
        } else {
            ret = append(svg, tag, (size_t) (next - tag), error);
            if (ret == 0 && next < end && !(starts_with(next, name) && next[strlen(name)] == '_')) {
                ret = jc_text_append(svg, error, "%s-", name);
            }
        }
    }
    return ret;
}

/* An empty group, or one of an empty text, such as tics have; or definitions of symbols that nothing refers to. */
static bool
is_unused(const char *tag, const char *end)
{
    const char *const nothing = "<text></text>";
    const char *defined;

    if (starts_with(tag, "<defs>")) {
        defined = strstr(tag, "</defs>");
        return defined != NULL && strstr(defined, "href='#gp") == NULL;
    }
    end += strspn(end, " \t\n");
    if (starts_with(end, nothing)) {
        end += strlen(nothing);
        end += strspn(end, " \t\n");
    }
    return starts_with(tag, "<g ") && starts_with(end, "</g>");
}

static const char *
after_unused(const char *tag, const char *end)
{
    const char *const close = tag[1] == 'g' ? "</g>" : "</defs>";
    const char *at = strstr(end, close);

    end = at != NULL ? at + strlen(close) : end;
    return end + strspn(end, " \t\n");
}

int
jc_svg_finish(const struct jc_text *drawn, const char *title, const char *name, bool inline_only,
    struct jc_text *svg, struct jc_error *error)
{
    const char *rest = drawn->bytes != NULL ? drawn->bytes : "";
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
        } else if (is_unused(rest, end)) {
            end = after_unused(rest, end);
        } else if (rest[0] == '<') {
            ret = append_tag(svg, rest, end, name, error);
        } else {
            ret = append(svg, rest, (size_t) (end - rest), error);
        }
        rest = end;
    }
    return ret;
}
