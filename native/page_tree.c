/* Twin of ``cleaner.boilerplate.page_tree``, ``path_scores`` and ``class_vectors``: the element tree as columns, and
   what its class words add up to. */

#include "native.h"

enum { MAX_TAG_CHARS = 4000, MAX_FIGURES = 64 };

/* The tree under construction; row 0 holds all others, and each column has *count* rows. */
typedef struct {
    PyObject *source, *tags, *bits;
    const int64_t *starts, *ends; /* of the elements' start tags */
    int64_t *columns, *parents, *stops, *depths, *inside, *signatures, *groups, *named, *entries;
    int64_t *tag_starts, *tag_ends, *own_bits; /* of each start tag, where it is and what it is inside of itself */
    char *holds_text;
    Py_ssize_t count, hidden_bit, group_count;
    PyObject *signature_numbers, *words;
    uint64_t secrets[2]; /* differ from run to run: no page can be made so that its hashes meet */
    int32_t *known_tags, *known_groups; /* rows by hash, as many as *mask* and one; 0 is free */
    size_t mask;
} PageTree;

enum { COLUMNS = 11 };

static int fail(const char *what)
{
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, what);
    return -1;
}

/* The number that *numbers* has for *key*, or the next one; the key is given up. */
static int64_t numbered(PyObject *numbers, PyObject *key)
{
    if (!key)
        return -1;
    PyObject *number = PyDict_GetItemWithError(numbers, key), *made = NULL;
    if (!number && !PyErr_Occurred()) {
        made = PyLong_FromSsize_t(PyDict_GET_SIZE(numbers) + 1);
        if (made && PyDict_SetItem(numbers, key, made) == 0)
            number = made;
    }
    int64_t result = number ? PyLong_AsLongLong(number) : -1;
    Py_XDECREF(made);
    Py_DECREF(key);
    return result;
}

/* Parents and depths from the elements' *parents*, subtrees and which of them hold one of *blocks*. */
static int shape(PageTree *tree, const int64_t *parents, PyObject *blocks)
{
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(blocks); at++) {
        Py_ssize_t row = PyLong_AsSsize_t(PyList_GET_ITEM(blocks, at));
        if (row < 0 || row >= tree->count)
            return fail("a block in no element");
        tree->holds_text[row] = 1;
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

/* The row before with the same start tag, or the same parent and signature; 0 if there is none. */
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

static int are_same_tags(const PageTree *tree, Py_ssize_t one, Py_ssize_t other)
{
    PyObject *tag = PyTuple_GET_ITEM(tree->tags, one - 1), *other_tag = PyTuple_GET_ITEM(tree->tags, other - 1);
    Text source = text_of(tree->source);
    Py_ssize_t length = tree->tag_ends[one] - tree->tag_starts[one];
    return length == tree->tag_ends[other] - tree->tag_starts[other] &&
           (tag == other_tag || PyUnicode_Compare(tag, other_tag) == 0) &&
           memcmp((const char *)source.data + tree->tag_starts[one] * source.kind,
                  (const char *)source.data + tree->tag_starts[other] * source.kind, length * source.kind) == 0;
}

static uint64_t hash_of_tag(const PageTree *tree, Py_ssize_t row, Py_hash_t name)
{
    Text source = text_of(tree->source);
    const char *at = (const char *)source.data + tree->tag_starts[row] * source.kind;
    size_t left = (tree->tag_ends[row] - tree->tag_starts[row]) * source.kind;
    uint64_t hash = folded_product((uint64_t)name ^ tree->secrets[0], left ^ tree->secrets[1]);
    while (left) {
        uint64_t part = 0;
        size_t some = left < sizeof part ? left : sizeof part;
        memcpy(&part, at, some);
        hash = folded_product(hash ^ tree->secrets[0], part ^ tree->secrets[1]);
        at += some, left -= some;
    }
    return hash;
}

/* What the start tag of *row* says: numbers of its words and of its name and class, and whether it is hidden. */
static int read_start_tag(PageTree *tree, Py_ssize_t row)
{
    PyObject *tag = PyTuple_GET_ITEM(tree->tags, row - 1);
    Text source = text_of(tree->source);
    PyObject *class = NULL, *words = PyList_New(0), *mark = words ? PyUnicode_Concat(names.mark, tag) : NULL;
    PyObject *bit = mark ? PyDict_GetItemWithError(tree->bits, tag) : NULL;
    int is_hidden = 0, result = -1;
    if (!mark || PyErr_Occurred() || PyList_Append(words, mark) < 0)
        goto done;
    if (tree->tag_ends[row] > tree->tag_starts[row]
            ? name_tag(&source, tree->tag_starts[row], tree->tag_ends[row], words, &class, &is_hidden) < 0
            : !(class = PyUnicode_FromStringAndSize("", 0)))
        goto done;
    tree->own_bits[row] = (bit ? PyLong_AsLongLong(bit) : 0) | (is_hidden ? (int64_t)tree->hidden_bit : 0);
    tree->signatures[row] = numbered(tree->signature_numbers, PyUnicode_Concat(class, mark)); /* no tag has "<" in it */
    tree->named[row] = tree->signatures[row] < 0 ? -1 : numbered(tree->words, PyList_AsTuple(words));
    result = PyErr_Occurred() ? -1 : 0;
done:
    Py_XDECREF(words);
    Py_XDECREF(class);
    Py_XDECREF(mark);
    return result;
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
    Py_hash_t name = PyObject_Hash(tag);
    Py_ssize_t known = row_alike(tree, tree->known_tags, hash_of_tag(tree, row, name), row, are_same_tags);
    if (known) {
        tree->own_bits[row] = tree->own_bits[known];
        tree->signatures[row] = tree->signatures[known];
        tree->named[row] = tree->named[known];
    } else if (read_start_tag(tree, row) < 0)
        return -1;
    int64_t parent = tree->parents[row];
    tree->inside[row] = tree->inside[parent] | tree->own_bits[row];
    uint64_t hash = folded_product((uint64_t)parent ^ tree->secrets[0], (uint64_t)tree->signatures[row] ^ tree->secrets[1]);
    known = row_alike(tree, tree->known_groups, hash, row, are_in_one_group);
    tree->groups[row] = known ? tree->groups[known] : ++tree->group_count;
    return 0;
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

static PyObject *column(const PageTree *tree, const int64_t *items)
{
    return PyBytes_FromStringAndSize((const char *)items, tree->count * (Py_ssize_t)sizeof *items);
}

static PyObject *finished(PageTree *tree)
{
    return Py_BuildValue("(NNNNNNNNN)", column(tree, tree->parents), column(tree, tree->stops),
                         column(tree, tree->depths), column(tree, tree->inside), column(tree, tree->signatures),
                         column(tree, tree->groups), column(tree, tree->named), column(tree, tree->entries),
                         PySequence_Tuple(tree->words));
}

/* All of the tree, whose columns are there and empty. */
static PyObject *read_page_tree(PageTree *tree, const int64_t *parents, PyObject *blocks)
{
    int64_t **columns[COLUMNS] = {&tree->parents, &tree->stops,      &tree->depths,   &tree->inside,
                                  &tree->signatures, &tree->groups,  &tree->named,    &tree->entries,
                                  &tree->tag_starts, &tree->tag_ends, &tree->own_bits};
    for (Py_ssize_t at = 0; at < COLUMNS; at++)
        *columns[at] = tree->columns + at * tree->count;
    tree->known_groups = tree->known_tags + tree->mask + 1;
    tree->secrets[0] = (uint64_t)PyObject_Hash(names.mark);
    tree->secrets[1] = (uint64_t)PyObject_Hash(names.lower);
    if (shape(tree, parents, blocks) < 0)
        return NULL;
    for (Py_ssize_t row = 1; row < tree->count; row++)
        if (tree->holds_text[row] && name_row(tree, row) < 0)
            return NULL;
    return find_entries(tree) < 0 ? NULL : finished(tree);
}

const char page_tree_doc[] = "page_tree(source, tags, parents, starts, ends, blocks, bits, hidden) -> eight columns, words";

PyObject *page_tree(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { PARENTS, STARTS, ENDS, ARRAYS };
    PageTree tree = {0};
    Py_buffer given[ARRAYS];
    PyObject *blocks, *result = NULL;
    if (!PyArg_ParseTuple(arguments, "UO!y*y*y*O!O!n", &tree.source, &PyTuple_Type, &tree.tags, &given[PARENTS],
                          &given[STARTS], &given[ENDS], &PyList_Type, &blocks, &PyDict_Type, &tree.bits,
                          &tree.hidden_bit))
        return NULL;
    tree.count = PyTuple_GET_SIZE(tree.tags) + 1;
    tree.starts = given[STARTS].buf;
    tree.ends = given[ENDS].buf;
    for (int array = 0; array < ARRAYS; array++)
        if (given[array].len != (tree.count - 1) * (Py_ssize_t)sizeof(int64_t) || tree.count >= (Py_ssize_t)1 << 31)
            fail("the columns are not equally long");
    for (tree.mask = 1; tree.mask < 2 * (size_t)tree.count; tree.mask *= 2)
        ;
    tree.columns = PyMem_Calloc(tree.count * COLUMNS, sizeof(int64_t));
    tree.known_tags = PyMem_Calloc(2 * tree.mask, sizeof(int32_t));
    tree.mask--;
    tree.holds_text = PyMem_Calloc(tree.count, 1);
    tree.signature_numbers = PyDict_New();
    tree.words = PyDict_New();
    if (!tree.columns || !tree.known_tags || !tree.holds_text)
        PyErr_NoMemory();
    if (!PyErr_Occurred())
        result = read_page_tree(&tree, given[PARENTS].buf, blocks);
    PyMem_Free(tree.columns);
    PyMem_Free(tree.known_tags);
    PyMem_Free(tree.holds_text);
    Py_XDECREF(tree.signature_numbers);
    Py_XDECREF(tree.words);
    for (int array = 0; array < ARRAYS; array++)
        PyBuffer_Release(&given[array]);
    return result;
}

/* The strongest of *words* in *lexicon* on either side. */
static int score(PyObject *words, PyObject *lexicon, double *sum)
{
    double least = 0, most = 0;
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(words); at++) {
        PyObject *number = PyDict_GetItemWithError(lexicon, PyTuple_GET_ITEM(words, at));
        double value = number ? PyFloat_AsDouble(number) : 0;
        if (PyErr_Occurred())
            return -1;
        least = value < least ? value : least;
        most = value > most ? value : most;
    }
    *sum = least + most;
    return 0;
}

const char path_scores_doc[] = "path_scores(words, named, parents, lexicon, decay) -> own, total, decayed, least, most";

PyObject *path_scores(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *words, *lexicon, *result = NULL;
    Py_buffer parents, named;
    double decay;
    if (!PyArg_ParseTuple(arguments, "O!y*y*O!d", &PyTuple_Type, &words, &named, &parents, &PyDict_Type, &lexicon,
                          &decay))
        return NULL;
    Py_ssize_t count = parents.len / (Py_ssize_t)sizeof(int64_t), kinds = PyTuple_GET_SIZE(words);
    const int64_t *parent_of = parents.buf, *words_of = named.buf;
    double *scores = PyMem_Calloc(kinds + 1, sizeof *scores);
    int failed = !scores || (parents.len != named.len && fail("the columns are not equally long"));
    for (Py_ssize_t at = 0; !failed && at < kinds; at++) {
        PyObject *known = PyTuple_GET_ITEM(words, at);
        failed = PyTuple_Check(known) ? score(known, lexicon, scores + at) : fail("words that are no tuple");
    }
    for (Py_ssize_t row = 0; !failed && row < count; row++)
        if (parent_of[row] < 0 || (parent_of[row] >= row && parent_of[row]) || words_of[row] < 0 ||
            words_of[row] >= kinds)
            failed = fail("an element before its parent, or with unknown words");
    result = failed ? NULL : PyBytes_FromStringAndSize(NULL, count * 5 * (Py_ssize_t)sizeof(double));
    if (result) {
        double *own = (double *)PyBytes_AS_STRING(result);
        double *total = own + count, *decayed = total + count, *least = decayed + count, *most = least + count;
        memset(own, 0, count * 5 * sizeof(double));
        for (Py_ssize_t row = 0; row < count; row++) {
            int64_t parent = parent_of[row];
            double value = scores[words_of[row]];
            if (!words_of[row])
                continue;
            own[row] = value;
            total[row] = total[parent] + value;
            decayed[row] = decay * decayed[parent] + value;
            least[row] = value < least[parent] ? value : least[parent];
            most[row] = value > most[parent] ? value : most[parent];
        }
    }
    PyMem_Free(scores);
    PyBuffer_Release(&parents);
    PyBuffer_Release(&named);
    return result;
}

/* The sum of the vectors of *words* that are in *numbers*, which has their rows. */
static int add_vectors(PyObject *words, PyObject *numbers, const float *vectors, Py_ssize_t rows, Py_ssize_t figures,
                       float *sums)
{
    double exact[MAX_FIGURES] = {0};
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(words); at++) {
        PyObject *number = PyDict_GetItemWithError(numbers, PyTuple_GET_ITEM(words, at));
        Py_ssize_t row = number ? PyLong_AsSsize_t(number) : -1;
        if (PyErr_Occurred())
            return -1;
        if (number && (row < 0 || row >= rows))
            return fail("a word without a vector");
        for (Py_ssize_t figure = 0; number && figure < figures; figure++)
            exact[figure] += vectors[row * figures + figure];
    }
    for (Py_ssize_t figure = 0; figure < figures; figure++)
        sums[figure] = (float)exact[figure];
    return 0;
}

const char path_vectors_doc[] = "path_vectors(words, named, above, numbers, vectors, weights, figures) -> columns";

PyObject *path_vectors(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { NAMED, ABOVE, VECTORS, WEIGHTS, ARRAYS };
    PyObject *words, *numbers, *result = NULL;
    Py_buffer given[ARRAYS];
    Py_ssize_t figures;
    if (!PyArg_ParseTuple(arguments, "O!y*y*O!y*y*n", &PyTuple_Type, &words, &given[NAMED], &given[ABOVE], &PyDict_Type,
                          &numbers, &given[VECTORS], &given[WEIGHTS], &figures))
        return NULL;
    const int64_t *named = given[NAMED].buf, *above = given[ABOVE].buf;
    const float *weights = given[WEIGHTS].buf;
    Py_ssize_t kinds = PyTuple_GET_SIZE(words), steps = given[WEIGHTS].len / (Py_ssize_t)sizeof(float);
    Py_ssize_t places = given[ABOVE].len / (Py_ssize_t)sizeof(int64_t), blocks = steps ? places / steps : 0;
    Py_ssize_t elements = given[NAMED].len / (Py_ssize_t)sizeof(int64_t);
    int failed = figures < 0 || figures > MAX_FIGURES || blocks * steps != places ? fail("not a step for each weight") : 0;
    float *sums = failed ? NULL : PyMem_Malloc((kinds * figures + 1) * sizeof(float));
    failed = failed || (!sums && !PyErr_NoMemory());
    for (Py_ssize_t at = 0; !failed && at < kinds; at++) {
        PyObject *known = PyTuple_GET_ITEM(words, at);
        Py_ssize_t rows = figures ? given[VECTORS].len / (figures * (Py_ssize_t)sizeof(float)) : 0;
        failed = PyTuple_Check(known) ? add_vectors(known, numbers, given[VECTORS].buf, rows, figures, sums + at * figures)
                                      : fail("words that are no tuple");
    }
    for (Py_ssize_t place = 0; !failed && place < places; place++)
        if (above[place] < 0 || above[place] >= elements || named[above[place]] < 0 || named[above[place]] >= kinds)
            failed = fail("an element that is not there, or with unknown words");
    result = failed ? NULL : PyBytes_FromStringAndSize(NULL, figures * blocks * (Py_ssize_t)sizeof(float));
    if (result) {
        float *columns = (float *)PyBytes_AS_STRING(result);
        memset(columns, 0, figures * blocks * sizeof *columns);
        for (Py_ssize_t step = 0; step < steps; step++, above += blocks)
            for (Py_ssize_t block = 0; block < blocks; block++)
                for (Py_ssize_t figure = 0; figure < figures; figure++)
                    columns[figure * blocks + block] += weights[step] * sums[named[above[block]] * figures + figure];
    }
    PyMem_Free(sums);
    for (int array = 0; array < ARRAYS; array++)
        PyBuffer_Release(&given[array]);
    return result;
}
