#include "engine/resume.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/parts.h"
#include "engine/share.h"
#include "results/file.h"
#include "results/provenance.h"

#define SHOWN 160 /* bytes of a line that a message shows */

/* One line of a text, without its end. */
struct line {
    const char *text;
    int length;
    unsigned number;
};

static struct line
first_line(const char *text)
{
    return (struct line){ text, (int) strcspn(text, "\n"), 1 };
}

/* The next line; past the last one an empty one. */
static void
advance(struct line *self)
{
    self->text += self->length;
    self->text += *self->text == '\n';
    self->length = (int) strcspn(self->text, "\n");
    self->number++;
}

/* The one line that may differ; nothing that is nested begins in the first column. */
static bool
is_queries(const struct line *self)
{
    return strncmp(self->text, "queries:", 8) == 0;
}

static int
compare(const char *path, const char *stored, const char *ours, bool any_queries,
    struct jc_error *error)
{
    struct line there = first_line(stored);
    struct line here = first_line(ours);

    while (*there.text != '\0' || *here.text != '\0') {
        if (!(any_queries && is_queries(&there) && is_queries(&here))
            && (there.length != here.length
                || memcmp(there.text, here.text, (size_t) here.length) != 0)) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "%s: holds another scenario, from line %u of its resolved text on: '%.*s' there, "
                "'%.*s' here",
                path, there.number, there.length < SHOWN ? there.length : SHOWN, there.text,
                here.length < SHOWN ? here.length : SHOWN, here.text);
        }
        advance(&there);
        advance(&here);
    }
    return 0;
}

/* What the text does not tell: the program, and the content of tables and distributions. */
static int
check_origin(const char *path, const struct jc_provenance_facts *facts,
    const struct jc_scenario *scenario, struct jc_error *error)
{
    if (strcmp(facts->version, jc_build_version()) != 0
        || strcmp(facts->commit, jc_build_commit()) != 0) {
        return jc_fail(error, JC_ERROR_FORMAT,
            "%s: cannot go on from it: it was made by joulecast %s (%s), this is joulecast %s (%s)",
            path, facts->version, facts->commit, jc_build_version(), jc_build_commit());
    }
    for (size_t j = 0; j < scenario->n_inputs; j++) {
        const struct jc_input *input = &scenario->inputs[j];

        for (size_t k = 0; !input->is_scenario && k < facts->n_inputs; k++) {
            const char *name = strstr(facts->input[k], "  ");

            if (name != NULL && strcmp(name + 2, input->path) == 0
                && strncmp(facts->input[k], input->sha256, JC_SHA256_HEX - 1) != 0) {
                return jc_fail(error, JC_ERROR_SCENARIO,
                    "%s: cannot go on from it: %s was another when it was made", path, input->path);
            }
        }
    }
    return 0;
}

int
jc_resume_check(const char *path, const struct jc_scenario *scenario, bool any_queries,
    struct jc_error *error)
{
    struct jc_text stored = { 0 };
    struct jc_text ours = { 0 };
    struct jc_provenance_facts facts = { 0 };
    int ret = jc_provenance_of(path, &facts, &stored, error);

    ret = ret != 0 ? ret : jc_scenario_write(scenario, &ours, error);
    ret = ret != 0 ? ret : compare(path, stored.bytes, ours.bytes, any_queries, error);
    ret = ret != 0 ? ret : check_origin(path, &facts, scenario, error);
    jc_provenance_facts_free(&facts);
    jc_text_free(&stored);
    jc_text_free(&ours);
    return ret;
}

/* The samples of the longer file are packed as those of the shorter one. */
static int
open_samples(struct jc_resume *self, struct jc_run_options *options, struct jc_error *error)
{
    int ret = jc_samples_open(&self->samples, options->output, error);
    int level;

    if (ret != 0) {
        return ret;
    }
    level = jc_samples_deflate(self->samples);
    if (options->store.deflate > 0 && options->store.deflate != level) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "%s: its samples are compressed at level %d (0: not at all), not %d; without "
            "--compress they stay as they are",
            options->output, level, options->store.deflate);
    }
    options->store.deflate = level;
    return 0;
}

int
jc_resume_open(struct jc_resume *self, const char *path, const struct jc_scenario *scenario,
    const struct jc_run_options *options, struct jc_error *error)
{
    int ret;

    *self = (struct jc_resume){ 0 };
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return 0;
    }
    ret = jc_resume_check(path, scenario, true, error);
    if (options->store.force && (ret == JC_ERROR_SCENARIO || ret == JC_ERROR_FORMAT)) {
        return 0; /* it is to be replaced; there may be checkpoints of what is to replace it */
    }
    ret = ret != 0 ? ret : jc_file_read_results(path, &self->results, error);
    if (ret != 0) {
        return ret;
    }
    self->exists = true;
    if (self->results.n_cases == 0) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "%s: cannot go on from it: it is not of a run, but of an analysis", path);
    }
    if (scenario->replicates > 1) {
        self->afresh = "has points that are not random, of which a longer run has others";
    } else if (!self->results.has_whole) {
        return jc_fail(error, JC_ERROR_FORMAT, "%s: group 'whole_blocks' is missing", path);
    }
    if (self->results.n_cases != scenario->n_cases) {
        return jc_fail(error, JC_ERROR_FORMAT, "%s: its cases are not those of its scenario", path);
    }
    if (self->results.has_samples == options->summary_only) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            self->results.has_samples
                ? "%s: has samples, which --summary-only would leave out; resume without it"
                : "%s: has no samples; --summary-only resumes it",
            path);
    }
    return 0;
}

void
jc_resume_free(struct jc_resume *self)
{
    jc_samples_close(self->samples);
    if (self->exists) {
        jc_results_free(&self->results);
    }
    *self = (struct jc_resume){ 0 };
}

int
jc_resume_apply(struct jc_resume *self, struct jc_run_options *options, struct jc_error *error)
{
    int ret;

    if (!self->exists) {
        return 0;
    }
    options->store.force = true;
    if (self->afresh != NULL) {
        return 0;
    }
    ret = self->results.has_samples ? open_samples(self, options, error) : 0;
    options->before = &self->results;
    options->samples = self->samples;
    return ret;
}

static int
init_study(struct jc_shard_study *study, const struct jc_plan *plan,
    const struct jc_run_options *options, struct jc_error *error)
{
    const bool samples = !options->summary_only;

    return jc_shard_study_init(study, plan, samples, samples ? options->store.deflate : 0,
        options->n_tasks > 0 ? options->n_tasks : 1, error);
}

int
jc_resume_clear(const char *path, const struct jc_plan *plan, const struct jc_run_options *options,
    struct jc_error *error)
{
    struct jc_parts parts = { .n = 0 };
    struct jc_shard_study study;
    int ret = init_study(&study, plan, options, error);

    if (ret == 0 && jc_parts_find_checkpoints(&parts, path, &study, 1, NULL) == 0 && parts.n > 0) {
        ret = jc_checkpoints_clear(path, true, error);
    }
    jc_parts_free(&parts);
    jc_shard_study_free(&study);
    return ret;
}

int
jc_resume_task(const char *path, const struct jc_plan *plan, const struct jc_run_options *options,
    bool *is_done, struct jc_error *error)
{
    struct jc_parts parts = { .n = 0 };
    struct jc_shard_study study;
    int ret = init_study(&study, plan, options, error);

    *is_done = access(path, F_OK) == 0;
    if (ret == 0 && *is_done) {
        ret = jc_parts_read(&parts, path, NULL, error);
        ret = ret != 0 ? ret : jc_part_check(&parts.part[0], &study, options->task, error);
        ret = ret != 0 ? ret : jc_checkpoints_clear(path, true, error);
    }
    jc_parts_free(&parts);
    jc_shard_study_free(&study);
    return ret;
}
