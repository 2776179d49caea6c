/* What may end sentences or open quotations, looked for 64 characters at a time. */

#include "prose.h"

/* To be made once for each width of characters. */
static inline __attribute__((always_inline)) int find_as(Marks *marks, const Text *text, int width)
{
    Py_ssize_t at = marks->start, left;
    for (; (left = marks->end - at) > 0; at += 64) {
        Sorts sorts = {0, 0, 0}; /* near the end any character may be */
        if (at + 64 <= text->length)
            sorts = sorts_of_64(width, text->data, at);
        uint64_t bits = ~(sorts.letters | sorts.spaces);
        if (add_number(&marks->bits, (int64_t)(left < 64 ? bits & (((uint64_t)1 << left) - 1) : bits)) < 0)
            return -1;
    }
    return 0;
}

int find_marks(Marks *marks, const Text *text, Py_ssize_t start, Py_ssize_t end)
{
    marks->start = start;
    marks->end = end;
    marks->bits.length = 0;
    if (text->kind == PyUnicode_1BYTE_KIND)
        return find_as(marks, text, PyUnicode_1BYTE_KIND);
    if (text->kind == PyUnicode_2BYTE_KIND)
        return find_as(marks, text, PyUnicode_2BYTE_KIND);
    return find_as(marks, text, PyUnicode_4BYTE_KIND);
}
