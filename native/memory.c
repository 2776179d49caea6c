/* What the C library does with memory that is freed: no results come of it, so there is no twin. */

#include "native.h"

#ifdef __GLIBC__
#include <limits.h>
#include <malloc.h>

enum { MAPPED = 32 << 20, TRIMMED = 64 << 20, MAPS = 65536 }; /* what it comes to by itself in time */
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
    if (!is_kept)
        malloc_trim(0);
#endif
    Py_RETURN_NONE;
}
