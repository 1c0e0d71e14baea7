/* Small arithmetic in files people write: `2.0M * sqrt(params / 59904)`.
 *
 *   sum     = product { (+ | -) product }
 *   product = sign { (* | /) sign }
 *   sign    = { + | - } power
 *   power   = atom [ ^ sign ]               right-associative, so -2^2 = -4
 *   atom    = number [k|M|B|T] | name | sqrt( sum ) | ( sum )
 *
 * Pure; thread-safe. */
#ifndef ONS_TEXT_EXPR_H
#define ONS_TEXT_EXPR_H

#include <stddef.h>

#include "base/slice.h"
#include "base/status.h"

#define ONS_EXPR_BYTES_MAX ((size_t)1024)
#define ONS_EXPR_DEPTH_MAX 64

typedef struct ons_expr_var {
    const char *name;
    double value;
} ons_expr_var;

/* The value of the whole of `text`; always finite.
 * Errors: FORMAT with the byte (syntax, an unknown name, division by zero, a result that
 * is no finite number), LIMIT (length, nesting). */
ons_status ons_expr_eval(ons_str text, const ons_expr_var *var, size_t n_vars, double *ret_v,
                         ons_err *err);

#endif
