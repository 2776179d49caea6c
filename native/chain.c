/* Twin of ``cleaner.boilerplate.chain``: forward and backward over the blocks of a page. */

#include "native.h"

enum { STATES = 3 };

/* What follows *state* by the chances of one step; *from* is on the left where time runs forward. */
static void forward(const double *state, const double *step, double *next)
{
    for (int to = 0; to < STATES; to++)
        next[to] = state[0] * step[to] + state[1] * step[STATES + to] + state[2] * step[2 * STATES + to];
}

static void backward(const double *state, const double *step, double *next)
{
    for (int from = 0; from < STATES; from++, step += STATES)
        next[from] = step[0] * state[0] + step[1] * state[1] + step[2] * state[2];
}

static void find_chances(const double *odds, const uint8_t *begins, const double *steps, double least, double *shares,
                         double *chances, Py_ssize_t count)
{
    double state[STATES] = {0.5, 0.5, 0.0}, next[STATES];
    for (Py_ssize_t at = 0; at < count; at++) {
        if (at) {
            forward(state, steps + (begins[at] ? STATES * STATES : 0), next);
            memcpy(state, next, sizeof state);
        }
        state[0] *= odds[at];
        state[2] *= odds[count + at];
        double total = state[0] + state[1] + state[2];
        for (int each = 0; each < STATES; each++)
            state[each] /= total;
        state[2] = state[2] > least ? state[2] : 0.0;
        memcpy(shares + at * STATES, state, sizeof state);
    }
    state[0] = state[1] = state[2] = 1.0;
    for (Py_ssize_t at = count - 1; at >= 0; at--) {
        const double *before = shares + at * STATES;
        state[2] = before[2] != 0 ? state[2] : 0.0;
        double total = before[0] * state[0] + before[1] * state[1] + before[2] * state[2];
        chances[at] = 1.0 - before[0] * state[0] / total;
        state[0] = state[0] * odds[at] / total;
        state[1] = state[1] / total;
        state[2] = state[2] * odds[count + at] / total;
        backward(state, steps + (begins[at] ? STATES * STATES : 0), next);
        memcpy(state, next, sizeof state);
    }
}

const char chain_doc[] = "chain(odds, begins, steps, least) -> bytes";

PyObject *chain(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *result = NULL;
    Py_buffer odds, begins, steps;
    double least;
    if (!PyArg_ParseTuple(arguments, "y*y*y*d", &odds, &begins, &steps, &least))
        return NULL;
    Py_ssize_t count = begins.len;
    double *shares = NULL;
    if (odds.len != 2 * count * (Py_ssize_t)sizeof(double) || steps.len != 2 * STATES * STATES * (Py_ssize_t)sizeof(double))
        PyErr_SetString(PyExc_ValueError, "not the odds of each block, or not the chances of each step");
    else if (!(shares = PyMem_Malloc((count + 1) * STATES * sizeof *shares)))
        PyErr_NoMemory();
    else
        result = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(double));
    if (result)
        find_chances(odds.buf, begins.buf, steps.buf, least, shares, (double *)PyBytes_AS_STRING(result), count);
    PyMem_Free(shares);
    PyBuffer_Release(&odds);
    PyBuffer_Release(&begins);
    PyBuffer_Release(&steps);
    return result;
}
