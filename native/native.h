/* What the files of the compiled module share. Each function has a twin in Python that says what it does and gives
   the same results; the twin is what runs where this could not be compiled. Nothing here recurses. */

#ifndef CLEANER_NATIVE_H
#define CLEANER_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <wchar.h>

/* A string's characters, whatever their width. */
typedef struct {
    int kind;
    const void *data;
    Py_ssize_t length;
    PyObject *string; /* borrowed; NULL for a part of one */
} Text;

static inline Text text_of(PyObject *string)
{
    return (Text){PyUnicode_KIND(string), PyUnicode_DATA(string), PyUnicode_GET_LENGTH(string), string};
}

static inline Py_UCS4 char_at(const Text *text, Py_ssize_t at)
{
    return PyUnicode_READ(text->kind, text->data, at);
}

/* The place of the first *character* in [at, end), or end. It is asked for thousands of times a page, and mostly near:
   ``PyUnicode_FindChar`` takes longer to begin. */
static inline Py_ssize_t find_char(const Text *text, Py_UCS4 character, Py_ssize_t at, Py_ssize_t end)
{
    if (text->kind == PyUnicode_1BYTE_KIND) {
        const char *data = text->data, *found = NULL;
        if (character <= UINT8_MAX && at < end)
            found = memchr(data + at, (int)character, end - at);
        return found ? found - data : end;
    }
    if (text->kind == PyUnicode_2BYTE_KIND && (character & UINT8_MAX))
        for (; at < end; at++) { /* another character may have the same byte */
            const char *data = text->data, *found = memchr(data + 2 * at, (int)(character & UINT8_MAX), 2 * (end - at));
            at = found ? (found - data) / 2 : end;
            if (!found || ((const Py_UCS2 *)text->data)[at] == character)
                return at;
        }
#if __SIZEOF_WCHAR_T__ == 4
    if (text->kind == PyUnicode_4BYTE_KIND) {
        const wchar_t *data = text->data, *found = at < end ? wmemchr(data + at, (wchar_t)character, end - at) : NULL;
        return found ? found - data : end;
    }
#endif
    while (at < end && char_at(text, at) != character)
        at++;
    return at < end ? at : end;
}

/* The hash of the n-gram that two shingles make which follow one another. */
static inline uint32_t gram_hash(uint32_t left, uint32_t right)
{
    uint32_t mixed = left * 0x9E3779B1u;
    mixed = ((mixed ^ mixed >> 15) + right) * 0x85EBCA77u;
    mixed = (mixed ^ mixed >> 13) * 0x9E3779B1u;
    return mixed ^ mixed >> 16;
}

/* -1, with an exception set. */
int fail(const char *what);

/* Whether *part* stands in *text* at *at*, which is inside it. */
int is_at(const Text *part, const Text *text, Py_ssize_t at);

/* Numbers, as many as come. The functions that add return -1 with an exception set where there is no memory. */
typedef struct {
    int64_t *items;
    Py_ssize_t length, room;
} Numbers;

int grow_numbers(Numbers *numbers);

static inline int add_number(Numbers *numbers, int64_t number)
{
    if (numbers->length == numbers->room && grow_numbers(numbers) < 0)
        return -1;
    numbers->items[numbers->length++] = number;
    return 0;
}

static inline int add_two(Numbers *numbers, int64_t one, int64_t two)
{
    return add_number(numbers, one) < 0 ? -1 : add_number(numbers, two);
}

PyObject *bytes_of_numbers(const Numbers *numbers);
void free_numbers(Numbers *numbers);

/* A string under construction. */
typedef struct {
    Py_UCS4 *items;
    Py_ssize_t length, room;
} Builder;

/* Makes room for *more* characters. */
int grow_builder(Builder *builder, Py_ssize_t more);
int add_character(Builder *builder, Py_UCS4 character);
int add_ascii(Builder *builder, const char *text);
int add_string(Builder *builder, PyObject *string);
int add_span(Builder *builder, const Text *text, Py_ssize_t begin, Py_ssize_t end);
int add_decimal(Builder *builder, Py_ssize_t number);
PyObject *string_of(const Builder *builder);
void free_builder(Builder *builder);

/* Both halves of a product of 128 bits, one put on the other. */
static inline uint64_t folded_product(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
#else
    uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), high = (a >> 32) * (b >> 32);
    uint64_t one = (a >> 32) * (b & UINT32_MAX), other = (a & UINT32_MAX) * (b >> 32);
    uint64_t middle = (low >> 32) + (one & UINT32_MAX) + other;
    return (high + (one >> 32) + (middle >> 32)) ^ (middle << 32 | (low & UINT32_MAX));
#endif
}

static inline uint64_t little_endian(const unsigned char *bytes, int count)
{
    uint64_t number = 0;
#if PY_LITTLE_ENDIAN
    if (count == 8) { /* the compiler does not always see it in the loop */
        memcpy(&number, bytes, 8);
        return number;
    }
#endif
    for (int at = 0; at < count; at++)
        number |= (uint64_t)bytes[at] << 8 * at;
    return number;
}

/* XXH3, 64 bits, of *length* bytes. */
uint64_t xxh3(const unsigned char *bytes, Py_ssize_t length);

static inline uint64_t xxh3_mixed(uint64_t hash)
{
    hash = (hash ^ hash >> 37) * 0x165667919E3779F9u;
    return hash ^ hash >> 32;
}

/* The same of up to 16 bytes: of the *first* eight, the lowest first, and the *last* eight if there are more. What comes
   behind fewer does not matter. */
static inline uint64_t xxh3_of_few(uint64_t first, uint64_t last, int length)
{
    uint64_t hash;
    if (length > 8) {
        uint64_t low = first ^ 0x6782737BEA4239B9u, high = last ^ 0xAF56BC3B0996523Au, swapped = 0;
        for (int at = 0; at < 64; at += 8)
            swapped |= (low >> at & 255) << (56 - at);
        return xxh3_mixed((uint64_t)length + swapped + high + folded_product(low, high));
    }
    if (length > 3) {
        hash = ((first >> 8 * (length - 4) & UINT32_MAX) + (first << 32)) ^ 0xC73AB174C5ECD5A2u;
        hash = (hash ^ (hash << 49 | hash >> 15) ^ (hash << 24 | hash >> 40)) * 0x9FB21C651E98DF25u;
        hash = (hash ^ ((hash >> 35) + (uint64_t)length)) * 0x9FB21C651E98DF25u;
        return hash ^ hash >> 28;
    }
    if (!length)
        return 0x2D06800538D394C2u;
    hash = (first & 255) << 16 | (first >> 8 * (length >> 1) & 255) << 24 | (first >> 8 * (length - 1) & 255);
    hash = (hash ^ (uint64_t)length << 8 ^ 0x87275A9Bu) * 0xC2B2AE3D27D4EB4Fu;
    hash = (hash ^ hash >> 29) * 0x165667B19E3779F9u;
    return hash ^ hash >> 32;
}

/* Whether *spans* holds starts and ends inside of a text of *length*, and *kinds* one for each of CHARACTERS; if not,
   an exception is set. */
enum { CHARACTERS = 0x10000 };
int are_spans(const Py_buffer *spans, Py_ssize_t length);
int is_table(const Py_buffer *kinds);

/* How many of *starts*, sorted, come before *place*, looked for with longer and longer steps from where
   it may be, as seen from *near*, one of them. */
Py_ssize_t ordinal_near(const int32_t *starts, Py_ssize_t count, Py_ssize_t near, int64_t place);

/* Whether all *numbers* are from *least* on and before *end*. */
int are_between(const int32_t *numbers, Py_ssize_t count, int32_t least, Py_ssize_t end);

/* Where it can, the compiler makes a function twice: once for processors that take eight numbers at once. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define CLONED __attribute__((target_clones("avx2", "default")))
#else
#define CLONED
#endif

/* Names of attributes, and the mark before a tag's, made once. */
typedef struct {
    PyObject *lower, *mark;
} Names;

extern Names names;

/* How to make records of one type: a frozen dataclass with slots. */
enum { MAX_FIELDS = 16 };

typedef struct {
    PyTypeObject *type;
    Py_ssize_t offsets[MAX_FIELDS], count;
} Maker;

int open_maker(Maker *maker, PyObject *type);
void close_maker(Maker *maker);
/* A record without its fields. The garbage collector need not know it: records hold numbers, strings and records that
   were there before them, so no cycle leads back. */
PyObject *new_record(const Maker *maker);
/* Gives a new record a field; -1 with an exception set where *value* is NULL. */
int set_field(const Maker *maker, PyObject *record, Py_ssize_t field, PyObject *value);
int set_number(const Maker *maker, PyObject *record, Py_ssize_t field, int64_t number);
/* A field of what may be a record, borrowed; NULL, or -1, with an exception set where it is none. */
PyObject *field_of(const Maker *maker, PyObject *record, Py_ssize_t field);
int number_of(const Maker *maker, PyObject *record, Py_ssize_t field, int64_t *number);

/* Distinct words, numbered from 0 in the order in which they come. The functions that return a number return -1 with an
   exception set where there is no memory. */
typedef struct {
    PyObject *words; /* a list */
    Numbers hashes;
    int32_t *slots; /* numbers and one by hash, as many as *mask* and one; 0 is free */
    size_t mask;
    uint64_t secrets[2]; /* differ from run to run: no page can be made so that its hashes meet */
} Vocabulary;

int open_vocabulary(Vocabulary *vocabulary);
void close_vocabulary(Vocabulary *vocabulary);
int64_t number_of_ascii(Vocabulary *vocabulary, const char *word, Py_ssize_t length); /* 24 characters at most */
int64_t number_of_string(Vocabulary *vocabulary, PyObject *word);

/* Words that are known, and where each is looked for: its place and one in the lower half of a slot, part of its hash in
   the upper; 0 is free. */
typedef struct {
    PyObject *words; /* a tuple */
    const uint64_t *slots;
    uint64_t mask;
} KnownWords;

int open_known(KnownWords *known, PyObject *words, const Py_buffer *slots); /* -1 if these are not the words' slots */
Py_ssize_t known_place(const KnownWords *known, const Text *word); /* -1 for a word that is not known */
/* Whether all of *strings*, a list or a tuple, are, or else an exception is set; the longest has *most* characters. */
int are_strings(PyObject *strings, Py_ssize_t *most);

/* What a start tag says besides the words that its element is named with. */
typedef struct {
    Py_ssize_t class_begin, class_end;
    int is_hidden;
} StartTag;

/* Appends the numbers of the words that the start tag [at, end) names its element with to *numbers*, whose last is that
   of the tag. */
int name_tag(const Text *text, Py_ssize_t at, Py_ssize_t end, Vocabulary *vocabulary, Numbers *numbers, StartTag *tag);

/* The functions of the module; each takes a tuple of arguments, and has a documentation string. */
#define FUNCTIONS(each) \
    each(add_weights) each(band_keys) each(block_columns) each(block_facts) each(blocks) each(bucket_pairs) \
    each(chain) each(changed) each(class_columns) each(columns) each(compose) each(copies) each(dissolve) \
    each(fields) each(gram_keys) each(inside) each(is_partition) each(json_text) each(keep_memory) each(known_places) \
    each(lead) each(line_scores) each(lines_of) each(long_words) each(margins) each(match_rows) each(minhashes) \
    each(network) each(ordinals) each(page_pairs) each(page_tree) each(paragraphs) each(part_views) each(passages) \
    each(path_vectors) each(places) each(records) each(relation_places) each(removals) each(replay) each(scan) \
    each(settle) each(sign) each(sort_keys) each(telling) each(text_measures) each(texts_in) each(walk) \
    each(word_hashes) each(word_shares) each(word_slots) each(words)

#define DECLARE(name) \
    extern const char name##_doc[]; \
    PyObject *name(PyObject *module, PyObject *arguments);
FUNCTIONS(DECLARE)
extern const char folded_doc[];
PyObject *folded(PyObject *module, PyObject *line); /* called for every line: its one argument comes as it is */

#endif
