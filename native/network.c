/* Twin of ``cleaner.boilerplate.network``: all blocks of a page through all layers. Sums are made in the twin's order,
   so that they come out the same to the bit. */

#include "native.h"
#include <math.h>

/* Channels side by side, which the compiler takes at once. */
typedef float Lanes __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t Bits __attribute__((vector_size(16)));
typedef double Wide __attribute__((vector_size(32), aligned(8), may_alias));

enum { LANES = 4, TOGETHER = 8 };

/* One page and what its layers work on: rows of *width* lanes, one for each block, or for each group. */
typedef struct {
    Py_ssize_t count, width, kinds;
    const int64_t *groups; /* of each block, for each kind of groups */
    float *shares;         /* the weight of each block in its group */
    Lanes *state, *level, *mixed, *given;
    Wide *sums;
} Layers;

/* Adds *count* values, each times its row of *weights*, to *some* lanes of *sums*. */
static inline __attribute__((always_inline)) void add_lanes(Lanes *sums, const float *values, Py_ssize_t count,
                                                            const Lanes *weights, Py_ssize_t width, int some)
{
    Lanes kept[TOGETHER];
#pragma GCC unroll 8
    for (int lane = 0; lane < some; lane++)
        kept[lane] = sums[lane];
    for (Py_ssize_t at = 0; at < count; at++, weights += width)
#pragma GCC unroll 8
        for (int lane = 0; lane < some; lane++)
            kept[lane] += weights[lane] * values[at];
#pragma GCC unroll 8
    for (int lane = 0; lane < some; lane++)
        sums[lane] = kept[lane];
}

static void add_product(Lanes *sums, const void *values, Py_ssize_t count, const Lanes *weights, Py_ssize_t width)
{
    Py_ssize_t lane = 0;
    for (; lane + TOGETHER <= width; lane += TOGETHER)
        add_lanes(sums + lane, values, count, weights + lane, width, TOGETHER);
    for (; lane < width; lane++)
        add_lanes(sums + lane, values, count, weights + lane, width, 1);
}

static float sum_of(Lanes sums)
{
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static Lanes rectified(Lanes values)
{
    return (Lanes)((values > 0) & (Bits)values);
}

/* Level: the state of each block brought to mean 0 and variance 1, times *gains*, plus what follows them. */
static void normalise(const Layers *layers, const Lanes *gains)
{
    Py_ssize_t width = layers->width;
    float channels = (float)(width * LANES);
    const Lanes *state = layers->state;
    Lanes *level = layers->level;
    for (Py_ssize_t row = 0; row < layers->count; row++, state += width, level += width) {
        Lanes sums = {0}, squares = {0};
        for (Py_ssize_t lane = 0; lane < width; lane++)
            sums += state[lane];
        float mean = sum_of(sums) / channels;
        for (Py_ssize_t lane = 0; lane < width; lane++) {
            level[lane] = state[lane] - mean;
            squares += level[lane] * level[lane];
        }
        float scale = sqrtf(sum_of(squares) / channels + 1e-5f);
        for (Py_ssize_t lane = 0; lane < width; lane++)
            level[lane] = level[lane] / scale * gains[lane] + gains[width + lane];
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
static void add_means(const Layers *layers, Py_ssize_t kind, const Lanes *mixer)
{
    Py_ssize_t width = layers->width, count = 0;
    const int64_t *groups = layers->groups + kind * layers->count;
    const float *shares = layers->shares + kind * layers->count;
    for (Py_ssize_t row = 0; row < layers->count; row++)
        count = groups[row] < count ? count : groups[row] + 1;
    memset(layers->sums, 0, count * width * sizeof *layers->sums);
    memset(layers->given, 0, count * width * sizeof *layers->given);
    for (Py_ssize_t row = 0; row < layers->count; row++) {
        Wide *sums = layers->sums + groups[row] * width;
        const Lanes *level = layers->level + row * width;
        for (Py_ssize_t lane = 0; lane < width; lane++)
            sums[lane] += __builtin_convertvector(level[lane] * shares[row], Wide);
    }
    Lanes *means = (Lanes *)layers->sums; /* each mean is written where its sum was read, or before */
    for (Py_ssize_t at = 0; at < count * width; at++)
        means[at] = __builtin_convertvector(layers->sums[at], Lanes);
    for (Py_ssize_t group = 0; group < count; group++)
        add_product(layers->given + group * width, means + group * width, width * LANES, mixer, width);
    for (Py_ssize_t row = 0; row < layers->count; row++)
        for (Py_ssize_t lane = 0; lane < width; lane++)
            layers->mixed[row * width + lane] += layers->given[groups[row] * width + lane];
}

/* One layer. *mixer* has a part for the block itself, one each for those *step* before and behind, and one for each kind
   of groups; its last row is the bias. */
static void run_layer(const Layers *layers, Py_ssize_t step, const Lanes *gains, const Lanes *mixer)
{
    Py_ssize_t count = layers->count, width = layers->width, channels = width * LANES, part = channels * width;
    normalise(layers, gains);
    for (Py_ssize_t row = 0; row < count; row++) {
        Lanes *mixed = layers->mixed + row * width, *level = layers->level + row * width;
        memcpy(mixed, mixer + (3 + layers->kinds) * part, width * sizeof *mixed);
        add_product(mixed, level, channels, mixer, width);
        if (row >= step)
            add_product(mixed, level - step * width, channels, mixer + part, width);
        if (row + step < count)
            add_product(mixed, level + step * width, channels, mixer + 2 * part, width);
    }
    for (Py_ssize_t kind = 0; kind < layers->kinds; kind++)
        add_means(layers, kind, mixer + (3 + kind) * part);
    for (Py_ssize_t at = 0; at < count * width; at++)
        layers->state[at] += rectified(layers->mixed[at]);
}

/* The first layer, *depth* more, and the last one; the arrays are as large as the counts say. */
static void run(Layers *layers, const float *values, Py_ssize_t columns, const Lanes *first, const Lanes *gains,
                const Lanes *mixers, Py_ssize_t depth, const float *last, double *margins)
{
    Py_ssize_t width = layers->width, mixer = ((3 + layers->kinds) * width * LANES + 1) * width;
    for (Py_ssize_t row = 0; row < layers->count; row++) {
        Lanes *state = layers->state + row * width;
        memcpy(state, first + columns * width, width * sizeof *state);
        add_product(state, values + row * columns, columns, first, width);
        for (Py_ssize_t lane = 0; lane < width; lane++)
            state[lane] = rectified(state[lane]);
    }
    for (Py_ssize_t layer = 0; layer < depth; layer++)
        run_layer(layers, (Py_ssize_t)1 << layer, gains + layer * 2 * width, mixers + layer * mixer);
    for (Py_ssize_t row = 0; row < layers->count; row++) {
        Lanes sums = {0};
        for (Py_ssize_t lane = 0; lane < width; lane++)
            sums += layers->state[row * width + lane] * ((const Lanes *)last)[lane];
        margins[row] = sum_of(sums) + last[width * LANES];
    }
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
        float *rows = PyMem_Malloc((4 * room + kinds * count) * sizeof(float));
        double *sums = PyMem_Malloc(room * sizeof(double));
        margins = rows && sums ? PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(double)) : PyErr_NoMemory();
        if (margins) {
            Layers layers = {
                .count = count, .width = channels / LANES, .kinds = kinds, .groups = groups, .sums = (Wide *)sums,
                .state = (Lanes *)rows, .level = (Lanes *)(rows + room), .mixed = (Lanes *)(rows + 2 * room),
                .given = (Lanes *)(rows + 3 * room), .shares = rows + 4 * room,
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
