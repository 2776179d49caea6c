/* Twin of ``relation_table``: where both sides of relations are. */

#include "native.h"

/* Sides lie far apart: all that is wanted of one is fetched in two steps, the second of which needs what the first has
   brought. */
enum { AHEAD = 8, SIDES = 2, OF_SIDE = 5, BUFFERS = 5 + SIDES * OF_SIDE, HALF = 32 };

typedef struct {
    int64_t first;
    int32_t page, start, end, unused;
} Row;

typedef struct {
    const uint64_t *keys; /* the places of both sides */
    const uint32_t *of;   /* twice the relation, and one more where its sides are turned */
    const int32_t *stretch;
    const Row *rows;
    const uint16_t (*words)[2]; /* the last bits of start and end */
    int32_t *found[SIDES * OF_SIDE];
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
        const Row *row = columns->rows + place_of(columns, at + 2 * AHEAD, 1);
        __builtin_prefetch(row);
        __builtin_prefetch(&row->unused);
        __builtin_prefetch(stretch_of(columns, at + 2 * AHEAD, 1));
    }
    if (at + AHEAD < columns->many) {
        const int32_t *stretch = stretch_of(columns, at + AHEAD, 1);
        int64_t first = columns->rows[place_of(columns, at + AHEAD, 1)].first;
        for (int border = 0; border < 2; border++)
            __builtin_prefetch((const void *)((uintptr_t)columns->words +
                                              sizeof *columns->words * (uintptr_t)(first + stretch[border])));
    }
}

/* The first place from *begin* on that has these last bits. */
static int32_t behind(int32_t begin, uint16_t low)
{
    return (int32_t)((uint32_t)begin + (uint16_t)(low - (uint32_t)begin));
}

/* Returns whether all words are there. */
static int place_all(const Columns *columns)
{
    for (Py_ssize_t at = 0; at < columns->many; at++) {
        fetch(columns, at);
        for (int side = 0; side < SIDES; side++) {
            const Row *row = columns->rows + place_of(columns, at, side);
            const int32_t *stretch = stretch_of(columns, at, side);
            int32_t *const *found = columns->found + side * OF_SIDE;
            int64_t first = row->first + stretch[0], last = row->first + stretch[1];
            last = (last > first ? last : first + 1) - 1;
            if (first < 0 || last >= columns->length)
                return 0;
            found[0][at] = row->page;
            found[1][at] = row->start;
            found[2][at] = row->end;
            found[3][at] = behind(row->start, columns->words[first][0]);
            found[4][at] = behind(row->start, columns->words[last][1]);
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

const char relation_places_doc[] = "relation_places(keys, of, stretch, rows, words, found, ...)";

PyObject *relation_places(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer given[BUFFERS];
    Py_buffer *keys = given, *of = given + 1, *stretch = given + 2, *rows = given + 3, *words = given + 4,
              *found = given + 5;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*w*w*w*w*w*w*w*w*w*w*", keys, of, stretch, rows, words, found,
                          found + 1, found + 2, found + 3, found + 4, found + 5, found + 6, found + 7, found + 8,
                          found + 9))
        return NULL;
    Columns columns = {
        .keys = keys->buf,
        .of = of->buf,
        .stretch = stretch->buf,
        .rows = rows->buf,
        .words = words->buf,
        .many = of->len / 4,
        .length = words->len / (Py_ssize_t)sizeof *columns.words,
    };
    Py_ssize_t many = columns.many, count = rows->len / (Py_ssize_t)sizeof(Row);
    Py_ssize_t word = sizeof *columns.words;
    int fit = keys->len == 8 * many && of->len == 4 * many && stretch->len % 16 == 0 &&
              rows->len == count * (Py_ssize_t)sizeof(Row) && words->len == word * columns.length;
    for (int column = 0; column < SIDES * OF_SIDE; column++) {
        fit = fit && found[column].len == 4 * many;
        columns.found[column] = found[column].buf;
    }
    if (fit) {
        Py_BEGIN_ALLOW_THREADS
        fit = are_there(&columns, count, stretch->len / 16) && place_all(&columns);
        Py_END_ALLOW_THREADS
    }
    for (int buffer = 0; buffer < BUFFERS; buffer++)
        PyBuffer_Release(given + buffer);
    if (fit)
        Py_RETURN_NONE;
    PyErr_SetString(PyExc_ValueError, "relations of rows or words that are not there");
    return NULL;
}
