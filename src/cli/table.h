/* Tables that align: cells are collected, then printed with columns as wide as needed. */
#ifndef ONS_CLI_TABLE_H
#define ONS_CLI_TABLE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"
#include "cli/cli.h"

typedef struct ons_column {
    const char *title; /* NULL ends the list */
    bool right;        /* numbers stand at the right */
} ons_column;

typedef struct ons_table {
    const ons_column *column;
    size_t n_columns, n_cells;
    ons_buf text, ends; /* all cells; where each one ends */
} ons_table;

void ons_table_init(ons_table *t, const ons_column *columns);
void ons_table_release(ons_table *t);
/* The next cell, row by row. What cannot be printed gets a sign that stands for it. */
void ons_table_cell(ons_table *t, ons_str s);
/* As stdout takes it: on a terminal too narrow for it the last text is wrapped and the widest
 * others are cut, numbers never. */
void ons_table_print(const ons_table *t, const ons_cli *cli, ons_buf *out);

#endif
