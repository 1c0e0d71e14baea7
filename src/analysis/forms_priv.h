/* Inside of the table of curves (describe.h): the curves, and where a search for each begins. */
#ifndef ONS_ANALYSIS_FORMS_PRIV_H
#define ONS_ANALYSIS_FORMS_PRIV_H

#include "analysis/describe.h"
#include "analysis/series_priv.h"

enum { ONS_FORM_PARAMETERS_MAX = 6 };

/* What is fitted. */
typedef struct ons_form_data {
    const ons_rows *rows;
    bool bounded;             /* scores lie in 0..1 */
    double floor;             /* chance; NaN: unknown */
    double lo, hi;            /* smallest and largest pooled score */
    double t[ONS_POINTS_MAX]; /* per scale: 0 at the smallest, 1 at the largest */
    double y[ONS_POINTS_MAX]; /* per scale: pooled score */
} ons_form_data;

/* Parameters that a search moves; 0: there is nothing to search for, or not by these means (step,
 * isotonic). Negative: the form does not apply to such data. */
int ons_form_parameters(const ons_form_data *d, ons_form f);

/* The curve at t; p: [ons_form_parameters], any real numbers. */
double ons_form_at(const ons_form_data *d, ons_form f, const double *p, double t);

/* The i-th place from which to search; false: there are no more. ret_p, ret_step:
 * [ONS_FORM_PARAMETERS_MAX], the place and how far to reach first. */
bool ons_form_start(const ons_form_data *d, ons_form f, size_t i, double *ret_p, double *ret_step);

#endif
