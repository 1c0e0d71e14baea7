/* Status codes and the error object that every fallible ons_* function fills.
 *
 * Rules: return ons_status; take `ons_err *err` last (may be NULL); touch *err
 * only on failure; never print, never exit() below src/cli. */
#ifndef ONS_BASE_STATUS_H
#define ONS_BASE_STATUS_H

#include <stddef.h>
#include <stdint.h>

/* name, exit code for the CLI, short text. One list feeds enum, names, man page. */
#define ONS_STATUS_MAP(X)                                       \
    X(OK, 0, "ok")                                              \
    X(USAGE, 2, "wrong use of the command line")                \
    X(NOMEM, 3, "out of memory")                                \
    X(IO, 4, "input/output error")                              \
    X(FORMAT, 5, "malformed or truncated data")                 \
    X(LIMIT, 6, "a limit was exceeded")                         \
    X(UNSUPPORTED, 7, "valid, but not supported by this build") \
    X(PARTIAL, 8, "some work failed, the rest is kept")         \
    X(BUSY, 9, "in use by another process")                     \
    X(MISMATCH, 10, "the same work gave another result")        \
    X(INTERRUPTED, 130, "interrupted, what was done is kept")

typedef enum ons_status {
#define X(name, exit_code, text) ONS_##name,
    ONS_STATUS_MAP(X)
#undef X
        ONS_STATUS_COUNT
} ons_status;

#define ONS_NO_OFFSET UINT64_MAX

typedef struct ons_err {
    ons_status code;
    int sys_errno;        /* 0, or errno of the failed call */
    uint64_t offset;      /* byte position in the input, or ONS_NO_OFFSET */
    const char *src_file; /* where in our code it was raised (for -v) */
    int src_line;
    char what[192];  /* what happened, with the numbers seen and allowed */
    char where[256]; /* file, table, URL, rank: the thing the user can look at */
    char hint[192];  /* what to do next; empty if we do not know */
} ons_err;

#define ONS_ERR_INIT ((ons_err){.offset = ONS_NO_OFFSET})

const char *ons_status_name(ons_status s);
const char *ons_status_text(ons_status s);
int ons_status_exit_code(ons_status s);

/* Fill *err (if not NULL) and return `code`. Call it through ONS_FAIL. */
ons_status ons_err_set(ons_err *err, ons_status code, const char *src_file, int src_line,
                       const char *fmt, ...) __attribute__((format(printf, 5, 6), cold));

/* Each level adds what only it knows, and hands the same code on:
 * the reader the offset, the format the tensor, the caller the path. */
ons_status ons_err_offset(ons_err *err, ons_status code, uint64_t offset) __attribute__((cold));
/* Prepends to `where`, so the outermost context comes first. */
ons_status ons_err_where(ons_err *err, ons_status code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), cold));
ons_status ons_err_hint(ons_err *err, ons_status code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), cold));

#define ONS_FAIL(err, code, ...) ons_err_set((err), (code), __FILE__, __LINE__, __VA_ARGS__)
#define ONS_FAIL_AT(err, code, at, ...) \
    ons_err_offset((err), ONS_FAIL(err, code, __VA_ARGS__), (at))

/* Forward a failure unchanged: ONS_TRY(ons_reader_u32(r, "n", &n, err)); */
#define ONS_TRY(expr)                                \
    do {                                             \
        ons_status ons_try_s_ = (expr);              \
        if (ons_try_s_ != ONS_OK) return ons_try_s_; \
    } while (0)

/* "error: WHAT (WHERE, byte N); try: HINT" on one line, always NUL-terminated. */
void ons_err_format(const ons_err *err, char *buf, size_t cap);

#endif
