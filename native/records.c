/* Frozen records without a call of their constructor, which costs more than the whole rest of what is done here. */

#include "native.h"
#include <structmember.h>

int open_maker(Maker *maker, PyObject *type)
{
    *maker = (Maker){0};
    PyObject *fields = PyType_Check(type) ? PyObject_GetAttrString(type, "__match_args__") : NULL;
    if (!fields || !PyTuple_Check(fields) || PyTuple_GET_SIZE(fields) > MAX_FIELDS ||
        ((PyTypeObject *)type)->tp_itemsize) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "not the type of a record");
        Py_XDECREF(fields);
        return -1;
    }
    maker->type = (PyTypeObject *)Py_NewRef(type);
    for (; maker->count < PyTuple_GET_SIZE(fields); maker->count++) {
        PyObject *slot = PyObject_GetAttr(type, PyTuple_GET_ITEM(fields, maker->count));
        PyMemberDef *member = slot && Py_IS_TYPE(slot, &PyMemberDescr_Type)
                                  ? ((PyMemberDescrObject *)slot)->d_member : NULL;
        int is_slot = member && member->type == T_OBJECT_EX && PyType_IsSubtype(maker->type, PyDescr_TYPE(slot));
        if (is_slot)
            maker->offsets[maker->count] = member->offset;
        else if (slot)
            PyErr_SetString(PyExc_TypeError, "a field is no slot");
        Py_XDECREF(slot);
        if (!is_slot) {
            Py_DECREF(fields);
            close_maker(maker);
            return -1;
        }
    }
    Py_DECREF(fields);
    return 0;
}

void close_maker(Maker *maker)
{
    Py_CLEAR(maker->type);
}

PyObject *new_record(const Maker *maker)
{
    PyObject *record = maker->type->tp_alloc(maker->type, 0);
    if (record && PyObject_IS_GC(record))
        PyObject_GC_UnTrack(record);
    return record;
}

int set_field(const Maker *maker, PyObject *record, Py_ssize_t field, PyObject *value)
{
    assert(field < maker->count);
    PyObject **slot = (PyObject **)((char *)record + maker->offsets[field]);
    if (value)
        Py_XSETREF(*slot, Py_NewRef(value));
    return value ? 0 : -1;
}

int set_number(const Maker *maker, PyObject *record, Py_ssize_t field, int64_t number)
{
    PyObject *value = PyLong_FromLongLong(number);
    int result = set_field(maker, record, field, value);
    Py_XDECREF(value);
    return result;
}

const char records_doc[] = "records(type, rows, tail) -> list";

PyObject *records(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *type, *given, *tail, *row;
    Maker maker;
    if (!PyArg_ParseTuple(arguments, "OOO!", &type, &given, &PyTuple_Type, &tail) || open_maker(&maker, type) < 0)
        return NULL;
    Py_ssize_t head = maker.count - PyTuple_GET_SIZE(tail);
    PyObject *rows = PyObject_GetIter(given), *made = rows ? PyList_New(0) : NULL;
    /* Rows are let go one by one: zip() makes all of them in the same tuple. */
    while (made && (row = PyIter_Next(rows))) {
        int fits = PyTuple_Check(row) && PyTuple_GET_SIZE(row) == head;
        PyObject *record = fits ? new_record(&maker) : NULL;
        int failed = !record;
        if (!fits)
            PyErr_SetString(PyExc_ValueError, "a row has not one value for each field");
        for (Py_ssize_t field = 0; !failed && field < maker.count; field++)
            failed = set_field(&maker, record, field,
                               field < head ? PyTuple_GET_ITEM(row, field) : PyTuple_GET_ITEM(tail, field - head)) < 0;
        if (failed || PyList_Append(made, record) < 0)
            Py_CLEAR(made);
        Py_XDECREF(record);
        Py_DECREF(row);
    }
    if (PyErr_Occurred())
        Py_CLEAR(made);
    Py_XDECREF(rows);
    close_maker(&maker);
    return made;
}
