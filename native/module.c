/* The compiled module: ``cleaner.compiled`` says what each function does. */

#include "native.h"

#ifndef SOURCES
#define SOURCES ""
#endif

Names names;

#define ENTRY(name) {#name, name, METH_VARARGS, name##_doc},
static PyMethodDef methods[] = {FUNCTIONS(ENTRY){"folded", folded, METH_O, folded_doc}, {NULL, NULL, 0, NULL}};

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
    names.mark = PyUnicode_InternFromString("<");
    if (!names.mark || !names.lower)
        return NULL;
    PyObject *module = PyModule_Create(&definition);
    if (module && PyModule_AddStringConstant(module, "sources", SOURCES) < 0)
        Py_CLEAR(module);
    return module;
}
