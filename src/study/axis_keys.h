/* The keys `axis` and `w0` of ladder and study files. */
#ifndef ONS_STUDY_AXIS_KEYS_H
#define ONS_STUDY_AXIS_KEYS_H

#include "study/series.h"
#include "text/yaml.h"

/* One axis, a list of them, or auto (0). Leaves *axes (of ons_series_options) and *w0 as they are
 * where the mapping lacks the key; w0 "auto" is NaN. Errors: FORMAT with what is allowed. */
ons_status ons_axis_keys_read(const ons_yaml_node *root, unsigned *axes, double *w0, ons_err *err);

#endif
