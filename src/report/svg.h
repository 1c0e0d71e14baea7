/* Drawing: scales, shapes and labels that keep out of each other's way. */
#ifndef ONS_REPORT_SVG_H
#define ONS_REPORT_SVG_H

#include <stdbool.h>

#include "base/buf.h"
#include "report/look.h"
#include "report/report.h"

/* A linear map of [lo, hi] onto [from, to] (pixels; to < from turns it round). */
typedef struct ons_map {
    double lo, hi, from, to;
} ons_map;
double ons_map_at(const ons_map *m, double v);

/* Class names and literal attributes are the program's own; texts are escaped. */
void ons_svg_open(ons_buf *b, const char *css, double width, double height, ons_str label);
void ons_svg_close(ons_buf *b);
void ons_svg_line(ons_buf *b, const char *css, double x1, double y1, double x2, double y2);
/* Many lines in one element: open, line…, close. */
void ons_svg_lines_open(ons_buf *b, const char *css);
void ons_svg_lines_add(ons_buf *b, double x1, double y1, double x2, double y2);
/* A line without length, which a round end makes a dot: a quarter of the bytes of a circle. */
void ons_svg_lines_dot(ons_buf *b, double x, double y);
void ons_svg_lines_close(ons_buf *b);
void ons_svg_rect(ons_buf *b, const char *css, double x, double y, double w, double h);
void ons_svg_circle(ons_buf *b, const char *css, double x, double y, double r);
/* A circle that tells what it stands for where one points at it. */
void ons_svg_circle_told(ons_buf *b, const char *css, double x, double y, double r, ons_str told);
/* anchor: 's' start, 'm' middle, 'e' end (by a class: a page has tens of thousands of texts) */
void ons_svg_text(ons_buf *b, const char *css, char anchor, double x, double y, ons_str text);
/* A line through n points; pieces break where y is NaN. */
void ons_svg_polyline(ons_buf *b, const char *css, const double *x, const double *y, size_t n);
/* The sign of a verdict, about 2r wide. */
void ons_svg_mark(ons_buf *b, const ons_look *look, double x, double y, double r);

/* Pixels that a text takes at a size, estimated on the wide side. */
double ons_text_width(ons_str text, double size);
/* Cuts a text to n characters with "…"; appends to out. */
void ons_text_shorten(ons_str text, size_t n, ons_buf *out);

/* As ons_text_shorten, but what is left out is in its middle: ends tell names apart. */
void ons_text_squeeze(ons_str text, size_t n, ons_buf *out);

#define ONS_BOXES_MAX 1024
typedef struct ons_box {
    double x, y, w, h;
} ons_box;

/* What is drawn already, and the frame that labels may not leave. */
typedef struct ons_boxes {
    ons_box frame;
    size_t n;
    ons_box box[ONS_BOXES_MAX];
} ons_boxes;

void ons_boxes_init(ons_boxes *s, double x, double y, double w, double h);
/* More than ONS_BOXES_MAX: false, nothing is kept, and nothing will be free any more. */
bool ons_boxes_add(ons_boxes *s, ons_box b);
bool ons_boxes_free(const ons_boxes *s, ons_box b);
/* Puts a label near a point: above, below, right, left, then the four corners. True
 * and drawn where there was room; else it is left out. */
bool ons_label_near(ons_boxes *s, ons_buf *b, const char *css, double size, double x, double y,
                    double gap, ons_str text);

#endif
