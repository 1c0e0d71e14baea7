/* What a store holds, as files for other programs. */
#ifndef ONS_STUDY_EXPORT_H
#define ONS_STUDY_EXPORT_H

#include "store/store.h"
#include "study/results.h"

typedef enum ons_export_format {
    ONS_EXPORT_CSV,
    ONS_EXPORT_JSON,
    ONS_EXPORT_LM_EVAL
} ons_export_format;

/* "csv", "json", "lm-eval"; NULL-terminated, in the order of ons_export_format. */
extern const char *const ons_export_format_names[];

/* csv: DIR/scores.csv, all columns, reads back the same. json: DIR/scores.jsonl and
 * DIR/verdicts.jsonl, one object a row and a series, as onset verdict --json prints them. lm-eval:
 * DIR/MODEL/results….json. The folder is made; files of the same names are replaced, each whole or
 * not at all. *ret_n: files written. Errors: those of store and files, NOMEM. */
ons_status ons_export_write(ons_store *s, ons_export_format format, const char *dir,
                            const ons_results_options *o, size_t *ret_n, ons_err *err);

#endif
