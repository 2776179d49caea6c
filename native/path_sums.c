/* Twin of ``cleaner.boilerplate.class_columns`` and ``class_vectors``: what is said of an element by the words that it and
   those around it are named with. */

#include "native.h"

enum { MAX_FIGURES = 64 };

static int are_below(const Py_buffer *numbers, int64_t least, Py_ssize_t limit)
{
    const int64_t *items = numbers->buf;
    for (Py_ssize_t at = 0; at < numbers->len / (Py_ssize_t)sizeof *items; at++)
        if (items[at] < least || items[at] >= limit)
            return 0;
    return 1;
}

/* What the words of each element say along its path: their own, the sum, the decayed sum, the least and the most. */
enum { OWN, TOTAL, DECAYED, LEAST, MOST, SCORES };

static void score_paths(const double *said, const int64_t *named, const int64_t *parents, Py_ssize_t count, double decay,
                        double (*scores)[SCORES])
{
    memset(scores, 0, count * sizeof *scores);
    for (Py_ssize_t row = 0; row < count; row++) {
        const double *parent = scores[parents[row]], value = said[named[row]];
        double *score = scores[row];
        if (!named[row])
            continue;
        score[OWN] = value;
        score[TOTAL] = parent[TOTAL] + value;
        score[DECAYED] = decay * parent[DECAYED] + value;
        score[LEAST] = value < parent[LEAST] ? value : parent[LEAST];
        score[MOST] = value > parent[MOST] ? value : parent[MOST];
    }
}

/* What each naming says: the strongest of its words on either side, added up. */
static void add_up(const double *odds, const int64_t *places, const int64_t *begins, Py_ssize_t namings, double *said)
{
    for (Py_ssize_t naming = 0; naming < namings; naming++) {
        double least = 0, most = 0;
        for (int64_t at = begins[naming]; at < begins[naming + 1]; at++) {
            double own = odds[places[at]];
            least = own < least ? own : least;
            most = own > most ? own : most;
        }
        said[naming] = least + most;
    }
}

/* Fills the columns of the *blocks*; *sums* has room for two figures a kind and one a block, *kinds* is each element's. */
static void fill_columns(double (*scores)[SCORES], const int64_t *rows, Py_ssize_t blocks, const int64_t *kinds,
                         Py_ssize_t near, double *sums, Py_ssize_t kind_count, double *columns)
{
    enum { PARENT = SCORES, SHIFTED, KIND = SHIFTED + 4, WITHIN };
    static const int shifts[] = {-2, -1, 1, 2};
    double *close = columns + DECAYED * blocks, *counts = sums + kind_count, *running = counts + kind_count;
    memset(sums, 0, 2 * kind_count * sizeof *sums);
    running[0] = 0;
    for (Py_ssize_t at = 0; at < blocks; at++) {
        const double *score = scores[rows[at]];
        for (int which = 0; which < SCORES; which++)
            columns[which * blocks + at] = score[which];
        columns[PARENT * blocks + at] = scores[rows[blocks + at]][OWN];
        sums[kinds[rows[at]]] += score[DECAYED];
        counts[kinds[rows[at]]]++;
        running[at + 1] = running[at] + score[DECAYED];
    }
    for (Py_ssize_t at = 0; at < blocks; at++) {
        for (int shift = 0; shift < 4; shift++) {
            Py_ssize_t other = at + shifts[shift];
            columns[(SHIFTED + shift) * blocks + at] = other >= 0 && other < blocks ? close[other] : -1;
        }
        columns[KIND * blocks + at] = sums[kinds[rows[at]]] / counts[kinds[rows[at]]];
        Py_ssize_t begin = at > near ? at - near : 0, end = at + near + 1 < blocks ? at + near + 1 : blocks;
        columns[WITHIN * blocks + at] = (running[end] - running[begin]) / (double)(2 * near + 1);
    }
}

const char class_columns_doc[] =
    "class_columns(odds, places, begins, named, parents, kinds, rows, decay, near) -> bytearray";

PyObject *class_columns(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { ODDS, PLACES, BEGINS, NAMED, PARENTS, KINDS, ROWS, ARRAYS, COLUMNS = 12 };
    Py_buffer given[ARRAYS];
    Py_ssize_t counts[ARRAYS], near;
    PyObject *result = NULL;
    double decay;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*y*y*dn", &given[ODDS], &given[PLACES], &given[BEGINS], &given[NAMED],
                          &given[PARENTS], &given[KINDS], &given[ROWS], &decay, &near))
        return NULL;
    for (int array = 0; array < ARRAYS; array++)
        counts[array] = given[array].len / (Py_ssize_t)sizeof(int64_t);
    const int64_t *parents = given[PARENTS].buf, *kinds = given[KINDS].buf, *begins = given[BEGINS].buf;
    Py_ssize_t count = counts[PARENTS], namings = counts[BEGINS] - 1, blocks = counts[ROWS] / 2, most = 0;
    int fits = near >= 0 && near < 1 << 20 && namings >= 0 && counts[NAMED] == count && counts[KINDS] == count &&
               counts[ROWS] % 2 == 0 && are_below(&given[PLACES], 0, counts[ODDS]) &&
               are_below(&given[BEGINS], 0, counts[PLACES] + 1) && are_below(&given[NAMED], 0, namings) &&
               are_below(&given[ROWS], 0, count) && are_below(&given[KINDS], 0, count + 1);
    for (Py_ssize_t row = 0; row < count; row++) {
        fits &= parents[row] >= 0 && (parents[row] < row || !parents[row]);
        most = kinds[row] > most ? kinds[row] : most;
    }
    if (!fits) {
        fail("the arrays are not those of a page and its words");
        goto done;
    }
    double(*scores)[SCORES] = PyMem_Malloc((count + 1) * sizeof *scores);
    double *room = PyMem_Malloc((namings + 2 * (most + 1) + blocks + 1) * sizeof *room);
    if (!scores || !room)
        PyErr_NoMemory();
    else
        result = PyByteArray_FromStringAndSize(NULL, COLUMNS * blocks * (Py_ssize_t)sizeof(double));
    if (result) {
        add_up(given[ODDS].buf, given[PLACES].buf, begins, namings, room);
        score_paths(room, given[NAMED].buf, parents, count, decay, scores);
        fill_columns(scores, given[ROWS].buf, blocks, kinds, near, room + namings, most + 1,
                     (double *)(void *)PyByteArray_AS_STRING(result));
    }
    PyMem_Free(scores);
    PyMem_Free(room);
done:
    for (int array = 0; array < ARRAYS; array++)
        PyBuffer_Release(&given[array]);
    return result;
}

/* For each naming the sum of the vectors of its words; a row of -1 is no vector. */
static void add_vectors(const int64_t *rows, const int64_t *places, const int64_t *begins, Py_ssize_t namings,
                        const float *vectors, Py_ssize_t figures, float *sums)
{
    for (Py_ssize_t naming = 0; naming < namings; naming++, sums += figures) {
        double exact[MAX_FIGURES] = {0};
        for (int64_t at = begins[naming]; at < begins[naming + 1]; at++)
            for (Py_ssize_t figure = 0; rows[places[at]] >= 0 && figure < figures; figure++)
                exact[figure] += vectors[rows[places[at]] * figures + figure];
        for (Py_ssize_t figure = 0; figure < figures; figure++)
            sums[figure] = (float)exact[figure];
    }
}

const char path_vectors_doc[] =
    "path_vectors(rows, places, begins, named, above, vectors, weights, figures) -> columns";

PyObject *path_vectors(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { ROWS, PLACES, BEGINS, NAMED, ABOVE, VECTORS, WEIGHTS, ARRAYS };
    Py_buffer given[ARRAYS];
    Py_ssize_t figures, counts[ARRAYS];
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*y*y*n", &given[ROWS], &given[PLACES], &given[BEGINS], &given[NAMED],
                          &given[ABOVE], &given[VECTORS], &given[WEIGHTS], &figures))
        return NULL;
    for (int array = 0; array < ARRAYS; array++)
        counts[array] = given[array].len / (Py_ssize_t)(array < VECTORS ? sizeof(int64_t) : sizeof(float));
    const int64_t *begins = given[BEGINS].buf, *named = given[NAMED].buf, *above = given[ABOVE].buf;
    const float *weights = given[WEIGHTS].buf;
    Py_ssize_t steps = counts[WEIGHTS], blocks = steps ? counts[ABOVE] / steps : 0, namings = counts[BEGINS] - 1;
    float *sums = NULL;
    int fits = figures >= 0 && figures <= MAX_FIGURES && blocks * steps == counts[ABOVE] && namings >= 0 &&
               are_below(&given[ROWS], -1, figures ? counts[VECTORS] / figures : 0) &&
               are_below(&given[PLACES], 0, counts[ROWS]) && are_below(&given[BEGINS], 0, counts[PLACES] + 1) &&
               are_below(&given[NAMED], 0, namings) && are_below(&given[ABOVE], 0, counts[NAMED]);
    if (!fits)
        fail("the arrays are not those of a page and its words");
    else if (!(sums = PyMem_Malloc((namings * figures + 1) * sizeof *sums)))
        PyErr_NoMemory();
    else
        result = PyBytes_FromStringAndSize(NULL, figures * blocks * (Py_ssize_t)sizeof(float));
    if (result) {
        float *columns = (float *)PyBytes_AS_STRING(result);
        add_vectors(given[ROWS].buf, given[PLACES].buf, begins, namings, given[VECTORS].buf, figures, sums);
        for (Py_ssize_t block = 0; block < blocks; block++) {
            float along[MAX_FIGURES] = {0};
            for (Py_ssize_t step = 0; step < steps; step++)
                for (Py_ssize_t figure = 0; figure < figures; figure++)
                    along[figure] += weights[step] * sums[named[above[step * blocks + block]] * figures + figure];
            for (Py_ssize_t figure = 0; figure < figures; figure++)
                columns[figure * blocks + block] = along[figure];
        }
    }
    PyMem_Free(sums);
    for (int array = 0; array < ARRAYS; array++)
        PyBuffer_Release(&given[array]);
    return result;
}
