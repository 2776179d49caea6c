/* Twin of ``cleaner.reading.runs``: which neighbouring runs leave together. */

#include "native.h"

enum { MARKUP, UNRENDERED, SCRIPT, INVISIBLE, SPACE, NOTHING };

static int in(char letter, const char *letters)
{
    while (*letters && *letters != letter)
        letters++;
    return *letters != 0;
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

/* The runs once marks have cut them: bounds and letters. */
typedef struct {
    Numbers bounds;
    char *letters;
} Cuts;

/* At one place the last one counts. */
static int cut(Cuts *cuts, int64_t at, char letter)
{
    if (!cuts->bounds.length || cuts->bounds.items[cuts->bounds.length - 1] < at)
        if (add_number(&cuts->bounds, at) < 0)
            return -1;
    cuts->letters[cuts->bounds.length - 1] = letter;
    return 0;
}

static int by_start(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/* Cuts *runs* runs at *count* marks: three numbers each, sorted. A run that begins inside a mark does not count; where
   a mark ends, its run goes on as kept text. */
static int cut_runs(Cuts *cuts, const int64_t *bounds, const char *letters, Py_ssize_t runs, const int64_t *marks,
                    Py_ssize_t count)
{
    Py_ssize_t run = 0, mark = 0;
    int inside = 0, failed = 0;
    while (!failed && (run < runs || mark < count)) {
        int64_t at = run < runs ? bounds[run] : INT64_MAX, edge = mark < count ? marks[3 * mark + inside] : INT64_MAX;
        if (inside ? edge <= at : edge < at) {
            failed = cut(cuts, edge, inside ? 'k' : (char)marks[3 * mark + 2]);
            mark += inside;
            inside = !inside;
        } else {
            if (!inside)
                failed = cut(cuts, at, letters[run]);
            run++;
        }
    }
    if (!failed && (!cuts->bounds.length || cuts->bounds.items[cuts->bounds.length - 1] < bounds[runs]))
        failed = cut(cuts, bounds[runs], 0);
    return failed;
}

/* Moves the bounds to where they are in a source that has a carriage return more at each of *returns*. */
static void move(Cuts *cuts, const int64_t *returns, Py_ssize_t count)
{
    Py_ssize_t before = 0;
    for (Py_ssize_t at = 0; count && at < cuts->bounds.length; at++) {
        while (before < count && returns[before] < cuts->bounds.items[at])
            before++;
        cuts->bounds.items[at] += before;
    }
}

static PyObject *removals_of(const Cuts *cuts, PyObject *reasons, const Maker *maker)
{
    PyObject *made = PyList_New(0);
    Py_ssize_t length = cuts->bounds.length - 1;
    for (Py_ssize_t at = 0; made && at < length;) {
        Py_ssize_t begin = at;
        int why = next_group(cuts->letters, length, &at);
        if (why == NOTHING)
            continue;
        PyObject *reason = PyTuple_GET_ITEM(reasons, why), *removal = new_record(maker);
        int failed = !removal || set_number(maker, removal, 0, cuts->bounds.items[begin]) < 0 ||
                     set_number(maker, removal, 1, cuts->bounds.items[at]) < 0;
        for (Py_ssize_t field = 2; !failed && field < maker->count; field++)
            failed = set_field(maker, removal, field, field < 4 ? PyTuple_GET_ITEM(reason, field - 2) : Py_None) < 0;
        if (failed || PyList_Append(made, removal) < 0)
            Py_CLEAR(made);
        Py_XDECREF(removal);
    }
    return made;
}

/* Whether the columns fit together and every reason is a pair. */
static int is_sound(const Py_buffer *bounds, Py_ssize_t runs, const Py_buffer *marks, PyObject *reasons)
{
    int fits = bounds->len == (runs + 1) * (Py_ssize_t)sizeof(int64_t) &&
               marks->len % (3 * (Py_ssize_t)sizeof(int64_t)) == 0 && PyTuple_GET_SIZE(reasons) == NOTHING;
    for (int why = 0; fits && why < NOTHING; why++)
        fits = PyTuple_Check(PyTuple_GET_ITEM(reasons, why)) && PyTuple_GET_SIZE(PyTuple_GET_ITEM(reasons, why)) == 2;
    return fits;
}

const char removals_doc[] = "removals(bounds, letters, marks, returns, reasons, type) -> list";

PyObject *removals(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *type, *letters, *reasons, *made = NULL;
    Py_buffer bounds, marks, returns;
    Maker maker;
    Cuts cuts = {0};
    if (!PyArg_ParseTuple(arguments, "y*Yy*y*O!O", &bounds, &letters, &marks, &returns, &PyTuple_Type, &reasons, &type))
        return NULL;
    Py_ssize_t runs = PyByteArray_GET_SIZE(letters), count = marks.len / (3 * (Py_ssize_t)sizeof(int64_t));
    int64_t *sorted = PyMem_Malloc(marks.len + 1);
    cuts.letters = PyMem_Malloc(runs + 2 * count + 2);
    if (!sorted || !cuts.letters)
        PyErr_NoMemory();
    else if (!is_sound(&bounds, runs, &marks, reasons))
        PyErr_SetString(PyExc_ValueError, "the columns do not fit together");
    else if (open_maker(&maker, type) == 0) {
        memcpy(sorted, marks.buf, marks.len);
        qsort(sorted, count, 3 * sizeof(int64_t), by_start);
        if (cut_runs(&cuts, bounds.buf, PyByteArray_AS_STRING(letters), runs, sorted, count) == 0) {
            move(&cuts, returns.buf, returns.len / (Py_ssize_t)sizeof(int64_t));
            made = removals_of(&cuts, reasons, &maker);
        }
        close_maker(&maker);
    }
    PyMem_Free(sorted);
    PyMem_Free(cuts.letters);
    free_numbers(&cuts.bounds);
    PyBuffer_Release(&bounds);
    PyBuffer_Release(&marks);
    PyBuffer_Release(&returns);
    return made;
}
