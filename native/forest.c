/* Twin of ``cleaner.boilerplate.trees``: all rows down all trees. */

#include "native.h"

enum { TOGETHER = 16, CACHED = 64 };

/* Adds the values of one tree for TOGETHER rows: walks that do not wait for each other's memory. */
static inline void add_tree(const int32_t *features, const float *thresholds, const float *values, int depth,
                            const float *const *rows, double *sums)
{
    int32_t nodes[TOGETHER] = {0};
    for (int level = 0; level < depth; level++)
#pragma GCC unroll 16
        for (int row = 0; row < TOGETHER; row++)
            nodes[row] = 2 * nodes[row] + 1 + (rows[row][features[nodes[row]]] > thresholds[nodes[row]]);
#pragma GCC unroll 16
    for (int row = 0; row < TOGETHER; row++)
        sums[row] += values[nodes[row] - ((1 << depth) - 1)];
}

/* The arrays are as large as their counts say, and no feature is beyond a row. */
static void add_trees(const int32_t *features, const float *thresholds, const float *values, Py_ssize_t trees,
                      int depth, const float *rows, Py_ssize_t count, Py_ssize_t columns, double *sums)
{
    Py_ssize_t leaves = (Py_ssize_t)1 << depth, inner = leaves - 1;
    for (Py_ssize_t begin = 0; begin < count; begin += CACHED) {
        Py_ssize_t some = count - begin < CACHED ? count - begin : CACHED;
        const float *some_rows[CACHED];
        double some_sums[CACHED] = {0};
        for (Py_ssize_t row = 0; row < CACHED; row++) /* the last row stands in for those that are not there */
            some_rows[row] = rows + (begin + (row < some ? row : some - 1)) * columns;
        for (Py_ssize_t tree = 0; tree < trees; tree++)
            for (Py_ssize_t row = 0; row < some; row += TOGETHER)
                add_tree(features + tree * inner, thresholds + tree * inner, values + tree * leaves, depth,
                         some_rows + row, some_sums + row);
        memcpy(sums + begin, some_sums, some * sizeof *sums);
    }
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
        if (sums)
            add_trees(features.buf, thresholds.buf, values.buf, trees, depth, rows.buf, count, columns,
                      (double *)PyBytes_AS_STRING(sums));
    }
    PyBuffer_Release(&features);
    PyBuffer_Release(&thresholds);
    PyBuffer_Release(&values);
    PyBuffer_Release(&rows);
    return sums;
}
