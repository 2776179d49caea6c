/* Twin of loops in ``cleaner.duplicates``: where the words of a text are (``words``), and their hashes
   (``signatures``). */

#include "native.h"

enum { NO_LETTER, LETTER, WHOLE_WORD, MARK, CLASS = 3, FOLDED = 4 };
enum { POINTS = 0x40000, SHORT = 16 };

static int class_at(const uint8_t *classes, const Text *text, Py_ssize_t at)
{
    Py_UCS4 character = char_at(text, at);
    return classes[character < POINTS ? character : POINTS - 1];
}

static int are_classes(const Py_buffer *classes)
{
    if (classes->len != POINTS)
        PyErr_SetString(PyExc_ValueError, "not a class for each character");
    return classes->len == POINTS;
}

static int find_places(const uint8_t *classes, const Text *text, Numbers *starts, Numbers *ends)
{
    int before = NO_LETTER, is_open = 0;
    for (Py_ssize_t at = 0; at < text->length; at++) {
        int class = class_at(classes, text, at) & CLASS;
        if (class == MARK)
            continue;
        int begins = class == WHOLE_WORD || (class == LETTER && before != LETTER);
        if (is_open && (begins || class == NO_LETTER) && add_number(ends, at) < 0)
            return -1;
        if (begins && add_number(starts, at) < 0)
            return -1;
        is_open = class != NO_LETTER;
        before = class;
    }
    return is_open ? add_number(ends, text->length) : 0;
}

const char word_places_doc[] = "word_places(text, classes) -> bytes, bytes";

PyObject *word_places(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *string, *result = NULL;
    Py_buffer classes;
    if (!PyArg_ParseTuple(arguments, "Uy*", &string, &classes))
        return NULL;
    Text text = text_of(string);
    Numbers starts = {0}, ends = {0};
    if (are_classes(&classes) && find_places(classes.buf, &text, &starts, &ends) == 0)
        result = Py_BuildValue("NN", bytes_of_numbers(&starts), bytes_of_numbers(&ends));
    free_numbers(&starts);
    free_numbers(&ends);
    PyBuffer_Release(&classes);
    return result;
}

static uint64_t little_endian(const unsigned char *bytes, int count)
{
    uint64_t number = 0;
    for (int at = 0; at < count; at++)
        number |= (uint64_t)bytes[at] << 8 * at;
    return number;
}

static uint64_t turned(uint64_t number, int bits)
{
    return number << bits | number >> (64 - bits);
}

/* XXH3, 64 bits, without a seed, of up to SHORT bytes.
   Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md */
static uint64_t short_hash(const unsigned char *word, int length)
{
    uint64_t hash;
    if (length > 8) {
        uint64_t low = little_endian(word, 8) ^ 0x6782737BEA4239B9u;
        uint64_t high = little_endian(word + length - 8, 8) ^ 0xAF56BC3B0996523Au, swapped = 0;
        for (int at = 0; at < 64; at += 8)
            swapped |= (low >> at & 255) << (56 - at);
        hash = (uint64_t)length + swapped + high + folded_product(low, high);
        hash = (hash ^ hash >> 37) * 0x165667919E3779F9u;
        return hash ^ hash >> 32;
    }
    if (length > 3) {
        hash = (little_endian(word + length - 4, 4) + (little_endian(word, 4) << 32)) ^ 0xC73AB174C5ECD5A2u;
        hash = (hash ^ turned(hash, 49) ^ turned(hash, 24)) * 0x9FB21C651E98DF25u;
        hash = (hash ^ ((hash >> 35) + (uint64_t)length)) * 0x9FB21C651E98DF25u;
        return hash ^ hash >> 28;
    }
    hash = (uint64_t)word[0] << 16 | (uint64_t)word[length >> 1] << 24 | word[length - 1] | (uint64_t)length << 8;
    hash = (hash ^ 0x87275A9Bu) * 0xC2B2AE3D27D4EB4Fu;
    hash = (hash ^ hash >> 29) * 0x165667B19E3779F9u;
    return hash ^ hash >> 32;
}

/* The hash of the ASCII word [at, end); -1 with an exception set. */
static int hash_word(const Text *text, Py_ssize_t at, Py_ssize_t end, PyObject *long_hash, Numbers *hashes)
{
    unsigned char folded[SHORT];
    PyObject *bytes = end - at > SHORT ? PyBytes_FromStringAndSize(NULL, end - at) : NULL;
    if (end - at > SHORT && !bytes)
        return -1;
    unsigned char *word = bytes ? (unsigned char *)PyBytes_AS_STRING(bytes) : folded;
    for (Py_ssize_t place = at; place < end; place++) {
        Py_UCS4 character = char_at(text, place);
        word[place - at] = (unsigned char)(character >= 'A' && character <= 'Z' ? character + 32 : character);
    }
    if (!bytes)
        return add_number(hashes, (int64_t)short_hash(word, (int)(end - at)));
    PyObject *hash = PyObject_CallOneArg(long_hash, bytes);
    Py_DECREF(bytes);
    uint64_t number = hash ? PyLong_AsUnsignedLongLong(hash) : 0;
    Py_XDECREF(hash);
    return PyErr_Occurred() ? -1 : add_number(hashes, (int64_t)number);
}

/* What *fold* makes of a piece of text that has more in it than ASCII and the punctuation of prose. */
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

static int hash_piece(PyObject *string, const uint8_t *classes, Py_ssize_t begin, Py_ssize_t end, PyObject *fold,
                      PyObject *long_hash, Numbers *hashes)
{
    Text text = text_of(string);
    for (Py_ssize_t at = begin; at < end; at++)
        if (class_at(classes, &text, at) & FOLDED)
            return add_folded(string, begin, end, fold, hashes);
    for (Py_ssize_t at = begin; at < end;) {
        Py_ssize_t first = at;
        while (at < end && (class_at(classes, &text, at) & CLASS) == LETTER)
            at++;
        if (at == first)
            at++;
        else if (hash_word(&text, first, at, long_hash, hashes) < 0)
            return -1;
    }
    return 0;
}

const char word_hashes_doc[] = "word_hashes(text, borders, classes, fold, long_hash) -> bytes, bytes";

PyObject *word_hashes(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *string, *fold, *long_hash, *result = NULL;
    Py_buffer borders, classes;
    Numbers hashes = {0}, counts = {0};
    if (!PyArg_ParseTuple(arguments, "Uy*y*OO", &string, &borders, &classes, &fold, &long_hash))
        return NULL;
    const int64_t *places = borders.buf;
    int fit = are_classes(&classes), done = 0;
    for (Py_ssize_t at = 0; fit && !done && at < borders.len / 8 - 1; at++) {
        Py_ssize_t before = hashes.length;
        fit = places[at] >= 0 && places[at] <= places[at + 1] && places[at + 1] <= PyUnicode_GET_LENGTH(string);
        if (!fit)
            PyErr_SetString(PyExc_ValueError, "pieces lie outside of the text");
        else
            done = hash_piece(string, classes.buf, places[at], places[at + 1], fold, long_hash, &hashes);
        if (fit && !done)
            done = add_number(&counts, hashes.length - before);
    }
    if (fit && !done)
        result = Py_BuildValue("NN", bytes_of_numbers(&hashes), bytes_of_numbers(&counts));
    free_numbers(&hashes);
    free_numbers(&counts);
    PyBuffer_Release(&borders);
    PyBuffer_Release(&classes);
    return result;
}
