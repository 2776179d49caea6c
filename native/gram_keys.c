/* Twin of ``cleaner.duplicates.row_keys``: n-grams of short passages, the least of a few neighbours each. */

#include "native.h"

enum { HALF = 32, WINDOW = 3 };

typedef struct {
    const uint32_t *shingles;
    const int64_t *first, *rows;
    const int32_t *count;
    Py_ssize_t length, many;
    uint32_t part, parts;
} Passages;

/* How many keys there may be; -1 if a row lies outside of the shingles. */
static Py_ssize_t most_keys(const Passages *passages)
{
    Py_ssize_t most = 0;
    for (Py_ssize_t at = 0; at < passages->many; at++) {
        int64_t first = passages->first[at], count = passages->count[at];
        if (first < 0 || count < 0 || first > passages->length || count > passages->length - first)
            return -1;
        most += count > 1 ? count - 1 : 0;
    }
    return most;
}

static Py_ssize_t add_keys(const Passages *passages, uint64_t *keys)
{
    Py_ssize_t added = 0;
    for (Py_ssize_t at = 0; at < passages->many; at++) {
        const uint32_t *shingles = passages->shingles + passages->first[at];
        int32_t count = passages->count[at] - 1;
        uint64_t last[WINDOW] = {0}, chosen = 0; /* the least of so many grams and one; of equal ones the last */
        for (int32_t word = 0; word < count; word++) {
            uint32_t hash = gram_hash(shingles[word], shingles[word + 1]);
            uint64_t gram = (uint64_t)hash << HALF | (UINT32_MAX - (uint32_t)word);
            for (int wider = WINDOW - 1; wider > 0; wider--)
                last[wider] = last[wider - 1] < gram ? last[wider - 1] : gram;
            last[0] = gram;
            uint64_t least = count < WINDOW ? gram : last[WINDOW - 1];
            if (least == chosen || (count >= WINDOW && word < WINDOW - 1))
                continue;
            chosen = least;
            keys[added] = (least >> HALF << HALF) | (uint64_t)passages->rows[at];
            added += passages->parts == 1 || (least >> HALF) % passages->parts == passages->part;
        }
    }
    return added;
}

const char gram_keys_doc[] = "gram_keys(shingles, first, count, rows, part, parts) -> bytearray";

PyObject *gram_keys(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer shingles, first, count, rows;
    unsigned int part, parts;
    PyObject *keys = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*II", &shingles, &first, &count, &rows, &part, &parts))
        return NULL;
    Passages passages = {
        .shingles = shingles.buf,
        .first = first.buf,
        .rows = rows.buf,
        .count = count.buf,
        .length = shingles.len / 4,
        .many = rows.len / 8,
        .part = part,
        .parts = parts,
    };
    int fit = rows.len == 8 * passages.many && first.len == rows.len && count.len == 4 * passages.many && parts > 0;
    Py_ssize_t most = fit ? most_keys(&passages) : -1, added = 0;
    if (most < 0)
        PyErr_SetString(PyExc_ValueError, "rows lie outside of the shingles");
    else if ((keys = PyByteArray_FromStringAndSize(NULL, 8 * (most + 1)))) { /* one is written before it is known to stay */
        uint64_t *found = (uint64_t *)(void *)PyByteArray_AS_STRING(keys);
        Py_BEGIN_ALLOW_THREADS
        added = add_keys(&passages, found);
        Py_END_ALLOW_THREADS
        if (PyByteArray_Resize(keys, 8 * added) < 0)
            Py_CLEAR(keys);
    }
    PyBuffer_Release(&shingles);
    PyBuffer_Release(&first);
    PyBuffer_Release(&count);
    PyBuffer_Release(&rows);
    return keys;
}
