/* Help for people, man pages (mdoc) and completion, all from the table of commands. */
#include "cli/cli.h"

#include <string.h>

#include "base/parse.h"

#define HELP_COLUMNS 78
#define HELP_INDENT  22

/* Words of `text` from column `at` on, wrapped with `indent` spaces. */
static void wrap(ons_buf *out, const char *text, size_t at, size_t indent)
{
    ons_str s = ons_str_of(text), word;
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

/* The paragraphs of `about`, separated by blank lines. */
static void paragraphs(ons_buf *out, const char *about)
{
    for (const char *p = about; *p;) {
        const char *end = strstr(p, "\n\n");
        size_t n = end ? (size_t)(end - p) : strlen(p);
        char text[1024];
        (void)snprintf(text, sizeof text, "%.*s", (int)n, p);
        wrap(out, text, 0, 0);
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
}

void ons_help_command(const ons_command *c, ons_buf *out)
{
    ons_buf_printf(out, "usage: onset %s ", c->name);
    wrap(out, c->usage, 14 + strlen(c->name), 14);
    ons_buf_char(out, '\n');
    paragraphs(out, c->about);
    ons_buf_text(out, "options:\n");
    for (const ons_option *o = c->option; o->name; o++) option_line(out, o);
    for (const ons_option *o = ons_common_options; o->name; o++) option_line(out, o);
    ons_buf_text(out, "\nexamples:\n");
    for (const char *const *e = c->example; *e; e += 2) {
        ons_buf_printf(out, "  %s\n      ", e[0]);
        wrap(out, e[1], 6, 6);
    }
}

/* mdoc takes '.' and '\'' at the start of a line, and '\\' anywhere, for itself. */
static void man_text(ons_buf *out, const char *text)
{
    bool line_start = true;
    for (const char *p = text; *p; p++) {
        if (line_start && (*p == '.' || *p == '\'')) ons_buf_text(out, "\\&");
        line_start = *p == '\n';
        if (*p == '\\') {
            ons_buf_text(out, "\\e");
        } else if (*p == '-') {
            ons_buf_text(out, "\\-");
        } else if (*p == '\n' && p[1] == '\n') {
            ons_buf_text(out, "\n.Pp\n");
            p++;
        } else {
            ons_buf_char(out, *p);
        }
    }
    ons_buf_char(out, '\n');
}

static void man_options(ons_buf *out, const ons_option *list)
{
    for (const ons_option *o = list; o->name; o++) {
        ons_buf_text(out, ".It Fl ");
        if (o->letter) ons_buf_printf(out, "%c , Fl ", o->letter);
        ons_buf_printf(out, "\\-%s", o->name);
        if (o->arg) {
            ons_buf_text(out, " Ar ");
            ons_buf_text(out, o->arg);
        }
        ons_buf_char(out, '\n');
        man_text(out, o->help);
    }
}

static void man_exit_status(ons_buf *out)
{
    ons_buf_text(out, ".Sh EXIT STATUS\n.Bl -tag -width indent -compact\n");
    for (int s = 0; s < ONS_STATUS_COUNT; s++)
        ons_buf_printf(out, ".It %d\n%s\n", ons_status_exit_code((ons_status)s),
                       ons_status_text((ons_status)s));
    ons_buf_text(out, ".El\n");
}

static void man_head(ons_buf *out, const char *suffix, const char *summary)
{
    ons_buf_printf(out, ".Dd $Mdocdate$\n.Dt ONSET%s%s 1\n.Os\n.Sh NAME\n.Nm onset%s%s\n.Nd ",
                   suffix ? "-" : "", suffix ? suffix : "", suffix ? "-" : "",
                   suffix ? suffix : "");
    man_text(out, summary);
}

static void man_overview(ons_buf *out)
{
    man_head(out, NULL, "which abilities of language models emerge with scale, and where");
    ons_buf_text(out, ".Sh SYNOPSIS\n.Nm onset\n.Ar command\n.Op Ar options\n.Sh DESCRIPTION\n");
    man_text(out, "Takes a family of language models to a verdict for every ability it tests: does "
                  "it emerge with scale, where, how sure are we, and did the metric make the jump. "
                  "The commands are:");
    ons_buf_text(out, ".Bl -tag -width verdict\n");
    for (const ons_command *c = ons_commands; c->name; c++) {
        ons_buf_printf(out, ".It Cm %s\n", c->name);
        man_text(out, c->summary);
    }
    ons_buf_text(out, ".El\n.Pp\nOptions of every command:\n.Bl -tag -width indent\n");
    man_options(out, ons_common_options);
    ons_buf_text(out, ".El\n");
    man_exit_status(out);
    ons_buf_text(out, ".Sh SEE ALSO\n");
    for (const ons_command *c = ons_commands; c->name; c++)
        ons_buf_printf(out, ".Xr onset-%s 1%s\n", c->name, c[1].name ? " ," : "");
}

void ons_help_man(const ons_command *c, ons_buf *out)
{
    if (!c) {
        man_overview(out);
        return;
    }
    man_head(out, c->name, c->summary);
    ons_buf_printf(out, ".Sh SYNOPSIS\n.Nm onset %s\n", c->name);
    man_text(out, c->usage);
    ons_buf_text(out, ".Sh DESCRIPTION\n");
    man_text(out, c->about);
    ons_buf_text(out, ".Pp\nThe options are:\n.Bl -tag -width indent\n");
    man_options(out, c->option);
    ons_buf_text(out, ".El\n.Pp\nOptions of every command stand in\n.Xr onset 1 .\n");
    man_exit_status(out);
    ons_buf_text(out, ".Sh EXAMPLES\n");
    for (const char *const *e = c->example; *e; e += 2) {
        man_text(out, e[1]);
        ons_buf_text(out, ".Pp\n.Dl ");
        man_text(out, e[0]);
        if (e[2]) ons_buf_text(out, ".Pp\n");
    }
    ons_buf_text(out, ".Sh SEE ALSO\n.Xr onset 1\n");
}

static void completion_words(ons_buf *out, const ons_option *list)
{
    for (; list->name; list++) ons_buf_printf(out, " --%s", list->name);
}

void ons_help_completion(ons_buf *out)
{
    ons_buf_text(out, "# bash completion for onset\n_onset() {\n  local words=\n"
                      "  case ${COMP_WORDS[1]} in\n");
    for (const ons_command *c = ons_commands; c->name; c++) {
        ons_buf_printf(out, "    %s) words='", c->name);
        completion_words(out, c->option);
        ons_buf_text(out, "' ;;\n");
    }
    ons_buf_text(out, "  esac\n  if [ \"$COMP_CWORD\" = 1 ]; then words='");
    for (const ons_command *c = ons_commands; c->name; c++) ons_buf_printf(out, " %s", c->name);
    ons_buf_text(out, "'; else words+='");
    completion_words(out, ons_common_options);
    ons_buf_text(out, "'; fi\n  COMPREPLY=($(compgen -W \"$words\" -- "
                      "\"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
                      "complete -o default -F _onset onset\n");
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
