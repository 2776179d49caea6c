/* Twin of ``cleaner.duplicates.inside``: sentences and quotations where two passages match. */

#include "native.h"

enum { AHEAD = 16, HALF = 32 };

typedef struct {
    const int64_t *first;
    const int32_t *words, *parent, *representative;
    Py_ssize_t rows;
    int64_t least;
} Columns;

/* Rows lie far apart: by the time that one is looked at, it has come from memory. */
static void fetch(const Columns *columns, int64_t row)
{
    __builtin_prefetch(columns->first + row);
    __builtin_prefetch(columns->words + row);
    __builtin_prefetch(columns->parent + row);
    __builtin_prefetch(columns->representative + row);
}

/* Puts *row* and its sub-passages that have enough words in the *stretch* of it into *found*, as the first copy of each;
   -1 without memory. */
static int matching_rows(const Columns *columns, int64_t row, const int32_t *stretch, Numbers *found)
{
    int64_t begin = columns->first[row] + stretch[0], end = columns->first[row] + stretch[1];
    found->length = 0;
    if (add_number(found, columns->representative[row]) < 0)
        return -1;
    /* The rows of one passage are neighbours. */
    for (int step = -1; step <= 1; step += 2)
        for (int64_t other = row + step; other >= 0 && other < columns->rows && columns->parent[other] == row;
             other += step) {
            int64_t first = columns->first[other], last = first + columns->words[other];
            if ((last < end ? last : end) - (first > begin ? first : begin) >= columns->least &&
                add_number(found, columns->representative[other]) < 0)
                return -1;
        }
    return 0;
}

/* Adds all pairs of *left* and *right* but that of the passages themselves, which stand first; -1 without memory. */
static int pair_up(const Numbers *left, const Numbers *right, Numbers *keys)
{
    for (Py_ssize_t one = 0; one < left->length; one++)
        for (Py_ssize_t other = !one; other < right->length; other++) {
            int64_t a = left->items[one], b = right->items[other];
            if (a != b && add_number(keys, a < b ? a << HALF | b : b << HALF | a) < 0)
                return -1;
        }
    return 0;
}

const char inside_doc[] = "inside(pairs, stretch, first, words, parent, representative, least) -> bytes";

PyObject *inside(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer pairs, stretch, first, words, parent, representative;
    int least, done = 0;
    PyObject *found = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*y*i", &pairs, &stretch, &first, &words, &parent, &representative,
                          &least))
        return NULL;
    Columns columns = {first.buf, words.buf, parent.buf, representative.buf, first.len / 8, least};
    const int64_t *rows = pairs.buf;
    const int32_t *places = stretch.buf;
    Py_ssize_t many = pairs.len / 16;
    Numbers left = {0}, right = {0}, keys = {0};
    int fit = first.len == 8 * columns.rows && words.len == 4 * columns.rows && parent.len == words.len &&
              representative.len == words.len && pairs.len == 16 * many && stretch.len == 16 * many;
    for (Py_ssize_t at = 0; fit && at < 2 * many; at++)
        fit = rows[at] >= 0 && rows[at] < columns.rows;
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "pairs of rows that are not there");
    for (Py_ssize_t at = 0; fit && !done && at < many; at++) {
        if (at + AHEAD < many)
            fetch(&columns, rows[2 * (at + AHEAD) + 1]);
        if (matching_rows(&columns, rows[2 * at], places + 4 * at, &left) < 0 ||
            matching_rows(&columns, rows[2 * at + 1], places + 4 * at + 2, &right) < 0 ||
            pair_up(&left, &right, &keys) < 0)
            done = -1;
    }
    if (fit && !done)
        found = bytes_of_numbers(&keys);
    free_numbers(&left);
    free_numbers(&right);
    free_numbers(&keys);
    PyBuffer_Release(&pairs);
    PyBuffer_Release(&stretch);
    PyBuffer_Release(&first);
    PyBuffer_Release(&words);
    PyBuffer_Release(&parent);
    PyBuffer_Release(&representative);
    return found;
}
