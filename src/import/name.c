#include "import/name.h"

#include <math.h>

#include "base/parse.h"

static char lower(char c)
{
    if (c < 'A' || c > 'Z') return c;
    return (char)(c - 'A' + 'a');
}
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool same_word(ons_str s, const char *word)
{
    const size_t n = strlen(word);
    if (s.len != n) return false;
    for (size_t i = 0; i < n; i++)
        if (lower(s.ptr[i]) != word[i]) return false;
    return true;
}

static bool starts_with(ons_str s, const char *word)
{
    const size_t n = strlen(word);
    return s.len >= n && same_word((ons_str){s.ptr, n}, word);
}

static ons_str from(ons_str s, size_t at) { return (ons_str){s.ptr + at, s.len - at}; }
static ons_str upto(ons_str s, size_t n) { return (ons_str){s.ptr, n}; }

/* Where the last `c` stands; s.len where there is none. */
static size_t last_of(ons_str s, char c)
{
    for (size_t i = s.len; i-- > 0;)
        if (s.ptr[i] == c) return i;
    return s.len;
}

static size_t find(ons_str s, const char *what)
{
    const size_t n = strlen(what);
    for (size_t i = 0; i + n <= s.len; i++)
        if (memcmp(s.ptr + i, what, n) == 0) return i;
    return s.len;
}

/* ---- "pretrained=…,revision=…" ---- */

static ons_str argument(ons_str args, const char *key)
{
    ons_str part;
    while (args.len) {
        (void)ons_str_cut(&args, ',', &part);
        ons_str name;
        if (ons_str_cut(&part, '=', &name) && same_word(ons_str_trim(name), key))
            return ons_str_trim(part);
    }
    return ONS_S("");
}

static bool is_true(ons_str v) { return same_word(v, "true") || same_word(v, "1"); }

/* Does it begin with a key? Names of models may hold '=' too: "BIG-G T=0 125m". */
static bool has_arguments(ons_str s)
{
    ons_str key;
    if (!ons_str_cut(&s, '=', &key)) return false;
    for (size_t i = 0; i < key.len; i++)
        if (key.ptr[i] != '_' && !is_digit(key.ptr[i]) &&
            !(lower(key.ptr[i]) >= 'a' && lower(key.ptr[i]) <= 'z'))
            return false;
    return key.len > 0;
}

/* The model among arguments; empty where none is. */
static ons_str read_arguments(ons_str s, ons_model_name *m)
{
    static const char *const keys[] = {"gguf_file", "peft",   "delta", "pretrained",
                                       "model",     "engine", "path",  "base_model"};
    if (is_true(argument(s, "load_in_4bit"))) m->variant = ONS_S("4bit");
    if (is_true(argument(s, "load_in_8bit"))) m->variant = ONS_S("8bit");
    m->revision = argument(s, "revision");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const ons_str v = argument(s, keys[i]);
        if (v.len) return v;
    }
    return ONS_S("");
}

/* ---- folders ---- */

/* models--OWNER--NAME/snapshots/… */
static bool cache_folder(ons_str s, ons_str *ret_base, ons_str *ret_owner)
{
    size_t at = find(s, "models--");
    if (at == s.len) return false;
    ons_str name = from(s, at + 8), head;
    (void)ons_str_cut(&name, '/', &head);
    for (size_t i = find(head, "--"); i < head.len; i = find(head, "--")) {
        *ret_owner = upto(head, i);
        head = from(head, i + 2);
    }
    *ret_base = head;
    return head.len > 0;
}

/* Is the whole of it a step: step3000, step-3000, checkpoint-500, global_step1000? */
static bool is_step(ons_str s)
{
    static const char *const words[] = {"step", "global_step", "checkpoint", "ckpt", "iter"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!starts_with(s, words[i])) continue;
        ons_str rest = from(s, strlen(words[i]));
        if (rest.len && (rest.ptr[0] == '-' || rest.ptr[0] == '_')) rest = from(rest, 1);
        if (rest.len && is_digit(rest.ptr[0])) return true;
    }
    return false;
}

static ons_str last_folder(ons_str *s)
{
    while (s->len && s->ptr[s->len - 1] == '/') s->len--;
    const size_t at = last_of(*s, '/');
    const ons_str name = at < s->len ? from(*s, at + 1) : *s;
    *s = at < s->len ? upto(*s, at) : ONS_S("");
    return name;
}

static ons_str without_folders(ons_str s, ons_model_name *m)
{
    ons_str rest = s, name;
    if (cache_folder(s, &name, &m->owner)) return name;
    name = last_folder(&rest);
    if (is_step(name) && rest.len) {
        if (m->revision.len == 0) m->revision = name;
        name = last_folder(&rest);
    }
    const size_t owner = find(name, "__");
    m->owner = owner < name.len ? upto(name, owner) : last_folder(&rest);
    return owner < name.len ? from(name, owner + 2) : name;
}

/* ---- what hangs behind the name ---- */

/* pythia-1.4b@step3000, pythia-1.4b-step3000 */
static ons_str without_revision(ons_str s, ons_model_name *m)
{
    size_t at = last_of(s, '@');
    ons_str tail = at < s.len ? from(s, at + 1) : ONS_S("");
    for (size_t i = 1; at == s.len && i + 1 < s.len; i++) {
        if (s.ptr[i] != '-' && s.ptr[i] != '_') continue;
        tail = from(s, i + 1);
        if (is_step(tail)) at = i;
    }
    if (at == s.len) return s;
    if (m->revision.len == 0) m->revision = tail;
    return upto(s, at);
}

/* q4_1, iq3_xxs, q4_k_m: a block format of GGUF. */
static bool is_block_format(ons_str s)
{
    if (s.len && lower(s.ptr[0]) == 'i') s = from(s, 1);
    return s.len >= 2 && lower(s.ptr[0]) == 'q' && is_digit(s.ptr[1]) &&
           (s.len == 2 || s.ptr[2] == '_');
}

static bool is_float_format(ons_str s)
{
    static const char *const words[] = {"f16",  "fp16",    "bf16",     "f32",
                                        "fp32", "float16", "bfloat16", "float32"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (same_word(s, words[i])) return true;
    return false;
}

static bool is_quantiser(ons_str s)
{
    static const char *const words[] = {"gptq", "awq", "4bit", "8bit", "int4", "int8", "bnb"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (same_word(s, words[i])) return true;
    return is_block_format(s);
}

static ons_str without_format(ons_str s, ons_model_name *m)
{
    if (s.len > 5 && same_word(from(s, s.len - 5), ".gguf")) s = upto(s, s.len - 5);
    for (;;) {
        size_t at = s.len;
        for (size_t i = 1; i + 1 < s.len; i++)
            if (s.ptr[i] == '.' || s.ptr[i] == '-') at = i;
        if (at == s.len) return s;
        const ons_str tail = from(s, at + 1);
        if (is_quantiser(tail)) {
            m->variant = m->variant.len ? m->variant : tail;
        } else if (!is_float_format(tail) && !same_word(tail, "gguf")) {
            return s;
        }
        s = upto(s, at);
    }
}

void ons_model_key(ons_str base, char key[ONS_MODEL_KEY_MAX])
{
    size_t n = 0;
    bool gap = false;
    for (size_t i = 0; i < base.len && n + 2 < ONS_MODEL_KEY_MAX; i++) {
        const char c = lower(base.ptr[i]);
        if (c == ' ' || c == '_' || c == '-' || c == '(' || c == ')' || c == '\t' || c == '\0') {
            gap = n > 0;
            continue;
        }
        if (gap) key[n++] = '-';
        gap = false;
        key[n++] = c;
    }
    key[n] = '\0';
}

void ons_model_name_parse(ons_str written, ons_model_name *ret_name)
{
    ons_model_name m = {.whole = ONS_S(""),
                        .base = ONS_S(""),
                        .revision = ONS_S(""),
                        .owner = ONS_S(""),
                        .variant = ONS_S("")};
    ons_str s = ons_str_trim(written);
    if (has_arguments(s)) s = read_arguments(s, &m);
    m.whole = without_folders(s, &m);
    m.base = without_format(without_revision(m.whole, &m), &m);
    ons_model_key(m.base, m.key);
    *ret_name = m;
}

/* ---- revisions ---- */

static bool is_commit(ons_str s)
{
    if (s.len < 7 || s.len > 40) return false;
    for (size_t i = 0; i < s.len; i++) {
        const char c = lower(s.ptr[i]);
        if (!is_digit(c) && !(c >= 'a' && c <= 'f')) return false;
    }
    return true;
}

/* The number behind the word, "_" or "-" between them allowed; NaN where there is none. */
static double number_behind(ons_str s, const char *word, size_t *ret_end)
{
    size_t at = find(s, word);
    if (at == s.len) return (double)NAN;
    at += strlen(word);
    if (at < s.len && (s.ptr[at] == '-' || s.ptr[at] == '_')) at++;
    size_t end = at;
    while (end < s.len && (is_digit(s.ptr[end]) || s.ptr[end] == '.')) end++;
    double v;
    if (!ons_parse_f64((ons_str){s.ptr + at, end - at}, &v)) return (double)NAN;
    *ret_end = end;
    if (end < s.len && lower(s.ptr[end]) == 'k') v *= 1000;
    return v;
}

/* 1e12, 1e9, 1e6 or 1 for the letter that stands at `at`. */
static double unit_at(ons_str s, size_t at)
{
    if (at >= s.len) return 1;
    switch (lower(s.ptr[at])) {
    case 't':
        return 1e12;
    case 'b':
        return 1e9;
    case 'm':
        return 1e6;
    default:
        return 1;
    }
}

ons_revision_kind ons_revision_parse(ons_str revision, double *ret_step, double *ret_tokens)
{
    size_t end = 0;
    *ret_step = *ret_tokens = (double)NAN;
    if (revision.len == 0 || same_word(revision, "main") || same_word(revision, "none") ||
        is_float_format(revision) || is_commit(revision))
        return ONS_REVISION_FINAL;
    /* A second stage counts its own steps and tokens: what came before is not in the name. */
    if (starts_with(revision, "stage") && !starts_with(revision, "stage1"))
        return ONS_REVISION_UNKNOWN;
    const double tokens = number_behind(revision, "tokens", &end);
    if (isfinite(tokens)) {
        *ret_tokens = tokens * unit_at(revision, end);
    }
    *ret_step = number_behind(revision, "step", &end);
    return isfinite(*ret_step) || isfinite(*ret_tokens) ? ONS_REVISION_STEP : ONS_REVISION_UNKNOWN;
}
