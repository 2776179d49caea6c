/* Twin of ``cleaner.duplicates.sentences``: where sentences end. */

#include "prose.h"

enum { STOP = 1, WIDE = 2, LINE = 4, CLOSER = 8, WIDE_CLOSER = 16, SPACE = 32, AFTER = 64, LEAD = 128, DOUBTFUL = 256 };
enum { TITLE = 1, BEFORE_NUMBER = 2, MAY_END = 4, OPENER = 8 };
enum { REACH = 24, NEXT_WORD = 12 };

/* The bit of the word [at, end), whatever its case; 0 if it has more in it than ASCII. */
static unsigned bit_of(const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    unsigned bit = (unsigned)(end - at);
    for (; at < end; at++) {
        Py_UCS4 character = char_at(text, at);
        if (character > 127)
            return 0;
        bit = bit * 31 + (character | 32);
    }
    return 1 + bit % (SIEVE - 1);
}

int open_prose(Prose *prose, PyObject *string, const Py_buffer *kinds, PyObject *words, const Py_buffer *sieve)
{
    if (!is_table(kinds))
        return -1;
    if (sieve->len != SIEVE / 8)
        return fail("not a sieve of words");
    *prose = (Prose){words, text_of(string), kinds->buf, sieve->buf};
    return 0;
}

static int kind_at(const Prose *prose, Py_ssize_t at)
{
    Py_UCS4 character = char_at(&prose->text, at);
    return character < CHARACTERS ? prose->kinds[character] : 0;
}

static Py_ssize_t past(const Prose *prose, int kinds, Py_ssize_t at, Py_ssize_t end)
{
    while (at < end && kind_at(prose, at) & kinds)
        at++;
    return at;
}

/* Where the punctuation ends that begins at *at*; -1 if that is none that could end a sentence. */
static Py_ssize_t mark_end(const Prose *prose, Py_ssize_t at, Py_ssize_t end)
{
    int kind = kind_at(prose, at);
    Py_ssize_t last = at + 1;
    if (kind & STOP) {
        if (at && kind_at(prose, at - 1) & STOP)
            return -1;
        last = past(prose, CLOSER, past(prose, STOP, last, end), end);
        return last == end || kind_at(prose, last) & SPACE ? last : -1;
    }
    if (kind & WIDE)
        return past(prose, WIDE_CLOSER, past(prose, WIDE, last, end), end);
    while (last < end && (kind_at(prose, last) & (SPACE | LINE)) == SPACE)
        last++;
    return last < end && kind_at(prose, last) & LINE ? last + 1 : -1;
}

/* What is known of the word [at, end); -1 with an exception set. */
static int word_at(const Prose *prose, Py_ssize_t at, Py_ssize_t end)
{
    unsigned bit = bit_of(&prose->text, at, end);
    if (at == end || !(prose->sieve[bit / 8] >> bit % 8 & 1))
        return 0;
    PyObject *word = PyUnicode_Substring(prose->text.string, at, end);
    PyObject *lower = word ? PyObject_CallMethodNoArgs(word, names.lower) : NULL;
    PyObject *known = lower ? PyDict_GetItemWithError(prose->words, lower) : NULL;
    int kinds = known ? (int)PyLong_AsLong(known) : 0;
    Py_XDECREF(word);
    Py_XDECREF(lower);
    return PyErr_Occurred() ? -1 : kinds;
}

/* Whether a single full stop after the token [first, at) ends the sentence, the next word being at *next*. */
static int full_stop_closes(const Prose *prose, Py_ssize_t first, Py_ssize_t at, Py_ssize_t next, Py_ssize_t end)
{
    int word = word_at(prose, first, at), digits = 0, dots = 0;
    Py_ssize_t length = at - first, last = next;
    if (word < 0 || word & TITLE)
        return word < 0 ? -1 : 0;
    if (word & BEFORE_NUMBER && Py_UNICODE_ISDIGIT(char_at(&prose->text, next)))
        return 0;
    for (Py_ssize_t place = first; place < at; place++) {
        digits += Py_UNICODE_ISDIGIT(char_at(&prose->text, place)) != 0;
        dots += char_at(&prose->text, place) == '.';
    }
    int is_initial = length == 1 && Py_UNICODE_ISUPPER(char_at(&prose->text, first));
    int is_ordinal = length && length <= 2 && digits == length;
    if (!is_initial && !is_ordinal && !dots && !(word & MAY_END))
        return 1;
    while (last < end && last < next + NEXT_WORD && Py_UNICODE_ISALNUM(char_at(&prose->text, last)) &&
           !Py_UNICODE_ISDECIMAL(char_at(&prose->text, last)))
        last++;
    word = word_at(prose, next, last);
    return word < 0 ? -1 : (word & OPENER) != 0;
}

/* Whether the punctuation [at, last) ends the sentence that began at *begin*; -1 with an exception set. */
static int closes(const Prose *prose, Py_ssize_t begin, Py_ssize_t at, Py_ssize_t last, Py_ssize_t end)
{
    if (!(kind_at(prose, at) & DOUBTFUL))
        return 1;
    Py_ssize_t next = past(prose, AFTER, last, end), reach = at - REACH > begin ? at - REACH : begin, first = at;
    if (next == end)
        return 1;
    if (Py_UNICODE_ISLOWER(char_at(&prose->text, next)))
        return 0;
    if (last > at + 1 || char_at(&prose->text, at) != '.')
        return 1;
    while (first > reach && !(kind_at(prose, first - 1) & SPACE))
        first--;
    return full_stop_closes(prose, past(prose, LEAD, first, at), at, next, end);
}

void trim(const Prose *prose, Py_ssize_t *start, Py_ssize_t *end)
{
    *start = past(prose, SPACE, *start, *end);
    while (*start < *end && kind_at(prose, *end - 1) & SPACE)
        --*end;
}

static int add_trimmed(const Prose *prose, Numbers *found, Py_ssize_t start, Py_ssize_t end)
{
    trim(prose, &start, &end);
    return start < end ? add_two(found, start, end) : 0;
}

int add_sentences(const Prose *prose, const Marks *marks, Numbers *found)
{
    Py_ssize_t begin = marks->start, end = marks->end;
    for (Py_ssize_t at = next_mark(marks, begin), last; at < end; at = next_mark(marks, last)) {
        last = kind_at(prose, at) & (STOP | WIDE | LINE) ? mark_end(prose, at, end) : -1;
        if (last < 0) {
            last = at + 1;
            continue;
        }
        int is_end = closes(prose, begin, at, last, end);
        if (is_end < 0 || (is_end && add_trimmed(prose, found, begin, last) < 0))
            return -1;
        begin = is_end ? last : begin;
    }
    return add_trimmed(prose, found, begin, end);
}

const char paragraphs_doc[] = "paragraphs(text, kinds) -> bytes";

PyObject *paragraphs(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *string, *result = NULL;
    Py_buffer kinds;
    Numbers found = {0};
    if (!PyArg_ParseTuple(arguments, "Uy*", &string, &kinds))
        return NULL;
    if (is_table(&kinds)) {
        Prose prose = {NULL, text_of(string), kinds.buf, NULL};
        Py_ssize_t length = prose.text.length, begin = 0, at = 0, last;
        int done = 0;
        while (!done && (at = find_char(&prose.text, '\n', at, length)) < length) {
            last = mark_end(&prose, at, length);
            if (last >= 0) {
                done = add_trimmed(&prose, &found, begin, last);
                begin = last;
            }
            at = last < 0 ? at + 1 : last;
        }
        if (!done && add_trimmed(&prose, &found, begin, length) == 0)
            result = bytes_of_numbers(&found);
    }
    free_numbers(&found);
    PyBuffer_Release(&kinds);
    return result;
}
