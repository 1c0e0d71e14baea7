/* Parts of the page, shared by the files that write it. */
#ifndef ONS_REPORT_PAGE_H
#define ONS_REPORT_PAGE_H

#include "report/view.h"

/* The script, compiled in (page.js). */
extern const unsigned char ons_page_js[];
extern const size_t ons_page_js_len;

/* How many series of each family have which verdict; nothing of one family. */
void ons_page_families(const ons_view *v, ons_buf *b);
/* Abilities against sizes on one axis, shaded; nothing where they are too few or too many. */
void ons_page_heat(const ons_view *v, ons_report_axis axis, ons_buf *b);
/* All series as one table that can be sorted. */
void ons_page_table(const ons_view *v, ons_buf *b);
/* The last section: method, error rates, the commands, how to cite. */
void ons_page_method(const ons_view *v, ons_buf *b);
/* A table of two columns; head: of the first. */
void ons_page_pairs(const ons_report_pair *p, size_t n, const char *head, ons_buf *b);
/* Everything the page looks like: what stands inside of <style>. */
void ons_page_style(ons_buf *b);
/* The section of one series. */
void ons_page_series(const ons_view *v, const ons_item *it, ons_buf *b);
/* Folded: the table of curves and other descriptions; nothing where they were not made. */
void ons_page_curves(const ons_report_series *s, ons_buf *b);
/* A verdict's sign as an inline picture (decoration: the word stands beside it). */
void ons_page_mark(const ons_report_series *s, ons_buf *b);
/* Text of the program's making that may hold names: built, then escaped. */
void ons_page_name(const ons_view *v, const ons_report_series *s, ons_buf *b);

#endif
