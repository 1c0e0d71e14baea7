/* The record of a run: its row in the table `run`, with exit status and times, and a row in
 * `event` for every stage, every job that begins or ends, and every warning. Progress is
 * handed on and not written.
 *
 *   ons_record r;
 *   ONS_TRY(ons_record_begin(&r, store, &run, monitor, err));
 *   s = … work with ons_record_monitor(&r) …;
 *   return ons_record_end(&r, s, err); */
#ifndef ONS_RUN_RECORD_H
#define ONS_RUN_RECORD_H

#include "base/monitor.h"
#include "store/store.h"

typedef struct ons_record {
    ons_store *store;
    ons_store_run run;
    const ons_monitor *next; /* who else hears of it; may be NULL */
    ons_monitor monitor;
    _Atomic int failed; /* status of the last event that could not be written */
} ons_record;

/* run: version, command, seed and threads are the caller's, the rest is filled in; its texts
 * are borrowed. The record stays where it is until the end: the monitor points to it. */
ons_status ons_record_begin(ons_record *r, ons_store *store, const ons_store_run *run,
                            const ons_monitor *next, ons_err *err);
/* Any thread may call it, but not from a callback of the store. */
const ons_monitor *ons_record_monitor(const ons_record *r);
/* Writes how the run ended; returns `s`, or what failed in the recording where s is OK. */
ons_status ons_record_end(ons_record *r, ons_status s, ons_err *err);

#endif
