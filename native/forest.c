/* Twin of ``cleaner.boilerplate.trees``: all rows down all trees. */

#include "native.h"

enum { TOGETHER = 32, CACHED = 64 };

/* Sums of the leaves' values for *count* rows, TOGETHER at most: walks that do not wait for each other's memory. */
static inline void add_tree(const int32_t *features, const float *thresholds, const float *values, int depth,
                            const float *rows, int count, Py_ssize_t columns, double *sums)
{
    int32_t nodes[TOGETHER] = {0};
    for (int level = 0; level < depth; level++)
        for (int row = 0; row < count; row++) {
            int32_t node = nodes[row];
            nodes[row] = 2 * node + 1 + (rows[row * columns + features[node]] > thresholds[node]);
        }
    for (int row = 0; row < count; row++)
        sums[row] += values[nodes[row] - ((1 << depth) - 1)];
}

/* The arrays are as large as their counts say, and no feature is beyond a row. */
static void add_trees(const int32_t *features, const float *thresholds, const float *values, Py_ssize_t trees,
                      int depth, const float *rows, Py_ssize_t count, Py_ssize_t columns, double *sums)
{
    Py_ssize_t leaves = (Py_ssize_t)1 << depth, inner = leaves - 1;
    for (Py_ssize_t begin = 0; begin < count; begin += CACHED)
        for (Py_ssize_t tree = 0; tree < trees; tree++)
            for (Py_ssize_t row = begin; row < count && row < begin + CACHED; row += TOGETHER)
                add_tree(features + tree * inner, thresholds + tree * inner, values + tree * leaves, depth,
                         rows + row * columns, count - row < TOGETHER ? (int)(count - row) : TOGETHER, columns,
                         sums + row);
}

const char margins_doc[] = "margins(features, thresholds, values, rows, trees, depth, columns) -> bytes";

PyObject *margins(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer features, thresholds, values, rows;
    Py_ssize_t trees, columns;
    int depth;
    PyObject *sums = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*nin", &features, &thresholds, &values, &rows, &trees, &depth, &columns))
        return NULL;
    int fits = depth >= 0 && depth < 24 && trees >= 0 && trees < 1 << 24 && columns > 0 && columns < 1 << 24;
    if (fits) {
        Py_ssize_t leaves = (Py_ssize_t)1 << depth, nodes = trees * (leaves - 1);
        fits = features.len == nodes * (Py_ssize_t)sizeof(int32_t) &&
               thresholds.len == nodes * (Py_ssize_t)sizeof(float) &&
               values.len == trees * leaves * (Py_ssize_t)sizeof(float) &&
               rows.len % (columns * (Py_ssize_t)sizeof(float)) == 0;
        for (Py_ssize_t node = 0; fits && node < nodes; node++) {
            int32_t feature = ((const int32_t *)features.buf)[node];
            fits = feature >= 0 && feature < columns;
        }
    }
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "the arrays are not those of a forest and its rows");
    else {
        Py_ssize_t count = rows.len / (columns * (Py_ssize_t)sizeof(float));
        sums = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(double));
        if (sums) {
            double *items = (double *)PyBytes_AS_STRING(sums);
            memset(items, 0, count * sizeof *items);
            add_trees(features.buf, thresholds.buf, values.buf, trees, depth, rows.buf, count, columns, items);
        }
    }
    PyBuffer_Release(&features);
    PyBuffer_Release(&thresholds);
    PyBuffer_Release(&values);
    PyBuffer_Release(&rows);
    return sums;
}
