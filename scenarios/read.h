/*
 * Reading a tree into a scenario: what the parts of the reader share. Everybody else wants scenario.h.
 *
 * Every function returns 0, JC_ERROR_SCENARIO with the position and the key, or what a file or the
 * memory gave.
 */
#ifndef JC_SCENARIOS_READ_H
#define JC_SCENARIOS_READ_H

#include "scenarios/field.h"
#include "scenarios/scenario.h"
#include "scenarios/shelf.h"
#include "scenarios/units.h"

struct jc_reader {
    struct jc_pool pool;
    struct jc_scenario *scenario;
    const char *data_directory; /* one or more, with colons between them */
    struct jc_shelf *shelf;     /* not owned */
    size_t n_values;            /* of the empirical distributions of all cases */
};

/* The values that a field may have. */
struct jc_range {
    enum jc_dimension dimension;
    bool positive;  /* greater than 0; else 0 or greater */
    double largest; /* of constants and of other bounded distributions */
};

/* A number or a distribution, all of whose draws are in the range. `self` is freed first. */
int jc_read_value(struct jc_reader *reader, const struct jc_field *field,
    const struct jc_range *range, struct jc_distribution *self, struct jc_error *error);

/* A distribution file that a field names. It becomes an input. */
int jc_read_distribution_file(struct jc_reader *reader, const struct jc_field *file,
    struct jc_empirical *self, struct jc_error *error);
/* The values of a marginal as they are. `self` is freed first. */
int jc_discrete_of_marginal(const struct jc_marginal *marginal, struct jc_distribution *self,
    struct jc_error *error);
/* The straight lines between known quantiles, as an interpolated distribution. */
int jc_read_quantiles(const struct jc_field *field, enum jc_dimension dimension,
    struct jc_distribution *self, struct jc_error *error);
/* What a distribution that has been read can draw is in the range. */
int jc_check_range(const struct jc_field *field, const struct jc_range *range,
    const struct jc_distribution *self, struct jc_error *error);
/* What `empirical:` names for one value: a column of a CSV file, or a variable of a distribution file. */
int jc_read_empirical(struct jc_reader *reader, const struct jc_field *field,
    struct jc_distribution *self, struct jc_error *error);

/* *path becomes the first file of that name, also with .csv or .yaml, beside the file that has the field and
 * in the data folders; `what` says in the error what was looked for. */
int jc_find_file(const struct jc_reader *reader, const struct jc_field *field, const char *what,
    const char *name, char **path, struct jc_error *error);
/* The same, and records the file as an input. */
int jc_find_input(struct jc_reader *reader, const struct jc_field *field, const char *what,
    const char *name, char **path, struct jc_error *error);

/* Fills the scenario from the whole tree; `path` gives it its name, if it has none of its own. */
int jc_read_scenario(struct jc_reader *reader, const char *path, const struct jc_field *root,
    struct jc_error *error);

/* The tree of the scenario file, with what it extends below it. The files become inputs. */
int jc_read_files(struct jc_reader *reader, const char *path, const struct jc_tree_node **root,
    struct jc_error *error);
/* Records a file and the digest of its bytes, once. */
int jc_add_input(struct jc_scenario *scenario, const char *path, const char *sha256,
    struct jc_error *error);
/* Checks `joulecast: 1`, the version of the language. */
int jc_read_version(const struct jc_field *root, struct jc_error *error);

/* Puts what `like: NAME` names, another item of the same section, below the item's own keys; its
 * mappings are merged down to `levels` of them. */
int jc_resolve_like(struct jc_reader *reader, struct jc_field *field, int levels,
    struct jc_error *error);

/* The cases, each over the defaults. `root` has been checked for unknown keys. */
int jc_read_cases(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error);
void jc_case_free(struct jc_case *self);
/* The two layers that `bands` asks for. */
int jc_read_bands(const struct jc_field *root, struct jc_scenario *self, struct jc_error *error);
/* The parts of a case, each from its section when it is there. */
int jc_read_workload(struct jc_reader *reader, const struct jc_field *field, struct jc_case *self,
    struct jc_error *error);
int jc_read_power(struct jc_reader *reader, const struct jc_field *field,
    struct jc_power_spec *self, struct jc_error *error);
int jc_check_power(const struct jc_field *field, const struct jc_case *self,
    struct jc_error *error);
int jc_read_interventions(struct jc_reader *reader, const struct jc_field *field,
    struct jc_case *self, struct jc_error *error);
int jc_read_correlations(const struct jc_field *field, struct jc_case *self,
    struct jc_error *error);
int jc_read_tags(const struct jc_field *field, struct jc_case *self, struct jc_error *error);
/* Rows of the project's tables by their name, or their numbers as a mapping. */
int jc_read_architecture(struct jc_reader *reader, const struct jc_field *field,
    struct jc_architecture *self, struct jc_error *error);
int jc_read_accelerator(struct jc_reader *reader, const struct jc_field *field,
    struct jc_accelerator *self, struct jc_error *error);
int jc_read_service_class(struct jc_reader *reader, const struct jc_field *field,
    struct jc_service_class *self, struct jc_error *error);
int jc_read_host(struct jc_reader *reader, const struct jc_field *field, struct jc_host *self,
    struct jc_error *error);
/* What a table does not have is the scenario's mistake; what is wrong with the table is its own. */
int jc_fail_lookup(const struct jc_field *field, int status, const struct jc_error *inner,
    struct jc_error *error);
/* The text at a key, when it is there. */
int jc_read_text(const struct jc_field *field, const char *key, char **text,
    struct jc_error *error);
/* PUE and footprint of the section `hosting`. */
int jc_read_hosting(struct jc_reader *reader, const struct jc_field *field, struct jc_case *self,
    struct jc_error *error);
/* How many of something, 1 when it is not said. */
int jc_read_number_of(const struct jc_field *field, const char *key, double *value,
    struct jc_error *error);
/* The configurations that a section `throughput` selects, from its own list or a table. */
int jc_read_configurations(struct jc_reader *reader, const struct jc_field *field,
    struct jc_throughput_spec *self, struct jc_error *error);
/* The forms that `alternatives` lists, each over the section's other keys. */
int jc_read_alternatives(struct jc_reader *reader, const struct jc_field *throughput,
    struct jc_case *self, struct jc_error *error);
/* A section `throughput` before it is read, and the end of one. */
struct jc_throughput_spec jc_throughput_spec_new(void);
void jc_throughput_spec_free(struct jc_throughput_spec *self);
#define JC_THROUGHPUT_EXAMPLE "throughput: {form: constant, tokens_per_s: 5200}"
/* The section `throughput` of a case; rows are read and selected when the case is complete, which
 * defaults are not. */
int jc_read_throughput(struct jc_reader *reader, const struct jc_field *field, bool complete,
    struct jc_throughput_spec *self, struct jc_error *error);
/* The rows of the list at `field`; without a model or precision of its own, a row has the section's. */
int jc_read_rows(const struct jc_field *field, struct jc_throughput_spec *self,
    struct jc_measurements *rows, struct jc_error *error);
/* The selected measurements of a complete section, from its table or its own list. */
int jc_read_measurements(struct jc_reader *reader, const struct jc_field *field,
    struct jc_throughput_spec *self, struct jc_error *error);
/* A number greater than 0. */
int jc_read_positive(const struct jc_field *field, enum jc_dimension dimension, double *value,
    struct jc_error *error);
/* The pathways, then the blends of cases that have been read. */
int jc_read_pathways(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error);
/* The sweep. */
int jc_read_sweep(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error);
/* The fleets of cases that have been read, references and waterfalls. */
int jc_read_fleets(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error);
/* The parts of a fleet: regimes, then demand, then overheads and interventions of these regimes. */
int jc_read_mix(struct jc_reader *reader, const struct jc_field *fleet, struct jc_fleet *self,
    struct jc_error *error);
int jc_read_demand(const struct jc_field *fleet, struct jc_fleet *self, struct jc_error *error);
int jc_read_factors(struct jc_reader *reader, const struct jc_field *fleet, struct jc_fleet *self,
    struct jc_error *error);
int jc_read_equivalences(struct jc_reader *reader, const struct jc_field *fleet,
    struct jc_fleet *self, struct jc_error *error);
/* jc_read_value of what a fleet has one of: a distribution is one unknown, and cannot vary per query. */
int jc_read_fleet_value(struct jc_reader *reader, const struct jc_field *field,
    const struct jc_range *range, struct jc_distribution *self, struct jc_error *error);
/* The least and the greatest value that can be drawn. Errors: JC_ERROR_INTERNAL. */
int jc_value_ends(const struct jc_distribution *value, double *low, double *high,
    struct jc_error *error);
/* Name, title, description, source; seed and queries; the probabilities of the summary. */
int jc_read_titles(const struct jc_field *root, const char *path, struct jc_scenario *self,
    struct jc_error *error);
int jc_read_counts(const struct jc_field *root, struct jc_scenario *self, struct jc_error *error);
int jc_read_probabilities(const struct jc_field *root, struct jc_scenario *self,
    struct jc_error *error);
int jc_read_blends(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error);

#endif
