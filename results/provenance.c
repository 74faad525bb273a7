#include "results/provenance.h"

#include <stdio.h>
#include <stdlib.h>

#include <cJSON.h>
#include <gsl/gsl_version.h>

#include "build_facts.h"
#include "results/file.h"
#include "results/h5.h"

const char *
jc_build_version(void)
{
    return JC_BUILD_VERSION;
}

const char *
jc_build_commit(void)
{
    return JC_BUILD_COMMIT;
}

const char *
jc_build_compiler(void)
{
    return JC_BUILD_COMPILER;
}

const char *
jc_build_flags(void)
{
    return JC_BUILD_FLAGS;
}

static int
write_libraries(hid_t group, struct jc_error *error)
{
    char text[128];
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;

    (void) H5get_libversion(&major, &minor, &release);
    (void) snprintf(text, sizeof(text), "HDF5 %u.%u.%u, GSL %s, cJSON %s", major, minor, release,
        gsl_version, cJSON_Version());
    return jc_h5_set_text(group, "libraries", text, error);
}

static int
write_attributes(const struct jc_provenance *self, hid_t group, struct jc_error *error)
{
    int ret = jc_h5_set_text(group, "software", "joulecast", error);

    ret = ret != 0 ? ret : jc_h5_set_text(group, "version", jc_build_version(), error);
    ret = ret != 0 ? ret : jc_h5_set_text(group, "commit", jc_build_commit(), error);
    ret = ret != 0 ? ret : jc_h5_set_text(group, "compiler", jc_build_compiler(), error);
    ret = ret != 0 ? ret : jc_h5_set_text(group, "flags", jc_build_flags(), error);
    ret = ret != 0 ? ret : write_libraries(group, error);
    ret = ret != 0 ? ret : jc_h5_set_texts(group, "inputs", self->n_inputs, self->input, error);
    ret = ret != 0
        ? ret
        : jc_h5_set_texts(group, "stream_labels", self->n_labels, self->stream_label, error);
    ret = ret != 0 ? ret : jc_h5_set_text(group, "simd", self->simd, error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(group, "threads", self->threads, error);
    ret = ret != 0 ? ret : jc_h5_set_text(group, "finished", self->finished, error);
    ret = ret != 0 ? ret : jc_h5_set_double(group, "draw_seconds", self->draw_seconds, error);
    return ret;
}

int
jc_provenance_write(const struct jc_provenance *self, hid_t file, struct jc_error *error)
{
    hid_t group = jc_h5_create_group(file, "provenance");
    hid_t type;
    int ret;

    if (group < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write", "provenance");
    }
    type = jc_h5_text_type();
    ret = jc_h5_write_variable(group, "scenario", type, type, 0, NULL, NULL, &self->scenario_text,
        NULL, "resolved scenario, defaults included, as YAML", error);
    if (ret == 0 && self->study_text != NULL) {
        ret = jc_h5_write_variable(group, "study", type, type, 0, NULL, NULL, &self->study_text,
            NULL, "study that it is one scenario of, its files merged, as YAML", error);
    }
    (void) H5Tclose(type);
    if (ret == 0) {
        ret = write_attributes(self, group, error);
    }
    (void) H5Gclose(group);
    return ret;
}

int
jc_provenance_read(hid_t file, struct jc_provenance_facts *facts, struct jc_error *error)
{
    const struct {
        const char *name;
        char **text;
    } texts[] = {
        { "software", &facts->software },
        { "version", &facts->version },
        { "commit", &facts->commit },
        { "compiler", &facts->compiler },
        { "flags", &facts->flags },
        { "libraries", &facts->libraries },
        { "simd", &facts->simd },
        { "finished", &facts->finished },
    };
    hid_t group;
    int ret;

    *facts = (struct jc_provenance_facts){ .threads = 0 };
    group = H5Gopen2(file, "provenance", H5P_DEFAULT);
    if (group < 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "group 'provenance' is missing");
    }
    ret = jc_h5_get_text(file, "completion", &facts->completion, error);
    for (size_t j = 0; ret == 0 && j < sizeof(texts) / sizeof(texts[0]); j++) {
        ret = jc_h5_get_text(group, texts[j].name, texts[j].text, error);
    }
    ret = ret != 0 ? ret : jc_h5_get_uint64(group, "threads", &facts->threads, error);
    ret = ret != 0 ? ret : jc_h5_get_double(group, "draw_seconds", &facts->draw_seconds, error);
    ret = ret != 0 ? ret : jc_h5_get_texts(group, "inputs", &facts->input, &facts->n_inputs, error);
    (void) H5Gclose(group);
    return ret;
}

struct origin {
    struct jc_provenance_facts *facts;
    struct jc_text *scenario;
};

static int
read_origin(hid_t file, void *context, struct jc_error *error)
{
    const struct origin *origin = context;
    int ret = jc_provenance_read(file, origin->facts, error);

    return ret != 0 || origin->scenario == NULL
        ? ret
        : jc_file_read_scenario(file, origin->scenario, error);
}

int
jc_provenance_of(const char *path, struct jc_provenance_facts *facts, struct jc_text *scenario,
    struct jc_error *error)
{
    struct origin origin = { facts, scenario };

    return jc_file_with(path, read_origin, &origin, error);
}

void
jc_provenance_facts_free(struct jc_provenance_facts *self)
{
    free(self->software);
    free(self->version);
    free(self->commit);
    free(self->compiler);
    free(self->flags);
    free(self->libraries);
    free(self->simd);
    free(self->finished);
    free(self->completion);
    jc_h5_free_texts(self->input, self->n_inputs);
    *self = (struct jc_provenance_facts){ .threads = 0 };
}
