/* Twin of loops over pairs of rows: who shares a key (``candidates``), and how much a pair weighs in all
   (``pair_weights``). */

#include "native.h"

enum { SIDE = 28, BYTE = 8, MOST_WEIGHT = 255, HALF = 32 };

static Py_ssize_t bucket_end(const uint64_t *keyed, Py_ssize_t at, Py_ssize_t count)
{
    Py_ssize_t end = at + 1;
    while (end < count && keyed[end] >> HALF == keyed[at] >> HALF)
        end++;
    return end;
}

/* The pairs of a bucket of *size* rows: all of them, or a star and a chain, or none if it is too large and not
   *starred*. Returns how many; *pairs* may be NULL. */
static Py_ssize_t pair_up(const uint64_t *keyed, Py_ssize_t size, Py_ssize_t most, int starred, uint64_t weight,
                          uint64_t *pairs)
{
    if (size > most && !starred)
        return 0;
    Py_ssize_t many = size <= most ? size * (size - 1) / 2 : 2 * size - 3;
    for (Py_ssize_t left = 0; pairs && left < size; left++) {
        Py_ssize_t last = size <= most || !left ? size : left + 2 < size ? left + 2 : size;
        for (Py_ssize_t right = left + 1; right < last; right++)
            *pairs++ = (keyed[left] & UINT32_MAX) << (SIDE + BYTE) | (keyed[right] & UINT32_MAX) << BYTE | weight;
    }
    return many;
}

const char bucket_pairs_doc[] = "bucket_pairs(keyed, weights, most, starred) -> bytes";

PyObject *bucket_pairs(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer keyed, weights;
    Py_ssize_t most, many = 0;
    int starred;
    PyObject *pairs = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*np", &keyed, &weights, &most, &starred))
        return NULL;
    const uint64_t *keys = keyed.buf, *weight = weights.buf;
    Py_ssize_t count = keyed.len / 8, known = weights.len / 8;
    for (Py_ssize_t at = 0, end; at < count; at = end) {
        end = bucket_end(keys, at, count);
        many += pair_up(keys + at, end - at, most, starred, 0, NULL);
    }
    if (known < 1 || most < 1 || most > UINT16_MAX)
        PyErr_SetString(PyExc_ValueError, "no weights, or buckets of no size");
    else
        pairs = PyBytes_FromStringAndSize(NULL, many * 8);
    if (pairs) {
        uint64_t *next = (uint64_t *)PyBytes_AS_STRING(pairs);
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t at = 0, end; at < count; at = end) {
            end = bucket_end(keys, at, count);
            uint64_t weighs = weight[end - at < known ? end - at : known - 1];
            next += pair_up(keys + at, end - at, most, starred, weighs, next);
        }
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&keyed);
    PyBuffer_Release(&weights);
    return pairs;
}

static Py_ssize_t add_up(uint64_t *keys, Py_ssize_t count)
{
    Py_ssize_t last = 0;
    for (Py_ssize_t at = 1; at < count; at++) {
        uint64_t sum = (keys[last] & MOST_WEIGHT) + (keys[at] & MOST_WEIGHT);
        if (keys[at] >> BYTE != keys[last] >> BYTE)
            keys[++last] = keys[at];
        else
            keys[last] = (keys[last] | MOST_WEIGHT) - MOST_WEIGHT + (sum < MOST_WEIGHT ? sum : MOST_WEIGHT);
    }
    return count ? last + 1 : 0;
}

const char add_weights_doc[] = "add_weights(keys) -> int";

PyObject *add_weights(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer keys;
    Py_ssize_t many;
    if (!PyArg_ParseTuple(arguments, "w*", &keys))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    many = add_up(keys.buf, keys.len / 8);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&keys);
    return PyLong_FromSsize_t(many);
}
