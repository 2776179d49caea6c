/* Twin of ``cleaner.boilerplate.block_columns``: what is told of each block, column by column. Logarithms are left to
   the caller: NumPy's differ from the C library's in the last bit. */

#include "native.h"

/* What is known of each block, in this order, and the table that it makes. */
enum { WORDS, CHARS, DIGITS, ENDS, COMMAS, LINKED, LEVELS, CAPTION, PROSE, ALIKE, COPY, TITLE, FIGURES };
enum { STEPS = 6, LONG = 8, NEAR = 5, BITS = 6, COUNTED = 3 };
enum {
    L_WORDS, L_CHARS, L_FROM_START, L_FROM_END, L_SINCE_H1, L_SINCE_HEADING, L_BLOCKS_SINCE_HEADING, L_CONTAINER_1,
    L_CONTAINER_3, L_CONTAINER_5, L_AFTER_50, L_AFTER_80, L_KIND_SIZE, L_KIND_WORDS, L_ENTRY_REPEATS, L_ENTRY_WORDS,
    L_ALIKE, L_TIMES, L_CONTROLS, L_ANCHORS, L_WORDS_WITHIN, L_PAGE_WORDS, L_PAGE_BLOCKS, L_PAGE_LONGEST,
    P_DIGITS, P_ENDS, P_LINKS, P_IS_HEADING, P_IS_CAPTION, P_LEVEL, P_WORDS_BEFORE, P_PROSE_BEFORE, P_HEADING_ABOVE,
    P_INSIDE, P_DEPTH = P_INSIDE + BITS, P_RELATIVE_DEPTH, P_CONTAINER_PROSE, P_CONTAINER_LINKS,
    P_CONTAINER_SHARE = P_CONTAINER_LINKS + 4, P_MAIN_50 = P_CONTAINER_SHARE + 3, P_MAIN_80 = P_MAIN_50 + 6,
    P_IN_BEST = P_MAIN_80 + 6, P_PARENT_SCORE, P_GRANDPARENT_SCORE, P_KIND_PROSE, P_KIND_READS, P_KIND_LINKS,
    P_KIND_SHARE, P_ENTRY_PROSE, P_ENTRY_SHARE, P_COPY, P_COUNTED, P_TITLE = P_COUNTED + 2 * COUNTED, P_LINKS_WITHIN,
    P_PAGE_PROSE, P_PAGE_LINKS, P_PAGE_HEADINGS, P_PAGE_DIGITS, COLUMNS
};

typedef struct {
    Py_ssize_t count, size; /* blocks, elements */
    const double *figures[FIGURES], *totals;
    const int64_t *parents, *ends, *depths, *inside, *groups, *above, *kinds, *entries;
    const uint8_t *tags;
    double missing; /* whose logarithm is -1 */
    double *table;
    double *prose, *words, *links; /* what is in the subtree of each element; links: the share of characters in them */
    double *spare; /* 4 * size + 6 * count + 4 */
} Page;

static double *column(const Page *page, int place)
{
    return page->table + place * page->count;
}

static double larger(double one, double other)
{
    return one > other ? one : other;
}

static double smaller(double one, double other)
{
    return one < other ? one : other;
}

static void fill(const Page *page, int place, double value)
{
    double *cells = column(page, place);
    for (Py_ssize_t at = 0; at < page->count; at++)
        cells[at] = value;
}

/* The sums of a *figure* of the blocks over each element's subtree. */
static void sum_subtrees(const Page *page, const double *figure, double *sums)
{
    double *own = page->spare, *running = own + page->size;
    memset(own, 0, page->size * sizeof *own);
    for (Py_ssize_t at = 0; at < page->count; at++)
        own[page->above[at]] += figure[at];
    running[0] = 0;
    for (Py_ssize_t row = 0; row < page->size; row++)
        running[row + 1] = running[row] + own[row];
    for (Py_ssize_t row = 0; row < page->size; row++)
        sums[row] = running[page->ends[row]] - running[row];
}

static void tell_texts(const Page *page)
{
    for (Py_ssize_t at = 0; at < page->count; at++) {
        double chars = page->figures[CHARS][at], level = page->figures[LEVELS][at];
        column(page, P_DIGITS)[at] = page->figures[DIGITS][at] / chars;
        column(page, P_LINKS)[at] = page->figures[LINKED][at] / chars;
        column(page, P_IS_HEADING)[at] = level > 0;
        column(page, P_LEVEL)[at] = level > 0 ? level : 7;
    }
    static const int copied[][2] = {{L_WORDS, WORDS}, {L_CHARS, CHARS}, {P_ENDS, ENDS},  {P_IS_CAPTION, CAPTION},
                                    {L_ALIKE, ALIKE}, {P_COPY, COPY},   {P_TITLE, TITLE}};
    for (size_t pair = 0; pair < sizeof copied / sizeof *copied; pair++)
        memcpy(column(page, copied[pair][0]), page->figures[copied[pair][1]], page->count * sizeof(double));
}

static void tell_places(const Page *page)
{
    double words = 0, prose = 0, *before = page->spare;
    Py_ssize_t heading = -1, h1 = -1;
    for (Py_ssize_t at = 0; at < page->count; at++) {
        double level = page->figures[LEVELS][at];
        words += page->figures[WORDS][at];
        prose += page->figures[PROSE][at];
        before[at] = words - page->figures[WORDS][at];
        heading = level > 0 ? at : heading;
        h1 = level == 1 && h1 < 0 ? at : h1;
        column(page, L_FROM_START)[at] = (double)at;
        column(page, L_FROM_END)[at] = (double)(page->count - 1 - at);
        column(page, P_WORDS_BEFORE)[at] = before[at] / larger(1, page->totals[WORDS]);
        column(page, P_PROSE_BEFORE)[at] = (prose - page->figures[PROSE][at]) / larger(1, page->totals[PROSE]);
        column(page, L_SINCE_HEADING)[at] = heading < 0 ? page->missing : larger(0, before[at] - before[heading]);
        column(page, L_BLOCKS_SINCE_HEADING)[at] = heading < 0 ? page->missing : (double)(at - heading);
        column(page, P_HEADING_ABOVE)[at] = heading < 0 ? 0 : page->figures[LEVELS][heading];
    }
    for (Py_ssize_t at = 0; at < page->count; at++)
        column(page, L_SINCE_H1)[at] = h1 < 0 ? -1e5 : before[at] - before[h1];
}

static void tell_tree(const Page *page)
{
    double deepest = 1;
    for (Py_ssize_t at = 0; at < page->count; at++)
        deepest = larger(deepest, (double)page->depths[page->above[at]]);
    for (Py_ssize_t at = 0; at < page->count; at++) {
        int64_t row = page->above[at];
        for (int bit = 0; bit < BITS; bit++)
            column(page, P_INSIDE + bit)[at] = (double)(page->inside[row] >> bit & 1);
        column(page, P_DEPTH)[at] = (double)page->depths[row];
        column(page, P_RELATIVE_DEPTH)[at] = (double)page->depths[row] / deepest;
    }
}

static void tell_containers(const Page *page)
{
    double all = larger(1, page->words[0]);
    for (Py_ssize_t at = 0; at < page->count; at++) {
        int64_t rows[STEPS];
        for (int step = 0; step < STEPS; step++)
            rows[step] = page->above[step * page->count + at];
        column(page, P_CONTAINER_PROSE)[at] = page->prose[rows[2]] / larger(1, page->words[rows[2]]);
        for (int step = 0; step < 3; step++)
            column(page, L_CONTAINER_1 + step)[at] = page->words[rows[1 + 2 * step]];
        for (int step = 0; step < 4; step++)
            column(page, P_CONTAINER_LINKS + step)[at] = page->links[rows[step]];
        for (int step = 0; step < 3; step++)
            column(page, P_CONTAINER_SHARE + step)[at] = page->words[rows[step == 2 ? 5 : step + 2]] / all;
    }
}

/* Whether each block is in the element with that *share* of the sentences, how far off its path it hangs, and what else
   hangs there. */
static void tell_main(const Page *page, double share, int after, int others)
{
    double least = share * larger(1, page->prose[0]), *levels = page->spare, *branches = levels + page->size;
    Py_ssize_t main = 0, first = -1, last = page->count;
    for (Py_ssize_t row = 0; row < page->size && page->prose[0] != 0; row++)
        main = page->prose[row] >= least ? row : main;
    for (Py_ssize_t row = 0; row < page->size; row++) {
        int is_above = row <= main && main < page->ends[row];
        int64_t parent = page->parents[row];
        levels[row] = is_above ? (double)page->depths[row] : levels[parent];
        branches[row] = is_above || (parent <= main && main < page->ends[parent]) ? (double)row : branches[parent];
    }
    double deepest = (double)page->depths[main];
    for (Py_ssize_t at = 0; at < page->count; at++)
        if (levels[page->above[at]] == deepest) {
            first = first < 0 ? at : first;
            last = at;
        }
    for (Py_ssize_t at = 0; at < page->count; at++) {
        Py_ssize_t row = (Py_ssize_t)branches[page->above[at]];
        column(page, others)[at] = deepest - levels[page->above[at]];
        column(page, after)[at] = at > last ? (double)(at - last) : at < first ? (double)(at - first) : 0;
        column(page, others + 1)[at] = page->prose[main] / larger(1, page->words[main]);
        column(page, others + 2)[at] = page->words[main] / larger(1, page->words[0]);
        column(page, others + 3)[at] = page->prose[row] / larger(1, page->words[row]);
        column(page, others + 4)[at] = page->words[row] / larger(1, page->words[main]);
        column(page, others + 5)[at] = page->links[row];
    }
}

static void tell_best(const Page *page)
{
    const int64_t *rows = page->above, *one = rows + page->count, *two = one + page->count, *three = two + page->count;
    double *scores = page->spare, *halves = scores + page->size;
    memset(scores, 0, 2 * page->size * sizeof *scores);
    for (Py_ssize_t at = 0; at < page->count; at++) {
        double unlinked = larger(0, page->figures[CHARS][at] - page->figures[LINKED][at]);
        double points = page->figures[WORDS][at] >= LONG ? 1 + page->figures[COMMAS][at] + smaller(3, unlinked / 100) : 0;
        scores[one[at]] += points;
        halves[two[at]] += points / 2;
    }
    Py_ssize_t best = 0;
    for (Py_ssize_t row = 0; row < page->size; row++) {
        scores[row] = (scores[row] + halves[row]) * (1 - smaller(1, page->links[row]));
        best = scores[row] > scores[best] ? row : best;
    }
    double top = larger(1, scores[best]);
    for (Py_ssize_t at = 0; at < page->count; at++) {
        column(page, P_IN_BEST)[at] = rows[at] >= best && rows[at] < page->ends[best];
        column(page, P_PARENT_SCORE)[at] = scores[one[at]] / top;
        column(page, P_GRANDPARENT_SCORE)[at] = larger(scores[two[at]], scores[three[at]]) / top;
    }
}

/* What the blocks of the same kind look like. */
static void tell_kinds(const Page *page)
{
    enum { SIZE, KIND_WORDS, KIND_PROSE, READS, KIND_LINKS, KIND_CHARS, SUMS };
    memset(page->spare, 0, SUMS * page->count * sizeof *page->spare);
    for (Py_ssize_t at = 0; at < page->count; at++) {
        double *kind = page->spare + page->kinds[at] * SUMS;
        kind[SIZE] += 1;
        kind[KIND_WORDS] += page->figures[WORDS][at];
        kind[KIND_PROSE] += page->figures[PROSE][at];
        kind[READS] += page->figures[PROSE][at] > 0;
        kind[KIND_LINKS] += page->figures[LINKED][at];
        kind[KIND_CHARS] += page->figures[CHARS][at];
    }
    double all = larger(1, page->totals[WORDS]);
    for (Py_ssize_t at = 0; at < page->count; at++) {
        const double *kind = page->spare + page->kinds[at] * SUMS;
        column(page, L_KIND_SIZE)[at] = kind[SIZE];
        column(page, L_KIND_WORDS)[at] = kind[KIND_WORDS] / kind[SIZE];
        column(page, P_KIND_PROSE)[at] = kind[KIND_PROSE] / larger(1, kind[KIND_WORDS]);
        column(page, P_KIND_READS)[at] = kind[READS] / kind[SIZE];
        column(page, P_KIND_LINKS)[at] = kind[KIND_LINKS] / kind[KIND_CHARS];
        column(page, P_KIND_SHARE)[at] = kind[KIND_WORDS] / all;
    }
}

/* The repeated elements that each block is in. */
static void tell_entries(const Page *page)
{
    double *sizes = page->spare, *words = sizes + page->size, *prose = words + page->size;
    memset(sizes, 0, 3 * page->size * sizeof *sizes);
    for (Py_ssize_t row = 0; row < page->size; row++) {
        sizes[page->groups[row]] += 1;
        words[page->groups[row]] += page->words[row];
        prose[page->groups[row]] += page->prose[row];
    }
    double all = larger(1, page->totals[WORDS]);
    for (Py_ssize_t at = 0; at < page->count; at++) {
        int64_t list = page->groups[page->entries[at]];
        int has = page->entries[at] > 0;
        column(page, L_ENTRY_REPEATS)[at] = has ? sizes[list] : 0;
        column(page, L_ENTRY_WORDS)[at] = has ? words[list] / sizes[list] : page->missing;
        column(page, P_ENTRY_PROSE)[at] = has ? prose[list] / larger(1, words[list]) : -1;
        column(page, P_ENTRY_SHARE)[at] = has ? words[list] / all : -1;
    }
}

/* Times, controls and links in the containers of each block. */
static void tell_elements(const Page *page)
{
    double *running = page->spare;
    for (int which = 0; which < COUNTED; which++) {
        running[0] = 0;
        for (Py_ssize_t row = 0; row < page->size; row++)
            running[row + 1] = running[row] + (page->tags[row] == which + 1);
        fill(page, L_TIMES + which, running[page->ends[0]] - running[0]);
        for (int step = 2; step <= 4; step += 2)
            for (Py_ssize_t at = 0; at < page->count; at++) {
                int64_t row = page->above[step * page->count + at];
                column(page, P_COUNTED + 2 * which + step / 2 - 1)[at] =
                    10 * (running[page->ends[row]] - running[row]) / larger(1, page->words[row]);
            }
    }
}

static void tell_surroundings(const Page *page)
{
    double *links = page->spare, *chars = links + page->count + 1, *words = chars + page->count + 1;
    links[0] = chars[0] = words[0] = 0;
    for (Py_ssize_t at = 0; at < page->count; at++) {
        links[at + 1] = links[at] + page->figures[LINKED][at];
        chars[at + 1] = chars[at] + page->figures[CHARS][at];
        words[at + 1] = words[at] + page->figures[WORDS][at];
    }
    for (Py_ssize_t at = 0; at < page->count; at++) {
        Py_ssize_t begin = at > NEAR ? at - NEAR : 0, stop = at + NEAR + 1 < page->count ? at + NEAR + 1 : page->count;
        column(page, P_LINKS_WITHIN)[at] = (links[stop] - links[begin]) / larger(1, chars[stop] - chars[begin]);
        column(page, L_WORDS_WITHIN)[at] = larger(1, words[stop] - words[begin]);
    }
}

static void tell_page(const Page *page)
{
    double longest = 0, headings = 0;
    for (Py_ssize_t at = 0; at < page->count; at++) {
        longest = larger(longest, page->figures[PROSE][at]);
        headings += page->figures[LEVELS][at] != 0;
    }
    fill(page, L_PAGE_WORDS, page->totals[WORDS]);
    fill(page, L_PAGE_BLOCKS, (double)page->count);
    fill(page, L_PAGE_LONGEST, longest);
    fill(page, P_PAGE_PROSE, page->totals[PROSE] / larger(1, page->totals[WORDS]));
    fill(page, P_PAGE_LINKS, page->totals[LINKED] / larger(1, page->totals[CHARS]));
    fill(page, P_PAGE_HEADINGS, headings / (double)page->count);
    fill(page, P_PAGE_DIGITS, page->totals[DIGITS] / larger(1, page->totals[CHARS]));
}

static void tell(Page *page)
{
    double *chars = page->spare + 3 * page->size + 1;
    sum_subtrees(page, page->figures[PROSE], page->prose);
    sum_subtrees(page, page->figures[WORDS], page->words);
    sum_subtrees(page, page->figures[LINKED], page->links);
    sum_subtrees(page, page->figures[CHARS], chars);
    for (Py_ssize_t row = 0; row < page->size; row++)
        page->links[row] /= larger(1, chars[row]);
    tell_texts(page);
    tell_places(page);
    tell_tree(page);
    tell_containers(page);
    tell_main(page, 0.5, L_AFTER_50, P_MAIN_50);
    tell_main(page, 0.8, L_AFTER_80, P_MAIN_80);
    tell_best(page);
    tell_kinds(page);
    tell_entries(page);
    tell_elements(page);
    tell_surroundings(page);
    tell_page(page);
}

static int are_rows(const int64_t *rows, Py_ssize_t count, Py_ssize_t size)
{
    for (Py_ssize_t at = 0; at < count; at++)
        if (rows[at] < 0 || rows[at] >= size)
            return 0;
    return 1;
}

/* Whether the tree is one, and nothing leads out of it. */
static int fits(const Page *page)
{
    for (Py_ssize_t row = 0; row < page->size; row++)
        if (page->parents[row] < 0 || (row && page->parents[row] >= row) || page->ends[row] <= row ||
            page->ends[row] > page->size)
            return 0;
    return page->count > 0 && page->size > 0 && !page->parents[0] && page->ends[0] == page->size &&
           are_rows(page->groups, page->size, page->size) && are_rows(page->kinds, page->count, page->count) &&
           are_rows(page->entries, page->count, page->size) && are_rows(page->above, STEPS * page->count, page->size);
}

const char block_columns_doc[] =
    "block_columns(figures, totals, parents, ends, depths, inside, groups, above, kinds, entries, tags, missing) -> bytearray";

PyObject *block_columns(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { OF_BLOCKS, TOTALS, PARENTS, STOPS, DEPTHS, INSIDE, GROUPS, ABOVE, KINDS, ENTRIES, TAGS, ARRAYS };
    Py_buffer given[ARRAYS];
    PyObject *table = NULL;
    Page page = {0};
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*y*y*y*y*y*y*d", &given[OF_BLOCKS], &given[TOTALS], &given[PARENTS],
                          &given[STOPS], &given[DEPTHS], &given[INSIDE], &given[GROUPS], &given[ABOVE], &given[KINDS],
                          &given[ENTRIES], &given[TAGS], &page.missing))
        return NULL;
    Py_ssize_t wide = (Py_ssize_t)sizeof(double);
    page.count = given[KINDS].len / wide, page.size = given[TAGS].len;
    page.totals = given[TOTALS].buf, page.tags = given[TAGS].buf;
    page.parents = given[PARENTS].buf, page.ends = given[STOPS].buf, page.depths = given[DEPTHS].buf;
    page.inside = given[INSIDE].buf, page.groups = given[GROUPS].buf, page.above = given[ABOVE].buf;
    page.kinds = given[KINDS].buf, page.entries = given[ENTRIES].buf;
    for (int figure = 0; figure < FIGURES; figure++)
        page.figures[figure] = (const double *)given[OF_BLOCKS].buf + figure * page.count;
    int is_right = given[OF_BLOCKS].len == FIGURES * page.count * wide && given[TOTALS].len == FIGURES * wide &&
                   given[KINDS].len == page.count * wide && given[ENTRIES].len == page.count * wide &&
                   given[ABOVE].len >= STEPS * page.count * wide;
    for (int array = PARENTS; array <= GROUPS; array++)
        is_right = is_right && given[array].len == page.size * wide;
    if (!is_right || !fits(&page))
        PyErr_SetString(PyExc_ValueError, "the columns are not those of a page");
    else {
        double *room = PyMem_Malloc((7 * page.size + 6 * page.count + 8) * sizeof *room);
        page.prose = room, page.words = room + page.size, page.links = room + 2 * page.size;
        page.spare = room + 3 * page.size;
        table = room ? PyByteArray_FromStringAndSize(NULL, COLUMNS * page.count * wide) : PyErr_NoMemory();
        if (table) {
            page.table = (double *)PyByteArray_AS_STRING(table);
            tell(&page);
        }
        PyMem_Free(room);
    }
    for (int array = 0; array < ARRAYS; array++)
        PyBuffer_Release(&given[array]);
    return table;
}
