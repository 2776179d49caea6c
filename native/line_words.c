/* Twin of loops in ``cleaner.boilerplate.line_tokens`` and ``text_repeats``: what the words of lines are, and say. */

#include "native.h"

enum { SHORT = 8, MEDIUM = 40, SHORTEST = 4 };

/* A word of a line: its characters, or that it is a number. */
typedef struct {
    Py_ssize_t begin, end;
    int is_number;
} Word;

typedef struct {
    Word *items;
    Py_ssize_t length, room;
} Words;

/* A token under construction; longer than *most*, it is none of those that are known. */
typedef struct {
    Py_UCS4 *items;
    Py_ssize_t length, most;
} Token;

typedef struct {
    KnownWords known;
    const double *scores;
    int32_t *lines; /* by word, the number of the last line that has it */
} Lexicon;

static int is_word(Py_UCS4 c)
{
    if (c < 128)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_';
    return Py_UNICODE_ISALNUM(c);
}

static int is_letter(Py_UCS4 c)
{
    return c < 128 ? (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') : Py_UNICODE_ISALNUM(c) && !Py_UNICODE_ISDECIMAL(c);
}

static int is_decimal(Py_UCS4 c)
{
    return c < 128 ? c >= '0' && c <= '9' : Py_UNICODE_ISDECIMAL(c);
}

static int is_mark(Py_UCS4 c)
{
    switch (c) {
    case 0xA9: case '@': case '$': case 0x20AC: case 0xA3: case '%': case '|': case 0xBB: case 0x203A: case 0x2022:
    case 0xB7: case '+':
        return 1;
    }
    return 0;
}

static int add_word(Words *words, Word word)
{
    if (words->length == words->room) {
        Py_ssize_t room = words->room ? 2 * words->room : 64;
        Word *larger = PyMem_Realloc(words->items, room * sizeof *larger);
        if (!larger) {
            PyErr_NoMemory();
            return -1;
        }
        words->items = larger;
        words->room = room;
    }
    words->items[words->length++] = word;
    return 0;
}

/* The words of *line*; -1 with an exception set where there is no memory. */
static int read_words(const Text *line, Words *words)
{
    words->length = 0;
    for (Py_ssize_t at = 0; at < line->length;) {
        Py_UCS4 c = char_at(line, at);
        Word word = {at, at + 1, 0};
        if (is_letter(c)) {
            word.is_number = Py_UNICODE_ISDIGIT(c);
            for (; word.end < line->length && is_letter(char_at(line, word.end)); word.end++)
                word.is_number = word.is_number && Py_UNICODE_ISDIGIT(char_at(line, word.end));
            Py_ssize_t end = word.end + 1;
            if (end < line->length && char_at(line, word.end) == '\'')
                for (; end < line->length && char_at(line, end) >= 'a' && char_at(line, end) <= 'z'; end++)
                    word.end = end + 1, word.is_number = 0;
        } else if (is_decimal(c)) {
            word.is_number = 1;
            while (word.end < line->length && is_decimal(char_at(line, word.end)))
                word.end++;
        } else if (!is_mark(c)) {
            at++;
            continue;
        }
        if (add_word(words, word) < 0)
            return -1;
        at = word.end;
    }
    return 0;
}

static void spell(Token *token, Py_UCS4 c)
{
    if (token->length < token->most)
        token->items[token->length] = c;
    token->length++;
}

static void spell_word(Token *token, const Text *line, const Word *word)
{
    if (word->is_number) {
        spell(token, '0');
        return;
    }
    for (Py_ssize_t at = word->begin; at < word->end && token->length <= token->most; at++)
        spell(token, char_at(line, at));
}

/* Adds to *column* of *rows* what the token says, if it is the first like it on the line. */
static void count(const Lexicon *lexicon, const Token *token, int32_t row, double *column, Py_ssize_t rows)
{
    if (token->length > token->most)
        return;
    Text text = {PyUnicode_4BYTE_KIND, token->items, token->length, NULL};
    Py_ssize_t place = known_place(&lexicon->known, &text);
    if (place < 0 || lexicon->lines[place] == row + 1)
        return;
    double score = lexicon->scores[place];
    lexicon->lines[place] = row + 1;
    column[0] += score;
    column[rows] += score != 0;
    column[2 * rows] = score < column[2 * rows] ? score : column[2 * rows];
    column[3 * rows] = score > column[3 * rows] ? score : column[3 * rows];
}

/* Counts what the tokens of a line say: its words, the pairs of them, and itself, as far as its length has them. */
static void count_line(const Lexicon *lexicon, const Text *line, const Words *words, Token *token, int32_t row,
                       double *column, Py_ssize_t rows)
{
    Py_ssize_t size = words->length;
    Py_UCS4 kind = size <= SHORT ? 's' : size <= MEDIUM ? 'm' : 'l';
    for (int pairs = 0; pairs < (kind == 'l' ? 1 : 2); pairs++)
        for (Py_ssize_t at = 0; at < size - pairs; at++) {
            token->length = 0;
            spell(token, kind);
            spell_word(token, line, &words->items[at]);
            if (pairs) {
                spell(token, ' ');
                spell_word(token, line, &words->items[at + 1]);
            }
            count(lexicon, token, row, column, rows);
        }
    if (kind != 's' || !size)
        return;
    token->length = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        spell(token, at ? ' ' : '=');
        spell_word(token, line, &words->items[at]);
    }
    count(lexicon, token, row, column, rows);
}

const char line_scores_doc[] = "line_scores(lines, words, scores, slots) -> bytes";

PyObject *line_scores(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *lines, *words, *result = NULL;
    Py_buffer scores, slots;
    Words found = {0};
    Py_ssize_t longest = 0, most = 0;
    if (!PyArg_ParseTuple(arguments, "O!O!y*y*", &PyList_Type, &lines, &PyTuple_Type, &words, &scores, &slots))
        return NULL;
    Py_ssize_t rows = PyList_GET_SIZE(lines), known = PyTuple_GET_SIZE(words);
    Lexicon lexicon = {.scores = scores.buf, .lines = PyMem_Calloc(known + 1, sizeof(int32_t))};
    Token token = {0};
    if (!are_strings(lines, &longest) || !are_strings(words, &most) || open_known(&lexicon.known, words, &slots) < 0)
        goto done;
    if (scores.len != known * (Py_ssize_t)sizeof(double) || rows >= INT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "not a score for each word");
        goto done;
    }
    token = (Token){PyMem_Malloc((most + 1) * sizeof(Py_UCS4)), 0, most};
    if (!lexicon.lines || !token.items) {
        PyErr_NoMemory();
        goto done;
    }
    result = PyBytes_FromStringAndSize(NULL, 4 * rows * (Py_ssize_t)sizeof(double));
    double *column = result ? memset(PyBytes_AS_STRING(result), 0, 4 * rows * sizeof *column) : NULL;
    for (Py_ssize_t row = 0; result && row < rows; row++) {
        Text line = text_of(PyList_GET_ITEM(lines, row));
        if (read_words(&line, &found) < 0)
            Py_CLEAR(result);
        else
            count_line(&lexicon, &line, &found, &token, (int32_t)row, column + row, rows);
    }
done:
    PyMem_Free(token.items);
    PyMem_Free(lexicon.lines);
    PyMem_Free(found.items);
    PyBuffer_Release(&scores);
    PyBuffer_Release(&slots);
    return result;
}

/* A word that a page has: where it stands first, and the last line that has it. */
typedef struct {
    uint64_t hash;
    Py_ssize_t row, begin, length, last;
} Seen;

typedef struct {
    PyObject *lines; /* a list */
    Seen *words;
    Py_ssize_t length, room;
    int64_t *slots; /* number + 1 of a word; twice as many as there is room for */
    uint64_t secret;
} SeenWords;

static int grow_seen(SeenWords *known)
{
    Py_ssize_t room = known->room ? 2 * known->room : 1024;
    Seen *words = PyMem_Realloc(known->words, room * sizeof *words);
    known->words = words ? words : known->words;
    int64_t *slots = words ? PyMem_Calloc(2 * room, sizeof *slots) : NULL;
    if (!slots) {
        PyErr_NoMemory();
        return -1;
    }
    PyMem_Free(known->slots);
    known->slots = slots;
    known->room = room;
    for (Py_ssize_t number = 0; number < known->length; number++) {
        uint64_t at = words[number].hash & (2 * room - 1);
        while (slots[at])
            at = (at + 1) & (2 * room - 1);
        slots[at] = number + 1;
    }
    return 0;
}

static int is_same(const SeenWords *known, const Seen *seen, const Text *line, Py_ssize_t begin)
{
    Text other = text_of(PyList_GET_ITEM(known->lines, seen->row));
    if (other.kind == line->kind)
        return memcmp((const char *)other.data + seen->begin * other.kind,
                      (const char *)line->data + begin * line->kind, (size_t)(seen->length * line->kind)) == 0;
    Py_ssize_t at = 0;
    while (at < seen->length && char_at(&other, seen->begin + at) == char_at(line, begin + at))
        at++;
    return at == seen->length;
}

/* The number of the word at *begin* in line *row*, a new one if it is the first like it; -1 with an exception set. */
static int64_t number_word(SeenWords *known, const Text *line, Py_ssize_t row, Py_ssize_t begin, Py_ssize_t length)
{
    if (known->length == known->room && grow_seen(known) < 0)
        return -1;
    uint64_t hash = known->secret, mask = 2 * (uint64_t)known->room - 1, at;
    for (Py_ssize_t place = begin; place < begin + length; place++)
        hash = folded_product(hash ^ char_at(line, place), 0x9E3779B97F4A7C15u) + known->secret;
    for (at = hash & mask; known->slots[at]; at = (at + 1) & mask) {
        Seen *seen = &known->words[known->slots[at] - 1];
        if (seen->hash == hash && seen->length == length && is_same(known, seen, line, begin))
            return known->slots[at] - 1;
    }
    known->words[known->length] = (Seen){hash, row, begin, length, -1};
    known->slots[at] = ++known->length;
    return known->length - 1;
}

/* Adds row and number of each of the long words of a line, each once. */
static int add_line(SeenWords *known, Py_ssize_t row, Numbers *found)
{
    Text line = text_of(PyList_GET_ITEM(known->lines, row));
    for (Py_ssize_t at = 0, end; at < line.length; at = end) {
        int is_ascii = 1;
        for (end = at; end < line.length && is_word(char_at(&line, end)); end++)
            is_ascii = is_ascii && char_at(&line, end) < 128;
        if (end == at) {
            end++;
            continue;
        }
        if (is_ascii && end - at < SHORTEST)
            continue;
        int64_t number = number_word(known, &line, row, at, end - at);
        if (number < 0)
            return -1;
        if (known->words[number].last == row)
            continue;
        known->words[number].last = row;
        if (add_number(found, row) < 0 || add_number(found, number) < 0)
            return -1;
    }
    return 0;
}

const char long_words_doc[] = "long_words(lines) -> bytes";

PyObject *long_words(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *result = NULL;
    Py_ssize_t most = 0;
    SeenWords known = {0};
    Numbers found = {0};
    if (!PyArg_ParseTuple(arguments, "O!", &PyList_Type, &known.lines) || !are_strings(known.lines, &most))
        return NULL;
    /* Python's own seed: nobody can write words that collide. */
    known.secret = (uint64_t)PyObject_Hash(names.lower) * 2 + 1;
    int done = 0;
    for (Py_ssize_t row = 0; !done && row < PyList_GET_SIZE(known.lines); row++)
        done = add_line(&known, row, &found);
    if (!done)
        result = bytes_of_numbers(&found);
    free_numbers(&found);
    PyMem_Free(known.words);
    PyMem_Free(known.slots);
    return result;
}
