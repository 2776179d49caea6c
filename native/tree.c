/* Twin of ``cleaner.reading.tree``: one walk over the markup that the parser gives back. */

#include "native.h"

enum { BLOCK, VOID, INLINE, LINK, LIST, ROW, UNRENDERED, HTML_IN_SVG, ROLE };
enum { PARAGRAPH, HEADING, ITEM };
enum { HIDDEN, PICTURE, SHOWN };

/* What the elements around a text make of it, and where the walk stands. */
typedef struct {
    int64_t block, row;
    int32_t lists, level;
    uint8_t role, visibility, is_linked, is_cell, is_paragraph;
} Place;

/* The walk. Leaves are five numbers each: element, role, level, row, whether right in a table cell. */
typedef struct {
    Text markup;
    PyObject *kinds, *roles;
    Place place, *places;
    Py_ssize_t room, element;
    PyObject *tags;
    Numbers parents, runs, leaves;
    int64_t *leaf_of_text;
    char *is_linked;
    Py_ssize_t texts;
    int64_t leaf;
    int is_fresh_item;
} Walk;

static int fail(const char *what)
{
    PyErr_SetString(PyExc_ValueError, what);
    return -1;
}

/* The decimal number at [*at, end), which must begin with a digit; -1 with an exception set. */
static int64_t number_at(const Text *text, Py_ssize_t *at, Py_ssize_t end)
{
    int64_t number = 0;
    Py_ssize_t begin = *at;
    for (; *at < end && *at - begin < 18; ++*at) {
        Py_UCS4 digit = char_at(text, *at);
        if (digit < '0' || digit > '9')
            break;
        number = number * 10 + (int64_t)(digit - '0');
    }
    return *at == begin ? fail("a mark without a number") : number;
}

static int add_leaf(Walk *walk)
{
    const Place *place = &walk->place;
    int is_stale = place->role == ITEM && !walk->is_fresh_item;
    walk->leaf = walk->leaves.length / 5;
    walk->is_fresh_item = 0;
    Numbers *leaves = &walk->leaves;
    return add_number(leaves, place->block) < 0 || add_number(leaves, is_stale ? PARAGRAPH : place->role) < 0 ||
                   add_number(leaves, is_stale ? 0 : place->level) < 0 || add_number(leaves, place->row) < 0 ||
                   add_number(leaves, place->is_cell) < 0
               ? -1
               : 0;
}

/* The texts whose marks are [at, end). */
static int take_marks(Walk *walk, Py_ssize_t at, Py_ssize_t end)
{
    if (walk->leaf < 0 && add_leaf(walk) < 0)
        return -1;
    while (at < end) {
        if (char_at(&walk->markup, at) != 0xe000)
            return fail("text that is no mark");
        at++;
        int64_t text = number_at(&walk->markup, &at, end);
        if (text < 0)
            return -1;
        if (text >= walk->texts || at == end || char_at(&walk->markup, at) != ';')
            return fail("a mark of no text");
        at++;
        walk->leaf_of_text[text] = walk->leaf;
        walk->is_linked[text] = (char)walk->place.is_linked;
    }
    return 0;
}

/* Puts the walk inside an element of *kind*, which is what the table says of its name. */
static void enter(Walk *walk, int kind, int role, int level)
{
    Place *place = &walk->place;
    if (kind == INLINE)
        return;
    if (kind == LINK) {
        place->is_linked = 1;
        return;
    }
    if (kind == UNRENDERED)
        place->visibility = level && place->visibility ? PICTURE : HIDDEN;
    else if (kind == HTML_IN_SVG)
        place->visibility = place->visibility ? SHOWN : HIDDEN;
    if (place->is_paragraph && place->visibility != SHOWN)
        return;
    place->block = walk->element;
    place->is_cell = 0;
    place->is_paragraph = kind == BLOCK && level;
    walk->leaf = -1;
    if (kind == LIST)
        place->lists++;
    else if (kind == ROW)
        place->row = walk->element;
    else if (kind >= ROLE) {
        place->is_cell = level < 0;
        place->role = (uint8_t)role;
        place->level = role == HEADING ? level : role == ITEM ? (place->lists > 1 ? place->lists : 1) : 0;
        walk->is_fresh_item |= role == ITEM;
    }
}

/* The start tag [at, end): name, white space, number. */
static int take_start(Walk *walk, Py_ssize_t at, Py_ssize_t end)
{
    Py_ssize_t name_end = find_char(&walk->markup, ' ', at, end), digits = name_end + 1;
    PyObject *name = PyUnicode_FromKindAndData(walk->markup.kind,
                                               (const char *)walk->markup.data + at * walk->markup.kind, name_end - at);
    if (!name)
        return -1;
    PyObject *entry = PyDict_GetItemWithError(walk->kinds, name);
    int kind = BLOCK, role = PARAGRAPH, level = 0;
    int64_t run = -1;
    int result = -1;
    if (entry && !PyTuple_Check(entry))
        fail("a kind is no tuple");
    else if (entry)
        PyArg_ParseTuple(entry, "iii", &kind, &role, &level);
    if (PyErr_Occurred())
        goto done;
    if (kind == VOID) {
        if (level)
            walk->leaf = -1;
        result = 0;
        goto done;
    }
    if (digits < end && (run = number_at(&walk->markup, &digits, end)) < 0)
        goto done;
    Py_ssize_t element = PyList_GET_SIZE(walk->tags);
    if (add_number(&walk->parents, walk->element) < 0 || add_number(&walk->runs, run) < 0 ||
        PyList_Append(walk->tags, name) < 0)
        goto done;
    if (element == walk->room) {
        Py_ssize_t room = walk->room ? walk->room * 2 : 1024;
        Place *larger = PyMem_Realloc(walk->places, room * sizeof(Place));
        if (!larger) {
            PyErr_NoMemory();
            goto done;
        }
        walk->places = larger;
        walk->room = room;
    }
    walk->element = element;
    enter(walk, kind, role, level);
    walk->places[element] = walk->place;
    result = 0;
done:
    Py_DECREF(name);
    return result;
}

/* The end tag [at, end), name only. */
static int take_end(Walk *walk, Py_ssize_t at, Py_ssize_t end, PyObject *void_ends)
{
    PyObject *name = PyUnicode_FromKindAndData(walk->markup.kind,
                                               (const char *)walk->markup.data + at * walk->markup.kind, end - at);
    int is_void = name ? PySet_Contains(void_ends, name) : -1;
    Py_XDECREF(name);
    if (is_void)
        return is_void < 0 ? -1 : 0;
    if (walk->element < 0)
        return fail("an end tag of no element");
    static const Place outside = {.block = -1, .row = -1, .visibility = SHOWN};
    walk->element = walk->parents.items[walk->element];
    const Place *around = walk->element < 0 ? &outside : &walk->places[walk->element];
    if (around->block != walk->place.block)
        walk->leaf = -1;
    walk->place = *around;
    return 0;
}

static int take_tags(Walk *walk, PyObject *void_ends)
{
    const Text *markup = &walk->markup;
    for (Py_ssize_t at = 0; at < markup->length;) {
        Py_ssize_t end = find_char(markup, '>', at, markup->length), tag = find_char(markup, '<', at, end);
        if (end == markup->length)
            return 0;
        if (tag + 1 >= end)
            return fail("text without a tag");
        if (tag > at && walk->place.visibility == SHOWN && take_marks(walk, at, tag) < 0)
            return -1;
        int failed = char_at(markup, tag + 1) == '/' ? take_end(walk, tag + 2, end, void_ends)
                                                     : take_start(walk, tag + 1, end);
        if (failed)
            return -1;
        at = end + 1;
    }
    return 0;
}

static PyObject *list_of_numbers(const Numbers *numbers)
{
    PyObject *list = PyList_New(numbers->length);
    for (Py_ssize_t at = 0; list && at < numbers->length; at++) {
        PyObject *number = PyLong_FromLongLong(numbers->items[at]);
        if (!number)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, at, number);
    }
    return list;
}

const char walk_doc[] = "walk(markup, texts, kinds, void_ends) -> (leaf_of_text, is_linked, tags, parents, runs, leaves)";

PyObject *walk(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *markup, *void_ends, *result = NULL;
    Walk walk = {.place = {.block = -1, .row = -1, .visibility = SHOWN}, .element = -1, .leaf = -1};
    if (!PyArg_ParseTuple(arguments, "UnO!O!", &markup, &walk.texts, &PyDict_Type, &walk.kinds, &PyFrozenSet_Type,
                          &void_ends))
        return NULL;
    if (walk.texts < 0 || walk.texts > PY_SSIZE_T_MAX / 16)
        return PyErr_NoMemory();
    walk.markup = text_of(markup);
    walk.tags = PyList_New(0);
    walk.leaf_of_text = PyMem_Malloc((walk.texts + 1) * sizeof(int64_t));
    walk.is_linked = PyMem_Calloc(walk.texts + 1, 1);
    if (!walk.tags || !walk.leaf_of_text || !walk.is_linked)
        PyErr_NoMemory();
    else {
        for (Py_ssize_t text = 0; text < walk.texts; text++)
            walk.leaf_of_text[text] = -1;
        if (take_tags(&walk, void_ends) == 0) {
            Numbers leaf_of_text = {walk.leaf_of_text, walk.texts, walk.texts};
            result = Py_BuildValue("(Ny#NNNN)", list_of_numbers(&leaf_of_text), walk.is_linked, walk.texts,
                                   Py_NewRef(walk.tags), list_of_numbers(&walk.parents), list_of_numbers(&walk.runs),
                                   list_of_numbers(&walk.leaves));
        }
    }
    Py_XDECREF(walk.tags);
    PyMem_Free(walk.leaf_of_text);
    PyMem_Free(walk.is_linked);
    PyMem_Free(walk.places);
    free_numbers(&walk.parents);
    free_numbers(&walk.runs);
    free_numbers(&walk.leaves);
    return result;
}
