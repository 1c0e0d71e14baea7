#include "import/bigbench.h"

#include <math.h>

#include "base/parse.h"

#define NATIVE_RANGE 100 /* of ROUGE, BLEU, sequence F1 and the normalised score */

bool ons_bigbench_is(const ons_json_at *root)
{
    ons_json_at scores, model, task;
    return ons_json_find(root, "scores", &scores) && ons_json_kind_of(&scores) == ONS_JSON_ARRAY &&
           ons_json_find(root, "model", &model) && ons_json_find(root, "task", &task);
}

static double number_at(const ons_json_at *at, const char *key)
{
    ons_json_at v;
    double x;
    return ons_json_find(at, key, &v) && ons_json_f64(&v, &x, NULL) == ONS_OK ? x : (double)NAN;
}

static double positive(double v) { return v > 0 ? v : (double)NAN; }

/* ---- the model ---- */

/* "BIG-G T=0 125m": names are said within their family only. */
static ons_status full_name(const ons_json_at *model, ons_buf *buf, ons_str *ret_family,
                            ons_err *err)
{
    ons_str name;
    ONS_TRY(ons_json_get_str(model, "model_family", ret_family, err));
    ONS_TRY(ons_json_get_str(model, "model_name", &name, err));
    if (!ons_str_starts(name, *ret_family)) {
        ons_buf_str_add(buf, *ret_family);
        ons_buf_char(buf, ' ');
    }
    ons_buf_str_add(buf, name);
    return ons_buf_status(buf, err);
}

/* What the file says. Compute counts the parameters that every token meets, which of sparse
 * models are not all. */
static ons_model_scale scale_of(const ons_json_at *model, ons_str family, ons_str name)
{
    ons_model_scale m = {.family = family, .model = name};
    const double batch = number_at(model, "training_batch_size");
    const double met = positive(number_at(model, "flop_matched_non_embedding_params"));
    m.params = positive(number_at(model, "total_params"));
    m.params_non_embedding = positive(number_at(model, "non_embedding_params"));
    /* A batch is counted in tokens, in a few files in texts of unsaid length. */
    m.tokens = batch >= 16384 ? positive(batch * number_at(model, "training_steps")) : (double)NAN;
    m.flops = 6 * met * m.tokens;
    return m;
}

/* The table's figures, taken from papers, win over those of the file; the family is the
 * file's, since two samplings of one model are two recipes. */
static ons_status model_of(const ons_json_at *root, ons_import *in, ons_buf *buf,
                           ons_model_scale *ret_m, ons_err *err)
{
    ons_json_at model;
    ons_str family;
    ons_model_known known;
    ons_model_scale table;
    ONS_TRY(ons_json_member(root, "model", &model, err));
    ONS_TRY(full_name(&model, buf, &family, err));
    *ret_m = scale_of(&model, family, ons_buf_str(buf));
    ONS_TRY(ons_models_find(in->models, ret_m->model, &in->arena, &known, &table, err));
    if (known != ONS_MODEL_KNOWN) return ONS_OK;
    ret_m->params = table.params;
    ret_m->tokens = table.tokens;
    ret_m->flops = table.flops;
    if (ons_str_eq(family, ONS_S("GPT"))) ret_m->family = table.family;
    return ONS_OK;
}

/* ---- scores ---- */

static double high_score(ons_str metric, bool preferred, double high)
{
    static const char *const hundred[] = {"sequence_f1", "normalized_aggregate_score", "bleu"};
    if (ons_str_starts(metric, ONS_S("rouge"))) return NATIVE_RANGE;
    if (preferred && high > 0) return high;
    for (size_t i = 0; i < sizeof hundred / sizeof *hundred; i++)
        if (ons_str_eq(metric, ons_str_of(hundred[i]))) return NATIVE_RANGE;
    return (double)NAN;
}

/* "bbq_lite_json:bbq_lite_json_age": the part behind the task's own name. */
static ons_status task_name(ons_str task, const ons_json_at *entry, ons_buf *buf, ons_err *err)
{
    ons_str sub = ONS_S(""), head;
    ons_json_at v;
    if (ons_json_find(entry, "subtask_description", &v)) ONS_TRY(ons_json_str(&v, &sub, err));
    ons_buf_reset(buf);
    ons_buf_str_add(buf, task);
    ons_str rest = sub;
    if (ons_str_cut(&rest, ':', &head)) sub = rest;
    if (sub.len && !ons_str_eq(sub, task)) {
        ons_buf_char(buf, ':');
        ons_buf_str_add(buf, sub);
    }
    return ons_buf_status(buf, err);
}

static ons_status read_entry(const ons_json_at *entry, ons_str task, const ons_model_scale *m,
                             ons_import *in, ons_err *err)
{
    ons_json_at scores;
    ons_str preferred = ONS_S("");
    ons_score s = ons_import_score();
    ONS_TRY(ons_json_member(entry, "score_dict", &scores, err));
    ONS_TRY(ons_json_expect(&scores, ONS_JSON_OBJECT, err));
    (void)ons_json_get_str(entry, "preferred_score", &preferred, NULL);
    const double low = number_at(entry, "low_score"), high = number_at(entry, "high_score");
    s.task = task;
    s.shots = number_at(entry, "number_of_shots");
    for (size_t i = 0; i < ons_json_len(&scores); i++) {
        const ons_json_at v = ons_json_item(&scores, i);
        if (ons_json_kind_of(&v) != ONS_JSON_NUMBER) continue;
        s.metric = ons_str_of(v.key);
        const bool is_preferred = ons_str_eq(s.metric, preferred);
        s.primary = is_preferred ? ONS_YES : ONS_UNKNOWN;
        s.random_baseline = is_preferred ? low : (double)NAN;
        if (ons_str_eq(s.metric, ONS_S("normalized_aggregate_score")))
            s.random_baseline = 0; /* low_score is its zero */
        s.high_score = high_score(s.metric, is_preferred, high);
        ONS_TRY(ons_json_f64(&v, &s.score, err));
        ONS_TRY(ons_import_add(in, &s, m, 0, err));
    }
    return ONS_OK;
}

static ons_status read_scores(const ons_json_at *root, const ons_model_scale *m, ons_buf *buf,
                              ons_import *in, ons_err *err)
{
    ons_json_at scores, about;
    ons_str task;
    ONS_TRY(ons_json_member(root, "task", &about, err));
    ONS_TRY(ons_json_get_str(&about, "task_name", &task, err));
    ONS_TRY(ons_json_member(root, "scores", &scores, err));
    ONS_TRY(ons_json_expect(&scores, ONS_JSON_ARRAY, err));
    if (in->n_sources) in->source[in->n_sources - 1].printed_in_full = true;
    for (size_t i = 0; i < ons_json_len(&scores); i++) {
        const ons_json_at entry = ons_json_item(&scores, i);
        ONS_TRY(task_name(task, &entry, buf, err));
        ONS_TRY(read_entry(&entry, ons_buf_str(buf), m, in, err));
    }
    return ONS_OK;
}

ons_status ons_bigbench_read(const ons_json_at *root, ons_import *in, ons_err *err)
{
    ons_model_scale m;
    ons_buf name, task;
    ons_buf_init(&name, 1 << 16);
    ons_buf_init(&task, 1 << 16);
    ons_status s = model_of(root, in, &name, &m, err);
    if (s == ONS_OK) s = read_scores(root, &m, &task, in, err);
    ons_buf_release(&name);
    ons_buf_release(&task);
    return s;
}
