/* Twin of ``cleaner.boilerplate.text_measures`` and of ``features._word_shares``: what is counted in texts. */

#include "native.h"

enum { LETTER = 1, UNSPACED = 2, DIGIT = 4, UPPER = 8, STOP = 16, COMMA = 32, SPACE = 64, SYMBOL = 128, WIDE_STOP = 256 };
enum { BEGINS, SPACED, OF_UNSPACED, CHARS, STOPS, COMMAS, DIGITS, CAPITALS, SYMBOLS, ENDS, MEASURES };
enum { KINDS = 0x20000 };

static int kind_at(const uint16_t *kinds, const Text *text, Py_ssize_t at)
{
    Py_UCS4 character = char_at(text, at);
    return kinds[character < KINDS ? character : KINDS - 1];
}

/* Counts in one text; *counts* is a column of *rows* for each measure. */
static void measure(const uint16_t *kinds, const Text *text, double *counts, Py_ssize_t rows)
{
    int64_t found[MEASURES] = {[CHARS] = text->length};
    int before = 0, kind = text->length ? kind_at(kinds, text, 0) : 0, last = kind;
    for (Py_ssize_t at = 0; at < text->length; at++) {
        int next = at + 1 < text->length ? kind_at(kinds, text, at + 1) : SPACE;
        if (kind == SPACE || (kind == LETTER && (before & LETTER))) { /* most characters count for nothing else */
            last = before = kind;
            kind = next;
            continue;
        }
        int begins = (kind & LETTER) && !(before & LETTER);
        found[BEGINS] += begins;
        found[SPACED] += begins && !(kind & UNSPACED);
        found[OF_UNSPACED] += (kind & UNSPACED) != 0;
        found[STOPS] += (kind & STOP) && ((next & SPACE) || (kind & WIDE_STOP));
        found[COMMAS] += (kind & COMMA) != 0;
        found[DIGITS] += (kind & DIGIT) != 0;
        found[CAPITALS] += begins && (kind & UPPER);
        found[SYMBOLS] += (kind & SYMBOL) != 0;
        last = (kind & SYMBOL) && at ? before : kind; /* a quotation mark or bracket may follow the full stop */
        before = kind;
        kind = next;
    }
    found[ENDS] = (last & STOP) != 0;
    for (int measure = 0; measure < MEASURES; measure++)
        counts[measure * rows] = (double)found[measure];
}

const char text_measures_doc[] = "text_measures(texts, kinds) -> bytes";

PyObject *text_measures(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *texts, *counts = NULL;
    Py_buffer kinds;
    if (!PyArg_ParseTuple(arguments, "O!y*", &PyList_Type, &texts, &kinds))
        return NULL;
    Py_ssize_t rows = PyList_GET_SIZE(texts);
    if (kinds.len != KINDS * (Py_ssize_t)sizeof(uint16_t))
        PyErr_SetString(PyExc_ValueError, "not a kind for each character");
    else
        counts = PyBytes_FromStringAndSize(NULL, rows * MEASURES * (Py_ssize_t)sizeof(double));
    for (Py_ssize_t at = 0; counts && at < rows; at++) {
        PyObject *string = PyList_GET_ITEM(texts, at);
        if (!PyUnicode_Check(string)) {
            PyErr_SetString(PyExc_TypeError, "a text is no string");
            Py_CLEAR(counts);
            break;
        }
        Text text = text_of(string);
        measure(kinds.buf, &text, (double *)PyBytes_AS_STRING(counts) + at, rows);
    }
    PyBuffer_Release(&kinds);
    return counts;
}

static int is_word(Py_UCS4 c)
{
    if (c < 128)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_';
    return Py_UNICODE_ISALNUM(c);
}

static Py_UCS4 to_lower(Py_UCS4 c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Bits of words that are looked for, two of them for each: few other words have both. */
typedef struct {
    uint64_t one, other;
} Bits;

/* Those of the word [at, end), in which only letters of ASCII may be capitals. */
static Bits bits_of(const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    Py_UCS4 first = to_lower(char_at(text, at)), last = to_lower(char_at(text, end - 1));
    uint32_t hash = (first * 31 + last * 7 + (uint32_t)(end - at)) * 0x9E3779B1u;
    return (Bits){(uint64_t)1 << (hash >> 26), (uint64_t)1 << (hash >> 20 & 63)};
}

static PyObject *lower_case(PyObject *text)
{
    return PyObject_CallMethodNoArgs(text, names.lower);
}

/* Whether the word [at, end) of *text* is in *wanted*, in lower case; -1 with an exception set. */
static int has_word(PyObject *wanted, PyObject *text, Py_ssize_t at, Py_ssize_t end)
{
    PyObject *word = PyUnicode_Substring(text, at, end), *lower = word ? lower_case(word) : NULL;
    int is_wanted = lower ? PySet_Contains(wanted, lower) : -1;
    Py_XDECREF(word);
    Py_XDECREF(lower);
    return is_wanted;
}

/* The share of *text*'s words that are in *wanted*, which has words of these *bits*; -1 with an exception set. */
static double share_of(PyObject *text, PyObject *wanted, const Bits *bits)
{
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "a text is no string");
        return -1;
    }
    PyObject *lower = PyUnicode_IS_ASCII(text) ? Py_NewRef(text) : lower_case(text); /* else it may change its length */
    if (!lower)
        return -1;
    Text characters = text_of(lower);
    Py_ssize_t words = 0, found = 0, at = 0;
    while (at < characters.length) {
        Py_ssize_t begin = at;
        while (at < characters.length && is_word(char_at(&characters, at)))
            at++;
        if (at == begin) {
            at++;
            continue;
        }
        words++;
        Bits own = bits_of(&characters, begin, at);
        if (!(own.one & bits->one) || !(own.other & bits->other))
            continue;
        int is_wanted = has_word(wanted, lower, begin, at);
        if (is_wanted < 0) {
            Py_DECREF(lower);
            return -1;
        }
        found += is_wanted;
    }
    Py_DECREF(lower);
    return words ? (double)found / (double)words : 0;
}

const char word_shares_doc[] = "word_shares(texts, wanted) -> bytes";

PyObject *word_shares(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *texts, *wanted, *word;
    Bits bits = {0, 0};
    if (!PyArg_ParseTuple(arguments, "O!O!", &PyList_Type, &texts, &PySet_Type, &wanted))
        return NULL;
    PyObject *words = PyObject_GetIter(wanted);
    while (words && (word = PyIter_Next(words))) {
        Text text = PyUnicode_Check(word) ? text_of(word) : (Text){0};
        Bits own = text.length ? bits_of(&text, 0, text.length) : (Bits){0, 0};
        bits.one |= own.one;
        bits.other |= own.other;
        Py_DECREF(word);
    }
    Py_XDECREF(words);
    if (PyErr_Occurred())
        return NULL;
    Py_ssize_t count = PyList_GET_SIZE(texts);
    PyObject *shares = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(double));
    for (Py_ssize_t at = 0; shares && at < count; at++) {
        double share = share_of(PyList_GET_ITEM(texts, at), wanted, &bits);
        ((double *)PyBytes_AS_STRING(shares))[at] = share;
        if (share < 0)
            Py_CLEAR(shares);
    }
    return shares;
}
