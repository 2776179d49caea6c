/* Comparing, and what grows: numbers and strings under construction. */

#include "native.h"

int fail(const char *what)
{
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, what);
    return -1;
}

int is_at(const Text *part, const Text *text, Py_ssize_t at)
{
    if (part->length > text->length - at)
        return 0;
    if (part->kind == text->kind)
        return memcmp(part->data, (const char *)text->data + at * text->kind, (size_t)(part->length * text->kind)) == 0;
    Py_ssize_t place = 0;
    if (part->kind == PyUnicode_1BYTE_KIND && text->kind == PyUnicode_2BYTE_KIND) {
        const Py_UCS1 *narrow = part->data;
        const Py_UCS2 *wide = (const Py_UCS2 *)text->data + at;
        while (place < part->length && narrow[place] == wide[place])
            place++;
    } else
        while (place < part->length && char_at(part, place) == char_at(text, at + place))
            place++;
    return place == part->length;
}

/* Room for *more* items of *size* behind *length*; NULL with an exception set where there is no memory. */
static void *grown(void *items, Py_ssize_t length, Py_ssize_t *room, Py_ssize_t more, size_t size)
{
    Py_ssize_t wanted = *room ? *room : 1024;
    if (more > PY_SSIZE_T_MAX / (Py_ssize_t)size / 2 - length) {
        PyErr_NoMemory();
        return NULL;
    }
    while (wanted < length + more)
        wanted *= 2;
    void *larger = PyMem_Realloc(items, wanted * size);
    if (!larger)
        PyErr_NoMemory();
    else
        *room = wanted;
    return larger;
}

int grow_numbers(Numbers *numbers)
{
    void *larger = grown(numbers->items, numbers->length, &numbers->room, 1, sizeof *numbers->items);
    if (larger)
        numbers->items = larger;
    return larger ? 0 : -1;
}

PyObject *bytes_of_numbers(const Numbers *numbers)
{
    return PyBytes_FromStringAndSize((const char *)numbers->items, numbers->length * (Py_ssize_t)sizeof(int64_t));
}

void free_numbers(Numbers *numbers)
{
    PyMem_Free(numbers->items);
}

int are_spans(const Py_buffer *spans, Py_ssize_t length)
{
    const int64_t *borders = spans->buf;
    int fit = spans->len % 16 == 0;
    for (Py_ssize_t at = 0; fit && at < spans->len / 8; at += 2)
        fit = borders[at] >= 0 && borders[at] <= borders[at + 1] && borders[at + 1] <= length;
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "spans lie outside of the text");
    return fit;
}

int is_table(const Py_buffer *kinds)
{
    if (kinds->len != CHARACTERS * (Py_ssize_t)sizeof(uint16_t))
        PyErr_SetString(PyExc_ValueError, "not a kind for each character");
    return kinds->len == CHARACTERS * (Py_ssize_t)sizeof(uint16_t);
}

int grow_builder(Builder *builder, Py_ssize_t more)
{
    if (more > builder->room - builder->length) {
        void *larger = grown(builder->items, builder->length, &builder->room, more, sizeof *builder->items);
        if (!larger)
            return -1;
        builder->items = larger;
    }
    return 0;
}

int add_character(Builder *builder, Py_UCS4 character)
{
    if (grow_builder(builder, 1) < 0)
        return -1;
    builder->items[builder->length++] = character;
    return 0;
}

int add_ascii(Builder *builder, const char *text)
{
    if (grow_builder(builder, (Py_ssize_t)strlen(text)) < 0)
        return -1;
    while (*text)
        builder->items[builder->length++] = (unsigned char)*text++;
    return 0;
}

int add_span(Builder *builder, const Text *text, Py_ssize_t begin, Py_ssize_t end)
{
    if (grow_builder(builder, end - begin) < 0)
        return -1;
    for (Py_ssize_t at = begin; at < end; at++)
        builder->items[builder->length++] = char_at(text, at);
    return 0;
}

int add_string(Builder *builder, PyObject *string)
{
    Text text = text_of(string);
    return add_span(builder, &text, 0, text.length);
}

int add_decimal(Builder *builder, Py_ssize_t number)
{
    Py_UCS4 digits[24];
    int count = 0;
    do
        digits[count++] = '0' + (Py_UCS4)(number % 10);
    while (number /= 10);
    if (grow_builder(builder, count) < 0)
        return -1;
    while (count)
        builder->items[builder->length++] = digits[--count];
    return 0;
}

PyObject *string_of(const Builder *builder)
{
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, builder->items, builder->length);
}

void free_builder(Builder *builder)
{
    PyMem_Free(builder->items);
}

int are_between(const int32_t *numbers, Py_ssize_t count, int32_t least, Py_ssize_t end)
{
    int fit = 1;
    for (Py_ssize_t at = 0; at < count; at++)
        fit &= numbers[at] >= least && numbers[at] < end;
    return fit;
}
