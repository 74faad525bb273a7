/* Serving configurations: what is accepted, every refusal, and which rows make a series. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/configurations.h"

#include "scratch.h"

#define HEADER                                                                         \
    "model,precision,gpu,gpus,parallelism,task,batch_size,output_tokens,tokens_per_s," \
    "gpu_power_kw,source\n"
#define ROW "A,fp8,H100,8,tp8,chat,16,300,446,3.4,s\n"

static void
read_configurations(struct jc_configurations *configurations, const char *text)
{
    struct jc_error error = { "" };

    scratch_write_text("c.csv", text);
    assert_int_equal(jc_configurations_read(configurations, "c.csv", &error), 0);
    assert_string_equal(error.message, "");
}

static void
refuse(const char *text, const char *message)
{
    struct jc_configurations configurations;
    struct jc_error error = { "" };

    scratch_write_text("c.csv", text);
    assert_int_equal(jc_configurations_read(&configurations, "c.csv", &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, message);
    assert_null(configurations.row);
    assert_int_equal(configurations.n_rows, 0);
}

static void
test_read(void **state)
{
    struct jc_configurations configurations;
    const struct jc_configuration *row;

    (void) state;
    read_configurations(&configurations,
        "source,note,gpu_power_kw,tokens_per_s,output_tokens,batch_size,task,parallelism,gpus,gpu,"
        "precision,model\n"
        "\"paper, p. 3\",,3.26,233.25,366.5,7.95,chat,tp8,8,H100,fp8,A\n"
        "s,x,0.5,1e3,1,1,reasoning,ep2,2,B200,bfloat16,B\n");
    assert_int_equal(configurations.n_rows, 2);
    row = configurations.row;
    assert_string_equal(row[0].model, "A");
    assert_string_equal(row[0].precision, "fp8");
    assert_string_equal(row[0].gpu, "H100");
    assert_true(row[0].gpus == 8);
    assert_string_equal(row[0].parallelism, "tp8");
    assert_string_equal(row[0].task, "chat");
    assert_true(row[0].batch_size == 7.95);
    assert_true(row[0].output_tokens == 366.5);
    assert_true(row[0].tokens_per_s == 233.25);
    assert_true(row[0].gpu_power_kw == 3.26);
    assert_string_equal(row[0].source, "paper, p. 3");
    assert_string_equal(row[1].model, "B");
    assert_true(row[1].tokens_per_s == 1000);
    jc_configurations_free(&configurations);
    assert_null(configurations.row);
}

static void
test_refused(void **state)
{
    struct jc_configurations configurations;
    struct jc_error error = { "" };

    (void) state;
    refuse("", "c.csv: the table is empty");
    refuse(HEADER, "c.csv: a header without rows");
    refuse("model,precision,gpu\nA,fp8,H100\n", "c.csv:1: column 'parallelism' is missing");
    refuse(HEADER ROW "A,fp8,H100,8,tp8,chat,16,300,446,3.4\n",
        "c.csv:3: 10 fields, expected 11 as in the header");
    refuse(HEADER ROW ",fp8,H100,8,tp8,chat,16,300,446,3.4,s\n",
        "c.csv:3: model: the field is empty");
    refuse(HEADER "A,fp8,,8,tp8,chat,16,300,446,3.4,s\n", "c.csv:2: gpu: the field is empty");
    refuse(HEADER "A,fp8,H100,8,tp8,chat,16,300,446,3.4,\n", "c.csv:2: source: the field is empty");
    refuse(HEADER "A,fp8,H100,7.5,tp8,chat,16,300,446,3.4,s\n",
        "c.csv:2: gpus: 7.5 is not a whole number");
    refuse(HEADER "A,fp8,H100,0,tp8,chat,16,300,446,3.4,s\n",
        "c.csv:2: gpus: a number greater than 0 is needed");
    refuse(HEADER "A,fp8,H100,8,tp8,chat,,300,446,3.4,s\n",
        "c.csv:2: batch_size: a number greater than 0 is needed");
    refuse(HEADER "A,fp8,H100,8,tp8,chat,16,-1,446,3.4,s\n",
        "c.csv:2: output_tokens: a number greater than 0 is needed");
    refuse(HEADER "A,fp8,H100,8,tp8,chat,16,300,fast,3.4,s\n",
        "c.csv:2: tokens_per_s: 'fast' is not a finite number");
    refuse(HEADER "A,fp8,H100,8,tp8,chat,16,300,446,inf,s\n",
        "c.csv:2: gpu_power_kw: 'inf' is not a finite number");
    assert_int_equal(jc_configurations_read(&configurations, "none.csv", &error), JC_ERROR_IO);
    assert_string_equal(error.message, "none.csv: cannot open: No such file or directory");
}

static const char several[] = HEADER "A,fp8,H100,8,tp8,chat,64,300,3,4,p\n"
                                     "A,fp8,H100,4,tp4,chat,8,300,1,2,q\n"
                                     "A,fp8,H100,8,tp8,chat,8,300,1,3,r\n"
                                     "B,mxfp4,B200,1,tp1,reasoning,8,900,1,3,s\n"
                                     "A,fp8,H100,8,tp8,chat,16,300,2,3,t\n"
                                     "A,bfloat16,B200,8,ep8,chat,8,300,2,3,u\n";

static void
expect_selected(const struct jc_configuration_choice *choice, const char *sources)
{
    struct jc_configurations all, selected;
    struct jc_error error = { "" };
    char found[32] = "";
    size_t j;

    read_configurations(&all, several);
    assert_int_equal(jc_configurations_select(&all, choice, &selected, &error), 0);
    for (j = 0; j < selected.n_rows; j++) {
        strcat(found, selected.row[j].source);
    }
    assert_string_equal(found, sources);
    jc_configurations_free(&selected);
    jc_configurations_free(&all);
}

/* By ascending batch size, equal ones in the order of the file. */
static void
test_select(void **state)
{
    (void) state;
    expect_selected(&(struct jc_configuration_choice){ 0 }, "qrsutp");
    expect_selected(&(struct jc_configuration_choice){ .model = "A" }, "qrutp");
    expect_selected(&(struct jc_configuration_choice){ .model = "A", .gpus = 8 }, "rutp");
    expect_selected(&(struct jc_configuration_choice){ .parallelism = "tp8" }, "rtp");
    expect_selected(&(struct jc_configuration_choice){ .precision = "bfloat16" }, "u");
    expect_selected(&(struct jc_configuration_choice){ .gpu = "B200", .task = "chat" }, "u");
    expect_selected(&(struct jc_configuration_choice){ .task = "reasoning" }, "s");
    expect_selected(&(struct jc_configuration_choice){ .model = "a" }, "");
}

/* What is said of the rows that a choice takes from a table; NULL: they are a series. */
static void
expect_series(const char *text, const struct jc_configuration_choice *choice, const char *message)
{
    struct jc_configurations all, selected;
    struct jc_error error = { "" };
    int ret;

    read_configurations(&all, text);
    assert_int_equal(jc_configurations_select(&all, choice, &selected, &error), 0);
    ret = jc_configurations_check_series(&selected, &error);
    assert_int_equal(ret, message == NULL ? 0 : JC_ERROR_INPUT);
    assert_string_equal(error.message, message == NULL ? "" : message);
    jc_configurations_free(&selected);
    jc_configurations_free(&all);
}

static void
test_series(void **state)
{
    const struct jc_configuration_choice any = { 0 };

    (void) state;
    expect_series(several, &(struct jc_configuration_choice){ .parallelism = "tp8" }, NULL);
    expect_series(several, &any, "the configurations differ in model (A, B): choose one");
    expect_series(several, &(struct jc_configuration_choice){ .model = "A" },
        "the configurations differ in precision (fp8, bfloat16): choose one");
    expect_series(several, &(struct jc_configuration_choice){ .precision = "fp8" },
        "the configurations differ in gpus (4, 8): choose one");
    expect_series(several, &(struct jc_configuration_choice){ .model = "B" },
        "1 configuration: a curve over the batch size needs at least 2");
    expect_series(several, &(struct jc_configuration_choice){ .model = "C" },
        "0 configurations: a curve over the batch size needs at least 2");
    expect_series(HEADER ROW "A,fp8,B200,8,tp8,chat,17,300,446,3.4,s\n", &any,
        "the configurations differ in gpu (H100, B200): choose one");
    expect_series(HEADER ROW "A,fp8,H100,8,ep8,chat,17,300,446,3.4,s\n", &any,
        "the configurations differ in parallelism (tp8, ep8): choose one");
    expect_series(HEADER ROW "A,fp8,H100,8,tp8,reasoning,17,300,446,3.4,s\n"
                             "A,fp8,H100,8,tp8,chat,18,300,446,3.4,s\n"
                             "A,fp8,H100,8,tp8,completion,19,300,446,3.4,s\n",
        &any, "the configurations differ in task (chat, reasoning, completion): choose one");
    expect_series(HEADER ROW "A,fp8,H100,8,tp8,chat,15.5,300,446,3.4,s\n" ROW, &any,
        "two configurations have the batch size 16");
}

/* Every series of the shipped table is one, and its text is complete. */
static void
test_shipped(void **state)
{
    struct jc_configurations all, series;
    struct jc_configuration_choice choice;
    struct jc_error error = { "" };
    const struct jc_configuration *row;
    size_t j;

    (void) state;
    assert_int_equal(jc_configurations_read(&all, JC_SOURCE_ROOT "/models/data/configurations.csv",
                         &error),
        0);
    assert_true(all.n_rows > 200);
    for (j = 0; j < all.n_rows; j++) {
        row = &all.row[j];
        choice = (struct jc_configuration_choice){ row->model, row->precision, row->gpu, row->gpus,
            row->parallelism, row->task };
        assert_int_equal(jc_configurations_select(&all, &choice, &series, &error), 0);
        assert_int_equal(jc_configurations_check_series(&series, &error), 0);
        jc_configurations_free(&series);
    }
    jc_configurations_free(&all);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_series),
        cmocka_unit_test(test_shipped),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
