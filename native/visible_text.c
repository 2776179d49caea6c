/* Twin of ``cleaner.reading.visible_text`` for ordinary flow: white space collapsed, references decoded. */

#include "visible_text.h"

enum { NO_SPACE = -2, NO_ROW = -1 };

/* C0 controls, soft hyphen, BOM: characters that show nothing. */
static int is_invisible(Py_UCS4 c)
{
    return c <= 8 || (c >= 0x0e && c <= 0x1b) || c == 0x7f || c == 0xad || c == 0xfeff;
}

static int is_space(Py_UCS4 c)
{
    return Py_UNICODE_ISSPACE(c);
}

static int add_repair(Line *line, int64_t start, int64_t end, PyObject *text, int kind)
{
    if (line->repair_count == line->repair_room) {
        Py_ssize_t room = line->repair_room ? line->repair_room * 2 : 32;
        Change *larger = PyMem_Realloc(line->repairs, room * sizeof(Change));
        if (!larger) {
            PyErr_NoMemory();
            return -1;
        }
        line->repairs = larger;
        line->repair_room = room;
    }
    line->repairs[line->repair_count++] = (Change){start, end, Py_NewRef(text), kind};
    return 0;
}

/* The borders of cells that were met stand before the character *at*. */
static int settle(Line *line, int64_t at)
{
    if (!line->borders)
        return 0;
    PyObject *text = PySequence_Repeat(line->cell_border, line->borders);
    int failed = !text || add_repair(line, at, at, text, LAYOUT) < 0;
    Py_XDECREF(text);
    line->borders = 0;
    return failed ? -1 : 0;
}

static int is_one_space(const Line *line, int64_t start, int64_t end)
{
    return end - start == 1 && char_at(&line->source, start) == ' ';
}

/* White space: one space, or none where the line begins or one stands already. */
static int white(Line *line, int64_t start, int64_t end, int kind)
{
    int64_t row = NO_ROW;
    if (settle(line, start) < 0)
        return -1;
    if (line->ended)
        return start < end ? add_repair(line, start, end, line->nothing, kind) : 0;
    if (!is_one_space(line, start, end)) {
        row = line->repair_count;
        if (add_repair(line, start, end, line->one_space, kind) < 0)
            return -1;
    }
    line->space_start = start;
    line->space_end = end;
    line->space_row = row;
    line->ended = 1;
    return add_character(&line->out, ' ');
}

/* The source itself, without irregular white space; it may begin with a space. */
static int verbatim(Line *line, int64_t start, int64_t end)
{
    if (settle(line, start) < 0)
        return -1;
    if (line->ended && char_at(&line->source, start) == ' ') {
        if (white(line, start, start + 1, WHITESPACE) < 0)
            return -1;
        if (++start == end)
            return 0;
    }
    if (add_span(&line->out, &line->source, start, end) < 0)
        return -1;
    if (is_one_space(line, start, end)) {
        line->space_start = start;
        line->space_end = end;
        line->space_row = NO_ROW;
        line->ended = 1;
        return 0;
    }
    if (line->first < 0)
        line->first = start;
    line->ended = char_at(&line->source, end - 1) == ' ';
    line->space_row = line->ended ? NO_ROW : NO_SPACE;
    line->space_start = end - 1;
    line->space_end = end;
    line->last = end - line->ended;
    return 0;
}

/* A line break or a cell border; the space before it goes. */
static int new_line(Line *line, const Piece *piece, PyObject *text, int kind)
{
    if (line->space_row != NO_SPACE) {
        if (line->space_row >= 0) {
            Change *change = &line->repairs[line->space_row];
            Py_SETREF(change->text, Py_NewRef(line->nothing));
            change->start = line->space_start;
            change->end = line->space_end;
            change->kind = WHITESPACE;
        } else if (add_repair(line, line->space_start, line->space_end, line->nothing, WHITESPACE) < 0)
            return -1;
        line->out.length--;
        line->space_row = NO_SPACE;
    }
    int begun = line->first >= 0;
    line->ended = 1;
    if (piece->start == piece->end)
        line->borders += begun;
    else if (settle(line, piece->start) < 0 ||
             add_repair(line, piece->start, piece->end, begun ? text : line->nothing, kind) < 0)
        return -1;
    return begun ? add_string(&line->out, text) : 0;
}

static int hide(Line *line, int64_t start, int64_t end)
{
    return add_number(&line->unused, start) < 0 || add_number(&line->unused, end) < 0 ? -1 : 0;
}

static int take_text(Line *line, int64_t start, int64_t end)
{
    const Text *source = &line->source;
    int64_t done = start;
    for (int64_t at = start; at < end;) {
        Py_UCS4 c = char_at(source, at);
        int64_t stop = at + 1;
        int is_white = is_space(c);
        if (is_white) {
            while (stop < end && is_space(char_at(source, stop)))
                stop++;
            if (c == ' ' && stop == at + 1) {
                at = stop;
                continue;
            }
        } else if (is_invisible(c)) {
            while (stop < end && is_invisible(char_at(source, stop)))
                stop++;
        } else {
            at = stop;
            continue;
        }
        if ((done < at && verbatim(line, done, at) < 0) ||
            (is_white ? white(line, at, stop, WHITESPACE) : hide(line, at, stop)) < 0)
            return -1;
        done = at = stop;
    }
    return done < end ? verbatim(line, done, end) : 0;
}

static int take_reference(Line *line, const Piece *piece)
{
    Text meant = text_of(piece->meaning);
    Py_ssize_t begin = line->out.length, shown = 0, spaces = 0;
    for (Py_ssize_t at = 0; at < meant.length; at++) {
        shown += !is_invisible(char_at(&meant, at));
        spaces += is_space(char_at(&meant, at));
    }
    if (!shown)
        return hide(line, piece->start, piece->end);
    if (spaces == shown)
        return white(line, piece->start, piece->end, ENTITY);
    if (settle(line, piece->start) < 0)
        return -1;
    for (Py_ssize_t at = 0; at < meant.length; at++)
        if (!is_invisible(char_at(&meant, at)) && add_character(&line->out, char_at(&meant, at)) < 0)
            return -1;
    int is_same = piece->end - piece->start == shown;
    for (Py_ssize_t at = 0; is_same && at < shown; at++)
        is_same = char_at(&line->source, piece->start + at) == line->out.items[begin + at];
    if (!is_same) {
        PyObject *text = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, line->out.items + begin, shown);
        int failed = !text || add_repair(line, piece->start, piece->end, text, ENTITY) < 0;
        Py_XDECREF(text);
        if (failed)
            return -1;
    }
    if (line->first < 0)
        line->first = piece->start;
    line->last = piece->end;
    line->ended = 0;
    line->space_row = NO_SPACE;
    line->link_chars += piece->is_linked ? shown : 0;
    return 0;
}

int open_line(Line *line, PyObject *source)
{
    *line = (Line){.source = text_of(source)};
    line->nothing = PyUnicode_FromStringAndSize("", 0);
    line->one_space = PyUnicode_FromStringAndSize(" ", 1);
    line->line_end = PyUnicode_FromStringAndSize("\n", 1);
    line->cell_border = PyUnicode_FromStringAndSize("\t", 1);
    return line->nothing && line->one_space && line->line_end && line->cell_border ? 0 : -1;
}

static void clear_repairs(Line *line)
{
    while (line->repair_count)
        Py_DECREF(line->repairs[--line->repair_count].text);
}

void close_line(Line *line)
{
    clear_repairs(line);
    PyMem_Free(line->repairs);
    free_numbers(&line->unused);
    free_builder(&line->out);
    Py_XDECREF(line->nothing);
    Py_XDECREF(line->one_space);
    Py_XDECREF(line->line_end);
    Py_XDECREF(line->cell_border);
}

int read_line(Line *line, const Piece *pieces, Py_ssize_t count)
{
    clear_repairs(line);
    line->unused.length = line->out.length = 0;
    line->first = line->last = -1;
    line->ended = 1;
    line->space_row = NO_SPACE;
    line->link_chars = line->borders = 0;
    for (Py_ssize_t at = 0; at < count; at++) {
        const Piece *piece = &pieces[at];
        Py_ssize_t before = line->out.length;
        int failed = 0;
        switch (piece->kind) {
        case TEXT_PIECE:
            failed = take_text(line, piece->start, piece->end);
            line->link_chars += piece->is_linked ? line->out.length - before : 0;
            break;
        case REFERENCE_PIECE:
            failed = take_reference(line, piece);
            break;
        case BLANK_PIECE:
            failed = white(line, piece->start, piece->end, WHITESPACE);
            break;
        case BREAK_PIECE:
            failed = new_line(line, piece, line->line_end, LINE_BREAK);
            break;
        case CELL_PIECE:
            failed = new_line(line, piece, line->cell_border, LAYOUT);
        }
        if (failed)
            return -1;
    }
    return 0;
}

int is_regular(const Text *source, int64_t start, int64_t end)
{
    for (int64_t at = start; at < end; at++) {
        Py_UCS4 c = char_at(source, at);
        if (c > ' ' && c < 0x7f)
            continue;
        if (is_invisible(c) || (is_space(c) && (c != ' ' || (at + 1 < end && is_space(char_at(source, at + 1))))))
            return 0;
    }
    return 1;
}

/* By start; repairs come nearly in order: only a space that a line end takes back comes after what it swallowed. */
static void sort_repairs(Change *repairs, Py_ssize_t count)
{
    for (Py_ssize_t at = 1; at < count; at++) {
        Change change = repairs[at];
        Py_ssize_t place = at;
        for (; place > 0 && repairs[place - 1].start > change.start; place--)
            repairs[place] = repairs[place - 1];
        repairs[place] = change;
    }
}

PyObject *repairs_of(Line *line, const Maker *maker, PyObject *const *kinds)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t at = 0; at < line->repair_count; at++) {
        Change change = line->repairs[at];
        if (line->first <= change.start && change.end <= line->last) {
            line->repairs[at] = line->repairs[count];
            line->repairs[count++] = change;
        }
    }
    sort_repairs(line->repairs, count);
    while (count && line->repairs[count - 1].start == line->last && line->repairs[count - 1].end == line->last)
        count--;
    PyObject *made = PyTuple_New(count);
    for (Py_ssize_t at = 0; made && at < count; at++) {
        const Change *change = &line->repairs[at];
        PyObject *repair = new_record(maker);
        if (!repair || set_number(maker, repair, 0, change->start) < 0 || set_number(maker, repair, 1, change->end) < 0 ||
            set_field(maker, repair, 2, change->text) < 0 || set_field(maker, repair, 3, kinds[change->kind]) < 0) {
            Py_XDECREF(repair);
            Py_CLEAR(made);
        } else
            PyTuple_SET_ITEM(made, at, repair);
    }
    return made;
}

PyObject *text_of_line(const Line *line)
{
    Py_ssize_t begin = 0, end = line->out.length;
    while (begin < end && is_space(line->out.items[begin]))
        begin++;
    while (end > begin && is_space(line->out.items[end - 1]))
        end--;
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, line->out.items + begin, end - begin);
}
