/* Parts of the page, shared by the files that write it. */
#ifndef ONS_REPORT_PAGE_H
#define ONS_REPORT_PAGE_H

#include "report/view.h"

/* <style> with everything the page looks like. */
void ons_page_style(ons_buf *b);
/* The section of one series. */
void ons_page_series(const ons_view *v, const ons_item *it, ons_buf *b);
/* A verdict's sign as an inline picture (decoration: the word stands beside it). */
void ons_page_mark(const ons_report_series *s, ons_buf *b);
/* Text of the program's making that may hold names: built, then escaped. */
void ons_page_name(const ons_view *v, const ons_report_series *s, ons_buf *b);

#endif
