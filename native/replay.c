/* Twin of ``cleaner.ledger.replay``: the text that kept spans and repairs make. */

#include "native.h"

enum { START, END, SHOWN };

/* The text so far. The source is given in parts, each a text and where it begins; objects are borrowed. */
typedef struct {
    PyObject *starts, *texts;
    Py_ssize_t part;
    Maker span, repair, segment;
    Builder out;
    PyObject *segments;
} Replay;

/* Notes that the text from *begin* on came from [start, end) of the source. */
static int add_segment(Replay *replay, Py_ssize_t begin, int64_t start, int64_t end)
{
    const Maker *maker = &replay->segment;
    PyObject *segment = new_record(maker);
    int failed = !segment || set_number(maker, segment, 0, begin) < 0 ||
                 set_number(maker, segment, 1, replay->out.length) < 0 || set_number(maker, segment, 2, start) < 0 ||
                 set_number(maker, segment, 3, end) < 0 || PyList_Append(replay->segments, segment) < 0;
    Py_XDECREF(segment);
    return failed ? -1 : 0;
}

/* Where part number *part* begins; -1 with an exception set. */
static int64_t start_of(const Replay *replay, Py_ssize_t part)
{
    return PyLong_AsLongLong(PyTuple_GET_ITEM(replay->starts, part));
}

/* Adds [start, end) of the source: 1 if it was added, 0 if no part holds it, -1 with an exception set. */
static int add_source(Replay *replay, int64_t start, int64_t end)
{
    Py_ssize_t last = PyTuple_GET_SIZE(replay->texts) - 1;
    while (replay->part < last && start_of(replay, replay->part + 1) <= start && !PyErr_Occurred())
        replay->part++;
    while (replay->part > 0 && start_of(replay, replay->part) > start)
        replay->part--;
    int64_t base = last < 0 ? 0 : start_of(replay, replay->part);
    if (PyErr_Occurred())
        return -1;
    if (last < 0 || start < base)
        return 0;
    PyObject *string = PyTuple_GET_ITEM(replay->texts, replay->part);
    if (!PyUnicode_Check(string)) {
        PyErr_SetString(PyExc_TypeError, "a part is no string");
        return -1;
    }
    Text text = text_of(string);
    if (end - base > text.length)
        return 0;
    Py_ssize_t begin = replay->out.length;
    return add_span(&replay->out, &text, start - base, end - base) < 0 || add_segment(replay, begin, start, end) < 0 ? -1
                                                                                                                     : 1;
}

/* Adds what *kept* spans and *repairs* make: 1, 0 or -1 as above. */
static int add_all(Replay *replay, PyObject *kept, PyObject *repairs)
{
    Py_ssize_t next = 0;
    for (Py_ssize_t place = 0; place < PyTuple_GET_SIZE(kept); place++) {
        int64_t at, stop, start, end;
        PyObject *span = PyTuple_GET_ITEM(kept, place), *text;
        if (number_of(&replay->span, span, START, &at) < 0 || number_of(&replay->span, span, END, &stop) < 0)
            return -1;
        for (; next < PyTuple_GET_SIZE(repairs); next++) {
            PyObject *repair = PyTuple_GET_ITEM(repairs, next);
            if (number_of(&replay->repair, repair, START, &start) < 0 ||
                number_of(&replay->repair, repair, END, &end) < 0 ||
                !(text = field_of(&replay->repair, repair, SHOWN)))
                return -1;
            if (start >= stop)
                break;
            int done = start > at ? add_source(replay, at, start) : 1;
            Py_ssize_t begin = replay->out.length;
            if (done <= 0)
                return done;
            if (!PyUnicode_Check(text) || add_string(&replay->out, text) < 0 ||
                (end > start && add_segment(replay, begin, start, end) < 0))
                return PyErr_Occurred() ? -1 : 0;
            at = end;
        }
        int done = at < stop ? add_source(replay, at, stop) : 1;
        if (done <= 0)
            return done;
    }
    return 1;
}

const char replay_doc[] = "replay(starts, texts, kept, repairs, types) -> (text, segments), or None if a part is missing";

PyObject *replay(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Replay replay = {0};
    PyObject *kept, *repairs, *types[3], *result = NULL;
    if (!PyArg_ParseTuple(arguments, "O!O!O!O!(OOO)", &PyTuple_Type, &replay.starts, &PyTuple_Type, &replay.texts,
                          &PyTuple_Type, &kept, &PyTuple_Type, &repairs, &types[0], &types[1], &types[2]))
        return NULL;
    replay.segments = PyList_New(0);
    if (replay.segments && open_maker(&replay.span, types[0]) == 0 && open_maker(&replay.repair, types[1]) == 0 &&
        open_maker(&replay.segment, types[2]) == 0) {
        if (replay.span.count != 2 || replay.repair.count != 4 || replay.segment.count != 4 ||
            PyTuple_GET_SIZE(replay.starts) != PyTuple_GET_SIZE(replay.texts))
            PyErr_SetString(PyExc_ValueError, "the columns do not fit together");
        else {
            int done = add_all(&replay, kept, repairs);
            if (done > 0)
                result = Py_BuildValue("(NO)", string_of(&replay.out), replay.segments);
            else if (done == 0)
                result = Py_NewRef(Py_None);
        }
    }
    Py_XDECREF(replay.segments);
    free_builder(&replay.out);
    close_maker(&replay.span);
    close_maker(&replay.repair);
    close_maker(&replay.segment);
    return result;
}
