/*
 * What /records has of records with replicates: replicates(record), 0 for the others, mean_error(record) and
 * cdf_error(record, rank). A file without any such record does not have them.
 */
#include "results/file.h"

#include <math.h>
#include <stdlib.h>

#include "results/h5.h"
#include "results/precision.h"

#define RANKS ((size_t) JC_PRECISION_RANKS)

/* The columns. */
struct errors {
    uint64_t *replicates; /* [n_records] */
    double *mean;         /* [n_records] NAN without replicates */
    double *cdf;          /* [n_records][RANKS] */
    double *rank;         /* [RANKS] as read */
};

static void
errors_free(struct errors *self)
{
    free(self->replicates);
    free(self->mean);
    free(self->cdf);
    free(self->rank);
}

static int
errors_fill(struct errors *self, size_t n_records, const struct jc_record *const *record,
    struct jc_error *error)
{
    const struct jc_precision *precision;
    size_t j, k;

    self->replicates = calloc(n_records, sizeof(*self->replicates));
    self->mean = calloc(n_records, sizeof(*self->mean));
    self->cdf = calloc(n_records * RANKS, sizeof(*self->cdf));
    if (self->replicates == NULL || self->mean == NULL || self->cdf == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < n_records; j++) {
        precision = record[j]->precision;
        self->replicates[j] = precision != NULL ? precision->replicates : 0;
        self->mean[j] = precision != NULL ? precision->mean : NAN;
        for (k = 0; k < RANKS; k++) {
            self->cdf[j * RANKS + k] = precision != NULL ? precision->cdf[k] : NAN;
        }
    }
    return 0;
}

static int
errors_write(const struct errors *self, hid_t group, size_t n_records, struct jc_error *error)
{
    static const char *const dimension[2] = { "record", "rank" };
    const hsize_t length[2] = { n_records, RANKS };
    int ret = jc_h5_write_coordinate(group, "rank", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, RANKS,
        jc_precision_rank, "1", "probability", error);

    ret = ret != 0
        ? ret
        : jc_h5_write_variable(group, "replicates", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, dimension,
            length, self->replicates, "1", "replicates that the errors are from", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_variable(group, "mean_error", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, dimension,
            length, self->mean, NULL, "standard error of the mean, from replicates", error);
    return ret != 0
        ? ret
        : jc_h5_write_variable(group, "cdf_error", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2, dimension,
            length, self->cdf, "1",
            "standard error of the share of values up to a quantile, from replicates", error);
}

int
jc_file_write_precision(hid_t group, size_t n_records, const struct jc_record *const *record,
    struct jc_error *error)
{
    struct errors errors = { 0 };
    bool any = false;
    size_t j;
    int ret;

    for (j = 0; j < n_records; j++) {
        any |= record[j]->precision != NULL;
    }
    if (!any) {
        return 0;
    }
    ret = errors_fill(&errors, n_records, record, error);
    ret = ret != 0 ? ret : errors_write(&errors, group, n_records, error);
    errors_free(&errors);
    return ret;
}

static int
malformed(struct jc_error *error)
{
    return jc_fail(error, JC_ERROR_FORMAT, "group 'records': errors that no replicates give");
}

static int
errors_read(struct errors *self, hid_t group, size_t n_records, struct jc_error *error)
{
    size_t n[4] = { 0 };
    size_t k;
    int ret = jc_h5_read_numbers(group, "replicates", H5T_INTEGER, H5T_NATIVE_UINT64,
        sizeof(uint64_t), (void **) &self->replicates, &n[0], error);

    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(group, "mean_error", H5T_FLOAT, H5T_NATIVE_DOUBLE,
                       sizeof(double), (void **) &self->mean, &n[1], error);
    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(group, "cdf_error", H5T_FLOAT, H5T_NATIVE_DOUBLE,
                       sizeof(double), (void **) &self->cdf, &n[2], error);
    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(group, "rank", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double),
                       (void **) &self->rank, &n[3], error);
    if (ret == 0
        && (n[0] != n_records || n[1] != n_records || n[2] != n_records * RANKS || n[3] != RANKS)) {
        ret = malformed(error);
    }
    for (k = 0; ret == 0 && k < RANKS; k++) {
        ret = self->rank[k] != jc_precision_rank[k] ? malformed(error) : 0;
    }
    return ret;
}

static int
take_precision(const struct errors *errors, size_t row, struct jc_record *record,
    struct jc_error *error)
{
    const double *cdf = errors->cdf + row * RANKS;
    struct jc_precision *precision;
    bool sound = errors->replicates[row] >= 2 && errors->replicates[row] <= JC_PRECISION_REPLICATES
        && errors->mean[row] >= 0 && isfinite(errors->mean[row]);
    size_t k;

    if (errors->replicates[row] == 0) {
        return 0;
    }
    for (k = 0; k < RANKS; k++) {
        sound &= cdf[k] >= 0 && cdf[k] <= 1;
    }
    if (!sound) {
        return malformed(error);
    }
    precision = calloc(1, sizeof(*precision));
    if (precision == NULL) {
        return jc_fail_memory(error);
    }
    precision->replicates = errors->replicates[row];
    precision->mean = errors->mean[row];
    for (k = 0; k < RANKS; k++) {
        precision->cdf[k] = cdf[k];
    }
    record->precision = precision;
    return 0;
}

int
jc_file_read_precision(hid_t group, size_t n_records, struct jc_record *const *record,
    struct jc_error *error)
{
    struct errors errors = { 0 };
    size_t j;
    int ret;

    if (H5Lexists(group, "replicates", H5P_DEFAULT) <= 0) {
        return 0;
    }
    ret = errors_read(&errors, group, n_records, error);
    for (j = 0; ret == 0 && j < n_records; j++) {
        ret = take_precision(&errors, j, record[j], error);
    }
    errors_free(&errors);
    return ret;
}
