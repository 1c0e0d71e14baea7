#include "study/axis_keys.h"

#include <math.h>

ons_status ons_axis_keys_read(const ons_yaml_node *root, ons_axis *axis, double *w0, ons_err *err)
{
    const ons_yaml_node *a = ons_yaml_get(root, "axis"), *w = ons_yaml_get(root, "w0");
    if (a) {
        size_t i;
        ONS_TRY(ons_yaml_word(a, ons_axis_names, ONS_AXIS_LOSS + 1, &i, err));
        *axis = (ons_axis)i;
    }
    if (w && ons_str_eq(w->text, ONS_S("auto"))) {
        *w0 = (double)NAN;
    } else if (w) {
        ONS_TRY(ons_yaml_f64(w, 1e-3, 20, w0, err));
    }
    return ONS_OK;
}
