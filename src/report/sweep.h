/* A learning-rate sweep in words and as a table. */
#ifndef ONS_REPORT_SWEEP_H
#define ONS_REPORT_SWEEP_H

#include <stddef.h>

#include "base/buf.h"
#include "base/sweep.h"

/* Losses this near the best one count as equal: runs of one recipe differ by more. */
#define ONS_SWEEP_FLAT_NATS .05

/* Points by size, then rate. One size of a sweep is a run of points. */
typedef struct ons_sweep_size {
    size_t first, n; /* points */
    size_t best;     /* index of the point of the lowest loss; of the lowest rate among equals */
    size_t lo, hi;   /* around it, points without a gap that lose less than FLAT_NATS */
} ons_sweep_size;
ons_sweep_size ons_sweep_size_at(const ons_sweep_point *p, size_t n, size_t first);

/* "28 k parameters: the best rate is 0.006 (1.23 nats); 0.003 to 0.012 lose less than 0.05." */
void ons_sweep_words(const ons_sweep_point *p, size_t n, const ons_sweep_size *s, ons_buf *out);
/* Lines of a table, then the words of every size; nothing where n is 0. */
void ons_sweep_text(const ons_sweep_point *p, size_t n, ons_buf *out);
/* The same as a part of the page. */
void ons_sweep_html(const ons_sweep_point *p, size_t n, ons_buf *out);

#endif
