/* Twin of ``cleaner.reading.visible_text``: white space collapsed but in code, references decoded. */

#include "visible_text.h"

enum { NO_SPACE = -2, NO_ROW = -1, CODE_PIECE = -1 };

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
static int place_borders(Line *line, int64_t at)
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
    if (place_borders(line, start) < 0)
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
    if (place_borders(line, start) < 0)
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
    else if (place_borders(line, piece->start) < 0 ||
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

/* Adds to the text so far what can be seen of *meaning*; how much, or -1 with an exception set. */
static Py_ssize_t add_visible(Line *line, PyObject *meaning)
{
    Text meant = text_of(meaning);
    Py_ssize_t begin = line->out.length;
    for (Py_ssize_t at = 0; at < meant.length; at++)
        if (!is_invisible(char_at(&meant, at)) && add_character(&line->out, char_at(&meant, at)) < 0)
            return -1;
    return line->out.length - begin;
}

/* The text from *begin* on stands in the place of [start, end): 1 where it is the same, 0 if not, -1 with an
   exception set. */
static int show(Line *line, int64_t start, int64_t end, Py_ssize_t begin, int kind)
{
    Py_ssize_t length = line->out.length - begin;
    int is_same = end - start == length;
    if (place_borders(line, start) < 0)
        return -1;
    for (Py_ssize_t at = 0; is_same && at < length; at++)
        is_same = char_at(&line->source, start + at) == line->out.items[begin + at];
    if (!is_same) {
        PyObject *text = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, line->out.items + begin, length);
        int failed = !text || add_repair(line, start, end, text, kind) < 0;
        Py_XDECREF(text);
        if (failed)
            return -1;
    }
    if (line->first < 0)
        line->first = start;
    line->last = end;
    line->ended = 0;
    line->space_row = NO_SPACE;
    return is_same;
}

/* How much of the text from *begin* on there is before the white space at its end. */
static Py_ssize_t bare_length(const Line *line, Py_ssize_t begin)
{
    Py_ssize_t end = line->out.length;
    while (end > begin && is_space(line->out.items[end - 1]))
        end--;
    return end - begin;
}

static int take_reference(Line *line, const Piece *piece)
{
    Py_ssize_t begin = line->out.length, shown = add_visible(line, piece->meaning);
    if (shown < 0)
        return -1;
    if (!shown)
        return hide(line, piece->start, piece->end);
    Py_ssize_t at = begin;
    while (at < line->out.length && is_space(line->out.items[at]))
        at++;
    if (at == line->out.length) {
        line->out.length = begin;
        return white(line, piece->start, piece->end, ENTITY);
    }
    line->link_chars += piece->is_linked ? shown : 0;
    return show(line, piece->start, piece->end, begin, ENTITY) < 0 ? -1 : 0;
}

/* Preformatted text from *begin* on; white space does not count as the end of what is visible. */
static int show_code(Line *line, int64_t start, int64_t end, Py_ssize_t begin, int kind)
{
    int64_t last = line->last;
    Py_ssize_t bare = bare_length(line, begin);
    int is_same = show(line, start, end, begin, kind);
    if (!bare)
        line->last = last;
    else if (is_same)
        line->last = start + bare;
    return is_same < 0 ? -1 : 0;
}

/* White space stays, but for empty lines before the first. */
static int take_code_text(Line *line, int64_t start, int64_t end)
{
    const Text *source = &line->source;
    int64_t at = start;
    if (line->first < 0) {
        int64_t shown = start;
        while (shown < end && (is_space(char_at(source, shown)) || is_invisible(char_at(source, shown)))) {
            if (char_at(source, shown++) == '\n')
                at = shown;
        }
        if (shown == end)
            return 0;
    }
    while (at < end) {
        int64_t stop = at, begin = line->out.length;
        while (stop < end && !is_invisible(char_at(source, stop)))
            stop++;
        if (at < stop && (add_span(&line->out, source, at, stop) < 0 || show_code(line, at, stop, begin, ENTITY) < 0))
            return -1;
        for (at = stop; at < end && is_invisible(char_at(source, at));)
            at++;
        if (stop < at && hide(line, stop, at) < 0)
            return -1;
    }
    return 0;
}

static int take_code(Line *line, const Piece *piece)
{
    Py_ssize_t begin = line->out.length, shown;
    if (piece->kind == CELL_PIECE || (piece->kind == BREAK_PIECE && line->first < 0))
        return 0;
    if (piece->kind == BREAK_PIECE)
        return add_character(&line->out, '\n') < 0 ? -1 : show_code(line, piece->start, piece->end, begin, LINE_BREAK);
    if (!piece->meaning)
        return take_code_text(line, piece->start, piece->end);
    shown = add_visible(line, piece->meaning);
    if (shown < 0)
        return -1;
    if (!shown)
        return hide(line, piece->start, piece->end);
    if (line->first < 0 && !bare_length(line, begin)) {
        line->out.length = begin;
        return 0;
    }
    return show_code(line, piece->start, piece->end, begin, ENTITY);
}

int64_t in_source(const Line *line, int64_t at)
{
    Py_ssize_t low = 0, high = line->return_count;
    while (low < high) {
        Py_ssize_t middle = low + (high - low) / 2;
        if (line->returns[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return at + low;
}

int open_line(Line *line, PyObject *source, const int64_t *returns, Py_ssize_t return_count)
{
    *line = (Line){.source = text_of(source), .returns = returns, .return_count = return_count};
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

int read_line(Line *line, const Piece *pieces, Py_ssize_t count, int is_code)
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
        switch (is_code ? CODE_PIECE : piece->kind) {
        case CODE_PIECE:
            failed = take_code(line, piece);
            break;
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
        if (!repair || set_number(maker, repair, 0, in_source(line, change->start)) < 0 ||
            set_number(maker, repair, 1, in_source(line, change->end)) < 0 ||
            set_field(maker, repair, 2, change->text) < 0 || set_field(maker, repair, 3, kinds[change->kind]) < 0) {
            Py_XDECREF(repair);
            Py_CLEAR(made);
        } else
            PyTuple_SET_ITEM(made, at, repair);
    }
    return made;
}

PyObject *text_of_line(const Line *line, int is_code)
{
    Py_ssize_t begin = 0, end = line->out.length;
    while (begin < end && (is_code ? line->out.items[begin] == '\n' : is_space(line->out.items[begin])))
        begin++;
    while (end > begin && is_space(line->out.items[end - 1]))
        end--;
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, line->out.items + begin, end - begin);
}
