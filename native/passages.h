/* Passages, and what is stored of them. */

#ifndef CLEANER_PASSAGES_H
#define CLEANER_PASSAGES_H

#include "native.h"

enum { PASSAGE, QUOTE, SENTENCE, WHOLE }; /* WHOLE: a whole text */

/* A row of ``CUT``. */
typedef struct {
    int64_t start, end, first, words;
    uint8_t kind;
} Passage;

/* The hash of the n-gram from each word on, or of what its text has left of one. Texts begin at *begins*, the last ends
   there. */
void hash_shingles(const uint64_t *words, const int64_t *begins, Py_ssize_t texts, Py_ssize_t ngram, uint32_t *shingles);

/* The ranges of words that fingerprints are kept in: disjoint, and sorted. */
typedef struct {
    const int64_t *first, *last;
    Py_ssize_t count;
} Sieve;

/* Sets fingerprints and the numbers of the ranges that they are in, at most one for each word; returns how many. */
Py_ssize_t find_fingerprints(const uint32_t *shingles, const int64_t *begins, Py_ssize_t texts, Py_ssize_t ngram,
                             const Sieve *sieve, uint32_t *marks, int32_t *owners);

/* Murmur's finalizer of each of *shingles*: what sets are signed by. */
void mix_shingles(const uint32_t *shingles, Py_ssize_t count, uint32_t *mixed);

/* The permutations that sets are signed by. */
typedef struct {
    const uint32_t *factors, *terms;
    Py_ssize_t count;
} Permutations;

/* Signs sets of mixed shingles. */
void sign_sets(const uint32_t *mixed, const int64_t *begins, const int64_t *counts, Py_ssize_t sets,
               const Permutations *permutations, uint32_t *signatures);

void hash_bands(const uint32_t *signatures, Py_ssize_t sets, Py_ssize_t permutations, Py_ssize_t bands, uint32_t *keys);

#endif
