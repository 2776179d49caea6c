/* Twin of a loop in ``cleaner.boilerplate.needed_text``: which of many short texts stand in a line. */

#include "native.h"

enum { BUCKETS = 4096 };

/* Adds the places of those *texts* in that bucket which stand in *line* at *at*; -1 with an exception set. */
static int add_texts(const Text *line, Py_ssize_t at, PyObject *texts, int32_t place, int32_t end, Numbers *found)
{
    if (place < 0 || end > PyTuple_GET_SIZE(texts))
        return fail("not where each of the texts begins");
    for (; place < end; place++) {
        PyObject *wanted = PyTuple_GET_ITEM(texts, place);
        Text text = PyUnicode_Check(wanted) ? text_of(wanted) : (Text){0};
        int is_new = text.length && text.length <= line->length - at && is_at(&text, line, at);
        for (Py_ssize_t known = 0; is_new && known < found->length; known++)
            is_new = found->items[known] != place;
        if (is_new && add_number(found, place) < 0)
            return -1;
    }
    return 0;
}

/* All places; *kind* is that of the line, and a constant where this is called. */
static inline __attribute__((always_inline)) int find_texts(const Text *line, int kind, PyObject *texts,
                                                            const int32_t *begins, Numbers *found)
{
    Py_UCS4 next = line->length ? PyUnicode_READ(kind, line->data, 0) : 0;
    for (Py_ssize_t at = 0; at < line->length; at++) {
        Py_UCS4 first = next * 31;
        next = at + 1 < line->length ? PyUnicode_READ(kind, line->data, at + 1) : 0;
        const int32_t *one = begins + first % BUCKETS, *two = begins + (first + next) % BUCKETS;
        if ((one[0] != one[1] && add_texts(line, at, texts, one[0], one[1], found) < 0) ||
            (two[0] != two[1] && add_texts(line, at, texts, two[0], two[1], found) < 0))
            return -1;
    }
    return 0;
}

const char texts_in_doc[] = "texts_in(line, texts, begins) -> places of the texts";

PyObject *texts_in(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *string, *texts, *result = NULL;
    Py_buffer given;
    Numbers found = {0};
    if (!PyArg_ParseTuple(arguments, "UO!y*", &string, &PyTuple_Type, &texts, &given))
        return NULL;
    Text line = text_of(string);
    int failed = given.len == (BUCKETS + 1) * (Py_ssize_t)sizeof(int32_t) ? 0 : fail("not a place for each hash");
    if (!failed)
        failed = line.kind == PyUnicode_1BYTE_KIND   ? find_texts(&line, PyUnicode_1BYTE_KIND, texts, given.buf, &found)
                 : line.kind == PyUnicode_2BYTE_KIND ? find_texts(&line, PyUnicode_2BYTE_KIND, texts, given.buf, &found)
                                                     : find_texts(&line, PyUnicode_4BYTE_KIND, texts, given.buf, &found);
    if (!failed)
        result = PyTuple_New(found.length);
    for (Py_ssize_t at = 0; result && at < found.length; at++) {
        PyObject *place = PyLong_FromLongLong(found.items[at]);
        if (!place)
            Py_CLEAR(result);
        else
            PyTuple_SET_ITEM(result, at, place);
    }
    free_numbers(&found);
    PyBuffer_Release(&given);
    return result;
}
