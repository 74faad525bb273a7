#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "engine/assumptions.h"
#include "engine/cli/cli.h"
#include "results/file.h"
#include "results/provenance.h"
#include "results/report/report.h"

/* What is read of a file for its report. */
struct sources {
    struct jc_results results;
    struct jc_scenario scenario;
    struct jc_report_study study;
    struct jc_provenance_facts facts;
    struct jc_text scenario_text;
};

/* What the study takes as given. A fleet of result files, whose resolved scenario begins a line with this key, takes
 * what they hold, and that is told by their own reports. */
static int
read_study(const char *path, struct sources *self, struct jc_error *error)
{
    int ret;

    if (strstr(self->scenario_text.bytes, "\nresults:") != NULL) {
        return 0;
    }
    ret = jc_cli_load_stored(path, &self->scenario, error);
    return ret != 0 ? ret : jc_assumptions_of(&self->scenario, &self->study, error);
}

static int
write_page(const struct jc_cli_options *options, const struct sources *sources, const char *path,
    struct jc_error *error)
{
    const struct jc_report report = { .results = &sources->results,
        .study = &sources->study,
        .facts = &sources->facts,
        .scenario_text = sources->scenario_text.bytes,
        .pictures = !options->no_pictures };
    struct jc_text page = { 0 };
    struct jc_error inner = { "" };
    int ret = jc_report_html(&report, &page, &inner);

    if (ret != 0) {
        ret = jc_fail(error, ret, "%.950s%s", inner.message,
            ret == JC_ERROR_IO ? "; --no-pictures does without" : "");
    }
    ret = ret != 0 ? ret : jc_write_complete(path, &page, options->force, error);
    jc_text_free(&page);
    if (ret == 0) {
        (void) printf("report: %s\n", path);
    }
    return ret;
}

/* *path becomes that of the report: the name of the file with .html, in this folder. */
static int
path_of(const struct jc_cli_options *options, char **path, struct jc_error *error)
{
    const char *slash = strrchr(options->file, '/');
    const char *name = slash != NULL ? slash + 1 : options->file;
    const char *end = strrchr(name + (name[0] == '.'), '.');

    if (options->output != NULL) {
        return jc_string_set(path, options->output, error);
    }
    if (asprintf(path, "%.*s.html", end != NULL ? (int) (end - name) : (int) strlen(name), name)
        < 0) {
        *path = NULL;
        return jc_fail_memory(error);
    }
    return 0;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct sources sources = { .study = { .n_texts = 0 } };
    char *path = NULL;
    int ret = jc_file_read_results(options->file, &sources.results, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_provenance_of(options->file, &sources.facts, &sources.scenario_text, error);
    ret = ret != 0 ? ret : read_study(options->file, &sources, error);
    ret = ret != 0 ? ret : path_of(options, &path, error);
    ret = ret != 0 ? ret : write_page(options, &sources, path, error);
    free(path);
    jc_report_study_free(&sources.study);
    jc_scenario_free(&sources.scenario);
    jc_text_free(&sources.scenario_text);
    jc_provenance_facts_free(&sources.facts);
    jc_results_free(&sources.results);
    return ret;
}

const struct jc_cli_verb jc_cli_report = {
    .name = "report",
    .purpose = "write a report of a result file: one HTML page that stands alone",
    .operand = "FILE",
    .accepts = JC_CLI_REPORT,
    .example = "joulecast report energy.h5 -o energy.html",
    .details =
        "The page has the question, the answer in one sentence, all tables with their intervals,\n"
        "pictures, what the study takes as given with its sources, and where the numbers are "
        "from.\n"
        "It has no script and loads nothing, so it can be mailed, printed and kept. Two reports "
        "of\n"
        "one file have the same bytes. Pictures are drawn by gnuplot; without it: --no-pictures.",
    .function = function,
};
