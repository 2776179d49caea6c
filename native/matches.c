/* Twin of ``cleaner.duplicates.matching``: what two runs of shingles have in common. */

#include "native.h"

enum { FIGURES = 9, UNCOUNTED = -1, COVERED = 4, UNCOVERED = -1, BEHIND = 64, HINTS = 8, BITS = 64 };
enum { AHEAD = 8, LINE = 64, LINES = 4 };

typedef struct {
    uint32_t shingle;
    int32_t first; /* where it stands first in the left row; -1: free */
    int32_t seen;  /* by which right row, the last time */
} Slot;

/* The shingles of the left row, and room to mark the words that matched. */
typedef struct {
    Slot *slots;
    uint64_t *hints; /* a bit for each of eight times as many slots: most shingles that are not there are told by it */
    int32_t *places; /* the slot of each of its shingles */
    uint64_t *marks[2];
    Py_ssize_t room, marked;
    uint32_t mask;
} Table;

static uint32_t mixed(uint32_t shingle)
{
    return (shingle * 0x9E3779B1u) >> 7;
}

static uint64_t *hint_of(const Table *table, uint32_t shingle, uint64_t *bit)
{
    uint32_t at = mixed(shingle) & (HINTS * table->mask + HINTS - 1);
    *bit = (uint64_t)1 << (at & 63);
    return table->hints + (at >> 6);
}

/* A bit for each of the first 64 of *count* shingles from *at* on: whether the table may have it. */
static uint64_t may_have(const Table *table, const uint32_t *shingles, int32_t at, int32_t count)
{
    uint64_t found = 0;
    int32_t many = count - at < BITS ? count - at : BITS;
    for (int32_t one = 0; one < many; one++) {
        uint32_t place = mixed(shingles[at + one]) & (HINTS * table->mask + HINTS - 1);
        found |= (table->hints[place >> 6] >> (place & 63) & 1) << one;
    }
    return found;
}

static uint32_t slot_of(const Table *table, uint32_t shingle)
{
    uint32_t at = mixed(shingle) & table->mask;
    while (table->slots[at].first >= 0 && table->slots[at].shingle != shingle)
        at = (at + 1) & table->mask;
    return at;
}

/* -1 without memory. Returns how many different shingles there are. */
static int32_t fill(Table *table, const uint32_t *shingles, int32_t count)
{
    Py_ssize_t size = 16;
    while (size < 2 * (Py_ssize_t)count)
        size *= 2;
    if (size > table->room) {
        Slot *slots = PyMem_RawRealloc(table->slots, size * sizeof *slots);
        if (!slots)
            return -1;
        table->slots = slots;
        int32_t *places = PyMem_RawRealloc(table->places, size / 2 * sizeof *places);
        if (!places)
            return -1;
        table->places = places;
        uint64_t *hints = PyMem_RawRealloc(table->hints, size);
        if (!hints)
            return -1;
        table->hints = hints;
        table->room = size;
    }
    table->mask = (uint32_t)(size - 1);
    memset(table->slots, 0xFF, size * sizeof *table->slots); /* -1: free, and seen by none */
    memset(table->hints, 0, size);
    int32_t distinct = 0;
    for (int32_t at = 0; at < count; at++) {
        uint64_t bit, *hint = hint_of(table, shingles[at], &bit);
        *hint |= bit;
        uint32_t slot = slot_of(table, shingles[at]);
        table->places[at] = (int32_t)slot;
        if (table->slots[slot].first < 0) {
            table->slots[slot] = (Slot){shingles[at], at, -1};
            distinct++;
        }
    }
    return distinct;
}

static int make_room(Table *table, Py_ssize_t words)
{
    for (int side = 0; words > table->marked && side < 2; side++) {
        uint64_t *marks = PyMem_RawRealloc(table->marks[side], (words / BITS + 1) * sizeof *marks);
        if (!marks)
            return -1;
        table->marks[side] = marks;
    }
    if (words > table->marked)
        table->marked = words;
    return 0;
}

/* Marks the words from *begin* to *end*, which lies behind it. */
static void mark(uint64_t *marks, int32_t begin, int32_t end)
{
    int32_t first = begin / BITS, last = (end - 1) / BITS;
    uint64_t from = ~(uint64_t)0 << begin % BITS, to = ~(uint64_t)0 >> (BITS - 1 - (end - 1) % BITS);
    if (first == last) {
        marks[first] |= from & to;
        return;
    }
    marks[first] |= from;
    for (int32_t at = first + 1; at < last; at++)
        marks[at] = ~(uint64_t)0;
    marks[last] |= to;
}

/* The first word from *at* on that is not marked as *marked* says, or *words*. */
static int32_t next_word(const uint64_t *marks, int32_t at, int32_t words, uint64_t marked)
{
    while (at < words) {
        uint64_t others = (marks[at / BITS] ^ marked) >> at % BITS;
        if (others) {
            at += __builtin_ctzll(others);
            return at < words ? at : words;
        }
        at += BITS - at % BITS;
    }
    return words;
}

/* The stretch of *words* that holds most of the marked ones; returns how many are marked in all. */
static int32_t densest(const uint64_t *marks, int32_t words, int32_t *first, int32_t *last)
{
    int64_t sum = 0, best = 0;
    int32_t begin = 0, covered = 0;
    *first = *last = 0;
    for (int32_t at = 0, end; (end = next_word(marks, at, words, 0)) < words;) {
        sum += (int64_t)(end - at) * UNCOVERED;
        if (sum <= 0) {
            sum = 0;
            begin = end;
        }
        at = next_word(marks, end, words, ~(uint64_t)0);
        covered += at - end;
        sum += (int64_t)(at - end) * COVERED;
        if (sum > best) {
            best = sum;
            *first = begin;
            *last = at;
        }
    }
    return covered;
}

/* How many shingles before these two are the same, too. */
static int32_t behind(const uint32_t *left, int32_t place, const uint32_t *right, int32_t at)
{
    int32_t step = 0;
    while (step < BEHIND && step < place && step < at && left[place - 1 - step] == right[at - 1 - step])
        step++;
    return step;
}

/* How many of the *length* shingles from *place* of the left row on no earlier place of the right row has. */
static int32_t unseen(Table *table, int32_t place, int32_t length, int32_t number)
{
    int32_t found = 0;
    for (int32_t at = place; at < place + length; at++) {
        Slot *slot = table->slots + table->places[at];
        found += slot->seen != number;
        slot->seen = number;
    }
    return found;
}

/* *repeats* is whether the right row has a shingle twice. */
static void match(Table *table, int32_t number, const uint32_t *left, int32_t left_count, const uint32_t *right,
                  int32_t right_count, int repeats, int32_t ngram, int32_t *figures)
{
    int32_t words[2] = {left_count + ngram - 1, right_count + ngram - 1};
    int32_t shared = 0, longest = 0;
    uint64_t hits = 0;
    memset(figures, 0, FIGURES * sizeof *figures);
    for (int32_t at = 0, block = 0; at < right_count;) {
        if (at >= block) {
            block = at + BITS;
            hits = may_have(table, right, at, right_count);
        }
        uint64_t next = hits >> (BITS - (block - at));
        if (!next) {
            at = block;
            continue;
        }
        at += __builtin_ctzll(next);
        int32_t place = table->slots[slot_of(table, right[at])].first, length = 1;
        if (place < 0) {
            at++;
            continue;
        }
        while (place + length < left_count && at + length < right_count && left[place + length] == right[at + length])
            length++;
        int32_t run = length + behind(left, place, right, at);
        longest = run > longest ? run : longest;
        if (!shared)
            for (int side = 0; side < 2; side++)
                memset(table->marks[side], 0, (words[side] / BITS + 1) * sizeof *table->marks[side]);
        mark(table->marks[0], place, place + length - 1 + ngram);
        mark(table->marks[1], at, at + length - 1 + ngram);
        shared += repeats ? unseen(table, place, length, number) : length;
        at += length;
    }
    if (!shared)
        return;
    figures[0] = shared;
    figures[1] = longest + ngram - 1;
    int32_t covered = densest(table->marks[0], words[0], figures + 3, figures + 4);
    int32_t other = densest(table->marks[1], words[1], figures + 5, figures + 6);
    figures[2] = covered < other ? covered : other;
}

/* Whether a row lies inside of *length* shingles. */
static int is_inside(int64_t begin, int32_t count, Py_ssize_t length)
{
    return count >= 0 && count < 1 << 30 && begin >= 0 && begin <= length && count <= length - begin;
}

/* Rows lie far apart: by the time that one is compared, it has come from memory, and before it, where it is. How long
   it is decides nothing here: that would be waited for. */
static void fetch(const uint32_t *shingles, const int64_t *begins, const int32_t *counts, const int32_t *distinct,
                  int64_t row, int64_t later)
{
    __builtin_prefetch(begins + later);
    __builtin_prefetch(counts + later);
    __builtin_prefetch(distinct + later);
    uintptr_t place = (uintptr_t)shingles + (uintptr_t)begins[row] * sizeof *shingles;
    for (int line = 0; line < LINES; line++)
        __builtin_prefetch((const void *)(place + line * LINE));
}

enum { NO_MEMORY = -1, OUTSIDE = -2 };

/* Counts the different shingles of both sides, too, once for each row. */
static int match_all(Table *table, Table *other, const uint32_t *shingles, Py_ssize_t length, const int64_t *begins,
                     const int32_t *counts, int32_t *distinct, const int64_t *pairs, Py_ssize_t many, int32_t ngram,
                     int32_t *figures)
{
    int64_t filled = -1;
    for (Py_ssize_t at = 0; at < many; at++) {
        for (int side = 0; side < 2 && at + 2 * AHEAD < many; side++)
            fetch(shingles, begins, counts, distinct, pairs[2 * (at + AHEAD) + side],
                  pairs[2 * (at + 2 * AHEAD) + side]);
        int64_t a = pairs[2 * at], b = pairs[2 * at + 1];
        /* Only here, as there may be far more rows than pairs. */
        if ((a != filled && !is_inside(begins[a], counts[a], length)) || !is_inside(begins[b], counts[b], length))
            return OUTSIDE;
        int32_t larger = counts[a] > counts[b] ? counts[a] : counts[b];
        if (make_room(table, (Py_ssize_t)larger + ngram) < 0)
            return NO_MEMORY;
        /* What earlier rows saw was numbered lower, so a table serves all neighbouring pairs of its row. */
        if (a != filled && (distinct[a] = fill(table, shingles + begins[a], counts[a])) < 0)
            return NO_MEMORY;
        filled = a;
        if (distinct[b] == UNCOUNTED && (distinct[b] = fill(other, shingles + begins[b], counts[b])) < 0)
            return NO_MEMORY;
        match(table, (int32_t)at, shingles + begins[a], counts[a], shingles + begins[b], counts[b],
              distinct[b] != counts[b], ngram, figures + FIGURES * at);
        figures[FIGURES * at + 7] = distinct[a];
        figures[FIGURES * at + 8] = distinct[b];
    }
    return 0;
}

static void free_table(Table *table)
{
    PyMem_RawFree(table->slots);
    PyMem_RawFree(table->hints);
    PyMem_RawFree(table->places);
    PyMem_RawFree(table->marks[0]);
    PyMem_RawFree(table->marks[1]);
}

const char match_rows_doc[] = "match_rows(shingles, begins, counts, pairs, ngram, distinct) -> bytes";

PyObject *match_rows(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer shingles, begins, counts, pairs, distinct;
    int ngram, done = 0;
    PyObject *figures = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*iw*", &shingles, &begins, &counts, &pairs, &ngram, &distinct))
        return NULL;
    Py_ssize_t many = pairs.len / 16, rows = begins.len / 8;
    int fit = begins.len == 8 * rows && counts.len == 4 * rows && distinct.len == 4 * rows && pairs.len == 16 * many &&
              many < INT32_MAX && ngram >= 1 && ngram <= 64;
    for (Py_ssize_t at = 0; fit && at < 2 * many; at++)
        fit = ((const int64_t *)pairs.buf)[at] >= 0 && ((const int64_t *)pairs.buf)[at] < rows;
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "rows without a place or a length, or pairs of rows that are not there");
    else if ((figures = PyBytes_FromStringAndSize(NULL, many * FIGURES * 4))) {
        Table tables[2] = {0};
        Py_BEGIN_ALLOW_THREADS
        done = match_all(&tables[0], &tables[1], shingles.buf, shingles.len / 4, begins.buf, counts.buf, distinct.buf,
                         pairs.buf, many, ngram, (int32_t *)PyBytes_AS_STRING(figures));
        free_table(&tables[0]);
        free_table(&tables[1]);
        Py_END_ALLOW_THREADS
    }
    if (done == OUTSIDE)
        PyErr_SetString(PyExc_ValueError, "rows lie outside of the shingles");
    else if (done == NO_MEMORY)
        PyErr_NoMemory();
    if (done < 0)
        Py_CLEAR(figures);
    PyBuffer_Release(&shingles);
    PyBuffer_Release(&begins);
    PyBuffer_Release(&counts);
    PyBuffer_Release(&pairs);
    PyBuffer_Release(&distinct);
    return figures;
}
