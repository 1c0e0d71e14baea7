/* Any bytes as the recipe of a store: it says something in range, or nothing. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "study/study_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ons_study_decisions d = {.w0 = (double)NAN};
    ons_err err = ONS_ERR_INIT;
    if (ons_study_recipe_decisions((ons_str){(const char *)data, size}, &d, &err) != ONS_OK)
        abort();
    if (d.axes >> (ONS_AXIS_LOSS + 1) || d.axes & 1u << ONS_AXIS_AUTO) abort();
    if (!isnan(d.w0) && !(d.w0 >= 1e-3 && d.w0 <= 20)) abort();
    return 0;
}
