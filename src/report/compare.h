/* The same ability beside itself: asked in several ways, or of several families. */
#ifndef ONS_REPORT_COMPARE_H
#define ONS_REPORT_COMPARE_H

#include "report/view.h"

/* Lines in one figure; of more one could not tell them apart. */
#define ONS_BESIDE_MOST 8

/* Series of one ability on one axis that differ in one thing. */
typedef struct ons_beside {
    const ons_item *item[ONS_BESIDE_MOST]; /* by shots, prompt, family */
    size_t n;
    bool by_family; /* else by shots and prompt */
} ons_beside;

/* The group that item i of the headline begins; fewer than two: it begins none. */
void ons_beside_of(const ons_view *v, size_t i, bool by_family, ons_beside *ret_g);
/* "add_2 (GPT-3)": what they have in common. */
void ons_beside_name(const ons_view *v, const ons_beside *g, ons_buf *out);
/* Every series as a line over scale, named at its end. */
void ons_figure_beside(const ons_view *v, const ons_beside *g, ons_buf *b);
/* Three numbers of shots or more, of which some model has two. */
bool ons_beside_has_shots(const ons_beside *g);
/* Every size as a line over the examples in the prompt. */
void ons_figure_shots(const ons_view *v, const ons_beside *g, ons_buf *b);
/* Do any two series belong together, and are they few enough to be drawn? */
bool ons_page_has_beside(const ons_view *v);
/* The section of the page; nothing where no two series belong together. */
void ons_page_beside(const ons_view *v, ons_buf *b);

#endif
