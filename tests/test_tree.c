/* Trees of YAML: what is read, where it says it was, and that nothing in a file makes it run away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "scenarios/settings.h"
#include "scenarios/tree.h"

static const struct jc_origin file = { .name = "t.yaml", .directory = "" };
static const struct jc_origin over_file = { .name = "over.yaml", .directory = "", .layer = 1 };

static const struct jc_tree_node *
parse(struct jc_pool *pool, const char *bytes, const struct jc_origin *origin)
{
    const struct jc_tree_node *root = NULL;
    struct jc_error error = { "" };
    int ret = jc_tree_parse(pool, bytes, strlen(bytes), origin, &root, &error);

    assert_string_equal(error.message, "");
    assert_int_equal(ret, 0);
    return root;
}

/* The item at "a/b/c". */
static const struct jc_tree_item *
at(const struct jc_tree_node *node, const char *path)
{
    const struct jc_tree_item *item = NULL;
    char copy[128];
    char *rest = copy;
    char *key;

    (void) strcpy(copy, path);
    while ((key = strsep(&rest, "/")) != NULL) {
        item = jc_tree_find(node, key);
        if (item == NULL) {
            return NULL;
        }
        node = item->value;
    }
    return item;
}

static void
expect_text(const struct jc_tree_node *root, const char *path, const char *text)
{
    const struct jc_tree_item *item = at(root, path);

    assert_non_null(item);
    assert_string_equal(item->value->text, text);
}

static void
expect_error(const char *bytes, size_t length, const char *message)
{
    struct jc_pool pool = { 0 };
    const struct jc_tree_node *root;
    struct jc_error error = { "" };

    assert_int_equal(jc_tree_parse(&pool, bytes, length, &file, &root, &error), JC_ERROR_SCENARIO);
    assert_string_equal(error.message, message);
    jc_pool_free(&pool);
}

static void
test_nodes_and_positions(void **state)
{
    struct jc_pool pool = { 0 };
    const struct jc_tree_node *root =
        parse(&pool, "a: 1\nb:\n  c: [x, 'y']\n  \"d e\": ~\n# end\n", &file);
    const struct jc_tree_item *c = at(root, "b/c");

    (void) state;
    assert_int_equal(root->kind, JC_TREE_MAP);
    assert_int_equal(root->n_items, 2);
    assert_int_equal(root->size, 7);
    assert_int_equal(c->value->kind, JC_TREE_LIST);
    assert_int_equal(c->value->n_items, 2);
    assert_int_equal(c->line, 3);
    assert_int_equal(c->column, 3);
    assert_int_equal(c->value->line, 3);
    assert_int_equal(c->value->column, 6);
    assert_string_equal(c->value->first->value->text, "x");
    assert_true(c->value->first->value->plain);
    assert_false(c->value->last->value->plain);
    assert_true(jc_tree_is_null(at(root, "b/d e")->value));
    assert_false(jc_tree_is_null(at(root, "a")->value));
    assert_null(at(root, "c"));
    assert_null(at(root, "a/b"));
    jc_pool_free(&pool);
}

static void
test_mark_and_line_ends(void **state)
{
    struct jc_pool pool = { 0 };
    const struct jc_tree_node *root = parse(&pool,
        "\xef\xbb\xbf"
        "a: 1\r\nb: 2\r\n",
        &file);

    (void) state;
    expect_text(root, "a", "1");
    expect_text(root, "b", "2");
    assert_int_equal(at(root, "a")->column, 1);
    assert_int_equal(at(root, "b")->line, 2);
    jc_pool_free(&pool);
}

static void
test_aliases(void **state)
{
    struct jc_pool pool = { 0 };
    const struct jc_tree_node *root = parse(&pool, "a: &x {p: 1}\nb: *x\n", &file);

    (void) state;
    expect_text(root, "b/p", "1");
    assert_int_equal(at(root, "b")->line, 2);
    jc_pool_free(&pool);
}

static void
test_syntax_errors(void **state)
{
    static const struct {
        const char *bytes;
        const char *message;
    } wrong[] = {
        { "", "t.yaml: the file is empty" },
        { "# nothing\n", "t.yaml: the file is empty" },
        { "a: [1\nb: 2\n", "t.yaml:2:2: YAML: did not find expected ',' or ']'" },
        { "a: 1\n\tb: 2\n", "t.yaml:2:1: YAML: found a tab character that violates indentation" },
        { "a: 1\n b: 2\n", "t.yaml:2:3: YAML: mapping values are not allowed in this context" },
        { "a: 1\nb: \"\xff\"\n", "t.yaml:2:5: YAML: invalid leading UTF-8 octet" },
        { "a: 1\nb: 2\na: 3\n", "t.yaml:3:1: duplicate key: a" },
        { "{a: {b: 1, b: 1}}", "t.yaml:1:12: duplicate key: b" },
        { "[a, b]: 1\n", "t.yaml:1:1: a key must be a text" },
        { "a: *x\n", "t.yaml:1:4: no value was given this name before: *x" },
        { "a: &x [*x]\n", "t.yaml:1:8: no value was given this name before: *x" },
        { "a: !!str 1\n", "t.yaml:1:4: tags (!) are not part of the language" },
        { "a: !x [1]\n", "t.yaml:1:4: tags (!) are not part of the language" },
        { "a: \"x\\0y\"\n", "t.yaml:1:4: a NUL character in a text" },
        { "a: 1\n---\nb: 1\n", "t.yaml:2:1: a second document (---) begins here" },
    };

    (void) state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        expect_error(wrong[i].bytes, strlen(wrong[i].bytes), wrong[i].message);
    }
}

/* Nine lists of ten aliases each: a thousand million values in half a kilobyte. */
static void
test_alias_bomb(void **state)
{
    struct jc_text text = { 0 };
    struct jc_error error;

    (void) state;
    assert_int_equal(jc_text_append(&text, &error, "a0: &a0 x\n"), 0);
    for (int i = 1; i <= 9; i++) {
        assert_int_equal(jc_text_append(&text, &error, "a%d: &a%d [", i, i), 0);
        for (int j = 0; j < 10; j++) {
            assert_int_equal(jc_text_append(&text, &error, "%s*a%d", j == 0 ? "" : ", ", i - 1), 0);
        }
        assert_int_equal(jc_text_append(&text, &error, "]\n"), 0);
    }
    expect_error(text.bytes, text.length,
        "t.yaml:7:45: the document is too large: more than 1000000 values");
    jc_text_free(&text);
}

static void
expect_deep(const char *unit, size_t times, const char *message)
{
    struct jc_text text = { 0 };
    struct jc_error error;

    for (size_t i = 0; i < times; i++) {
        assert_int_equal(jc_text_append(&text, &error, "%s", unit), 0);
    }
    expect_error(text.bytes, text.length, message);
    jc_text_free(&text);
}

static void
test_depth_and_sizes(void **state)
{
    struct jc_pool pool = { 0 };
    char deepest[2 * JC_TREE_DEPTH + 1] = "";

    (void) state;
    memset(deepest, '[', JC_TREE_DEPTH);
    memset(deepest + JC_TREE_DEPTH, ']', JC_TREE_DEPTH);
    assert_int_equal(parse(&pool, deepest, &file)->size, JC_TREE_DEPTH);
    jc_pool_free(&pool);
    expect_deep("[", 100000, "t.yaml:1:65: nested deeper than 64 levels");
    expect_deep("{a: ", 100000, "t.yaml:1:257: nested deeper than 64 levels");
    expect_deep("- ", 100000, "t.yaml:1:129: nested deeper than 64 levels");
    expect_deep("- \n", 1000001,
        "t.yaml:1000000:2: the document is too large: more than 1000000 values");
    expect_deep("- &a x\n", 1001, "t.yaml:1001:3: more than 1000 anchors");
}

static void
test_keys_are_counted(void **state)
{
    struct jc_text text = { 0 };
    struct jc_error error;

    (void) state;
    for (int i = 0; i <= JC_TREE_KEYS; i++) {
        assert_int_equal(jc_text_append(&text, &error, "k%d: 1\n", i), 0);
    }
    expect_error(text.bytes, text.length, "t.yaml:10001:1: more than 10000 keys in one mapping");
    jc_text_free(&text);
}

static void
test_merge(void **state)
{
    struct jc_pool pool = { 0 };
    struct jc_error error;
    const struct jc_tree_node *merged;
    const struct jc_tree_node *base =
        parse(&pool, "s: {a: {p: 1, q: 1}, b: 1, c: {r: 1}}\nt: 1\n", &file);
    const struct jc_tree_node *over =
        parse(&pool, "s: {a: {q: 2}, b: {x: 2}, c: ~, d: 2}\nu: 2\n", &over_file);

    (void) state;
    assert_int_equal(jc_tree_merge(&pool, base, over, 3, 10, &merged, &error), 0);
    expect_text(merged, "s/a/p", "1");
    expect_text(merged, "s/a/q", "2");
    expect_text(merged, "s/b/x", "2");
    expect_text(merged, "s/c/r", "1");
    expect_text(merged, "s/d", "2");
    expect_text(merged, "t", "1");
    expect_text(merged, "u", "2");
    assert_int_equal(at(merged, "s/a/p")->layer, -10);
    assert_int_equal(at(merged, "s/a/q")->layer, 1);
    assert_string_equal(at(merged, "s/a/q")->origin->name, "over.yaml");
    assert_int_equal(merged->size, 12);

    assert_int_equal(jc_tree_merge(&pool, base, over, 2, 0, &merged, &error), 0);
    assert_null(at(merged, "s/a/p"));
    expect_text(merged, "s/a/q", "2");
    expect_text(base, "s/a/q", "1"); /* nothing has changed below */
    jc_pool_free(&pool);
}

static void
test_settings(void **state)
{
    static const struct {
        const char *setting;
        const char *path;
        const char *text;
    } good[] = {
        { "a.b=2", "a/b", "2" },
        { "a.x.y.b=3", "a/x.y/b", "3" },
        { "a.x.z=4", "a/x/z", "4" },
        { "a.x.y.z.b=5", "a/x.y.z/b", "5" },
        { "a.new.key=6", "a/new/key", "6" },
        { "a.'n.m'.key=7", "a/n.m/key", "7" },
        { "a.\"n=m\"=8", "a/n=m", "8" },
        { "e.f={g: [1, 2], h: 9}", "e/f/h", "9" },
        { "a.b=x = y", "a/b", "x = y" },
        { "a.b='1: 2'", "a/b", "1: 2" },
    };
    struct jc_pool pool = { 0 };
    struct jc_error error = { "" };
    const struct jc_tree_node *changed;
    const struct jc_tree_node *root =
        parse(&pool, "a: {b: 1, x: {y: {b: 1}}, x.y: {b: 1}, x.y.z: {b: 1}}\ne:\n", &file);

    (void) state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(jc_tree_set(&pool, root, good[i].setting, "", &changed, &error), 0);
        expect_text(changed, good[i].path, good[i].text);
        assert_true(at(changed, good[i].path)->layer > 0);
    }
    expect_text(root, "a/b", "1");
    expect_text(changed, "a/x/y/b", "1");
    jc_pool_free(&pool);
}

/* A setting changes one place, also where two share a node. */
static void
test_setting_below_an_alias(void **state)
{
    struct jc_pool pool = { 0 };
    struct jc_error error;
    const struct jc_tree_node *root = parse(&pool, "a: &x {p: 1}\nb: *x\n", &file);

    (void) state;
    assert_int_equal(jc_tree_set(&pool, root, "b.p=2", "", &root, &error), 0);
    expect_text(root, "a/p", "1");
    expect_text(root, "b/p", "2");
    jc_pool_free(&pool);
}

static void
test_settings_that_are_wrong(void **state)
{
    static const struct {
        const char *setting;
        const char *message;
    } wrong[] = {
        { "a", "--set a: expected KEY.PATH=VALUE, for example --set defaults.hosting.pue=1.2" },
        { "=1", "--set =1: expected KEY.PATH=VALUE, for example --set defaults.hosting.pue=1.2" },
        { "a..b=1", "--set a..b=1: 'a..b' is not a path of keys" },
        { "a.=1", "--set a.=1: 'a.' is not a path of keys" },
        { "'a=1",
            "--set 'a=1: expected KEY.PATH=VALUE, for example --set defaults.hosting.pue=1.2" },
        { "'a'b=1", "--set 'a'b=1: ''a'b' is not a path of keys" },
        { "a.b.c=1", "--set a.b.c=1: 'c' is below a value, not a mapping" },
        { "a.b=", "--set a.b=: the value is missing" },
        { "a.b=[1", "--set a.b=[1: YAML: did not find expected ',' or ']'" },
    };
    struct jc_pool pool = { 0 };
    struct jc_error error;
    const struct jc_tree_node *changed;
    const struct jc_tree_node *root = parse(&pool, "a: {b: 1}\n", &file);

    (void) state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(jc_tree_set(&pool, root, wrong[i].setting, "", &changed, &error),
            JC_ERROR_SCENARIO);
        assert_string_equal(error.message, wrong[i].message);
    }
    jc_pool_free(&pool);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nodes_and_positions),
        cmocka_unit_test(test_mark_and_line_ends),
        cmocka_unit_test(test_aliases),
        cmocka_unit_test(test_syntax_errors),
        cmocka_unit_test(test_alias_bomb),
        cmocka_unit_test(test_depth_and_sizes),
        cmocka_unit_test(test_keys_are_counted),
        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_setting_below_an_alias),
        cmocka_unit_test(test_settings_that_are_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
