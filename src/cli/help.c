/* Help for people, from the table of commands. */
#include "cli/cli.h"

#include <string.h>

#include "base/parse.h"

#define HELP_COLUMNS 78
#define HELP_INDENT  22

/* Words of a text from column `at` on, wrapped with `indent` spaces. */
static void wrap_str(ons_buf *out, ons_str s, size_t at, size_t indent)
{
    ons_str word;
    bool first = true;
    while (s.len) {
        (void)ons_str_cut(&s, ' ', &word);
        if (word.len == 0) continue;
        if (!first && at + 1 + word.len > HELP_COLUMNS) {
            ons_buf_printf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            ons_buf_char(out, ' ');
            at++;
        }
        ons_buf_str_add(out, word);
        at += word.len;
        first = false;
    }
    ons_buf_char(out, '\n');
}

static void wrap(ons_buf *out, const char *text, size_t at, size_t indent)
{
    wrap_str(out, ons_str_of(text), at, indent);
}

static void option_line(ons_buf *out, const ons_option *o)
{
    char left[64];
    char letter[8] = "    ";
    if (o->letter) (void)snprintf(letter, sizeof letter, "-%c, ", o->letter);
    int n = snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name, o->arg ? " " : "",
                     o->arg ? o->arg : "");
    size_t used = n > 0 ? (size_t)n : 0;
    ons_buf_text(out, left);
    if (used + 2 > HELP_INDENT + 4) {
        ons_buf_char(out, '\n');
        used = 0;
    }
    ons_buf_printf(out, "%*s", (int)(HELP_INDENT + 4 - used), "");
    wrap(out, o->help, HELP_INDENT + 4, HELP_INDENT + 4);
}

/* As wrap; what stands in brackets stays in one line. */
static void wrap_usage(ons_buf *out, const char *usage, size_t at, size_t indent)
{
    for (ons_str s = ons_str_of(usage); s.len;) {
        size_t n = 0, depth = 0;
        while (n < s.len && (depth > 0 || s.ptr[n] != ' ')) {
            depth += s.ptr[n] == '[';
            depth -= s.ptr[n] == ']' && depth > 0;
            n++;
        }
        if (s.ptr != usage && at + 1 + n > HELP_COLUMNS) {
            ons_buf_printf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (s.ptr != usage) {
            ons_buf_char(out, ' ');
            at++;
        }
        ons_buf_add(out, s.ptr, n);
        at += n;
        n += n < s.len;
        s = (ons_str){s.ptr + n, s.len - n};
    }
    ons_buf_char(out, '\n');
}

/* The paragraphs of `about`, separated by blank lines. */
static void paragraphs(ons_buf *out, const char *about)
{
    for (const char *p = about; *p;) {
        const char *end = strstr(p, "\n\n");
        size_t n = end ? (size_t)(end - p) : strlen(p);
        wrap_str(out, (ons_str){p, n}, 0, 0);
        ons_buf_char(out, '\n');
        p += n + (end ? 2 : 0);
    }
}

void ons_help_overview(ons_buf *out)
{
    ons_buf_text(out, "onset: which abilities of language models emerge with scale, and where\n\n"
                      "usage: onset COMMAND [OPTIONS]\n\n");
    for (const ons_command *c = ons_commands; c->name; c++) {
        ons_buf_printf(out, "  %-10s", c->name);
        wrap(out, c->summary, 12, 12);
    }
    ons_buf_text(out, "\nonset COMMAND --help says more. onset --version names the version.\n\n"
                      "examples:\n  onset demo\n  onset verdict scores.csv\n");
    ons_buf_text(out, "\nexit status:\n");
    for (int i = 0; i < ONS_STATUS_COUNT; i++)
        ons_buf_printf(out, "  %-4d%s\n", ons_status_exit_code((ons_status)i),
                       ons_status_text((ons_status)i));
}

void ons_help_command(const ons_command *c, ons_buf *out)
{
    ons_buf_printf(out, "usage: onset %s ", c->name);
    wrap_usage(out, c->usage, 14 + strlen(c->name), 14);
    ons_buf_char(out, '\n');
    paragraphs(out, c->about);
    ons_buf_text(out, "options:\n");
    for (const ons_option *o = c->option; o->name; o++) option_line(out, o);
    for (const ons_option *o = ons_common_options; o->name; o++)
        if (!ons_option_find(c->option, o->name)) option_line(out, o);
    ons_buf_text(out, "\nexamples:\n");
    for (const char *const *e = c->example; *e; e += 2) {
        ons_buf_printf(out, "  %s\n      ", e[0]);
        wrap(out, e[1], 6, 6);
    }
}

ons_status ons_cmd_help(ons_cli *cli, const ons_args *args, ons_err *err)
{
    (void)cli;
    const ons_command *c = NULL;
    if (args->n_positional > 1)
        return ONS_FAIL(err, ONS_USAGE, "help takes one command, %zu were given",
                        args->n_positional);
    if (args->n_positional == 1) {
        c = ons_command_find(args->positional[0]);
        if (!c) {
            ons_status s = ONS_FAIL(err, ONS_USAGE, "no command '%s'", args->positional[0]);
            return ons_err_hint(err, s, "onset help");
        }
    }
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    if (ons_args_has(args, "completion")) {
        ons_help_completion(&b);
    } else if (ons_args_has(args, "man")) {
        ons_help_man(c, &b);
    } else if (c) {
        ons_help_command(c, &b);
    } else {
        ons_help_overview(&b);
    }
    ons_status s = ons_cli_print(&b, err);
    ons_buf_release(&b);
    return s;
}
