/* Twin of ``cleaner.reading.blocks``: which texts make a block together, and the block that they make. */

#include "visible_text.h"

enum { KEPT = 'k', BLANK = 'w', BREAK = 'b', TAG = 't', UNRENDERED = 'u', INVISIBLE = 'i' };
enum { START, STOP, SHOWN, ROLE, LEVEL, ELEMENT, LINK_CHARS, HOLES, REPAIRS, FIELDS };
enum { CODE = 3 };

/* A column of numbers. */
typedef struct {
    Py_buffer buffer;
    const int64_t *items;
    Py_ssize_t length;
} Column;

/* BOUNDS by run, FIRSTS to LEAVES by text, JOINED to ELEMENTS by leaf; JOINED may be empty. */
enum { RETURNS, BOUNDS, FIRSTS, LASTS, LEAVES, JOINED, ROLES, LEVELS, ELEMENTS, COLUMNS };

/* The page that is read. Objects are borrowed; a text is a range of runs. */
typedef struct {
    PyObject *source, *letters, *references, *role_names;
    Text characters;
    const char *is_linked;
    Column columns[COLUMNS];
    const int64_t *bounds, *leaves;
    Py_ssize_t runs, text_count;
    PyObject **meanings; /* by run, of references */
    Maker block, repair, span;
    PyObject *kinds[KINDS];
    Line line;
    Piece *pieces;
    Py_ssize_t piece_count, piece_room;
    PyObject *made, *joined; /* the latter holds meanings */
    Numbers marks; /* start, end, letter */
} Blocks;

static int mark(Blocks *page, int64_t start, int64_t end, int letter)
{
    if (start >= end)
        return 0;
    return add_number(&page->marks, start) < 0 || add_number(&page->marks, end) < 0 ||
                   add_number(&page->marks, letter) < 0
               ? -1
               : 0;
}

static Py_ssize_t first_of(const Blocks *page, Py_ssize_t text)
{
    return page->columns[FIRSTS].items[text];
}

static Py_ssize_t last_of(const Blocks *page, Py_ssize_t text)
{
    return page->columns[LASTS].items[text];
}

static int add_piece(Blocks *page, int64_t start, int64_t end, int kind, PyObject *meaning, int is_linked)
{
    if (page->piece_count == page->piece_room) {
        Py_ssize_t room = page->piece_room ? page->piece_room * 2 : 32;
        Piece *larger = PyMem_Realloc(page->pieces, room * sizeof(Piece));
        if (!larger) {
            PyErr_NoMemory();
            return -1;
        }
        page->pieces = larger;
        page->piece_room = room;
    }
    page->pieces[page->piece_count++] = (Piece){start, end, meaning, kind, is_linked};
    return 0;
}

/* What the white space [run, end) means, borrowed, if there are references in it. */
static int join_meanings(Blocks *page, Py_ssize_t run, Py_ssize_t end, PyObject **meaning)
{
    int has_references = 0, failed = 0;
    for (Py_ssize_t at = run; at < end; at++)
        has_references |= page->meanings[at] != NULL;
    *meaning = NULL;
    if (!has_references)
        return 0;
    Builder joined = {0};
    for (Py_ssize_t at = run; !failed && at < end; at++)
        failed = page->meanings[at] ? add_string(&joined, page->meanings[at])
                                    : add_span(&joined, &page->characters, page->bounds[at], page->bounds[at + 1]);
    PyObject *string = failed ? NULL : string_of(&joined);
    failed = !string || PyList_Append(page->joined, string) < 0;
    *meaning = string;
    Py_XDECREF(string); /* the list has it */
    free_builder(&joined);
    return failed ? -1 : 0;
}

/* White space and line breaks among the runs [run, end); they are now kept. */
static int add_between(Blocks *page, Py_ssize_t run, Py_ssize_t end)
{
    char *letters = PyByteArray_AS_STRING(page->letters);
    while (run < end) {
        Py_ssize_t begin = run;
        char letter = letters[run++];
        if (letter != BLANK && letter != BREAK)
            continue;
        while (letter == BLANK && run < end && letters[run] == BLANK)
            run++;
        memset(letters + begin, KEPT, run - begin);
        PyObject *meaning;
        if (join_meanings(page, begin, run, &meaning) < 0 ||
            add_piece(page, page->bounds[begin], page->bounds[run], letter == BLANK ? BLANK_PIECE : BREAK_PIECE,
                      meaning, 0) < 0)
            return -1;
    }
    return 0;
}

/* The texts [first, last) that have a leaf, cut at their references, and what stands between them. */
static int collect(Blocks *page, Py_ssize_t first, Py_ssize_t last)
{
    Py_ssize_t above = -1, above_end = 0;
    page->piece_count = 0;
    for (Py_ssize_t text = first; text < last; text++) {
        if (page->leaves[text] < 0)
            continue;
        Py_ssize_t begin = first_of(page, text), end = last_of(page, text);
        if (above >= 0 && (add_between(page, above_end, begin) < 0 ||
                           (page->leaves[text] != page->leaves[above] &&
                            add_piece(page, page->bounds[begin], page->bounds[begin], CELL_PIECE, NULL, 0) < 0)))
            return -1;
        for (Py_ssize_t run = begin; run < end; run++)
            if (add_piece(page, page->bounds[run], page->bounds[run + 1],
                          page->meanings[run] ? REFERENCE_PIECE : TEXT_PIECE, page->meanings[run],
                          page->is_linked[text]) < 0)
                return -1;
        above = text;
        above_end = end;
    }
    return 0;
}

/* The characters that no block shows, of pieces before *first* and behind *last*. */
static int mark_outside(Blocks *page, int64_t first, int64_t last, int is_nothing_visible)
{
    for (Py_ssize_t at = 0; at < page->piece_count; at++) {
        const Piece *piece = &page->pieces[at];
        int letter = piece->kind == BREAK_PIECE ? TAG : BLANK;
        int64_t from = is_nothing_visible ? piece->start : first, to = is_nothing_visible ? piece->start : last;
        if (mark(page, piece->start, piece->end < from ? piece->end : from, letter) < 0 ||
            mark(page, piece->start > to ? piece->start : to, piece->end, letter) < 0)
            return -1;
    }
    return 0;
}

/* Characters that show nothing, and gaps between the pieces, inside the block: two sorted columns merged. */
static PyObject *holes(Blocks *page)
{
    const Line *line = &page->line;
    PyObject *list = PyList_New(0), *made;
    Py_ssize_t at = 1, hidden = 0;
    while (list) {
        int64_t start, end;
        while (at < page->piece_count &&
               !(page->pieces[at - 1].end < page->pieces[at].start && line->first < page->pieces[at - 1].end &&
                 page->pieces[at].start < line->last))
            at++;
        while (hidden < line->unused.length &&
               !(line->first <= line->unused.items[hidden] && line->unused.items[hidden] < line->last))
            hidden += 2;
        int is_gap = at < page->piece_count;
        if (hidden < line->unused.length &&
            !(is_gap && page->pieces[at - 1].end < line->unused.items[hidden])) {
            start = line->unused.items[hidden];
            end = line->unused.items[hidden + 1];
            hidden += 2;
            if (mark(page, start, end, INVISIBLE) < 0) {
                Py_CLEAR(list);
                break;
            }
        } else if (is_gap) {
            start = page->pieces[at - 1].end;
            end = page->pieces[at].start;
            at++;
        } else
            break;
        PyObject *span = new_record(&page->span);
        if (!span || set_number(&page->span, span, 0, in_source(&page->line, start)) < 0 ||
            set_number(&page->span, span, 1, in_source(&page->line, end)) < 0 || PyList_Append(list, span) < 0)
            Py_CLEAR(list);
        Py_XDECREF(span);
    }
    made = list ? PyList_AsTuple(list) : NULL;
    Py_XDECREF(list);
    return made;
}

/* Adds a block; *text*, *holes* and *repairs* are given up. */
static int add_block(Blocks *page, int64_t first, int64_t last, PyObject *text, Py_ssize_t leaf, int64_t link_chars,
                     PyObject *holes, PyObject *repairs)
{
    PyObject *block = new_record(&page->block);
    const Maker *maker = &page->block;
    int failed = !block || set_number(maker, block, START, in_source(&page->line, first)) < 0 ||
                 set_number(maker, block, STOP, in_source(&page->line, last)) < 0 ||
                 set_field(maker, block, SHOWN, text) < 0 ||
                 set_field(maker, block, ROLE, PyTuple_GET_ITEM(page->role_names, page->columns[ROLES].items[leaf])) < 0 ||
                 set_number(maker, block, LEVEL, page->columns[LEVELS].items[leaf]) < 0 ||
                 set_number(maker, block, ELEMENT, page->columns[ELEMENTS].items[leaf]) < 0 ||
                 set_number(maker, block, LINK_CHARS, link_chars) < 0 || set_field(maker, block, HOLES, holes) < 0 ||
                 set_field(maker, block, REPAIRS, repairs) < 0 || PyList_Append(page->made, block) < 0;
    Py_XDECREF(block);
    Py_XDECREF(text);
    Py_XDECREF(holes);
    Py_XDECREF(repairs);
    return failed ? -1 : 0;
}

/* One run of text that reads as it stands, as most blocks do: 1 if it was, 0 if not, -1 with an exception set. */
static int read_ordinary(Blocks *page, Py_ssize_t text, Py_ssize_t leaf)
{
    const Text *source = &page->characters;
    Py_ssize_t begin = first_of(page, text), end = last_of(page, text);
    if (end - begin != 1 || page->meanings[begin])
        return 0;
    int64_t start = page->bounds[begin], stop = page->bounds[end], first = start, last = stop;
    while (first < last && Py_UNICODE_ISSPACE(char_at(source, first)))
        first++;
    while (last > first && Py_UNICODE_ISSPACE(char_at(source, last - 1)))
        last--;
    if (first == last || !is_regular(source, first, last))
        return 0;
    PyObject *shown = PyUnicode_Substring(page->source, first, last);
    if (!shown || mark(page, start, first, BLANK) < 0 || mark(page, last, stop, BLANK) < 0) {
        Py_XDECREF(shown);
        return -1;
    }
    int failed = add_block(page, first, last, shown, leaf, page->is_linked[text] ? last - first : 0, PyTuple_New(0),
                           PyTuple_New(0));
    return failed ? -1 : 1;
}

static int read_pieces(Blocks *page, Py_ssize_t leaf, int is_code)
{
    Line *line = &page->line;
    if (read_line(line, page->pieces, page->piece_count, is_code) < 0)
        return -1;
    if (line->first < 0)
        return mark_outside(page, 0, 0, 1);
    PyObject *spans = holes(page), *changes = NULL, *text = NULL;
    if (spans && mark_outside(page, line->first, line->last, 0) == 0 &&
        (changes = repairs_of(line, &page->repair, page->kinds)) && (text = text_of_line(line, is_code)))
        return add_block(page, line->first, line->last, text, leaf, line->link_chars, spans, changes);
    Py_XDECREF(spans);
    Py_XDECREF(changes);
    return -1;
}

/* The block that the *count* texts in [first, last) make, or that nothing of them shows. */
static int read_block(Blocks *page, Py_ssize_t leaf, Py_ssize_t first, Py_ssize_t last, Py_ssize_t count, int is_code)
{
    if (count == 1 && !is_code) {
        int is_done = read_ordinary(page, first, leaf);
        if (is_done)
            return is_done < 0 ? -1 : 0;
    }
    return collect(page, first, last) < 0 || read_pieces(page, leaf, is_code) < 0 ? -1 : 0;
}

static int count_breaks(const Blocks *page, Py_ssize_t run, Py_ssize_t end)
{
    const char *letters = PyByteArray_AS_STRING(page->letters);
    int breaks = 0;
    for (; run < end && breaks < 2; run++)
        breaks += letters[run] == BREAK;
    return breaks;
}

/* Groups the texts: neighbours of one leaf, unless two line breaks part them, or of one row. */
static int read_texts(Blocks *page)
{
    Py_ssize_t leaf = -1, first = 0, last = 0, count = 0, last_end = 0;
    int is_code = 0;
    for (Py_ssize_t text = 0; text < page->text_count; text++) {
        Py_ssize_t here = page->leaves[text], begin = first_of(page, text), end = last_of(page, text);
        if (here >= 0 && page->columns[JOINED].length)
            here = page->columns[JOINED].items[here];
        if (here < 0) {
            memset(PyByteArray_AS_STRING(page->letters) + begin, UNRENDERED, end - begin);
            continue;
        }
        if (count && (here != leaf || (!is_code && count_breaks(page, last_end, begin) > 1))) {
            if (read_block(page, leaf, first, last, count, is_code) < 0)
                return -1;
            count = 0;
        }
        if (!count) {
            first = text;
            leaf = here;
            is_code = page->columns[ROLES].items[leaf] == CODE;
        }
        count++;
        last = text + 1;
        last_end = end;
    }
    return count ? read_block(page, leaf, first, last, count, is_code) : 0;
}

static int open_columns(Blocks *page, PyObject *columns)
{
    if (PyTuple_GET_SIZE(columns) != COLUMNS)
        return fail("columns are missing");
    for (int at = 0; at < COLUMNS; at++) {
        Column *column = &page->columns[at];
        if (PyObject_GetBuffer(PyTuple_GET_ITEM(columns, at), &column->buffer, PyBUF_SIMPLE) < 0)
            return -1;
        column->items = column->buffer.buf;
        column->length = column->buffer.len / (Py_ssize_t)sizeof(int64_t);
    }
    return 0;
}

/* Whether every item lies in [low, high). */
static int are_within(const Column *column, int64_t low, int64_t high)
{
    int fits = 1;
    for (Py_ssize_t at = 0; fits && at < column->length; at++)
        fits = column->items[at] >= low && column->items[at] < high;
    return fits;
}

/* Whether all that the page says of itself fits together. */
static int is_sound(const Blocks *page, const Py_buffer *is_linked)
{
    const Column *columns = page->columns;
    Py_ssize_t leaves = columns[ROLES].length, joined = columns[JOINED].length;
    int fits = columns[BOUNDS].length == page->runs + 1 && is_linked->len == page->text_count &&
               columns[LASTS].length == page->text_count && columns[LEAVES].length == page->text_count &&
               columns[LEVELS].length == leaves && columns[ELEMENTS].length == leaves &&
               (joined == 0 || joined == leaves) && page->block.count == FIELDS && page->repair.count == 4 &&
               page->span.count == 2 && page->bounds[0] == 0 && page->bounds[page->runs] <= page->characters.length &&
               are_within(&columns[LEAVES], -1, leaves) && are_within(&columns[JOINED], 0, leaves) &&
               are_within(&columns[ROLES], 0, PyTuple_GET_SIZE(page->role_names));
    for (Py_ssize_t run = 0; fits && run < page->runs; run++)
        fits = page->bounds[run] <= page->bounds[run + 1];
    for (Py_ssize_t text = 0; fits && text < page->text_count; text++)
        fits = first_of(page, text) >= (text ? last_of(page, text - 1) : 0) &&
               first_of(page, text) < last_of(page, text) && last_of(page, text) <= page->runs;
    return fits;
}

/* Notes by run what references mean. */
static int take_meanings(Blocks *page)
{
    PyObject *run, *meaning;
    page->meanings = PyMem_Calloc(page->runs + 1, sizeof *page->meanings);
    if (!page->meanings) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t at = 0; PyDict_Next(page->references, &at, &run, &meaning);) {
        Py_ssize_t number = PyLong_AsSsize_t(run);
        if (number < 0 || number >= page->runs || !PyUnicode_Check(meaning))
            return fail("a reference is no run, or means no string");
        page->meanings[number] = meaning;
    }
    return 0;
}

const char blocks_doc[] =
    "blocks(source, letters, is_linked, references, columns, role_names, records, kinds) -> (blocks, marks)";

PyObject *blocks(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Blocks page = {0};
    Py_buffer is_linked;
    PyObject *types[3], *columns, *result = NULL;
    if (!PyArg_ParseTuple(arguments, "UYy*O!O!O!(OOO)(UUUU)", &page.source, &page.letters, &is_linked, &PyDict_Type,
                          &page.references, &PyTuple_Type, &columns, &PyTuple_Type, &page.role_names, &types[0],
                          &types[1], &types[2], &page.kinds[ENTITY], &page.kinds[WHITESPACE], &page.kinds[LINE_BREAK],
                          &page.kinds[LAYOUT]))
        return NULL;
    page.characters = text_of(page.source);
    page.is_linked = is_linked.buf;
    page.made = PyList_New(0);
    page.joined = PyList_New(0);
    if (open_columns(&page, columns) == 0 && open_maker(&page.block, types[0]) == 0 &&
        open_maker(&page.repair, types[1]) == 0 && open_maker(&page.span, types[2]) == 0 && page.made && page.joined &&
        open_line(&page.line, page.source, page.columns[RETURNS].items, page.columns[RETURNS].length) == 0) {
        page.bounds = page.columns[BOUNDS].items;
        page.leaves = page.columns[LEAVES].items;
        page.runs = PyByteArray_GET_SIZE(page.letters);
        page.text_count = page.columns[FIRSTS].length;
        if (!is_sound(&page, &is_linked))
            fail("the columns do not fit together");
        else if (take_meanings(&page) == 0 && read_texts(&page) == 0)
            result = Py_BuildValue("(ON)", page.made, bytes_of_numbers(&page.marks));
    }
    Py_XDECREF(page.made);
    Py_XDECREF(page.joined);
    close_line(&page.line);
    close_maker(&page.block);
    close_maker(&page.repair);
    close_maker(&page.span);
    PyMem_Free(page.pieces);
    PyMem_Free(page.meanings);
    free_numbers(&page.marks);
    for (int at = 0; at < COLUMNS; at++)
        PyBuffer_Release(&page.columns[at].buffer);
    PyBuffer_Release(&is_linked);
    return result;
}
