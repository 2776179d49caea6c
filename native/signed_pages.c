/* Twin of ``cleaner.duplicates.columns.sign_pages``: what is stored of the passages of pages. */

#include "passages.h"

enum { ROW = 37 }; /* bytes of a row of ``ROW`` */
enum { TABLE, SHINGLES, STARTS, ENDS, MARKS, OWNERS, BANDS, SIZES, COLUMNS };

typedef struct {
    const int64_t *borders, *begins, *pieces, *unseen;
    Py_ssize_t texts, piece_count, words, ngram;
    int64_t *text_begins; /* the first word of each text, and the last one's end, as they are folded */
    Passage *rows;        /* their words, too */
    int64_t *text_of;     /* of each row */
    Py_ssize_t row_count;
    int64_t *inside, *first, *last; /* the rows of passages proper, and their words */
    Py_ssize_t inside_count;
    int64_t *set_begins, *set_counts; /* the shingles of those and of whole texts, in their text */
    int64_t *set_ends;                /* how many sets there are up to the end of each text */
    Py_ssize_t set_count;
    uint32_t *mixed, *signatures; /* room for those of any text */
} Pages;

static void *room_for(Py_ssize_t count, size_t size)
{
    void *room = PyMem_Malloc(((size_t)count + 1) * size);
    return room ? room : PyErr_NoMemory();
}

static int open_pages(Pages *pages, Py_ssize_t rows)
{
    int64_t **columns[] = {&pages->text_of, &pages->inside, &pages->first, &pages->last, &pages->set_begins,
                           &pages->set_counts};
    size_t count = sizeof columns / sizeof *columns;
    pages->text_begins = room_for(2 * pages->texts, sizeof *pages->text_begins);
    pages->rows = room_for(rows, sizeof *pages->rows);
    *columns[0] = room_for(rows * (Py_ssize_t)count, sizeof **columns[0]);
    if (!pages->text_begins || !pages->rows || !*columns[0])
        return -1;
    for (size_t at = 1; at < count; at++)
        *columns[at] = *columns[0] + rows * (Py_ssize_t)at;
    pages->set_ends = pages->text_begins + pages->texts + 1;
    return 0;
}

static void close_pages(Pages *pages)
{
    PyMem_Free(pages->text_begins);
    PyMem_Free(pages->rows);
    PyMem_Free(pages->text_of);
    PyMem_Free(pages->mixed);
    PyMem_Free(pages->signatures);
}

/* How many words begin before *place*, before which so many are *shown*. */
static int64_t folded_before(const Pages *pages, int64_t place, int64_t shown)
{
    Py_ssize_t low = 0, high = pages->piece_count;
    while (low < high) { /* the first piece that begins behind the place */
        Py_ssize_t middle = low + (high - low) / 2;
        if (pages->pieces[middle] <= place)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? shown + pages->unseen[low - 1] : shown;
}

/* How many shingles *words* words are from *first* on, in a text that ends at *end*: fewer than an n-gram are one, but
   only at the end, as no other shingle is as short. */
static int64_t shingle_count(int64_t first, int64_t words, int64_t end, int64_t ngram)
{
    if (words < ngram)
        return words > 0 && first + words == end;
    return words - ngram + 1;
}

/* Adds a row with its words as they are folded; -1 with an exception set where there are none of these. */
static int add_row(Pages *pages, Passage row, Py_ssize_t text)
{
    int64_t first = folded_before(pages, row.start, row.first);
    int64_t last = folded_before(pages, row.end, row.first + row.words);
    if (first < pages->text_begins[text] || first > last || last > pages->text_begins[text + 1])
        return fail("passages lie outside of the words");
    row.first = first;
    row.words = last - first;
    if (row.kind == PASSAGE) {
        pages->inside[pages->inside_count] = pages->row_count;
        pages->first[pages->inside_count] = first;
        pages->last[pages->inside_count++] = last;
    }
    if (row.kind == PASSAGE || row.kind == WHOLE) {
        int64_t begin = pages->text_begins[text], end = pages->text_begins[text + 1];
        pages->set_begins[pages->set_count] = first - begin;
        pages->set_counts[pages->set_count++] = shingle_count(first, row.words, end, pages->ngram);
    }
    pages->text_of[pages->row_count] = text;
    pages->rows[pages->row_count++] = row;
    return 0;
}

static int add_rows(Pages *pages, const Passage *passages, Py_ssize_t count, int has_wholes)
{
    const int64_t *borders = pages->borders;
    Py_ssize_t at = 0;
    for (Py_ssize_t text = 0; text < pages->texts; text++) {
        for (; at < count && passages[at].start < borders[text + 1]; at++)
            if (add_row(pages, passages[at], text) < 0)
                return -1;
        int64_t first = pages->begins[text];
        Passage whole = {borders[text], borders[text + 1], first, pages->begins[text + 1] - first, WHOLE};
        if (has_wholes && add_row(pages, whole, text) < 0)
            return -1;
        pages->set_ends[text] = pages->set_count;
    }
    return at < count ? fail("passages lie outside of the texts") : 0;
}

static int place_texts(Pages *pages)
{
    int64_t *places = pages->text_begins, before = 0;
    for (Py_ssize_t text = 0; text <= pages->texts; text++) {
        places[text] = folded_before(pages, pages->borders[text], pages->begins[text]);
        if (places[text] < before || places[text] > pages->words)
            return fail("texts lie outside of the words");
        before = places[text];
    }
    return places[0] == 0 && before == pages->words ? 0 : fail("texts do not make up the words");
}

static unsigned char *put(unsigned char *bytes, uint64_t number, int size)
{
    for (int at = 0; at < size; at++)
        bytes[at] = (unsigned char)(number >> 8 * at);
    return bytes + size;
}

/* Sets the rows of the table, little-endian on every machine. */
static void fill_table(const Pages *pages, const uint64_t *hashes, unsigned char *table)
{
    const Passage *rows = pages->rows;
    Py_ssize_t around = -1, first_row = 0;
    uint64_t exact = 0;
    for (Py_ssize_t at = 0; at < pages->row_count; at++) {
        const Passage *row = rows + at;
        Py_ssize_t text = pages->text_of[at], parent = at;
        uint32_t start = (uint32_t)(row->start - pages->borders[text]), end = (uint32_t)(row->end - pages->borders[text]);
        first_row = at && text != pages->text_of[at - 1] ? at : first_row;
        /* A text of one passage is a row twice. */
        if (!at || row->first != row[-1].first || row->words != row[-1].words)
            exact = xxh3((const unsigned char *)(hashes + row->first), 8 * row->words);
        while (around + 1 < pages->inside_count && rows[pages->inside[around + 1]].start <= row->start)
            around++;
        if (row->kind != WHOLE && pages->inside_count)
            parent = pages->inside[around < 0 ? pages->inside_count - 1 : around];
        table = put(table, exact, 8);
        table = put(table, start, 4);
        table = put(table, end, 4);
        table = put(table, start, 4);
        table = put(table, end, 4);
        table = put(table, row->kind, 1);
        table = put(table, (uint32_t)(parent - first_row), 4);
        table = put(table, (uint32_t)(row->first - pages->text_begins[text]), 4);
        table = put(table, (uint32_t)row->words, 4);
    }
}

/* Sets the places of words in their own texts. */
static void fill_places(const Pages *pages, const int32_t *starts, const int32_t *ends, int32_t *own_starts,
                        int32_t *own_ends)
{
    for (Py_ssize_t text = 0; text < pages->texts; text++)
        for (Py_ssize_t at = pages->text_begins[text]; at < pages->text_begins[text + 1]; at++) {
            own_starts[at] = starts[at] - (int32_t)pages->borders[text];
            own_ends[at] = ends[at] - (int32_t)pages->borders[text];
        }
}

static void fill_sizes(const Pages *pages, int64_t *sizes)
{
    for (Py_ssize_t text = 0; text < pages->texts; text++) {
        sizes[2 * text] = 0;
        sizes[2 * text + 1] = pages->text_begins[text + 1] - pages->text_begins[text];
    }
    for (Py_ssize_t at = 0; at < pages->row_count; at++)
        sizes[2 * pages->text_of[at]]++;
}

/* Makes room to sign the sets of a text; -1 with an exception set. */
static int make_room(Pages *pages, Py_ssize_t permutations)
{
    Py_ssize_t most_words = 0, most_sets = 0;
    for (Py_ssize_t text = 0; text < pages->texts; text++) {
        Py_ssize_t words = pages->text_begins[text + 1] - pages->text_begins[text];
        Py_ssize_t sets = pages->set_ends[text] - (text ? pages->set_ends[text - 1] : 0);
        most_words = words > most_words ? words : most_words;
        most_sets = sets > most_sets ? sets : most_sets;
    }
    pages->mixed = room_for(most_words, sizeof *pages->mixed);
    pages->signatures = room_for(most_sets * permutations, sizeof *pages->signatures);
    return pages->mixed && pages->signatures ? 0 : -1;
}

/* Signs the sets and hashes their bands. Text by text they stay in the processor's cache. */
static void fill_bands(const Pages *pages, const uint32_t *shingles, const Permutations *permutations, Py_ssize_t bands,
                       uint32_t *keys)
{
    for (Py_ssize_t text = 0, first = 0, last; text < pages->texts; text++, first = last) {
        Py_ssize_t begin = pages->text_begins[text];
        last = pages->set_ends[text];
        if (first == last)
            continue;
        mix_shingles(shingles + begin, pages->text_begins[text + 1] - begin, pages->mixed);
        sign_sets(pages->mixed, pages->set_begins + first, pages->set_counts + first, last - first, permutations,
                  pages->signatures);
        hash_bands(pages->signatures, last - first, permutations->count, bands, keys + first * bands);
    }
}

/* Sets the fingerprints and the rows of the passages that they are in, in new columns; -1 with an exception set. How many
   there are is known when they are found, so *marks* and *owners* are room for one of each word. */
static int add_fingerprints(const Pages *pages, const uint32_t *shingles, uint32_t *marks, int32_t *owners,
                            PyObject **columns)
{
    Sieve sieve = {pages->first, pages->last, pages->inside_count};
    Py_ssize_t found =
        find_fingerprints(shingles, pages->text_begins, pages->texts, pages->ngram, &sieve, marks, owners);
    for (Py_ssize_t at = 0; at < found; at++)
        owners[at] = (int32_t)pages->inside[owners[at]];
    columns[MARKS] = PyBytes_FromStringAndSize((const char *)marks, 4 * found);
    columns[OWNERS] = PyBytes_FromStringAndSize((const char *)owners, 4 * found);
    return columns[MARKS] && columns[OWNERS] ? 0 : -1;
}

const char sign_doc[] =
    "sign(passages, borders, has_wholes, begins, hashes, starts, ends, stored, pieces, unseen, ngram, bands, factors, terms)"
    " -> columns";

PyObject *sign(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer passages, borders, begins, hashes, starts, ends, stored, pieces, unseen, factors, terms;
    Py_buffer *buffers[] = {&passages, &borders, &begins, &hashes, &starts, &ends,
                            &stored,   &pieces,  &unseen, &factors, &terms};
    PyObject *columns[COLUMNS] = {NULL}, *result = NULL;
    Py_ssize_t ngram, bands;
    int has_wholes;
    if (!PyArg_ParseTuple(arguments, "y*y*py*y*y*y*y*y*y*nny*y*", &passages, &borders, &has_wholes, &begins, &hashes,
                          &starts, &ends, &stored, &pieces, &unseen, &ngram, &bands, &factors, &terms))
        return NULL;
    Pages pages = {.borders = borders.buf, .begins = begins.buf, .pieces = pieces.buf, .unseen = unseen.buf,
                   .texts = borders.len / 8 - 1, .piece_count = pieces.len / 8, .words = hashes.len / 8, .ngram = ngram};
    Py_ssize_t count = passages.len / (Py_ssize_t)sizeof(Passage), words = pages.words;
    int done = 0;
    if (pages.texts < 0 || begins.len != borders.len || unseen.len != pieces.len || stored.len != hashes.len ||
        starts.len != 4 * words || ends.len != 4 * words)
        done = fail("columns of different length");
    if (!done && (ngram < 1 || bands < 1 || factors.len / 4 < bands || terms.len != factors.len))
        done = fail("no n-grams, or no bands");
    if (!done)
        done = open_pages(&pages, count + pages.texts);
    if (!done)
        done = place_texts(&pages) < 0 ? -1 : add_rows(&pages, passages.buf, count, has_wholes);
    Permutations permutations = {factors.buf, terms.buf, factors.len / 4};
    if (!done)
        done = make_room(&pages, permutations.count);
    Py_ssize_t sizes[COLUMNS] = {[TABLE] = ROW * pages.row_count, [SHINGLES] = 4 * words, [STARTS] = 4 * words,
                                 [ENDS] = 4 * words, [BANDS] = 4 * bands * pages.set_count, [SIZES] = 16 * pages.texts};
    void *found[COLUMNS] = {NULL};
    for (int column = 0; !done && column < COLUMNS; column++)
        if (column != MARKS && column != OWNERS) {
            columns[column] = PyBytes_FromStringAndSize(NULL, sizes[column]);
            done = columns[column] ? 0 : -1;
            found[column] = columns[column] ? PyBytes_AS_STRING(columns[column]) : NULL;
        }
    if (!done) {
        hash_shingles(hashes.buf, pages.text_begins, pages.texts, ngram, found[SHINGLES]);
        /* The places of words come later. */
        done = add_fingerprints(&pages, found[SHINGLES], found[STARTS], found[ENDS], columns);
    }
    if (!done) {
        Py_BEGIN_ALLOW_THREADS
        fill_table(&pages, stored.buf, found[TABLE]);
        fill_places(&pages, starts.buf, ends.buf, found[STARTS], found[ENDS]);
        fill_sizes(&pages, found[SIZES]);
        fill_bands(&pages, found[SHINGLES], &permutations, bands, found[BANDS]);
        Py_END_ALLOW_THREADS
    }
    if (!done)
        result = PyTuple_New(COLUMNS);
    for (int column = 0; column < COLUMNS; column++)
        if (result)
            PyTuple_SET_ITEM(result, column, columns[column]);
        else
            Py_XDECREF(columns[column]);
    close_pages(&pages);
    for (size_t at = 0; at < sizeof buffers / sizeof *buffers; at++)
        PyBuffer_Release(buffers[at]);
    return result;
}
