/* Twin of ``cleaner.reading.runs``: which neighbouring runs leave together. */

#include "native.h"

enum { MARKUP, UNRENDERED, SCRIPT, INVISIBLE, SPACE, NOTHING };

static int in(char letter, const char *letters)
{
    return letter && strchr(letters, letter) != NULL;
}

/* Passes over the runs from *at on that leave together, and says why. */
static int next_group(const char *letters, Py_ssize_t length, Py_ssize_t *at)
{
    static const struct {
        const char *begin, *rest;
    } groups[] = {{"tb", "tbw"}, {"u", "uw"}, {"s", "s"}, {"i", "i"}};
    Py_ssize_t end = *at;
    while (end < length && letters[end] == 'w')
        end++;
    if (end > *at && !(end < length && in(letters[end], "tb"))) {
        *at = end;
        return SPACE;
    }
    for (int why = MARKUP; why <= INVISIBLE; why++)
        if (end < length && in(letters[end], groups[why].begin)) {
            while (end < length && in(letters[end], groups[why].rest))
                end++;
            *at = end;
            return why;
        }
    *at = end + 1;
    return NOTHING;
}

const char removals_doc[] = "removals(cuts, letters, reasons, type) -> list";

PyObject *removals(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *type, *reasons, *made = NULL;
    Py_buffer cuts, letters;
    Maker maker;
    if (!PyArg_ParseTuple(arguments, "y*y*O!O", &cuts, &letters, &PyTuple_Type, &reasons, &type))
        return NULL;
    if (cuts.len / (Py_ssize_t)sizeof(int64_t) != letters.len + 1 || PyTuple_GET_SIZE(reasons) != NOTHING)
        PyErr_SetString(PyExc_ValueError, "there must be a letter for each run and a reason for each group");
    else if (open_maker(&maker, type) == 0) {
        const int64_t *bounds = cuts.buf;
        made = PyList_New(0);
        for (Py_ssize_t at = 0; made && at < letters.len;) {
            Py_ssize_t begin = at;
            int why = next_group(letters.buf, letters.len, &at);
            if (why == NOTHING)
                continue;
            PyObject *reason = PyTuple_GET_ITEM(reasons, why), *removal = new_record(&maker);
            int failed = !removal || !PyTuple_Check(reason) || PyTuple_GET_SIZE(reason) != 2 ||
                         set_number(&maker, removal, 0, bounds[begin]) < 0 ||
                         set_number(&maker, removal, 1, bounds[at]) < 0;
            for (Py_ssize_t field = 2; !failed && field < maker.count; field++)
                failed = set_field(&maker, removal, field, field < 4 ? PyTuple_GET_ITEM(reason, field - 2) : Py_None) < 0;
            if (failed || PyList_Append(made, removal) < 0)
                Py_CLEAR(made);
            Py_XDECREF(removal);
        }
        close_maker(&maker);
    }
    if (!made && !PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "a reason is no pair");
    PyBuffer_Release(&cuts);
    PyBuffer_Release(&letters);
    return made;
}
