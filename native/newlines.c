/* Twin of ``cleaner.reading.newlines.lines_of``. */

#include "native.h"

/* Where line ends of two characters are, in the text to come; -1 with an exception set. */
static int find_pairs(const Text *text, Numbers *pairs)
{
    for (Py_ssize_t at = 0; (at = find_char(text, '\r', at, text->length)) < text->length; at++)
        if (at + 1 < text->length && char_at(text, at + 1) == '\n' && add_number(pairs, at - pairs->length) < 0)
            return -1;
    return 0;
}

/* Copies *text* to *target*, which is as wide, with one line feed for each line end. */
static void copy_lines(const Text *text, char *target)
{
    Py_ssize_t width = text->kind, at = 0, written = 0;
    while (at < text->length) {
        Py_ssize_t end = find_char(text, '\r', at, text->length);
        memcpy(target + written * width, (const char *)text->data + at * width, (end - at) * width);
        written += end - at;
        if (end < text->length) {
            PyUnicode_WRITE(text->kind, target, written++, '\n');
            end += 1 + (end + 1 < text->length && char_at(text, end + 1) == '\n');
        }
        at = end;
    }
}

const char lines_of_doc[] = "lines_of(text) -> (text, places of line ends of two characters)";

PyObject *lines_of(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *source, *result = NULL;
    Numbers pairs = {0};
    if (!PyArg_ParseTuple(arguments, "U", &source))
        return NULL;
    Text text = text_of(source);
    if (find_pairs(&text, &pairs) == 0) {
        PyObject *made = PyUnicode_New(text.length - pairs.length, PyUnicode_MAX_CHAR_VALUE(source));
        if (made && text.length)
            copy_lines(&text, PyUnicode_DATA(made));
        result = made ? Py_BuildValue("(NN)", made, bytes_of_numbers(&pairs)) : NULL;
    }
    free_numbers(&pairs);
    return result;
}
