/* Twin of ``cleaner.reading.tree``: one walk over the markup that the parser gives back. */

#include "native.h"

enum { BLOCK, VOID, INLINE, LINK, LIST, ROW, UNRENDERED, HTML_IN_SVG, ROLE };
enum { PARAGRAPH, HEADING, ITEM };
enum { HIDDEN, PICTURE, SHOWN };
enum { SLOTS = 128 };

/* What the elements around a text make of it, and where the walk stands. */
typedef struct {
    int64_t block, row;
    int32_t lists, level;
    uint8_t role, visibility, is_linked, is_cell, is_paragraph;
} Place;

/* What the walk was told of a name; the name is owned. */
typedef struct {
    PyObject *name;
    int kind, role, level;
} Tag;

typedef struct {
    Text markup;
    PyObject *kinds;
    Tag known[SLOTS]; /* by hash; the last one met has the slot */
    Place place, *places;
    Py_ssize_t room, element;
    PyObject *tags;
    Numbers parents, runs, elements, roles, levels, rows, are_cells; /* the last five by leaf */
    int64_t *leaf_of_text;
    char *is_linked;
    Py_ssize_t texts;
    int64_t leaf;
    int is_fresh_item;
} Walk;

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
    walk->leaf = walk->elements.length;
    walk->is_fresh_item = 0;
    return add_number(&walk->elements, place->block) < 0 ||
                   add_number(&walk->roles, is_stale ? PARAGRAPH : place->role) < 0 ||
                   add_number(&walk->levels, is_stale ? 0 : place->level) < 0 ||
                   add_number(&walk->rows, place->row) < 0 || add_number(&walk->are_cells, place->is_cell) < 0
               ? -1
               : 0;
}

/* The texts whose marks are [at, end). */
static int take_marks(Walk *walk, Py_ssize_t at, Py_ssize_t end)
{
    if (walk->leaf < 0 && add_leaf(walk) < 0)
        return -1;
    while (at < end) {
        if (char_at(&walk->markup, at) != '#')
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

/* What is known of the name [at, end); NULL with an exception set. */
static const Tag *tag_at(Walk *walk, Py_ssize_t at, Py_ssize_t end)
{
    unsigned hash = 0;
    for (Py_ssize_t place = at; place < end; place++)
        hash = hash * 31 + char_at(&walk->markup, place);
    Tag *tag = &walk->known[hash % SLOTS];
    if (tag->name && PyUnicode_GET_LENGTH(tag->name) == end - at) {
        Text name = text_of(tag->name);
        if (is_at(&name, &walk->markup, at))
            return tag;
    }
    const char *begin = (const char *)walk->markup.data + at * walk->markup.kind;
    PyObject *name = PyUnicode_FromKindAndData(walk->markup.kind, begin, end - at);
    if (name)
        PyUnicode_InternInPlace(&name);
    PyObject *entry = name ? PyDict_GetItemWithError(walk->kinds, name) : NULL;
    Py_XSETREF(tag->name, name);
    tag->kind = BLOCK;
    tag->role = PARAGRAPH;
    tag->level = 0;
    if (entry && !PyTuple_Check(entry))
        fail("a kind is no tuple");
    else if (entry)
        PyArg_ParseTuple(entry, "iii", &tag->kind, &tag->role, &tag->level);
    return PyErr_Occurred() ? NULL : tag;
}

/* The start tag [at, end): name, white space, number. */
static int take_start(Walk *walk, Py_ssize_t at, Py_ssize_t end)
{
    Py_ssize_t name_end = at;
    while (name_end < end && char_at(&walk->markup, name_end) != ' ')
        name_end++;
    Py_ssize_t digits = name_end + 1;
    const Tag *tag = tag_at(walk, at, name_end);
    int64_t run = -1;
    if (!tag)
        return -1;
    if (tag->kind == VOID) {
        if (tag->level)
            walk->leaf = -1;
        return 0;
    }
    if (digits < end && (run = number_at(&walk->markup, &digits, end)) < 0)
        return -1;
    Py_ssize_t element = walk->parents.length;
    if (add_number(&walk->parents, walk->element) < 0 || add_number(&walk->runs, run) < 0 ||
        PyList_Append(walk->tags, tag->name) < 0)
        return -1;
    if (element == walk->room) {
        Py_ssize_t room = walk->room ? walk->room * 2 : 1024;
        Place *larger = PyMem_Realloc(walk->places, room * sizeof(Place));
        if (!larger) {
            PyErr_NoMemory();
            return -1;
        }
        walk->places = larger;
        walk->room = room;
    }
    walk->element = element;
    enter(walk, tag->kind, tag->role, tag->level);
    walk->places[element] = walk->place;
    return 0;
}

/* The end tag [at, end), name only. */
static int take_end(Walk *walk, Py_ssize_t at, Py_ssize_t end)
{
    const Tag *tag = tag_at(walk, at, end);
    if (!tag || tag->kind == VOID)
        return tag ? 0 : -1;
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

static int take_tags(Walk *walk)
{
    const Text *markup = &walk->markup;
    for (Py_ssize_t at = 0; at < markup->length;) {
        Py_ssize_t tag = find_char(markup, '<', at, markup->length), end = find_char(markup, '>', tag, markup->length);
        if (end == markup->length)
            return 0;
        if (tag + 1 == end)
            return fail("a tag without a name");
        if (tag > at && walk->place.visibility == SHOWN && take_marks(walk, at, tag) < 0)
            return -1;
        if ((char_at(markup, tag + 1) == '/' ? take_end(walk, tag + 2, end) : take_start(walk, tag + 1, end)) < 0)
            return -1;
        at = end + 1;
    }
    return 0;
}

const char walk_doc[] = "walk(markup, texts, kinds) -> (leaf_of_text, is_linked, tags, parents, runs, elements, roles, "
                        "levels, rows, are_cells)";

PyObject *walk(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *markup, *result = NULL;
    Walk walk = {.place = {.block = -1, .row = -1, .visibility = SHOWN}, .element = -1, .leaf = -1};
    if (!PyArg_ParseTuple(arguments, "UnO!", &markup, &walk.texts, &PyDict_Type, &walk.kinds))
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
        memset(walk.leaf_of_text, -1, walk.texts * sizeof(int64_t));
        Numbers leaf_of_text = {walk.leaf_of_text, walk.texts, walk.texts};
        if (take_tags(&walk) == 0)
            result = Py_BuildValue("(Ny#ONNNNNNN)", bytes_of_numbers(&leaf_of_text), walk.is_linked, walk.texts,
                                   walk.tags, bytes_of_numbers(&walk.parents), bytes_of_numbers(&walk.runs),
                                   bytes_of_numbers(&walk.elements), bytes_of_numbers(&walk.roles),
                                   bytes_of_numbers(&walk.levels), bytes_of_numbers(&walk.rows),
                                   bytes_of_numbers(&walk.are_cells));
    }
    for (int slot = 0; slot < SLOTS; slot++)
        Py_XDECREF(walk.known[slot].name);
    Py_XDECREF(walk.tags);
    PyMem_Free(walk.leaf_of_text);
    PyMem_Free(walk.is_linked);
    PyMem_Free(walk.places);
    Numbers *columns[] = {&walk.parents, &walk.runs,   &walk.elements, &walk.roles,
                          &walk.levels,  &walk.rows, &walk.are_cells};
    for (size_t column = 0; column < sizeof columns / sizeof *columns; column++)
        free_numbers(columns[column]);
    return result;
}
