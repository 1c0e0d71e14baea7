/* onset: argv in, exit code out. Errors are printed here and nowhere else. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/parse.h"
#include "cli/cli.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/pool.h"
#include "report/columns.h"
#include "report/html.h"
#include "report/term.h"
#include "text/json_out.h"

#define PROGRAM_LINE_MAX 4096
#define THREADS_MAX      1024
#define PLOT_MOST        3  /* abilities that a terminal plots without being asked */
#define ROWS_MOST        60 /* abilities that a reader of a terminal still looks through */

void ons_cli_terminal_size(int fd, size_t *ret_columns, size_t *ret_rows)
{
    struct winsize w;
    const bool known = ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col >= 20;
    *ret_columns = known ? w.ws_col : 80;
    *ret_rows = known && w.ws_row > 0 ? w.ws_row : 24;
}

/* The character set by the usual order of variables; setlocale is never called,
 * so that numbers keep the C locale's point. */
static bool locale_is_utf8(void)
{
    static const char *const name[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < 3; i++) {
        const char *v = getenv(name[i]);
        if (v && *v) return strstr(v, "UTF-8") || strstr(v, "utf8") || strstr(v, "UTF8");
    }
    return false;
}

static bool terminal_has_colour(int fd)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fd) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

static ons_status setup(ons_cli *cli, const ons_args *a, ons_err *err)
{
    static const char *const when[] = {"auto", "always", "never", NULL};
    size_t colour;
    uint64_t threads;
    ONS_TRY(ons_args_word(a, "color", when, 0, &colour, err));
    ONS_TRY(ons_args_u64(a, "threads", 1, THREADS_MAX, ons_cpu_count(), &threads, err));
    ONS_TRY(ons_args_u64(a, "seed", 0, UINT64_MAX, 0, &cli->seed, err));
    cli->threads = (size_t)threads;
    cli->quiet = ons_args_has(a, "quiet");
    cli->verbose = ons_args_has(a, "verbose");
    cli->log_json = ons_args_has(a, "log-json");
    cli->json = ons_args_has(a, "json");
    cli->colour = colour == 0 ? terminal_has_colour(STDOUT_FILENO) : colour == 1;
    cli->colour_err = colour == 0 ? terminal_has_colour(STDERR_FILENO) : colour == 1;
    cli->terminal = isatty(STDOUT_FILENO);
    cli->unicode = locale_is_utf8() && cli->terminal;
    cli->letters = cli->unicode_err = locale_is_utf8();
    cli->rows_most = cli->terminal && !ons_args_has(a, "all") ? ROWS_MOST : 0;
    cli->plot_most = ons_args_has(a, "plot") ? SIZE_MAX : cli->terminal ? PLOT_MOST : 0;
    size_t rows;
    ons_cli_terminal_size(STDOUT_FILENO, &cli->columns, &rows);
    const char *term = getenv("TERM");
    cli->progress = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0) && !cli->quiet &&
                    !ons_args_has(a, "no-progress");
    return ONS_OK;
}

ons_status ons_cli_print(const ons_buf *b, ons_err *err)
{
    ONS_TRY(ons_buf_status(b, err));
    ons_str s = ons_buf_str(b);
    if (fwrite(s.ptr, 1, s.len, stdout) == s.len && fflush(stdout) == 0) return ONS_OK;
    return ons_err_where(err, ONS_FAIL(err, ONS_IO, "cannot write the results"), "standard output");
}

void ons_cli_prose(const ons_cli *cli, ons_buf *out, const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    const ons_term t = {.columns = cli->columns,
                        .prose = cli->terminal ? cli->columns : sizeof text,
                        .unicode = cli->unicode,
                        .letters = cli->letters,
                        .out = out};
    ons_str rest = ons_str_of(text), line;
    while (rest.len) {
        (void)ons_str_cut(&rest, '\n', &line);
        ons_term_paragraph(&t, line);
    }
}

/* One JSON object on stderr, as --log-json promises. */
static void log_line(const char *event, const char *text)
{
    ons_buf b;
    ons_buf_init(&b, (size_t)64 * 1024);
    ons_json_out w = ons_json_out_make(&b);
    ons_json_open(&w, '{');
    ons_json_key(&w, "time_ms");
    ons_json_put_i64(&w, ons_clock_utc_ms());
    ons_json_member_text(&w, "event", event);
    ons_json_member_text(&w, "text", text);
    ons_json_close(&w);
    (void)fprintf(stderr, "%s\n", ons_buf_cstr(&b));
    ons_buf_release(&b);
}

/* Lines for people: names of others cannot steer the terminal, and what is longer than a line of
 * it is broken between words. */
static void say(const char *text)
{
    size_t columns, rows;
    ons_str rest = ons_str_of(text), line;
    ons_buf b;
    ons_cli_terminal_size(STDERR_FILENO, &columns, &rows);
    ons_buf_init(&b, (size_t)64 * 1024);
    const bool wrap = isatty(STDERR_FILENO);
    const ons_term t = {
        .columns = columns, .prose = columns, .unicode = true, .letters = true, .out = &b};
    do {
        const bool more = ons_str_cut(&rest, '\n', &line);
        if (wrap && ons_text_columns(line) > columns) {
            ons_term_paragraph(&t, line);
        } else {
            while (line.len) ons_glyph_add(&b, ons_glyph_next(&line));
            ons_buf_char(&b, '\n');
        }
        if (!more) break;
    } while (true);
    (void)fputs(ons_buf_cstr(&b), stderr);
    ons_buf_release(&b);
}

void ons_cli_note(const ons_cli *cli, const char *fmt, ...)
{
    if (cli->quiet) return;
    va_list ap;
    va_start(ap, fmt);
    char text[2048];
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (cli->log_json) {
        log_line("note", text);
    } else {
        say(text);
    }
}

static ons_status fail_no_command(const char *typed, ons_err *err)
{
    const char *name[32];
    size_t n = 0;
    for (const ons_command *c = ons_commands; c->name && n < 32; c++) name[n++] = c->name;
    const char *near = ons_str_nearest(ons_str_of(typed), name, n);
    ons_status s = ONS_FAIL(err, ONS_USAGE, "no command '%s'", typed);
    return near ? ons_err_hint(err, s, "onset %s", near) : ons_err_hint(err, s, "onset --help");
}

static ons_status print_help(const ons_command *c, ons_err *err)
{
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    if (c) {
        ons_help_command(c, &b);
    } else {
        ons_help_overview(&b);
    }
    ons_status s = ons_cli_print(&b, err);
    ons_buf_release(&b);
    return s;
}

static ons_status run_command(ons_cli *cli, const ons_command *c, int argc, char **argv,
                              ons_err *err)
{
    ons_args args;
    ons_status s = ons_args_parse(argc, argv, c->option, ons_common_options, &args, err);
    if (s == ONS_OK && ons_args_has(&args, "help")) return print_help(c, err);
    if (s == ONS_OK) s = setup(cli, &args, err);
    if (s == ONS_OK && c->no_seed && ons_args_has(&args, "seed"))
        ons_cli_note(cli, "warning: --seed changes nothing here: %s", c->no_seed);
    if (s == ONS_OK) s = c->run(cli, &args, err);
    /* Where nobody knew a better way on. */
    return s == ONS_USAGE ? ons_err_hint(err, s, "onset %s --help", c->name) : s;
}

static ons_status dispatch(ons_cli *cli, int argc, char **argv, ons_err *err)
{
    if (argc < 2) {
        ons_buf b;
        ons_buf_init(&b, 1 << 20);
        ons_help_overview(&b);
        (void)fputs(ons_buf_cstr(&b), stderr);
        ons_buf_release(&b);
        return ONS_FAIL(err, ONS_USAGE, "no command was given");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return print_help(NULL, err);
    if (strcmp(argv[1], "--version") == 0) {
        (void)printf("onset %s\n", ONS_VERSION);
        return ONS_OK;
    }
    const ons_command *c = ons_command_find(argv[1]);
    if (!c) return fail_no_command(argv[1], err);
    return run_command(cli, c, argc - 2, argv + 2, err);
}

static void join_line(int argc, char **argv, char *buf, size_t cap)
{
    size_t used = 0;
    buf[0] = '\0';
    for (int i = 0; i < argc && used < cap; i++) {
        int n = snprintf(buf + used, cap - used, "%s%s", i ? " " : "", i ? argv[i] : "onset");
        if (n > 0) used += (size_t)n;
    }
}

int main(int argc, char **argv)
{
    char line[PROGRAM_LINE_MAX];
    ons_std_files_hold();
    ons_interrupt_no_pipe_signal();
    join_line(argc, argv, line, sizeof line);
    ons_cli cli = {.program_line = line, .columns = 80, .threads = 1};
    ons_err err = ONS_ERR_INIT;
    ons_status s = dispatch(&cli, argc, argv, &err);
    if (s != ONS_OK && err.what[0]) {
        char text[1024];
        ons_err_format(&err, text, sizeof text);
        bool interrupted = s == ONS_INTERRUPTED;
        if (cli.log_json) {
            log_line(interrupted ? "interrupted" : "error", text + strlen("error: "));
            return ons_status_exit_code(s);
        }
        char told[sizeof text + 16];
        (void)snprintf(told, sizeof told, "%s%s", interrupted ? "interrupted: " : "",
                       text + (interrupted ? strlen("error: ") : 0));
        say(told);
        if (cli.verbose && err.src_file)
            (void)fprintf(stderr, "  raised at %s:%d\n", err.src_file, err.src_line);
    }
    return ons_status_exit_code(s);
}
