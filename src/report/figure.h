/* The figures of the page. Each appends one or more labelled <svg> elements. */
#ifndef ONS_REPORT_FIGURE_H
#define ONS_REPORT_FIGURE_H

#include "report/view.h"

/* The map of thresholds of the primary series on one axis, for wide windows and (in
 * a second drawing) for narrow ones. */
void ons_figure_map(const ons_view *v, ons_report_axis axis, ons_buf *b);
/* One of the small multiples. label_chance: write the word at the dashed line. */
void ons_figure_panel(const ons_view *v, const ons_item *it, bool label_chance, ons_buf *b);
/* The score over scale: seeds, median, both curves, chance, threshold. */
void ons_figure_score(const ons_view *v, const ons_item *it, ons_buf *b);
/* The continuous partner on the same axis of scale, with the same band. */
void ons_figure_partner(const ons_view *v, const ons_item *it, ons_buf *b);
/* The share of the runs of one size that made more than half of the way from chance to all right:
 * where runs are many, learning by luck is seen as such. */
#define ONS_LEARNED_RUNS 4 /* of some size; fewer say nothing of a share */
bool ons_figure_has_learned(const ons_item *it);
void ons_figure_learned(const ons_view *v, const ons_item *it, ons_buf *b);
/* Loss against compute, or against parameters where every family is one budget of compute; nothing
 * where fewer than two models know both. */
void ons_figure_models(const ons_view *v, ons_buf *b);
/* The range of x that all panels of an axis share; false where there is none. */
bool ons_axis_range(const ons_view *v, ons_report_axis axis, double *ret_lo, double *ret_hi);

/* <style> for a figure in a file of its own: light, without variables. */
void ons_figure_style(ons_buf *b);

/* What a figure shows, in words, for who cannot see it. */
void ons_figure_words(const ons_view *v, const ons_item *it, ons_buf *out);

#endif
