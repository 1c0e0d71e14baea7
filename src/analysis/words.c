/* The words of the command line. */
#include <string.h>

#include "analysis/verdict.h"

const char *ons_verdict_text(ons_verdict_word v)
{
    static const char *const text[] = {
#define X(name, word) word,
        ONS_VERDICT_MAP(X)
#undef X
    };
    return (size_t)v < ONS_VERDICT_COUNT ? text[v] : "?";
}

const char *ons_check_text(ons_metric_check c)
{
    static const char *const text[] = {
#define X(name, word) word,
        ONS_CHECK_MAP(X)
#undef X
    };
    return (size_t)c < ONS_CHECK_COUNT ? text[c] : "?";
}

const char *ons_flag_text(ons_flag_bit f)
{
    static const char *const text[] = {
#define X(name, word) word,
        ONS_FLAG_MAP(X)
#undef X
    };
    return (size_t)f < ONS_FLAG_COUNT ? text[f] : "?";
}

bool ons_verdict_parse(const char *text, ons_verdict_word *ret_v)
{
    for (int v = 0; v < ONS_VERDICT_COUNT; v++) {
        if (strcmp(text, ons_verdict_text((ons_verdict_word)v)) == 0) {
            *ret_v = (ons_verdict_word)v;
            return true;
        }
    }
    return false;
}
