/* Twin of ``cleaner.boilerplate.page_tree``: the element tree as columns. */

#include "native.h"

enum { MAX_TAG_CHARS = 4000 };

/* The tree under construction; row 0 holds all others, and each column has *count* rows. */
typedef struct {
    PyObject *source, *tags, *bits, *kinds; /* by tag: what it is inside of itself, and what it is counted as */
    const int64_t *starts, *ends; /* of the elements' start tags */
    int64_t *parents, *stops, *depths, *inside, *signatures, *groups, *named, *entries, *block_kinds;
    int64_t *tag_starts, *tag_ends, *own_bits; /* of each start tag, where it is and what it is inside of itself */
    int64_t *class_starts, *class_ends;
    char *holds_text, *tag_kinds;
    Py_ssize_t count, hidden_bit, group_count, signature_count, kind_count;
    Vocabulary vocabulary;
    Numbers places, begins; /* of the words of each naming, one after the other; where those begin, and the end of all */
    /* Rows, and numbers of namings, by hash, as many as *mask* and one; 0 is free. */
    int32_t *known_tags, *known_groups, *known_signatures, *known_names, *known_kinds;
    size_t mask;
} PageTree;

enum { COLUMNS = 14, TABLES = 5 };

/* Parents and depths from the elements' *parents*, subtrees and which of them hold one of *blocks*. */
static int shape(PageTree *tree, const int64_t *parents, const Py_buffer *blocks)
{
    const int64_t *rows = blocks->buf;
    for (Py_ssize_t at = 0; at < blocks->len / (Py_ssize_t)sizeof *rows; at++) {
        if (rows[at] < 0 || rows[at] >= tree->count)
            return fail("a block in no element");
        tree->holds_text[rows[at]] = 1;
    }
    tree->stops[0] = 1;
    for (Py_ssize_t row = 1; row < tree->count; row++) {
        int64_t parent = parents[row - 1] + 1;
        if (parent < 0 || parent >= row)
            return fail("an element before its parent");
        tree->parents[row] = parent;
        tree->depths[row] = tree->depths[parent] + 1;
        tree->stops[row] = row + 1;
    }
    for (Py_ssize_t row = tree->count - 1; row > 0; row--) {
        Py_ssize_t parent = tree->parents[row];
        if (tree->stops[parent] < tree->stops[row])
            tree->stops[parent] = tree->stops[row];
        tree->holds_text[parent] |= tree->holds_text[row];
    }
    return 0;
}

/* The row, or naming, before that is alike; 0 if there is none. */
static Py_ssize_t row_alike(const PageTree *tree, int32_t *known, uint64_t hash, Py_ssize_t row,
                            int are_alike(const PageTree *, Py_ssize_t, Py_ssize_t))
{
    size_t place = hash & tree->mask;
    for (; known[place]; place = (place + 1) & tree->mask)
        if (are_alike(tree, known[place], row))
            return known[place];
    known[place] = (int32_t)row;
    return 0;
}

static int are_in_one_group(const PageTree *tree, Py_ssize_t one, Py_ssize_t other)
{
    return tree->parents[one] == tree->parents[other] && tree->signatures[one] == tree->signatures[other];
}

static int are_equal(const PageTree *tree, Py_ssize_t start, Py_ssize_t end, Py_ssize_t other, Py_ssize_t other_end)
{
    Text source = text_of(tree->source);
    const char *data = source.data;
    return end - start == other_end - other &&
           memcmp(data + start * source.kind, data + other * source.kind, (end - start) * source.kind) == 0;
}

static int are_same_tags(const PageTree *tree, Py_ssize_t one, Py_ssize_t other)
{
    PyObject *tag = PyTuple_GET_ITEM(tree->tags, one - 1), *other_tag = PyTuple_GET_ITEM(tree->tags, other - 1);
    return (tag == other_tag || PyUnicode_Compare(tag, other_tag) == 0) &&
           are_equal(tree, tree->tag_starts[one], tree->tag_ends[one], tree->tag_starts[other], tree->tag_ends[other]);
}

static int have_same_signatures(const PageTree *tree, Py_ssize_t one, Py_ssize_t other)
{
    const int64_t *places = tree->places.items, *begins = tree->begins.items;
    return places[begins[tree->named[one]]] == places[begins[tree->named[other]]] && /* the first word is the tag's */
           are_equal(tree, tree->class_starts[one], tree->class_ends[one], tree->class_starts[other],
                     tree->class_ends[other]);
}

static int are_same_names(const PageTree *tree, Py_ssize_t one, Py_ssize_t other)
{
    const int64_t *places = tree->places.items, *begins = tree->begins.items;
    int64_t count = begins[one + 1] - begins[one];
    return count == begins[other + 1] - begins[other] &&
           memcmp(places + begins[one], places + begins[other], count * sizeof *places) == 0;
}

static uint64_t hash_of(const PageTree *tree, const void *data, size_t left, uint64_t seed)
{
    const uint64_t *secrets = tree->vocabulary.secrets;
    const char *at = data;
    uint64_t hash = folded_product(seed ^ secrets[0], left ^ secrets[1]), part;
    for (; left >= sizeof part; at += sizeof part, left -= sizeof part) {
        memcpy(&part, at, sizeof part);
        hash = folded_product(hash ^ secrets[0], part ^ secrets[1]);
    }
    part = 0;
    memcpy(&part, at, left);
    hash = folded_product(hash ^ secrets[0], part ^ secrets[1]);
    return hash;
}

static uint64_t hash_of_source(const PageTree *tree, Py_ssize_t start, Py_ssize_t end, uint64_t seed)
{
    Text source = text_of(tree->source);
    return hash_of(tree, (const char *)source.data + start * source.kind, (end - start) * source.kind, seed);
}

/* The number of the naming that ends with the last of *places*; those go again where there was one alike. */
static Py_ssize_t number_naming(PageTree *tree)
{
    Py_ssize_t naming = tree->begins.length - 1, begin = tree->begins.items[naming];
    if (add_number(&tree->begins, tree->places.length) < 0)
        return -1;
    uint64_t hash = hash_of(tree, tree->places.items + begin, (tree->places.length - begin) * sizeof(int64_t), 0);
    Py_ssize_t known = row_alike(tree, tree->known_names, hash, naming, are_same_names);
    if (known) {
        tree->places.length = begin;
        tree->begins.length--;
    }
    return known ? known : naming;
}

/* What the start tag of *row* says: numbers of its words and of its name and class, and whether it is hidden. */
static int read_start_tag(PageTree *tree, Py_ssize_t row)
{
    PyObject *tag = PyTuple_GET_ITEM(tree->tags, row - 1), *bit = PyDict_GetItemWithError(tree->bits, tag);
    PyObject *mark = PyErr_Occurred() ? NULL : PyUnicode_Concat(names.mark, tag);
    int64_t name = mark ? number_of_string(&tree->vocabulary, mark) : -1;
    Text source = text_of(tree->source);
    StartTag read = {0};
    Py_XDECREF(mark);
    if (name < 0 || add_number(&tree->places, name) < 0 ||
        name_tag(&source, tree->tag_starts[row], tree->tag_ends[row], &tree->vocabulary, &tree->places, &read) < 0)
        return -1;
    tree->class_starts[row] = read.class_begin;
    tree->class_ends[row] = read.class_end;
    tree->own_bits[row] = (bit ? PyLong_AsLongLong(bit) : 0) | (read.is_hidden ? (int64_t)tree->hidden_bit : 0);
    tree->named[row] = number_naming(tree);
    if (tree->named[row] < 0 || PyErr_Occurred())
        return -1;
    uint64_t hash = hash_of_source(tree, read.class_begin, read.class_end, (uint64_t)name);
    Py_ssize_t known = row_alike(tree, tree->known_signatures, hash, row, have_same_signatures);
    tree->signatures[row] = known ? tree->signatures[known] : ++tree->signature_count;
    return 0;
}

/* Names, kind and place of the element in *row*; equal tags are read once. */
static int name_row(PageTree *tree, Py_ssize_t row)
{
    PyObject *tag = PyTuple_GET_ITEM(tree->tags, row - 1);
    int64_t start = tree->starts[row - 1], end = tree->ends[row - 1];
    if (!PyUnicode_Check(tag))
        return fail("an element without a tag");
    if (end - start <= PyUnicode_GET_LENGTH(tag) + 2)
        start = end = 0; /* nothing but the name */
    if (start < 0 || end > PyUnicode_GET_LENGTH(tree->source))
        return fail("a tag outside of the page");
    tree->tag_starts[row] = start;
    tree->tag_ends[row] = end - start > MAX_TAG_CHARS ? start + MAX_TAG_CHARS : end;
    uint64_t hash = hash_of_source(tree, start, tree->tag_ends[row], (uint64_t)PyObject_Hash(tag));
    Py_ssize_t known = row_alike(tree, tree->known_tags, hash, row, are_same_tags);
    if (known) {
        tree->own_bits[row] = tree->own_bits[known];
        tree->signatures[row] = tree->signatures[known];
        tree->named[row] = tree->named[known];
    } else if (read_start_tag(tree, row) < 0)
        return -1;
    int64_t parent = tree->parents[row];
    tree->inside[row] = tree->inside[parent] | tree->own_bits[row];
    hash = hash_of(tree, &tree->signatures[row], sizeof tree->signatures[row], (uint64_t)parent);
    known = row_alike(tree, tree->known_groups, hash, row, are_in_one_group);
    tree->groups[row] = known ? tree->groups[known] : ++tree->group_count;
    return 0;
}

static int are_of_one_kind(const PageTree *tree, Py_ssize_t one, Py_ssize_t other)
{
    return tree->signatures[one] == tree->signatures[other] &&
           tree->signatures[tree->parents[one]] == tree->signatures[tree->parents[other]];
}

/* Numbers the kinds of the elements that *blocks* are in, from 1 on. */
static void number_kinds(PageTree *tree, const Py_buffer *blocks)
{
    const int64_t *rows = blocks->buf;
    for (Py_ssize_t at = 0; at < blocks->len / (Py_ssize_t)sizeof *rows; at++) {
        Py_ssize_t row = rows[at], known = 0;
        if (tree->block_kinds[row])
            continue;
        if (row) { /* the root is like no other */
            int64_t parent = tree->signatures[tree->parents[row]];
            uint64_t hash = hash_of(tree, &tree->signatures[row], sizeof parent, (uint64_t)parent);
            known = row_alike(tree, tree->known_kinds, hash, row, are_of_one_kind);
        }
        tree->block_kinds[row] = known ? tree->block_kinds[known] : ++tree->kind_count;
    }
}

/* Where the innermost entry of a list is: an element that two siblings or more are like. */
static int find_entries(PageTree *tree)
{
    int32_t *sizes = PyMem_Calloc(tree->group_count + 1, sizeof *sizes);
    if (!sizes)
        return PyErr_NoMemory() ? 0 : -1;
    for (Py_ssize_t row = 1; row < tree->count; row++)
        sizes[tree->groups[row]]++;
    for (Py_ssize_t row = 1; row < tree->count; row++)
        tree->entries[row] = tree->groups[row] && sizes[tree->groups[row]] > 2 ? row : tree->entries[tree->parents[row]];
    PyMem_Free(sizes);
    return 0;
}

/* What each element is counted as; few tags are different strings. */
static int count_tags(PageTree *tree)
{
    enum { KNOWN = 64 };
    struct { const PyObject *tag; char kind; } known[KNOWN] = {{NULL, 0}};
    for (Py_ssize_t row = 1; row < tree->count; row++) {
        PyObject *tag = PyTuple_GET_ITEM(tree->tags, row - 1);
        size_t slot = (uintptr_t)tag / 16 % KNOWN;
        if (known[slot].tag != tag) {
            PyObject *kind = PyDict_GetItemWithError(tree->kinds, tag);
            known[slot].kind = kind ? (char)PyLong_AsLong(kind) : 0;
            known[slot].tag = tag;
            if (PyErr_Occurred())
                return -1;
        }
        tree->tag_kinds[row] = known[slot].kind;
    }
    return 0;
}

static PyObject *finished(PageTree *tree, PyObject *columns)
{
    return Py_BuildValue("(NNONN)", PyList_AsTuple(tree->vocabulary.words),
                         PyBytes_FromStringAndSize(tree->tag_kinds, tree->count), columns,
                         bytes_of_numbers(&tree->places), bytes_of_numbers(&tree->begins));
}

/* All of the tree. */
static PyObject *read_page_tree(PageTree *tree, PyObject *packed, const int64_t *parents, const Py_buffer *blocks)
{
    int64_t *empty = memset(PyBytes_AS_STRING(packed), 0, PyBytes_GET_SIZE(packed));
    int64_t **columns[COLUMNS] = {&tree->parents, &tree->stops,      &tree->depths,   &tree->inside,
                                  &tree->signatures, &tree->groups,  &tree->named,    &tree->entries, &tree->block_kinds,
                                  &tree->tag_starts, &tree->tag_ends, &tree->own_bits,
                                  &tree->class_starts, &tree->class_ends};
    for (Py_ssize_t at = 0; at < COLUMNS; at++)
        *columns[at] = empty + at * tree->count;
    tree->known_groups = tree->known_tags + tree->mask + 1;
    tree->known_signatures = tree->known_groups + tree->mask + 1;
    tree->known_names = tree->known_signatures + tree->mask + 1;
    tree->known_kinds = tree->known_names + tree->mask + 1;
    if (shape(tree, parents, blocks) < 0 || number_of_ascii(&tree->vocabulary, "", 0) < 0 ||
        add_number(&tree->places, 0) < 0 || add_number(&tree->begins, 0) < 0 || add_number(&tree->begins, 1) < 0)
        return NULL;
    for (Py_ssize_t row = 1; row < tree->count; row++)
        if (tree->holds_text[row] && name_row(tree, row) < 0)
            return NULL;
    number_kinds(tree, blocks);
    return find_entries(tree) < 0 || count_tags(tree) < 0 ? NULL : finished(tree, packed);
}

const char page_tree_doc[] = "page_tree(source, tags, parents, starts, ends, blocks, bits, hidden, kinds) -> words, kinds of tags, columns, places, begins";

PyObject *page_tree(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { PARENTS, STARTS, ENDS, BLOCKS, ARRAYS };
    PageTree tree = {0};
    Py_buffer given[ARRAYS];
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(arguments, "UO!y*y*y*y*O!nO!", &tree.source, &PyTuple_Type, &tree.tags, &given[PARENTS],
                          &given[STARTS], &given[ENDS], &given[BLOCKS], &PyDict_Type, &tree.bits, &tree.hidden_bit,
                          &PyDict_Type, &tree.kinds))
        return NULL;
    tree.count = PyTuple_GET_SIZE(tree.tags) + 1;
    tree.starts = given[STARTS].buf;
    tree.ends = given[ENDS].buf;
    for (int array = 0; array < BLOCKS; array++)
        if (given[array].len != (tree.count - 1) * (Py_ssize_t)sizeof(int64_t) || tree.count >= (Py_ssize_t)1 << 31)
            fail("the columns are not equally long");
    for (tree.mask = 1; tree.mask < 2 * (size_t)tree.count; tree.mask *= 2)
        ;
    PyObject *columns = PyBytes_FromStringAndSize(NULL, tree.count * COLUMNS * (Py_ssize_t)sizeof(int64_t));
    tree.known_tags = PyMem_Calloc(TABLES * tree.mask, sizeof(int32_t));
    tree.mask--;
    tree.holds_text = PyMem_Calloc(2 * tree.count, 1);
    tree.tag_kinds = tree.holds_text + tree.count;
    if (!tree.known_tags || !tree.holds_text)
        PyErr_NoMemory();
    if (open_vocabulary(&tree.vocabulary) == 0 && !PyErr_Occurred())
        result = read_page_tree(&tree, columns, given[PARENTS].buf, &given[BLOCKS]);
    Py_XDECREF(columns);
    PyMem_Free(tree.known_tags);
    PyMem_Free(tree.holds_text);
    close_vocabulary(&tree.vocabulary);
    free_numbers(&tree.places);
    free_numbers(&tree.begins);
    for (int array = 0; array < ARRAYS; array++)
        PyBuffer_Release(&given[array]);
    return result;
}
