/* Between a worker and the process that forked it. */
#ifndef ONS_RUN_WORKER_PRIV_H
#define ONS_RUN_WORKER_PRIV_H

#include <string.h>

#include "os/process.h"
#include "run/workers.h"

/* One write into the pipe: an event, or the failure of a job. */
typedef struct ons_worker_message {
    bool is_failure;
    bool has_job, has_text, has_unit;
    ons_event event;  /* its texts are those below */
    size_t job_index; /* of the failure; SIZE_MAX: the worker itself */
    ons_status status;
    ons_err why; /* src_file points into the program, which is the same on both sides */
    char job[128], unit[16], text[1400];
} ons_worker_message;
_Static_assert(sizeof(ons_worker_message) <= ONS_PROCESS_MESSAGE_MAX, "written as one");

typedef struct ons_worker_room {
    const ons_workers *workers;
    ons_shared_flag *stop; /* up: all stop, keeping what they have */
} ons_worker_room;

#define ONS_LEASE_MS ((int64_t)60000)

static inline int64_t ons_worker_lease_ms(const ons_workers *w)
{
    return w->lease_ms ? w->lease_ms : ONS_LEASE_MS;
}
/* How often a lease is renewed, and how long the last ones may take to end. */
static inline int64_t ons_worker_grace_ms(const ons_workers *w)
{
    return ons_worker_lease_ms(w) / 6;
}

/* ons_process_main of a worker; ctx: ons_worker_room. */
int ons_worker_main(void *ctx, size_t index, int fd);

#endif
