/* Twin of ``cleaner.boilerplate.known_words``: where words stand among those that are known. */

#include "native.h"

static uint64_t hash_of(const Text *text)
{
    uint64_t hash = 0x9E3779B97F4A7C15u;
    for (Py_ssize_t at = 0; at < text->length; at++)
        hash = (hash ^ char_at(text, at)) * 0x100000001B3u;
    return folded_product(hash, 0x9E3779B97F4A7C15u);
}

int are_strings(PyObject *strings, Py_ssize_t *most)
{
    Py_ssize_t length = PySequence_Fast_GET_SIZE(strings);
    for (Py_ssize_t at = 0; at < length; at++) {
        PyObject *string = PySequence_Fast_GET_ITEM(strings, at);
        if (!PyUnicode_Check(string)) {
            PyErr_SetString(PyExc_TypeError, "not a string");
            return 0;
        }
        *most = PyUnicode_GET_LENGTH(string) > *most ? PyUnicode_GET_LENGTH(string) : *most;
    }
    return 1;
}

int open_known(KnownWords *known, PyObject *words, const Py_buffer *slots)
{
    Py_ssize_t room = slots->len / (Py_ssize_t)sizeof(uint64_t);
    *known = (KnownWords){words, slots->buf, (uint64_t)room - 1};
    return slots->len % (Py_ssize_t)sizeof(uint64_t) || room <= PyTuple_GET_SIZE(words) || (room & (room - 1))
               ? fail("not a slot for each word")
               : 0;
}

Py_ssize_t known_place(const KnownWords *known, const Text *word)
{
    uint64_t hash = hash_of(word), at = hash & known->mask;
    for (uint64_t left = known->mask; known->slots[at] && left; at = (at + 1) & known->mask, left--) {
        if ((known->slots[at] ^ hash) >> 32)
            continue;
        Py_ssize_t place = (Py_ssize_t)(known->slots[at] & UINT32_MAX) - 1;
        PyObject *string = place < PyTuple_GET_SIZE(known->words) ? PyTuple_GET_ITEM(known->words, place) : NULL;
        if (!string || !PyUnicode_Check(string))
            continue;
        Text alike = text_of(string);
        if (alike.length == word->length && is_at(&alike, word, 0))
            return place;
    }
    return -1;
}

const char word_slots_doc[] = "word_slots(words) -> bytes";

PyObject *word_slots(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *words;
    Py_ssize_t most = 0, room = 2;
    if (!PyArg_ParseTuple(arguments, "O!", &PyTuple_Type, &words) || !are_strings(words, &most))
        return NULL;
    while (room < 2 * PyTuple_GET_SIZE(words))
        room *= 2;
    PyObject *result = PyBytes_FromStringAndSize(NULL, room * (Py_ssize_t)sizeof(uint64_t));
    if (!result)
        return NULL;
    uint64_t *slots = memset(PyBytes_AS_STRING(result), 0, room * sizeof *slots), mask = (uint64_t)room - 1;
    for (Py_ssize_t place = 0; place < PyTuple_GET_SIZE(words); place++) {
        Text word = text_of(PyTuple_GET_ITEM(words, place));
        uint64_t hash = hash_of(&word), at = hash & mask;
        while (slots[at])
            at = (at + 1) & mask;
        slots[at] = (hash >> 32 << 32) | ((uint64_t)place + 1);
    }
    return result;
}

const char known_places_doc[] = "known_places(words, known, slots) -> place of each word, or -1";

PyObject *known_places(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *words, *strings, *result = NULL;
    Py_buffer slots;
    KnownWords known;
    Py_ssize_t most = 0;
    if (!PyArg_ParseTuple(arguments, "O!O!y*", &PyTuple_Type, &words, &PyTuple_Type, &strings, &slots))
        return NULL;
    if (are_strings(words, &most) && open_known(&known, strings, &slots) == 0)
        result = PyBytes_FromStringAndSize(NULL, PyTuple_GET_SIZE(words) * (Py_ssize_t)sizeof(int64_t));
    int64_t *places = result ? (int64_t *)(void *)PyBytes_AS_STRING(result) : NULL;
    for (Py_ssize_t at = 0; result && at < PyTuple_GET_SIZE(words); at++) {
        Text word = text_of(PyTuple_GET_ITEM(words, at));
        places[at] = known_place(&known, &word);
    }
    PyBuffer_Release(&slots);
    return result;
}
