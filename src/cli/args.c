#include "cli/args.h"

#include <inttypes.h>
#include <string.h>

#include "base/parse.h"

/* Long names are compared with '_' read as '-', as the field types both. */
static bool same_name(const char *typed, size_t n, const char *name)
{
    if (strlen(name) != n) return false;
    for (size_t i = 0; i < n; i++) {
        bool dash = typed[i] == '_' && name[i] == '-';
        if (!dash && typed[i] != name[i]) return false;
    }
    return true;
}

static const ons_option *find_long(const ons_option *list, const char *typed, size_t n)
{
    for (; list->name; list++)
        if (same_name(typed, n, list->name)) return list;
    return NULL;
}

static const ons_option *find_letter(const ons_option *list, char c)
{
    for (; list->name; list++)
        if (list->letter && list->letter == c) return list;
    return NULL;
}

static ons_status fail_unknown(ons_str typed, const ons_option *own, const ons_option *common,
                               ons_err *err)
{
    const char *name[2 * ONS_ARGS_OPTIONS_MAX];
    size_t n = 0;
    for (const ons_option *o = own; o->name && n < ONS_ARGS_OPTIONS_MAX; o++) name[n++] = o->name;
    for (const ons_option *o = common; o->name && n < (size_t)2 * ONS_ARGS_OPTIONS_MAX; o++)
        name[n++] = o->name;
    const char *near = ons_str_nearest(typed, name, n);
    ons_status s = ONS_FAIL(err, ONS_USAGE, "no option '--" ONS_STR_FMT "'", ONS_STR(typed));
    return near ? ons_err_hint(err, s, "--%s", near) : ons_err_hint(err, s, "--help");
}

static ons_status give(ons_args *a, const ons_option *o, const char *value, ons_err *err)
{
    if (a->n_given == ONS_ARGS_OPTIONS_MAX)
        return ONS_FAIL(err, ONS_USAGE, "more than %d options", ONS_ARGS_OPTIONS_MAX);
    a->given[a->n_given].option = o;
    a->given[a->n_given++].value = value;
    return ONS_OK;
}

/* inline_value: the text behind '=' or directly behind the letter, NULL if none. */
static ons_status take(ons_args *a, const ons_option *o, const char *inline_value, int argc,
                       char **argv, int *at, ons_err *err)
{
    if (!o->arg) {
        if (inline_value)
            return ONS_FAIL(err, ONS_USAGE, "--%s takes no value, '%s' was given", o->name,
                            inline_value);
        return give(a, o, "", err);
    }
    if (inline_value) return give(a, o, inline_value, err);
    if (*at + 1 >= argc) return ONS_FAIL(err, ONS_USAGE, "--%s needs a value: %s", o->name, o->arg);
    return give(a, o, argv[++*at], err);
}

static ons_status take_long(ons_args *a, const ons_option *own, const ons_option *common, int argc,
                            char **argv, int *at, ons_err *err)
{
    const char *typed = argv[*at] + 2;
    const char *eq = strchr(typed, '=');
    size_t n = eq ? (size_t)(eq - typed) : strlen(typed);
    const ons_option *o = find_long(own, typed, n);
    if (!o) o = find_long(common, typed, n);
    if (!o) return fail_unknown((ons_str){typed, n}, own, common, err);
    return take(a, o, eq ? eq + 1 : NULL, argc, argv, at, err);
}

/* "-qv", "-o DIR", "-oDIR". */
static ons_status take_letters(ons_args *a, const ons_option *own, const ons_option *common,
                               int argc, char **argv, int *at, ons_err *err)
{
    for (const char *c = argv[*at] + 1; *c; c++) {
        const ons_option *o = find_letter(own, *c);
        if (!o) o = find_letter(common, *c);
        if (!o) return ons_err_hint(err, ONS_FAIL(err, ONS_USAGE, "no option '-%c'", *c), "--help");
        if (o->arg) return take(a, o, c[1] ? c + 1 : NULL, argc, argv, at, err);
        ONS_TRY(give(a, o, "", err));
    }
    return ONS_OK;
}

ons_status ons_args_parse(int argc, char **argv, const ons_option *own, const ons_option *common,
                          ons_args *ret_args, ons_err *err)
{
    *ret_args = (ons_args){.n_positional = 0};
    bool options = true;
    for (int i = 0; i < argc; i++) {
        const char *s = argv[i];
        if (options && strcmp(s, "--") == 0) {
            options = false;
        } else if (options && s[0] == '-' && s[1] == '-') {
            ONS_TRY(take_long(ret_args, own, common, argc, argv, &i, err));
        } else if (options && s[0] == '-' && s[1]) {
            ONS_TRY(take_letters(ret_args, own, common, argc, argv, &i, err));
        } else if (ret_args->n_positional == ONS_ARGS_POSITIONAL_MAX) {
            return ONS_FAIL(err, ONS_USAGE, "more than %d arguments", ONS_ARGS_POSITIONAL_MAX);
        } else {
            ret_args->positional[ret_args->n_positional++] = s;
        }
    }
    return ONS_OK;
}

const char *ons_args_text(const ons_args *a, const char *name, const char *otherwise)
{
    for (size_t i = a->n_given; i-- > 0;)
        if (strcmp(a->given[i].option->name, name) == 0) return a->given[i].value;
    return otherwise;
}

bool ons_args_has(const ons_args *a, const char *name)
{
    return ons_args_text(a, name, NULL) != NULL;
}

ons_status ons_args_u64(const ons_args *a, const char *name, uint64_t least, uint64_t most,
                        uint64_t otherwise, uint64_t *ret_v, ons_err *err)
{
    *ret_v = otherwise;
    const char *text = ons_args_text(a, name, NULL);
    if (!text) return ONS_OK;
    uint64_t v;
    if (!ons_parse_u64(ons_str_of(text), &v) || v < least || v > most)
        return ONS_FAIL(err, ONS_USAGE,
                        "--%s is '%s', allowed whole numbers from %" PRIu64 " to %" PRIu64, name,
                        text, least, most);
    *ret_v = v;
    return ONS_OK;
}

ons_status ons_args_f64(const ons_args *a, const char *name, double least, double otherwise,
                        double *ret_v, ons_err *err)
{
    *ret_v = otherwise;
    const char *text = ons_args_text(a, name, NULL);
    if (!text) return ONS_OK;
    double v;
    if (!ons_parse_count(ons_str_of(text), &v) || v <= least)
        return ONS_FAIL(err, ONS_USAGE, "--%s is '%s', allowed numbers above %g", name, text,
                        least);
    *ret_v = v;
    return ONS_OK;
}

ons_status ons_args_word(const ons_args *a, const char *name, const char *const *allowed,
                         size_t otherwise, size_t *ret_i, ons_err *err)
{
    *ret_i = otherwise;
    const char *text = ons_args_text(a, name, NULL);
    if (!text) return ONS_OK;
    char list[128] = "";
    for (size_t i = 0; allowed[i]; i++) {
        if (strcmp(text, allowed[i]) == 0) {
            *ret_i = i;
            return ONS_OK;
        }
        size_t used = strlen(list);
        (void)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", allowed[i]);
    }
    return ONS_FAIL(err, ONS_USAGE, "--%s is '%s', allowed: %s", name, text, list);
}
