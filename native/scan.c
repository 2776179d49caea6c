/* Twin of ``cleaner.reading.scan_html``: what every run of HTML source is, and the skeleton.

   This is the tokenizer of https://html.spec.whatwg.org/#tokenization as far as it says where tokens end. */

#include "native.h"

enum {
    SHAPING, FORMATTING, SCRIPT_ITSELF, SCRIPT_LIKE, TITLE_LIKE, LINE_BREAK, PLAINTEXT, BODY, HEAD, FALLBACK, TEXTAREA,
    XMP, FOREIGN, ROOT
};
enum { KEPT = 'k', BLANK = 'w', TAG = 't', BREAK = 'b', SCRIPT = 's' };
enum { SLOTS = 128, LONGEST_NAME = 16, LONGEST_NAMED = 32, LONGEST_REST = 8 };

/* A page on its way from characters to runs; *at* is where the last run ended. */
typedef struct {
    Text text;
    Py_ssize_t at, limit, page_end; /* the limit is the end of the page, or that of a noscript element's content */
    Text names[SLOTS];              /* hashed, as are their codes */
    int codes[SLOTS];
    PyObject *read_reference, *known, *references;
    char *letters;
    Numbers bounds, firsts, lasts;
    Builder skeleton;
    Py_ssize_t first, head_end; /* the run that the text under way begins with, or -1 */
    int shows;                  /* whether that text holds more than white space */
    int is_inner, left_open, has_doctype, has_foreign_raw;
    Py_ssize_t foreign; /* the length of the name of the SVG or MathML under way, or 0 */
    int is_known[2]; /* whether a body and an html were numbered */
} Scan;

static Py_UCS4 lower(Py_UCS4 c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static int is_letter(Py_UCS4 c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static int is_alphanumeric(Py_UCS4 c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

static int is_white(Py_UCS4 c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f';
}

static int ends_name(Py_UCS4 c)
{
    return is_white(c) || c == '/' || c == '>';
}

static int is_blank(const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    while (at < end && Py_UNICODE_ISSPACE(char_at(text, at)))
        at++;
    return at == end;
}

/* Whether lower-case *name* stands in *text* at *at*, in any case. */
static int spells(const Text *text, Py_ssize_t at, Py_ssize_t limit, const Text *name)
{
    Py_ssize_t place = 0;
    if (name->length > limit - at)
        return 0;
    while (place < name->length && lower(char_at(text, at + place)) == lower(char_at(name, place)))
        place++;
    return place == name->length;
}

static int says(const Text *text, Py_ssize_t at, Py_ssize_t limit, const char *name)
{
    return spells(text, at, limit, &(Text){PyUnicode_1BYTE_KIND, name, (Py_ssize_t)strlen(name), NULL});
}

/* The slot of the name [at, end), which is that name's or empty. */
static unsigned slot_of(const Scan *scan, const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    unsigned slot = 0;
    for (Py_ssize_t place = at; place < end; place++)
        slot = slot * 31 + lower(char_at(text, place));
    for (slot %= SLOTS; scan->names[slot].length; slot = (slot + 1) % SLOTS)
        if (scan->names[slot].length == end - at && spells(text, at, end, &scan->names[slot]))
            break;
    return slot;
}

static int take_codes(Scan *scan, PyObject *codes)
{
    PyObject *name, *code;
    for (Py_ssize_t at = 0; PyDict_Next(codes, &at, &name, &code);) {
        if (!PyUnicode_Check(name) || !PyLong_Check(code) || PyDict_GET_SIZE(codes) > SLOTS / 2) {
            PyErr_SetString(PyExc_TypeError, "codes are few numbers by name");
            return -1;
        }
        Text text = text_of(name);
        unsigned slot = slot_of(scan, &text, 0, text.length);
        scan->names[slot] = text;
        scan->codes[slot] = (int)PyLong_AsLong(code);
    }
    return 0;
}

/* The run [scan->at, end). There are no more runs than characters: only one can be empty, behind a noscript tag. */
static int add_run(Scan *scan, char letter, Py_ssize_t end)
{
    scan->letters[scan->bounds.length - 1] = letter;
    scan->at = end;
    return add_number(&scan->bounds, end);
}

/* A run of text; *letter* is 0 where it shows. */
static int add_text(Scan *scan, Py_ssize_t end, char letter)
{
    if (scan->at == end)
        return 0;
    if (letter)
        return add_run(scan, letter, end);
    if (scan->first < 0)
        scan->first = scan->bounds.length - 1;
    scan->shows = scan->shows || !is_blank(&scan->text, scan->at, end);
    return add_run(scan, KEPT, end);
}

/* Ends the text under way, which gets a number if any of it shows. */
static int end_text(Scan *scan)
{
    if (scan->first < 0)
        return 0;
    Py_ssize_t begin = scan->first, end = scan->bounds.length - 1;
    memset(scan->letters + begin, scan->shows ? KEPT : BLANK, end - begin);
    scan->first = -1;
    if (!scan->shows)
        return 0;
    scan->shows = 0;
    return add_character(&scan->skeleton, '#') < 0 || add_decimal(&scan->skeleton, scan->firsts.length) < 0 ||
                   add_character(&scan->skeleton, ';') < 0 || add_number(&scan->firsts, begin) < 0 ||
                   add_number(&scan->lasts, end) < 0
               ? -1
               : 0;
}

static PyObject *substring(const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    return PyUnicode_FromKindAndData(text->kind, (const char *)text->data + at * text->kind, end - at);
}

/* What the reference at *at* means, borrowed, and its end; NULL if it is none, or with an exception set. */
static PyObject *reference_at(const Scan *scan, Py_ssize_t at, Py_ssize_t limit, Py_ssize_t *end)
{
    const Text *text = &scan->text;
    int is_numeric = at + 1 < limit && char_at(text, at + 1) == '#';
    Py_ssize_t begin = at + 1 + is_numeric, stop = begin;
    while (stop < limit && (is_numeric || stop < begin + LONGEST_NAMED) && is_alphanumeric(char_at(text, stop)))
        stop++;
    if (stop == begin)
        return NULL;
    stop += stop < limit && char_at(text, stop) == ';';
    PyObject *source = substring(text, at, stop), *meaning = NULL;
    PyObject *known = source ? PyDict_GetItemWithError(scan->known, source) : NULL;
    if (source && !known && !PyErr_Occurred() && (known = PyObject_CallOneArg(scan->read_reference, source))) {
        int failed = PyDict_SetItem(scan->known, source, known) < 0;
        Py_DECREF(known); /* the dictionary has it */
        known = failed ? NULL : known;
    }
    Py_ssize_t length = 0;
    if (known && !PyTuple_Check(known))
        PyErr_SetString(PyExc_TypeError, "a reference means no tuple");
    else if (known && PyArg_ParseTuple(known, "Un", &meaning, &length))
        *end = at + (length < stop - at ? length : stop - at);
    Py_XDECREF(source);
    return length > 0 ? meaning : NULL;
}

static int add_reference(Scan *scan, Py_ssize_t end, PyObject *meaning, char letter)
{
    PyObject *run = PyLong_FromSsize_t(scan->bounds.length - 1);
    int failed = !run || (!letter && PyDict_SetItem(scan->references, run, meaning) < 0);
    Py_XDECREF(run);
    if (failed)
        return -1;
    if (letter)
        return add_run(scan, letter, end);
    if (scan->first < 0)
        scan->first = scan->bounds.length - 1;
    Text meant = text_of(meaning);
    scan->shows = scan->shows || !is_blank(&meant, 0, meant.length);
    return add_run(scan, KEPT, end);
}

/* Text up to *end*, cut at its references. */
static int take_characters(Scan *scan, Py_ssize_t end, char letter)
{
    if (scan->at == end)
        return 0;
    for (Py_ssize_t at = scan->at, stop; (at = find_char(&scan->text, '&', at, end)) < end;) {
        PyObject *meaning = reference_at(scan, at, end, &stop);
        if (meaning) {
            if (add_text(scan, at, letter) < 0 || add_reference(scan, stop, meaning, letter) < 0)
                return -1;
            at = stop;
        } else if (PyErr_Occurred())
            return -1;
        else
            at++;
    }
    return add_text(scan, end, letter);
}

/* Behind the tag whose name ends at *at*; -1 where the limit cuts it off. *kind* is that of the text, and a constant where
   this is called: these are the most characters of a page that are looked at one by one. */
static inline __attribute__((always_inline)) Py_ssize_t tag_end_of(const Text *text, int kind, Py_ssize_t at,
                                                                   Py_ssize_t limit, int *is_closed)
{
    int is_named = 0;
    *is_closed = 0;
    for (; at < limit; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, text->data, at);
        if (c == '>')
            return at + 1;
        *is_closed = c == '/';
        if (c == '=' && is_named) {
            for (at++; at < limit && is_white(PyUnicode_READ(kind, text->data, at));)
                at++;
            c = at < limit ? PyUnicode_READ(kind, text->data, at) : 0;
            if (c == '"' || c == '\'')
                at = find_char(text, c, at + 1, limit);
            else {
                while (at < limit && (c = PyUnicode_READ(kind, text->data, at)) != '>' && !is_white(c))
                    at++;
                at--; /* this character is looked at again */
            }
            is_named = 0;
        } else if (!is_white(c))
            is_named = c != '/';
    }
    return -1;
}

static Py_ssize_t tag_end(const Text *text, Py_ssize_t at, Py_ssize_t limit, int *is_closed)
{
    return text->kind == PyUnicode_1BYTE_KIND   ? tag_end_of(text, PyUnicode_1BYTE_KIND, at, limit, is_closed)
           : text->kind == PyUnicode_2BYTE_KIND ? tag_end_of(text, PyUnicode_2BYTE_KIND, at, limit, is_closed)
                                                : tag_end_of(text, PyUnicode_4BYTE_KIND, at, limit, is_closed);
}

/* Whether the end tag of a raw element stands at *at*. */
static int is_end_tag(const Text *text, Py_ssize_t at, Py_ssize_t limit, const Text *name)
{
    Py_ssize_t behind = at + 2 + name->length;
    return behind < limit && char_at(text, at + 1) == '/' && spells(text, at + 2, limit, name) &&
           ends_name(char_at(text, behind));
}

/* Where the raw element *name* that begins at *at* is over. */
static Py_ssize_t raw_end(const Text *text, Py_ssize_t at, Py_ssize_t limit, const Text *name)
{
    while ((at = find_char(text, '<', at, limit)) < limit && !is_end_tag(text, at, limit, name))
        at++;
    return at;
}

/* The same of a script: in a comment, an end tag ends no more than what a start tag in there began. */
static Py_ssize_t script_end(const Text *text, Py_ssize_t at, Py_ssize_t limit, const Text *name)
{
    int is_comment = 0, is_nested = 0;
    for (; at < limit; at++) {
        if (!is_comment)
            at = find_char(text, '<', at, limit);
        else if (says(text, at, limit, "-->"))
            is_comment = is_nested = 0;
        if (at == limit || char_at(text, at) != '<')
            continue;
        if (is_end_tag(text, at, limit, name)) {
            if (!is_nested)
                return at;
            is_nested = 0;
        } else if (!is_comment && says(text, at, limit, "<!--")) {
            is_comment = 1;
            at++; /* the dashes may end it, too */
        } else if (is_comment && !is_nested && spells(text, at + 1, limit, name) && at + 1 + name->length < limit)
            is_nested = ends_name(char_at(text, at + 1 + name->length));
    }
    return limit;
}

/* Whether SVG or MathML ends in [at, end). */
static int ends_foreign(const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    for (; (at = find_char(text, '<', at, end)) < end; at++)
        if (says(text, at, end, "</svg") || says(text, at, end, "</math"))
            return 1;
    return 0;
}

/* The content of a raw element of which the name is [name, name_end). */
static int take_raw(Scan *scan, int code, Py_ssize_t name, Py_ssize_t name_end)
{
    const Text *text = &scan->text;
    Text wanted = {text->kind, (const char *)text->data + name * text->kind, name_end - name, NULL};
    Py_ssize_t end = code == PLAINTEXT       ? scan->limit
                     : code == SCRIPT_ITSELF ? script_end(text, scan->at, scan->limit, &wanted)
                                             : raw_end(text, scan->at, scan->limit, &wanted);
    if (code == FALLBACK && !is_blank(text, scan->at, end)) {
        /* Markup, for readers without scripts, such as us. */
        scan->limit = end;
        scan->is_inner = 1;
        scan->left_open = 0;
        return 0;
    }
    if (code == TITLE_LIKE && !scan->is_inner)
        scan->has_foreign_raw |= scan->foreign && ends_foreign(text, scan->at, end);
    if (code == TITLE_LIKE || code == TEXTAREA)
        return take_characters(scan, end, code == TITLE_LIKE ? TAG : 0);
    return add_text(scan, end, code == SCRIPT_ITSELF || code == SCRIPT_LIKE ? SCRIPT : 0);
}

/* Puts a tag into the skeleton. */
static int show_tag(Scan *scan, int code, Py_ssize_t at, Py_ssize_t end, int is_end, int is_closed)
{
    Builder *skeleton = &scan->skeleton;
    if (grow_builder(skeleton, end - at + LONGEST_REST) < 0)
        return -1;
    Py_UCS4 *to = skeleton->items + skeleton->length;
    *to++ = '<';
    if (is_end)
        *to++ = '/';
    Py_UCS4 *name = to;
    if (code == PLAINTEXT && !is_end) /* it could not be closed again */
        for (const char *pre = "pre"; *pre; pre++)
            *to++ = (Py_UCS4)*pre;
    else
        for (; at < end; at++) {
            Py_UCS4 c = char_at(&scan->text, at);
            *to++ = c && c != '<' && c != '&' ? lower(c) : 0xfffd;
        }
    if (code == FALLBACK && scan->is_inner) /* one inside another is an element like any other */
        name[2] = 'x';
    int is_again = 0; /* the tree builder would add the number to the first one's attributes, which is quadratic */
    if (!is_end && (code == BODY || code == ROOT)) {
        is_again = scan->is_known[code == ROOT];
        scan->is_known[code == ROOT] = 1;
    }
    skeleton->length = to - skeleton->items;
    if (!is_end && !is_again && (add_character(skeleton, ' ') < 0 || add_decimal(skeleton, scan->bounds.length - 1) < 0))
        return -1;
    return (is_closed && !is_end && add_character(skeleton, '/') < 0) || add_character(skeleton, '>') < 0 ? -1 : 0;
}

static int take_tag(Scan *scan, int is_end)
{
    const Text *text = &scan->text;
    Py_ssize_t name = scan->at + 1 + is_end, name_end = name;
    int is_closed;
    while (name_end < scan->limit && !ends_name(char_at(text, name_end)))
        name_end++;
    Py_ssize_t end = tag_end(text, name_end, scan->limit, &is_closed);
    if (end < 0)
        return add_run(scan, TAG, scan->limit);
    int code = name_end - name > LONGEST_NAME ? SHAPING : scan->codes[slot_of(scan, text, name, name_end)];
    int is_raw = code == SCRIPT_ITSELF || code == SCRIPT_LIKE || code == TITLE_LIKE || code == TEXTAREA || code == XMP ||
                 (code == FALLBACK && !scan->is_inner);
    if (code == TEXTAREA || code == XMP)
        scan->left_open = is_end ? SHAPING : code;
    if (!scan->is_inner) {
        if (code == FOREIGN && !(scan->foreign && scan->foreign != name_end - name))
            scan->foreign = is_end ? 0 : name_end - name;
        scan->has_foreign_raw |= scan->foreign && is_raw && is_closed && !is_end;
    }
    if (scan->head_end < 0 && code == (is_end ? HEAD : BODY))
        scan->head_end = is_end ? end : scan->at;
    int is_script = code == SCRIPT_ITSELF || code == SCRIPT_LIKE;
    if (!is_script && code != FORMATTING && code != TITLE_LIKE &&
        show_tag(scan, code, name, name_end, is_end, is_closed) < 0)
        return -1;
    if (add_run(scan, is_script ? SCRIPT : code == LINE_BREAK && !is_end ? BREAK : TAG, end) < 0)
        return -1;
    return !is_end && (is_raw || code == PLAINTEXT) ? take_raw(scan, code, name, name_end) : 0;
}

/* Behind the comment whose dashes end at *at*. */
static Py_ssize_t comment_end(const Text *text, Py_ssize_t at, Py_ssize_t limit)
{
    if (says(text, at, limit, ">") || says(text, at, limit, "->"))
        return at + (char_at(text, at) == '-') + 1;
    for (; (at = find_char(text, '-', at, limit)) < limit; at++) {
        if (says(text, at, limit, "-->"))
            return at + 3;
        if (says(text, at, limit, "--!>"))
            return at + 4;
    }
    return limit;
}

static int take_markup(Scan *scan)
{
    const Text *text = &scan->text;
    Py_ssize_t at = scan->at, limit = scan->limit;
    if (end_text(scan) < 0)
        return -1;
    int is_end = char_at(text, at + 1) == '/';
    if (is_letter(char_at(text, at + 1 + is_end)))
        return take_tag(scan, is_end);
    if (says(text, at, limit, "<!--"))
        return add_run(scan, TAG, comment_end(text, at + 4, limit));
    Py_ssize_t last = find_char(text, '>', at, limit);
    if (!scan->has_doctype && says(text, at, limit, "<!doctype")) {
        scan->has_doctype = 1;
        if (last < limit && add_span(&scan->skeleton, text, at, last + 1) < 0)
            return -1;
    }
    return add_run(scan, TAG, last < limit ? last + 1 : limit);
}

/* Where markup begins, from *at* on; the limit if nowhere. */
static Py_ssize_t markup_at(const Text *text, Py_ssize_t at, Py_ssize_t limit)
{
    for (; (at = find_char(text, '<', at, limit)) + 1 < limit; at++) {
        Py_UCS4 c = char_at(text, at + 1);
        if (is_letter(c) || c == '!' || c == '?' || (c == '/' && at + 2 < limit))
            return at;
    }
    return limit;
}

/* The end of the content that was read as markup: left open, an element would take in what is behind it. */
static int end_fallback(Scan *scan)
{
    if (end_text(scan) < 0 ||
        (scan->left_open && (add_ascii(&scan->skeleton, scan->left_open == XMP ? "</xmp>" : "</textarea>") < 0 ||
                             add_run(scan, TAG, scan->at) < 0)))
        return -1;
    scan->is_inner = scan->left_open = 0;
    scan->limit = scan->page_end;
    return 0;
}

static int take_page(Scan *scan)
{
    if (add_number(&scan->bounds, 0) < 0)
        return -1;
    while (scan->at < scan->page_end) {
        Py_ssize_t markup = markup_at(&scan->text, scan->at, scan->limit);
        if (take_characters(scan, markup, 0) < 0 || (markup < scan->limit && take_markup(scan) < 0) ||
            (scan->is_inner && scan->at == scan->limit && end_fallback(scan) < 0))
            return -1;
    }
    return end_text(scan);
}

const char scan_doc[] = "scan(text, codes, read_reference) -> (bounds, letters, skeleton, head_end, firsts, lasts, "
                        "references, whether raw text may have begun in SVG)";

PyObject *scan(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *text, *codes, *result = NULL;
    Scan scan = {.first = -1, .head_end = -1};
    if (!PyArg_ParseTuple(arguments, "UO!O", &text, &PyDict_Type, &codes, &scan.read_reference))
        return NULL;
    scan.text = text_of(text);
    scan.limit = scan.page_end = scan.text.length;
    scan.letters = PyMem_Malloc(scan.text.length + 1);
    scan.references = PyDict_New();
    scan.known = PyDict_New();
    if (!scan.letters || !scan.references || !scan.known)
        PyErr_NoMemory();
    else if (grow_builder(&scan.skeleton, scan.text.length / 4) == 0 && take_codes(&scan, codes) == 0 &&
             take_page(&scan) == 0)
        result = Py_BuildValue("(NNNnNNOO)", bytes_of_numbers(&scan.bounds),
                               PyByteArray_FromStringAndSize(scan.letters, scan.bounds.length - 1),
                               string_of(&scan.skeleton), Py_MAX(scan.head_end, 0), bytes_of_numbers(&scan.firsts),
                               bytes_of_numbers(&scan.lasts), scan.references,
                               scan.has_foreign_raw ? Py_True : Py_False);
    PyMem_Free(scan.letters);
    free_numbers(&scan.bounds);
    free_numbers(&scan.firsts);
    free_numbers(&scan.lasts);
    free_builder(&scan.skeleton);
    Py_XDECREF(scan.references);
    Py_XDECREF(scan.known);
    return result;
}
