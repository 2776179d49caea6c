/* The distinct words of a page, numbered from 0 in the order in which they come. */

#include "native.h"

enum { SLOTS = 1024, PARTS = 3, MAX_ASCII = 8 * PARTS };

int open_vocabulary(Vocabulary *vocabulary)
{
    *vocabulary = (Vocabulary){.mask = SLOTS - 1};
    vocabulary->secrets[0] = (uint64_t)PyObject_Hash(names.mark);
    vocabulary->secrets[1] = (uint64_t)PyObject_Hash(names.lower);
    vocabulary->words = PyList_New(0);
    vocabulary->slots = PyMem_Calloc(SLOTS, sizeof *vocabulary->slots);
    return vocabulary->words && (vocabulary->slots || PyErr_NoMemory()) ? 0 : -1;
}

void close_vocabulary(Vocabulary *vocabulary)
{
    Py_XDECREF(vocabulary->words);
    PyMem_Free(vocabulary->slots);
    free_numbers(&vocabulary->hashes);
}

/* Twice as many slots, so that at least half are free. */
static int grow_slots(Vocabulary *vocabulary)
{
    size_t mask = 2 * vocabulary->mask + 1;
    int32_t *slots = PyMem_Calloc(mask + 1, sizeof *slots);
    if (!slots) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t number = 0; number < vocabulary->hashes.length; number++) {
        size_t place = (uint64_t)vocabulary->hashes.items[number] & mask;
        while (slots[place])
            place = (place + 1) & mask;
        slots[place] = (int32_t)number + 1;
    }
    PyMem_Free(vocabulary->slots);
    vocabulary->slots = slots;
    vocabulary->mask = mask;
    return 0;
}

/* Gives *word*, which may be NULL after an error, the next number, and takes it over. */
static int64_t add_word(Vocabulary *vocabulary, PyObject *word, uint64_t hash, size_t place)
{
    int64_t number = vocabulary->hashes.length;
    int failed = !word || PyList_Append(vocabulary->words, word) < 0 || add_number(&vocabulary->hashes, (int64_t)hash) < 0;
    Py_XDECREF(word);
    if (failed)
        return -1;
    vocabulary->slots[place] = (int32_t)number + 1;
    return 2 * (size_t)number > vocabulary->mask && grow_slots(vocabulary) < 0 ? -1 : number;
}

int64_t number_of_ascii(Vocabulary *vocabulary, const char *word, Py_ssize_t length)
{
    uint64_t parts[PARTS] = {0}, hash = (uint64_t)length;
    memcpy(parts, word, length);
    for (Py_ssize_t part = 0; part < PARTS && part * 8 < length; part++)
        hash = folded_product(hash ^ vocabulary->secrets[0], parts[part] ^ vocabulary->secrets[1]);
    size_t place = hash & vocabulary->mask;
    for (int32_t slot; (slot = vocabulary->slots[place]); place = (place + 1) & vocabulary->mask) {
        PyObject *known = PyList_GET_ITEM(vocabulary->words, slot - 1);
        if ((uint64_t)vocabulary->hashes.items[slot - 1] == hash && PyUnicode_GET_LENGTH(known) == length &&
            PyUnicode_IS_ASCII(known) && memcmp(PyUnicode_1BYTE_DATA(known), word, length) == 0)
            return slot - 1;
    }
    return add_word(vocabulary, PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, word, length), hash, place);
}

int64_t number_of_string(Vocabulary *vocabulary, PyObject *word)
{
    if (PyUnicode_IS_ASCII(word) && PyUnicode_GET_LENGTH(word) <= MAX_ASCII)
        return number_of_ascii(vocabulary, (const char *)PyUnicode_1BYTE_DATA(word), PyUnicode_GET_LENGTH(word));
    uint64_t hash = (uint64_t)PyObject_Hash(word);
    size_t place = hash & vocabulary->mask;
    for (int32_t slot; (slot = vocabulary->slots[place]); place = (place + 1) & vocabulary->mask)
        if ((uint64_t)vocabulary->hashes.items[slot - 1] == hash &&
            PyUnicode_Compare(PyList_GET_ITEM(vocabulary->words, slot - 1), word) == 0)
            return slot - 1;
    Py_INCREF(word);
    return add_word(vocabulary, word, hash, place);
}
