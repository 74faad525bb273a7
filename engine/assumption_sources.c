#include "engine/assumptions.h"

/* A source of something of a name, where both are known. */
static int
cite(struct jc_report_study *study, const char *what, const char *name, const char *source,
    struct jc_error *error)
{
    struct jc_text text = { 0 };
    int ret = 0;

    if (source == NULL || source[0] == '\0') {
        return 0;
    }
    ret = jc_text_append(&text, error, "%s %s", what, name != NULL ? name : "");
    ret = ret != 0 ? ret : jc_report_cite(study, text.bytes, source, error);
    jc_text_free(&text);
    return ret;
}

static int
cite_throughput(const struct jc_throughput_spec *spec, struct jc_report_study *study,
    struct jc_error *error)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < spec->measurements.n_rows; i++) {
        ret = cite(study, "throughput of", spec->measurements.row[i].model,
            spec->measurements.row[i].source, error);
    }
    for (size_t i = 0; ret == 0 && i < spec->configurations.n_rows; i++) {
        ret = cite(study, "configuration of", spec->configurations.row[i].model,
            spec->configurations.row[i].source, error);
    }
    ret = ret != 0 ? ret
                   : cite(study, "architecture of", spec->architecture.model,
                       spec->architecture.source, error);
    return ret != 0
        ? ret
        : cite(study, "accelerator", spec->accelerator.name, spec->accelerator.source, error);
}

static int
cite_case(const struct jc_case *item, struct jc_report_study *study, struct jc_error *error)
{
    int ret = cite(study, "tokens:", item->joint.title, item->joint.source, error);

    ret = ret != 0 ? ret : cite_throughput(&item->throughput, study, error);
    for (size_t i = 0; ret == 0 && i < item->n_alternatives; i++) {
        ret = cite_throughput(&item->alternatives[i].throughput, study, error);
    }
    ret = ret != 0 ? ret
                   : cite(study, "architecture of", item->batch.architecture.model,
                       item->batch.architecture.source, error);
    ret = ret != 0 ? ret
                   : cite(study, "accelerator", item->batch.accelerator.name,
                       item->batch.accelerator.source, error);
    ret = ret != 0 ? ret
                   : cite(study, "class", item->power.service_class.name,
                       item->power.service_class.source, error);
    for (size_t i = 0; ret == 0 && i < item->n_interventions; i++) {
        ret = cite(study, "intervention", item->interventions[i].name,
            item->interventions[i].source, error);
    }
    return ret;
}

int
jc_sources_of(const struct jc_scenario *scenario, struct jc_report_study *study,
    struct jc_error *error)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < scenario->n_cases && scenario->n_sources == 0; i++) {
        ret = cite_case(&scenario->cases[i], study, error);
    }
    for (size_t i = 0; ret == 0 && i < scenario->n_references; i++) {
        ret = cite(study, "reference", scenario->references[i].label,
            scenario->references[i].source, error);
    }
    return ret;
}
