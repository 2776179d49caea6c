/* Twin of loops over pairs of rows: who shares a key (``candidates``), how much a pair weighs in all
   (``pair_weights``), and who leads whom (``clusters``). */

#include "native.h"

enum { SIDE = 28, BYTE = 8, MOST_WEIGHT = 255, HALF = 32, NONE = -1 };

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

static void follow(const int64_t *edges, const double *jaccard, Py_ssize_t many, const int32_t *parent,
                   int64_t *leader, double *to_leader, int only_wholes)
{
    for (Py_ssize_t at = 0; at < many; at++) {
        int64_t a = edges[2 * at], b = edges[2 * at + 1];
        if (leader[b] != NONE || (leader[a] != NONE && leader[a] != a) || leader[parent[b]] == a ||
            (only_wholes && (parent[a] != a || parent[b] != b)))
            continue;
        leader[a] = leader[b] = a;
        to_leader[a] = 1;
        to_leader[b] = jaccard[at];
    }
}

const char lead_doc[] = "lead(edges, jaccard, parent, leader, to_leader)";

PyObject *lead(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer edges, jaccard, parent, leader, to_leader;
    if (!PyArg_ParseTuple(arguments, "y*y*y*w*w*", &edges, &jaccard, &parent, &leader, &to_leader))
        return NULL;
    Py_ssize_t many = jaccard.len / 8, rows = parent.len / 4;
    int fit = edges.len == 16 * many && leader.len == 8 * rows && to_leader.len == 8 * rows;
    for (Py_ssize_t row = 0; fit && row < rows; row++)
        fit = ((const int32_t *)parent.buf)[row] >= 0 && ((const int32_t *)parent.buf)[row] < rows;
    for (Py_ssize_t at = 0; fit && at < 2 * many; at++)
        fit = ((const int64_t *)edges.buf)[at] >= 0 && ((const int64_t *)edges.buf)[at] < rows;
    if (fit) {
        Py_BEGIN_ALLOW_THREADS
        for (int only_wholes = 1; only_wholes >= 0; only_wholes--)
            follow(edges.buf, jaccard.buf, many, parent.buf, leader.buf, to_leader.buf, only_wholes);
        Py_END_ALLOW_THREADS
    } else
        PyErr_SetString(PyExc_ValueError, "an edge names a row that is not there");
    PyBuffer_Release(&edges);
    PyBuffer_Release(&jaccard);
    PyBuffer_Release(&parent);
    PyBuffer_Release(&leader);
    PyBuffer_Release(&to_leader);
    return fit ? Py_NewRef(Py_None) : NULL;
}
