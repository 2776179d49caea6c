/* Twin of a loop in ``cleaner.short_texts``: which of many short texts stand in a line. */

#include "native.h"

enum { BUCKETS = 4096 };

/* The texts, by what the first two characters of each are hashed to. */
typedef struct {
    const int32_t *begins, *stops; /* of the texts of each hash; of the characters of each text */
    const uint32_t *characters;
    Py_ssize_t count, length; /* of texts; of all characters */
} Texts;

/* Adds the places of the texts in [place, end) that stand in *line* at *at*; -1 with an exception set. */
static inline __attribute__((always_inline)) int add_texts(const Text *line, int kind, Py_ssize_t at,
                                                           const Texts *texts, int32_t place, int32_t end,
                                                           Numbers *found)
{
    for (; place < end; place++) {
        if (place < 0 || place >= texts->count || texts->stops[place] < 0 || texts->stops[place + 1] > texts->length)
            return fail("not where each of the texts begins");
        const uint32_t *wanted = texts->characters + texts->stops[place];
        Py_ssize_t length = texts->stops[place + 1] - texts->stops[place], same = 0;
        if (length > line->length - at)
            continue;
        while (same < length && PyUnicode_READ(kind, line->data, at + same) == wanted[same])
            same++;
        int is_new = same == length;
        for (Py_ssize_t known = 0; is_new && known < found->length; known++)
            is_new = found->items[known] != place;
        if (is_new && add_number(found, place) < 0)
            return -1;
    }
    return 0;
}

/* All places; *kind* is that of the line, and a constant where this is called. */
static inline __attribute__((always_inline)) int find_texts(const Text *line, int kind, const Texts *texts,
                                                            Numbers *found)
{
    Py_UCS4 next = line->length ? PyUnicode_READ(kind, line->data, 0) : 0;
    for (Py_ssize_t at = 0; at < line->length; at++) {
        Py_UCS4 first = next * 31;
        next = at + 1 < line->length ? PyUnicode_READ(kind, line->data, at + 1) : 0;
        const int32_t *one = texts->begins + first % BUCKETS, *two = texts->begins + (first + next) % BUCKETS;
        if ((one[0] != one[1] && add_texts(line, kind, at, texts, one[0], one[1], found) < 0) ||
            (two[0] != two[1] && add_texts(line, kind, at, texts, two[0], two[1], found) < 0))
            return -1;
    }
    return 0;
}

const char texts_in_doc[] = "texts_in(line, begins, characters, stops) -> places of the texts";

PyObject *texts_in(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *string, *result = NULL;
    Py_buffer begins, characters, stops;
    Numbers found = {0};
    if (!PyArg_ParseTuple(arguments, "Uy*y*y*", &string, &begins, &characters, &stops))
        return NULL;
    Text line = text_of(string);
    Py_ssize_t number = (Py_ssize_t)sizeof(int32_t);
    Texts texts = {begins.buf, stops.buf, characters.buf, stops.len / number - 1, characters.len / number};
    int failed = begins.len == (BUCKETS + 1) * number ? 0 : fail("not a place for each hash");
    if (!failed)
        failed = line.kind == PyUnicode_1BYTE_KIND   ? find_texts(&line, PyUnicode_1BYTE_KIND, &texts, &found)
                 : line.kind == PyUnicode_2BYTE_KIND ? find_texts(&line, PyUnicode_2BYTE_KIND, &texts, &found)
                                                     : find_texts(&line, PyUnicode_4BYTE_KIND, &texts, &found);
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
    PyBuffer_Release(&begins);
    PyBuffer_Release(&characters);
    PyBuffer_Release(&stops);
    return result;
}
