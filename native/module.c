/* The compiled module: ``cleaner.compiled`` says what each function does. */

#include "native.h"

#ifndef SOURCES
#define SOURCES ""
#endif

Names names;

static PyMethodDef methods[] = {
    {"scan", scan, METH_VARARGS, scan_doc},
    {"walk", walk, METH_VARARGS, walk_doc},
    {"blocks", blocks, METH_VARARGS, blocks_doc},
    {"removals", removals, METH_VARARGS, removals_doc},
    {"records", records, METH_VARARGS, records_doc},
    {"page_tree", page_tree, METH_VARARGS, page_tree_doc},
    {"path_scores", path_scores, METH_VARARGS, path_scores_doc},
    {"margins", margins, METH_VARARGS, margins_doc},
    {"word_shares", word_shares, METH_VARARGS, word_shares_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "cleaner._native",
    .m_doc = "The slowest loops, compiled.",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit__native(void)
{
    names.lower = PyUnicode_InternFromString("lower");
    if (!names.lower)
        return NULL;
    PyObject *module = PyModule_Create(&definition);
    if (module && PyModule_AddStringConstant(module, "sources", SOURCES) < 0)
        Py_CLEAR(module);
    return module;
}
