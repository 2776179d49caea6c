/* Sentences and quotations, for what is cut out of text. */

#ifndef CLEANER_PROSE_H
#define CLEANER_PROSE_H

#include "eight.h"

enum { SIEVE = 4096, MARKS = 16 };

typedef struct {
    PyObject *words; /* what words say of the full stop after or before them */
    Text text;
    const uint16_t *kinds;
    const uint8_t *sieve; /* a bit for each of *words*, and for few others */
} Prose;

typedef struct {
    Text text;
    const uint16_t *kinds;
    const uint16_t *closers; /* for each mark the set of those that close what it opens */
} Quoted;

/* The characters of a stretch of text that are no letters, digits or spaces of ASCII: a bit for each, 64 together. */
typedef struct {
    Py_ssize_t start, end;
    Numbers bits;
} Marks;

/* Sets those of [start, end); -1 with an exception set. */
int find_marks(Marks *marks, const Text *text, Py_ssize_t start, Py_ssize_t end);

/* The first one from *at* on, or the end. */
static inline Py_ssize_t next_mark(const Marks *marks, Py_ssize_t at)
{
    if (at >= marks->end)
        return marks->end;
    Py_ssize_t block = (at - marks->start) / 64;
    uint64_t some = (uint64_t)marks->bits.items[block] >> (at - marks->start) % 64 << (at - marks->start) % 64;
    while (!some && ++block < marks->bits.length)
        some = (uint64_t)marks->bits.items[block];
    return some ? marks->start + 64 * block + lowest_bit(some) : marks->end;
}

/* These return -1 with an exception set if the tables are none. */
int open_prose(Prose *prose, PyObject *string, const Py_buffer *kinds, PyObject *words, const Py_buffer *sieve);
int open_quoted(Quoted *quoted, PyObject *string, const Py_buffer *kinds, const Py_buffer *closers);

/* The span without the space at its ends; empty if there is nothing else. */
void trim(const Prose *prose, Py_ssize_t *start, Py_ssize_t *end);

/* Adds start and end of each in the stretch of *marks*, sorted; -1 with an exception set. Sentences are disjoint; quotations are
   disjoint or one inside the other, and no two begin together. */
int add_sentences(const Prose *prose, const Marks *marks, Numbers *found);
int add_quotations(const Quoted *quoted, const Marks *marks, Numbers *found);

#endif
