/* Names of models as people and programs write them. */
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "import/name.h"

static void test_the_parts_of_a_name(void **state)
{
    (void)state;
    static const struct {
        const char *written, *key, *revision, *variant;
    } c[] = {
        {"EleutherAI/pythia-1.4b-deduped", "pythia-1.4b-deduped", "", ""},
        {"pretrained=EleutherAI/pythia-1.4b,revision=step3000,dtype=float32", "pythia-1.4b",
         "step3000", ""},
        {"use_accelerate=True,pretrained=EleutherAI/pythia-v1.1-6.9b,revision=step13000",
         "pythia-v1.1-6.9b", "step13000", ""},
        {"pretrained=a/b,load_in_8bit=True", "b", "", "8bit"},
        {"models--EleutherAI--pythia-1.4b", "pythia-1.4b", "", ""},
        {"/cache/models--EleutherAI--pythia-1.4b/snapshots/0a1b2c3d/", "pythia-1.4b", "", ""},
        {"EleutherAI__pythia-1.4b", "pythia-1.4b", "", ""},
        {"pythia-1.4b@step3000", "pythia-1.4b", "step3000", ""},
        {"runs/Pythia_1.4b/step3000/", "pythia-1.4b", "step3000", ""},
        {"pythia-1.4b-step-3000", "pythia-1.4b", "step-3000", ""},
        {"GPT-3 (175B)", "gpt-3-175b", "", ""},
        {"SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-135m-instruct", "", "Q4_1"},
        {"models/gemma-3-270m.IQ3_XXS.gguf", "gemma-3-270m", "", "IQ3_XXS"},
        {"TheBloke/Llama-2-7B-GPTQ", "llama-2-7b", "", "GPTQ"},
        {"pythia-1b-bf16", "pythia-1b", "", ""},
        {"Qwen2.5-0.5B", "qwen2.5-0.5b", "", ""},
        {"pretrained=base/model,peft=me/adapter", "adapter", "", ""},
        {"dtype=float32,batch=3", "", "", ""},
        {"", "", "", ""},
        {"///", "", "", ""},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ons_model_name n;
        ons_model_name_parse(ons_str_of(c[i].written), &n);
        assert_string_equal(n.key, c[i].key);
        assert_true(ons_str_eq(n.revision, ons_str_of(c[i].revision)));
        assert_true(ons_str_eq(n.variant, ons_str_of(c[i].variant)));
    }
}

static void test_how_far_a_revision_was_trained(void **state)
{
    (void)state;
    const double no = (double)NAN;
    const struct {
        const char *revision;
        ons_revision_kind kind;
        double step, tokens;
    } c[] = {
        {"", ONS_REVISION_FINAL, no, no},
        {"main", ONS_REVISION_FINAL, no, no},
        {"float16", ONS_REVISION_FINAL, no, no},
        {"4f2c3d9a", ONS_REVISION_FINAL, no, no},
        {"step143000", ONS_REVISION_STEP, 143000, no},
        {"step-125000", ONS_REVISION_STEP, 125000, no},
        {"global_step1000", ONS_REVISION_STEP, 1000, no},
        {"step1000-tokens4B", ONS_REVISION_STEP, 1000, 4e9},
        {"stage1-step140000-tokens294B", ONS_REVISION_STEP, 140000, 294e9},
        {"stage2-ingredient1-step1000-tokens3B", ONS_REVISION_UNKNOWN, no, no},
        {"step50k", ONS_REVISION_STEP, 50000, no},
        {"new-data", ONS_REVISION_UNKNOWN, no, no},
        {"step", ONS_REVISION_UNKNOWN, no, no},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        double step, tokens;
        assert_int_equal(ons_revision_parse(ons_str_of(c[i].revision), &step, &tokens), c[i].kind);
        tst_close(step, c[i].step, 0, 0);
        tst_close(tokens, c[i].tokens, 0, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_parts_of_a_name),
        cmocka_unit_test(test_how_far_a_revision_was_trained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
