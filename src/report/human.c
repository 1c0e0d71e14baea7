#include "report/human.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const superscript[10] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

static const char *put(char *buf, const char *text)
{
    size_t n = strlen(text);
    if (n > ONS_HUMAN_MAX - 1) n = ONS_HUMAN_MAX - 1;
    memcpy(buf, text, n);
    buf[n] = '\0';
    return buf;
}

/* The odd ones out; NULL for an ordinary number. */
static const char *odd(double v, char *buf)
{
    if (isnan(v)) return put(buf, "–");
    if (isinf(v)) return put(buf, v > 0 ? "∞" : "−∞");
    return NULL;
}

static double power_of_ten(int n)
{
    double p = 1;
    for (int i = 0; i < (n < 0 ? -n : n); i++) p *= 10;
    return n < 0 ? 1 / p : p;
}

/* |v| as digits with separators and decimals; |v| < 10^15. */
static void digits_put(double v, int decimals, const char *minus, bool separators, char *buf)
{
    double unit = power_of_ten(decimals);
    uint64_t scaled = (uint64_t)(fabs(v) * unit + .5);
    uint64_t u = (uint64_t)unit;
    uint64_t whole = scaled / u;
    char plain[24];
    int n = snprintf(plain, sizeof plain, "%llu", (unsigned long long)whole);
    char text[40];
    size_t at = 0;
    for (int i = 0; i < n; i++) {
        if (separators && i > 0 && (n - i) % 3 == 0) text[at++] = ',';
        text[at++] = plain[i];
    }
    text[at] = '\0';
    const char *sign = v < 0 && scaled > 0 ? minus : "";
    if (decimals == 0) {
        (void)snprintf(buf, ONS_HUMAN_MAX, "%s%s", sign, text);
    } else {
        (void)snprintf(buf, ONS_HUMAN_MAX, "%s%s.%0*llu", sign, text, decimals,
                       (unsigned long long)(scaled % u));
    }
}

const char *ons_human_fixed(double v, int decimals, char *buf)
{
    if (!isfinite(v)) return put(buf, "0");
    if (decimals < 0) decimals = 0;
    if (decimals > 9) decimals = 9;
    double most = 1e15 / power_of_ten(decimals);
    if (v > most) v = most;
    if (v < -most) v = -most;
    digits_put(v, decimals, "-", false, buf);
    return buf;
}

const char *ons_human_exact(double v, char *buf)
{
    const char *o = odd(v, buf);
    if (o) return o;
    if (fabs(v) >= 1e15) return ons_human_power(v, 3, buf);
    digits_put(v, 0, "−", true, buf);
    return buf;
}

/* The decimal exponent of v after rounding to `digits` significant. */
static int exponent_of(double v, int digits)
{
    if (v == 0) return 0;
    v = fabs(v);
    int e = (int)floor(log10(v));
    double unit = pow(10, e - digits + 1);
    if (unit > 0 && floor(v / unit + .5) >= power_of_ten(digits)) e++;
    return e;
}

/* How many decimals show `digits` significant digits of a number of exponent e. */
static int decimals_for(int e, int digits)
{
    int d = digits - 1 - e;
    return d < 0 ? 0 : d > 9 ? 9 : d;
}

static const char *count_put(double v, int digits, const char *space, char *buf)
{
    static const char *const suffix[] = {"", "k", "M", "B", "T"};
    if (v == 0) return put(buf, "0");
    int e = exponent_of(v, digits < 3 ? 3 : digits); /* 999,999 is 1 M, not 1000 k */
    int step = e < 3 ? 0 : e / 3;
    if (step > 4) return ons_human_power(v, digits, buf);
    double m = v / power_of_ten(3 * step);
    char number[ONS_HUMAN_MAX];
    int decimals = decimals_for(exponent_of(m, digits), digits);
    if (step == 0 && m == floor(m)) decimals = 0; /* 7 models, not 7.0 */
    digits_put(m, decimals, "−", false, number);
    (void)snprintf(buf, ONS_HUMAN_MAX, "%.40s%s%s", number, step ? space : "", suffix[step]);
    return buf;
}

const char *ons_human_count(double v, int digits, char *buf)
{
    const char *o = odd(v, buf);
    return o ? o : count_put(v, digits, " ", buf);
}

const char *ons_human_count_tight(double v, char *buf)
{
    const char *o = odd(v, buf);
    return o ? o : count_put(v, 1, "", buf);
}

const char *ons_human_power(double v, int digits, char *buf)
{
    const char *o = odd(v, buf);
    if (o) return o;
    if (v == 0) return put(buf, "0");
    int e = exponent_of(v, digits);
    double m = e < -290 ? v * 1e300 / pow(10, e + 300) : v / pow(10, e);
    char number[ONS_HUMAN_MAX];
    digits_put(m, decimals_for(0, digits), "−", false, number);
    char exponent[24];
    (void)snprintf(exponent, sizeof exponent, "%d", e < 0 ? -e : e);
    int at = strcmp(number, "1") == 0 || strcmp(number, "1.0") == 0 || strcmp(number, "1.00") == 0
                 ? snprintf(buf, ONS_HUMAN_MAX, "10%s", e < 0 ? "⁻" : "")
                 : snprintf(buf, ONS_HUMAN_MAX, "%.20s×10%s", number, e < 0 ? "⁻" : "");
    for (const char *c = exponent; *c && at > 0 && at < ONS_HUMAN_MAX; c++)
        at += snprintf(buf + at, ONS_HUMAN_MAX - (size_t)at, "%s", superscript[*c - '0']);
    return buf;
}

const char *ons_human_number(double v, int digits, char *buf)
{
    const char *o = odd(v, buf);
    if (o) return o;
    if (v == 0) return put(buf, "0");
    int e = exponent_of(v, digits);
    if (e < -4 || e >= 7) return ons_human_power(v, digits, buf);
    digits_put(v, decimals_for(e, digits), "−", true, buf);
    return buf;
}

const char *ons_human_percent(double fraction, int digits, char *buf)
{
    const char *o = odd(fraction, buf);
    if (o) return o;
    double v = 100 * fraction;
    int decimals = digits >= 3 ? 1 : 0;
    if (decimals == 0 && fabs(v) < 9.95) decimals = 1;
    if (decimals == 0 && v >= 99.5 && v < 100) decimals = 1;
    double unit = power_of_ten(decimals);
    bool whole = digits < 3 && fabs(v * unit - round(v) * unit) < .5;
    char number[ONS_HUMAN_MAX];
    digits_put(v, whole ? 0 : decimals, "−", false, number);
    (void)snprintf(buf, ONS_HUMAN_MAX, "%.40s %%", number);
    return buf;
}

const char *ons_human_p(double p, char *buf)
{
    const char *o = odd(p, buf);
    if (o) return o;
    if (p < 1e-4) return put(buf, "< .0001");
    if (p >= .995) return put(buf, "1");
    int decimals = decimals_for(exponent_of(p, p < .001 ? 1 : 2), p < .001 ? 1 : 2);
    char number[ONS_HUMAN_MAX];
    digits_put(p, decimals, "−", false, number);
    return put(buf, number[0] == '0' ? number + 1 : number);
}

const char *ons_human_p_equals(double p, char *buf)
{
    char number[ONS_HUMAN_MAX];
    (void)ons_human_p(p, number);
    (void)snprintf(buf, ONS_HUMAN_MAX, "p %s%.40s", number[0] == '<' ? "" : "= ", number);
    return buf;
}

const char *ons_human_cardinal(size_t n, char *buf)
{
    static const char *const word[] = {"no",    "one",   "two",  "three", "four",   "five",  "six",
                                       "seven", "eight", "nine", "ten",   "eleven", "twelve"};
    if (n < sizeof word / sizeof *word) return put(buf, word[n]);
    return ons_human_exact((double)n, buf);
}
