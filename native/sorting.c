/* Twin of ``cleaner.duplicates.sorting``: numbers sorted digit by digit, which takes the same for each of them however
   many there are. */

#include "native.h"

enum { DIGIT = 8, VALUES = 1 << DIGIT, BITS = 64, MANY = 1 << 18, IN_PLACE = 1 << 22 };

typedef struct {
    uint64_t *keys;
    uint32_t *order; /* NULL: nobody asks where they stood */
} Column;

static Column from_place(Column column, Py_ssize_t at)
{
    return (Column){column.keys + at, column.order ? column.order + at : NULL};
}

/* Sorts by the digit at *shift*, of which *mask* counts; *ends* is where each value's keys end. */
static void sort_by_digit(Column from, Column to, Py_ssize_t count, int shift, uint64_t mask, Py_ssize_t *ends)
{
    memset(ends, 0, VALUES * sizeof *ends);
    for (Py_ssize_t at = 0; at < count; at++)
        ends[from.keys[at] >> shift & mask]++;
    for (Py_ssize_t value = 0, at = 0; value < VALUES; value++) {
        Py_ssize_t many = ends[value];
        ends[value] = at;
        at += many;
    }
    for (Py_ssize_t at = 0; at < count; at++) {
        Py_ssize_t place = ends[from.keys[at] >> shift & mask]++;
        to.keys[place] = from.keys[at];
        if (to.order)
            to.order[place] = from.order[at];
    }
}

/* Sorts by those bits from *low* to *high* that are *varying*; returns whether the keys are in *spare* now. */
static int sort_digits(Column column, Column spare, Py_ssize_t count, int low, int high, uint64_t varying)
{
    int turned = 0;
    for (int shift = low; shift < high; shift += DIGIT) {
        Py_ssize_t ends[VALUES];
        uint64_t mask = ((uint64_t)1 << (high - shift < DIGIT ? high - shift : DIGIT)) - 1;
        if (!(varying >> shift & mask))
            continue;
        sort_by_digit(turned ? spare : column, turned ? column : spare, count, shift, mask, ends);
        turned = !turned;
    }
    return turned;
}

/* Puts keys of the same digit at *shift* together, without room for a second copy; *ends* is where each value's end. */
static void part_by_digit(uint64_t *keys, Py_ssize_t count, int shift, Py_ssize_t *ends)
{
    Py_ssize_t next[VALUES];
    memset(ends, 0, VALUES * sizeof *ends);
    for (Py_ssize_t at = 0; at < count; at++)
        ends[keys[at] >> shift & (VALUES - 1)]++;
    for (Py_ssize_t value = 0, at = 0; value < VALUES; value++) {
        next[value] = at;
        ends[value] = at += ends[value];
    }
    for (Py_ssize_t value = 0; value < VALUES; value++)
        while (next[value] < ends[value]) {
            uint64_t key = keys[next[value]];
            for (Py_ssize_t digit; (digit = (Py_ssize_t)(key >> shift & (VALUES - 1))) != value;) {
                uint64_t other = keys[next[digit]];
                keys[next[digit]++] = key;
                key = other;
            }
            keys[next[value]++] = key;
        }
}

/* Sorts by the bits from *low* on, equal numbers as they stood; returns whether they are in *spare* now. */
static int sort(Column column, Column spare, Py_ssize_t count, int low)
{
    int turned = 0, high = BITS;
    uint64_t varying = 0;
    for (Py_ssize_t at = 1; at < count; at++)
        varying |= column.keys[at] ^ column.keys[0];
    while (high > low && !(varying >> (high - 1)))
        high--;
    if (count < MANY || high - low <= DIGIT)
        return sort_digits(column, spare, count, low, high, varying);
    /* By the first digit first: what has one value there is sorted in the processor's cache. */
    Py_ssize_t ends[VALUES];
    high -= DIGIT;
    if (!column.order && !low && count >= IN_PLACE) { /* equal numbers cannot be told apart; most of the spare room is never touched */
        part_by_digit(column.keys, count, high, ends);
        for (Py_ssize_t value = 0, at = 0; value < VALUES; at = ends[value++])
            if (sort_digits(from_place(column, at), spare, ends[value] - at, low, high, varying))
                memcpy(column.keys + at, spare.keys, (ends[value] - at) * sizeof *spare.keys);
        return 0;
    }
    sort_by_digit(column, spare, count, high, VALUES - 1, ends);
    for (Py_ssize_t value = 0, at = 0; value < VALUES; at = ends[value++])
        turned = sort_digits(from_place(spare, at), from_place(column, at), ends[value] - at, low, high, varying);
    return !turned;
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
