/* Man pages (mdoc), from the table of commands; clean for mandoc -Tlint. */
#include <string.h>

#include "base/parse.h"
#include "cli/cli.h"

#define LINE_MOST 76 /* bytes of a line of text; lint allows 80 */
#define MAN_DATE  "November 29, 2026"

/* One word as mdoc wants it: '.' and '\'' at the start of a line, and '\\' anywhere, are its own. */
static size_t put_word(ons_buf *out, ons_str w, bool line_start)
{
    const size_t before = out->len;
    for (size_t i = 0; i < w.len; i++) {
        const char c = w.ptr[i];
        if (i == 0 && line_start && (c == '.' || c == '\'')) ons_buf_text(out, "\\&");
        if (c == '\\')
            ons_buf_text(out, "\\e");
        else if (c == '-')
            ons_buf_text(out, "\\-");
        else
            ons_buf_char(out, c);
    }
    return out->len - before;
}

/* A full stop, maybe behind a closing bracket: a new sentence begins on a new line. */
static bool ends_sentence(ons_str w)
{
    while (w.len && (w.ptr[w.len - 1] == ')' || w.ptr[w.len - 1] == '"')) w.len--;
    return w.len > 1 && strchr(".!?", w.ptr[w.len - 1]) != NULL;
}

static void man_paragraph(ons_buf *out, ons_str text)
{
    ons_str word;
    size_t used = 0;
    while (text.len) {
        (void)ons_str_cut(&text, ' ', &word);
        if (word.len == 0) continue;
        if (used && used + 1 + word.len > LINE_MOST) {
            ons_buf_char(out, '\n');
            used = 0;
        } else if (used) {
            ons_buf_char(out, ' ');
            used++;
        }
        used += put_word(out, word, used == 0);
        if (!ends_sentence(word)) continue;
        if (text.len) ons_buf_char(out, '\n');
        used = 0;
    }
    ons_buf_char(out, '\n');
}

/* Paragraphs with blank lines between them. */
static void man_text(ons_buf *out, const char *text)
{
    for (const char *p = text; *p;) {
        const char *end = strstr(p, "\n\n");
        const size_t n = end ? (size_t)(end - p) : strlen(p);
        if (p != text) ons_buf_text(out, ".Pp\n");
        man_paragraph(out, (ons_str){p, n});
        p += n + (end ? 2 : 0);
    }
}

static void man_literal(ons_buf *out, const char *line)
{
    ons_buf_text(out, ".Bd -literal -offset indent\n");
    (void)put_word(out, ons_str_of(line), true);
    ons_buf_text(out, "\n.Ed\n");
}

/* ---- synopsis ---- */

/* "-o DIR" as "Fl o Ar DIR"; what is no option is an argument. */
static void synopsis_words(ons_buf *out, ons_str s)
{
    ons_str word;
    while (s.len) {
        (void)ons_str_cut(&s, ' ', &word);
        if (word.len == 0) continue;
        if (word.len > 1 && word.ptr[0] == '-') {
            ons_buf_text(out, " Fl ");
            (void)put_word(out, (ons_str){word.ptr + 1, word.len - 1}, false);
        } else {
            ons_buf_text(out, " Ar ");
            (void)put_word(out, word, false);
        }
    }
}

/* A line for each part of a usage such as "FILE.csv... -o DIR [--strict]". */
static void man_synopsis(ons_buf *out, const char *usage)
{
    for (ons_str s = ons_str_of(usage); s.len;) {
        size_t n = 0;
        const bool optional = s.ptr[0] == '[';
        if (optional) {
            while (n < s.len && s.ptr[n] != ']') n++;
            ons_buf_text(out, ".Op");
            synopsis_words(out, (ons_str){s.ptr + 1, n - 1});
            n += n < s.len;
        } else {
            while (n < s.len && !(s.ptr[n] == ' ' && n + 1 < s.len && s.ptr[n + 1] == '[')) n++;
            ons_buf b;
            ons_buf_init(&b, 4096);
            synopsis_words(&b, (ons_str){s.ptr, n});
            ons_buf_char(out, '.');
            if (b.len) ons_buf_add(out, b.ptr + 1, b.len - 1); /* without the space before */
            ons_buf_end_part(out, &b);
        }
        ons_buf_char(out, '\n');
        while (n < s.len && s.ptr[n] == ' ') n++;
        s = (ons_str){s.ptr + n, s.len - n};
    }
}

/* ---- parts ---- */

static void man_options(ons_buf *out, const ons_option *list)
{
    for (const ons_option *o = list; o->name; o++) {
        ons_buf_text(out, ".It Fl ");
        if (o->letter) ons_buf_printf(out, "%c , Fl ", o->letter);
        ons_buf_text(out, "\\-");
        (void)put_word(out, ons_str_of(o->name), false);
        if (o->arg) ons_buf_printf(out, " Ar %s", o->arg);
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

static void man_environment(ons_buf *out)
{
    static const char *const variable[] = {
        "NO_COLOR",
        "Where it is set and not empty, nothing is coloured unless --color=always says so.",
        "TERM",
        "Where it is dumb, there are neither colours nor bars.",
        "LC_ALL, LC_CTYPE, LANG",
        "The first of them that is set says whether the terminal takes UTF-8. Where it does not, "
        "and where the output is no terminal, tables and plots are ASCII.",
        "XDG_DATA_HOME, HOME",
        "Where onset eval keeps answers without -o and --db: in onset/onset.db below the first, or "
        "in .local/share/onset/onset.db below the second.",
        NULL,
    };
    ons_buf_text(out, ".Sh ENVIRONMENT\n.Bl -tag -width indent\n");
    for (const char *const *v = variable; *v; v += 2) {
        ons_buf_printf(out, ".It Ev %s\n", v[0]);
        man_text(out, v[1]);
    }
    ons_buf_text(out, ".El\n");
}

static void man_head(ons_buf *out, const char *suffix, const char *summary)
{
    ons_buf_text(out, ".Dd " MAN_DATE "\n.Dt ONSET");
    if (suffix) ons_buf_char(out, '-');
    for (const char *p = suffix; p && *p; p++) {
        static const char small[] = "abcdefghijklmnopqrstuvwxyz",
                          large[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const char *at = strchr(small, *p);
        ons_buf_add(out, at ? large + (at - small) : p, 1);
    }
    ons_buf_printf(out, " 1\n.Os\n.Sh NAME\n.Nm onset%s%s\n.Nd ", suffix ? "-" : "",
                   suffix ? suffix : "");
    man_text(out, summary);
}

/* The command behind c in the order of names; NULL: the first of all. */
static const ons_command *next_by_name(const ons_command *c)
{
    const ons_command *best = NULL;
    for (const ons_command *d = ons_commands; d->name; d++)
        if ((!c || strcmp(d->name, c->name) > 0) && (!best || strcmp(d->name, best->name) < 0))
            best = d;
    return best;
}

static void man_overview(ons_buf *out)
{
    man_head(out, NULL, "which abilities of language models emerge with scale, and where");
    ons_buf_text(out, ".Sh SYNOPSIS\n.Nm onset\n.Ar command\n.Op Ar options\n.Sh DESCRIPTION\n");
    man_text(out, "Takes a family of language models to a verdict for every ability it tests: does "
                  "it emerge with scale, where, how sure are we, and did the metric make the jump. "
                  "Results go to standard output; progress, warnings and errors to standard error. "
                  "The commands are:");
    ons_buf_text(out, ".Bl -tag -width verdict\n");
    for (const ons_command *c = ons_commands; c->name; c++) {
        ons_buf_printf(out, ".It Cm %s\n", c->name);
        man_text(out, c->summary);
    }
    ons_buf_text(out, ".El\n.Pp\nOptions of every command:\n.Bl -tag -width indent\n");
    man_options(out, ons_common_options);
    ons_buf_text(out, ".El\n");
    man_environment(out);
    man_exit_status(out);
    ons_buf_text(out, ".Sh SEE ALSO\n");
    for (const ons_command *c = next_by_name(NULL); c;) {
        const ons_command *after = next_by_name(c);
        ons_buf_printf(out, ".Xr onset-%s 1%s\n", c->name, after ? " ," : "");
        c = after;
    }
}

void ons_help_man(const ons_command *c, ons_buf *out)
{
    if (!c) {
        man_overview(out);
        return;
    }
    man_head(out, c->name, c->summary);
    ons_buf_printf(out, ".Sh SYNOPSIS\n.Nm onset %s\n", c->name);
    man_synopsis(out, c->usage);
    ons_buf_text(out, ".Sh DESCRIPTION\n");
    man_text(out, c->about);
    ons_buf_text(out, ".Pp\nThe options are:\n.Bl -tag -width indent\n");
    man_options(out, c->option);
    ons_buf_text(out, ".El\n.Pp\nOptions of every command stand in\n.Xr onset 1 .\n");
    man_exit_status(out);
    ons_buf_text(out, ".Sh EXAMPLES\n");
    for (const char *const *e = c->example; *e; e += 2) {
        if (e != c->example) ons_buf_text(out, ".Pp\n");
        man_text(out, e[1]);
        man_literal(out, e[0]);
    }
    ons_buf_text(out, ".Sh SEE ALSO\n.Xr onset 1\n");
}
