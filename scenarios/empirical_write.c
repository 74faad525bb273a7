#include "scenarios/empirical_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"

static void
put_count(struct jc_yaml_writer *writer, const char *key, uint64_t count)
{
    char text[32];

    (void) snprintf(text, sizeof(text), "%" PRIu64, count);
    jc_yaml_put_text(writer, key, text);
}

static void
put_marginals(struct jc_yaml_writer *writer, const struct jc_empirical *self)
{
    const struct jc_marginal *marginal;

    jc_yaml_put(writer, "variables");
    jc_yaml_open_map(writer, YAML_BLOCK_MAPPING_STYLE);
    for (size_t j = 0; j < self->n_marginals; j++) {
        marginal = &self->marginal[j];
        jc_yaml_put(writer, marginal->name);
        jc_yaml_open_map(writer, YAML_BLOCK_MAPPING_STYLE);
        jc_yaml_put_numbers(writer, "values", marginal->n_values, marginal->value);
        jc_yaml_put_numbers(writer, "weights", marginal->n_values, marginal->weight);
        jc_yaml_close_map(writer);
    }
    jc_yaml_close_map(writer);
}

/* Classes that are the values themselves are not written. */
static void
put_classes(struct jc_yaml_writer *writer, const char *key, const struct jc_empirical *self,
    size_t k)
{
    const struct jc_joint *joint = &self->joint;

    if (joint->n_classes[k] == self->marginal[joint->variable[k]].n_values) {
        return;
    }
    jc_yaml_put(writer, key);
    jc_yaml_open_list(writer, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t c = 0; c < joint->n_classes[k]; c++) {
        jc_yaml_put_number(writer, (double) joint->class_end[k][c]);
    }
    jc_yaml_close_list(writer);
}

static void
put_joint(struct jc_yaml_writer *writer, const struct jc_empirical *self)
{
    const struct jc_joint *joint = &self->joint;

    jc_yaml_put(writer, "joint");
    jc_yaml_open_map(writer, YAML_BLOCK_MAPPING_STYLE);
    jc_yaml_put(writer, "of");
    jc_yaml_open_list(writer, YAML_FLOW_SEQUENCE_STYLE);
    jc_yaml_put(writer, self->marginal[joint->variable[0]].name);
    jc_yaml_put(writer, self->marginal[joint->variable[1]].name);
    jc_yaml_close_list(writer);
    put_classes(writer, "first_classes", self, 0);
    put_classes(writer, "second_classes", self, 1);
    jc_yaml_put(writer, "cells");
    jc_yaml_open_list(writer, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t j = 0; j < joint->n_cells; j++) {
        jc_yaml_open_list(writer, YAML_FLOW_SEQUENCE_STYLE);
        jc_yaml_put_number(writer, (double) joint->cell[j].class[0] + 1);
        jc_yaml_put_number(writer, (double) joint->cell[j].class[1] + 1);
        jc_yaml_put_number(writer, joint->cell[j].weight);
        jc_yaml_close_list(writer);
    }
    jc_yaml_close_list(writer);
    jc_yaml_close_map(writer);
}

void
jc_empirical_put(struct jc_yaml_writer *writer, const struct jc_empirical *self)
{
    jc_yaml_put_text(writer, "title", self->title);
    jc_yaml_put_text(writer, "source", self->source);
    jc_yaml_put_text(writer, "licence", self->licence);
    jc_yaml_put_text(writer, "trace", self->trace);
    jc_yaml_put_text(writer, "sha256", self->sha256);
    put_count(writer, "rows_read", self->rows_read);
    put_count(writer, "rows_used", self->rows_used);
    jc_yaml_put(writer, "dropped");
    jc_yaml_open_map(writer, YAML_FLOW_MAPPING_STYLE);
    for (size_t j = 0; j < self->n_dropped; j++) {
        put_count(writer, self->dropped[j].reason, self->dropped[j].rows);
    }
    jc_yaml_close_map(writer);
    put_marginals(writer, self);
    if (self->joint.n_classes[0] > 0) {
        put_joint(writer, self);
    }
}

int
jc_empirical_write_file(const struct jc_empirical *self, const char *path, bool force,
    struct jc_error *error)
{
    struct jc_yaml_writer writer;
    struct jc_text text = { 0 };
    char version[16];
    int ret;

    (void) snprintf(version, sizeof(version), "%d", JC_EMPIRICAL_FILE_VERSION);
    (void) jc_yaml_begin(&writer, &text, error);
    jc_yaml_open_map(&writer, YAML_BLOCK_MAPPING_STYLE);
    jc_yaml_put_text(&writer, "joulecast_distribution", version);
    jc_empirical_put(&writer, self);
    jc_yaml_close_map(&writer);
    ret = jc_yaml_end(&writer);
    ret = ret != 0 ? ret : jc_write_complete(path, &text, force, error);
    jc_text_free(&text);
    return ret;
}
