/* Twin of ``telling``: which relations tell something that no other one tells. */

#include "native.h"

/* Relations are sorted by their first row, or nearly: what is kept by that is where the last one was, and what is known
   of the second row is fetched before it is asked for. */
enum { AHEAD = 16, SIDES = 2, BUFFERS = 8 };

/* What is known of a relation, and of a row. */
enum { TOLD = 1, IS_PART = 2, IS_CLOSE = 4 };
enum { IS_WHOLE = 1, IS_FIRST = 2, IS_QUOTE = 4, IS_ASKED = 8 };

/* A pair of rows, each the first one of its copies, by the smaller row. */
typedef struct {
    int32_t larger;
    uint32_t relation;
    float best; /* of the first one of equal pairs: the best score of them, or of what is inside of them */
} Link;

typedef struct {
    uint32_t *begins; /* rows + 2 places in *links* */
    Link *links;
    size_t last; /* where one was looked for */
} Links;

typedef struct {
    const int32_t (*pairs)[SIDES];
    const uint8_t *kind;
    const float *jaccard;
    Py_ssize_t many;
    const int32_t *parent, *representative;
    const uint8_t *row_kind;
    const int32_t *start, *end;
    Py_ssize_t rows;
    int near, quote;
    unsigned char *known;      /* of each relation */
    uint32_t *chosen;          /* relations that are looked at together */
    unsigned char *known_rows; /* a byte for each: more of them stay in the caches */
    uint32_t *begins;          /* where in *outer* the rows around each row begin; one more at the end */
    Numbers outer;
} Telling;

/* Puts the relations into *chosen* of which *asked* is as *wanted*, without a branch, which nobody could foretell.
   Returns how many there are. */
static Py_ssize_t choose(const Telling *telling, int asked, int wanted)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t at = 0; at < telling->many; at++) {
        telling->chosen[count] = (uint32_t)at;
        count += (telling->known[at] & asked) == wanted;
    }
    return count;
}

/* The second row of the relation that is looked at soon after the one chosen *at*. */
static int32_t next_row(const Telling *telling, Py_ssize_t at, Py_ssize_t count)
{
    return telling->pairs[telling->chosen[at + AHEAD < count ? at + AHEAD : at]][1];
}

static int32_t first_of(const Telling *telling, int32_t row)
{
    return telling->known_rows[row] & IS_FIRST ? row : telling->representative[row];
}

static int32_t around(const Telling *telling, int32_t row)
{
    return telling->known_rows[row] & IS_WHOLE ? row : telling->parent[row];
}

typedef struct {
    int32_t smaller, larger;
} Key;

/* The same for pairs of copies of the two sides. */
static Key key_of(const Telling *telling, const int32_t *pair)
{
    int32_t one = first_of(telling, pair[0]), other = first_of(telling, pair[1]);
    return (Key){one < other ? one : other, one < other ? other : one};
}

static int by_larger(const void *one, const void *other)
{
    int32_t a = ((const Link *)one)->larger, b = ((const Link *)other)->larger;
    return (a > b) - (a < b);
}

/* Puts the links of one row in order, which they nearly always are. */
static void sort_links(Link *links, Py_ssize_t count)
{
    int in_order = 1;
    for (Py_ssize_t at = 1; at < count; at++)
        in_order &= links[at - 1].larger <= links[at].larger;
    if (!in_order)
        qsort(links, count, sizeof *links, by_larger);
}

/* Links relations of which *asked* is as *wanted*; -1 without memory. */
static int link_up(const Telling *telling, Links *links, int asked, int wanted)
{
    uint32_t *begins = links->begins;
    Py_ssize_t count = choose(telling, asked, wanted);
    memset(begins, 0, (telling->rows + 2) * sizeof *begins);
    for (Py_ssize_t at = 0; at < count; at++) {
        __builtin_prefetch(telling->known_rows + next_row(telling, at, count));
        begins[key_of(telling, telling->pairs[telling->chosen[at]]).smaller + 2]++;
    }
    for (Py_ssize_t row = 2; row < telling->rows + 2; row++)
        begins[row] += begins[row - 1];
    links->last = 0;
    if (!(links->links = PyMem_New(Link, count + 1)))
        return -1;
    for (Py_ssize_t at = 0; at < count; at++) {
        __builtin_prefetch(telling->known_rows + next_row(telling, at, count));
        Key key = key_of(telling, telling->pairs[telling->chosen[at]]);
        links->links[begins[key.smaller + 1]++] = (Link){key.larger, telling->chosen[at], -1};
    }
    for (Py_ssize_t row = 0; row < telling->rows; row++)
        sort_links(links->links + begins[row], begins[row + 1] - begins[row]);
    return 0;
}

/* The first link of *key*; NULL if there is none. What is asked comes nearly in order: it is looked for from the last
   place on, by steps that double. */
static Link *find(Links *links, Key key)
{
    size_t low = links->begins[key.smaller], end = links->begins[key.smaller + 1], high;
    if (links->last > low && links->last < end && links->links[links->last].larger <= key.larger)
        low = links->last;
    high = low;
    for (size_t step = 1; high < end && links->links[high].larger < key.larger; step *= 2) {
        low = high + 1;
        high = step < end - high ? high + step : end;
    }
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (links->links[middle].larger < key.larger)
            low = middle + 1;
        else
            high = middle;
    }
    links->last = low;
    return low < end && links->links[low].larger == key.larger ? links->links + low : NULL;
}

/* Whether the link *at* is the first one of its pair, *first* being that of the pair before. */
static int is_new_pair(const Links *links, Py_ssize_t row, Py_ssize_t at, Py_ssize_t first)
{
    return at == links->begins[row] || links->links[at].larger != links->links[first].larger;
}

/* Finds what is known of rows, and of relations. */
static void begin(const Telling *telling)
{
    for (Py_ssize_t row = 0; row < telling->rows; row++)
        telling->known_rows[row] = (unsigned char)((telling->parent[row] == row ? IS_WHOLE : 0) |
                                                   (telling->representative[row] == row ? IS_FIRST : 0) |
                                                   (telling->row_kind[row] == telling->quote ? IS_QUOTE : 0));
    for (Py_ssize_t at = 0; at < telling->many; at++) {
        if (at + AHEAD < telling->many)
            __builtin_prefetch(telling->known_rows + telling->pairs[at + AHEAD][1]);
        const int32_t *pair = telling->pairs[at];
        int is_whole = telling->known_rows[pair[0]] & telling->known_rows[pair[1]] & IS_WHOLE;
        telling->known[at] =
            (unsigned char)(!is_whole ? TOLD | IS_PART : telling->kind[at] <= telling->near ? TOLD | IS_CLOSE : TOLD);
    }
}

/* Gives each pair its best score. */
static void score_all(const Telling *telling, const Links *links)
{
    for (Py_ssize_t row = 0; row < telling->rows; row++)
        for (Py_ssize_t at = links->begins[row], first = at; at < links->begins[row + 1]; at++) {
            float score = telling->jaccard[links->links[at].relation];
            if (is_new_pair(links, row, at, first))
                first = at;
            if (score > links->links[first].best)
                links->links[first].best = score;
        }
}

/* Leaves out parts of passages that the links between *wholes* say is enough of; what is not left out asks for what is
   around its rows. */
static void leave_out_repeated(const Telling *telling, Links *wholes)
{
    Py_ssize_t count = choose(telling, IS_PART, IS_PART);
    for (Py_ssize_t at = 0; at < count; at++) {
        int32_t next = next_row(telling, at, count);
        __builtin_prefetch(telling->known_rows + next);
        __builtin_prefetch(telling->parent + next);
        uint32_t relation = telling->chosen[at];
        int32_t a = telling->pairs[relation][0], b = telling->pairs[relation][1];
        Key key = key_of(telling, (int32_t[SIDES]){around(telling, a), around(telling, b)});
        const Link *link = find(wholes, key);
        float score = link ? link->best : -1;
        int known = telling->known_rows[a] | telling->known_rows[b];
        int says_less = !(known & IS_WHOLE) | (telling->jaccard[relation] <= score);
        int is_close_quote = (known & IS_QUOTE) & (telling->kind[relation] <= telling->near ? IS_QUOTE : 0);
        int is_told = (key.smaller != key.larger) & !((score > 0) & says_less & !is_close_quote);
        telling->known[relation] = (unsigned char)(is_told ? TOLD | IS_PART : 0);
        telling->known_rows[a] |= is_told ? IS_ASKED : 0;
        telling->known_rows[b] |= is_told ? IS_ASKED : 0;
    }
}

static int is_around(const Telling *telling, int32_t row, Py_ssize_t other)
{
    return telling->start[other] <= telling->start[row] && telling->end[row] <= telling->end[other];
}

/* Finds the passages and sub-passages around sub-passages that are marked; -1 without memory. */
static int find_surroundings(Telling *telling)
{
    const int32_t *parent = telling->parent;
    for (int32_t row = 0; row < telling->rows; row++) {
        int is_asked = (telling->known_rows[row] & (IS_ASKED | IS_WHOLE)) == IS_ASKED;
        telling->begins[row] = (uint32_t)telling->outer.length;
        /* The rows of one passage are neighbours. */
        for (int step = -1; is_asked && step <= 1; step += 2)
            for (Py_ssize_t other = row + step; other >= 0 && other < telling->rows && parent[other] == parent[row];
                 other += step)
                if (is_around(telling, row, other) && add_number(&telling->outer, other) < 0)
                    return -1;
    }
    telling->begins[telling->rows] = (uint32_t)telling->outer.length;
    return telling->outer.length <= UINT32_MAX ? 0 : -1;
}

/* Gives the pair of *a* and *b*, if it is linked, the *score* of what is inside of it. */
static void score(const Telling *telling, Links *links, int32_t a, int32_t b, float score)
{
    Link *link = find(links, key_of(telling, (int32_t[SIDES]){a, b}));
    if (link)
        link->best = link->best < score ? score : link->best;
}

/* Gives each pair the best score of the parts inside of it that are told. */
static void score_larger(const Telling *telling, Links *links)
{
    const int64_t *outer = telling->outer.items;
    Py_ssize_t count = choose(telling, IS_PART, IS_PART);
    for (Py_ssize_t at = 0; at < count; at++) {
        int32_t next = next_row(telling, at, count);
        __builtin_prefetch(telling->known_rows + next);
        __builtin_prefetch(telling->begins + next);
        uint32_t relation = telling->chosen[at];
        int32_t a = telling->pairs[relation][0], b = telling->pairs[relation][1];
        const uint32_t *around_a = telling->begins + a, *around_b = telling->begins + b;
        for (uint32_t one = around_a[0]; one < around_a[1]; one++) {
            score(telling, links, (int32_t)outer[one], b, telling->jaccard[relation]);
            for (uint32_t other = around_b[0]; other < around_b[1]; other++)
                score(telling, links, (int32_t)outer[one], (int32_t)outer[other], telling->jaccard[relation]);
        }
        for (uint32_t other = around_b[0]; other < around_b[1]; other++)
            score(telling, links, a, (int32_t)outer[other], telling->jaccard[relation]);
    }
}

/* Leaves out what is linked inside at least as closely. */
static void leave_out_larger(const Telling *telling, const Links *links)
{
    for (Py_ssize_t row = 0; row < telling->rows; row++)
        for (Py_ssize_t at = links->begins[row], first = at; at < links->begins[row + 1]; at++) {
            uint32_t relation = links->links[at].relation;
            if (is_new_pair(links, row, at, first))
                first = at;
            if (!(links->links[first].best < telling->jaccard[relation]))
                telling->known[relation] = 0;
        }
}

/* -1 without memory. */
static int tell(Telling *telling, Links *links)
{
    begin(telling);
    if (link_up(telling, links, IS_CLOSE, IS_CLOSE) < 0)
        return -1;
    score_all(telling, links);
    leave_out_repeated(telling, links);
    PyMem_Free(links->links); /* gives room to the next ones */
    links->links = NULL;
    if (find_surroundings(telling) < 0 || link_up(telling, links, TOLD | IS_CLOSE, TOLD) < 0)
        return -1;
    score_larger(telling, links);
    leave_out_larger(telling, links);
    for (Py_ssize_t at = 0; at < telling->many; at++)
        telling->known[at] &= TOLD;
    return 0;
}

const char telling_doc[] = "telling((pairs, kind, jaccard), (parent, representative, kind, start, end), near, quote)"
                           " -> bytes";

PyObject *telling(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer given[BUFFERS];
    Py_buffer *pairs = given, *kind = given + 1, *jaccard = given + 2, *parent = given + 3, *representative = given + 4,
              *row_kind = given + 5, *start = given + 6, *end = given + 7;
    int near, quote;
    PyObject *told = NULL;
    if (!PyArg_ParseTuple(arguments, "(y*y*y*)(y*y*y*y*y*)ii", pairs, kind, jaccard, parent, representative, row_kind,
                          start, end, &near, &quote))
        return NULL;
    Py_ssize_t many = kind->len, rows = row_kind->len;
    int fit = pairs->len == 8 * many && jaccard->len == 4 * many && parent->len == 4 * rows &&
              representative->len == 4 * rows && start->len == 4 * rows && end->len == 4 * rows &&
              many <= UINT32_MAX && rows <= INT32_MAX && are_between(pairs->buf, SIDES * many, 0, rows) &&
              are_between(parent->buf, rows, 0, rows) && are_between(representative->buf, rows, 0, rows);
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "relations of rows that are not there");
    else if ((told = PyBytes_FromStringAndSize(NULL, many))) {
        Links links = {PyMem_New(uint32_t, rows + 2), NULL, 0};
        Telling telling = {
            .pairs = pairs->buf,
            .kind = kind->buf,
            .jaccard = jaccard->buf,
            .many = many,
            .parent = parent->buf,
            .representative = representative->buf,
            .row_kind = row_kind->buf,
            .start = start->buf,
            .end = end->buf,
            .rows = rows,
            .near = near,
            .quote = quote,
            .known = (unsigned char *)PyBytes_AS_STRING(told),
            .chosen = PyMem_New(uint32_t, many + 1),
            .known_rows = PyMem_Malloc(rows + 1),
            .begins = PyMem_New(uint32_t, rows + 1),
        };
        if (!links.begins || !telling.chosen || !telling.known_rows || !telling.begins || tell(&telling, &links) < 0) {
            Py_CLEAR(told);
            PyErr_NoMemory();
        }
        PyMem_Free(links.begins);
        PyMem_Free(links.links);
        PyMem_Free(telling.chosen);
        PyMem_Free(telling.known_rows);
        PyMem_Free(telling.begins);
        free_numbers(&telling.outer);
    }
    for (int buffer = 0; buffer < BUFFERS; buffer++)
        PyBuffer_Release(given + buffer);
    return told;
}
