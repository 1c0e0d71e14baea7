#include "report/svg.h"

#include <math.h>

#include "base/parse.h"
#include "report/html.h"

double ons_map_at(const ons_map *m, double v)
{
    if (!(m->hi > m->lo)) return (m->from + m->to) / 2;
    return m->from + (v - m->lo) / (m->hi - m->lo) * (m->to - m->from);
}

void ons_svg_open(ons_buf *b, const char *css, double width, double height, ons_str label)
{
    ons_html_raw(b, "<svg role=\"img\" class=\"");
    ons_html_cstr(b, css);
    ons_html_raw(b, "\" viewBox=\"0 0 ");
    ons_html_num(b, width);
    ons_html_raw(b, " ");
    ons_html_num(b, height);
    ons_html_raw(b, "\" aria-label=\"");
    ons_html_text(b, label);
    ons_html_raw(b, "\">\n");
}

void ons_svg_close(ons_buf *b) { ons_html_raw(b, "</svg>\n"); }

static void open_shape(ons_buf *b, const char *name, const char *css)
{
    ons_html_raw(b, "<");
    ons_html_cstr(b, name);
    ons_html_raw(b, " class=\"");
    ons_html_cstr(b, css);
    ons_html_raw(b, "\"");
}

static void number(ons_buf *b, const char *name, double v)
{
    ons_html_raw(b, " ");
    ons_html_cstr(b, name);
    ons_html_raw(b, "=\"");
    ons_html_num(b, v);
    ons_html_raw(b, "\"");
}

void ons_svg_line(ons_buf *b, const char *css, double x1, double y1, double x2, double y2)
{
    open_shape(b, "line", css);
    number(b, "x1", x1);
    number(b, "y1", y1);
    number(b, "x2", x2);
    number(b, "y2", y2);
    ons_html_raw(b, "/>\n");
}

void ons_svg_lines_open(ons_buf *b, const char *css)
{
    open_shape(b, "path", css);
    ons_html_raw(b, " d=\"");
}

void ons_svg_lines_add(ons_buf *b, double x1, double y1, double x2, double y2)
{
    ons_html_raw(b, "M");
    ons_html_num(b, x1);
    ons_html_raw(b, " ");
    ons_html_num(b, y1);
    if (y1 == y2) { /* most lines are level or upright */
        ons_html_raw(b, "H");
        ons_html_num(b, x2);
    } else if (x1 == x2) {
        ons_html_raw(b, "V");
        ons_html_num(b, y2);
    } else {
        ons_html_raw(b, "L");
        ons_html_num(b, x2);
        ons_html_raw(b, " ");
        ons_html_num(b, y2);
    }
}

void ons_svg_lines_dot(ons_buf *b, double x, double y)
{
    ons_html_raw(b, "M");
    ons_html_num(b, x);
    ons_html_raw(b, " ");
    ons_html_num(b, y);
    ons_html_raw(b, "h0");
}

void ons_svg_lines_close(ons_buf *b) { ons_html_raw(b, "\"/>\n"); }

void ons_svg_rect(ons_buf *b, const char *css, double x, double y, double w, double h)
{
    open_shape(b, "rect", css);
    number(b, "x", x);
    number(b, "y", y);
    number(b, "width", w > 0 ? w : 0);
    number(b, "height", h > 0 ? h : 0);
    ons_html_raw(b, "/>\n");
}

static void open_circle(ons_buf *b, const char *css, double x, double y, double r)
{
    open_shape(b, "circle", css);
    number(b, "cx", x);
    number(b, "cy", y);
    number(b, "r", r);
}

void ons_svg_circle(ons_buf *b, const char *css, double x, double y, double r)
{
    open_circle(b, css, x, y, r);
    ons_html_raw(b, "/>\n");
}

void ons_svg_circle_told(ons_buf *b, const char *css, double x, double y, double r, ons_str told)
{
    open_circle(b, css, x, y, r);
    ons_html_raw(b, "><title>");
    ons_html_text(b, told);
    ons_html_raw(b, "</title></circle>\n");
}

void ons_svg_text(ons_buf *b, const char *css, char anchor, double x, double y, ons_str text)
{
    ons_html_raw(b, "<text class=\"");
    ons_html_cstr(b, css);
    if (anchor == 'm') ons_html_raw(b, " m");
    if (anchor == 'e') ons_html_raw(b, " e");
    ons_html_raw(b, "\"");
    number(b, "x", x);
    number(b, "y", y);
    ons_html_raw(b, ">");
    ons_html_text(b, text);
    ons_html_raw(b, "</text>\n");
}

void ons_svg_polyline(ons_buf *b, const char *css, const double *x, const double *y, size_t n)
{
    for (size_t i = 0; i < n;) {
        while (i < n && !(isfinite(x[i]) && isfinite(y[i]))) i++;
        size_t from = i;
        while (i < n && isfinite(x[i]) && isfinite(y[i])) i++;
        if (i < from + 2) continue;
        open_shape(b, "polyline", css);
        ons_html_raw(b, " points=\"");
        for (size_t j = from; j < i; j++) {
            if (j > from) ons_html_raw(b, " ");
            ons_html_num(b, x[j]);
            ons_html_raw(b, ",");
            ons_html_num(b, y[j]);
        }
        ons_html_raw(b, "\"/>\n");
    }
}

static void polygon(ons_buf *b, const char *css, const double (*p)[2], size_t n)
{
    open_shape(b, "polygon", css);
    ons_html_raw(b, " points=\"");
    for (size_t i = 0; i < n; i++) {
        if (i) ons_html_raw(b, " ");
        ons_html_num(b, p[i][0]);
        ons_html_raw(b, ",");
        ons_html_num(b, p[i][1]);
    }
    ons_html_raw(b, "\"/>\n");
}

/* The left half of a candidate's circle. */
static void half_disc(ons_buf *b, const char *css, double x, double y, double r)
{
    open_shape(b, "path", css);
    ons_html_raw(b, " d=\"M");
    ons_html_num(b, x);
    ons_html_raw(b, " ");
    ons_html_num(b, y - r);
    ons_html_raw(b, "A");
    ons_html_num(b, r);
    ons_html_raw(b, " ");
    ons_html_num(b, r);
    ons_html_raw(b, " 0 0 0 ");
    ons_html_num(b, x);
    ons_html_raw(b, " ");
    ons_html_num(b, y + r);
    ons_html_raw(b, "Z\"/>\n");
}

void ons_svg_mark(ons_buf *b, const ons_look *look, double x, double y, double r)
{
    char css[32];
    (void)snprintf(css, sizeof css, "mk %s", look->css);
    double up[3][2] = {{x, y - r}, {x + r, y + .8 * r}, {x - r, y + .8 * r}};
    double down[3][2] = {{x, y + r}, {x + r, y - .8 * r}, {x - r, y - .8 * r}};
    double diamond[4][2] = {{x, y - 1.15 * r}, {x + r, y}, {x, y + 1.15 * r}, {x - r, y}};
    switch (look->mark) {
    case ONS_MARK_DOT:
        ons_svg_circle(b, css, x, y, r);
        break;
    case ONS_MARK_HALF:
        ons_svg_circle(b, "mk v-u", x, y, r);
        half_disc(b, css, x, y, r);
        break;
    case ONS_MARK_DIAMOND:
        polygon(b, css, (const double(*)[2])diamond, 4);
        break;
    case ONS_MARK_UP:
        polygon(b, css, (const double(*)[2])up, 3);
        break;
    case ONS_MARK_SQUARE:
        ons_svg_rect(b, css, x - .85 * r, y - .85 * r, 1.7 * r, 1.7 * r);
        break;
    case ONS_MARK_DOWN:
        polygon(b, css, (const double(*)[2])down, 3);
        break;
    case ONS_MARK_RING:
    case ONS_MARK_HOLLOW:
        ons_svg_circle(b, css, x, y, r);
        break;
    }
}

double ons_text_width(ons_str text, double size)
{
    double w = 0;
    while (text.len > 0) {
        uint32_t c = ons_glyph_next(&text);
        bool narrow = c == ' ' || c == '.' || c == ',' || c == 'i' || c == 'l' || c == 'j' ||
                      c == 't' || c == 'f' || c == 'r' || c == '(' || c == ')' || c == ':';
        bool wide = c == 'm' || c == 'w' || c == 'M' || c == 'W' || c == '%' || c == '@' ||
                    c == '_' || (c >= 'A' && c <= 'Z');
        w += c >= 0x1100 && c != 0xFFFD && c < 0x20000 && (c < 0x2000 || c > 0x2BFF) ? 1.05
             : narrow                                                                ? .36
             : wide                                                                  ? .8
                                                                                     : .6;
    }
    return w * size;
}

/* n characters, the last `end` of them from the text's end. */
static void cut_text(ons_str text, size_t n, size_t end, ons_buf *out)
{
    ons_str rest = text;
    size_t k = 0;
    for (; rest.len > 0; k++) (void)ons_glyph_next(&rest);
    const size_t from = k > n ? n - 1 - end : k, to = k > n ? k - end : k;
    for (size_t i = 0; i < k; i++) {
        uint32_t c = ons_glyph_next(&text);
        if (i == from) ons_glyph_add(out, 0x2026);
        if (i < from || i >= to) ons_glyph_add(out, c == '\n' || c == '\t' ? ' ' : c);
    }
}

void ons_text_shorten(ons_str text, size_t n, ons_buf *out) { cut_text(text, n, 0, out); }

void ons_text_squeeze(ons_str text, size_t n, ons_buf *out) { cut_text(text, n, n / 2, out); }

void ons_boxes_init(ons_boxes *s, double x, double y, double w, double h)
{
    s->n = 0;
    s->frame = (ons_box){x, y, w, h};
}

bool ons_boxes_add(ons_boxes *s, ons_box b)
{
    if (s->n == ONS_BOXES_MAX) return false;
    s->box[s->n++] = b;
    return true;
}

bool ons_boxes_free(const ons_boxes *s, ons_box b)
{
    if (s->n == ONS_BOXES_MAX) return false;
    if (b.x < s->frame.x || b.y < s->frame.y || b.x + b.w > s->frame.x + s->frame.w ||
        b.y + b.h > s->frame.y + s->frame.h)
        return false;
    for (size_t i = 0; i < s->n; i++) {
        const ons_box *o = &s->box[i];
        if (b.x < o->x + o->w && o->x < b.x + b.w && b.y < o->y + o->h && o->y < b.y + b.h)
            return false;
    }
    return true;
}

bool ons_label_near(ons_boxes *s, ons_buf *b, const char *css, double size, double x, double y,
                    double gap, ons_str text)
{
    static const double dx[] = {0, 0, 1, -1, 1, -1, 1, -1};
    static const double dy[] = {-1, 1, 0, 0, -1, -1, 1, 1};
    double w = ons_text_width(text, size), h = 1.15 * size;
    for (size_t i = 0; i < sizeof dx / sizeof *dx; i++) {
        double cx = x + dx[i] * (gap + w / 2);
        double cy = y + dy[i] * (gap + h / 2);
        ons_box box = {cx - w / 2, cy - h / 2, w, h};
        if (!ons_boxes_free(s, box)) continue;
        (void)ons_boxes_add(s, box);
        ons_svg_text(b, css, 'm', cx, cy + .34 * size, text);
        return true;
    }
    return false;
}
