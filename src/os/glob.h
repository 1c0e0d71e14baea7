/* File name patterns: * ? [abc], as a shell means them. */
#ifndef ONS_OS_GLOB_H
#define ONS_OS_GLOB_H

#include "base/arena.h"
#include "base/status.h"

/* The paths that match, sorted by bytes, in the arena; none is no error.
 * Errors: IO (a directory that cannot be read), NOMEM. */
ons_status ons_path_glob(const char *pattern, ons_arena *a, const char ***ret_paths, size_t *ret_n,
                         ons_err *err);

#endif
