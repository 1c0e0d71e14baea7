/* Shared by the parser and the getters of JSON: the value. */
#ifndef ONS_TEXT_JSON_PRIV_H
#define ONS_TEXT_JSON_PRIV_H

#include "text/json.h"

struct ons_json {
    ons_json_kind kind;
    bool truth;      /* of a boolean */
    bool whole;      /* a number written without point and exponent: `integer` holds it */
    const char *key; /* of a member, NUL-terminated */
    size_t key_at;   /* where it stands in the text */
    ons_json *next;  /* in the container; only while it is parsed */
    size_t n;        /* items or members; bytes of a string */
    union {
        double number;
        int64_t integer;
        const char *text; /* [n], and a NUL */
        ons_json **item;  /* [n] in the order of the file; of an object n more, by key */
    } as;
};

#endif
