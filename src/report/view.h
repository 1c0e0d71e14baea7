/* A study sorted for showing: what page and terminal both start from. */
#ifndef ONS_REPORT_VIEW_H
#define ONS_REPORT_VIEW_H

#include "base/arena.h"
#include "report/report.h"
#include "report/scale.h"

#define ONS_VIEW_ID_MAX 96

/* How much of each series the page shows: the more there are, the less. */
typedef enum ons_detail {
    ONS_DETAIL_FULL,
    ONS_DETAIL_SHORT, /* all but further metrics are drawn; the tests are told where there is a threshold */
    ONS_DETAIL_GROUPED /* only thresholds are drawn; the others are lines in groups by verdict */
} ons_detail;

typedef struct ons_item {
    const ons_report_series *s;
    ons_scales g;             /* of the points */
    int place;                /* headline, the same on another axis, further metrics */
    ons_scales partner;       /* of the partner's points; n = 0 where there is none */
    bool drawn;               /* has a row in the map, a panel and a figure of its own */
    char id[ONS_VIEW_ID_MAX]; /* unique, begins with "series-" */
} ons_item;

/* Counts for the first line; 0 or NaN: not known. */
typedef struct ons_facts {
    size_t n_sizes, n_seeds, n_abilities, n_families;
    double items_least, items_most, params_least, params_most;
} ons_facts;

typedef struct ons_view {
    const ons_report *r;
    ons_item **item; /* primary ones first; then by verdict, onset, name */
    size_t n, n_primary;
    size_t n_views; /* n_primary and, after them, the same abilities on the other axes */
    ons_detail detail;
    ons_report_axis axis; /* of the headline, where the report is by axis */
    ons_facts facts;
    bool many_families; /* names say the family */
    /* Primary series of one task and family differ in it, so names say it. */
    bool names_need_metric, names_need_shots, names_need_prompt;
    bool
        compact; /* dots are drawn in few bytes and do not say their values: the page has too many */
    bool no_links; /* figures stand alone, without the page around them */
} ons_view;

/* Lives in the arena; borrows r. The same for every order of r->series.
 * Errors: LIMIT (a series with too many points or answers), NOMEM. */
ons_status ons_view_make(const ons_report *r, ons_arena *a, ons_view *ret_v, ons_err *err);

/* The name of a series among the others: "add_2", "add_2 (GPT-3)", "add_2 (5 shots)". */
void ons_item_name(const ons_view *v, const ons_report_series *s, ons_buf *out);
/* The same without family and shots, for a table that has columns for them. */
void ons_item_name_short(const ons_view *v, const ons_report_series *s, ons_buf *out);
/* "8 models of 2,432 to 106,496 parameters, 3 seeds each, 8 abilities." */
void ons_facts_words(const ons_view *v, ons_buf *out);
/* The answer in two sentences. */
void ons_answer_words(const ons_view *v, ons_buf *out);

#endif
