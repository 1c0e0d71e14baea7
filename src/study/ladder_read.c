/* Ladder files and the skills they name, from disk. */
#include <string.h>

#include "os/file.h"
#include "study/ladder_file.h"
#include "task/exchange/skills_jsonl.h"

#define LADDER_BYTES_MAX ((size_t)4 << 20)

ons_status ons_own_skills_read(const char *path, ons_arena *a, ons_skill_list *ret_list,
                               ons_err *err)
{
    ons_buf text;
    ons_buf_init(&text, ONS_SKILLS_BYTES_MAX);
    ons_status s = ons_file_read(path, &text, err);
    if (s == ONS_OK) s = ons_skills_jsonl_read(ons_buf_str(&text), path, a, ret_list, err);
    ons_buf_release(&text);
    return s;
}

/* Where the skills_file of a ladder is: as named from here, else beside the ladder file. */
static ons_status find(const char *name, const char *ladder, char *buf, size_t cap, ons_err *err)
{
    ONS_TRY(ons_path_format(buf, cap, err, "%s", name));
    if (ons_file_exists(buf)) return ONS_OK;
    const char *slash = strrchr(ladder, '/');
    if (slash && name[0] != '/') {
        ONS_TRY(ons_path_format(buf, cap, err, "%.*s/%s", (int)(slash - ladder), ladder, name));
        if (ons_file_exists(buf)) return ONS_OK;
    }
    const ons_status s = ONS_FAIL(err, ONS_IO, "no skills_file '%.150s', here or beside it", name);
    return ons_err_where(err, s, "%s", ladder);
}

ons_status ons_ladder_of_text(ons_str text, const char *path, ons_arena *a,
                              ons_ladder_file *ret_file, ons_err *err)
{
    ons_ladder_head head;
    ons_skill_list own = {.n = 0};
    char file[ONS_PATH_MAX];
    ONS_TRY(ons_ladder_parse_head(text, path, &head, err));
    if (head.skills_file[0]) {
        ONS_TRY(find(head.skills_file, path, file, sizeof file, err));
        ONS_TRY(ons_own_skills_read(file, a, &own, err));
    }
    return ons_ladder_parse(text, path, &own, a, ret_file, err);
}

ons_status ons_ladder_read(const char *path, ons_arena *a, ons_ladder_file *ret_file,
                           ons_str *ret_text, ons_err *err)
{
    ons_buf text;
    char *copy = NULL;
    ons_buf_init(&text, LADDER_BYTES_MAX);
    ons_status s = ons_file_read(path, &text, err);
    if (s == ONS_OK) s = ONS_NEW(a, text.len + 1, &copy, err);
    if (s == ONS_OK) {
        if (text.len) memcpy(copy, text.ptr, text.len);
        *ret_text = (ons_str){copy, text.len};
        s = ons_ladder_of_text(*ret_text, path, a, ret_file, err);
    }
    ons_buf_release(&text);
    return s;
}
