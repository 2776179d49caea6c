/* Twin of ``document_relations``: which pages have passages in common, and how many words each time. */

#include "native.h"

enum { HALF = 32, AHEAD = 32, SIDES = 2, BUFFERS = 6, TOGETHER = 65536 };

typedef struct {
    const int32_t (*pairs)[SIDES];
    const int32_t *of;
    Py_ssize_t many;
    const uint8_t *kind;
    const int32_t *matched;
    Py_ssize_t relations;
    const int32_t *parent, *page;
    Py_ssize_t rows;
    int contained;
    unsigned char *is_whole;  /* a byte for each row: more of them stay in the caches */
    PyObject *keys, *words;   /* byte arrays, longer than what is in them */
    Py_ssize_t count;
} PagePairs;

/* Adds what is found of the pairs from *at* on, some together; there is room. */
static void add_together(PagePairs *found, Py_ssize_t at)
{
    uint64_t *keys = (uint64_t *)(void *)PyByteArray_AS_STRING(found->keys);
    int32_t *words = (int32_t *)(void *)PyByteArray_AS_STRING(found->words);
    Py_ssize_t end = found->many - at < TOGETHER ? found->many : at + TOGETHER;
    for (; at < end; at++) {
        if (at + AHEAD < found->many) {
            __builtin_prefetch(found->is_whole + found->pairs[at + AHEAD][1]);
            __builtin_prefetch(found->page + found->pairs[at + AHEAD][1]);
        }
        int32_t a = found->pairs[at][0], b = found->pairs[at][1];
        if (!(found->is_whole[a] & found->is_whole[b]) || found->kind[found->of[at]] > found->contained)
            continue;
        uint64_t one = (uint64_t)found->page[a], other = (uint64_t)found->page[b];
        keys[found->count] = one < other ? one << HALF | other : other << HALF | one;
        words[found->count] = found->matched[found->of[at]];
        found->count += one != other;
    }
}

/* -1 with an exception set. */
static int resize(PagePairs *found, Py_ssize_t room)
{
    return PyByteArray_Resize(found->keys, room * (Py_ssize_t)sizeof(uint64_t)) < 0
               ? -1
               : PyByteArray_Resize(found->words, room * (Py_ssize_t)sizeof(int32_t));
}

/* -1 with an exception set. */
static int find_all(PagePairs *found)
{
    for (Py_ssize_t row = 0; row < found->rows; row++)
        found->is_whole[row] = found->parent[row] == row;
    for (Py_ssize_t at = 0, room = 0; at < found->many; at += TOGETHER) {
        if (found->count + TOGETHER > room && resize(found, room = found->count + TOGETHER + found->count / 8) < 0)
            return -1;
        add_together(found, at);
    }
    return resize(found, found->count);
}

/* Whether everything is there that *found* names, but for pages, which may be any numbers from 0 on. */
static int are_there(const PagePairs *found)
{
    return are_between((const int32_t *)found->pairs, SIDES * found->many, 0, found->rows) &&
           are_between(found->of, found->many, 0, found->relations) &&
           are_between(found->page, found->rows, 0, INT32_MAX);
}

const char page_pairs_doc[] = "page_pairs((pairs, of), (kind, matched), (parent, page), contained) -> (keys, words)";

PyObject *page_pairs(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer given[BUFFERS];
    Py_buffer *pairs = given, *of = given + 1, *kind = given + 2, *matched = given + 3, *parent = given + 4,
              *page = given + 5;
    int contained;
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(arguments, "(y*y*)(y*y*)(y*y*)i", pairs, of, kind, matched, parent, page, &contained))
        return NULL;
    PagePairs found = {
        .pairs = pairs->buf,
        .of = of->buf,
        .many = of->len / 4,
        .kind = kind->buf,
        .matched = matched->buf,
        .relations = kind->len,
        .parent = parent->buf,
        .page = page->buf,
        .rows = parent->len / 4,
        .contained = contained,
    };
    int fit = pairs->len == 8 * found.many && of->len == 4 * found.many && matched->len == 4 * found.relations &&
              parent->len == 4 * found.rows && page->len == 4 * found.rows && are_there(&found);
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "pairs of rows that are not there");
    else {
        found.is_whole = PyMem_Malloc(found.rows + 1);
        found.keys = PyByteArray_FromStringAndSize(NULL, 0);
        found.words = PyByteArray_FromStringAndSize(NULL, 0);
        if (!found.is_whole || !found.keys || !found.words)
            PyErr_NoMemory();
        else if (find_all(&found) == 0)
            result = PyTuple_Pack(2, found.keys, found.words);
        PyMem_Free(found.is_whole);
        Py_XDECREF(found.keys);
        Py_XDECREF(found.words);
    }
    for (int buffer = 0; buffer < BUFFERS; buffer++)
        PyBuffer_Release(given + buffer);
    return result;
}
