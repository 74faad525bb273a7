/* Fleets in the result file: written, read back, of an older format, and with something missing. */
#include "result_files.h"

#define DRAWS 4

static void
set_total(struct jc_fleet_total *total, double value)
{
    *total = (struct jc_fleet_total){ .known = true,
        .value = value,
        .error = value / 10,
        .noise = value / 100,
        .draw = calloc(DRAWS, sizeof(double)) };
    assert_non_null(total->draw);
    for (size_t k = 0; k < DRAWS; k++) {
        total->draw[k] = value * (1 + 0.1 * (double) k);
    }
}

static void
set_component(struct jc_fleet_component *one, const char *kind, const char *name, double value)
{
    set_text(&one->kind, kind);
    set_text(&one->name, name);
    set_text(&one->label, name);
    for (size_t t = 0; t < JC_FLEET_TOTALS; t++) {
        one->value[t] = t == JC_FLEET_WATER ? NAN : value + (double) t;
        for (size_t k = 0; k < JC_BAND_RANKS; k++) {
            one->band[t].value[k] = t == JC_FLEET_WATER ? NAN : value * (double) k;
            one->band[t].lower[k] = one->band[t].value[k] - 1;
            one->band[t].upper[k] = one->band[t].value[k] + 1;
        }
    }
}

static void
set_fleet(struct jc_fleet_result *fleet, const char *name, double value)
{
    static const double quantile[3] = { 1, 2, 3 };
    struct jc_error error;

    set_text(&fleet->name, name);
    set_text(&fleet->label, "a fleet");
    fleet->days = 2;
    fleet->queries = 10;
    fleet->busiest_day = 6;
    fleet->peak_to_average = 1.5;
    fleet->load = 0.5;
    for (size_t t = 0; t < JC_FLEET_TOTALS; t++) {
        set_total(&fleet->total[t], value + (double) t);
    }
    free(fleet->total[JC_FLEET_WATER].draw);
    fleet->total[JC_FLEET_WATER] =
        (struct jc_fleet_total){ .value = NAN, .error = NAN, .noise = NAN };
    set_text(&fleet->total[JC_FLEET_WATER].missing, "a");
    fleet->query = (struct jc_fleet_query){ value, 2 * value, malloc(sizeof(quantile)) };
    assert_non_null(fleet->query.quantile);
    memcpy(fleet->query.quantile, quantile, sizeof(quantile));
    assert_int_equal(jc_fleet_alloc_components(fleet, 2, true, &error), 0);
    set_component(&fleet->component[0], "regime", "all", value);
    set_component(&fleet->component[1], "step", name, 2 * value);
    assert_int_equal(jc_fleet_alloc_equivalences(fleet, 1, &error), 0);
    set_text(&fleet->equivalence[0].name, "lamps");
    fleet->equivalence[0].number = 3 * value;
}

static int
enter(void **state)
{
    struct jc_fleets *fleets = &written.fleets;
    struct jc_error error;

    if (enter_with_results(state) != 0) {
        return -1;
    }
    assert_int_equal(jc_fleets_alloc(fleets, 2, 1, 1, &error), 0);
    fleets->n_draws = DRAWS;
    set_fleet(&fleets->fleet[0], "z", 5);
    set_fleet(&fleets->fleet[1], "b", 7);
    set_text(&fleets->reference[0].name, "site");
    set_text(&fleets->reference[0].label, "A site");
    set_text(&fleets->reference[0].source, "");
    fleets->reference[0].energy_per_day = 0.576;
    set_text(&fleets->waterfall[0].name, "steps");
    set_text(&fleets->waterfall[0].label, "From b to z");
    assert_int_equal(jc_waterfall_alloc(&fleets->waterfall[0], 2, &error), 0);
    fleets->waterfall[0].fleet_index[0] = 1;
    fleets->waterfall[0].fleet_index[1] = 0;
    write_results("whole.h5", &written);
    return 0;
}

static void
same_fleet(const struct jc_fleet_result *a, const struct jc_fleet_result *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->label, b->label);
    assert_true(a->days == b->days && a->queries == b->queries && a->busiest_day == b->busiest_day);
    assert_true(a->peak_to_average == b->peak_to_average && a->load == b->load);
    for (size_t t = 0; t < JC_FLEET_TOTALS; t++) {
        assert_int_equal(a->total[t].known, b->total[t].known);
        if (a->total[t].known) {
            assert_true(a->total[t].value == b->total[t].value);
            assert_true(a->total[t].error == b->total[t].error);
            assert_true(a->total[t].noise == b->total[t].noise);
            assert_memory_equal(a->total[t].draw, b->total[t].draw, DRAWS * sizeof(double));
            assert_null(b->total[t].missing);
        } else {
            assert_true(isnan(b->total[t].value));
            assert_string_equal(b->total[t].missing, "a");
        }
    }
    assert_true(a->query.mean == b->query.mean && a->query.sd == b->query.sd);
    assert_memory_equal(a->query.quantile, b->query.quantile, 3 * sizeof(double));
    assert_int_equal(a->n_components, b->n_components);
    for (size_t k = 0; k < a->n_components; k++) {
        assert_string_equal(a->component[k].kind, b->component[k].kind);
        assert_string_equal(a->component[k].name, b->component[k].name);
        assert_memory_equal(a->component[k].value, b->component[k].value, sizeof(double));
        assert_memory_equal(&a->component[k].band[JC_FLEET_CARBON],
            &b->component[k].band[JC_FLEET_CARBON], sizeof(struct jc_band));
    }
    assert_int_equal(b->n_equivalences, 1);
    assert_true(a->equivalence[0].number == b->equivalence[0].number);
}

static void
test_round_trip(void **state)
{
    struct jc_results read;
    struct jc_error error = { "" };

    (void) state;
    assert_int_equal(jc_file_read_results("whole.h5", &read, &error), 0);
    assert_int_equal(read.fleets.n, 2);
    assert_int_equal(read.fleets.n_draws, DRAWS);
    same_fleet(&written.fleets.fleet[0], &read.fleets.fleet[0]);
    same_fleet(&written.fleets.fleet[1], &read.fleets.fleet[1]);
    assert_int_equal(read.fleets.n_references, 1);
    assert_string_equal(read.fleets.reference[0].label, "A site");
    assert_true(read.fleets.reference[0].energy_per_day == 0.576);
    assert_int_equal(read.fleets.n_waterfalls, 1);
    assert_string_equal(read.fleets.waterfall[0].label, "From b to z");
    assert_int_equal(read.fleets.waterfall[0].fleet_index[0], 1);
    jc_results_free(&read);
}

static hid_t
open_copy(void)
{
    hid_t file;

    copy_file("whole.h5", "f.h5");
    file = H5Fopen("f.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static void
complete(hid_t file)
{
    assert_int_equal(recomplete(file, "f.h5"), 0);
}

struct members {
    size_t n;
    char name[512][64];
};

static herr_t
collect(hid_t group, const char *name, const H5L_info_t *info, void *context)
{
    struct members *members = context;

    (void) group;
    (void) info;
    assert_true(members->n < 512 && strlen(name) < 64);
    (void) strcpy(members->name[members->n++], name);
    return 0;
}

/* Whatever is taken away: it is told, or was not needed, and nothing is left behind. */
static void
test_missing(void **state)
{
    static struct members members;
    struct jc_results read;
    struct jc_error error;
    const long before = open_identifiers();
    size_t refused = 0;
    size_t k;
    int ret;
    hid_t file = open_copy();
    hid_t fleet = H5Gopen2(file, "fleet", H5P_DEFAULT);

    (void) state;
    assert_true(H5Lvisit(fleet, H5_INDEX_NAME, H5_ITER_INC, collect, &members) >= 0);
    (void) H5Gclose(fleet);
    complete(file);
    assert_true(members.n > 80);
    for (k = 0; k < members.n; k++) {
        file = open_copy();
        fleet = H5Gopen2(file, "fleet", H5P_DEFAULT);
        assert_true(H5Ldelete(fleet, members.name[k], H5P_DEFAULT) >= 0);
        (void) H5Gclose(fleet);
        complete(file);
        ret = jc_file_read_results("f.h5", &read, &error);
        assert_true(ret == 0 || ret == JC_ERROR_FORMAT);
        assert_true(ret != 0 || strcmp(members.name[k], "energy") != 0);
        refused += ret != 0;
        if (ret == 0) {
            jc_results_free(&read);
        }
    }
    assert_true(refused > 30);
    assert_int_equal(open_identifiers(), before);
}

/* Numbers of other units are not taken for those of this program. */
static void
test_units(void **state)
{
    struct jc_error error;
    hid_t file = open_copy();
    hid_t dataset = H5Dopen2(file, "summary/cases/energy", H5P_DEFAULT);

    (void) state;
    assert_true(H5Adelete(dataset, "units") >= 0);
    assert_int_equal(jc_h5_set_text(dataset, "units", "J", &error), 0);
    (void) H5Dclose(dataset);
    complete(file);
    error = (struct jc_error){ "" };
    assert_int_equal(jc_file_read_results("f.h5", &(struct jc_results){ 0 }, &error),
        JC_ERROR_FORMAT);
    assert_string_equal(error.message, "f.h5: energy is in 'J', this program reads 'W h'");
}

/* Draw by draw, in days that differ. */
static void
test_comparison(void **state)
{
    struct jc_fleet_comparison one;
    struct jc_error error;

    (void) state;
    assert_int_equal(jc_fleet_compare(&written.fleets, 1, 0, JC_FLEET_ENERGY_PER_DAY, &one, &error),
        1);
    assert_true(fabs(one.difference - 1e-3) < 1e-15 && fabs(one.ratio - 1.4) < 1e-15);
    assert_true(fabs(one.ratio_band.value[0] - 1.4) < 1e-12);
    assert_true(fabs(one.difference_band.value[2] - 1.15e-3) < 1e-12);
    assert_int_equal(jc_fleet_compare(&written.fleets, 1, 0, JC_FLEET_WATER_PER_DAY, &one, &error),
        0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_comparison),
    };

    return cmocka_run_group_tests(tests, enter, leave_results);
}
