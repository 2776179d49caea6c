/* Twin of ``cleaner.duplicates.passages``: passages and sub-passages cut out of text. */

#include "passages.h"
#include "prose.h"

enum { PROSE = 1, LISTED = 6 }; /* what blocks are */
enum { SENTENCE_STRETCH = 2 };

/* A span, its first word and the one behind it. */
typedef struct {
    int64_t start, end, first, last;
} Range;

typedef struct {
    Prose prose;
    Quoted quoted;
    const int32_t *starts; /* of words */
    Py_ssize_t words, near, max_words, min_words, min_sub_words;
    Marks marks;
    Numbers sentences, quotes, pieces; /* of a stretch, starts and ends */
    Numbers clipped[SENTENCE + 1];     /* the ranges of a piece by kind */
    Numbers found, kinds;              /* the ranges of all passages, and what they are */
} Cutter;

static Py_ssize_t ordinal(Cutter *cutter, Py_ssize_t place)
{
    return cutter->near = ordinal_near(cutter->starts, cutter->words, cutter->near, place);
}

static Range range_of(Cutter *cutter, Py_ssize_t start, Py_ssize_t end)
{
    Range range = {start, end, ordinal(cutter, start), 0};
    range.last = ordinal(cutter, end);
    return range;
}

static int add_range(Numbers *ranges, const Range *range)
{
    return add_two(ranges, range->start, range->end) < 0 ? -1 : add_two(ranges, range->first, range->last);
}

static int add_passage(Cutter *cutter, const Range *range, int kind)
{
    return add_range(&cutter->found, range) < 0 ? -1 : add_number(&cutter->kinds, kind);
}

static int have_same_words(const Range *one, const Range *other)
{
    return one->first == other->first && one->last == other->last;
}

/* Sets the ranges of those of *spans*, from the place *from* on, that reach into *piece*, clipped to it: such as have
   words enough, not those of the piece, and not those of the one before. Only what reaches beyond the piece, and what
   begins behind it, is left from *from* on. */
static int clip(Cutter *cutter, Numbers *spans, Py_ssize_t *from, const Range *piece, int kind)
{
    Numbers *clipped = &cutter->clipped[kind];
    Range before = *piece;
    Py_ssize_t to = *from;
    clipped->length = 0;
    for (; to < spans->length && spans->items[to] < piece->end; to += 2) {
        int64_t start = spans->items[to], end = spans->items[to + 1];
        if (end <= piece->start)
            continue;
        Range range = range_of(cutter, start > piece->start ? start : piece->start, end < piece->end ? end : piece->end);
        if (range.last - range.first < cutter->min_sub_words || have_same_words(&range, piece) ||
            have_same_words(&range, &before))
            continue;
        if (add_range(clipped, &range) < 0)
            return -1;
        before = range;
    }
    Py_ssize_t left = to;
    for (Py_ssize_t at = to; at > *from; at -= 2)
        if (spans->items[at - 1] > piece->end) {
            spans->items[--left] = spans->items[at - 1];
            spans->items[--left] = spans->items[at - 2];
        }
    *from = left;
    return 0;
}

/* Adds *piece*, then what was clipped to it, by start and the longer first; of what has the same words, the quotation. */
static int add_piece(Cutter *cutter, const Range *piece)
{
    const Numbers *quotes = &cutter->clipped[QUOTE], *sentences = &cutter->clipped[SENTENCE];
    const Range *quote = (const Range *)quotes->items, *last_quote = quote + quotes->length / 4, *alike = quote;
    const Range *sentence = (const Range *)sentences->items, *last = sentence + sentences->length / 4;
    int done = add_passage(cutter, piece, PASSAGE);
    for (; !done && sentence < last; sentence++) {
        while (alike < last_quote && alike->first < sentence->first)
            alike++;
        const Range *other = alike; /* there are as many as are nested */
        while (other < last_quote && other->first == sentence->first && other->last != sentence->last)
            other++;
        if (other < last_quote && other->first == sentence->first)
            continue;
        for (; !done && quote < last_quote; quote++) {
            if (quote->start > sentence->start || (quote->start == sentence->start && quote->end < sentence->end))
                break;
            done = add_passage(cutter, quote, QUOTE);
        }
        done = done ? done : add_passage(cutter, sentence, SENTENCE);
    }
    for (; !done && quote < last_quote; quote++)
        done = add_passage(cutter, quote, QUOTE);
    return done;
}

/* Where the first white space between *word* and the one before is; -1 if the two are not parted by any. */
static Py_ssize_t space_before(const Cutter *cutter, Py_ssize_t word)
{
    const Text *text = &cutter->prose.text;
    Py_ssize_t at = cutter->starts[word - 1], end = cutter->starts[word];
    for (at = at < 0 ? 0 : at, end = end > text->length ? text->length : end; at < end; at++)
        if (Py_UNICODE_ISSPACE(char_at(text, at)))
            return at;
    return -1;
}

/* Puts a part of *words* to the last piece, which has *size*, or makes it the next one. */
static int put(Cutter *cutter, Py_ssize_t *size, Py_ssize_t start, Py_ssize_t end, Py_ssize_t words)
{
    Numbers *pieces = &cutter->pieces;
    if (*size && (*size < cutter->min_words || *size + words <= cutter->max_words)) {
        pieces->items[pieces->length - 1] = end;
        *size += words;
        return 0;
    }
    *size = words;
    return add_two(pieces, start, end);
}

/* Puts a sentence to the pieces; in parts, cut between words, if it is beyond measure. */
static int put_sentence(Cutter *cutter, Py_ssize_t *size, Py_ssize_t start, Py_ssize_t end)
{
    Range range = range_of(cutter, start, end);
    Py_ssize_t word = range.first, most = cutter->max_words;
    while (range.last - word > SENTENCE_STRETCH * most) {
        Py_ssize_t cut = word + most, least = cut - (most >= 6 ? most / 3 : 1), border = -1;
        for (Py_ssize_t place = cut; border < 0 && place > least; place--)
            if ((border = space_before(cutter, place)) >= 0)
                cut = place;
        border = border < 0 ? cutter->starts[cut] : border;
        if (border < start || border > end)
            return fail("words lie outside of the text");
        Py_ssize_t begin = start, stop = border;
        trim(&cutter->prose, &begin, &stop);
        if (put(cutter, size, begin, stop, cut - word) < 0)
            return -1;
        start = border;
        word = cut;
    }
    trim(&cutter->prose, &start, &end);
    return put(cutter, size, start, end, range.last - word);
}

/* Cuts a long stretch into pieces, where its sentences end if it is prose. */
static int cut_long(Cutter *cutter, Py_ssize_t start, Py_ssize_t end, int is_prose)
{
    Numbers *pieces = &cutter->pieces;
    const Numbers *sentences = &cutter->sentences;
    Py_ssize_t size = 0;
    int done = is_prose ? 0 : put_sentence(cutter, &size, start, end);
    for (Py_ssize_t at = 0; !done && is_prose && at < sentences->length; at += 2)
        done = put_sentence(cutter, &size, sentences->items[at], sentences->items[at + 1]);
    if (!done && pieces->length > 2 && size < cutter->min_words) { /* the last one is too short */
        pieces->items[pieces->length - 3] = pieces->items[pieces->length - 1];
        pieces->length -= 2;
    }
    return done;
}

/* Adds the passages of a stretch without space around it. */
static int cut_stretch(Cutter *cutter, const Range *all, int is_prose)
{
    Py_ssize_t start = all->start, end = all->end, words = all->last - all->first, quote = 0, sentence = 0;
    if (words < cutter->min_words)
        return 0;
    int done = 0, is_long = words > cutter->max_words;
    cutter->sentences.length = cutter->quotes.length = cutter->pieces.length = 0;
    if (is_prose && (is_long || words >= cutter->min_sub_words))
        done = find_marks(&cutter->marks, &cutter->prose.text, start, end) < 0 ||
                       add_sentences(&cutter->prose, &cutter->marks, &cutter->sentences) < 0
                   ? -1
                   : add_quotations(&cutter->quoted, &cutter->marks, &cutter->quotes);
    if (!done)
        done = is_long ? cut_long(cutter, start, end, is_prose) : add_two(&cutter->pieces, start, end);
    for (Py_ssize_t at = 0; !done && at < cutter->pieces.length; at += 2) {
        Range piece = is_long ? range_of(cutter, cutter->pieces.items[at], cutter->pieces.items[at + 1]) : *all;
        done = clip(cutter, &cutter->quotes, &quote, &piece, QUOTE);
        if (!done)
            done = clip(cutter, &cutter->sentences, &sentence, &piece, SENTENCE);
        if (!done)
            done = add_piece(cutter, &piece);
    }
    return done;
}

/* Adds the passages of *blocks*, of which neighbouring short items, or rows, are one stretch. */
static int cut_blocks(Cutter *cutter, const int64_t *blocks, const char *roles, Py_ssize_t count)
{
    Range run = {0};
    Py_ssize_t run_words = 0; /* those between the blocks do not count */
    int run_role = 0, done = 0;
    for (Py_ssize_t at = 0; !done && at < count; at++) {
        Py_ssize_t start = blocks[2 * at], end = blocks[2 * at + 1];
        trim(&cutter->prose, &start, &end);
        if (start == end)
            continue;
        Range block = range_of(cutter, start, end);
        Py_ssize_t words = block.last - block.first;
        int role = words < cutter->min_words ? roles[at] & LISTED : 0;
        if (run_role && (role != run_role || run_words + words > cutter->max_words)) {
            done = cut_stretch(cutter, &run, 0);
            run_role = 0;
        }
        if (!done && !role)
            done = cut_stretch(cutter, &block, roles[at] & PROSE);
        if (role) {
            run = run_role ? (Range){run.start, block.end, run.first, block.last} : block;
            run_words = run_role ? run_words + words : words;
        }
        run_role = role;
    }
    return done || !run_role ? done : cut_stretch(cutter, &run, 0);
}

static PyObject *bytes_of_passages(const Cutter *cutter)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, cutter->kinds.length * (Py_ssize_t)sizeof(Passage));
    Passage *passages = bytes ? (Passage *)(void *)PyBytes_AS_STRING(bytes) : NULL;
    const Range *range = (const Range *)cutter->found.items;
    for (Py_ssize_t at = 0; passages && at < cutter->kinds.length; at++, range++) {
        memset(passages + at, 0, sizeof *passages);
        passages[at].start = range->start;
        passages[at].end = range->end;
        passages[at].first = range->first;
        passages[at].words = range->last - range->first;
        passages[at].kind = (uint8_t)cutter->kinds.items[at];
    }
    return bytes;
}

const char passages_doc[] =
    "passages(text, blocks, roles, starts, lengths, sentence_kinds, words, sieve, quote_kinds, closers) -> bytes";

PyObject *passages(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *string, *words, *result = NULL;
    Py_buffer blocks, roles, starts, kinds, sieve, quote_kinds, closers;
    Cutter cutter = {0};
    if (!PyArg_ParseTuple(arguments, "Uy*y*y*(nnn)y*O!y*y*y*", &string, &blocks, &roles, &starts, &cutter.max_words,
                          &cutter.min_words, &cutter.min_sub_words, &kinds, &PyDict_Type, &words, &sieve, &quote_kinds,
                          &closers))
        return NULL;
    int done = open_prose(&cutter.prose, string, &kinds, words, &sieve);
    if (!done)
        done = open_quoted(&cutter.quoted, string, &quote_kinds, &closers);
    if (!done && !are_spans(&blocks, cutter.prose.text.length))
        done = -1;
    if (!done && (roles.len != blocks.len / 16 || cutter.max_words < 1))
        done = fail("no roles for the blocks, or no lengths");
    /* No text has more words; a sub-passage has one. */
    cutter.max_words = cutter.max_words > INT32_MAX ? INT32_MAX : cutter.max_words;
    cutter.min_sub_words = cutter.min_sub_words < 1 ? 1 : cutter.min_sub_words;
    cutter.starts = starts.buf;
    cutter.words = starts.len / 4;
    if (!done && cut_blocks(&cutter, blocks.buf, roles.buf, roles.len) == 0)
        result = bytes_of_passages(&cutter);
    Numbers *numbers[] = {&cutter.marks.bits, &cutter.sentences, &cutter.quotes, &cutter.pieces, &cutter.clipped[QUOTE],
                          &cutter.clipped[SENTENCE], &cutter.found, &cutter.kinds};
    for (size_t at = 0; at < sizeof numbers / sizeof *numbers; at++)
        free_numbers(numbers[at]);
    Py_buffer *buffers[] = {&blocks, &roles, &starts, &kinds, &sieve, &quote_kinds, &closers};
    for (size_t at = 0; at < sizeof buffers / sizeof *buffers; at++)
        PyBuffer_Release(buffers[at]);
    return result;
}
