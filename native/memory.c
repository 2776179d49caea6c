/* What the C library does with memory that is freed: no results come of it, so there is no twin. */

#include "native.h"

#ifdef __GLIBC__
#include <limits.h>
#include <malloc.h>
#include <sys/mman.h>

enum { MAPPED = 32 << 20, TRIMMED = 64 << 20, MAPS = 65536 }; /* what it comes to by itself in time */
enum { ROOM = 1 << 30, PAGE = 2 << 20 };

/* What is made next is made in large pages: places far apart are found sooner in them, and they are cleared sooner.
   Room is nobody's memory until it is written to. */
static void reserve(void)
{
    char *room = malloc(ROOM);
    if (room) {
        madvise((void *)(((uintptr_t)room + PAGE - 1) / PAGE * PAGE), ROOM - PAGE, MADV_HUGEPAGE);
        free(room);
    }
}
#endif

const char keep_memory_doc[] = "keep_memory(bool)";

PyObject *keep_memory(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    int is_kept;
    if (!PyArg_ParseTuple(arguments, "p", &is_kept))
        return NULL;
#ifdef __GLIBC__
    mallopt(M_MMAP_MAX, is_kept ? 0 : MAPS);
    mallopt(M_MMAP_THRESHOLD, MAPPED);
    mallopt(M_TRIM_THRESHOLD, is_kept ? INT_MAX : TRIMMED);
    if (is_kept)
        reserve();
    else
        malloc_trim(0);
#endif
    Py_RETURN_NONE;
}
