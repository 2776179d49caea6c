/* What a reader sees of one block of ordinary flow. */

#ifndef CLEANER_VISIBLE_TEXT_H
#define CLEANER_VISIBLE_TEXT_H

#include "native.h"

enum { TEXT_PIECE, REFERENCE_PIECE, BLANK_PIECE, BREAK_PIECE, CELL_PIECE };
enum { ENTITY, WHITESPACE, LINE_BREAK, LAYOUT, KINDS };

/* A run of a block's source; the meaning, of references and of white space with references in it, is borrowed. */
typedef struct {
    int64_t start, end;
    PyObject *meaning;
    int kind, is_linked;
} Piece;

/* A repair before it is a record; the text is owned. */
typedef struct {
    int64_t start, end;
    PyObject *text;
    int kind;
} Change;

/* The text so far; one line serves all blocks of a page, one after the other. */
typedef struct {
    Text source;
    const int64_t *returns; /* where the page has a character more than the source that is read here */
    Py_ssize_t return_count;
    Builder out;
    Change *repairs;
    Py_ssize_t repair_count, repair_room;
    Numbers unused; /* start and end of each run of characters that show nothing */
    int64_t first, last, space_start, space_end, space_row, link_chars;
    int ended;
    Py_ssize_t borders; /* of cells, which stand where the next character is kept: what shows nothing may come first */
    PyObject *nothing, *one_space, *line_end, *cell_border;
} Line;

int open_line(Line *line, PyObject *source, const int64_t *returns, Py_ssize_t return_count);
void close_line(Line *line);

/* Where *at* is in the page. */
int64_t in_source(const Line *line, int64_t at);

/* Reads *pieces* anew, which may be preformatted; nothing is visible where ``first`` stays below 0. */
int read_line(Line *line, const Piece *pieces, Py_ssize_t count, int is_code);

PyObject *text_of_line(const Line *line, int is_code);
PyObject *repairs_of(Line *line, const Maker *maker, PyObject *const *kinds);

/* Whether [start, end) of the source is shown to the letter, but perhaps for a space at its ends. */
int is_regular(const Text *source, int64_t start, int64_t end);

#endif
