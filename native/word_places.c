/* Twin of loops in ``cleaner.duplicates.words``: where the words of texts are, and their hashes. */

#include "eight.h"

/* What goes on within a word is odd. */
enum { NO_LETTER, LETTER, WHOLE_WORD, MARK, CLASS = 3, FOLDED = 4, SPELLED = 8 };
enum { POINTS = 0x40000, FEW = 64 };

typedef struct {
    Text text;
    const uint8_t *classes;
    const uint32_t *spellings; /* of characters that are SPELLED, their UTF-8 */
    Numbers starts, ends, hashes;
} Reader;

static int open_reader(Reader *reader, PyObject *string, const Py_buffer *classes, const Py_buffer *spellings)
{
    *reader = (Reader){text_of(string), classes->buf, spellings->buf, {0}, {0}, {0}};
    if (classes->len == POINTS && spellings->len == CHARACTERS * (Py_ssize_t)sizeof(uint32_t))
        return 0;
    return fail("not a class and a spelling for each character");
}

static void close_reader(Reader *reader)
{
    free_numbers(&reader->starts);
    free_numbers(&reader->ends);
    free_numbers(&reader->hashes);
}

/* Adds the hash of the word [at, end), which has characters of ASCII and such as are SPELLED. */
static int add_spelled(Reader *reader, Py_ssize_t at, Py_ssize_t end)
{
    unsigned char few[4 * FEW], *word = end - at > FEW ? PyMem_Malloc(4 * (size_t)(end - at)) : few;
    Py_ssize_t length = 0;
    if (!word) {
        PyErr_NoMemory();
        return -1;
    }
    for (; at < end; at++) {
        Py_UCS4 character = char_at(&reader->text, at);
        uint32_t spelling = character < 128 ? character | 32 : character < CHARACTERS ? reader->spellings[character] : 0;
        do
            word[length++] = (unsigned char)spelling;
        while (spelling >>= 8);
    }
    int done = add_number(&reader->hashes, (int64_t)xxh3(word, length));
    if (word != few)
        PyMem_Free(word);
    return done;
}

/* Adds the words of [at, end); returns whether they must be folded for their hashes, or -1 with an exception set. To be
   made once for each width of characters. Where a word of ASCII ends is told from eight characters at once: it cannot be
   foreseen, and costs most where it is waited for. */
static inline __attribute__((always_inline)) int read_as(Reader *reader, int width, Py_ssize_t at, Py_ssize_t end)
{
    const void *data = reader->text.data;
    const uint8_t *classes = reader->classes;
    Py_ssize_t last = reader->text.length - 8;
    int is_folded = 0;
#define CLASS_AT(place) \
    (width == PyUnicode_4BYTE_KIND && PyUnicode_READ(width, data, place) >= POINTS \
         ? classes[POINTS - 1] \
         : classes[PyUnicode_READ(width, data, place)])
    while (at < end) {
        Py_ssize_t begin = at++;
        int class = CLASS_AT(begin), all = class;
        uint64_t first = 0;
        if ((class & CLASS) == LETTER) {
            if (class == LETTER && begin <= last) {
                first = eight(width, data, begin);
                at = begin + lowest_byte(no_letters(first));
                at = at > end ? end : at > begin ? at : begin + 1;
                first |= 0x2020202020202020u;
            }
            while (at < end && (class = CLASS_AT(at)) & LETTER) {
                all |= class;
                at++;
            }
        } else if ((class & CLASS) == WHOLE_WORD)
            while (at < end && ((class = CLASS_AT(at)) & CLASS) == MARK) {
                all |= class;
                at++;
            }
        else {
            is_folded |= class & FOLDED;
            continue;
        }
        is_folded |= all & FOLDED;
        if (add_number(&reader->starts, begin) < 0 || add_number(&reader->ends, at) < 0)
            return -1;
        if (all == LETTER && begin <= last && at - begin <= 16) {
            uint64_t behind = at - begin > 8 ? eight(width, data, at - 8) | 0x2020202020202020u : 0;
            if (add_number(&reader->hashes, (int64_t)xxh3_of_few(first, behind, (int)(at - begin))) < 0)
                return -1;
        } else if ((is_folded ? add_number(&reader->hashes, 0) : add_spelled(reader, begin, at)) < 0)
            return -1;
    }
#undef CLASS_AT
    return is_folded != 0;
}

static int read_words(Reader *reader, Py_ssize_t at, Py_ssize_t end)
{
    if (reader->text.kind == PyUnicode_1BYTE_KIND)
        return read_as(reader, PyUnicode_1BYTE_KIND, at, end);
    if (reader->text.kind == PyUnicode_2BYTE_KIND)
        return read_as(reader, PyUnicode_2BYTE_KIND, at, end);
    return read_as(reader, PyUnicode_4BYTE_KIND, at, end);
}

/* Numbers that are known to fit, as 32-bit ones. */
static PyObject *narrow(const Numbers *numbers)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, numbers->length * (Py_ssize_t)sizeof(int32_t));
    int32_t *items = bytes ? (int32_t *)(void *)PyBytes_AS_STRING(bytes) : NULL;
    for (Py_ssize_t at = 0; items && at < numbers->length; at++)
        items[at] = (int32_t)numbers->items[at];
    return bytes;
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
    if (!done && reader.text.length > INT32_MAX)
        done = fail("texts are too long");
    if (!done && (texts < 0 || places[0] != 0 || places[texts] != reader.text.length))
        done = fail("texts do not make up the whole");
    if (!done)
        folded = PyBytes_FromStringAndSize(NULL, texts);
    done = folded ? add_number(&begins, 0) : -1;
    for (Py_ssize_t text = 0; !done && text < texts; text++) {
        Py_ssize_t before = reader.hashes.length;
        int is_folded = places[text] <= places[text + 1] && places[text + 1] <= reader.text.length
                            ? read_words(&reader, places[text], places[text + 1])
                            : fail("texts lie outside of the whole");
        PyBytes_AS_STRING(folded)[text] = (char)(is_folded > 0);
        if (is_folded > 0 && reader.hashes.length > before)
            memset(reader.hashes.items + before, 0, 8 * (size_t)(reader.hashes.length - before));
        done = is_folded < 0 ? -1 : add_number(&begins, reader.hashes.length);
    }
    if (!done)
        result = Py_BuildValue("NNNNO", narrow(&reader.starts), narrow(&reader.ends),
                               bytes_of_numbers(&reader.hashes), bytes_of_numbers(&begins), folded);
    Py_XDECREF(folded);
    free_numbers(&begins);
    close_reader(&reader);
    PyBuffer_Release(&borders);
    PyBuffer_Release(&classes);
    PyBuffer_Release(&spellings);
    return result;
}

/* What *fold* makes of a piece of text. */
static int add_folded(PyObject *string, Py_ssize_t begin, Py_ssize_t end, PyObject *fold, Numbers *hashes)
{
    PyObject *piece = PyUnicode_Substring(string, begin, end);
    PyObject *found = piece ? PyObject_CallOneArg(fold, piece) : NULL;
    int done = -1;
    Py_XDECREF(piece);
    if (found && !PyBytes_Check(found))
        PyErr_SetString(PyExc_TypeError, "hashes are no bytes");
    else if (found) {
        done = 0;
        for (Py_ssize_t at = 0; !done && at < PyBytes_GET_SIZE(found) / 8; at++)
            done = add_number(hashes, ((const int64_t *)PyBytes_AS_STRING(found))[at]);
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
        Py_ssize_t before = reader.hashes.length;
        done = read_words(&reader, places[at], places[at + 1]);
        if (done > 0) {
            reader.hashes.length = before;
            done = add_folded(string, places[at], places[at + 1], fold, &reader.hashes);
        }
        if (!done)
            done = add_number(&counts, reader.hashes.length - before);
    }
    if (!done)
        result = Py_BuildValue("NN", bytes_of_numbers(&reader.hashes), bytes_of_numbers(&counts));
    free_numbers(&counts);
    close_reader(&reader);
    PyBuffer_Release(&pieces);
    PyBuffer_Release(&classes);
    PyBuffer_Release(&spellings);
    return result;
}

Py_ssize_t ordinal_near(const int32_t *starts, Py_ssize_t count, Py_ssize_t near, int64_t place)
{
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
