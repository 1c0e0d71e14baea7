/* Promises: a result file of any layout gives finite rows with names, or an error with a
 * message; what comes out can be settled and asked about. */
#include <math.h>
#include <stdlib.h>

#include "import/bigbench.h"
#include "import/helm.h"
#include "import/lm_eval.h"
#include "import/rows.h"
#include "import/samples.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const ons_import *in)
{
    for (size_t i = 0; i < in->n_rows; i++) {
        const ons_score *s = &in->row[i];
        if (!isfinite(s->score) || s->family.len == 0 || !s->note.ptr) abort();
        if (in->origin[i].file >= in->n_sources) abort();
    }
    if (in->n_rows && in->n_texts == 0) abort();
}

static ons_status read_helm(const ons_json_at *stats, ons_import *in, ons_err *err)
{
    ons_json *spec;
    if (ons_json_parse(ONS_S("{\"name\":\"s:a=b,model=gpt2\",\"adapter_spec\":{\"model\":"
                             "\"gpt2\",\"method\":\"multiple_choice_joint\"}}"),
                       &spec, NULL) != ONS_OK)
        abort();
    const ons_json_at root = ons_json_root(spec);
    ons_status s = ons_helm_read(stats, &root, in, err);
    ons_json_free(spec);
    return s;
}

/* The same document as a line of answers. */
static void read_sample(const ons_json_at *line, ons_import *in)
{
    ons_json *doc;
    ons_lm_eval_run run;
    ons_samples s;
    ons_err err = ONS_ERR_INIT;
    if (ons_json_parse(ONS_S("{\"results\":{},\"model_name\":\"gpt2\"}"), &doc, NULL) != ONS_OK)
        abort();
    const ons_json_at root = ons_json_root(doc);
    if (ons_lm_eval_open(&root, ONS_S(""), in, &run, NULL) != ONS_OK) abort();
    ons_samples_begin(&s, &run, "piqa");
    ons_status st = ons_samples_line(&s, line, &err);
    if (st != ONS_OK && (err.code != st || err.what[0] == '\0')) abort();
    s.last_item = -1;
    (void)ons_samples_line(&s, line, NULL);
    if (ons_samples_end(&s, NULL) != ONS_OK) abort();
    ons_samples_release(&s);
    ons_json_free(doc);
}

static void read(const ons_json *doc, ons_import *in)
{
    const ons_json_at root = ons_json_root(doc);
    ons_err err = ONS_ERR_INIT;
    ons_buf ask;
    for (int twice = 0; twice < 2; twice++) {
        if (ons_import_file(in, twice ? "b" : "a", NULL) != ONS_OK) abort();
        ons_status s = ons_bigbench_is(&root)  ? ons_bigbench_read(&root, in, &err)
                       : ons_helm_is(&root)    ? read_helm(&root, in, &err)
                       : ons_lm_eval_is(&root) ? ons_lm_eval_read(&root, ONS_S("gpt2"), in, &err)
                                               : ONS_OK;
        if (s != ONS_OK && (err.code != s || err.what[0] == '\0')) abort();
    }
    read_sample(&root, in);
    check(in);
    if (ons_import_finish(in, NULL) != ONS_OK) abort();
    check(in);
    ons_buf_init(&ask, 1 << 20);
    ons_import_ask(in, &ask);
    if ((ask.len > 0) != (in->n_unknown > 0)) abort();
    ons_buf_release(&ask);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ons_arena a;
    ons_json *doc;
    ons_import in;
    ons_models models = {0};
    ons_benchmarks benchmarks = {0};
    const ons_str table = ONS_S("family,model,aliases,params,tokens,tokens_per_step\n"
                                "Pythia,pythia-1b,,1e9,3e11,2097152\nGPT-2,gpt2,,1e8,,\n");
    const ons_str chances = ONS_S("task,metrics,chance,n_items,source\npiqa,,0.5,1838,x\n");
    if (ons_json_parse_python((ons_str){(const char *)data, size}, &doc, NULL) != ONS_OK) return 0;
    ons_arena_init(&a, 0);
    if (ons_models_add(&models, table, "m", &a, NULL) != ONS_OK) abort();
    if (ons_benchmarks_read(chances, "b", &a, &benchmarks, NULL) != ONS_OK) abort();
    ons_import_init(&in, &models, &benchmarks);
    read(doc, &in);
    ons_import_release(&in);
    ons_json_free(doc);
    ons_arena_clear(&a);
    return 0;
}
