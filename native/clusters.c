/* Twin of loops over the rows of ``clusters``: who leads whom, which of two views of a text is a member, and which
   clusters say nothing new. */

#include "native.h"

enum { HALF = 32, NONE = -1, AHEAD = 16, BUFFERS = 5, FEW = 8 };

static void release(Py_buffer *given, int count)
{
    for (int buffer = 0; buffer < count; buffer++)
        PyBuffer_Release(given + buffer);
}

static int32_t one_of(uint64_t edge)
{
    return (int32_t)(edge >> HALF);
}

static int32_t other_of(uint64_t edge)
{
    return (int32_t)(edge & UINT32_MAX);
}

typedef struct {
    const uint64_t *edges;
    const double *jaccard;
    const int32_t *parent;
    int32_t *leader;
    double *to_leader;
    uint32_t *parts; /* edges with a sub-passage */
    Py_ssize_t many, part_count;
} Leading;

/* Edges are sorted by their first row, which is there already. */
static void fetch(const Leading *leading, Py_ssize_t at)
{
    __builtin_prefetch(leading->leader + other_of(leading->edges[at]));
    __builtin_prefetch(leading->parent + other_of(leading->edges[at]));
}

static void join(Leading *leading, Py_ssize_t at)
{
    int32_t a = one_of(leading->edges[at]), b = other_of(leading->edges[at]), *leader = leading->leader;
    if (leader[b] != NONE || (leader[a] != NONE && leader[a] != a) || leader[leading->parent[b]] == a)
        return;
    leader[a] = leader[b] = a;
    leading->to_leader[a] = 1;
    leading->to_leader[b] = leading->jaccard[at];
}

/* Whole passages find each other first; then sub-passages join. */
static void join_all(Leading *leading)
{
    for (Py_ssize_t at = 0; at < leading->many; at++) {
        uint64_t edge = leading->edges[at];
        if (at + AHEAD < leading->many)
            fetch(leading, at + AHEAD);
        if (leading->parent[one_of(edge)] == one_of(edge) && leading->parent[other_of(edge)] == other_of(edge))
            join(leading, at);
        else
            leading->parts[leading->part_count++] = (uint32_t)at;
    }
    for (Py_ssize_t at = 0; at < leading->part_count; at++) {
        if (at + AHEAD < leading->part_count)
            fetch(leading, leading->parts[at + AHEAD]);
        join(leading, leading->parts[at]);
    }
}

const char lead_doc[] = "lead(edges, jaccard, parent, leader, to_leader)";

PyObject *lead(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer given[BUFFERS];
    Py_buffer *edges = given, *jaccard = given + 1, *parent = given + 2, *leader = given + 3, *to_leader = given + 4;
    if (!PyArg_ParseTuple(arguments, "y*y*y*w*w*", edges, jaccard, parent, leader, to_leader))
        return NULL;
    Py_ssize_t many = jaccard->len / 8, rows = parent->len / 4;
    const uint64_t *keys = edges->buf;
    int fit = many <= UINT32_MAX && edges->len == 8 * many && leader->len == 4 * rows && to_leader->len == 8 * rows &&
              are_between(parent->buf, rows, 0, rows) && are_between(leader->buf, rows, NONE, rows);
    for (Py_ssize_t at = 0; fit && at < many; at++)
        fit = keys[at] >> HALF < (uint64_t)rows && (keys[at] & UINT32_MAX) < (uint64_t)rows;
    uint32_t *parts = fit ? PyMem_New(uint32_t, many + 1) : NULL;
    if (!fit)
        PyErr_SetString(PyExc_ValueError, "an edge names a row that is not there");
    else if (!parts)
        PyErr_NoMemory();
    else {
        Leading leading = {keys, jaccard->buf, parent->buf, leader->buf, to_leader->buf, parts, many, 0};
        Py_BEGIN_ALLOW_THREADS
        join_all(&leading);
        Py_END_ALLOW_THREADS
    }
    int done = parts != NULL;
    PyMem_Free(parts);
    release(given, BUFFERS);
    return done ? Py_NewRef(Py_None) : NULL;
}

typedef struct {
    double jaccard;
    int32_t row, leader, rank;
} Member;

/* By cluster, in each the best one first. */
static int by_cluster(const void *one, const void *other)
{
    const Member *a = one, *b = other;
    if (a->leader != b->leader)
        return a->leader < b->leader ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank - b->rank;
    if (a->jaccard != b->jaccard)
        return a->jaccard > b->jaccard ? -1 : 1;
    return a->row < b->row ? -1 : 1;
}

/* Whether two of a few *members* are of one cluster; many are put in order to see it. */
static int may_meet(const Member *members, Py_ssize_t count)
{
    int meet = count > FEW;
    for (Py_ssize_t one = 1; !meet && one < count; one++)
        for (Py_ssize_t other = 0; other < one; other++)
            meet |= members[one].leader == members[other].leader;
    return meet;
}

/* Columns by row, and room for the members among the rows of one passage. */
typedef struct {
    int32_t *leader;
    const double *jaccard;
    const int32_t *parent, *start, *end;
    Py_ssize_t rows, room;
    Member *members;
} Views;

/* Takes members out of which a better one of the same cluster is another view. */
static void part(const Views *views, Py_ssize_t count)
{
    Member *members = views->members;
    if (!may_meet(members, count))
        return;
    qsort(members, count, sizeof *members, by_cluster);
    for (Py_ssize_t at = 1, first = 0, kept = 1; at < count; at++) {
        int32_t row = members[at].row;
        int is_view = 0;
        if (members[at].leader != members[first].leader) {
            first = at;
            kept = 1;
            continue;
        }
        for (Py_ssize_t before = first; !is_view && before < first + kept; before++) {
            int32_t other = members[before].row;
            is_view = views->start[row] < views->end[other] && views->start[other] < views->end[row];
        }
        if (is_view)
            views->leader[row] = NONE;
        else /* what is kept stands together; who has been looked at is not needed any more */
            members[first + kept++] = members[at];
    }
}

/* Returns whether there was room. */
static int part_all(const Views *views)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t row = 0; row < views->rows; row++) {
        int32_t leader = views->leader[row], around = views->parent[row];
        if (leader == NONE)
            continue;
        if (count && views->parent[views->members[0].row] != around) {
            part(views, count);
            count = 0;
        }
        if (count == views->room)
            return 0;
        views->members[count++] =
            (Member){views->jaccard[row], (int32_t)row, leader, 2 * (leader != row) + (around != row)};
    }
    part(views, count);
    return 1;
}

const char part_views_doc[] = "part_views(leader, jaccard, parent, start, end, most)";

PyObject *part_views(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer given[BUFFERS];
    Py_buffer *leader = given, *jaccard = given + 1, *parent = given + 2, *start = given + 3, *end = given + 4;
    Py_ssize_t most;
    if (!PyArg_ParseTuple(arguments, "w*y*y*y*y*n", leader, jaccard, parent, start, end, &most))
        return NULL;
    Py_ssize_t rows = parent->len / 4;
    Views views = {leader->buf, jaccard->buf, parent->buf, start->buf, end->buf, rows, most, NULL};
    int fit = leader->len == 4 * rows && jaccard->len == 8 * rows && start->len == 4 * rows && end->len == 4 * rows &&
              most >= 0 && most <= rows;
    views.members = fit ? PyMem_New(Member, most + 1) : NULL;
    if (fit && !views.members)
        PyErr_NoMemory();
    else if (!fit || !part_all(&views))
        PyErr_SetString(PyExc_ValueError, "columns of different length, or a passage of more rows");
    PyMem_Free(views.members);
    release(given, BUFFERS);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

/* What is known of the cluster that a row leads. */
enum { ELSEWHERE = 1, OWN = 2, SEEN = 4, NEW = 8 };

typedef struct {
    int32_t *leader;
    const int32_t *parent, *page;
    const char *is_foreign;
    Py_ssize_t rows, count;
    int32_t *members; /* rows that are in clusters */
    int32_t *around;  /* by the row that leads a cluster: the one around the first of its members */
    unsigned char *known;
} Clusters;

static void fetch_cluster(const Clusters *clusters, Py_ssize_t at, const int32_t *column)
{
    if (at + AHEAD < clusters->count) {
        int32_t leader = clusters->leader[clusters->members[at + AHEAD]];
        __builtin_prefetch(column + leader);
        __builtin_prefetch(clusters->known + leader);
    }
}

/* Takes those out whose cluster is not what is *wanted* of *asked*. */
static void keep(Clusters *clusters, int asked, int wanted)
{
    Py_ssize_t kept = 0;
    for (Py_ssize_t at = 0; at < clusters->count; at++) {
        int32_t row = clusters->members[at];
        int stays = (clusters->known[clusters->leader[row]] & asked) == wanted;
        clusters->leader[row] = stays ? clusters->leader[row] : NONE;
        clusters->members[kept] = row;
        kept += stays;
    }
    clusters->count = kept;
}

/* Clusters that lie in one page, or in other corpora, and then those whose members are all parts of the members of one
   other cluster. */
static void dissolve_all(Clusters *clusters)
{
    const int32_t *leader = clusters->leader, *page = clusters->page;
    unsigned char *known = clusters->known;
    for (Py_ssize_t row = 0; row < clusters->rows; row++) {
        clusters->members[clusters->count] = (int32_t)row;
        clusters->count += leader[row] != NONE;
    }
    for (Py_ssize_t at = 0; at < clusters->count; at++) {
        int32_t row = clusters->members[at], own = leader[row];
        fetch_cluster(clusters, at, page);
        known[own] |= (page[own] != page[row] ? ELSEWHERE : 0) | (clusters->is_foreign[page[row]] ? 0 : OWN);
    }
    keep(clusters, ELSEWHERE | OWN, ELSEWHERE | OWN);
    for (Py_ssize_t at = 0; at < clusters->count; at++) {
        int32_t row = clusters->members[at], own = leader[row], larger = leader[clusters->parent[row]];
        fetch_cluster(clusters, at, clusters->around);
        if (!(known[own] & SEEN)) {
            clusters->around[own] = larger;
            known[own] |= SEEN | (larger == NONE || larger == own ? NEW : 0);
        }
        known[own] |= clusters->around[own] != larger ? NEW : 0;
    }
    keep(clusters, NEW, NEW);
}

const char dissolve_doc[] = "dissolve(leader, parent, page, is_foreign)";

PyObject *dissolve(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    enum { COLUMNS = 4 };
    Py_buffer given[COLUMNS];
    Py_buffer *leader = given, *parent = given + 1, *page = given + 2, *is_foreign = given + 3;
    if (!PyArg_ParseTuple(arguments, "w*y*y*y*", leader, parent, page, is_foreign))
        return NULL;
    Py_ssize_t rows = parent->len / 4;
    Clusters clusters = {leader->buf, parent->buf, page->buf, is_foreign->buf, rows, 0, NULL, NULL, NULL};
    int fit = leader->len == 4 * rows && page->len == 4 * rows && are_between(leader->buf, rows, NONE, rows) &&
              are_between(parent->buf, rows, 0, rows) && are_between(page->buf, rows, 0, is_foreign->len);
    if (fit) {
        clusters.members = PyMem_New(int32_t, rows + 1);
        clusters.around = PyMem_New(int32_t, rows + 1);
        clusters.known = PyMem_Calloc(rows + 1, 1);
    }
    int done = clusters.members && clusters.around && clusters.known;
    if (done) {
        Py_BEGIN_ALLOW_THREADS
        dissolve_all(&clusters);
        Py_END_ALLOW_THREADS
    } else if (fit)
        PyErr_NoMemory();
    else
        PyErr_SetString(PyExc_ValueError, "rows or pages that are not there");
    PyMem_Free(clusters.members);
    PyMem_Free(clusters.around);
    PyMem_Free(clusters.known);
    release(given, COLUMNS);
    return done ? Py_NewRef(Py_None) : NULL;
}
