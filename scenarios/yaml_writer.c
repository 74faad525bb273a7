#include "scenarios/yaml_writer.h"

#include <errno.h>
#include <string.h>

#include "scenarios/units.h"

static int
take(void *data, unsigned char *bytes, size_t size)
{
    struct jc_yaml_writer *self = data;

    self->ret = jc_text_append(self->text, self->error, "%.*s", (int) size, (const char *) bytes);
    return self->ret == 0;
}

/* Hands an event over; `made` says whether there was memory for it. */
static void
emit(struct jc_yaml_writer *self, yaml_event_t *event, int made)
{
    if (self->ret != 0) {
        if (made) {
            yaml_event_delete(event);
        }
    } else if (!made || (!yaml_emitter_emit(&self->yaml, event) && self->ret == 0)) {
        self->ret = jc_fail(self->error, JC_ERROR_INTERNAL, "cannot write YAML: %s",
            made && self->yaml.problem != NULL ? self->yaml.problem : "out of memory");
    }
}

static void
put_styled(struct jc_yaml_writer *self, const char *text, yaml_scalar_style_t style)
{
    yaml_event_t event;
    int made;

    errno = 0;
    made = yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *) text,
        (int) strlen(text), 1, 1, style);
    if (!made && self->ret == 0 && errno != ENOMEM) { /* the other reason that it can have */
        self->ret = jc_fail(self->error, JC_ERROR_SCENARIO,
            "'%.100s' cannot be written as YAML: it is not UTF-8", text);
    }
    emit(self, &event, made);
}

/* A text that would read as nothing (null, ~) is quoted, and one that is more than plain letters, whose
 * breaks only double quotes keep. libyaml quotes what else needs it. */
void
jc_yaml_put(struct jc_yaml_writer *self, const char *text)
{
    const struct jc_tree_node node = { .text = text, .plain = true };
    size_t i = 0;

    while (text[i] >= ' ' && text[i] <= '~') {
        i++;
    }
    put_styled(self, text,
        text[i] != '\0' || jc_tree_is_null(&node) ? YAML_DOUBLE_QUOTED_SCALAR_STYLE
                                                  : YAML_ANY_SCALAR_STYLE);
}

void
jc_yaml_put_number(struct jc_yaml_writer *self, double value)
{
    jc_yaml_put(self, jc_decimal(value).text);
}

void
jc_yaml_put_pair(struct jc_yaml_writer *self, const char *key, double value)
{
    jc_yaml_put(self, key);
    jc_yaml_put_number(self, value);
}

void
jc_yaml_put_text(struct jc_yaml_writer *self, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        jc_yaml_put(self, key);
        jc_yaml_put(self, text);
    }
}

void
jc_yaml_open_map(struct jc_yaml_writer *self, yaml_mapping_style_t style)
{
    yaml_event_t event;
    int made = yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, style);

    emit(self, &event, made);
}

void
jc_yaml_close_map(struct jc_yaml_writer *self)
{
    yaml_event_t event;
    int made = yaml_mapping_end_event_initialize(&event);

    emit(self, &event, made);
}

void
jc_yaml_open_list(struct jc_yaml_writer *self, yaml_sequence_style_t style)
{
    yaml_event_t event;
    int made = yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style);

    emit(self, &event, made);
}

void
jc_yaml_close_list(struct jc_yaml_writer *self)
{
    yaml_event_t event;
    int made = yaml_sequence_end_event_initialize(&event);

    emit(self, &event, made);
}

void
jc_yaml_put_node(struct jc_yaml_writer *self, const struct jc_tree_node *node,
    yaml_mapping_style_t style)
{
    const bool flow = style == YAML_FLOW_MAPPING_STYLE;
    const struct jc_tree_item *item;

    if (node->kind == JC_TREE_SCALAR) {
        put_styled(self, jc_tree_is_null(node) ? "null" : node->text,
            node->plain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
        return;
    }
    if (node->kind == JC_TREE_MAP) {
        jc_yaml_open_map(self, style);
    } else {
        jc_yaml_open_list(self, flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE);
    }
    for (item = node->first; item != NULL; item = item->next) {
        if (node->kind == JC_TREE_MAP) {
            jc_yaml_put(self, item->key);
        }
        jc_yaml_put_node(self, item->value, style);
    }
    if (node->kind == JC_TREE_MAP) {
        jc_yaml_close_map(self);
    } else {
        jc_yaml_close_list(self);
    }
}

void
jc_yaml_put_numbers(struct jc_yaml_writer *self, const char *key, size_t n, const double *numbers)
{
    jc_yaml_put(self, key);
    jc_yaml_open_list(self, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t i = 0; i < n; i++) {
        jc_yaml_put_number(self, numbers[i]);
    }
    jc_yaml_close_list(self);
}

int
jc_yaml_begin(struct jc_yaml_writer *self, struct jc_text *text, struct jc_error *error)
{
    yaml_event_t event;
    int made;

    *self = (struct jc_yaml_writer){ .text = text, .error = error };
    if (!yaml_emitter_initialize(&self->yaml)) {
        self->ret = jc_fail_memory(error);
        return self->ret;
    }
    yaml_emitter_set_output(&self->yaml, take, self);
    yaml_emitter_set_width(&self->yaml, -1);
    yaml_emitter_set_unicode(&self->yaml, 1);
    made = yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
    emit(self, &event, made);
    made = yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1);
    emit(self, &event, made);
    return self->ret;
}

int
jc_yaml_end(struct jc_yaml_writer *self)
{
    yaml_event_t event;
    int made;

    made = yaml_document_end_event_initialize(&event, 1);
    emit(self, &event, made);
    made = yaml_stream_end_event_initialize(&event);
    emit(self, &event, made);
    yaml_emitter_delete(&self->yaml);
    return self->ret;
}
