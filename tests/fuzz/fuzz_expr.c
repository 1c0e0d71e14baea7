/* Promises: a value is finite; a failure has a message and a byte inside the text. */
#include <math.h>
#include <stdlib.h>

#include "text/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ons_expr_var params = {"params", 59904};
    double v = NAN;
    ons_err err = ONS_ERR_INIT;
    ons_status s = ons_expr_eval((ons_str){(const char *)data, size}, &params, 1, &v, &err);
    if (s == ONS_OK) {
        if (!isfinite(v)) abort();
    } else if (err.code != s || err.what[0] == '\0' || (s == ONS_FORMAT && err.offset > size)) {
        abort();
    }
    return 0;
}
