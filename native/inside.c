/* Twin of ``cleaner.duplicates.inside``: sentences and quotations where two passages match. */

#include "native.h"

enum { AHEAD = 16, HALF = 32 };

typedef struct {
    const int64_t *first;
    const int32_t *words, *parent, *representative, *count;
    const uint8_t *kind;
    Py_ssize_t rows;
    int64_t least;
    int sentence;
} Columns;

/* Rows lie far apart: by the time that one is looked at, it has come from memory. */
static void fetch(const Columns *columns, int64_t row)
{
    __builtin_prefetch(columns->first + row);
    __builtin_prefetch(columns->words + row);
    __builtin_prefetch(columns->parent + row);
    __builtin_prefetch(columns->representative + row);
}

/* Puts *row* and its sub-passages that have enough words in the *stretch* of it into *found*; -1 without memory. */
static int matching_rows(const Columns *columns, int64_t row, const int32_t *stretch, Numbers *found)
{
    int64_t begin = columns->first[row] + stretch[0], end = columns->first[row] + stretch[1];
    found->length = 0;
    if (add_number(found, row) < 0)
        return -1;
    /* The rows of one passage are neighbours. */
    for (int step = -1; step <= 1; step += 2)
        for (int64_t other = row + step; other >= 0 && other < columns->rows && columns->parent[other] == row;
             other += step) {
            int64_t first = columns->first[other], last = first + columns->words[other];
            if ((last < end ? last : end) - (first > begin ? first : begin) >= columns->least &&
                add_number(found, other) < 0)
                return -1;
        }
    return 0;
}

/* Whether rows *a* and *b* of two passages that are *near*, of which the first copies are these, are sentences that are
   no nearer: two sentences, or one and a passage with too many *distinct* shingles. */
static int says_no_more(const Columns *columns, int64_t a, int64_t b, double near, const int32_t *distinct)
{
    if (near <= 0 || columns->representative[a] != a || columns->representative[b] != b)
        return 0;
    int has_a = columns->parent[a] != a, has_b = columns->parent[b] != b; /* whether it is a part */
    if ((has_a && columns->kind[a] != columns->sentence) || (has_b && columns->kind[b] != columns->sentence))
        return 0;
    return (has_a && has_b) || (has_a ? columns->count[a] <= near * distinct[1] : columns->count[b] <= near * distinct[0]);
}

/* Adds the first copies of all pairs of *left* and *right* but those of the passages themselves, which stand first, and
   those that say no more; -1 without memory. */
static int pair_up(const Columns *columns, const Numbers *left, const Numbers *right, double near,
                   const int32_t *distinct, Numbers *keys)
{
    for (Py_ssize_t one = 0; one < left->length; one++)
        for (Py_ssize_t other = !one; other < right->length; other++) {
            if (says_no_more(columns, left->items[one], right->items[other], near, distinct))
                continue;
            int64_t a = columns->representative[left->items[one]], b = columns->representative[right->items[other]];
            if (a != b && add_number(keys, a < b ? a << HALF | b : b << HALF | a) < 0)
                return -1;
        }
    return 0;
}

const char inside_doc[] = "inside(pairs, stretch, near, distinct, first, words, parent, representative, count, kind, "
                          "least, sentence) -> bytes";

enum { PAIRS, STRETCH, NEAR, DISTINCT, FIRST, WORDS, PARENT, REPRESENTATIVE, COUNT, KIND, BUFFERS };

PyObject *inside(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer given[BUFFERS];
    int least, sentence, done = 0;
    PyObject *found = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*y*y*y*y*y*ii", given, given + STRETCH, given + NEAR, given + DISTINCT,
                          given + FIRST, given + WORDS, given + PARENT, given + REPRESENTATIVE, given + COUNT,
                          given + KIND, &least, &sentence))
        return NULL;
    Columns columns = {
        .first = given[FIRST].buf,
        .words = given[WORDS].buf,
        .parent = given[PARENT].buf,
        .representative = given[REPRESENTATIVE].buf,
        .count = given[COUNT].buf,
        .kind = given[KIND].buf,
        .rows = given[KIND].len,
        .least = least,
        .sentence = sentence,
    };
    const int64_t *rows = given[PAIRS].buf;
    const int32_t *places = given[STRETCH].buf, *distinct = given[DISTINCT].buf;
    const float *near = given[NEAR].buf;
    Py_ssize_t many = given[PAIRS].len / 16;
    Numbers left = {0}, right = {0}, keys = {0};
    int fit = given[FIRST].len == 8 * columns.rows && given[PAIRS].len == 16 * many && given[STRETCH].len == 16 * many &&
              given[NEAR].len == 4 * many && given[DISTINCT].len == 8 * many;
    for (int column = WORDS; column < KIND; column++)
        fit = fit && given[column].len == 4 * columns.rows;
    for (Py_ssize_t at = 0; fit && at < 2 * many; at++)
        fit = rows[at] >= 0 && rows[at] < columns.rows;
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "pairs of rows that are not there");
    for (Py_ssize_t at = 0; fit && !done && at < many; at++) {
        if (at + AHEAD < many)
            fetch(&columns, rows[2 * (at + AHEAD) + 1]);
        if (matching_rows(&columns, rows[2 * at], places + 4 * at, &left) < 0 ||
            matching_rows(&columns, rows[2 * at + 1], places + 4 * at + 2, &right) < 0 ||
            pair_up(&columns, &left, &right, near[at], distinct + 2 * at, &keys) < 0)
            done = -1;
    }
    if (fit && !done)
        found = bytes_of_numbers(&keys);
    free_numbers(&left);
    free_numbers(&right);
    free_numbers(&keys);
    for (int buffer = 0; buffer < BUFFERS; buffer++)
        PyBuffer_Release(given + buffer);
    return found;
}
