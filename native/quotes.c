/* Twin of ``cleaner.duplicates.quotes``: what is quoted. */

#include "prose.h"

enum { MARK = 15, ALWAYS_OPEN = 16, LEFT = 32, EITHER = 64, OPENS_AFTER = 128, NEVER_OPENS = 256, SPACE = 512 };
enum { DEPTH = 8, APOSTROPHE = 0x2019, SINGLE = 0x2018 };

typedef struct {
    int mark; /* its number */
    Py_ssize_t at;
} Opened;

int open_quoted(Quoted *quoted, PyObject *string, const Py_buffer *kinds, const Py_buffer *closers)
{
    if (!is_table(kinds))
        return -1;
    if (closers->len != MARKS * (Py_ssize_t)sizeof(uint16_t))
        return fail("not a set of closing marks for each mark");
    *quoted = (Quoted){text_of(string), kinds->buf, closers->buf};
    return 0;
}

static int kind_of(const Quoted *quoted, Py_UCS4 character)
{
    return character < CHARACTERS ? quoted->kinds[character] : 0;
}

static int looks_opening(int before, int after)
{
    return before & (SPACE | OPENS_AFTER) && !(after & (SPACE | NEVER_OPENS));
}

static int opens(const Quoted *quoted, Py_UCS4 mark, Py_UCS4 before, Py_UCS4 after)
{
    int kind = kind_of(quoted, mark), behind = kind_of(quoted, before), ahead = kind_of(quoted, after);
    if (kind & ALWAYS_OPEN)
        return 1;
    if (kind & LEFT)
        return !(ahead & SPACE && Py_UNICODE_ISALNUM(before));
    if (mark == SINGLE)
        return looks_opening(behind, ahead) && !Py_UNICODE_ISDIGIT(after);
    return kind & EITHER && looks_opening(behind, ahead);
}

/* Which open quotation *mark* closes; -1 if it closes none. */
static int closed_level(const Quoted *quoted, const Opened *opened, int depth, Py_UCS4 mark, int before, int after)
{
    if (mark == '"' && looks_opening(before, after))
        return -1;
    int level = depth - 1;
    while (level >= 0 && !(quoted->closers[opened[level].mark] >> (kind_of(quoted, mark) & MARK) & 1))
        level--;
    return level;
}

static Py_ssize_t before_space(const Quoted *quoted, Py_ssize_t start, Py_ssize_t end)
{
    while (start < end && kind_of(quoted, char_at(&quoted->text, end - 1)) & SPACE)
        end--;
    return end;
}

/* Adds the quotation without the space at its ends and the comma before its closing mark. Those inside it came before
   it and are sorted behind it: each moves once for each quotation around it. */
static int add_quotation(const Quoted *quoted, Numbers *found, Py_ssize_t from, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t last = before_space(quoted, start, end);
    while (last > start && char_at(&quoted->text, last - 1) == ',')
        last--;
    last = before_space(quoted, start, last);
    while (start < end && kind_of(quoted, char_at(&quoted->text, start)) & SPACE)
        start++;
    if (start >= last)
        return 0;
    if (add_two(found, start, last) < 0)
        return -1;
    int64_t *row = found->items + found->length - 2;
    while (row > found->items + from && row[-2] > start) {
        row[0] = row[-2];
        row[1] = row[-1];
        row -= 2;
    }
    row[0] = start;
    row[1] = last;
    return 0;
}

int add_quotations(const Quoted *quoted, const Marks *marks, Numbers *found)
{
    Py_ssize_t from = found->length, start = marks->start, end = marks->end;
    Opened opened[DEPTH];
    int depth = 0, kept;
    for (Py_ssize_t at = next_mark(marks, start); at < end; at = next_mark(marks, at + 1)) {
        Py_UCS4 mark = char_at(&quoted->text, at);
        int number = kind_of(quoted, mark) & MARK;
        if (!number)
            continue;
        Py_UCS4 before = at > start ? char_at(&quoted->text, at - 1) : ' ';
        Py_UCS4 after = at + 1 < end ? char_at(&quoted->text, at + 1) : ' ';
        if (mark == APOSTROPHE && Py_UNICODE_ISALNUM(before) && Py_UNICODE_ISALNUM(after))
            continue;
        int level = closed_level(quoted, opened, depth, mark, kind_of(quoted, before), kind_of(quoted, after));
        if (level >= 0) {
            depth = level;
            if (add_quotation(quoted, found, from, opened[level].at + 1, at) < 0)
                return -1;
            continue;
        }
        if (!opens(quoted, mark, before, after))
            continue;
        /* A straight mark says nothing of those before it; the oldest one gives way to what is nested too deep. */
        kept = 0;
        for (int each = 0; each < depth; each++)
            if (mark != '"' || opened[each].mark != number)
                opened[kept++] = opened[each];
        depth = kept;
        if (depth == DEPTH)
            memmove(opened, opened + 1, --depth * sizeof *opened);
        opened[depth++] = (Opened){number, at};
    }
    return 0;
}
