#include "text/expr.h"

#include <math.h>
#include <stdbool.h>

#include "base/parse.h"

typedef struct parser {
    ons_str in;
    size_t at;
    const ons_expr_var *var;
    size_t n_vars;
    int depth;
} parser;

static ons_status parse_sum(parser *p, double *ret_v, ons_err *err);
static ons_status parse_sign(parser *p, double *ret_v, ons_err *err);

static void skip_space(parser *p)
{
    while (p->at < p->in.len && (p->in.ptr[p->at] == ' ' || p->in.ptr[p->at] == '\t')) p->at++;
}

static bool take(parser *p, char c)
{
    skip_space(p);
    if (p->at == p->in.len || p->in.ptr[p->at] != c) return false;
    p->at++;
    return true;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The longest run that can be a number: digits, one point, an exponent, a suffix. */
static size_t number_len(ons_str s)
{
    size_t n = 0;
    while (n < s.len && (is_digit(s.ptr[n]) || s.ptr[n] == '.')) n++;
    if (n < s.len && (s.ptr[n] == 'e' || s.ptr[n] == 'E')) {
        size_t e = n + 1;
        if (e < s.len && (s.ptr[e] == '+' || s.ptr[e] == '-')) e++;
        if (e < s.len && is_digit(s.ptr[e])) {
            while (e < s.len && is_digit(s.ptr[e])) e++;
            n = e;
        }
    }
    while (n < s.len && is_letter(s.ptr[n])) n++; /* a suffix, or what is refused with it */
    return n;
}

static ons_status parse_number(parser *p, double *ret_v, ons_err *err)
{
    ons_str rest = {p->in.ptr + p->at, p->in.len - p->at};
    ons_str number = {rest.ptr, number_len(rest)};
    if (!ons_parse_count(number, ret_v))
        return ONS_FAIL_AT(err, ONS_FORMAT, p->at,
                           "'" ONS_STR_FMT "' is no number (a suffix is k, M, B or T)",
                           ONS_STR(number));
    p->at += number.len;
    return ONS_OK;
}

static ons_status unknown_name(const parser *p, size_t at, ons_str name, ons_err *err)
{
    const char *known = p->n_vars ? p->var[0].name : NULL;
    return ONS_FAIL_AT(err, ONS_FORMAT, at, "'" ONS_STR_FMT "' is unknown, allowed are sqrt( )%s%s",
                       ONS_STR(name), known ? " and " : "", known ? known : "");
}

static ons_status parse_closing(parser *p, double *ret_v, ons_err *err)
{
    size_t opened = p->at - 1;
    ONS_TRY(parse_sum(p, ret_v, err));
    if (!take(p, ')')) return ONS_FAIL_AT(err, ONS_FORMAT, opened, "a '(' without its ')'");
    return ONS_OK;
}

static ons_status parse_name(parser *p, double *ret_v, ons_err *err)
{
    size_t from = p->at;
    while (p->at < p->in.len && (is_letter(p->in.ptr[p->at]) || is_digit(p->in.ptr[p->at])))
        p->at++;
    ons_str name = {p->in.ptr + from, p->at - from};
    for (size_t i = 0; i < p->n_vars; i++) {
        if (!ons_str_eq(name, ons_str_of(p->var[i].name))) continue;
        *ret_v = p->var[i].value;
        return ONS_OK;
    }
    if (!ons_str_eq(name, ONS_S("sqrt"))) return unknown_name(p, from, name, err);
    if (!take(p, '(')) return ONS_FAIL_AT(err, ONS_FORMAT, p->at, "sqrt without its '('");
    double v = 0;
    ONS_TRY(parse_closing(p, &v, err));
    if (v < 0) return ONS_FAIL_AT(err, ONS_FORMAT, from, "the square root of %g", v);
    *ret_v = sqrt(v);
    return ONS_OK;
}

static ons_status parse_atom(parser *p, double *ret_v, ons_err *err)
{
    skip_space(p);
    if (p->at == p->in.len)
        return ONS_FAIL_AT(err, ONS_FORMAT, p->at, "the expression ends where a value must stand");
    char c = p->in.ptr[p->at];
    if (is_digit(c) || c == '.') return parse_number(p, ret_v, err);
    if (is_letter(c)) return parse_name(p, ret_v, err);
    if (take(p, '(')) return parse_closing(p, ret_v, err);
    return ONS_FAIL_AT(err, ONS_FORMAT, p->at, "'%c' where a value must stand",
                       c >= ' ' && c <= '~' ? c : '?');
}

static ons_status checked(double v, size_t at, double *ret_v, ons_err *err)
{
    if (!isfinite(v)) return ONS_FAIL_AT(err, ONS_FORMAT, at, "the result is no finite number");
    *ret_v = v;
    return ONS_OK;
}

static ons_status parse_power(parser *p, double *ret_v, ons_err *err)
{
    double base = 0, exponent = 0;
    ONS_TRY(parse_atom(p, &base, err));
    *ret_v = base;
    skip_space(p);
    size_t at = p->at;
    if (!take(p, '^')) return ONS_OK;
    ONS_TRY(parse_sign(p, &exponent, err));
    return checked(pow(base, exponent), at, ret_v, err);
}

static ons_status parse_sign(parser *p, double *ret_v, ons_err *err)
{
    bool negative = false;
    if (++p->depth > ONS_EXPR_DEPTH_MAX)
        return ONS_FAIL_AT(err, ONS_LIMIT, p->at, "nested deeper than %d levels",
                           ONS_EXPR_DEPTH_MAX);
    for (;;) {
        if (take(p, '-')) {
            negative = !negative;
        } else if (!take(p, '+')) {
            break;
        }
    }
    double v = 0;
    ONS_TRY(parse_power(p, &v, err));
    p->depth--;
    *ret_v = negative ? -v : v;
    return ONS_OK;
}

static ons_status parse_product(parser *p, double *ret_v, ons_err *err)
{
    double v = 0;
    ONS_TRY(parse_sign(p, &v, err));
    for (;;) {
        skip_space(p);
        size_t at = p->at;
        bool times = take(p, '*');
        if (!times && !take(p, '/')) break;
        double w = 0;
        ONS_TRY(parse_sign(p, &w, err));
        if (!times && w == 0) return ONS_FAIL_AT(err, ONS_FORMAT, at, "division by zero");
        ONS_TRY(checked(times ? v * w : v / w, at, &v, err));
    }
    *ret_v = v;
    return ONS_OK;
}

static ons_status parse_sum(parser *p, double *ret_v, ons_err *err)
{
    double v = 0;
    ONS_TRY(parse_product(p, &v, err));
    for (;;) {
        skip_space(p);
        size_t at = p->at;
        bool plus = take(p, '+');
        if (!plus && !take(p, '-')) break;
        double w = 0;
        ONS_TRY(parse_product(p, &w, err));
        ONS_TRY(checked(plus ? v + w : v - w, at, &v, err));
    }
    *ret_v = v;
    return ONS_OK;
}

ons_status ons_expr_eval(ons_str text, const ons_expr_var *var, size_t n_vars, double *ret_v,
                         ons_err *err)
{
    if (text.len > ONS_EXPR_BYTES_MAX)
        return ONS_FAIL(err, ONS_LIMIT, "an expression of %zu bytes, at most %zu are allowed",
                        text.len, ONS_EXPR_BYTES_MAX);
    parser p = {.in = text, .var = var, .n_vars = n_vars};
    double v = 0;
    ONS_TRY(parse_sum(&p, &v, err));
    skip_space(&p);
    if (p.at < text.len)
        return ONS_FAIL_AT(err, ONS_FORMAT, p.at, "'%c' where an operator or the end must stand",
                           text.ptr[p.at] >= ' ' && text.ptr[p.at] <= '~' ? text.ptr[p.at] : '?');
    *ret_v = v;
    return ONS_OK;
}
