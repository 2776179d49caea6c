/* Twin of ``cleaner.boilerplate.block_facts``: what blocks say of themselves, as columns. */

#include "native.h"

enum { TEXT = 2, ROLE = 3, LEVEL = 4, ELEMENT = 5, LINK_CHARS = 6 }; /* fields of a block */
enum { LINKED, LEVELS, IS_CAPTION, ALIKE, IS_COPY, FIGURES };

static int is_equal(PyObject *one, PyObject *other)
{
    return one == other || (PyUnicode_GET_LENGTH(one) == PyUnicode_GET_LENGTH(other) && PyUnicode_Compare(one, other) == 0);
}

/* The first of *texts* up to *at* that reads like that one; *slots* has places and one by hash, 0 being free. */
static Py_ssize_t first_like(PyObject *texts, Py_ssize_t at, int32_t *slots, size_t mask)
{
    PyObject *text = PyList_GET_ITEM(texts, at);
    Py_hash_t hash = PyObject_Hash(text);
    size_t slot = (size_t)hash & mask;
    for (; slots[slot]; slot = (slot + 1) & mask) {
        PyObject *known = PyList_GET_ITEM(texts, slots[slot] - 1);
        if (PyObject_Hash(known) == hash && is_equal(known, text))
            return slots[slot] - 1;
    }
    slots[slot] = (int32_t)at + 1;
    return at;
}

/* Reads the fields of *block* into the columns at *at*; *count* is how long they are. */
static int read_fields(const Maker *maker, PyObject *block, PyObject *heading, PyObject *caption, PyObject *texts,
                       Py_ssize_t at, Py_ssize_t count, double *figures, int64_t *rows)
{
    int64_t level, link_chars;
    PyObject *text = field_of(maker, block, TEXT), *role = text ? field_of(maker, block, ROLE) : NULL;
    if (!role)
        return -1;
    if (!PyUnicode_Check(text) || !PyUnicode_Check(role))
        return fail("a text or a role is no string");
    if (number_of(maker, block, LEVEL, &level) < 0 || number_of(maker, block, LINK_CHARS, &link_chars) < 0 ||
        number_of(maker, block, ELEMENT, &rows[at]) < 0)
        return -1;
    Py_INCREF(text);
    PyList_SET_ITEM(texts, at, text);
    rows[at]++;
    figures[LINKED * count + at] = (double)link_chars;
    figures[LEVELS * count + at] = is_equal(role, heading) ? (double)level : 0;
    figures[IS_CAPTION * count + at] = is_equal(role, caption);
    return 0;
}

const char block_facts_doc[] = "block_facts(type, blocks, heading, caption) -> texts, rows, figures";

PyObject *block_facts(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *type, *blocks, *heading, *caption;
    Maker maker;
    if (!PyArg_ParseTuple(arguments, "OO!UU", &type, &PyTuple_Type, &blocks, &heading, &caption) ||
        open_maker(&maker, type) < 0)
        return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(blocks);
    size_t mask = 1;
    while (mask < 2 * (size_t)count)
        mask *= 2;
    int32_t *slots = PyMem_Calloc(mask, sizeof *slots);
    PyObject *texts = PyList_New(count);
    PyObject *rows = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(int64_t));
    PyObject *packed = PyBytes_FromStringAndSize(NULL, FIGURES * count * (Py_ssize_t)sizeof(double));
    int failed = maker.count <= LINK_CHARS || count >= 1 << 30 ? fail("not the type of blocks") : 0;
    if (!slots)
        PyErr_NoMemory();
    failed |= !slots || !texts || !rows || !packed;
    double *figures = packed ? (double *)(void *)PyBytes_AS_STRING(packed) : NULL;
    for (Py_ssize_t at = 0; !failed && at < count; at++)
        failed = read_fields(&maker, PyTuple_GET_ITEM(blocks, at), heading, caption, texts, at, count, figures,
                             (int64_t *)(void *)PyBytes_AS_STRING(rows)) < 0;
    double *alike = figures + ALIKE * count, *is_copy = figures + IS_COPY * count;
    for (Py_ssize_t at = 0; !failed && at < count; at++) {
        Py_ssize_t first = first_like(texts, at, slots, mask - 1);
        is_copy[at] = first != at;
        alike[at] = first == at ? 0 : (double)first; /* until all are counted */
        if (first != at)
            alike[first]++;
    }
    for (Py_ssize_t at = 0; !failed && at < count; at++)
        if (is_copy[at])
            alike[at] = alike[(Py_ssize_t)alike[at]];
    PyMem_Free(slots);
    close_maker(&maker);
    PyObject *result = failed ? NULL : PyTuple_Pack(3, texts, rows, packed);
    Py_XDECREF(texts);
    Py_XDECREF(rows);
    Py_XDECREF(packed);
    return result;
}
