/* Twin of loops in ``cleaner.duplicates.words``: where the words of texts are, and their hashes. */

#include "eight.h"

/* What goes on within a word is odd. */
enum { NO_LETTER, LETTER, WHOLE_WORD, MARK, CLASS = 3, FOLDED = 4, SPELLED = 8 };
enum { POINTS = 0x40000, FEW = 64, BLOCK = 64, MEAN_LENGTH = 6 };

typedef struct {
    Text text;
    const uint8_t *classes;
    const uint32_t *spellings;           /* of characters that are SPELLED, their UTF-8 */
    PyObject *starts, *ends, *hashes;    /* bytes: columns of words */
    Py_ssize_t length, room;
} Reader;

static int32_t *starts_of(const Reader *reader)
{
    return (int32_t *)(void *)PyBytes_AS_STRING(reader->starts);
}

static int32_t *ends_of(const Reader *reader)
{
    return (int32_t *)(void *)PyBytes_AS_STRING(reader->ends);
}

static uint64_t *hashes_of(const Reader *reader)
{
    return (uint64_t *)(void *)PyBytes_AS_STRING(reader->hashes);
}

/* Columns of *room* words; -1 with an exception set where there is no memory. */
static int resize(Reader *reader, Py_ssize_t room)
{
    reader->room = room;
    if (_PyBytes_Resize(&reader->starts, room * (Py_ssize_t)sizeof(int32_t)) < 0 ||
        _PyBytes_Resize(&reader->ends, room * (Py_ssize_t)sizeof(int32_t)) < 0)
        return -1;
    return _PyBytes_Resize(&reader->hashes, room * (Py_ssize_t)sizeof(uint64_t));
}

static int make_room(Reader *reader, Py_ssize_t more)
{
    Py_ssize_t wanted = reader->length + more;
    return wanted <= reader->room ? 0 : resize(reader, wanted > 2 * reader->room ? wanted : 2 * reader->room);
}

static int open_reader(Reader *reader, PyObject *string, const Py_buffer *classes, const Py_buffer *spellings)
{
    Text text = text_of(string);
    Py_ssize_t room = text.length / 5 + BLOCK; /* most words are as long, and more room is never touched */
    *reader = (Reader){text, classes->buf, spellings->buf, NULL, NULL, NULL, 0, room};
    if (classes->len != POINTS || spellings->len != CHARACTERS * (Py_ssize_t)sizeof(uint32_t))
        return fail("not a class and a spelling for each character");
    if (text.length > INT32_MAX)
        return fail("texts are too long");
    reader->starts = PyBytes_FromStringAndSize(NULL, room * (Py_ssize_t)sizeof(int32_t));
    reader->ends = PyBytes_FromStringAndSize(NULL, room * (Py_ssize_t)sizeof(int32_t));
    reader->hashes = PyBytes_FromStringAndSize(NULL, room * (Py_ssize_t)sizeof(uint64_t));
    return reader->starts && reader->ends && reader->hashes ? 0 : -1;
}

static void close_reader(Reader *reader)
{
    Py_XDECREF(reader->starts);
    Py_XDECREF(reader->ends);
    Py_XDECREF(reader->hashes);
}

/* The hash of the word [at, end), which has characters of ASCII and such as are SPELLED; 0 where there is no memory, with
   an exception set. */
static uint64_t spelled_hash(const Reader *reader, Py_ssize_t at, Py_ssize_t end)
{
    unsigned char few[4 * FEW], *word = end - at > FEW ? PyMem_Malloc(4 * (size_t)(end - at)) : few;
    Py_ssize_t length = 0;
    if (!word) {
        PyErr_NoMemory();
        return 0;
    }
    do {
        Py_UCS4 character = char_at(&reader->text, at);
        uint32_t spelling = character < 128 ? character | 32 : character < CHARACTERS ? reader->spellings[character] : 0;
        do
            word[length++] = (unsigned char)spelling;
        while (spelling >>= 8);
    } while (++at < end);
    uint64_t hash = xxh3(word, length);
    if (word != few)
        PyMem_Free(word);
    return hash;
}

static inline __attribute__((always_inline)) int class_at(const Reader *reader, int width, Py_ssize_t at)
{
    Py_UCS4 character = PyUnicode_READ(width, reader->text.data, at);
    return reader->classes[width == PyUnicode_4BYTE_KIND && character >= POINTS ? POINTS - 1 : character];
}

/* Adds the places of the words of [at, end); returns all that its characters beyond ASCII are, or -1 with an exception
   set. To be made once for each width of characters. What is a letter is told for a block of characters at once: where a
   word ends cannot be foreseen, and costs most where it is waited for. */
static inline __attribute__((always_inline)) int place_as(Reader *reader, int width, Py_ssize_t at, Py_ssize_t end)
{
    /* Whether the character before is in a word, and whether that word is complete but for marks. */
    uint64_t is_open = 0, is_complete = 0;
    Py_ssize_t starts = reader->length, ends = reader->length;
    int all = 0;
    for (; at < end; at += BLOCK) {
        reader->length = starts;
        if (make_room(reader, BLOCK + 1) < 0)
            return -1;
        int32_t *start = starts_of(reader), *stop = ends_of(reader);
        Sorts sorts = {0, 0, ~(uint64_t)0}; /* near the end any character may be */
        if (at + BLOCK <= reader->text.length)
            sorts = sorts_of_64(width, reader->text.data, at);
        uint64_t letters = sorts.letters, others = sorts.others, breaks = is_complete; /* no word goes on at breaks */
        if (end - at < BLOCK) {
            letters &= ((uint64_t)1 << (end - at)) - 1;
            others &= ((uint64_t)1 << (end - at)) - 1;
        }
        for (is_complete = 0; others; others &= others - 1) {
            uint64_t bit = others & -others, next = 0;
            int class = class_at(reader, width, at + lowest_bit(others)), kind = class & CLASS;
            all |= class;
            if (kind == LETTER)
                letters |= bit;
            else if (kind == WHOLE_WORD) {
                letters |= bit;
                breaks |= bit;
                next = bit;
            } else if (kind == MARK && (bit == 1 ? is_open : letters & bit >> 1)) {
                letters |= bit;
                next = breaks & bit;
                breaks &= ~bit;
            }
            breaks |= next << 1;
            is_complete |= next >> (BLOCK - 1);
        }
        uint64_t before = letters << 1 | is_open;
        for (uint64_t some = letters & (~before | breaks); some; some &= some - 1)
            start[starts++] = (int32_t)(at + lowest_bit(some));
        for (uint64_t some = before & (~letters | breaks); some; some &= some - 1)
            stop[ends++] = (int32_t)(at + lowest_bit(some));
        is_open = letters >> (BLOCK - 1);
    }
    if (is_open)
        ends_of(reader)[ends] = (int32_t)end;
    reader->length = starts;
    return all;
}

/* Hashes the words from the one at *first* on, none of which must be folded; -1 with an exception set. */
static inline __attribute__((always_inline)) int hash_as(Reader *reader, int width, Py_ssize_t first, int is_spelled)
{
    const int32_t *starts = starts_of(reader), *ends = ends_of(reader);
    const void *data = reader->text.data;
    uint64_t *hashes = hashes_of(reader);
    Py_ssize_t last = reader->text.length - 8;
    for (Py_ssize_t word = first; word < reader->length; word++) {
        Py_ssize_t begin = starts[word], end = ends[word];
        int is_plain = begin <= last && end - begin <= 16;
        for (Py_ssize_t at = begin; is_spelled && is_plain && at < end; at++)
            is_plain = PyUnicode_READ(width, data, at) < 128;
        if (is_plain) {
            uint64_t front = eight(width, data, begin) | 0x2020202020202020u;
            uint64_t behind = end - begin > 8 ? eight(width, data, end - 8) | 0x2020202020202020u : 0;
            hashes[word] = xxh3_of_few(front, behind, (int)(end - begin));
        } else {
            hashes[word] = spelled_hash(reader, begin, end);
            if (!hashes[word] && PyErr_Occurred())
                return -1;
        }
    }
    return 0;
}

/* Adds the words of [at, end); returns whether they must be folded for their hashes, which are 0 then, or -1 with an
   exception set. */
static int read_words(Reader *reader, Py_ssize_t at, Py_ssize_t end)
{
    Py_ssize_t first = reader->length;
    int kind = reader->text.kind, is_spelled;
    int all = kind == PyUnicode_1BYTE_KIND   ? place_as(reader, PyUnicode_1BYTE_KIND, at, end)
              : kind == PyUnicode_2BYTE_KIND ? place_as(reader, PyUnicode_2BYTE_KIND, at, end)
                                             : place_as(reader, PyUnicode_4BYTE_KIND, at, end);
    if (all < 0)
        return -1;
    if (all & FOLDED) {
        memset(hashes_of(reader) + first, 0, (size_t)(reader->length - first) * sizeof(uint64_t));
        return 1;
    }
    is_spelled = (all & SPELLED) != 0;
    return kind == PyUnicode_1BYTE_KIND   ? hash_as(reader, PyUnicode_1BYTE_KIND, first, is_spelled)
           : kind == PyUnicode_2BYTE_KIND ? hash_as(reader, PyUnicode_2BYTE_KIND, first, is_spelled)
                                          : hash_as(reader, PyUnicode_4BYTE_KIND, first, is_spelled);
}

const char words_doc[] = "words(text, borders, classes, spellings) -> starts, ends, hashes, begins, folded";

PyObject *words(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *string, *result = NULL, *folded = NULL;
    Py_buffer borders, classes, spellings;
    Numbers begins = {0};
    Reader reader;
    if (!PyArg_ParseTuple(arguments, "Uy*y*y*", &string, &borders, &classes, &spellings))
        return NULL;
    const int64_t *places = borders.buf;
    Py_ssize_t texts = borders.len / 8 - 1;
    int done = open_reader(&reader, string, &classes, &spellings);
    if (!done && (texts < 0 || places[0] != 0 || places[texts] != reader.text.length))
        done = fail("texts do not make up the whole");
    if (!done)
        folded = PyBytes_FromStringAndSize(NULL, texts);
    done = folded ? add_number(&begins, 0) : -1;
    for (Py_ssize_t text = 0; !done && text < texts; text++) {
        int is_folded = places[text] <= places[text + 1] && places[text + 1] <= reader.text.length
                            ? read_words(&reader, places[text], places[text + 1])
                            : fail("texts lie outside of the whole");
        PyBytes_AS_STRING(folded)[text] = (char)(is_folded > 0);
        done = is_folded < 0 ? -1 : add_number(&begins, reader.length);
    }
    if (!done && resize(&reader, reader.length) == 0)
        result = Py_BuildValue("OOONO", reader.starts, reader.ends, reader.hashes, bytes_of_numbers(&begins), folded);
    Py_XDECREF(folded);
    free_numbers(&begins);
    close_reader(&reader);
    PyBuffer_Release(&borders);
    PyBuffer_Release(&classes);
    PyBuffer_Release(&spellings);
    return result;
}

/* What *fold* makes of a piece of text. */
static int add_folded(Reader *reader, Py_ssize_t begin, Py_ssize_t end, PyObject *fold)
{
    PyObject *piece = PyUnicode_Substring(reader->text.string, begin, end);
    PyObject *found = piece ? PyObject_CallOneArg(fold, piece) : NULL;
    int done = -1;
    Py_XDECREF(piece);
    if (found && !PyBytes_Check(found))
        PyErr_SetString(PyExc_TypeError, "hashes are no bytes");
    else if (found && make_room(reader, PyBytes_GET_SIZE(found) / 8) == 0) {
        memcpy(hashes_of(reader) + reader->length, PyBytes_AS_STRING(found), (size_t)PyBytes_GET_SIZE(found) / 8 * 8);
        reader->length += PyBytes_GET_SIZE(found) / 8;
        done = 0;
    }
    Py_XDECREF(found);
    return done;
}

const char word_hashes_doc[] = "word_hashes(text, pieces, classes, spellings, fold) -> bytes, bytes";

PyObject *word_hashes(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *string, *fold, *result = NULL;
    Py_buffer pieces, classes, spellings;
    Numbers counts = {0};
    Reader reader;
    if (!PyArg_ParseTuple(arguments, "Uy*y*y*O", &string, &pieces, &classes, &spellings, &fold))
        return NULL;
    const int64_t *places = pieces.buf;
    int done = open_reader(&reader, string, &classes, &spellings);
    if (!done && !are_spans(&pieces, reader.text.length))
        done = -1;
    for (Py_ssize_t at = 0; !done && at < pieces.len / 8; at += 2) {
        Py_ssize_t before = reader.length;
        done = read_words(&reader, places[at], places[at + 1]);
        if (done > 0) {
            reader.length = before;
            done = add_folded(&reader, places[at], places[at + 1], fold);
        }
        if (!done)
            done = add_number(&counts, reader.length - before);
    }
    if (!done && resize(&reader, reader.length) == 0)
        result = Py_BuildValue("ON", reader.hashes, bytes_of_numbers(&counts));
    free_numbers(&counts);
    close_reader(&reader);
    PyBuffer_Release(&pieces);
    PyBuffer_Release(&classes);
    PyBuffer_Release(&spellings);
    return result;
}

Py_ssize_t ordinal_near(const int32_t *starts, Py_ssize_t count, Py_ssize_t near, int64_t place)
{
    if (near < count) { /* most words are as long */
        int64_t guess = near + (place - starts[near]) / MEAN_LENGTH;
        near = guess < 0 ? 0 : guess > count ? count : (Py_ssize_t)guess;
    }
    Py_ssize_t low = near, high = near, step = 1;
    while (low > 0 && starts[low - 1] >= place) {
        high = low - 1;
        low = low > step ? low - step : 0;
        step *= 2;
    }
    while (high < count && starts[high] < place) {
        low = high + 1;
        high = count - high > step ? high + step : count;
        step *= 2;
    }
    while (low < high) {
        Py_ssize_t middle = low + (high - low) / 2;
        if (starts[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char ordinals_doc[] = "ordinals(starts, places) -> bytes";

PyObject *ordinals(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer starts, places;
    if (!PyArg_ParseTuple(arguments, "y*y*", &starts, &places))
        return NULL;
    Py_ssize_t near = 0;
    PyObject *result = PyBytes_FromStringAndSize(NULL, places.len / 8 * 8);
    int64_t *found = result ? (int64_t *)(void *)PyBytes_AS_STRING(result) : NULL;
    for (Py_ssize_t at = 0; found && at < places.len / 8; at++)
        found[at] = near = ordinal_near(starts.buf, starts.len / 4, near, ((const int64_t *)places.buf)[at]);
    PyBuffer_Release(&starts);
    PyBuffer_Release(&places);
    return result;
}
