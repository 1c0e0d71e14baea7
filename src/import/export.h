/* Scores in the form in which lm-evaluation-harness writes its results, for tools that read it.
 *
 * One document a model, prompt variant and number of shots. What the form has no place for
 * (family, scale, seed, chance, prompt) stands under the key "onset", from which ons_lm_eval_read
 * takes it back. */
#ifndef ONS_IMPORT_EXPORT_H
#define ONS_IMPORT_EXPORT_H

#include "base/buf.h"
#include "base/score.h"
#include "base/status.h"

/* row[0 .. n): of one model (name, family, seed and scale), prompt and number of shots, sorted by
 * task and metric. Appends the document and a newline. */
void ons_lm_eval_write(const ons_score *row, size_t n, ons_buf *out);
/* Are both of one document? */
bool ons_lm_eval_same_document(const ons_score *a, const ons_score *b);
/* Sorts rows so that those of a document lie side by side, by task and metric. */
void ons_lm_eval_sort(ons_score *row, size_t n);
/* The folder and file of its document: "EleutherAI__pythia-1b/results_chat_5shot.json". */
void ons_lm_eval_file_name(const ons_score *s, ons_buf *out);

#endif
