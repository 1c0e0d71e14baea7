#include "import/lm_eval.h"

#include <math.h>

#include "base/parse.h"
#include "import/name.h"

#define GROUP_DEPTH_MAX 8 /* groups in groups */

bool ons_lm_eval_is(const ons_json_at *root)
{
    ons_json_at results;
    return ons_json_find(root, "results", &results) &&
           ons_json_kind_of(&results) == ONS_JSON_OBJECT;
}

/* ---- values that may be missing or of another kind ---- */

static bool text_at(const ons_json_at *at, const char *key, ons_str *ret_s)
{
    ons_json_at v;
    return ons_json_find(at, key, &v) && ons_json_str(&v, ret_s, NULL) == ONS_OK && ret_s->len > 0;
}

static double number_at(const ons_json_at *at, const char *key)
{
    ons_json_at v;
    double x;
    return ons_json_find(at, key, &v) && ons_json_f64(&v, &x, NULL) == ONS_OK ? x : (double)NAN;
}

/* ---- the model ---- */

/* {"pretrained": "x", "revision": "y"} as "pretrained=x,revision=y" */
static void join_arguments(const ons_json_at *args, ons_buf *buf)
{
    for (size_t i = 0; i < ons_json_len(args); i++) {
        const ons_json_at v = ons_json_item(args, i);
        ons_str text;
        bool yes = false;
        if (ons_json_str(&v, &text, NULL) == ONS_OK) {
            ons_buf_printf(buf, "%s%s=" ONS_STR_FMT, buf->len ? "," : "", v.key, ONS_STR(text));
        } else if (ons_json_bool(&v, &yes, NULL) == ONS_OK) {
            ons_buf_printf(buf, "%s%s=%s", buf->len ? "," : "", v.key, yes ? "True" : "False");
        }
    }
}

ons_str ons_lm_eval_model(const ons_json_at *root, ons_buf *buf)
{
    ons_json_at config, args;
    ons_str s;
    ons_model_name n;
    if (ons_json_find(root, "config", &config) && ons_json_find(&config, "model_args", &args)) {
        if (ons_json_str(&args, &s, NULL) == ONS_OK) ons_buf_str_add(buf, s);
        join_arguments(&args, buf);
        ons_model_name_parse(ons_buf_str(buf), &n);
        if (n.base.len) return ons_buf_str(buf);
        ons_buf_reset(buf);
    }
    if (text_at(root, "model_name", &s) || text_at(root, "model_name_sanitized", &s)) return s;
    /* lighteval, and files in which somebody put the name */
    ons_json_at general;
    if (ons_json_find(root, "config_general", &general) && text_at(&general, "model_name", &s))
        return s;
    return ONS_S("");
}

/* ---- one task ---- */

static bool ends(ons_str s, ons_str end)
{
    return s.len >= end.len && ons_str_eq((ons_str){s.ptr + s.len - end.len, end.len}, end);
}

/* "acc_stderr,none" and "acc_stderr": the name that its error has. */
static double error_of(const ons_json_at *task, ons_str name, ons_str filter, ons_buf *buf)
{
    ons_buf_reset(buf);
    ons_buf_printf(buf, ONS_STR_FMT "_stderr", ONS_STR(name));
    if (filter.len) ons_buf_printf(buf, "," ONS_STR_FMT, ONS_STR(filter));
    return number_at(task, ons_buf_cstr(buf));
}

/* BLEU and its kin run to 100 here, whatever range their names promise. */
static double high_score(ons_str name)
{
    static const char *const hundred[] = {"bleu",       "chrf",      "bleu_max",  "rouge1",
                                          "rouge2",     "rougeL",    "rougeLsum", "rouge1_max",
                                          "rouge2_max", "rougeL_max"};
    for (size_t i = 0; i < sizeof hundred / sizeof *hundred; i++)
        if (ons_str_eq(name, ons_str_of(hundred[i]))) return 100;
    return (double)NAN;
}

static double member_number(const ons_json_at *root, const char *table, const char *task)
{
    ons_json_at of;
    return ons_json_find(root, table, &of) ? number_at(&of, task) : (double)NAN;
}

/* What "n-samples" says of one task; NaN: nothing. */
static double stated_items(const ons_json_at *root, const char *task)
{
    ons_json_at of, mine;
    if (!ons_json_find(root, "n-samples", &of) || !ons_json_find(&of, task, &mine))
        return (double)NAN;
    const double n = number_at(&mine, "effective");
    return isnan(n) ? number_at(&mine, "original") : n;
}

/* The tasks of a group, as far as the file names them. */
static bool children_of(const ons_json_at *root, const char *group, ons_json_at *of,
                        ons_json_at *ret_list)
{
    return ons_json_find(root, "group_subtasks", of) && ons_json_find(of, group, ret_list) &&
           ons_json_kind_of(ret_list) == ONS_JSON_ARRAY && ons_json_len(ret_list) > 0;
}

/* Of a group the sum over its tasks, if all are stated; groups may hold groups. */
static double group_items(const ons_json_at *root,
                          const char *group, /* NOLINT(misc-no-recursion) */
                          size_t depth)
{
    ons_json_at of, list;
    double sum = 0;
    if (depth > GROUP_DEPTH_MAX || !children_of(root, group, &of, &list)) return (double)NAN;
    for (size_t i = 0; i < ons_json_len(&list); i++) {
        const ons_json_at child = ons_json_item(&list, i);
        ons_str name;
        char key[256];
        if (ons_json_str(&child, &name, NULL) != ONS_OK || name.len >= sizeof key)
            return (double)NAN;
        memcpy(key, name.ptr, name.len);
        key[name.len] = '\0';
        const double n = stated_items(root, key);
        sum += isnan(n) ? group_items(root, key, depth + 1) : n;
    }
    return sum;
}

static bool is_group(const ons_json_at *root, const char *task)
{
    ons_json_at of, it;
    if (ons_json_find(root, "groups", &of) && ons_json_find(&of, task, &it)) return true;
    return children_of(root, task, &of, &it);
}

/* NaN: look into the table of benchmarks; 0: not known, and the table would not help. */
static double items_of(const ons_lm_eval_run *f, const ons_json_at *task)
{
    double n = stated_items(f->root, task->key);
    if (isnan(n)) n = number_at(task, "sample_len");
    if (isnan(n)) n = number_at(task, "sample_count");
    if (isnan(n)) n = group_items(f->root, task->key, 0);
    if (n >= 1) return n;
    /* a limit counts for every task of a group by itself */
    const bool limited = isfinite(f->in->source[f->in->n_sources - 1].limit);
    return limited && is_group(f->root, task->key) ? 0 : (double)NAN;
}

double ons_lm_eval_shots(const ons_lm_eval_run *run, const char *task)
{
    double shots = member_number(run->root, "n-shot", task);
    if (isnan(shots)) shots = member_number(run->root, "n_shot", task);
    if (isnan(shots)) shots = run->shots;
    return shots >= 0 ? shots : (double)NAN;
}

static ons_tristate direction(const ons_lm_eval_run *f, const ons_json_at *task, const char *name)
{
    ons_json_at of, mine, it;
    bool up;
    if (!ons_json_find(f->root, "higher_is_better", &of) || !ons_json_find(&of, task->key, &mine) ||
        !ons_json_find(&mine, name, &it) || ons_json_bool(&it, &up, NULL) != ONS_OK)
        return ONS_UNKNOWN;
    return up ? ONS_YES : ONS_NO;
}

static bool is_score(const ons_json_at *v, ons_str *ret_name, ons_str *ret_filter)
{
    ons_str rest = ons_str_of(v->key);
    (void)ons_str_cut(&rest, ',', ret_name);
    *ret_filter = rest;
    static const char *const about[] = {"alias",        "name",    "sample_len",
                                        "sample_count", "samples", "total_samples"};
    for (size_t i = 0; i < sizeof about / sizeof *about; i++)
        if (ons_str_eq(*ret_name, ons_str_of(about[i]))) return false;
    if (ends(*ret_name, ONS_S("_stderr"))) return false;
    return ons_json_kind_of(v) == ONS_JSON_NUMBER;
}

static ons_status read_metric(const ons_lm_eval_run *f, const ons_json_at *task,
                              const ons_json_at *v, ons_buf *buf, ons_err *err)
{
    ons_str name, filter;
    ons_score s = ons_import_score();
    if (!is_score(v, &name, &filter)) return ONS_OK;
    const bool plain = filter.len == 0 || ons_str_eq(filter, ONS_S("none"));
    ons_buf_reset(buf);
    ons_buf_str_add(buf, name);
    s.higher_is_better = direction(f, task, ons_buf_cstr(buf));
    s.task = ons_str_of(task->key);
    s.metric = plain ? name : ons_str_of(v->key);
    s.prompt = f->prompt;
    s.shots = ons_lm_eval_shots(f, task->key);
    s.seed = f->seed;
    s.loss = f->loss;
    s.n_items = items_of(f, task);
    s.high_score = high_score(name);
    s.std_err = error_of(task, name, filter, buf);
    ONS_TRY(ons_json_f64(v, &s.score, err));
    return ons_import_add(f->in, &s, &f->model, 0, err);
}

static ons_status read_task(const ons_lm_eval_run *f, const ons_json_at *task, ons_buf *buf,
                            ons_err *err)
{
    if (ons_json_kind_of(task) != ONS_JSON_OBJECT) return ONS_OK;
    for (size_t i = 0; i < ons_json_len(task); i++) {
        const ons_json_at v = ons_json_item(task, i);
        ons_str name, filter;
        if (!f->known) {
            ons_import_skip(f->in, is_score(&v, &name, &filter));
            continue;
        }
        ONS_TRY(read_metric(f, task, &v, buf, err));
    }
    return ONS_OK;
}

/* ---- the file ---- */

static ons_str prompt_of(const ons_json_at *root)
{
    ons_str s;
    ons_json_at turns;
    bool many = false;
    const bool system = text_at(root, "system_instruction", &s);
    if (!text_at(root, "chat_template", &s) && !text_at(root, "chat_template_sha", &s))
        return system ? ONS_S("system") : ONS_S("");
    if (ons_json_find(root, "fewshot_as_multiturn", &turns))
        (void)ons_json_bool(&turns, &many, NULL);
    if (many) return system ? ONS_S("chat-turns-system") : ONS_S("chat-turns");
    return system ? ONS_S("chat-system") : ONS_S("chat");
}

static void read_config(ons_lm_eval_run *f)
{
    ons_json_at config;
    ons_import_source *src = &f->in->source[f->in->n_sources - 1];
    src->date = number_at(f->root, "date");
    f->shots = (double)NAN;
    if (!ons_json_find(f->root, "config", &config)) return;
    f->shots = number_at(&config, "num_fewshot");
    const double limit = number_at(&config, "limit");
    if (limit > 0) src->limit = limit;
}

/* The tasks of "results", and groups that stand only in "groups". */
static ons_status read_tables(const ons_lm_eval_run *f, ons_buf *buf, ons_err *err)
{
    ons_json_at results, groups, same;
    ONS_TRY(ons_json_member(f->root, "results", &results, err));
    ONS_TRY(ons_json_expect(&results, ONS_JSON_OBJECT, err));
    for (size_t i = 0; i < ons_json_len(&results); i++) {
        const ons_json_at task = ons_json_item(&results, i);
        ONS_TRY(read_task(f, &task, buf, err));
    }
    if (!ons_json_find(f->root, "groups", &groups) || ons_json_kind_of(&groups) != ONS_JSON_OBJECT)
        return ONS_OK;
    for (size_t i = 0; i < ons_json_len(&groups); i++) {
        const ons_json_at task = ons_json_item(&groups, i);
        if (ons_json_find(&results, task.key, &same)) continue;
        ONS_TRY(read_task(f, &task, buf, err));
    }
    return ONS_OK;
}

/* What onset itself wrote of a model: it needs no table. False where it did not. */
static bool own_model(const ons_json_at *root, ons_lm_eval_run *run)
{
    ons_json_at own;
    bool on_the_way = false;
    if (!ons_json_find(root, "onset", &own) || !text_at(&own, "family", &run->model.family))
        return false;
    run->model.model = ONS_S("");
    (void)ons_json_get_str(&own, "model", &run->model.model, NULL);
    (void)ons_json_get_str(&own, "seed", &run->seed, NULL);
    (void)ons_json_get_str(&own, "prompt", &run->prompt, NULL);
    (void)ons_json_get_bool(&own, "intermediate", &on_the_way, NULL);
    run->model.params = number_at(&own, "params");
    run->model.tokens = number_at(&own, "tokens");
    run->model.flops = number_at(&own, "flops");
    run->model.params_non_embedding = (double)NAN;
    run->model.on_the_way = on_the_way;
    run->loss = number_at(&own, "loss");
    return true;
}

static ons_status find_model(const ons_json_at *root, ons_str name, ons_lm_eval_run *run,
                             ons_buf *args, ons_err *err)
{
    ons_json_at config;
    ons_str model = ons_lm_eval_model(root, args);
    if (model.len == 0) model = name;
    if (model.len == 0)
        return ONS_FAIL(err, ONS_FORMAT,
                        "the file does not say which model it is about: neither "
                        "$.config.model_args nor $.model_name");
    const double params = ons_json_find(root, "config", &config)
                              ? number_at(&config, "model_num_parameters")
                              : (double)NAN;
    return ons_import_model(run->in, model, params > 0 ? params : (double)NAN, &run->known,
                            &run->model, err);
}

ons_status ons_lm_eval_open(const ons_json_at *root, ons_str name, ons_import *in,
                            ons_lm_eval_run *ret_run, ons_err *err)
{
    ons_lm_eval_run run = {
        .root = root, .in = in, .prompt = prompt_of(root), .seed = ONS_S(""), .loss = (double)NAN};
    ons_buf args;
    ons_status s = ONS_OK;
    run.known = own_model(root, &run);
    ons_buf_init(&args, 1 << 20);
    if (!run.known) s = find_model(root, name, &run, &args, err);
    ons_buf_release(&args);
    ONS_TRY(s);
    read_config(&run);
    *ret_run = run;
    return ONS_OK;
}

ons_status ons_lm_eval_rows(const ons_lm_eval_run *run, ons_err *err)
{
    ons_buf buf;
    ons_buf_init(&buf, 1 << 20);
    ons_status s = read_tables(run, &buf, err);
    ons_buf_release(&buf);
    return s;
}

ons_status ons_lm_eval_read(const ons_json_at *root, ons_str name, ons_import *in, ons_err *err)
{
    ons_lm_eval_run run;
    ONS_TRY(ons_lm_eval_open(root, name, in, &run, err));
    return ons_lm_eval_rows(&run, err);
}
