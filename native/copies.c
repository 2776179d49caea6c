/* Twin of ``copies``: relations repeated for the exact copies of their two sides. */

#include "native.h"

enum { AHEAD = 16, SIDES = 2, BUFFERS = 8 };

/* What is known of a row: a byte for each, as more of them stay in the caches. */
enum { IS_WHOLE = 1, IS_FIRST = 2, IS_SEEN = 4 };

typedef struct {
    const int32_t (*pairs)[SIDES];
    const uint8_t *kind;
    Py_ssize_t many;
    const int32_t *representative, *parent, *page, *start, *end;
    Py_ssize_t rows;
    const char *is_foreign; /* by page; NULL if none is */
    Py_ssize_t most_rows, most, together;
    int exact;
    unsigned char *known;
    uint32_t *begins;    /* rows + 2 places in *order* */
    int32_t *order;      /* rows by their first copy */
    uint32_t *repeated;  /* relations, as many as are looked at together */
    PyObject *found, *of; /* byte arrays, longer than what is in them */
    Py_ssize_t count;
} Copies;

static int32_t first_of(const Copies *copies, int32_t row)
{
    return copies->known[row] & IS_FIRST ? row : copies->representative[row];
}

static int32_t around(const Copies *copies, int32_t row)
{
    return copies->known[row] & IS_WHOLE ? row : copies->parent[row];
}

static Py_ssize_t size_of(const Copies *copies, int32_t first)
{
    return copies->begins[first + 1] - copies->begins[first];
}

/* Puts the copies of each row together, in their order. */
static void begin(const Copies *copies)
{
    const int32_t *representative = copies->representative;
    uint32_t *begins = copies->begins;
    for (Py_ssize_t row = 0; row < copies->rows; row++) {
        copies->known[row] = (unsigned char)((copies->parent[row] == row ? IS_WHOLE : 0) |
                                             (representative[row] == row ? IS_FIRST : 0));
        begins[representative[row] + 2]++;
    }
    for (Py_ssize_t row = 2; row < copies->rows + 2; row++)
        begins[row] += begins[row - 1];
    for (Py_ssize_t row = 0; row < copies->rows; row++)
        copies->order[begins[representative[row] + 1]++] = (int32_t)row;
}

/* Whether both rows are of other corpora. */
static int are_foreign(const Copies *copies, int32_t a, int32_t b)
{
    return copies->is_foreign && copies->is_foreign[copies->page[a]] && copies->is_foreign[copies->page[b]];
}

/* Whether two rows are views of the same text. */
static int overlap(const Copies *copies, int32_t a, int32_t b)
{
    return (a < b ? b - a : a - b) < copies->most_rows && copies->page[a] == copies->page[b] &&
           copies->start[a] < copies->end[b] && copies->start[b] < copies->end[a];
}

/* Whether two rows are parts of exact copies. */
static int in_copies(const Copies *copies, int32_t a, int32_t b)
{
    return !(copies->known[a] & copies->known[b] & IS_WHOLE) &&
           first_of(copies, around(copies, a)) == first_of(copies, around(copies, b));
}

/* Makes room for *more* pairs; -1 without memory. */
static int make_room(const Copies *copies, Py_ssize_t more)
{
    Py_ssize_t wanted = copies->count + more, room = PyByteArray_GET_SIZE(copies->of) / (Py_ssize_t)sizeof(int32_t);
    if (wanted <= room)
        return 0;
    room = wanted + room / 8;
    return PyByteArray_Resize(copies->found, room * SIDES * (Py_ssize_t)sizeof(int32_t)) < 0 ||
                   PyByteArray_Resize(copies->of, room * (Py_ssize_t)sizeof(int32_t)) < 0
               ? -1
               : 0;
}

/* There is room. */
static void add(Copies *copies, int32_t a, int32_t b, uint32_t relation)
{
    int32_t *pair = (int32_t *)(void *)PyByteArray_AS_STRING(copies->found) + SIDES * copies->count;
    pair[0] = a;
    pair[1] = b;
    ((uint32_t *)(void *)PyByteArray_AS_STRING(copies->of))[copies->count++] = relation;
}

/* Copies lie far apart: their places are fetched first, and then what is asked of them. */
static void fetch(const Copies *copies, Py_ssize_t one, Py_ssize_t count)
{
    if (one + 2 * AHEAD < count) {
        int32_t other = first_of(copies, copies->pairs[copies->repeated[one + 2 * AHEAD]][1]);
        __builtin_prefetch(copies->order + copies->begins[other]);
    }
    if (one + AHEAD < count) {
        int32_t other = first_of(copies, copies->pairs[copies->repeated[one + AHEAD]][1]);
        for (uint32_t at = copies->begins[other]; at < copies->begins[other + 1]; at++) {
            __builtin_prefetch(copies->known + copies->order[at]);
            __builtin_prefetch(copies->parent + copies->order[at]);
        }
    }
}

/* The pairs of copies for which a relation holds; there is room. */
static void repeat(Copies *copies, uint32_t relation)
{
    int32_t first = first_of(copies, copies->pairs[relation][0]), other = first_of(copies, copies->pairs[relation][1]);
    int is_exact = copies->kind[relation] == copies->exact;
    for (uint32_t left = copies->begins[first]; left < copies->begins[first + 1]; left++)
        for (uint32_t right = copies->begins[other]; right < copies->begins[other + 1]; right++) {
            int32_t a = copies->order[left], b = copies->order[right];
            if ((is_exact ? a < b : a != b) && !overlap(copies, a, b) && !in_copies(copies, a, b) &&
                !are_foreign(copies, a, b))
                add(copies, a, b, relation);
        }
}

/* Whether an exact relation is the first one of few copies, or one of many: it stands for all of a few. */
static int stands(const Copies *copies, int32_t first)
{
    Py_ssize_t size = size_of(copies, first);
    int is_repeated = size * size <= copies->most && copies->known[first] & IS_SEEN;
    copies->known[first] |= IS_SEEN;
    return !is_repeated;
}

/* The next relations that stand, from *at on: those without copies, or with too many, come first. -1 without memory. */
static int repeat_together(Copies *copies, Py_ssize_t *at)
{
    Py_ssize_t count = 0, taken = 0, pairs = 0;
    if (make_room(copies, copies->together) < 0)
        return -1;
    for (; *at < copies->many && taken < copies->together; ++*at) {
        if (*at + AHEAD < copies->many) {
            __builtin_prefetch(copies->known + copies->pairs[*at + AHEAD][1]);
            __builtin_prefetch(copies->begins + copies->pairs[*at + AHEAD][1]);
        }
        int32_t a = copies->pairs[*at][0], b = copies->pairs[*at][1];
        int32_t first = first_of(copies, a), other = first_of(copies, b);
        if (copies->kind[*at] == copies->exact && !stands(copies, first))
            continue;
        Py_ssize_t many = size_of(copies, first) * size_of(copies, other);
        taken++;
        if (many > 1 && many <= copies->most) {
            copies->repeated[count++] = (uint32_t)*at;
            pairs += many;
        } else if (many == 1 || !are_foreign(copies, a, b))
            add(copies, a, b, (uint32_t)*at);
    }
    if (make_room(copies, pairs) < 0)
        return -1;
    for (Py_ssize_t one = 0; one < count; one++) {
        fetch(copies, one, count);
        repeat(copies, copies->repeated[one]);
    }
    return 0;
}

/* -1 with an exception set. */
static int repeat_all(Copies *copies)
{
    if (!copies->known || !copies->begins || !copies->order || !copies->repeated || !copies->found || !copies->of) {
        PyErr_NoMemory();
        return -1;
    }
    begin(copies);
    for (Py_ssize_t at = 0; at < copies->many;)
        if (repeat_together(copies, &at) < 0)
            return -1;
    if (PyByteArray_Resize(copies->found, copies->count * SIDES * (Py_ssize_t)sizeof(int32_t)) < 0)
        return -1;
    return PyByteArray_Resize(copies->of, copies->count * (Py_ssize_t)sizeof(int32_t));
}

const char copies_doc[] = "copies((pairs, kind), (representative, parent, page, start, end), is_foreign, most_rows,"
                          " most, together, exact) -> (pairs, of)";

PyObject *copies(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer given[BUFFERS];
    Py_buffer *pairs = given, *kind = given + 1, *representative = given + 2, *parent = given + 3, *page = given + 4,
              *start = given + 5, *end = given + 6, *is_foreign = given + 7;
    Py_ssize_t most_rows, most, together;
    int exact;
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(arguments, "(y*y*)(y*y*y*y*y*)y*nnni", pairs, kind, representative, parent, page, start, end,
                          is_foreign, &most_rows, &most, &together, &exact))
        return NULL;
    Py_ssize_t many = kind->len, rows = parent->len / 4;
    int fit = pairs->len == 8 * many && representative->len == 4 * rows && parent->len == 4 * rows &&
              page->len == 4 * rows && start->len == 4 * rows && end->len == 4 * rows && many <= UINT32_MAX &&
              rows < INT32_MAX && together > 0 && are_between(pairs->buf, SIDES * many, 0, rows) &&
              are_between(representative->buf, rows, 0, rows) && are_between(parent->buf, rows, 0, rows) &&
              are_between(page->buf, rows, 0, is_foreign->len);
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "relations of rows or pages that are not there");
    else {
        Copies copies = {
            .pairs = pairs->buf,
            .kind = kind->buf,
            .many = many,
            .representative = representative->buf,
            .parent = parent->buf,
            .page = page->buf,
            .start = start->buf,
            .end = end->buf,
            .rows = rows,
            .is_foreign = memchr(is_foreign->buf, 1, is_foreign->len) ? is_foreign->buf : NULL,
            .most_rows = most_rows,
            .most = most,
            .together = together,
            .exact = exact,
            .known = PyMem_Malloc(rows + 1),
            .begins = PyMem_Calloc(rows + 2, sizeof(uint32_t)),
            .order = PyMem_New(int32_t, rows + 1),
            .repeated = PyMem_New(uint32_t, together),
            .found = PyByteArray_FromStringAndSize(NULL, 0),
            .of = PyByteArray_FromStringAndSize(NULL, 0),
        };
        if (repeat_all(&copies) == 0)
            result = PyTuple_Pack(2, copies.found, copies.of);
        PyMem_Free(copies.known);
        PyMem_Free(copies.begins);
        PyMem_Free(copies.order);
        PyMem_Free(copies.repeated);
        Py_XDECREF(copies.found);
        Py_XDECREF(copies.of);
    }
    for (int buffer = 0; buffer < BUFFERS; buffer++)
        PyBuffer_Release(given + buffer);
    return result;
}
