/* Twin of a loop in ``cleaner.boilerplate.needed_text``: which of many short texts stand in a line. */

#include "native.h"

enum { BUCKETS = 4096 };

const char texts_in_doc[] = "texts_in(line, texts, begins) -> places of the texts";

PyObject *texts_in(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *string, *texts, *result = NULL;
    Py_buffer given;
    Numbers found = {0};
    if (!PyArg_ParseTuple(arguments, "UO!y*", &string, &PyTuple_Type, &texts, &given))
        return NULL;
    Text line = text_of(string);
    const int32_t *begins = given.buf;
    int fits = given.len == (BUCKETS + 1) * (Py_ssize_t)sizeof *begins, done = 0;
    for (Py_ssize_t at = 0; fits && !done && at < line.length; at++) {
        Py_UCS4 first = char_at(&line, at) * 31, second = at + 1 < line.length ? char_at(&line, at + 1) : 0;
        for (int pair = 0; pair < 2; pair++) {
            Py_UCS4 bucket = (first + (pair ? second : 0)) % BUCKETS;
            int32_t place = begins[bucket], end = begins[bucket + 1];
            fits = fits && place >= 0 && end <= PyTuple_GET_SIZE(texts);
            for (; fits && !done && place < end; place++) {
                PyObject *wanted = PyTuple_GET_ITEM(texts, place);
                Text text = PyUnicode_Check(wanted) ? text_of(wanted) : (Text){0};
                int is_new = text.length && text.length <= line.length - at && is_at(&text, &line, at);
                for (Py_ssize_t known = 0; is_new && known < found.length; known++)
                    is_new = found.items[known] != place;
                done = is_new ? add_number(&found, place) : 0;
            }
        }
    }
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "not where each of the texts begins");
    else if (!done)
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
