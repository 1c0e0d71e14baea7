#include "os/glob.h"

#include <glob.h>
#include <string.h>

static ons_status copy_paths(const glob_t *g, ons_arena *a, const char ***ret_paths, size_t *ret_n,
                             ons_err *err)
{
    const char **path;
    ONS_TRY(ONS_NEW(a, g->gl_pathc + 1, &path, err));
    for (size_t i = 0; i < g->gl_pathc; i++) {
        const size_t len = strlen(g->gl_pathv[i]);
        char *copy;
        ONS_TRY(ONS_NEW(a, len + 1, &copy, err));
        memcpy(copy, g->gl_pathv[i], len);
        path[i] = copy;
    }
    *ret_paths = path;
    *ret_n = g->gl_pathc;
    return ONS_OK;
}

ons_status ons_path_glob(const char *pattern, ons_arena *a, const char ***ret_paths, size_t *ret_n,
                         ons_err *err)
{
    glob_t g = {.gl_pathc = 0};
    const int rc = glob(pattern, GLOB_ERR, NULL, &g); /* sorted; the locale is C */
    ons_status s = ONS_OK;
    if (rc == 0 || rc == GLOB_NOMATCH) {
        s = copy_paths(&g, a, ret_paths, ret_n, err);
    } else if (rc == GLOB_NOSPACE) {
        s = ONS_FAIL(err, ONS_NOMEM, "no memory for the paths that match '%s'", pattern);
    } else {
        s = ONS_FAIL(err, ONS_IO, "cannot read a directory of '%s'", pattern);
    }
    globfree(&g);
    return s;
}
