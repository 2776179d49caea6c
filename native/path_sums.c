/* Twin of ``cleaner.boilerplate.path_scores`` and ``class_vectors``: what is said of an element by the words that it and
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

const char path_scores_doc[] = "path_scores(said, named, parents, decay) -> own, total, decayed, least, most";

PyObject *path_scores(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { SAID, NAMED, PARENTS, ARRAYS };
    Py_buffer given[ARRAYS];
    PyObject *result = NULL;
    double decay;
    if (!PyArg_ParseTuple(arguments, "y*y*y*d", &given[SAID], &given[NAMED], &given[PARENTS], &decay))
        return NULL;
    const double *said = given[SAID].buf;
    const int64_t *parents = given[PARENTS].buf, *named = given[NAMED].buf;
    Py_ssize_t count = given[PARENTS].len / (Py_ssize_t)sizeof *parents, namings = given[SAID].len / (Py_ssize_t)sizeof *said;
    int failed = given[PARENTS].len != given[NAMED].len || !are_below(&given[NAMED], 0, namings);
    for (Py_ssize_t row = 0; row < count; row++)
        failed |= parents[row] < 0 || (parents[row] >= row && parents[row]);
    if (failed)
        fail("an element before its parent, or with unknown words");
    else
        result = PyBytes_FromStringAndSize(NULL, count * 5 * (Py_ssize_t)sizeof(double));
    if (result) {
        double *own = (double *)PyBytes_AS_STRING(result);
        double *total = own + count, *decayed = total + count, *least = decayed + count, *most = least + count;
        memset(own, 0, count * 5 * sizeof(double));
        for (Py_ssize_t row = 0; row < count; row++) {
            int64_t parent = parents[row];
            double value = said[named[row]];
            if (!named[row])
                continue;
            own[row] = value;
            total[row] = total[parent] + value;
            decayed[row] = decay * decayed[parent] + value;
            least[row] = value < least[parent] ? value : least[parent];
            most[row] = value > most[parent] ? value : most[parent];
        }
    }
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
