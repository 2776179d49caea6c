/* Twin of ``cleaner.duplicates.sorting``: numbers sorted digit by digit, which takes the same for each of them however
   many there are. */

#include "native.h"

enum { DIGIT = 8, VALUES = 1 << DIGIT, BITS = 64 };

typedef struct {
    uint64_t *keys;
    uint32_t *order; /* NULL: nobody asks where they stood */
} Column;

static void sort_by_digit(Column from, Column to, Py_ssize_t count, int shift, Py_ssize_t *places)
{
    for (Py_ssize_t value = 0, at = 0; value < VALUES; value++) {
        Py_ssize_t many = places[value];
        places[value] = at;
        at += many;
    }
    for (Py_ssize_t at = 0; at < count; at++) {
        Py_ssize_t place = places[from.keys[at] >> shift & (VALUES - 1)]++;
        to.keys[place] = from.keys[at];
        if (to.order)
            to.order[place] = from.order[at];
    }
}

/* Sorts by the bits from *low* on, equal numbers as they stood; returns whether they are in *spare* now. */
static int sort(Column column, Column spare, Py_ssize_t count, int low)
{
    int turned = 0;
    uint64_t varying = 0;
    for (Py_ssize_t at = 1; at < count; at++)
        varying |= column.keys[at] ^ column.keys[0];
    for (int shift = low; shift < BITS && varying >> shift; shift += DIGIT) {
        Py_ssize_t places[VALUES] = {0};
        if (!(varying >> shift & (VALUES - 1)))
            continue;
        Column from = turned ? spare : column, to = turned ? column : spare;
        for (Py_ssize_t at = 0; at < count; at++)
            places[from.keys[at] >> shift & (VALUES - 1)]++;
        sort_by_digit(from, to, count, shift, places);
        turned = !turned;
    }
    return turned;
}

const char sort_keys_doc[] = "sort_keys(keys, order, spare_keys, spare_order, low) -> bool";

PyObject *sort_keys(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer keys, order, spare_keys, spare_order;
    int low, turned = 0;
    if (!PyArg_ParseTuple(arguments, "w*w*w*w*i", &keys, &order, &spare_keys, &spare_order, &low))
        return NULL;
    Py_ssize_t count = keys.len / 8;
    int fit = keys.len == 8 * count && spare_keys.len == keys.len && spare_order.len == order.len && low >= 0 &&
              low < BITS && (order.len == 0 || order.len == 4 * count);
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "columns of different length");
    else {
        Py_BEGIN_ALLOW_THREADS
        turned = sort((Column){keys.buf, order.len ? order.buf : NULL},
                      (Column){spare_keys.buf, order.len ? spare_order.buf : NULL}, count, low);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&keys);
    PyBuffer_Release(&order);
    PyBuffer_Release(&spare_keys);
    PyBuffer_Release(&spare_order);
    return fit ? PyBool_FromLong(turned) : NULL;
}
