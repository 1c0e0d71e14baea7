#include "study/import_samples.h"

#include <string.h>

#include "base/parse.h"
#include "os/file.h"

/* "_2024-01-01T00-00-00" of "results_2024-01-01T00-00-00.json"; false of other names. */
static bool time_of(const char *name, ons_str *ret_time)
{
    const ons_str s = ons_str_of(name);
    if (!ons_str_starts(s, ONS_S("results")) || s.len < 12 ||
        strcmp(name + s.len - 5, ".json") != 0)
        return false;
    *ret_time = (ons_str){s.ptr + 7, s.len - 12};
    return true;
}

static ons_status read_line(ons_samples *s, ons_str text, ons_err *err)
{
    ons_json *doc;
    ONS_TRY(ons_json_parse_python(text, &doc, err));
    const ons_json_at root = ons_json_root(doc);
    ons_status st = ons_samples_line(s, &root, err);
    ons_json_free(doc);
    return st;
}

static ons_status read_lines(ons_samples *s, ons_str text, ons_err *err)
{
    ons_str line;
    for (uint32_t n = 1; text.len; n++) {
        (void)ons_str_cut(&text, '\n', &line);
        if (ons_str_trim(line).len == 0) continue;
        ons_status st = read_line(s, line, err);
        if (st != ONS_OK) return ons_err_where(err, st, "line %u", n);
    }
    return ons_samples_end(s, err);
}

static ons_status read_file(const ons_lm_eval_run *run, const char *task, const char *path,
                            ons_err *err)
{
    ons_mapping m;
    ons_samples s;
    ONS_TRY(ons_file_map(path, &m, err));
    ons_samples_begin(&s, run, task);
    ons_status st = read_lines(&s, (ons_str){(const char *)m.bytes.ptr, m.bytes.len}, err);
    ons_file_unmap(&m);
    ons_samples_release(&s);
    return st == ONS_OK ? st : ons_err_where(err, st, "%s", path);
}

/* Is it the fault of the file, and not of the store that takes the answers? */
static bool is_bad_file(const ons_import *in, ons_status s)
{
    return !in->answer_failed && (s == ONS_FORMAT || s == ONS_LIMIT || s == ONS_IO);
}

static ons_status note_bad(const ons_lm_eval_run *run, const ons_err *bad, ons_err *err)
{
    char text[700];
    ons_err_format(bad, text, sizeof text);
    const size_t skip = strncmp(text, "error: ", 7) == 0 ? 7 : 0;
    return ons_import_say(run->in, ONS_IMPORT_ERROR, 0, 0, err, "%s; its answers are left out",
                          text + skip);
}

ons_status ons_import_samples(const ons_lm_eval_run *run, const char *path, bool strict,
                              size_t *n_failed, ons_err *err)
{
    char file[ONS_PATH_MAX];
    ons_json_at results;
    ons_str time;
    const char *slash = strrchr(path, '/');
    const int dir = slash ? (int)(slash - path) + 1 : 0;
    if (!run->known || !time_of(path + dir, &time)) return ONS_OK;
    ONS_TRY(ons_json_member(run->root, "results", &results, err));
    for (size_t i = 0; i < ons_json_len(&results); i++) {
        const char *task = ons_json_item(&results, i).key;
        ons_err bad = ONS_ERR_INIT;
        if (ons_path_format(file, sizeof file, NULL, "%.*ssamples_%s" ONS_STR_FMT ".jsonl", dir,
                            path, task, ONS_STR(time)) != ONS_OK ||
            !ons_file_is_regular(file))
            continue;
        ons_status s = read_file(run, task, file, &bad);
        if (s == ONS_OK) continue;
        if (strict || !is_bad_file(run->in, s)) {
            if (err) *err = bad;
            return s;
        }
        (*n_failed)++;
        ONS_TRY(note_bad(run, &bad, err));
    }
    return ONS_OK;
}
