/* A user's own skills, as JSON Lines: one item a line,
 *
 *   {"skill": "parity", "prompt": "p:1011=", "answer": "1", "chance": 0.5, "split": "train"}
 *
 * skill: 1 to 63 of a-z A-Z 0-9 _ - . and no name of a built-in skill. prompt, answer: printable
 * ASCII (what the vocabulary holds), at least one character each, shorter than ONS_SKILL_DOC_MAX
 * together. chance (0 to below 1), optional: the same on all lines of a skill that name it; without
 * it chance is the share of the most frequent answer. split: "train" or "test", without it by a hash
 * of the prompt, 1 in 8 is held out. Blank lines are passed over.
 *
 * A prompt that is asked is taught by no line of the file, and asked once; lines of "train" may
 * stand several times, which gives them weight. Every skill needs both. */
#ifndef ONS_TASK_EXCHANGE_SKILLS_JSONL_H
#define ONS_TASK_EXCHANGE_SKILLS_JSONL_H

#include "base/arena.h"
#include "base/slice.h"
#include "base/status.h"
#include "task/skill.h"

#define ONS_SKILLS_BYTES_MAX ((size_t)64 << 20)
#define ONS_SKILLS_LINES_MAX ((size_t)1 << 20)

/* Skills in the order in which the file names them first. They borrow the arena, not the text;
 * `file` is for messages. Errors: FORMAT, LIMIT (bytes, lines, skills), both with FILE:LINE; NOMEM. */
ons_status ons_skills_jsonl_read(ons_str text, const char *file, ons_arena *a,
                                 ons_skill_list *ret_list, ons_err *err);

#endif
