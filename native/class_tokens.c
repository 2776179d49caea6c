/* Twin of ``cleaner.boilerplate.class_tokens``: the words in the naming attributes of a start tag. */

#include "native.h"

enum { MAX_VALUE_CHARS = 300, MAX_TOKENS = 24, MIN_TOKEN = 2, MAX_TOKEN = 20 };
enum { CLASS, STYLE, HIDDEN, ARIA_HIDDEN, OTHER };

static int is_space(Py_UCS4 c)
{
    return Py_UNICODE_ISSPACE(c);
}

static int is_lower(Py_UCS4 c)
{
    return c >= 'a' && c <= 'z';
}

static int is_upper(Py_UCS4 c)
{
    return c >= 'A' && c <= 'Z';
}

static Py_UCS4 folded(Py_UCS4 c)
{
    return is_upper(c) ? c + 32 : c;
}

/* A letter or number that is neither ASCII nor a decimal digit. */
static int is_foreign(Py_UCS4 c)
{
    return c > 127 && Py_UNICODE_ISALNUM(c) && !Py_UNICODE_ISDECIMAL(c);
}

/* Whether the ASCII *word* stands at *at*, in upper or lower case. */
static int stands_at(const Text *text, Py_ssize_t at, Py_ssize_t end, const char *word)
{
    for (; *word; word++, at++)
        if (at >= end || folded(char_at(text, at)) != (unsigned char)*word)
            return 0;
    return 1;
}

/* A naming attribute: what it is and where its value is, quotation marks included. */
typedef struct {
    int what;
    Py_ssize_t begin, end;
} Attribute;

static Py_ssize_t name_at(const Text *text, Py_ssize_t at, Py_ssize_t end, int *what)
{
    static const struct {
        const char *name;
        int length, what;
    } wanted[] = {{"class", 5, CLASS},      {"id", 2, OTHER},          {"role", 4, OTHER},
                  {"itemprop", 8, OTHER},   {"itemtype", 8, OTHER},    {"aria-label", 10, OTHER},
                  {"aria-hidden", 11, ARIA_HIDDEN}, {"style", 5, STYLE}, {"hidden", 6, HIDDEN}};
    Py_UCS4 first = at < end ? folded(char_at(text, at)) : 0;
    if (!(first && first < 128 && strchr("cirash", (int)first)))
        return -1;
    for (size_t index = 0; index < sizeof wanted / sizeof *wanted; index++) {
        Py_ssize_t behind = at + wanted[index].length;
        if (behind < end && first == (unsigned char)*wanted[index].name && stands_at(text, at, end, wanted[index].name)) {
            Py_UCS4 next = char_at(text, behind);
            if (next == '=' || next == '>' || next == '/' || is_space(next)) {
                *what = wanted[index].what;
                return behind;
            }
        }
    }
    return -1;
}

/* The next naming attribute in [*at, end), 0 if there is none. */
static int next_attribute(const Text *text, Py_ssize_t *at, Py_ssize_t end, Attribute *found)
{
    for (; *at < end; ++*at) {
        Py_UCS4 before = char_at(text, *at);
        if (before != '"' && before != '\'' && before != '/' && !is_space(before))
            continue;
        Py_ssize_t behind = name_at(text, *at + 1, end, &found->what);
        if (behind < 0)
            continue;
        while (behind < end && is_space(char_at(text, behind)))
            behind++;
        found->begin = found->end = behind;
        if (behind < end && char_at(text, behind) == '=') {
            for (behind++; behind < end && is_space(char_at(text, behind));)
                behind++;
            Py_UCS4 quote = behind < end ? char_at(text, behind) : 0;
            Py_ssize_t close = quote == '"' || quote == '\'' ? find_char(text, quote, behind + 1, end) : end;
            found->begin = behind;
            if (close < end)
                behind = close + 1;
            else
                while (behind < end && char_at(text, behind) != '>' && !is_space(char_at(text, behind)))
                    behind++;
            found->end = behind;
        }
        *at = behind;
        return 1;
    }
    return 0;
}

static void strip_quotes(const Text *text, Attribute *found)
{
    while (found->begin < found->end && (char_at(text, found->begin) == '"' || char_at(text, found->begin) == '\''))
        found->begin++;
    while (found->end > found->begin && (char_at(text, found->end - 1) == '"' || char_at(text, found->end - 1) == '\''))
        found->end--;
}

/* Whether *words*, with white space around the colon, stand somewhere in the value. */
static int declares(const Text *text, const Attribute *value, const char *property, const char *setting)
{
    Py_ssize_t size = (Py_ssize_t)strlen(property);
    for (Py_ssize_t begin = value->begin; begin + size < value->end; begin++) {
        if (!stands_at(text, begin, value->end, property))
            continue;
        Py_ssize_t at = begin + size;
        while (at < value->end && is_space(char_at(text, at)))
            at++;
        if (at >= value->end || char_at(text, at) != ':')
            continue;
        for (at++; at < value->end && is_space(char_at(text, at));)
            at++;
        if (stands_at(text, at, value->end, setting))
            return 1;
    }
    return 0;
}

/* Where the word ends that begins at *at*, or *at* where none does. */
static Py_ssize_t word_end(const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    Py_ssize_t stop = at;
    while (stop < end && is_upper(char_at(text, stop)))
        stop++;
    if (stop > at && stop < end && is_lower(char_at(text, stop)) && stop - at > 1)
        return stop - 1; /* the last capital letter begins the next word */
    if (stop - at <= 1) {
        Py_ssize_t lower = stop;
        while (lower < end && is_lower(char_at(text, lower)))
            lower++;
        if (lower > stop)
            return lower;
    }
    if (stop == at)
        while (stop < end && is_foreign(char_at(text, stop)))
            stop++;
    return stop;
}

static PyObject *lower_case(const Text *text, Py_ssize_t begin, Py_ssize_t end)
{
    char ascii[MAX_TOKEN];
    Py_ssize_t length = 0;
    for (; begin + length < end && length < MAX_TOKEN && char_at(text, begin + length) < 128; length++)
        ascii[length] = (char)folded(char_at(text, begin + length));
    if (begin + length == end)
        return PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, ascii, length);
    PyObject *word = PyUnicode_FromKindAndData(text->kind, (const char *)text->data + begin * text->kind, end - begin);
    PyObject *lower = word ? PyObject_CallMethod(word, "lower", NULL) : NULL;
    Py_XDECREF(word);
    return lower;
}

/* The place of *word* in *words*, or their number. */
static Py_ssize_t place_of(PyObject *word, PyObject *words)
{
    Text wanted = text_of(word);
    Py_ssize_t place = 0;
    for (; place < PyList_GET_SIZE(words); place++) {
        Text known = text_of(PyList_GET_ITEM(words, place));
        if (known.length == wanted.length && is_at(&wanted, &known, 0))
            break;
    }
    return place;
}

/* Appends the distinct words of [at, end), MAX_TOKENS at most, to *words* unless they are there. */
static int add_words(PyObject *words, const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    uint64_t taken = 0; /* a bit for each of *words* that is in [at, end): they are twice MAX_TOKENS and a tag at most */
    int count = 0;
    if (end - at > MAX_VALUE_CHARS)
        end = at + MAX_VALUE_CHARS;
    while (at < end && count < MAX_TOKENS) {
        Py_ssize_t begin = at, stop = word_end(text, at, end);
        at = stop > begin ? stop : begin + 1;
        if (stop - begin < MIN_TOKEN - 1 || stop - begin > MAX_TOKEN)
            continue;
        PyObject *word = lower_case(text, begin, stop);
        if (!word)
            return -1;
        Py_ssize_t length = PyUnicode_GET_LENGTH(word), place = place_of(word, words);
        int is_new = length >= MIN_TOKEN && length <= MAX_TOKEN && !(taken >> place & 1), failed = 0;
        if (is_new) {
            taken |= (uint64_t)1 << place;
            count++;
            failed = place == PyList_GET_SIZE(words) && PyList_Append(words, word) < 0;
        }
        Py_DECREF(word);
        if (failed)
            return -1;
    }
    return 0;
}

int name_tag(const Text *text, Py_ssize_t at, Py_ssize_t end, PyObject *words, PyObject **class, int *is_hidden)
{
    Attribute found, named = {CLASS, 0, 0};
    Builder other = {0};
    int result = -1;
    while (next_attribute(text, &at, end, &found)) {
        strip_quotes(text, &found);
        if (found.what == CLASS) {
            if (named.begin == named.end)
                named = found;
        } else if (found.what == HIDDEN)
            *is_hidden = 1;
        else if (found.what == ARIA_HIDDEN)
            *is_hidden |= found.end - found.begin == 4 && stands_at(text, found.begin, found.end, "true");
        else if (found.what == STYLE)
            *is_hidden |= declares(text, &found, "display", "none") || declares(text, &found, "visibility", "hidden");
        else {
            if (add_character(&other, ' ') < 0)
                goto done;
            for (Py_ssize_t place = found.begin; place < found.end; place++)
                if (add_character(&other, char_at(text, place)) < 0)
                    goto done;
        }
    }
    *class = PyUnicode_FromKindAndData(text->kind, (const char *)text->data + named.begin * text->kind,
                                       named.end - named.begin);
    if (!*class || add_words(words, text, named.begin, named.end) < 0)
        goto done;
    Text more = {PyUnicode_4BYTE_KIND, other.items, other.length, NULL};
    if (other.length && add_words(words, &more, 0, more.length) < 0)
        goto done;
    result = 0;
done:
    free_builder(&other);
    return result;
}
