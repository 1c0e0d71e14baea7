#include "import/helm.h"

#include <math.h>

#include "base/parse.h"

bool ons_helm_is(const ons_json_at *stats)
{
    ons_json_at name, mean;
    ons_str text;
    if (ons_json_kind_of(stats) != ONS_JSON_ARRAY || ons_json_len(stats) == 0) return false;
    const ons_json_at first = ons_json_item(stats, 0);
    return ons_json_find(&first, "name", &name) &&
           ons_json_get_str(&name, "name", &text, NULL) == ONS_OK &&
           ons_json_find(&first, "count", &mean);
}

static double number_at(const ons_json_at *at, const char *key)
{
    ons_json_at v;
    double x;
    return ons_json_find(at, key, &v) && ons_json_f64(&v, &x, NULL) == ONS_OK ? x : (double)NAN;
}

/* ---- one statistic ---- */

typedef struct stat {
    ons_str metric, split;
    double mean;
} stat;

/* False of what was measured on questions that were changed on purpose. */
static bool stat_of(const ons_json_at *at, stat *ret_s)
{
    ons_json_at name, other;
    if (!ons_json_find(at, "name", &name) || ons_json_find(&name, "perturbation", &other) ||
        ons_json_get_str(&name, "name", &ret_s->metric, NULL) != ONS_OK)
        return false;
    ret_s->split = ONS_S("");
    (void)ons_json_get_str(&name, "split", &ret_s->split, NULL);
    ret_s->mean = number_at(at, "mean");
    return number_at(at, "count") > 0;
}

/* What tells of the machine and the prompts, not of the answers. */
static bool is_about_the_run(ons_str metric)
{
    static const char *const begin[] = {"num_",          "inference_", "training_",
                                        "finish_reason", "max_prob",   "predicted_index",
                                        "batch_size",    "estimated_"};
    for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
        if (ons_str_starts(metric, ons_str_of(begin[i]))) return true;
    return false;
}

static ons_str split_of(const ons_json_at *stats)
{
    stat s;
    ons_str valid = ONS_S("");
    for (size_t i = 0; i < ons_json_len(stats); i++) {
        const ons_json_at at = ons_json_item(stats, i);
        if (!stat_of(&at, &s)) continue;
        if (ons_str_eq(s.split, ONS_S("test"))) return s.split;
        if (ons_str_eq(s.split, ONS_S("valid"))) valid = s.split;
    }
    return valid;
}

static double items_of(const ons_json_at *stats, ons_str split)
{
    stat s;
    for (size_t i = 0; i < ons_json_len(stats); i++) {
        const ons_json_at at = ons_json_item(stats, i);
        if (stat_of(&at, &s) && ons_str_eq(s.split, split) &&
            ons_str_eq(s.metric, ONS_S("num_instances")) && s.mean >= 1)
            return s.mean;
    }
    return (double)NAN;
}

/* ---- the run ---- */

/* "mmlu:subject=anatomy,model=openai_gpt2" without what names the model. */
static ons_status task_name(ons_str run, ons_buf *buf, ons_err *err)
{
    ons_str scenario, part;
    (void)ons_str_cut(&run, ':', &scenario);
    if (scenario.len == 0 || ons_str_starts(scenario, ONS_S("model=")))
        return ONS_FAIL(err, ONS_FORMAT, "$.name of run_spec.json names no scenario");
    ons_buf_str_add(buf, scenario);
    for (char before = ':'; run.len;) {
        (void)ons_str_cut(&run, ',', &part);
        if (part.len == 0 || ons_str_starts(part, ONS_S("model=")) ||
            ons_str_starts(part, ONS_S("model_deployment=")))
            continue;
        ons_buf_char(buf, before);
        ons_buf_str_add(buf, part);
        before = ',';
    }
    return ons_buf_status(buf, err);
}

/* Where answers were given to choose from, an exact match is no open answer: its chance is
 * not 0. */
static ons_str metric_name(ons_str metric, bool choice)
{
    return choice && ons_str_eq(metric, ONS_S("exact_match")) ? ONS_S("acc") : metric;
}

static bool is_choice(const ons_json_at *adapter)
{
    ons_str method;
    return ons_json_get_str(adapter, "method", &method, NULL) == ONS_OK &&
           ons_str_starts(method, ONS_S("multiple_choice"));
}

/* m: NULL where the model is not known. */
static ons_status read_stats(const ons_json_at *stats, const ons_score *of, bool choice,
                             const ons_model_scale *m, ons_import *in, ons_err *err)
{
    const ons_str split = split_of(stats);
    stat s;
    for (size_t i = 0; i < ons_json_len(stats); i++) {
        const ons_json_at at = ons_json_item(stats, i);
        if (!stat_of(&at, &s) || !ons_str_eq(s.split, split) || is_about_the_run(s.metric))
            continue;
        if (!m) {
            ons_import_skip(in, 1);
            continue;
        }
        ons_score row = *of;
        row.metric = metric_name(s.metric, choice);
        row.score = s.mean;
        ONS_TRY(ons_import_add(in, &row, m, 0, err));
    }
    return ONS_OK;
}

static ons_status read_run(const ons_json_at *stats, const ons_json_at *spec, ons_buf *task,
                           ons_import *in, ons_err *err)
{
    ons_json_at adapter;
    ons_str name, model;
    ons_model_scale m;
    bool known;
    ons_score s = ons_import_score();
    ONS_TRY(ons_json_expect(stats, ONS_JSON_ARRAY, err));
    ONS_TRY(ons_json_get_str(spec, "name", &name, err));
    ONS_TRY(ons_json_member(spec, "adapter_spec", &adapter, err));
    if (ons_json_get_str(&adapter, "model", &model, NULL) != ONS_OK)
        ONS_TRY(ons_json_get_str(&adapter, "model_deployment", &model, err));
    ONS_TRY(task_name(name, task, err));
    ONS_TRY(ons_import_model(in, model, (double)NAN, &known, &m, err));
    s.task = ons_buf_str(task);
    s.shots = number_at(&adapter, "max_train_instances");
    s.n_items = items_of(stats, split_of(stats));
    return read_stats(stats, &s, is_choice(&adapter), known ? &m : NULL, in, err);
}

ons_status ons_helm_read(const ons_json_at *stats, const ons_json_at *spec, ons_import *in,
                         ons_err *err)
{
    ons_buf task;
    ons_buf_init(&task, 1 << 16);
    ons_status s = read_run(stats, spec, &task, in, err);
    ons_buf_release(&task);
    return s;
}
