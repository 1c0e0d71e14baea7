/* tokenizer.json of our ladders: one token per character of printable ASCII.
 *
 * id = code - 32 for ' '..'~', and 95 is end-of-text, `<|endoftext|>`. As the tokenizers
 * library sees it: a BPE without merges, no normaliser, no splitter, decoded by joining. */
#ifndef ONS_MODEL_HF_TOKENIZER_H
#define ONS_MODEL_HF_TOKENIZER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"

#define ONS_HF_VOCAB      96
#define ONS_HF_EOS        95
#define ONS_HF_EOS_TEXT   "<|endoftext|>"
#define ONS_HF_FIRST_CHAR 32 /* id = code - ONS_HF_FIRST_CHAR */

/* Append the files. */
void ons_hf_tokenizer_write(ons_buf *out);
void ons_hf_tokenizer_config_write(size_t max_len, ons_buf *out);
void ons_hf_generation_config_write(ons_buf *out);

/* Accepts the tokenizer described above and nothing else.
 * Errors: FORMAT (no JSON, wrong kinds), UNSUPPORTED (by name), NOMEM. */
ons_status ons_hf_tokenizer_check(ons_str json, ons_err *err);

/* ret_ids: room for text.len. Errors: FORMAT naming the byte of a character the vocabulary lacks. */
ons_status ons_hf_encode(ons_str text, int32_t *ret_ids, ons_err *err);
/* Appends the characters; end-of-text gives nothing. */
void ons_hf_decode(const int32_t *ids, size_t n, ons_buf *out);

#endif
