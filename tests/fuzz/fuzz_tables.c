/* CSV tables of measurements, of configurations, and of whatever else. */
#include <math.h>

#include "fuzz/harness.h"
#include "models/configurations.h"
#include "models/csv_table.h"
#include "models/measurements.h"
#include "models/throughput.h"

static void
fit(const struct jc_measurements *rows)
{
    struct jc_throughput_fit fit;
    struct jc_error error = { "" };
    int ret = jc_throughput_fit(&fit, rows, &error);

    harness_check_error(ret, &error);
    for (int j = 0; ret == 0 && j < JC_COEFFICIENTS; j++) {
        HARNESS_CHECK(isfinite(fit.coefficient[j]));
    }
    HARNESS_CHECK(ret != 0 || isfinite(fit.residual_sd) || fit.degrees_of_freedom == 0);
}

static void
read_measurements(const char *path)
{
    struct jc_measurements rows;
    struct jc_measurements selected;
    struct jc_error error = { "" };
    int ret = jc_measurements_read(&rows, path, &error);

    harness_check_error(ret, &error);
    if (ret != 0) {
        return;
    }
    HARNESS_CHECK(rows.n_rows > 0);
    fit(&rows);
    ret =
        jc_measurements_select(&rows, rows.row[0].model, rows.row[0].precision, &selected, &error);
    harness_check_error(ret, &error);
    HARNESS_CHECK(ret == 0 && selected.n_rows > 0);
    fit(&selected);
    jc_measurements_free(&selected);
    jc_measurements_free(&rows);
}

static void
read_configurations(const char *path)
{
    struct jc_configurations rows;
    struct jc_configurations selected;
    struct jc_configuration_choice choice;
    struct jc_error error = { "" };
    int ret = jc_configurations_read(&rows, path, &error);

    harness_check_error(ret, &error);
    if (ret != 0) {
        return;
    }
    HARNESS_CHECK(rows.n_rows > 0);
    choice = (struct jc_configuration_choice){ .model = rows.row[0].model, .gpu = rows.row[0].gpu };
    ret = jc_configurations_select(&rows, &choice, &selected, &error);
    HARNESS_CHECK(ret == 0 && selected.n_rows > 0);
    ret = jc_configurations_check_series(&selected, &error);
    harness_check_error(ret, &error);
    jc_configurations_free(&selected);
    jc_configurations_free(&rows);
}

static void
read_table(const char *path)
{
    struct jc_csv_table table;
    struct jc_error error = { "" };
    double value;
    int ret = jc_csv_table_read(&table, path, &error);

    harness_check_error(ret, &error);
    if (ret != 0) {
        return;
    }
    for (size_t j = 0; j < table.n_rows && ret == 0; j++) {
        for (size_t k = 0; k < table.n_columns && ret == 0; k++) {
            HARNESS_CHECK(jc_csv_table_text(&table, j, k) != NULL);
            ret = jc_csv_table_number(&table, j, k, &value, &error);
            harness_check_error(ret, &error);
            HARNESS_CHECK(ret != 0 || !isinf(value));
        }
    }
    jc_csv_table_free(&table);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = harness_file("input.csv", data, size);

    read_table(path);
    read_measurements(path);
    read_configurations(path);
    return 0;
}
