/* Writes HTML and SVG. Text is escaped, markup is literals only, so what a model
 * wrote can never become markup.
 *
 * Everything appends to an ons_buf, whose errors stick: check once at the end. */
#ifndef ONS_REPORT_HTML_H
#define ONS_REPORT_HTML_H

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* Markup: string literals only (anything else does not compile). */
#define ons_html_raw(b, literal) ons_buf_add((b), "" literal "", sizeof(literal) - 1)

/* Text between tags or inside a quoted attribute: & < > " ' are escaped, what is
 * no valid UTF-8, reverses the direction of writing, or is a control character
 * but tab and newline, becomes a visible sign. */
void ons_html_text(ons_buf *b, ons_str text);
/* As ons_html_text, for sentences: "95 %", "1.3 B" and "p = .04" are not broken across lines. */
void ons_html_prose(ons_buf *b, ons_str text);
void ons_html_cstr(ons_buf *b, const char *text);
/* A coordinate with at most one decimal. */
void ons_html_num(ons_buf *b, double v);

/* Takes the next character off a text that may be any bytes. Invalid UTF-8,
 * surrogates, non-characters, C1 controls and direction overrides give U+FFFD, C0
 * controls (but tab and newline) their picture (U+2400…). The text is not empty. */
uint32_t ons_glyph_next(ons_str *text);
/* Appends a character as UTF-8. */
void ons_glyph_add(ons_buf *b, uint32_t c);

#endif
