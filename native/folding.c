/* Twin of ``cleaner.boilerplate.folding``. */

#include "native.h"

/* Whether *c* is no white space and has no case, or is of Latin-1, whose lower case is simple. */
static int is_simple(Py_UCS4 c)
{
    return (c > 0xa0 && c < 0x100) || (c >= 0x2010 && c < 0x2028) || (c >= 0x2030 && c < 0x205f) ||
           (c >= 0x3041 && c < 0x3100) || (c >= 0x4e00 && c < 0xa000) || (c >= 0xac00 && c < 0xd7a4);
}

/* By the methods of strings, as the twin has it. */
static PyObject *folded_slowly(PyObject *line)
{
    PyObject *words = PyUnicode_Split(line, NULL, -1), *space = PyUnicode_FromString(" ");
    PyObject *joined = words && space ? PyUnicode_Join(space, words) : NULL;
    PyObject *lower = joined ? PyObject_CallMethodNoArgs(joined, names.lower) : NULL;
    PyObject *curly = PyUnicode_FromOrdinal(0x2019), *straight = PyUnicode_FromString("'");
    PyObject *result = lower && curly && straight ? PyUnicode_Replace(lower, curly, straight, -1) : NULL;
    PyObject *used[] = {words, space, joined, lower, curly, straight};
    for (size_t at = 0; at < sizeof used / sizeof *used; at++)
        Py_XDECREF(used[at]);
    return result;
}

const char folded_doc[] = "folded(line) -> str";

PyObject *folded(PyObject *Py_UNUSED(module), PyObject *line)
{
    if (!PyUnicode_Check(line)) {
        PyErr_SetString(PyExc_TypeError, "a line is no string");
        return NULL;
    }
    Text text = text_of(line);
    Py_UCS4 *kept = PyMem_Malloc((text.length + 1) * sizeof *kept);
    Py_ssize_t length = 0, at = 0;
    if (!kept)
        return PyErr_NoMemory();
    for (; at < text.length; at++) {
        Py_UCS4 c = char_at(&text, at);
        if (c <= ' ' && Py_UNICODE_ISSPACE(c))
            c = ' ';
        else if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7))
            c += 'a' - 'A';
        else if (c == 0x2019)
            c = '\'';
        else if (c > 0x7f && !is_simple(c))
            break;
        if (c != ' ' || (length && kept[length - 1] != ' '))
            kept[length++] = c;
    }
    if (length && kept[length - 1] == ' ')
        length--;
    PyObject *result = at < text.length ? folded_slowly(line) : PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, kept, length);
    PyMem_Free(kept);
    return result;
}
