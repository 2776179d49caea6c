/* Twins of ``cleaner.reading.scan_html``: tokens as columns, and the runs and the skeleton that they make. */

#include "native.h"

enum { TEXT, START, END, COMMENT, DOCTYPE, REFERENCE, SELF_CLOSED = 100 };
enum { SHAPING, FORMATTING, SCRIPT_LIKE, TITLE_LIKE, LINE_BREAK, PLAINTEXT, BODY, HEAD };
/* Codes from here on tell Python what it looks for; they shape blocks, too. */
enum { KEPT = 'k', BLANK = 'w', TAG = 't', BREAK = 'b', SCRIPT = 's' };

/* The columns under construction; kinds and codes are larger than they are long. */
typedef struct {
    PyObject *kinds, *tags, *parts, *meanings, *codes, *code_of_tag;
    Py_ssize_t length;
    Text text;
    Py_ssize_t told; /* how many characters the parts have told, or -1 once they were others */
} Columns;

/* The first of two attributes of *token* that is a string with anything in it, or "". */
static PyObject *first_string(PyObject *token, PyObject *first, PyObject *second)
{
    PyObject *value = PyObject_GetAttr(token, first);
    if (value && !(PyUnicode_Check(value) && PyUnicode_GET_LENGTH(value))) {
        Py_DECREF(value);
        value = PyObject_GetAttr(token, second);
    }
    if (value && !(PyUnicode_Check(value) && PyUnicode_GET_LENGTH(value))) {
        Py_DECREF(value);
        value = PyUnicode_FromStringAndSize("", 0);
    }
    return value;
}

static long kind_of(PyObject *token)
{
    PyObject *type = PyObject_GetAttr(token, names.type);
    long kind = type ? PyLong_AsLong(type) : -1;
    Py_XDECREF(type);
    if (kind == START) {
        PyObject *closed = PyObject_GetAttr(token, names.self_closing);
        if (!closed)
            return -1;
        if (closed == Py_True)
            kind = SELF_CLOSED;
        Py_DECREF(closed);
    }
    return kind;
}

/* What *tag* does; -1 with an exception set. */
static long code_of(PyObject *codes, PyObject *tag)
{
    if (tag == Py_None)
        return FORMATTING;
    PyObject *code = PyDict_GetItemWithError(codes, tag);
    if (!code)
        return PyErr_Occurred() ? -1 : SHAPING;
    return PyLong_AsLong(code);
}

static int add_kind(Columns *columns, long kind, PyObject *tag)
{
    Py_ssize_t room = PyByteArray_GET_SIZE(columns->kinds);
    long code = code_of(columns->code_of_tag, tag);
    if (code < 0 || (columns->length == room && (PyByteArray_Resize(columns->kinds, room + room / 2 + 256) < 0 ||
                                                 PyByteArray_Resize(columns->codes, room + room / 2 + 256) < 0)))
        return -1;
    PyByteArray_AS_STRING(columns->kinds)[columns->length] = (char)kind;
    PyByteArray_AS_STRING(columns->codes)[columns->length++] = (char)code;
    return 0;
}

/* Compares *part* with the text that it should be. */
static void check_part(Columns *columns, PyObject *part)
{
    Text found = text_of(part);
    if (columns->told >= 0)
        columns->told = is_at(&found, &columns->text, columns->told) ? columns->told + found.length : -1;
}

static int add_token(Columns *columns, PyObject *token)
{
    long kind = kind_of(token);
    if (kind < 0)
        return -1;
    int is_tag = kind == START || kind == END || kind == SELF_CLOSED;
    PyObject *tag = is_tag ? PyObject_GetAttr(token, names.tag) : Py_NewRef(Py_None);
    PyObject *part = kind == TEXT ? first_string(token, names.data, names.data)
                                  : first_string(token, names.source, names.data);
    PyObject *meaning = kind == REFERENCE ? first_string(token, names.data, names.data) : Py_NewRef(Py_None);
    int result = -1;
    if (tag && part && meaning && add_kind(columns, kind, tag) == 0 && PyList_Append(columns->tags, tag) == 0 &&
        PyList_Append(columns->parts, part) == 0 && PyList_Append(columns->meanings, meaning) == 0)
        result = 0;
    if (part)
        check_part(columns, part);
    Py_XDECREF(tag);
    Py_XDECREF(part);
    Py_XDECREF(meaning);
    return result;
}

const char read_tokens_doc[] = "read_tokens(tokens, text, codes) -> (kinds, tags, parts, meanings, codes), whether told";

PyObject *read_tokens(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *iterator, *tokens, *text, *codes, *token, *result = NULL;
    if (!PyArg_ParseTuple(arguments, "OUO!", &tokens, &text, &PyDict_Type, &codes) ||
        !(iterator = PyObject_GetIter(tokens)))
        return NULL;
    Columns columns = {.code_of_tag = codes, .text = text_of(text)};
    columns.kinds = PyByteArray_FromStringAndSize(NULL, 0);
    columns.codes = PyByteArray_FromStringAndSize(NULL, 0);
    columns.tags = PyList_New(0);
    columns.parts = PyList_New(0);
    columns.meanings = PyList_New(0);
    if (!columns.kinds || !columns.codes || !columns.tags || !columns.parts || !columns.meanings)
        goto done;
    while ((token = PyIter_Next(iterator))) {
        int failed = add_token(&columns, token);
        Py_DECREF(token);
        if (failed)
            goto done;
    }
    if (!PyErr_Occurred() && PyByteArray_Resize(columns.kinds, columns.length) == 0 &&
        PyByteArray_Resize(columns.codes, columns.length) == 0)
        result = Py_BuildValue("(OOOOO)O", columns.kinds, columns.tags, columns.parts, columns.meanings, columns.codes,
                               columns.told == columns.text.length ? Py_True : Py_False);
done:
    Py_DECREF(iterator);
    Py_XDECREF(columns.kinds);
    Py_XDECREF(columns.codes);
    Py_XDECREF(columns.tags);
    Py_XDECREF(columns.parts);
    Py_XDECREF(columns.meanings);
    return result;
}

/* A page on its way from tokens to runs. The columns are borrowed and equally long; the rest is made here. */
typedef struct {
    const char *kinds, *codes;
    PyObject *tags, *parts, *meanings;
    Py_ssize_t length, head_end;
    char *letters;
    Numbers bounds;
    Builder skeleton;
    PyObject *texts, *references;
} Outline;

static int is_textual(char kind)
{
    return kind == TEXT || kind == REFERENCE;
}

static int is_blank(PyObject *string)
{
    Text text = text_of(string);
    Py_ssize_t at = 0;
    while (at < text.length && Py_UNICODE_ISSPACE(char_at(&text, at)))
        at++;
    return at == text.length;
}

static void mark_raw_text(Outline *page, Py_ssize_t run, char letter)
{
    for (; run < page->length && is_textual(page->kinds[run]); run++)
        page->letters[run] = letter;
}

/* First look at every run: where it ends, what its tag does. Raw text is known before the texts are looked at. */
static int mark_tags(Outline *page)
{
    int64_t at = 0;
    int is_head_over = 0;
    for (Py_ssize_t run = 0; run < page->length; run++) {
        PyObject *part = PyList_GET_ITEM(page->parts, run);
        char kind = page->kinds[run];
        if (!PyUnicode_Check(part)) {
            PyErr_SetString(PyExc_TypeError, "a part is no string");
            return -1;
        }
        if (add_number(&page->bounds, at) < 0)
            return -1;
        at += PyUnicode_GET_LENGTH(part);
        if (is_textual(kind)) {
            if (!page->letters[run])
                page->letters[run] = KEPT;
            continue;
        }
        page->letters[run] = TAG;
        char code = page->codes[run];
        int is_start = kind != END;
        if (code == SCRIPT_LIKE || code == TITLE_LIKE) {
            page->letters[run] = code == SCRIPT_LIKE ? SCRIPT : TAG;
            if (is_start)
                mark_raw_text(page, run + 1, page->letters[run]);
        } else if (code == LINE_BREAK && is_start)
            page->letters[run] = BREAK;
        else if (!is_head_over && ((code == BODY && is_start) || (code == HEAD && !is_start))) {
            is_head_over = 1;
            page->head_end = is_start ? at - PyUnicode_GET_LENGTH(part) : at;
        }
    }
    return add_number(&page->bounds, at);
}

/* Notes what the references in [begin, end) mean; 1 if anything there shows, 0 if not, -1 with an exception set. */
static int take_references(Outline *page, Py_ssize_t begin, Py_ssize_t end)
{
    int shows = 0;
    for (Py_ssize_t run = begin; run < end; run++) {
        PyObject *meaning = PyList_GET_ITEM(page->kinds[run] == REFERENCE ? page->meanings : page->parts, run);
        if (!PyUnicode_Check(meaning)) {
            PyErr_SetString(PyExc_TypeError, "a reference means no string");
            return -1;
        }
        shows |= !is_blank(meaning);
        if (page->kinds[run] == REFERENCE) {
            PyObject *number = PyLong_FromSsize_t(run);
            int failed = !number || PyDict_SetItem(page->references, number, meaning) < 0;
            Py_XDECREF(number);
            if (failed)
                return -1;
        }
    }
    memset(page->letters + begin, shows ? KEPT : BLANK, end - begin);
    return shows;
}

/* The text that begins at run *begin*, or white space after all; its end, or -1 with an exception set. */
static Py_ssize_t take_text(Outline *page, Py_ssize_t begin)
{
    Py_ssize_t end = begin;
    while (end < page->length && (page->letters[end] == KEPT || page->letters[end] == BLANK))
        end++;
    if (end - begin > 1 || page->kinds[begin] == REFERENCE) {
        int shows = take_references(page, begin, end);
        if (shows <= 0)
            return shows < 0 ? -1 : end;
    }
    Builder *skeleton = &page->skeleton;
    PyObject *span = Py_BuildValue("(nn)", begin, end);
    int failed = !span || add_character(skeleton, 0xe000) < 0 ||
                 add_decimal(skeleton, PyList_GET_SIZE(page->texts)) < 0 || add_character(skeleton, ';') < 0 ||
                 PyList_Append(page->texts, span) < 0;
    Py_XDECREF(span);
    return failed ? -1 : end;
}

static int take_tag(Outline *page, Py_ssize_t run, char code)
{
    Builder *skeleton = &page->skeleton;
    PyObject *tag = PyList_GET_ITEM(page->tags, run);
    char kind = page->kinds[run];
    if (!PyUnicode_Check(tag)) {
        PyErr_SetString(PyExc_TypeError, "a tag is no string");
        return -1;
    }
    if (kind == END)
        return add_ascii(skeleton, "</") < 0 || add_string(skeleton, tag) < 0 || add_character(skeleton, '>') < 0;
    if (add_character(skeleton, '<') < 0 ||
        (code == PLAINTEXT ? add_ascii(skeleton, "pre") : add_string(skeleton, tag)) < 0)
        return -1;
    return add_character(skeleton, ' ') < 0 || add_decimal(skeleton, run) < 0 ||
           add_ascii(skeleton, kind == SELF_CLOSED ? "/>" : ">") < 0;
}

/* Second look: the skeleton in order, and the texts in it. */
static int build_skeleton(Outline *page)
{
    const char *codes = page->codes;
    int has_doctype = 0;
    Py_ssize_t text_end = 0;
    for (Py_ssize_t run = 0; run < page->length; run++)
        if (page->letters[run] == KEPT && is_blank(PyList_GET_ITEM(page->parts, run)) &&
            PyUnicode_GET_LENGTH(PyList_GET_ITEM(page->parts, run)))
            page->letters[run] = BLANK;
    for (Py_ssize_t run = 0; run < page->length; run++) {
        if (run >= text_end && page->letters[run] == KEPT)
            text_end = take_text(page, run);
        else if (run >= text_end && page->letters[run] == BLANK && run + 1 < page->length &&
                 page->letters[run + 1] == KEPT)
            text_end = take_text(page, run);
        else if (page->kinds[run] == DOCTYPE && !has_doctype) {
            has_doctype = 1;
            PyObject *part = PyList_GET_ITEM(page->parts, run);
            Text text = text_of(part);
            if (text.length && char_at(&text, text.length - 1) == '>' && add_string(&page->skeleton, part) < 0)
                return -1;
        } else if (!is_textual(page->kinds[run]) && codes[run] != FORMATTING && codes[run] != SCRIPT_LIKE && codes[run] != TITLE_LIKE &&
                   take_tag(page, run, codes[run]))
            return -1;
        if (text_end < 0)
            return -1;
    }
    return 0;
}

const char outline_doc[] =
    "outline(kinds, tags, parts, meanings, codes) -> (bounds, letters, skeleton, head_end, texts, references)";

PyObject *outline(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *kinds, *codes, *result = NULL;
    Outline page = {0};
    if (!PyArg_ParseTuple(arguments, "YO!O!O!Y", &kinds, &PyList_Type, &page.tags, &PyList_Type, &page.parts,
                          &PyList_Type, &page.meanings, &codes))
        return NULL;
    page.kinds = PyByteArray_AS_STRING(kinds);
    page.codes = PyByteArray_AS_STRING(codes);
    page.length = PyByteArray_GET_SIZE(kinds);
    if (PyByteArray_GET_SIZE(codes) != page.length || PyList_GET_SIZE(page.tags) != page.length || PyList_GET_SIZE(page.parts) != page.length ||
        PyList_GET_SIZE(page.meanings) != page.length) {
        PyErr_SetString(PyExc_ValueError, "the columns are not equally long");
        return NULL;
    }
    page.letters = PyMem_Calloc(page.length + 1, 1);
    page.texts = PyList_New(0);
    page.references = PyDict_New();
    if (!page.letters || !page.texts || !page.references)
        PyErr_NoMemory();
    else if (mark_tags(&page) == 0 && build_skeleton(&page) == 0) {
        PyObject *bounds = bytes_of_numbers(&page.bounds), *skeleton = string_of(&page.skeleton);
        PyObject *letters = PyByteArray_FromStringAndSize(page.letters, page.length);
        if (bounds && skeleton && letters)
            result = Py_BuildValue("(OOOnOO)", bounds, letters, skeleton, page.head_end, page.texts, page.references);
        Py_XDECREF(bounds);
        Py_XDECREF(skeleton);
        Py_XDECREF(letters);
    }
    PyMem_Free(page.letters);
    free_numbers(&page.bounds);
    free_builder(&page.skeleton);
    Py_XDECREF(page.texts);
    Py_XDECREF(page.references);
    return result;
}
