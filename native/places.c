/* Twin of ``cleaner.reading.places``: where any of several words stands in a text, in one pass over it. */

#include "native.h"

enum { STRETCH = 64, PROBES = 3, MAX_WORDS = 16, MAX_LETTERS = 64 };

/* A word of ASCII; three of its letters are looked for in many places at once. */
typedef struct {
    unsigned char letters[MAX_LETTERS];
    Py_ssize_t length, probes[PROBES];
} Word;

/* Whether the probes of *word* stand behind any of STRETCH places from *at* on. */
#define DEFINE_MAY_START(NAME, CHARACTER)                                                                  \
    CLONED static int NAME(const CHARACTER *at, const Word *word)                                          \
    {                                                                                                      \
        const CHARACTER *one = at + word->probes[0], *two = at + word->probes[1], *three = at + word->probes[2]; \
        CHARACTER a = word->letters[word->probes[0]], b = word->letters[word->probes[1]];                  \
        CHARACTER c = word->letters[word->probes[2]], any = 0;                                             \
        for (int place = 0; place < STRETCH; place++)                                                      \
            any |= (CHARACTER)(one[place] == a) & (CHARACTER)(two[place] == b) & (CHARACTER)(three[place] == c); \
        return any;                                                                                        \
    }

DEFINE_MAY_START(may_start_1, Py_UCS1)
DEFINE_MAY_START(may_start_2, Py_UCS2)
DEFINE_MAY_START(may_start_4, Py_UCS4)

static int may_start(const Text *text, Py_ssize_t at, const Word *word)
{
    if (text->kind == PyUnicode_1BYTE_KIND)
        return may_start_1((const Py_UCS1 *)text->data + at, word);
    if (text->kind == PyUnicode_2BYTE_KIND)
        return may_start_2((const Py_UCS2 *)text->data + at, word);
    return may_start_4((const Py_UCS4 *)text->data + at, word);
}

/* Adds the places of *word* that begin in [at, end). */
static int add_places(const Text *text, Py_ssize_t at, Py_ssize_t end, const Word *word, Numbers *found)
{
    if (end > text->length - word->length + 1)
        end = text->length - word->length + 1;
    for (; at < end; at++) {
        Py_ssize_t letter = 0;
        while (letter < word->length && char_at(text, at + letter) == word->letters[letter])
            letter++;
        if (letter == word->length && add_number(found, at) < 0)
            return -1;
    }
    return 0;
}

static int read_word(PyObject *string, Word *word)
{
    if (!PyUnicode_Check(string) || !PyUnicode_IS_ASCII(string) || PyUnicode_GET_LENGTH(string) < 1 ||
        PyUnicode_GET_LENGTH(string) > MAX_LETTERS) {
        PyErr_SetString(PyExc_ValueError, "not a word of ASCII");
        return -1;
    }
    word->length = PyUnicode_GET_LENGTH(string);
    memcpy(word->letters, PyUnicode_DATA(string), word->length);
    for (int probe = 0; probe < PROBES; probe++)
        word->probes[probe] = probe * (word->length - 1) / (PROBES - 1);
    return 0;
}

static PyObject *list_of(const Numbers *numbers)
{
    PyObject *list = PyList_New(numbers->length);
    for (Py_ssize_t at = 0; list && at < numbers->length; at++) {
        PyObject *number = PyLong_FromLongLong(numbers->items[at]);
        if (number)
            PyList_SET_ITEM(list, at, number);
        else
            Py_CLEAR(list);
    }
    return list;
}

const char places_doc[] = "places(text, words) -> for each word, where it stands";

PyObject *places(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *string, *given;
    Word words[MAX_WORDS];
    Numbers found[MAX_WORDS] = {{0}};
    if (!PyArg_ParseTuple(arguments, "UO!", &string, &PyTuple_Type, &given))
        return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(given);
    if (count > MAX_WORDS) {
        PyErr_SetString(PyExc_ValueError, "too many words");
        return NULL;
    }
    for (Py_ssize_t at = 0; at < count; at++)
        if (read_word(PyTuple_GET_ITEM(given, at), &words[at]) < 0)
            return NULL;
    Text text = text_of(string);
    int failed = 0;
    for (Py_ssize_t at = 0; !failed && at < text.length; at += STRETCH)
        for (Py_ssize_t place = 0; !failed && place < count; place++) {
            /* Close to the end, probes would lie beyond it. */
            if (at + STRETCH + words[place].length > text.length || may_start(&text, at, &words[place]))
                failed = add_places(&text, at, at + STRETCH, &words[place], &found[place]) < 0;
        }
    PyObject *result = failed ? NULL : PyTuple_New(count);
    for (Py_ssize_t place = 0; place < count; place++) {
        PyObject *list = result ? list_of(&found[place]) : NULL;
        if (list)
            PyTuple_SET_ITEM(result, place, list);
        else
            Py_CLEAR(result);
        free_numbers(&found[place]);
    }
    return result;
}
