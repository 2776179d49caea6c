/* Twins of ``cleaner.ledger.replay``, the text that kept spans and repairs make, and of ``compose``, which puts layout
   between blocks. */

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

/* Opens what both functions need; -1 with an exception set. */
static int open_replay(Replay *replay, PyObject *const types[3])
{
    replay->segments = PyList_New(0);
    if (!replay->segments || open_maker(&replay->span, types[0]) < 0 || open_maker(&replay->repair, types[1]) < 0 ||
        open_maker(&replay->segment, types[2]) < 0)
        return -1;
    if (replay->span.count != 2 || replay->repair.count != 4 || replay->segment.count != 4 ||
        PyTuple_GET_SIZE(replay->starts) != PyTuple_GET_SIZE(replay->texts)) {
        PyErr_SetString(PyExc_ValueError, "the columns do not fit together");
        return -1;
    }
    return 0;
}

static void close_replay(Replay *replay)
{
    Py_XDECREF(replay->segments);
    free_builder(&replay->out);
    close_maker(&replay->span);
    close_maker(&replay->repair);
    close_maker(&replay->segment);
}

const char replay_doc[] = "replay(starts, texts, kept, repairs, types) -> (text, segments), or None if a part is missing";

PyObject *replay(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Replay replay = {0};
    PyObject *kept, *repairs, *types[3], *result = NULL;
    if (!PyArg_ParseTuple(arguments, "O!O!O!O!(OOO)", &PyTuple_Type, &replay.starts, &PyTuple_Type, &replay.texts,
                          &PyTuple_Type, &kept, &PyTuple_Type, &repairs, &types[0], &types[1], &types[2]))
        return NULL;
    int done = open_replay(&replay, types) < 0 ? -1 : add_all(&replay, kept, repairs);
    if (done > 0)
        result = Py_BuildValue("(NO)", string_of(&replay.out), replay.segments);
    else if (done == 0)
        result = Py_NewRef(Py_None);
    close_replay(&replay);
    return result;
}

/* A document under way: objects are borrowed but for the lists. */
typedef struct {
    Replay text;
    PyObject *blocks, *repairs, *glue, *layout, *placed, *made; /* *made*: the repairs that take part, and layout */
    Maker kept, block;
    Py_ssize_t next, at, begin; /* the next repair; the block under way, and where its text begins */
    int is_open;
} Composing;

enum { ROLE = 2, LEVEL };

/* Ends the block under way at *end* of the text. */
static int end_block(Composing *composing, Py_ssize_t end)
{
    PyObject *whole = PyTuple_GET_ITEM(composing->blocks, composing->at), *record = new_record(&composing->block);
    int failed = !record || set_number(&composing->block, record, START, composing->begin) < 0 ||
                 set_number(&composing->block, record, END, end) < 0 ||
                 set_field(&composing->block, record, ROLE, field_of(&composing->kept, whole, ROLE)) < 0 ||
                 set_field(&composing->block, record, LEVEL, field_of(&composing->kept, whole, LEVEL)) < 0 ||
                 PyList_Append(composing->placed, record) < 0;
    Py_XDECREF(record);
    return failed ? -1 : 0;
}

/* Adds the layout between the block under way and block *next*, of which the text is kept from *start* on. */
static int add_layout(Composing *composing, Py_ssize_t next, int64_t start)
{
    PyObject *before = field_of(&composing->kept, PyTuple_GET_ITEM(composing->blocks, composing->at), ROLE);
    PyObject *after = before ? field_of(&composing->kept, PyTuple_GET_ITEM(composing->blocks, next), ROLE) : NULL;
    PyObject *text = after ? PyObject_CallFunctionObjArgs(composing->glue, before, after, NULL) : NULL, *record = NULL;
    const Maker *maker = &composing->text.repair;
    if (text && !PyUnicode_Check(text))
        PyErr_SetString(PyExc_TypeError, "layout is no string");
    int failed = !text || !PyUnicode_Check(text) || !(record = new_record(maker)) ||
                 set_number(maker, record, START, start) < 0 || set_number(maker, record, END, start) < 0 ||
                 set_field(maker, record, SHOWN, text) < 0 ||
                 set_field(maker, record, SHOWN + 1, composing->layout) < 0 ||
                 PyList_Append(composing->made, record) < 0 || add_string(&composing->text.out, text) < 0;
    Py_XDECREF(record);
    Py_XDECREF(text);
    return failed ? -1 : 0;
}

/* Goes to the block that [start, end) lies in: 1, 0 if there is none, -1 with an exception set. */
static int find_block(Composing *composing, int64_t start, int64_t end)
{
    Py_ssize_t next = composing->at;
    int64_t begins, ends;
    for (;; next++) {
        if (next == PyTuple_GET_SIZE(composing->blocks))
            return 0;
        PyObject *block = PyTuple_GET_ITEM(composing->blocks, next);
        if (number_of(&composing->kept, block, START, &begins) < 0 ||
            number_of(&composing->kept, block, END, &ends) < 0)
            return -1;
        if (ends > start)
            break;
    }
    if (start < begins || ends < end)
        return 0;
    if (composing->is_open && next == composing->at)
        return 1;
    Py_ssize_t length = composing->text.out.length;
    if (composing->is_open && (end_block(composing, length) < 0 || add_layout(composing, next, start) < 0))
        return -1;
    composing->at = next;
    composing->begin = composing->text.out.length;
    composing->is_open = 1;
    return 1;
}

/* Adds [at, end) of the source with the repairs that are wholly inside: 1, 0 or -1 as above. */
static int add_kept(Composing *composing, int64_t at, int64_t end)
{
    Replay *text = &composing->text;
    for (int64_t first = at, start, stop; composing->next < PyTuple_GET_SIZE(composing->repairs); composing->next++) {
        PyObject *repair = PyTuple_GET_ITEM(composing->repairs, composing->next), *shown;
        if (number_of(&text->repair, repair, START, &start) < 0 || number_of(&text->repair, repair, END, &stop) < 0 ||
            !(shown = field_of(&text->repair, repair, SHOWN)))
            return -1;
        if (start >= end)
            break;
        if (stop <= start || (start >= first && start < at) || !PyUnicode_Check(shown))
            return 0; /* the twin knows what to make of it */
        if (start < first || stop > end)
            continue;
        int done = start > at ? add_source(text, at, start) : 1;
        Py_ssize_t begin = text->out.length;
        if (done <= 0)
            return done;
        if (add_string(&text->out, shown) < 0 || add_segment(text, begin, start, stop) < 0 ||
            PyList_Append(composing->made, repair) < 0)
            return -1;
        at = stop;
    }
    return at < end ? add_source(text, at, end) : 1;
}

const char compose_doc[] = "compose(starts, texts, kept, blocks, repairs, types, glue, layout) -> (text, segments, blocks, repairs), or None";

PyObject *compose(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Composing composing = {0};
    Replay *text = &composing.text;
    PyObject *kept, *types[5], *result = NULL;
    if (!PyArg_ParseTuple(arguments, "O!O!O!O!O!(OOOOO)OU", &PyTuple_Type, &text->starts, &PyTuple_Type, &text->texts,
                          &PyTuple_Type, &kept, &PyTuple_Type, &composing.blocks, &PyTuple_Type, &composing.repairs,
                          &types[0], &types[1], &types[2], &types[3], &types[4], &composing.glue, &composing.layout))
        return NULL;
    composing.placed = PyList_New(0);
    composing.made = PyList_New(0);
    int done = composing.placed && composing.made && open_replay(text, types) == 0 &&
                       open_maker(&composing.kept, types[3]) == 0 && open_maker(&composing.block, types[4]) == 0
                   ? 1
                   : -1;
    if (done > 0 && (composing.kept.count != LEVEL + 1 || composing.block.count != LEVEL + 1)) {
        PyErr_SetString(PyExc_TypeError, "not the types of blocks");
        done = -1;
    }
    for (Py_ssize_t place = 0; done > 0 && place < PyTuple_GET_SIZE(kept); place++) {
        PyObject *span = PyTuple_GET_ITEM(kept, place);
        int64_t start, end;
        if (number_of(&text->span, span, START, &start) < 0 || number_of(&text->span, span, END, &end) < 0)
            done = -1;
        else if ((done = find_block(&composing, start, end)) > 0)
            done = add_kept(&composing, start, end);
    }
    if (done > 0 && composing.is_open && end_block(&composing, text->out.length) < 0)
        done = -1;
    if (done > 0)
        result = Py_BuildValue("(NOOO)", string_of(&text->out), text->segments, composing.placed, composing.made);
    else if (done == 0)
        result = Py_NewRef(Py_None);
    Py_XDECREF(composing.placed);
    Py_XDECREF(composing.made);
    close_replay(text);
    close_maker(&composing.kept);
    close_maker(&composing.block);
    return result;
}
