#include "report/canvas.h"

#include <string.h>

void ons_canvas_init(ons_canvas *c, size_t width, size_t height)
{
    memset(c, 0, sizeof *c);
    c->width = width < ONS_CANVAS_WIDTH ? width : ONS_CANVAS_WIDTH;
    c->height = height < ONS_CANVAS_HEIGHT ? height : ONS_CANVAS_HEIGHT;
}

void ons_canvas_put(ons_canvas *c, size_t column, size_t row, uint32_t sign, unsigned char colour)
{
    if (column >= c->width || row >= c->height) return;
    c->cell[row][column] = sign;
    c->coloured[row][column] = colour;
}

void ons_canvas_dot(ons_canvas *c, size_t x, size_t y)
{
    /* Braille counts its dots down the left column, then the right one; the lowest pair was
     * added later and comes last. */
    static const unsigned char bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    if (x / 2 >= c->width || y / 4 >= c->height) return;
    c->dots[y / 4][x / 2] |= bit[y % 4][x % 2];
}

/* Dots in ASCII: which half of the cell they are in. */
static char ascii_of(unsigned dots)
{
    const bool above = dots & (0x01 | 0x08 | 0x02 | 0x10),
               below = dots & (0x04 | 0x20 | 0x40 | 0x80);
    if (above && below) return ':';
    return above ? '\'' : '.';
}

void ons_canvas_row(const ons_canvas *c, size_t row, const ons_term *t)
{
    size_t n = c->width;
    while (n > 0 && !c->cell[row][n - 1] && !c->dots[row][n - 1]) n--;
    for (size_t k = 0; k < n; k++) {
        const uint32_t sign = c->cell[row][k];
        const unsigned dots = c->dots[row][k], colour = c->coloured[row][k];
        const bool over = sign && c->coloured[row][k] != ONS_CANVAS_UNDER;
        if (over || (sign && !dots)) {
            const bool ansi = t->colour && colour && colour != ONS_CANVAS_UNDER;
            if (ansi) ons_buf_printf(t->out, "\x1b[38;5;%um", colour);
            (void)ons_term_put(t, sign, 0);
            if (ansi) ons_buf_text(t->out, "\x1b[0m");
        } else if (dots && t->unicode) {
            (void)ons_term_put(t, 0x2800 + dots, 0);
        } else {
            (void)ons_term_put(t, dots ? (uint32_t)ascii_of(dots) : ' ', 0);
        }
    }
}
