/* Twin of ``cleaner.duplicates.minhash``: signatures of many sets. */

#include "native.h"

/* Murmur's finalizer. */
static uint32_t finalised(uint32_t hash)
{
    hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;
    hash = (hash ^ hash >> 13) * 0xC2B2AE35u;
    return hash ^ hash >> 16;
}

CLONED static void sign(const uint32_t *shingles, Py_ssize_t count, const uint32_t *restrict factors,
                        const uint32_t *restrict terms, Py_ssize_t permutations, uint32_t *restrict lowest)
{
    for (Py_ssize_t at = 0; at < count; at++) {
        uint32_t mixed = finalised(shingles[at]);
        for (Py_ssize_t each = 0; each < permutations; each++) {
            uint32_t value = factors[each] * mixed + terms[each];
            lowest[each] = value < lowest[each] ? value : lowest[each];
        }
    }
}

const char minhashes_doc[] = "minhashes(shingles, offsets, factors, terms) -> bytes";

PyObject *minhashes(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer shingles, offsets, factors, terms;
    PyObject *signatures = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*", &shingles, &offsets, &factors, &terms))
        return NULL;
    const int64_t *begins = offsets.buf;
    Py_ssize_t sets = offsets.len / 8 - 1, permutations = factors.len / 4;
    int fit = sets >= 0 && factors.len == terms.len;
    for (Py_ssize_t set = 0; fit && set < sets; set++)
        fit = begins[set] >= 0 && begins[set] <= begins[set + 1] && begins[set + 1] <= shingles.len / 4;
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "sets lie outside of the shingles");
    else
        signatures = PyBytes_FromStringAndSize(NULL, sets * permutations * 4);
    if (signatures) {
        uint32_t *lowest = (uint32_t *)PyBytes_AS_STRING(signatures);
        Py_BEGIN_ALLOW_THREADS
        memset(lowest, 255, sets * permutations * 4);
        for (Py_ssize_t set = 0; set < sets; set++)
            sign((const uint32_t *)shingles.buf + begins[set], begins[set + 1] - begins[set], factors.buf, terms.buf,
                 permutations, lowest + set * permutations);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&shingles);
    PyBuffer_Release(&offsets);
    PyBuffer_Release(&factors);
    PyBuffer_Release(&terms);
    return signatures;
}
