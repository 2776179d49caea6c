/* Frozen records without a call of their constructor, which costs more than the whole rest of what is done here. */

#include "native.h"
#include <structmember.h>

int open_maker(Maker *maker, PyObject *type)
{
    *maker = (Maker){0};
    PyObject *fields = PyType_Check(type) ? PyObject_GetAttrString(type, "__match_args__") : NULL;
    Py_ssize_t size = fields ? ((PyTypeObject *)type)->tp_basicsize : 0;
    int fits = fields && PyTuple_Check(fields) && PyTuple_GET_SIZE(fields) <= MAX_FIELDS &&
               !((PyTypeObject *)type)->tp_itemsize;
    for (; fits && maker->count < PyTuple_GET_SIZE(fields); maker->count++) {
        PyObject *slot = PyObject_GetAttr(type, PyTuple_GET_ITEM(fields, maker->count));
        const PyMemberDef *member =
            slot && PyObject_TypeCheck(slot, &PyMemberDescr_Type) ? ((PyMemberDescrObject *)slot)->d_member : NULL;
        fits = member && member->type == T_OBJECT_EX && member->offset >= (Py_ssize_t)sizeof(PyObject) &&
               member->offset <= size - (Py_ssize_t)sizeof(PyObject *);
        maker->offsets[maker->count] = fits ? member->offset : 0;
        Py_XDECREF(slot);
    }
    Py_XDECREF(fields);
    if (!fits) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "not the type of a record");
        return -1;
    }
    maker->type = (PyTypeObject *)Py_NewRef(type);
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

PyObject *field_of(const Maker *maker, PyObject *record, Py_ssize_t field)
{
    assert(field < maker->count);
    PyObject *value = Py_IS_TYPE(record, maker->type) ? *(PyObject **)((char *)record + maker->offsets[field]) : NULL;
    if (!value)
        PyErr_Format(PyExc_TypeError, "not a %s", maker->type->tp_name);
    return value;
}

int number_of(const Maker *maker, PyObject *record, Py_ssize_t field, int64_t *number)
{
    PyObject *value = field_of(maker, record, field);
    *number = value ? PyLong_AsLongLong(value) : -1;
    return *number == -1 && PyErr_Occurred() ? -1 : 0;
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

const char columns_doc[] = "columns(type, records, count) -> the first fields as numbers, column by column";

PyObject *columns(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *type, *given, *packed = NULL;
    Maker maker;
    Py_ssize_t count;
    if (!PyArg_ParseTuple(arguments, "OO!n", &type, &PyTuple_Type, &given, &count) || open_maker(&maker, type) < 0)
        return NULL;
    Py_ssize_t rows = PyTuple_GET_SIZE(given);
    if (count < 0 || count > maker.count)
        PyErr_SetString(PyExc_ValueError, "not as many fields");
    else
        packed = PyBytes_FromStringAndSize(NULL, rows * count * (Py_ssize_t)sizeof(int64_t));
    int64_t *numbers = packed ? (int64_t *)(void *)PyBytes_AS_STRING(packed) : NULL;
    for (Py_ssize_t row = 0; packed && row < rows; row++)
        for (Py_ssize_t field = 0; packed && field < count; field++)
            if (number_of(&maker, PyTuple_GET_ITEM(given, row), field, &numbers[field * rows + row]) < 0)
                Py_CLEAR(packed);
    close_maker(&maker);
    return packed;
}

const char fields_doc[] = "fields(type, records) -> for each field, its values";

PyObject *fields(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *type, *given;
    Maker maker;
    if (!PyArg_ParseTuple(arguments, "OO!", &type, &PyTuple_Type, &given) || open_maker(&maker, type) < 0)
        return NULL;
    Py_ssize_t rows = PyTuple_GET_SIZE(given);
    PyObject *lists = PyList_New(maker.count);
    for (Py_ssize_t field = 0; lists && field < maker.count; field++) {
        PyObject *values = PyList_New(rows);
        int failed = !values;
        for (Py_ssize_t row = 0; !failed && row < rows; row++) {
            PyObject *value = field_of(&maker, PyTuple_GET_ITEM(given, row), field);
            failed = !value;
            PyList_SET_ITEM(values, row, Py_XNewRef(value));
        }
        if (failed) {
            Py_XDECREF(values);
            Py_CLEAR(lists);
        } else
            PyList_SET_ITEM(lists, field, values);
    }
    close_maker(&maker);
    return lists;
}

const char changed_doc[] = "changed(type, records, field, values) -> list";

PyObject *changed(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *type, *given, *values;
    Maker maker;
    Py_ssize_t place;
    if (!PyArg_ParseTuple(arguments, "OO!nO!", &type, &PyList_Type, &given, &place, &PyList_Type, &values) ||
        open_maker(&maker, type) < 0)
        return NULL;
    int fits = PyList_GET_SIZE(given) == PyList_GET_SIZE(values);
    PyObject *made = fits ? PyList_New(PyList_GET_SIZE(given)) : NULL;
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "not one value for each record");
    for (Py_ssize_t at = 0; made && at < PyList_GET_SIZE(given); at++) {
        PyObject *record = new_record(&maker);
        int failed = !record;
        for (Py_ssize_t field = 0; !failed && field < maker.count; field++)
            failed = set_field(&maker, record, field,
                               field == place ? PyList_GET_ITEM(values, at)
                                              : field_of(&maker, PyList_GET_ITEM(given, at), field)) < 0;
        if (failed) {
            Py_XDECREF(record);
            Py_CLEAR(made);
        } else
            PyList_SET_ITEM(made, at, record);
    }
    close_maker(&maker);
    return made;
}
