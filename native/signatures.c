/* Twin of ``cleaner.duplicates.minhash``, ``signatures`` and ``winnowing``: what is stored of the words of texts. */

#include "native.h"

enum { WINDOW = 6, FEW = 256 };
static const uint64_t START = 0x9E3779B97F4A7C15u, STEP = 0xD6E8FEB86659FD93u, LAST = 0xC2B2AE3D27D4EB4Fu;

/* Whether *begins* holds neighbouring ranges of *count* places from the first to the last; if not, an exception is
   set. */
static int are_ranges(const Py_buffer *begins, Py_ssize_t count)
{
    const int64_t *places = begins->buf;
    Py_ssize_t last = begins->len / 8 - 1;
    int fit = last >= 0 && places[0] == 0 && places[last] == count;
    for (Py_ssize_t at = 0; fit && at < last; at++)
        fit = places[at] <= places[at + 1];
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "texts lie outside of the words");
    return fit;
}

static uint64_t stepped(uint64_t state, uint64_t number)
{
    state = (state ^ number) * STEP;
    return state ^ state >> 32;
}

static uint32_t ended(uint64_t state)
{
    return (uint32_t)(state * LAST >> 32);
}

const char shingles_doc[] = "shingles(hashes, begins, ngram) -> bytes";

PyObject *shingles(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer hashes, begins;
    Py_ssize_t ngram;
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*n", &hashes, &begins, &ngram))
        return NULL;
    const uint64_t *words = hashes.buf;
    const int64_t *places = begins.buf;
    if (ngram < 1)
        PyErr_SetString(PyExc_ValueError, "no n-grams of less than a word");
    else if (are_ranges(&begins, hashes.len / 8))
        result = PyBytes_FromStringAndSize(NULL, hashes.len / 8 * 4);
    uint32_t *found = result ? (uint32_t *)(void *)PyBytes_AS_STRING(result) : NULL;
    for (Py_ssize_t text = 0; found && text < begins.len / 8 - 1; text++)
        for (Py_ssize_t at = places[text]; at < places[text + 1]; at++) {
            Py_ssize_t end = ngram < places[text + 1] - at ? at + ngram : places[text + 1];
            uint64_t state = START;
            for (Py_ssize_t word = at; word < end; word++)
                state = stepped(state, words[word]);
            found[at] = ended(state);
        }
    PyBuffer_Release(&hashes);
    PyBuffer_Release(&begins);
    return result;
}

/* The fingerprints that come of a text, sifted by passages. */
typedef struct {
    const int64_t *first, *last;
    Py_ssize_t passages, passage, ngram;
    Numbers marks, owners;
} Sieve;

/* Adds the fingerprint at the word *at*, no earlier than the one before, if it lies in a passage. */
static int sift(Sieve *sieve, Py_ssize_t at, uint32_t mark)
{
    while (sieve->passage + 1 < sieve->passages && sieve->first[sieve->passage + 1] <= at)
        sieve->passage++;
    if (!sieve->passages || sieve->first[sieve->passage] > at || at + sieve->ngram >= sieve->last[sieve->passage])
        return 0;
    return add_number(&sieve->marks, mark) < 0 ? -1 : add_number(&sieve->owners, sieve->passage);
}

/* Adds those of the text [begin, end). */
static int winnow(Sieve *sieve, const uint32_t *shingles, Py_ssize_t begin, Py_ssize_t end)
{
    uint64_t last[WINDOW] = {0}; /* the least of so many grams and one up to the one before; of equal ones the last */
    Py_ssize_t count = end - begin - sieve->ngram;
    uint64_t chosen = 0;
    for (Py_ssize_t at = 0; at < count; at++) {
        uint64_t gram = (uint64_t)gram_hash(shingles[begin + at], shingles[begin + at + 1]) << 32 |
                        (UINT32_MAX - (uint64_t)at);
        for (int wider = WINDOW - 1; wider > 0; wider--)
            last[wider] = last[wider - 1] < gram ? last[wider - 1] : gram;
        last[0] = gram;
        uint64_t least = count < WINDOW ? gram : last[WINDOW - 1];
        if (least == chosen || (count >= WINDOW && at < WINDOW - 1))
            continue;
        chosen = least;
        if (sift(sieve, begin + (Py_ssize_t)(UINT32_MAX - (uint32_t)least), (uint32_t)(least >> 32)) < 0)
            return -1;
    }
    return 0;
}

const char fingerprints_doc[] = "fingerprints(shingles, begins, ngram, first, last) -> bytes, bytes";

PyObject *fingerprints(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer shingles, begins, first, last;
    Sieve sieve = {0};
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*ny*y*", &shingles, &begins, &sieve.ngram, &first, &last))
        return NULL;
    sieve.first = first.buf;
    sieve.last = last.buf;
    sieve.passages = first.len / 8;
    const int64_t *places = begins.buf;
    int done = are_ranges(&begins, shingles.len / 4) ? 0 : -1;
    if (!done && (sieve.ngram < 1 || last.len != first.len))
        done = fail("passages do not fit together");
    for (Py_ssize_t text = 0; !done && text < begins.len / 8 - 1; text++)
        done = winnow(&sieve, shingles.buf, places[text], places[text + 1]);
    if (!done)
        result = Py_BuildValue("NN", bytes_of_numbers(&sieve.marks), bytes_of_numbers(&sieve.owners));
    free_numbers(&sieve.marks);
    free_numbers(&sieve.owners);
    PyBuffer_Release(&shingles);
    PyBuffer_Release(&begins);
    PyBuffer_Release(&first);
    PyBuffer_Release(&last);
    return result;
}

/* Murmur's finalizer. */
static uint32_t finalised(uint32_t hash)
{
    hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;
    hash = (hash ^ hash >> 13) * 0xC2B2AE35u;
    return hash ^ hash >> 16;
}

CLONED static void sign(const uint32_t *shingles, Py_ssize_t count, const uint32_t *restrict factors,
                        const uint32_t *restrict terms, Py_ssize_t permutations, uint32_t *restrict lowest)
{
    for (Py_ssize_t at = 0; at < count; at++) {
        uint32_t mixed = finalised(shingles[at]);
        for (Py_ssize_t each = 0; each < permutations; each++) {
            uint32_t value = factors[each] * mixed + terms[each];
            lowest[each] = value < lowest[each] ? value : lowest[each];
        }
    }
}

/* Signs all sets. One that spans the sets right before it, as a document does its passages, has the least of theirs. */
static void sign_sets(const uint32_t *shingles, const int64_t *begins, const int64_t *counts, Py_ssize_t sets,
                      const uint32_t *factors, const uint32_t *terms, Py_ssize_t permutations, uint32_t *signatures)
{
    memset(signatures, 255, (size_t)(sets * permutations) * sizeof *signatures);
    for (Py_ssize_t set = 0; set < sets; set++) {
        uint32_t *lowest = signatures + set * permutations;
        Py_ssize_t end = begins[set] + counts[set];
        for (Py_ssize_t part = set - 1; part >= 0 && end > begins[set]; part--) {
            Py_ssize_t stop = begins[part] + counts[part];
            if (begins[part] < begins[set] || stop > end)
                break;
            sign(shingles + stop, end - stop, factors, terms, permutations, lowest);
            for (Py_ssize_t each = 0; each < permutations; each++) {
                uint32_t value = signatures[part * permutations + each];
                lowest[each] = value < lowest[each] ? value : lowest[each];
            }
            end = begins[part];
        }
        sign(shingles + begins[set], end - begins[set], factors, terms, permutations, lowest);
    }
}

const char minhashes_doc[] = "minhashes(shingles, begins, counts, factors, terms) -> bytes";

PyObject *minhashes(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer shingles, begins, counts, factors, terms;
    PyObject *signatures = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*", &shingles, &begins, &counts, &factors, &terms))
        return NULL;
    const int64_t *places = begins.buf, *sizes = counts.buf;
    Py_ssize_t sets = begins.len / 8, permutations = factors.len / 4, all = shingles.len / 4;
    int fit = counts.len == begins.len && factors.len == terms.len;
    for (Py_ssize_t set = 0; fit && set < sets; set++)
        fit = places[set] >= 0 && places[set] <= all && sizes[set] >= 0 && sizes[set] <= all - places[set];
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "sets lie outside of the shingles");
    else
        signatures = PyBytes_FromStringAndSize(NULL, sets * permutations * 4);
    if (signatures) {
        uint32_t *lowest = (uint32_t *)(void *)PyBytes_AS_STRING(signatures);
        Py_BEGIN_ALLOW_THREADS
        sign_sets(shingles.buf, places, sizes, sets, factors.buf, terms.buf, permutations, lowest);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&shingles);
    PyBuffer_Release(&begins);
    PyBuffer_Release(&counts);
    PyBuffer_Release(&factors);
    PyBuffer_Release(&terms);
    return signatures;
}

const char band_keys_doc[] = "band_keys(signatures, permutations, bands) -> bytes";

PyObject *band_keys(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer signatures;
    Py_ssize_t permutations, bands;
    PyObject *keys = NULL;
    if (!PyArg_ParseTuple(arguments, "y*nn", &signatures, &permutations, &bands))
        return NULL;
    const uint32_t *values = signatures.buf;
    int fit = bands > 0 && permutations >= bands && signatures.len % (4 * permutations) == 0;
    Py_ssize_t sets = fit ? signatures.len / 4 / permutations : 0, rows = fit ? permutations / bands : 0;
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "no signatures of so many bands");
    else
        keys = PyBytes_FromStringAndSize(NULL, sets * bands * 4);
    uint32_t *found = keys ? (uint32_t *)(void *)PyBytes_AS_STRING(keys) : NULL;
    for (Py_ssize_t set = 0; found && set < sets; set++, values += permutations, found += bands) {
        /* A text of one passage has its signature twice. */
        if (set && memcmp(values, values - permutations, 4 * (size_t)permutations) == 0) {
            memcpy(found, found - bands, 4 * (size_t)bands);
            continue;
        }
        for (Py_ssize_t band = 0; band < bands; band++) {
            uint64_t state = START;
            for (Py_ssize_t row = 0; row < rows; row++)
                state = stepped(state, values[band * rows + row]);
            found[band] = ended(state);
        }
    }
    PyBuffer_Release(&signatures);
    return keys;
}
