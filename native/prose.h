/* Sentences and quotations, for what is cut out of text. */

#ifndef CLEANER_PROSE_H
#define CLEANER_PROSE_H

#include "native.h"

enum { SIEVE = 4096, MARKS = 16 };

typedef struct {
    PyObject *words; /* what words say of the full stop after or before them */
    Text text;
    const uint16_t *kinds;
    uint64_t sieve[SIEVE / 64]; /* a bit for each of *words*, and for few others */
} Prose;

typedef struct {
    Text text;
    const uint16_t *kinds;
    const uint16_t *closers; /* for each mark the set of those that close what it opens */
} Quoted;

/* These return -1 with an exception set if the tables are none. */
int open_prose(Prose *prose, PyObject *string, const Py_buffer *kinds, PyObject *words);
int open_quoted(Quoted *quoted, PyObject *string, const Py_buffer *kinds, const Py_buffer *closers);

/* The span without the space at its ends; empty if there is nothing else. */
void trim(const Prose *prose, Py_ssize_t *start, Py_ssize_t *end);

/* Adds start and end of each in [start, end), sorted; -1 with an exception set. Sentences are disjoint; quotations are
   disjoint or one inside the other, and no two begin together. */
int add_sentences(const Prose *prose, Numbers *found, Py_ssize_t start, Py_ssize_t end);
int add_quotations(const Quoted *quoted, Numbers *found, Py_ssize_t start, Py_ssize_t end);

#endif
