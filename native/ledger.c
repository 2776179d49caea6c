/* Twins of ``cleaner.ledger.settle``, whoever comes first has a character, and of ``check_conservation``. */

#include "native.h"

enum { START, END };

/* What a removal claims; the index says who comes first. */
typedef struct {
    int64_t start, end;
    Py_ssize_t index;
} Claim;

/* Pieces of the page on their way to kept spans and removals. Objects are borrowed but for the lists. */
typedef struct {
    PyObject *proposals, *kept, *removals;
    Maker removal, span;
    Py_ssize_t of_whole; /* the field that says something of all of a removal, and nothing of a part */
    int64_t begin;
    const Claim *owner; /* of the piece under way; NULL where nobody claims it */
} Pieces;

static int by_start(const void *one, const void *other)
{
    const Claim *a = one, *b = other;
    return a->start != b->start ? (a->start > b->start) - (a->start < b->start)
                                : (a->index > b->index) - (a->index < b->index);
}

/* A heap of claims with the first index on top. */
static void push(const Claim **heap, Py_ssize_t *count, const Claim *claim)
{
    Py_ssize_t at = (*count)++;
    for (; at && heap[(at - 1) / 2]->index > claim->index; at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = claim;
}

static void pop(const Claim **heap, Py_ssize_t *count)
{
    const Claim *last = heap[--*count];
    Py_ssize_t at = 0;
    for (Py_ssize_t below; (below = 2 * at + 1) < *count; at = below) {
        below += below + 1 < *count && heap[below + 1]->index < heap[below]->index;
        if (heap[below]->index > last->index)
            break;
        heap[at] = heap[below];
    }
    heap[at] = last;
}

/* Ends the piece under way at *end*: a kept span, a removal, or as much of it as the piece has. */
static int end_piece(Pieces *pieces, int64_t end)
{
    if (pieces->begin == end)
        return 0;
    const Claim *owner = pieces->owner;
    PyObject *whole = owner ? PyList_GET_ITEM(pieces->proposals, owner->index) : NULL, *record;
    const Maker *maker = owner ? &pieces->removal : &pieces->span;
    if (owner && owner->start == pieces->begin && owner->end == end)
        record = Py_NewRef(whole);
    else if ((record = new_record(maker))) {
        int failed = set_number(maker, record, START, pieces->begin) < 0 || set_number(maker, record, END, end) < 0;
        for (Py_ssize_t field = END + 1; !failed && field < maker->count; field++)
            failed = set_field(maker, record, field,
                               field == pieces->of_whole ? Py_None : field_of(maker, whole, field)) < 0;
        if (failed)
            Py_CLEAR(record);
    }
    int failed = !record || PyList_Append(owner ? pieces->removals : pieces->kept, record) < 0;
    Py_XDECREF(record);
    pieces->begin = end;
    return failed ? -1 : 0;
}

/* Deals out [0, length) to *claims*, which are sorted; *heap* has room for all of them. */
static int deal(Pieces *pieces, const Claim *claims, Py_ssize_t count, int64_t length, const Claim **heap)
{
    Py_ssize_t next = 0, waiting = 0;
    for (int64_t at = 0; at < length;) {
        while (next < count && claims[next].start <= at)
            push(heap, &waiting, &claims[next++]);
        while (waiting && heap[0]->end <= at)
            pop(heap, &waiting);
        const Claim *owner = waiting ? heap[0] : NULL;
        if (owner != pieces->owner && end_piece(pieces, at) < 0)
            return -1;
        pieces->owner = owner;
        at = owner ? owner->end : length;
        if (next < count && claims[next].start < at)
            at = claims[next].start;
    }
    return end_piece(pieces, length);
}

/* The claims of the proposals, sorted. *outside* is the first that does not lie in [0, length), borrowed. */
static int take_claims(const Pieces *pieces, int64_t length, Claim *claims, PyObject **outside)
{
    Py_ssize_t count = PyList_GET_SIZE(pieces->proposals);
    for (Py_ssize_t at = 0; at < count; at++) {
        PyObject *removal = PyList_GET_ITEM(pieces->proposals, at);
        claims[at].index = at;
        if (number_of(&pieces->removal, removal, START, &claims[at].start) < 0 ||
            number_of(&pieces->removal, removal, END, &claims[at].end) < 0)
            return -1;
        if (!*outside && (claims[at].start < 0 || claims[at].end < claims[at].start || claims[at].end > length))
            *outside = removal;
    }
    qsort(claims, count, sizeof *claims, by_start);
    return 0;
}

const char settle_doc[] = "settle(length, proposals, removal, span, of_whole) -> (kept, removals, a proposal that lies outside or None)";

PyObject *settle(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Pieces pieces = {0};
    PyObject *types[2], *outside = NULL, *result = NULL;
    Py_ssize_t length;
    if (!PyArg_ParseTuple(arguments, "nO!OOn", &length, &PyList_Type, &pieces.proposals, &types[0], &types[1],
                          &pieces.of_whole))
        return NULL;
    Py_ssize_t count = PyList_GET_SIZE(pieces.proposals);
    Claim *claims = PyMem_Calloc(count + 1, sizeof *claims);
    const Claim **heap = PyMem_Calloc(count + 1, sizeof *heap);
    pieces.kept = PyList_New(0);
    pieces.removals = PyList_New(0);
    if (!claims || !heap || !pieces.kept || !pieces.removals)
        PyErr_NoMemory();
    else if (open_maker(&pieces.removal, types[0]) == 0 && open_maker(&pieces.span, types[1]) == 0) {
        if (pieces.removal.count <= END || pieces.span.count != END + 1)
            PyErr_SetString(PyExc_TypeError, "not the types of removals and spans");
        else if (take_claims(&pieces, length, claims, &outside) == 0 &&
                 (outside || deal(&pieces, claims, count, length, heap) == 0))
            result = Py_BuildValue("(OOO)", pieces.kept, pieces.removals, outside ? outside : Py_None);
    }
    PyMem_Free(claims);
    PyMem_Free(heap);
    Py_XDECREF(pieces.kept);
    Py_XDECREF(pieces.removals);
    close_maker(&pieces.removal);
    close_maker(&pieces.span);
    return result;
}

/* Whether the record at *row* of *records* begins where *at* is, which is then its end; -1 with an exception set. */
static int goes_on(const Maker *maker, PyObject *records, Py_ssize_t row, int64_t *at)
{
    int64_t start, end;
    if (row == PyTuple_GET_SIZE(records))
        return 0;
    PyObject *record = PyTuple_GET_ITEM(records, row);
    if (number_of(maker, record, START, &start) < 0 || number_of(maker, record, END, &end) < 0)
        return -1;
    if (start != *at || end <= start)
        return 0;
    *at = end;
    return 1;
}

const char is_partition_doc[] = "is_partition(length, kept, removals, span, removal) -> whether both, sorted, make up [0, length)";

PyObject *is_partition(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *parts[2], *types[2];
    Maker makers[2] = {{0}};
    Py_ssize_t length, rows[2] = {0};
    int64_t at = 0;
    if (!PyArg_ParseTuple(arguments, "nO!O!OO", &length, &PyTuple_Type, &parts[0], &PyTuple_Type, &parts[1], &types[0],
                          &types[1]))
        return NULL;
    int going = open_maker(&makers[0], types[0]) < 0 || open_maker(&makers[1], types[1]) < 0 ? -1 : 1;
    if (going > 0 && (makers[0].count <= END || makers[1].count <= END)) {
        PyErr_SetString(PyExc_TypeError, "not the types of removals and spans");
        going = -1;
    }
    while (going > 0) {
        int which = 0;
        while ((going = goes_on(&makers[which], parts[which], rows[which], &at)) == 0 && which == 0)
            which = 1;
        rows[which] += going > 0;
    }
    close_maker(&makers[0]);
    close_maker(&makers[1]);
    if (going < 0)
        return NULL;
    return PyBool_FromLong(at == length && rows[0] == PyTuple_GET_SIZE(parts[0]) &&
                           rows[1] == PyTuple_GET_SIZE(parts[1]));
}
