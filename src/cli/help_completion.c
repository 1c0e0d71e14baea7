/* Completion for bash, from the table of commands. */
#include <string.h>

#include "base/parse.h"
#include "cli/cli.h"
#include "task/skill.h"

/* What is known of values and first arguments beyond the tables: by what they are called there,
 * or by the command. Words; "/" stands for folders. */
static const struct {
    const char *of, *words;
} known[] = {
    {"AXIS", "auto flops params tokens loss"},
    {"WHEN", "auto always never"},
    {"DIR", "/"},
    {"MODEL", "/"},
    {"ls", "skills tasks models runs studies"},
    {"import", "lm-eval bigbench helm csv auto"},
    {"export", "csv json lm-eval"},
};

static const char *find_known(const char *of)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].of, of) == 0) return known[i].words;
    return NULL;
}

static bool is_file(const char *arg)
{
    return strncmp(arg, "FILE", 4) == 0 || strcmp(arg, "DB") == 0;
}

static void put_skills(ons_buf *out)
{
    for (size_t i = 0; i < ons_skill_count(); i++)
        ons_buf_printf(out, "%s%s", i ? " " : "", ons_skill_at(i)->name);
}

/* A branch of the case over "COMMAND:OPTION": what its value may be. */
static void put_value(ons_buf *out, const char *command, const ons_option *o)
{
    if (!o->arg || is_file(o->arg)) return; /* a flag, or files: what bash does by itself */
    ons_buf_printf(out, "    %s:--%s", command, o->name);
    if (o->letter) ons_buf_printf(out, " | %s:-%c", command, o->letter);
    ons_buf_text(out, ") kind=words words='");
    const char *words = find_known(o->arg);
    if (strncmp(o->arg, "TASK", 4) == 0)
        put_skills(out);
    else if (words && strcmp(words, "/") != 0)
        ons_buf_text(out, words);
    ons_buf_text(out, "'");
    if (words && strcmp(words, "/") == 0) ons_buf_text(out, " kind=folders");
    ons_buf_text(out, " ;;\n");
}

static void put_names(ons_buf *out, const ons_option *list)
{
    for (; list->name; list++) {
        ons_buf_printf(out, " --%s", list->name);
        if (list->letter) ons_buf_printf(out, " -%c", list->letter);
    }
}

static void put_commands(ons_buf *out)
{
    for (const ons_command *c = ons_commands; c->name; c++) ons_buf_printf(out, " %s", c->name);
}

/* The option names of each command, and its first argument where that is one of a few words. */
static void put_options(ons_buf *out)
{
    for (const ons_command *c = ons_commands; c->name; c++) {
        const char *words = find_known(c->name);
        ons_buf_printf(out, "    %s) options='", c->name);
        put_names(out, c->option);
        ons_buf_text(out, "' first='");
        if (strcmp(c->name, "help") == 0)
            put_commands(out);
        else if (words)
            ons_buf_text(out, words);
        ons_buf_text(out, "' ;;\n");
    }
}

/* bash cuts "--axis=pa" at the equals sign; "kind" says what is offered: names of options, words,
 * folders, or (files) what bash offers by itself. */
static const char head[] =
    "# bash completion for onset\n"
    "_onset() {\n"
    "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "  local command=${COMP_WORDS[1]} kind=files words='' options='' first='' common='";
static const char middle[] = "'\n"
                             "  COMPREPLY=()\n"
                             "  if [ \"$COMP_CWORD\" = 1 ]; then command= prev=first\n"
                             "  elif [ \"$cur\" = = ]; then cur=\n"
                             "  elif [ \"$prev\" = = ]; then prev=${COMP_WORDS[COMP_CWORD-2]}\n"
                             "  fi\n"
                             "  case $command in\n";
static const char values[] = "  esac\n"
                             "  case $command:$prev in\n";
static const char tail[] = "    *) case $cur in\n"
                           "         -*) kind=words words=\"$options $common\" ;;\n"
                           "         *) if [ \"$COMP_CWORD\" = 2 ] && [ -n \"$first\" ]; then "
                           "kind=words words=$first; fi ;;\n"
                           "       esac ;;\n"
                           "  esac\n"
                           "  case $kind in\n"
                           "    words) compopt +o default 2>/dev/null || :\n"
                           "      COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
                           "    folders) compopt -o dirnames 2>/dev/null || :\n"
                           "      COMPREPLY=($(compgen -d -- \"$cur\")) ;;\n"
                           "  esac\n"
                           "}\n"
                           "complete -o default -F _onset onset\n";

void ons_help_completion(ons_buf *out)
{
    ons_buf_text(out, head);
    put_names(out, ons_common_options);
    ons_buf_text(out, middle);
    put_options(out);
    ons_buf_text(out, values);
    ons_buf_text(out, "    :first) kind=words words='");
    put_commands(out);
    ons_buf_text(out, " --help --version' ;;\n");
    for (const ons_command *c = ons_commands; c->name; c++)
        for (const ons_option *o = c->option; o->name; o++) put_value(out, c->name, o);
    for (const ons_option *o = ons_common_options; o->name; o++) put_value(out, "*", o);
    ons_buf_text(out, tail);
}
