/* Twin of ``cleaner.boilerplate.trees``: all rows through all trees. A cell counts by its rank among the thresholds of
   its column, so that one instruction asks many rows; each node asks all rows, and knows which of them came to it. */

#include "native.h"

enum { TOGETHER = 32, MAX_SLOTS = 255 };

/* An inner node: rows whose *feature* has a rank above *rank* go to the slot *right*. */
typedef struct {
    uint8_t feature, rank, left, right;
} Node;

typedef struct {
    const float *steps, *values; /* thresholds by column, rising; leaves by tree */
    const int32_t *stops, *counts; /* where the steps of each column end; inner nodes of each tree */
    const Node *nodes;
    Py_ssize_t columns, trees;
} Forest;

/* TOGETHER rows side by side. */
typedef uint8_t Bytes __attribute__((vector_size(TOGETHER)));

/* How many thresholds of its column each cell of *some* of *count* rows is above; the columns stand one by one. */
CLONED static void rank_cells(const Forest *forest, const float *columns, Py_ssize_t count, Py_ssize_t some,
                              Bytes *ranks)
{
    for (Py_ssize_t column = 0, step = 0; column < forest->columns; column++, columns += count) {
        float cells[TOGETHER] = {0};
        int32_t above[TOGETHER] = {0};
        if (some == TOGETHER) /* a copy of known size is no call */
            memcpy(cells, columns, sizeof cells);
        else
            memcpy(cells, columns, some * sizeof *cells);
        for (; step < forest->stops[column]; step++)
            for (int row = 0; row < TOGETHER; row++)
                above[row] += cells[row] > forest->steps[step];
        for (int row = 0; row < TOGETHER; row++)
            ranks[column][row] = (uint8_t)above[row];
    }
}

/* Adds what the trees say of TOGETHER rows. The slots of a tree are its inner nodes and then its leaves. */
CLONED static void add_trees(const Forest *forest, const Bytes *ranks, double *sums)
{
    Bytes here[MAX_SLOTS]; /* 255 for each row that comes to a slot */
    const Node *node = forest->nodes;
    const float *values = forest->values;
    here[0] = (Bytes){0} - 1;
    for (Py_ssize_t tree = 0; tree < forest->trees; tree++) {
        int count = forest->counts[tree];
        for (int slot = 0; slot < count; slot++, node++) {
            Bytes goes_right = here[slot] & (Bytes)(ranks[node->feature] > node->rank);
            here[node->right] = goes_right;
            here[node->left] = here[slot] ^ goes_right;
        }
        Bytes leaves = {0}, number = {0};
        for (int leaf = count + 1; leaf <= 2 * count; leaf++)
            leaves |= here[leaf] & (number += 1);
        for (int row = 0; row < TOGETHER; row++)
            sums[row] += values[leaves[row]];
        values += count + 1;
    }
}

/* Whether the arrays are as large as they say, and no node asks or leads beyond them. */
static int fits(const Forest *forest, Py_ssize_t steps, Py_ssize_t nodes, Py_ssize_t values)
{
    int32_t before = 0;
    for (Py_ssize_t column = 0; column < forest->columns; before = forest->stops[column++])
        if (forest->stops[column] < before || forest->stops[column] - before > 255 || forest->stops[column] > steps)
            return 0;
    const Node *node = forest->nodes;
    for (Py_ssize_t tree = 0; tree < forest->trees; tree++) {
        int32_t count = forest->counts[tree];
        if (count < 0 || count > MAX_SLOTS / 2 || (nodes -= count) < 0 || (values -= count + 1) < 0)
            return 0;
        for (int slot = 0; slot < count; slot++, node++)
            if (node->feature >= forest->columns || node->left <= slot || node->left > 2 * count ||
                node->right <= slot || node->right > 2 * count)
                return 0;
    }
    return 1;
}

const char margins_doc[] = "margins(steps, stops, nodes, counts, values, cells, rows) -> bytes";

PyObject *margins(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { STEPS, STOPS, NODES, COUNTS, VALUES, CELLS, ARRAYS };
    Py_buffer given[ARRAYS];
    Py_ssize_t count, cell = (Py_ssize_t)sizeof(float);
    PyObject *sums = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*y*n", &given[STEPS], &given[STOPS], &given[NODES], &given[COUNTS],
                          &given[VALUES], &given[CELLS], &count))
        return NULL;
    Forest forest = {
        .steps = given[STEPS].buf, .values = given[VALUES].buf, .stops = given[STOPS].buf,
        .counts = given[COUNTS].buf, .nodes = given[NODES].buf,
        .columns = given[STOPS].len / cell, .trees = given[COUNTS].len / cell,
    };
    if (forest.columns > 256 || count < 0 || count > 1 << 24 || given[CELLS].len < forest.columns * count * cell ||
        !fits(&forest, given[STEPS].len / cell, given[NODES].len / (Py_ssize_t)sizeof(Node), given[VALUES].len / cell))
        PyErr_SetString(PyExc_ValueError, "the arrays are not those of a forest and its rows");
    else {
        Bytes ranks[256];
        sums = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(double));
        for (Py_ssize_t begin = 0; sums && begin < count; begin += TOGETHER) {
            Py_ssize_t some = count - begin < TOGETHER ? count - begin : TOGETHER;
            double some_sums[TOGETHER] = {0};
            rank_cells(&forest, (const float *)given[CELLS].buf + begin, count, some, ranks);
            add_trees(&forest, ranks, some_sums);
            memcpy((double *)PyBytes_AS_STRING(sums) + begin, some_sums, some * sizeof *some_sums);
        }
    }
    for (int array = 0; array < ARRAYS; array++)
        PyBuffer_Release(&given[array]);
    return sums;
}
