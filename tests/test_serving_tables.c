/* Architectures, accelerators and interventions: what is accepted, every refusal, and the facts of the
 * shipped tables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/accelerators.h"
#include "models/architectures.h"
#include "models/interventions.h"

#include "scratch.h"

#define DATA JC_SOURCE_ROOT "/models/data/"
#define ARCHITECTURES                                                               \
    "model,parameters,active_parameters,layers,attention_width,kv_bytes_per_token," \
    "bytes_per_parameter,source\n"
#define ACCELERATORS "accelerator,power_kw,peak_flops,memory_bytes,bandwidth_bytes_per_s,source\n"
#define INTERVENTIONS "name,factor,batch_size,source\n"

static void
refuse_architecture(const char *text, const char *message)
{
    struct jc_architecture architecture;
    struct jc_error error = { "" };

    scratch_write_text("t.csv", text);
    assert_int_equal(jc_architecture_read(&architecture, "t.csv", "A", &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, message);
    assert_null(architecture.model);
    assert_null(architecture.source);
}

static void
test_architectures(void **state)
{
    struct jc_architecture architecture;
    struct jc_error error = { "" };

    (void) state;
    scratch_write_text("t.csv",
        "note,source,bytes_per_parameter,kv_bytes_per_token,attention_width,layers,active_"
        "parameters,"
        "parameters,model\n,r,1,0,64,2,5,10,B\nx,s,2,131072,4096,32,8e9,8e9,A\n");
    assert_int_equal(jc_architecture_read(&architecture, "t.csv", "A", &error), 0);
    assert_string_equal(architecture.model, "A");
    assert_true(architecture.parameters == 8e9 && architecture.active_parameters == 8e9);
    assert_true(architecture.layers == 32 && architecture.attention_width == 4096);
    assert_true(architecture.kv_bytes_per_token == 131072);
    assert_true(architecture.bytes_per_parameter == 2);
    assert_string_equal(architecture.source, "s");
    jc_architecture_free(&architecture);
    assert_null(architecture.model);
    assert_int_equal(jc_architecture_read(&architecture, "t.csv", "B", &error), 0);
    assert_true(architecture.kv_bytes_per_token == 0);
    jc_architecture_free(&architecture);
    assert_int_equal(jc_architecture_read(&architecture, "none.csv", "A", &error), JC_ERROR_IO);
}

static void
test_refused_architectures(void **state)
{
    (void) state;
    refuse_architecture("name\nA\n", "t.csv:1: column 'model' is missing");
    refuse_architecture("model\nA\n", "t.csv:1: column 'kv_bytes_per_token' is missing");
    refuse_architecture(ARCHITECTURES "B,2,1,1,1,1,1,s\nC,2,1,1,1,1,1,s\nB,1,1,1,1,1,1,s\n",
        "t.csv: model: there is no 'A'; there are: 'B', 'C'");
    refuse_architecture(ARCHITECTURES "A,2,1,1,1,1,1,s\nB,2,1,1,1,1,1,s\nA,2,1,1,1,1,1,s\n",
        "t.csv:4: model: 'A' stands there twice");
    refuse_architecture(ARCHITECTURES "A,,1,1,1,1,1,s\n",
        "t.csv:2: parameters: a number greater than 0 is needed");
    refuse_architecture(ARCHITECTURES "A,2,0,1,1,1,1,s\n",
        "t.csv:2: active_parameters: a number greater than 0 is needed");
    refuse_architecture(ARCHITECTURES "A,2e9,3e9,1,1,1,1,s\n",
        "t.csv: active_parameters: 3e+09 of 'A' is more than all parameters, 2e+09");
    refuse_architecture(ARCHITECTURES "A,2,1,many,1,1,1,s\n",
        "t.csv:2: layers: 'many' is not a finite number");
    refuse_architecture(ARCHITECTURES "A,2,1,1,-1,1,1,s\n",
        "t.csv:2: attention_width: a number greater than 0 is needed");
    refuse_architecture(ARCHITECTURES "A,2,1,1,1,-1,1,s\n",
        "t.csv:2: kv_bytes_per_token: a number not less than 0 is needed");
    refuse_architecture(ARCHITECTURES "A,2,1,1,1,,1,s\n",
        "t.csv:2: kv_bytes_per_token: a number not less than 0 is needed");
    refuse_architecture(ARCHITECTURES "A,2,1,1,1,1,0,s\n",
        "t.csv:2: bytes_per_parameter: a number greater than 0 is needed");
    refuse_architecture(ARCHITECTURES "A,2,1,1,1,1,1,\n", "t.csv:2: source: the field is empty");
}

static void
refuse_accelerator(const char *text, const char *message)
{
    struct jc_accelerator accelerator;
    struct jc_error error = { "" };

    scratch_write_text("t.csv", text);
    assert_int_equal(jc_accelerator_read(&accelerator, "t.csv", "A", &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, message);
    assert_null(accelerator.name);
}

static void
test_accelerators(void **state)
{
    struct jc_accelerator accelerator;
    struct jc_error error = { "" };

    (void) state;
    scratch_write_text("t.csv", ACCELERATORS "B,1,1,1,1,r\nA,0.7,1e15,80e9,3.35e12,s\n");
    assert_int_equal(jc_accelerator_read(&accelerator, "t.csv", "A", &error), 0);
    assert_string_equal(accelerator.name, "A");
    assert_true(accelerator.power_kw == 0.7);
    assert_true(accelerator.peak_flops == 1e15);
    assert_true(accelerator.memory_bytes == 80e9);
    assert_true(accelerator.bandwidth_bytes_per_s == 3.35e12);
    assert_string_equal(accelerator.source, "s");
    jc_accelerator_free(&accelerator);
    assert_null(accelerator.source);
    refuse_accelerator(ACCELERATORS "B,1,1,1,1,s\n",
        "t.csv: accelerator: there is no 'A'; there are: 'B'");
    refuse_accelerator(ACCELERATORS "A,1,1,1,1,s\nA,1,1,1,1,s\n",
        "t.csv:3: accelerator: 'A' stands there twice");
    refuse_accelerator("accelerator,power_kw\nA,1\n", "t.csv:1: column 'peak_flops' is missing");
    refuse_accelerator(ACCELERATORS "A,0,1,1,1,s\n",
        "t.csv:2: power_kw: a number greater than 0 is needed");
    refuse_accelerator(ACCELERATORS "A,1,-1,1,1,s\n",
        "t.csv:2: peak_flops: a number greater than 0 is needed");
    refuse_accelerator(ACCELERATORS "A,1,1,80 GB,1,s\n",
        "t.csv:2: memory_bytes: '80 GB' is not a finite number");
    refuse_accelerator(ACCELERATORS "A,1,1,1,,s\n",
        "t.csv:2: bandwidth_bytes_per_s: a number greater than 0 is needed");
    refuse_accelerator(ACCELERATORS "A,1,1,1,1,\n", "t.csv:2: source: the field is empty");
}

static void
refuse_intervention(const char *text, const char *message)
{
    struct jc_intervention intervention;
    struct jc_error error = { "" };

    scratch_write_text("t.csv", text);
    assert_int_equal(jc_intervention_read(&intervention, "t.csv", "A", &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, message);
    assert_null(intervention.name);
    assert_int_equal(intervention.n_knots, 0);
}

static void
test_interventions(void **state)
{
    struct jc_intervention intervention;
    struct jc_error error = { "" };

    (void) state;
    scratch_write_text("t.csv",
        "source,batch_size,factor,name\nr,1,0.7,A\ns,,1.5,B\nt,16,0.75,A\nu,128,1.25,A\n");
    assert_int_equal(jc_intervention_read(&intervention, "t.csv", "A", &error), 0);
    assert_string_equal(intervention.name, "A");
    assert_string_equal(intervention.source, "r");
    assert_int_equal(intervention.n_knots, 3);
    assert_true(intervention.batch_size[0] == 1 && intervention.factor[0] == 0.7);
    assert_true(intervention.batch_size[1] == 16 && intervention.factor[1] == 0.75);
    assert_true(intervention.batch_size[2] == 128 && intervention.factor[2] == 1.25);
    jc_intervention_free(&intervention);
    assert_null(intervention.name);
    assert_int_equal(jc_intervention_read(&intervention, "t.csv", "B", &error), 0);
    assert_int_equal(intervention.n_knots, 1);
    assert_true(isnan(intervention.batch_size[0]) && intervention.factor[0] == 1.5);
    jc_intervention_free(&intervention);
}

static void
test_refused_interventions(void **state)
{
    char many[1024] = INTERVENTIONS;
    char row[32];
    int j;

    (void) state;
    refuse_intervention(INTERVENTIONS "B,1,,s\nC,1,1,s\nC,1,2,s\n",
        "t.csv: name: there is no 'A'; there are: 'B', 'C'");
    refuse_intervention("name,factor,source\nA,1,s\n", "t.csv:1: column 'batch_size' is missing");
    refuse_intervention("name,batch_size,source\nA,1,s\n", "t.csv:1: column 'factor' is missing");
    refuse_intervention(INTERVENTIONS "A,0,,s\n",
        "t.csv:2: factor: a number greater than 0 is needed");
    refuse_intervention(INTERVENTIONS "A,-29 %,,s\n",
        "t.csv:2: factor: '-29 %' is not a finite number");
    refuse_intervention(INTERVENTIONS "A,1,,\n", "t.csv:2: source: the field is empty");
    refuse_intervention(INTERVENTIONS "A,1,0,s\n", "t.csv:2: batch_size: 0 must be greater than 0");
    refuse_intervention(INTERVENTIONS "A,1,16,s\nB,1,,s\nA,1,8,s\n",
        "t.csv:4: batch_size: 8 must be greater than 16");
    refuse_intervention(INTERVENTIONS "A,1,16,s\nA,1,16,s\n",
        "t.csv:3: batch_size: 16 must be greater than 16");
    refuse_intervention(INTERVENTIONS "A,1,16,s\nA,1,,s\n",
        "t.csv:3: batch_size: 'A' has several rows, each needs a batch size");
    refuse_intervention(INTERVENTIONS "A,1,,s\nA,1,8,s\n",
        "t.csv:3: batch_size: 'A' has several rows, each needs a batch size");
    for (j = 1; j <= JC_INTERVENTION_KNOTS + 1; j++) {
        (void) snprintf(row, sizeof(row), "A,1,%d,s\n", j);
        strcat(many, row);
    }
    refuse_intervention(many, "t.csv:18: name: 'A' has more than 16 rows");
}

static double
shipped_factor(const char *name)
{
    struct jc_intervention intervention;
    struct jc_error error = { "" };
    double factor;

    assert_int_equal(jc_intervention_read(&intervention, DATA "interventions.csv", name, &error),
        0);
    factor = intervention.factor[0];
    assert_int_equal(intervention.n_knots, isnan(intervention.batch_size[0]) ? 1 : 3);
    jc_intervention_free(&intervention);
    return factor;
}

/* The savings of vLLM over PyTorch that Fernandez et al. print beside the factors. */
static void
test_shipped_interventions(void **state)
{
    (void) state;
    assert_true(shipped_factor("speculative-decoding") == 0.7086);
    assert_true(shipped_factor("tensor-parallel-4") == 1.5523);
    assert_true(shipped_factor("torch-compile-a100") == 0.701);
    assert_true(shipped_factor("cuda-graphs-a6000") == 0.9703);
    assert_true(
        fabs(1 - shipped_factor("vllm-burstgpt") / shipped_factor("pytorch-burstgpt") - 0.73)
        < 5e-5);
    assert_true(
        fabs(1 - shipped_factor("vllm-azure-code") / shipped_factor("pytorch-azure-code") - 0.3758)
        < 1e-4);
    assert_true(fabs(1
                    - shipped_factor("vllm-azure-conversation")
                        / shipped_factor("pytorch-azure-conversation")
                    - 0.7218)
        < 1e-4);
}

/* Keys and values in 16 bits: 2 tensors of `heads` heads of `width`, 2 bytes each, in every layer. */
static void
expect_architecture(const char *model, double layers, double heads, double width)
{
    struct jc_architecture architecture;
    struct jc_error error = { "" };

    assert_int_equal(jc_architecture_read(&architecture, DATA "architectures.csv", model, &error),
        0);
    assert_true(architecture.layers == layers);
    assert_true(architecture.kv_bytes_per_token == 2 * layers * heads * width * 2);
    jc_architecture_free(&architecture);
}

static void
test_shipped_hardware(void **state)
{
    struct jc_accelerator accelerator;
    struct jc_error error = { "" };

    (void) state;
    expect_architecture("Llama 3.1 8B", 32, 8, 128);
    expect_architecture("Llama 3.1 70B", 80, 8, 128);
    expect_architecture("Llama 3.3 70B", 80, 8, 128);
    expect_architecture("Llama 3.1 405B", 126, 8, 128);
    expect_architecture("Qwen3 235B A22B Instruct", 94, 4, 128);
    expect_architecture("Qwen3 235B A22B Thinking", 94, 4, 128);
    expect_architecture("gpt-oss-20b", 24, 8, 64);
    expect_architecture("gpt-oss-120b", 36, 8, 64);
    expect_architecture("DeepSeek-R1 671B", 61, 0.5, 512 + 64); /* one tensor for both */
    expect_architecture("DeepSeek-V3.1 671B", 61, 0.5, 512 + 64);
    assert_int_equal(jc_accelerator_read(&accelerator, DATA "accelerators.csv", "RTX A6000",
                         &error),
        0);
    assert_true(accelerator.power_kw == 0.3 && accelerator.peak_flops == 309.7e12);
    jc_accelerator_free(&accelerator);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_architectures),
        cmocka_unit_test(test_refused_architectures),
        cmocka_unit_test(test_accelerators),
        cmocka_unit_test(test_interventions),
        cmocka_unit_test(test_refused_interventions),
        cmocka_unit_test(test_shipped_interventions),
        cmocka_unit_test(test_shipped_hardware),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
