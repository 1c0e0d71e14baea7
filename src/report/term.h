/* Text in columns: what the report for the terminal, and tables of commands, are
 * written with. */
#ifndef ONS_REPORT_TERM_H
#define ONS_REPORT_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

typedef struct ons_term {
    size_t columns; /* of the terminal */
    size_t prose;   /* of running text, which long lines make hard to read */
    size_t indent;  /* columns before each line of it */
    bool unicode, colour;
    bool letters; /* those of names as they are, although unicode is false */
    ons_buf *out;
} ons_term;

/* One character, newlines as spaces; returns the columns it took. before: the one before it. */
size_t ons_term_put(const ons_term *t, uint32_t c, uint32_t before);
void ons_term_spaces(const ons_term *t, size_t n);
/* The columns that a text would take. */
size_t ons_term_width(const ons_term *t, ons_str s);
/* A text in exactly n columns: cut with an ellipsis, or filled; right: filled before. */
void ons_term_field(const ons_term *t, ons_str s, size_t n, bool right);
/* The same, left-aligned and cut in its middle: names are told apart by their ends. */
void ons_term_name(const ons_term *t, ons_str s, size_t n);
/* Words wrapped at the width of prose, newline at the end. */
void ons_term_paragraph(const ons_term *t, ons_str s);

#endif
