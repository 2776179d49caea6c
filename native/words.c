/* Twin of ``cleaner.boilerplate.features._word_shares``: how many words of texts are among some. */

#include "native.h"

static int is_word(Py_UCS4 c)
{
    return c == '_' || Py_UNICODE_ISALNUM(c);
}

/* The share of *text*'s words that are in *wanted*; -1 with an exception set. */
static double share_of(PyObject *text, PyObject *wanted)
{
    PyObject *lower = PyUnicode_Check(text) ? PyObject_CallMethodNoArgs(text, names.lower) : NULL;
    if (!lower) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "a text is no string");
        return -1;
    }
    Text characters = text_of(lower);
    Py_ssize_t words = 0, found = 0, at = 0;
    while (at < characters.length) {
        Py_ssize_t begin = at;
        while (at < characters.length && is_word(char_at(&characters, at)))
            at++;
        if (at == begin) {
            at++;
            continue;
        }
        PyObject *word = PyUnicode_Substring(lower, begin, at);
        int is_wanted = word ? PySet_Contains(wanted, word) : -1;
        Py_XDECREF(word);
        if (is_wanted < 0) {
            Py_DECREF(lower);
            return -1;
        }
        words++;
        found += is_wanted;
    }
    Py_DECREF(lower);
    return words ? (double)found / (double)words : 0;
}

const char word_shares_doc[] = "word_shares(texts, wanted) -> bytes";

PyObject *word_shares(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *texts, *wanted;
    if (!PyArg_ParseTuple(arguments, "O!O!", &PyList_Type, &texts, &PySet_Type, &wanted))
        return NULL;
    Py_ssize_t count = PyList_GET_SIZE(texts);
    PyObject *shares = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(double));
    for (Py_ssize_t at = 0; shares && at < count; at++) {
        double share = share_of(PyList_GET_ITEM(texts, at), wanted);
        ((double *)PyBytes_AS_STRING(shares))[at] = share;
        if (share < 0)
            Py_CLEAR(shares);
    }
    return shares;
}
