/* A picture of characters: cells of a terminal, finer curves within them.
 *
 * A cell holds one character; a curve goes through cells that are still empty, with eight dots
 * a cell (braille) where Unicode is, else as ' above and . below. Inside report/. */
#ifndef ONS_REPORT_CANVAS_H
#define ONS_REPORT_CANVAS_H

#include "report/term.h"

#define ONS_CANVAS_WIDTH  120
#define ONS_CANVAS_HEIGHT 24
#define ONS_CANVAS_UNDER  255 /* in place of a colour: a curve hides the sign */

typedef struct ons_canvas {
    size_t width, height;                               /* cells; at most the constants above */
    uint32_t cell[ONS_CANVAS_HEIGHT][ONS_CANVAS_WIDTH]; /* 0: empty */
    unsigned char dots[ONS_CANVAS_HEIGHT][ONS_CANVAS_WIDTH];     /* of a curve, as in braille */
    unsigned char coloured[ONS_CANVAS_HEIGHT][ONS_CANVAS_WIDTH]; /* ANSI colour; 0: none */
} ons_canvas;

/* Empty. Too large a size becomes the largest there is. */
void ons_canvas_init(ons_canvas *c, size_t width, size_t height);
/* One character, over whatever is there; row 0 is the top. Nothing outside of the picture. */
void ons_canvas_put(ons_canvas *c, size_t column, size_t row, uint32_t sign, unsigned char colour);
/* One dot of a curve; x in [0, 2 width), y in [0, 4 height) from the top. */
void ons_canvas_dot(ons_canvas *c, size_t x, size_t y);
/* What a row shows, spaces at its end left out. */
void ons_canvas_row(const ons_canvas *c, size_t row, const ons_term *t);

#endif
