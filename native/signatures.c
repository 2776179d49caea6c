/* Twin of ``cleaner.duplicates.minhash`` and ``winnowing``: hashes of what words are in a row. */

#include "passages.h"

enum { WINDOW = 6, TOGETHER = 32 };
static const uint64_t START = 0x9E3779B97F4A7C15u, STEP = 0xD6E8FEB86659FD93u, LAST = 0xC2B2AE3D27D4EB4Fu;

static uint64_t stepped(uint64_t state, uint64_t number)
{
    state = (state ^ number) * STEP;
    return state ^ state >> 32;
}

static uint32_t ended(uint64_t state)
{
    return (uint32_t)(state * LAST >> 32);
}

void hash_shingles(const uint64_t *words, const int64_t *begins, Py_ssize_t texts, Py_ssize_t ngram, uint32_t *shingles)
{
    for (Py_ssize_t text = 0; text < texts; text++)
        for (Py_ssize_t at = begins[text]; at < begins[text + 1]; at++) {
            Py_ssize_t end = ngram < begins[text + 1] - at ? at + ngram : begins[text + 1];
            uint64_t state = START;
            for (Py_ssize_t word = at; word < end; word++)
                state = stepped(state, words[word]);
            shingles[at] = ended(state);
        }
}

static uint64_t lesser(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* Sets the fingerprints of the text [begin, end) and the words that they begin at; returns how many there are. A new one
   is always put down and counted if it is one: that cannot be foreseen, and is waited for longer than it takes. */
static Py_ssize_t winnow(const uint32_t *shingles, Py_ssize_t begin, Py_ssize_t end, Py_ssize_t ngram, uint32_t *marks,
                         int32_t *places)
{
    uint64_t gram = 0, two = 0, two_before = 0, four = 0, four_before = 0, chosen = 0; /* the least of so many grams */
    Py_ssize_t count = end - begin - ngram, found = 0;
    for (Py_ssize_t at = 0; at < count; at++) {
        uint64_t last = gram, last_two = two_before, last_four = four_before;
        gram = (uint64_t)gram_hash(shingles[begin + at], shingles[begin + at + 1]) << 32 | (UINT32_MAX - (uint64_t)at);
        two_before = two;
        two = lesser(last, gram); /* of equal ones the last */
        four_before = four;
        four = lesser(last_two, two);
        uint64_t least = count < WINDOW ? gram : lesser(last_four, two);
        marks[found] = (uint32_t)(least >> 32);
        places[found] = (int32_t)(begin + (Py_ssize_t)(UINT32_MAX - (uint32_t)least));
        found += (least != chosen) & ((count < WINDOW) | (at >= WINDOW - 1));
        chosen = least;
    }
    return found;
}

Py_ssize_t find_fingerprints(const uint32_t *shingles, const int64_t *begins, Py_ssize_t texts, Py_ssize_t ngram,
                             const Sieve *sieve, uint32_t *marks, int32_t *owners)
{
    Py_ssize_t found = 0, kept = 0, range = 0;
    for (Py_ssize_t text = 0; text < texts; text++)
        found += winnow(shingles, begins[text], begins[text + 1], ngram, marks + found, owners + found);
    for (Py_ssize_t at = 0; at < found; at++) {
        Py_ssize_t place = owners[at];
        while (range + 1 < sieve->count && sieve->first[range + 1] <= place)
            range++;
        if (sieve->count && sieve->first[range] <= place && place + ngram < sieve->last[range]) {
            marks[kept] = marks[at];
            owners[kept++] = (int32_t)range;
        }
    }
    return kept;
}

CLONED void mix_shingles(const uint32_t *shingles, Py_ssize_t count, uint32_t *mixed)
{
    for (Py_ssize_t at = 0; at < count; at++) {
        uint32_t hash = shingles[at];
        hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;
        hash = (hash ^ hash >> 13) * 0xC2B2AE35u;
        mixed[at] = hash ^ hash >> 16;
    }
}

/* Lowers *lowest* to what a set has by each permutation; so many of them at once that they stay in registers. */
CLONED static void lower(const uint32_t *mixed, Py_ssize_t count, const Permutations *permutations, uint32_t *lowest)
{
    const uint32_t *factors = permutations->factors, *terms = permutations->terms;
    Py_ssize_t first = 0;
    for (; first + TOGETHER <= permutations->count; first += TOGETHER) {
        uint32_t least[TOGETHER], factor[TOGETHER], term[TOGETHER];
        memcpy(least, lowest + first, sizeof least);
        memcpy(factor, factors + first, sizeof factor);
        memcpy(term, terms + first, sizeof term);
        for (Py_ssize_t at = 0; at < count; at++)
            for (int each = 0; each < TOGETHER; each++) {
                uint32_t value = factor[each] * mixed[at] + term[each];
                least[each] = value < least[each] ? value : least[each];
            }
        memcpy(lowest + first, least, sizeof least);
    }
    for (; first < permutations->count; first++)
        for (Py_ssize_t at = 0; at < count; at++) {
            uint32_t value = factors[first] * mixed[at] + terms[first];
            lowest[first] = value < lowest[first] ? value : lowest[first];
        }
}

void sign_sets(const uint32_t *mixed, const int64_t *begins, const int64_t *counts, Py_ssize_t sets,
               const Permutations *permutations, uint32_t *signatures)
{
    Py_ssize_t size = permutations->count;
    memset(signatures, 255, (size_t)(sets * size) * sizeof *signatures);
    for (Py_ssize_t set = 0; set < sets; set++) {
        uint32_t *lowest = signatures + set * size;
        Py_ssize_t end = begins[set] + counts[set];
        /* One that spans the sets right before it, as a document does its passages, has the least of theirs. */
        for (Py_ssize_t part = set - 1; part >= 0 && end > begins[set]; part--) {
            Py_ssize_t stop = begins[part] + counts[part];
            if (begins[part] < begins[set] || stop > end)
                break;
            lower(mixed + stop, end - stop, permutations, lowest);
            for (Py_ssize_t each = 0; each < size; each++) {
                uint32_t value = signatures[part * size + each];
                lowest[each] = value < lowest[each] ? value : lowest[each];
            }
            end = begins[part];
        }
        lower(mixed + begins[set], end - begins[set], permutations, lowest);
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
    Py_ssize_t sets = begins.len / 8, all = shingles.len / 4;
    Permutations permutations = {factors.buf, terms.buf, factors.len / 4};
    uint32_t *mixed = NULL;
    int fit = counts.len == begins.len && factors.len == terms.len;
    for (Py_ssize_t set = 0; fit && set < sets; set++)
        fit = places[set] >= 0 && places[set] <= all && sizes[set] >= 0 && sizes[set] <= all - places[set];
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "sets lie outside of the shingles");
    else if (!(mixed = PyMem_Malloc((size_t)shingles.len + 1)))
        PyErr_NoMemory();
    else
        signatures = PyBytes_FromStringAndSize(NULL, sets * permutations.count * 4);
    if (signatures) {
        mix_shingles(shingles.buf, all, mixed);
        sign_sets(mixed, places, sizes, sets, &permutations, (uint32_t *)(void *)PyBytes_AS_STRING(signatures));
    }
    PyMem_Free(mixed);
    PyBuffer_Release(&shingles);
    PyBuffer_Release(&begins);
    PyBuffer_Release(&counts);
    PyBuffer_Release(&factors);
    PyBuffer_Release(&terms);
    return signatures;
}

void hash_bands(const uint32_t *signatures, Py_ssize_t sets, Py_ssize_t permutations, Py_ssize_t bands, uint32_t *keys)
{
    Py_ssize_t rows = permutations / bands;
    for (Py_ssize_t set = 0; set < sets; set++, signatures += permutations, keys += bands) {
        /* A text of one passage has its signature twice. */
        if (set && memcmp(signatures, signatures - permutations, 4 * (size_t)permutations) == 0) {
            memcpy(keys, keys - bands, 4 * (size_t)bands);
            continue;
        }
        for (Py_ssize_t band = 0; band < bands; band++) {
            uint64_t state = START;
            for (Py_ssize_t row = 0; row < rows; row++)
                state = stepped(state, signatures[band * rows + row]);
            keys[band] = ended(state);
        }
    }
}

const char band_keys_doc[] = "band_keys(signatures, permutations, bands) -> bytes";

PyObject *band_keys(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer signatures;
    Py_ssize_t permutations, bands;
    PyObject *keys = NULL;
    if (!PyArg_ParseTuple(arguments, "y*nn", &signatures, &permutations, &bands))
        return NULL;
    if (bands < 1 || permutations < bands || signatures.len % (4 * permutations))
        PyErr_SetString(PyExc_ValueError, "no signatures of so many bands");
    else
        keys = PyBytes_FromStringAndSize(NULL, signatures.len / permutations * bands);
    if (keys)
        hash_bands(signatures.buf, signatures.len / 4 / permutations, permutations, bands,
                   (uint32_t *)(void *)PyBytes_AS_STRING(keys));
    PyBuffer_Release(&signatures);
    return keys;
}
