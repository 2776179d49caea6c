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

static Py_UCS4 to_lower(Py_UCS4 c)
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
        if (at >= end || to_lower(char_at(text, at)) != (unsigned char)*word)
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
    Py_UCS4 first = at < end ? to_lower(char_at(text, at)) : 0;
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

/* The number of the word in [begin, end) in lower case; -1 where that is too short or too long, -2 after an error. */
static int64_t number_of_word(Vocabulary *vocabulary, const Text *text, Py_ssize_t begin, Py_ssize_t end)
{
    char ascii[MAX_TOKEN];
    Py_ssize_t length = 0;
    for (; begin + length < end && char_at(text, begin + length) < 128; length++)
        ascii[length] = (char)to_lower(char_at(text, begin + length));
    int64_t number = -1;
    if (begin + length == end) {
        if (length < MIN_TOKEN)
            return -1;
        number = number_of_ascii(vocabulary, ascii, length);
    } else {
        PyObject *word = PyUnicode_FromKindAndData(text->kind, (const char *)text->data + begin * text->kind, end - begin);
        PyObject *lower = word ? PyObject_CallMethod(word, "lower", NULL) : NULL;
        length = lower ? PyUnicode_GET_LENGTH(lower) : 0;
        int fits = length >= MIN_TOKEN && length <= MAX_TOKEN;
        if (fits)
            number = number_of_string(vocabulary, lower);
        Py_XDECREF(word);
        Py_XDECREF(lower);
        if (lower && !fits)
            return -1;
    }
    return number < 0 ? -2 : number;
}

/* The place of *word* among the *numbers* from *begin* on, or how many those are. */
static Py_ssize_t place_of(int64_t word, const Numbers *numbers, Py_ssize_t begin)
{
    Py_ssize_t place = begin;
    while (place < numbers->length && numbers->items[place] != word)
        place++;
    return place - begin;
}

/* Appends the numbers of the distinct words of [at, end), MAX_TOKENS at most, unless they are there from *first* on. */
static int add_words(Vocabulary *vocabulary, Numbers *numbers, Py_ssize_t first, const Text *text, Py_ssize_t at,
                     Py_ssize_t end)
{
    uint64_t taken = 0; /* a bit for each of them that is in [at, end): they are twice MAX_TOKENS and a tag at most */
    int count = 0;
    if (end - at > MAX_VALUE_CHARS)
        end = at + MAX_VALUE_CHARS;
    while (at < end && count < MAX_TOKENS) {
        Py_ssize_t begin = at, stop = word_end(text, at, end);
        at = stop > begin ? stop : begin + 1;
        if (stop - begin < MIN_TOKEN - 1 || stop - begin > MAX_TOKEN)
            continue;
        int64_t word = number_of_word(vocabulary, text, begin, stop);
        if (word == -2)
            return -1;
        Py_ssize_t place = word < 0 ? 0 : place_of(word, numbers, first);
        if (word < 0 || taken >> place & 1)
            continue;
        taken |= (uint64_t)1 << place;
        count++;
        if (first + place == numbers->length && add_number(numbers, word) < 0)
            return -1;
    }
    return 0;
}

int name_tag(const Text *text, Py_ssize_t at, Py_ssize_t end, Vocabulary *vocabulary, Numbers *numbers, StartTag *tag)
{
    Attribute found, named = {CLASS, 0, 0};
    Py_ssize_t first = numbers->length - 1;
    Builder other = {0};
    int result = -1;
    while (next_attribute(text, &at, end, &found)) {
        strip_quotes(text, &found);
        if (found.what == CLASS) {
            if (named.begin == named.end)
                named = found;
        } else if (found.what == HIDDEN)
            tag->is_hidden = 1;
        else if (found.what == ARIA_HIDDEN)
            tag->is_hidden |= found.end - found.begin == 4 && stands_at(text, found.begin, found.end, "true");
        else if (found.what == STYLE)
            tag->is_hidden |= declares(text, &found, "display", "none") || declares(text, &found, "visibility", "hidden");
        else {
            if (add_character(&other, ' ') < 0 || add_span(&other, text, found.begin, found.end) < 0)
                goto done;
        }
    }
    tag->class_begin = named.begin;
    tag->class_end = named.end;
    if (add_words(vocabulary, numbers, first, text, named.begin, named.end) < 0)
        goto done;
    Text more = {PyUnicode_4BYTE_KIND, other.items, other.length, NULL};
    if (other.length && add_words(vocabulary, numbers, first, &more, 0, more.length) < 0)
        goto done;
    result = 0;
done:
    free_builder(&other);
    return result;
}
