/* Twin of ``cleaner.boilerplate.network``: all blocks of a page through all layers. Sums are made in the twin's order,
   so that they come out the same to the bit; loops over channels are plain for the compiler to take several at once. */

#include "native.h"
#include <math.h>

enum { LANES = 4, TOGETHER = 32 };

/* One page and what its layers work on: rows of *channels*, a multiple of LANES, one for each block or group. */
typedef struct {
    Py_ssize_t count, channels, kinds;
    const int64_t *groups; /* of each block, for each kind of groups */
    float *shares;         /* the weight of each block in its group */
    float *state, *level, *mixed, *means, *given;
    double *sums;
} Layers;

/* Adds the sum of *count* values, each times its row of *weights*, to *some* of the *sums*, TOGETHER at most. */
static inline __attribute__((always_inline)) void add_some(float *restrict sums, const float *restrict values,
                                                           Py_ssize_t count, const float *restrict weights,
                                                           Py_ssize_t channels, int some)
{
    float kept[TOGETHER] = {0};
    for (Py_ssize_t value = 0; value < count; value++, weights += channels)
        for (int at = 0; at < some; at++)
            kept[at] += weights[at] * values[value];
    for (int at = 0; at < some; at++)
        sums[at] += kept[at];
}

CLONED static void add_product(float *sums, const float *values, Py_ssize_t count, const float *weights,
                               Py_ssize_t channels)
{
    Py_ssize_t at = 0;
    for (; at + TOGETHER <= channels; at += TOGETHER)
        add_some(sums + at, values, count, weights + at, channels, TOGETHER);
    for (; at < channels; at += LANES)
        add_some(sums + at, values, count, weights + at, channels, LANES);
}

/* The sum of the *values*, each times its weight: every fourth, then those four. */
static inline float dot(const float *values, const float *weights, Py_ssize_t channels)
{
    float sums[LANES] = {0};
    for (Py_ssize_t at = 0; at < channels; at += LANES)
        for (int lane = 0; lane < LANES; lane++)
            sums[lane] += values[at + lane] * weights[at + lane];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static inline float total(const float *values, Py_ssize_t channels)
{
    float sums[LANES] = {0};
    for (Py_ssize_t at = 0; at < channels; at += LANES)
        for (int lane = 0; lane < LANES; lane++)
            sums[lane] += values[at + lane];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static inline float rectified(float value)
{
    return value > 0 ? value : 0;
}

/* Level: the state of each block brought to mean 0 and variance 1, times *gains*, plus what follows them. */
static void normalise(const Layers *layers, const float *gains)
{
    Py_ssize_t channels = layers->channels;
    const float *restrict state = layers->state;
    float *restrict level = layers->level;
    for (Py_ssize_t row = 0; row < layers->count; row++, state += channels, level += channels) {
        float mean = total(state, channels) / (float)channels;
        for (Py_ssize_t at = 0; at < channels; at++)
            level[at] = state[at] - mean;
        float scale = sqrtf(dot(level, level, channels) / (float)channels + 1e-5f);
        for (Py_ssize_t at = 0; at < channels; at++)
            level[at] = level[at] / scale * gains[at] + gains[channels + at];
    }
}

/* What each block weighs in each of its groups. */
static void weigh(const Layers *layers, const float *weights, double *totals)
{
    for (Py_ssize_t kind = 0; kind < layers->kinds; kind++) {
        const int64_t *groups = layers->groups + kind * layers->count;
        memset(totals, 0, layers->count * sizeof *totals);
        for (Py_ssize_t row = 0; row < layers->count; row++)
            totals[groups[row]] += weights[row];
        for (Py_ssize_t row = 0; row < layers->count; row++)
            layers->shares[kind * layers->count + row] = (float)(weights[row] / totals[groups[row]]);
    }
}

/* Adds to *mixed* what the means over the groups of one *kind* give through their part of the mixer. */
static void add_means(const Layers *layers, Py_ssize_t kind, const float *mixer)
{
    Py_ssize_t channels = layers->channels, count = 0;
    const int64_t *groups = layers->groups + kind * layers->count;
    const float *shares = layers->shares + kind * layers->count;
    for (Py_ssize_t row = 0; row < layers->count; row++)
        count = groups[row] < count ? count : groups[row] + 1;
    memset(layers->sums, 0, count * channels * sizeof *layers->sums);
    memset(layers->given, 0, count * channels * sizeof *layers->given);
    for (Py_ssize_t row = 0; row < layers->count; row++) {
        double *restrict sums = layers->sums + groups[row] * channels;
        const float *restrict level = layers->level + row * channels;
        for (Py_ssize_t at = 0; at < channels; at++)
            sums[at] += level[at] * shares[row];
    }
    for (Py_ssize_t at = 0; at < count * channels; at++)
        layers->means[at] = (float)layers->sums[at];
    for (Py_ssize_t group = 0; group < count; group++)
        add_product(layers->given + group * channels, layers->means + group * channels, channels, mixer, channels);
    for (Py_ssize_t row = 0; row < layers->count; row++) {
        float *restrict mixed = layers->mixed + row * channels;
        const float *restrict given = layers->given + groups[row] * channels;
        for (Py_ssize_t at = 0; at < channels; at++)
            mixed[at] += given[at];
    }
}

/* One layer. *mixer* has a part for the block itself, one each for those *step* before and behind, and one for each kind
   of groups; its last row is the bias. */
static void run_layer(const Layers *layers, Py_ssize_t step, const float *gains, const float *mixer)
{
    Py_ssize_t count = layers->count, channels = layers->channels, part = channels * channels;
    normalise(layers, gains);
    for (Py_ssize_t row = 0; row < count; row++) {
        float *mixed = layers->mixed + row * channels, *level = layers->level + row * channels;
        memcpy(mixed, mixer + (3 + layers->kinds) * part, channels * sizeof *mixed);
        add_product(mixed, level, channels, mixer, channels);
        if (row >= step)
            add_product(mixed, level - step * channels, channels, mixer + part, channels);
        if (row + step < count)
            add_product(mixed, level + step * channels, channels, mixer + 2 * part, channels);
    }
    for (Py_ssize_t kind = 0; kind < layers->kinds; kind++)
        add_means(layers, kind, mixer + (3 + kind) * part);
    for (Py_ssize_t at = 0; at < count * channels; at++)
        layers->state[at] += rectified(layers->mixed[at]);
}

/* The first layer, *depth* more, and the last one; the arrays are as large as the counts say. */
static void run(Layers *layers, const float *values, Py_ssize_t columns, const float *first, const float *gains,
                const float *mixers, Py_ssize_t depth, const float *last, double *margins)
{
    Py_ssize_t channels = layers->channels, mixer = ((3 + layers->kinds) * channels + 1) * channels;
    for (Py_ssize_t row = 0; row < layers->count; row++) {
        float *state = layers->state + row * channels;
        memcpy(state, first + columns * channels, channels * sizeof *state);
        add_product(state, values + row * columns, columns, first, channels);
        for (Py_ssize_t at = 0; at < channels; at++)
            state[at] = rectified(state[at]);
    }
    for (Py_ssize_t layer = 0; layer < depth; layer++)
        run_layer(layers, (Py_ssize_t)1 << layer, gains + layer * 2 * channels, mixers + layer * mixer);
    for (Py_ssize_t row = 0; row < layers->count; row++)
        margins[row] = dot(layers->state + row * channels, last, channels) + last[channels];
}

const char network_doc[] = "network(values, weights, groups, first, gains, mixers, last) -> bytes";

PyObject *network(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { VALUES, WEIGHTS, GROUPS, FIRST, GAINS, MIXERS, LAST, ARRAYS };
    Py_buffer given[ARRAYS];
    Py_ssize_t sizes[ARRAYS];
    PyObject *margins = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*y*y*", &given[VALUES], &given[WEIGHTS], &given[GROUPS], &given[FIRST],
                          &given[GAINS], &given[MIXERS], &given[LAST]))
        return NULL;
    for (int array = 0; array < ARRAYS; array++)
        sizes[array] = given[array].len / (Py_ssize_t)(array == GROUPS ? sizeof(int64_t) : sizeof(float));
    Py_ssize_t count = sizes[WEIGHTS], channels = sizes[LAST] - 1, columns = 0, kinds = 0, depth = 0;
    int fits = count > 0 && count < 1 << 24 && channels > 0 && channels < 1 << 12 && channels % LANES == 0;
    if (fits) {
        columns = sizes[VALUES] / count, kinds = sizes[GROUPS] / count, depth = sizes[GAINS] / channels / 2;
        fits = columns < 1 << 16 && kinds < 1 << 8 && depth < 24 && sizes[VALUES] == columns * count &&
               sizes[GROUPS] == kinds * count && sizes[FIRST] == (columns + 1) * channels &&
               sizes[GAINS] == depth * 2 * channels &&
               sizes[MIXERS] == depth * ((3 + kinds) * channels + 1) * channels;
    }
    const int64_t *groups = given[GROUPS].buf;
    for (Py_ssize_t at = 0; fits && at < sizes[GROUPS]; at++)
        fits = groups[at] >= 0 && groups[at] < count;
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "the arrays are not those of a network and a page");
    else {
        Py_ssize_t room = count * channels;
        float *rows = PyMem_Malloc((5 * room + kinds * count) * sizeof(float));
        double *sums = PyMem_Malloc(room * sizeof(double));
        margins = rows && sums ? PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(double)) : PyErr_NoMemory();
        if (margins) {
            Layers layers = {
                .count = count, .channels = channels, .kinds = kinds, .groups = groups, .sums = sums,
                .state = rows, .level = rows + room, .mixed = rows + 2 * room, .means = rows + 3 * room,
                .given = rows + 4 * room, .shares = rows + 5 * room,
            };
            weigh(&layers, given[WEIGHTS].buf, sums);
            run(&layers, given[VALUES].buf, columns, given[FIRST].buf, given[GAINS].buf, given[MIXERS].buf, depth,
                given[LAST].buf, (double *)PyBytes_AS_STRING(margins));
        }
        PyMem_Free(rows);
        PyMem_Free(sums);
    }
    for (int array = 0; array < ARRAYS; array++)
        PyBuffer_Release(&given[array]);
    return margins;
}
