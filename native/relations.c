/* Twin of ``relation_table``: where both sides of relations are. */

#include "native.h"

/* Sides lie far apart: all that is wanted of one is fetched in two steps, the second of which needs what the first has
   brought. */
enum { AHEAD = 8, OF_ROWS = 3, COLUMNS = 10, BUFFERS = 10, HALF = 32 };

typedef struct {
    const uint64_t *keys; /* the places of both sides */
    const uint32_t *of;   /* twice the relation, and one more where its sides are turned */
    const int32_t *stretch;
    const int32_t *rows[OF_ROWS]; /* page, start, end */
    const int64_t *first;
    const int32_t *words[2]; /* starts, ends */
    Py_ssize_t many, length;
} Columns;

static uint32_t place_of(const Columns *columns, Py_ssize_t at, int side)
{
    return (uint32_t)(side ? columns->keys[at] : columns->keys[at] >> HALF);
}

static const int32_t *stretch_of(const Columns *columns, Py_ssize_t at, int side)
{
    return columns->stretch + 4 * (Py_ssize_t)(columns->of[at] >> 1) + 2 * (side ^ (int)(columns->of[at] & 1));
}

/* Relations are sorted by their first side, so that it is there already. */
static void fetch(const Columns *columns, Py_ssize_t at)
{
    if (at + 2 * AHEAD < columns->many) {
        uint32_t place = place_of(columns, at + 2 * AHEAD, 1);
        for (int column = 0; column < OF_ROWS; column++)
            __builtin_prefetch(columns->rows[column] + place);
        __builtin_prefetch(columns->first + place);
        __builtin_prefetch(stretch_of(columns, at + 2 * AHEAD, 1));
    }
    if (at + AHEAD < columns->many) {
        const int32_t *stretch = stretch_of(columns, at + AHEAD, 1);
        int64_t first = columns->first[place_of(columns, at + AHEAD, 1)];
        for (int border = 0; border < 2; border++)
            __builtin_prefetch((const void *)((uintptr_t)columns->words[border] +
                                              sizeof(int32_t) * (uintptr_t)(first + stretch[border])));
    }
}

/* Returns whether all words are there. */
static int place_all(const Columns *columns, int32_t *found)
{
    for (Py_ssize_t at = 0; at < columns->many; at++) {
        fetch(columns, at);
        for (int side = 0; side < 2; side++) {
            uint32_t place = place_of(columns, at, side);
            const int32_t *stretch = stretch_of(columns, at, side);
            int32_t *cell = found + side * COLUMNS / 2 * columns->many + at;
            int64_t first = columns->first[place] + stretch[0], last = columns->first[place] + stretch[1];
            last = (last > first ? last : first + 1) - 1;
            if (first < 0 || last >= columns->length)
                return 0;
            for (int column = 0; column < OF_ROWS; column++)
                cell[column * columns->many] = columns->rows[column][place];
            cell[3 * columns->many] = columns->words[0][first];
            cell[4 * columns->many] = columns->words[1][last];
        }
    }
    return 1;
}

/* Whether all rows and relations are there. */
static int are_there(const Columns *columns, Py_ssize_t rows, Py_ssize_t relations)
{
    int fit = 1;
    for (Py_ssize_t at = 0; at < columns->many; at++)
        fit &= place_of(columns, at, 0) < (uint64_t)rows && place_of(columns, at, 1) < (uint64_t)rows &&
               columns->of[at] >> 1 < (uint64_t)relations;
    return fit;
}

const char relation_places_doc[] =
    "relation_places((keys, of, stretch), (page, start, end, first), (word_start, word_end), found)";

PyObject *relation_places(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer given[BUFFERS];
    Py_buffer *keys = given, *of = given + 1, *stretch = given + 2, *rows = given + 3, *first = given + 6,
              *words = given + 7, *found = given + 9;
    if (!PyArg_ParseTuple(arguments, "(y*y*y*)(y*y*y*y*)(y*y*)w*", keys, of, stretch, rows, rows + 1, rows + 2, first,
                          words, words + 1, found))
        return NULL;
    Columns columns = {
        .keys = keys->buf,
        .of = of->buf,
        .stretch = stretch->buf,
        .rows = {rows[0].buf, rows[1].buf, rows[2].buf},
        .first = first->buf,
        .words = {words[0].buf, words[1].buf},
        .many = of->len / 4,
        .length = words[0].len / 4,
    };
    Py_ssize_t many = columns.many, count = first->len / 8;
    int fit = keys->len == 8 * many && of->len == 4 * many && stretch->len % 16 == 0 && first->len == 8 * count &&
              words[0].len == words[1].len && found->len == 4 * COLUMNS * many;
    for (int column = 0; column < OF_ROWS; column++)
        fit = fit && rows[column].len == 4 * count;
    if (fit) {
        Py_BEGIN_ALLOW_THREADS
        fit = are_there(&columns, count, stretch->len / 16) && place_all(&columns, found->buf);
        Py_END_ALLOW_THREADS
    }
    for (int buffer = 0; buffer < BUFFERS; buffer++)
        PyBuffer_Release(given + buffer);
    if (fit)
        Py_RETURN_NONE;
    PyErr_SetString(PyExc_ValueError, "relations of rows or words that are not there");
    return NULL;
}
