/* Twin of ``cleaner.boilerplate.network``: all blocks of a page through all layers. Sums are made in the twin's order,
   so that they come out the same to the bit; loops over channels are plain for the compiler to take several at once. */

#include "native.h"
#include <math.h>

enum { LANES = 4, TOGETHER = 32, AT_ONCE = 3, GROUPS_AT_ONCE = 4 * AT_ONCE, MAX_GROUP = 1 << 28 };
static const float REACH = 4;

/* One page and what its layers work on: rows of *channels*, a multiple of LANES, one for each block. */
typedef struct {
    Py_ssize_t count, channels, kinds;
    const int32_t *groups, *members, *begins; /* for each kind of groups: that of each block; the blocks by group, and
                                                 where those of each group begin among them, and the end of all */
    float *shares;         /* the weight of each block in its group */
    float *state, *level, *mixed;
    float *means, *given; /* of GROUPS_AT_ONCE */
    double *sums;
} Layers;

/* Adds the sum of *count* values, each times its row of *weights*, to *some* of the *sums*, TOGETHER at most, of one
   block or of *rows* next to each other. */
static inline __attribute__((always_inline)) void add_some(float *restrict sums, const float *restrict values,
                                                           Py_ssize_t count, const float *restrict weights,
                                                           Py_ssize_t channels, int rows, int some)
{
    float kept[AT_ONCE][TOGETHER] = {0};
    for (Py_ssize_t value = 0; value < count; value++, weights += channels)
        for (int row = 0; row < rows; row++)
            for (int at = 0; at < some; at++)
                kept[row][at] += weights[at] * values[row * count + value];
    for (int row = 0; row < rows; row++)
        for (int at = 0; at < some; at++)
            sums[row * channels + at] += kept[row][at];
}

/* The same for all *sums* of *rows*. */
CLONED static void add_product(float *sums, const float *values, Py_ssize_t rows, Py_ssize_t count,
                               const float *weights, Py_ssize_t channels)
{
    for (; rows > 0; rows -= AT_ONCE, sums += AT_ONCE * channels, values += AT_ONCE * count) {
        Py_ssize_t at = 0;
        for (; at + TOGETHER <= channels && rows >= AT_ONCE; at += TOGETHER)
            add_some(sums + at, values, count, weights + at, channels, AT_ONCE, TOGETHER);
        for (; at < channels; at += LANES)
            for (Py_ssize_t row = 0; row < AT_ONCE && row < rows; row++)
                add_some(sums + row * channels + at, values + row * count, count, weights + at, channels, 1, LANES);
    }
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
CLONED static void normalise(const Layers *layers, const float *gains)
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
        const int32_t *groups = layers->groups + kind * layers->count;
        memset(totals, 0, layers->count * sizeof *totals);
        for (Py_ssize_t row = 0; row < layers->count; row++)
            totals[groups[row]] += weights[row];
        for (Py_ssize_t row = 0; row < layers->count; row++)
            layers->shares[kind * layers->count + row] = (float)(weights[row] / totals[groups[row]]);
    }
}

/* Adds to *mixed* what the means over the groups of one *kind* give through their part of the mixer: some groups at a
   time, so that what is worked on stays near. */
CLONED static void add_means(const Layers *layers, Py_ssize_t kind, const float *mixer)
{
    Py_ssize_t channels = layers->channels;
    const int32_t *members = layers->members + kind * layers->count;
    const int32_t *begins = layers->begins + kind * (layers->count + 1);
    const float *shares = layers->shares + kind * layers->count;
    double *restrict sums = layers->sums;
    for (Py_ssize_t group = 0, some; begins[group] < layers->count; group += some) {
        for (some = 0; some < GROUPS_AT_ONCE && begins[group + some] < layers->count; some++) {
            float *restrict means = layers->means + some * channels;
            for (Py_ssize_t at = 0; at < channels; at++)
                sums[at] = 0;
            for (int32_t place = begins[group + some]; place < begins[group + some + 1]; place++) {
                const float *restrict level = layers->level + members[place] * channels;
                float share = shares[members[place]];
                for (Py_ssize_t at = 0; at < channels; at++)
                    sums[at] += level[at] * share;
            }
            for (Py_ssize_t at = 0; at < channels; at++)
                means[at] = (float)sums[at];
        }
        memset(layers->given, 0, some * channels * sizeof *layers->given);
        add_product(layers->given, layers->means, some, channels, mixer, channels);
        for (Py_ssize_t one = 0; one < some; one++) {
            const float *restrict given = layers->given + one * channels;
            for (int32_t place = begins[group + one]; place < begins[group + one + 1]; place++) {
                float *restrict mixed = layers->mixed + members[place] * channels;
                for (Py_ssize_t at = 0; at < channels; at++)
                    mixed[at] += given[at];
            }
        }
    }
}

/* One layer. *mixer* has a part for the block itself, one each for those *step* before and behind, and one for each kind
   of groups; its last row is the bias. */
static void run_layer(const Layers *layers, Py_ssize_t step, const float *gains, const float *mixer)
{
    Py_ssize_t count = layers->count, channels = layers->channels, part = channels * channels;
    normalise(layers, gains);
    for (Py_ssize_t row = 0; row < count; row++)
        memcpy(layers->mixed + row * channels, mixer + (3 + layers->kinds) * part, channels * sizeof *layers->mixed);
    add_product(layers->mixed, layers->level, count, channels, mixer, channels);
    if (count > step) {
        add_product(layers->mixed + step * channels, layers->level, count - step, channels, mixer + part, channels);
        add_product(layers->mixed, layers->level + step * channels, count - step, channels, mixer + 2 * part, channels);
    }
    for (Py_ssize_t kind = 0; kind < layers->kinds; kind++)
        add_means(layers, kind, mixer + (3 + kind) * part);
    for (Py_ssize_t at = 0; at < count * channels; at++)
        layers->state[at] += rectified(layers->mixed[at]);
}

/* Row by row what stands column by column in *cells*: how far from its centre each is, REACH at most. */
CLONED static void standardise(const float *cells, Py_ssize_t count, Py_ssize_t columns, const float *centres,
                               const float *scales, float *values)
{
    enum { LINE = 16 }; /* rows whose cells of one column the cache holds together */
    for (Py_ssize_t first = 0; first < count; first += LINE) {
        Py_ssize_t end = first + LINE < count ? first + LINE : count;
        for (Py_ssize_t column = 0; column < columns; column++)
            for (Py_ssize_t row = first; row < end; row++) {
                float value = (cells[column * count + row] - centres[column]) / scales[column];
                values[row * columns + column] = value < -REACH ? -REACH : value > REACH ? REACH : value;
            }
    }
}

/* Sorts the blocks of a page by *groups*, numbers from 0 upwards, those of each group in their order. */
static void sort_by_group(const int32_t *groups, Py_ssize_t count, int32_t *members, int32_t *begins)
{
    memset(begins, 0, (count + 1) * sizeof *begins);
    for (Py_ssize_t row = 0; row < count; row++)
        begins[groups[row] + 1]++;
    for (Py_ssize_t group = 0; group < count; group++)
        begins[group + 1] += begins[group];
    for (Py_ssize_t row = 0; row < count; row++)
        members[begins[groups[row]]++] = (int32_t)row;
    for (Py_ssize_t group = count; group > 0; group--)
        begins[group] = begins[group - 1];
    begins[0] = 0;
}

/* Counts the *groups* of each kind from 0 upwards, and says which blocks each has; -1 with an exception set. */
static int number_groups(const int64_t *groups, Py_ssize_t kinds, Py_ssize_t count, int32_t *numbers, int32_t *members,
                         int32_t *begins)
{
    for (Py_ssize_t kind = 0; kind < kinds; kind++, groups += count, numbers += count) {
        int64_t least = groups[0], most = groups[0];
        for (Py_ssize_t row = 0; row < count; row++) {
            least = groups[row] < least ? groups[row] : least;
            most = groups[row] > most ? groups[row] : most;
        }
        if (least < -MAX_GROUP || most > MAX_GROUP) {
            PyErr_SetString(PyExc_ValueError, "groups lie too far apart");
            return -1;
        }
        int32_t *known = PyMem_Calloc(most - least + 1, sizeof *known), next = 0;
        if (!known) {
            PyErr_NoMemory();
            return -1;
        }
        for (Py_ssize_t row = 0; row < count; row++) {
            int32_t *number = known + (groups[row] - least);
            *number = *number ? *number : ++next;
            numbers[row] = *number - 1;
        }
        PyMem_Free(known);
        sort_by_group(numbers, count, members + kind * count, begins + kind * (count + 1));
    }
    return 0;
}

/* The first layer, *depth* more, and the last one; the arrays are as large as the counts say. */
static void run(Layers *layers, const float *values, Py_ssize_t columns, const float *first, const float *gains,
                const float *mixers, Py_ssize_t depth, const float *last, double *margins)
{
    Py_ssize_t channels = layers->channels, mixer = ((3 + layers->kinds) * channels + 1) * channels;
    for (Py_ssize_t row = 0; row < layers->count; row++)
        memcpy(layers->state + row * channels, first + columns * channels, channels * sizeof *first);
    add_product(layers->state, values, layers->count, columns, first, channels);
    for (Py_ssize_t at = 0; at < layers->count * channels; at++)
        layers->state[at] = rectified(layers->state[at]);
    for (Py_ssize_t layer = 0; layer < depth; layer++)
        run_layer(layers, (Py_ssize_t)1 << layer, gains + layer * 2 * channels, mixers + layer * mixer);
    for (Py_ssize_t row = 0; row < layers->count; row++)
        margins[row] = dot(layers->state + row * channels, last, channels) + last[channels];
}

const char network_doc[] =
    "network(cells, weights, groups, centres, scales, first, gains, mixers, last) -> bytes";

PyObject *network(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { CELLS, WEIGHTS, GROUPS, CENTRES, SCALES, FIRST, GAINS, MIXERS, LAST, ARRAYS };
    Py_buffer given[ARRAYS];
    Py_ssize_t sizes[ARRAYS];
    PyObject *margins = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*y*y*y*y*", &given[CELLS], &given[WEIGHTS], &given[GROUPS],
                          &given[CENTRES], &given[SCALES], &given[FIRST], &given[GAINS], &given[MIXERS], &given[LAST]))
        return NULL;
    for (int array = 0; array < ARRAYS; array++)
        sizes[array] = given[array].len / (Py_ssize_t)(array == GROUPS ? sizeof(int64_t) : sizeof(float));
    Py_ssize_t count = sizes[WEIGHTS], channels = sizes[LAST] - 1, columns = sizes[CENTRES], kinds = 0, depth = 0;
    int fits = count > 0 && count < 1 << 24 && channels > 0 && channels < 1 << 12 && channels % LANES == 0;
    if (fits) {
        kinds = sizes[GROUPS] / count, depth = sizes[GAINS] / channels / 2;
        fits = columns < 1 << 16 && kinds < 1 << 8 && depth < 24 && sizes[CELLS] == columns * count &&
               sizes[SCALES] == columns && sizes[GROUPS] == kinds * count &&
               sizes[FIRST] == (columns + 1) * channels && sizes[GAINS] == depth * 2 * channels &&
               sizes[MIXERS] == depth * ((3 + kinds) * channels + 1) * channels;
    }
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "the arrays are not those of a network and a page");
    else {
        Py_ssize_t room = count * channels;
        Py_ssize_t some = GROUPS_AT_ONCE * channels;
        float *rows = PyMem_Malloc((3 * room + 2 * some + (kinds + columns) * count) * sizeof(float));
        double *sums = PyMem_Malloc((channels + count) * sizeof(double));
        int32_t *groups = PyMem_Malloc((kinds * (3 * count + 1) + 1) * sizeof(int32_t));
        int32_t *members = groups + kinds * count, *begins = members + kinds * count;
        if (!rows || !sums || !groups)
            PyErr_NoMemory();
        else if (number_groups(given[GROUPS].buf, kinds, count, groups, members, begins) == 0)
            margins = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(double));
        if (margins) {
            Layers layers = {
                .count = count, .channels = channels, .kinds = kinds, .groups = groups, .members = members,
                .begins = begins, .sums = sums, .state = rows, .level = rows + room, .mixed = rows + 2 * room,
                .means = rows + 3 * room, .given = rows + 3 * room + some, .shares = rows + 3 * room + 2 * some,
            };
            float *values = rows + 3 * room + 2 * some + kinds * count;
            standardise(given[CELLS].buf, count, columns, given[CENTRES].buf, given[SCALES].buf, values);
            weigh(&layers, given[WEIGHTS].buf, sums);
            run(&layers, values, columns, given[FIRST].buf, given[GAINS].buf, given[MIXERS].buf, depth,
                given[LAST].buf, (double *)PyBytes_AS_STRING(margins));
        }
        PyMem_Free(rows);
        PyMem_Free(sums);
        PyMem_Free(groups);
    }
    for (int array = 0; array < ARRAYS; array++)
        PyBuffer_Release(&given[array]);
    return margins;
}
