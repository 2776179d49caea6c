/* Eight characters, or 64, looked at together. */

#ifndef CLEANER_EIGHT_H
#define CLEANER_EIGHT_H

#include "native.h"

#ifdef __x86_64__
#include <emmintrin.h>
#endif

/* The characters [at, at + 8) as bytes, the first one lowest; those beyond ASCII are none of it. */
static inline __attribute__((always_inline)) uint64_t eight(int width, const void *data, Py_ssize_t at)
{
    if (width == PyUnicode_1BYTE_KIND)
        return little_endian((const unsigned char *)data + at, 8);
#ifdef __x86_64__
    const __m128i *units = (const __m128i *)(const void *)((const char *)data + at * width);
    __m128i some = _mm_loadu_si128(units); /* what does not fit becomes 255, or 0 */
    if (width == PyUnicode_4BYTE_KIND)
        some = _mm_packs_epi32(some, _mm_loadu_si128(units + 1));
    return (uint64_t)_mm_cvtsi128_si64(_mm_packus_epi16(some, some));
#else
    uint64_t bytes = 0;
    for (int each = 0; each < 8; each++) {
        Py_UCS4 character = PyUnicode_READ(width, data, at + each);
        bytes |= (uint64_t)(character < 128 ? character : 128) << 8 * each;
    }
    return bytes;
#endif
}

/* The highest bit of each of eight bytes that is no letter or digit of ASCII. */
static inline uint64_t no_letters(uint64_t bytes)
{
    const uint64_t each = 0x0101010101010101u;
    uint64_t low = bytes & each * 0x7F, lower = low | each * 0x20;
    uint64_t is_letter = (lower + each * (0x80 - 'a')) & ~(lower + each * (0x7F - 'z'));
    uint64_t is_digit = (low + each * (0x80 - '0')) & ~(low + each * (0x7F - '9'));
    return (~(is_letter | is_digit) | bytes) & each * 0x80;
}

/* The number of the lowest bit that is set; one is. */
static inline int lowest_bit(uint64_t number)
{
#ifdef __GNUC__
    return __builtin_ctzll(number);
#else
    int bit = 0;
    while (!(number >> bit & 1))
        bit++;
    return bit;
#endif
}

/* A bit for each of 64 characters, the first one lowest: letters and digits of ASCII; its spaces; what is beyond it,
   or 0. */
typedef struct {
    uint64_t letters, spaces, others;
} Sorts;

/* Those of the characters [at, at + 64). */
static inline __attribute__((always_inline)) Sorts sorts_of_64(int width, const void *data, Py_ssize_t at)
{
    Sorts sorts = {0, 0, 0};
#ifdef __x86_64__
    for (int part = 0; part < 64; part += 16) {
        const __m128i *units = (const __m128i *)(const void *)((const char *)data + (at + part) * width);
        __m128i some = _mm_loadu_si128(units); /* what does not fit becomes 255, or 0 */
        if (width == PyUnicode_2BYTE_KIND)
            some = _mm_packus_epi16(some, _mm_loadu_si128(units + 1));
        if (width == PyUnicode_4BYTE_KIND)
            some = _mm_packus_epi16(_mm_packs_epi32(some, _mm_loadu_si128(units + 1)),
                                    _mm_packs_epi32(_mm_loadu_si128(units + 2), _mm_loadu_si128(units + 3)));
        __m128i letter = _mm_sub_epi8(_mm_or_si128(some, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        __m128i digit = _mm_sub_epi8(some, _mm_set1_epi8('0'));
        __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8('z' - 'a')), letter);
        __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
        __m128i is_other = _mm_or_si128(some, _mm_cmpeq_epi8(some, _mm_setzero_si128()));
        __m128i is_space = _mm_cmpeq_epi8(some, _mm_set1_epi8(' '));
        sorts.letters |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(is_letter, is_digit)) << part;
        sorts.spaces |= (uint64_t)(uint32_t)_mm_movemask_epi8(is_space) << part;
        sorts.others |= (uint64_t)(uint32_t)_mm_movemask_epi8(is_other) << part;
    }
#else
    for (int part = 0; part < 64; part += 8) {
        uint64_t bytes = eight(width, data, at + part), no_letter = no_letters(bytes);
        for (int each = 0; each < 8; each++) {
            uint64_t byte = bytes >> 8 * each & 255;
            sorts.letters |= (uint64_t)!(no_letter >> 8 * each & 255) << (part + each);
            sorts.spaces |= (uint64_t)(byte == ' ') << (part + each);
            sorts.others |= (uint64_t)(byte == 0 || byte > 127) << (part + each);
        }
    }
#endif
    return sorts;
}

#endif
