/* XXH3, 64 bits, without a seed: what the package ``xxhash`` gives, without a call of Python for each word or passage.
   Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md */

#include "native.h"

enum { LANES = 8, STRIPE = 64, STRIPES = 16, BLOCK = STRIPE * STRIPES, SECRET = 192 };
static const uint32_t A = 0x9E3779B1u, B = 0x85EBCA77u, C = 0xC2B2AE3Du;
static const uint64_t D = 0x9E3779B185EBCA87u, E = 0xC2B2AE3D27D4EB4Fu, F = 0x165667B19E3779F9u, G = 0x85EBCA77C2B2AE63u,
                      H = 0x27D4EB2F165667C5u;
static const unsigned char secret[SECRET] = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};

/* What 16 bytes add, with the secret from *key* on. */
static uint64_t pair(const unsigned char *bytes, int key)
{
    return folded_product(little_endian(bytes, 8) ^ little_endian(secret + key, 8),
                          little_endian(bytes + 8, 8) ^ little_endian(secret + key + 8, 8));
}

/* Of 17 to 240 bytes: from both ends inwards, or from the beginning on. */
static uint64_t of_some(const unsigned char *bytes, int length)
{
    uint64_t hash = (uint64_t)length * D;
    if (length <= 128) {
        for (int at = (length - 1) / 32 * 16; at >= 0; at -= 16)
            hash += pair(bytes + at, 2 * at) + pair(bytes + length - at - 16, 2 * at + 16);
        return xxh3_mixed(hash);
    }
    for (int at = 0; at < 128; at += 16)
        hash += pair(bytes + at, at);
    hash = xxh3_mixed(hash);
    for (int at = 128; at + 16 <= length; at += 16)
        hash += pair(bytes + at, at - 128 + 3);
    return xxh3_mixed(hash + pair(bytes + length - 16, 136 - 17));
}

static inline void add_stripe(uint64_t sums[LANES], const unsigned char *bytes, int key)
{
    uint64_t values[LANES], keyed[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        values[lane] = little_endian(bytes + 8 * lane, 8);
        keyed[lane] = values[lane] ^ little_endian(secret + key + 8 * lane, 8);
    }
    for (int lane = 0; lane < LANES; lane++)
        sums[lane] += values[lane ^ 1] + (keyed[lane] & UINT32_MAX) * (keyed[lane] >> 32);
}

CLONED static uint64_t of_many(const unsigned char *bytes, Py_ssize_t length)
{
    uint64_t sums[LANES] = {C, D, E, F, G, B, H, A}, hash = (uint64_t)length * D;
    Py_ssize_t stripes = (length - 1) / STRIPE;
    for (Py_ssize_t stripe = 0; stripe < stripes; stripe++) {
        add_stripe(sums, bytes + stripe * STRIPE, (int)(stripe % STRIPES) * 8);
        for (int lane = 0; stripe % STRIPES == STRIPES - 1 && lane < LANES; lane++)
            sums[lane] = (sums[lane] ^ sums[lane] >> 47 ^ little_endian(secret + SECRET - STRIPE + 8 * lane, 8)) * A;
    }
    add_stripe(sums, bytes + length - STRIPE, SECRET - STRIPE - 7);
    for (int lane = 0; lane < LANES; lane += 2)
        hash += folded_product(sums[lane] ^ little_endian(secret + 11 + 8 * lane, 8),
                               sums[lane + 1] ^ little_endian(secret + 19 + 8 * lane, 8));
    return xxh3_mixed(hash);
}

uint64_t xxh3(const unsigned char *bytes, Py_ssize_t length)
{
    if (length <= 16) {
        int some = length < 8 ? (int)length : 8;
        return xxh3_of_few(little_endian(bytes, some), little_endian(bytes + length - some, some), (int)length);
    }
    return length <= 240 ? of_some(bytes, (int)length) : of_many(bytes, length);
}
