#include "study/axis_keys.h"

#include <math.h>

/* "auto" stands alone. */
static ons_status read_axes(const ons_yaml_node *n, unsigned *ret_axes, ons_err *err)
{
    unsigned axes = 0;
    size_t i;
    if (n->kind != ONS_YAML_SEQUENCE) {
        ONS_TRY(ons_yaml_word(n, ons_axis_names, ONS_AXIS_LOSS + 1, &i, err));
        *ret_axes = i == ONS_AXIS_AUTO ? 0 : 1u << i;
        return ONS_OK;
    }
    for (const ons_yaml_entry *e = n->first; e; e = e->next) {
        ONS_TRY(ons_yaml_word(e->value, ons_axis_names + 1, ONS_AXIS_LOSS, &i, err));
        if (axes & 2u << i)
            return ONS_YAML_FAIL(err, ONS_FORMAT, e->value, "axis %s stands twice",
                                 ons_axis_names[i + 1]);
        axes |= 2u << i;
    }
    if (axes == 0) return ONS_YAML_FAIL(err, ONS_FORMAT, n, "an axis is due, or auto");
    *ret_axes = axes;
    return ONS_OK;
}

ons_status ons_axis_keys_read(const ons_yaml_node *root, unsigned *axes, double *w0, ons_err *err)
{
    const ons_yaml_node *a = ons_yaml_get(root, "axis"), *w = ons_yaml_get(root, "w0");
    if (a) ONS_TRY(read_axes(a, axes, err));
    if (w && ons_str_eq(w->text, ONS_S("auto"))) {
        *w0 = (double)NAN;
    } else if (w) {
        ONS_TRY(ons_yaml_f64(w, 1e-3, 20, w0, err));
    }
    return ONS_OK;
}
